//! The opening review on both databases, and what everybody sees after each act.

use std::time::Instant;

use kernel::events::{self, RecordsClosed};
use kernel::testing::{both, sqlite};
use kernel::{Actor, Code, Day, Db, Role};
use tokio::sync::Notify;

use super::*;
use crate::record::tests::item;
use crate::review::{Reason, Said, Step, Verdict};
use crate::testing::{House, INSTITUTION};
use crate::{ArchivalDate, Asked, Classification, Description, Harvest, Livelihood, Openness, Restriction};

fn code(n: usize) -> String {
    format!("X001-WS·1986·Y-{n:04}")
}

/// A record of 1986 that nobody has reviewed.
pub(crate) fn old(n: usize) -> Description {
    let mut one = item(&code(n), &format!("清江水利工程第{n}号"));
    one.statuses.openness = Openness::Unreviewed;
    one.date = ArchivalDate::parse("19860304").unwrap();
    one
}

fn of(date: &str, n: usize) -> Description {
    Description { date: ArchivalDate::parse(date).unwrap(), ..old(n) }
}

fn archivist(name: &str) -> Actor {
    Actor::new(name, vec![Role::Archivist])
}

pub(crate) fn director() -> Actor {
    Actor::new("馆长", vec![Role::Director])
}

pub(crate) fn desk(house: &House) -> Reviews {
    Reviews::new(&house.ground, INSTITUTION)
}

async fn house(db: Db, descriptions: &[Description]) -> (House, Reviews) {
    let house = House::with(db, descriptions).await;
    let reviews = desk(&house);
    (house, reviews)
}

fn draft() -> Draft {
    Draft { title: "第一批".to_owned(), early: None, chosen: Chosen::Due(None) }
}

fn resolved() -> Resolved {
    Resolved { document_number: "临档〔2026〕1号".to_owned(), ..Resolved::default() }
}

/// Brings a batch with these opinions to the final decision.
async fn reviewed(reviews: &Reviews, batch: i64, said: &Said) {
    let given = Given::All(said.clone());
    reviews.opine(&archivist("甲"), batch, Step::Initial, &given).await.unwrap();
    reviews.opine(&archivist("乙"), batch, Step::Second, &given).await.unwrap();
    let alone = Consulted::Alone("原单位已撤销，没有继承单位".to_owned());
    reviews.send(&archivist("甲"), batch, &alone).await.unwrap();
}

/// Opens everything that is due.
pub(crate) async fn open_due(reviews: &Reviews) -> Carried {
    open(reviews, &draft()).await
}

/// Opens what a batch is drafted with.
pub(crate) async fn open(reviews: &Reviews, draft: &Draft) -> Carried {
    let batch = reviews.draft(&archivist("甲"), draft).await.unwrap().batch;
    reviewed(reviews, batch, &Said::plain(Verdict::Open)).await;
    reviews.decide(&director(), batch, &resolved()).await.unwrap();
    reviews.carry_out(&director(), batch, &mut |_| ()).await.unwrap()
}

/// How many records search, the hierarchy and OAI show to everybody.
async fn seen(house: &House) -> (u64, u64, u64) {
    house.follow().await;
    let catalogue = house.catalogue();
    let answer = catalogue.ask(&Asked::typed("清江水利", 20)).await.unwrap();
    let found = if answer.relaxed.is_some() { 0 } else { answer.total };
    let mut below = 0;
    for fonds in catalogue.fonds(1, 100).await.unwrap().0 {
        below += catalogue.children(&fonds.place.id, 1, 100).await.unwrap().1;
    }
    let now = house.ground.clock.now().plus_seconds(1);
    let from = kernel::Timestamp::from_seconds(0);
    let asked = Harvest { from, until: now, fonds: None, after: None, most: 100, whole: true };
    let told = catalogue.harvest(&asked).await.unwrap();
    (found, below, u64::try_from(told.iter().filter(|one| !one.is_gone).count()).unwrap())
}

