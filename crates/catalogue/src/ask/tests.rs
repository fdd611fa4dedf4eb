//! Questions to a small catalogue, and its answers against a scan of everything.

use std::collections::BTreeSet;

use kernel::testing::{both, sqlite};
use kernel::{Actor, Role};
use proptest::prelude::*;

use super::*;
use crate::record::tests::item;
use crate::reference_code::parent;
use crate::testing::House;
use crate::{ArchivalDate, Description, Element, Level, Livelihood, Openness, PublicId};

const BODY: &str = "广东省人民政府";

/// An open item with document number, date and creator.
fn letter(code: &str, title: &str, number: &str, date: &str, creator: &str) -> Description {
    let mut one = item(code, title);
    one.document_number = Some(number.to_owned()).filter(|number| !number.is_empty());
    one.date = ArchivalDate::parse(date).unwrap();
    one.creator = Some(creator.to_owned()).filter(|creator| !creator.is_empty());
    one.document_type = chinese::doctype::of_title(title).map(str::to_owned);
    one
}

fn closed(one: Description) -> Description {
    let mut one = one;
    one.statuses.openness = Openness::Deferred;
    one
}

/// Two fonds: X001 with two volumes, one of them closed, and X002 with items alone; X003 is closed whole.
fn holdings() -> Vec<Description> {
    let mut marriage = item("X002-WS·1986·Y-0009", "结婚登记");
    marriage.statuses.livelihood = Some(Livelihood::Marriage);
    vec![
        letter("X001-001-001", "水利工程卷", "", "1986", "县水利局"),
        closed(letter("X001-001-002", "移民秘闻卷", "", "1986", "县水利局")),
        letter("X001-001-001-010", "关于修建水库的批复", "清府〔1986〕9号", "19860501", "县人民政府"),
        letter("X001-001-001-002", "关于修建水库的请示", "清水〔1986〕3号", "19860304", "县水利局"),
        closed(letter("X001-001-001-003", "水库移民秘闻", "清水〔1986〕4号", "1986", "移民办公室")),
        letter("X001-001-002-001", "水库移民安置的通知", "清水〔1987〕1号", "1987", "县水利局"),
        letter("X002-WS·2023·Y-0001", "关于修订规定的通知", "粤府〔2023〕68号", "2023-09-13", BODY),
        letter("X002-WS·2023·Y-0002", "转发粤府〔2023〕68号的通知", "清府〔2023〕2号", "2023", "县人民政府"),
        letter("X002-WS·2023·Y-0010", "关于绿化的意见", "粤府〔2023〕168号", "2023", BODY),
        letter("X002-WS·2019·Y-0001", "关于绿化的决定", "", "2019", BODY),
        marriage,
        closed(letter("X003-1-1", "绿化秘闻", "", "2019", "县林业局")),
    ]
}

async fn ask(catalogue: &Catalogue, asked: &Asked) -> Answer {
    catalogue.ask(asked).await.unwrap()
}

fn codes(answer: &Answer) -> Vec<&str> {
    answer.items.iter().map(|item| item.reference_code.as_str()).collect()
}

/// The answer to a question, with what it is narrowed to.
async fn narrowed(catalogue: &Catalogue, text: &str, narrow: impl FnOnce(&mut Filters)) -> Answer {
    let mut asked = Asked::typed(text, 100);
    narrow(&mut asked.filters);
    ask(catalogue, &asked).await
}

#[tokio::test]
async fn a_document_number_in_any_spelling_comes_first() {
    let (_folder, db) = sqlite().await;
    let catalogue = House::with(db, &holdings()).await.catalogue();
    for typed in [
        "粤府〔2023〕68号",
        "粤府[2023]68号",
        "粤府（2023）68号",
        " 粤府 〔2023〕 68 号 ",
        "粤府〔２０２３〕６８號",
        "粤府2023年第68号",
    ] {
        let answer = ask(&catalogue, &Asked::typed(typed, 20)).await;
        assert_eq!(codes(&answer)[0], "X002-WS·2023·Y-0001", "{typed}");
        assert!(!codes(&answer).contains(&"X002-WS·2023·Y-0010"), "68 is not 168: {typed}");
        assert_eq!(answer.understood[0].kind, UnderstoodKind::DocumentNumber);
        assert_eq!(answer.relaxed, None);
    }
}

#[tokio::test]
async fn a_reference_code_and_its_beginning_are_understood() {
    let (_folder, db) = sqlite().await;
    let catalogue = House::with(db, &holdings()).await.catalogue();
    let answer = ask(&catalogue, &Asked::typed("x001－001－001－002", 20)).await;
    assert_eq!(codes(&answer), ["X001-001-001-002"]);
    let answer = ask(&catalogue, &Asked::typed("X001-001-001", 20)).await;
    assert_eq!(codes(&answer), ["X001-001-001", "X001-001-001-002", "X001-001-001-010"]);
}

#[tokio::test]
async fn a_body_and_a_year_find_the_documents_of_that_year() {
    let (_folder, db) = sqlite().await;
    let catalogue = House::with(db, &holdings()).await.catalogue();
    let answer = ask(&catalogue, &Asked::typed(&format!("{BODY} 2023"), 20)).await;
    assert_eq!((answer.total, answer.relaxed.clone()), (2, None));
    assert_eq!(answer.understood[0].value, "2023");
    let glued = ask(&catalogue, &Asked::typed(&format!("2023年{BODY}"), 20)).await;
    assert_eq!(codes(&glued), codes(&answer));
    assert_eq!(glued.relaxed.as_deref(), Some("没有完全相同的内容，已把其中各部分分开检索"));
}

#[tokio::test]
async fn what_is_given_up_is_said() {
    let (_folder, db) = sqlite().await;
    let catalogue = House::with(db, &holdings()).await.catalogue();
    let said = async |typed: &str| {
        let answer = ask(&catalogue, &Asked::typed(typed, 20)).await;
        (answer.total, answer.relaxed)
    };
    assert_eq!(said("水库 请示").await, (1, None));
    assert_eq!(said("水库 火箭").await, (3, Some("没有同时包含全部词的档案，已略去“火箭”".to_owned())));
    assert_eq!(said("《水库》的请示").await.1.as_deref(), Some("没有完全相同的内容，已略去标点检索"));
    let apart = "没有完全相同的内容，已按其中的词检索";
    let partly = "没有同时包含全部词的档案，下面的包含其中大部分";
    assert_eq!(said("关于修建大中型水库的请示").await, (1, Some(partly.to_owned())));
    assert_eq!(said("请问有没有绿化的档案").await, (2, Some(apart.to_owned())));
    assert_eq!(said("火箭").await.0, 0);
}

