use account::testing::account;
use account::{AccountKind, Accounts};
use catalogue::{Catalogue, Indexes};
use kernel::testing::{both, ground};
use kernel::{Actor, Code, Db, Ground, Id, ManualClock, Role};
use tempfile::TempDir;

use super::{Drafting, Save, Wanted};
use crate::article::{Article, Block, RecordQuotation, Run};
use crate::draft::{Body, Change, Draft, DraftState, KEPT_FOR, Kind, ONE_VERSION, Part, Spot};

struct Room {
    ground: Ground,
    hand: ManualClock,
    desk: Drafting,
    _index: TempDir,
}

impl Room {
    /// A house with the account `demo` and an empty catalogue.
    fn new(db: Db) -> Self {
        let (ground, hand) = ground(db.clone());
        let index = tempfile::tempdir().unwrap();
        let indexes = Indexes::open(index.path(), search::Ranking::default()).unwrap();
        let accounts = Accounts::of([account(AccountKind::Subscription, true).0]);
        let desk = Drafting::new(ground.clone(), accounts, Catalogue::new(db, "437001", indexes.open_side()));
        Self { ground, hand, desk, _index: index }
    }

    async fn begin(&self) -> Id<Draft> {
        self.desk.create(&editor(), "demo", Kind::Articles).await.unwrap()
    }

    /// Saves a body over the newest save, and gives the number of the version.
    async fn save(&self, actor: &Actor, id: Id<Draft>, body: Body) -> i64 {
        let began_from = self.desk.one(actor, id).await.unwrap().draft.saves;
        self.desk.save(actor, id, save(body, began_from)).await.unwrap().version
    }

    async fn submit(&self, id: Id<Draft>) -> kernel::Result<()> {
        let saves = self.desk.one(&editor(), id).await.unwrap().draft.saves;
        self.desk.submit(&editor(), id, saves).await
    }

    /// What an approver sees: the version and its digest.
    async fn seen(&self, id: Id<Draft>) -> (i64, String) {
        let whole = self.desk.one(&director(), id).await.unwrap();
        (whole.version.number, whole.version.digest)
    }

    async fn state(&self, id: Id<Draft>) -> DraftState {
        self.desk.one(&editor(), id).await.unwrap().draft.state
    }

    /// The acts in the audit log, in order.
    async fn acts(&self) -> Vec<String> {
        let mut tx = self.ground.db.read().await.unwrap();
        let rows = tx.sql("SELECT action FROM audit ORDER BY sequence").all::<(String,)>().await.unwrap();
        rows.into_iter().map(|(action,)| action).collect()
    }
}

fn editor() -> Actor {
    Actor::new("小李", vec![Role::Editor])
}

fn archivist() -> Actor {
    Actor::new("小王", vec![Role::Archivist])
}

fn director() -> Actor {
    Actor::new("馆长", vec![Role::Director])
}

fn save(body: Body, began_from: i64) -> Save {
    Save { account: "demo".to_owned(), body, began_from }
}

fn body(title: &str, text: &str) -> Body {
    let runs = vec![Run { text: text.to_owned(), ..Run::default() }];
    let article = Article { title: title.to_owned(), blocks: vec![Block::Text { runs }], ..Article::default() };
    Body::Articles { articles: vec![Part { article, cover: "material/1".to_owned(), original: String::new() }] }
}

fn code<T: std::fmt::Debug>(outcome: kernel::Result<T>) -> Code {
    outcome.unwrap_err().shown().code()
}