async fn audited(house: &House, action: &str) -> i64 {
    let mut tx = house.ground.db.read().await.unwrap();
    let query = tx.sql("SELECT count(*) FROM audit WHERE action = $1").bind(action.to_owned());
    query.one::<(i64,)>().await.unwrap().0
}

#[tokio::test]
async fn l13_a_date_puts_a_record_on_the_list_and_opens_nothing() {
    both(|db| async move {
        // The clocks of tests stand on 2026-11-02.
        let dates = ["19860304", "20011102", "20011103", "2001", "2000", "200110", "不详"];
        let all: Vec<Description> = dates.iter().zip(1..).map(|(date, n)| of(date, n)).collect();
        let (house, reviews) = house(db, &all).await;
        let due = async || reviews.due(&archivist("甲")).await.unwrap()[0].due;
        assert_eq!((due().await.by_age, due().await.undated), (4, 1));
        let midnight = Day::from_civil(2026, 11, 3).unwrap().begins();
        let until = midnight.seconds_since(house.ground.clock.now());
        house.hand.advance(until - 1);
        assert_eq!(due().await.by_age, 4);
        house.hand.advance(1);
        assert_eq!(due().await.by_age, 5, "the day begins in Asia/Shanghai");
        house.hand.advance(60 * 86_400);
        assert_eq!(due().await.by_age, 6, "a year is over when all of it is");
        assert_eq!(seen(&house).await, (0, 0, 0));
    })
    .await;
}

#[tokio::test]
async fn what_was_reviewed_by_three_is_open_everywhere_and_published_as_a_list() {
    both(|db| async move {
        let (house, reviews) = house(db, &[old(1), old(2), of("2020", 3)]).await;
        let drafted = reviews.draft(&archivist("甲"), &draft()).await.unwrap();
        assert_eq!((drafted.records, drafted.left_out.not_due), (2, 0), "what is not due is not on the list");
        let batch = drafted.batch;
        assert_eq!(reviews.due(&archivist("甲")).await.unwrap()[0].due.under_review, 2);
        assert!(reviews.draft(&archivist("甲"), &draft()).await.is_err(), "one batch has them");
        reviewed(&reviews, batch, &Said::plain(Verdict::Open)).await;
        reviews.decide(&director(), batch, &resolved()).await.unwrap();
        assert_eq!(seen(&house).await, (0, 0, 0), "a decision has to be carried out");
        let carried = reviews.carry_out(&director(), batch, &mut |_| ()).await.unwrap();
        assert_eq!((carried.done, carried.refused.len()), (2, 0));
        assert_eq!(seen(&house).await, (2, 2, 2));
        assert_eq!(
            (audited(&house, "catalogue.decide").await, audited(&house, "catalogue.review-decide").await),
            (2, 1)
        );

        let catalogue = house.catalogue();
        let (openings, total) = catalogue.openings(1, 20).await.unwrap();
        assert_eq!((total, openings[0].records), (1, 2));
        let (_, listed) = catalogue.opening(&openings[0].id, 1, 20).await.unwrap();
        assert_eq!(listed.iter().map(|one| one.place.code.clone()).collect::<Vec<_>>(), [code(1), code(2)]);
        let again = reviews.carry_out(&director(), batch, &mut |_| ()).await.unwrap_err();
        assert_eq!(again.shown().code(), Code::NotYet);

        let dossier = reviews.history(&archivist("甲"), &code(1)).await.unwrap();
        let told: Vec<String> = dossier.happened.iter().map(|one| format!("{}{}", one.actor, one.what)).collect();
        let told = told.join("；");
        for part in
            ["未审核", "甲批次 1 初审：开放", "乙批次 1 复审：开放", "馆长批次 1 终审", "临档〔2026〕1号", "单独审核"]
        {
            assert!(told.contains(part), "{part} in {told}");
        }
    })
    .await;
}

