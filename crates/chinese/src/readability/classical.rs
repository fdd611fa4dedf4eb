//! The written language of old (文言) in an article of today.
//!
//! A sentence is marked by one sure sign, or by two of those that also stand in modern set phrases (丝绸之路, 其). Signs are
//! our own selection. What is quoted is left alone: an editor cannot change the document, only tell what it says.

use super::sentences::Sentence;
use super::{Finding, Kind, Sheet};
use crate::words::Token;

/// Words, as the dictionary parts them, each of which is enough.
const SURE: [&str; 41] = [
    "兹", "矣", "焉", "哉", "乃", "曰", "亦", "皆", "岂", "毋", "俾", "吾", "汝", "弗", "勿", "莫", "欤", "诸生",
    "业经", "业已", "未尝", "何尝", "尝言", "是以", "毋庸", "毋须", "勿谓", "奉此", "鉴核", "遵即", "合行", "等因",
    "兹将", "谨此", "之时", "之际", "姑宽", "严拿", "莫知", "亦即", "岂可",
];
/// Words of which it takes two.
const LIKELY: [&str; 15] = ["之", "其", "者", "然", "甚", "尽", "尚", "遂", "俱", "悉", "凡", "云", "所", "则", "于"];

pub(super) fn find<'a>(sheet: &'a Sheet<'_>, sentences: &'a [Sentence]) -> impl Iterator<Item = Finding> {
    sentences.iter().filter_map(|sentence| {
        let first = sheet.tokens.partition_point(|token| token.span.start < sentence.span.start);
        let own = sheet.tokens.iter().skip(first).take_while(|token| token.span.start < sentence.span.end);
        let mut signs: Vec<&str> = Vec::new();
        let mut weight = 0;
        let mut own = own.filter(|token| !sheet.is_quoted(&token.span)).peekable();
        while let Some(token) = own.next() {
            let of = weigh(token, own.peek().copied());
            if of > 0 {
                weight += of;
                signs.push(token.word);
            }
        }
        (weight >= 2).then(|| {
            signs.dedup();
            Finding {
                span: sentence.span.clone(),
                kind: Kind::Classical,
                times: 1,
                reason: format!("这一句像文言：{}", signs.join("、")),
                advice: "改成口语；要保留原文，就加引号，后面再用白话说一遍".to_owned(),
                replacement: None,
                note: None,
            }
        })
    })
}

/// 2 for a sure sign, 1 for one of which it takes two.
fn weigh(token: &Token<'_>, next: Option<&Token<'_>>) -> u32 {
    let before_sign = next.is_none_or(|next| !next.word.chars().any(char::is_alphanumeric));
    if SURE.contains(&token.word) && !token.tag.starts_with("nr") || token.word == "也" && before_sign {
        2
    } else {
        u32::from(LIKELY.contains(&token.word))
    }
}
