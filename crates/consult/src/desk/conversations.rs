//! Answering readers.

use account::{Mouth, OpenWindow};
use kernel::audit::{self, Line, Outcome};
use kernel::jobs::{self, Order};
use kernel::{Actor, Code, Ground, Id, Permission, Problem, Result, Timestamp, Tx};
use serde_json::json;

use crate::SendReply;
use crate::conversation::{Channel, Conversation, Delivery, LONGEST_REPLY, Message, Speaker, State, visible};
use crate::handling::Handling;
use crate::satisfaction;
use crate::store::conversation::{Column, Wanted};
use crate::store::{conversation as store, learning, message};
use crate::switchboard::Switchboard;
use crate::wording::{Wording, plain};

/// Messages of a conversation that are read at once.
pub(crate) const PAGE: i64 = 50;

/// The desk of those who answer; cheap to clone.
#[derive(Clone, Debug)]
pub struct ConversationsDesk {
    pub(crate) ground: Ground,
    pub(crate) switchboard: Switchboard,
    pub(crate) wording: Wording,
    pub(super) mouth: Mouth,
}

/// Which conversations are wanted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Filter {
    /// Those that wait for a person.
    Waiting,
    /// Those of whoever asks.
    Mine,
    /// Those of others.
    Taken,
    /// Those the account had no answer for.
    Bot,
    /// Those that have ended.
    Closed,
    /// All.
    All,
}

impl Filter {
    /// The filter of a word in an address.
    pub(crate) fn named(word: &str) -> Option<Self> {
        Some(match word {
            "waiting" => Self::Waiting,
            "mine" => Self::Mine,
            "taken" => Self::Taken,
            "bot" => Self::Bot,
            "closed" => Self::Closed,
            "all" => Self::All,
            _ => return None,
        })
    }
}

/// A conversation as it is opened.
#[derive(Clone, Debug)]
pub struct View {
    /// The conversation.
    pub conversation: Conversation,
    /// Its last messages, oldest first.
    pub messages: Vec<Message>,
    /// Whether there are earlier ones.
    pub earlier: bool,
    /// The window in which the reader can be written to.
    pub window: Option<OpenWindow>,
    /// The reader's other conversations.
    pub past: Vec<Conversation>,
    /// The scene by which the reader came.
    pub scene: Option<String>,
    /// When the reader followed, and the codes they scanned.
    pub came: account::Came,
}

/// A reply as it is written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reply {
    /// The key its writer gave it: sent again under the same key, it is written once.
    pub key: String,
    /// What it says.
    pub text: String,
    /// What it is: `text`, `record`, `faq` or `link`.
    pub kind: &'static str,
}

impl ConversationsDesk {
    /// The desk of a house.
    pub const fn new(ground: Ground, switchboard: Switchboard, wording: Wording, mouth: Mouth) -> Self {
        Self { ground, switchboard, wording, mouth }
    }

    /// Conversations, and how many there are in all.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; the database's.
    pub(crate) async fn list(
        &self,
        actor: &Actor,
        filter: &Filter,
        (q, account): (Option<String>, Option<String>),
        (order, page): (Option<(Column, bool)>, (i64, i64)),
    ) -> Result<(Vec<Conversation>, i64)> {
        actor.must(Permission::AnswerReaders)?;
        let wanted = Wanted { account, q, order, ..wanted(actor, filter) };
        let mut tx = self.ground.db.read().await?;
        Ok(store::list(&mut tx, &wanted, page).await?)
    }

    /// Opens a conversation; what the reader said is read thereby, if it is of whoever opens it.
    ///
    /// # Errors
    /// [`Code::NotFound`]; [`Code::Forbidden`]; the database's.
    pub async fn view(&self, actor: &Actor, id: Id<Conversation>) -> Result<View> {
        actor.must(Permission::AnswerReaders)?;
        let mut tx = self.ground.db.read().await?;
        let conversation = known(&mut tx, id).await?;
        let (messages, earlier) = page(&mut tx, id, None).await?;
        let (past, scene, came) = match &conversation.follower {
            Some((account, openid)) => (
                store::past_of(&mut tx, (account, openid), id, 10).await?,
                account::scene_of(&mut tx, account, openid).await?,
                account::came(&mut tx, account, openid).await?,
            ),
            None => (Vec::new(), None, account::Came::default()),
        };
        drop(tx);
        let window = self.window(&conversation).await?;
        if conversation.unread > 0 && conversation.assigned_to.as_deref() == Some(actor.name()) {
            let mut tx = self.ground.db.begin().await?;
            let mut read = known(&mut tx, id).await?;
            read.unread = 0;
            store::update(&mut tx, &read, self.ground.clock.now()).await?;
            tx.commit().await?;
        }
        Ok(View { conversation, messages, earlier, window, past, scene, came })
    }

