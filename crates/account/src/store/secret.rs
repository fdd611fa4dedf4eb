//! Secrets that staff changed.

use kernel::{Timestamp, Tx, db};

/// What of an account's secrets was changed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Kind {
    /// The app secret.
    AppSecret,
    /// Token and `EncodingAESKey`.
    Callback,
}

impl Kind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::AppSecret => "app-secret",
            Self::Callback => "callback",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::AppSecret, Self::Callback].into_iter().find(|kind| kind.name() == name)
    }
}

/// A secret as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Kept {
    pub(crate) account: String,
    pub(crate) kind: Kind,
    /// None: as in the settings file again.
    pub(crate) sealed: Option<String>,
    pub(crate) changed_at: Timestamp,
    pub(crate) changed_by: String,
    /// What WeChat may still use, and until when.
    pub(crate) previous: Option<(String, Timestamp)>,
}

type Row = (String, String, Option<String>, Timestamp, String, Option<String>, Option<Timestamp>);

/// All that were changed.
pub(crate) async fn all(tx: &mut Tx) -> db::Result<Vec<Kept>> {
    let rows: Vec<Row> = tx
        .sql(
            "SELECT account, kind, sealed, changed_at, changed_by, previous, previous_until FROM account_secret \
             ORDER BY account, kind",
        )
        .all()
        .await?;
    let read = |(account, kind, sealed, changed_at, changed_by, previous, until): Row| {
        let kind = Kind::named(&kind).ok_or_else(|| db::Error::bad_cell("account_secret", "kind", &kind))?;
        Ok(Kept { account, kind, sealed, changed_at, changed_by, previous: previous.zip(until) })
    };
    rows.into_iter().map(read).collect()
}

/// Keeps a secret in the place of the one before.
pub(crate) async fn put(tx: &mut Tx, kept: Kept) -> db::Result<()> {
    let (previous, until) = kept.previous.unzip();
    tx.sql(
        "INSERT INTO account_secret (account, kind, sealed, changed_at, changed_by, previous, previous_until) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (account, kind) DO UPDATE SET sealed = excluded.sealed, \
         changed_at = excluded.changed_at, changed_by = excluded.changed_by, previous = excluded.previous, \
         previous_until = excluded.previous_until",
    )
    .bind(kept.account)
    .bind(kept.kind.name())
    .bind(kept.sealed)
    .bind(kept.changed_at)
    .bind(kept.changed_by)
    .bind(previous)
    .bind(until)
    .run()
    .await
    .map(drop)
}

/// WeChat has gone over: what was before is forgotten.
pub(crate) async fn settle(tx: &mut Tx, account: &str) -> db::Result<()> {
    let query = tx.sql(
        "UPDATE account_secret SET previous = NULL, previous_until = NULL WHERE account = $1 AND kind = 'callback'",
    );
    query.bind(account.to_owned()).run().await.map(drop)
}
