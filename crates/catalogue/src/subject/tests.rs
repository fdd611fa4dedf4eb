//! The directory through the desk, on both databases, and what everybody sees of it.

use kernel::cage::{Cage, Limits};
use kernel::testing::{both, sqlite};
use kernel::{Actor, Code, Error, Role};

use super::*;
use crate::authority::Kept;
use crate::import::{Ended, Format, Import, Mapping};
use crate::record::tests::item;
use crate::store::subject;
use crate::testing::{House, INSTITUTION};
use crate::{Asked, Openness, PublicId, ShownHeading};

const TEXT: &str = "经济\n  农业\n    水利\n  工业\n文化\n";

fn archivist() -> Actor {
    Actor::new("小李", vec![Role::Archivist])
}

fn cage() -> Cage {
    let own = std::env::current_exe().unwrap();
    let program = own.parent().unwrap().parent().unwrap().join("examples/table_reader");
    Cage { program, arguments: Vec::new(), limits: Limits::default() }
}

fn desk(house: &House) -> Subjects {
    Subjects::new(house.ground.clone(), INSTITUTION)
}

async fn import(house: &House, name: &str, text: &str) -> kernel::Result<Kept> {
    let file = kernel::cage::bytes(text.as_bytes()).unwrap();
    desk(house).import(&archivist(), (&cage(), file, name)).await
}

async fn assign(house: &House, text: &str) -> Assignments {
    let file = kernel::cage::bytes(text.as_bytes()).unwrap();
    let done = desk(house).assign(&archivist(), (&cage(), file, "归类.csv")).await.unwrap();
    house.follow().await;
    done
}

async fn paths(house: &House) -> Vec<(String, String)> {
    desk(house).list().await.unwrap().0.into_iter().map(|told| (told.code, told.path)).collect()
}

fn told(headings: &[ShownHeading]) -> Vec<(&str, u64)> {
    headings.iter().map(|one| (one.name.as_str(), one.records)).collect()
}

fn code_of(problem: Error) -> Code {
    let Error::Problem(problem) = problem else { panic!("{problem:?}") };
    problem.code()
}

#[tokio::test]
async fn headings_are_taken_in_renamed_moved_and_removed() {
    both(|db| async move {
        let house = House::on(db);
        assert_eq!(import(&house, "专题.txt", TEXT).await.unwrap(), Kept { added: 5, ..Kept::default() });
        assert_eq!(import(&house, "专题.txt", TEXT).await.unwrap(), Kept { unchanged: 5, ..Kept::default() });
        let owned = |(code, path): (&str, &str)| (code.to_owned(), path.to_owned());
        let want = [
            ("01", "经济"),
            ("0101", "经济/农业"),
            ("010101", "经济/农业/水利"),
            ("0102", "经济/工业"),
            ("02", "文化"),
        ];
        assert_eq!(paths(&house).await, want.map(owned));

        let desk = desk(&house);
        desk.rename(&archivist(), "经济/农业", "农林").await.unwrap();
        desk.move_below(&archivist(), "水利", Some("02")).await.unwrap();
        let want =
            [("01", "经济"), ("0101", "经济/农林"), ("0102", "经济/工业"), ("02", "文化"), ("010101", "文化/水利")];
        assert_eq!(paths(&house).await, want.map(owned));
        assert_eq!(code_of(desk.move_below(&archivist(), "文化", Some("水利")).await.unwrap_err()), Code::BadRequest);
        assert_eq!(code_of(desk.remove(&archivist(), "文化").await.unwrap_err()), Code::Conflict);
        desk.remove(&archivist(), "水利").await.unwrap();
        assert_eq!(code_of(desk.remove(&archivist(), "水利").await.unwrap_err()), Code::Conflict);
        let editor = Actor::new("编辑", vec![Role::Editor]);
        assert_eq!(code_of(desk.rename(&editor, "文化", "文教").await.unwrap_err()), Code::Forbidden);

        let table = "代码,上级,名称\n0201,02,教育\n02,,文教\n";
        assert_eq!(import(&house, "专题.csv", table).await.unwrap(), Kept { added: 1, changed: 1, unchanged: 0 });
        assert!(paths(&house).await.contains(&owned(("0201", "文教/教育"))));
        for circle in
            ["代码,上级,名称\n8,9,甲\n9,8,乙\n", "代码,上级,名称\n7,没有,甲\n", "代码,上级,名称\n02,0201,文教\n"]
        {
            assert_eq!(code_of(import(&house, "专题.csv", circle).await.unwrap_err()), Code::FileRefused, "{circle}");
        }

        let mut tx = house.ground.db.read().await.unwrap();
        let (lines,): (i64,) = tx
            .sql(
                "SELECT count(*) FROM audit WHERE action IN ('catalogue.import-headings', 'catalogue.rename-heading', \
                  'catalogue.move-heading', 'catalogue.remove-heading')",
            )
            .one()
            .await
            .unwrap();
        assert_eq!(lines, 5);
    })
    .await;
}

