//! Freezing: who meets some conditions now is who a plan is sent to, whatever becomes of them until then.

use account::Segment;
use kernel::{Actor, Code, Day, Id, Permission, Problem, Result};

use super::reach::month;
use super::{Ledger, LeftOut};
use crate::audience::Roll;
use crate::store::{received, roll};
use crate::{LEAST_LISTED, MOST_LISTED};

/// Followers shown of a roll.
pub(super) const SHOWN: usize = 5;
/// Why somebody is on no roll although they follow.
pub(super) const SWITCHED_OFF: &str = "关闭了按名单推送";
/// For how long a roll is kept that no plan uses, in seconds.
const KEPT_FOR: i64 = 24 * 3600;

/// A roll that was frozen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Roster {
    /// Which one.
    pub id: Id<Roll>,
    /// Its conditions in words.
    pub whom: String,
    /// How many are in it.
    pub people: i64,
    /// How many calls it takes.
    pub calls: i64,
    /// The first of them, as staff call followers.
    pub sample: Vec<String>,
    /// Who is not among them, and why: those who switched such pushes off, and of a list of staff who cannot be sent to.
    pub left_out: Vec<LeftOut>,
}

impl Ledger {
    /// Freezes who meets some conditions: page by page, so that neither memory nor a unit grows with them.
    ///
    /// # Errors
    /// [`Code::Forbidden`] without [`Permission::ApprovePushes`]; [`Code::BadRequest`] if they are fewer than two; the
    /// database's.
    pub async fn freeze(&self, actor: &Actor, account: &str, segment: &Segment, scene: Option<&str>) -> Result<Roster> {
        actor.must(Permission::ApprovePushes)?;
        let whom = in_words(segment, scene);
        let id = self.begin_roll(actor, account, &whom).await?;
        let (mut part, mut sample) = (self.page(account, segment, None).await?, Vec::new());
        sample.extend(part.iter().take(SHOWN).map(|openid| shown(openid)));
        let (mut people, mut calls) = (0, 0);
        while !part.is_empty() {
            let mut next = self.page(account, segment, part.last()).await?;
            // One alone cannot be sent to: it gets company.
            if next.len() < LEAST_LISTED && !next.is_empty() {
                next.splice(0..0, part.pop());
            }
            calls += 1;
            people += i64::try_from(part.len()).unwrap_or(i64::MAX);
            self.add_part((id, calls), std::mem::replace(&mut part, next)).await?;
        }
        if people < 2 {
            let why = format!("符合条件的关注者有 {people} 位，按名单群发至少要有 2 位，请放宽条件");
            return Err(Problem::new(Code::BadRequest, "这次群发").because(why).into());
        }
        let off = segment.off(&mut self.ground.db.read().await?, account).await?;
        let off = LeftOut { why: SWITCHED_OFF, people: usize::try_from(off).unwrap_or_default(), examples: Vec::new() };
        let left_out = Some(off).filter(|off| off.people > 0).into_iter().collect();
        Ok(Roster { id, whom, people, calls, sample, left_out })
    }

    /// A roll with nobody in it.
    pub(super) async fn begin_roll(&self, actor: &Actor, account: &str, whom: &str) -> Result<Id<Roll>> {
        let id = self.ground.ids.make();
        let row = roll::Row { id, account: account.to_owned(), whom: whom.to_owned(), people: 0, parts: 0 };
        let mut tx = self.ground.db.begin().await?;
        roll::insert(&mut tx, &row, actor.name(), self.ground.clock.now()).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Adds as many as one call takes; a unit for each, so that none lasts.
    pub(super) async fn add_part(&self, part: (Id<Roll>, i64), openids: Vec<String>) -> Result<()> {
        let mut tx = self.ground.db.begin().await?;
        roll::add_part(&mut tx, part, openids).await?;
        Ok(tx.commit().await?)
    }

    async fn page(&self, account: &str, segment: &Segment, behind: Option<&String>) -> Result<Vec<String>> {
        let most = i64::try_from(MOST_LISTED).unwrap_or(i64::MAX);
        let behind = behind.map_or("", String::as_str);
        Ok(segment.openids(&mut self.ground.db.read().await?, account, behind, most).await?)
    }

    /// Forgets the followers of rolls that were frozen a day ago and never used, and what they received in months that are
    /// over; and takes the tags of such rolls away.
    ///
    /// # Errors
    /// The database's.
    pub async fn tidy(&self) -> Result<()> {
        let now = self.ground.clock.now();
        let mut tx = self.ground.db.begin().await?;
        received::tidy(&mut tx, &month(now)).await?;
        tx.commit().await?;
        let before = now.plus_seconds(-KEPT_FOR);
        self.take_tags(before).await?;
        loop {
            let mut tx = self.ground.db.begin().await?;
            let Some(part) = roll::unused(&mut tx, before).await? else { return Ok(()) };
            roll::forget_part(&mut tx, part).await?;
            tx.commit().await?;
        }
    }
}

/// What staff call a follower: never a name WeChat tells us.
pub(crate) fn shown(openid: &str) -> String {
    let length = openid.chars().count();
    let tail: String = openid.chars().skip(length.saturating_sub(4)).collect();
    format!("读者 {tail}")
}

/// Conditions in words.
fn in_words(segment: &Segment, scene: Option<&str>) -> String {
    let between = |what: &str, from: Option<Day>, to: Option<Day>| match (from, to) {
        (Some(from), Some(to)) => Some(format!("{from} 至 {to} {what}")),
        (Some(from), None) => Some(format!("{from} 起{what}")),
        (None, Some(to)) => Some(format!("{to} 及以前{what}")),
        (None, None) => None,
    };
    let conditions = [
        between("关注", segment.followed_from, segment.followed_to),
        between("最后一次互动", segment.seen_from, segment.seen_to),
        segment.scene.as_deref().map(|code| format!("扫“{}”二维码而来", scene.unwrap_or(code))),
    ];
    let told: Vec<String> = conditions.into_iter().flatten().collect();
    if told.is_empty() {
        "本馆记录的全部关注者".to_owned()
    } else {
        format!("{}的关注者", told.join("、"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_told_in_words_and_a_follower_by_four_letters() {
        let day = |day| Day::from_civil(2026, 11, day);
        assert_eq!(in_words(&Segment::default(), None), "本馆记录的全部关注者");
        let segment = Segment { followed_from: day(1), scene: Some("7".to_owned()), ..Segment::default() };
        assert_eq!(in_words(&segment, Some("展厅")), "2026-11-01 起关注、扫“展厅”二维码而来的关注者");
        let segment = Segment { seen_from: day(1), seen_to: day(9), ..Segment::default() };
        assert_eq!(in_words(&segment, None), "2026-11-01 至 2026-11-09 最后一次互动的关注者");
        assert_eq!(shown("oReader_0001"), "读者 0001");
    }
}
