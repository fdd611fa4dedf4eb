//! Who is here: readers, and the accounts of staff.
//!
//! A follower who opens one of our pages from the chat is recognised: by a [`Ticket`] in the link where the account
//! cannot sign readers in (subscription accounts), by WeChat's own sign-in where it can. [`Links`] writes the addresses
//! accordingly; [`Identity`] turns either into a session. Openids never come from a form or a header. Who unfollows is
//! forgotten ([`Readers`]).
//!
//! Staff have accounts with roles ([`StaffAccounts`]); their passwords are kept as Argon2id digests. They come in by the
//! [`Entrance`]: password, second factor, a session of their own. The first account is made at the [`FirstStart`]. Lists
//! of persons leave the house with two members of staff only ([`PersonalLists`]).

pub mod console;
mod desk;
mod links;
mod lockout;
mod password;
mod personal_list;
mod readers;
mod second_factor;
mod site;
mod staff;
mod staff_session;
mod store;
mod table;
mod ticket;

pub use desk::{
    Enrolment, Entrance, FirstStart, Identity, Keeper, Next, PersonalLists, Present, Reader, SecondFactorRule,
    Separation, StaffAccounts, StaffOverview,
};
pub use links::{Links, ReaderLinks};
pub use password::{Password, PasswordProblem};
pub use personal_list::{Filters, Looked, PersonalList, PersonalListRequest, PersonalListSource, Rows};
pub use readers::Readers;
pub use second_factor::RecoveryCode;
pub use staff::{NameProblem, Staff, StaffName, StaffState};
pub use staff_session::Stage;
pub use ticket::Ticket;
