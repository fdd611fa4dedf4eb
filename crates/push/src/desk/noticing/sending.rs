//! Sending a notice: written down with what of the consent it uses before a socket is opened, and what became of it after.

use account::notice::Notice;
use kernel::jobs::{Claim, Outcome};
use kernel::{Id, Result, Tx};
use wechat::client::{Client, Error};
use wechat::wire::notice::{NoticeValue, OneTimeData, OneTimeMessage, SubscriptionNotice, TemplateMessage};

use super::{Noticing, SCENE, values};
use crate::notice::{Answer, Attempts, Consent, Due, Filled, Means, State, Unsent, VALID_FOR, filled};
use crate::store::notice::{self as store, Row};
use crate::store::notice_consent as consents;
use crate::store::notice_template::{self as templates};

/// When what could not leave the house is tried again, in seconds: doubled each time, up to an hour.
const AGAIN: i64 = 60;

/// A notice whose attempt is committed and that is about to go out.
struct Attempt {
    id: Id<Row>,
    template: String,
    means: Means,
    filled: Filled,
}

enum Turn {
    Over(Outcome),
    Call(Attempt),
}

impl Noticing {
    /// Sends a notice, or goes on with one. What nobody chose a template for is not sent and leaves no trace.
    pub(crate) async fn send(&self, notice: &Notice, claim: &Claim) -> Result<Outcome> {
        let attempt = match self.begin_attempt(notice).await? {
            Turn::Over(outcome) => return Ok(outcome),
            Turn::Call(attempt) => attempt,
        };
        self.ground.steps.at("notice intent");
        let answer = match self.clients.get(&notice.account) {
            Some(client) => Answer::of(self.call(client, notice, &attempt).await),
            None => Answer::NotSent,
        };
        self.ground.steps.at("notice answer");
        self.note(notice, attempt.id, &answer, claim).await
    }

    async fn begin_attempt(&self, notice: &Notice) -> Result<Turn> {
        let now = self.ground.clock.now();
        let mut tx = self.ground.db.begin().await?;
        let Some((chosen, sources)) = templates::used_for(&mut tx, &notice.account, notice.purpose).await? else {
            return Ok(Turn::Over(Outcome::Done));
        };
        let Some(template) = templates::one(&mut tx, &notice.account, &chosen).await? else {
            return Ok(Turn::Over(Outcome::Done));
        };
        let fresh = self.row(notice, &template, now);
        store::insert(&mut tx, &fresh).await?;
        let key = (notice.account.as_str(), notice.purpose, notice.about.as_str());
        let Some(mut row) = store::find(&mut tx, key).await? else { return Ok(Turn::Over(Outcome::Done)) };
        match row.state.due(row.means, now) {
            Due::Nothing => return Ok(Turn::Over(Outcome::Done)),
            Due::After(seconds) => {
                return Ok(Turn::Over(Outcome::Retry(seconds, "WeChat's answer was unclear".to_owned())));
            }
            Due::TooLate => {
                row.state = row.state.given_up();
                return over(tx, &row).await;
            }
            Due::Now => {}
        }
        // One that was tried has used its consent already.
        let is_new = row.state == State::Waiting;
        let consent = consents::find(&mut tx, (&row.account, &notice.openid, &row.template)).await?;
        let why = if is_new { self.forbids(&row, consent, now.seconds_since(row.made_at)) } else { None };
        let filled = filled(row.means, &template.content, &sources, (notice.purpose, &notice.facts));
        let Some(filled) = filled.ok().filter(|_| why.is_none() && row.template == template.id) else {
            row.state = if is_new { State::unsent(why.unwrap_or(Unsent::Misfit)) } else { row.state.given_up() };
            return over(tx, &row).await;
        };
        if is_new {
            consents::change(&mut tx, (&row.account, &notice.openid, &row.template), now, Consent::spent).await?;
        }
        row.state = row.state.attempt(now);
        store::put(&mut tx, &row).await?;
        tx.commit().await?;
        Ok(Turn::Call(Attempt { id: row.id, template: row.template, means: row.means, filled }))
    }

