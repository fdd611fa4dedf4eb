//! Noticing: one reader is told of what they asked for, by a template of the account, if they allowed it.

mod hearing;
mod sending;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::Duration;

use account::notice::{Fact, Notice, Offering, Purpose, want};
use account::{Accounts, Clients};
use futures::FutureExt;
use futures::future::BoxFuture;
use identity::Links;
use kernel::audit::{self, Line, Outcome};
use kernel::{Actor, Code, Ground, Permission, Problem, Result, Timestamp, Tx};
use serde_json::{Value, json};

pub use hearing::Consenting;

use super::refused;
use crate::notice::{Consent, Filled, Means, Source, filled};
use crate::store::notice::{self as store, Logged, TRIAL, Wanted};
use crate::store::notice_consent::{self as consents, Consents};
use crate::store::notice_template::{self as templates, Template, Use};

/// How often one looks for what can be forgotten.
const TIDIED: Duration = Duration::from_hours(1);
/// How long notices are kept, in seconds.
const KEPT_FOR: i64 = 30 * 86_400;
/// How long a reader has for WeChat's page, in seconds.
const ANSWERED_WITHIN: i64 = 3600;
/// The scene of our one-time messages.
const SCENE: u16 = 1;
/// The longest id of a template.
const LONGEST_ID: usize = 64;
/// The longest words that a field always says, in characters.
const LONGEST_WORDS: usize = 200;

/// The desk of notices; cheap to clone.
#[derive(Clone, Debug)]
pub struct Noticing {
    ground: Ground,
    accounts: Accounts,
    clients: Clients,
    links: Links,
}

/// A template with what readers allowed of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CountedTemplate {
    /// The template.
    pub template: Template,
    /// What readers allowed.
    pub consents: Consents,
}

/// What an account tells of, and by what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoticeBoard {
    /// What it has.
    pub templates: Vec<CountedTemplate>,
    /// What each is used for.
    pub uses: Vec<(Purpose, Use)>,
    /// When WeChat was last asked for them.
    pub fetched_at: Option<Timestamp>,
}

/// What a reader can be told by an account, and what they allowed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Offer {
    /// The account.
    pub account: String,
    /// Of what.
    pub purpose: Purpose,
    /// The template.
    pub template: String,
    /// By which means.
    pub means: Means,
    /// What they allowed.
    pub consent: Consent,
}

impl Noticing {
    /// The desk of a house whose pages readers find at `site`.
    pub fn new(ground: &Ground, (accounts, clients): (&Accounts, &Clients), site: &str) -> Self {
        let links = Links::new(ground, site);
        Self { ground: ground.clone(), accounts: accounts.clone(), clients: clients.clone(), links }
    }

    /// The house's source of chance, for the proofs of forms.
    pub(crate) const fn random(&self) -> &kernel::Random {
        &self.ground.random
    }

    /// Forgets notices whose time is over, and whom they were for, until the house stops.
    pub fn keep_tidy(&self) {
        let here = self.clone();
        self.ground.tasks.every(TIDIED, move || {
            let here = here.clone();
            async move {
                if let Err(error) = here.tidy().await {
                    tracing::warn!(%error, "old notices could not be forgotten");
                }
            }
        });
    }

    /// Forgets notices of more than thirty days, whom those of more than a day were for, and questions nobody answered.
    ///
    /// # Errors
    /// The database's.
    pub async fn tidy(&self) -> Result<()> {
        let now = self.ground.clock.now();
        let mut tx = self.ground.db.begin().await?;
        store::sweep(&mut tx, now.plus_seconds(-crate::notice::VALID_FOR), now.plus_seconds(-KEPT_FOR)).await?;
        consents::sweep(&mut tx, now.plus_seconds(-ANSWERED_WITHIN)).await?;
        Ok(tx.commit().await?)
    }

    /// What an account tells of, and by what.
    ///
    /// # Errors
    /// The database's.
    pub async fn templates(&self, account: &str) -> Result<NoticeBoard> {
        let mut tx = self.ground.db.read().await?;
        let counted = consents::counts(&mut tx, account).await?;
        let of = |id: &str| counted.iter().find(|(of, _)| of == id).map(|(_, consents)| *consents).unwrap_or_default();
        let all = templates::all(&mut tx, account).await?;
        let all = all.into_iter().map(|template| CountedTemplate { consents: of(&template.id), template });
        let templates = all.collect();
        let mut uses = Vec::new();
        for purpose in Purpose::ALL {
            uses.extend(templates::used_for(&mut tx, account, purpose).await?.map(|used| (purpose, used)));
        }
        Ok(NoticeBoard { templates, uses, fetched_at: templates::fetched_at(&mut tx, account).await? })
    }