#[tokio::test]
async fn one_wrong_character_is_forgiven_and_said() {
    let (_folder, db) = sqlite().await;
    let mut all = holdings();
    all.push(letter("X002-WS·2021·Y-0001", "临溪县2021年度水利工作要点", "", "2020-12-30", "县水利局"));
    all.push(closed(letter("X003-1-2", "关于修建机密水库的请示", "", "2019", "县水利局")));
    let catalogue = House::with(db, &all).await.catalogue();
    let found = async |typed: &str| {
        let answer = ask(&catalogue, &Asked::typed(typed, 20)).await;
        let marked = answer.items.first().map(|item| {
            item.title_hits.iter().map(|hit| item.title[hit.clone()].to_owned()).collect::<Vec<_>>().join("|")
        });
        (codes(&answer).into_iter().map(str::to_owned).collect::<Vec<_>>(), answer.relaxed, marked.unwrap_or_default())
    };
    let said = Some("没有完全相同的记录，下面相差一个字".to_owned());
    let request = vec!["X001-001-001-002".to_owned()];
    for (typed, marked) in [
        ("关于修建水裤的请示", "关于修建水库的请示"),
        ("關於修建大水庫的請示", "关于修建水库的请示"),
        ("修建水库的请是", "修建水库的请示"),
        ("关于修建水库请示 县水利局", "关于修建水库的请示"),
    ] {
        assert_eq!(found(typed).await, (request.clone(), said.clone(), marked.to_owned()), "{typed}");
    }
    // A year inside what was typed is first of all part of it, although the record is of another year.
    let (codes, relaxed, _) = found("临西县2021年度水利工作").await;
    assert_eq!((codes, relaxed), (vec!["X002-WS·2021·Y-0001".to_owned()], said.clone()));
    // Another year, and what nobody may see, are not one character away.
    assert_ne!(found("临溪县2022年度水利工作").await.1, said);
    assert!(!found("关于修建机蜜水库的请示").await.0.contains(&"X003-1-2".to_owned()));
}

#[tokio::test]
async fn a_year_raises_and_is_offered_and_never_answers_alone() {
    let (_folder, db) = sqlite().await;
    let mut holdings: Vec<Description> = [
        ("X005", "县人民武装部", "1950-1990"),
        ("X005-001-001", "征兵工作卷", "1974-1976"),
        ("X005-001-001-001", "关于征兵工作的通知", "1975-10-01"),
        ("X005-001-001-002", "关于征兵体检的通知", "1976"),
        ("X005-001-001-003", "1975年冬季征兵总结", ""),
        ("X005-001-001-004", "民兵训练计划", "1975"),
        ("X006-001-001-001", "防汛值班表", "1963-1964"),
    ]
    .into_iter()
    .map(|(code, title, date)| letter(code, title, "", date, "县人民武装部"))
    .collect();
    holdings.push(closed(letter("X005-001-001-005", "征兵密件", "", "1975", "")));
    let catalogue = House::with(db, &holdings).await.catalogue();
    let found = async |typed: &str| {
        let answer = ask(&catalogue, &Asked::typed(typed, 20)).await;
        let of_years = answer.of_years.clone().map(|one| (one.from, one.to, one.text, one.count));
        let last = |code: &str| code.rsplit_once('-').map_or(code.to_owned(), |(_, last)| last.to_owned());
        (codes(&answer).into_iter().map(last).collect::<Vec<_>>().join(" "), answer.relaxed, of_years)
    };
    let offered = |text: &str, count| Some((1975, 1975, text.to_owned(), count));
    let (codes, relaxed, of_years) = found("征兵 1975年").await;
    assert_eq!(codes, "001 003 001", "of the year first; then what writes it; then what reaches into it");
    assert_eq!((relaxed, of_years), (None, offered("征兵", 2)));
    let apart = Some("没有完全相同的内容，已按其中的词检索".to_owned());
    let (codes, relaxed, of_years) = found("我想查一下1975年的征兵文件").await;
    assert_eq!((codes.as_str(), relaxed, of_years), ("001 003 001", apart, offered("征兵", 2)));
    let (codes, relaxed, _) = found("征兵 1983年").await;
    assert_eq!(codes, "001 001 002 003");
    assert_eq!(relaxed.as_deref(), Some("没有完全相同的内容，“1983年”没有，下面是其他年份的"));
    // The year alone says nothing about what was asked for; it is offered.
    let (codes, relaxed, of_years) = found("火箭 1975年").await;
    assert_eq!((codes.as_str(), relaxed, of_years), ("", None, offered("", 4)));
    // Alone it is first of all what was typed, and its records are offered; nowhere written, it is its records.
    let (codes, relaxed, of_years) = found("1975年").await;
    assert_eq!((codes.as_str(), relaxed, of_years), ("003", None, offered("", 4)));
    let (codes, relaxed, of_years) = found("六十年代").await;
    assert_eq!((codes.as_str(), of_years), ("001 X005", None));
    assert_eq!(relaxed.as_deref(), Some("已按年代检索，下面是1960–1969年形成的档案"));
}

