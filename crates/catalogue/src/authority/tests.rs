//! Authority records through the desk, on both databases, and what everybody sees of them.

use kernel::cage::{Cage, Limits};
use kernel::testing::{both, sqlite};
use kernel::{Actor, Code, Error, Role};

use super::*;
use crate::record::tests::item;
use crate::store::authority;
use crate::testing::{House, INSTITUTION};

const LIST: &str = "类型,名称,别名,旧名,前身,后继,起止时间\n\
    机构,县水务局,,,县水利局（1956—2001）,,2001—\n\
    机构,县粮食局,,,,县商务局,\n\
    地名,襄阳市,,襄樊市（1983—2010）,,,\n\
    人物,周树人,鲁迅；豫才,,,,1881—1936\n";

fn cage() -> Cage {
    let own = std::env::current_exe().unwrap();
    let program = own.parent().unwrap().parent().unwrap().join("examples/table_reader");
    Cage { program, arguments: Vec::new(), limits: Limits::default() }
}

fn desk(house: &House) -> Authorities {
    Authorities::new(house.ground.clone(), INSTITUTION)
}

async fn import(house: &House, role: Role, text: &str) -> kernel::Result<Kept> {
    let file = kernel::cage::bytes(text.as_bytes()).unwrap();
    desk(house).import(&Actor::new("小李", vec![role]), (&cage(), file, "规范档.csv"), None).await
}

#[tokio::test]
async fn a_list_is_kept_under_its_names_and_a_second_time_changes_nothing() {
    both(|db| async move {
        let house = House::on(db.clone());
        let kept = import(&house, Role::Archivist, LIST).await.unwrap();
        assert_eq!(kept, Kept { added: 4, ..Kept::default() });
        let again = import(&house, Role::Archivist, LIST).await.unwrap();
        assert_eq!(again, Kept { unchanged: 4, ..Kept::default() });
        let changed = LIST.replace("鲁迅；豫才", "鲁迅");
        let kept = import(&house, Role::Archivist, &changed).await.unwrap();
        assert_eq!(kept, Kept { changed: 1, unchanged: 3, added: 0 });

        let found = desk(&house).show("鲁迅").await.unwrap();
        assert_eq!((found.len(), found[0].name.as_str(), found[0].names.len()), (1, "周树人", 1));
        let by_kind = (AuthorityColumn::Kind, false);
        let (listed, total) = desk(&house).list(Some(AuthorityKind::Body), by_kind, (1, 5)).await.unwrap();
        assert_eq!((listed.len(), total), (1, 2), "{listed:?}");
        assert_eq!(desk(&house).list(None, by_kind, (0, 10)).await.unwrap().1, 4);
        let places = PlaceNames::load(&db, INSTITUTION).await.unwrap();
        assert_eq!((places.others("襄樊市"), places.others("襄阳市")), (vec!["襄阳市"], vec!["襄樊市"]));

        let mut tx = db.read().await.unwrap();
        let (lines,): (i64,) =
            tx.sql("SELECT count(*) FROM audit WHERE action = 'catalogue.keep-authorities'").one().await.unwrap();
        assert_eq!(lines, 2, "what changed nothing needs no line");
    })
    .await;
}

#[tokio::test]
async fn who_may_not_keep_the_directory_keeps_nothing() {
    let (_folder, db) = sqlite().await;
    let house = House::on(db);
    let Err(Error::Problem(problem)) = import(&house, Role::Editor, LIST).await else { panic!("refused") };
    assert_eq!(problem.code(), Code::Forbidden);
    assert!(desk(&house).list(None, (AuthorityColumn::Kind, false), (0, 10)).await.unwrap().0.is_empty());
    let Err(Error::Problem(problem)) = desk(&house).show("鲁迅").await else { panic!("nothing there") };
    assert!(problem.to_string().contains("请到规范档清单里核对"), "{problem}");
}

#[tokio::test]
async fn u29_a_list_with_the_mark_of_a_secret_is_refused_whole() {
    let (_folder, db) = sqlite().await;
    let house = House::on(db);
    let marked = format!("{LIST}机构,（机密）某局,,,,,\n");
    let Err(Error::Problem(problem)) = import(&house, Role::Archivist, &marked).await else { panic!("refused") };
    assert_eq!(problem.code(), Code::FileRefused);
    assert!(desk(&house).list(None, (AuthorityColumn::Kind, false), (0, 10)).await.unwrap().0.is_empty());
}

#[tokio::test]
async fn l05_everybody_finds_only_what_an_open_record_names() {
    let (_folder, db) = sqlite().await;
    let mut open = item("X001-1-1", "关于兴修水利的通知");
    open.creator = Some("县水务局；县財政局".to_owned());
    let mut closed = item("X001-1-2", "关于粮食的通知");
    closed.creator = Some("县粮食局".to_owned());
    closed.statuses.openness = crate::Openness::Controlled;
    let house = House::with(db.clone(), &[open, closed]).await;
    import(&house, Role::Archivist, LIST).await.unwrap();
    let mut tx = db.read().await.unwrap();
    let id = async |tx: &mut kernel::Tx, name: &str| {
        authority::of_name(tx, INSTITUTION, AuthorityKind::Body, name).await.unwrap().unwrap().public_id
    };
    let (water, grain) = (id(&mut tx, "县水务局").await, id(&mut tx, "县粮食局").await);
    let shown = house.catalogue().authority(&water).await.unwrap();
    assert_eq!((shown.authority.name.as_str(), shown.records), ("县水务局", 1));
    let never = PublicId::parse("aaaaaaaaaaaaaaaa").unwrap();
    let mut told = Vec::new();
    for hidden in [grain, never] {
        told.push(house.catalogue().authority(&hidden).await.unwrap_err().to_string());
    }
    assert_eq!(told[0], told[1], "hidden and absent look the same");

    let named = house.catalogue().named(&["县水务局", "县水利局", "县文化局"]).await.unwrap();
    let told: Vec<(&str, NameRelation, &str)> = named
        .iter()
        .flat_map(|one| one.neighbours.iter().map(|next| (one.name.as_str(), next.relation, next.name.as_str())))
        .collect();
    assert_eq!(
        told,
        [("县水务局", NameRelation::Predecessor, "县水利局"), ("县水利局", NameRelation::Successor, "县水务局"),]
    );
}
