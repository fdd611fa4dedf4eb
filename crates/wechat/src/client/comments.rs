//! Comments on articles. Articles are named by `msg_data_id` of the push and their number from 0.

use super::transport::Call;
use super::{Client, Error};
use crate::wire::comment::{CommentPage, CommentRequest};

/// One article of a push or publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ArticleKey {
    /// From [`Submitted`](super::Submitted) or the publication's ticket.
    pub msg_data_id: i64,
    /// From 0.
    pub index: u32,
}

/// Which comments are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CommentKind {
    /// All of them.
    All,
    /// Those not elected.
    Ordinary,
    /// Those the account elected.
    Elected,
}

/// What the account does with one comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CommentAct {
    /// Makes it public: 88003 when there are too many.
    Elect,
    /// Takes that back.
    Unelect,
    /// Deletes it.
    Delete,
    /// Deletes the account's reply to it.
    DeleteReply,
}

impl Client {
    /// Opens an article to comments or closes it (`comment/open`, `comment/close`); 88000 without the right.
    pub async fn open_comments(&self, article: ArticleKey, open: bool) -> Result<(), Error> {
        let path = if open { "/cgi-bin/comment/open" } else { "/cgi-bin/comment/close" };
        self.call(&Call::send(path, &request(article))?).await?.done()
    }

    /// Up to 49 comments from `begin` on (`comment/list`). No event announces new ones.
    pub async fn comments(&self, article: ArticleKey, begin: i64, kind: CommentKind) -> Result<CommentPage, Error> {
        let kind = match kind {
            CommentKind::All => 0,
            CommentKind::Ordinary => 1,
            CommentKind::Elected => 2,
        };
        let request = CommentRequest { begin: Some(begin), count: Some(49), kind: Some(kind), ..request(article) };
        self.call(&Call::ask("/cgi-bin/comment/list", &request)?).await?.parsed()
    }

    /// Does something with one comment; 88008 if it is not there.
    pub async fn act_on_comment(&self, article: ArticleKey, comment: i64, act: CommentAct) -> Result<(), Error> {
        let path = match act {
            CommentAct::Elect => "/cgi-bin/comment/markelect",
            CommentAct::Unelect => "/cgi-bin/comment/unmarkelect",
            CommentAct::Delete => "/cgi-bin/comment/delete",
            CommentAct::DeleteReply => "/cgi-bin/comment/reply/delete",
        };
        let request = CommentRequest { user_comment_id: Some(comment), ..request(article) };
        self.call(&Call::send(path, &request)?).await?.done()
    }

    /// Replies to a comment (`comment/reply/add`); 88005 if it has a reply.
    pub async fn reply_to_comment(&self, article: ArticleKey, comment: i64, content: &str) -> Result<(), Error> {
        let content = Some(content.to_owned());
        let request = CommentRequest { user_comment_id: Some(comment), content, ..request(article) };
        self.call(&Call::send("/cgi-bin/comment/reply/add", &request)?).await?.done()
    }
}

fn request(article: ArticleKey) -> CommentRequest {
    let index = i64::from(article.index);
    CommentRequest { msg_data_id: article.msg_data_id, index, ..CommentRequest::default() }
}
