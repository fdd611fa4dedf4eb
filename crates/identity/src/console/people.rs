//! `/api/v1/staff`: the accounts of staff.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kernel::{Code, Problem, Role};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::Failure;
use web::api::{Input, Staff};

use super::Office;
use crate::{Keeper, Password, StaffName, StaffState};

/// A name in answers and the word staff see.
#[derive(Serialize, ToSchema)]
#[schema(as = Named)]
pub(super) struct NamedRole {
    name: &'static str,
    label: &'static str,
}

impl From<Role> for NamedRole {
    fn from(role: Role) -> Self {
        Self { name: role.name(), label: role.label() }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = StaffRole)]
struct RoleShown {
    name: &'static str,
    label: &'static str,
    /// What it may do.
    permissions: Vec<NamedRole>,
}

/// An account.
#[derive(Serialize, ToSchema)]
#[schema(as = StaffAccount)]
struct StaffShown {
    name: String,
    roles: Vec<NamedRole>,
    state: StateName,
    second_factor: bool,
    /// Too many wrong passwords were given: for half an hour nobody comes in.
    locked: bool,
    created_at: String,
    #[schema(required)]
    last_sign_in_at: Option<String>,
}

#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum StateName {
    Active,
    Disabled,
}

/// All accounts, all roles, and who holds several of the three administrators' roles.
#[derive(Serialize, ToSchema)]
pub(super) struct StaffList {
    items: Vec<StaffShown>,
    roles: Vec<RoleShown>,
    doubled: Vec<Doubled>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = DoubledAccount)]
struct Doubled {
    name: String,
    roles: Vec<&'static str>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewStaff {
    name: String,
    roles: Vec<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GivenRoles {
    roles: Vec<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GivenState {
    state: StateName,
}

/// A password, shown once.
#[derive(Serialize, ToSchema)]
#[schema(as = NewPassword)]
pub(super) struct MadePassword {
    password: String,
}

/// All accounts.
#[utoipa::path(get, path = "/api/v1/staff", tag = "staff", responses((status = 200, body = StaffList)))]
pub(super) async fn list(State(office): State<Office>) -> Result<Json<StaffList>, Failure> {
    let overview = office.accounts.overview().await?;
    let doubled = overview.iter().filter(|entry| Role::administrators(&entry.staff.roles).len() > 1);
    let doubled = doubled.map(|entry| Doubled {
        name: entry.staff.name.clone(),
        roles: Role::administrators(&entry.staff.roles).into_iter().map(Role::label).collect(),
    });
    let doubled = doubled.collect();
    let items = overview.into_iter().map(|entry| StaffShown {
        name: entry.staff.name,
        roles: entry.staff.roles.into_iter().map(NamedRole::from).collect(),
        state: match entry.staff.state {
            StaffState::Active => StateName::Active,
            StaffState::Disabled => StateName::Disabled,
        },
        second_factor: entry.second_factor,
        locked: entry.locked,
        created_at: entry.staff.created_at.utc_text(),
        last_sign_in_at: entry.last_sign_in.map(kernel::Timestamp::utc_text),
    });
    let roles = Role::ALL.into_iter().map(|role| RoleShown {
        name: role.name(),
        label: role.label(),
        permissions: role
            .permissions()
            .iter()
            .map(|held| NamedRole { name: held.name(), label: held.label() })
            .collect(),
    });
    Ok(Json(StaffList { items: items.collect(), roles: roles.collect(), doubled }))
}

/// Makes an account; its first password comes once.
#[utoipa::path(post, path = "/api/v1/staff", tag = "staff", request_body = NewStaff,
    responses((status = 200, body = MadePassword)))]
pub(super) async fn add(
    State(office): State<Office>,
    Staff(actor): Staff,
    Input(NewStaff { name, roles }): Input<NewStaff>,
) -> Result<Json<MadePassword>, Failure> {
    let name =
        StaffName::parse(&name).map_err(|why| Problem::new(Code::BadRequest, "账号名").because(why.to_string()))?;
    let password = Password::made(&office.ground.random);
    office.accounts.add(Keeper::Staff(&actor), &name, &named(&roles)?, &password).await?;
    Ok(Json(MadePassword { password: password.reveal().to_owned() }))
}

/// Gives an account exactly these roles.
#[utoipa::path(put, path = "/api/v1/staff/{name}/roles", tag = "staff", request_body = GivenRoles,
    params(("name" = String, Path)), responses((status = 204)))]
pub(super) async fn set_roles(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(name): Path<String>,
    Input(GivenRoles { roles }): Input<GivenRoles>,
) -> Result<StatusCode, Failure> {
    office.accounts.set_roles(Keeper::Staff(&actor), &name, &named(&roles)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Switches an account off, or on again.
#[utoipa::path(put, path = "/api/v1/staff/{name}/state", tag = "staff", request_body = GivenState,
    params(("name" = String, Path)), responses((status = 204)))]
pub(super) async fn set_state(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(name): Path<String>,
    Input(GivenState { state }): Input<GivenState>,
) -> Result<StatusCode, Failure> {
    let state = match state {
        StateName::Active => StaffState::Active,
        StateName::Disabled => StaffState::Disabled,
    };
    office.accounts.set_state(Keeper::Staff(&actor), &name, state).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives an account another password, which comes once.
#[utoipa::path(post, path = "/api/v1/staff/{name}/password", tag = "staff", params(("name" = String, Path)),
    responses((status = 200, body = MadePassword)))]
pub(super) async fn set_password(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(name): Path<String>,
) -> Result<Json<MadePassword>, Failure> {
    let password = Password::made(&office.ground.random);
    office.accounts.set_password(Keeper::Staff(&actor), &name, &password).await?;
    Ok(Json(MadePassword { password: password.reveal().to_owned() }))
}

/// Takes the second factor of an account away.
#[utoipa::path(delete, path = "/api/v1/staff/{name}/second-factor", tag = "staff", params(("name" = String, Path)),
    responses((status = 204)))]
pub(super) async fn remove_second_factor(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(name): Path<String>,
) -> Result<StatusCode, Failure> {
    office.accounts.remove_second_factor(Keeper::Staff(&actor), &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets an account try again before the half hour is over.
#[utoipa::path(delete, path = "/api/v1/staff/{name}/lock", tag = "staff", params(("name" = String, Path)),
    responses((status = 204)))]
pub(super) async fn remove_lock(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(name): Path<String>,
) -> Result<StatusCode, Failure> {
    office.accounts.remove_lock(Keeper::Staff(&actor), &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn named(names: &[String]) -> Result<Vec<Role>, Problem> {
    let role = |name: &String| {
        Role::named(name).ok_or_else(|| Problem::new(Code::BadRequest, "角色").because(format!("没有“{name}”这个角色")))
    };
    names.iter().map(role).collect()
}
