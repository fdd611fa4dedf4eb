//! The SQL of this crate.

pub(crate) mod entry;
pub(crate) mod personal_list;
pub(crate) mod staff;

use kernel::{PersonId, Timestamp, Tx, db};

/// A sign-in under way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct SignIn {
    /// Digest of the state.
    pub(crate) state: String,
    /// The account's name.
    pub(crate) account: String,
    /// Digest of the browser's mark.
    pub(crate) browser: String,
    /// The path to go to.
    pub(crate) destination: String,
    /// When it was begun.
    pub(crate) begun_at: Timestamp,
    /// Digest of the code it came back with, once it has.
    pub(crate) code: Option<String>,
    /// Who it turned out to be, once that is known.
    pub(crate) person: Option<PersonId>,
}

/// The person behind a follower, made with the id given if there is none yet.
pub(crate) async fn reader(
    tx: &mut Tx,
    [account, openid]: [&str; 2],
    new: PersonId,
    now: Timestamp,
) -> db::Result<PersonId> {
    // A no-op update, so that the row is returned whether it is new or not.
    let (person,) = tx
        .sql(
            "INSERT INTO reader (account, openid, person, created_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (account, openid) DO UPDATE SET person = reader.person RETURNING person",
        )
        .bind(account.to_owned())
        .bind(openid.to_owned())
        .bind(new)
        .bind(now)
        .one::<(PersonId,)>()
        .await?;
    Ok(person)
}

/// The followers a person is: names of accounts with openids.
pub(crate) async fn openids(tx: &mut Tx, person: PersonId) -> db::Result<Vec<(String, String)>> {
    tx.sql("SELECT account, openid FROM reader WHERE person = $1 ORDER BY account, openid").bind(person).all().await
}

/// Forgets that a follower is a person, and what is under way for them. Who it was, if they were known.
pub(crate) async fn forget_reader(tx: &mut Tx, account: &str, openid: &str) -> db::Result<Option<PersonId>> {
    let person = tx
        .sql("DELETE FROM reader WHERE account = $1 AND openid = $2 RETURNING person")
        .bind(account.to_owned())
        .bind(openid.to_owned())
        .optional::<(PersonId,)>()
        .await?;
    if let Some((person,)) = person {
        tx.sql("DELETE FROM sign_in WHERE person = $1").bind(person).run().await?;
    }
    Ok(person.map(|(person,)| person))
}

/// Notes that a ticket was used; `false` if it was used before.
pub(crate) async fn use_ticket(tx: &mut Tx, number: &str, expires_at: Timestamp) -> db::Result<bool> {
    let new = tx
        .sql("INSERT INTO ticket_use (number, expires_at) VALUES ($1, $2) ON CONFLICT (number) DO NOTHING")
        .bind(number.to_owned())
        .bind(expires_at)
        .run()
        .await?;
    Ok(new == 1)
}

/// Begins a sign-in.
pub(crate) async fn begin_sign_in(tx: &mut Tx, new: &SignIn) -> db::Result<()> {
    tx.sql("INSERT INTO sign_in (state, account, browser, destination, begun_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(new.state.clone())
        .bind(new.account.clone())
        .bind(new.browser.clone())
        .bind(new.destination.clone())
        .bind(new.begun_at)
        .run()
        .await?;
    Ok(())
}

/// The sign-in of a state.
pub(crate) async fn sign_in(tx: &mut Tx, state: &str) -> db::Result<Option<SignIn>> {
    type Row = (String, String, String, Timestamp, Option<String>, Option<PersonId>);
    let row = tx
        .sql("SELECT account, browser, destination, begun_at, code, person FROM sign_in WHERE state = $1")
        .bind(state.to_owned())
        .optional::<Row>()
        .await?;
    Ok(row.map(|(account, browser, destination, begun_at, code, person)| SignIn {
        state: state.to_owned(),
        account,
        browser,
        destination,
        begun_at,
        code,
        person,
    }))
}

/// Takes a state for a code; `false` if it was taken before.
pub(crate) async fn take_sign_in(tx: &mut Tx, state: &str, code: &str) -> db::Result<bool> {
    let taken = tx
        .sql("UPDATE sign_in SET code = $2 WHERE state = $1 AND code IS NULL")
        .bind(state.to_owned())
        .bind(code.to_owned())
        .run()
        .await?;
    Ok(taken == 1)
}

/// Notes who a sign-in turned out to be.
pub(crate) async fn end_sign_in(tx: &mut Tx, state: &str, person: PersonId) -> db::Result<()> {
    tx.sql("UPDATE sign_in SET person = $2 WHERE state = $1").bind(state.to_owned()).bind(person).run().await?;
    Ok(())
}

/// Deletes sign-ins begun, and tickets expired, before a moment.
pub(crate) async fn sweep(tx: &mut Tx, before: Timestamp) -> db::Result<u64> {
    let tickets = tx.sql("DELETE FROM ticket_use WHERE expires_at < $1").bind(before).run().await?;
    let sign_ins = tx.sql("DELETE FROM sign_in WHERE begun_at < $1").bind(before).run().await?;
    Ok(tickets + sign_ins)
}
