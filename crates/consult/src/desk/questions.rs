//! Readers at their own conversations on the site: what they asked, what was answered, and writing further.

use account::Scrubbed;
use kernel::{Ground, Id, Result, Timestamp, Tx};

use crate::conversation::{Channel, Conversation, Delivery, Message, Speaker, State, visible};
use crate::desk::give_in_turn;
use crate::due::due;
use crate::satisfaction::{self, Satisfaction};
use crate::store::{conversation as store, handling, message, satisfaction as ratings};
use crate::switchboard::Switchboard;
use crate::wording::Wording;

/// The longest question, in characters.
pub(crate) const LONGEST: usize = 1000;
/// How often somebody may write on the site within a day.
const A_DAY: i64 = 20;
/// Conversations that are shown, and messages of each.
const SHOWN: i64 = 20;
const SHOWN_MESSAGES: i64 = 50;
/// What is written beside a reply that the reader saw on the site.
const SEEN: &str = "读者已在网站上看到";

/// The desk at which readers stand; cheap to clone.
///
/// A reader is the followers they are: an account and an openid each, as `identity` knows them by the session. What is
/// asked here is in the same conversation as what they say in the chat.
#[derive(Clone, Debug)]
pub struct QuestionsDesk {
    pub(crate) ground: Ground,
    switchboard: Switchboard,
    pub(crate) wording: Wording,
}

/// The followers a reader is.
type Followers<'a> = &'a [(String, String)];

/// A conversation as its reader sees it.
#[derive(Clone, Debug)]
pub(crate) struct Own {
    pub(crate) conversation: Conversation,
    /// What was said to or by the reader, oldest first.
    pub(crate) messages: Vec<Message>,
    /// Whether the reader may say how content they are.
    pub(crate) may_rate: bool,
    /// When an answer may be expected, if the reader waits for one.
    pub(crate) due: Option<Timestamp>,
}

/// What became of something that a reader wrote.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Written {
    /// It is kept; some of it was taken out because it was somebody's number.
    Kept { scrubbed: bool },
    /// It is not, for this reason.
    Refused(String),
}

impl QuestionsDesk {
    /// The desk of a house.
    pub const fn new(ground: Ground, switchboard: Switchboard, wording: Wording) -> Self {
        Self { ground, switchboard, wording }
    }

    /// The name of a conversation in the forms of its reader: a keyed hash, since ids never leave the house.
    pub(crate) fn reference(&self, id: Id<Conversation>) -> String {
        self.ground.secrets.authenticate("consult.conversation", id.uuid().as_bytes())
    }

