//! The institution as readers meet it: settings `[house]`, and what staff have kept since.

use std::collections::BTreeMap;

use kernel::Day;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Hours, Markup, SiteText, Theme};

/// The most characters of a line.
const MOST_LINE: usize = 200;
/// The most ways to get there.
const MOST_DIRECTIONS: usize = 20;
/// The most characters of a notice.
const MOST_NOTICE: usize = 1000;
/// The most notices at once.
const MOST_NOTICES: usize = 50;

/// The profile of the institution. Every page, and what the account says in the chat, is written from it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
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
    /// What visitors should know, in the order in which it is told.
    #[serde(default)]
    pub notices: Vec<Notice>,
    /// To whom one complains.
    pub complaint: Complaint,
    /// The name of the official account in WeChat, where questions can be asked.
    #[serde(default)]
    pub account: Option<String>,
    /// Longer texts of the readers' site that differ from those that come with the program, by [`SiteText::name`].
    #[serde(default)]
    pub texts: BTreeMap<String, String>,
    /// Its own accent colour, instead of cinnabar.
    #[serde(default)]
    pub theme: Option<Theme>,
    /// Whether what is shown is invented: every page then says 演示数据.
    #[serde(default)]
    pub demo: bool,
}

/// A notice to visitors.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// The day it was given, as it is to be read.
    pub date: String,
    /// What it says.
    pub text: String,
    /// The last day on which it is shown; none: until it is taken down.
    #[serde(default)]
    #[schema(required, value_type = Option<String>, format = Date)]
    pub until: Option<Day>,
}

/// The archives authority that takes complaints (Archives Law 2020, article 28).
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Complaint {
    /// The authority ("清源县档案局").
    pub authority: String,
    /// Its telephone.
    pub telephone: String,
}

/// What staff keep of the profile: who the house is, and how it is reached.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// As [`House::name`].
    pub name: String,
    /// As [`House::address`].
    pub address: String,
    /// As [`House::telephone`].
    pub telephone: String,
    /// As [`House::email`].
    #[schema(required)]
    pub email: Option<String>,
    /// As [`House::directions`].
    pub directions: Vec<String>,
    /// As [`House::complaint`].
    pub complaint: Complaint,
    /// As [`House::account`].
    #[schema(required)]
    pub account: Option<String>,
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

    /// The notices that are shown on a day.
    pub fn notices_on(&self, day: Day) -> impl Iterator<Item = &Notice> {
        self.notices.iter().filter(move |notice| notice.until.is_none_or(|until| day <= until))
    }

    /// A text of the readers' site as it stands in a page: the house's own, or the one that comes with the program.
    pub fn text(&self, text: SiteText) -> Markup {
        text.markup(self.texts.get(text.name()).map_or_else(|| text.shipped(), String::as_str))
    }
}

impl Profile {
    /// What does not fit, in words; none if all does.
    pub(crate) fn problem(&self) -> Option<String> {
        let Self { name, address, telephone, complaint, .. } = self;
        let needed = [
            ("馆名", name),
            ("地址", address),
            ("查档电话", telephone),
            ("投诉受理机关", &complaint.authority),
            ("投诉电话", &complaint.telephone),
        ];
        if let Some((label, _)) = needed.iter().find(|(_, text)| text.trim().is_empty()) {
            return Some(format!("没有写{label}"));
        }
        let (email, account) = (self.email.as_deref(), self.account.as_deref());
        let fits = |email: &str| {
            let plain = !email.contains(|char: char| char.is_whitespace() || matches!(char, '<' | '>' | '"'));
            plain && email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.'))
        };
        if email.is_some_and(|email| !fits(email)) {
            return Some("电子邮箱没有写对，应写成 office@example.cn 这样".to_owned());
        }
        if self.directions.len() > MOST_DIRECTIONS {
            return Some(format!("交通方式超过 {MOST_DIRECTIONS} 行"));
        }
        let mut lines: Vec<(&str, &str)> = needed.iter().map(|(label, text)| (*label, text.as_str())).collect();
        lines.extend(self.directions.iter().map(|line| ("交通方式", line.as_str())));
        lines.extend([("电子邮箱", email.unwrap_or("")), ("公众号名称", account.unwrap_or(""))]);
        too_long(&lines)
    }
}

