//! Mass sends: from being accepted to having arrived (reference §7).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use wechat::message::{ArticleCheck, Event, MassResult};
use wechat::wire::draft::Article;
use wechat::wire::mass::MassContent;

use crate::Kind;
use crate::clock::{day, month};
use crate::fault::{Fault, Faults};
use crate::follower::Direction;
use crate::page::{Issue, Way, tellings};
use crate::random::Random;
use crate::world::{Account, Line};

/// Seconds an administrator has to confirm.
pub(crate) const CONFIRM_WITHIN: i64 = 30 * 60;
/// Seconds a `clientmsgid` is known.
pub(crate) const CLIENT_ID_KEPT: i64 = 24 * 3600;
/// Mass sends a follower of a service account gets in a month.
const A_MONTH: u32 = 4;

/// Who is addressed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Target {
    /// Every follower.
    Everybody,
    /// Those that carry a tag.
    Tag(u64),
    /// Those on a list.
    List(Vec<String>),
}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    /// An administrator has yet to confirm.
    Confirming,
    /// Under way.
    Sending,
    /// It arrived.
    Done,
    /// It ended without arriving.
    Failed,
    /// It arrived and was taken away again.
    Deleted,
}

/// One mass send.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) msg_id: u64,
    /// Of articles only.
    pub(crate) msg_data_id: Option<u64>,
    pub(crate) client_id: String,
    pub(crate) target: Target,
    pub(crate) content: MassContent,
    /// The draft's articles when it was accepted.
    pub(crate) articles: Vec<Article>,
    pub(crate) ignore_reprint: bool,
    pub(crate) origin: String,
    pub(crate) at: i64,
    /// When the same `clientmsgid` was last asked for and answered.
    pub(crate) asked_at: i64,
    /// When it arrives, once nobody has to confirm.
    pub(crate) due: i64,
    pub(crate) state: State,
    /// `send success`, `send fail` or `err(n)`; empty before.
    pub(crate) status: String,
    pub(crate) ended_at: Option<i64>,
    /// Those it arrived at.
    pub(crate) sent: Vec<String>,
    /// Those who had their four of the month.
    pub(crate) over_quota: Vec<String>,
    pub(crate) pages: Vec<String>,
    /// How often its end was told.
    pub(crate) told: u32,
}

impl Job {
    /// What a checker compares with its own books.
    pub(crate) fn record(&self) -> Value {
        json!({
            "msg_id": self.msg_id,
            "msg_data_id": self.msg_data_id,
            "clientmsgid": self.client_id,
            "target": self.target,
            "msgtype": self.content.name(),
            "title": self.articles.first().map(|article| article.title.as_str()),
            "content": self.content,
            "at": self.at,
            "state": self.state,
            "status": self.status,
            "ended_at": self.ended_at,
            "sent": self.sent,
            "over_quota": self.over_quota,
            "events": self.told,
        })
    }

    /// Whether it uses up quota: what failed does not.
    fn counts(&self) -> bool {
        self.state != State::Failed
    }
}

impl Account {
    /// Whether the account may send to `target` now: a subscription account once a day, a service account four times a
    /// month to everybody; tags and lists of a service account are counted for each follower when they arrive.
    pub(crate) fn has_mass_quota(&self, target: &Target, now: i64) -> bool {
        let jobs = self.jobs.iter().filter(|job| job.counts());
        match (self.settings.kind, target) {
            (Kind::Subscription, _) => jobs.filter(|job| day(job.at) == day(now)).count() == 0,
            (Kind::Service, Target::Everybody) => {
                let this_month = |job: &&Job| job.target == Target::Everybody && month(job.at) == month(now);
                jobs.filter(this_month).count() < 4
            }
            (Kind::Service, Target::Tag(_) | Target::List(_)) => true,
        }
    }

    /// When a job that is accepted now is over.
    pub(crate) fn mass_due(&self, now: i64) -> i64 {
        now.saturating_add(i64::from(self.settings.mass_seconds.unwrap_or(2)))
    }

    /// Ends every job that is due, and those nobody confirmed in time; returns the events that tell of it.
    pub(crate) fn finish_jobs(&mut self, faults: &mut Faults, random: &Random, now: i64) -> Vec<Event> {
        let mut events = Vec::new();
        for at in 0..self.jobs.len() {
            let Some(mut job) = self.jobs.get(at).filter(|job| is_over(job, now)).cloned() else { continue };
            let result = if job.state == State::Confirming {
                self.refuse(&mut job, "err(40002)")
            } else {
                self.finish(&mut job, faults, random, now)
            };
            job.ended_at = Some(now);
            job.told = tellings(faults);
            events.extend((0..job.told).map(|_| Event::MassSent(result.clone())));
            if let Some(kept) = self.jobs.get_mut(at) {
                *kept = job;
            }
        }
        events
    }

