//! The rows of what readers allowed, and of the questions they are being asked.

use kernel::{Timestamp, Tx, db};

use crate::notice::Consent;

/// Whose consent to which template: account, openid, template.
pub(crate) type Key<'a> = (&'a str, &'a str, &'a str);

#[derive(sqlx::FromRow)]
struct Columns {
    granted: i64,
    used: i64,
    refused: i64,
    remaining: i64,
    is_lasting: bool,
    is_off: bool,
}

impl Columns {
    const fn consent(self) -> Consent {
        let Self { granted, used, refused, remaining, is_lasting, is_off } = self;
        Consent { granted, used, refused, remaining, is_lasting, is_off }
    }
}

/// What a reader allowed of a template.
pub(crate) async fn find(tx: &mut Tx, (account, openid, template): Key<'_>) -> db::Result<Consent> {
    let row: Option<Columns> = tx
        .sql(
            "SELECT granted, used, refused, remaining, is_lasting, is_off FROM notice_consent \
             WHERE account = $1 AND openid = $2 AND template = $3",
        )
        .bind(account.to_owned())
        .bind(openid.to_owned())
        .bind(template.to_owned())
        .optional()
        .await?;
    Ok(row.map(Columns::consent).unwrap_or_default())
}

/// Changes what a reader allowed of a template. Whoever else would waits until the unit ends.
pub(crate) async fn change(
    tx: &mut Tx,
    (account, openid, template): Key<'_>,
    now: Timestamp,
    change: impl FnOnce(Consent) -> Consent,
) -> db::Result<()> {
    let held: Columns = tx
        .sql(
            "INSERT INTO notice_consent \
             (account, openid, template, granted, used, refused, remaining, is_lasting, is_off, changed_at) \
             VALUES ($1, $2, $3, 0, 0, 0, 0, $4, $4, $5) \
             ON CONFLICT (account, openid, template) DO UPDATE SET changed_at = excluded.changed_at \
             RETURNING granted, used, refused, remaining, is_lasting, is_off",
        )
        .bind(account.to_owned())
        .bind(openid.to_owned())
        .bind(template.to_owned())
        .bind(false)
        .bind(now)
        .one()
        .await?;
    let consent = change(held.consent());
    tx.sql(
        "UPDATE notice_consent SET granted = $4, used = $5, refused = $6, remaining = $7, is_lasting = $8, is_off = $9 \
         WHERE account = $1 AND openid = $2 AND template = $3",
    )
    .bind(account.to_owned())
    .bind(openid.to_owned())
    .bind(template.to_owned())
    .bind(consent.granted)
    .bind(consent.used)
    .bind(consent.refused)
    .bind(consent.remaining)
    .bind(consent.is_lasting)
    .bind(consent.is_off)
    .run()
    .await
    .map(drop)
}

/// What the readers of an account allowed of a template, counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Consents {
    /// Readers who may be told now.
    pub allowing: i64,
    /// Readers who switched it off.
    pub off: i64,
    /// How often readers agreed in all.
    pub granted: i64,
    /// How often that was used.
    pub used: i64,
    /// How often they said no.
    pub refused: i64,
}

/// The consents to each template of an account.
pub(crate) async fn counts(tx: &mut Tx, account: &str) -> db::Result<Vec<(String, Consents)>> {
    let rows: Vec<(String, i64, i64, i64, i64, i64)> = tx
        .sql(
            "SELECT template, count(*) FILTER (WHERE NOT is_off AND (is_lasting OR remaining > 0)), \
             count(*) FILTER (WHERE is_off), CAST(sum(granted) AS BIGINT), CAST(sum(used) AS BIGINT), \
             CAST(sum(refused) AS BIGINT) FROM notice_consent WHERE account = $1 GROUP BY template",
        )
        .bind(account.to_owned())
        .all()
        .await?;
    let counted = rows.into_iter().map(|(template, allowing, off, granted, used, refused)| {
        (template, Consents { allowing, off, granted, used, refused })
    });
    Ok(counted.collect())
}

/// Forgets what a reader who leaves allowed, and whom notices were for.
pub(crate) async fn forget(tx: &mut Tx, account: &str, openid: &str) -> db::Result<()> {
    for text in [
        "DELETE FROM notice_consent WHERE account = $1 AND openid = $2",
        "DELETE FROM notice_question WHERE account = $1 AND openid = $2",
        "UPDATE notice SET openid = NULL WHERE account = $1 AND openid = $2",
    ] {
        tx.sql(text).bind(account.to_owned()).bind(openid.to_owned()).run().await?;
    }
    Ok(())
}

/// Notes that a reader is on the page of one-time messages, and comes back under this name.
pub(crate) async fn ask(
    tx: &mut Tx,
    reserved: &str,
    (account, openid, template): Key<'_>,
    now: Timestamp,
) -> db::Result<()> {
    tx.sql("INSERT INTO notice_question (reserved, account, openid, template, asked_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(reserved.to_owned())
        .bind(account.to_owned())
        .bind(openid.to_owned())
        .bind(template.to_owned())
        .bind(now)
        .run()
        .await
        .map(drop)
}

/// Who comes back under a name that was given since a moment: account, openid, template. The name is used up.
pub(crate) async fn come_back(
    tx: &mut Tx,
    reserved: &str,
    since: Timestamp,
) -> db::Result<Option<(String, String, String)>> {
    tx.sql("DELETE FROM notice_question WHERE reserved = $1 AND asked_at >= $2 RETURNING account, openid, template")
        .bind(reserved.to_owned())
        .bind(since)
        .optional()
        .await
}

/// Forgets the questions that were asked before a moment.
pub(crate) async fn sweep(tx: &mut Tx, before: Timestamp) -> db::Result<()> {
    tx.sql("DELETE FROM notice_question WHERE asked_at < $1").bind(before).run().await.map(drop)
}
