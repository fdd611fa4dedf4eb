//! The staff API of the catalogue (`/api/v1`): its records, imports and batches, the opening review, and what staff keep
//! beside it. Handlers read what was sent and call the desks; the rules and the audit lines are theirs.

mod batches;
mod directory;
mod downloads;
mod export;
mod find;
mod gaps;
mod import_shown;
mod imports;
mod mappings;
mod office;
mod originals;
mod records;
mod review;
mod review_acts;
mod shown;
mod today;
mod works;

#[cfg(test)]
mod tests;

use axum::extract::DefaultBodyLimit;
use kernel::Permission;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::api::needs;

pub use office::{Office, Premises};
pub use today::Waiting;

/// The routes whose requests are small and answered soon; to be put behind the door of `identity`.
pub fn routes(office: &Office) -> OpenApiRouter {
    let all = OpenApiRouter::new().merge(of_records()).merge(of_imports()).merge(of_batches());
    let all = all.merge(of_review()).merge(of_decisions()).merge(of_directory()).merge(of_originals());
    all.with_state(office.clone())
}

/// The routes that take in or give out whole files: they bear no limit of size and time but their own, and are to be put
/// behind the door of `identity` as well.
pub fn long_routes(office: &Office) -> OpenApiRouter {
    let keepers = |routes| needs(Permission::KeepCatalogue, routes);
    OpenApiRouter::new()
        .routes(keepers(routes!(imports::receive)))
        .routes(keepers(routes!(export::file)))
        .routes(keepers(routes!(originals::add)))
        .routes(needs(Permission::ReviewOpenness, routes!(review_acts::opine_by_sheet)))
        .routes(needs(Permission::KeepDirectory, routes!(directory::import_authorities)))
        .routes(needs(Permission::KeepDirectory, routes!(directory::import_subjects)))
        .routes(needs(Permission::KeepDirectory, routes!(directory::assign_subjects)))
        .layer(DefaultBodyLimit::disable())
        .with_state(office.clone())
}

fn of_records() -> OpenApiRouter<Office> {
    let searchers = |routes| needs(Permission::SearchRecords, routes);
    OpenApiRouter::new()
        .routes(searchers(routes!(find::by_address)))
        .routes(searchers(routes!(find::by_body)))
        .routes(searchers(routes!(records::one)))
        .routes(searchers(routes!(records::children)))
        .routes(searchers(routes!(records::fonds)))
        .routes(searchers(routes!(works::one)))
        .routes(searchers(routes!(works::progress)))
        .routes(needs(Permission::ReviewOpenness, routes!(records::history)))
}

/// Whoever imports may approve what others import, so what both need asks for that.
fn of_imports() -> OpenApiRouter<Office> {
    let keepers = |routes| needs(Permission::KeepCatalogue, routes);
    let approvers = |routes| needs(Permission::ApproveImport, routes);
    OpenApiRouter::new()
        .routes(keepers(routes!(export::last, export::begin)))
        .routes(keepers(routes!(export::stop)))
        .routes(keepers(routes!(imports::elements)))
        .routes(approvers(routes!(imports::list)))
        .routes(approvers(routes!(imports::one)))
        .routes(keepers(routes!(imports::forget)))
        .routes(approvers(routes!(imports::progress)))
        .routes(keepers(routes!(imports::try_out)))
        .routes(keepers(routes!(imports::run)))
        .routes(approvers(routes!(imports::approve)))
        .routes(approvers(routes!(imports::decline)))
        .routes(approvers(routes!(imports::report)))
        .routes(keepers(routes!(mappings::list)))
        .routes(keepers(routes!(mappings::put, mappings::remove)))
        .routes(keepers(routes!(mappings::template)))
}

fn of_batches() -> OpenApiRouter<Office> {
    let keepers = |routes| needs(Permission::KeepCatalogue, routes);
    let approvers = |routes| needs(Permission::ApproveImport, routes);
    OpenApiRouter::new()
        .routes(approvers(routes!(batches::list)))
        .routes(approvers(routes!(batches::one)))
        .routes(approvers(routes!(batches::problems)))
        .routes(approvers(routes!(batches::report)))
        .routes(keepers(routes!(batches::roll_back, batches::withdraw)))
        .routes(approvers(routes!(batches::approve)))
}

fn of_review() -> OpenApiRouter<Office> {
    let reviewers = |routes| needs(Permission::ReviewOpenness, routes);
    OpenApiRouter::new()
        .routes(reviewers(routes!(review::words)))
        .routes(reviewers(routes!(review::due)))
        .routes(reviewers(routes!(review::list, review::draft)))
        .routes(reviewers(routes!(review::one)))
        .routes(reviewers(routes!(review::records)))
        .routes(reviewers(routes!(review::sheet)))
        .routes(reviewers(routes!(review::opened)))
        .routes(reviewers(routes!(review::opened_list)))
        .routes(reviewers(routes!(review_acts::opine)))
        .routes(reviewers(routes!(review_acts::send)))
        .routes(reviewers(routes!(review_acts::answer)))
        .routes(reviewers(routes!(review_acts::withdraw)))
}

/// What a batch decides says whether carrying it out needs the permission to decide or to publish: the desk asks for it.
fn of_decisions() -> OpenApiRouter<Office> {
    let deciders = |routes| needs(Permission::DecideOpenness, routes);
    let publishers = |routes| needs(Permission::Publish, routes);
    OpenApiRouter::new()
        .routes(deciders(routes!(review_acts::decide)))
        .routes(deciders(routes!(review_acts::set_notice)))
        .routes(needs(Permission::ReviewOpenness, routes!(review_acts::carry_out)))
        .routes(deciders(routes!(review_acts::close)))
        .routes(publishers(routes!(review_acts::publish)))
        .routes(publishers(routes!(review_acts::unpublish)))
}

fn of_directory() -> OpenApiRouter<Office> {
    let directors = |routes| needs(Permission::KeepDirectory, routes);
    OpenApiRouter::new()
        .routes(needs(Permission::SearchRecords, routes!(gaps::list)))
        .routes(needs(Permission::KeepCatalogue, routes!(gaps::close)))
        .routes(directors(routes!(directory::authorities)))
        .routes(directors(routes!(directory::authorities_named)))
        .routes(directors(routes!(directory::subjects)))
        .routes(directors(routes!(directory::subject, directory::remove_subject)))
        .routes(directors(routes!(directory::subject_records)))
        .routes(directors(routes!(directory::put_under_subject, directory::take_out_of_subject)))
        .routes(directors(routes!(directory::rename_subject)))
        .routes(directors(routes!(directory::move_subject)))
}

fn of_originals() -> OpenApiRouter<Office> {
    let keepers = |routes| needs(Permission::KeepCatalogue, routes);
    OpenApiRouter::new()
        .routes(needs(Permission::SearchRecords, routes!(originals::list)))
        .routes(keepers(routes!(originals::remove)))
        .routes(keepers(routes!(originals::set_place)))
        .routes(keepers(routes!(originals::set_label)))
        .routes(keepers(routes!(originals::withhold)))
        .routes(needs(Permission::Publish, routes!(originals::release)))
}
