//! `/api/v1/consultation/pages`: the pages of the readers' site that can be given to a reader in a reply.

use axum::Json;
use axum::extract::State;
use catalogue::{Opening, PublicId, ShownHeading};
use kernel::{Code, Error, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::Failure;

use super::Desk;

/// The openings that are offered, the newest first.
const OPENINGS: u32 = 200;
/// The first characters of a notice, by which it is known.
const NOTICE: usize = 40;

/// A page of the readers' site.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SitePage {
    /// Its address without the site's own, with the place in the page if it is only a part of one.
    path: String,
    title: String,
    /// What kind of page it is, in words.
    kind: String,
}

/// The pages, those of the whole house first.
#[derive(Serialize, ToSchema)]
pub(super) struct SitePages {
    items: Vec<SitePage>,
}

/// The pages that can be given: those with one name, the notices, the headings and the openings everybody may see.
#[utoipa::path(get, path = "/api/v1/consultation/pages", tag = "conversations",
    responses((status = 200, body = SitePages)))]
pub(super) async fn list(State(desk): State<Desk>) -> Result<Json<SitePages>, Failure> {
    Ok(Json(SitePages { items: desk.site_pages().await? }))
}

impl Desk {
    async fn site_pages(&self) -> kernel::Result<Vec<SitePage>> {
        let mut all = self.house_pages();
        all.extend(self.catalogue.all_subjects().await?.into_iter().map(SitePage::from));
        let (openings, _) = self.catalogue.openings(1, OPENINGS).await?;
        all.extend(openings.into_iter().map(SitePage::from));
        Ok(all)
    }

    /// The pages with one name, and the notices.
    fn house_pages(&self) -> Vec<SitePage> {
        let mut all: Vec<SitePage> =
            self.pages.iter().map(|(path, name)| page((*path).to_owned(), (*name).to_owned(), "网页")).collect();
        all.push(page("/guide#visit".to_owned(), "开放时间和地址".to_owned(), "网页"));
        let house = self.conversations.wording.house();
        let notices = house.notices_on(self.clock.now().day());
        all.extend(notices.map(|notice| page("/#notices".to_owned(), beginning(&notice.text), "通知")));
        all
    }

    /// Whether a page is there for everybody, under this name.
    async fn is_page(&self, wanted: &SitePage) -> kernel::Result<bool> {
        let id = |under: &str| wanted.path.strip_prefix(under).and_then(PublicId::parse);
        let found = if let Some(id) = id("/subjects/") {
            self.catalogue.subject(&id, 1, 1).await.map(|found| SitePage::from(found.heading))
        } else if let Some(id) = id("/opened/") {
            self.catalogue.opening(&id, 1, 1).await.map(|(opening, _)| SitePage::from(opening))
        } else {
            return Ok(self.house_pages().contains(wanted));
        };
        match found {
            Ok(found) => Ok(found == *wanted),
            Err(Error::Problem(problem)) if problem.code() == Code::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// A page as it is named in a reply: only one that is there, so that no reply leads elsewhere.
    pub(super) async fn page_text(&self, wanted: &SitePage) -> Result<String, Failure> {
        if self.is_page(wanted).await? {
            return Ok(format!("{}\n{}{}", wanted.title, self.site, wanted.path));
        }
        let why = "网站上没有这一页了，请重新选";
        Err(Problem::new(Code::NotFound, format!("网页“{}”", wanted.title)).because(why).into())
    }
}

fn page(path: String, title: String, kind: &str) -> SitePage {
    SitePage { path, title, kind: kind.to_owned() }
}

impl From<ShownHeading> for SitePage {
    fn from(one: ShownHeading) -> Self {
        page(format!("/subjects/{}", one.id), one.name, "专题")
    }
}

impl From<Opening> for SitePage {
    fn from(one: Opening) -> Self {
        let title = format!("{}开放的档案", web::date_text(&one.at.day().to_string()));
        page(format!("/opened/{}", one.id), title, "开放公告")
    }
}

/// A notice by how it begins, on one line.
fn beginning(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(NOTICE) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or_default()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::beginning;

    #[test]
    fn a_notice_is_known_by_how_it_begins() {
        assert_eq!(beginning("国庆期间\n闭馆。"), "国庆期间 闭馆。");
        let long = "馆".repeat(41);
        assert_eq!(beginning(&long), format!("{}…", "馆".repeat(40)));
        assert_eq!(beginning(&"馆".repeat(40)), "馆".repeat(40));
    }
}
