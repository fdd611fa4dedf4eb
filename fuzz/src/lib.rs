//! What strangers send, put to the doors that read it.
//!
//! A [`Door`] takes any bytes, hands them to what reads them in the hall, and checks what is promised about the outcome.
//! Nothing may panic but these checks. The same doors are driven by libFuzzer (`src/main.rs`) and, without coverage, by
//! the acceptance tests.

#![expect(clippy::unnecessary_wraps, reason = "every door is opened alike, and some need a folder")]

mod article;
mod asking;
mod callback;
mod codes;
mod dates;
mod importers;
mod mapping;
mod settings;
mod texts;

use std::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Takes one input and says in a word or two what became of it.
pub type Body = Box<dyn FnMut(&[u8]) -> String + Send>;

/// How a door is opened: with whatever it needs besides an input.
pub type Opening = fn() -> Result<Body, Box<dyn Error>>;

/// What kind of thing comes in at a door.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Group {
    /// Files of catalogues.
    Importers,
    /// What is asked: questions, addresses, requests of harvesters and viewers.
    Query,
    /// Dates and years.
    Dates,
    /// Reference codes and document numbers.
    Codes,
    /// What comes to the callback of an Official Account.
    Callback,
    /// Settings files.
    Settings,
    /// HTML of articles, and texts that become articles.
    Articles,
}

/// A door: a place where what strangers send comes in.
#[derive(Clone, Copy, Debug)]
pub struct Door {
    /// Its name; its first inputs and its words stand under it.
    pub name: &'static str,
    /// What kind of thing comes in.
    pub group: Group,
    /// Opens it.
    pub open: Opening,
}

/// All doors.
pub const DOORS: [Door; 21] = [
    Door { name: "table", group: Group::Importers, open: importers::table },
    Door { name: "workbook", group: Group::Importers, open: importers::workbook },
    Door { name: "finding-aid", group: Group::Importers, open: importers::finding_aid },
    Door { name: "transfer-package", group: Group::Importers, open: importers::transfer_package },
    Door { name: "atom", group: Group::Importers, open: importers::atom },
    Door { name: "mapping", group: Group::Importers, open: mapping::mapping },
    Door { name: "question", group: Group::Query, open: asking::question },
    Door { name: "address", group: Group::Query, open: asking::address },
    Door { name: "harvest", group: Group::Query, open: asking::harvest },
    Door { name: "image", group: Group::Query, open: asking::image },
    Door { name: "date", group: Group::Dates, open: dates::date },
    Door { name: "years", group: Group::Dates, open: dates::years },
    Door { name: "code", group: Group::Codes, open: codes::code },
    Door { name: "envelope", group: Group::Callback, open: callback::envelope },
    Door { name: "message", group: Group::Callback, open: callback::message },
    Door { name: "reply", group: Group::Callback, open: callback::reply },
    Door { name: "settings", group: Group::Settings, open: settings::settings },
    Door { name: "article", group: Group::Articles, open: article::article },
    Door { name: "word-document", group: Group::Articles, open: texts::word },
    Door { name: "text", group: Group::Articles, open: texts::text },
    Door { name: "feed", group: Group::Articles, open: texts::feed },
];

/// The door of a name.
pub fn door(name: &str) -> Option<&'static Door> {
    DOORS.iter().find(|door| door.name == name)
}

impl Group {
    /// Its name, as folders have it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Importers => "importers",
            Self::Query => "query",
            Self::Dates => "dates",
            Self::Codes => "codes",
            Self::Callback => "callback",
            Self::Settings => "settings",
            Self::Articles => "articles",
        }
    }
}

impl Door {
    /// The folder of the inputs to begin with: good ones, and those that once broke something.
    pub fn seeds(&self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(self.group.name()).join(self.name)
    }

    /// The inputs to begin with, in the order of their names.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn inputs(&self) -> io::Result<Vec<Vec<u8>>> {
        let entries: Vec<_> = fs::read_dir(self.seeds())?.collect::<io::Result<_>>()?;
        let mut files: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
        files.sort_unstable();
        files.into_iter().map(fs::read).collect()
    }

    /// What means something at the door, a word a line.
    ///
    /// # Errors
    /// If the list cannot be read.
    pub fn words(&self) -> io::Result<Vec<String>> {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("words").join(self.name).with_extension("txt");
        Ok(fs::read_to_string(file)?.lines().map(str::to_owned).collect())
    }
}

/// The kind of an outcome: its debug text as far as it is a name.
fn kind(outcome: &impl std::fmt::Debug) -> String {
    let text = format!("{outcome:?}");
    text.split(|letter: char| !letter.is_ascii_alphanumeric()).take(2).collect::<Vec<_>>().join(" ")
}
