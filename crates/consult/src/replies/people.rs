//! People: who asks for one is put through; who talks with one is not answered by machine.

use account::{Deed, Dialogue, Heard, Spoken};
use futures::FutureExt;
use futures::future::BoxFuture;
use kernel::jobs::{self, Order};
use kernel::{Ground, Id, Ids};
use wechat::message::Kind;
use wechat::reply::Reply;

use super::lookup_texts;
use crate::conversation::{Channel, Conversation, Delivery, Message, Speaker, State, visible};
use crate::desk::{give_in_turn, reader_name};
use crate::fetching::{FetchFile, order_burning};
use crate::file::SentFile;
use crate::matcher::keyword;
use crate::satisfaction::{self, ANSWERED_WITHIN, ASKED, Satisfaction};
use crate::store::{conversation, message, satisfaction as ratings};
use crate::switchboard::Switchboard;
use crate::{Lookups, Wording};

/// What readers say who want a person.
const WANTED: [&str; 40] = [
    "转人工",
    "请转人工",
    "我要找人工",
    "要人工服务",
    "我要人工服务",
    "人工",
    "人工服务",
    "人工客服",
    "转人工服务",
    "转人工客服",
    "找人工",
    "要人工",
    "我要人工",
    "人工咨询",
    "找工作人员",
    "联系工作人员",
    "接人工",
    "叫人工",
    "有人工吗",
    "人工在吗",
    "真人",
    "找真人",
    "转真人",
    "我要真人",
    "找客服",
    "我要客服",
    "联系客服",
    "有客服吗",
    "有人吗",
    "有人在吗",
    "有没有人",
    "找人问",
    "找人问问",
    "我要找人问",
    "我想找人问",
    "我要找人问问",
    "我想找人问问",
    "找个人问问",
    "我要找工作人员",
    "我想找工作人员",
];
/// What readers say who want the account to answer by itself again.
const ENOUGH: [&str; 5] = ["结束", "结束咨询", "退出人工", "结束人工", "机器人"];

/// What readers say who look for what they asked and for the answers.
const MINE: [&str; 4] = ["我的咨询", "我的提问", "查看答复", "咨询记录"];
/// What readers say who want no more pushes.
const UNSUBSCRIBING: [&str; 7] = ["退订", "td", "取消推送", "关闭推送", "不要推送", "退订推送", "取消订阅"];

const OPEN: &str = "已为您转给工作人员，请直接留言，工作人员看到后会在这里答复，也可以到[我的咨询](/questions)查看。{now}\n\
    不需要了，请回复“结束”。";
const CLOSED: &str = "现在没有工作人员在线（{now}）。请把要问的留在这里，上班后工作人员会答复您，也可以到[我的咨询](/questions)查看；\
    急事请致电 {telephone}。\n开放时间：\n{hours}\n不需要了，请回复“结束”。";
const ENDED: &str = "人工咨询已结束，您可以继续提问，由系统自动答复。";
const OWN: &str = "[点此查看您的咨询和答复](/questions)。也可以在那里继续留言。";
const SWITCHES: &str = "[点此关闭或打开推送和通知](/notices)。";
const ANSWER: &str = "[点此查看答复](/questions)";
const THANKS: &str = "谢谢您的评价。";
const SORRY: &str = "谢谢您的评价，没有帮上忙很抱歉。要接着问，请回复“人工”，或致电 {telephone}。";
/// How long the exchanges before are handed over with, in seconds, and how many.
const BEFORE_SECONDS: i64 = 30 * 60;
const BEFORE: i64 = 5;

/// Puts readers through to people.
pub(super) struct People {
    pub(super) ground: Ground,
    pub(super) switchboard: Switchboard,
    pub(super) lookups: Lookups,
    pub(super) wording: Wording,
}

