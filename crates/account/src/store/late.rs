//! Answers that came too late for the connection.

use kernel::db;
use kernel::{Timestamp, Tx};

/// A question whose answer is still to come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Question {
    /// The key of the delivery.
    pub(crate) key: String,
    /// The account's name.
    pub(crate) account: String,
    /// Who asked.
    pub(crate) openid: String,
    /// The message in clear XML, its text scrubbed.
    pub(crate) message: String,
}

/// Where a late answer stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum State {
    /// Not found yet.
    Pending,
    /// Being sent: after a crash here it is not sent again, it can be fetched.
    Sending,
    /// Sent as a customer-service message.
    Sent,
    /// Waiting to be fetched.
    Waiting,
}

impl State {
    const fn text(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Waiting => "waiting",
        }
    }

    fn parse(text: &str) -> db::Result<Self> {
        [Self::Pending, Self::Sending, Self::Sent, Self::Waiting]
            .into_iter()
            .find(|state| state.text() == text)
            .ok_or_else(|| db::Error::bad_cell("late_answer", "state", &text))
    }
}

/// Notes a question to be answered later; the token is what its page is asked for by.
pub(crate) async fn insert(tx: &mut Tx, question: &Question, token: &str, at: Timestamp) -> db::Result<()> {
    tx.sql(
        "INSERT INTO late_answer (key, account, openid, fetch_token, state, message, asked_at) \
         VALUES ($1, $2, $3, $4, 'pending', $5, $6)",
    )
    .bind(question.key.clone())
    .bind(question.account.clone())
    .bind(question.openid.clone())
    .bind(token.to_owned())
    .bind(question.message.clone())
    .bind(at)
    .run()
    .await?;
    Ok(())
}

/// The question of a delivery, with where its answer stands and the answer if there is one (clear XML).
pub(crate) async fn find(tx: &mut Tx, key: &str) -> db::Result<Option<(Question, State, Option<String>)>> {
    type Row = (String, String, String, String, String, Option<String>);
    let row = tx
        .sql("SELECT key, account, openid, message, state, answer FROM late_answer WHERE key = $1")
        .bind(key.to_owned())
        .optional::<Row>()
        .await?;
    row.map(|(key, account, openid, message, state, answer)| {
        Ok((Question { key, account, openid, message }, State::parse(&state)?, answer))
    })
    .transpose()
}

/// Records the answer and where it stands now.
pub(crate) async fn answered(tx: &mut Tx, key: &str, state: State, answer: &str) -> db::Result<()> {
    tx.sql("UPDATE late_answer SET state = $2, answer = $3, message = '' WHERE key = $1")
        .bind(key.to_owned())
        .bind(state.text())
        .bind(answer.to_owned())
        .run()
        .await?;
    Ok(())
}

/// Moves an answer on.
pub(crate) async fn moved(tx: &mut Tx, key: &str, state: State) -> db::Result<()> {
    tx.sql("UPDATE late_answer SET state = $2 WHERE key = $1").bind(key.to_owned()).bind(state.text()).run().await?;
    Ok(())
}

/// The answer behind a token: none if there is no such token, `Some(None)` if the answer is still to come.
pub(crate) async fn fetch(tx: &mut Tx, token: &str, not_before: Timestamp) -> db::Result<Option<Option<String>>> {
    let row = tx
        .sql("SELECT answer FROM late_answer WHERE fetch_token = $1 AND asked_at >= $2")
        .bind(token.to_owned())
        .bind(not_before)
        .optional::<(Option<String>,)>()
        .await?;
    Ok(row.map(|(answer,)| answer))
}

/// Deletes the questions and answers of a person.
pub(crate) async fn forget_person(tx: &mut Tx, account: &str, openid: &str) -> db::Result<u64> {
    tx.sql("DELETE FROM late_answer WHERE account = $1 AND openid = $2")
        .bind(account.to_owned())
        .bind(openid.to_owned())
        .run()
        .await
}

/// Deletes what was asked before a moment.
pub(crate) async fn prune(tx: &mut Tx, before: Timestamp) -> db::Result<u64> {
    tx.sql("DELETE FROM late_answer WHERE asked_at < $1").bind(before).run().await
}
