//! A PostgreSQL cluster in a temporary folder, reached by a socket in it, without any waiting for the disk.

use std::io::{self, BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection};
use tokio::sync::OnceCell;

use super::must;
use crate::Db;
use crate::db::Options;

/// Starts the server, waits for the end of its standard input, stops the server and removes its folder. So the cluster
/// goes when the tests go, even if they are killed.
const KEEPER: &str = r#"
"$1/pg_ctl" start -s -w -D "$2" -l "$2/log" -o "$3" && echo ready || cat "$2/log"
cat > /dev/null
"$1/pg_ctl" stop -s -m immediate -D "$2"
rm -rf "$2"
"#;

/// Speed instead of safety: nothing in it outlives the tests. The socket is in its own folder, so no port is taken.
const OPTIONS: &str = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300 \
                       -c shared_buffers=32MB -c listen_addresses= -c unix_socket_directories=";

/// The database every other one is copied from: migrated once.
const TEMPLATE: &str = "lantai_template";

/// A running cluster; it stops when dropped, or when the process ends.
#[derive(Debug)]
pub struct Cluster {
    folder: PathBuf,
    keeper: Child,
    made: AtomicU64,
}

impl Cluster {
    /// The one cluster of this test process, started by the first test that asks.
    ///
    /// # Panics
    /// If PostgreSQL is not installed or does not start.
    pub async fn shared() -> &'static Self {
        static SHARED: OnceCell<Cluster> = OnceCell::const_new();
        SHARED.get_or_init(|| async { must(Self::start().await, "PostgreSQL 15 (apt-get install postgresql)") }).await
    }

    /// Starts a cluster of its own, for a test that stops or kills it.
    ///
    /// # Errors
    /// If PostgreSQL is not installed, or does not start.
    pub async fn start() -> io::Result<Self> {
        let binaries = binaries()?;
        let folder = tempfile::Builder::new().prefix("lantai-pg-").tempdir()?.keep();
        let cluster = Self::start_in(&binaries, folder.clone()).inspect_err(|_| {
            // Nobody is there to report a second failure to.
            let _ = std::fs::remove_dir_all(&folder);
        })?;
        cluster.prepare().await.map_err(io::Error::other)?;
        Ok(cluster)
    }

    fn start_in(binaries: &Path, folder: PathBuf) -> io::Result<Self> {
        let user = unprivileged()?;
        let prepared = |program: &Path| {
            let mut command = Command::new(program);
            if let Some((user, group)) = user {
                command.uid(user).gid(group);
            }
            command.current_dir("/").env("LC_ALL", "C");
            command
        };
        if let Some((user, group)) = user {
            chown(&folder, Some(user), Some(group))?;
        }
        let made = prepared(&binaries.join("initdb"))
            .args(["-U", "lantai", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "-D"])
            .arg(&folder)
            .output()?;
        if !made.status.success() {
            return Err(io::Error::other(String::from_utf8_lossy(&made.stderr).into_owned()));
        }
        let mut keeper = prepared(Path::new("/bin/sh"))
            .args(["-c", KEEPER, "keeper"])
            .arg(binaries)
            .arg(&folder)
            .arg(format!("{OPTIONS}{}", folder.display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // The terminal's Ctrl-C must not reach the keeper before the tests have ended.
            .process_group(0)
            .spawn()?;
        let mut said = String::new();
        if let Some(stdout) = keeper.stdout.take() {
            BufReader::new(stdout).read_line(&mut said)?;
        }
        let cluster = Self { folder, keeper, made: AtomicU64::new(0) };
        if said.trim() == "ready" { Ok(cluster) } else { Err(io::Error::other(said)) }
    }

    async fn prepare(&self) -> crate::db::Result<()> {
        self.run(format!("CREATE DATABASE {TEMPLATE}")).await?;
        let template = Db::open_postgres(&self.address(TEMPLATE), &Options::default()).await?;
        template.close().await;
        Ok(())
    }

    /// A new database with all tables, empty.
    ///
    /// # Panics
    /// If it cannot be made.
    pub async fn database(&self) -> Db {
        let address = self.database_address().await;
        must(Db::open_postgres(&address, &Options { readers: 4, ..Options::default() }).await, "a PostgreSQL database")
    }

    /// The address of a new database with all tables, empty.
    ///
    /// # Panics
    /// If it cannot be made.
    pub async fn database_address(&self) -> String {
        let name = format!("t{}", self.made.fetch_add(1, Ordering::Relaxed));
        must(self.run(format!("CREATE DATABASE {name} TEMPLATE {TEMPLATE}")).await, "a PostgreSQL database");
        self.address(&name)
    }

    fn address(&self, database: &str) -> String {
        format!("postgres://lantai@localhost/{database}?host={}", self.folder.display())
    }

    async fn run(&self, statement: String) -> Result<(), sqlx::Error> {
        let options = PgConnectOptions::from_str(&self.address("postgres"))?.disable_statement_logging();
        let mut connection = PgConnection::connect_with(&options).await?;
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut connection).await?;
        connection.close().await
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        // The keeper ends by itself once its input has; there is nothing to do about a failure here.
        let _ = self.keeper.wait();
    }
}

/// Where `initdb` and `pg_ctl` are: Debian's newest, or wherever the package put them.
fn binaries() -> io::Result<PathBuf> {
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = debian.filter_map(|entry| {
        let version = entry.file_name().to_str()?.parse::<u32>().ok()?;
        let folder = entry.path().join("bin");
        folder.join("initdb").is_file().then_some((version, folder))
    });
    if let Some((_, folder)) = newest.max() {
        return Ok(folder);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .find(|folder| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file())
        .ok_or_else(|| io::Error::other("initdb is neither in /usr/lib/postgresql/*/bin nor in PATH"))
}

/// The user and group to run as: PostgreSQL refuses root. `None` if the tests do not run as root.
fn unprivileged() -> io::Result<Option<(u32, u32)>> {
    if std::fs::metadata("/proc/self")?.uid() != 0 {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd")?;
    let find = |name: &str| {
        users.lines().find_map(|line| {
            let mut fields = line.split(':');
            (fields.next()? == name).then_some(())?;
            let mut numbers = fields.skip(1).map(|field| field.parse::<u32>().ok());
            Some((numbers.next()??, numbers.next()??))
        })
    };
    match find("postgres").or_else(|| find("nobody")) {
        Some(user) => Ok(Some(user)),
        None => Err(io::Error::other("the tests run as root, and there is no user postgres or nobody to run it as")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_cluster_leaves_nothing_behind() {
        let cluster = Cluster::start().await.unwrap();
        let folder = cluster.folder.clone();
        cluster.database().await.close().await;
        assert!(folder.try_exists().unwrap());
        drop(cluster);
        assert!(!folder.try_exists().unwrap());
    }
}
