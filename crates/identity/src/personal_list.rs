//! Lists of persons that leave the house: one member of staff asks, another decides, and whoever asked fetches the file.

use std::collections::BTreeMap;
use std::fmt;

use futures::future::BoxFuture;
use kernel::{Actor, Code, Id, Permission, Problem, Result, Timestamp};

use crate::Separation;

/// Seconds that a request waits for a decision.
const WAITS: i64 = 7 * 86_400;
/// Seconds in which an approved list may be fetched.
const OPEN: i64 = 86_400;
/// How often an approved list may be fetched.
pub(crate) const MOST_FETCHES: i64 = 3;
/// The longest purpose and the longest reason, in characters.
pub(crate) const LONGEST_TEXT: usize = 200;
/// The most rows of a list.
pub(crate) const MOST_ROWS: i64 = 10_000;

/// A list of persons that may be taken along.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PersonalList {
    /// 咨询: readers who asked people.
    Conversations,
    /// 工作人员: the accounts of staff.
    Staff,
}

impl PersonalList {
    /// All of them.
    pub(crate) const ALL: [Self; 2] = [Self::Conversations, Self::Staff];

    /// The word stored in the database and given in answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Conversations => "conversations",
            Self::Staff => "staff",
        }
    }

    /// The list of a stored word.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|list| list.name() == name)
    }

    /// The word staff see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Conversations => "咨询名单",
            Self::Staff => "工作人员名单",
        }
    }

    /// What it takes to see the list, and so to ask for it.
    pub(crate) const fn permission(self) -> Permission {
        match self {
            Self::Conversations => Permission::AnswerReaders,
            Self::Staff => Permission::KeepAccounts,
        }
    }

    /// Whether somebody may decide on requests of others for the list. Where duties are separated, who may ask for a list
    /// approves none of it; in a small house it is enough that another person does.
    pub(crate) fn is_decided_by(self, actor: &Actor, separation: Separation) -> bool {
        let is_apart = separation == Separation::SmallHouse || !actor.may(self.permission());
        actor.may(Permission::ApprovePersonalLists) && is_apart
    }
}

/// What narrows a list, by the names the console's address has for it. Empty values narrow nothing.
pub type Filters = BTreeMap<String, String>;

/// What a list would hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Looked {
    /// How many rows there are.
    pub rows: i64,
    /// The filters in words; empty without any.
    pub told: String,
}

/// Part of a list: rows under its columns, and after what the next part begins, if there is one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rows {
    /// What stands in the cells.
    pub cells: Vec<Vec<String>>,
    /// The mark of the last row; none at the end.
    pub last: Option<String>,
}

/// Where a list of persons comes from. Both ask for the permission that the list takes.
pub trait PersonalListSource: fmt::Debug + Send + Sync {
    /// Which list.
    fn list(&self) -> PersonalList;

    /// The heads of its columns.
    fn columns(&self) -> &'static [&'static str];

    /// What the filters leave; refused with [`Code::BadRequest`] for filters the list does not have.
    fn look<'a>(&'a self, actor: &'a Actor, filters: &'a Filters) -> BoxFuture<'a, Result<Looked>>;

    /// The rows after a mark that the filters leave, in a fixed order; none that came after the moment.
    fn rows<'a>(
        &'a self,
        actor: &'a Actor,
        of: (&'a Filters, Timestamp),
        after: Option<String>,
    ) -> BoxFuture<'a, Result<Rows>>;
}

/// Who decided, and when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decision {
    /// The name of the account.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// How far a request has come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum State {
    /// Nobody has decided.
    Waiting,
    /// Whoever asked may fetch the file.
    Approved(Decision),
    /// It was refused, for a reason.
    Refused(Decision, String),
    /// The file was fetched: how often, and when last.
    Fetched(Decision, i64, Timestamp),
}

/// How a request stands at a moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// 待批准
    Waiting,
    /// 已批准
    Approved,
    /// 已拒绝
    Refused,
    /// 已下载
    Fetched,
    /// 已过期: nobody decided, or nobody fetched the file, in time. Never written down.
    Expired,
}

impl Standing {
    /// All of them.
    pub(crate) const ALL: [Self; 5] = [Self::Waiting, Self::Approved, Self::Refused, Self::Fetched, Self::Expired];

    /// The word in answers, and but for the last in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Fetched => "fetched",
            Self::Expired => "expired",
        }
    }

    /// The standing of a word.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.name() == name)
    }

    /// The word staff see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Waiting => "待批准",
            Self::Approved => "已批准",
            Self::Refused => "已拒绝",
            Self::Fetched => "已下载",
            Self::Expired => "已过期",
        }
    }
}

