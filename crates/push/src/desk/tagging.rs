//! An account that may send to everybody and by tag, and not by list, as a subscription account, reaches some of its
//! followers through a tag of their own: they are given it before the push is approved, and it goes when the push has ended.

use kernel::audit::{self, Line, Outcome};
use kernel::{Actor, Code, Id, Permission, Problem, Result, Timestamp};
use serde_json::json;
use wechat::client::Error;
use wechat::errcode::Class;

use super::prepare::refused;
use super::{Ledger, Roster};
use crate::audience::Roll;
use crate::store::roll;

/// The most followers of such a push: WeChat tags fifty at once, and somebody waits for it.
pub const MOST_TAGGED: i64 = 1_000;
/// Followers tagged at once (WeChat: `tags/members/batchtagging`).
const AT_ONCE: usize = 50;
/// Digits of the roll's id in the name of its tag, which has at most 30 bytes.
const DIGITS: usize = 12;

impl Ledger {
    /// Gives the followers of a roll a tag of their own. A tag of which not all were given is never sent to.
    ///
    /// # Errors
    /// [`Code::Forbidden`] without [`Permission::ApprovePushes`]; [`Code::BadRequest`] if they are too many; WeChat's in
    /// words; the database's.
    pub async fn tag_roll(&self, actor: &Actor, account: &str, roster: &Roster) -> Result<()> {
        actor.must(Permission::ApprovePushes)?;
        let people = roster.people;
        if people > MOST_TAGGED {
            let why = format!("有 {people} 位，这个公众号只能靠标签发给一部分人，最多 {MOST_TAGGED} 位，请缩小范围");
            return Err(Problem::new(Code::BadRequest, "这份名单").because(why).into());
        }
        let detail = json!({ "people": people });
        let line =
            Line { actor: actor.name(), action: "push.tag-roll", object: account, outcome: Outcome::Done, detail };
        audit::alone(&self.ground, &line).await?;
        let digits: String = roster.id.uuid().simple().to_string().chars().rev().take(DIGITS).collect();
        let tag = self.post.new_tag(account, &format!("名单 {digits}")).await;
        let tag = tag.map_err(|error| refused("临时标签", &error))?;
        let mut tx = self.ground.db.begin().await?;
        roll::set_tag(&mut tx, roster.id, tag).await?;
        tx.commit().await?;
        for batch in 1..=roster.calls {
            let openids = roll::part(&mut self.ground.db.read().await?, (roster.id, batch)).await?;
            for some in openids.chunks(AT_ONCE) {
                self.post.give_tag(account, tag, some).await.map_err(|error| refused("临时标签", &error))?;
            }
        }
        let mut tx = self.ground.db.begin().await?;
        roll::tagged(&mut tx, roster.id, self.ground.clock.now()).await?;
        Ok(tx.commit().await?)
    }

    /// Takes tags of rolls away again: of pushes that have ended, and of rolls made before a moment that nothing uses.
    ///
    /// # Errors
    /// The database's.
    pub(super) async fn take_tags(&self, before: Timestamp) -> Result<()> {
        let over: Vec<(Id<Roll>, String, i64)> = roll::tags_over(&mut self.ground.db.read().await?, before).await?;
        for (id, account, tag) in over {
            match self.post.drop_tag(&account, tag).await {
                Ok(()) => {}
                // It is no longer there.
                Err(Error::Refused { code, .. }) if code.class() != Class::Retry => {}
                Err(error) => {
                    tracing::warn!(%error, "a tag of a push that has ended could not be taken away");
                    continue;
                }
            }
            let mut tx = self.ground.db.begin().await?;
            roll::forget_tag(&mut tx, id).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}
