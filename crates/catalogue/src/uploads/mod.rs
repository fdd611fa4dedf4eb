//! Catalogue files that staff have sent and that wait to be imported: looked into, tried, imported in the background, and
//! where they would open records, not before somebody else approves.
//!
//! A file is spooled outside the data folder until it is known to bear no marks of state secrets; then it lies sealed in
//! the data folder, with what is known of it beside it, until it is imported or its time is over.

mod background;
mod desk;
mod entry;
mod roll_back;
mod sealed;
mod shelf;
mod spool;

use kernel::{Actor, Role};
use serde::{Deserialize, Serialize};

pub(crate) use background::Progress;
pub(crate) use desk::{Asked, Uploads};
pub(crate) use entry::{Entry, Openings, OrderGiven, Report, Told};
pub(crate) use roll_back::RollBackAsked;
pub(crate) use spool::Spool;

/// A member of staff as they acted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Person {
    name: String,
    roles: Vec<String>,
}

impl Person {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    fn actor(&self) -> Actor {
        Actor::new(self.name.clone(), self.roles.iter().filter_map(|role| Role::named(role)).collect())
    }
}

impl From<&Actor> for Person {
    fn from(actor: &Actor) -> Self {
        let roles = actor.roles().iter().map(|role| role.name().to_owned()).collect();
        Self { name: actor.name().to_owned(), roles }
    }
}