#[tokio::test]
async fn records_stand_under_what_their_rows_say_and_what_is_assigned() {
    both(|db| async move {
        let house = House::on(db);
        let under = |code: &str, written: &str| {
            let mut one = item(code, "题名");
            one.elements.insert("subject_headings".to_owned(), written.to_owned());
            one
        };
        let follow = async |house: &House, codes: &[&str]| {
            let mut rows = Vec::new();
            for code in codes {
                rows.push(house.record(code).await);
            }
            let mut tx = house.ground.db.begin().await.unwrap();
            let known: Vec<i64> = rows.iter().map(|row| row.number).collect();
            subject::follow(&mut tx, INSTITUTION, &rows, &known).await.unwrap();
            tx.commit().await.unwrap();
        };
        house.land(&[under("X001-1-1", "经济/农业；文化"), under("X001-1-2", "农业"), item("X001-1-3", "题名")]).await;
        follow(&house, &["X001-1-1", "X001-1-2", "X001-1-3"]).await;
        let (_, loose) = desk(&house).list().await.unwrap();
        assert_eq!(loose.len(), 3, "kept until the headings are known: {loose:?}");
        import(&house, "专题.txt", TEXT).await.unwrap();
        let done = assign(&house, "档号,专题\nX001-1-3,0101；水利\nX001-1-9,水利\nX001-1-2,没有的\n").await;
        assert_eq!((done.done, done.refused.len()), (1, 2), "{done:?}");
        let (list, loose) = desk(&house).list().await.unwrap();
        let counts: Vec<i64> = list.iter().map(|told| told.records).collect();
        assert_eq!((counts, loose.len()), (vec![0, 3, 1, 0, 1], 0));

        // What a row says anew takes the place of what it said; what was assigned stays.
        house.land(&[under("X001-1-1", "工业"), under("X001-1-3", "文化")]).await;
        follow(&house, &["X001-1-1", "X001-1-3"]).await;
        let counts: Vec<i64> = desk(&house).list().await.unwrap().0.iter().map(|told| told.records).collect();
        assert_eq!(counts, [0, 2, 1, 1, 1]);
        assert_eq!(code_of(desk(&house).remove(&archivist(), "水利").await.unwrap_err()), Code::Conflict);
        house.remove("X001-1-3").await;
        desk(&house).remove(&archivist(), "水利").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn l10_everybody_sees_headings_with_something_open_and_counts_of_that() {
    let (_folder, db) = sqlite().await;
    let mut closed = item("X001-1-2", "不开放的");
    closed.statuses.openness = Openness::Controlled;
    let house = House::with(db, &[item("X001-1-1", "开放的"), closed]).await;
    let catalogue = house.catalogue();
    import(&house, "专题.txt", TEXT).await.unwrap();
    assert_eq!(catalogue.subjects().await.unwrap(), []);
    assign(&house, "档号,专题\nX001-1-1,水利；农业\nX001-1-2,工业；水利\n").await;
    let top = catalogue.subjects().await.unwrap();
    assert_eq!(told(&top), [("经济", 1)], "each record once, closed ones never");
    let page = catalogue.subject(&top[0].id, 1, 20).await.unwrap();
    assert_eq!((told(&page.below), page.records.len()), (vec![("农业", 1)], 0));
    let farming = catalogue.subject(&page.below[0].id, 1, 20).await.unwrap();
    assert_eq!((told(&farming.path), farming.total), (vec![("经济", 1)], 1));
    assert_eq!(farming.records[0].place.title, "开放的");
    assert_eq!(catalogue.subject_named("水利").await.unwrap().unwrap().records, 1);
    assert_eq!(catalogue.subject_named("工业").await.unwrap(), None);

    let hidden = {
        let mut tx = house.ground.db.read().await.unwrap();
        subject::tree(&mut tx, INSTITUTION).await.unwrap().find("工业").unwrap().public_id.clone()
    };
    let never = PublicId::parse("aaaaaaaaaaaaaaaa").unwrap();
    let mut said = Vec::new();
    for id in [hidden, never] {
        said.push(catalogue.subject(&id, 1, 20).await.unwrap_err().to_string());
    }
    assert_eq!(said[0], said[1], "hidden and absent look the same");

    let mut shut = item("X001-1-1", "开放的");
    shut.statuses.openness = Openness::Deferred;
    house.land(&[shut]).await;
    house.follow().await;
    assert_eq!(catalogue.subjects().await.unwrap(), [], "closed again, nothing is left of it");
}

#[tokio::test]
async fn the_column_of_an_import_puts_its_rows_under_headings_and_again_changes_nothing() {
    let (_folder, db) = sqlite().await;
    let house = House::on(db);
    import(&house, "专题.txt", TEXT).await.unwrap();
    let take_in = async |file: &str| {
        let import = Import {
            institution: INSTITUTION.to_owned(),
            cage: cage(),
            file_name: "目录.csv".to_owned(),
            format: Format::Auto,
            mapping: Mapping::parse("").unwrap(),
            fonds: None,
            scanner: kernel::Scanner::default(),
            actor: "小李".to_owned(),
            approval: None,
            dry_run: false,
        };
        let file = kernel::cage::bytes(file.as_bytes()).unwrap();
        let Ended::Done(result) = import.run(&house.ground, file, &mut |_| ()).await.unwrap() else {
            panic!("refused")
        };
        (result.landed, result.updated, result.unchanged)
    };
    let rows = "档号,题名,日期,责任者,保管期限,开放标识,专题\nX001-1-1,甲,1990,某局,永久,开放,经济/农业；02\n\
                X001-1-2,乙,1990,某局,永久,开放,没有的\n";
    assert_eq!(take_in(rows).await, (2, 0, 0));
    let counts = async || desk(&house).list().await.unwrap().0.iter().map(|told| told.records).collect::<Vec<i64>>();
    assert_eq!(counts().await, [0, 1, 0, 0, 1]);
    assert_eq!(desk(&house).list().await.unwrap().1, [("没有的".to_owned(), 1)]);
    assert_eq!(take_in(&format!("{rows}X001-1-3,丙,1990,某局,永久,开放,\n")).await, (1, 0, 2));
    assert_eq!(take_in(&rows.replace("经济/农业；02", "水利")).await, (0, 1, 1));
    assert_eq!(counts().await, [0, 0, 1, 0, 0]);
}

#[tokio::test]
async fn a_search_is_counted_by_headings_and_narrowed_to_one_with_all_below_it() {
    both(|db| async move {
        let mut closed = item("X001-1-3", "水利秘闻");
        closed.statuses.openness = Openness::Deferred;
        let open = ["X001-1-1", "X001-1-2"].map(|code| item(code, "水利工程"));
        let house = House::with(db, &[open.to_vec(), vec![closed]].concat()).await;
        import(&house, "专题.txt", TEXT).await.unwrap();
        assign(&house, "档号,专题\nX001-1-1,经济/农业/水利\nX001-1-2,工业；水利\nX001-1-3,文化\n").await;
        let catalogue = house.catalogue();
        let asked = async |subject: Option<PublicId>| {
            let mut asked = Asked::typed("水利", 20);
            asked.filters.subject = subject;
            let answer = catalogue.ask(&asked).await.unwrap();
            let facet = answer.facets.iter().find(|facet| facet.name == "subject").unwrap();
            let counts = facet.values.iter().map(|one| format!("{} {}", one.label, one.count)).collect::<Vec<_>>();
            (answer.total, counts.join("，"), answer.subject.map(|heading| heading.name))
        };
        assert_eq!(asked(None).await, (2, "水利 2，工业 1".to_owned(), None));
        let tree = subject::tree(&mut house.ground.db.read().await.unwrap(), INSTITUTION).await.unwrap();
        let id = |written: &str| Some(tree.find(written).unwrap().public_id.clone());
        assert_eq!((asked(id("经济")).await.0, asked(id("工业")).await.0), (2, 1));
        assert_eq!(asked(id("农业")).await.2.as_deref(), Some("农业"));
        let nothing = (0, String::new(), None);
        assert_eq!(asked(id("文化")).await, nothing, "a heading over closed records is not there");
        assert_eq!(asked(PublicId::parse("aaaaaaaaaaaaaaaa")).await, nothing);

        house.hand.advance(1);
        desk(&house).move_below(&archivist(), "水利", Some("文化")).await.unwrap();
        assert_eq!((asked(id("农业")).await.0, asked(id("文化")).await.0), (0, 2), "it holds at once");

        house.land(&[item("X001-1-4", "水利年鉴")]).await;
        house.follow().await;
        let late = subject::Assigned {
            record: house.record("X001-1-4").await.number,
            written_key: key("交通"),
            heading: None,
        };
        let mut tx = house.ground.db.begin().await.unwrap();
        subject::assign(&mut tx, &[late], subject::Source::Import).await.unwrap();
        tx.commit().await.unwrap();
        house.hand.advance(1);
        import(&house, "专题.txt", "交通\n").await.unwrap();
        house.follow().await;
        assert!(asked(None).await.1.contains("交通 1"), "what was written before its heading was known");
    })
    .await;
}