    /// Fetches the templates of an account from WeChat; how many there are.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; [`Code::BadRequest`] if WeChat refuses; [`Code::Busy`] if it cannot be reached.
    pub async fn fetch(&self, actor: &Actor, account: &str) -> Result<usize> {
        actor.must(Permission::KeepOfficialAccount)?;
        self.may(account, Means::Template)?;
        let client = self.clients.get(account).ok_or_else(|| absent(account))?;
        let read = async { Ok((client.notice_templates().await?, client.private_templates().await?)) };
        let (subscriptions, messages) = read.await.map_err(|error| refused("通知模板", &error))?;
        let subscriptions = subscriptions.into_iter().map(|one| Template {
            id: one.id,
            means: Means::Subscription,
            title: one.title,
            content: one.content,
            example: one.example,
            is_lasting: one.kind == 3,
            gone_at: None,
        });
        let messages = messages.into_iter().map(|one| Template {
            id: one.template_id,
            means: Means::Template,
            title: one.title,
            content: one.content,
            example: one.example,
            is_lasting: false,
            gone_at: None,
        });
        let fetched: Vec<Template> = subscriptions.chain(messages).collect();
        let now = self.ground.clock.now();
        let mut tx = self.begin(actor, ("push.fetch-notice-templates", account), json!({})).await?;
        for template in &fetched {
            templates::keep(&mut tx, account, template, now).await?;
        }
        templates::mark_gone(&mut tx, account, now).await?;
        tx.commit().await?;
        Ok(fetched.len())
    }

    /// Writes down the template of one-time messages: WeChat tells its id on its own console alone.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; [`Code::BadRequest`] for what is no id.
    pub async fn keep_one_time(&self, actor: &Actor, account: &str, id: &str) -> Result<()> {
        actor.must(Permission::KeepOfficialAccount)?;
        self.may(account, Means::OneTime)?;
        let id = id.trim();
        let is_id = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if !(1..=LONGEST_ID).contains(&id.len()) || !id.bytes().all(is_id) {
            let why = "应为 1 至 64 个字母、数字、- 或 _，请从公众平台的页面上整段复制";
            return Err(Problem::new(Code::BadRequest, "模板编号").because(why).into());
        }
        let template = Template {
            id: id.to_owned(),
            means: Means::OneTime,
            title: "一次性订阅消息".to_owned(),
            content: String::new(),
            example: String::new(),
            is_lasting: false,
            gone_at: None,
        };
        let mut tx = self.begin(actor, ("push.keep-notice", account), json!({ "one-time": id })).await?;
        if templates::one(&mut tx, account, id).await?.is_some_and(|known| known.means != Means::OneTime) {
            let why = "这是订阅通知或模板消息的模板，不是一次性订阅消息的";
            return Err(Problem::new(Code::BadRequest, "模板编号").because(why).into());
        }
        templates::keep(&mut tx, account, &template, self.ground.clock.now()).await?;
        Ok(tx.commit().await?)
    }

    /// Tells readers of something by a template from now on, or by none.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; [`Code::NotFound`] for a template that is not there; [`Code::BadRequest`] for a field that has
    /// nothing, or something that does not fit it.
    pub async fn choose(
        &self,
        actor: &Actor,
        (account, purpose): (&str, Purpose),
        chosen: Option<(String, BTreeMap<String, Source>)>,
    ) -> Result<()> {
        actor.must(Permission::KeepOfficialAccount)?;
        let detail = json!({ "purpose": purpose.name(), "template": chosen.as_ref().map(|(id, _)| id.clone()) });
        let mut tx = self.begin(actor, ("push.keep-notice", account), detail).await?;
        let Some((id, sources)) = chosen else {
            templates::stop(&mut tx, account, purpose).await?;
            return Ok(tx.commit().await?);
        };
        let template = templates::one(&mut tx, account, &id).await?.filter(|template| template.gone_at.is_none());
        let template = template.ok_or_else(|| Problem::new(Code::NotFound, "这个模板"))?;
        self.may(account, template.means)?;
        let is_long = |source: &Source| matches!(source, Source::Words(words) if words.chars().count() > LONGEST_WORDS);
        if sources.len() > 20 || sources.values().any(is_long) {
            return Err(Problem::new(Code::BadRequest, "字段的内容").because("太长了").into());
        }
        if let Err(field) = filled(template.means, &template.content, &sources, (purpose, &samples(purpose))) {
            let why = "没有选内容，或者内容不合这个字段的要求";
            return Err(Problem::new(Code::BadRequest, format!("字段“{field}”")).because(why).into());
        }
        let by = (actor.name(), self.ground.clock.now());
        templates::choose(&mut tx, (account, purpose), (&id, &sources), by).await?;
        Ok(tx.commit().await?)
    }

