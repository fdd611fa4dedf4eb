//! Batches rolled back on both databases: nothing is left of them, and what they changed says again what it said.

use kernel::testing::{both, ground, sqlite};
use kernel::{Actor, Db, Role};
use search::Query;

use super::*;
use crate::import::tests::{HEADER, counts, done, ended, import, made, records};
use crate::import::{Ended, Import, ImportResult, batch, batches};
use crate::record::tests::item;
use crate::store::harvest;
use crate::testing::{House, INSTITUTION};
use crate::{Asked, Openness, PublicId, ReferenceCode};

fn keeper() -> Actor {
    Actor::new("小张", vec![Role::Archivist])
}

fn two() -> Approval {
    Approval::of(&keeper(), &Actor::new("老李", vec![Role::Director])).unwrap()
}

fn rows(lines: &[&str]) -> String {
    format!("{HEADER}\n{}\n", lines.join("\n"))
}

/// Imports by two persons, so that any file may open what it likes.
async fn bring(ground: &Ground, lines: &[&str]) -> (i64, ImportResult) {
    let by_two = Import { approval: Some(two()), ..import("") };
    let result = done(&by_two, ground, rows(lines).as_bytes()).await;
    let number = batches(&ground.db).await.unwrap()[0].number;
    (number, result)
}

fn rolling(batch: i64) -> RollBack {
    RollBack { institution: "435001".to_owned(), batch, actor: keeper(), approval: Some(two()) }
}

async fn rolled(ground: &Ground, batch: i64) -> RolledBack {
    rolling(batch).run(ground, &mut |_| ()).await.unwrap()
}

async fn refusal(ground: &Ground, one: &RollBack) -> kernel::Problem {
    match one.run(ground, &mut |_| ()).await {
        Err(Error::Problem(problem)) => problem,
        other => panic!("{other:?}"),
    }
}

/// All records with the batches that wrote them: what a rollback must bring back.
async fn everything(db: &Db) -> Vec<(Record, Option<i64>)> {
    let mut tx = db.read().await.unwrap();
    let batches: Vec<(i64, Option<i64>)> =
        tx.sql("SELECT number, batch_number FROM record ORDER BY number").all().await.unwrap();
    drop(tx);
    records(db).await.into_iter().zip(batches).map(|(record, (_, batch))| (record, batch)).collect()
}

async fn audited(db: &Db, action: &str) -> Vec<(String, String)> {
    let mut tx = db.read().await.unwrap();
    let query = tx.sql("SELECT actor, outcome FROM audit WHERE action = $1 ORDER BY sequence");
    query.bind(action.to_owned()).all().await.unwrap()
}

const FIRST: [&str; 3] = [
    "X001-1-1,案卷甲,,2001,某局,永久,开放",
    "X001-1-1-1,关于甲的通知,,20010203,某局,永久,开放",
    "X001-1-1-2,关于乙的通知,,20010204,某局,永久,控制",
];

