//! What stands in the address of a search: read leniently, because people and links change it by hand.

use std::collections::BTreeMap;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The filters an address may carry beside `q` and `page`, in the order in which links write them.
pub(super) const FILTERS: [&str; 17] = [
    "fonds",
    "within",
    "year_from",
    "year_to",
    "creator",
    "doctype",
    "category",
    "digitised",
    "subject",
    "phrase",
    "not",
    "title",
    "number",
    "by",
    "code",
    "sort",
    "group",
];

/// The longest text that is searched for, in characters; more is cut.
const LONGEST: usize = 200;

const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The parts of a search address. A page that cannot be read is the first; unknown names are dropped.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Query {
    values: BTreeMap<&'static str, String>,
    page: u32,
}

impl Query {
    pub(super) fn parse(raw: &str) -> Self {
        let mut query = Self { values: BTreeMap::new(), page: 1 };
        for pair in raw.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let spaced = value.replace('+', " ");
            let value = percent_encoding::percent_decode_str(&spaced).decode_utf8_lossy();
            match name {
                "page" => query.page = value.parse().ok().filter(|page| *page > 0).unwrap_or(1),
                _ => query.set(name, &value),
            }
        }
        query
    }

    fn set(&mut self, name: &str, value: &str) {
        let Some(name) = FILTERS.into_iter().chain(["q"]).find(|known| *known == name) else { return };
        let value: String = value.chars().filter(|char| !char.is_control()).take(LONGEST).collect();
        match value.trim() {
            "" => self.values.remove(name),
            value => self.values.insert(name, value.to_owned()),
        };
    }

    /// What was typed.
    pub(super) fn text(&self) -> &str {
        self.get("q").unwrap_or("")
    }

    pub(super) const fn page(&self) -> u32 {
        self.page
    }

    /// A filter.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// The first and the last year the search is narrowed to, in whatever way they were written: 1958, 58, 1958年,
    /// 一九五八年, 五十年代. The later one is the last, wherever it was written.
    pub(super) fn years(&self) -> (Option<i16>, Option<i16>) {
        let from = self.get("year_from").and_then(years_written);
        let to = self.get("year_to").and_then(years_written);
        match (from, to) {
            (Some(from), Some(to)) if from.0 > to.1 => (Some(to.0), Some(from.1)),
            (Some((from, _)), Some((_, to))) => (Some(from), Some(to)),
            (from, to) => (from.map(|(first, _)| first), to.map(|(_, last)| last)),
        }
    }

    /// What stands in place of a year and is none.
    pub(super) fn no_year(&self) -> Option<&str> {
        let mut written = ["year_from", "year_to"].into_iter().filter_map(|name| self.get(name));
        written.find(|written| years_written(written).is_none())
    }

    /// What was typed and the filters that are set, as an address writes them.
    pub(super) fn values(&self) -> Vec<(&'static str, &str)> {
        ["q"].into_iter().chain(FILTERS).filter_map(|name| Some((name, self.get(name)?))).collect()
    }

    /// The filters that are set.
    pub(super) fn filters(&self) -> Vec<(&'static str, &str)> {
        FILTERS.into_iter().filter_map(|name| Some((name, self.get(name)?))).collect()
    }

    /// The same search from its first page, with some values set; an empty one is taken away.
    pub(super) fn with(&self, values: &[(&str, &str)]) -> Self {
        let mut query = Self { page: 1, ..self.clone() };
        for (name, value) in values {
            query.set(name, value);
        }
        query
    }

    /// The same search without its filters.
    pub(super) fn bare(&self) -> Self {
        self.with(&FILTERS.map(|name| (name, "")))
    }

    /// The address of another page of this search.
    pub(super) fn href(&self, path: &str, page: u32) -> String {
        let mut href = path.to_owned();
        let page = (page > 1).then(|| page.to_string());
        for (name, value) in self.values().into_iter().chain(page.as_deref().map(|page| ("page", page))) {
            href.push(if href.len() == path.len() { '?' } else { '&' });
            href.push_str(name);
            href.push('=');
            href.extend(utf8_percent_encode(value, VALUE));
        }
        href
    }
}

/// The years of a text that is nothing else; two figures alone mean what they mean before 年.
fn years_written(text: &str) -> Option<(i16, i16)> {
    let figures = text.chars().count() <= 4 && text.chars().all(|c| c.is_ascii_digit());
    if let Some(year) = text.parse().ok().filter(|_| figures && text.len() != 2) {
        return Some((year, year));
    }
    let period = chinese::period(text).or_else(|| chinese::period(&format!("{text}年")))?;
    Some((period.from, period.to))
}

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::parse(parts.uri.query().unwrap_or("")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_leniently() {
        let query = Query::parse("q=%E5%A9%9A%E5%A7%BB+%0A1986&page=x&fonds=X001&what=1&creator=&=&%");
        assert_eq!((query.text(), query.page(), query.get("fonds")), ("婚姻 1986", 1, Some("X001")));
        assert_eq!(query.get("creator"), None);
        assert_eq!(Query::parse("q=A+%0E").text(), "A");
        assert_eq!(Query::parse(&format!("q={}", "水".repeat(999))).text().chars().count(), LONGEST);
    }

    #[test]
    fn years_are_read_as_people_write_them() {
        let years = |from: &str, to: &str| Query::default().with(&[("year_from", from), ("year_to", to)]).years();
        assert_eq!(years("1958", "1960"), (Some(1958), Some(1960)));
        assert_eq!(years("一九五八", "60"), (Some(1958), Some(1960)));
        assert_eq!(years("1958年", ""), (Some(1958), None));
        assert_eq!(years("", "五十年代"), (None, Some(1959)));
        assert_eq!(years("1960", "1950"), (Some(1950), Some(1960)));
        assert_eq!(years("1970", "五十年代"), (Some(1950), Some(1970)));
        let query = Query::default().with(&[("year_from", "很久以前")]);
        assert_eq!((query.years(), query.no_year()), ((None, None), Some("很久以前")));
    }

    #[test]
    fn a_link_leads_back_to_the_same_search() {
        let query = Query::parse("q=a%26b&fonds=X001&page=3");
        assert_eq!(query.href("/search", query.page()), "/search?q=a%26b&fonds=X001&page=3");
        assert_eq!(
            query.with(&[("fonds", ""), ("creator", "县局")]).href("/search", 1),
            "/search?q=a%26b&creator=%E5%8E%BF%E5%B1%80"
        );
        assert_eq!(Query::parse("").href("/browse", 2), "/browse?page=2");
        assert_eq!(query.bare().filters(), []);
    }

    proptest::proptest! {
        #[test]
        fn reading_a_link_gives_the_search_it_was_made_of(raw in ".{0,60}", page in 0u32..9) {
            let query = Query::parse(&format!("q={raw}&page={page}"));
            let href = query.href("/search", query.page());
            let back = Query::parse(href.split_once('?').map_or("", |(_, query)| query));
            proptest::prop_assert_eq!(back, query);
        }
    }
}
