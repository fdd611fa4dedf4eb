//! `/sitemap.xml` and `/robots.txt`: the addresses of all that everybody may see, for those who list the web
//! (Sitemaps protocol 0.9).
//!
//! The index names one part for the fonds, subjects and fixed pages and some for the records. Ids are keyed hashes and so
//! spread evenly: records are parted by the leading characters of their ids, as many as keep a part well below what a file
//! may hold, so that a part is one range of an index and nothing is kept or counted for it. How many characters depends on
//! the number of open records only.

use axum::extract::{RawQuery, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use kernel::{Error, Timestamp};
use web::Failure;

use super::record::way;
use super::{Site, absent};
use crate::PublicId;

/// The most addresses of a file, and the most files of an index.
const MOST: u32 = 50_000;
/// Records that a part holds at most on average.
const USUAL: u64 = 25_000;
/// With more leading characters than this there were more parts than an index may name.
const LONGEST: usize = 3;

/// The pages that are always there.
const FIXED: [&str; 5] = ["/", "/browse", "/opened", "/guide", "/search/advanced"];

#[derive(askama::Template)]
#[template(path = "sitemap-index.xml")]
struct Index<'a> {
    base: &'a str,
    parts: Vec<String>,
}

#[derive(askama::Template)]
#[template(path = "sitemap.xml")]
struct Part<'a> {
    base: &'a str,
    pages: Vec<Address>,
}

struct Address {
    path: String,
    /// The day it last changed.
    day: Option<String>,
}

fn address(path: String, at: Option<Timestamp>) -> Address {
    Address { path, day: at.map(|at| at.day().to_string()) }
}

/// The leading characters by which so many records are parted.
fn leading(records: u64) -> Vec<String> {
    let mut parts = vec![String::new()];
    for _ in 0..LONGEST {
        let many = u64::try_from(parts.len()).unwrap_or(u64::MAX);
        if records <= many.saturating_mul(USUAL) {
            break;
        }
        parts =
            parts.iter().flat_map(|part| PublicId::ALPHABET.chars().map(move |next| format!("{part}{next}"))).collect();
    }
    parts
}

/// `/sitemap.xml`, and `?part=` of it.
pub(super) async fn show(State(site): State<Site>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let records = site.catalogue.size();
    let parts = if records == 0 { Vec::new() } else { leading(records) };
    let base = &*site.base;
    let text = match query.as_deref().map(|query| query.strip_prefix("part=").unwrap_or_default()) {
        None => askama::Template::render(&Index { base, parts }),
        Some("site") => askama::Template::render(&Part { base, pages: pages(&site).await? }),
        Some(part) => {
            let part = part.strip_prefix("records-").filter(|part| parts.iter().any(|one| one == part));
            let found = site.catalogue.findable(part.ok_or_else(absent)?, MOST).await?;
            let pages = found.into_iter().map(|one| address(way(&one.id, one.level), one.at)).collect();
            askama::Template::render(&Part { base, pages })
        }
    };
    let headers = [(CONTENT_TYPE, "application/xml; charset=utf-8"), (CACHE_CONTROL, "public, max-age=60")];
    Ok((headers, text.map_err(Error::internal)?).into_response())
}

/// The fixed pages, the fonds with their finding aids, the subjects and the lists of what was opened.
async fn pages(site: &Site) -> kernel::Result<Vec<Address>> {
    let plain = |path: String| address(path, None);
    let mut pages: Vec<Address> = FIXED.into_iter().map(|path| plain(path.to_owned())).collect();
    let (fonds, _) = site.catalogue.fonds(1, MOST).await?;
    for id in fonds.into_iter().map(|fonds| fonds.place.id) {
        pages.push(plain(format!("/browse/{id}")));
        pages.push(plain(format!("/browse/{id}/finding-aid")));
    }
    let subjects = site.catalogue.all_subjects().await?;
    pages.extend((!subjects.is_empty()).then(|| plain("/subjects".to_owned())));
    pages.extend(subjects.iter().map(|heading| plain(format!("/subjects/{}", heading.id))));
    let (openings, _) = site.catalogue.openings(1, MOST).await?;
    pages.extend(openings.iter().map(|opening| address(format!("/opened/{}", opening.id), Some(opening.at))));
    pages.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
    Ok(pages)
}

/// `/robots.txt`: what is not worth listing, and where the addresses are.
pub(super) async fn robots(State(site): State<Site>) -> Response {
    let text = format!(
        "User-agent: *\nDisallow: /enter/\nDisallow: /large-type\nDisallow: /list\nDisallow: /search?\n\n\
         Sitemap: {}/sitemap.xml\n",
        site.base
    );
    ([(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, "public, max-age=3600")], text).into_response()
}

#[cfg(test)]
mod tests {
    use kernel::{Random, Secrets};

    use super::*;

    #[test]
    fn a_part_never_comes_near_what_a_file_may_hold() {
        let counts = [0, 25_000, 25_001, 800_000, 800_001, 10_000_000, 25_600_000, 25_600_001, u64::MAX];
        let parts = counts.map(|records| leading(records).len());
        assert_eq!(parts, [1, 1, 32, 32, 1024, 1024, 1024, 32_768, 32_768]);
        assert!(parts.iter().all(|parts| *parts < usize::try_from(MOST).unwrap()));
        // The most that one of 32 parts gets of evenly spread ids.
        let secrets = Secrets::fresh(&Random::seeded(20_261_129));
        let mut found = std::collections::HashMap::<String, usize>::new();
        for n in 0..32_000 {
            let id = PublicId::of(&secrets, "435999", &format!("X001-{n}"));
            *found.entry(id.as_str()[..1].to_owned()).or_default() += 1;
        }
        let mut names: Vec<&String> = found.keys().collect();
        names.sort();
        assert_eq!(names, leading(25_001).iter().collect::<Vec<_>>());
        assert!(found.values().all(|count| (700..1300).contains(count)), "{found:?}");
        // As bytes: an address of the length a browser still takes.
        let base = format!("https://{}", "a".repeat(800));
        let page = || address(format!("/records/{}", "a".repeat(16)), Some(Timestamp::from_seconds(1_790_000_000)));
        let pages: Vec<Address> = std::iter::repeat_with(page).take(50_000).collect();
        let text = askama::Template::render(&Part { base: &base, pages }).unwrap();
        assert!(text.len() < 50 * 1024 * 1024, "{}", text.len());
    }
}
