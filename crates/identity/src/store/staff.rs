//! Rows of staff accounts.

use kernel::{Id, Role, Timestamp, Tx, db};

use crate::staff::{Staff, StaffName, StaffState};

/// An account that is new.
#[derive(Debug)]
pub(crate) struct NewStaff<'a> {
    pub(crate) id: Id<Staff>,
    pub(crate) name: &'a StaffName,
    pub(crate) password: String,
}

/// Makes an account.
///
/// # Errors
/// Of the kind *unique* if there is one of this name.
pub(crate) async fn add(tx: &mut Tx, new: NewStaff<'_>, now: Timestamp) -> db::Result<()> {
    tx.sql(
        "INSERT INTO staff (id, name, name_key, state, password, created_at, changed_at) \
         VALUES ($1, $2, $3, 'active', $4, $5, $5)",
    )
    .bind(new.id)
    .bind(new.name.written().to_owned())
    .bind(new.name.key().to_owned())
    .bind(new.password)
    .bind(now)
    .run()
    .await
    .map(drop)
}

/// Holds an account for the rest of the unit: whoever else changes it, or lets somebody into it, waits.
pub(crate) async fn hold(tx: &mut Tx, id: Id<Staff>) -> db::Result<()> {
    tx.sql("UPDATE staff SET changed_at = changed_at WHERE id = $1").bind(id).run().await.map(drop)
}

/// Gives an account exactly these roles.
pub(crate) async fn set_roles(tx: &mut Tx, id: Id<Staff>, roles: &[Role]) -> db::Result<()> {
    tx.sql("DELETE FROM staff_role WHERE staff_id = $1").bind(id).run().await?;
    for role in Role::ALL.into_iter().filter(|role| roles.contains(role)) {
        tx.sql("INSERT INTO staff_role (staff_id, role) VALUES ($1, $2)").bind(id).bind(role.name()).run().await?;
    }
    Ok(())
}

/// Sets the state of an account.
pub(crate) async fn set_state(tx: &mut Tx, id: Id<Staff>, state: StaffState, now: Timestamp) -> db::Result<()> {
    let query = tx.sql("UPDATE staff SET state = $2, changed_at = $3 WHERE id = $1");
    query.bind(id).bind(state.name()).bind(now).run().await.map(drop)
}

/// Sets the digest of the password.
pub(crate) async fn set_password(tx: &mut Tx, id: Id<Staff>, digest: String, now: Timestamp) -> db::Result<()> {
    let query = tx.sql("UPDATE staff SET password = $2, changed_at = $3 WHERE id = $1");
    query.bind(id).bind(digest).bind(now).run().await.map(drop)
}

/// The digest of the password of an account.
pub(crate) async fn password(tx: &mut Tx, id: Id<Staff>) -> db::Result<String> {
    let (digest,): (String,) = tx.sql("SELECT password FROM staff WHERE id = $1").bind(id).one().await?;
    Ok(digest)
}

/// The account of a name.
pub(crate) async fn of_name(tx: &mut Tx, key: &str) -> db::Result<Option<Staff>> {
    Ok(read(tx, Some(key), None).await?.pop())
}

/// The account of an id.
pub(crate) async fn of_id(tx: &mut Tx, id: Id<Staff>) -> db::Result<Option<Staff>> {
    Ok(read(tx, None, Some(id)).await?.pop())
}

/// All accounts, by name.
pub(crate) async fn all(tx: &mut Tx) -> db::Result<Vec<Staff>> {
    read(tx, None, None).await
}

async fn read(tx: &mut Tx, key: Option<&str>, id: Option<Id<Staff>>) -> db::Result<Vec<Staff>> {
    type Row = (Id<Staff>, String, String, Timestamp, Option<String>);
    let rows: Vec<Row> = tx
        .sql(
            "SELECT s.id, s.name, s.state, s.created_at, r.role FROM staff s \
             LEFT JOIN staff_role r ON r.staff_id = s.id \
             WHERE ($1 IS NULL OR s.name_key = $1) AND ($2 IS NULL OR s.id = $2) ORDER BY s.name_key",
        )
        .bind(key.map(str::to_owned))
        .bind(id)
        .all()
        .await?;
    let mut found: Vec<Staff> = Vec::new();
    for (id, name, state, created_at, role) in rows {
        let role = role.map(|role| Role::named(&role).ok_or_else(|| db::Error::bad_cell("staff_role", "role", &role)));
        let role = role.transpose()?;
        let state = StaffState::named(&state).ok_or_else(|| db::Error::bad_cell("staff", "state", &state))?;
        match found.last_mut().filter(|last| last.id == id) {
            Some(last) => last.roles.extend(role),
            None => found.push(Staff { id, name, roles: role.into_iter().collect(), state, created_at }),
        }
    }
    for staff in &mut found {
        staff.roles.sort_by_key(|role| Role::ALL.iter().position(|one| one == role));
    }
    Ok(found)
}