/// A request to take a list along.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PersonalListRequest {
    /// Its id.
    pub id: Id<Self>,
    /// Which list.
    pub list: PersonalList,
    /// What narrows it, as it was when it was asked for.
    pub filters: Filters,
    /// The filters in words.
    pub told: String,
    /// How many rows they left then.
    pub rows: i64,
    /// What for (用途).
    pub purpose: String,
    /// The account that asked.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// How far it has come.
    pub state: State,
}

impl PersonalListRequest {
    /// Until when it waits or may be fetched; none once it was refused.
    pub fn until(&self) -> Option<Timestamp> {
        match &self.state {
            State::Waiting => Some(self.at.plus_seconds(WAITS)),
            State::Approved(decision) | State::Fetched(decision, ..) => Some(decision.at.plus_seconds(OPEN)),
            State::Refused(..) => None,
        }
    }

    /// Since when requests must have been asked for to wait still, and decided on to be fetched still.
    pub(crate) const fn oldest(now: Timestamp) -> (Timestamp, Timestamp) {
        (now.plus_seconds(-WAITS), now.plus_seconds(-OPEN))
    }

    /// How it stands.
    pub fn standing(&self, now: Timestamp) -> Standing {
        let is_over = self.until().is_some_and(|until| until <= now);
        match &self.state {
            State::Waiting | State::Approved(_) if is_over => Standing::Expired,
            State::Waiting => Standing::Waiting,
            State::Approved(_) => Standing::Approved,
            State::Refused(..) => Standing::Refused,
            State::Fetched(..) => Standing::Fetched,
        }
    }

    /// How often it may still be fetched.
    pub fn fetches_left(&self, now: Timestamp) -> i64 {
        let is_open = self.until().is_some_and(|until| until > now);
        match &self.state {
            State::Approved(_) if is_open => MOST_FETCHES,
            State::Fetched(_, times, _) if is_open => MOST_FETCHES - times,
            _ => 0,
        }
    }

    /// Lets whoever asked fetch the file.
    ///
    /// # Errors
    /// [`Code::SecondPersonNeeded`] for whoever asked; [`Code::Conflict`] if it does not wait any more.
    pub(crate) fn approve(self, actor: &Actor, now: Timestamp) -> Result<Self> {
        let decision = self.decision(actor, now)?;
        Ok(Self { state: State::Approved(decision), ..self })
    }

    /// Refuses it for a reason.
    ///
    /// # Errors
    /// As [`PersonalListRequest::approve`].
    pub(crate) fn refuse(self, actor: &Actor, now: Timestamp, reason: String) -> Result<Self> {
        let decision = self.decision(actor, now)?;
        Ok(Self { state: State::Refused(decision, reason), ..self })
    }

    /// Counts that the file is fetched.
    ///
    /// # Errors
    /// [`Code::NotFound`] for anybody but whoever asked; [`Code::NotYet`] before it is approved; [`Code::Conflict`]
    /// afterwards.
    pub(crate) fn fetch(self, actor: &Actor, now: Timestamp) -> Result<Self> {
        if actor.name() != self.by {
            return Err(absent().into());
        }
        let refuse = |code, why: &str| Err(Problem::new(code, self.about()).because(why).into());
        let (is_left, standing) = (self.fetches_left(now) > 0, self.standing(now));
        match self.state {
            State::Approved(decision) if is_left => Ok(Self { state: State::Fetched(decision, 1, now), ..self }),
            State::Fetched(decision, times, _) if is_left => {
                Ok(Self { state: State::Fetched(decision, times + 1, now), ..self })
            }
            _ if standing == Standing::Waiting => refuse(Code::NotYet, "还没有人批准，批准以后才能下载"),
            State::Refused(..) => refuse(Code::Conflict, "没有得到批准，不能下载"),
            State::Waiting | State::Approved(_) | State::Fetched(..) => {
                refuse(Code::Conflict, "已过期，或者已下载了三次；如仍需要，请重新申请")
            }
        }
    }

    fn decision(&self, actor: &Actor, now: Timestamp) -> Result<Decision> {
        actor.must_be_another_than(&self.by)?;
        let standing = self.standing(now);
        if standing == Standing::Waiting {
            return Ok(Decision { by: actor.name().to_owned(), at: now });
        }
        let why = format!("{}，不能再批准或拒绝", standing.label());
        Err(Problem::new(Code::Conflict, self.about()).because(why).into())
    }

    pub(crate) fn about(&self) -> String {
        format!("{}申请导出的{}", self.by, self.list.label())
    }
}

/// What is not there, or not for whoever asks.
pub(crate) fn absent() -> Problem {
    Problem::new(Code::NotFound, "这份名单的申请")
}

