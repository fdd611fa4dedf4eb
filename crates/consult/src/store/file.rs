//! Files that readers sent.

use kernel::blobs::Digest;
use kernel::{Id, Timestamp, Tx, db};

use crate::conversation::{Conversation, Message};
use crate::file::{FileKind, FileState, MediaType, SentFile};

/// The columns of a file beside those of a message, as [`Row`] reads them.
pub(crate) const COLUMNS: &str = "file.id AS file_id, file.kind AS file_kind, file.state AS file_state, \
    file.told AS file_told, file.media_id, file.media_type, file.bytes, file.digest";

/// A file beside a message, or none.
#[derive(sqlx::FromRow)]
pub(crate) struct Row {
    file_id: Option<Id<SentFile>>,
    file_kind: Option<String>,
    file_state: Option<String>,
    file_told: Option<String>,
    media_id: Option<String>,
    media_type: Option<String>,
    bytes: Option<i64>,
    digest: Option<String>,
}

impl Row {
    pub(crate) fn file(self) -> db::Result<Option<SentFile>> {
        let (Some(id), Some(kind), Some(state)) = (self.file_id, self.file_kind, self.file_state) else {
            return Ok(None);
        };
        let bad = |column, value: &str| db::Error::bad_cell("conversation_file", column, &value);
        let media_type = self.media_type.as_deref();
        let media_type = media_type.map(|name| MediaType::named(name).ok_or_else(|| bad("media_type", name)));
        let digest = self.digest.as_deref().map(|text| Digest::parse(text).ok_or_else(|| bad("digest", text)));
        Ok(Some(SentFile {
            id,
            kind: FileKind::named(&kind).ok_or_else(|| bad("kind", &kind))?,
            state: FileState::named(&state).ok_or_else(|| bad("state", &state))?,
            told: self.file_told,
            media_id: self.media_id,
            media_type: media_type.transpose()?,
            bytes: self.bytes,
            digest: digest.transpose()?,
        }))
    }
}

/// Writes the file of a message down.
pub(crate) async fn insert(tx: &mut Tx, message: &Message, file: &SentFile) -> db::Result<()> {
    let query = tx.sql(
        "INSERT INTO conversation_file (id, message, kind, state, sent_at, media_id) VALUES ($1, $2, $3, $4, $5, $6)",
    );
    let query = query.bind(file.id).bind(message.id).bind(file.kind.name()).bind(file.state.name());
    query.bind(message.at).bind(file.media_id.clone()).run().await.map(drop)
}

/// A file that is to be fetched.
#[derive(Clone, Debug)]
pub(crate) struct Coming {
    pub(crate) kind: FileKind,
    pub(crate) media_id: String,
    /// The official account it was sent to.
    pub(crate) account: String,
    pub(crate) conversation: Id<Conversation>,
    pub(crate) sent_at: Timestamp,
    /// Under which it was to be kept by a process that ended before it was.
    pub(crate) digest: Option<Digest>,
}

/// A file that is still to be fetched; none if it was, or its message is gone.
pub(crate) async fn coming(tx: &mut Tx, id: Id<SentFile>) -> db::Result<Option<Coming>> {
    type Row = (String, Option<String>, Option<String>, Id<Conversation>, Timestamp, Option<String>);
    let query = tx.sql(
        "SELECT file.kind, file.media_id, talk.account, talk.id, file.sent_at, file.digest \
         FROM conversation_file AS file JOIN conversation_message AS said ON said.id = file.message \
         JOIN conversation AS talk ON talk.id = said.conversation WHERE file.id = $1 AND file.state = 'coming'",
    );
    let Some((kind, media_id, account, conversation, sent_at, digest)) = query.bind(id).optional::<Row>().await? else {
        return Ok(None);
    };
    let kind = FileKind::named(&kind).ok_or_else(|| db::Error::bad_cell("conversation_file", "kind", &kind))?;
    let digest = digest.as_deref().and_then(Digest::parse);
    let (media_id, account) = (media_id.unwrap_or_default(), account.unwrap_or_default());
    Ok(Some(Coming { kind, media_id, account, conversation, sent_at, digest }))
}

/// Notes under which digest a file is about to be kept, so that whatever becomes of it, it can be removed.
pub(crate) async fn about_to_keep(tx: &mut Tx, id: Id<SentFile>, digest: &Digest) -> db::Result<()> {
    let query = tx.sql("UPDATE conversation_file SET digest = $2 WHERE id = $1 AND state = 'coming'");
    query.bind(id).bind(digest.to_string()).run().await.map(drop)
}

/// A file is kept; `false` if it is not to be any longer.
pub(crate) async fn keep(tx: &mut Tx, id: Id<SentFile>, kept: MediaType, bytes: i64) -> db::Result<bool> {
    let query = tx.sql(
        "UPDATE conversation_file SET state = 'kept', media_id = NULL, media_type = $2, bytes = $3 \
         WHERE id = $1 AND state = 'coming' AND message IS NOT NULL",
    );
    Ok(query.bind(id).bind(kept.name()).bind(bytes).run().await? == 1)
}

/// A file does not come: it is refused or gone.
pub(crate) async fn give_up(tx: &mut Tx, id: Id<SentFile>, state: FileState, told: &str) -> db::Result<()> {
    let query = tx
        .sql("UPDATE conversation_file SET state = $2, told = $3, media_id = NULL WHERE id = $1 AND state = 'coming'");
    query.bind(id).bind(state.name()).bind(told.to_owned()).run().await.map(drop)
}

/// Lets go of files that are kept of conversations that ended, or went back to the account, before a moment: at most so
/// many, and how many they were.
pub(crate) async fn let_go(tx: &mut Tx, (before, told): (Timestamp, &str), most: i64) -> db::Result<u64> {
    let query = tx.sql(
        "UPDATE conversation_file SET state = 'gone', told = $2 WHERE id IN (SELECT file.id \
         FROM conversation_file AS file JOIN conversation_message AS said ON said.id = file.message \
         JOIN conversation AS talk ON talk.id = said.conversation WHERE file.state = 'kept' AND ((talk.state = 'closed' AND talk.closed_at < $1) \
         OR (talk.state = 'bot' AND talk.last_at < $1)) LIMIT $3)",
    );
    query.bind(before).bind(told.to_owned()).bind(most).run().await
}

/// Files that are to leave the store, and the digests under which they lie: at most so many.
pub(crate) async fn leaving(tx: &mut Tx, most: i64) -> db::Result<Vec<(Id<SentFile>, Option<Digest>)>> {
    let query = tx.sql(
        "SELECT id, digest FROM conversation_file \
         WHERE message IS NULL OR (state = 'gone' AND digest IS NOT NULL) ORDER BY id LIMIT $1",
    );
    let rows = query.bind(most).all::<(Id<SentFile>, Option<String>)>().await?;
    Ok(rows.into_iter().map(|(id, digest)| (id, digest.as_deref().and_then(Digest::parse))).collect())
}

/// A file has left the store: its row goes with its message, and stays without a digest beside one that is there.
pub(crate) async fn has_left(tx: &mut Tx, id: Id<SentFile>) -> db::Result<()> {
    tx.sql("DELETE FROM conversation_file WHERE id = $1 AND message IS NULL").bind(id).run().await?;
    let query = tx.sql("UPDATE conversation_file SET digest = NULL WHERE id = $1 AND state = 'gone'");
    query.bind(id).run().await.map(drop)
}