#[tokio::test]
async fn a_year_of_an_era_finds_and_offers_its_western_year() {
    let (_folder, db) = sqlite().await;
    let holdings: Vec<Description> = [
        ("X005-001-001-001", "修建水利工程的呈文", "民国三十五年八月"),
        ("X005-001-001-002", "水利会议记录", "1946"),
        ("X005-001-001-003", "水利年报民国三十五年卷", ""),
        ("X005-001-001-004", "水利会议记录", "1947"),
        ("X005-001-001-005", "水利奏折", "光绪二十四年十二月"),
        ("X005-001-001-006", "地契", "1898"),
        ("X005-001-001-007", "土改总结", "五十年代"),
        ("X005-001-001-008", "土改通知", "1952"),
        ("X005-001-001-009", "土改座谈", "1947"),
    ]
    .into_iter()
    .map(|(code, title, date)| letter(code, title, "", date, ""))
    .collect();
    let catalogue = House::with(db, &holdings).await.catalogue();
    let found = async |typed: &str| {
        let answer = ask(&catalogue, &Asked::typed(typed, 20)).await;
        let of_years = answer.of_years.clone().map(|one| (one.from, one.to, one.text, one.count));
        let last = |code: &str| code.rsplit_once('-').map_or(code.to_owned(), |(_, last)| last.to_owned());
        (codes(&answer).into_iter().map(last).collect::<Vec<_>>().join(" "), answer.relaxed, of_years)
    };
    let (western, ..) = found("1946年 水利").await;
    assert_eq!(western, "002 001");
    let (codes, relaxed, of_years) = found("民国三十五年 水利").await;
    let (writing_it, others): (Vec<&str>, Vec<&str>) = codes.split(' ').partition(|code| *code == "003");
    assert_eq!((writing_it.len(), others.join(" ")), (1, western.clone()), "what writes it is never dropped");
    assert_eq!((relaxed, of_years), (None, Some((1946, 1946, "水利".to_owned(), 2))));
    assert_eq!(found("水利 中華民國35年").await, (western, None, None));
    assert_eq!(found("1899年 水利").await.0, "005", "its last month may lie in the next western year");
    assert_eq!(found("光绪二十四年 水利").await.0, "005");
    assert_eq!(found("光绪二十四年").await.0, found("1898年").await.0);
    assert_eq!(found("五十年代 土改").await.0, "007 008");
    let (codes, relaxed, _) = found("五十年代").await;
    assert_eq!(codes, "007 008");
    assert_eq!(relaxed.as_deref(), Some("已按年代检索，下面是1950–1959年形成的档案"));
}

#[tokio::test]
async fn a_code_or_a_number_that_is_not_there_finds_no_other() {
    let (_folder, db) = sqlite().await;
    let catalogue = House::with(db, &holdings()).await.catalogue();
    for typed in ["X009-001", "X001-001-009", "J017"] {
        assert_eq!(ask(&catalogue, &Asked::typed(typed, 20)).await.total, 0, "{typed}");
    }
    let near = ask(&catalogue, &Asked::typed("粤府〔2023〕999号", 20)).await;
    assert_eq!(near.relaxed.as_deref(), Some("没有文号是“粤府〔2023〕999号”的档案，下面的内容或文号与它相近"));
    assert!(near.items.iter().all(|item| item.document_number.as_ref().unwrap().contains("〔2023〕")));
}

#[tokio::test]
async fn l03_l04_facets_count_and_filters_narrow_what_can_be_seen() {
    let (_folder, db) = sqlite().await;
    let catalogue = House::with(db, &holdings()).await.catalogue();
    let all = narrowed(&catalogue, "", |_| ()).await;
    assert_eq!(catalogue.size(), 8);
    let names: Vec<&str> = all.facets.iter().map(|facet| facet.name.as_str()).collect();
    assert_eq!(names, ["fonds", "decade", "creator", "doctype", "category", "digitised", "subject"]);
    let values = |facet: usize| -> Vec<(&str, u64)> {
        all.facets[facet].values.iter().map(|value| (value.value.as_str(), value.count)).collect()
    };
    assert_eq!(values(0), [("X001", 4), ("X002", 4)]);
    assert_eq!(values(1), [("1980", 4), ("2020", 3), ("2010", 1)]);
    assert_eq!((values(4), values(5)), (vec![("WS", 4)], vec![]));
    assert_eq!(all.facets[4].values[0].label, "文书");
    assert!(values(2).iter().all(|(creator, _)| !["移民办公室", "县林业局"].contains(creator)));
    for facet in &all.facets {
        for value in &facet.values {
            let wanted = value.value.clone();
            let answer = narrowed(&catalogue, "", |filters| match facet.name.as_str() {
                "fonds" => filters.fonds = Some(wanted.to_lowercase()),
                "decade" => {
                    let first: i16 = wanted.parse().unwrap();
                    (filters.year_from, filters.year_to) = (Some(first), Some(first + 9));
                }
                "creator" => filters.creator = Some(wanted),
                "category" => filters.category = Some(wanted.to_lowercase()),
                _ => filters.doctype = Some(wanted),
            })
            .await;
            assert_eq!(answer.total, value.count, "{} {}", facet.name, value.value);
        }
    }
    assert_eq!(narrowed(&catalogue, "", |filters| filters.fonds = Some("X003".to_owned())).await.total, 0);
    assert_eq!(narrowed(&catalogue, "绿化", |filters| filters.year_to = Some(2019)).await.total, 1);
    assert_eq!(narrowed(&catalogue, "绿化", |filters| filters.year_from = Some(2020)).await.total, 1);
}

