//! The official accounts of the house.
//!
//! An [`Account`] is one official account with its settings, what it may do ([`Capability`]) and its callback. The
//! [`Inbox`] takes WeChat's deliveries: it asks the [`Dialogue`]s in order, stores the answer together with whatever
//! must happen once, and only then answers; a repeated delivery gets the stored answer. Followers and their
//! customer-service windows, tokens, menus and scene codes live here too.

mod accounts;
mod alarms;
mod callbacks;
mod capability;
mod clients;
pub mod console;
mod desk;
mod dialogue;
mod inbox;
mod jobs;
mod menu;
pub mod notice;
mod personal;
mod quotas;
mod saying;
mod scans;
mod secrets;
mod segment;
mod settings;
mod site;
mod sources;
mod store;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod window;

pub use accounts::{Account, Accounts, HouseEnvironment};
pub use alarms::{last_alarm, last_alarm_of_all, raise_alarm_of_all};
pub use capability::{AccountKind, Capability, Category, Standing};
pub use clients::Clients;
pub use desk::{Desk, secret_sources};
pub use dialogue::{Deed, Dialogue, Heard, Spoken};
pub use inbox::{Answer, Inbox, InboxOptions};
pub use jobs::{AnswerLater, Prune, PublishMenu, RefreshAddresses, SayFurther, jobs, plan};
pub use menu::MenuKey;
pub use personal::Scrubbed;
pub use quotas::Quotas;
pub use saying::{Mouth, OpenWindow, Recent, Said, open_window, open_windows, recent};
pub use scans::Scans;
pub use segment::Segment;
pub use settings::{AccountSettings, SECTION, Written};
pub use site::{answer_routes, callback_routes};
pub use sources::SourceRule;
pub use store::follower::{Came, came, following, pushes_off, scene as scene_of, scenes, seen_since, switch_pushes};
pub use window::{Interaction, Window, Windows};
