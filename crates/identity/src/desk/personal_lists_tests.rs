use kernel::testing::{both, ground};
use kernel::{Db, ManualClock};

use super::*;
use crate::{Keeper, Password, Separation, StaffName};

const DAY: i64 = 86_400;

/// A list of one reader.
#[derive(Debug)]
struct OneReader;

impl PersonalListSource for OneReader {
    fn list(&self) -> PersonalList {
        PersonalList::Conversations
    }

    fn columns(&self) -> &'static [&'static str] {
        &["读者"]
    }

    fn look<'a>(&'a self, _: &'a Actor, _: &'a Filters) -> BoxFuture<'a, Result<Looked>> {
        std::future::ready(Ok(Looked { rows: 1, told: "含“13800138000”".to_owned() })).boxed()
    }

    fn rows<'a>(&'a self, _: &'a Actor, _: (&'a Filters, Timestamp), _: Option<String>) -> BoxFuture<'a, Result<Rows>> {
        std::future::ready(Ok(Rows { cells: vec![vec!["读者 尾号 abcd".to_owned()]], last: None })).boxed()
    }
}

struct House {
    desk: PersonalLists,
    ground: Ground,
    hand: ManualClock,
}

impl House {
    async fn on(db: Db, separation: Separation) -> Self {
        let (ground, hand) = ground(db);
        let accounts = StaffAccounts::new(ground.clone(), separation);
        let password = Password::made(&ground.random);
        for (name, role) in STAFF {
            let name = StaffName::parse(name).unwrap();
            accounts.add(Keeper::Machine("命令行"), &name, &[role], &password).await.unwrap();
        }
        hand.advance(1);
        let desk = PersonalLists::new(ground.clone(), accounts, vec![Arc::new(OneReader)]);
        Self { desk, ground, hand }
    }

    async fn asked(&self, actor: &Actor, list: PersonalList) -> Id<PersonalListRequest> {
        self.hand.advance(1);
        self.desk.ask(actor, (list, Filters::new()), "回访，请打 13800138000").await.unwrap()
    }

    async fn seen(&self, actor: &Actor, listed: Listed) -> Vec<PersonalListRequest> {
        let (found, total) = self.desk.list(actor, listed, None, (0, 50)).await.unwrap();
        assert_eq!(i64::try_from(found.len()).unwrap(), total);
        found
    }
}

const STAFF: [(&str, Role); 5] = [
    ("小张", Role::Archivist),
    ("小李", Role::Archivist),
    ("王莉", Role::SecurityAdministrator),
    ("钱系", Role::SystemAdministrator),
    ("赵审", Role::Auditor),
];

fn staff(name: &str) -> Actor {
    let role = STAFF.iter().find(|(one, _)| *one == name).map(|(_, role)| *role).unwrap();
    Actor::new(name, vec![role])
}

fn code<T>(result: Result<T>) -> Option<Code> {
    match result {
        Err(kernel::Error::Problem(problem)) => Some(problem.code()),
        _ => None,
    }
}

#[tokio::test]
async fn a_list_of_persons_leaves_with_two_persons_only() {
    both(|db| async {
        let house = House::on(db, Separation::Required).await;
        let (own, other, keeper) = (staff("小张"), staff("小李"), staff("王莉"));
        let id = house.asked(&own, PersonalList::Conversations).await;
        assert_eq!(code(house.desk.fetch(&own, id).await), Some(Code::NotYet));
        assert_eq!(code(house.desk.approve(&own, id).await), Some(Code::Forbidden));
        assert_eq!(code(house.desk.approve(&other, id).await), Some(Code::Forbidden));
        assert_eq!(code(house.desk.approve(&staff("赵审"), id).await), Some(Code::Forbidden));
        assert_eq!(house.desk.waiting_for(&keeper).await.unwrap(), (1, 0));
        house.desk.approve(&keeper, id).await.unwrap();
        assert_eq!(code(house.desk.approve(&staff("钱系"), id).await), Some(Code::Conflict));
        assert_eq!(code(house.desk.refuse(&keeper, id, "不必").await), Some(Code::Conflict));
        assert_eq!(house.desk.waiting_for(&own).await.unwrap(), (0, 1));

        assert_eq!(code(house.desk.fetch(&other, id).await), Some(Code::NotFound));
        assert_eq!(code(house.desk.fetch(&keeper, id).await), Some(Code::NotFound));
        for _ in 0..3 {
            let fetch = house.desk.fetch(&own, id).await.unwrap();
            assert_eq!(fetch.rows(None).await.unwrap().cells, [["读者 尾号 abcd"]]);
        }
        assert_eq!(code(house.desk.fetch(&own, id).await), Some(Code::Conflict));

        let mut tx = house.ground.db.read().await.unwrap();
        let lines = audit::read(&mut tx, &audit::Filter::default(), 5).await.unwrap();
        let acts: Vec<&str> = lines.iter().map(|line| line.action.as_str()).collect();
        let fetched = "personal-list.fetch";
        assert_eq!(acts, [fetched, fetched, fetched, "personal-list.approve", "personal-list.ask"]);
        assert!(!lines.iter().any(|line| line.detail.to_string().contains("13800138000")), "{lines:?}");
    })
    .await;
}

