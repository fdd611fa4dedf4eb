//! 我的清单: the records a reader puts aside, in one cookie of the reader's own, so that it needs no account and the house
//! keeps nothing.

use axum::http::HeaderMap;

use crate::cookie;

/// The cookie's name. Its value is ids between dots; those taken out last bear a dash and can be put back.
const COOKIE: &str = "lantai-list";
const MONTH_SECONDS: u32 = 30 * 86_400;
/// How long a list that was emptied can be brought back.
const UNDO_SECONDS: u32 = 600;
/// The longest id, in characters.
const LONGEST_ID: usize = 32;

/// The ids a reader put aside, in the order they were added, and those that were taken out by the last change.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SavedList(Vec<Entry>);

#[derive(Clone, PartialEq, Eq, Debug)]
struct Entry {
    id: String,
    is_out: bool,
}

impl SavedList {
    /// The most ids of a list.
    pub const MOST: usize = 100;

    /// The list of a request. What is no id, comes twice or is too much is left out.
    pub fn read(headers: &HeaderMap) -> Self {
        Self::parse(cookie(headers, COOKIE).unwrap_or_default())
    }

    /// A list of these ids, as it stands in the cookie or in an address.
    pub fn parse(written: &str) -> Self {
        let mut list = Self::default();
        for part in written.split('.') {
            let (id, is_out) = part.strip_prefix('-').map_or((part, false), |id| (id, true));
            let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
            let fits = !id.is_empty() && id.len() <= LONGEST_ID && id.bytes().all(plain);
            if fits && list.0.len() < Self::MOST && list.0.iter().all(|entry| entry.id != id) {
                list.0.push(Entry { id: id.to_owned(), is_out });
            }
        }
        list
    }

    /// The ids on the list, in the order they were added.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|entry| !entry.is_out).map(|entry| entry.id.as_str())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ids().count()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether there is room for no other.
    pub fn is_full(&self) -> bool {
        self.len() >= Self::MOST
    }

    /// Whether an id is on the list.
    pub fn contains(&self, id: &str) -> bool {
        self.ids().any(|one| one == id)
    }

    /// How many were taken out by the last change.
    pub fn taken_out(&self) -> usize {
        self.0.len() - self.len()
    }

    /// Adds those of another list; whether there was room for all of them.
    pub fn add(&mut self, other: &Self) -> bool {
        self.0.retain(|entry| !entry.is_out);
        for id in other.ids() {
            if !self.contains(id) {
                if self.is_full() {
                    return false;
                }
                self.0.push(Entry { id: id.to_owned(), is_out: false });
            }
        }
        true
    }

    /// Takes out those of another list; they can be put back until the next change.
    pub fn remove(&mut self, other: &Self) {
        self.0.retain(|entry| !entry.is_out);
        for entry in &mut self.0 {
            entry.is_out = other.contains(&entry.id);
        }
    }

    /// Puts back what was taken out last, where it was.
    pub fn undo(&mut self) {
        for entry in &mut self.0 {
            entry.is_out = false;
        }
    }

    /// The `Set-Cookie` header that keeps the list for 30 days from now. `secure` says that readers come over https.
    pub fn set_cookie(&self, secure: bool) -> String {
        let mark = |entry: &Entry| if entry.is_out { "-" } else { "" };
        let ids: Vec<String> = self.0.iter().map(|entry| format!("{}{}", mark(entry), entry.id)).collect();
        let age = match (self.0.is_empty(), self.is_empty()) {
            (true, _) => 0,
            (_, true) => UNDO_SECONDS,
            _ => MONTH_SECONDS,
        };
        let secure = if secure { "; Secure" } else { "" };
        format!("{COOKIE}={}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}", ids.join("."))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::header::COOKIE as HEADER;

    use super::*;

    fn ids(list: &SavedList) -> Vec<&str> {
        list.ids().collect()
    }

    /// What the browser sends after the list was set.
    fn sent(list: &SavedList) -> SavedList {
        let set = list.set_cookie(true);
        let mut headers = HeaderMap::new();
        headers.insert(HEADER, set.split(';').next().unwrap().parse().unwrap());
        SavedList::read(&headers)
    }

    #[test]
    fn what_is_taken_out_can_be_put_back_where_it_was_until_the_next_change() {
        let mut list = SavedList::parse("a.b.c");
        list.remove(&SavedList::parse("b"));
        list = sent(&list);
        assert_eq!((ids(&list), list.taken_out()), (vec!["a", "c"], 1));
        let mut back = list.clone();
        back.undo();
        assert_eq!((ids(&back), back.taken_out()), (vec!["a", "b", "c"], 0));
        assert!(list.add(&SavedList::parse("d.a")));
        list.undo();
        assert_eq!(ids(&sent(&list)), ["a", "c", "d"]);
        let all = list.clone();
        list.remove(&all);
        assert!(list.is_empty() && list.set_cookie(false).contains("Max-Age=600;"));
        list = sent(&list);
        list.undo();
        assert_eq!(list, all);
    }

    #[test]
    fn a_list_has_an_end() {
        let numbers: Vec<String> = (0..150).map(|n| format!("id{n}")).collect();
        let mut list = SavedList::parse(&numbers.join("."));
        assert!(list.is_full() && list.len() == SavedList::MOST);
        assert!(list.add(&SavedList::parse("id7")), "it is there");
        assert!(!list.add(&SavedList::parse("id7.id101")), "there is no room");
        assert_eq!(list.len(), SavedList::MOST);
    }

    #[test]
    fn the_cookie_is_out_of_reach_of_scripts_and_other_sites() {
        assert_eq!(
            SavedList::parse("a").set_cookie(true),
            "lantai-list=a; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure"
        );
        assert!(!SavedList::parse("a").set_cookie(false).contains("Secure"));
        assert!(SavedList::default().set_cookie(true).contains("Max-Age=0;"));
        let whole: Vec<String> = (0..SavedList::MOST).map(|n| format!("abcdefghijklm{n:03}")).collect();
        let mut whole = SavedList::parse(&whole.join("."));
        whole.remove(&whole.clone());
        assert!(whole.set_cookie(true).len() < 4096, "what browsers keep at least (RFC 6265, 6.1)");
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_sent_is_a_list_that_comes_back(written in "[ -~]{0,60}") {
            let list = SavedList::parse(&written);
            proptest::prop_assert_eq!(sent(&list), list);
        }
    }
}
