//! Statistics. Days are written `YYYY-MM-DD` and counted in Asia/Shanghai; yesterday's numbers are there from about
//! 8 o'clock: 61503 before, 61501 for a day or a span that is not given.

use serde::de::DeserializeOwned;

use super::transport::Call;
use super::{Client, Error};
use crate::wire::statistics::{
    ArticleDay, ArticleTotal, Days, FollowerMoves, FollowerTotal, Listed, ReadingHour, UpstreamMessages,
};

impl Client {
    /// What readers did on one day with pushed articles (`getarticlesummary`).
    pub async fn article_summary(&self, day: &str) -> Result<Vec<ArticleDay>, Error> {
        self.listed("/datacube/getarticlesummary", day, day).await
    }

    /// How the articles pushed on one day fared in the week after (`getarticletotal`).
    pub async fn article_total(&self, day: &str) -> Result<Vec<ArticleTotal>, Error> {
        self.listed("/datacube/getarticletotal", day, day).await
    }

    /// What readers did in each hour of one day with all articles together (`getuserreadhour`). WeChat no longer tends it:
    /// the list may be empty.
    pub async fn reading_hours(&self, day: &str) -> Result<Vec<ReadingHour>, Error> {
        self.listed("/datacube/getuserreadhour", day, day).await
    }

    /// New and lost followers by day and source, up to 7 days (`getusersummary`).
    pub async fn follower_moves(&self, begin: &str, end: &str) -> Result<Vec<FollowerMoves>, Error> {
        self.listed("/datacube/getusersummary", begin, end).await
    }

    /// Followers at the end of each day, up to 7 days (`getusercumulate`).
    pub async fn follower_totals(&self, begin: &str, end: &str) -> Result<Vec<FollowerTotal>, Error> {
        self.listed("/datacube/getusercumulate", begin, end).await
    }

    /// What followers wrote, by day and type, up to 7 days (`getupstreammsg`).
    pub async fn upstream_messages(&self, begin: &str, end: &str) -> Result<Vec<UpstreamMessages>, Error> {
        self.listed("/datacube/getupstreammsg", begin, end).await
    }

    async fn listed<T: DeserializeOwned>(&self, path: &str, begin: &str, end: &str) -> Result<Vec<T>, Error> {
        let days = Days { begin_date: begin.to_owned(), end_date: end.to_owned() };
        Ok(self.call(&Call::ask(path, &days)?).await?.parsed::<Listed<T>>()?.list)
    }
}
