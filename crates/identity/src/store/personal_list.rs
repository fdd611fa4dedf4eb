//! Rows of requests for lists of persons.

use kernel::db::{self, Query};
use kernel::{Id, Timestamp, Tx};
use sqlx::types::Json;

use crate::personal_list::{Decision, Filters, PersonalList, PersonalListRequest, Standing, State};

const COLUMNS: &str = "id, list, filters, filters_told, rows_counted, purpose, asked_by, asked_at, state, decided_by, \
    decided_at, reason, fetches, fetched_at";

#[derive(sqlx::FromRow)]
struct Row {
    id: Id<PersonalListRequest>,
    list: String,
    filters: Json<Filters>,
    filters_told: String,
    rows_counted: i64,
    purpose: String,
    asked_by: String,
    asked_at: Timestamp,
    state: String,
    decided_by: Option<String>,
    decided_at: Option<Timestamp>,
    reason: Option<String>,
    fetches: i64,
    fetched_at: Option<Timestamp>,
}

impl TryFrom<Row> for PersonalListRequest {
    type Error = db::Error;

    fn try_from(row: Row) -> db::Result<Self> {
        let bad = |column, value: &String| db::Error::bad_cell("personal_list_request", column, value);
        let decision = row.decided_by.zip(row.decided_at).map(|(by, at)| Decision { by, at });
        let state = match (row.state.as_str(), decision, row.reason, row.fetched_at) {
            ("waiting", None, None, None) => State::Waiting,
            ("approved", Some(decision), None, None) => State::Approved(decision),
            ("refused", Some(decision), Some(reason), None) => State::Refused(decision, reason),
            ("fetched", Some(decision), None, Some(at)) => State::Fetched(decision, row.fetches, at),
            _ => return Err(bad("state", &row.state)),
        };
        Ok(Self {
            id: row.id,
            list: PersonalList::named(&row.list).ok_or_else(|| bad("list", &row.list))?,
            filters: row.filters.0,
            told: row.filters_told,
            rows: row.rows_counted,
            purpose: row.purpose,
            by: row.asked_by,
            at: row.asked_at,
            state,
        })
    }
}

/// Whose requests are wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Whose {
    /// One's own, and those of others that one decides on.
    Seen,
    /// One's own.
    Own,
    /// Those of others that one decides on.
    Others,
}

/// Which requests are wanted, by whom.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Wanted {
    /// The account that asks.
    pub(crate) name: String,
    /// The lists it decides on.
    pub(crate) decides: Vec<PersonalList>,
    pub(crate) whose: Whose,
    pub(crate) list: Option<PersonalList>,
    pub(crate) standing: Option<Standing>,
    /// At this moment.
    pub(crate) now: Timestamp,
}

/// What requests can be ordered by: the word in an address, and the columns.
const ORDERS: [(&str, &str); 4] = [
    ("-asked_at", "asked_at DESC, id DESC"),
    ("asked_at", "asked_at, id"),
    ("asked_by", "asked_by, id DESC"),
    ("-asked_by", "asked_by DESC, id DESC"),
];

/// The order of a word; none for a word that is no order.
pub(crate) fn order(word: &str) -> Option<&'static str> {
    ORDERS.into_iter().find(|(name, _)| *name == word).map(|(_, order)| order)
}

impl Wanted {
    fn conditions(&self) -> String {
        let names: Vec<String> = self.decides.iter().map(|list| format!("'{}'", list.name())).collect();
        let decided = if names.is_empty() { "FALSE".to_owned() } else { format!("list IN ({})", names.join(", ")) };
        let whose = match self.whose {
            Whose::Seen => format!("(asked_by = $1 OR {decided})"),
            Whose::Own => "asked_by = $1".to_owned(),
            Whose::Others => format!("asked_by <> $1 AND {decided}"),
        };
        format!(
            "{whose} AND ($2 IS NULL OR list = $2) AND ($3 IS NULL OR $3 = CASE \
             WHEN state = 'waiting' AND asked_at <= $4 OR state = 'approved' AND decided_at <= $5 THEN 'expired' \
             ELSE state END)"
        )
    }

