//! Who is here: readers, and the accounts of staff.
//!
//! A follower who opens one of our pages from the chat is recognised: by a [`Ticket`] in the link where the account
//! cannot sign readers in (subscription accounts), by WeChat's own sign-in where it can. [`Links`] writes the addresses
//! accordingly; [`Identity`] turns either into a session. Openids never come from a form or a header. Who unfollows is
//! forgotten ([`Readers`]).
//!
//! Staff have accounts with roles ([`StaffAccounts`]); their passwords are kept as Argon2id digests.

mod desk;
mod links;
mod password;
mod readers;
mod site;
mod staff;
mod store;
mod ticket;

pub use desk::{Identity, Keeper, StaffAccounts};
pub use links::{Links, ReaderLinks};
pub use password::{Password, PasswordProblem};
pub use readers::Readers;
pub use staff::{NameProblem, Staff, StaffName, StaffState};
pub use ticket::Ticket;