    /// Sends one follower, usually a member of staff, a notice with samples; they must have allowed it like every reader.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; [`Code::NotYet`] if nothing is chosen for the purpose.
    pub async fn try_out(&self, actor: &Actor, (account, openid): (&str, &str), purpose: Purpose) -> Result<()> {
        actor.must(Permission::KeepOfficialAccount)?;
        let detail = json!({ "purpose": purpose.name() });
        let mut tx = self.begin(actor, ("push.try-notice", account), detail).await?;
        if templates::used_for(&mut tx, account, purpose).await?.is_none() {
            return Err(Problem::new(Code::NotYet, "试发").because("还没有为它选模板").into());
        }
        let notice = Notice {
            account: account.to_owned(),
            openid: openid.to_owned(),
            purpose,
            about: format!("{TRIAL}{}", self.ground.random.hex16()),
            page: "/".to_owned(),
            facts: samples(purpose),
        };
        want(&mut tx, &self.ground.ids, self.ground.clock.now(), notice).await?;
        Ok(tx.commit().await?)
    }

    /// A page of the log, from 1, and how many notices there are.
    ///
    /// # Errors
    /// The database's.
    pub async fn log(&self, account: &str, wanted: &Wanted, (page, size): (i64, i64)) -> Result<(Vec<Logged>, i64)> {
        let mut tx = self.ground.db.read().await?;
        Ok(store::log(&mut tx, account, wanted, (size, (page - 1) * size)).await?)
    }

    /// What a reader can be told: of what, and what they allowed. What no service tells of yet is left out.
    ///
    /// # Errors
    /// The database's.
    pub async fn offers(&self, followers: &[(String, String)]) -> Result<Vec<Offer>> {
        let mut tx = self.ground.db.read().await?;
        let mut offers = Vec::new();
        for (account, openid) in followers {
            for purpose in Purpose::ALL.into_iter().filter(|purpose| purpose.is_told()) {
                let Some((id, _)) = templates::used_for(&mut tx, account, purpose).await? else { continue };
                let Some(template) = templates::one(&mut tx, account, &id).await? else { continue };
                let consent = consents::find(&mut tx, (account, openid, &id)).await?;
                let means = template.means;
                offers.push(Offer { account: account.clone(), purpose, template: id, means, consent });
            }
        }
        Ok(offers)
    }

    /// Switches what a reader is told of off, or on again.
    ///
    /// # Errors
    /// [`Code::NotFound`] if nothing is told of it; the database's.
    pub async fn switch(&self, followers: &[(String, String)], purpose: Purpose, is_off: bool) -> Result<()> {
        let now = self.ground.clock.now();
        let mut tx = self.ground.db.begin().await?;
        for (account, openid) in followers {
            if let Some((template, _)) = templates::used_for(&mut tx, account, purpose).await? {
                consents::change(&mut tx, (account, openid, &template), now, |consent| consent.switched(is_off))
                    .await?;
            }
        }
        Ok(tx.commit().await?)
    }