    fn bound<'c>(&self, query: Query<'c>) -> Query<'c> {
        let (asked, decided) = PersonalListRequest::oldest(self.now);
        let query = query.bind(self.name.clone()).bind(self.list.map(PersonalList::name));
        query.bind(self.standing.map(Standing::name)).bind(asked).bind(decided)
    }
}

/// Adds a request that waits.
pub(crate) async fn add(tx: &mut Tx, new: &PersonalListRequest) -> db::Result<()> {
    tx.sql(
        "INSERT INTO personal_list_request \
         (id, list, filters, filters_told, rows_counted, purpose, asked_by, asked_at, state, fetches) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', 0)",
    )
    .bind(new.id)
    .bind(new.list.name())
    .bind(Json(new.filters.clone()))
    .bind(new.told.clone())
    .bind(new.rows)
    .bind(new.purpose.clone())
    .bind(new.by.clone())
    .bind(new.at)
    .run()
    .await
    .map(drop)
}

/// One request.
pub(crate) async fn one(tx: &mut Tx, id: Id<PersonalListRequest>) -> db::Result<Option<PersonalListRequest>> {
    let query = tx.sql_assembled(format!("SELECT {COLUMNS} FROM personal_list_request WHERE id = $1"));
    query.bind(id).optional::<Row>().await?.map(PersonalListRequest::try_from).transpose()
}

/// Writes how far a request has come; `false` if it is not any more where it was read.
pub(crate) async fn step(tx: &mut Tx, before: &State, after: &PersonalListRequest) -> db::Result<bool> {
    let told = |state: &State| match state {
        State::Waiting => ("waiting", None, None, (0, None)),
        State::Approved(decision) => ("approved", Some(decision.clone()), None, (0, None)),
        State::Refused(decision, reason) => ("refused", Some(decision.clone()), Some(reason.clone()), (0, None)),
        State::Fetched(decision, times, at) => ("fetched", Some(decision.clone()), None, (*times, Some(*at))),
    };
    let (old, _, _, (old_fetches, _)) = told(before);
    let (state, decision, reason, (fetches, fetched_at)) = told(&after.state);
    let (by, at) = decision.map(|decision| (decision.by, decision.at)).unzip();
    let query = tx.sql(
        "UPDATE personal_list_request SET state = $4, decided_by = $5, decided_at = $6, reason = $7, fetches = $8, \
         fetched_at = $9 WHERE id = $1 AND state = $2 AND fetches = $3",
    );
    let query = query.bind(after.id).bind(old).bind(old_fetches).bind(state).bind(by).bind(at);
    Ok(query.bind(reason).bind(fetches).bind(fetched_at).run().await? == 1)
}

/// Requests in an order of [`order`].
pub(crate) async fn list(
    tx: &mut Tx,
    wanted: &Wanted,
    order: &'static str,
    (from, most): (i64, i64),
) -> db::Result<Vec<PersonalListRequest>> {
    let conditions = wanted.conditions();
    let query = tx.sql_assembled(format!(
        "SELECT {COLUMNS} FROM personal_list_request WHERE {conditions} ORDER BY {order} LIMIT $6 OFFSET $7"
    ));
    let rows = wanted.bound(query).bind(most).bind(from).all::<Row>().await?;
    rows.into_iter().map(PersonalListRequest::try_from).collect()
}

/// How many requests there are.
pub(crate) async fn count(tx: &mut Tx, wanted: &Wanted) -> db::Result<i64> {
    let conditions = wanted.conditions();
    let query = tx.sql_assembled(format!("SELECT count(*) FROM personal_list_request WHERE {conditions}"));
    Ok(wanted.bound(query).one::<(i64,)>().await?.0)
}