#[tokio::test]
async fn fields_are_asked_apart_and_words_left_out() {
    let (_folder, db) = sqlite().await;
    let mut all = holdings();
    all.push(letter("X002-WS·2019·Y-0003", "水库 移民村规划", "", "2019", "县水利局"));
    let catalogue = House::with(db, &all).await.catalogue();
    let found = async |text: &str, set: fn(&mut Fields)| {
        let mut asked = Asked::typed(text, 20);
        set(&mut asked.fields);
        let answer = ask(&catalogue, &asked).await;
        assert_eq!(answer.relaxed, None, "what is asked of fields is meant as it is");
        let mut codes: Vec<String> = codes(&answer).into_iter().map(str::to_owned).collect();
        codes.sort_unstable();
        codes.iter().map(|code| code.rsplit_once('-').unwrap().1.to_owned()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(found("", |fields| fields.title = "水利".to_owned()).await, "001");
    assert_eq!(found("", |fields| fields.creator = "水利".to_owned()).await, "001 002 001 0003");
    assert_eq!(found("水库", |fields| fields.creator = "水利".to_owned()).await, "002 001 0003");
    assert_eq!(found("水库", |fields| fields.without = "移民 批复".to_owned()).await, "002");
    assert_eq!(found("", |fields| fields.without = "水 绿化".to_owned()).await, "0001 0002");
    assert_eq!(found("", |fields| fields.document_number = "粤府2023年第68号".to_owned()).await, "0001");
    assert_eq!(found("", |fields| fields.document_number = "粤府".to_owned()).await, "0001 0010");
    assert_eq!(found("修订", |fields| fields.document_number = "68".to_owned()).await, "0001");
    assert_eq!(found("", |fields| fields.reference_code = "x001-001-001".to_owned()).await, "001 002 010");
    assert_eq!(found("请示", |fields| fields.reference_code = "X001".to_owned()).await, "002");
    assert_eq!(found("", |fields| fields.phrase = "水库  移民".to_owned()).await, "0003");
    assert_eq!(found("“水库 移民”", |_| ()).await, "0003");
    assert_eq!(found("水库 移民", |_| ()).await, "001 0003", "apart from each other as well");
    // A code in the box and words in a field: both are meant.
    assert_eq!(found("粤府2023年第68号", |fields| fields.title = "修订".to_owned()).await, "0001");
    assert_eq!(found("粤府2023年第68号", |fields| fields.title = "绿化".to_owned()).await, "");
    assert_eq!(found("水库", |fields| fields.title = "火箭".to_owned()).await, "");
    assert_eq!(found("", |fields| fields.title = "秘闻".to_owned()).await, "");
}

#[tokio::test]
async fn l22_too_many_words_are_left_out() {
    let (_folder, db) = sqlite().await;
    let catalogue = House::with(db, &holdings()).await.catalogue();
    let words: Vec<String> = (0..200).map(|n| format!("词{n}")).collect();
    let mut asked = Asked::typed("水库", 20);
    asked.fields.without = words.join(" ");
    assert_eq!(ask(&catalogue, &asked).await.total, 3);
    asked.fields.title = format!("{} {}", "水库 ".repeat(50), words.join(" "));
    assert_eq!(ask(&catalogue, &asked).await.total, 0);
}

#[tokio::test]
async fn l25_a_personal_number_in_any_field_is_answered_with_nothing() {
    let (_folder, db) = sqlite().await;
    let catalogue = House::with(db, &holdings()).await.catalogue();
    let mut asked = Asked::typed("水库", 20);
    asked.fields.without = "11010519491231002X".to_owned();
    let answer = ask(&catalogue, &asked).await;
    assert_eq!((answer.total, answer.understood[0].kind), (0, UnderstoodKind::IdNumber));
}

#[tokio::test]
async fn results_come_in_the_order_asked_for() {
    let (_folder, db) = sqlite().await;
    let catalogue = House::with(db, &holdings()).await.catalogue();
    let sorted = async |text: &str, order| {
        let answer = ask(&catalogue, &Asked { order, ..Asked::typed(text, 20) }).await;
        answer.items.iter().map(|item| item.reference_code.clone()).collect::<Vec<_>>().join(" ")
    };
    let (wet, dry) = ("X001-001-001-002 X001-001-001-010", "X001-001-002-001");
    assert_eq!(sorted("水库", Order::ReferenceCode).await, format!("{wet} {dry}"));
    assert_eq!(sorted("水库", Order::Oldest).await, format!("{wet} {dry}"));
    assert_eq!(sorted("水库", Order::Newest).await, format!("{dry} {wet}"));
    let all = sorted("", Order::Newest).await;
    assert!(all.starts_with("X002-WS·2023·Y") && all.ends_with("X001-001-001-010"), "{all}");
    assert_eq!(Order::ALL.map(|order| Order::named(order.name())), Order::ALL.map(Some));
}

#[tokio::test]
async fn a_search_within_a_place_reaches_every_depth_and_nothing_else() {
    both(|db| async move {
        let series = |code: &str, title: &str, level| Description { level, ..item(code, title) };
        let mut all = holdings();
        all.push(series("X001-001", "水利类", Level::Series));
        all.push(item("X001-0010-001-001", "水库旧闻"));
        let house = House::with(db, &all).await;
        let catalogue = house.catalogue();
        let within = async |code: &str, text: &str| {
            let fonds = catalogue.fonds(1, 20).await.unwrap().0;
            let id = match fonds.into_iter().find(|fonds| fonds.place.code == code) {
                Some(fonds) => fonds.place.id,
                None => house.record(code).await.public_id,
            };
            let answer = narrowed(&catalogue, text, |filters| filters.within = Some(id)).await;
            (answer.total, answer.within.map(|place| place.code))
        };
        let at = |total, code: &str| (total, Some(code.to_owned()));
        assert_eq!(within("X001", "水库").await, at(4, "X001"));
        assert_eq!(within("X001-001", "水库").await, at(3, "X001-001"));
        assert_eq!(within("X001-001", "").await, at(4, "X001-001"));
        assert_eq!(within("X001-001-001", "水库").await, at(2, "X001-001-001"));
        assert_eq!(within("X001-001-001-002", "").await, at(0, "X001-001-001-002"));
        // What is closed holds nothing, and is told like what is not there.
        assert_eq!(within("X001-001-002", "").await, (0, None));
        let absent = PublicId::parse("aaaaaaaaaaaaaaaa").unwrap();
        let nowhere = narrowed(&catalogue, "", |filters| filters.within = Some(absent)).await;
        assert_eq!((nowhere.total, nowhere.within), (0, None));
        // A volume that opens takes what stands in it, in the index too; one that closes gives it back.
        house.land(&[letter("X001-001-002", "移民卷", "", "1986", "县水利局")]).await;
        house.follow().await;
        assert_eq!(within("X001-001-002", "").await, at(1, "X001-001-002"));
        house.land(&[closed(letter("X001-001-002", "移民卷", "", "1986", "县水利局"))]).await;
        house.follow().await;
        assert_eq!(within("X001-001-002", "").await, (0, None));
        assert_eq!(within("X001-001", "移民").await, at(1, "X001-001"));
    })
    .await;
}

#[tokio::test]
async fn results_of_a_volume_are_folded_into_the_first_of_them() {
    both(|db| async move {
        let house = House::with(db, &holdings()).await;
        let catalogue = house.catalogue();
        let folded = async |text: &str, page, size| {
            let answer = ask(&catalogue, &Asked { by_volume: true, page, ..Asked::typed(text, size) }).await;
            let volumes = answer.volumes.clone().unwrap();
            assert!(!volumes.is_cut && volumes.of_items.len() == answer.items.len());
            let volume = volumes
                .of_items
                .iter()
                .map(|volume| volume.as_ref().map(|(place, count)| (place.code.clone(), *count)));
            (answer.total, volumes.entries, codes(&answer).join(" "), volume.collect::<Vec<_>>())
        };
        let in_volume = Some(("X001-001-001".to_owned(), 2));
        let (total, entries, codes, volumes) = folded("水库", 1, 20).await;
        assert_eq!((total, entries), (3, 2));
        assert_eq!(volumes.iter().filter(|volume| **volume == in_volume).count(), 1, "{codes}");
        assert!(volumes.contains(&None), "what its volume does not show is in none: {codes}");
        let (_, _, _, volumes) = folded("", 1, 20).await;
        assert_eq!(volumes[0], Some(("X001-001-001".to_owned(), 3)), "the volume itself is one of them");
        let (total, entries, second, _) = folded("水库", 2, 1).await;
        assert_eq!((total, entries, second.split(' ').count()), (3, 2, 1));
        assert_eq!(folded("水库", 9, 20).await.2, "");
    })
    .await;
}

#[tokio::test]
async fn nothing_typed_lists_everything_in_archival_order_page_by_page() {
    let (_folder, db) = sqlite().await;
    let catalogue = House::with(db, &holdings()).await.catalogue();
    let mut seen = Vec::new();
    for page in 1..=3 {
        let answer = ask(&catalogue, &Asked { page, ..Asked::typed(" ", 3) }).await;
        assert_eq!(answer.total, 8);
        seen.extend(codes(&answer).into_iter().map(str::to_owned));
    }
    let order = [
        "X001-001-001",
        "X001-001-001-002",
        "X001-001-001-010",
        "X001-001-002-001",
        "X002-WS·2019·Y-0001",
        "X002-WS·2023·Y-0001",
        "X002-WS·2023·Y-0002",
        "X002-WS·2023·Y-0010",
    ];
    assert_eq!(seen, order);
    for page in [4, 5, u32::MAX] {
        let past = ask(&catalogue, &Asked { page, ..Asked::typed("", 3) }).await;
        assert_eq!((past.total, past.items.len()), (8, 0));
    }
    for (page, size, wanted) in [(0, 3, 3), (1, 0, 1), (1, 5000, 8)] {
        assert_eq!(ask(&catalogue, &Asked { page, ..Asked::typed("", size) }).await.items.len(), wanted);
    }
}

#[tokio::test]
async fn an_item_carries_what_a_reader_needs() {
    let (_folder, db) = sqlite().await;
    let catalogue = House::with(db, &holdings()).await.catalogue();
    let answer = ask(&catalogue, &Asked::typed("修订", 20)).await;
    let item = &answer.items[0];
    assert_eq!(item.url, format!("/records/{}", item.id));
    assert_eq!(
        (item.date.as_deref(), item.fonds.as_str(), item.fonds_title.as_str()),
        (Some("2023-09-13"), "X002", "X002")
    );
    assert_eq!(item.title_hits.iter().map(|hit| &item.title[hit.clone()]).collect::<Vec<_>>(), ["修订"]);
}

#[tokio::test]
async fn suggestions_are_of_what_can_be_seen() {
    let (_folder, db) = sqlite().await;
    let catalogue = House::with(db, &holdings()).await.catalogue();
    let proposed = async |typed: &str| -> Vec<(String, &str)> {
        let proposed = catalogue.suggest(typed).await.unwrap();
        proposed.into_iter().map(|one| (one.text, one.kind)).collect()
    };
    assert_eq!(proposed("修订").await, [("关于修订规定的通知".to_owned(), "title")]);
    assert_eq!(proposed("粤府〔2023〕68号").await[0], ("粤府〔2023〕68号".to_owned(), "document-number"));
    assert_eq!(proposed("X001-001-001-0").await[0], ("X001-001-001-002".to_owned(), "reference-code"));
    for typed in ["秘闻", "结婚登记", "X003-1", "", "11010519491231002X", "水利 13800138000"] {
        assert_eq!(proposed(typed).await, [], "{typed}");
    }
    let many: Vec<Description> = (1..30).map(|n| item(&format!("X009-1-{n}"), &format!("水闸{n}"))).collect();
    let (_folder, db) = sqlite().await;
    assert_eq!(House::with(db, &many).await.catalogue().suggest("水闸").await.unwrap().len(), 10);
}

#[tokio::test]
async fn l25_a_personal_number_is_answered_with_nothing() {
    let (_folder, db) = sqlite().await;
    let mut all = holdings();
    all.push(item("X002-1-1", "电话 13800138000"));
    let catalogue = House::with(db, &all).await.catalogue();
    for typed in ["11010519491231002X", "查 11010519491231002x 结婚", "13800138000"] {
        let answer = ask(&catalogue, &Asked::typed(typed, 20)).await;
        assert_eq!((answer.total, answer.items.len(), answer.facets.len()), (0, 0, 0));
        assert!(answer.understood.iter().all(|one| one.text.is_empty() && one.value.is_empty()), "{answer:?}");
        assert_eq!(answer.understood.len(), 1);
    }
}

#[tokio::test]
async fn staff_find_what_is_closed() {
    let (_folder, db) = sqlite().await;
    let house = House::with(db, &holdings()).await;
    let archivist = Actor::new("小张", vec![Role::Archivist]);
    let found = house.staff().find(&archivist, &Asked::typed("秘闻", 20)).await.unwrap();
    let likes: Vec<_> = found.likes.iter().map(|one| (one.likeness, one.total, one.records.len())).collect();
    assert_eq!((likes, house.staff().size()), (vec![(Likeness::AsTyped, 3, 3)], 12));
    let count = |name: &str| found.facets.iter().find(|facet| facet.name == name).map(|facet| facet.values.len());
    assert_eq!((count("openness"), count("livelihood")), (Some(1), Some(0)));
    let editor = Actor::new("小李", vec![Role::Editor]);
    assert!(house.staff().find(&editor, &Asked::typed("秘闻", 20)).await.is_err());
    assert_eq!(ask(&house.catalogue(), &Asked::typed("秘闻", 20)).await.total, 0);
}

/// The titles on the way to a record.
fn way(shown: &Shown) -> Vec<(&str, Level)> {
    shown.path.iter().map(|place| (place.code.as_str(), place.level)).collect()
}

fn places(children: &[Child]) -> Vec<&str> {
    children.iter().map(|child| child.place.code.as_str()).collect()
}

#[tokio::test]
async fn l10_the_way_goes_from_the_fonds_through_what_can_be_seen() {
    both(|db| async move {
        let house = House::with(db, &holdings()).await;
        let catalogue = house.catalogue();
        let shown = async |code: &str| catalogue.record(&house.record(code).await.public_id).await.unwrap();
        let item = shown("X001-001-001-002").await;
        assert_eq!(way(&item), [("X001", Level::Fonds), ("X001-001-001", Level::Volume)]);
        let beside: Vec<&str> = item.siblings.iter().map(|place| place.code.as_str()).collect();
        assert_eq!((beside, item.siblings_total), (vec!["X001-001-001-002", "X001-001-001-010"], 2));
        assert_eq!(way(&shown("X001-001-002-001").await), [("X001", Level::Fonds)], "its volume is closed");
        assert!(item.elements.contains(&(Element::Creator, "县水利局".to_owned())));
        let inner = [Element::Classification, Element::Restriction, Element::Location, Element::Livelihood];
        assert!(item.elements.iter().all(|(element, _)| !inner.contains(element)));

        let (fonds, total) = catalogue.fonds(1, 20).await.unwrap();
        assert_eq!((places(&fonds), total), (vec!["X001", "X002"], 2), "X003 holds nothing that can be seen");
        assert_eq!(fonds.iter().map(|child| child.items).collect::<Vec<_>>(), [4, 4]);
        assert_eq!(catalogue.fonds(2, 1).await.unwrap().0, fonds[1..]);
        assert_eq!(catalogue.fonds(u32::MAX, 100).await.unwrap().0, []);

        let (volumes, _) = catalogue.children(&fonds[0].place.id, 1, 20).await.unwrap();
        assert_eq!((volumes[0].place.code.as_str(), volumes[0].items), ("X001-001-001", 2));
        assert!(!places(&volumes).contains(&"X001-001-002"));
        let (items, total) = catalogue.children(&volumes[0].place.id, 1, 20).await.unwrap();
        assert_eq!((places(&items), total), (vec!["X001-001-001-002", "X001-001-001-010"], 2));
        let (second, total) = catalogue.children(&volumes[0].place.id, 2, 1).await.unwrap();
        assert_eq!((places(&second), total), (vec!["X001-001-001-010"], 2));
        let (alone, total) = catalogue.children(&fonds[1].place.id, 1, 20).await.unwrap();
        assert_eq!((alone.len(), total), (4, 4));
        assert_eq!(alone[0].place.code, "X002-WS·2019·Y-0001");
    })
    .await;
}

#[tokio::test]
async fn l10_an_open_item_of_a_closed_volume_is_reached_from_its_fonds() {
    both(|db| async move {
        let volume = letter("X004-001-001", "秘卷", "", "1990", "");
        let open = letter("X004-001-002", "公开卷", "", "1991", "");
        let first = letter("X004-001-001-001", "卷中公开的一件", "", "1990", "");
        let second = letter("X004-001-001-002", "卷中公开的又一件", "", "1990", "");
        let all = [closed(volume.clone()), open, first, second];
        let house = House::with(db, &all).await;
        let catalogue = house.catalogue();
        let (fonds, _) = catalogue.fonds(1, 20).await.unwrap();
        let below = async || {
            let (children, total) = catalogue.children(&fonds[0].place.id, 1, 20).await.unwrap();
            assert_eq!(u64::try_from(children.len()).unwrap(), total);
            places(&children).into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(below().await, ["X004-001-001-001", "X004-001-001-002", "X004-001-002"]);
        let item = catalogue.record(&house.record("X004-001-001-002").await.public_id).await.unwrap();
        assert_eq!(item.path.iter().map(|place| place.code.as_str()).collect::<Vec<_>>(), ["X004"]);
        let siblings: Vec<_> = item.siblings.iter().map(|place| place.code.as_str()).collect();
        assert_eq!(siblings, ["X004-001-001-001", "X004-001-001-002", "X004-001-002"], "where the volume would stand");
        assert!(!format!("{item:?}").contains("秘卷"));
        // It opens, and closes again.
        house.land(std::slice::from_ref(&volume)).await;
        assert_eq!(below().await, ["X004-001-001", "X004-001-002"]);
        house.land(&[closed(volume)]).await;
        assert_eq!(below().await, ["X004-001-001-001", "X004-001-001-002", "X004-001-002"]);
    })
    .await;
}

#[tokio::test]
async fn l05_l06_absent_and_forbidden_are_one_answer_and_cost_the_same() {
    both(|db| async move {
        let house = House::with(db, &holdings()).await;
        let catalogue = house.catalogue();
        let mut forbidden = vec![PublicId::of(&house.ground.secrets, crate::testing::INSTITUTION, "X003")];
        for code in ["X001-001-002", "X001-001-001-003", "X002-WS·1986·Y-0009", "X003-1-1"] {
            forbidden.push(house.record(code).await.public_id);
        }
        // Time is not measured here but what takes it: the statements each answer needs. The first answer also loads the
        // names of all fonds.
        let absent = PublicId::parse("aaaaaaaaaaaaaaaa").unwrap();
        catalogue.record(&absent).await.unwrap_err();
        let told = async |id: &PublicId| {
            let before = house.ground.db.statements();
            let record = format!("{:?}", catalogue.record(id).await.unwrap_err());
            let between = house.ground.db.statements();
            assert_eq!(format!("{:?}", catalogue.children(id, 1, 20).await.unwrap_err()), record);
            (record, between - before, house.ground.db.statements() - between)
        };
        let absent = told(&absent).await;
        assert!(absent.0.contains("NotFound") && absent.1 > 0 && absent.2 > 0, "{absent:?}");
        for id in &forbidden {
            assert_eq!(told(id).await, absent);
        }
    })
    .await;
}

#[tokio::test]
async fn l08_a_code_that_is_passed_over_stays_passed_over_and_is_told_by_nothing_else() {
    both(|db| async move {
        let code = |n: u32| format!("X005-WS·2001·Y-{n:04}");
        // 0012 is closed; 0014 never was.
        let all =
            [11, 12, 13, 15].map(|n| if n == 12 { closed(item(&code(n), "题名")) } else { item(&code(n), "题名") });
        let house = House::with(db, &all).await;
        let catalogue = house.catalogue();
        let open = [11, 13, 15].map(code);
        let (fonds, _) = catalogue.fonds(1, 20).await.unwrap();
        let (children, total) = catalogue.children(&fonds[0].place.id, 1, 20).await.unwrap();
        assert_eq!((places(&children), total, fonds[0].items), (open.iter().map(String::as_str).collect(), 3, 3));
        let shown = catalogue.record(&house.record(&code(13)).await.public_id).await.unwrap();
        let beside: Vec<_> = shown.siblings.iter().map(|place| place.code.clone()).collect();
        assert_eq!((beside.as_slice(), shown.siblings_total), (open.as_slice(), 3));
        let found = async |n: u32| {
            format!("{:?}", ask(&catalogue, &Asked::typed(&code(n), 20)).await).replace(&format!("{n:04}"), "")
        };
        assert_eq!(found(12).await, found(14).await, "a closed code is found like one that never was");
        assert_ne!(found(13).await, found(14).await);
    })
    .await;
}

#[tokio::test]
async fn a_record_stands_among_its_neighbours() {
    both(|db| async move {
        let all: Vec<Description> = (1..=40).map(|n| item(&format!("X001-WS·2001·Y-{n}"), "题名")).collect();
        let house = House::with(db, &all).await;
        for (n, from, to) in [(1, 1, 7), (20, 14, 26), (40, 34, 40)] {
            let id = house.record(&format!("X001-WS·2001·Y-{n}")).await.public_id;
            let shown = house.catalogue().record(&id).await.unwrap();
            let beside: Vec<String> = shown.siblings.iter().map(|place| place.code.clone()).collect();
            assert_eq!(beside, (from..=to).map(|n| format!("X001-WS·2001·Y-{n}")).collect::<Vec<_>>());
            assert_eq!(shown.siblings_total, 40);
        }
    })
    .await;
}

/// What a reader meets walking from the fonds down: of each place its way, its neighbours and what it holds.
async fn walk(catalogue: &Catalogue) -> Vec<String> {
    let (fonds, _) = catalogue.fonds(1, 100).await.unwrap();
    let mut open: Vec<Child> = fonds;
    let mut met = Vec::new();
    while let Some(child) = open.pop() {
        let shown = catalogue.record(&child.place.id).await.unwrap();
        let (children, total) = catalogue.children(&child.place.id, 1, 100).await.unwrap();
        let names = |places: Vec<&Place>| places.iter().map(|place| place.code.clone()).collect::<Vec<_>>().join(" ");
        met.push(format!(
            "{} {} {}: {} | {} {} | {total} {}",
            child.place.code,
            child.place.title,
            child.items,
            names(shown.path.iter().collect()),
            names(shown.siblings.iter().collect()),
            shown.siblings_total,
            names(children.iter().map(|child| &child.place).collect()),
        ));
        open.extend(children);
    }
    met.sort();
    met
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// L01, L10: whatever lands in whatever order, and opens and closes after that: every open record is met once, and
    /// the way is the one of a house that never had the closed ones.
    #[test]
    fn l10_every_open_record_is_met_and_closed_ones_leave_no_trace(
        steps in prop::collection::vec((0..2_usize, 0..3_usize, 0..3_usize, 0..3_usize, any::<bool>()), 1..24),
        batch in 1..5_usize,
    ) {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
            let landings: Vec<Description> = steps.iter().map(|(fonds, volume, item, part, open)| {
                let parts = [*item, *part].into_iter().take_while(|n| *n > 0).map(|n| format!("-{n}"));
                let (code, series) = match (volume, item, part) {
                    (0, 0, _) => (format!("X{fonds}-1"), true),
                    (0, 1, _) => (format!("X{fonds}-WS"), true),
                    (0, _, 0) => (format!("X{fonds}-WS·2001"), true),
                    (0, ..) => (format!("X{fonds}-WS·2001·Y-{part}"), false),
                    _ => (format!("X{fonds}-1-{volume}{}", parts.collect::<String>()), false),
                };
                let mut one = letter(&code, &format!("题名{code}"), "", "1990", "");
                if series {
                    one.level = Level::Series;
                    one.parent_key = parent(&one.code, Level::Series).unwrap_or_default().to_owned();
                }
                if *open { one } else { closed(one) }
            }).collect();
            let mut last: std::collections::BTreeMap<String, Description> = std::collections::BTreeMap::new();
            let (_folder, db) = sqlite().await;
            let house = House::on(db);
            for chunk in landings.chunks(batch) {
                let chunk: std::collections::BTreeMap<String, Description> =
                    chunk.iter().map(|one| (one.code.key().to_owned(), one.clone())).collect();
                house.land(&chunk.values().cloned().collect::<Vec<_>>()).await;
                last.extend(chunk);
            }
            house.follow().await;
            let open: Vec<Description> =
                last.into_values().filter(|one| one.statuses.openness == Openness::Open).collect();
            let (_other_folder, other) = sqlite().await;
            let only_open = House::with(other, &open).await;
            let met = walk(&house.catalogue()).await;
            prop_assert_eq!(&met, &walk(&only_open.catalogue()).await);
            let fonds: BTreeSet<&str> = open.iter().map(|one| one.fonds_key.as_str()).collect();
            prop_assert_eq!(met.len(), open.len() + fonds.len());
            Ok(())
        })?;
    }
}

/// A record of the property test: title, then document number and creator, which are searched, and three elements that
/// results do not show and that must therefore find nothing.
type Texts = (String, [Option<String>; 5]);

fn described(n: usize, (title, [number, creator, persons, subjects, scope]): &Texts) -> Description {
    let mut one = item(&format!("X001-WS·2001·Y-{n:04}"), title);
    one.document_number.clone_from(number);
    one.creator.clone_from(creator);
    let elements = [(Element::Persons, persons), (Element::Subjects, subjects), (Element::Scope, scope)];
    let elements = elements.into_iter().filter_map(|(element, text)| Some((element.name().to_owned(), text.clone()?)));
    one.elements = elements.collect();
    one
}

/// Whether each part is contained in one of the searched texts.
fn contains((title, [number, creator, ..]): &Texts, typed: &str) -> bool {
    let texts: Vec<String> =
        [number, creator].into_iter().flatten().chain([title]).map(|text| chinese::normalise(text)).collect();
    chinese::parts(typed).iter().all(|part| texts.iter().any(|text| text.contains(part)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn every_answer_is_that_of_a_scan(
        records in prop::collection::vec(
            ("[水利縣局庫王A(（·　 𠮷]{1,9}", prop::array::uniform5(prop::option::weighted(0.4, "[水利縣局王A「]{1,5}"))),
            1..30,
        ),
        questions in prop::collection::vec("[水利县局库王a（ 𠮷「]{1,4}", 25),
    ) {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
            let (_folder, db) = sqlite().await;
            let all: Vec<Description> = records.iter().enumerate().map(|(n, texts)| described(n, texts)).collect();
            let catalogue = House::with(db, &all).await.catalogue();
            for typed in &questions {
                let wanted: BTreeSet<String> = records
                    .iter()
                    .zip(&all)
                    .filter(|(texts, _)| contains(texts, typed))
                    .map(|(_, one)| one.code.written().to_owned())
                    .collect();
                let mut found = Vec::new();
                for page in 1..=8 {
                    let answer = catalogue.ask(&Asked { page, ..Asked::typed(typed, 4) }).await.unwrap();
                    if wanted.is_empty() {
                        prop_assert!(answer.total == 0 || answer.relaxed.is_some(), "{typed:?} {answer:?}");
                        break;
                    }
                    prop_assert_eq!(answer.total, u64::try_from(wanted.len()).unwrap(), "{:?}", typed);
                    prop_assert!(answer.relaxed.is_none());
                    found.extend(answer.items.into_iter().map(|item| item.reference_code));
                }
                prop_assert_eq!(found.len(), wanted.len(), "a record twice for {:?}", typed);
                prop_assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), wanted, "{:?}", typed);
            }
            Ok(())
        })?;
    }
}

