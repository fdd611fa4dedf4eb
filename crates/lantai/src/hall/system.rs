//! `/api/v1/system`: how the program runs, for whoever looks after it: settings, jobs, and what is to be backed up.

use std::path::{Path as FilePath, PathBuf};

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kernel::audit::{self, Line, Outcome};
use kernel::settings::Settings;
use kernel::{Code, Error, Ground, Id, Permission, Problem, Timestamp, jobs};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Failure;
use web::api::{Staff, needs};

use super::Hall;
use crate::settings::Configured;

/// The most jobs that are listed.
const LISTED: i64 = 200;
/// Kinds of jobs and what people call them.
const KINDS: [(&str, &str); 13] = [
    ("account.say-further", "续发公众号的后几条答复"),
    ("account.refresh-addresses", "更新微信服务器的地址"),
    ("push.fetch-counts", "取推文的阅读数"),
    ("push.fetch-headlines", "取热点来源的标题"),
    ("account.answer-later", "稍后答复读者"),
    ("account.publish-menu", "发布公众号菜单"),
    ("account.prune", "清理过期的消息"),
    ("account.forget-leavers", "删去取消关注者的个人信息"),
    ("consult.send-reply", "把工作人员的答复发给读者"),
    ("consult.ask-satisfaction", "问读者对咨询满意不满意"),
    ("consult.learn-meanings", "为常见问题准备按意思找"),
    ("consult.offer-by-meaning", "按意思找读者的提问"),
    ("consult.tidy", "清理到期的咨询"),
];

#[derive(Clone, Debug)]
pub(super) struct Parts {
    ground: Ground,
    settings: Settings,
    folder: PathBuf,
    /// The file of the database; none if it is a server.
    file: Option<String>,
}

/// The settings in force.
#[derive(Serialize, ToSchema)]
struct SystemSettings {
    sections: Vec<SettingsSection>,
}

#[derive(Serialize, ToSchema)]
struct SettingsSection {
    /// `server`, `accounts.demo`
    name: String,
    /// What it is about.
    told: &'static str,
    items: Vec<SettingShown>,
}

#[derive(Serialize, ToSchema)]
struct SettingShown {
    name: &'static str,
    told: &'static str,
    /// Of a secret nothing but whether it is set is known.
    secret: bool,
    set: bool,
    /// None: not set, or a secret.
    #[schema(required)]
    value: Option<String>,
}

/// A job that is not done.
#[derive(Serialize, ToSchema)]
struct SystemJob {
    id: String,
    kind: String,
    label: String,
    state: JobState,
    run_at: String,
    attempts: i64,
    #[schema(required)]
    last_error: Option<String>,
    created_at: String,
    #[schema(required)]
    failed_at: Option<String>,
}

#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum JobState {
    Waiting,
    Running,
    Failed,
}

#[derive(Serialize, ToSchema)]
struct SystemJobs {
    items: Vec<SystemJob>,
    waiting: i64,
    running: i64,
    failed: i64,
    /// Of the last week.
    done: i64,
}

/// Something that takes room.
#[derive(Serialize, ToSchema)]
struct SystemPlace {
    name: &'static str,
    told: &'static str,
    /// Where it lies; none: not in the data folder.
    #[schema(required)]
    path: Option<String>,
    /// In bytes; none: not known here.
    #[schema(required)]
    bytes: Option<u64>,
    backup: BackupNeed,
}

#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum BackupNeed {
    /// It has to be backed up.
    Needed,
    /// It has to be backed up, apart from the rest.
    Apart,
    /// It can be made anew.
    Renewable,
    /// It belongs to this machine: a backup of it would be taken for the truth.
    Never,
}

#[derive(Serialize, ToSchema)]
struct SystemStorage {
    database: &'static str,
    items: Vec<SystemPlace>,
}

pub(super) fn routes(hall: &Hall) -> OpenApiRouter {
    let operators = |routes| needs(Permission::Operate, routes);
    OpenApiRouter::new()
        .routes(operators(routes!(settings)))
        .routes(operators(routes!(list_jobs)))
        .routes(operators(routes!(retry)))
        .routes(operators(routes!(storage)))
        .with_state(hall.system.clone())
}

