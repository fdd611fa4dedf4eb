//! Walking through long lists page by page.

use super::query::Query;

/// Entries on a page of readers.
pub(super) const SIZE: u32 = 20;

/// Where in a list a page stands, with the addresses of its neighbours.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Pager {
    pub(super) page: u32,
    pub(super) pages: u64,
    pub(super) previous: Option<String>,
    pub(super) next: Option<String>,
    /// Where the list is, and what was asked of it: a page typed in goes there.
    pub(super) path: String,
    pub(super) asked: Vec<(&'static str, String)>,
    last: String,
    total: u64,
    size: u32,
}

/// More pages than this one does not leaf through.
const FEW: u64 = 5;

impl Pager {
    pub(super) fn new(query: &Query, path: &str, total: u64) -> Self {
        Self::of_size(query, path, total, SIZE)
    }

    /// Over pages of another size.
    pub(super) fn of_size(query: &Query, path: &str, total: u64, size: u32) -> Self {
        let page = query.page();
        let pages = total.div_ceil(u64::from(size)).max(1);
        let previous = (page > 1).then(|| query.href(path, page - 1));
        let next = (u64::from(page) < pages).then(|| query.href(path, page + 1));
        let last = query.href(path, u32::try_from(pages).unwrap_or(u32::MAX));
        let asked = query.values().into_iter().map(|(name, value)| (name, value.to_owned())).collect();
        Self { page, pages, previous, next, path: path.to_owned(), asked, last, total, size }
    }

    /// For a page past the end the address of the last one.
    pub(super) fn instead(&self) -> Option<&str> {
        (u64::from(self.page) > self.pages).then_some(self.last.as_str())
    }

    pub(super) const fn is_long(&self) -> bool {
        self.pages > FEW
    }

    /// The numbers of the first and the last entry on this page; nothing past the end.
    pub(super) fn shown(&self) -> Option<(u64, u64)> {
        let size = u64::from(self.size);
        let first = u64::from(self.page - 1) * size + 1;
        (first <= self.total).then(|| (first, self.total.min(first + size - 1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_a_list_have_one_neighbour() {
        let at = |page: &str, total| Pager::new(&Query::parse(page), "/search", total);
        let first = at("q=x", 41);
        assert_eq!(
            (first.pages, first.previous.as_deref(), first.next.as_deref()),
            (3, None, Some("/search?q=x&page=2"))
        );
        assert_eq!(at("page=3", 41).shown(), Some((41, 41)));
        assert_eq!((at("page=3", 41).next, at("page=4", 41).shown()), (None, None));
        assert_eq!((at("", 0).pages, at("", 0).shown()), (1, None));
        assert_eq!((at("page=3", 41).instead(), at("q=x&page=4", 41).instead()), (None, Some("/search?q=x&page=3")));
        assert!(at("", 101).is_long() && !at("", 100).is_long());
    }
}
