//! The program under measure, asked at its public addresses.

use measures::Outcome;
use measures::http::{Connection, query};
use measures::questions::Question;
use serde_json::Value;

use super::Engine;

/// One of its addresses.
pub(crate) struct Hall {
    connection: Connection,
    path: &'static str,
    total: fn(&[u8]) -> Option<u64>,
}

impl Hall {
    /// The interface for machines.
    pub(crate) fn interface(address: &str) -> Self {
        let total = |body: &[u8]| serde_json::from_slice::<Value>(body).ok()?.get("total")?.as_u64();
        Self { connection: Connection::new(address), path: "/api/public/v1/search", total }
    }

    /// The page.
    pub(crate) fn page(address: &str) -> Self {
        Self { connection: Connection::new(address), path: "/search", total: told }
    }
}

impl Engine for Hall {
    fn ask(&mut self, question: &Question) -> Outcome<u64> {
        let typed = question.parts.join(" ");
        let (from, to) = question.years.map_or_else(Default::default, |(from, to)| (from.to_string(), to.to_string()));
        let mut asked = vec![("q", typed.as_str())];
        if question.years.is_some() {
            asked.extend([("year_from", from.as_str()), ("year_to", to.as_str())]);
        }
        let answer = self.connection.get(&format!("{}?{}", self.path, query(&asked)))?;
        if answer.status != 200 {
            return Err(format!("{typed}: {}", answer.status).into());
        }
        (self.total)(answer.body).ok_or_else(|| format!("{typed}: no total").into())
    }
}

/// The total a page tells: 找到 12,345 条.
fn told(body: &[u8]) -> Option<u64> {
    let (_, rest) = std::str::from_utf8(body).ok()?.split_once("role=\"status\">")?;
    let (told, _) = rest.split_once(" 条")?;
    told.chars().filter(char::is_ascii_digit).collect::<String>().parse().ok()
}
