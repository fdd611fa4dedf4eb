//! `/api/v1/official-accounts/{name}/codes`: QR codes that carry a scene.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kernel::{Code, Problem};
use qrcode::{Color, QrCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::Failure;
use web::api::{Input, Staff};

use super::{AccountChoice, Room};
use crate::desk::codes::{CodePurpose, Counted, LONGEST_DAYS, MOST_PERMANENT, Wanted};
use crate::store::scene::Brought;

/// A code and what it brought.
#[derive(Serialize, ToSchema)]
struct SceneCode {
    scene: String,
    name: String,
    purpose: CodePurpose,
    /// Its end; none: it is permanent.
    #[schema(required)]
    expires_at: Option<String>,
    made_at: String,
    made_by: String,
    retired: bool,
    /// Of the last 30 days.
    scans: i64,
    follows: i64,
    scans_in_all: i64,
    follows_in_all: i64,
    /// Rules that answer who comes by it.
    rules: Vec<String>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct SceneCodes {
    items: Vec<SceneCode>,
    /// Permanent codes that staff made here.
    permanent: usize,
    most_permanent: usize,
    longest_days: i64,
    /// Scenes that rules wait for.
    scenes: Vec<AccountChoice>,
}

#[derive(Serialize, ToSchema)]
struct SceneDay {
    day: String,
    scans: i64,
    follows: i64,
}

/// A code, to be drawn and to be judged.
#[derive(Serialize, ToSchema)]
pub(super) struct SceneCodeInFull {
    code: SceneCode,
    /// The last 30 days, today the last of them.
    days: Vec<SceneDay>,
    /// The squares of the picture, row by row: `1` is dark.
    squares: Vec<String>,
}

/// A code to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SceneCodeDraft {
    scene: String,
    name: String,
    purpose: CodePurpose,
    /// How many days it lives; none: it is permanent.
    #[schema(required)]
    days: Option<i64>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Retired {
    retired: bool,
}

fn shown(room: &Room, counted: &Counted) -> SceneCode {
    let Counted { code, total, days } = counted;
    let sum = |of: fn(&Brought) -> i64| days.iter().map(|(_, brought)| of(brought)).sum();
    let rules = (room.prompts.scenes)().into_iter().filter(|known| known.key == code.scene);
    SceneCode {
        scene: code.scene.clone(),
        name: code.name.clone(),
        purpose: CodePurpose::parse(&code.purpose),
        expires_at: code.expires_at.map(kernel::Timestamp::utc_text),
        made_at: code.made_at.utc_text(),
        made_by: code.made_by.clone(),
        retired: code.retired_at.is_some(),
        scans: sum(|brought| brought.scans),
        follows: sum(|brought| brought.follows),
        scans_in_all: total.scans,
        follows_in_all: total.follows,
        rules: rules.map(|known| known.label).collect(),
    }
}

/// The squares of the code of an address.
fn squares(url: &str) -> kernel::Result<Vec<String>> {
    let code = QrCode::new(url).map_err(kernel::Error::internal)?;
    let mark = |colour: &Color| if *colour == Color::Dark { '1' } else { '0' };
    Ok(code.to_colors().chunks(code.width()).map(|row| row.iter().map(mark).collect()).collect())
}

/// The codes that staff made for an account.
#[utoipa::path(get, path = "/api/v1/official-accounts/{name}/codes", tag = "official-accounts",
    params(("name" = String, Path)), responses((status = 200, body = SceneCodes)))]
pub(super) async fn list(
    State(room): State<Room>,
    Staff(actor): Staff,
    Path(name): Path<String>,
) -> Result<Json<SceneCodes>, Failure> {
    let codes = room.desk.codes(&actor, &name).await?;
    Ok(Json(SceneCodes {
        permanent: codes.iter().filter(|counted| counted.code.expires_at.is_none()).count(),
        items: codes.iter().map(|counted| shown(&room, counted)).collect(),
        most_permanent: MOST_PERMANENT,
        longest_days: LONGEST_DAYS,
        scenes: (room.prompts.scenes)().into_iter().map(AccountChoice::from).collect(),
    }))
}

/// Makes a code.
#[utoipa::path(post, path = "/api/v1/official-accounts/{name}/codes", tag = "official-accounts",
    params(("name" = String, Path)), request_body = SceneCodeDraft, responses((status = 204)))]
pub(super) async fn make(
    State(room): State<Room>,
    Staff(actor): Staff,
    Path(name): Path<String>,
    Input(draft): Input<SceneCodeDraft>,
) -> Result<StatusCode, Failure> {
    let wanted = Wanted {
        scene: draft.scene.trim().to_owned(),
        name: draft.name.trim().to_owned(),
        purpose: draft.purpose,
        days: draft.days,
    };
    room.desk.make_code(&actor, &name, &wanted).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One code with its picture and its days.
#[utoipa::path(get, path = "/api/v1/official-accounts/{name}/codes/{scene}", tag = "official-accounts",
    params(("name" = String, Path), ("scene" = String, Path)), responses((status = 200, body = SceneCodeInFull)))]
pub(super) async fn one(
    State(room): State<Room>,
    Staff(actor): Staff,
    Path((name, scene)): Path<(String, String)>,
) -> Result<Json<SceneCodeInFull>, Failure> {
    let found = room.desk.codes(&actor, &name).await?.into_iter().find(|counted| counted.code.scene == scene);
    let counted = found.ok_or_else(|| Problem::new(Code::NotFound, "这个二维码"))?;
    let day = |(day, brought): &(kernel::Day, Brought)| SceneDay {
        day: day.to_string(),
        scans: brought.scans,
        follows: brought.follows,
    };
    Ok(Json(SceneCodeInFull {
        code: shown(&room, &counted),
        days: counted.days.iter().map(day).collect(),
        squares: squares(&counted.code.url)?,
    }))
}

/// Takes a code off the list, or puts it there again. The code itself works on.
#[utoipa::path(put, path = "/api/v1/official-accounts/{name}/codes/{scene}/retired", tag = "official-accounts",
    params(("name" = String, Path), ("scene" = String, Path)), request_body = Retired, responses((status = 204)))]
pub(super) async fn retire(
    State(room): State<Room>,
    Staff(actor): Staff,
    Path((name, scene)): Path<(String, String)>,
    Input(Retired { retired }): Input<Retired>,
) -> Result<StatusCode, Failure> {
    room.desk.retire_code(&actor, (&name, &scene), retired).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_a_square_with_its_three_corners() {
        let rows = squares("http://weixin.qq.com/q/02abc").unwrap();
        assert!(rows.iter().all(|row| row.len() == rows.len()), "{rows:?}");
        let (first, last) = (&rows[0], &rows[rows.len() - 1]);
        assert!(first.starts_with("1111111") && first.ends_with("1111111") && last.starts_with("1111111"), "{rows:?}");
        assert!(!last.ends_with("1111111"), "{rows:?}");
    }
}
