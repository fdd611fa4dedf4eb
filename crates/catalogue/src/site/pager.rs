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
    total: u64,
}

impl Pager {
    pub(super) fn new(query: &Query, path: &str, total: u64) -> Self {
        let page = query.page();
        let pages = total.div_ceil(u64::from(SIZE)).max(1);
        let previous = (page > 1).then(|| query.href(path, page - 1));
        let next = (u64::from(page) < pages).then(|| query.href(path, page + 1));
        Self { page, pages, previous, next, total }
    }

    /// The numbers of the first and the last entry on this page; nothing past the end.
    pub(super) fn shown(&self) -> Option<(u64, u64)> {
        let first = u64::from(self.page - 1) * u64::from(SIZE) + 1;
        (first <= self.total).then(|| (first, self.total.min(first + u64::from(SIZE) - 1)))
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
    }
}
