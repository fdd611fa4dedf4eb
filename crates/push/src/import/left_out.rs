//! What of a text from outside no block holds.

use serde::{Deserialize, Serialize};

/// The most addresses that are named, and the longest name in characters.
const MOST_NAMED: usize = 20;
const LONGEST_NAME: usize = 120;

/// What was left out.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct LeftOut {
    /// What it is, and how often: 批注, 公式 …
    things: Vec<(String, usize)>,
    /// Pictures that lie elsewhere, by their addresses.
    pictures: Vec<String>,
}

impl LeftOut {
    /// Notes that something was left out.
    pub(super) fn thing(&mut self, what: &str) {
        match self.things.iter_mut().find(|(known, _)| known == what) {
            Some((_, count)) => *count += 1,
            None => self.things.push((what.to_owned(), 1)),
        }
    }

    /// Notes that a picture lies elsewhere: it is not taken over, but somebody may want to fetch it.
    pub(super) fn picture(&mut self, address: &str) {
        if address.starts_with("data:") {
            return self.thing("写在文字里的图片（请另存后上传）");
        }
        let name: String = address.chars().filter(|sign| !sign.is_control()).take(LONGEST_NAME).collect();
        if self.pictures.len() == MOST_NAMED {
            return self.thing("其他网站的图片");
        }
        if !self.pictures.contains(&name) {
            self.pictures.push(name);
        }
    }

    /// Notes that a picture of a document could not be kept, and why.
    pub fn refused(&mut self, why: &str) {
        self.thing(&format!("图片（{why}）"));
    }

    /// Takes in what another text left out.
    pub(super) fn join(&mut self, other: Self) {
        for (what, count) in other.things {
            (0..count).for_each(|_| self.thing(&what));
        }
        other.pictures.iter().for_each(|address| self.picture(address));
    }

    /// One sentence for each.
    pub fn told(&self) -> Vec<String> {
        let things = self.things.iter().map(|(what, count)| match count {
            1 => what.clone(),
            count => format!("{what}，共 {count} 处"),
        });
        let pictures = self.pictures.iter().map(|address| format!("其他网站的图片：{address}（请另存后上传）"));
        things.chain(pictures).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_left_out_is_counted_and_named() {
        let mut left_out = LeftOut::default();
        left_out.thing("批注");
        left_out.thing("批注");
        left_out.thing("公式");
        left_out.picture("https://example.org/a.jpg");
        left_out.picture("https://example.org/a.jpg");
        left_out.picture("data:image/png;base64,AAAA");
        let told = left_out.told();
        assert_eq!(told.first().map(String::as_str), Some("批注，共 2 处"));
        assert_eq!(told.len(), 4);
        assert!(told.iter().any(|one| one.contains("https://example.org/a.jpg")));
        (0..100).for_each(|number| left_out.picture(&format!("https://example.org/{number}.jpg")));
        assert!(left_out.told().len() <= MOST_NAMED + 4);
    }
}
