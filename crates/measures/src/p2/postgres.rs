//! PostgreSQL with an index of trigrams over titles and creators.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::str::FromStr as _;

use measures::Outcome;
use measures::corpus::Row;
use measures::questions::Question;
use sqlx::postgres::{PgArguments, PgConnectOptions};
use sqlx::{Arguments as _, ConnectOptions as _, Connection as _, PgConnection, Row as _};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::Engine;

/// Rows of one statement.
const BATCH: usize = 5000;
/// No port is taken; memory enough for the table and the index, and no waiting for the disk while they are built.
const OPTIONS: &str = "-c fsync=off -c shared_buffers=1GB -c work_mem=64MB -c maintenance_work_mem=512MB \
                       -c max_wal_size=4GB -c jit=off -c listen_addresses= -c unix_socket_directories=";

/// The cluster and a connection to it.
pub(crate) struct Postgres {
    runtime: Runtime,
    connection: PgConnection,
    _cluster: Cluster,
}

impl Postgres {
    /// Starts a cluster of its own and loads the rows.
    pub(crate) fn start(rows: &[Row]) -> Outcome<Self> {
        let cluster = Cluster::start()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let address = format!("postgres://lantai@localhost/postgres?host={}", cluster.folder.path().display());
        let connection = runtime.block_on(loaded(&address, rows))?;
        Ok(Self { runtime, connection, _cluster: cluster })
    }
}

async fn loaded(address: &str, rows: &[Row]) -> Outcome<PgConnection> {
    let options = PgConnectOptions::from_str(address)?.disable_statement_logging();
    let mut connection = PgConnection::connect_with(&options).await?;
    let table = "CREATE EXTENSION pg_trgm;
        CREATE TABLE record (id BIGINT PRIMARY KEY, title TEXT NOT NULL, creator TEXT NOT NULL, year SMALLINT NOT NULL,
                             text TEXT NOT NULL)";
    sqlx::raw_sql(table).execute(&mut connection).await?;
    for (batch, rows) in (0_i64..).zip(rows.chunks(BATCH)) {
        let ids: Vec<i64> = (batch * i64::try_from(BATCH)?..).take(rows.len()).collect();
        let titles: Vec<&str> = rows.iter().map(|row| row.title.as_str()).collect();
        let creators: Vec<&str> = rows.iter().map(|row| row.creator.as_str()).collect();
        let years: Vec<i16> = rows.iter().map(|row| row.year).collect();
        let insert = "INSERT INTO record SELECT id, title, creator, year, title || chr(10) || creator
             FROM unnest($1::BIGINT[], $2::TEXT[], $3::TEXT[], $4::SMALLINT[]) AS r (id, title, creator, year)";
        sqlx::query(insert).bind(ids).bind(titles).bind(creators).bind(years).execute(&mut connection).await?;
    }
    let index = "CREATE INDEX record_text ON record USING gin (text gin_trgm_ops);
        CREATE INDEX record_year ON record (year)";
    sqlx::raw_sql(index).execute(&mut connection).await?;
    sqlx::raw_sql("VACUUM ANALYZE record").execute(&mut connection).await?;
    Ok(connection)
}

impl Engine for Postgres {
    fn ask(&mut self, question: &Question) -> Outcome<u64> {
        let mut arguments = PgArguments::default();
        let mut conditions = Vec::new();
        for part in &question.parts {
            arguments.add(format!("%{part}%"))?;
            conditions.push(format!("text LIKE ${}", conditions.len() + 1));
        }
        if let Some((from, to)) = question.years {
            arguments.add(from)?;
            arguments.add(to)?;
            let next = conditions.len() + 1;
            conditions.push(format!("year BETWEEN ${next} AND ${}", next + 1));
        }
        let text = format!(
            "SELECT count(*) OVER (), id, title, creator, year FROM record WHERE {} ORDER BY year DESC, id LIMIT 20",
            conditions.join(" AND ")
        );
        let query = sqlx::query_with(sqlx::AssertSqlSafe(text), arguments);
        let rows = self.runtime.block_on(query.fetch_all(&mut self.connection))?;
        let total: i64 = rows.first().map_or(Ok(0), |row| row.try_get(0))?;
        Ok(u64::try_from(total)?)
    }
}

/// A running cluster in a temporary folder, stopped when dropped.
struct Cluster {
    folder: TempDir,
    binaries: PathBuf,
    user: Option<(u32, u32)>,
}

impl Cluster {
    fn start() -> Outcome<Self> {
        let versions = fs::read_dir("/usr/lib/postgresql")?.filter_map(Result::ok);
        let binaries = versions.map(|version| version.path().join("bin")).max().ok_or("PostgreSQL is not installed")?;
        let cluster = Self { folder: TempDir::new()?, binaries, user: unprivileged()? };
        if let Some((user, group)) = cluster.user {
            chown(cluster.folder.path(), Some(user), Some(group))?;
        }
        let data = cluster.folder.path().join("data");
        // The classes of characters that trigrams are made of come from the locale.
        let locale = ["-U", "lantai", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "-D"];
        cluster.run(cluster.program("initdb").args(locale).arg(&data))?;
        let options = format!("{OPTIONS}{}", cluster.folder.path().display());
        let log = cluster.folder.path().join("log");
        let mut start = cluster.program("pg_ctl");
        start.args(["start", "-s", "-w", "-D"]).arg(&data).arg("-l").arg(&log).args(["-o", &options]);
        cluster.run(&mut start)?;
        Ok(cluster)
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.binaries.join(name));
        command.current_dir("/");
        if let Some((user, group)) = self.user {
            command.uid(user).gid(group);
        }
        command
    }

    fn run(&self, command: &mut Command) -> Outcome<()> {
        let status = command.stdout(std::process::Stdio::null()).status()?;
        let name = Path::new(command.get_program()).display();
        if status.success() {
            Ok(())
        } else {
            Err(format!("{name} in {} ended with {status}", self.folder.path().display()).into())
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut stop = self.program("pg_ctl");
        stop.args(["stop", "-s", "-m", "immediate", "-D"]).arg(self.folder.path().join("data"));
        // There is nothing to do about a failure here.
        let _stopped = self.run(&mut stop);
    }
}

/// The user and group to run it as: PostgreSQL refuses root.
fn unprivileged() -> Outcome<Option<(u32, u32)>> {
    if fs::metadata("/proc/self")?.uid() != 0 {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd")?;
    let line = users.lines().find_map(|line| line.strip_prefix("postgres:")).ok_or("there is no user postgres")?;
    let mut numbers = line.split(':').skip(1).map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(user), Some(group)) => Ok(Some((user?, group?))),
        _ => Err("the user postgres has no number".into()),
    }
}
