//! Customer-service messages.

use super::transport::Call;
use super::{Client, Error};
use crate::reply::TEXT_BYTES;
use crate::wire::custom::{CustomContent, CustomMessage, TypingRequest};

impl Client {
    /// Sends a customer-service message (`message/custom/send`). The follower must have acted lately, see
    /// [`Window`](crate::window::Window); otherwise 45015 or 45047. On [`Error::Unknown`] it may have arrived.
    pub async fn send_custom(&self, message: &CustomMessage) -> Result<(), Error> {
        match &message.content {
            CustomContent::Text { text } if text.content.len() > TEXT_BYTES => {
                return Err(Error::Argument("a text has at most 2048 bytes"));
            }
            CustomContent::Text { text } if text.content.trim().is_empty() => {
                return Err(Error::Argument("the text is empty"));
            }
            CustomContent::News { news } if news.articles.len() != 1 => {
                return Err(Error::Argument("a news message has exactly one article"));
            }
            _ => {}
        }
        self.call(&Call::send("/cgi-bin/message/custom/send", message)?).await?.done()
    }

    /// Shows the follower that somebody is typing, or no longer is (`message/custom/typing`).
    pub async fn typing(&self, openid: &str, active: bool) -> Result<(), Error> {
        let command = if active { "Typing" } else { "CancelTyping" };
        let request = TypingRequest { touser: openid.to_owned(), command: command.to_owned() };
        self.call(&Call::send("/cgi-bin/message/custom/typing", &request)?).await?.done()
    }
}