impl Parts {
    pub(super) fn new(ground: &Ground, configured: &Configured) -> Self {
        let file = configured.database.strip_prefix("sqlite:").map(|file| file.trim_start_matches("//").to_owned());
        let (settings, folder) = (configured.settings.clone(), configured.folder.path().to_owned());
        Self { ground: ground.clone(), settings, folder, file }
    }

    /// What lies where, with its size.
    fn places(&self) -> Result<Vec<SystemPlace>, Error> {
        let mut places = Vec::new();
        let mut place = |name, told, files: &[&str], backup| {
            let mut there = Vec::new();
            for file in files.iter().map(|file| self.folder.join(file)) {
                if file.try_exists().map_err(Error::internal)? {
                    there.push(file);
                }
            }
            let bytes = there.iter().map(|file| size(file)).sum::<std::io::Result<u64>>().map_err(Error::internal)?;
            let path = there.first().map(|file| file.display().to_string());
            let bytes = path.is_some().then_some(bytes);
            places.push(SystemPlace { name, told, path, bytes, backup });
            Ok::<_, Error>(())
        };
        if let Some(file) = &self.file {
            let files = [file.as_str(), &format!("{file}-wal"), &format!("{file}-shm")];
            place("数据库", "目录、咨询、账号、审计日志，本馆信息也在里面", &files, BackupNeed::Needed)?;
        }
        place("原件", "数字化文件和公布副本；只增不改", &["files"], BackupNeed::Needed)?;
        place("设置", "安装时写的设置文件", &["lantai.toml"], BackupNeed::Needed)?;
        place("读者发来的文件", "图片、语音、视频，已加密；到期会删", &["received"], BackupNeed::Needed)?;
        place("推文素材", "推文用的图片、音频、视频", &["materials"], BackupNeed::Needed)?;
        place("对应关系", "导入时保存下来的列对应关系", &["mappings"], BackupNeed::Needed)?;
        place("密钥", "没有它，加密的个人信息谁也打不开", &["keys"], BackupNeed::Apart)?;
        let told = "只属于这台机器：数据恢复到别处时，群发会先停下来等人核对";
        place("群发记录", told, &[super::pushes::EPOCH], BackupNeed::Never)?;
        place("检索索引", "由数据库重建", &["index"], BackupNeed::Renewable)?;
        place("上传中的文件", "等待导入，办完即删", &["uploads"], BackupNeed::Renewable)?;
        if self.file.is_none() {
            let told = "在 PostgreSQL 里，用它自己的工具备份";
            let place = SystemPlace { name: "数据库", told, path: None, bytes: None, backup: BackupNeed::Needed };
            places.insert(0, place);
        }
        Ok(places)
    }
}

/// The bytes of a file, or of all files below a folder; what is not there has none. What goes away meanwhile does not
/// count, and links are not followed.
fn size(path: &FilePath) -> std::io::Result<u64> {
    let known = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => Ok(0),
        _ => Err(error),
    };
    let about = match path.symlink_metadata() {
        Ok(about) => about,
        Err(error) => return known(error),
    };
    if !about.is_dir() {
        return Ok(about.len());
    }
    match path.read_dir() {
        Ok(entries) => entries.map(|entry| size(&entry?.path())).sum(),
        Err(error) => known(error),
    }
}

/// The settings in force.
#[utoipa::path(get, path = "/api/v1/system/settings", tag = "system",
    responses((status = 200, body = SystemSettings)))]
async fn settings(State(parts): State<Parts>) -> Json<SystemSettings> {
    let sections = parts.settings.shown().into_iter().map(|section| {
        let items = section.fields.into_iter().map(|field| SettingShown {
            name: field.key,
            told: field.doc,
            secret: field.secret,
            set: field.value.is_some(),
            value: field.value.filter(|_| !field.secret),
        });
        SettingsSection { name: section.name, told: section.doc, items: items.collect() }
    });
    Json(SystemSettings { sections: sections.collect() })
}