    /// Messages before one, oldest first, and whether there are still earlier ones.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; the database's.
    pub async fn earlier(
        &self,
        actor: &Actor,
        id: Id<Conversation>,
        before: Id<Message>,
    ) -> Result<(Vec<Message>, bool)> {
        actor.must(Permission::AnswerReaders)?;
        page(&mut self.ground.db.read().await?, id, Some(before)).await
    }

    /// Takes a conversation.
    ///
    /// # Errors
    /// [`Code::Conflict`] if somebody else has it.
    pub async fn take(&self, actor: &Actor, id: Id<Conversation>) -> Result<Conversation> {
        self.change(actor, id, |conversation, _| {
            not_anothers(conversation, actor)?;
            open(conversation)?;
            conversation.give(actor.name());
            conversation.unread = 0;
            Ok(Some(format!("{} 接手", actor.name())))
        })
        .await
    }

    /// Gives a conversation to a member of staff, or takes it over from one.
    ///
    /// # Errors
    /// [`Code::Conflict`] if it has ended.
    pub async fn assign(&self, actor: &Actor, id: Id<Conversation>, name: &str) -> Result<Conversation> {
        self.change(actor, id, |conversation, _| {
            open(conversation)?;
            conversation.give(name);
            Ok(Some(format!("{} 交给 {name}", actor.name())))
        })
        .await
    }

    /// Lets the account answer by itself again.
    ///
    /// # Errors
    /// [`Code::Conflict`] if somebody else has it, or it has ended.
    pub async fn hand_back(&self, actor: &Actor, id: Id<Conversation>) -> Result<Conversation> {
        self.change(actor, id, |conversation, _| {
            not_anothers(conversation, actor)?;
            open(conversation)?;
            (conversation.state, conversation.assigned_to) = (State::Bot, None);
            (conversation.waiting_since, conversation.unread) = (None, 0);
            Ok(Some(format!("{} 交还系统自动答复", actor.name())))
        })
        .await
    }

    /// Ends a conversation.
    ///
    /// # Errors
    /// [`Code::Conflict`] if somebody else has it.
    pub async fn close(&self, actor: &Actor, id: Id<Conversation>) -> Result<Conversation> {
        self.change(actor, id, |conversation, now| {
            not_anothers(conversation, actor)?;
            (conversation.state, conversation.closed_at) = (State::Closed, Some(now));
            (conversation.waiting_since, conversation.unread) = (None, 0);
            Ok(Some(format!("{} 结束了咨询", actor.name())))
        })
        .await
    }

    /// Goes on with a conversation that has ended.
    ///
    /// # Errors
    /// [`Code::Conflict`] if the reader has begun another one meanwhile.
    pub async fn reopen(&self, actor: &Actor, id: Id<Conversation>) -> Result<Conversation> {
        let held = known(&mut self.ground.db.read().await?, id).await?;
        if let Some((account, openid)) = &held.follower
            && let Some(open) = store::open_of(&mut self.ground.db.read().await?, account, openid).await?
            && open.id != id
        {
            let why = "这位读者已有新的咨询，请在那里继续";
            return Err(Problem::new(Code::Conflict, "这次咨询").because(why).into());
        }
        self.change(actor, id, |conversation, _| {
            conversation.give(actor.name());
            conversation.closed_at = None;
            Ok(Some(format!("{} 重新打开", actor.name())))
        })
        .await
    }

    /// Writes a reply: kept at once and sent by a job; who replies has the conversation.
    ///
    /// # Errors
    /// [`Code::BadRequest`] for an empty or too long one; [`Code::Conflict`] if somebody else has it, or it has ended.
    pub async fn reply(&self, actor: &Actor, id: Id<Conversation>, reply: &Reply) -> Result<Message> {
        actor.must(Permission::AnswerReaders)?;
        let text = fits(&reply.text)?;
        let now = self.ground.clock.now();
        let mut tx = self.ground.db.begin().await?;
        store::hold(&mut tx, id).await?;
        if let Some(known) = message::of_key(&mut tx, &reply.key).await? {
            return Ok(known);
        }
        let mut conversation = known(&mut tx, id).await?;
        not_anothers(&conversation, actor)?;
        open(&conversation)?;
        let line = Line {
            actor: actor.name(),
            action: "consult.answer",
            object: &format!("conversation/{}", id.uuid()),
            outcome: Outcome::Done,
            detail: json!(null),
        };
        audit::privileged(&mut tx, now, &line).await?;
        let is_sent = conversation.channel == Channel::Wechat;
        let said = Message {
            kind: reply.kind.to_owned(),
            delivery: is_sent.then_some(Delivery::Waiting),
            client_key: Some(reply.key.clone()),
            ..self.said(&conversation, Speaker::Staff, actor, &text)
        };
        message::insert(&mut tx, &said).await?;
        conversation.give(actor.name());
        (conversation.waiting_since, conversation.unread) = (None, 0);
        (conversation.last_text, conversation.last_at) = (text, now);
        store::update(&mut tx, &conversation, now).await?;
        store::answered(&mut tx, id, now).await?;
        learning::count(&mut tx, now.day(), "human", 1).await?;
        if is_sent {
            jobs::enqueue(&mut tx, &self.ground.ids, Order::at(now, SendReply { message: said.id })).await?;
        }
        tx.commit().await?;
        self.switchboard.refresh().await?;
        Ok(said)
    }