#[tokio::test]
async fn a_save_makes_a_version_for_another_person_and_after_ten_minutes_and_is_never_lost() {
    both(|db| async {
        let room = Room::new(db);
        let id = room.begin().await;
        assert_eq!(room.save(&editor(), id, body("一", "甲")).await, 1);
        room.hand.advance(ONE_VERSION - 1);
        assert_eq!(room.save(&editor(), id, body("一", "乙")).await, 1, "autosave overwrites");
        room.hand.advance(1);
        assert_eq!(room.save(&editor(), id, body("一", "丙")).await, 2, "ten minutes from the first save on");
        assert_eq!(room.save(&archivist(), id, body("一", "丁")).await, 3, "another person");

        let late = room.desk.save(&editor(), id, save(body("一", "迟"), 4)).await;
        let told = late.as_ref().unwrap_err().shown().to_string();
        assert_eq!(code(late), Code::Conflict);
        assert!(told.contains("小王") && told.contains("2026-11-02 09:10"), "{told}");
        let whole = room.desk.one(&editor(), id).await.unwrap();
        assert_eq!((whole.version.body, whole.authors), (body("一", "丁"), vec!["小李".to_owned(), "小王".to_owned()]));
        assert_eq!(room.desk.version(&editor(), id, 1).await.unwrap().body, body("一", "乙"));
        let numbers: Vec<i64> =
            room.desk.versions(&editor(), id).await.unwrap().into_iter().map(|(number, ..)| number).collect();
        assert_eq!(numbers, [3, 2, 1]);
        let changes = room.desk.compared(&editor(), id, (2, 3)).await.unwrap();
        let rewritten = changes.iter().filter(|change| matches!(change, Change::Rewritten(..))).count();
        assert_eq!((rewritten, changes.iter().any(|change| matches!(change, Change::Added(_)))), (1, false));
        assert_eq!(room.acts().await, ["push.draft-begin", "push.draft-save", "push.draft-save"]);
    })
    .await;
}

#[tokio::test]
async fn a_draft_is_returned_mended_and_approved_by_somebody_who_wrote_none_of_it() {
    both(|db| async {
        let room = Room::new(db);
        let id = room.begin().await;
        assert_eq!(code(room.submit(id).await), Code::BadRequest, "nothing is written");
        room.save(&director(), id, body("题", "馆长改过")).await;
        room.save(&editor(), id, body("题", "文")).await;
        room.submit(id).await.unwrap();
        let saves = room.desk.one(&editor(), id).await.unwrap().draft.saves;
        assert_eq!(code(room.desk.save(&editor(), id, save(body("题", "改"), saves)).await), Code::NotYet);
        let (number, digest) = room.seen(id).await;
        assert_eq!(code(room.desk.approve(&editor(), id, (number, &digest)).await), Code::Forbidden);
        let wrote = room.desk.approve(&director(), id, (number, &digest)).await;
        assert_eq!(code(wrote), Code::SecondPersonNeeded, "an author of an earlier version is an author");

        let other = Actor::new("副馆长", vec![Role::Director]);
        let spot = Spot { article: Some(0), block: Some(0) };
        let comment = room.desk.comment(&other, id, (spot, "补上年代")).await.unwrap();
        let nowhere = Spot { article: Some(0), block: Some(9) };
        assert_eq!(code(room.desk.comment(&other, id, (nowhere, "?")).await), Code::BadRequest);
        assert_eq!(code(room.desk.give_back(&other, id, " ").await), Code::BadRequest);
        assert_eq!(room.desk.waiting_for(&other).await.unwrap(), (1, 0));
        assert_eq!(room.desk.waiting_for(&director()).await.unwrap(), (0, 0), "an author has nothing to approve");
        room.desk.give_back(&other, id, "年代").await.unwrap();
        assert_eq!(room.desk.waiting_for(&editor()).await.unwrap(), (0, 1));
        let returned = room.desk.one(&editor(), id).await.unwrap().draft;
        assert_eq!((returned.state, returned.reason.as_deref()), (DraftState::Returned, Some("年代")));
        room.desk.resolve(&editor(), id, (comment, true)).await.unwrap();
        let comments = room.desk.comments(&editor(), id).await.unwrap();
        assert_eq!((comments[0].about.as_str(), comments[0].resolved.is_some()), ("正文　文", true));

        let mended = room.save(&editor(), id, body("题", "一九五八年的文")).await;
        assert!(mended > number, "what reviewers saw is kept");
        room.submit(id).await.unwrap();
        assert_eq!(code(room.desk.approve(&other, id, (number, &digest)).await), Code::Conflict);
        assert_eq!(code(room.desk.approved(id).await), Code::NotYet);
        let (number, digest) = room.seen(id).await;
        room.desk.approve(&other, id, (number, &digest)).await.unwrap();
        let approved = room.desk.approved(id).await.unwrap();
        assert_eq!((approved.version, approved.digest.clone(), approved.approver.as_str()), (mended, digest, "副馆长"));
        assert_eq!(approved.authors, ["小李", "馆长"]);
        assert_eq!((approved.body.clone(), approved.account.as_str()), (body("题", "一九五八年的文"), "demo"));
        assert_eq!(approved.origin(), format!("draft/{}/{mended}", id.uuid()));

        room.desk.reopen(&editor(), id).await.unwrap();
        let again = room.desk.one(&editor(), id).await.unwrap();
        assert_eq!((again.draft.state, again.version.number), (DraftState::Writing, mended + 1), "another origin");
        assert_eq!(again.authors, ["小李", "馆长"], "who opens it again is no author");
    })
    .await;
}

