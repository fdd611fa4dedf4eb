//! The names of all authority records, to be found in a headline.

use std::sync::{Arc, Mutex, PoisonError};

use chinese::headline::{Authorities, Authority, Named};
use kernel::{Db, Error, Timestamp};

use super::AuthorityKind;
use crate::store::authority;

/// The names as they were last read.
#[derive(Debug, Default)]
pub(crate) struct KnownNames(Mutex<Option<(Option<Timestamp>, Arc<Authorities>)>>);

impl KnownNames {
    /// The names as they are now: read again only if an authority record has changed.
    ///
    /// # Errors
    /// If the database fails, or there are too many names.
    pub(crate) async fn names(&self, db: &Db, institution: &str) -> kernel::Result<Arc<Authorities>> {
        let mut tx = db.read().await?;
        let changed = authority::changed(&mut tx, institution).await?;
        {
            let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((since, names)) = &*kept
                && *since == changed
            {
                return Ok(Arc::clone(names));
            }
        }
        let all = authority::all_names(&mut tx, institution).await?;
        drop(tx);
        let ready = tokio::task::spawn_blocking(move || {
            let list: Vec<Authority> =
                all.into_iter().map(|(kind, name)| Authority { name, named: named(kind) }).collect();
            Authorities::new(&list)
        });
        let names = Arc::new(ready.await.map_err(Error::internal)?.map_err(Error::internal)?);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((changed, Arc::clone(&names)));
        Ok(names)
    }
}

const fn named(kind: AuthorityKind) -> Named {
    match kind {
        AuthorityKind::Body => Named::Body,
        AuthorityKind::Person => Named::Person,
        AuthorityKind::Place => Named::Place,
    }
}