#[tokio::test]
async fn what_a_batch_landed_goes_and_lands_again_as_if_for_the_first_time() {
    both(|db| async move {
        let (ground, hand) = ground(db.clone());
        bring(&ground, &["X001-9-1,别的案卷,,1999,某局,永久,开放"]).await;
        let before = everything(&db).await;
        let (batch, first) = bring(&ground, &FIRST).await;
        assert_eq!(counts(&first), (3, 3, 0, 0, 0));
        let landed = everything(&db).await;
        hand.advance(60);
        let rolled = rolled(&ground, batch).await;
        assert_eq!((rolled.removed, rolled.restored, rolled.kept.len()), (3, 0, 0));
        assert_eq!(everything(&db).await, before);
        assert_eq!(batches(&db).await.unwrap()[0].state, "rolled-back");
        assert_eq!(audited(&db, "catalogue.roll-back").await, [("小张".to_owned(), "done".to_owned())]);

        // Harvesters who may have seen them are told to forget them; of the closed one they are told nothing.
        let listed = |number: usize| {
            let (id, db) = (landed[number].0.public_id.clone(), db.clone());
            async move { harvest::one(&mut db.read().await.unwrap(), "435001", &id).await.unwrap() }
        };
        let told = listed(2).await.unwrap();
        assert_eq!((told.is_public, told.at), (false, ground.clock.now()));
        assert_eq!(listed(3).await, None);

        let (again, second) = bring(&ground, &FIRST).await;
        assert_eq!(counts(&second), (3, 3, 0, 0, 0));
        let expected: Vec<(Record, Option<i64>)> =
            landed.into_iter().map(|(record, of)| (record, if of == Some(batch) { Some(again) } else { of })).collect();
        assert_eq!(everything(&db).await, expected, "the same numbers, the same ids, the same places");
        assert_eq!(counts(&bring(&ground, &FIRST).await.1), (3, 0, 0, 3, 0));
        let mut tx = db.read().await.unwrap();
        assert!(!gone::any(&mut tx).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn what_a_batch_changed_says_again_what_it_said() {
    both(|db| async move {
        let (ground, _hand) = ground(db.clone());
        bring(&ground, &FIRST).await;
        let before = everything(&db).await;
        let changed = [
            "X001-1-1,案卷甲（改）,,2001,某局,30年,控制",
            "X001-1-1-1,关于甲的通报,某发〔2001〕1号,20010203,某厅,永久,开放",
            "X001-1-1-2,关于乙的通知,,20010204,某局,永久,开放",
            "X001-1-1-3,关于丙的通知,,20010205,某局,永久,开放",
        ];
        let (batch, result) = bring(&ground, &changed).await;
        assert_eq!((counts(&result), result.opened), ((4, 1, 3, 0, 0), 1));
        let after = everything(&db).await;
        assert!(after.iter().filter(|(record, _)| record.holder_key == "X001").count() >= 3, "the volume is closed");
        let rolled = rolled(&ground, batch).await;
        assert_eq!((rolled.removed, rolled.restored), (1, 3));
        assert_eq!(everything(&db).await, before, "places and batches too");
        let mut tx = db.read().await.unwrap();
        let kept = history::versions(&mut tx, before[1].0.number).await.unwrap();
        let causes: Vec<(Cause, Option<i64>)> = kept.iter().map(|one| (one.why.cause, one.why.number)).collect();
        assert_eq!(causes, [(Cause::Import, Some(batch)), (Cause::Rollback, Some(batch))]);
        assert_eq!(kept[1].description.title, "关于甲的通报");
    })
    .await;
}

#[tokio::test]
async fn later_work_is_named_and_must_be_rolled_back_first() {
    both(|db| async move {
        let (ground, _hand) = ground(db.clone());
        let (first, _) = bring(&ground, &FIRST).await;
        let landed = everything(&db).await;
        let (second, _) = bring(&ground, &["X001-1-1-1,关于甲的通报,,20010203,某局,永久,开放"]).await;
        let now = everything(&db).await;
        let problem = refusal(&ground, &rolling(first)).await;
        assert_eq!(problem.code(), Code::LaterChanges);
        let sentence = format!("批次 {second}（目录）改动了其中 1 条，如 X001-1-1-1");
        assert_eq!(problem.sentence(), sentence);
        assert_eq!(everything(&db).await, now, "nothing was changed");
        rolled(&ground, second).await;
        assert_eq!(everything(&db).await, landed);
        assert_eq!(refusal(&ground, &rolling(second)).await.code(), Code::Conflict, "not twice");

        let mut tx = db.begin().await.unwrap();
        let why = Why { cause: Cause::Decision, number: Some(5) };
        history::keep(&mut tx, &[landed[1].0.clone()], &why, "馆长", ground.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        let problem = refusal(&ground, &rolling(first)).await;
        assert_eq!(problem.sentence(), "开放审批 5改动了其中 1 条，如 X001-1-1-1");
    })
    .await;
}

#[tokio::test]
async fn a_stopped_rollback_goes_on_and_nobody_imports_until_it_is_done() {
    both(|db| async move {
        let (ground, _hand) = ground(db.clone());
        let lines: Vec<String> =
            (1..=300).map(|n| format!("X001-WS·2001·Y-{n:04},第{n}号,,2001,某局,永久,开放")).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let (old, _) = bring(&ground, &lines[..100]).await;
        let (batch, _) =
            bring(&ground, &[&["X001-WS·2001·Y-0001,改了,,2001,某局,永久,开放"], &lines[100..]].concat()).await;
        let one = rolling(batch);
        one.begin(&ground).await.unwrap();
        let numbers = batch::written(&mut db.read().await.unwrap(), batch, i64::MAX, 120).await.unwrap();
        one.chunk(&ground, &numbers).await.unwrap();
        // As if killed here.
        assert_eq!((records(&db).await.len(), batches(&db).await.unwrap()[0].state), (180, "rolling-back"));
        let file = kernel::cage::bytes(rows(&["X001-9-1,别的,,1999,某局,永久,开放"]).as_bytes()).unwrap();
        match import("").run(&ground, file, &mut |_| ()).await {
            Err(Error::Problem(problem)) => assert_eq!(problem.code(), Code::Busy),
            other => panic!("{other:?}"),
        }
        let mut done = Vec::new();
        let rolled = one.run(&ground, &mut |so_far| done.push(so_far)).await.unwrap();
        assert_eq!((rolled.removed, rolled.restored, done.last()), (200, 1, Some(&81)), "what was done before counts");
        let left = everything(&db).await;
        assert!(left.len() == 100 && left.iter().all(|(_, of)| *of == Some(old)));
        assert_eq!(left[0].0.description.title, "第1号");
        assert_eq!(counts(&bring(&ground, &lines).await.1), (300, 200, 0, 100, 0));
    })
    .await;
}

#[tokio::test]
async fn what_is_changed_while_a_batch_is_rolled_back_stays() {
    both(|db| async move {
        let (ground, _hand) = ground(db.clone());
        let (batch, _) = bring(&ground, &FIRST).await;
        let one = rolling(batch);
        one.begin(&ground).await.unwrap();
        let record = records(&db).await.remove(1);
        let mut tx = db.begin().await.unwrap();
        let why = Why { cause: Cause::Decision, number: Some(5) };
        history::keep(&mut tx, std::slice::from_ref(&record), &why, "馆长", ground.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        let rolled = one.run(&ground, &mut |_| ()).await.unwrap();
        assert_eq!((rolled.removed, rolled.kept), (2, vec!["X001-1-1-1".to_owned()]));
        let left = records(&db).await;
        assert_eq!((left.len(), &left[0].description), (1, &record.description));
        assert_eq!(left[0].holder_key, "X001", "its volume is gone");
    })
    .await;
}

#[tokio::test]
async fn a_stopped_import_is_rolled_back_and_does_not_go_on() {
    both(|db| async move {
        let (ground, _hand) = ground(db.clone());
        let (batch, _) = bring(&ground, &FIRST).await;
        let mut tx = db.begin().await.unwrap();
        batch::become_state(&mut tx, batch, State::Running).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(rolled(&ground, batch).await.removed, 3);
        let (again, result) = bring(&ground, &FIRST).await;
        assert!(again > batch);
        assert_eq!(counts(&result), (3, 3, 0, 0, 0));
    })
    .await;
}

#[tokio::test]
async fn given_codes_stay_given() {
    both(|db| async move {
        let (ground, _hand) = ground(db.clone());
        let file = "url,title,iss\nu1,甲,2001-02-03\nu2,乙,2001-02-03\n";
        done(&made(), &ground, file.as_bytes()).await;
        let codes = async || {
            records(&db).await.iter().map(|one| one.description.code.written().to_owned()).collect::<Vec<String>>()
        };
        let given = codes().await;
        rolled(&ground, batches(&db).await.unwrap()[0].number).await;
        assert_eq!(codes().await, Vec::<String>::new());
        let other_order = "url,title,iss\nu2,乙,2001-02-03\nu1,甲,2001-02-03\n";
        done(&made(), &ground, other_order.as_bytes()).await;
        let mut again = codes().await;
        again.sort_unstable();
        assert_eq!(again, given);
    })
    .await;
}

#[tokio::test]
async fn a_rollback_that_opens_records_needs_two_as_well() {
    let (_folder, db) = sqlite().await;
    let (ground, _hand) = ground(db.clone());
    bring(&ground, &FIRST).await;
    let (batch, _) = bring(&ground, &["X001-1-1-1,关于甲的通知,,20010203,某局,永久,控制"]).await;
    let alone = RollBack { approval: None, ..rolling(batch) };
    let problem = refusal(&ground, &alone).await;
    assert_eq!(problem.code(), Code::SecondPersonNeeded);
    assert!(problem.sentence().contains("1 条"), "{problem}");
    assert_eq!(batches(&db).await.unwrap()[0].state, "done");
    let editor = RollBack { actor: Actor::new("小王", vec![Role::Editor]), ..rolling(batch) };
    assert_eq!(refusal(&ground, &editor).await.code(), Code::Forbidden);
    assert_eq!(refusal(&ground, &rolling(99)).await.code(), Code::NotFound);
    assert_eq!(rolled(&ground, batch).await.restored, 1);
}

#[tokio::test]
async fn both_indexes_follow_and_hold_no_trace() {
    both(|db| async move {
        let house = House::with(db, &[item("X001-WS·2001·Y-0001", "水利工程")]).await;
        let of_house = Import { institution: INSTITUTION.to_owned(), ..import("") };
        let file = rows(&["X002-1-1,水库移民,,2001,某局,永久,开放", "X002-1-2,水库密谈,,2001,某局,永久,控制"]);
        assert!(matches!(ended(&of_house, &house.ground, file.as_bytes()).await, Ended::Done(_)));
        house.follow().await;
        assert_eq!(house.indexes.sizes(), (2, 3));
        let number = batches(&house.ground.db).await.unwrap()[0].number;
        let one = RollBack { institution: INSTITUTION.to_owned(), ..rolling(number) };
        assert_eq!(one.run(&house.ground, &mut |_| ()).await.unwrap().removed, 2);
        house.follow().await;
        assert_eq!(house.indexes.sizes(), (1, 1));
        let staff = house.indexes.staff_side().reader();
        let parts = Query::typed("水库").parts;
        assert_eq!(staff.search(&Query { parts, ..Query::default() }).unwrap().total, 0);
        let answer = house.catalogue().ask(&Asked::typed("水库", 20)).await.unwrap();
        assert!(answer.relaxed.is_some() || answer.total == 0);
        let (fonds, count) = house.catalogue().fonds(1, 20).await.unwrap();
        assert_eq!((fonds.len(), count), (1, 1), "an empty fonds is not shown");
    })
    .await;
}

#[tokio::test]
async fn batches_are_found_by_number_and_by_id() {
    let (_folder, db) = sqlite().await;
    let (ground, _hand) = ground(db.clone());
    let (number, result) = bring(&ground, &["X001-1-1,,,2001,某局,永久,开放", FIRST[0]]).await;
    let (by_number, problems) = batch(&db, &number.to_string()).await.unwrap();
    let (by_id, _) = batch(&db, &result.batch.unwrap()).await.unwrap();
    assert_eq!(by_number, by_id);
    assert_eq!((by_number.state, by_number.read, by_number.refused, problems.len()), ("done", 2, 1, 1));
    assert!(batch(&db, "没有").await.is_err() && batch(&db, "7").await.is_err());
}

/// Codes that hold each other in every way there is.
const CODES: [&str; 10] = [
    "X001-WS·2001",
    "X001-WS·2001·Y",
    "X001-WS·2001·Y-0001",
    "X001-1",
    "X001-1-1",
    "X001-1-1-1",
    "X001-1-1-2",
    "X001-1-2-3",
    "X001-2-1-1",
    "X001-2-1",
];

/// A record by chance: its level, its status, what it says it stands below.
fn by_chance(code: &str, random: &kernel::Random) -> Description {
    let mut one = item(code, "题名");
    if random.below(3) == 0 {
        one.statuses.openness = Openness::Controlled;
    }
    if random.below(4) == 0 {
        let told = CODES[usize::try_from(random.below(10)).unwrap()];
        if told.len() < code.len() && one.level != crate::Level::Series {
            one.parent_key = crate::reference_code::key(told);
        }
    }
    one
}

#[tokio::test]
async fn what_is_taken_away_leaves_every_place_as_if_it_had_never_been() {
    let random = kernel::Random::seeded(4);
    for round in 0..60 {
        let (mut stays, mut goes) = (Vec::new(), Vec::new());
        for code in CODES {
            match random.below(3) {
                0 => stays.push(by_chance(code, &random)),
                1 => goes.push(by_chance(code, &random)),
                _ => {}
            }
        }
        let (_one, db) = sqlite().await;
        let never = House::on(db);
        never.land(&stays).await;
        let (_other, db) = sqlite().await;
        let house = House::on(db);
        house.land(&goes).await;
        house.land(&stays).await;
        let mut tx = house.ground.db.begin().await.unwrap();
        let all = record::between(&mut tx, 0, i64::MAX, 100).await.unwrap();
        let gone_keys: HashSet<&str> = goes.iter().map(|one| one.code.key()).collect();
        let away: Vec<Record> =
            all.into_iter().filter(|record| gone_keys.contains(record.description.code.key())).collect();
        for chunk in away.chunks(2) {
            let numbers: Vec<i64> = chunk.iter().map(|record| record.number).collect();
            gone::take_away(&mut tx, &numbers, house.ground.clock.now()).await.unwrap();
            place::vacate(&mut tx, INSTITUTION, chunk).await.unwrap();
        }
        tx.commit().await.unwrap();
        for one in &stays {
            let code = one.code.written();
            let (here, there) = (house.record(code).await, never.record(code).await);
            assert_eq!(here.holder_key, there.holder_key, "{code} in round {round}: {stays:#?} without {goes:#?}");
        }
    }
}

#[tokio::test]
async fn a_record_once_seen_that_comes_back_closed_is_still_told_as_deleted() {
    both(|db| async move {
        let (ground, _hand) = ground(db.clone());
        let (batch, _) = bring(&ground, &FIRST).await;
        rolled(&ground, batch).await;
        bring(&ground, &["X001-1-1-1,关于甲的通知,,20010203,某局,永久,控制"]).await;
        let key = ReferenceCode::parse("X001-1-1-1").unwrap();
        let id = PublicId::of(&ground.secrets, "435001", key.key());
        let told = harvest::one(&mut db.read().await.unwrap(), "435001", &id).await.unwrap();
        assert_eq!(told.map(|one| one.is_public), Some(false));
    })
    .await;
}

/// Every row of the persons and the headings of records, sealed as they are.
async fn beside(db: &Db) -> Vec<String> {
    type Person = (i64, i64, String, String, Option<String>, Option<String>, Option<i64>);
    let mut tx = db.read().await.unwrap();
    let text = "SELECT record_number, position, name, role, id_sealed, id_lookup, born FROM record_person \
        ORDER BY record_number, position";
    let persons: Vec<Person> = tx.sql(text).all().await.unwrap();
    let text = "SELECT record_number, written_key, source FROM record_heading ORDER BY record_number, written_key";
    let headings: Vec<(i64, String, String)> = tx.sql(text).all().await.unwrap();
    persons.iter().map(|one| format!("{one:?}")).chain(headings.iter().map(|one| format!("{one:?}"))).collect()
}

#[tokio::test]
async fn persons_and_headings_come_back_and_numbers_stay_sealed() {
    both(|db| async move {
        let (ground, _hand) = ground(db.clone());
        let list = |rows: &str| format!("档号,男方姓名,男方身份证号,女方姓名,登记日期,专题,开放标识\n{rows}");
        let first = list(
            "M001-HY-001-0001,张某,11010519491231002X,李某,1972,婚姻,控制\n\
             M001-HY-001-0002,王某,,赵某,1973,人口,控制\n",
        );
        done(&import(""), &ground, first.as_bytes()).await;
        let before = beside(&db).await;
        assert_eq!(before.len(), 6, "{before:?}");
        let second = list(
            "M001-HY-001-0001,章某,,李某,1972,户籍,控制\nM001-HY-001-0002,王某,11010519491231002X,赵某,1973,,控制\n\
             M001-HY-001-0003,孙某,,周某,1974,婚姻,控制\n",
        );
        done(&import(""), &ground, second.as_bytes()).await;
        assert_ne!(beside(&db).await, before);
        let mut tx = db.read().await.unwrap();
        let kept: Vec<(String,)> = tx.sql("SELECT CAST(description AS TEXT) FROM record_history").all().await.unwrap();
        drop(tx);
        assert!(kept.len() == 2 && kept.iter().all(|(text,)| !text.contains("19491231")), "{kept:?}");
        let newest = batches(&db).await.unwrap()[0].number;
        let rolled = rolled(&ground, newest).await;
        assert_eq!((rolled.removed, rolled.restored), (1, 2));
        assert_eq!(beside(&db).await, before);
    })
    .await;
}
