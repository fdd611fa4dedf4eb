//! A list of terms or words out of a file.

use std::io::{Seek as _, Write as _};

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest as _, Request, State};
use catalogue::import::read_table;
use kernel::cage::Cage;
use kernel::{Code, Error, Problem};
use web::Failure;
use web::api::{Inputs, Staff};

use super::Office;
use super::quality::{EditorsListImported, WantedList, refused};

/// The header that says what the file is called.
const NAME: &str = "x-file-name";

/// Brings terms or words in from a table (XLSX, CSV) or a text with a word on each line. It is opened in the cage.
#[utoipa::path(post, path = "/api/v1/push/words/import", tag = "push",
    params(WantedList, ("x-file-name" = String, Header, description = "percent-encoded")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = EditorsListImported)))]
pub(super) async fn import(
    State(office): State<Office>,
    Staff(actor): Staff,
    Inputs(WantedList { list }): Inputs<WantedList>,
    request: Request,
) -> Result<Json<EditorsListImported>, Failure> {
    let about = "上传的文件";
    let given = request.headers().get(NAME).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let name = percent_encoding::percent_decode_str(given).decode_utf8_lossy().trim().to_owned();
    let bytes = Bytes::from_request(request, &()).await.map_err(|_| Problem::new(Code::TooLarge, about))?;
    if name.is_empty() || bytes.is_empty() {
        return Err(refused(about, "是空的，或没有写明文件名").into());
    }
    let rows = rows(&office.reader, &name, bytes).await?;
    Ok(Json(office.quality.import(&actor, list, &rows).await?.into()))
}

/// The rows of a table, read in the cage.
pub(super) async fn rows(reader: &Cage, name: &str, bytes: Bytes) -> kernel::Result<Vec<Vec<String>>> {
    let file = tokio::task::spawn_blocking(move || {
        let mut file = tempfile::tempfile()?;
        file.write_all(&bytes)?;
        file.rewind()?;
        Ok::<_, std::io::Error>(file)
    });
    let file = file.await.map_err(Error::internal)?.map_err(Error::internal)?;
    read_table(reader, name, file).await
}
