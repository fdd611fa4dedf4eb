//! The pages over a small catalogue of a real import and a real index.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use kernel::cage::{Cage, Limits};
use kernel::testing::{ground, sqlite};
use search::Ranking;
use tempfile::TempDir;
use tower::ServiceExt as _;
use web::{House, Shell};

use crate::desk::tests::{desk, director, old, open_due};
use crate::import::{Ended, Format, Import, Mapping};
use crate::testing::House as Catalogued;
use crate::{Catalogue, Description, Follower, Indexes, Pace};

const FILE: &str = "档号,题名,文件编号,日期,责任者,保管期限,开放标识,著录层级\n\
    X001-001-001,清江水利工程卷,,1986,县水利局,永久,开放,案卷\n\
    X001-001-001-001,关于修建<清江>水库的请示,清水〔1986〕3号,19860304,县水利局,永久,开放,文件\n\
    X001-001-001-002,关于修建清江水库的批复,清府〔1986〕9号,19860501,县人民政府,永久,开放,文件\n\
    X001-001-001-003,清江水库移民秘闻,,19860601,县水利局,永久,控制使用,文件\n\
    X002-001-001-001,关于小学入学的通知,,1990,县教育局,永久,开放,文件\n";

/// Where readers find the site.
const BASE: &str = "https://archives.example";

async fn hall() -> (TempDir, TempDir, Router) {
    hall_of(FILE, 5).await
}

async fn hall_of(file: &str, records: u64) -> (TempDir, TempDir, Router) {
    let (folder, db) = sqlite().await;
    let (ground, _hand) = ground(db.clone());
    let own = std::env::current_exe().unwrap();
    let program = own.parent().unwrap().parent().unwrap().join("examples/table_reader");
    let import = Import {
        institution: "435999".to_owned(),
        cage: Cage { program, arguments: Vec::new(), limits: Limits::default() },
        file_name: "目录".to_owned(),
        format: Format::Auto,
        mapping: Mapping::parse("").unwrap(),
        fonds: None,
        actor: "档案员".to_owned(),
        scanner: kernel::Scanner::default(),
        approval: None,
        dry_run: false,
    };
    let file = kernel::cage::bytes(file.as_bytes()).unwrap();
    let Ended::Done(result) = import.run(&ground, file, &mut |_| ()).await.unwrap() else { panic!("refused") };
    assert_eq!((result.landed, result.refused), (records, 0), "{:?}", result.problems);
    let data = tempfile::tempdir().unwrap();
    let indexes = Indexes::open(data.path(), Ranking::default()).unwrap();
    Follower::take(&ground, &indexes, Pace::Prompt).unwrap().unwrap().catch_up().await.unwrap();
    let house: House = toml::from_str(include_str!("../../../web/assets/sample-house.toml")).unwrap();
    let shell = Shell::new(house, ground.clock.clone(), &[]).unwrap();
    let catalogue = Catalogue::new(db, "435999", indexes.open_side());
    (folder, data, shell.dress(super::router(catalogue, shell.clone(), BASE, std::sync::Arc::new(()))))
}

async fn got(app: &Router, path: &str) -> (StatusCode, String) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let response = app.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

async fn page(app: &Router, path: &str) -> String {
    let (status, html) = got(app, path).await;
    assert_eq!(status, StatusCode::OK, "{path}");
    assert_eq!(html.matches("<h1").count(), 1, "{path} has one h1");
    html
}

/// The addresses of links whose text holds something.
fn links<'h>(html: &'h str, start: &str, text: &str) -> Vec<&'h str> {
    html.split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split_once('"'))
        .filter(|(href, rest)| {
            href.starts_with(start) && rest.split_once("</a>").is_some_and(|(inner, _)| inner.contains(text))
        })
        .map(|(href, _)| href)
        .collect()
}

const WATER: &str = "%E6%B0%B4%E5%BA%93";

