//! `/api/v1/official-accounts/{name}/menu`: the menu, drafted and published.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kernel::{Code, Problem, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::Failure;
use web::api::{Input, Staff};
use wechat::wire::menu::{Button, Menu};

use super::{AccountChoice, Room};
use crate::menu::{Fault, MenuField, faults, refusal};
use crate::store::menu::Held;

/// The longest text of a button that is read, in bytes: twice what WeChat takes, so that one is told what is too long.
const LONGEST: usize = 4096;

/// What a button does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum MenuAct {
    /// A rule answers.
    #[default]
    Click,
    /// A page opens; one of ours is written as its path.
    View,
    /// A mini program opens.
    Miniprogram,
}

/// A button. What its act does not need is empty.
#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MenuEntry {
    name: String,
    act: MenuAct,
    key: String,
    url: String,
    appid: String,
    pagepath: String,
}

/// A button of the top. With buttons below it, it only opens them.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MenuColumn {
    button: MenuEntry,
    below: Vec<MenuEntry>,
}

/// A menu to be looked at.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MenuWritten {
    columns: Vec<MenuColumn>,
}

/// A menu to be kept.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MenuDraft {
    columns: Vec<MenuColumn>,
    /// What the menu said when it was read.
    #[schema(required)]
    changed_at: Option<String>,
}

/// Which version becomes the draft.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MenuRestored {
    published_at: String,
    #[schema(required)]
    changed_at: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MenuOrdered {
    #[schema(required)]
    changed_at: Option<String>,
}

#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum MenuState {
    /// There is no menu.
    None,
    /// It waits to be published.
    Waiting,
    /// WeChat has it.
    Published,
    /// WeChat refused it.
    Refused,
}

/// A menu that WeChat took.
#[derive(Serialize, ToSchema)]
struct MenuVersion {
    published_at: String,
    /// Who ordered it; none: the house itself, when it opened.
    #[schema(required)]
    ordered_by: Option<String>,
    columns: Vec<MenuColumn>,
}

/// The menu of an account.
#[derive(Serialize, ToSchema)]
pub(super) struct AccountMenu {
    columns: Vec<MenuColumn>,
    #[schema(required)]
    changed_at: Option<String>,
    /// Who drafted it; none if there is no draft.
    #[schema(required)]
    drafted_by: Option<String>,
    state: MenuState,
    /// Since when it waits.
    #[schema(required)]
    ordered_at: Option<String>,
    #[schema(required)]
    published_at: Option<String>,
    #[schema(required)]
    ordered_by: Option<String>,
    /// Why WeChat refused it.
    #[schema(required)]
    refused: Option<String>,
    /// The newest first.
    versions: Vec<MenuVersion>,
    /// What answers menu keys.
    keys: Vec<AccountChoice>,
    /// Pages of the readers' site.
    pages: Vec<AccountChoice>,
    /// `scheme://host[:port]` of the readers' site.
    site: String,
}

/// What does not fit in a menu.
#[derive(Serialize, ToSchema)]
struct MenuFault {
    /// Which button of the top, from 0; none: the menu itself.
    #[schema(required)]
    column: Option<usize>,
    /// Which one below it.
    #[schema(required)]
    entry: Option<usize>,
    field: MenuField,
    told: String,
    /// WeChat takes it all the same.
    hint: bool,
}

#[derive(Serialize, ToSchema)]
pub(super) struct MenuFaults {
    items: Vec<MenuFault>,
}

impl From<Fault> for MenuFault {
    fn from(fault: Fault) -> Self {
        let Fault { column, entry, field, told, is_hint } = fault;
        Self { column, entry, field, told, hint: is_hint }
    }
}

impl From<&Button> for MenuEntry {
    fn from(button: &Button) -> Self {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let act = match button.kind.as_deref() {
            Some("view") => MenuAct::View,
            Some("miniprogram") => MenuAct::Miniprogram,
            _ => MenuAct::Click,
        };
        Self {
            name: button.name.clone(),
            act,
            key: text(&button.key),
            url: text(&button.url),
            appid: text(&button.appid),
            pagepath: text(&button.pagepath),
        }
    }
}

impl From<&MenuEntry> for Button {
    fn from(entry: &MenuEntry) -> Self {
        let text = |text: &str| Some(text.trim().to_owned());
        let named = Self { name: entry.name.trim().to_owned(), ..Self::default() };
        let of = |kind: &str| Some(kind.to_owned());
        match entry.act {
            MenuAct::Click => Self { kind: of("click"), key: text(&entry.key), ..named },
            MenuAct::View => Self { kind: of("view"), url: text(&entry.url), ..named },
            MenuAct::Miniprogram => Self {
                kind: of("miniprogram"),
                url: text(&entry.url),
                appid: text(&entry.appid),
                pagepath: text(&entry.pagepath).filter(|path| !path.is_empty()),
                ..named
            },
        }
    }
}

fn columns(menu: &Menu) -> Vec<MenuColumn> {
    let column = |button: &Button| MenuColumn {
        button: button.into(),
        below: button.sub_button.iter().map(MenuEntry::from).collect(),
    };
    menu.button.iter().map(column).collect()
}

