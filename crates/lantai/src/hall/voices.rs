//! Who answers in the chat, in order, and what they answer from.

use std::sync::Arc;

use account::Dialogue;
use catalogue::Catalogue;
use consult::{Endpoint, Lookups, Rulebook, Switchboard, Wording};
use kernel::Ground;
use web::HouseBook;

use crate::settings::Configured;

/// The dialogues of the hall and what they share with others.
pub(super) struct Voices {
    pub(super) rulebook: Rulebook,
    pub(super) wording: Wording,
    pub(super) switchboard: Switchboard,
    pub(super) dialogues: Vec<Arc<dyn Dialogue>>,
}

impl Voices {
    /// The voices of a house whose pages readers find at `site`; what they answer from is kept fresh until it stops.
    pub(super) async fn open(
        ground: &Ground,
        configured: &Configured,
        catalogue: &Catalogue,
        (book, site): (&HouseBook, &str),
    ) -> kernel::Result<Self> {
        let endpoint = Endpoint::new(ground, &configured.embedding)?;
        let rulebook = Rulebook::with(ground.db.clone(), book.clone(), endpoint).await?;
        rulebook.keep_fresh(ground);
        let wording = Wording::new(book.clone(), identity::Links::new(ground, site));
        let switchboard = Switchboard::open(ground.db.clone()).await?;
        switchboard.keep_fresh(ground);
        let lookups = Lookups::open(ground.db.clone()).await?;
        lookups.keep_fresh(ground);
        let mut dialogues =
            consult::dialogues(ground, &rulebook, (&switchboard, &lookups), catalogue.clone(), &wording);
        dialogues.push(Arc::new(identity::Readers));
        dialogues.push(Arc::new(push::Ends));
        dialogues.push(Arc::new(push::Consenting));
        Ok(Self { rulebook, wording, switchboard, dialogues })
    }
}