impl Dialogue for People {
    fn name(&self) -> &'static str {
        "people"
    }

    fn hear<'a>(&'a self, heard: &'a Heard<'a>) -> BoxFuture<'a, kernel::Result<Option<Spoken>>> {
        async move {
            let typed = heard.text().map(keyword).unwrap_or_default();
            let wants = WANTED.contains(&typed.as_str());
            let rating = heard.text().and_then(Satisfaction::said);
            let is_talking = self.switchboard.is_talking(heard.account.name(), heard.openid());
            if MINE.contains(&typed.as_str()) {
                return Ok(Some(self.wording.reply(OWN, heard).into()));
            }
            if UNSUBSCRIBING.contains(&typed.as_str()) {
                return Ok(Some(self.wording.reply(SWITCHES, heard).into()));
            }
            if !wants && !is_talking && rating.is_none() {
                return Ok(None);
            }
            let Some(said) = Said::of(heard) else { return Ok(None) };
            let reader = (heard.account.name(), heard.openid());
            let mut tx = self.ground.db.read().await?;
            let open = conversation::open_of(&mut tx, reader.0, reader.1).await?;
            let waiting = message::waiting(&mut tx, reader.0, reader.1).await?;
            let is_with_people = open.as_ref().is_some_and(|open| open.state.is_with_people());
            if let Some(rating) = rating.filter(|_| !is_with_people && waiting.is_empty())
                && let Some(of) = ratings::asked_since(&mut tx, reader, heard.at.plus_seconds(-ANSWERED_WITHIN)).await?
            {
                return Ok(Some(self.rated(heard, of, rating)));
            }
            let may_ask = match &open {
                Some(open) if is_with_people => ratings::may_ask(&mut tx, open.id).await?,
                _ => false,
            };
            drop(tx);
            match open {
                Some(open) if is_with_people && ENOUGH.contains(&typed.as_str()) => {
                    Ok(Some(self.end(heard, open, &waiting, may_ask)))
                }
                Some(open) if is_with_people => Ok(Some(self.go_on(heard, open, &said, &waiting))),
                Some(open) if wants => self.put_through(heard, Some(open)).await.map(Some),
                None if wants => self.put_through(heard, None).await.map(Some),
                // The account answers by itself again, but a reply still waits for the reader.
                open if !waiting.is_empty() => {
                    let open = open.unwrap_or_else(|| begun(heard, &self.ground.ids, State::Bot));
                    Ok(Some(self.go_on(heard, open, &said, &waiting)))
                }
                _ => Ok(None),
            }
        }
        .boxed()
    }

    fn forget(&self, account: &str, openid: &str) -> Option<Deed> {
        let (account, openid) = (account.to_owned(), openid.to_owned());
        let (ids, now) = (self.ground.ids.clone(), self.ground.clock.now());
        Some(Deed::new(move |tx| {
            let (account, openid, ids) = (account.clone(), openid.clone(), ids.clone());
            async move {
                conversation::forget(tx, &account, &openid).await?;
                order_burning(tx, &ids, now).await
            }
            .boxed()
        }))
    }
}

impl People {
    /// A reader who wants a person: the conversation waits from now on, with what was said just before.
    async fn put_through(&self, heard: &Heard<'_>, open: Option<Conversation>) -> kernel::Result<Spoken> {
        let since = heard.at.plus_seconds(-BEFORE_SECONDS);
        let reader = (heard.account.name(), heard.openid());
        let before = if open.is_none() {
            account::recent(&mut self.ground.db.read().await?, reader, since, BEFORE).await?
        } else {
            Vec::new()
        };
        let fresh = begun(heard, &self.ground.ids, State::Waiting);
        let mut conversation = open.unwrap_or(fresh);
        conversation.state = State::Waiting;
        conversation.waiting_since = Some(heard.at);
        conversation.unread += 1;
        if let Some(last) = before.last() {
            conversation.last_text.clone_from(&last.text);
        }
        let mut messages = Vec::new();
        for one in before {
            messages.push(Message::new(&self.ground.ids, conversation.id, Speaker::Reader, &one.text, one.at));
        }
        if let Some(lookup) = self.lookups.of(heard).await?.filter(|lookup| lookup.sought.is_some()) {
            let said = format!("读者在查档引导里说：{}", visible(&lookup_texts::told(&lookup)));
            messages.push(Message::new(&self.ground.ids, conversation.id, Speaker::System, &said, heard.at));
        }
        let asked = "读者请求人工答复";
        messages.push(Message::new(&self.ground.ids, conversation.id, Speaker::System, asked, heard.at));
        let is_open = self.wording.is_open(heard.at);
        let text = if is_open { OPEN } else { CLOSED };
        self.switchboard.connect(heard.account.name(), heard.openid());
        let deed = kept(conversation, messages, Vec::new(), (heard, &self.ground.ids));
        let spoken = Spoken::from(self.wording.reply(text, heard)).with(deed);
        Ok(if is_open { spoken.with(self.given_in_turn(heard)) } else { spoken })
    }

