//! Everything the emulated platform remembers.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::account::SandboxAccount;
use crate::delivery::Delivery;
use crate::fault::Faults;
use crate::follower::{Direction, Entry, Follower};
use crate::grants::Grants;
use crate::mass::Job;
use crate::media::Medium;
use crate::menu::{Menus, buttons_of};
use crate::notice::{Notice, Template, samples};
use crate::page::{Draft, Page, Publication};
use crate::qrcode::SceneCode;
use crate::statistics::Day;
use crate::tokens::Tokens;
use crate::usage::Usage;

/// Deliveries kept for the log.
const DELIVERIES_KEPT: usize = 300;
/// API requests kept for `rid/get`.
const REQUESTS_KEPT: usize = 500;

/// A tag; ids below 100 are the system's.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Tag {
    pub(crate) id: u64,
    pub(crate) name: String,
}

/// One account with everything that hangs on it.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Account {
    pub(crate) settings: SandboxAccount,
    pub(crate) followers: BTreeMap<String, Follower>,
    pub(crate) tokens: Tokens,
    pub(crate) usage: Usage,
    pub(crate) menus: Menus,
    pub(crate) tags: Vec<Tag>,
    pub(crate) media: BTreeMap<String, Medium>,
    pub(crate) codes: Vec<SceneCode>,
    pub(crate) grants: Grants,
    pub(crate) jsapi: Option<(String, i64)>,
    pub(crate) drafts: BTreeMap<String, Draft>,
    pub(crate) publications: Vec<Publication>,
    pub(crate) jobs: Vec<Job>,
    pub(crate) templates: Vec<Template>,
    pub(crate) notices: Vec<Notice>,
    /// Every article that has an address, by its id.
    pub(crate) pages: BTreeMap<String, Page>,
    /// What followers did, by day of Shanghai.
    pub(crate) days: BTreeMap<i64, Day>,
    /// The speed set by `mass/speed/set`.
    pub(crate) mass_speed: u8,
    /// The last number given to a chat entry, message or menu.
    pub(crate) sequence: u64,
}

impl Account {
    /// What follows when the operator changed secrets in WeChat's console.
    pub(crate) fn changed_from(&mut self, before: &SandboxAccount, now: i64) {
        if before.name.is_empty() {
            return;
        }
        if before.app_secret != self.settings.app_secret {
            self.tokens.end_all(now, true);
        }
        if before.encoding_aes_key != self.settings.encoding_aes_key {
            self.settings.previous_encoding_aes_key = Some(before.encoding_aes_key.clone());
        }
    }

    /// The next number of this account.
    pub(crate) fn next(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    /// A message id: beyond 2^53, so that clients that read it as a floating-point number show themselves.
    pub(crate) fn message_id(&mut self, now: i64) -> u64 {
        let seconds = u64::try_from(now).unwrap_or(0);
        (seconds << 24) | (self.next() & 0xFF_FFFF)
    }

    /// The number of a mass send, a publication or their articles: beyond 2^31.
    pub(crate) fn job_id(&mut self) -> u64 {
        3_000_000_000 + self.next()
    }

    /// Appends to the chat of `openid`, if there is such a follower.
    pub(crate) fn note(&mut self, openid: &str, direction: Direction, at: i64, line: Line) {
        let id = self.next();
        if let Some(follower) = self.followers.get_mut(openid) {
            follower.append(Entry { id, direction, at, kind: line.kind, content: line.content, more: line.more });
        }
    }

    /// The id of a medium of one of `kinds` that is still there.
    pub(crate) fn medium(&self, id: &str, kinds: &[&str], now: i64) -> Option<&str> {
        let known = self.media.get(id).filter(|medium| medium.is_alive(now) && kinds.contains(&medium.kind.as_str()));
        known.map(|medium| medium.id.as_str())
    }

    /// The follower, if the person follows the account now.
    pub(crate) fn subscribed(&mut self, openid: &str) -> Option<&mut Follower> {
        self.followers.get_mut(openid).filter(|follower| follower.subscribed)
    }
}

/// What an entry of a chat shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) kind: String,
    pub(crate) content: String,
    pub(crate) more: Map<String, Value>,
}

impl Line {
    /// A line with nothing but its text.
    pub(crate) fn new(kind: &str, content: impl Into<String>) -> Self {
        Self { kind: kind.to_owned(), content: content.into(), more: Map::new() }
    }

    /// The same with one more field.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.insert(name.to_owned(), value.into());
        self
    }
}

/// One API request as `rid/get` tells it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Request {
    pub(crate) rid: String,
    pub(crate) app_id: String,
    pub(crate) at: i64,
    pub(crate) url: String,
    pub(crate) body: String,
    pub(crate) answer: String,
    pub(crate) errcode: i64,
    pub(crate) client: String,
}

/// The whole platform.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct World {
    pub(crate) accounts: BTreeMap<String, Account>,
    pub(crate) faults: Faults,
    pub(crate) deliveries: VecDeque<Delivery>,
    pub(crate) delivery: u64,
    pub(crate) offset_micros: i64,
    /// Takes the narrower bound where the platform's pages leave a doubt.
    pub(crate) strict: bool,
    #[serde(skip)]
    pub(crate) requests: VecDeque<Request>,
}

impl World {
    /// Brings the settings of `wanted` in: known accounts keep what hangs on them and, where `wanted` is silent, their
    /// identifiers and secrets.
    pub(crate) fn register(&mut self, mut wanted: SandboxAccount, random: &crate::random::Random) {
        let account = self.accounts.entry(wanted.name.clone()).or_default();
        let kept = &account.settings;
        let pairs = [
            (&mut wanted.original_id, &kept.original_id),
            (&mut wanted.app_id, &kept.app_id),
            (&mut wanted.app_secret, &kept.app_secret),
            (&mut wanted.token, &kept.token),
            (&mut wanted.encoding_aes_key, &kept.encoding_aes_key),
        ];
        for (new, old) in pairs {
            if new.is_empty() {
                new.clone_from(old);
            }
        }
        wanted.complete(random);
        // A menu that came from the settings follows them, for instance to another address; one set through the API stays.
        if let Some(menu) = &wanted.menu
            && account.menus.default == kept.menu.as_ref().and_then(buttons_of)
        {
            account.menus.default = buttons_of(menu);
        }
        if account.templates.is_empty() {
            account.templates = samples(random);
        }
        account.tokens.compete = wanted.tokens_compete;
        account.settings = wanted;
    }

    /// The account's name by its app id.
    pub(crate) fn by_app_id(&self, app_id: &str) -> Option<&str> {
        let mut accounts = self.accounts.iter();
        accounts.find(|(_, account)| account.settings.app_id == app_id).map(|(name, _)| name.as_str())
    }

    /// Adds a delivery to the log and returns its number.
    pub(crate) fn log_delivery(&mut self, mut delivery: Delivery) -> u64 {
        self.delivery += 1;
        delivery.id = self.delivery;
        self.deliveries.push_back(delivery);
        while self.deliveries.len() > DELIVERIES_KEPT {
            self.deliveries.pop_front();
        }
        self.delivery
    }

    /// The delivery of that number, while the log still has it.
    pub(crate) fn delivery_mut(&mut self, id: u64) -> Option<&mut Delivery> {
        self.deliveries.iter_mut().rev().find(|delivery| delivery.id == id)
    }

    /// Keeps a request for `rid/get`.
    pub(crate) fn log_request(&mut self, request: Request) {
        self.requests.push_back(request);
        while self.requests.len() > REQUESTS_KEPT {
            self.requests.pop_front();
        }
    }
}