impl Notice {
    /// What does not fit, in words; none if all does.
    pub(crate) fn problem(notices: &[Self]) -> Option<String> {
        if notices.len() > MOST_NOTICES {
            return Some(format!("公告超过 {MOST_NOTICES} 条，请先撤下旧的"));
        }
        notices.iter().find_map(|notice| {
            let Self { date, text, .. } = notice;
            let about = short(text);
            if text.trim().is_empty() {
                Some("有一条公告没有写内容".to_owned())
            } else if text.chars().count() > MOST_NOTICE {
                Some(format!("公告“{about}”超过 {MOST_NOTICE} 字"))
            } else if Day::parse(date).is_none() {
                Some(format!("公告“{about}”的日期应写成 2026-10-01"))
            } else {
                None
            }
        })
    }
}

/// The first of some named lines that is too long or more than one line, in words.
pub(crate) fn too_long<T: AsRef<str>>(lines: &[(&str, T)]) -> Option<String> {
    lines.iter().find_map(|(label, text)| {
        let text = text.as_ref();
        if text.chars().any(char::is_control) {
            Some(format!("{label}只能写一行"))
        } else if text.chars().count() > MOST_LINE {
            Some(format!("{label}超过 {MOST_LINE} 字"))
        } else {
            None
        }
    })
}

/// The beginning of a text, to name it by.
pub(crate) fn short(text: &str) -> String {
    text.chars().take(20).collect()
}

fn telephone_link(text: &str) -> String {
    let digits: String = text.chars().filter(|char| char.is_ascii_digit() || *char == '+').collect();
    format!("tel:{digits}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn house() -> House {
        toml::from_str(include_str!("../assets/sample-house.toml")).unwrap()
    }

    #[test]
    fn a_house_is_read_from_its_settings() {
        let house = house();
        assert_eq!(house.telephone_link(), "tel:07635550123");
        assert!(house.demo && house.hours.week().len() == 3);
    }

    #[test]
    fn an_unknown_setting_is_refused() {
        let text = format!("colour = \"red\"\n{}", include_str!("../assets/sample-house.toml"));
        assert!(toml::from_str::<House>(&text).unwrap_err().to_string().contains("colour"));
    }

    #[test]
    fn a_notice_is_shown_until_its_last_day() {
        let mut house = house();
        let day = |day| Day::from_civil(2026, 11, day).unwrap();
        house.notices[0].until = Some(day(20));
        assert_eq!((house.notices_on(day(20)).count(), house.notices_on(day(21)).count()), (2, 1));
    }

    #[test]
    fn a_profile_that_does_not_fit_is_refused_in_words() {
        let profile = house().profile();
        assert_eq!(profile.problem(), None);
        let told = |change: &dyn Fn(&mut Profile)| {
            let mut profile = profile.clone();
            change(&mut profile);
            profile.problem().unwrap_or_default()
        };
        assert_eq!(told(&|profile| profile.name = " ".into()), "没有写馆名");
        assert_eq!(told(&|profile| profile.address = "a\nb".into()), "地址只能写一行");
        assert_eq!(told(&|profile| profile.telephone = "1".repeat(201)), "查档电话超过 200 字");
        for email in ["office", "@a.cn", "a@b", "a b@c.cn", "<a@b.cn>"] {
            assert!(told(&|profile| profile.email = Some(email.into())).contains("电子邮箱"), "{email}");
        }
        let wrong = Notice { date: "昨天".into(), text: "闭馆".into(), until: None };
        assert_eq!(Notice::problem(&[wrong]).unwrap(), "公告“闭馆”的日期应写成 2026-10-01");
    }
}