    /// Gives the reader's conversation to whose turn it is, once it is kept.
    fn given_in_turn(&self, heard: &Heard<'_>) -> Deed {
        let (account, openid) = (heard.account.name().to_owned(), heard.openid().to_owned());
        let (ids, at) = (self.ground.ids.clone(), heard.at);
        Deed::new(move |tx| {
            let (account, openid, ids) = (account.clone(), openid.clone(), ids.clone());
            async move {
                let open = conversation::open_of(tx, &account, &openid).await?;
                if let Some(open) = open { give_in_turn(tx, &ids, open.id, at).await } else { Ok(()) }
            }
            .boxed()
        })
    }

    /// Another message of a conversation: kept, and answered with what waits for the reader, or with nothing.
    fn go_on(&self, heard: &Heard<'_>, mut conversation: Conversation, said: &Said, waiting: &[Message]) -> Spoken {
        conversation.last_text = said.last_text();
        conversation.last_at = heard.at;
        conversation.unread += 1;
        conversation.waiting_since = conversation.waiting_since.or(Some(heard.at));
        let said = said.message(heard, &self.ground.ids, conversation.id);
        let delivered = waiting.iter().map(|message| message.id).collect();
        let deed = kept(conversation, vec![said], delivered, (heard, &self.ground.ids));
        Spoken::from(self.handed_over(waiting, heard)).with(deed)
    }

    /// The reader has enough, and is asked how content they are if they may be.
    fn end(&self, heard: &Heard<'_>, mut conversation: Conversation, waiting: &[Message], may_ask: bool) -> Spoken {
        let id = conversation.id;
        (conversation.state, conversation.closed_at) = (State::Closed, Some(heard.at));
        (conversation.waiting_since, conversation.unread, conversation.last_at) = (None, 0, heard.at);
        let ended = Message::new(&self.ground.ids, conversation.id, Speaker::System, "读者结束了咨询", heard.at);
        let delivered = waiting.iter().map(|message| message.id).collect();
        let deed = kept(conversation, vec![ended], delivered, (heard, &self.ground.ids));
        let ended = if may_ask { format!("{ENDED}\n\n{ASKED}") } else { ENDED.to_owned() };
        let reply = match self.handed_over(waiting, heard) {
            Reply::Nothing => self.wording.reply(&ended, heard),
            // The answer says something else: on the site they can still be asked.
            replies => return Spoken::from(replies).with(deed),
        };
        let at = heard.at;
        let asked = Deed::new(move |tx| async move { ratings::ask(tx, id, at).await.map(drop) }.boxed());
        let spoken = Spoken::from(reply).with(deed);
        if may_ask { spoken.with(asked) } else { spoken }
    }

    /// The reader says how content they are.
    fn rated(&self, heard: &Heard<'_>, of: Id<Conversation>, said: Satisfaction) -> Spoken {
        let at = heard.at;
        let deed = Deed::new(move |tx| async move { satisfaction::keep(tx, of, said, at).await.map(drop) }.boxed());
        let text = if said == Satisfaction::Dissatisfied { SORRY } else { THANKS };
        Spoken::from(self.wording.reply(text, heard)).with(deed)
    }

    /// Replies that could not be sent before, as the answer to what the reader says now.
    fn handed_over(&self, waiting: &[Message], heard: &Heard<'_>) -> Reply {
        if waiting.is_empty() {
            return Reply::Nothing;
        }
        let texts: Vec<&str> = waiting.iter().map(|message| message.text.as_str()).collect();
        let links = self.wording.links(heard);
        let more = self.wording.fill(ANSWER, &links, heard.at);
        Reply::text_with_more(&format!("工作人员的答复：\n{}\n\n{more}", texts.join("\n\n")), &links.own("/questions"))
    }
}

/// Whether a text calls for people, or for what they answered.
pub(super) fn is_called(text: &str) -> bool {
    let typed = keyword(text);
    WANTED.contains(&typed.as_str()) || MINE.contains(&typed.as_str())
}

/// What a reader said, as it is kept: without personal numbers.
pub(super) struct Said {
    kind: &'static str,
    text: String,
    /// What stands before the text where only the last thing said is shown.
    mark: &'static str,
}

