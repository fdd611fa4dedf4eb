//! An article that went out, as readers of the site keep finding it.

use std::collections::BTreeMap;

use chinese::normalise;
use kernel::Timestamp;

use crate::Quoted;
use crate::article::{Article, Block, Picture, Run};

/// An article that went out or is about to.
#[derive(Clone, PartialEq, Debug)]
pub struct SentArticle {
    /// By chance; it stands in its address.
    pub id: String,
    /// The account it went out from.
    pub account: String,
    /// Its content.
    pub article: Article,
    /// When WeChat took it.
    pub sent_at: Timestamp,
}

/// What is written in an article, as it is searched: title, summary and all texts, folded.
pub(crate) fn words(article: &Article) -> String {
    let mut all = vec![article.title.as_str(), article.digest.as_str()];
    for block in &article.blocks {
        texts(block, &mut all);
    }
    normalise(&all.join("\n"))
}

/// The records that articles quote, each once.
pub(crate) fn quoted<'a>(articles: impl Iterator<Item = &'a Article>) -> Vec<Quoted> {
    let mut records = BTreeMap::new();
    for block in articles.flat_map(|article| &article.blocks) {
        if let Block::Record(record) = block {
            *records.entry(record.id.clone()).or_insert(false) |= record.picture.is_some();
        }
    }
    records.into_iter().map(|(id, is_pictured)| Quoted { id, is_pictured }).collect()
}

fn texts<'a>(block: &'a Block, all: &mut Vec<&'a str>) {
    match block {
        Block::Heading { text } => all.push(text),
        Block::Text { runs } => of_runs(runs, all),
        Block::Picture(picture) | Block::Code { picture } => of_picture(picture, all),
        Block::Gallery { pictures } => pictures.iter().for_each(|picture| of_picture(picture, all)),
        Block::Quotation { text, source } => all.extend([text.as_str(), source]),
        Block::Record(record) => all.extend([record.title.as_str(), &record.reference_code, &record.text]),
        Block::Audio(recording) | Block::Video(recording) => {
            all.extend([recording.title.as_str(), &recording.transcript]);
        }
        Block::Timeline { entries } => {
            all.extend(entries.iter().flat_map(|entry| [entry.date.as_str(), &entry.text]));
        }
        Block::List { items, .. } => items.iter().for_each(|item| of_runs(item, all)),
        Block::Table { head, rows } => all.extend(head.iter().chain(rows.iter().flatten()).map(String::as_str)),
        Block::Visit(_) | Block::Divider => {}
    }
}

fn of_runs<'a>(runs: &'a [Run], all: &mut Vec<&'a str>) {
    all.extend(runs.iter().flat_map(|run| [Some(run.text.as_str()), run.note.as_deref()]).flatten());
}

fn of_picture<'a>(picture: &'a Picture, all: &mut Vec<&'a str>) {
    all.extend([picture.caption.as_str(), &picture.alternative]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::RecordQuotation;

    #[test]
    fn what_is_searched_is_folded_and_a_record_counts_once() {
        let record =
            RecordQuotation {
                id: "r1".to_owned(), title: "修筑桥头水库".to_owned(), ..RecordQuotation::default()
            };
        let runs = vec![Run { text: "１９５８年".to_owned(), note: Some("縣志".to_owned()), ..Run::default() }];
        let article = Article {
            title: "水庫往事".to_owned(),
            blocks: vec![Block::Record(record.clone()), Block::Text { runs }, Block::Record(record)],
            ..Article::default()
        };
        let words = words(&article);
        for expected in ["水库往事", "修筑桥头水库", "1958年", "县志"] {
            assert!(words.contains(expected), "{words}");
        }
        assert_eq!(quoted([&article].into_iter()), [Quoted { id: "r1".to_owned(), is_pictured: false }]);
    }
}
