//! The originals on a record's page, page by page, and one page large: all without script. The deep zoom comes on tap.

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use web::{Failure, Markup, Page, PageContext, Tab, number_text};

use super::pager::{Pager, SIZE};
use super::query::Query;
use super::record::{Step, step, top};
use super::{Site, absent};
use crate::PublicId;
use crate::ask::Shown;
use crate::originals::{Kind, Leaf, scale_factors};

/// The deep zoom; empty if it was not fetched before the program was built.
const VIEWER: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/openseadragon.js"));
const ZOOM: &str = include_str!("../../assets/zoom.js");
/// Small pictures that a record's own page shows; the others stand on the pages of their own.
const FIRST: usize = 8;

/// What a record's page shows of its originals.
pub(super) struct Originals {
    pub(super) pictures: Vec<Picture>,
    /// How many pages there are, and where all of them stand if not all are here.
    pub(super) count: String,
    pub(super) all: Option<String>,
    pub(super) files: Vec<Attached>,
}

pub(super) struct Picture {
    pub(super) href: String,
    pub(super) image: PublicId,
    pub(super) label: String,
    pub(super) width: u32,
    pub(super) height: u32,
}

pub(super) struct Attached {
    pub(super) address: String,
    pub(super) label: String,
    pub(super) kind: Kind,
    pub(super) size: String,
}

impl Originals {
    /// The originals of what is shown.
    pub(super) fn of(shown: &Shown) -> Self {
        let id = &shown.place.id;
        let pages = pages(shown);
        let pictures = pages.iter().take(FIRST).map(|(number, leaf)| picture(id, *number, leaf)).collect();
        let files = shown.originals.iter().filter(|leaf| !leaf.kind.is_image());
        Self {
            pictures,
            count: number_text(u64::try_from(pages.len()).unwrap_or(u64::MAX)),
            all: (pages.len() > FIRST).then(|| format!("/records/{id}/pages")),
            files: files.map(attached).collect(),
        }
    }

    /// Whether nothing is shown.
    pub(super) fn is_empty(&self) -> bool {
        self.pictures.is_empty() && self.files.is_empty()
    }
}

/// The page images with their numbers, from 1.
fn pages(shown: &Shown) -> Vec<(usize, &Leaf)> {
    (1..).zip(shown.originals.iter().filter(|leaf| leaf.kind.is_image())).collect()
}

fn picture(record: &PublicId, number: usize, leaf: &Leaf) -> Picture {
    let (width, height) = thumbnail(leaf.size);
    Picture {
        href: format!("/records/{record}/pages/{number}"),
        image: leaf.id.clone(),
        label: leaf.label.clone().unwrap_or_else(|| format!("第 {number} 页")),
        width,
        height,
    }
}

/// The size of a small picture within 200 by 200.
fn thumbnail((width, height): (u32, u32)) -> (u32, u32) {
    let longest = width.max(height).max(1);
    if longest <= 200 {
        return (width, height);
    }
    ((width * 200 / longest).max(1), (height * 200 / longest).max(1))
}

fn attached(leaf: &Leaf) -> Attached {
    let size = match leaf.bytes >> 20 {
        0 => format!("{} KB", (leaf.bytes >> 10).max(1)),
        megabytes => format!("{megabytes} MB"),
    };
    Attached {
        address: format!("/originals/{}", leaf.id),
        label: leaf.label.clone().unwrap_or_else(|| leaf.kind.label().to_owned()),
        kind: leaf.kind,
        size,
    }
}

#[derive(askama::Template)]
#[template(path = "pages.html")]
struct List {
    path: Vec<Step>,
    here: &'static str,
    title: String,
    pictures: Vec<Picture>,
    pager: Pager,
}

