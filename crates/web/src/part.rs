//! The parts in which the house is kept: each has its own versions, so that two people who change different things do not
//! stand in each other's way.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::hours::periods_text;
use crate::site_text::SiteText;
use crate::{Calendar, Hours, House, Notice, Profile, date_text, day_text};

/// A part of the house, whole.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "part", content = "content", rename_all = "kebab-case")]
pub enum HousePart {
    /// Name, address, telephones.
    Profile(Profile),
    /// The week and the days of its own.
    Hours(Hours),
    /// Public holidays and working days.
    Calendar(Calendar),
    /// Notices.
    Notices(Vec<Notice>),
    /// Texts of the readers' site that differ from those that come with the program.
    Texts(BTreeMap<String, String>),
}

/// Which part.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PartName {
    /// 基本信息
    Profile,
    /// 开放时间
    Hours,
    /// 节假日
    Calendar,
    /// 公告
    Notices,
    /// 网站文字
    Texts,
}

impl PartName {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Profile, Self::Hours, Self::Calendar, Self::Notices, Self::Texts];

    /// The word in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Hours => "hours",
            Self::Calendar => "calendar",
            Self::Notices => "notices",
            Self::Texts => "texts",
        }
    }

    /// The words staff see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Profile => "基本信息",
            Self::Hours => "开放时间",
            Self::Calendar => "节假日安排",
            Self::Notices => "公告",
            Self::Texts => "网站文字",
        }
    }
}

impl House {
    /// What staff keep of the profile.
    pub fn profile(&self) -> Profile {
        Profile {
            name: self.name.clone(),
            address: self.address.clone(),
            telephone: self.telephone.clone(),
            email: self.email.clone(),
            directions: self.directions.clone(),
            complaint: self.complaint.clone(),
            account: self.account.clone(),
        }
    }

    /// A part as it is.
    pub fn part(&self, name: PartName) -> HousePart {
        match name {
            PartName::Profile => HousePart::Profile(self.profile()),
            PartName::Hours => HousePart::Hours(self.hours.clone()),
            PartName::Calendar => HousePart::Calendar(self.hours.calendar.clone()),
            PartName::Notices => HousePart::Notices(self.notices.clone()),
            PartName::Texts => HousePart::Texts(self.texts.clone()),
        }
    }

    /// Puts a part in the place of the one it has.
    pub fn put(&mut self, part: HousePart) {
        match part {
            HousePart::Profile(profile) => {
                let Profile { name, address, telephone, email, directions, complaint, account } = profile;
                (self.name, self.address, self.telephone) = (name, address, telephone);
                (self.email, self.directions, self.complaint, self.account) = (email, directions, complaint, account);
            }
            HousePart::Hours(hours) => {
                let calendar = std::mem::take(&mut self.hours.calendar);
                self.hours = Hours { calendar, ..hours };
            }
            HousePart::Calendar(calendar) => self.hours.calendar = calendar,
            HousePart::Notices(notices) => self.notices = notices,
            HousePart::Texts(texts) => self.texts = texts,
        }
    }
}

impl HousePart {
    /// Which it is.
    pub const fn name(&self) -> PartName {
        match self {
            Self::Profile(_) => PartName::Profile,
            Self::Hours(_) => PartName::Hours,
            Self::Calendar(_) => PartName::Calendar,
            Self::Notices(_) => PartName::Notices,
            Self::Texts(_) => PartName::Texts,
        }
    }

    /// What does not fit, in words; none if all does.
    pub fn problem(&self) -> Option<String> {
        match self {
            Self::Profile(profile) => profile.problem(),
            Self::Hours(hours) => hours.problem(),
            Self::Calendar(calendar) => calendar.problem(),
            Self::Notices(notices) => Notice::problem(notices),
            Self::Texts(texts) => SiteText::problem(texts),
        }
    }

