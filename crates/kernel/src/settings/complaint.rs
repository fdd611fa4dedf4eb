//! What is wrong with the settings, all of it at once.

use std::fmt;

use crate::{Code, Problem};

/// Where something is wrong.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Place {
    /// A line of the file, counted from 1.
    Line(usize),
    /// An environment variable.
    Variable(String),
    /// Nowhere: it is missing.
    Missing,
}

/// One thing that is wrong, in Chinese.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Complaint {
    /// Where.
    pub place: Place,
    /// What, without a full stop. It never holds the value of a secret.
    pub text: String,
}

/// Everything that is wrong with the settings, in the order of the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Complaints {
    file: String,
    all: Vec<Complaint>,
}

impl Complaints {
    pub(super) fn new(file: &str, mut all: Vec<Complaint>) -> Self {
        all.sort();
        Self { file: file.to_owned(), all }
    }

    /// Each of them.
    pub fn all(&self) -> &[Complaint] {
        &self.all
    }
}

impl std::error::Error for Complaints {}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Line(line) => write!(f, "第 {line} 行：{}", self.text),
            Place::Variable(name) => write!(f, "环境变量 {name}：{}", self.text),
            Place::Missing => f.write_str(&self.text),
        }
    }
}

impl fmt::Display for Complaints {
    /// One line for each, after the name of the file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} 有 {} 处错误", self.file, self.all.len())?;
        self.all.iter().try_for_each(|complaint| write!(f, "\n  {complaint}"))
    }
}

impl From<Complaints> for Problem {
    fn from(complaints: Complaints) -> Self {
        let lines = complaints.all.iter().map(ToString::to_string).collect::<Vec<_>>();
        Self::new(Code::BadSetting, format!("设置 {}", complaints.file)).because(lines.join("；"))
    }
}