/// Marriages of three couples, one row of which keeps no names beside its title.
async fn couples(house: &House) {
    let marriage = |code: &str, title: &str| {
        let mut one = item(code, title);
        one.statuses.livelihood = Some(Livelihood::Marriage);
        one
    };
    house
        .land(&[
            marriage("M001-HY-0001", "婚姻登记：王晓明、李红"),
            marriage("M001-HY-0002", "婚姻登记：赵四、王小朋"),
            marriage("M001-HY-0003", "张小鸣结婚登记"),
            item("X001-1-1", "王小明同志事迹"),
        ])
        .await;
    let mut tx = house.ground.db.begin().await.unwrap();
    for (code, names) in [("M001-HY-0001", ["王晓明", "李红"]), ("M001-HY-0002", ["赵四", "王小朋"])] {
        let number = house.record(code).await.number;
        let id_number = (code == "M001-HY-0001").then(|| "11010519491231002X".to_owned());
        let persons = names.map(|name| crate::Person {
            name: name.to_owned(),
            role: crate::PersonRole::Man,
            id_number: id_number.clone().filter(|_| name == "王晓明"),
            born: None,
        });
        let keys = (&house.ground.secrets, &house.ground.random);
        crate::store::person::replace(&mut tx, keys, number, &persons).await.unwrap();
    }
    tx.commit().await.unwrap();
    house.follow().await;
}

