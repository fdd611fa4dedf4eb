//! Requests and answers of the API as they stand on the wire, used by the client and by an emulator.
//!
//! Field names are WeChat's. Numbers may arrive as text and text as numbers; both are read.

pub mod account;
pub mod comment;
pub mod custom;
pub mod draft;
pub mod loose;
pub mod mass;
pub mod material;
pub mod media;
pub mod menu;
pub mod notice;
pub mod publish;
pub mod scene;
pub mod statistics;
pub mod token;
pub mod user;

use serde::{Deserialize, Serialize};

use crate::errcode::Errcode;

/// `{"errcode", "errmsg"}`: the answer of calls that change something, and of every failure. The HTTP status is 200 in
/// both cases.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// 0 on success.
    #[serde(default, deserialize_with = "loose::integer")]
    pub errcode: i64,
    /// `ok`, or the text of the code with ` rid: xxxxxxxx-xxxxxxxx-xxxxxxxx`.
    #[serde(default)]
    pub errmsg: String,
}

impl Outcome {
    /// `{"errcode":0,"errmsg":"ok"}`
    pub fn ok() -> Self {
        Self::of(Errcode::OK, "")
    }

    /// The answer for `code` as WeChat words it, with the request id `rid` if it is not empty.
    pub fn of(code: Errcode, rid: &str) -> Self {
        let text = code.message();
        let errmsg = if rid.is_empty() { text.to_owned() } else { format!("{text} rid: {rid}") };
        Self { errcode: code.0, errmsg }
    }
}

/// `{"ip_list"}` of `getcallbackip` and `get_api_domain_ip`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IpList {
    /// Addresses or networks.
    pub ip_list: Vec<String>,
}

#[cfg(test)]
mod tests;
