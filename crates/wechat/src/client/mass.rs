//! Mass sending.

use super::transport::Call;
use super::{Client, Error};
use crate::errcode::Errcode;
use crate::reply::TEXT_BYTES;
use crate::wire::mass::{
    MassAnswer, MassContent, MassDelete, MassFilter, MassPreview, MassRequest, MassSpeed, MassState,
};

/// Our own name for one mass send, chosen once and used for every attempt: 1–32 letters, digits, `-` or `_`. WeChat
/// keeps it for 24 hours; a second send under it is answered with the first one's `msg_id`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ClientMessageId(String);

impl ClientMessageId {
    /// Reads one; nothing if it is empty, longer than 32 or has other characters.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        ((1..=32).contains(&text.len()) && text.bytes().all(fits)).then(|| Self(text.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Who receives a mass send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// Every follower.
    Everybody,
    /// Followers that carry this tag.
    Tagged(i64),
    /// 2–10,000 openids; verified service accounts only, 48001 otherwise.
    Listed(Vec<String>),
}

/// One mass send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MassSend {
    /// Who receives it.
    pub audience: Audience,
    /// What.
    pub content: MassContent,
    /// Under which name.
    pub client_id: ClientMessageId,
    /// Whether it goes on when an article is judged a reprint whose author allows that; otherwise the job ends with
    /// `err(30003)`.
    pub ignore_reprint: bool,
}

/// WeChat took the job: now, or at an earlier attempt under the same name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submitted {
    /// Comes back in [`MassSent`](crate::message::Event::MassSent). WeChat always gives it; a faulty 45065 may not.
    pub msg_id: Option<String>,
    /// Key of comments and statistics: for articles, and not when the send was repeated.
    pub msg_data_id: Option<i64>,
    /// Whether it was taken at an earlier attempt (45065).
    pub repeated: bool,
}

/// Who is shown a preview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PreviewReader {
    /// A follower's openid.
    Openid(String),
    /// A follower's WeChat name (微信号); 100 previews a day.
    WechatName(String),
}

/// How far a mass send is, by `mass/get`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MassStatus {
    /// `SEND_SUCCESS`
    Done,
    /// `SENDING`
    Sending,
    /// `SEND_FAIL`
    Failed,
    /// `DELETE`
    Deleted,
    /// Anything else.
    Other(String),
}

impl Client {
    /// Submits a mass send (`mass/sendall`, or `mass/send` for a list). Success means that the job was taken, not that
    /// anybody received it: the event tells how it ended, or [`Client::mass_status`].
    ///
    /// After [`Error::Unknown`] it may have been taken: ask again under the same name, a minute later at the earliest
    /// (45066 before) and within 24 hours. 45028: no quota left.
    pub async fn send_mass(&self, send: &MassSend) -> Result<Submitted, Error> {
        check(&send.content)?;
        let (filter, touser) = match &send.audience {
            Audience::Everybody => (Some(MassFilter { is_to_all: true, tag_id: None }), None),
            Audience::Tagged(tag) => (Some(MassFilter { is_to_all: false, tag_id: Some(*tag) }), None),
            Audience::Listed(openids) if (2..=10_000).contains(&openids.len()) => (None, Some(openids.clone())),
            Audience::Listed(_) => return Err(Error::Argument("a list has 2 to 10,000 openids")),
        };
        let path = if filter.is_some() { "/cgi-bin/message/mass/sendall" } else { "/cgi-bin/message/mass/send" };
        let request = MassRequest {
            filter,
            touser,
            content: send.content.clone(),
            send_ignore_reprint: send.ignore_reprint,
            clientmsgid: send.client_id.as_str().to_owned(),
        };
        let call = Call::send(path, &request)?.repeatable();
        let answer: MassAnswer = self.call(&call).await?.parsed()?;
        let repeated = Errcode(answer.errcode) == Errcode::ALREADY_SENT;
        if answer.msg_id.is_none() && !repeated {
            return Err(Error::Unknown("the answer names no job".to_owned()));
        }
        Ok(Submitted { msg_id: answer.msg_id, msg_data_id: answer.msg_data_id, repeated })
    }

