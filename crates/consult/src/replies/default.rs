//! The default answer: it always leads on.

use account::{Capability, Deed, Dialogue, Heard, Spoken};
use futures::FutureExt;
use futures::future::BoxFuture;
use kernel::events::Answered;
use kernel::{Db, Ids};
use wechat::message::Kind;
use wechat::reply::Reply;

use super::search::near_questions;
use super::{answered, people};
use crate::conversation::{Message, Speaker, State};
use crate::desk::{is_story, order_offer};
use crate::file::SentFile;
use crate::store::default_answer;
use crate::{Rulebook, Wording};

/// Within this time the same reader gets one line instead of the whole answer again.
const SHORT_SECONDS: i64 = 3600;

const WHOLE: &str = "没有查到相关的开放档案，也没有现成的答复。您可以：\n\
    · 回复“查档”，一步一步带您查\n\
    · 换个说法，或只发关键词、文号、年份再试\n\
    · [打开检索页](/search)，按全宗、年代筛选\n\
    · 看看[利用指南](/guide)，了解怎么查、带什么证件\n\
    · 回复“人工”，请工作人员帮您查；或致电 {telephone}\n\n\
    开放时间：\n{hours}\n（{now}）\n\n点下方菜单也能直接查档、看指南。";
const SHORT: &str = "没有查到。[换个条件检索](/search)，或致电 {telephone}，我们帮您查。";
const NOT_MEANT: &str = "要问的不是这个，可以[换个条件检索](/search)，或致电 {telephone}，我们帮您查。";
const PICTURE: &str = "图片收到了，留给工作人员看，系统自己看不懂图片。要请工作人员答复，请回复“人工”；\
    也可以把要问的打成文字发来，比如文号、题名或年份，或致电 {telephone}，{now}。[利用指南](/guide)";
const FILM: &str = "视频收到了，留给工作人员看，系统自己看不懂视频。要请工作人员答复，请回复“人工”；\
    也可以把要问的打成文字发来，或致电 {telephone}，{now}。[利用指南](/guide)";
const VOICE: &str = "语音收到了，留给工作人员听，系统没有听出内容。要请工作人员答复，请回复“人工”；\
    也可以改发文字，或致电 {telephone}，{now}。[打开检索页](/search)";
/// Of an account that may not fetch what readers send.
const OUT_OF_REACH: &str = "收到了，但本号取不到图片、语音和视频。请把要问的打成文字发来，比如文号、题名或年份；\
    需要工作人员看的，请带到馆里，或致电 {telephone}，{now}。[利用指南](/guide)";
const PLACE: &str = "位置收到了。我馆在：{address}\n{directions}\n{now}\n[利用指南](/guide)";
const LINK: &str = "链接收到了。想查什么档案，请把题名、文号或关键词发给我；也可以[打开检索页](/search)。";

/// Answers whatever nobody else answered.
pub(super) struct Default {
    pub(super) db: Db,
    pub(super) ids: Ids,
    pub(super) rulebook: Rulebook,
    pub(super) wording: Wording,
}

impl Dialogue for Default {
    fn name(&self) -> &'static str {
        "default"
    }

    fn hear<'a>(&'a self, heard: &'a Heard<'a>) -> BoxFuture<'a, kernel::Result<Option<Spoken>>> {
        async move {
            if let Some(text) = heard.text().filter(|text| !text.trim().is_empty()) {
                return self.of_text(heard, text).await.map(Some);
            }
            let is_file = SentFile::of(&heard.message.kind, &self.ids).is_some();
            let text = match &heard.message.kind {
                _ if is_file && !heard.account.allows(Capability::Material) => OUT_OF_REACH,
                Kind::Image { .. } => PICTURE,
                Kind::Video { .. } | Kind::ShortVideo { .. } => FILM,
                Kind::Voice { .. } => VOICE,
                Kind::Location(_) => PLACE,
                Kind::Link { .. } => LINK,
                Kind::Text { .. } => SHORT,
                Kind::Event(_) | Kind::Unknown { .. } => return Ok(None),
            };
            let reply = self.wording.reply(text, heard);
            // What people are to look at is kept for them.
            let kept = if is_file { self.kept(heard, &reply) } else { Vec::new() };
            let spoken = answered(heard, reply, Answered::Default);
            Ok(Some(kept.into_iter().fold(spoken, Spoken::with)))
        }
        .boxed()
    }

    fn forget(&self, account: &str, openid: &str) -> Option<Deed> {
        let (account, openid) = (account.to_owned(), openid.to_owned());
        Some(Deed::new(move |tx| {
            let (account, openid) = (account.clone(), openid.clone());
            async move { default_answer::forget(tx, &account, &openid).await }.boxed()
        }))
    }
}

impl Default {
    /// What the account had no answer for is a conversation that staff see and may take. What was said in words is also looked
    /// for by its meaning where that can be said afterwards.
    fn kept(&self, heard: &Heard<'_>, reply: &Reply) -> Vec<Deed> {
        let Some(said) = people::Said::of(heard) else { return Vec::new() };
        let mut conversation = people::begun(heard, &self.ids, State::Bot);
        conversation.unread = 1;
        let asked = said.message(heard, &self.ids, conversation.id);
        let told = match reply {
            Reply::Text(text) => text.as_str(),
            _ => "",
        };
        let answered = Message::new(&self.ids, conversation.id, Speaker::Bot, told, heard.at.plus_micros(1));
        let (question, at, ids) = (asked.id, heard.at, self.ids.clone());
        let said_in_words = heard.text().is_some() && !is_story(&asked.text);
        let mut deeds = vec![people::kept(conversation, vec![asked, answered], Vec::new(), (heard, &self.ids))];
        let can_follow = heard.account.allows(Capability::ServiceMessages) && self.rulebook.knows_meanings();
        if can_follow && said_in_words {
            deeds.push(Deed::new(move |tx| {
                let ids = ids.clone();
                async move { order_offer(tx, &ids, (question, at)).await }.boxed()
            }));
        }
        deeds
    }

    async fn of_text(&self, heard: &Heard<'_>, text: &str) -> kernel::Result<Spoken> {
        let (account, openid) = (heard.account.name().to_owned(), heard.openid().to_owned());
        let mut tx = self.db.read().await?;
        let last = default_answer::last(&mut tx, &account, &openid).await?;
        drop(tx);
        let lately = last.is_some_and(|at| (0..SHORT_SECONDS).contains(&heard.at.seconds_since(at)));
        let default = if lately { SHORT } else { WHOLE };
        let near = near_questions(&self.rulebook, text, heard.at);
        let reply = match near {
            Some(near) => self.wording.reply(&format!("{near}\n\n{NOT_MEANT}"), heard),
            None => self.wording.reply(default, heard),
        };
        let at = heard.at;
        let deed = Deed::new(move |tx| {
            let (account, openid) = (account.clone(), openid.clone());
            async move { default_answer::given(tx, &account, &openid, at).await }.boxed()
        });
        let kept = self.kept(heard, &reply);
        let spoken = answered(heard, reply, Answered::Default).with(deed);
        Ok(kept.into_iter().fold(spoken, Spoken::with))
    }
}
