//! Opening the database by its address, with sentences for what an installer can mend.

use std::path::Path;

use super::{Db, Error, Kind, Options};
use crate::{Code, Problem, Result};

impl Db {
    /// Opens the database at `sqlite:PATH` or `postgres://…`, making a SQLite file that is not there, and brings its
    /// tables up to date.
    ///
    /// # Errors
    /// [`Code::BadSetting`] for another address; [`Code::DatabaseNewer`] if a newer program made the database;
    /// [`Code::DatabaseUnusable`] if it cannot be reached, read or written.
    pub async fn open(address: &str, options: &Options) -> Result<Self> {
        if let Some(rest) = address.strip_prefix("sqlite:") {
            let path = Path::new(rest.strip_prefix("//").unwrap_or(rest));
            let about = format!("数据库文件 {}", path.display());
            return Self::open_sqlite(path, options).await.map_err(|error| told(&error, about));
        }
        if address.starts_with("postgres://") || address.starts_with("postgresql://") {
            let about = format!("数据库 {}", without_password(address));
            return Self::open_postgres(address, options).await.map_err(|error| told(&error, about));
        }
        let problem = Problem::new(Code::BadSetting, "数据库地址");
        Err(problem.because("应以 sqlite: 或 postgres:// 开头").into())
    }
}

/// The address for messages: host and database only.
fn without_password(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let rest = rest.split('?').next().unwrap_or_default();
    rest.rsplit_once('@').map_or(rest, |(_, place)| place).to_owned()
}

fn told(error: &Error, about: String) -> crate::Error {
    // The installer sees the sentence; whoever has to look closer finds the source in the log.
    tracing::info!(%error, "the database cannot be opened");
    match error.kind() {
        Kind::Newer => Problem::new(Code::DatabaseNewer, about),
        Kind::Busy => Problem::new(Code::DatabaseUnusable, about).because("正被占用，没有空闲的连接"),
        _ => Problem::new(Code::DatabaseUnusable, about).because(why(error.source())),
    }
    .into()
}

/// The reason in Chinese, from SQLite's result codes (sqlite.org/rescode.html) and PostgreSQL's error codes (appendix A
/// of its manual).
fn why(source: &sqlx::Error) -> &'static str {
    match source {
        sqlx::Error::Io(_) => "连接不上，数据库服务可能没有启动",
        sqlx::Error::Configuration(_) => "地址写法有误，或数据库版本太旧",
        sqlx::Error::Tls(_) => "加密连接没有建立",
        sqlx::Error::Migrate(_) => "升级表结构没有成功",
        sqlx::Error::Database(error) => match error.code().as_deref() {
            Some("14") => "打不开，文件所在目录不存在或没有权限",
            Some("8" | "1032" | "776" | "520" | "1544") => "没有写权限",
            Some("26") => "不是数据库文件",
            Some("11") => "文件已损坏",
            Some("13") => "磁盘空间已满",
            Some("28P01" | "28000") => "用户名或密码不对",
            Some("3D000") => "没有这个数据库",
            Some("42501") => "该用户没有建表的权限",
            _ => "不能读写",
        },
        _ => "不能读写",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn refused(address: &str) -> Problem {
        Db::open(address, &Options::default()).await.unwrap_err().shown()
    }

    #[tokio::test]
    async fn an_address_opens_its_database() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lantai.sqlite");
        for address in [format!("sqlite:{}", path.display()), format!("sqlite://{}", path.display())] {
            Db::open(&address, &Options::default()).await.unwrap().close().await;
        }
        assert!(path.try_exists().unwrap());
    }

    #[tokio::test]
    async fn what_cannot_be_opened_is_named_with_a_reason() {
        let folder = tempfile::tempdir().unwrap();
        let missing = refused(&format!("sqlite:{}/no/such/db", folder.path().display())).await;
        assert_eq!(missing.code(), Code::DatabaseUnusable);
        assert!(missing.to_string().contains("/no/such/db"), "{missing}");

        let path = folder.path().join("text");
        std::fs::write(&path, "this is a text and no database at all. ".repeat(200)).unwrap();
        assert_eq!(refused(&format!("sqlite:{}", path.display())).await.sentence(), "不是数据库文件");

        assert_eq!(refused("mysql://x").await.code(), Code::BadSetting);
    }

    #[tokio::test]
    async fn an_unreachable_server_is_named_without_its_password() {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("postgres://lantai:s3cret@localhost/lantai?host={}", folder.path().display());
        let problem = refused(&address).await;
        assert_eq!(problem.code(), Code::DatabaseUnusable);
        assert!(
            problem.to_string().contains("localhost/lantai") && !problem.to_string().contains("s3cret"),
            "{problem}"
        );
    }

    #[tokio::test]
    async fn r13_a_database_of_a_newer_program_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("sqlite:{}/db", folder.path().display());
        let db = Db::open(&address, &Options::default()).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        tx.sql(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             VALUES (9999, 'future', TRUE, x'00', 0)",
        )
        .run()
        .await
        .unwrap();
        tx.commit().await.unwrap();
        db.close().await;
        assert_eq!(refused(&address).await.code(), Code::DatabaseNewer);
    }
}