#[tokio::test]
async fn staff_find_persons_by_sound_by_one_wrong_character_and_by_id_number() {
    both(|db| async move {
        let house = House::on(db);
        couples(&house).await;
        let archivist = Actor::new("小张", vec![Role::Archivist]);
        let found = async |typed: &str| {
            let found = house.staff().find(&archivist, &Asked::typed(typed, 20)).await.unwrap();
            let code = |one: &FoundRecord| one.record.description.code.written().to_owned();
            let codes = |likes: &Likes| likes.records.iter().map(code).collect::<Vec<_>>().join(" ");
            found.likes.iter().map(|likes| (likes.likeness, codes(likes))).collect::<Vec<_>>()
        };
        let is = |likeness: Likeness, codes: &str| (likeness, codes.to_owned());
        assert_eq!(
            found("王小明").await,
            [
                is(Likeness::AsTyped, "X001-1-1"),
                is(Likeness::SameSound, "M001-HY-0001"),
                is(Likeness::OneCharacter, "M001-HY-0002"),
            ]
        );
        assert_eq!(found("张晓明").await[0], is(Likeness::SameSound, "M001-HY-0003"), "by its title");
        assert_eq!(found("王曉明 结婚").await, [], "no row says 结婚 in so many words beside this name");
        assert_eq!(found("11010519491231002x").await, [is(Likeness::IdNumber, "M001-HY-0001")]);
        assert_eq!(found("110105491231002").await, [is(Likeness::IdNumber, "M001-HY-0001")]);
        assert_eq!(ask(&house.catalogue(), &Asked::typed("王晓明", 20)).await.total, 0, "nothing of it is public");

        let mut tx = house.ground.db.read().await.unwrap();
        let lines: Vec<(String, String)> = tx
            .sql("SELECT object, CAST(detail AS TEXT) FROM audit WHERE action = 'catalogue.find'")
            .all()
            .await
            .unwrap();
        assert_eq!(lines.len(), 5);
        assert!(lines.iter().all(|(object, detail)| !format!("{object}{detail}").contains("明")), "{lines:?}");
    })
    .await;
}

