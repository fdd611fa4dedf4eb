//! Nouns in a row (名词堆叠): 民生档案数据资源共享平台系统建设. A reader has to find out alone which belongs to which.
//!
//! Parts of speech are jieba's. Names of persons, places and bodies end a chain: they are read as one.

use super::{Finding, Kind, Sheet};
use crate::words::Token;

pub(super) fn find(sheet: &Sheet<'_>, limit: usize) -> impl Iterator<Item = Finding> {
    let limit = limit.max(2);
    let mut chains: Vec<Vec<&Token<'_>>> = vec![Vec::new()];
    let mut verbs = 0;
    for token in &sheet.tokens {
        // After nouns in a row, two verbs or more are heaped like them: 身份信息查询打印设备.
        let heaped = chains.last().is_some_and(|chain| nouns(chain).count() + 1 >= limit);
        let goes_on = verbs == 0 || heaped && verbs > 1;
        if is_link(token) && goes_on {
            chains.last_mut().into_iter().for_each(|chain| chain.push(token));
            verbs = 0;
        } else if is_link(token) {
            chains.push(vec![token]);
            verbs = 0;
        } else if heaped && token.tag == "v" {
            verbs += 1;
        } else {
            chains.push(Vec::new());
            verbs = 0;
        }
    }
    chains.into_iter().filter_map(move |chain| {
        let span = chain.first()?.span.start..chain.last()?.span.end;
        let nouns: Vec<&str> = nouns(&chain).collect();
        (nouns.len() >= limit && !sheet.is_quoted(&span)).then(|| Finding {
            span,
            kind: Kind::NounChain,
            times: 1,
            reason: format!("{} 个名词连在一起：{}", nouns.len(), nouns.join("、")),
            advice: "用“的”隔开，或拆成两句，说清谁做什么".to_owned(),
            replacement: None,
            note: None,
        })
    })
}

/// The words of a chain that count: those of two characters or more.
fn nouns<'t>(chain: &[&Token<'t>]) -> impl Iterator<Item = &'t str> {
    chain.iter().map(|token| token.word).filter(|word| word.chars().nth(1).is_some())
}

/// A word that may stand in a chain.
fn is_link(token: &Token<'_>) -> bool {
    matches!(token.tag, "n" | "vn" | "an" | "nz" | "ng" | "l" | "j" | "b")
        && token.word.chars().all(char::is_alphanumeric)
}