    /// Sends a reply again that WeChat refused, or of which nobody knows whether it arrived.
    ///
    /// # Errors
    /// [`Code::Conflict`] if it was sent meanwhile, or is being sent.
    pub async fn retry(&self, actor: &Actor, id: Id<Conversation>, reply: Id<Message>) -> Result<Message> {
        actor.must(Permission::AnswerReaders)?;
        let mut tx = self.ground.db.begin().await?;
        let held = message::one(&mut tx, reply).await?.filter(|held| held.conversation == id);
        let held = held.ok_or_else(|| Problem::new(Code::NotFound, "这条答复"))?;
        let from = held.delivery.filter(|delivery| matches!(delivery, Delivery::Failed | Delivery::Unknown));
        let is_again = match from {
            Some(from) => message::deliver(&mut tx, reply, (from, Delivery::Waiting), None).await?,
            None => held.delivery == Some(Delivery::Waiting),
        };
        if !is_again {
            return Err(Problem::new(Code::Conflict, "这条答复").because("正在发送，或者已经送达").into());
        }
        let now = self.ground.clock.now();
        jobs::enqueue(&mut tx, &self.ground.ids, Order::at(now, SendReply { message: reply })).await?;
        store::touch(&mut tx, id, now).await?;
        tx.commit().await?;
        Ok(Message { delivery: Some(Delivery::Waiting), told: None, ..held })
    }

    /// Writes a note that only staff see.
    ///
    /// # Errors
    /// [`Code::BadRequest`] for an empty or too long one.
    pub async fn note(&self, actor: &Actor, id: Id<Conversation>, key: &str, text: &str) -> Result<Message> {
        actor.must(Permission::AnswerReaders)?;
        let text = fits(text)?;
        let mut tx = self.ground.db.begin().await?;
        store::hold(&mut tx, id).await?;
        if let Some(known) = message::of_key(&mut tx, key).await? {
            return Ok(known);
        }
        let conversation = known(&mut tx, id).await?;
        let note =
            Message { client_key: Some(key.to_owned()), ..self.said(&conversation, Speaker::Note, actor, &text) };
        message::insert(&mut tx, &note).await?;
        store::touch(&mut tx, id, self.ground.clock.now()).await?;
        tx.commit().await?;
        Ok(note)
    }

    /// Writes down a question that came by telephone, answered or not.
    ///
    /// # Errors
    /// [`Code::BadRequest`] without a question.
    pub async fn telephone(
        &self,
        actor: &Actor,
        name: &str,
        asked: &str,
        answer: Option<&str>,
    ) -> Result<Conversation> {
        actor.must(Permission::AnswerReaders)?;
        let asked = fits(asked)?;
        let answer = answer.map(fits).transpose()?;
        let now = self.ground.clock.now();
        let name: String = visible(name.trim()).chars().take(30).collect();
        let is_answered = answer.is_some();
        let conversation = Conversation {
            id: self.ground.ids.make(),
            channel: Channel::Telephone,
            follower: None,
            reader_name: if name.is_empty() { "来电读者".to_owned() } else { name },
            state: if is_answered { State::Closed } else { State::Taken },
            assigned_to: Some(actor.name().to_owned()),
            topic: None,
            last_text: asked.clone(),
            last_at: now,
            unread: 0,
            opened_at: now,
            waiting_since: (!is_answered).then_some(now),
            closed_at: is_answered.then_some(now),
            satisfaction: None,
            in_turn: false,
            escalated_at: None,
        };
        let mut tx = self.ground.db.begin().await?;
        store::insert(&mut tx, &conversation, now).await?;
        let question = Message { staff: None, ..self.said(&conversation, Speaker::Reader, actor, &asked) };
        message::insert(&mut tx, &question).await?;
        if let Some(answer) = answer {
            let mut said = self.said(&conversation, Speaker::Staff, actor, &answer);
            said.at = now.plus_micros(1);
            message::insert(&mut tx, &said).await?;
        }
        tx.commit().await?;
        Ok(conversation)
    }

