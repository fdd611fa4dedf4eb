//! Sealing the lines and following the chain.

use std::time::Duration;

use serde_json::Value;
use sm3::{Digest, Sm3};

use super::report::{Fault, Report, Wrong};
use super::store::{self, Seal, Stored};
use crate::{Db, Ground, Result, Secrets, Tx, hex, house};

/// Lines sealed in one unit, and read in one step of a verification.
const BATCH: i64 = 500;
/// How long new lines wait for their seal.
const PAUSE: Duration = Duration::from_secs(5);
/// The lock of the one who seals, and the value that keeps the head: `position digest code`.
const SEALING: &str = "audit.sealing";
const HEAD: &str = "audit.head";

/// Seals the lines that are new, at most a batch, and says how many.
///
/// # Errors
/// If the database does not answer.
pub async fn seal(db: &Db, secrets: &Secrets) -> Result<usize> {
    let mut tx = db.begin().await?;
    house::hold(&mut tx, SEALING).await?;
    let mut head = store::last(&mut tx).await?.unwrap_or_else(beginning);
    let newest = store::newest(&mut tx).await?;
    let lines = store::unsealed(&mut tx, newest, BATCH).await?;
    for line in &lines {
        head = link(&head, line);
        store::seal(&mut tx, &head).await?;
    }
    if !lines.is_empty() {
        house::set_value(&mut tx, HEAD, &signed(&head, secrets)).await?;
    }
    tx.commit().await?;
    Ok(lines.len())
}

/// Seals in the background until the house stops; every node may do it.
pub fn keep_sealed(ground: &Ground) {
    let ground = ground.clone();
    ground.tasks.clone().start(async move {
        while !ground.tasks.is_stopping() {
            match seal(&ground.db, &ground.secrets).await {
                Ok(sealed) if i64::try_from(sealed).is_ok_and(|sealed| sealed == BATCH) => continue,
                Ok(_) => {}
                Err(error) => tracing::error!(%error, "the audit log cannot be sealed"),
            }
            tokio::select! {
                () = ground.tasks.stopping() => {}
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    });
}

/// Follows the chain from its first link to its head and names the first line that is altered, removed or inserted.
///
/// # Errors
/// If the database does not answer.
pub async fn verify(db: &Db, secrets: &Secrets) -> Result<Report> {
    let mut tx = db.read().await?;
    let mut report = Report::default();
    let mut head = beginning();
    loop {
        let links = store::links(&mut tx, head.position, BATCH).await?;
        if links.is_empty() {
            break;
        }
        for (found, line) in links {
            if let Some(wrong) = broken(&head, &found, line.as_ref()) {
                report.fault = Some(Fault { sequence: found.sequence, wrong });
                return first(&mut tx, report).await;
            }
            report.sealed += 1;
            head = found;
        }
    }
    let known = house::value(&mut tx, HEAD).await?;
    let expected = (head.position > 0).then(|| signed(&head, secrets));
    if known != expected {
        report.fault = Some(Fault { sequence: head.sequence, wrong: Wrong::Head });
    }
    report.head = (head.position > 0).then_some(head.digest);
    first(&mut tx, report).await
}

/// The report with whichever fault comes first, once the lines that were never sealed are looked at as well.
async fn first(tx: &mut Tx, mut report: Report) -> Result<Report> {
    let newest = store::newest(tx).await?;
    report.pending = store::pending(tx, newest).await?;
    if let Some(sequence) = store::inserted(tx, newest).await? {
        let fault = report.fault.filter(|fault| fault.sequence < sequence && fault.wrong != Wrong::Head);
        report.fault = Some(fault.unwrap_or(Fault { sequence, wrong: Wrong::Inserted }));
    }
    Ok(report)
}

/// What is wrong with a link, given the one before.
fn broken(head: &Seal, found: &Seal, line: Option<&Stored>) -> Option<Wrong> {
    let Some(line) = line else { return Some(Wrong::Removed) };
    if found.position != head.position + 1 {
        return Some(Wrong::RemovedBefore);
    }
    (link(head, line) != *found).then_some(Wrong::Altered)
}

fn beginning() -> Seal {
    Seal { position: 0, sequence: 0, digest: "0".repeat(64) }
}

/// The link of a line after another link: SM3 over the digest before, the position and the line, as JSON.
fn link(before: &Seal, line: &Stored) -> Seal {
    let position = before.position + 1;
    let Stored { sequence, happened_at, actor, action, object, outcome, detail } = line;
    let content = serde_json::json!([
        before.digest,
        position,
        sequence,
        happened_at.micros(),
        actor,
        action,
        object,
        outcome,
        sorted(detail)
    ]);
    Seal { position, sequence: *sequence, digest: hex(&Sm3::digest(content.to_string())) }
}

/// The same value with the keys of its objects in order: PostgreSQL keeps its own.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        Value::Object(fields) => {
            let fields: std::collections::BTreeMap<_, _> = fields.iter().collect();
            Value::Object(fields.into_iter().map(|(key, value)| (key.clone(), sorted(value))).collect())
        }
        other => other.clone(),
    }
}

fn signed(head: &Seal, secrets: &Secrets) -> String {
    let Seal { position, digest, .. } = head;
    let code = secrets.authenticate("audit.head", format!("{position} {digest}").as_bytes());
    format!("{position} {digest} {code}")
}