    /// Shows one reader what would be sent (`mass/preview`); uses no quota, and links to articles end.
    pub async fn preview_mass(&self, reader: &PreviewReader, content: &MassContent) -> Result<(), Error> {
        check(content)?;
        let (touser, towxname) = match reader {
            PreviewReader::Openid(openid) => (openid.clone(), String::new()),
            PreviewReader::WechatName(name) => (String::new(), name.clone()),
        };
        let request = MassPreview { touser, towxname, content: shown_in_preview(content)? };
        self.call(&Call::send("/cgi-bin/message/mass/preview", &request)?).await?.done()
    }

    /// Takes an article by its number from 1, or all, away from its readers (`mass/delete`). The line in their chats
    /// stays and leads to a page that says so. Articles and videos only, once the job is over.
    pub async fn delete_mass(&self, msg_id: &str, article: Option<u32>) -> Result<(), Error> {
        let request = MassDelete { msg_id: Some(msg_id.to_owned()), article_idx: article.map(i64::from), url: None };
        self.call(&Call::send("/cgi-bin/message/mass/delete", &request)?).await?.done()
    }

    /// How far a mass send is (`mass/get`); the numbers are in the event only.
    pub async fn mass_status(&self, msg_id: &str) -> Result<MassStatus, Error> {
        let request = MassState { msg_id: msg_id.to_owned(), msg_status: String::new() };
        let answer = self.call(&Call::ask("/cgi-bin/message/mass/get", &request)?).await?;
        let status = answer.parsed::<MassState>()?.msg_status;
        Ok(match status.as_str() {
            "SEND_SUCCESS" => MassStatus::Done,
            "SENDING" => MassStatus::Sending,
            "SEND_FAIL" => MassStatus::Failed,
            "DELETE" => MassStatus::Deleted,
            _ => MassStatus::Other(status),
        })
    }

    /// How fast jobs run (`mass/speed/get`).
    pub async fn mass_speed(&self) -> Result<MassSpeed, Error> {
        self.call(&Call::ask("/cgi-bin/message/mass/speed/get", &MassSpeed::default())?).await?.parsed()
    }

    /// Sets how fast jobs run: 0–4 for 80, 60, 45, 30, 10 ten thousands a minute (`mass/speed/set`).
    pub async fn set_mass_speed(&self, speed: u8) -> Result<(), Error> {
        if speed > 4 {
            return Err(Error::Argument("the speed is 0 to 4"));
        }
        let request = MassSpeed { speed: Some(i64::from(speed)), realspeed: None };
        self.call(&Call::send("/cgi-bin/message/mass/speed/set", &request)?).await?.done()
    }
}

/// What WeChat would refuse at once.
fn check(content: &MassContent) -> Result<(), Error> {
    match content {
        MassContent::Text { text } if text.content.trim().is_empty() => Err(Error::Argument("the text is empty")),
        MassContent::Text { text } if text.content.len() > TEXT_BYTES => {
            Err(Error::Argument("a text has at most 2048 bytes"))
        }
        MassContent::Image { images, image } if image.is_none() == images.is_none() => {
            Err(Error::Argument("pictures are named once"))
        }
        _ => Ok(()),
    }
}

/// A preview has one picture, under another name.
fn shown_in_preview(content: &MassContent) -> Result<MassContent, Error> {
    match content {
        MassContent::Image { images: Some(images), .. } => {
            let media_id = images.media_ids.first().ok_or(Error::Argument("there is no picture"))?;
            let image = crate::wire::mass::MassMedia { media_id: media_id.clone() };
            Ok(MassContent::Image { images: None, image: Some(image) })
        }
        other => Ok(other.clone()),
    }
}
