//! Followers, tags, blacklist.

use super::transport::Call;
use super::{Client, Error};
use crate::wire::user::{
    BlacklistRequest, BlacklistingRequest, OpenidPage, OpenidRequest, RemarkRequest, Tag, TagEnvelope, TagIdsAnswer,
    TaggedRequest, TaggingRequest, TagsAnswer, User, UserKey, UsersAnswer, UsersRequest,
};

/// The most followers of one `user/info/batchget`.
const USERS: usize = 100;
/// The most followers tagged at once.
const TAGGED: usize = 50;
/// The most followers blocked at once.
const BLOCKED: usize = 20;
/// The longest remark, in characters.
const REMARK: usize = 30;

fn at_most<T>(list: &[T], most: usize, error: &'static str) -> Result<(), Error> {
    if list.is_empty() || list.len() > most { Err(Error::Argument(error)) } else { Ok(()) }
}

impl Client {
    /// A page of up to 10,000 followers after `next_openid` (`user/get`); empty text for the first one.
    pub async fn followers(&self, next_openid: &str) -> Result<OpenidPage, Error> {
        self.call(&Call::get("/cgi-bin/user/get", &[("next_openid", next_openid)])).await?.parsed()
    }

    /// One follower (`user/info`).
    pub async fn user(&self, openid: &str) -> Result<User, Error> {
        self.call(&Call::get("/cgi-bin/user/info", &[("openid", openid), ("lang", "zh_CN")])).await?.parsed()
    }

    /// 1 to 100 followers (`user/info/batchget`); one of another account fails the whole call with 40003.
    pub async fn users(&self, openids: &[String]) -> Result<Vec<User>, Error> {
        at_most(openids, USERS, "1 to 100 followers can be asked for at once")?;
        let user_list = openids.iter().map(|openid| UserKey { openid: openid.clone(), lang: None }).collect();
        let call = Call::ask("/cgi-bin/user/info/batchget", &UsersRequest { user_list })?;
        Ok(self.call(&call).await?.parsed::<UsersAnswer>()?.user_info_list)
    }

    /// Notes something on a follower, at most 30 characters (`user/info/updateremark`).
    pub async fn set_remark(&self, openid: &str, remark: &str) -> Result<(), Error> {
        if remark.chars().count() > REMARK {
            return Err(Error::Argument("a remark has at most 30 characters"));
        }
        let request = RemarkRequest { openid: openid.to_owned(), remark: remark.to_owned() };
        self.call(&Call::send("/cgi-bin/user/info/updateremark", &request)?).await?.done()
    }

    /// Makes a tag (`tags/create`); 45157 if the name is there already.
    pub async fn create_tag(&self, name: &str) -> Result<Tag, Error> {
        let request = TagEnvelope { tag: Tag { name: Some(name.to_owned()), ..Tag::default() } };
        Ok(self.call(&Call::send("/cgi-bin/tags/create", &request)?).await?.parsed::<TagEnvelope>()?.tag)
    }

    /// All tags (`tags/get`).
    pub async fn tags(&self) -> Result<Vec<Tag>, Error> {
        Ok(self.call(&Call::get("/cgi-bin/tags/get", &[])).await?.parsed::<TagsAnswer>()?.tags)
    }

    /// Renames a tag (`tags/update`).
    pub async fn rename_tag(&self, id: i64, name: &str) -> Result<(), Error> {
        let request = TagEnvelope { tag: Tag { id: Some(id), name: Some(name.to_owned()), count: None } };
        self.call(&Call::send("/cgi-bin/tags/update", &request)?).await?.done()
    }

    /// Deletes a tag (`tags/delete`); 45057 while more than 100,000 carry it.
    pub async fn delete_tag(&self, id: i64) -> Result<(), Error> {
        let request = TagEnvelope { tag: Tag { id: Some(id), ..Tag::default() } };
        self.call(&Call::send("/cgi-bin/tags/delete", &request)?).await?.done()
    }

    /// A page of up to 10,000 followers with a tag (`user/tag/get`).
    pub async fn tagged(&self, tag: i64, next_openid: &str) -> Result<OpenidPage, Error> {
        let request = TaggedRequest { tagid: tag, next_openid: next_openid.to_owned() };
        self.call(&Call::ask("/cgi-bin/user/tag/get", &request)?).await?.parsed()
    }

    /// Gives a tag to 1 to 50 followers (`tags/members/batchtagging`).
    pub async fn tag(&self, tag: i64, openids: &[String]) -> Result<(), Error> {
        self.tagging("/cgi-bin/tags/members/batchtagging", tag, openids).await
    }

    /// Takes a tag from 1 to 50 followers (`tags/members/batchuntagging`).
    pub async fn untag(&self, tag: i64, openids: &[String]) -> Result<(), Error> {
        self.tagging("/cgi-bin/tags/members/batchuntagging", tag, openids).await
    }

    async fn tagging(&self, path: &str, tag: i64, openids: &[String]) -> Result<(), Error> {
        at_most(openids, TAGGED, "1 to 50 followers can be tagged at once")?;
        let request = TaggingRequest { openid_list: openids.to_vec(), tagid: tag };
        self.call(&Call::send(path, &request)?).await?.done()
    }

    /// The tags of a follower (`tags/getidlist`).
    pub async fn tags_of(&self, openid: &str) -> Result<Vec<i64>, Error> {
        let request = OpenidRequest { openid: openid.to_owned() };
        Ok(self.call(&Call::ask("/cgi-bin/tags/getidlist", &request)?).await?.parsed::<TagIdsAnswer>()?.tagid_list)
    }

    /// A page of the blacklist (`tags/members/getblacklist`).
    pub async fn blacklist(&self, begin_openid: &str) -> Result<OpenidPage, Error> {
        let request = BlacklistRequest { begin_openid: begin_openid.to_owned() };
        self.call(&Call::ask("/cgi-bin/tags/members/getblacklist", &request)?).await?.parsed()
    }

    /// Blocks 1 to 20 followers (`tags/members/batchblacklist`).
    pub async fn block(&self, openids: &[String]) -> Result<(), Error> {
        self.blacklisting("/cgi-bin/tags/members/batchblacklist", openids).await
    }

    /// Unblocks 1 to 20 followers (`tags/members/batchunblacklist`).
    pub async fn unblock(&self, openids: &[String]) -> Result<(), Error> {
        self.blacklisting("/cgi-bin/tags/members/batchunblacklist", openids).await
    }

    async fn blacklisting(&self, path: &str, openids: &[String]) -> Result<(), Error> {
        at_most(openids, BLOCKED, "1 to 20 followers can be blocked at once")?;
        let request = BlacklistingRequest { openid_list: openids.to_vec() };
        self.call(&Call::send(path, &request)?).await?.done()
    }
}
