use std::sync::{Arc, LazyLock};

use chinese::glossary::Glossary;
use chinese::readability::{Kind, Lists, Weights};
use chinese::words::Words;
use proptest::prelude::*;

use super::*;
use crate::article::{Article, Block, Entry, Picture, RecordQuotation, Run};

/// Loaded once: it takes a while.
static WORDS: LazyLock<Arc<Words>> = LazyLock::new(Arc::default);

fn held(own: &[OwnTerm], words: &WordLists) -> Held {
    let built_in = Lists::built_in().unwrap();
    let jargon = glossary(&Glossary::built_in().unwrap(), own).unwrap();
    Held {
        words: Arc::clone(&WORDS),
        lists: Lists { jargon, ..built_in },
        weights: Weights::default(),
        listed: words.ready().unwrap(),
    }
}

fn plain() -> Held {
    held(&[], &WordLists::default())
}

fn run(text: &str) -> Run {
    Run { text: text.to_owned(), ..Run::default() }
}

fn text(words: &str) -> Block {
    Block::Text { runs: vec![run(words)] }
}

fn article(blocks: Vec<Block>) -> Article {
    Article { title: "题目".to_owned(), blocks, ..Article::default() }
}

/// What an article has at a place.
fn at(article: &Article, place: &Place) -> String {
    let texts: Vec<String> = match place.block.and_then(|block| article.blocks.get(block)) {
        None => vec![article.title.clone(), article.author.clone(), article.digest.clone()],
        Some(Block::Text { runs }) => vec![runs.iter().map(|run| run.text.as_str()).collect()],
        Some(Block::Heading { text }) => vec![text.clone()],
        Some(Block::List { items, .. }) => {
            items.iter().map(|runs| runs.iter().map(|run| run.text.as_str()).collect()).collect()
        }
        Some(Block::Quotation { text, source }) => vec![text.clone(), source.clone()],
        Some(Block::Record(record)) => vec![record.text.clone(), record.title.clone()],
        Some(Block::Timeline { entries }) => {
            entries.iter().flat_map(|entry| [entry.date.clone(), entry.text.clone()]).collect()
        }
        Some(Block::Table { head, rows }) => head.iter().chain(rows.iter().flatten()).cloned().collect(),
        Some(Block::Picture(picture)) => vec![picture.caption.clone(), picture.alternative.clone()],
        Some(_) => Vec::new(),
    };
    texts[place.part].chars().skip(place.from).take(place.to - place.from).collect()
}

#[test]
fn a_finding_names_its_block_and_its_characters_behind_emoji_and_rare_ones() {
    let runs = vec![run("😀𠮷野家的"), Run { strong: true, ..run("全") }, run("宗在这里")];
    let blocks = vec![
        Block::Heading { text: "开头".to_owned() },
        Block::Divider,
        Block::Text { runs },
        Block::List {
            ordered: false, items: vec![vec![run("第一")], vec![run("👨‍👩‍👧看缩微胶片")]]
        },
    ];
    let article = article(blocks);
    let report = examine(&article, &plain());
    let jargon: Vec<&FindingShown> = report.findings.iter().filter(|found| found.kind == Kind::Jargon).collect();
    let told: Vec<(Option<usize>, usize, String)> =
        jargon.iter().map(|found| (found.place.block, found.place.part, at(&article, &found.place))).collect();
    assert_eq!(told, [(Some(2), 0, "全宗".to_owned()), (Some(3), 1, "缩微胶片".to_owned())]);
    assert_eq!(jargon[0].place.from, 5);
    assert_eq!(jargon[0].text, "全宗");
    assert!(jargon[0].replacement.is_some() && jargon[0].note.is_some());
}

