//! What everybody may see of records that somebody quotes, asked in the unit that depends on it.

use std::collections::HashMap;

use kernel::{Timestamp, Tx, Viewer};

use crate::access::{self, Access, Asking};
use crate::store::record;
use crate::{PublicId, Record, reference_code};

/// What everybody may see now of these records, with what staff call each; what is not there is not told of.
///
/// # Errors
/// The database's.
pub async fn shown_to_everyone(tx: &mut Tx, ids: &[PublicId]) -> kernel::Result<HashMap<PublicId, (String, Access)>> {
    let records = record::of_public_ids(tx, ids).await?;
    Ok(records.into_iter().map(|(id, record)| (id, (name(&record), access(&record)))).collect())
}

/// The shortest title and code key that are looked for in a text, in characters: shorter ones are words of every day.
const LEAST_NAME: i64 = 6;
/// The most records that are looked at more closely.
const MOST_NAMED: i64 = 100;

/// Whether a text that everybody will read tells the title or the code of a record that not everybody may see. A title
/// counts as it is written in the catalogue, with or without the text's blanks; a code however its signs are typed.
///
/// # Errors
/// The database's.
pub async fn names_hidden(tx: &mut Tx, text: &str) -> kernel::Result<bool> {
    let close: String = text.split_whitespace().collect();
    // A blank within a code is passed over, and one behind it parts it from what follows.
    let parted = text.split_whitespace().collect::<Vec<_>>().join(",");
    let key = |text: &str| reference_code::key(text).replace('·', "");
    for (written, key) in [(text, key(&parted)), (&close, key(&close))] {
        let found = record::hidden_in(tx, (written, &key), LEAST_NAME, MOST_NAMED).await?;
        if found.iter().any(|(code, title)| tells(written, title) || stands_alone(&key, code)) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn tells(text: &str, title: &str) -> bool {
    i64::try_from(title.chars().count()).is_ok_and(|length| length >= LEAST_NAME) && text.contains(title)
}

/// Whether a code stands in a text by itself, and not as a piece of a longer one.
fn stands_alone(text: &str, code: &str) -> bool {
    let goes_on = |c: char| c.is_ascii_alphanumeric() || c == '-';
    text.match_indices(code).any(|(at, _)| {
        let (before, behind) = (text.get(..at).unwrap_or_default(), text.get(at + code.len()..).unwrap_or_default());
        !before.ends_with(goes_on) && !behind.starts_with(goes_on)
    })
}

fn access(record: &Record) -> Access {
    let nobody = Asking { viewer: &Viewer::Public, subjects: &[], grant: None, now: Timestamp::from_micros(0) };
    access::decide(&record.description.statuses, &nobody)
}

/// 档号 and 题名.
fn name(record: &Record) -> String {
    format!("{}《{}》", record.description.code.written(), record.description.title)
}

#[cfg(test)]
mod tests {
    use kernel::testing::both;

    use super::{names_hidden, stands_alone};
    use crate::Openness;
    use crate::record::tests::item;
    use crate::testing::House;

    #[tokio::test]
    async fn h14_what_tells_a_hidden_record_is_found_on_both_databases() {
        both(|db| async {
            let house = House::on(db);
            let mut hidden = item("X001-WS·1986·Y-0003", "水库移民安置秘闻");
            hidden.statuses.openness = Openness::Deferred;
            let mut short = item("X001-WS·1986·Y-0004", "通知");
            short.statuses.openness = Openness::Deferred;
            house.land(&[hidden, short, item("X001-WS·1986·Y-0005", "关于修建水库的批复")]).await;
            let mut tx = house.ground.db.read().await.unwrap();
            for told in [
                "您要的是《水库移民安置秘闻》。",
                "您要的是《水库移民 安置秘闻》。",
                "请看X001-WS·1986·Y-0003 第三页",
                "请看 x001－ws1986y - 0003。",
            ] {
                assert!(names_hidden(&mut tx, told).await.unwrap(), "{told}");
            }
            for fine in [
                "请看通知《关于修建水库的批复》，X001-WS·1986·Y-0005。",
                "X001-WS·1986·Y-00031",
                "您可以到馆查阅。",
                "",
            ] {
                assert!(!names_hidden(&mut tx, fine).await.unwrap(), "{fine}");
            }
        })
        .await;
    }

    #[test]
    fn a_code_is_no_piece_of_a_longer_one() {
        for text in ["X001-1-2", "见X001-1-2。", "(X001-1-2)", "X001-1-23，X001-1-2"] {
            assert!(stands_alone(text, "X001-1-2"), "{text}");
        }
        for text in ["X001-1-23", "AX001-1-2", "X001-1-2-3", "X001-1"] {
            assert!(!stands_alone(text, "X001-1-2"), "{text}");
        }
    }
}
