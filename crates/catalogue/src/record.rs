//! A description: what a catalogue says about an institution, a fonds, a series, a volume or an item.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::access::Statuses;
use crate::{ArchivalDate, Element, Level, PublicId, ReferenceCode};

/// A description as it is imported or edited, before the database gives it its numbers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Description {
    /// The key of the code of its fonds.
    pub fonds_key: String,
    /// Its level.
    pub level: Level,
    /// 档号
    pub code: ReferenceCode,
    /// The key of the code of what it says it belongs to: its volume, or its fonds.
    pub parent_key: String,
    /// 题名
    pub title: String,
    /// 文件编号
    pub document_number: Option<String>,
    /// 责任者
    pub creator: Option<String>,
    /// 日期
    pub date: ArchivalDate,
    /// 文种
    pub document_type: Option<String>,
    /// 保管期限
    pub retention: Option<String>,
    /// 密级, 开放标识, 公开属性, 公布, the donor's limit, the livelihood category.
    pub statuses: Statuses,
    /// All other elements, as they were written.
    pub elements: BTreeMap<String, String>,
}

/// A description that has landed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
    /// Its dense number, the key under which the indexes know it.
    pub number: i64,
    /// Its id in addresses.
    pub public_id: PublicId,
    /// The institution's code (档案馆代码).
    pub institution: String,
    /// The number of its fonds.
    pub fonds_number: i64,
    /// The key of the code that holds it on the readers' way: its parent, or what holds that where it is not described
    /// or not open; empty for a fonds.
    pub holder_key: String,
    /// What it says.
    pub description: Description,
}

impl Description {
    /// An element kept as it was written.
    pub fn element(&self, element: Element) -> Option<&str> {
        self.elements.get(element.name()).map(String::as_str)
    }

    /// A digest over everything it says: two descriptions with the same digest say the same. Where it stands is left
    /// out: that changes when its volume lands.
    pub fn digest(&self) -> i64 {
        let mut sha = Sha256::new();
        let mut add = |text: &str| {
            sha.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes());
            sha.update(text.as_bytes());
        };
        let statuses = &self.statuses;
        let optional = [&self.document_number, &self.creator, &self.document_type, &self.retention];
        [&self.fonds_key, self.level.name(), self.code.written(), &self.title].into_iter().for_each(&mut add);
        for text in optional {
            add(text.as_deref().unwrap_or_default());
        }
        add(self.date.written());
        // What is read from the same writing may grow.
        for end in [self.date.begin(), self.date.end()] {
            add(&end.map_or_else(String::new, |date| date.number().to_string()));
        }
        [statuses.classification.name(), statuses.openness.name(), statuses.disclosure.name()]
            .into_iter()
            .for_each(&mut add);
        [statuses.restriction.name(), statuses.livelihood.map_or("", crate::Livelihood::name)]
            .into_iter()
            .for_each(&mut add);
        add(if statuses.published { "1" } else { "0" });
        for (name, value) in &self.elements {
            add(name);
            add(value);
        }
        sha.finalize().first_chunk::<8>().map_or(0, |bytes| i64::from_le_bytes(*bytes))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{Classification, Disclosure, Openness, Restriction};

    /// An open item for tests.
    pub(crate) fn item(code: &str, title: &str) -> Description {
        let code = ReferenceCode::parse(code).unwrap();
        let level = crate::reference_code::level(&code, &[]);
        Description {
            fonds_key: code.fonds().to_owned(),
            level,
            parent_key: crate::reference_code::parent(&code, level).unwrap_or_default().to_owned(),
            code,
            title: title.to_owned(),
            document_number: None,
            creator: None,
            date: ArchivalDate::parse("20010203").unwrap(),
            document_type: None,
            retention: Some("永久".to_owned()),
            statuses: Statuses {
                classification: Classification::None,
                openness: Openness::Open,
                disclosure: Disclosure::Unstated,
                published: false,
                restriction: Restriction::None,
                livelihood: None,
            },
            elements: BTreeMap::new(),
        }
    }

    #[test]
    fn the_digest_sees_every_change() {
        let one = item("X001-WS·2001·Y-0001", "关于某事的通知");
        let mut seen = vec![one.digest()];
        let mut differs = |change: fn(&mut Description)| {
            let mut other = one.clone();
            change(&mut other);
            assert!(!seen.contains(&other.digest()));
            seen.push(other.digest());
        };
        differs(|d| d.title.push('1'));
        differs(|d| d.creator = Some("某局".to_owned()));
        differs(|d| d.document_number = Some("某局".to_owned()));
        differs(|d| d.statuses.openness = Openness::Controlled);
        differs(|d| d.statuses.published = true);
        differs(|d| d.date = ArchivalDate::parse("2001").unwrap());
        differs(|d| d.date = ArchivalDate::stored("20010203".to_owned(), None, None, false));
        differs(|d| drop(d.elements.insert("note".to_owned(), "x".to_owned())));
        assert_eq!(one.digest(), one.clone().digest());
    }
}
