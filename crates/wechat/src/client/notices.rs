//! Subscription notices, template messages and one-time subscription messages.

use percent_encoding::utf8_percent_encode;

use super::transport::Call;
use super::web::COMPONENT;
use super::{Client, Error};
use crate::notice::{ONE_TIME_SCENES, ONE_TIME_TEXT, ONE_TIME_TITLE};
use crate::wire::notice::{
    NoticeTemplate, NoticeTemplateId, NoticeTemplateWanted, NoticeTemplates, OneTimeMessage, PrivateTemplate,
    PrivateTemplateId, PrivateTemplates, SubscriptionNotice, TemplateMessage, TemplateTaken,
};

/// The longest `client_msg_id`; WeChat names no bound, other names of senders have this one.
const CLIENT_ID: usize = 32;

impl Client {
    /// Sends a subscription notice (`message/subscribe/bizsend`); verified service accounts only. 43101: the follower has
    /// not agreed, or the consents are used up. The call has no key: on [`Error::Unknown`] it may have been sent, and
    /// sent again it could arrive twice.
    pub async fn send_subscription_notice(&self, notice: &SubscriptionNotice) -> Result<(), Error> {
        self.call(&Call::send("/cgi-bin/message/subscribe/bizsend", notice)?).await?.done()
    }

    /// Sends a template message (`message/template/send`); verified service accounts only. Answers WeChat's number, which
    /// comes back in [`TemplateSent`](crate::message::Event::TemplateSent). Under a `client_msg_id` it may be sent again
    /// for ten minutes after [`Error::Unknown`]: the follower gets it once.
    pub async fn send_template(&self, message: &TemplateMessage) -> Result<String, Error> {
        if message.client_msg_id.as_ref().is_some_and(|id| id.is_empty() || id.len() > CLIENT_ID) {
            return Err(Error::Argument("a client_msg_id has 1 to 32 characters"));
        }
        let call = Call::send("/cgi-bin/message/template/send", message)?;
        let taken: TemplateTaken = self.call(&call).await?.parsed()?;
        taken.msgid.ok_or_else(|| Error::Unknown("the answer names no message".to_owned()))
    }

    /// Sends the one message a reader agreed to on the page of [`one_time_url`](Self::one_time_url)
    /// (`message/template/subscribe`); verified accounts of both kinds. Without a key, as a subscription notice.
    pub async fn send_one_time(&self, message: &OneTimeMessage) -> Result<(), Error> {
        if message.title.chars().count() > ONE_TIME_TITLE {
            return Err(Error::Argument("a title has at most 15 characters"));
        }
        if message.data.content.value.chars().count() > ONE_TIME_TEXT {
            return Err(Error::Argument("a text has at most 200 characters"));
        }
        self.call(&Call::send("/cgi-bin/message/template/subscribe", message)?).await?.done()
    }

    /// The page on which a reader agrees to one message. It returns to `redirect_url`, whose host must be a
    /// business domain of the account, with `openid`, `template_id`, `action` (`confirm` or `cancel`), `scene` and
    /// `reserved` (1 to 128 letters and digits).
    pub fn one_time_url(
        &self,
        template: &str,
        scene: u16,
        redirect_url: &str,
        reserved: &str,
    ) -> Result<String, Error> {
        if scene > ONE_TIME_SCENES {
            return Err(Error::Argument("a scene is 0 to 10000"));
        }
        if !(1..=128).contains(&reserved.len()) || !reserved.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(Error::Argument("what is reserved has 1 to 128 letters and digits"));
        }
        let host = self.page_base("https://mp.weixin.qq.com");
        let (app_id, template) = (&self.settings.app_id, utf8_percent_encode(template, COMPONENT));
        let redirect_url = utf8_percent_encode(redirect_url, COMPONENT);
        Ok(format!(
            "{host}/mp/subscribemsg?action=get_confirm&appid={app_id}&scene={scene}&template_id={template}\
             &redirect_url={redirect_url}&reserved={reserved}#wechat_redirect"
        ))
    }

    /// The account's templates of subscription notices (`newtmpl/gettemplate`).
    pub async fn notice_templates(&self) -> Result<Vec<NoticeTemplate>, Error> {
        let answer = self.call(&Call::get("/wxaapi/newtmpl/gettemplate", &[])).await?;
        Ok(answer.parsed::<NoticeTemplates>()?.data)
    }

    /// Takes a public template into the account (`newtmpl/addtemplate`); its id there. 200012: it has 25 already.
    pub async fn add_notice_template(&self, wanted: &NoticeTemplateWanted) -> Result<String, Error> {
        let call = Call::send("/wxaapi/newtmpl/addtemplate", wanted)?;
        Ok(self.call(&call).await?.parsed::<NoticeTemplateId>()?.id)
    }

    /// Removes a template of subscription notices (`newtmpl/deltemplate`).
    pub async fn delete_notice_template(&self, id: &str) -> Result<(), Error> {
        let request = NoticeTemplateId { id: id.to_owned() };
        self.call(&Call::send("/wxaapi/newtmpl/deltemplate", &request)?).await?.done()
    }

    /// The account's templates of template messages (`template/get_all_private_template`).
    pub async fn private_templates(&self) -> Result<Vec<PrivateTemplate>, Error> {
        let answer = self.call(&Call::get("/cgi-bin/template/get_all_private_template", &[])).await?;
        Ok(answer.parsed::<PrivateTemplates>()?.template_list)
    }

    /// Removes a template of template messages (`template/del_private_template`).
    pub async fn delete_private_template(&self, id: &str) -> Result<(), Error> {
        let request = PrivateTemplateId { template_id: id.to_owned() };
        self.call(&Call::send("/cgi-bin/template/del_private_template", &request)?).await?.done()
    }
}
