//! `/api/v1/mappings`: the mappings that are kept under a name, the same that the command line takes; and the template of a
//! catalogue.

use std::fs;
use std::path::{Path as FilePath, PathBuf};

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kernel::audit::{self, Line, Outcome};
use kernel::{Actor, Code, Error, Ground, Permission, Problem, Timestamp};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use web::api::{Input, Staff};
use web::{Failure, XLSX, download};

use super::Office;
use crate::import::{WrittenMapping, template_workbook};

/// The longest name, in characters.
const LONGEST: usize = 40;

/// The folder of mappings.
#[derive(Clone, Debug)]
pub(super) struct Mappings(PathBuf);

/// All mappings.
#[derive(Serialize, ToSchema)]
pub(super) struct MappingList {
    items: Vec<MappingKept>,
}

#[derive(Serialize, ToSchema)]
struct MappingKept {
    name: String,
    /// Nothing if the file cannot be used.
    mapping: Option<WrittenMapping>,
    /// Why it cannot be used.
    problem: Option<String>,
    changed_at: Option<String>,
}

impl Mappings {
    pub(super) fn new(data: &FilePath) -> Self {
        Self(data.join("mappings"))
    }

    fn path(&self, name: &str) -> Result<PathBuf, Problem> {
        let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '·');
        let is_name = (1..=LONGEST).contains(&name.chars().count()) && name.chars().all(fits);
        let why = "名称只能用文字、数字、- _ ·，不超过 40 个字";
        if is_name { Ok(self.0.join(format!("{name}.toml"))) } else { Err(about(name, Code::BadRequest).because(why)) }
    }

    /// The mapping of a name.
    ///
    /// # Errors
    /// [`Code::NotFound`] if there is none, [`Code::BadRequest`] for one that cannot be used.
    pub(super) fn read(&self, name: &str) -> kernel::Result<WrittenMapping> {
        let text = fs::read_to_string(self.path(name)?)
            .map_err(|_| about(name, Code::NotFound).because("没有这个名称的对应关系"))?;
        let mapping = WrittenMapping::read(&text).and_then(|written| written.mapping().map(|_| written));
        Ok(mapping.map_err(|problem| about(name, Code::BadRequest).because(problem.to_string()))?)
    }

    fn all(&self) -> Vec<MappingKept> {
        let Ok(entries) = fs::read_dir(&self.0) else { return Vec::new() };
        let kept = |path: PathBuf| {
            let name = path.file_stem()?.to_str()?.to_owned();
            path.extension().filter(|ending| *ending == "toml")?;
            let changed = path.metadata().and_then(|known| known.modified()).ok();
            let since = changed.and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
            let seconds = since.and_then(|since| i64::try_from(since.as_secs()).ok());
            let changed_at = seconds.map(|seconds| Timestamp::from_seconds(seconds).utc_text());
            let (mapping, problem) = match self.read(&name) {
                Ok(mapping) => (Some(mapping), None),
                Err(error) => (None, Some(error.to_string())),
            };
            Some(MappingKept { name, mapping, problem, changed_at })
        };
        let mut all: Vec<MappingKept> = entries.filter_map(|entry| kept(entry.ok()?.path())).collect();
        all.sort_by(|one, other| one.name.cmp(&other.name));
        all
    }

    fn write(&self, name: &str, mapping: &WrittenMapping) -> kernel::Result<()> {
        let path = self.path(name)?;
        let unusable = |why: String| about(name, Code::BadRequest).because(why);
        mapping.mapping().map_err(|problem| unusable(problem.to_string()))?;
        let text = mapping.text().map_err(|problem| unusable(problem.to_string()))?;
        fs::create_dir_all(&self.0).map_err(Error::internal)?;
        let unfinished = path.with_extension("unfinished");
        fs::write(&unfinished, text).map_err(Error::internal)?;
        fs::rename(&unfinished, &path).map_err(Error::internal)
    }

    fn remove(&self, name: &str) -> kernel::Result<()> {
        let removed = fs::remove_file(self.path(name)?);
        Ok(removed.map_err(|_| about(name, Code::NotFound).because("没有这个名称的对应关系"))?)
    }
}

/// The mappings that are kept.
#[utoipa::path(get, path = "/api/v1/mappings", tag = "imports", responses((status = 200, body = MappingList)))]
pub(super) async fn list(State(office): State<Office>) -> Json<MappingList> {
    Json(MappingList { items: office.mappings.all() })
}

/// Keeps a mapping under a name, in the place of what stood there.
#[utoipa::path(put, path = "/api/v1/mappings/{name}", tag = "imports", params(("name" = String, Path)),
    request_body = WrittenMapping, responses((status = 204)))]
pub(super) async fn put(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(name): Path<String>,
    Input(mapping): Input<WrittenMapping>,
) -> Result<StatusCode, Failure> {
    office.mappings.path(&name)?;
    note(office.ground(), &actor, ("catalogue.keep-mapping", &name)).await?;
    office.mappings.write(&name, &mapping)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a mapping away.
#[utoipa::path(delete, path = "/api/v1/mappings/{name}", tag = "imports", params(("name" = String, Path)),
    responses((status = 204)))]
pub(super) async fn remove(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(name): Path<String>,
) -> Result<StatusCode, Failure> {
    office.mappings.path(&name)?;
    note(office.ground(), &actor, ("catalogue.remove-mapping", &name)).await?;
    office.mappings.remove(&name)?;
    Ok(StatusCode::NO_CONTENT)
}

/// An empty catalogue with the usual columns and what belongs into them.
#[utoipa::path(get, path = "/api/v1/import-template", tag = "imports",
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
pub(super) async fn template() -> Result<Response, Failure> {
    let workbook = template_workbook().map_err(Error::internal)?;
    Ok(download(workbook, XLSX, "目录导入模板.xlsx")?)
}

async fn note(ground: &Ground, actor: &Actor, (action, name): (&str, &str)) -> kernel::Result<()> {
    actor.must(Permission::KeepCatalogue)?;
    let object = format!("mapping/{name}");
    let line = Line { actor: actor.name(), action, object: &object, outcome: Outcome::Done, detail: json!({}) };
    audit::alone(ground, &line).await
}

fn about(name: &str, code: Code) -> Problem {
    Problem::new(code, format!("对应关系 {name}"))
}