impl Said {
    /// What is said by a message; nothing by an event.
    pub(super) fn of(heard: &Heard<'_>) -> Option<Self> {
        let text = || visible(&heard.scrubbed.text);
        let plain = |text: String| Some(Self { kind: "text", text, mark: "" });
        match &heard.message.kind {
            Kind::Text { .. } => plain(text()),
            Kind::Voice { .. } if is_understood(heard) => {
                Some(Self { kind: "voice", text: text(), mark: "〔语音〕" })
            }
            Kind::Voice { .. } => Some(Self { kind: "voice", text: "〔语音〕".to_owned(), mark: "" }),
            Kind::Image { .. } => Some(Self { kind: "image", text: "〔图片〕".to_owned(), mark: "" }),
            Kind::Video { .. } | Kind::ShortVideo { .. } => plain("〔视频〕".to_owned()),
            Kind::Location(spot) => plain(format!("〔位置〕{}", visible(&spot.label))),
            Kind::Link { title, .. } => plain(format!("〔链接〕{}", visible(title))),
            Kind::Event(_) | Kind::Unknown { .. } => None,
        }
    }

    fn last_text(&self) -> String {
        format!("{}{}", self.mark, self.text)
    }

    /// The message of a conversation, with what was sent along.
    pub(super) fn message(&self, heard: &Heard<'_>, ids: &Ids, of: Id<Conversation>) -> Message {
        let said = Message::new(ids, of, Speaker::Reader, &self.text, heard.at);
        Message { kind: self.kind.to_owned(), file: SentFile::of(&heard.message.kind, ids), ..said }
    }
}

/// Whether a voice came with the words that WeChat recognised in it.
pub(super) fn is_understood(heard: &Heard<'_>) -> bool {
    let is_voice = matches!(heard.message.kind, Kind::Voice { .. });
    is_voice && heard.text().is_some_and(|words| !words.trim().is_empty())
}

/// A conversation that begins with what is heard.
pub(super) fn begun(heard: &Heard<'_>, ids: &Ids, state: State) -> Conversation {
    Conversation {
        id: ids.make(),
        channel: Channel::Wechat,
        follower: Some((heard.account.name().to_owned(), heard.openid().to_owned())),
        reader_name: reader_name(heard.openid()),
        state,
        assigned_to: None,
        topic: None,
        last_text: Said::of(heard).map(|said| said.last_text()).unwrap_or_default(),
        last_at: heard.at,
        unread: 0,
        opened_at: heard.at,
        waiting_since: None,
        closed_at: None,
        satisfaction: None,
        in_turn: false,
        escalated_at: None,
    }
}

/// Keeps a conversation, what was said in it, and that replies have come to the reader.
/// What was sent along is fetched from now on.
pub(super) fn kept(
    conversation: Conversation,
    messages: Vec<Message>,
    delivered: Vec<Id<Message>>,
    (heard, ids): (&Heard<'_>, &Ids),
) -> Deed {
    let (at, ids) = (heard.at, ids.clone());
    Deed::new(move |tx| {
        let (conversation, messages, delivered) = (conversation.clone(), messages.clone(), delivered.clone());
        let ids = ids.clone();
        async move {
            let mut conversation = conversation;
            if !conversation::insert(tx, &conversation, at).await? {
                // There is one: this very one, or one that began in the same moment.
                if let Some((account, openid)) = &conversation.follower
                    && let Some(open) = conversation::open_of(tx, account, openid).await?
                {
                    conversation.id = open.id;
                    // Who took it meanwhile keeps it, and what all may take again stays so.
                    if open.state.is_with_people() && conversation.state.is_with_people() {
                        conversation.state = open.state;
                    }
                    conversation.assigned_to = open.assigned_to;
                    // Counted here: two messages at once have both seen the count before.
                    if conversation.unread > 0 {
                        let said = messages.iter().filter(|said| said.speaker == Speaker::Reader).count();
                        conversation.unread = open.unread + i64::try_from(said).unwrap_or(0);
                    }
                    (conversation.in_turn, conversation.escalated_at) = (open.in_turn, open.escalated_at);
                }
                conversation::update(tx, &conversation, at).await?;
            }
            for mut said in messages {
                said.conversation = conversation.id;
                message::insert(tx, &said).await?;
                if let Some(sent) = said.file {
                    jobs::enqueue(tx, &ids, Order::at(at, FetchFile { file: sent.id })).await?;
                }
            }
            for id in delivered {
                message::deliver(tx, id, (Delivery::Waiting, Delivery::Sent), None).await?;
            }
            Ok(())
        }
        .boxed()
    })
}