#[tokio::test]
async fn requests_are_seen_by_whoever_asked_and_whoever_decides_and_end_with_their_time() {
    both(|db| async {
        let house = House::on(db, Separation::Required).await;
        let (own, keeper, operator) = (staff("小张"), staff("王莉"), staff("钱系"));
        let waits = house.asked(&own, PersonalList::Conversations).await;
        let refused = house.asked(&own, PersonalList::Conversations).await;
        let of_staff = house.asked(&keeper, PersonalList::Staff).await;
        assert_eq!(code(house.desk.refuse(&keeper, refused, "  ").await), Some(Code::BadRequest));
        house.desk.refuse(&keeper, refused, "用途没有写清").await.unwrap();
        assert_eq!(code(house.desk.approve(&keeper, of_staff).await), Some(Code::SecondPersonNeeded));

        let ids = |found: Vec<PersonalListRequest>| found.into_iter().map(|one| one.id).collect::<Vec<_>>();
        let all = Listed::default();
        assert_eq!(ids(house.seen(&own, all).await), [refused, waits]);
        assert_eq!(ids(house.seen(&keeper, all).await), [of_staff, refused, waits]);
        assert_eq!(ids(house.seen(&staff("小李"), all).await), []);
        assert_eq!(ids(house.seen(&staff("赵审"), all).await), []);
        let mine = Listed { mine: true, ..all };
        assert_eq!(ids(house.seen(&keeper, mine).await), [waits]);
        assert_eq!(ids(house.seen(&operator, mine).await), [of_staff, waits]);
        let only = |standing| Listed { standing: Some(standing), ..all };
        assert_eq!(ids(house.seen(&own, only(Standing::Refused)).await), [refused]);

        house.hand.advance(7 * DAY - 3);
        house.desk.approve(&operator, of_staff).await.unwrap();
        assert_eq!(ids(house.seen(&own, only(Standing::Waiting)).await), [waits]);
        house.hand.advance(DAY);
        assert_eq!(ids(house.seen(&keeper, only(Standing::Expired)).await), [of_staff, waits]);
        assert_eq!(code(house.desk.approve(&operator, waits).await), Some(Code::Conflict));
        assert_eq!(code(house.desk.fetch(&keeper, of_staff).await), Some(Code::Conflict));
        assert_eq!(house.desk.waiting_for(&operator).await.unwrap(), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn the_database_itself_lets_nobody_decide_on_the_own_request() {
    both(|db| async {
        let house = House::on(db, Separation::SmallHouse).await;
        let own = staff("王莉");
        let id = house.asked(&own, PersonalList::Staff).await;
        let mut tx = house.ground.db.begin().await.unwrap();
        let before = store::one(&mut tx, id).await.unwrap().unwrap();
        let decision = crate::personal_list::Decision { by: "王莉".to_owned(), at: house.ground.clock.now() };
        let after = PersonalListRequest { state: State::Approved(decision), ..before.clone() };
        assert_eq!(store::step(&mut tx, &before.state, &after).await.unwrap_err().kind(), kernel::db::Kind::Check);
    })
    .await;
}

#[tokio::test]
async fn what_is_asked_for_is_told_beforehand_and_has_a_purpose() {
    both(|db| async {
        let house = House::on(db, Separation::Required).await;
        let (own, keeper) = (staff("小张"), staff("王莉"));
        let filters = |name: &str, value: &str| Filters::from([(name.to_owned(), value.to_owned())]);
        let prospect = house.desk.prospect(&own, PersonalList::Conversations, &Filters::new()).await.unwrap();
        assert_eq!((prospect.looked.rows, prospect.deciders), (1, 2));
        let prospect = house.desk.prospect(&keeper, PersonalList::Staff, &filters("role", "archivist")).await.unwrap();
        assert_eq!((prospect.looked.rows, prospect.looked.told.as_str()), (2, "角色为档案员"));
        assert_eq!(prospect.deciders, 1, "whoever keeps accounts approves none of their list");
        assert_eq!(code(house.desk.prospect(&own, PersonalList::Staff, &Filters::new()).await), Some(Code::Forbidden));
        let unknown = house.desk.prospect(&keeper, PersonalList::Staff, &filters("phone", "1")).await;
        assert_eq!(code(unknown), Some(Code::BadRequest));

        let conversations = || (PersonalList::Conversations, Filters::new());
        for purpose in ["", " \n", &"字".repeat(201)] {
            assert_eq!(code(house.desk.ask(&own, conversations(), purpose).await), Some(Code::BadRequest), "{purpose}");
        }
        let nobody = (PersonalList::Staff, filters("name", "没有这个人"));
        assert_eq!(code(house.desk.ask(&keeper, nobody, "盘点").await), Some(Code::BadRequest));
        house.desk.ask(&own, conversations(), &"字".repeat(200)).await.unwrap();
        let kept = house.seen(&own, Listed::default()).await.remove(0);
        assert_eq!(kept.told, "含“138****8000”");

        let id = house.desk.ask(&keeper, (PersonalList::Staff, filters("role", "archivist")), "盘点").await.unwrap();
        house.desk.approve(&staff("钱系"), id).await.unwrap();
        house.hand.advance(1);
        let later = StaffName::parse("小周").unwrap();
        let password = Password::made(&house.ground.random);
        house.desk.accounts.add(Keeper::Machine("命令行"), &later, &[Role::Archivist], &password).await.unwrap();
        let fetch = house.desk.fetch(&keeper, id).await.unwrap();
        let rows = fetch.rows(None).await.unwrap();
        let names: Vec<&str> = rows.cells.iter().map(|row| row[0].as_str()).collect();
        assert_eq!(names, ["小张", "小李"], "who came after the request is not in it");
    })
    .await;
}
