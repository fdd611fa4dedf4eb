use catalogue::Indexes;
use kernel::testing::{both, ground};
use kernel::{Actor, Code, Db, Role};
use tempfile::TempDir;

use super::*;
use crate::article::{RecordQuotation, Run};
use crate::quality::ListedWord;

fn code(error: &Error) -> Code {
    match error {
        Error::Problem(problem) => problem.code(),
        other => panic!("{other}"),
    }
}

struct House {
    ground: Ground,
    quality: Quality,
    editor: Actor,
    _folder: TempDir,
}

async fn house(db: Db) -> House {
    let (ground, _) = ground(db);
    let folder = tempfile::tempdir().unwrap();
    let indexes = Indexes::open(folder.path(), search::Ranking::default()).unwrap();
    let catalogue = Catalogue::new(ground.db.clone(), "435999", indexes.open_side());
    let quality = Quality::open(ground.clone(), catalogue, "https://a.example", &["/", "/search"]).await.unwrap();
    House { ground, quality, editor: Actor::new("李编辑", vec![Role::Editor]), _folder: folder }
}

const PASSAGE: &str = "一九五八年三月五日，县人民委员会发出通知，要求各公社在春耕以前修好水渠，疏通河道，平整土地。";

fn article(title: &str, text: &str) -> Article {
    let runs = vec![Run { text: text.to_owned(), ..Run::default() }];
    Article { title: title.to_owned(), blocks: vec![Block::Text { runs }], ..Article::default() }
}