    /// What an administrator decides about a waiting job; nothing if it does not wait.
    pub(crate) fn confirm(
        &mut self,
        msg_id: u64,
        confirmed: bool,
        faults: &mut Faults,
        now: i64,
    ) -> Option<Vec<Event>> {
        let due = self.mass_due(now);
        let at = self.jobs.iter().position(|job| job.msg_id == msg_id && job.state == State::Confirming)?;
        let mut job = self.jobs.get(at)?.clone();
        let mut events = Vec::new();
        if confirmed {
            job.state = State::Sending;
            job.due = due;
        } else {
            let result = self.refuse(&mut job, "err(40001)");
            job.ended_at = Some(now);
            job.told = tellings(faults);
            events.extend((0..job.told).map(|_| Event::MassSent(result.clone())));
        }
        *self.jobs.get_mut(at)? = job;
        Some(events)
    }

    /// Those a target addresses, and of them those a send can reach: who left or is blocked cannot.
    fn addressed(&self, target: &Target) -> (usize, Vec<String>) {
        let reachable = |openid: &String| {
            self.followers.get(openid).is_some_and(|follower| follower.subscribed && !follower.blacklisted)
        };
        let all: BTreeSet<String> = match target {
            Target::List(openids) => openids.iter().cloned().collect(),
            Target::Everybody | Target::Tag(_) => {
                let fits = |tags: &[u64]| if let Target::Tag(tag) = target { tags.contains(tag) } else { true };
                let followers = self.followers.values();
                let fans = followers.filter(|follower| follower.subscribed && fits(&follower.tags));
                fans.map(|follower| follower.openid.clone()).collect()
            }
        };
        (all.len(), all.into_iter().filter(reachable).collect())
    }

    fn refuse(&self, job: &mut Job, status: &str) -> MassResult {
        job.state = State::Failed;
        status.clone_into(&mut job.status);
        let (total, reached) = self.addressed(&job.target);
        let failed = count(reached.len());
        let check_state = job.msg_data_id.map(|_| 1);
        MassResult {
            msg_id: job.msg_id.to_string(),
            status: status.to_owned(),
            total: count(total),
            filtered: failed,
            failed,
            check_state,
            ..MassResult::default()
        }
    }

    fn finish(&mut self, job: &mut Job, faults: &mut Faults, random: &Random, now: i64) -> MassResult {
        if let Some(verdict) = faults.take_verdict() {
            return self.refuse(job, &verdict);
        }
        let reprint = job.msg_data_id.is_some() && faults.take(Fault::Reprint);
        if reprint && !job.ignore_reprint {
            let refused = self.refuse(job, "err(30003)");
            return MassResult { check_state: Some(3), checks: vec![reprinted()], ..refused };
        }
        let (total, reached) = self.addressed(&job.target);
        let filtered = count(reached.len());
        let is_service = self.settings.kind == Kind::Service;
        for openid in reached {
            let Some(follower) = self.followers.get_mut(&openid) else { continue };
            if follower.push_month != month(now) {
                follower.push_month = month(now);
                follower.pushes = 0;
            }
            if is_service && follower.pushes >= A_MONTH {
                job.over_quota.push(openid);
            } else {
                follower.pushes += 1;
                job.sent.push(openid);
            }
        }
        for line in self.lines(job, random, now) {
            for openid in &job.sent {
                self.note(openid, Direction::Out, now, line.clone());
            }
        }
        job.state = State::Done;
        "send success".clone_into(&mut job.status);
        MassResult {
            msg_id: job.msg_id.to_string(),
            status: job.status.clone(),
            total: count(total),
            filtered,
            sent: count(job.sent.len()),
            failed: count(job.over_quota.len()),
            check_state: job.msg_data_id.map(|_| if reprint { 2 } else { 1 }),
            checks: if reprint { vec![reprinted()] } else { Vec::new() },
            urls: self.addresses(&job.pages),
        }
    }

    /// What those it arrived at see; articles get their pages, and the draft is used up.
    fn lines(&mut self, job: &mut Job, random: &Random, now: i64) -> Vec<Line> {
        if let MassContent::MpNews { mpnews } = &job.content {
            let issue = Issue {
                articles: &job.articles,
                msg_data_id: job.msg_data_id.unwrap_or(0),
                way: Way::Push,
                targets: job.sent.len(),
                origin: &job.origin,
            };
            job.pages = self.open_pages(&issue, random, now);
            self.drafts.remove(&mpnews.media_id);
            return vec![self.cards(&job.pages, &job.origin)];
        }
        shown(&job.content)
    }
}