#[tokio::test]
async fn l12_what_is_closed_is_gone_at_once_and_its_copies_are_listed() {
    both(|db| async move {
        let (house, reviews) = house(db, &[old(1), old(2)]).await;
        open_due(&reviews).await;
        assert_eq!(seen(&house).await, (2, 2, 2));
        let number = house.record(&code(1)).await.number;
        let mut tx = house.ground.db.begin().await.unwrap();
        tx.sql(
            "INSERT INTO outside_copy (record_number, kind, place, since) VALUES ($1, 'article', '推文《水利》', $2)",
        )
        .bind(number)
        .bind(house.ground.clock.now())
        .run()
        .await
        .unwrap();
        tx.commit().await.unwrap();
        let asked = [code(1), "X999-1-1".to_owned()];
        assert!(reviews.close(&archivist("甲"), &asked, "涉及个人隐私").await.is_err(), "an archivist does not decide");
        assert!(reviews.close(&director(), &asked, " ").await.is_err());
        let closed = reviews.close(&director(), &asked, "涉及个人隐私").await.unwrap();
        assert_eq!((closed.carried.done, closed.carried.refused.len()), (1, 1), "the unknown code is told");
        let copies: Vec<(&str, &str)> = closed.copies.iter().map(|one| (one.kind, one.place.as_str())).collect();
        assert_eq!(
            copies,
            [("推文", "推文《水利》"), ("已被采集", "来采集目录的其他平台，例如联合目录；请通知对方删除")]
        );
        assert_eq!(seen(&house).await, (1, 1, 1));
        let id = house.record(&code(1)).await.public_id;
        let mut tx = house.ground.db.begin().await.unwrap();
        let heard = events::next(&mut tx, "publishing", 9).await.unwrap();
        let told: Vec<RecordsClosed> = heard.iter().filter_map(events::Heard::read).collect();
        assert_eq!(told, [RecordsClosed { decision: closed.carried.batch, records: vec![id.to_string()] }]);
        tx.commit().await.unwrap();
        assert!(house.catalogue().record(&id).await.is_err());
        assert!(house.catalogue().harvested(&id).await.unwrap().unwrap().is_gone);
        let (openings, _) = house.catalogue().openings(1, 20).await.unwrap();
        assert_eq!(openings[0].records, 1, "it leaves the published list");
        reviews.close(&director(), &[code(2)], "涉及个人隐私").await.unwrap();
        assert_eq!(house.catalogue().openings(1, 20).await.unwrap(), (Vec::new(), 0));
        assert!(house.catalogue().opening(&openings[0].id, 1, 20).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn l02_closing_leaves_no_trace_in_answers() {
    let (_one, never) = sqlite().await;
    let (_two, closed) = sqlite().await;
    let kept: Vec<Description> = (1..=30).map(|n| item(&code(n), &format!("清江水利工程第{n}号通知"))).collect();
    let gone: Vec<Description> = (31..=50).map(|n| item(&code(n), &format!("清江密约水利第{n}号"))).collect();
    let never = House::with(never, &kept).await;
    let other = House::with(closed, &[kept, gone].concat()).await;
    let codes: Vec<String> = (31..=50).map(code).collect();
    desk(&other).close(&director(), &codes, "误开放").await.unwrap();
    other.follow().await;
    for typed in [
        "清江",
        "密约",
        "清江密约",
        "请问清江密约在哪里",
        "水利第31号",
        "清江水利工程第7号通知",
        "清汪水利工程",
        "1986 密约",
        "",
    ] {
        let (one, two) = (never.catalogue(), other.catalogue());
        let asked = Asked::typed(typed, 20);
        // The keys of two houses differ, and with them the ids.
        let plain = |answer: crate::Answer| {
            let items: Vec<_> = answer.items.into_iter().map(|one| (one.reference_code, one.title_hits)).collect();
            (answer.total, items, answer.facets, answer.relaxed, answer.partial)
        };
        assert_eq!(plain(one.ask(&asked).await.unwrap()), plain(two.ask(&asked).await.unwrap()), "{typed}");
        assert_eq!(one.suggest(typed).await.unwrap(), two.suggest(typed).await.unwrap(), "{typed}");
    }
}

#[tokio::test]
async fn limits_that_outrank_an_opening_are_told_and_stay() {
    both(|db| async move {
        let (mut donated, mut internal, mut marriage) = (old(1), old(2), old(3));
        donated.statuses.restriction = Restriction::Closed;
        internal.statuses.classification = Classification::Internal;
        marriage.statuses.livelihood = Some(Livelihood::Marriage);
        let (house, reviews) = house(db, &[donated, internal, marriage, old(4)]).await;
        let carried = open_due(&reviews).await;
        assert_eq!((carried.done, carried.refused.len()), (1, 3));
        for (refused, why) in carried.refused.iter().zip(["捐赠", "内部", "民生"]) {
            assert!(refused.why.contains(why), "{refused:?}");
        }
        for n in 1..=3 {
            assert_eq!(house.record(&code(n)).await.description.statuses.openness, Openness::Unreviewed);
        }
        assert_eq!(seen(&house).await, (1, 1, 1));
    })
    .await;
}

#[tokio::test]
async fn what_stays_closed_comes_up_again_on_its_day() {
    both(|db| async move {
        let (house, reviews) = house(db, &[old(1)]).await;
        let batch = reviews.draft(&archivist("甲"), &draft()).await.unwrap().batch;
        reviewed(&reviews, batch, &Said { reason: Some(Reason::Rights), ..Said::plain(Verdict::Defer) }).await;
        let dated = Resolved { review_on: Day::from_civil(2027, 1, 1), ..resolved() };
        let error = reviews.decide(&director(), batch, &dated).await.unwrap_err().to_string();
        assert!(error.contains(&code(1)) && error.contains("第三十一条"), "{error}");
        let agreed = Resolved { authority: Some(("县档案局".to_owned(), "3号".to_owned())), ..dated };
        reviews.decide(&director(), batch, &agreed).await.unwrap();
        reviews.carry_out(&director(), batch, &mut |_| ()).await.unwrap();
        assert_eq!(house.record(&code(1)).await.description.statuses.openness, Openness::Deferred);
        assert!(reviews.due(&archivist("甲")).await.unwrap().is_empty());
        house.hand.advance(60 * 86_400);
        assert_eq!(reviews.due(&archivist("甲")).await.unwrap()[0].due.by_date, 1);
        assert_eq!(seen(&house).await, (0, 0, 0), "the end of a deferral opens nothing");
        assert_eq!(reviews.draft(&archivist("甲"), &draft()).await.unwrap().records, 1);
    })
    .await;
}

#[tokio::test]
async fn records_are_opened_early_on_a_legal_ground_only() {
    let (_folder, db) = sqlite().await;
    let (house, reviews) = house(db, &[of("2020", 1)]).await;
    let chosen = Chosen::Codes(vec![code(1)]);
    let plain = Draft { chosen, ..draft() };
    let error = reviews.draft(&archivist("甲"), &plain).await.unwrap_err().to_string();
    assert!(error.contains("未满 25 年 1 条"), "{error}");
    assert!(reviews.draft(&archivist("甲"), &Draft { early: Some(" ".to_owned()), ..plain.clone() }).await.is_err());
    let early = Draft { early: Some("档案法第二十七条：科技类".to_owned()), ..plain };
    let batch = reviews.draft(&archivist("甲"), &early).await.unwrap().batch;
    reviewed(&reviews, batch, &Said::plain(Verdict::Open)).await;
    reviews.decide(&director(), batch, &resolved()).await.unwrap();
    reviews.carry_out(&director(), batch, &mut |_| ()).await.unwrap();
    assert_eq!(seen(&house).await.0, 1);
}

#[tokio::test]
async fn originals_are_published_apart_and_closing_ends_it() {
    both(|db| async move {
        let (house, reviews) = house(db, &[old(1)]).await;
        let (asked, published) = ([code(1)], async || house.record(&code(1)).await.description.statuses.published);
        let early = reviews.publish(&director(), &asked, "临档〔2026〕2号").await.unwrap();
        assert_eq!((early.done, early.refused.len(), published().await), (0, 1, false));
        open_due(&reviews).await;
        assert!(!published().await, "open is not published");
        assert!(reviews.publish(&archivist("甲"), &asked, "2号").await.is_err());
        assert_eq!(reviews.publish(&director(), &asked, "临档〔2026〕2号").await.unwrap().done, 1);
        assert!(published().await);
        reviews.unpublish(&director(), &asked, "著作权人要求").await.unwrap();
        assert!(!published().await);
        reviews.publish(&director(), &asked, "3号").await.unwrap();
        reviews.close(&director(), &asked, "误开放").await.unwrap();
        assert!(!published().await, "what is opened again needs its approval anew");
    })
    .await;
}

#[tokio::test]
async fn the_whole_machine_guards_persons_permissions_and_stages() {
    let (_folder, db) = sqlite().await;
    let (_house, reviews) = house(db, &[old(1), old(2)]).await;
    let editor = Actor::new("小李", vec![Role::Editor]);
    assert!(reviews.due(&editor).await.is_err());
    assert!(reviews.draft(&editor, &draft()).await.is_err());
    let batch = reviews.draft(&archivist("甲"), &draft()).await.unwrap().batch;
    let open = Given::All(Said::plain(Verdict::Open));
    assert!(reviews.opine(&archivist("甲"), batch, Step::Second, &open).await.is_err(), "the initial step comes first");
    let one = Given::Each(vec![(code(1), Said::plain(Verdict::Open))]);
    reviews.opine(&archivist("甲"), batch, Step::Initial, &one).await.unwrap();
    assert_eq!(reviews.list(&archivist("甲")).await.unwrap()[0].stage, "待初审");
    reviews.opine(&archivist("甲"), batch, Step::Initial, &open).await.unwrap();
    let same = reviews.opine(&archivist("甲"), batch, Step::Second, &open).await.unwrap_err().to_string();
    assert!(same.contains("另一人"), "{same}");
    reviews.opine(&director(), batch, Step::Second, &open).await.unwrap();
    let successor = Consulted::Successor { body: "县水务局".to_owned(), of: "县水利局".to_owned() };
    reviews.send(&archivist("甲"), batch, &successor).await.unwrap();
    assert!(reviews.decide(&director(), batch, &resolved()).await.is_err(), "the answer is awaited");
    reviews.answer(&archivist("甲"), batch, "同意开放").await.unwrap();
    let third = reviews.decide(&director(), batch, &resolved()).await.unwrap_err().to_string();
    assert!(third.contains("第三人"), "{third}");
    let unnumbered = Resolved { document_number: String::new(), ..resolved() };
    let other = Actor::new("副馆长", vec![Role::Director]);
    assert!(reviews.decide(&other, batch, &unnumbered).await.is_err());
    reviews.decide(&other, batch, &resolved()).await.unwrap();
    assert!(reviews.withdraw(&archivist("甲"), batch, "算了").await.is_err(), "what was decided a director withdraws");
    reviews.withdraw(&director(), batch, "有新情况").await.unwrap();
    assert!(reviews.carry_out(&director(), batch, &mut |_| ()).await.is_err());
    assert_eq!(reviews.draft(&archivist("甲"), &draft()).await.unwrap().records, 2, "they are free again");
}

#[tokio::test]
async fn a_carrying_out_that_is_cut_goes_on_where_it_stopped() {
    both(|db| async move {
        let all: Vec<Description> = (1..=300).map(old).collect();
        let (house, reviews) = house(db, &all).await;
        let batch = reviews.draft(&archivist("甲"), &draft()).await.unwrap().batch;
        reviewed(&reviews, batch, &Said::plain(Verdict::Open)).await;
        reviews.decide(&director(), batch, &resolved()).await.unwrap();
        let begun = Notify::new();
        let (mut told, director) = (|_: u64| begun.notify_one(), director());
        tokio::select! {
            _ = reviews.carry_out(&director, batch, &mut told) => panic!("it was to be cut"),
            () = begun.notified() => {}
        }
        let line = reviews.list(&director).await.unwrap().remove(0);
        assert!(line.done > 0 && line.waiting > 0, "{line:?}");
        assert!(reviews.withdraw(&director, batch, "算了").await.is_err(), "some of it is done");
        let carried = reviews.carry_out(&director, batch, &mut |_| ()).await.unwrap();
        assert_eq!(carried.done, 300);
        assert_eq!(seen(&house).await, (300, 300, 100));
        assert_eq!(audited(&house, "catalogue.decide").await, 300, "nothing twice");
        let mut tx = house.ground.db.read().await.unwrap();
        let (kept,): (i64,) = tx.sql("SELECT count(*) FROM record_history").one().await.unwrap();
        assert_eq!(kept, 300);
    })
    .await;
}

#[tokio::test]
async fn a_sheet_goes_out_and_comes_back() {
    let (_folder, db) = sqlite().await;
    let (_house, reviews) = house(db, &[old(1), old(2)]).await;
    let batch = reviews.draft(&archivist("甲"), &draft()).await.unwrap().batch;
    reviews.opine(&archivist("甲"), batch, Step::Initial, &Given::All(Said::plain(Verdict::Open))).await.unwrap();
    let shown = reviews.show(&archivist("甲"), batch).await.unwrap();
    let mut file = Vec::new();
    write_sheet(&shown, crate::export::Format::Csv, &mut file).unwrap();
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).from_reader(file.strip_prefix(b"\xef\xbb\xbf").unwrap());
    let rows = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect());
    let rows: Vec<Vec<String>> = rows.collect();
    let given = read_sheet(&rows, Step::Initial).unwrap();
    assert_eq!(given, [1, 2].map(|n| (code(n), Said::plain(Verdict::Open))));
    assert!(read_sheet(&rows, Step::Second).unwrap().is_empty());
}

/// How many records are opened at once: `$LANTAI_OPENED`, 10,000 in the long run.
#[expect(clippy::disallowed_methods, reason = "the long run is asked for by the environment")]
fn many() -> usize {
    std::env::var("LANTAI_OPENED").ok().and_then(|number| number.parse().ok()).unwrap_or(1500)
}

#[tokio::test]
async fn many_are_opened_in_small_transactions_and_all_are_seen() {
    let (_folder, db) = sqlite().await;
    let all: Vec<Description> = (1..=many()).map(old).collect();
    let (house, reviews) = house(db, &all).await;
    let began = Instant::now();
    let drafted = reviews.draft(&archivist("甲"), &draft()).await.unwrap();
    let drafting = began.elapsed();
    assert_eq!(drafted.records, many());
    let batch = drafted.batch;
    reviewed(&reviews, batch, &Said::plain(Verdict::Open)).await;
    reviews.decide(&director(), batch, &resolved()).await.unwrap();
    let began = Instant::now();
    let (mut told, mut ends) = (vec![0], vec![began]);
    let mut progress = |done| {
        told.push(done);
        ends.push(Instant::now());
    };
    let carried = reviews.carry_out(&director(), batch, &mut progress).await.unwrap();
    let carrying = began.elapsed();
    let size = u64::try_from(many()).unwrap();
    assert_eq!((carried.done, told.last().copied()), (size, Some(size)));
    let sizes: Vec<u64> = told.windows(2).map(|two| two[1] - two[0]).collect();
    assert!(sizes.iter().all(|size| (1..=1000).contains(size)), "{sizes:?}");
    house.follow().await;
    let longest = ends.windows(2).map(|two| two[1] - two[0]).max().unwrap();
    eprintln!(
        "{size} records: drafted in {drafting:?}, carried out in {carrying:?}, seen after {:?}; {} transactions, the \
         longest {longest:?} with at most {:?} records",
        began.elapsed(),
        sizes.len(),
        sizes.iter().max(),
    );
    let answer = house.catalogue().ask(&Asked::typed("清江水利", 20)).await.unwrap();
    assert_eq!((answer.total, answer.relaxed.is_some()), (size, false));
    assert_eq!(house.catalogue().openings(1, 20).await.unwrap().0[0].records, size);
}