/// Jobs that wait, run, or were given up.
#[utoipa::path(get, path = "/api/v1/system/jobs", tag = "system", responses((status = 200, body = SystemJobs)))]
async fn list_jobs(State(parts): State<Parts>) -> Result<Json<SystemJobs>, Failure> {
    let mut tx = parts.ground.db.read().await?;
    let counts = jobs::counts(&mut tx).await?;
    let count = |wanted: &str| counts.iter().find(|(state, _)| state == wanted).map_or(0, |(_, count)| *count);
    let items = jobs::kept(&mut tx, LISTED).await?.into_iter().map(|job| SystemJob {
        id: job.id.uuid().to_string(),
        label: label(&job.kind, &job.payload),
        kind: job.kind,
        state: match job.state.as_str() {
            "failed" => JobState::Failed,
            "running" => JobState::Running,
            _ => JobState::Waiting,
        },
        run_at: job.run_at.utc_text(),
        attempts: job.attempts,
        last_error: job.last_error,
        created_at: job.created_at.utc_text(),
        failed_at: job.finished_at.map(Timestamp::utc_text),
    });
    Ok(Json(SystemJobs {
        items: items.collect(),
        waiting: count("waiting"),
        running: count("running"),
        failed: count("failed"),
        done: count("done"),
    }))
}

/// What a job is called, with the official account it is about.
fn label(kind: &str, payload: &Value) -> String {
    let label = KINDS.iter().find(|(name, _)| *name == kind).map_or(kind, |(_, label)| label);
    let account = payload.get("account").and_then(Value::as_str);
    account.map_or_else(|| label.to_owned(), |account| format!("{label}（公众号 {account}）"))
}

/// Lets a job that was given up run again.
#[utoipa::path(post, path = "/api/v1/system/jobs/{id}/retry", tag = "system", params(("id" = String, Path)),
    responses((status = 204)))]
async fn retry(
    State(parts): State<Parts>,
    Staff(actor): Staff,
    Path(text): Path<String>,
) -> Result<StatusCode, Failure> {
    let absent = || Problem::new(Code::NotFound, "这项失败的任务");
    let id: Id<jobs::AnyJob> = Id::parse(&text).ok_or_else(absent)?;
    let (now, object) = (parts.ground.clock.now(), format!("job/{text}"));
    let mut tx = parts.ground.db.begin().await?;
    let detail = json!({});
    let line =
        Line { actor: actor.name(), action: "system.retry-job", object: &object, outcome: Outcome::Done, detail };
    audit::privileged(&mut tx, now, &line).await?;
    jobs::revive(&mut tx, id, now).await?.ok_or_else(absent)?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What lies where, and what of it has to be backed up. The program keeps no record of backups.
#[utoipa::path(get, path = "/api/v1/system/storage", tag = "system",
    responses((status = 200, body = SystemStorage)))]
async fn storage(State(parts): State<Parts>) -> Result<Json<SystemStorage>, Failure> {
    let database = if parts.file.is_none() { "PostgreSQL" } else { "SQLite" };
    // Counting may walk through many files.
    let items = tokio::task::spawn_blocking(move || parts.places()).await.map_err(Error::internal)??;
    Ok(Json(SystemStorage { database, items }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_told_with_the_account_it_is_about() {
        let about = json!({ "account": "demo" });
        assert_eq!(label("account.refresh-addresses", &about), "更新微信服务器的地址（公众号 demo）");
        assert_eq!(label("consult.tidy", &json!({})), "清理到期的咨询");
    }

    #[test]
    fn a_size_counts_files_below_and_nothing_that_is_not_there() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("a")).unwrap();
        std::fs::write(folder.path().join("a/one"), "12345").unwrap();
        std::fs::write(folder.path().join("two"), "123").unwrap();
        assert_eq!(size(folder.path()).unwrap(), 8);
        assert_eq!(size(&folder.path().join("none")).unwrap(), 0);
    }
}