    /// How many conversations each member of staff holds.
    ///
    /// # Errors
    /// The database's.
    pub async fn held(&self) -> Result<Vec<(String, i64)>> {
        Ok(store::held(&mut self.ground.db.read().await?).await?)
    }

    /// When a conversation that waits should be answered: after so much opening time as staff chose.
    pub fn due(&self, conversation: &Conversation, handling: &Handling) -> Option<Timestamp> {
        let since = conversation.waiting_since?;
        Some(crate::due::due(since, handling.answer_minutes, &self.wording.house().hours))
    }

    fn said(&self, conversation: &Conversation, speaker: Speaker, actor: &Actor, text: &str) -> Message {
        let now = self.ground.clock.now();
        let said = Message::new(&self.ground.ids, conversation.id, speaker, text, now);
        Message { staff: Some(actor.name().to_owned()), ..said }
    }

    /// Changes a conversation, with a line in it that says so.
    async fn change(
        &self,
        actor: &Actor,
        id: Id<Conversation>,
        change: impl FnOnce(&mut Conversation, Timestamp) -> Result<Option<String>>,
    ) -> Result<Conversation> {
        actor.must(Permission::AnswerReaders)?;
        let now = self.ground.clock.now();
        let mut tx = self.ground.db.begin().await?;
        store::hold(&mut tx, id).await?;
        let mut conversation = known(&mut tx, id).await?;
        if let Some(told) = change(&mut conversation, now)? {
            message::insert(&mut tx, &self.said(&conversation, Speaker::System, actor, &told)).await?;
        }
        store::update(&mut tx, &conversation, now).await?;
        satisfaction::order_asking(&mut tx, (&self.mouth, &self.ground.ids), &conversation, now).await?;
        tx.commit().await?;
        self.switchboard.refresh().await?;
        Ok(conversation)
    }
}

pub(super) fn wanted(actor: &Actor, filter: &Filter) -> Wanted {
    let (me, none) = (Some(actor.name().to_owned()), None);
    let (state, held_by, not_held_by) = match filter {
        Filter::Waiting => (Some(State::Waiting), none, None),
        Filter::Mine => (Some(State::Taken), me, None),
        Filter::Taken => (Some(State::Taken), none, me),
        Filter::Bot => (Some(State::Bot), none, None),
        Filter::Closed => (Some(State::Closed), none, None),
        Filter::All => (None, none, None),
    };
    Wanted { state, held_by, not_held_by, ..Wanted::default() }
}

/// A page of messages before one, or the last, oldest first, and whether there are earlier ones.
async fn page(tx: &mut Tx, id: Id<Conversation>, before: Option<Id<Message>>) -> Result<(Vec<Message>, bool)> {
    let mut messages = message::of(tx, id, before, PAGE + 1).await?;
    let earlier = messages.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    if earlier {
        messages.remove(0);
    }
    Ok((messages, earlier))
}

async fn known(tx: &mut Tx, id: Id<Conversation>) -> Result<Conversation> {
    let found = store::one(tx, id).await?;
    found.ok_or_else(|| Problem::new(Code::NotFound, "这次咨询").into())
}

fn open(conversation: &Conversation) -> Result<()> {
    match conversation.state {
        State::Closed => Err(Problem::new(Code::Conflict, "这次咨询").because("已经结束；要继续，请先重新打开").into()),
        State::Bot | State::Waiting | State::Taken => Ok(()),
    }
}

fn not_anothers(conversation: &Conversation, actor: &Actor) -> Result<()> {
    match &conversation.assigned_to {
        Some(other) if conversation.state == State::Taken && other != actor.name() => {
            let why = format!("{other} 正在办理；要接过来，请先把它转给自己");
            Err(Problem::new(Code::Conflict, "这次咨询").because(why).into())
        }
        _ => Ok(()),
    }
}

/// What staff write, as it is kept: trimmed, and no tag in it that WeChat might take for a link.
fn fits(text: &str) -> Result<String> {
    let text = plain(visible(text.trim()).as_str());
    match text.len() {
        0 => Err(Problem::new(Code::BadRequest, "内容").because("还没有写内容").into()),
        1..=LONGEST_REPLY => Ok(text),
        _ => {
            let why =
                format!("太长，微信一条消息最多 {LONGEST_REPLY} 字节（约 {} 个汉字），请分成几条", LONGEST_REPLY / 3);
            Err(Problem::new(Code::BadRequest, "内容").because(why).into())
        }
    }
}

#[cfg(test)]
#[path = "conversations_tests.rs"]
pub(super) mod tests;
