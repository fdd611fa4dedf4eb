//! Imports that would open records.

use kernel::testing::{both, ground, sqlite};
use kernel::{Db, Role};

use super::*;
use crate::Openness;
use crate::import::tests::{HEADER, counts, done, import, problem_codes, records, refusal};

fn archivist(name: &str) -> Actor {
    Actor::new(name, vec![Role::Archivist])
}

fn file(rows: usize, openness: &str) -> String {
    let line = |n: usize| format!("X001-WS·2001·Y-{n:04},第{n}号,,2001,某局,永久,{openness}\n");
    format!("{HEADER}\n{}", (1..=rows).map(line).collect::<String>())
}

async fn open(db: &Db) -> usize {
    let all = records(db).await;
    all.iter().filter(|one| one.description.statuses.openness == Openness::Open).count()
}

async fn audited(db: &Db) -> Vec<(String, String, String)> {
    let mut tx = db.read().await.unwrap();
    let query = tx.sql("SELECT action, actor, outcome FROM audit ORDER BY sequence");
    query.all().await.unwrap()
}

#[tokio::test]
async fn u32_an_import_that_opens_needs_a_second_person_and_else_writes_nothing() {
    both(|db| async move {
        let (ground, _hand) = ground(db.clone());
        done(&import(""), &ground, file(300, "控制").as_bytes()).await;
        // The first chunks change nothing: what opens stands far behind.
        let opening = file(299, "控制") + "X001-WS·2001·Y-0300,第300号,,2001,某局,永久,开放\n";
        let opening = opening.replace("第7号", "第七号") + "X001-WS·2001·Y-0301,新,,2001,某局,永久,开放\n";
        let before = records(&db).await;

        let dry = Import { dry_run: true, ..import("") };
        let rehearsed = done(&dry, &ground, opening.as_bytes()).await;
        assert_eq!((counts(&rehearsed), rehearsed.opened), ((301, 1, 2, 298, 0), 1));
        assert_eq!(rehearsed.landed_open, 1, "the new one is told apart from the one that was closed");
        assert_eq!(problem_codes(&rehearsed), [(301, "opens-record")]);

        let refused = refusal(&import(""), &ground, opening.as_bytes()).await;
        assert_eq!(refused.problem.code(), Code::SecondPersonNeeded);
        assert_eq!(refused.problem.sentence(), "第 301 行共 1 条将由不开放改为开放，须两人办理");
        assert_eq!((refused.result.opened, problem_codes(&refused.result)), (1, vec![(301, "opens-record")]));
        assert_eq!(records(&db).await, before);
        assert_eq!(audited(&db).await.pop().unwrap().2, "refused");

        let approval = Approval::of(&archivist("小张"), &archivist("老李")).unwrap();
        let by_two = Import { actor: "小张".to_owned(), approval: Some(approval), ..import("") };
        let result = done(&by_two, &ground, opening.as_bytes()).await;
        assert_eq!((counts(&result), result.opened, open(&db).await), ((301, 1, 2, 298, 0), 1, 2));
        assert_eq!(result.landed_open, 1);
        let line = ("catalogue.open-by-import".to_owned(), "小张".to_owned(), "done".to_owned());
        assert!(audited(&db).await.contains(&line));
    })
    .await;
}

#[tokio::test]
async fn u32_the_count_is_that_of_the_whole_file_and_the_first_lines_are_named() {
    let (_folder, db) = sqlite().await;
    let (ground, _hand) = ground(db.clone());
    done(&import(""), &ground, file(5000, "延期").as_bytes()).await;
    let refused = refusal(&import(""), &ground, file(5000, "开放").as_bytes()).await;
    let sentence = "第 2 行、第 3 行、第 4 行、第 5 行、第 6 行等共 5000 条将由不开放改为开放，须两人办理";
    assert_eq!(refused.problem.sentence(), sentence);
    assert_eq!((refused.result.opened, refused.result.problems.len()), (5000, TOLD));
    assert_eq!(open(&db).await, 0);
}

#[tokio::test]
async fn u32_new_rows_and_closing_need_nobody_else() {
    let (_folder, db) = sqlite().await;
    let (ground, _hand) = ground(db.clone());
    let some = file(3, "开放") + "X001-WS·2001·Y-0004,未审,,2001,某局,永久,控制\n";
    let dry = Import { dry_run: true, ..import("") };
    let rehearsed = done(&dry, &ground, some.as_bytes()).await;
    assert_eq!((rehearsed.landed, rehearsed.landed_open), (4, 3), "of a fonds nobody knows yet");
    let result = done(&import(""), &ground, file(3, "开放").as_bytes()).await;
    assert_eq!((counts(&result), result.opened, result.landed_open), ((3, 3, 0, 0, 0), 0, 3));
    assert_eq!(counts(&done(&import(""), &ground, file(3, "控制").as_bytes()).await), (3, 0, 3, 0, 0));
    let more = "X001-WS·2001·Y-0009,新,,2001,某局,永久,开放\n";
    let result = done(&import(""), &ground, (file(3, "控制") + more).as_bytes()).await;
    assert_eq!((counts(&result), open(&db).await), ((4, 1, 0, 3, 0), 1));
}

#[tokio::test]
async fn u32_the_rule_holds_inside_the_chunk_too() {
    let (_folder, db) = sqlite().await;
    let (ground, _hand) = ground(db.clone());
    done(&import(""), &ground, file(3, "控制").as_bytes()).await;
    let opening = import("");
    let identity = opening.identity("x".to_owned());
    let mut writer = Writer::new(&ground, &opening.institution, identity, &opening.actor);
    // As if the records had been closed after the file was looked through.
    let (give, mut chunks) = channel(4);
    let rows = Rows::new(opening.clone(), ground.secrets.clone(), give, Arc::new(AtomicUsize::new(ROWS)), 0);
    let mut reader = opening.start(kernel::cage::bytes(file(3, "开放").as_bytes()).unwrap()).unwrap();
    message(&mut reader).await.unwrap();
    rows.judge(reader).await.unwrap();
    match writer.write(&chunks.recv().await.unwrap()).await {
        Err(Error::Problem(problem)) => assert_eq!(problem.code(), Code::SecondPersonNeeded),
        other => panic!("{other:?}"),
    }
    assert_eq!(open(&db).await, 0);
}

#[test]
fn two_persons_are_two_and_both_may() {
    let code = |outcome: Result<Approval>| match outcome {
        Err(Error::Problem(problem)) => Some(problem.code()),
        _ => None,
    };
    let editor = Actor::new("小王", vec![Role::Editor]);
    assert_eq!(code(Approval::of(&archivist("小张"), &archivist("小张"))), Some(Code::SecondPersonNeeded));
    assert_eq!(code(Approval::of(&editor, &archivist("小张"))), Some(Code::Forbidden));
    assert_eq!(code(Approval::of(&archivist("小张"), &editor)), Some(Code::Forbidden));
    assert_eq!(Approval::of(&archivist("小张"), &archivist("老李")).unwrap().second(), "老李");
}