#[test]
fn the_glossary_of_the_house_goes_first() {
    let own = OwnTerm {
        term: "全宗".to_owned(),
        plain: "一家单位的档案".to_owned(),
        explanation: "本馆的解释。".to_owned(),
        ..OwnTerm::default()
    };
    let article = article(vec![text("这个全宗很大，案卷很多。")]);
    let report = examine(&article, &held(std::slice::from_ref(&own), &WordLists::default()));
    let jargon = |report: &Report| {
        report.findings.iter().filter(|one| one.kind == Kind::Jargon).map(|one| one.text.clone()).collect::<Vec<_>>()
    };
    assert_eq!(report.findings[0].replacement.as_deref(), Some("一家单位的档案"));
    assert_eq!(report.findings[0].note.as_deref(), Some("本馆的解释。"));
    assert_eq!(jargon(&report), ["全宗", "案卷"]);
    let hidden = OwnTerm { hidden: true, ..own };
    assert_eq!(jargon(&examine(&article, &held(&[hidden], &WordLists::default()))), ["案卷"]);
}

#[test]
fn a_note_explains_and_a_heading_takes_none() {
    let heading = Block::Heading { text: "一个全宗".to_owned() };
    let jargon = |blocks: Vec<Block>| {
        let report = examine(&article(blocks), &plain());
        let found = report.findings.into_iter().filter(|one| one.kind == Kind::Jargon);
        found.map(|one| (one.place.block, one.note.is_some())).collect::<Vec<_>>()
    };
    assert_eq!(jargon(vec![heading.clone()]), [(Some(0), false)]);
    assert_eq!(jargon(vec![heading.clone(), text("这个全宗很大。")]), [(Some(1), true)], "where a note can be added");
    let noted = Run { note: Some("一个单位的全部档案。".to_owned()), ..run("全宗") };
    let runs = vec![run("这个"), noted, run("很大。")];
    assert_eq!(jargon(vec![heading, Block::Text { runs }]), []);
}

#[test]
fn an_allowed_word_wins_and_both_are_found_everywhere() {
    let listed = |word: &str, category: &str| ListedWord { word: word.to_owned(), category: category.to_owned() };
    let lists = WordLists {
        listed: vec![listed("黄片", "低俗"), listed("办证", "广告")],
        allowed: vec!["三黄片".to_owned()],
    };
    let mut article = article(vec![
        text("药店有三黄片，没有黄·片。"),
        Block::Timeline { entries: vec![Entry { date: "1958".to_owned(), text: "😀办证".to_owned() }] },
        text("办"),
        text("证"),
    ]);
    article.title = "代办证件".to_owned();
    let report = examine(&article, &held(&[], &lists));
    let told: Vec<(Option<usize>, String, &str, &str)> = report
        .words
        .iter()
        .map(|hit| (hit.place.block, at(&article, &hit.place), hit.category.as_str(), hit.told.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (None, "办证".to_owned(), "广告", "也可能是前后两个词碰到了一起"),
            (Some(0), "黄·片".to_owned(), "低俗", "中间夹了符号"),
            (Some(1), "办证".to_owned(), "广告", ""),
        ],
        "a word is not made of the end of one paragraph and the beginning of the next"
    );
}

#[test]
fn personal_numbers_are_found_in_every_text() {
    let blocks = vec![
        Block::Table {
            head: vec!["姓名".into(), "证件".into()],
            rows: vec![vec!["😀".into(), "11010519491231002X".into()]],
        },
        text("电话13800138000"),
        Block::Record(RecordQuotation { text: "身份证110105491231002".to_owned(), ..RecordQuotation::default() }),
        Block::Picture(Picture { caption: "0851-85551234".to_owned(), ..Picture::default() }),
    ];
    let article = article(blocks);
    let report = examine(&article, &plain());
    let told: Vec<(&str, String)> = report.personal.iter().map(|one| (one.kind, at(&article, &one.place))).collect();
    assert_eq!(
        told,
        [
            ("id-number", "11010519491231002X".to_owned()),
            ("phone", "13800138000".to_owned()),
            ("id-number", "110105491231002".to_owned()),
            ("phone", "0851-85551234".to_owned()),
        ]
    );
    let told = serde_json::to_string(&report.personal).unwrap();
    assert!(!told.contains("13800138000"), "the place is told, not the number");
}