/// `/records/{id}/pages`: all pages as small pictures.
pub(super) async fn list(
    State(site): State<Site>,
    context: PageContext,
    Path(id): Path<String>,
    query: Query,
) -> Result<Response, Failure> {
    let shown = shown(&site, &id).await?;
    let leaves = pages(&shown);
    let total = u64::try_from(leaves.len()).unwrap_or(u64::MAX);
    let pager = Pager::new(&query, &format!("/records/{}/pages", shown.place.id), total);
    if leaves.is_empty() || pager.instead().is_some() {
        return Err(absent().into());
    }
    let take = usize::try_from(SIZE).unwrap_or(usize::MAX);
    let skip = usize::try_from(query.page() - 1).unwrap_or(usize::MAX).saturating_mul(take);
    let here = leaves.iter().skip(skip).take(take);
    let title = format!("{}：原件 {} 页", shown.place.title, number_text(total));
    let list = List {
        path: way(&shown),
        here: "原件",
        title: title.clone(),
        pictures: here.map(|(number, leaf)| picture(&shown.place.id, *number, leaf)).collect(),
        pager,
    };
    let main = Markup::render(&list)?;
    Ok(site.shell.page(&context, &Page { title, tab: Tab::Search, main }))
}

/// How large one page is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Large {
    Small,
    Usual,
    Full,
}

impl Large {
    const ALL: [Self; 3] = [Self::Small, Self::Usual, Self::Full];

    const fn name(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Usual => "usual",
            Self::Full => "large",
        }
    }

    /// The most pixels of width and height that are asked for of a page of this size.
    fn within(self, (width, height): (u32, u32)) -> (u32, u32) {
        let (wide, high) = match self {
            Self::Small => (640, 1280),
            Self::Usual => (1080, 2048),
            Self::Full => (2048, 2048),
        };
        (width.min(wide), height.min(high))
    }

    fn of(context: &PageContext) -> Self {
        let query = context.path().as_str().split_once("size=").map_or("", |(_, rest)| rest);
        Self::ALL.into_iter().find(|size| query == size.name()).unwrap_or(Self::Usual)
    }
}

#[derive(askama::Template)]
#[template(path = "page.html")]
struct One {
    path: Vec<Step>,
    here: String,
    title: String,
    reference_code: String,
    image: PublicId,
    size: &'static str,
    width: u32,
    height: u32,
    /// At most so large is it asked for.
    most_wide: u32,
    most_high: u32,
    previous: Option<String>,
    next: Option<String>,
    smaller: Option<String>,
    larger: Option<String>,
    zoom: Option<String>,
}

/// `/records/{id}/pages/{n}`: one page at a reader's size.
pub(super) async fn one(
    State(site): State<Site>,
    context: PageContext,
    Path((id, number)): Path<(String, usize)>,
) -> Result<Response, Failure> {
    let (shown, leaf, count) = page(&site, &id, number).await?;
    let here = format!("/records/{}/pages/{number}", shown.place.id);
    let large = Large::of(&context);
    let (most_wide, most_high) = large.within(leaf.size);
    let sized = |large: Large| format!("{here}?size={}", large.name());
    let at = |number: usize| format!("/records/{}/pages/{number}?size={}", shown.place.id, large.name());
    let (previous, next) = neighbours(number, count, at);
    let label = leaf.label.clone().unwrap_or_else(|| format!("第 {number} 页"));
    let one = One {
        path: way(&shown),
        here: label.clone(),
        title: format!("{}：{label}，共 {count} 页", shown.place.title),
        reference_code: shown.place.code.clone(),
        image: leaf.id.clone(),
        size: large.name(),
        width: leaf.size.0,
        height: leaf.size.1,
        most_wide,
        most_high,
        previous,
        next,
        smaller: match large {
            Large::Small => None,
            Large::Usual => Some(sized(Large::Small)),
            Large::Full => Some(sized(Large::Usual)),
        },
        larger: match large {
            Large::Small => Some(sized(Large::Usual)),
            Large::Usual => Some(sized(Large::Full)),
            Large::Full => None,
        },
        zoom: (!VIEWER.is_empty()).then(|| format!("{here}/zoom")),
    };
    let (title, main) = (one.title.clone(), Markup::render(&one)?);
    Ok(site.shell.page(&context, &Page { title, tab: Tab::Search, main }))
}

