//! What a call of the API comes to: an answer, or an error code with its exact text.

use serde_json::{Map, Value, json};
use wechat::errcode::Errcode;

/// A good answer.
#[derive(Debug)]
pub(crate) enum Answer {
    /// JSON, HTTP 200.
    Json(Value),
    /// A file: content type, file name, bytes.
    File(String, String, Vec<u8>),
}

impl Answer {
    /// `{"errcode":0,"errmsg":"ok"}`
    pub(crate) fn ok() -> Self {
        Self::Json(json!({"errcode": 0, "errmsg": "ok"}))
    }
}

/// An error code, with the fields some errors carry beside it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fail {
    pub(crate) code: i64,
    text: Option<String>,
    more: Map<String, Value>,
}

impl Fail {
    /// The code with its usual text.
    pub(crate) fn new(code: i64) -> Self {
        Self { code, text: None, more: Map::new() }
    }

    /// The code with a text of its own.
    pub(crate) fn said(code: i64, text: impl Into<String>) -> Self {
        Self { code, text: Some(text.into()), more: Map::new() }
    }

    /// The same with one more field beside the code.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.insert(name.to_owned(), value.into());
        self
    }

    /// The body of the answer; every error text ends on the request's id (reference, "Naming trap").
    pub(crate) fn body(&self, rid: &str) -> Value {
        let text = match &self.text {
            Some(text) => text.as_str(),
            None => Errcode(self.code).message(),
        };
        let mut body = Map::new();
        body.insert("errcode".to_owned(), json!(self.code));
        body.insert("errmsg".to_owned(), json!(format!("{text} rid: {rid}")));
        body.extend(self.more.clone());
        Value::Object(body)
    }
}

/// Adds a field to a JSON object.
pub(crate) fn put(object: &mut Value, name: &str, value: impl Into<Value>) {
    if let Some(fields) = object.as_object_mut() {
        fields.insert(name.to_owned(), value.into());
    }
}

/// What every handler returns.
pub(crate) type Outcome = Result<Answer, Fail>;

#[cfg(test)]
mod tests {
    use super::Fail;

    #[test]
    fn errors_carry_the_exact_text_and_the_request_id() {
        let body = Fail::new(48001).body("6543210f-1a2b3c4d-5e6f7a8b");
        assert_eq!(body["errcode"], 48001);
        assert_eq!(body["errmsg"], "api unauthorized rid: 6543210f-1a2b3c4d-5e6f7a8b");
    }
}