#[test]
fn a_passage_is_found_in_another_text_and_not_in_a_quoted_record() {
    let passage = "一九五八年三月五日，县人民委员会发出通知，要求各公社在春耕以前修好水渠，疏通河道，平整土地。";
    let other = |text: &str| Other {
        origin: "plan/1".to_owned(),
        title: "旧文".to_owned(),
        kept_at: None,
        text: text.to_owned(),
    };
    let looked = |article: &Article, others: Vec<Other>| {
        let sheet = Sheet::compared(article);
        alike(&sheet, &comparable(&sheet), others)
    };
    let copied = article(vec![text("我们写的第一段，和别的文章没有一点关系。"), text(&format!("😀{passage}"))]);
    let (found, own) =
        looked(&copied, vec![other(&format!("前面的话。{passage}后面的话。")), other("完全不同的话，没有一句相同。")]);
    assert_eq!((found.len(), found[0].origin.as_str()), (1, "plan/1"));
    assert_eq!(at(&copied, &found[0].passages[0].places[0]), passage.trim_end_matches('。'));
    assert!((25..45).contains(&own), "{own}");
    let record = RecordQuotation { text: passage.to_owned(), ..RecordQuotation::default() };
    let quoted = article(vec![text("我们写的第一段，和别的文章没有一点关系。"), Block::Record(record)]);
    assert_eq!(looked(&quoted, vec![other(passage)]), (Vec::new(), 100));
}

#[test]
fn the_light_is_told_with_its_reasons_and_what_wechat_does_not_take() {
    let green = examine(&article(vec![text("今天开馆，欢迎大家来看档案。")]), &plain());
    assert_eq!((green.light, green.light_label, green.reasons.len()), ("green", "绿", 0));
    let long = "这句话很长".repeat(30);
    let mut hard = article(vec![text(&format!("{long}。")); 4]);
    hard.title = String::new();
    let red = examine(&hard, &plain());
    assert_eq!(red.light, "red");
    assert_eq!(
        red.paragraphs.iter().map(|one| one.place.block).collect::<Vec<_>>(),
        [Some(0), Some(1), Some(2), Some(3)]
    );
    assert_eq!((green.paragraphs.len(), red.paragraphs[0].light), (0, "red"));
    assert!(!red.reasons.is_empty());
    assert_eq!(red.limits, ["还没有标题"]);
    assert_eq!(examine(&Article::default(), &plain()).findings, []);
}

/// Blocks of one text each.
fn blocks() -> impl Strategy<Value = Vec<Block>> {
    let words = "[全宗案卷😀𠮷，。\n办证1380013800 ]{0,30}";
    let block = prop_oneof![
        words.prop_map(|text| Block::Heading { text }),
        (words, words).prop_map(|(one, other)| Block::Text { runs: vec![run(&one), run(&other)] }),
        (words, words).prop_map(|(text, source)| Block::Quotation { text, source }),
        (words, words)
            .prop_map(|(one, other)| Block::List { ordered: true, items: vec![vec![run(&one)], vec![run(&other)]] }),
    ];
    prop::collection::vec(block, 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn every_place_can_be_cut_out(blocks in blocks()) {
        let article = article(blocks);
        let lists = WordLists { listed: vec![ListedWord { word: "办证".into(), category: String::new() }], allowed: Vec::new() };
        let report = examine(&article, &held(&[], &lists));
        for found in &report.findings {
            let cut = at(&article, &found.place);
            prop_assert!(cut == found.text || found.text.ends_with('…') && cut.starts_with(found.text.trim_end_matches('…')));
        }
        for hit in &report.words {
            prop_assert_eq!(at(&article, &hit.place), hit.text.clone());
        }
        for one in &report.personal {
            prop_assert!(at(&article, &one.place).chars().any(|c| c.is_ascii_digit()));
        }
    }
}