#[tokio::test]
async fn a_place_is_found_under_all_its_names() {
    both(|db| async move {
        let house = House::with(db, &[item("X001-1-1", "襄樊市水利志"), item("X001-1-2", "襄阳市水利年鉴")]).await;
        let catalogue = house.catalogue();
        assert_eq!(ask(&catalogue, &Asked::typed("襄阳市 水利", 20)).await.total, 1);
        let mut tx = house.ground.db.begin().await.unwrap();
        let one = crate::Authority {
            kind: crate::AuthorityKind::Place,
            name: "襄阳市".to_owned(),
            dates: String::new(),
            history: String::new(),
            names: vec![crate::OtherName {
                relation: crate::NameRelation::Earlier,
                name: "襄樊市".to_owned(),
                period: "1983—2010".to_owned(),
            }],
        };
        let ids = (house.ground.ids.make(), &PublicId::of(&house.ground.secrets, crate::testing::INSTITUTION, "place"));
        let now = house.ground.clock.now();
        crate::store::authority::put(&mut tx, crate::testing::INSTITUTION, ids, &one, now).await.unwrap();
        tx.commit().await.unwrap();
        catalogue.refresh_places().await.unwrap();
        let answer = ask(&catalogue, &Asked::typed("襄阳市 水利", 20)).await;
        let codes: Vec<&str> = answer.items.iter().map(|item| item.reference_code.as_str()).collect();
        assert_eq!((codes, answer.relaxed), (vec!["X001-1-2", "X001-1-1"], None), "what was typed comes first");
        assert_eq!(answer.understood[0].kind, UnderstoodKind::Place);
        assert!(!answer.items[1].title_hits.is_empty(), "the old name is marked");
    })
    .await;
}

#[tokio::test]
async fn a_document_type_that_was_named_comes_first() {
    let (_folder, db) = sqlite().await;
    let mut others = vec![item("X001-1-1", "关于水利工程的通知单样式")];
    others.push(letter("X001-1-2", "关于做好水利工作的通知", "", "1986", ""));
    let catalogue = House::with(db, &others).await.catalogue();
    let answer = ask(&catalogue, &Asked::typed("水利 通知", 20)).await;
    let codes: Vec<&str> = answer.items.iter().map(|item| item.reference_code.as_str()).collect();
    assert_eq!(codes, ["X001-1-2", "X001-1-1"]);
}
