//! `/api/v1`: everything staff do, put together from the services, with the document that describes it.

use std::sync::Arc;

use account::MenuKey;
use account::console::Prompts;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use consult::console::InboxParts;
use consult::{AnswersDesk, FilesDesk};
use utoipa::openapi::InfoBuilder;
use utoipa_axum::router::OpenApiRouter;

use super::{Hall, home, system};

/// The pages of the readers' site that are known by one name: a menu leads to them, and replies do.
pub(super) const PAGES: [(&str, &str); 9] = [
    ("/", "首页"),
    ("/search", "检索档案"),
    ("/search/advanced", "高级检索"),
    ("/browse", "按全宗浏览"),
    ("/subjects", "专题目录"),
    ("/opened", "开放公告"),
    ("/guide", "利用指南"),
    ("/list", "我的清单"),
    ("/articles", "往期推文"),
];

/// The staff API; its document is at `/api/v1/openapi.json`.
pub(super) struct StaffApi {
    /// The door, and what is answered soon behind it.
    pub(super) short: Router,
    /// What takes in or gives out whole files behind the door: it bears limits of its own.
    pub(super) long: Router,
}

/// The routes behind the door and the door itself, and the document of both.
pub(super) fn api(hall: &Hall) -> StaffApi {
    let (door, mut document) = hall.door.routes().split_for_parts();
    let (rooms, described) = rooms(hall).split_for_parts();
    let long = catalogue::console::long_routes(&hall.catalogue_office);
    let lists = identity::console::long_routes(&hall.ground, &hall.personal_lists);
    let long = long.merge(lists).merge(push::console::long_routes(&hall.pushes));
    let (long, described_too) = long.split_for_parts();
    document.merge(described);
    document.merge(described_too);
    web::api::finish(&mut document);
    document.info = InfoBuilder::new()
        .title("兰台管理接口")
        .version("1")
        .description(Some("The staff API. An operation names the permission it needs as x-permission."))
        .build();
    let written = document.to_json().unwrap_or_default();
    let told = get(async move || ([(CONTENT_TYPE, "application/json")], written));
    let rooms = rooms.route("/api/v1/openapi.json", told);
    StaffApi { short: door.merge(hall.door.guard(rooms)), long: hall.door.guard(long) }
}

fn inbox_parts(hall: &Hall, answers: AnswersDesk) -> InboxParts {
    InboxParts {
        conversations: hall.conversations.clone(),
        files: FilesDesk::new(hall.ground.clone(), hall.cabinet.clone()),
        answers,
        catalogue: hall.catalogue.clone(),
        site: hall.repository.site.trim_end_matches('/').to_owned(),
        pages: PAGES.to_vec(),
    }
}

/// What a menu can lead to: the pages of the readers' site, and what the rules answer.
fn prompts(hall: &Hall) -> Prompts {
    let known = |(key, label)| MenuKey { key, label };
    let (of_keys, of_scenes) = (hall.rulebook.clone(), hall.rulebook.clone());
    Prompts {
        pages: PAGES.to_vec(),
        keys: Arc::new(move || of_keys.menu_keys().into_iter().map(known).collect()),
        scenes: Arc::new(move || of_scenes.scenes().into_iter().map(known).collect()),
    }
}

fn rooms(hall: &Hall) -> OpenApiRouter {
    let answers = AnswersDesk::new(hall.ground.clone(), hall.rulebook.clone());
    OpenApiRouter::new()
        .merge(home::routes(hall))
        .merge(system::routes(hall))
        .merge(web::console::routes(hall.house.clone(), hall.ground.clock.clone()))
        .merge(identity::console::routes(&hall.ground, hall.staff_accounts.clone()))
        .merge(identity::console::personal_list_routes(&hall.personal_lists))
        .merge(consult::console::routes(
            &hall.ground,
            (answers.clone(), hall.clients.clone()),
            hall.inbox.clone(),
            hall.wording.clone(),
        ))
        .merge(consult::console::inbox_routes(&hall.ground, inbox_parts(hall, answers)))
        .merge(catalogue::console::routes(&hall.catalogue_office))
        .merge(account::console::routes(hall.desk.clone(), prompts(hall)))
        .merge(push::console::routes(&hall.pushes))
}