    fn row(&self, notice: &Notice, template: &templates::Template, now: kernel::Timestamp) -> Row {
        Row {
            id: self.ground.ids.make(),
            account: notice.account.clone(),
            openid: Some(notice.openid.clone()),
            purpose: notice.purpose,
            about: notice.about.clone(),
            template: template.id.clone(),
            means: template.means,
            state: State::Waiting,
            msg_id: None,
            made_at: now,
        }
    }

    /// Why a notice that was never tried, or never left the house, is not sent.
    fn forbids(&self, row: &Row, consent: Consent, age: i64) -> Option<Unsent> {
        let account = self.accounts.get(&row.account);
        if !account.is_some_and(|account| account.allows(row.means.capability())) {
            Some(Unsent::NoRight)
        } else if age > VALID_FOR {
            Some(Unsent::TooLate)
        } else {
            consent.forbids(row.means)
        }
    }

    async fn call(
        &self,
        client: &Client,
        notice: &Notice,
        attempt: &Attempt,
    ) -> std::result::Result<Option<String>, Error> {
        let link = self
            .accounts
            .get(&notice.account)
            .map(|account| self.links.of(account, &notice.openid, self.ground.clock.now()).own(&notice.page));
        let (touser, template_id) = (notice.openid.clone(), attempt.template.clone());
        let (fields, text) = values(attempt.filled.clone());
        let data = fields.into_iter().map(|(key, value)| (key, NoticeValue { value })).collect();
        match attempt.means {
            Means::Subscription => {
                let message = SubscriptionNotice { touser, template_id, page: link, data };
                client.send_subscription_notice(&message).await.map(|()| None)
            }
            Means::Template => {
                let client_msg_id = Some(attempt.id.uuid().simple().to_string());
                let message = TemplateMessage { touser, template_id, url: link, data, client_msg_id };
                client.send_template(&message).await.map(Some)
            }
            Means::OneTime => {
                let message = OneTimeMessage {
                    touser,
                    template_id,
                    url: link,
                    scene: SCENE.to_string(),
                    title: notice.purpose.label().to_owned(),
                    data: OneTimeData { content: NoticeValue { value: text } },
                };
                client.send_one_time(&message).await.map(|()| None)
            }
        }
    }

    /// Notes what an attempt came to.
    async fn note(&self, notice: &Notice, id: Id<Row>, answer: &Answer, claim: &Claim) -> Result<Outcome> {
        let now = self.ground.clock.now();
        let mut tx = self.ground.db.begin().await?;
        let key = (notice.account.as_str(), notice.purpose, notice.about.as_str());
        let Some(mut row) = store::find(&mut tx, key).await?.filter(|row| row.id == id) else {
            return Ok(Outcome::Done);
        };
        let was_first = matches!(row.state, State::Sending(Attempts { count: 1, .. }));
        row.state = row.state.answered(answer, row.means);
        if let Answer::Taken(Some(msg_id)) = answer {
            row.msg_id = Some(msg_id.clone());
        }
        let consent = (row.account.as_str(), notice.openid.as_str(), row.template.as_str());
        if answer.is_denied() {
            consents::change(&mut tx, consent, now, Consent::denied).await?;
        } else if was_first && matches!(row.state, State::Waiting | State::Refused(_)) {
            consents::change(&mut tx, consent, now, |consent| consent.returned(row.means)).await?;
        }
        store::put(&mut tx, &row).await?;
        tx.commit().await?;
        tracing::info!(purpose = notice.purpose.name(), stage = row.state.stage().name(), "a notice was tried");
        let later = AGAIN << claim.attempts.clamp(0, 6);
        Ok(match row.state {
            State::Waiting => Outcome::Retry(later.min(3600), "WeChat cannot be reached".to_owned()),
            State::Sending(_) => Outcome::Retry(AGAIN, "WeChat's answer was unclear".to_owned()),
            _ => Outcome::Done,
        })
    }
}

/// Ends the turn with where the notice stands.
async fn over(mut tx: Tx, row: &Row) -> Result<Turn> {
    store::put(&mut tx, row).await?;
    tx.commit().await?;
    Ok(Turn::Over(Outcome::Done))
}
