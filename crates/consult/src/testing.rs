//! An inbox that is full, for measures.

use kernel::{Ground, Result};

use crate::conversation::{Channel, Conversation, Message, Speaker, State};
use crate::store::{conversation, message};

/// Conversations that are written at a time.
const AT_A_TIME: usize = 500;

/// Writes conversations with followers of an account down, one for each list of texts, a minute after one another, the
/// texts said by the reader and by staff in turns. Of twenty one waits, one is in the hands of `staff`, four were answered by
/// the account itself, and the others have ended.
///
/// # Errors
/// The database's.
pub async fn fill(
    ground: &Ground,
    (account, staff): (&str, &str),
    conversations: impl IntoIterator<Item = Vec<String>>,
) -> Result<()> {
    let begin = ground.clock.now().plus_seconds(-365 * 86_400);
    let mut numbered = (0_i64..).zip(conversations).peekable();
    while numbered.peek().is_some() {
        let mut tx = ground.db.begin().await?;
        for (number, texts) in numbered.by_ref().take(AT_A_TIME) {
            let at = begin.plus_seconds(number * 60);
            let (state, assigned_to) = match number % 20 {
                0 => (State::Waiting, None),
                1 => (State::Taken, Some(staff.to_owned())),
                2..=5 => (State::Bot, None),
                _ => (State::Closed, None),
            };
            let held = Conversation {
                id: ground.ids.make(),
                channel: Channel::Wechat,
                follower: Some((account.to_owned(), format!("o{number:027}"))),
                reader_name: format!("读者 {number}"),
                state,
                assigned_to,
                topic: None,
                last_text: texts.last().cloned().unwrap_or_default(),
                last_at: at,
                unread: 1,
                opened_at: at,
                waiting_since: (state == State::Waiting).then_some(at),
                closed_at: (state == State::Closed).then_some(at),
                satisfaction: None,
                in_turn: false,
                escalated_at: None,
            };
            conversation::insert(&mut tx, &held, at).await?;
            for (place, text) in (0_i64..).zip(&texts) {
                let speaker = if place % 2 == 0 { Speaker::Reader } else { Speaker::Staff };
                let said = Message::new(&ground.ids, held.id, speaker, text, at.plus_micros(place));
                message::insert(&mut tx, &said).await?;
            }
        }
        tx.commit().await?;
    }
    Ok(())
}
