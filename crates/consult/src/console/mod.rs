//! `/api/v1`: what staff do with consultation.

mod conversations;
mod duty;
mod faqs;
mod files;
mod learning;
mod pages;
mod replies;
mod rules;
mod trial;
mod watchers;

use account::{Clients, Inbox};
use catalogue::Catalogue;
use kernel::{Clock, Code, Ground, Id, Permission, Problem, Tasks};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::api::needs;

use self::watchers::Watchers;
use crate::{AnswersDesk, ConversationsDesk, FilesDesk, Learning, Wording};

/// What the rooms of consultation share.
#[derive(Clone, Debug)]
struct Room {
    answers: AnswersDesk,
    clients: Clients,
    inbox: Inbox,
    wording: Wording,
    clock: Clock,
}

/// What the rooms of the inbox share.
#[derive(Clone, Debug)]
struct Desk {
    conversations: ConversationsDesk,
    files: FilesDesk,
    answers: AnswersDesk,
    learning: Learning,
    catalogue: Catalogue,
    site: String,
    pages: Vec<(&'static str, &'static str)>,
    watchers: Watchers,
    clock: Clock,
    tasks: Tasks,
}

/// What the routes of the inbox stand on.
#[derive(Clone, Debug)]
pub struct InboxParts {
    /// The desk of those who answer.
    pub conversations: ConversationsDesk,
    /// What readers sent.
    pub files: FilesDesk,
    /// Frequent questions, to be given to readers.
    pub answers: AnswersDesk,
    /// Open records, to be given to readers.
    pub catalogue: Catalogue,
    /// `scheme://host[:port]` of the readers' site.
    pub site: String,
    /// The pages of the site that are known by one name: path and name.
    pub pages: Vec<(&'static str, &'static str)>,
}

/// A new thing's id.
#[derive(Serialize, ToSchema)]
struct NewId {
    id: String,
}

/// A name and what it is called.
#[derive(Serialize, ToSchema)]
struct Named {
    name: String,
    label: String,
}

#[derive(Serialize, ToSchema)]
struct NamedList {
    items: Vec<Named>,
}

/// The routes of automatic answers; to be put behind the door of staff.
pub fn routes(
    ground: &Ground,
    (answers, clients): (AnswersDesk, Clients),
    inbox: Inbox,
    wording: Wording,
) -> OpenApiRouter {
    let keepers = |routes| needs(Permission::KeepAnswers, routes);
    OpenApiRouter::new()
        .routes(keepers(routes!(rules::list, rules::add)))
        .routes(keepers(routes!(rules::one, rules::replace, rules::remove)))
        .routes(keepers(routes!(rules::enable)))
        .routes(keepers(routes!(rules::conflicts)))
        .routes(keepers(routes!(rules::check)))
        .routes(keepers(routes!(rules::export)))
        .routes(keepers(routes!(rules::import)))
        .routes(needs(Permission::AnswerReaders, routes!(trial::accounts)))
        .routes(needs(Permission::AnswerReaders, routes!(faqs::list)))
        .routes(keepers(routes!(faqs::add)))
        .routes(needs(Permission::AnswerReaders, routes!(faqs::one)))
        .routes(keepers(routes!(faqs::replace, faqs::remove)))
        .routes(keepers(routes!(faqs::enable)))
        .routes(keepers(routes!(faqs::measure)))
        .routes(keepers(routes!(faqs::choose)))
        .routes(keepers(routes!(rules::platform)))
        .routes(keepers(routes!(trial::ask)))
        .with_state(Room { answers, clients, inbox, wording, clock: ground.clock.clone() })
}

/// The routes of the inbox; to be put behind the door of staff.
pub fn inbox_routes(ground: &Ground, parts: InboxParts) -> OpenApiRouter {
    let answerers = |routes| needs(Permission::AnswerReaders, routes);
    let keepers = |routes| needs(Permission::KeepAnswers, routes);
    let InboxParts { conversations, files, answers, catalogue, site, pages } = parts;
    let learning = Learning::new(ground.clone());
    let (clock, tasks) = (ground.clock.clone(), ground.tasks.clone());
    let watchers = Watchers::default();
    let desk = Desk { conversations, files, answers, learning, catalogue, site, pages, watchers, clock, tasks };
    OpenApiRouter::new()
        .routes(answerers(routes!(conversations::list, conversations::telephone)))
        .routes(answerers(routes!(replies::stream)))
        .routes(answerers(routes!(conversations::one)))
        .routes(answerers(routes!(conversations::messages)))
        .routes(answerers(routes!(files::open)))
        .routes(answerers(routes!(conversations::take)))
        .routes(answerers(routes!(conversations::hand_back)))
        .routes(answerers(routes!(conversations::close)))
        .routes(answerers(routes!(conversations::reopen)))
        .routes(answerers(routes!(conversations::assign)))
        .routes(answerers(routes!(conversations::present)))
        .routes(answerers(routes!(replies::reply)))
        .routes(answerers(routes!(replies::retry)))
        .routes(answerers(routes!(replies::note)))
        .routes(keepers(routes!(replies::make_faq)))
        .routes(answerers(routes!(replies::staff)))
        .routes(answerers(routes!(duty::come_or_go)))
        .routes(keepers(routes!(duty::handling, duty::choose)))
        .routes(answerers(routes!(replies::records)))
        .routes(answerers(routes!(pages::list)))
        .routes(answerers(routes!(replies::canned)))
        .routes(answerers(routes!(learning::figures)))
        .routes(keepers(routes!(learning::unanswered)))
        .routes(keepers(routes!(learning::dismiss)))
        .routes(keepers(routes!(replies::add_canned)))
        .routes(keepers(routes!(replies::put_canned, replies::remove_canned)))
        .routes(answerers(routes!(replies::filled)))
        .with_state(desk)
}

/// The id in an address; one that is none is nobody's.
fn id<T>(text: &str, what: &str) -> Result<Id<T>, Problem> {
    Id::parse(text).ok_or_else(|| Problem::new(Code::NotFound, what))
}

/// What is in force unless something else is said.
const fn yes() -> bool {
    true
}

/// Whether something is in the state that is wanted: `on`, `off`, or any.
fn is_in_state(wanted: Option<&str>, enabled: bool) -> bool {
    match wanted {
        Some("on") => enabled,
        Some("off") => !enabled,
        _ => true,
    }
}

/// Part of a list, by page from 1.
fn page<T>(items: Vec<T>, page: Option<i64>, size: web::api::Size) -> (Vec<T>, i64) {
    let total = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let skipped = (page.unwrap_or(1).max(1) - 1).saturating_mul(size.get());
    let usize_of = |number: i64| usize::try_from(number).unwrap_or(usize::MAX);
    (items.into_iter().skip(usize_of(skipped)).take(usize_of(size.get())).collect(), total)
}