#[cfg(test)]
mod tests {
    use kernel::Role;

    use super::*;

    const ASKED: Timestamp = Timestamp::from_micros(0);

    fn request() -> PersonalListRequest {
        PersonalListRequest {
            id: Id::parse("018f0000-0000-7000-8000-000000000000").unwrap(),
            list: PersonalList::Conversations,
            filters: Filters::new(),
            told: String::new(),
            rows: 3,
            purpose: "回访".to_owned(),
            by: "小张".to_owned(),
            at: ASKED,
            state: State::Waiting,
        }
    }

    fn actor(name: &str, roles: &[Role]) -> Actor {
        Actor::new(name, roles.to_vec())
    }

    fn code<T>(result: Result<T>) -> Option<Code> {
        match result {
            Err(kernel::Error::Problem(problem)) => Some(problem.code()),
            _ => None,
        }
    }

    #[test]
    fn a_request_is_decided_once_by_another_and_in_a_week() {
        let (own, other) = (actor("小张", &[]), actor("王莉", &[]));
        assert_eq!(code(request().approve(&own, ASKED)), Some(Code::SecondPersonNeeded));
        assert_eq!(code(request().refuse(&own, ASKED, "不必".to_owned())), Some(Code::SecondPersonNeeded));
        let approved = request().approve(&other, ASKED.plus_seconds(WAITS - 1)).unwrap();
        assert_eq!(code(approved.clone().approve(&other, ASKED)), Some(Code::Conflict));
        assert_eq!(code(approved.refuse(&other, ASKED, "不必".to_owned())), Some(Code::Conflict));
        let late = ASKED.plus_seconds(WAITS);
        assert_eq!(request().standing(late), Standing::Expired);
        assert_eq!(code(request().approve(&other, late)), Some(Code::Conflict));
    }

    #[test]
    fn an_approved_list_is_fetched_three_times_in_a_day_by_whoever_asked() {
        let (own, other) = (actor("小张", &[]), actor("王莉", &[]));
        assert_eq!(code(request().fetch(&own, ASKED)), Some(Code::NotYet));
        let mut approved = request().approve(&other, ASKED).unwrap();
        assert_eq!(code(approved.clone().fetch(&other, ASKED)), Some(Code::NotFound));
        let last = ASKED.plus_seconds(OPEN - 1);
        for left in [3, 2, 1] {
            assert_eq!(approved.fetches_left(last), left);
            approved = approved.fetch(&own, last).unwrap();
        }
        assert_eq!(code(approved.clone().fetch(&own, last)), Some(Code::Conflict));
        assert_eq!(approved.standing(last.plus_seconds(OPEN)), Standing::Fetched);
        let late = ASKED.plus_seconds(OPEN);
        let unfetched = request().approve(&other, ASKED).unwrap();
        assert_eq!(
            (unfetched.standing(late), code(unfetched.fetch(&own, late))),
            (Standing::Expired, Some(Code::Conflict))
        );
        let refused = request().refuse(&other, ASKED, "不必".to_owned()).unwrap();
        assert_eq!(code(refused.fetch(&own, ASKED)), Some(Code::Conflict));
    }

    #[test]
    fn where_duties_are_separated_who_may_ask_for_a_list_approves_none_of_it() {
        let keeper = actor("王莉", &[Role::SecurityAdministrator]);
        let operator = actor("钱系", &[Role::SystemAdministrator]);
        let both = actor("李四", &[Role::SecurityAdministrator, Role::Archivist]);
        let decides = |list: PersonalList, actor: &Actor, separation| list.is_decided_by(actor, separation);
        let (conversations, staff) = (PersonalList::Conversations, PersonalList::Staff);
        assert!(decides(conversations, &keeper, Separation::Required));
        assert!(decides(conversations, &operator, Separation::Required));
        assert!(decides(staff, &operator, Separation::Required));
        assert!(!decides(staff, &keeper, Separation::Required));
        assert!(!decides(conversations, &both, Separation::Required));
        assert!(decides(conversations, &both, Separation::SmallHouse) && decides(staff, &both, Separation::SmallHouse));
        for role in [Role::Auditor, Role::Archivist, Role::Director, Role::Editor] {
            for list in PersonalList::ALL {
                assert!(!decides(list, &actor("某人", &[role]), Separation::SmallHouse), "{role:?} {list:?}");
            }
        }
    }

    #[test]
    fn words_are_read_back() {
        assert!(PersonalList::ALL.iter().all(|list| PersonalList::named(list.name()) == Some(*list)));
        assert!(Standing::ALL.iter().all(|standing| Standing::named(standing.name()) == Some(*standing)));
        assert_eq!(PersonalList::named("readers"), None);
    }
}