    /// What it says, line by line, so that two versions can be compared.
    pub fn lines(&self) -> Vec<String> {
        match self {
            Self::Profile(profile) => profile_lines(profile),
            Self::Hours(hours) => hours_lines(hours),
            Self::Calendar(calendar) => calendar_lines(calendar),
            Self::Notices(notices) => notices.iter().map(notice_line).collect(),
            Self::Texts(texts) => text_lines(texts),
        }
    }
}

fn profile_lines(profile: &Profile) -> Vec<String> {
    let Profile { name, address, telephone, email, directions, complaint, account } = profile;
    let mut lines = vec![format!("馆名：{name}"), format!("地址：{address}"), format!("查档电话：{telephone}")];
    lines.extend(email.iter().map(|email| format!("电子邮箱：{email}")));
    lines.extend(directions.iter().map(|way| format!("交通：{way}")));
    lines.push(format!("投诉受理：{} {}", complaint.authority, complaint.telephone));
    lines.extend(account.iter().map(|account| format!("公众号：{account}")));
    lines
}

fn hours_lines(hours: &Hours) -> Vec<String> {
    let mut lines: Vec<String> = hours.week().into_iter().map(|(days, hours)| format!("{days} {hours}")).collect();
    lines.extend(hours.note.iter().map(|note| format!("说明：{note}")));
    let closed = hours.closed.iter().map(|one| (one.day, format!("闭馆（{}）", one.reason)));
    let open = hours.open.iter().map(|one| (one.day, format!("{}（{}）", periods_text(&one.periods), one.reason)));
    let mut days: Vec<_> = closed.chain(open).collect();
    days.sort();
    lines.extend(days.into_iter().map(|(day, text)| format!("{}年{} {text}", day.civil().year(), day_text(day))));
    lines
}

fn calendar_lines(calendar: &Calendar) -> Vec<String> {
    let of_year = |table: &crate::CalendarYear| {
        let dated = table.dated.map(|day| date_text(&day.to_string())).unwrap_or_default();
        let source = [&table.notice, &table.number, &dated].map(|text| text.trim().to_owned());
        let source = source.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("，");
        let head = format!("{} 年：{}", table.year, if source.is_empty() { "没有写依据" } else { &source });
        std::iter::once(head).chain(table.days.iter().map(crate::calendar::CalendarDay::line)).collect::<Vec<_>>()
    };
    calendar.years.iter().flat_map(of_year).collect()
}

fn notice_line(notice: &Notice) -> String {
    let until = notice.until.map(|day| format!("（显示到 {day}）")).unwrap_or_default();
    format!("{} {}{until}", notice.date, notice.text)
}

fn text_lines(texts: &BTreeMap<String, String>) -> Vec<String> {
    let known = SiteText::ALL.into_iter().filter_map(|text| Some((text, texts.get(text.name())?)));
    known
        .flat_map(|(text, written)| {
            let lines = written.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned);
            std::iter::once(format!("【{}】", text.label())).chain(lines).collect::<Vec<_>>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_is_read_as_it_is_written_and_put_where_it_was() {
        let house: House = toml::from_str(include_str!("../assets/sample-house.toml")).unwrap();
        for name in PartName::ALL {
            let part = house.part(name);
            let text = serde_json::to_string(&part).unwrap();
            let read: HousePart = serde_json::from_str(&text).unwrap();
            assert_eq!((read.name(), read.problem()), (name, None), "{text}");
            let mut other = House { hours: Hours::default(), ..House::default() };
            other.put(read);
            assert_eq!(other.part(name), part);
            assert_eq!(serde_json::to_value(name).unwrap(), name.name());
        }
    }

    #[test]
    fn hours_that_are_put_leave_the_calendar_as_it_is() {
        let mut house = House::default();
        let calendar = Calendar { years: vec![crate::CalendarYear { year: 2026, ..Default::default() }] };
        house.put(HousePart::Calendar(calendar.clone()));
        house.put(HousePart::Hours(Hours { note: Some("电话预约".into()), ..Hours::default() }));
        assert_eq!((house.hours.calendar, house.hours.note.as_deref()), (calendar, Some("电话预约")));
    }
}