    /// Whether a reader switched pushes by list off, for one of the accounts they follow.
    ///
    /// # Errors
    /// The database's.
    pub async fn has_pushes_off(&self, followers: &[(String, String)]) -> Result<bool> {
        let mut tx = self.ground.db.read().await?;
        for (account, openid) in followers {
            if !account::pushes_off(&mut tx, account, std::slice::from_ref(openid)).await?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Switches pushes by list off for a reader, or on again, for every account they follow.
    ///
    /// # Errors
    /// The database's.
    pub async fn switch_pushes(&self, followers: &[(String, String)], is_off: bool) -> Result<()> {
        let off_since = is_off.then(|| self.ground.clock.now());
        let mut tx = self.ground.db.begin().await?;
        for (account, openid) in followers {
            account::switch_pushes(&mut tx, (account, openid), off_since).await?;
        }
        Ok(tx.commit().await?)
    }

    /// The page of WeChat on which a reader agrees to one message, and which returns to `back`.
    ///
    /// # Errors
    /// [`Code::NotFound`] if that is not how readers are told of it; the database's.
    pub async fn question(&self, followers: &[(String, String)], purpose: Purpose, back: &str) -> Result<String> {
        let offers = self.offers(followers).await?;
        let offer = offers.into_iter().find(|offer| offer.purpose == purpose && offer.means == Means::OneTime);
        let none = || Problem::new(Code::NotFound, "这种通知");
        let offer = offer.ok_or_else(none)?;
        let follower = followers.iter().find(|(account, _)| *account == offer.account).ok_or_else(none)?;
        let client = self.clients.get(&offer.account).ok_or_else(none)?;
        let reserved = self.ground.random.hex16();
        let page = client.one_time_url(&offer.template, SCENE, back, &reserved).map_err(kernel::Error::internal)?;
        let mut tx = self.ground.db.begin().await?;
        let key = (offer.account.as_str(), follower.1.as_str(), offer.template.as_str());
        consents::ask(&mut tx, &reserved, key, self.ground.clock.now()).await?;
        tx.commit().await?;
        Ok(page)
    }

    /// A reader came back from WeChat's page. Who it was is known by the name we gave them, and never by what the address
    /// says. `false`: nobody went there under this name within the hour.
    ///
    /// # Errors
    /// The database's.
    pub async fn answered(&self, reserved: &str, is_yes: bool) -> Result<bool> {
        let now = self.ground.clock.now();
        let mut tx = self.ground.db.begin().await?;
        let Some((account, openid, template)) =
            consents::come_back(&mut tx, reserved, now.plus_seconds(-ANSWERED_WITHIN)).await?
        else {
            return Ok(false);
        };
        let key = (account.as_str(), openid.as_str(), template.as_str());
        consents::change(&mut tx, key, now, |consent| {
            if is_yes { consent.agreed_once() } else { consent.answered(false, false) }
        })
        .await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Goes on only if WeChat gives an account a means.
    fn may(&self, account: &str, means: Means) -> Result<()> {
        let known = self.accounts.get(account).ok_or_else(|| absent(account))?;
        match known.settings.standing.lacks(means.capability()) {
            None => Ok(()),
            Some(why) => Err(Problem::new(Code::NotYet, "这种通知").because(why).into()),
        }
    }

    /// A unit whose first line says what is done with which account.
    async fn begin(&self, actor: &Actor, (action, account): (&str, &str), detail: Value) -> Result<Tx> {
        let object = format!("account/{account}");
        let mut tx = self.ground.db.begin().await?;
        let line = Line { actor: actor.name(), action, object: &object, outcome: Outcome::Done, detail };
        audit::privileged(&mut tx, self.ground.clock.now(), &line).await?;
        Ok(tx)
    }
}

impl Offering for Noticing {
    fn is_offered<'a>(&'a self, account: &'a str, purpose: Purpose) -> BoxFuture<'a, Result<bool>> {
        async move {
            let mut tx = self.ground.db.glance().await?;
            Ok(templates::used_for(&mut tx, account, purpose).await?.is_some())
        }
        .boxed()
    }
}

/// Sample facts of a purpose.
pub(crate) fn samples(purpose: Purpose) -> BTreeMap<Fact, String> {
    purpose.facts().iter().map(|fact| (*fact, fact.sample(purpose).to_owned())).collect()
}

fn absent(account: &str) -> Problem {
    Problem::new(Code::NotFound, format!("公众号 {account}"))
}

/// Values as the wire takes them, or the one text.
fn values(filled: Filled) -> (Vec<(String, String)>, String) {
    match filled {
        Filled::Fields(values) => (values, String::new()),
        Filled::Text(text) => (Vec::new(), text),
    }
}
