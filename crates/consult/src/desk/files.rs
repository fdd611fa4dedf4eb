//! Looking at what readers sent.

use kernel::audit::{self, Line, Outcome};
use kernel::{Actor, Code, Ground, Id, Permission, Problem, Result};
use serde_json::json;

use crate::cabinet::Cabinet;
use crate::conversation::{Conversation, Message};
use crate::file::{FileState, MediaType};
use crate::store::message;

/// The desk at which staff open files of readers; cheap to clone.
#[derive(Clone, Debug)]
pub struct FilesDesk {
    ground: Ground,
    cabinet: Cabinet,
}

/// A file that was opened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Opened {
    /// What it is, by its own bytes.
    pub media_type: MediaType,
    /// The name to save it under.
    pub name: String,
    /// Its bytes, as the reader sent them.
    pub content: Vec<u8>,
}

impl FilesDesk {
    /// The desk of a house.
    pub const fn new(ground: Ground, cabinet: Cabinet) -> Self {
        Self { ground, cabinet }
    }

    /// Opens the file of a message, with a line in the audit log.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; [`Code::NotFound`] if the message has no file, or it is not kept: with its reason;
    /// [`Code::Damaged`] if it was altered; the database's.
    pub async fn open(&self, actor: &Actor, of: Id<Conversation>, message: Id<Message>) -> Result<Opened> {
        actor.must(Permission::AnswerReaders)?;
        let mut tx = self.ground.db.begin().await?;
        let absent = || Problem::new(Code::NotFound, "读者发来的文件");
        let held = message::one(&mut tx, message).await?.filter(|held| held.conversation == of).ok_or_else(absent)?;
        let sent_at = held.at;
        let file = held.file.ok_or_else(absent)?;
        let kept = file.digest.zip(file.media_type).zip(file.file_name(sent_at));
        let Some(((digest, media_type), name)) = kept.filter(|_| file.state == FileState::Kept) else {
            let why = file.told.unwrap_or_else(|| file.state.label().to_owned());
            return Err(absent().because(why).into());
        };
        let line = Line {
            actor: actor.name(),
            action: "consult.open-file",
            object: &format!("conversation/{}", of.uuid()),
            outcome: Outcome::Done,
            detail: json!({ "message": message.uuid().to_string(), "kind": file.kind.name() }),
        };
        audit::privileged(&mut tx, self.ground.clock.now(), &line).await?;
        tx.commit().await?;
        let content = self.cabinet.open(file.id, &digest).await?;
        Ok(Opened { media_type, name, content })
    }
}
