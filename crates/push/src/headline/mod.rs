//! Headlines of elsewhere: what sources that staff named have to tell, to be looked for in the holdings.

mod feed;

pub use feed::headlines;

use kernel::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::outside::{Reach, allowed};

/// The most sources.
pub(crate) const MOST_SOURCES: usize = 20;
/// The most characters of a source's name.
const LONGEST_NAME: usize = 30;

/// A feed in RSS, Atom or JSON.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = HeadlineSource)]
pub struct Source {
    /// What staff call it.
    pub name: String,
    /// Its address.
    pub address: String,
    /// Whether it is fetched.
    #[serde(default)]
    pub on: bool,
}

/// A headline.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Headline {
    /// Its words.
    pub title: String,
    /// Where it leads; may be empty.
    pub address: String,
    /// When it was published, as its source says.
    pub published_at: Option<Timestamp>,
}

/// How a source does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Health {
    /// When it was fetched last, whatever came of it.
    pub tried_at: Timestamp,
    /// When something came last.
    pub succeeded_at: Option<Timestamp>,
    /// Why the last try failed; none if it did not.
    pub fault: Option<String>,
    /// Headlines that came last.
    pub entries: i64,
}

impl Source {
    /// The same without blanks around, its address in its normal form.
    #[must_use]
    pub fn tidied(self) -> Self {
        let address = self.address.trim();
        let address = allowed(address, Reach::Public).map_or_else(|_| address.to_owned(), String::from);
        Self { name: self.name.trim().to_owned(), address, on: self.on }
    }

    /// What does not fit, for whoever has to mend it.
    pub fn problem(&self) -> Option<String> {
        let length = self.name.chars().count();
        if length == 0 || length > LONGEST_NAME {
            return Some(format!("来源的名称应为 1 至 {LONGEST_NAME} 字"));
        }
        allowed(&self.address, Reach::Public).err().map(|why| format!("来源“{}”的{}", self.name, web_address(why)))
    }
}

/// A reason as it goes on after `的`.
fn web_address(why: &str) -> String {
    if why.starts_with("网址") { why.to_owned() } else { format!("网址{why}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_named_and_lies_on_the_public_web() {
        let source = |name: &str, address: &str| {
            Source { name: name.to_owned(), address: address.to_owned(), on: false }.tidied()
        };
        let fit = source(" 县政府网 ", " https://WWW.example.cn/rss.xml ");
        assert_eq!((fit.name.as_str(), fit.address.as_str()), ("县政府网", "https://www.example.cn/rss.xml"));
        assert_eq!(fit.problem(), None);
        assert_eq!(source("", "https://www.example.cn/").problem().as_deref(), Some("来源的名称应为 1 至 30 字"));
        let told = source("甲", "http://10.0.0.1/").problem();
        assert_eq!(told.as_deref(), Some("来源“甲”的网址不是公开的网站"));
        let told = source("甲", "file:///etc/passwd").problem();
        assert_eq!(told.as_deref(), Some("来源“甲”的网址要以 https:// 或 http:// 开头"));
    }
}
