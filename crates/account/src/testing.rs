//! An account and WeChat's side of it, for the tests of the services that talk in the chat.

use std::sync::Arc;

use wechat::message::{Kind, Message};
use wechat::push::Pusher;

use crate::settings::Written;
use crate::{Account, AccountKind};

/// The sample key of WeChat's documentation, with its two stray bits.
const KEY: &str = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR";
const TOKEN: &str = "token123";
const APP_ID: &str = "wx49f0ab532d5d035a";
const ORIGINAL_ID: &str = "gh_0123456789ab";

/// An openid as WeChat writes them.
pub const OPENID: &str = "oReader_00000000000000000001";

/// An account named `demo` in secure mode, and WeChat's side of it.
///
/// # Panics
/// Never: its settings are right.
#[expect(clippy::panic, reason = "a test without its account must fail")]
pub fn account(kind: AccountKind, verified: bool) -> (Arc<Account>, Pusher) {
    let written = Written::sample(kind, verified, [ORIGINAL_ID, APP_ID, TOKEN, KEY]);
    let settings = match written.check("demo") {
        Ok(settings) => settings,
        Err(faults) => panic!("{faults:?}"),
    };
    let mode = settings.mode;
    let pusher = match settings.key.clone() {
        Some(key) => Pusher::sealed(TOKEN, APP_ID, mode, key),
        None => Pusher::plain(TOKEN, APP_ID),
    };
    match Account::new(settings) {
        Ok(account) => (Arc::new(account), pusher),
        Err(problem) => panic!("{problem}"),
    }
}

/// A text message of [`OPENID`] to the account.
pub fn text(content: &str, created: i64) -> Message {
    Message {
        to: ORIGINAL_ID.to_owned(),
        from: OPENID.to_owned(),
        created,
        id: Some("1234567890123456".to_owned()),
        article: None,
        kind: Kind::Text { content: content.to_owned(), menu_id: None },
    }
}
