//! The door for settings files.

use std::error::Error;

use kernel::Settings;
use kernel::settings::{Field, File, Kind, Schema, Section};

use crate::Body;

const SECTIONS: [Section; 2] = [
    Section {
        name: "server",
        doc: "服务",
        fields: &[
            Field::new("listen", Kind::Address, "监听"),
            Field::new("size", Kind::Integer { least: 1, most: 9 }, "大小"),
        ],
    },
    Section {
        name: "accounts.*", doc: "公众号", fields: &[Field::new("kind", Kind::Choice(&["service"]), "类型")]
    },
];

/// A settings file.
pub(crate) fn settings() -> Result<Body, Box<dyn Error>> {
    let schema = Schema::new(SECTIONS);
    Ok(Box::new(move |bytes| {
        let text = String::from_utf8_lossy(bytes);
        match Settings::read(&schema, File { name: "lantai.toml", text: &text }, []) {
            Ok(settings) => format!("read {}", settings.redacted().len().min(1)),
            Err(complaints) => {
                assert!(!complaints.all().is_empty(), "a refusal says why");
                format!("{} complaints", complaints.all().len().min(4))
            }
        }
    }))
}
