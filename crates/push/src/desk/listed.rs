//! A list of followers that staff bring: who of them can be sent to is frozen, and of the rest it is told why not.

use kernel::audit::{self, Line, Outcome};
use kernel::{Actor, Code, Permission, Problem, Result};
use serde_json::json;

use super::freeze::{SHOWN, SWITCHED_OFF};
use super::{Ledger, Roster, shown};
use crate::store::call::MOST_A_DAY;
use crate::{LEAST_LISTED, MOST_LISTED};

/// The longest openid (WeChat's have 28 characters, and are to be taken as they are).
const LONGEST: usize = 64;
/// Examples of those left out.
const EXAMPLES: usize = 5;
/// Characters of an example that is no openid.
const GLIMPSE: usize = 20;
/// Followers that are looked for at once.
const AT_ONCE: usize = 10_000;

/// Some who are not sent to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LeftOut {
    /// Why, in words.
    pub why: &'static str,
    /// How many.
    pub people: usize,
    /// The first of them, where there was a list: as staff call followers, or what stood there.
    pub examples: Vec<String>,
}

/// A list by what can be told without the database.
#[derive(Debug, Default)]
struct Sorted {
    /// In order, each once.
    openids: Vec<String>,
    twice: Vec<String>,
    malformed: Vec<String>,
}

impl Ledger {
    /// Freezes a list that staff brought under a name: the followers of the account that are on it, each once.
    ///
    /// # Errors
    /// [`Code::Forbidden`] without [`Permission::ApprovePushes`]; [`Code::BadRequest`] if fewer than two are left, or more
    /// than can be sent to in a day; the database's.
    pub async fn freeze_list(
        &self,
        actor: &Actor,
        account: &str,
        (name, lines): (&str, Vec<String>),
    ) -> Result<Roster> {
        actor.must(Permission::ApprovePushes)?;
        let detail = json!({ "lines": lines.len() });
        let line = Line { actor: actor.name(), action: "push.list", object: account, outcome: Outcome::Done, detail };
        audit::alone(&self.ground, &line).await?;
        let Sorted { openids, twice, malformed } = sorted(lines);
        let (mut kept, mut off, mut strangers) = (Vec::with_capacity(openids.len()), Vec::new(), Vec::new());
        for some in openids.chunks(AT_ONCE) {
            let mut tx = self.ground.db.read().await?;
            let known = account::following(&mut tx, account, some).await?;
            let switched_off = account::pushes_off(&mut tx, account, some).await?;
            for openid in some {
                let place = match (known.contains(openid), switched_off.contains(openid)) {
                    (false, _) => &mut strangers,
                    (true, true) => &mut off,
                    (true, false) => &mut kept,
                };
                place.push(openid.clone());
            }
        }
        let of = |why, some: &[String], shown: fn(&str) -> String| LeftOut {
            why,
            people: some.len(),
            examples: some.iter().take(EXAMPLES).map(|one| shown(one)).collect(),
        };
        let left_out = [
            of("不是这个公众号的关注者，或者已经取消关注", &strangers, shown),
            of(SWITCHED_OFF, &off, shown),
            of("重复", &twice, shown),
            of("不像 openid", &malformed, |text| text.chars().take(GLIMPSE).collect()),
        ];
        let left_out: Vec<LeftOut> = left_out.into_iter().filter(|some| some.people > 0).collect();
        must_fit(kept.len(), &left_out)?;
        let whom = format!("名单“{name}”");
        let id = self.begin_roll(actor, account, &whom).await?;
        let calls = kept.len().div_ceil(MOST_LISTED);
        for (batch, part) in (1..).zip(kept.chunks(kept.len().div_ceil(calls))) {
            self.add_part((id, batch), part.to_vec()).await?;
        }
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let sample = kept.iter().take(SHOWN).map(|openid| shown(openid)).collect();
        Ok(Roster { id, whom, people: number(kept.len()), calls: number(calls), sample, left_out })
    }
}

fn must_fit(people: usize, left_out: &[LeftOut]) -> Result<()> {
    let most = MOST_LISTED * usize::try_from(MOST_A_DAY).unwrap_or_default();
    let why = if people < LEAST_LISTED {
        let told: Vec<String> = left_out.iter().map(|some| format!("{}的 {} 个", some.why, some.people)).collect();
        let told = if told.is_empty() { String::new() } else { format!("（去掉了{}）", told.join("、")) };
        format!("能发的关注者有 {people} 位{told}，按名单群发至少要有 2 位")
    } else if people > most {
        format!("有 {people} 位，一天里按名单最多发给 {most} 位，请分成几份")
    } else {
        return Ok(());
    };
    Err(Problem::new(Code::BadRequest, "这份名单").because(why).into())
}

fn sorted(lines: Vec<String>) -> Sorted {
    let mut sorted = Sorted::default();
    for line in lines {
        let text = line.trim();
        let is_openid =
            text.len() <= LONGEST && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        match text {
            "" => {}
            _ if is_openid => sorted.openids.push(text.to_owned()),
            _ => sorted.malformed.push(text.to_owned()),
        }
    }
    sorted.openids.sort_unstable();
    let mut once: Vec<String> = Vec::with_capacity(sorted.openids.len());
    for openid in std::mem::take(&mut sorted.openids) {
        if once.last() == Some(&openid) {
            sorted.twice.push(openid);
        } else {
            once.push(openid);
        }
    }
    sorted.openids = once;
    sorted
}

/// The column of a sheet that holds the openids, without its heading: the one that is called so, or else the first.
pub(crate) fn column(rows: Vec<Vec<String>>) -> Vec<String> {
    let heading = rows.first().map(Vec::as_slice).unwrap_or_default();
    let named = heading.iter().position(|cell| cell.to_lowercase().contains("openid"));
    let skipped = usize::from(named.is_some());
    rows.into_iter().skip(skipped).filter_map(|row| row.into_iter().nth(named.unwrap_or_default())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn p18_each_counts_once_and_what_is_no_openid_is_told() {
        let found = sorted(texts(&["o-2", " o_1 ", "", "o-2", "王某某", "a b", &"x".repeat(65)]));
        assert_eq!(found.openids, ["o-2", "o_1"]);
        assert_eq!(found.twice, ["o-2"]);
        assert_eq!(found.malformed.len(), 3);
    }

    #[test]
    fn the_column_is_found_by_its_heading_or_is_the_first() {
        let sheet = |rows: &[&[&str]]| rows.iter().map(|row| texts(row)).collect::<Vec<_>>();
        assert_eq!(column(sheet(&[&["姓名", "OpenID"], &["甲", "o1"], &["乙"]])), ["o1"]);
        assert_eq!(column(sheet(&[&["o1", "甲"], &["o2"]])), ["o1", "o2"]);
        assert_eq!(column(Vec::new()), Vec::<String>::new());
    }

    #[test]
    fn of_a_list_that_leaves_too_few_it_is_told_what_was_left_out() {
        let left_out = [LeftOut { why: "重复", people: 3, examples: vec![] }];
        let told = must_fit(1, &left_out).unwrap_err();
        assert!(told.shown().sentence().contains("重复的 3 个"), "{told:?}");
        assert!(must_fit(2, &[]).is_ok() && must_fit(1_000_001, &[]).is_err());
    }
}