fn menu(columns: &[MenuColumn]) -> Result<Menu, Problem> {
    let texts =
        |entry: &MenuEntry| [&entry.name, &entry.key, &entry.url, &entry.appid, &entry.pagepath].map(String::len);
    let mut all = columns.iter().flat_map(|column| column.below.iter().chain([&column.button]));
    if all.any(|entry| texts(entry).into_iter().any(|length| length > LONGEST)) {
        return Err(Problem::new(Code::TooLarge, "自定义菜单"));
    }
    let button = |column: &MenuColumn| {
        if column.below.is_empty() {
            return Button::from(&column.button);
        }
        let sub_button = column.below.iter().map(Button::from).collect();
        Button { name: column.button.name.trim().to_owned(), sub_button, ..Button::default() }
    };
    Ok(Menu { button: columns.iter().map(button).collect(), menuid: None })
}

fn moment(text: &str) -> Result<Timestamp, Problem> {
    Timestamp::from_exact_text(text).ok_or_else(|| Problem::new(Code::BadRequest, "修改时间"))
}

fn read_at(text: Option<&str>) -> Result<Option<Timestamp>, Problem> {
    text.map(moment).transpose()
}

fn state(held: Option<&Held>) -> MenuState {
    match held.map(|held| held.state.as_str()) {
        None => MenuState::None,
        Some("published") => MenuState::Published,
        Some("refused") => MenuState::Refused,
        Some(_) => MenuState::Waiting,
    }
}

/// The menu of an account: the draft, or what the account is to have; what became of it, and what WeChat had before.
#[utoipa::path(get, path = "/api/v1/official-accounts/{name}/menu", tag = "official-accounts",
    params(("name" = String, Path)), responses((status = 200, body = AccountMenu)))]
pub(super) async fn show(
    State(room): State<Room>,
    Staff(actor): Staff,
    Path(name): Path<String>,
) -> Result<Json<AccountMenu>, Failure> {
    let kept = room.desk.menu(&actor, &name).await?;
    let versions = kept.versions.iter().map(|version| {
        Ok(MenuVersion {
            published_at: version.published_at.exact_text(),
            ordered_by: version.ordered_by.clone(),
            columns: columns(&room.desk.read(&version.buttons)?),
        })
    });
    let held = kept.held.as_ref();
    Ok(Json(AccountMenu {
        columns: columns(&kept.menu),
        changed_at: kept.changed_at.map(Timestamp::exact_text),
        drafted_by: kept.draft.map(|draft| draft.changed_by),
        state: state(held),
        ordered_at: held.map(|held| held.changed_at.utc_text()),
        published_at: held.and_then(|held| held.published_at).map(Timestamp::utc_text),
        ordered_by: held.and_then(|held| held.ordered_by.clone()),
        refused: held.and_then(|held| held.errcode).map(refusal),
        versions: versions.collect::<kernel::Result<_>>()?,
        keys: (room.prompts.keys)().into_iter().map(AccountChoice::from).collect(),
        pages: room
            .prompts
            .pages
            .iter()
            .map(|(path, name)| AccountChoice { value: (*path).to_owned(), label: (*name).to_owned() })
            .collect(),
        site: room.desk.site().to_owned(),
    }))
}

/// Keeps a draft, whether WeChat would take it or not.
#[utoipa::path(put, path = "/api/v1/official-accounts/{name}/menu", tag = "official-accounts",
    params(("name" = String, Path)), request_body = MenuDraft, responses((status = 204)))]
pub(super) async fn draft(
    State(room): State<Room>,
    Staff(actor): Staff,
    Path(name): Path<String>,
    Input(draft): Input<MenuDraft>,
) -> Result<StatusCode, Failure> {
    let read_at = read_at(draft.changed_at.as_deref())?;
    room.desk.draft_menu(&actor, &name, &menu(&draft.columns)?, read_at).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What does not fit in a menu. Nothing is kept.
#[utoipa::path(post, path = "/api/v1/official-accounts/{name}/menu/check", tag = "official-accounts",
    params(("name" = String, Path)), request_body = MenuWritten, responses((status = 200, body = MenuFaults)))]
pub(super) async fn check(
    State(room): State<Room>,
    Staff(actor): Staff,
    Path(name): Path<String>,
    Input(written): Input<MenuWritten>,
) -> Result<Json<MenuFaults>, Failure> {
    room.desk.known(&actor, &name)?;
    let found = faults(&menu(&written.columns)?, room.desk.site(), &(room.prompts.keys)());
    Ok(Json(MenuFaults { items: found.into_iter().map(MenuFault::from).collect() }))
}

/// Makes a menu that WeChat once had the draft.
#[utoipa::path(post, path = "/api/v1/official-accounts/{name}/menu/restore", tag = "official-accounts",
    params(("name" = String, Path)), request_body = MenuRestored, responses((status = 204)))]
pub(super) async fn restore(
    State(room): State<Room>,
    Staff(actor): Staff,
    Path(name): Path<String>,
    Input(restored): Input<MenuRestored>,
) -> Result<StatusCode, Failure> {
    let (version, read_at) = (moment(&restored.published_at)?, read_at(restored.changed_at.as_deref())?);
    room.desk.restore_menu(&actor, &name, version, read_at).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Orders the draft, or what the account is to have already, to be published.
#[utoipa::path(post, path = "/api/v1/official-accounts/{name}/menu/publish", tag = "official-accounts",
    params(("name" = String, Path)), request_body = MenuOrdered, responses((status = 204)))]
pub(super) async fn publish(
    State(room): State<Room>,
    Staff(actor): Staff,
    Path(name): Path<String>,
    Input(ordered): Input<MenuOrdered>,
) -> Result<StatusCode, Failure> {
    let read_at = read_at(ordered.changed_at.as_deref())?;
    room.desk.publish_menu(&actor, &name, read_at, &(room.prompts.keys)()).await?;
    Ok(StatusCode::NO_CONTENT)
}
