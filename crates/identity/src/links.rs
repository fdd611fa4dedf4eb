//! The addresses of our pages as they are sent in the chat, by what the account can do.

use account::{Account, Capability};
use kernel::{Ground, Random, Secrets, Timestamp};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::ticket::Ticket;

/// What `encodeURIComponent` leaves as it is.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Writes addresses for the chat; cheap to clone.
#[derive(Clone, Debug)]
pub struct Links {
    site_base: String,
    secrets: Secrets,
    random: Random,
}

/// The addresses sent to one reader in one answer: they share one ticket.
#[derive(Clone, Debug)]
pub struct ReaderLinks {
    base: String,
    way: Way,
}

#[derive(Clone, Debug)]
enum Way {
    /// The page signs the reader in if it needs to know them.
    SignIn { account: String },
    /// The address carries a ticket.
    Ticket(String),
}

impl Links {
    /// Addresses under `scheme://host[:port]`.
    pub fn new(ground: &Ground, site_base: &str) -> Self {
        let site_base = site_base.trim_end_matches('/').to_owned();
        Self { site_base, secrets: ground.secrets.clone(), random: ground.random.clone() }
    }

    /// The addresses for a follower of an account.
    pub fn of(&self, account: &Account, openid: &str, now: Timestamp) -> ReaderLinks {
        let sign_in = || Way::SignIn { account: account.name().to_owned() };
        let way = if account.allows(Capability::WebSignIn) {
            sign_in()
        } else {
            let ticket = Ticket::new(&self.random, account.name(), openid, now);
            ticket.seal(&self.secrets, &self.random).map_or_else(|_| sign_in(), Way::Ticket)
        };
        ReaderLinks { base: self.site_base.clone(), way }
    }
}

impl ReaderLinks {
    /// A page that everybody may read. `path` begins with `/` and is encoded.
    pub fn page(&self, path: &str) -> String {
        match &self.way {
            Way::SignIn { .. } => format!("{}{path}", self.base),
            Way::Ticket(ticket) => self.with_ticket(path, ticket),
        }
    }

    /// A page that must know the reader.
    pub fn own(&self, path: &str) -> String {
        match &self.way {
            Way::SignIn { account } => {
                format!("{}/enter/{account}?to={}", self.base, utf8_percent_encode(path, COMPONENT))
            }
            Way::Ticket(ticket) => self.with_ticket(path, ticket),
        }
    }

    /// The search page for a question.
    pub fn search(&self, question: &str) -> String {
        self.page(&format!("/search?q={}", utf8_percent_encode(question, COMPONENT)))
    }

    fn with_ticket(&self, path: &str, ticket: &str) -> String {
        let joint = if path.contains('?') { '&' } else { '?' };
        format!("{}{path}{joint}t={ticket}", self.base)
    }
}