    /// A reader's last conversations, the last one first. Replies that had to wait for the reader have come to them by
    /// that.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn own(&self, followers: Followers<'_>) -> Result<Vec<Own>> {
        let mut all = Vec::new();
        let house = self.wording.house();
        let mut tx = self.ground.db.read().await?;
        let minutes = handling::get(&mut tx).await?.answer_minutes;
        for (account, openid) in followers {
            for conversation in store::of(&mut tx, account, openid, SHOWN).await? {
                let messages = message::of(&mut tx, conversation.id, None, SHOWN_MESSAGES).await?;
                let is_own = |one: &Message| matches!(one.speaker, Speaker::Reader | Speaker::Staff | Speaker::Bot);
                let messages = messages.into_iter().filter(is_own).collect();
                let may_rate = ratings::may_rate(&mut tx, conversation.id).await?;
                let since = conversation.waiting_since.filter(|_| conversation.state.is_with_people());
                let due = since.map(|since| due(since, minutes, &house.hours));
                all.push(Own { conversation, messages, may_rate, due });
            }
        }
        drop(tx);
        all.sort_by_key(|one| std::cmp::Reverse(one.conversation.opened_at));
        self.seen(&all).await?;
        Ok(all)
    }

    /// Notes which replies the reader sees now. One that was never tried is left to its job: it goes to the chat.
    async fn seen(&self, all: &[Own]) -> Result<()> {
        let has_come = |one: &&Message| one.delivery == Some(Delivery::Waiting) && one.told.is_some();
        let seen: Vec<&Message> = all.iter().flat_map(|one| &one.messages).filter(has_come).collect();
        if seen.is_empty() {
            return Ok(());
        }
        let mut tx = self.ground.db.begin().await?;
        for one in seen {
            message::deliver(&mut tx, one.id, (Delivery::Waiting, Delivery::Sent), Some(SEEN)).await?;
            store::touch(&mut tx, one.conversation, self.ground.clock.now()).await?;
        }
        tx.commit().await?;
        self.switchboard.refresh().await
    }

    /// Takes in what a reader wrote: into the conversation that is open, else into a new one, and from now on people
    /// answer. The same key writes once.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn ask(&self, followers: Followers<'_>, key: &str, text: &str) -> Result<Written> {
        let text = visible(text.trim());
        let Some((account, openid)) = followers.first() else {
            return Ok(refused("认不出您是谁，请从公众号重新进来"));
        };
        if let Some(why) = unfit(&text) {
            return Ok(Written::Refused(why));
        }
        let scrubbed = Scrubbed::of(&text);
        let now = self.ground.clock.now();
        let key = format!("site-{key}");
        let mut tx = self.ground.db.begin().await?;
        let kept = Written::Kept { scrubbed: scrubbed.id_number || scrubbed.phone };
        if message::of_key(&mut tx, &key).await?.is_some() {
            return Ok(kept);
        }
        if message::from_site(&mut tx, (account, openid), now.day().begins()).await? >= A_DAY {
            let why = format!("今天已经留言 {A_DAY} 次，请明天再写，或者把要问的发给公众号；您写的还在下面");
            return Ok(Written::Refused(why));
        }
        let mut conversation = self.open(&mut tx, (account, openid), now).await?;
        let begins_to_wait = conversation.state == State::Bot || conversation.waiting_since.is_none();
        if conversation.state == State::Bot {
            conversation.state = State::Waiting;
        }
        conversation.unread += 1;
        conversation.waiting_since = conversation.waiting_since.or(Some(now));
        (conversation.last_text, conversation.last_at) = (scrubbed.text.clone(), now);
        let said = Message::new(&self.ground.ids, conversation.id, Speaker::Reader, &scrubbed.text, now);
        message::insert(&mut tx, &Message { client_key: Some(key), from_site: true, ..said }).await?;
        store::update(&mut tx, &conversation, now).await?;
        if begins_to_wait && self.wording.is_open(now) {
            give_in_turn(&mut tx, &self.ground.ids, conversation.id, now).await?;
        }
        tx.commit().await?;
        self.switchboard.refresh().await?;
        Ok(kept)
    }

    /// The conversation of a follower that is open, held for the rest of the unit; a new one if none is.
    async fn open(&self, tx: &mut Tx, (account, openid): (&str, &str), now: Timestamp) -> Result<Conversation> {
        let fresh = Conversation::begun(self.ground.ids.make(), (account, openid), now);
        store::insert(tx, &fresh, now).await?;
        let open = store::open_of(tx, account, openid).await?.unwrap_or(fresh);
        store::hold(tx, open.id).await?;
        Ok(store::one(tx, open.id).await?.unwrap_or(open))
    }

    /// Ends a conversation of a reader; `false` if none of theirs that is open has this name.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn end(&self, followers: Followers<'_>, reference: &str) -> Result<bool> {
        let now = self.ground.clock.now();
        let mut tx = self.ground.db.begin().await?;
        let Some(mut one) = self.named(&mut tx, followers, reference).await? else { return Ok(false) };
        if !one.state.is_with_people() {
            return Ok(false);
        }
        (one.state, one.closed_at, one.waiting_since) = (State::Closed, Some(now), None);
        one.unread = 0;
        let ended = Message::new(&self.ground.ids, one.id, Speaker::System, "读者结束了咨询", now);
        message::insert(&mut tx, &Message { from_site: true, ..ended }).await?;
        store::update(&mut tx, &one, now).await?;
        tx.commit().await?;
        self.switchboard.refresh().await?;
        Ok(true)
    }

    /// Keeps how content a reader is with a conversation of theirs; `false` if it is not to be said, or was said before.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn rate(&self, followers: Followers<'_>, reference: &str, said: Satisfaction) -> Result<bool> {
        let mut tx = self.ground.db.begin().await?;
        let Some(one) = self.named(&mut tx, followers, reference).await? else { return Ok(false) };
        let is_kept = satisfaction::keep(&mut tx, one.id, said, self.ground.clock.now()).await?;
        tx.commit().await?;
        Ok(is_kept)
    }

    /// The conversation of a reader with a name, held for the rest of the unit.
    async fn named(&self, tx: &mut Tx, followers: Followers<'_>, reference: &str) -> Result<Option<Conversation>> {
        for (account, openid) in followers {
            let own = store::of(tx, account, openid, SHOWN).await?;
            if let Some(found) = own.into_iter().find(|one| self.reference(one.id) == reference) {
                store::hold(tx, found.id).await?;
                return Ok(store::one(tx, found.id).await?);
            }
        }
        Ok(None)
    }
}

impl Conversation {
    /// A conversation that a follower begins by asking for a person.
    pub(crate) fn begun(id: Id<Self>, (account, openid): (&str, &str), now: Timestamp) -> Self {
        Self {
            id,
            channel: Channel::Wechat,
            follower: Some((account.to_owned(), openid.to_owned())),
            reader_name: reader_name(openid),
            state: State::Waiting,
            assigned_to: None,
            topic: None,
            last_text: String::new(),
            last_at: now,
            unread: 0,
            opened_at: now,
            waiting_since: None,
            closed_at: None,
            satisfaction: None,
            in_turn: false,
            escalated_at: None,
        }
    }
}

/// What staff call a follower: never a name WeChat tells us.
pub(crate) fn reader_name(openid: &str) -> String {
    let letters: Vec<char> = openid.chars().collect();
    let tail: String = letters.iter().skip(letters.len().saturating_sub(4)).collect();
    format!("读者 {tail}")
}

fn refused(why: &str) -> Written {
    Written::Refused(why.to_owned())
}

/// Why a text cannot be taken.
fn unfit(text: &str) -> Option<String> {
    match text.chars().count() {
        0 => Some("还没有写要问的事".to_owned()),
        1..=LONGEST => None,
        long => Some(format!("写了 {long} 个字，一次最多 {LONGEST} 个字，请分成几次提交；您写的还在下面")),
    }
}

#[cfg(test)]
#[path = "questions_tests.rs"]
mod tests;
