//! The demo: an invented county archive, its two official accounts and WeChat's side, all in one process.

mod accounts;
mod furnish;
mod holdings;
mod scans;
mod staff;

pub(crate) use accounts::{account_overlay, addresses, sandbox_accounts, settings_text};
pub(crate) use furnish::furnish;
pub(crate) use staff::engage;
