//! `/api/v1/official-accounts`: what staff do with the official accounts.

mod accounts;
mod codes;
mod menus;
mod secrets;

use std::sync::Arc;

use kernel::Permission;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::api::{needs, proved};

use crate::{Desk, MenuKey};

/// What staff choose from instead of typing: the services upstairs know it.
#[derive(Clone)]
pub struct Prompts {
    /// Pages of the readers' site: path and name.
    pub pages: Vec<(&'static str, &'static str)>,
    /// The menu keys that are answered, with what answers.
    pub keys: Arc<dyn Fn() -> Vec<MenuKey> + Send + Sync>,
    /// The scenes that are answered in a way of their own, with what answers.
    pub scenes: Arc<dyn Fn() -> Vec<MenuKey> + Send + Sync>,
}

/// What the rooms share.
#[derive(Clone)]
struct Room {
    desk: Desk,
    prompts: Prompts,
}

/// What can be chosen: the value and what staff call it.
#[derive(Serialize, ToSchema)]
struct AccountChoice {
    value: String,
    label: String,
}

impl From<MenuKey> for AccountChoice {
    fn from(known: MenuKey) -> Self {
        Self { value: known.key, label: known.label }
    }
}

/// The routes of the official accounts; to be put behind the door of staff.
pub fn routes(desk: Desk, prompts: Prompts) -> OpenApiRouter {
    let keepers = |routes| needs(Permission::KeepOfficialAccount, routes);
    OpenApiRouter::new()
        .routes(keepers(routes!(accounts::list)))
        .routes(keepers(routes!(accounts::check)))
        .routes(keepers(routes!(accounts::look)))
        .routes(proved(keepers(routes!(secrets::change_app_secret, secrets::restore_app_secret))))
        .routes(proved(keepers(routes!(secrets::change_callback, secrets::restore_callback))))
        .routes(keepers(routes!(menus::show, menus::draft)))
        .routes(keepers(routes!(menus::check)))
        .routes(keepers(routes!(menus::restore)))
        .routes(keepers(routes!(menus::publish)))
        .routes(keepers(routes!(codes::list, codes::make)))
        .routes(keepers(routes!(codes::one)))
        .routes(keepers(routes!(codes::retire)))
        .with_state(Room { desk, prompts })
}
