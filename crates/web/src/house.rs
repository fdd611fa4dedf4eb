//! The institution as readers meet it: settings `[house]`.

use crate::{Hours, Theme};

/// The profile of the institution. Every page, and what the account says in the chat, is written from it.
#[derive(Clone, PartialEq, Eq, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct House {
    /// Its name ("清源县档案馆").
    pub name: String,
    /// Its archives code, 6 digits (DA/T 18-2022 档案馆代码).
    pub code: String,
    /// Where it is.
    pub address: String,
    /// The telephone of the reading room, as it is to be read.
    pub telephone: String,
    /// Where harvesters of the catalogue write to.
    #[serde(default)]
    pub email: Option<String>,
    /// How to get there, one way per line.
    #[serde(default)]
    pub directions: Vec<String>,
    /// When the reading room is open.
    pub hours: Hours,
    /// What visitors should know now, newest first.
    #[serde(default)]
    pub notices: Vec<Notice>,
    /// To whom one complains.
    pub complaint: Complaint,
    /// The name of the official account in WeChat, where questions can be asked.
    #[serde(default)]
    pub account: Option<String>,
    /// Its own accent colour, instead of cinnabar.
    #[serde(default)]
    pub theme: Option<Theme>,
    /// Whether what is shown is invented: every page then says 演示数据.
    #[serde(default)]
    pub demo: bool,
}

/// A notice to visitors.
#[derive(Clone, PartialEq, Eq, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// The day it was given, as it is to be read.
    pub date: String,
    /// What it says.
    pub text: String,
}

/// The archives authority that takes complaints (Archives Law 2020, article 28).
#[derive(Clone, PartialEq, Eq, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Complaint {
    /// The authority ("清源县档案局").
    pub authority: String,
    /// Its telephone.
    pub telephone: String,
}

impl House {
    /// The telephone as a `tel:` link.
    pub fn telephone_link(&self) -> String {
        telephone_link(&self.telephone)
    }

    /// The authority's telephone as a `tel:` link.
    pub fn complaint_link(&self) -> String {
        telephone_link(&self.complaint.telephone)
    }
}

fn telephone_link(text: &str) -> String {
    let digits: String = text.chars().filter(|char| char.is_ascii_digit() || *char == '+').collect();
    format!("tel:{digits}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_house_is_read_from_its_settings() {
        let house: House = toml::from_str(include_str!("../assets/sample-house.toml")).unwrap();
        assert_eq!(house.telephone_link(), "tel:07635550123");
        assert!(house.demo && house.hours.week().len() == 3);
    }

    #[test]
    fn an_unknown_setting_is_refused() {
        let text = format!("colour = \"red\"\n{}", include_str!("../assets/sample-house.toml"));
        assert!(toml::from_str::<House>(&text).unwrap_err().to_string().contains("colour"));
    }
}
