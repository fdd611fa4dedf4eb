//! The ground the services of the hall stand on.
//!
//! The database (one SQL text for SQLite and PostgreSQL), time, ids and chance; jobs, events and the audit log; the
//! table of problems; settings, blobs, secrets and the cage for untrusted files; and the words all services share.
//! This crate knows no service. Everything here is a value handed to whoever needs it: there are no globals, so two
//! houses can stand in one test process.

pub mod audit;
pub mod blobs;
pub mod cage;
pub mod db;
pub mod events;
pub mod formula;
pub mod house;
pub mod jobs;
pub mod leases;
pub mod metrics;
#[cfg(feature = "planted-faults")]
pub mod planted;
pub mod secrets;
pub mod settings;
pub mod telemetry;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

mod clock;
mod error;
mod folder;
mod ground;
mod hex;
mod id;
mod problem;
mod random;
mod scanner;
mod staff;
mod steps;
mod tasks;
mod time;
mod viewer;

pub use blobs::Blobs;
pub use clock::{Clock, ManualClock, database_now};
pub use db::{Db, Tx};
pub use error::{Error, Result};
pub use folder::{Folder, ServerLock};
pub use ground::Ground;
pub use hex::hex;
pub use id::{Id, Ids};
pub use metrics::Metrics;
pub use problem::{Code, Problem};
pub use random::Random;
pub use scanner::{Scanned, Scanner};
pub use secrets::Secrets;
pub use settings::Settings;
pub use staff::{Actor, Permission};
pub use steps::Steps;
pub use tasks::Tasks;
pub use time::{Day, Timestamp};
pub use viewer::{Grant, Person, PersonId, Role, Viewer};
