//! `/api/v1/exports`: the catalogue as a file, made in the background and fetched when it is there.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Seek as _, SeekFrom};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kernel::audit::{self, Line, Outcome};
use kernel::{Actor, Code, Error, Permission, Problem, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;
use web::api::{Input, Staff};
use web::{CSV, Failure, XLSX, XML, download};

use super::Office;
use super::downloads::stream;
use super::works::{Teller, WorkShown};
use crate::export::{Export, Format};

/// Seconds that a file waits to be fetched.
const KEPT: i64 = 3600;

/// What is wanted.
#[derive(Deserialize, Default, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ExportWanted {
    /// `xlsx`, `csv`, `ead3`, `ead`, `dc`.
    format: String,
    /// Only this fonds (全宗号).
    fonds: Option<String>,
    /// Only what everybody may see.
    open_only: bool,
}

/// The export that whoever asks has asked for last, if its time is not over.
#[derive(Serialize, ToSchema)]
pub(super) struct ExportLast {
    #[schema(required)]
    work: Option<WorkShown>,
}

/// A file that was made.
#[derive(Clone, Debug)]
pub(super) struct Exported {
    pub(super) name: String,
    pub(super) records: u64,
    pub(super) bytes: u64,
    file: Arc<File>,
    content_type: &'static str,
}

/// The last export of each member of staff; cheap to clone.
#[derive(Clone, Default, Debug)]
pub(super) struct Exports(Arc<Mutex<HashMap<String, Last>>>);

#[derive(Debug)]
struct Last {
    /// The work that makes it.
    work: String,
    begun: Timestamp,
    stop: CancellationToken,
    made: Option<Exported>,
}

impl Exports {
    fn all(&self) -> MutexGuard<'_, HashMap<String, Last>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets the files whose time is over.
    pub(super) fn tidy(&self, now: Timestamp) {
        self.all().retain(|_, last| last.made.is_none() || now.seconds_since(last.begun) < KEPT);
    }

    fn begin(&self, actor: &Actor, work: &str, begun: Timestamp) -> CancellationToken {
        let stop = CancellationToken::new();
        let last = Last { work: work.to_owned(), begun, stop: stop.clone(), made: None };
        if let Some(before) = self.all().insert(actor.name().to_owned(), last) {
            before.stop.cancel();
        }
        stop
    }

    /// Keeps what was made, unless another was asked for meanwhile.
    fn keep(&self, actor: &Actor, work: &str, made: Exported) {
        if let Some(last) = self.all().get_mut(actor.name()).filter(|last| last.work == work) {
            last.made = Some(made);
        }
    }
}

/// Begins an export of all records, or those of one fonds, in archival order. It takes the place of the one that the
/// same person asked for before.
#[utoipa::path(post, path = "/api/v1/exports", tag = "export", request_body = ExportWanted,
    responses((status = 200, body = WorkShown)))]
pub(super) async fn begin(
    State(office): State<Office>,
    Staff(actor): Staff,
    Input(wanted): Input<ExportWanted>,
) -> Result<Json<WorkShown>, Failure> {
    actor.must(Permission::KeepCatalogue)?;
    let ExportWanted { format, fonds, open_only } = wanted;
    let (kind, content_type, ending) = format_named(&format)?;
    let fonds = fonds.filter(|code| !code.trim().is_empty());
    let ground = office.ground();
    let detail = json!({"fonds": fonds, "format": format, "open_only": open_only});
    let line =
        Line { actor: actor.name(), action: "catalogue.export", object: "export", outcome: Outcome::Done, detail };
    audit::alone(ground, &line).await?;
    let premises = &office.premises;
    let (institution, keeper) = (premises.institution.clone(), premises.house.now().name.clone());
    let name = format!("目录{}.{ending}", fonds.as_deref().map(|code| format!("-{code}")).unwrap_or_default());
    let export = Export { institution, keeper, fonds, format: kind, open_only };
    let id = ground.ids.make::<WorkShown>().uuid().to_string();
    let stop = office.exports.begin(&actor, &id, ground.clock.now());
    let (here, by, work) = (office.clone(), actor.clone(), id.clone());
    let run = move |teller: Teller| async move {
        let made = tokio::select! {
            made = make(&here, &export, &teller) => made?,
            () = stop.cancelled() => {
                return Err(Problem::new(Code::Conflict, "导出目录").because("已中止，没有留下文件").into());
            }
        };
        let made = Exported { name, content_type, ..made };
        here.exports.keep(&by, &work, made.clone());
        Ok(made)
    };
    let seen = office.works.start(ground, &actor, (id, "导出目录".to_owned(), None), run);
    let work = seen.borrow().clone();
    Ok(Json(work))
}

/// A file without a name: nothing of it is left, however it ends.
async fn make(office: &Office, export: &Export, teller: &Teller) -> kernel::Result<Exported> {
    let mut file = tempfile::tempfile().map_err(Error::internal)?;
    let out = BufWriter::new(file.try_clone().map_err(Error::internal)?);
    let records = export.run(office.ground(), out, &mut |done, of| teller.come(done, of)).await?;
    let bytes = file.seek(SeekFrom::End(0)).map_err(Error::internal)?;
    Ok(Exported { name: String::new(), records, bytes, file: Arc::new(file), content_type: "" })
}

fn format_named(word: &str) -> Result<(Format, &'static str, &'static str), Problem> {
    Ok(match word {
        "xlsx" => (Format::Xlsx, XLSX, "xlsx"),
        "csv" => (Format::Csv, CSV, "csv"),
        "ead3" => (Format::Ead3, XML, "xml"),
        "ead" => (Format::Ead, XML, "xml"),
        "dc" => (Format::Dc, XML, "xml"),
        other => {
            let why = "没有这一种；可以是 xlsx、csv、ead3、ead、dc";
            return Err(Problem::new(Code::BadRequest, format!("格式 {other}")).because(why));
        }
    })
}

/// The export that whoever asks has asked for last: it runs, or its file waits to be fetched.
#[utoipa::path(get, path = "/api/v1/exports", tag = "export", responses((status = 200, body = ExportLast)))]
pub(super) async fn last(State(office): State<Office>, Staff(actor): Staff) -> Json<ExportLast> {
    office.exports.tidy(office.ground().clock.now());
    let id = office.exports.all().get(actor.name()).map(|last| last.work.clone());
    Json(ExportLast { work: id.and_then(|id| office.works.get(&id).ok()).map(|seen| seen.borrow().clone()) })
}

/// The file of one's own export.
#[utoipa::path(get, path = "/api/v1/exports/{id}/file", tag = "export", params(("id" = String, Path)),
    responses((status = 200)))]
pub(super) async fn file(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    office.exports.tidy(office.ground().clock.now());
    let made = office.exports.all().get(actor.name()).filter(|last| last.work == id).and_then(|last| last.made.clone());
    let absent = || Problem::new(Code::NotFound, "导出的文件").because("已不在了，请重新导出");
    let Exported { name, bytes, file, content_type, .. } = made.ok_or_else(absent)?;
    Ok(download(stream(file, bytes), content_type, &name)?)
}

/// Stops one's own export, or forgets its file.
#[utoipa::path(delete, path = "/api/v1/exports/{id}", tag = "export", params(("id" = String, Path)),
    responses((status = 204)))]
pub(super) async fn stop(State(office): State<Office>, Staff(actor): Staff, Path(id): Path<String>) -> StatusCode {
    let mut all = office.exports.all();
    if all.get(actor.name()).is_some_and(|last| last.work == id)
        && let Some(last) = all.remove(actor.name())
    {
        last.stop.cancel();
    }
    StatusCode::NO_CONTENT
}