#[tokio::test]
async fn a_reader_walks_from_a_word_to_the_fonds() {
    let (_folder, _data, app) = hall().await;
    let html = page(&app, &format!("/search?q={WATER}")).await;
    assert!(html.contains("找到 <b>2</b> 条"), "{html}");
    assert!(html.contains("关于修建&lt;清江&gt;<mark>水库</mark>的请示"), "{html}");
    assert!(!html.contains("移民"), "a closed record leaves no trace");
    let found = links(&html, "/records/", "请示");
    let record = page(&app, found[0]).await;
    for text in ["清水〔1986〕3号", "1986年3月4日", "责任者", "县水利局", "X001-001-001-001。</span>", "批复"]
    {
        assert!(record.contains(text), "{text} in {record}");
    }
    assert!(!record.contains("移民"), "siblings that are closed are not shown");
    let volume = page(&app, links(&record, "/browse/", "清江水利工程卷")[0]).await;
    assert!(volume.contains("批复") && !volume.contains("移民"));
    let fonds = page(&app, links(&volume, "/browse/", "X001")[0]).await;
    assert!(!links(&fonds, "/browse/", "清江水利工程卷").is_empty(), "{fonds}");
    let all = page(&app, "/browse").await;
    assert!(all.contains("全宗 2 个"), "{all}");
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

#[tokio::test]
async fn a_date_is_shown_both_ways_on_its_page_and_western_in_lists() {
    let rows = [
        ("保甲清册", "民国三十五年", "民国三十五年（1946年）", "1946年"),
        ("县府公函", "1946", "1946年（民国三十五年）", "1946年"),
        ("奏折底稿", "光绪二十四年十二月", "光绪二十四年十二月（1898—1899年）", "1898—1899年"),
        ("祖遗地契", "[1898]", "[1898年]（光绪二十四年）", "[1898年]"),
        ("土改总结", "五十年代", "五十年代（1950—1959年）", "1950—1959年"),
    ];
    let lines = (1..)
        .zip(rows)
        .map(|(number, (title, date, ..))| format!("\nX001-001-001-{number:03},{title},,{date},县政府,永久,开放"));
    let file = format!("档号,题名,文件编号,日期,责任者,保管期限,开放标识{}", lines.collect::<String>());
    let (_folder, _data, app) = hall_of(&file, 5).await;
    for (title, _, both, western) in rows {
        let list = page(&app, &format!("/search?q={}", encoded(title))).await;
        assert!(list.contains(&format!("<span>{western}</span>")) && !list.contains(both), "{list}");
        let record = page(&app, links(&list, "/records/", "")[0]).await;
        assert!(record.contains(&format!("<dd>{both}</dd>")), "{both} in {record}");
    }
    let html = page(&app, &format!("/search?q={}", encoded("五十年代 土改"))).await;
    assert!(html.contains("五十年代（1950–1959年）") && html.contains("土改</mark>总结"), "{html}");
    let html = page(&app, &format!("/search?q={}", encoded("民国三十五年"))).await;
    assert!(html.contains("民国三十五年（1946年）") && html.contains("找到 <b>2</b> 条"), "{html}");
}

#[tokio::test]
async fn narrowing_is_a_link_and_so_is_taking_it_back() {
    let (_folder, _data, app) = hall().await;
    let html = page(&app, "/search?q=%E5%85%B3%E4%BA%8E").await;
    let narrowed = links(&html, "/search?", "县教育局");
    let html = page(&app, &narrowed[0].replace("&amp;", "&").replace("&#38;", "&")).await;
    assert!(html.contains("找到 <b>1</b> 条") && html.contains("name=\"creator\""), "{html}");
    assert_eq!(links(&html, "/search?q=%E5%85%B3%E4%BA%8E", "县教育局").len(), 1, "the choice can be taken back");
}

#[tokio::test]
async fn nothing_found_leads_on_and_keeps_what_was_typed_harmless() {
    let (_folder, _data, app) = hall().await;
    let html = page(&app, "/search?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E+%E4%B8%8D%E5%AD%98%E5%9C%A8").await;
    assert!(html.contains("找到 0 条") && !html.contains("<script>alert"), "{html}");
    for next in ["/browse", "/guide#closed", "tel:", "/guide#ask"] {
        assert!(!links(&html, next, "").is_empty(), "{next}");
    }
    let (past, _) = got(&app, &format!("/search?q={WATER}&page=9")).await;
    assert_eq!(past, StatusCode::SEE_OTHER, "past the end leads to the last page");
}

#[tokio::test]
async fn the_advanced_page_leads_to_a_stable_address_whose_conditions_can_be_taken_away() {
    let (_folder, _data, app) = hall().await;
    let form = page(&app, "/search/advanced").await;
    for name in ["q", "phrase", "not", "title", "number", "by", "code", "fonds", "year_from", "year_to", "sort"] {
        assert!(form.contains(&format!("name=\"{name}\"")), "{name}");
    }
    let asked = format!("q={WATER}&year_from=195x&category=ws&sort=newest&creator={}&group=volume", encoded("县<局"));
    let filled = page(&app, &format!("/search/advanced?{asked}")).await;
    for text in [
        "name=\"q\" value=\"水库\"",
        "name=\"year_from\" value=\"195x\"",
        "value=\"WS\" selected",
        "value=\"newest\" selected",
        "name=\"creator\" value=\"县&#60;局\" checked",
        "name=\"group\" value=\"volume\" checked",
    ] {
        assert!(filled.contains(text), "{text} in {filled}");
    }
    assert!(!form.contains(" checked") && !filled.contains("name=\"within\""), "{filled}");
    let path = format!("/search?title={WATER}&not={}&sort=newest&unknown=1", encoded("请示"));
    let html = page(&app, &path).await;
    assert!(html.contains("找到 <b>1</b> 条") && html.contains("<b>年代从晚到早</b>"), "{html}");
    let without: Vec<String> = links(&html, "/search", "不含").iter().map(|href| href.replace("&#38;", "&")).collect();
    assert_eq!(without, [format!("/search?title={WATER}&sort=newest")], "{html}");
    let folded = page(&app, &format!("/search?q={WATER}&group=volume")).await;
    assert!(folded.contains("“清江水利工程卷”中共 2 条"), "{folded}");
    let volume = links(&folded, "/browse/", "看全卷")[0];
    let inside = page(&app, volume).await;
    assert!(inside.contains("name=\"within\"") && inside.contains(volume.trim_start_matches("/browse/")), "{inside}");
    let within = volume.replace("/browse/", "/search?q=&within=");
    let advanced = page(&app, &within.replace("/search?", "/search/advanced?")).await;
    assert!(advanced.contains("只在“清江水利工程卷”里查"), "{advanced}");
    assert!(page(&app, &within).await.contains("找到 <b>2</b> 条"));
}

#[tokio::test]
async fn an_id_number_is_answered_with_guidance_and_never_repeated() {
    let (_folder, _data, app) = hall().await;
    for typed in ["11010519491231002X", "11010519491231002x+%E5%A9%9A%E5%A7%BB"] {
        let html = page(&app, &format!("/search?q={typed}")).await;
        assert!(html.contains("请不要在这里输入证件号码"), "{html}");
        assert!(!html.to_uppercase().contains("11010519491231002X"), "{html}");
    }
}

#[tokio::test]
async fn absent_closed_and_impossible_records_give_the_same_page() {
    let (_folder, _data, app) = hall().await;
    let secrets = kernel::Secrets::fresh(&kernel::Random::seeded(20_261_102));
    let closed = crate::PublicId::of(&secrets, "435999", "X001-001-001-003");
    let mut told = Vec::new();
    for path in [format!("/records/{closed}"), "/records/aaaaaaaaaaaaaaaa".to_owned(), "/browse/x".to_owned()] {
        let (status, html) = got(&app, &path).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        told.push(html.replace(&encoded(&path), ""));
    }
    assert!(told.windows(2).all(|two| two[0] == two[1]));
}

#[tokio::test]
async fn home_and_guide_say_what_the_law_asks_for() {
    let (_folder, _data, app) = hall().await;
    let home = page(&app, "/").await;
    assert!(home.contains("已开放目录 4 条") && home.contains("现在开放，12:00 结束"), "{home}");
    let guide = page(&app, "/guide").await;
    for text in ["第二十七条", "第二十八条", "第二十九条", "身份证", "0763-555-0188", "清源县档案局"]
    {
        assert!(guide.contains(text), "{text}");
    }
}

#[tokio::test]
async fn the_sitemap_names_what_everybody_may_see() {
    let (_folder, _data, app) = hall().await;
    let text = async |path: &str| {
        let (status, text) = got(&app, path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        text
    };
    assert!(text("/robots.txt").await.contains("Sitemap: https://archives.example/sitemap.xml\n"));
    let index = text("/sitemap.xml").await;
    let parts: Vec<&str> = locations(&index);
    assert_eq!(parts.len(), 2, "{index}");
    let mut addresses = Vec::new();
    for part in parts {
        let part = text(part.strip_prefix(BASE).unwrap()).await;
        assert!(part.starts_with("<?xml") && part.contains("http://www.sitemaps.org/schemas/sitemap/0.9"));
        addresses.extend(locations(&part).into_iter().map(str::to_owned));
    }
    let count = |start: &str| addresses.iter().filter(|one| one.starts_with(&format!("{BASE}{start}"))).count();
    // Three open items; two fonds with their finding aids and one volume.
    assert_eq!((count("/records/"), count("/browse/"), count("/subjects")), (3, 5, 0), "{addresses:?}");
    for address in &addresses {
        page(&app, address.strip_prefix(BASE).unwrap()).await;
    }
    for absent in ["/sitemap.xml?part=records-a", "/sitemap.xml?part=records-%", "/sitemap.xml?part=x", "/sitemap.xml?"]
    {
        assert_eq!(got(&app, absent).await.0, StatusCode::NOT_FOUND, "{absent}");
    }
}

fn locations(xml: &str) -> Vec<&str> {
    xml.split("<loc>").skip(1).filter_map(|rest| rest.split_once("</loc>")).map(|(address, _)| address).collect()
}

#[tokio::test]
async fn a_fonds_has_a_finding_aid_to_read_and_to_take_along() {
    let (_folder, _data, app) = hall().await;
    let fonds = page(&app, links(&page(&app, "/browse").await, "/browse/", "X001")[0]).await;
    let path = links(&fonds, "/browse/", "全宗目录")[0].to_owned();
    let aid = page(&app, &path).await;
    let (volume, item) = (aid.find("清江水利工程卷").unwrap(), aid.find("的批复").unwrap());
    assert!(volume < item && aid.contains("共 3 条") && !aid.contains("移民"), "{aid}");
    let (status, xml) = got(&app, &format!("{path}.xml")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(xml.starts_with("<?xml") && xml.ends_with("</ead>"), "{xml}");
    assert_eq!((xml.matches("<c ").count(), xml.contains("移民")), (3, false), "{xml}");

    let record = links(&aid, "/records/", "批复")[0].replace("/records/", "/browse/");
    for absent in [format!("{record}/finding-aid"), "/browse/aaaaaaaaaaaaaaaa/finding-aid.xml".to_owned()] {
        assert_eq!(got(&app, &absent).await.0, StatusCode::NOT_FOUND, "{absent}");
    }
}

#[tokio::test]
async fn two_creators_are_two_values_on_the_page_and_in_the_facet() {
    let file = "档号,题名,日期,责任者,保管期限,开放标识\nX001-1-1,联合通知,1990,县水利局；县财政局,永久,开放\n\
                X001-1-2,通知,1991,县财政局,永久,开放\n";
    let (_folder, _data, app) = hall_of(file, 2).await;
    let html = page(&app, &format!("/search?q={}", encoded("通知"))).await;
    let water = links(&html, "/search?", "县水利局");
    assert_eq!(water.len(), 1, "{html}");
    let finance = page(&app, &format!("/search?creator={}", encoded("县财政局"))).await;
    assert!(finance.contains("找到 <b>2</b> 条"), "{finance}");
    let record = page(&app, links(&html, "/records/", "联合")[0]).await;
    assert!(record.contains("<dd>县水利局<br>县财政局</dd>"), "{record}");
}

#[tokio::test]
async fn a_house_without_subjects_leads_on() {
    let (_folder, _data, app) = hall().await;
    assert!(!page(&app, "/browse").await.contains("/subjects"));
    assert!(page(&app, "/subjects").await.contains("还没有专题"));
    assert_eq!(got(&app, "/subjects/aaaaaaaaaaaaaaaa").await.0, StatusCode::NOT_FOUND);
    assert_eq!(got(&app, "/authorities/aaaaaaaaaaaaaaaa").await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_was_opened_is_listed_batch_by_batch_as_long_as_it_is_open() {
    let (_folder, db) = sqlite().await;
    let all: Vec<Description> = (1..=25).map(old).collect();
    let catalogued = Catalogued::with(db, &all).await;
    let house: House = toml::from_str(include_str!("../../../web/assets/sample-house.toml")).unwrap();
    let shell = Shell::new(house, catalogued.ground.clock.clone(), &[]).unwrap();
    let app = shell.dress(super::router(catalogued.catalogue(), shell.clone(), BASE, std::sync::Arc::new(())));
    for from in ["/", "/browse"] {
        assert_eq!(links(&page(&app, from).await, "/opened", "历次开放公告").len(), 1, "{from}");
    }
    assert!(page(&app, "/opened").await.contains("还没有按批公布的目录"));
    open_due(&desk(&catalogued)).await;
    catalogued.follow().await;
    let html = page(&app, "/opened").await;
    let address = links(&html, "/opened/", "开放的档案")[0].to_owned();
    let list = page(&app, &address).await;
    assert!(list.contains("档案法") && list.contains("25"), "its notice, and how many");
    let first = links(&list, "/records/", "清江水利工程第1号")[0].to_owned();
    assert!(links(&list, "/records/", "清江水利工程第25号").is_empty(), "it stands on the second page");
    assert_eq!(links(&page(&app, &format!("{address}?page=2")).await, "/records/", "清江水利工程第25号").len(), 1);
    let codes: Vec<String> = all.iter().map(|one| one.code.written().to_owned()).collect();
    let close = async |codes: &[String]| {
        desk(&catalogued).close(&director(), codes, "误开放").await.unwrap();
        catalogued.follow().await;
    };
    close(&codes[..1]).await;
    assert!(links(&page(&app, &address).await, &first, "").is_empty());
    assert!(!page(&app, &address).await.contains(&codes[0]));
    close(&codes[1..]).await;
    assert!(page(&app, "/opened").await.contains("还没有按批公布的目录"));
    // As if it had never been.
    let never = format!("/opened/{}", crate::PublicId::of(&catalogued.ground.secrets, "435999", "opened/77"));
    let plain =
        |(status, html): (StatusCode, String), path: &str| (status, html.replace(&path["/opened/".len()..], ""));
    assert_eq!(plain(got(&app, &address).await, &address), plain(got(&app, &never).await, &never));
    assert_eq!(got(&app, "/opened/x").await.0, StatusCode::NOT_FOUND);
}
