//! What lists of conversations tell besides: how many there are of each kind, and whose window is open.

use std::collections::HashMap;

use account::{OpenWindow, open_windows};
use kernel::{Actor, Id, Permission, Result};

use super::ConversationsDesk;
use crate::conversation::{Conversation, State};
use crate::store::conversation as store;

impl ConversationsDesk {
    /// How many conversations there are: waiting, of whoever asks, of others, of the account itself, ended.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; the database's.
    pub async fn counts(&self, actor: &Actor) -> Result<[i64; 5]> {
        actor.must(Permission::AnswerReaders)?;
        let [mut waiting, mut mine, mut taken, mut bot, mut closed] = [0; 5];
        for (state, held_by, count) in store::counts(&mut self.ground.db.read().await?).await? {
            let counted = match state {
                State::Waiting => &mut waiting,
                State::Taken if held_by.as_deref() == Some(actor.name()) => &mut mine,
                State::Taken => &mut taken,
                State::Bot => &mut bot,
                State::Closed => &mut closed,
            };
            *counted += count;
        }
        Ok([waiting, mine, taken, bot, closed])
    }

    /// The window in which a reader can be written to; none if there is none, or the account may not write first.
    ///
    /// # Errors
    /// The database's.
    pub async fn window(&self, conversation: &Conversation) -> Result<Option<OpenWindow>> {
        Ok(self.windows(std::slice::from_ref(conversation)).await?.into_values().next())
    }

    /// The windows of several conversations, by their ids.
    ///
    /// # Errors
    /// The database's.
    pub async fn windows(&self, of: &[Conversation]) -> Result<HashMap<Id<Conversation>, OpenWindow>> {
        let may_write =
            |one: &&Conversation| one.follower.as_ref().is_some_and(|(account, _)| self.mouth.may_write(account));
        let written: Vec<&Conversation> = of.iter().filter(may_write).collect();
        let readers: Vec<_> = written.iter().filter_map(|one| one.follower.clone()).collect();
        if readers.is_empty() {
            return Ok(HashMap::new());
        }
        let open = open_windows(&mut self.ground.db.read().await?, &readers, self.ground.clock.now()).await?;
        let window = |one: &Conversation| Some((one.id, *open.get(one.follower.as_ref()?)?));
        Ok(written.into_iter().filter_map(window).collect())
    }
}
