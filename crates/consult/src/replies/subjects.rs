//! The subject directory: 专题 for its beginning, the exact name of a heading for what stands under it.

use account::{Dialogue, Heard, Spoken};
use catalogue::{Catalogue, HeadingPage, ShownHeading};
use futures::FutureExt;
use futures::future::BoxFuture;
use identity::ReaderLinks;
use kernel::events::Answered;
use wechat::reply::Reply;

use super::answered;
use crate::Wording;
use crate::wording::{anchor, plain};

/// What asks for the directory.
const WORDS: [&str; 3] = ["专题", "专题目录", "按专题查"];
/// Headings and records that are named in the chat.
const NAMED: usize = 8;
const RECORDS: u32 = 3;
/// The longest name of a heading that is looked for, in characters.
const LONGEST: usize = 40;

/// Answers with headings of the directory and their records.
pub(super) struct Subjects {
    pub(super) catalogue: Catalogue,
    pub(super) wording: Wording,
}

impl Dialogue for Subjects {
    fn name(&self) -> &'static str {
        "subjects"
    }

    fn hear<'a>(&'a self, heard: &'a Heard<'a>) -> BoxFuture<'a, kernel::Result<Option<Spoken>>> {
        async move {
            let text = heard.scrubbed.text.trim();
            if heard.text().is_none() || text.is_empty() || text.chars().nth(LONGEST).is_some() {
                return Ok(None);
            }
            let links = self.wording.links(heard);
            let content = if WORDS.contains(&text) {
                let headings = self.catalogue.subjects().await?;
                (!headings.is_empty()).then(|| top(&headings, &links))
            } else {
                match self.catalogue.subject_named(text).await? {
                    Some(heading) => Some(below(&self.catalogue.subject(&heading.id, 1, RECORDS).await?, &links)),
                    None => None,
                }
            };
            Ok(content.map(|content| answered(heard, content, Answered::Records)))
        }
        .boxed()
    }
}

/// The beginning of the directory.
fn top(headings: &[ShownHeading], links: &ReaderLinks) -> Reply {
    let more = links.page("/subjects");
    let all = ["按专题查档：".to_owned()].into_iter().chain(named(headings, links)).chain([anchor("全部专题", &more)]);
    Reply::text_with_more(&all.collect::<Vec<String>>().join("\n"), &more)
}

/// What stands under a heading.
pub(super) fn below(page: &HeadingPage, links: &ReaderLinks) -> Reply {
    let more = links.page(&format!("/subjects/{}", page.heading.id));
    let head = format!("专题“{}”，{} 条开放档案：", plain(&page.heading.name), page.heading.records);
    let records =
        page.records.iter().map(|one| anchor(&one.place.title, &links.page(&format!("/records/{}", one.place.id))));
    let all = [head].into_iter().chain(named(&page.below, links)).chain(records).chain([anchor("看全部", &more)]);
    Reply::text_with_more(&all.collect::<Vec<String>>().join("\n"), &more)
}

fn named<'h>(headings: &'h [ShownHeading], links: &'h ReaderLinks) -> impl Iterator<Item = String> + 'h {
    headings.iter().take(NAMED).map(|one| {
        format!("{}（{} 条）", anchor(&one.name, &links.page(&format!("/subjects/{}", one.id))), one.records)
    })
}

#[cfg(test)]
mod tests {
    use account::AccountKind;
    use account::testing::{OPENID, account};
    use catalogue::{Child, Level, Place, PublicId};
    use identity::Links;
    use kernel::testing::{MONDAY_MORNING, ground, sqlite};

    use super::*;

    fn heading(id: &str, name: &str) -> ShownHeading {
        ShownHeading { id: PublicId::parse(id).unwrap(), name: name.to_owned(), records: 12 }
    }

    #[tokio::test]
    async fn headings_and_records_are_links_and_the_rest_is_one_link_away() {
        let (_folder, db) = sqlite().await;
        let (ground, _) = ground(db);
        let (service, _) = account(AccountKind::Service, true);
        let links = Links::new(&ground, "https://a.example").of(&service, OPENID, MONDAY_MORNING);
        let many: Vec<ShownHeading> = (0..20).map(|_| heading("aaaaaaaaaaaaaaaa", "农业")).collect();
        let Reply::Text(text) = top(&many, &links) else { panic!("a text") };
        assert_eq!(text.matches("https://a.example/subjects/aaaaaaaaaaaaaaaa").count(), NAMED);
        assert!(text.contains("农业</a>（12 条）") && text.ends_with("全部专题</a>"), "{text}");

        let id = PublicId::parse("cccccccccccccccc").unwrap();
        let place = Place { id, level: Level::Item, title: "关于<水利>的通知".to_owned(), code: String::new() };
        let page = HeadingPage {
            heading: heading("bbbbbbbbbbbbbbbb", "经济"),
            path: Vec::new(),
            below: many,
            records: vec![Child { place, date: None, items: 0 }],
            total: 1,
        };
        let Reply::Text(text) = below(&page, &links) else { panic!("a text") };
        assert!(text.starts_with("专题“经济”，12 条开放档案"), "{text}");
        assert!(text.contains("/records/cccccccccccccccc") && text.contains("关于＜水利＞的通知"), "{text}");
        assert!(text.contains("/subjects/bbbbbbbbbbbbbbbb") && text.len() <= wechat::reply::TEXT_BYTES, "{text}");
    }
}
