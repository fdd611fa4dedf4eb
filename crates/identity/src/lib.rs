//! Who a reader is.
//!
//! A follower who opens one of our pages from the chat is recognised: by a [`Ticket`] in the link where the account
//! cannot sign readers in (subscription accounts), by WeChat's own sign-in where it can. [`Links`] writes the addresses
//! accordingly; [`Identity`] turns either into a session. Openids never come from a form or a header. Who unfollows is
//! forgotten ([`Readers`]).

mod desk;
mod links;
mod readers;
mod site;
mod store;
mod ticket;

pub use desk::Identity;
pub use links::{Links, ReaderLinks};
pub use readers::Readers;
pub use ticket::Ticket;
