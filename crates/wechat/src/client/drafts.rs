//! Drafts, and publishing them without a push.

use super::materials::PAGE;
use super::transport::Call;
use super::{Client, Error};
use crate::article::{ARTICLES, Excess, TITLE, excess};
use crate::wire::draft::{Article, ArticlePage, ArticleRange, Articles, DraftCount, DraftUpdate, NewDraft};
use crate::wire::material::MediaId;
use crate::wire::publish::{ArticleId, PublishId, PublishState, PublishTicket};

impl Client {
    /// Makes a draft of 1–8 articles (`draft/add`) and returns its media id. Besides the limits of [`crate::article`]:
    /// 40007 for a cover that is no permanent picture, 45166 for content WeChat does not like.
    pub async fn add_draft(&self, articles: &[Article]) -> Result<String, Error> {
        if articles.is_empty() || articles.len() > ARTICLES {
            return Err(Error::Argument("a draft has 1 to 8 articles"));
        }
        articles.iter().try_for_each(check)?;
        let request = NewDraft { articles: articles.to_vec() };
        Ok(self.call(&Call::send("/cgi-bin/draft/add", &request)?).await?.parsed::<MediaId>()?.media_id)
    }

    /// A draft as WeChat keeps it (`draft/get`); 40007 once it is deleted, published or sent.
    pub async fn draft(&self, media_id: &str) -> Result<Articles, Error> {
        self.call(&Call::ask("/cgi-bin/draft/get", &id(media_id))?).await?.parsed()
    }

    /// Replaces the article at `index`, counted from 0 (`draft/update`).
    pub async fn update_draft(&self, media_id: &str, index: u32, article: &Article) -> Result<(), Error> {
        check(article)?;
        let update = DraftUpdate { media_id: media_id.to_owned(), index: i64::from(index), articles: article.clone() };
        self.call(&Call::send("/cgi-bin/draft/update", &update)?).await?.done()
    }

    /// Deletes a draft (`draft/delete`).
    pub async fn delete_draft(&self, media_id: &str) -> Result<(), Error> {
        self.call(&Call::send("/cgi-bin/draft/delete", &id(media_id))?).await?.done()
    }

    /// How many drafts there are (`draft/count`).
    pub async fn count_drafts(&self) -> Result<i64, Error> {
        Ok(self.call(&Call::get("/cgi-bin/draft/count", &[])).await?.parsed::<DraftCount>()?.total_count)
    }

    /// Up to 20 drafts, newest first, without their content unless `with_content` (`draft/batchget`).
    pub async fn drafts(&self, offset: i64, count: i64, with_content: bool) -> Result<ArticlePage, Error> {
        let range = ArticleRange { offset, count: count.clamp(1, PAGE), no_content: !with_content };
        self.call(&Call::ask("/cgi-bin/draft/batchget", &range)?).await?.parsed()
    }

    /// Queues a draft to be published (`freepublish/submit`). How it ends tells the event
    /// [`Published`](crate::message::Event::Published) or [`Client::publish_state`].
    pub async fn publish(&self, media_id: &str) -> Result<PublishTicket, Error> {
        self.call(&Call::send("/cgi-bin/freepublish/submit", &id(media_id))?).await?.parsed()
    }

    /// How far a publication is (`freepublish/get`).
    pub async fn publish_state(&self, publish_id: &str) -> Result<PublishState, Error> {
        let request = PublishId { publish_id: publish_id.to_owned() };
        self.call(&Call::ask("/cgi-bin/freepublish/get", &request)?).await?.parsed()
    }

    /// Deletes a published article by its number from 1, or all of the message; it cannot be brought back
    /// (`freepublish/delete`).
    pub async fn delete_published(&self, article_id: &str, article: Option<u32>) -> Result<(), Error> {
        let request = ArticleId { article_id: article_id.to_owned(), index: article.map(i64::from) };
        self.call(&Call::send("/cgi-bin/freepublish/delete", &request)?).await?.done()
    }

    /// The articles of a published message (`freepublish/getarticle`); 53600 if there is none of that id.
    pub async fn published(&self, article_id: &str) -> Result<Vec<Article>, Error> {
        let request = ArticleId { article_id: article_id.to_owned(), index: None };
        let answer = self.call(&Call::ask("/cgi-bin/freepublish/getarticle", &request)?).await?;
        Ok(answer.parsed::<Articles>()?.news_item)
    }

    /// Up to 20 published messages, newest first (`freepublish/batchget`); what was pushed is not among them.
    pub async fn publications(&self, offset: i64, count: i64, with_content: bool) -> Result<ArticlePage, Error> {
        let range = ArticleRange { offset, count: count.clamp(1, PAGE), no_content: !with_content };
        self.call(&Call::ask("/cgi-bin/freepublish/batchget", &range)?).await?.parsed()
    }
}

fn id(media_id: &str) -> MediaId {
    MediaId { media_id: media_id.to_owned() }
}

fn check(article: &Article) -> Result<(), Error> {
    excess(article, TITLE).map_or(Ok(()), |excess| {
        Err(Error::Argument(match excess {
            Excess::Title => "a title has 1 to 32 characters",
            Excess::Author => "an author has at most 16 characters",
            Excess::Digest => "a digest has at most 120 characters",
            Excess::NoContent => "an article has no content",
            Excess::Content => "content has less than 20,000 characters and less than 1 MB",
            Excess::SourceUrl => "the address of the original has at most 1024 bytes",
            Excess::Cover => "an article needs a cover",
            Excess::Pictures => "an article of pictures has 1 to 20 of them",
        }))
    })
}