#[derive(askama::Template)]
#[template(path = "zoom.html")]
struct Zoom {
    title: String,
    back: String,
    previous: Option<String>,
    next: Option<String>,
    image: PublicId,
    width: u32,
    height: u32,
    factors: String,
    most_wide: u32,
    most_high: u32,
}

/// `/records/{id}/pages/{n}/zoom`: the deep zoom, the only page that loads a script.
pub(super) async fn zoom(
    State(site): State<Site>,
    context: PageContext,
    Path((id, number)): Path<(String, usize)>,
) -> Result<Response, Failure> {
    let (shown, leaf, count) = page(&site, &id, number).await?;
    if VIEWER.is_empty() {
        return Err(absent().into());
    }
    let (most_wide, most_high) = Large::Usual.within(leaf.size);
    let (previous, next) =
        neighbours(number, count, |number| format!("/records/{}/pages/{number}/zoom", shown.place.id));
    let factors: Vec<String> = scale_factors(leaf.size).iter().map(u32::to_string).collect();
    let zoom = Zoom {
        // The number first: the page cuts a long title.
        title: format!("第 {number} 页，共 {count} 页：{}", shown.place.title),
        back: format!("/records/{}/pages/{number}", shown.place.id),
        previous,
        next,
        image: leaf.id.clone(),
        width: leaf.size.0,
        height: leaf.size.1,
        factors: factors.join(","),
        most_wide,
        most_high,
    };
    let (title, main) = (zoom.title.clone(), Markup::render(&zoom)?);
    let mut response = site.shell.page(&context, &Page { title, tab: Tab::Search, main });
    let policy = response.headers().get(CONTENT_SECURITY_POLICY).and_then(|policy| policy.to_str().ok());
    let policy = policy.map(|policy| policy.replace("script-src ", "script-src 'self' "));
    if let Some(policy) = policy.and_then(|policy| HeaderValue::try_from(policy).ok()) {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
}

/// `/assets/openseadragon.js` and `/assets/zoom.js`.
pub(super) async fn script(Path(name): Path<String>) -> Result<Response, Failure> {
    let content: &'static [u8] = match name.as_str() {
        "openseadragon.js" if !VIEWER.is_empty() => VIEWER,
        "zoom.js" => ZOOM.as_bytes(),
        _ => return Err(absent().into()),
    };
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400"));
    Ok((headers, content).into_response())
}

/// The addresses of the pages before and after one, where there are such.
fn neighbours(number: usize, count: usize, at: impl Fn(usize) -> String) -> (Option<String>, Option<String>) {
    let there = |one: usize| (1..=count).contains(&one).then(|| at(one));
    (number.checked_sub(1).and_then(there), number.checked_add(1).and_then(there))
}

/// A page image of a record, and how many there are.
async fn page(site: &Site, id: &str, number: usize) -> Result<(Shown, Leaf, usize), Failure> {
    let shown = shown(site, id).await?;
    let pages = pages(&shown);
    let found = number.checked_sub(1).and_then(|index| pages.get(index)).map(|(_, leaf)| (*leaf).clone());
    let count = pages.len();
    let leaf = found.ok_or_else(absent)?;
    Ok((shown, leaf, count))
}

async fn shown(site: &Site, id: &str) -> Result<Shown, Failure> {
    Ok(site.catalogue.record(&super::id(id)?).await?)
}

fn way(shown: &Shown) -> Vec<Step> {
    let mut path: Vec<Step> = [top()].into_iter().chain(shown.path.iter().map(step)).collect();
    path.push(Step { href: format!("/records/{}", shown.place.id), text: shown.place.title.clone() });
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_leads_to_its_neighbours_where_there_are_any() {
        let at = |number: usize, count: usize| neighbours(number, count, |number| number.to_string());
        let some = |number: &str| Some(number.to_owned());
        assert_eq!(at(1, 1), (None, None));
        assert_eq!(at(1, 3), (None, some("2")));
        assert_eq!(at(2, 3), (some("1"), some("3")));
        assert_eq!(at(3, 3), (some("2"), None));
    }
}
