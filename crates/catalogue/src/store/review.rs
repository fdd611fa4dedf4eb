//! Batches of the opening review: their records, the opinions, the acts.

use std::collections::BTreeMap;

use kernel::{Timestamp, Tx, db, house};

use super::due::{aged, review};
use super::{groups, list};
use crate::PublicId;
use crate::review::{Kind, Opinion, Reason, Review, Reviewed, Said, Stage, Step, Verdict, day_of, number_of};

/// A batch without its records.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Batch {
    pub(crate) number: i64,
    pub(crate) public_id: PublicId,
    pub(crate) kind: Kind,
    pub(crate) stage: Stage,
    pub(crate) title: String,
    pub(crate) ground: Option<String>,
    pub(crate) document_number: Option<String>,
    /// Who agreed to what stays closed beyond its term, and under which number.
    pub(crate) authority: Option<(String, String)>,
    pub(crate) notice: Option<String>,
    pub(crate) carried_at: Option<Timestamp>,
}

/// Who did what to a batch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Acted {
    pub(crate) act: String,
    pub(crate) actor: String,
    pub(crate) said: String,
    pub(crate) at: Timestamp,
}

/// A record of a batch that waits to be treated as was decided.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Waiting {
    pub(crate) record: i64,
    pub(crate) verdict: Verdict,
    pub(crate) review_on: Option<i64>,
}

/// The number of the next batch. Whoever asks next waits until this unit ends.
pub(crate) async fn next(tx: &mut Tx) -> db::Result<i64> {
    house::hold(tx, "review.batch").await?;
    let (number,): (i64,) = tx.sql("SELECT coalesce(max(number), 0) + 1 FROM review_batch").one().await?;
    Ok(number)
}