#[tokio::test]
async fn a_record_that_is_not_open_is_not_quoted() {
    both(|db| async {
        let room = Room::new(db);
        let id = room.begin().await;
        let record =
            |id: &str| RecordQuotation { id: id.to_owned(), title: "移民".to_owned(), ..RecordQuotation::default() };
        let Body::Articles { mut articles } = body("题", "文") else { panic!("articles") };
        let unknown = "2".repeat(16);
        articles[0].article.blocks.extend([&unknown, "no id"].map(|id| Block::Record(record(id))));
        room.save(&editor(), id, Body::Articles { articles }).await;
        let refused = room.submit(id).await;
        let told = refused.as_ref().unwrap_err().shown().to_string();
        assert_eq!((code(refused), told.matches("没有开放").count()), (Code::BadRequest, 2), "{told}");
        let wanted = Wanted { record: Some(unknown), ..Wanted::default() };
        assert_eq!(room.desk.list(&editor(), &wanted).await.unwrap().len(), 1, "linked both ways");
    })
    .await;
}

#[tokio::test]
async fn what_is_put_aside_can_be_taken_back_and_is_removed_in_the_end() {
    both(|db| async {
        let room = Room::new(db);
        let id = room.begin().await;
        room.save(&editor(), id, body("旧闻", "文")).await;
        let copy = room.desk.copy(&archivist(), id).await.unwrap();
        room.desk.discard(&editor(), id).await.unwrap();
        let count = async |wanted: &Wanted| room.desk.list(&editor(), wanted).await.unwrap().len();
        assert_eq!(count(&Wanted::default()).await, 1);
        assert_eq!(count(&Wanted { state: Some(DraftState::Discarded), ..Wanted::default() }).await, 1);
        room.hand.advance(KEPT_FOR);
        room.desk.restore(&editor(), id).await.unwrap();
        assert_eq!(room.state(id).await, DraftState::Writing);
        let named = |words: &str| Wanted { words: words.to_owned(), ..Wanted::default() };
        let counts = [count(&named("旧闻")).await, count(&named("小王")).await, count(&named("新闻")).await];
        assert_eq!(counts, [2, 1, 0]);

        room.desk.discard(&editor(), id).await.unwrap();
        room.hand.advance(KEPT_FOR + 1);
        assert_eq!(code(room.desk.restore(&editor(), id).await), Code::NotYet);
        room.desk.discard(&editor(), copy).await.unwrap();
        assert_eq!(code(room.desk.one(&editor(), id).await), Code::NotFound);
        assert_eq!(room.state(copy).await, DraftState::Discarded);
    })
    .await;
}

#[tokio::test]
async fn who_may_not_write_sees_nothing_and_another_house_has_no_account() {
    both(|db| async {
        let room = Room::new(db);
        let id = room.begin().await;
        let auditor = Actor::new("小陈", vec![Role::Auditor]);
        assert_eq!(code(room.desk.one(&auditor, id).await), Code::Forbidden);
        assert_eq!(code(room.desk.list(&auditor, &Wanted::default()).await), Code::Forbidden);
        assert_eq!(code(room.desk.create(&editor(), "else", Kind::Text).await), Code::BadRequest);
        let kind = room.desk.save(&editor(), id, save(Kind::Text.empty(), 1)).await;
        assert_eq!(code(kind), Code::BadRequest, "the kind stays");
        assert_eq!(code(room.desk.withdraw(&archivist(), id).await), Code::NotYet);
        room.save(&editor(), id, body("题", "文")).await;
        room.submit(id).await.unwrap();
        assert_eq!(code(room.desk.withdraw(&archivist(), id).await), Code::Forbidden, "who wrote none of it");
        room.desk.withdraw(&editor(), id).await.unwrap();
        assert_eq!(room.state(id).await, DraftState::Writing);
    })
    .await;
}