/// How content that is no article is shown in a chat.
pub(crate) fn shown(content: &MassContent) -> Vec<Line> {
    let picture = |id: &String| Line::new("image", "[图片]").with("media_id", id.as_str());
    match content {
        MassContent::Text { text } => vec![Line::new("text", text.content.as_str())],
        MassContent::Voice { voice } => vec![Line::new("voice", "[语音]").with("media_id", voice.media_id.as_str())],
        MassContent::Image { images: Some(images), .. } => images.media_ids.iter().map(picture).collect(),
        MassContent::Image { image: Some(image), .. } => vec![picture(&image.media_id)],
        MassContent::MpVideo { mpvideo } => {
            let line = Line::new("video", "[视频]").with("media_id", mpvideo.media_id.as_str());
            vec![line.with("title", mpvideo.title.as_str()).with("description", mpvideo.description.as_str())]
        }
        MassContent::Image { .. } | MassContent::MpNews { .. } => Vec::new(),
    }
}

fn is_over(job: &Job, now: i64) -> bool {
    match job.state {
        State::Sending => job.due <= now,
        State::Confirming => job.at.saturating_add(CONFIRM_WITHIN) <= now,
        State::Done | State::Failed | State::Deleted => false,
    }
}

fn count(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

fn reprinted() -> ArticleCheck {
    ArticleCheck {
        index: 1,
        audit: 2,
        original_url: "https://mp.weixin.qq.com/s/sandbox-original".to_owned(),
        original_type: 1,
        can_reprint: true,
        need_show_source: true,
        ..ArticleCheck::default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::SandboxAccount;
    use crate::follower::Follower;

    const HOUR: i64 = 3600;

    fn house(kind: Kind) -> Account {
        let follower = |name: &str, tags: Vec<u64>| {
            let openid = name.to_owned();
            (openid.clone(), Follower { openid, tags, subscribed: true, ..Follower::default() })
        };
        Account {
            settings: SandboxAccount { kind, verified: true, ..SandboxAccount::default() },
            followers: [follower("o1", vec![100]), follower("o2", vec![]), follower("o3", vec![100])].into(),
            ..Account::default()
        }
    }

    fn job(account: &mut Account, target: Target, now: i64) -> Job {
        Job {
            msg_id: account.job_id(),
            msg_data_id: None,
            client_id: String::new(),
            target,
            content: MassContent::text("一"),
            articles: Vec::new(),
            ignore_reprint: false,
            origin: String::new(),
            at: now,
            asked_at: now,
            due: account.mass_due(now),
            state: State::Sending,
            status: String::new(),
            ended_at: None,
            sent: Vec::new(),
            over_quota: Vec::new(),
            pages: Vec::new(),
            told: 0,
        }
    }

    proptest! {
        /// Whatever is sent when: nobody gets more than four in a month, a subscription account sends once a day, and
        /// what the records say was sent is what stands in the chats.
        #[test]
        fn no_order_of_sends_exceeds_a_quota(is_service: bool, sends in prop::collection::vec((0_u8..3, 0_i64..60), 0..40)) {
            let mut account = house(if is_service { Kind::Service } else { Kind::Subscription });
            let (mut now, random, mut faults) = (1_795_392_000, crate::testing::random(), Faults::default());
            for (target, hours) in sends {
                now += hours * HOUR;
                let target = match target {
                    0 => Target::Everybody,
                    1 => Target::Tag(100),
                    _ => Target::List(vec!["o1".to_owned(), "o2".to_owned(), "o9".to_owned()]),
                };
                if account.has_mass_quota(&target, now) {
                    let job = job(&mut account, target, now);
                    account.jobs.push(job);
                }
                account.finish_jobs(&mut faults, &random, now + 2);
            }
            for follower in account.followers.values() {
                let months: Vec<i64> = follower.chat.iter().map(|entry| month(entry.at)).collect();
                for one in &months {
                    let got = months.iter().filter(|other| *other == one).count();
                    prop_assert!(!is_service || got <= 4, "{got} in a month");
                }
                let told = account.jobs.iter().filter(|job| job.sent.contains(&follower.openid)).count();
                prop_assert_eq!(told, follower.chat.len());
            }
            let days: BTreeSet<i64> = account.jobs.iter().map(|job| day(job.at)).collect();
            prop_assert!(is_service || days.len() == account.jobs.len(), "two on one day");
        }
    }
}
