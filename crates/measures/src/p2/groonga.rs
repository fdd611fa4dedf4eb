//! Groonga as a server: pairs of characters with positions, the cache off.

use std::fmt::Write as _;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use measures::Outcome;
use measures::corpus::Row;
use measures::http::{Connection, query};
use measures::peer::Peer;
use measures::questions::Question;
use serde_json::{Value, json};

use super::Engine;

const SCHEMA: &str = "table_create Rows TABLE_NO_KEY
column_create Rows title COLUMN_SCALAR ShortText
column_create Rows creator COLUMN_SCALAR ShortText
column_create Rows year COLUMN_SCALAR Int16
load --table Rows
";
/// The index comes after the rows, which is quicker.
const INDEX: &str =
    "table_create Pairs TABLE_PAT_KEY ShortText --default_tokenizer TokenBigram --normalizer NormalizerAuto
column_create Pairs rows COLUMN_INDEX|WITH_POSITION|WITH_SECTION Rows title,creator
table_create Years TABLE_PAT_KEY Int16
column_create Years rows COLUMN_INDEX Rows year
";

/// The server and a connection to it.
pub(crate) struct Groonga {
    connection: Connection,
    _server: Peer,
}

impl Groonga {
    /// Loads the rows and starts the server.
    pub(crate) fn start(folder: &Path, rows: &[Row]) -> Outcome<Self> {
        let folder = folder.join("groonga");
        std::fs::create_dir(&folder)?;
        let database = folder.join("db");
        let mut load = Command::new("groonga");
        let mut load = load.arg("-n").arg(&database).stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
        if let Some(commands) = load.stdin.take() {
            let mut commands = BufWriter::new(commands);
            commands.write_all(SCHEMA.as_bytes())?;
            writeln!(commands, "[[\"title\",\"creator\",\"year\"]")?;
            for row in rows {
                writeln!(commands, ",{}", json!([row.title, row.creator, row.year]))?;
            }
            writeln!(commands, "]")?;
            commands.write_all(INDEX.as_bytes())?;
            commands.flush()?;
        }
        if !load.wait()?.success() {
            return Err("groonga could not load the rows".into());
        }
        let server = Peer::start(|port| {
            let mut command = Command::new("groonga");
            command.args(["-s", "--protocol", "http", "--bind-address", "127.0.0.1", "--cache-limit", "0", "-p"]);
            command.arg(port.to_string()).arg(database);
            Ok(command)
        })?;
        Ok(Self { connection: Connection::new(server.address.clone()), _server: server })
    }
}

impl Engine for Groonga {
    fn ask(&mut self, question: &Question) -> Outcome<u64> {
        let parts: Vec<String> = question.parts.iter().map(|part| format!("\"{part}\"")).collect();
        let (typed, mut filter) = (parts.join(" "), String::new());
        let mut asked = vec![
            ("table", "Rows"),
            ("match_columns", "title||creator"),
            ("query", typed.as_str()),
            ("sort_keys", "-_score"),
            ("limit", "20"),
            ("output_columns", "_id,title,creator,year"),
            ("cache", "no"),
        ];
        if let Some((from, to)) = question.years {
            write!(filter, "year >= {from} && year <= {to}")?;
            asked.push(("filter", &filter));
        }
        let answer = self.connection.get(&format!("/d/select?{}", query(&asked)))?;
        let body: Value = serde_json::from_slice(answer.body)?;
        body.pointer("/1/0/0/0").and_then(Value::as_u64).ok_or_else(|| format!("{typed}: {body}").into())
    }
}