impl House {
    async fn keep(&self, origin: &str, article: &Article) {
        let mut tx = self.ground.db.begin().await.unwrap();
        Quality::keep(&mut tx, origin, article, self.ground.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        self.quality.refresh().await.unwrap();
    }

    async fn check(&self, article: &Article, draft: Option<&str>, pasted: &str) -> Report {
        self.quality.check(&self.editor, article.clone(), draft, pasted.to_owned()).await.unwrap()
    }
}

fn words(listed: &[&str], allowed: &[&str]) -> ListPart {
    let listed = listed.iter().map(|word| ListedWord { word: (*word).to_owned(), category: String::new() }).collect();
    ListPart::Words(WordLists { listed, allowed: allowed.iter().map(|word| (*word).to_owned()).collect() })
}

#[tokio::test]
async fn an_article_is_compared_with_what_was_kept_and_not_with_itself() {
    both(async |db| {
        let house = house(db).await;
        let kept = article("旧文", &format!("很久以前。{PASSAGE}"));
        house.keep("draft/1", &kept).await;
        let new = article("新文", &format!("今天。{PASSAGE}"));
        let report = house.check(&new, Some("2"), "").await;
        assert_eq!(report.alike.len(), 1);
        assert_eq!((report.alike[0].origin.as_str(), report.alike[0].title.as_str()), ("draft/1", "旧文"));
        assert!(report.own_percent < 30, "{}", report.own_percent);
        assert_eq!(house.check(&new, Some("1"), "").await.alike, [], "its own draft");
        assert_eq!(house.check(&article("别的", "毫不相干的一段话。"), None, PASSAGE).await.alike, []);
        let pasted = house.check(&new, Some("1"), &format!("别人的：{PASSAGE}")).await;
        assert_eq!(pasted.alike.iter().map(|one| one.origin.as_str()).collect::<Vec<_>>(), ["pasted"]);

        house.keep("draft/1", &article("旧文", "全部重写了。")).await;
        assert_eq!(house.check(&new, Some("2"), "").await.alike, [], "what it says now counts");
        house.keep("plan/1", &kept).await;
        assert_eq!(house.check(&new, Some("2"), "").await.alike.len(), 1);
        let mut tx = house.ground.db.begin().await.unwrap();
        Quality::forget(&mut tx, "plan/1").await.unwrap();
        tx.commit().await.unwrap();
        house.quality.refresh().await.unwrap();
        assert_eq!(house.check(&new, Some("2"), "").await.alike, []);
    })
    .await;
}

#[tokio::test]
async fn a_list_is_kept_in_versions_and_in_force_at_once() {
    both(async |db| {
        let house = house(db).await;
        let (quality, editor) = (&house.quality, &house.editor);
        let hit = async |quality: &Quality| {
            let report =
                quality.check(editor, article("题", "这里有黄片和三黄片。"), None, String::new()).await.unwrap();
            report.words.into_iter().map(|hit| hit.text).collect::<Vec<_>>()
        };
        assert_eq!(hit(quality).await, [""; 0]);
        quality.keep_list(editor, words(&["黄片"], &[]), 0).await.unwrap();
        assert_eq!(hit(quality).await, ["黄片", "黄片"]);
        quality.keep_list(editor, words(&["黄片"], &["三黄片"]), 1).await.unwrap();
        assert_eq!(hit(quality).await, ["黄片"], "an allowed word wins");
        let stale = quality.keep_list(editor, words(&[], &[]), 1).await.unwrap_err();
        assert_eq!(code(&stale), Code::Conflict);
        let bad = quality.keep_list(editor, words(&["——"], &[]), 2).await;
        assert!(bad.is_ok(), "a sign may be listed");
        quality.take_back(editor, ListName::Words, 1, 3).await.unwrap();
        assert_eq!(hit(quality).await, ["黄片", "黄片"]);
        let versions = quality.versions(editor, ListName::Words).await.unwrap();
        let told: Vec<(i64, Option<i64>)> = versions.iter().map(|one| (one.number, one.taken_from)).collect();
        assert_eq!(told, [(4, Some(1)), (3, None), (2, None), (1, None), (0, None)]);
        quality.take_back(editor, ListName::Words, 0, 4).await.unwrap();
        assert_eq!(hit(quality).await, [""; 0], "as the program comes");

        let other =
            Quality::open(house.ground.clone(), quality.catalogue.clone(), "https://a.example", &[]).await.unwrap();
        quality.keep_list(editor, words(&["黄片"], &[]), 5).await.unwrap();
        assert_eq!(hit(&other).await, [""; 0]);
        other.refresh().await.unwrap();
        assert_eq!(hit(&other).await.len(), 2, "the other server hears of it");
        let reader = Actor::new("王审计", vec![Role::Auditor]);
        assert_eq!(code(&quality.keep_list(&reader, words(&[], &[]), 6).await.unwrap_err()), Code::Forbidden);
        let line = audit_lines(&house).await;
        assert_eq!(line.len(), 6, "a line for each change: {line:?}");
    })
    .await;
}

async fn audit_lines(house: &House) -> Vec<String> {
    let mut tx = house.ground.db.read().await.unwrap();
    let rows: Vec<(String,)> =
        tx.sql("SELECT object FROM audit WHERE action = 'push.keep-list' AND outcome = 'done'").all().await.unwrap();
    rows.into_iter().map(|(object,)| object).collect()
}

#[tokio::test]
async fn old_versions_are_let_go_and_lists_come_from_tables() {
    both(async |db| {
        let house = house(db).await;
        for number in 0..60 {
            let topics = ListPart::Topics(vec![format!("选题 {number}")]);
            house.quality.keep_list(&house.editor, topics, number).await.unwrap();
        }
        let kept = house.quality.versions(&house.editor, ListName::Topics).await.unwrap();
        assert_eq!((kept.len(), kept[0].number, kept[49].number), (51, 60, 11));
        let rows: Vec<Vec<String>> = ["术语,白话,解释", "全宗,一家的档案,一句话。", "宗,,"]
            .iter()
            .map(|row| row.split(',').map(str::to_owned).collect())
            .collect();
        let imported = house.quality.import(&house.editor, ListName::Glossary, &rows).await.unwrap();
        assert_eq!((imported.added, imported.refused.len()), (1, 1));
        let report = house.check(&article("题", "这个全宗很大。"), None, "").await;
        assert_eq!(report.findings[0].replacement.as_deref(), Some("一家的档案"));
        let again = house.quality.import(&house.editor, ListName::Glossary, &rows).await.unwrap();
        assert_eq!((again.added, again.changed), (0, 0));
        let topics = house.quality.import(&house.editor, ListName::Topics, &rows).await;
        assert_eq!(code(&topics.unwrap_err()), Code::BadRequest);
    })
    .await;
}

#[tokio::test]
async fn links_and_quoted_records_are_looked_at() {
    both(async |db| {
        let house = house(db).await;
        let linked = |address: &str| Run {
            note: Some(address.to_owned()),
            ..Run { text: "看这里".to_owned(), ..Run::default() }
        };
        let notes =
            ["https://a.example/search", "https://a.example/none", "https://b.example", "https://", "一句解释。"];
        let runs = notes.iter().map(|note| linked(note)).collect();
        let record = RecordQuotation {
            id: "0123456789abcdef".to_owned(),
            title: "某件".to_owned(),
            ..RecordQuotation::default()
        };
        let blocks = vec![Block::Text { runs }, Block::Record(record)];
        let report = house.check(&Article { title: "题".to_owned(), blocks, ..Article::default() }, None, "").await;
        let told: Vec<(&str, bool, usize)> =
            report.links.iter().map(|link| (link.address.as_str(), link.wrong, link.place.from)).collect();
        assert_eq!(
            told,
            [
                ("https://a.example/search", false, 0),
                ("https://a.example/none", true, 3),
                ("https://b.example", false, 6),
                ("https://", true, 9),
            ]
        );
        assert_eq!(report.quoted.iter().map(|one| one.block).collect::<Vec<_>>(), [1]);
        let long = article("题", &"长".repeat(MOST + 1));
        let refused = house.quality.check(&house.editor, long, None, String::new()).await.unwrap_err();
        assert_eq!(code(&refused), Code::TooLarge);
    })
    .await;
}
