//! `/api/v1/export`: the catalogue as a file.

use std::io::{BufWriter, Seek as _};

use axum::extract::State;
use axum::response::Response;
use kernel::audit::{self, Line, Outcome};
use kernel::{Code, Error, Permission, Problem};
use serde::Deserialize;
use serde_json::json;
use web::Failure;
use web::api::{Inputs, Staff};

use super::Office;
use super::downloads::{CSV, XLSX, XML, download, stream};
use crate::export::{Export, Format};

/// What is wanted.
#[derive(Deserialize, Default, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct ExportWanted {
    /// `xlsx`, `csv`, `ead3`, `ead`, `dc`.
    format: String,
    /// Only this fonds (全宗号).
    fonds: Option<String>,
    /// Only what everybody may see.
    open_only: bool,
}

/// Writes all records, or those of one fonds, in archival order.
#[utoipa::path(get, path = "/api/v1/export", tag = "export", params(ExportWanted), responses((status = 200)))]
pub(super) async fn export(
    State(office): State<Office>,
    Staff(actor): Staff,
    Inputs(wanted): Inputs<ExportWanted>,
) -> Result<Response, Failure> {
    actor.must(Permission::KeepCatalogue)?;
    let ExportWanted { format, fonds, open_only } = wanted;
    let (kind, content_type, ending) = match format.as_str() {
        "xlsx" => (Format::Xlsx, XLSX, "xlsx"),
        "csv" => (Format::Csv, CSV, "csv"),
        "ead3" => (Format::Ead3, XML, "xml"),
        "ead" => (Format::Ead, XML, "xml"),
        "dc" => (Format::Dc, XML, "xml"),
        other => {
            let why = "没有这一种；可以是 xlsx、csv、ead3、ead、dc";
            return Err(Problem::new(Code::BadRequest, format!("格式 {other}")).because(why).into());
        }
    };
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
    // A file without a name: nothing of it is left, however the transfer ends.
    let mut file = tempfile::tempfile().map_err(Error::internal)?;
    export.run(ground, BufWriter::new(file.try_clone().map_err(Error::internal)?)).await?;
    file.rewind().map_err(Error::internal)?;
    Ok(download(stream(file), content_type, &name)?)
}