/// Writes a new batch.
pub(crate) async fn insert(tx: &mut Tx, institution: &str, batch: &Batch) -> db::Result<()> {
    let query = tx.sql(
        "INSERT INTO review_batch (number, public_id, institution_code, kind, stage, title, ground, document_number) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    );
    let query = query.bind(batch.number).bind(batch.public_id.as_str().to_owned()).bind(institution.to_owned());
    let query = query.bind(batch.kind.name()).bind(batch.stage.name()).bind(batch.title.clone());
    query.bind(batch.ground.clone()).bind(batch.document_number.clone()).run().await.map(drop)
}

type Row = (
    i64,
    String,
    String,
    String,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<Timestamp>,
);

const SELECT: &str = "SELECT number, public_id, kind, stage, title, ground, document_number, authority, authority_number, \
    notice, carried_at FROM review_batch WHERE institution_code = $1";

fn batch(row: Row) -> db::Result<Batch> {
    let (number, id, kind, stage, title, ground, document_number, authority, authority_number, notice, carried_at) =
        row;
    let bad = |column: &str, value: &str| db::Error::bad_cell("review_batch", column, &value);
    Ok(Batch {
        number,
        public_id: PublicId::parse(&id).ok_or_else(|| bad("public_id", &id))?,
        kind: Kind::named(&kind).ok_or_else(|| bad("kind", &kind))?,
        stage: Stage::named(&stage).ok_or_else(|| bad("stage", &stage))?,
        title,
        ground,
        document_number,
        authority: authority.zip(authority_number),
        notice,
        carried_at,
    })
}

/// A batch of an institution.
pub(crate) async fn of_number(tx: &mut Tx, institution: &str, number: i64) -> db::Result<Option<Batch>> {
    let query = tx.sql_assembled(format!("{SELECT} AND number = $2")).bind(institution.to_owned()).bind(number);
    query.optional::<Row>().await?.map(batch).transpose()
}

/// All batches of an institution, the newest first.
pub(crate) async fn all(tx: &mut Tx, institution: &str) -> db::Result<Vec<Batch>> {
    let query = tx.sql_assembled(format!("{SELECT} ORDER BY number DESC")).bind(institution.to_owned());
    query.all::<Row>().await?.into_iter().map(batch).collect()
}

/// The batches of an institution that are not over, the newest first.
pub(crate) async fn under_way(tx: &mut Tx, institution: &str) -> db::Result<Vec<Batch>> {
    let text = format!("{SELECT} AND stage NOT IN ('carried-out', 'withdrawn') ORDER BY number DESC");
    tx.sql_assembled(text).bind(institution.to_owned()).all::<Row>().await?.into_iter().map(batch).collect()
}

/// Whether a batch has records that wait for a second opinion and of which somebody else gave the initial one.
pub(crate) async fn awaits_second(tx: &mut Tx, batch: i64, reviewer: &str) -> db::Result<bool> {
    let query = tx.sql(
        "SELECT i.record_number FROM review_opinion i WHERE i.batch_number = $1 AND i.step = 'initial' \
         AND i.actor <> $2 AND NOT EXISTS (SELECT 1 FROM review_opinion s WHERE s.batch_number = i.batch_number \
         AND s.record_number = i.record_number AND s.step = 'second') LIMIT 1",
    );
    Ok(query.bind(batch).bind(reviewer.to_owned()).optional::<(i64,)>().await?.is_some())
}

/// Whether somebody gave an initial or a second opinion in a batch.
pub(crate) async fn has_reviewed(tx: &mut Tx, batch: i64, reviewer: &str) -> db::Result<bool> {
    let query = tx.sql(
        "SELECT record_number FROM review_opinion WHERE batch_number = $1 AND actor = $2 \
         AND step IN ('initial', 'second') LIMIT 1",
    );
    Ok(query.bind(batch).bind(reviewer.to_owned()).optional::<(i64,)>().await?.is_some())
}

/// Brings a batch from one stage to another, or keeps it where it is against all others; whether it stood there.
pub(crate) async fn advance(tx: &mut Tx, number: i64, from: Stage, to: Stage) -> db::Result<bool> {
    let query = tx.sql("UPDATE review_batch SET stage = $3 WHERE number = $1 AND stage = $2");
    Ok(query.bind(number).bind(from.name()).bind(to.name()).run().await? == 1)
}

/// Writes down what the final decision says of the batch as a whole.
pub(crate) async fn decided(tx: &mut Tx, batch: &Batch) -> db::Result<()> {
    let query = tx.sql(
        "UPDATE review_batch SET document_number = $2, authority = $3, authority_number = $4, notice = $5 \
         WHERE number = $1",
    );
    let (authority, number) = batch.authority.clone().unzip();
    let query = query.bind(batch.number).bind(batch.document_number.clone()).bind(authority).bind(number);
    query.bind(batch.notice.clone()).run().await.map(drop)
}

/// Writes down that a batch was carried out.
pub(crate) async fn carried(tx: &mut Tx, number: i64, now: Timestamp) -> db::Result<()> {
    tx.sql("UPDATE review_batch SET carried_at = $2 WHERE number = $1").bind(number).bind(now).run().await.map(drop)
}

/// Writes down who did what to a batch.
pub(crate) async fn act(tx: &mut Tx, number: i64, acted: &Acted) -> db::Result<()> {
    let query = tx.sql(
        "INSERT INTO review_act (batch_number, position, act, actor, said, happened_at) \
         SELECT $1, coalesce(max(position), 0) + 1, $2, $3, $4, $5 FROM review_act WHERE batch_number = $1",
    );
    let query = query.bind(number).bind(acted.act.clone()).bind(acted.actor.clone()).bind(acted.said.clone());
    query.bind(acted.at).run().await.map(drop)
}

/// What was done to a batch, in order.
pub(crate) async fn acts(tx: &mut Tx, number: i64) -> db::Result<Vec<Acted>> {
    let query =
        tx.sql("SELECT act, actor, said, happened_at FROM review_act WHERE batch_number = $1 ORDER BY position");
    let rows: Vec<(String, String, String, Timestamp)> = query.bind(number).all().await?;
    Ok(rows.into_iter().map(|(act, actor, said, at)| Acted { act, actor, said, at }).collect())
}

/// Puts records into a batch.
pub(crate) async fn add(tx: &mut Tx, number: i64, records: &[i64]) -> db::Result<()> {
    for group in groups(records, 500) {
        let rows = db::values(tx, group.len(), 3);
        let text = format!("INSERT INTO review_row (batch_number, record_number, outcome) VALUES {rows}");
        let query =
            group.iter().fold(tx.sql_assembled(text), |query, record| query.bind(number).bind(*record).bind("waiting"));
        query.run().await?;
    }
    Ok(())
}

/// A batch with its records and all that was said about them. What was formed until `formed`, in eight digits, is due.
pub(crate) async fn read(tx: &mut Tx, batch: &Batch, formed: i64) -> db::Result<Review> {
    let text = format!(
        "SELECT w.record_number, w.outcome, CAST(CASE WHEN {} THEN 1 ELSE 0 END AS BIGINT) FROM review_row w \
         LEFT JOIN record r ON r.number = w.record_number WHERE w.batch_number = $1",
        aged("r", 2)
    );
    let rows: Vec<(i64, String, i64)> = tx.sql_assembled(text).bind(batch.number).bind(formed).all().await?;
    let record = |(number, outcome, due): (i64, String, i64)| {
        (number, Reviewed { is_due: due == 1, is_done: outcome != "waiting", opinions: BTreeMap::new() })
    };
    let mut records: BTreeMap<i64, Reviewed> = rows.into_iter().map(record).collect();
    for (number, step, opinion) in opinions(tx, batch.number, None).await? {
        if let Some(record) = records.get_mut(&number) {
            record.opinions.insert(step, opinion);
        }
    }
    Ok(Review { kind: batch.kind, stage: batch.stage, records })
}

/// The opinions in a batch: all, or those about one record.
pub(crate) async fn opinions(tx: &mut Tx, batch: i64, record: Option<i64>) -> db::Result<Vec<(i64, Step, Opinion)>> {
    type Row = (i64, String, String, Option<String>, Option<String>, Option<i64>, String, Timestamp);
    let query = tx.sql(
        "SELECT record_number, step, verdict, reason, said, review_on, actor, given_at FROM review_opinion \
         WHERE batch_number = $1 AND ($2 IS NULL OR record_number = $2) ORDER BY given_at, record_number",
    );
    let rows: Vec<Row> = query.bind(batch).bind(record).all().await?;
    let bad = |column: &str, value: &str| db::Error::bad_cell("review_opinion", column, &value);
    let opinion = |(number, step, verdict, reason, text, review_on, by, at): Row| {
        let said = Said {
            verdict: Verdict::named(&verdict).ok_or_else(|| bad("verdict", &verdict))?,
            reason: reason.as_deref().and_then(Reason::named),
            text,
            review_on: review_on.and_then(day_of),
        };
        Ok((number, Step::named(&step).ok_or_else(|| bad("step", &step))?, Opinion { said, by, at }))
    };
    rows.into_iter().map(opinion).collect()
}

/// Writes opinions, in the place of those that were given at the same step.
pub(crate) async fn opine(tx: &mut Tx, batch: i64, step: Step, given: &[(i64, Opinion)]) -> db::Result<()> {
    for group in groups(given, 200) {
        let text = format!(
            "INSERT INTO review_opinion (batch_number, record_number, step, verdict, reason, said, review_on, actor, \
             given_at) VALUES {} ON CONFLICT (batch_number, record_number, step) DO UPDATE SET \
             verdict = excluded.verdict, reason = excluded.reason, said = excluded.said, \
             review_on = excluded.review_on, actor = excluded.actor, given_at = excluded.given_at",
            db::values(tx, group.len(), 9)
        );
        let query = group.iter().fold(tx.sql_assembled(text), |query, (record, Opinion { said, by, at })| {
            let query = query.bind(batch).bind(*record).bind(step.name()).bind(said.verdict.name());
            let query = query.bind(said.reason.map(Reason::name)).bind(said.text.clone());
            query.bind(said.review_on.map(number_of)).bind(by.clone()).bind(*at)
        });
        query.run().await?;
    }
    Ok(())
}

/// How many records of a batch have no opinion of a step.
pub(crate) async fn unheard(tx: &mut Tx, batch: i64, step: Step) -> db::Result<i64> {
    let query = tx.sql(
        "SELECT count(*) FROM review_row w WHERE w.batch_number = $1 AND NOT EXISTS (SELECT 1 FROM review_opinion o \
         WHERE o.batch_number = w.batch_number AND o.record_number = w.record_number AND o.step = $2)",
    );
    let (count,): (i64,) = query.bind(batch).bind(step.name()).one().await?;
    Ok(count)
}

/// The next records of a batch that wait, and what was decided about them.
pub(crate) async fn waiting(tx: &mut Tx, batch: i64, most: i64) -> db::Result<Vec<Waiting>> {
    let query = tx.sql(
        "SELECT w.record_number, o.verdict, o.review_on FROM review_row w JOIN review_opinion o \
         ON o.batch_number = w.batch_number AND o.record_number = w.record_number AND o.step = 'final' \
         WHERE w.batch_number = $1 AND w.outcome = 'waiting' ORDER BY w.record_number LIMIT $2",
    );
    let rows: Vec<(i64, String, Option<i64>)> = query.bind(batch).bind(most).all().await?;
    let waiting = |(record, verdict, review_on): (i64, String, Option<i64>)| {
        let bad = || db::Error::bad_cell("review_opinion", "verdict", &verdict);
        Ok(Waiting { record, verdict: Verdict::named(&verdict).ok_or_else(bad)?, review_on })
    };
    rows.into_iter().map(waiting).collect()
}

/// Writes down that records were treated as was decided.
pub(crate) async fn done(tx: &mut Tx, batch: i64, records: &[i64]) -> db::Result<()> {
    for group in groups(records, 500) {
        let text = format!(
            "UPDATE review_row SET outcome = 'done' WHERE batch_number = $1 AND record_number IN ({})",
            list(1, group.len())
        );
        let query = tx.sql_assembled(text).bind(batch);
        group.iter().fold(query, |query, record| query.bind(*record)).run().await?;
    }
    Ok(())
}

/// Writes down that a record could not be treated as was decided, and why.
pub(crate) async fn refuse(tx: &mut Tx, batch: i64, record: i64, why: &str) -> db::Result<()> {
    let query = tx
        .sql("UPDATE review_row SET outcome = 'refused', refusal = $3 WHERE batch_number = $1 AND record_number = $2");
    query.bind(batch).bind(record).bind(why.to_owned()).run().await.map(drop)
}

/// How many records of a batch wait, are done and were refused.
pub(crate) async fn outcomes(tx: &mut Tx, batch: i64) -> db::Result<[u64; 3]> {
    let query = tx.sql(
        "SELECT count(*) FILTER (WHERE outcome = 'waiting'), count(*) FILTER (WHERE outcome = 'done'), \
         count(*) FILTER (WHERE outcome = 'refused') FROM review_row WHERE batch_number = $1",
    );
    let (waiting, done, refused): (i64, i64, i64) = query.bind(batch).one().await?;
    Ok([waiting, done, refused].map(|count| u64::try_from(count).unwrap_or_default()))
}

/// The records of a batch that were refused, and why; or those whose row says something else.
pub(crate) async fn refusals(tx: &mut Tx, batch: i64) -> db::Result<Vec<(i64, String)>> {
    let query = tx.sql(
        "SELECT record_number, coalesce(refusal, '') FROM review_row WHERE batch_number = $1 AND outcome = 'refused' \
         ORDER BY record_number",
    );
    query.bind(batch).all().await
}

/// The records of a batch, in archival order.
pub(crate) async fn records(tx: &mut Tx, batch: i64) -> db::Result<Vec<i64>> {
    let query = tx.sql(
        "SELECT w.record_number FROM review_row w JOIN record r ON r.number = w.record_number \
         WHERE w.batch_number = $1 ORDER BY r.sort_key, r.number",
    );
    let rows: Vec<(i64,)> = query.bind(batch).all().await?;
    Ok(rows.into_iter().map(|(number,)| number).collect())
}

/// The batches a record was in, the oldest first, and what came of it: outcome and refusal.
pub(crate) async fn of_record(tx: &mut Tx, record: i64) -> db::Result<Vec<(i64, String, Option<String>)>> {
    let query =
        tx.sql("SELECT batch_number, outcome, refusal FROM review_row WHERE record_number = $1 ORDER BY batch_number");
    query.bind(record).all().await
}

/// Sets the days on which records are reviewed again; those without one have none any longer.
pub(crate) async fn schedule(tx: &mut Tx, batch: i64, rows: &[Waiting]) -> db::Result<()> {
    for row in rows {
        let query = match row.review_on {
            Some(day) => review(tx).bind(row.record).bind(day).bind(batch),
            None => tx.sql("DELETE FROM review_date WHERE record_number = $1").bind(row.record),
        };
        query.run().await?;
    }
    Ok(())
}

/// How many opinions a batch has of each step.
pub(crate) async fn heard(tx: &mut Tx, batch: i64) -> db::Result<Vec<(String, i64)>> {
    let query = tx.sql("SELECT step, count(*) FROM review_opinion WHERE batch_number = $1 GROUP BY step ORDER BY step");
    query.bind(batch).all().await
}
