//! What a request brings: query parameters and a body, read leniently.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use crate::fail::Fail;

/// The query parameters; of repeated ones the first counts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query(BTreeMap<String, String>);

impl Query {
    /// Reads the part of an address behind `?`.
    pub(crate) fn parse(raw: &str) -> Self {
        let mut map = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(raw.as_bytes()) {
            map.entry(name.into_owned()).or_insert_with(|| value.into_owned());
        }
        Self(map)
    }

    /// The parameter, empty if absent.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.get(name).map(String::as_str).unwrap_or_default()
    }
}

/// An uploaded file.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) field: String,
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// The body of a request.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    /// Anything but a form with files, whatever its content type says.
    Bytes(Vec<u8>),
    /// `multipart/form-data`
    Form(Vec<File>),
}

impl Body {
    /// The body as JSON: 44002 if empty, 47001 if it does not fit.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Fail> {
        let Self::Bytes(bytes) = self else { return Err(Fail::new(47001)) };
        if bytes.is_empty() {
            return Err(Fail::new(44002));
        }
        serde_json::from_slice(bytes).map_err(|_| Fail::new(47001))
    }

    /// The first file of the form under `field`.
    pub(crate) fn file(&self, field: &str) -> Option<&File> {
        match self {
            Self::Form(files) => files.iter().find(|file| file.field == field),
            Self::Bytes(_) => None,
        }
    }

    /// The beginning of the body as text, for the log of requests.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Bytes(bytes) => String::from_utf8_lossy(bytes).chars().take(4000).collect(),
            Self::Form(files) => {
                let file = |file: &File| format!("{}={} ({} bytes)", file.field, file.name, file.bytes.len());
                files.iter().map(file).collect::<Vec<_>>().join("; ")
            }
        }
    }
}
