//! Tests of the rules, one by one.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::{Findings, Kind, Light, Lists, Points, Weights, judge};
use crate::words::Words;

/// Loaded once: it takes a while.
static WORDS: LazyLock<Words> = LazyLock::new(Words::default);

fn of(text: &str) -> Findings {
    judge(text, &WORDS, &Lists::built_in().unwrap(), &Weights::default())
}

fn spans(text: &str, kind: Kind) -> Vec<&str> {
    let found = of(text).found.into_iter().filter(|finding| finding.kind == kind);
    found.map(|finding| text.get(finding.span).unwrap()).collect()
}

#[test]
fn sentences_end_where_a_reader_rests() {
    let long = "字".repeat(41);
    assert_eq!(spans(&format!("短。{long}。短"), Kind::LongSentence), [format!("{long}。")]);
    assert_eq!(spans(&"字".repeat(40), Kind::LongSentence), Vec::<&str>::new());
    assert_eq!(spans(&format!("“{long}。”他说"), Kind::LongSentence), [format!("“{long}。”")]);
    let counts = of("1986年，OCR好。\n第二句！").counts;
    assert_eq!((counts.characters, counts.sentences, counts.longest_sentence, counts.mean_sentence), (7, 2, 4, 4));
}

#[test]
fn paragraphs_are_measured_in_lines_of_a_phone() {
    let long = "一二三四，六七八九。".repeat(18);
    let found = of(&format!("{long}\n\n　　{long}一。\n"));
    assert_eq!(found.paragraphs.iter().map(|paragraph| paragraph.lines).collect::<Vec<_>>(), [9, 10]);
    assert_eq!(found.count(Kind::LongParagraph), 1);
    assert_eq!(
        found.paragraphs.iter().map(|paragraph| paragraph.light).collect::<Vec<_>>(),
        [Light::Green, Light::Yellow]
    );
}

#[test]
fn names_and_quotations_are_left_alone() {
    assert_eq!(spans("见《档案信息资源管理系统建设规范》。", Kind::NounChain), Vec::<&str>::new());
    assert_eq!(spans("碑上写着“兹有善士，皆出资焉”。", Kind::Classical), Vec::<&str>::new());
    assert_eq!(spans("兹有善士，皆出资焉。", Kind::Classical).len(), 1);
    assert_eq!(spans("《全宗指南》", Kind::Jargon), Vec::<&str>::new());
    assert_eq!(spans("有了目标引领大家", Kind::Jargon), Vec::<&str>::new(), "目标 and 引领");
    assert_eq!(spans("“全宗”", Kind::Jargon), ["全宗"], "a note helps with a quotation as well");
}

#[test]
fn a_year_of_an_era_wants_its_western_year() {
    assert_eq!(spans("光绪二十四年，大水。", Kind::EraYear), ["光绪二十四年"]);
    for explained in [
        "光绪二十四年（1898年）",
        "光绪二十四年五月初三（1898年6月21日）",
        "1898年（光绪二十四年）",
        "光绪二十四年，即1898年",
        "民国时期",
        "《民国三十五年报告》",
    ] {
        assert_eq!(spans(explained, Kind::EraYear), Vec::<&str>::new(), "{explained}");
    }
    assert_eq!(spans("一行\n光緒廿四年、乾隆元年、民35年", Kind::EraYear), ["光緒廿四年", "乾隆元年", "民35年"]);
    let found = of("民国三十五年至三十七年").found;
    assert_eq!(found[0].replacement.as_deref(), Some("民国三十五年至三十七年（1946—1948年）"));
}

#[test]
fn an_abbreviation_wants_to_be_written_out() {
    assert_eq!(spans("县革委会开会。革委会散会。", Kind::Abbreviation), ["革委会"]);
    assert_eq!(spans("县革命委员会（简称革委会）开会。", Kind::Abbreviation), Vec::<&str>::new());
    assert_eq!(spans("统计委员会和审计委员", Kind::Abbreviation), Vec::<&str>::new());
    assert_eq!(spans("用OCR和PDF，文字识别（OCR）", Kind::Abbreviation), ["OCR"]);
    assert_eq!(spans("文字识别（OCR）。OCR很快。DA/T 18", Kind::Abbreviation), Vec::<&str>::new());
}

#[test]
fn a_verb_without_content_gives_way() {
    let found = of("对材料进行核对。");
    assert_eq!(found.found[0].replacement.as_deref(), Some("核对"));
    assert!(of("比赛正在进行。").found.is_empty());
}

#[test]
fn nouns_in_a_row_are_a_chain() {
    assert_eq!(spans("完成档案数据平台系统建设。", Kind::NounChain), ["档案数据平台系统建设"]);
    assert_eq!(
        spans("居民身份信息查询打印设备。", Kind::NounChain),
        ["居民身份信息查询打印设备"],
        "verbs heaped among them"
    );
    for loose in
        ["档案的数据，平台的系统。", "居民身份信息可以查询打印", "居民身份信息查询设备", "老师带领学生参观展厅"]
    {
        assert_eq!(spans(loose, Kind::NounChain), Vec::<&str>::new(), "{loose}");
    }
}

#[test]
fn weights_decide_the_light() {
    let text = "要查材料先找全宗。";
    assert_eq!(of(text).paragraphs[0].light, Light::Yellow);
    assert_eq!(of(text).light, Light::Green, "one term in a short note");
    let weigh = |jargon| Weights { points: Points { jargon, ..Points::default() }, ..Weights::default() };
    let judged = |weights: &Weights| judge(text, &WORDS, &Lists::built_in().unwrap(), weights);
    assert_eq!(judged(&weigh(0)).paragraphs[0].light, Light::Green);
    assert_eq!(judged(&weigh(15)).light, Light::Red);
    assert_eq!(judged(&weigh(15)).reasons, ["行话 1 处"]);
    assert_eq!(of(&"的".repeat(35)).reasons, ["平均每句 35 字，超过 30 字；最长一句 35 字"]);
    assert_eq!(of("").light, Light::Green);
}

#[test]
fn weights_are_stored_as_far_as_they_differ() {
    let stored: Weights = serde_json::from_str(r#"{"limits":{"sentence":50},"points":{"jargon":0}}"#).unwrap();
    assert_eq!(
        (stored.limits.sentence, stored.limits.chain, stored.points.jargon, stored.points.classical),
        (50, 4, 0, 2)
    );
    let whole = serde_json::to_string(&stored).unwrap();
    assert_eq!(serde_json::from_str::<Weights>(&whole).unwrap(), stored);
}

#[test]
fn the_lists_are_whole() {
    let lists = Lists::built_in().unwrap();
    assert!(lists.abbreviations.entries().iter().all(|entry| entry.plain.is_some()));
    assert!(lists.official.entries().len() > 100);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn every_span_is_of_the_text(text in "\\PC{0,60}|[民国三十五年（光绪1898）“”《》全宗进行核对，。\n兹之其 OCR革委会]{0,80}") {
        let found = of(&text);
        for finding in &found.found {
            prop_assert!(text.get(finding.span.clone()).is_some_and(|span| !span.is_empty()));
        }
        for paragraph in &found.paragraphs {
            prop_assert!(text.get(paragraph.span.clone()).is_some_and(|span| !span.trim().is_empty()));
        }
    }
}
