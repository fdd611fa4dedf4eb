//! How content readers are with what people answered: asked once for a conversation that has ended, in the chat while a
//! window is open, and on the site.

use account::{Mouth, open_window};
use kernel::jobs::{self, Order};
use kernel::{Id, Ids, Timestamp, Tx, db};

use crate::AskSatisfaction;
use crate::conversation::{Conversation, State};
use crate::matcher::keyword;
use crate::store::{conversation, learning, satisfaction as store};

/// What readers are asked.
pub(crate) const ASKED: &str =
    "工作人员的答复您满意吗？请回复数字：\n1 满意\n2 一般\n3 不满意\n（24 小时内有效，不评价也没关系。）";
/// How long an answer in the chat counts as one, in seconds.
pub(crate) const ANSWERED_WITHIN: i64 = 24 * 3600;

/// What a reader says about it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Satisfaction {
    /// 满意
    Satisfied,
    /// 一般
    Neutral,
    /// 不满意
    Dissatisfied,
}

impl Satisfaction {
    /// All, the best first.
    pub const ALL: [Self; 3] = [Self::Satisfied, Self::Neutral, Self::Dissatisfied];

    /// The word under which it is counted by day, and which forms send.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Satisfied => "satisfied",
            Self::Neutral => "neutral",
            Self::Dissatisfied => "dissatisfied",
        }
    }

    /// What a reader reads and says.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Satisfied => "满意",
            Self::Neutral => "一般",
            Self::Dissatisfied => "不满意",
        }
    }

    /// On the scale of five.
    pub const fn points(self) -> i64 {
        match self {
            Self::Satisfied => 5,
            Self::Neutral => 3,
            Self::Dissatisfied => 1,
        }
    }

    /// What a form sends.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// What the points mean.
    pub(crate) fn of_points(points: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.points() == points)
    }

    /// What a reader says in the chat: the number or the word, and nothing beside it.
    pub(crate) fn said(text: &str) -> Option<Self> {
        match keyword(text).as_str() {
            "1" | "满意" => Some(Self::Satisfied),
            "2" | "一般" => Some(Self::Neutral),
            "3" | "不满意" => Some(Self::Dissatisfied),
            _ => None,
        }
    }
}

/// Has a reader asked, if the conversation has just ended and they can be written to.
pub(crate) async fn order_asking(
    tx: &mut Tx,
    (mouth, ids): (&Mouth, &Ids),
    of: &Conversation,
    now: Timestamp,
) -> db::Result<()> {
    let Some((account, openid)) = &of.follower else { return Ok(()) };
    let may_write = of.state == State::Closed && mouth.may_write(account);
    if may_write && open_window(tx, (account, openid), now).await?.is_some() && store::ask(tx, of.id, now).await? {
        jobs::enqueue(tx, ids, Order::at(now, AskSatisfaction { conversation: of.id })).await?;
    }
    Ok(())
}

/// Keeps what a reader says about a conversation, and counts it; `false` if they said it before, it has not ended, or no
/// person answered.
pub(crate) async fn keep(tx: &mut Tx, id: Id<Conversation>, said: Satisfaction, now: Timestamp) -> db::Result<bool> {
    let is_first = store::rate(tx, id, said.points(), now).await?;
    if is_first {
        learning::count(tx, now.day(), said.name(), 1).await?;
        conversation::touch(tx, id, now).await?;
    }
    Ok(is_first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_number_or_the_word_is_an_answer() {
        assert_eq!(Satisfaction::said(" １。"), Some(Satisfaction::Satisfied));
        assert_eq!(Satisfaction::said("不满意！"), Some(Satisfaction::Dissatisfied));
        for text in ["4", "12", "很满意吗", "1986", "一般要带什么", ""] {
            assert_eq!(Satisfaction::said(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_stored_is_read_back() {
        for one in Satisfaction::ALL {
            assert_eq!(
                (Satisfaction::named(one.name()), Satisfaction::of_points(one.points())),
                (Some(one), Some(one))
            );
            assert_eq!(Satisfaction::said(one.label()), Some(one));
        }
    }
}
