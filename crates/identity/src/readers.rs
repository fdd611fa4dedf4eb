//! Forgetting who unfollows.

use account::{Deed, Dialogue, Heard, Spoken};
use futures::FutureExt;
use futures::future::BoxFuture;
use web::Sessions;

use crate::store;

/// Says nothing in the chat; when a follower leaves, it breaks the tie between openid and person and ends the person's
/// sessions.
#[derive(Clone, Copy, Debug, Default)]
pub struct Readers;

impl Dialogue for Readers {
    fn name(&self) -> &'static str {
        "readers"
    }

    fn hear<'a>(&'a self, _: &'a Heard<'a>) -> BoxFuture<'a, kernel::Result<Option<Spoken>>> {
        std::future::ready(Ok(None)).boxed()
    }

    fn forget(&self, account: &str, openid: &str) -> Option<Deed> {
        let (account, openid) = (account.to_owned(), openid.to_owned());
        Some(Deed::new(move |tx| {
            let (account, openid) = (account.clone(), openid.clone());
            async move {
                if let Some(person) = store::forget_reader(tx, &account, &openid).await? {
                    Sessions::end_within(tx, person).await?;
                }
                Ok(())
            }
            .boxed()
        }))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use account::testing::{OPENID, Stage};
    use account::{AccountKind, InboxOptions};
    use kernel::testing::{both, ground};
    use web::Strength;
    use wechat::message::{Event, Kind};

    use super::*;

    #[tokio::test]
    async fn who_unfollows_is_forgotten_and_signed_out() {
        both(|db| async move {
            let (ground, hand) = ground(db.clone());
            let kind = (AccountKind::Service, true);
            let stage = Stage::new((ground.clone(), hand), kind, InboxOptions::default(), vec![Arc::new(Readers)]);
            let sessions = Sessions::new(ground.clone(), false);
            let mut people = Vec::new();
            for openid in [OPENID, "another"] {
                let mut tx = db.begin().await.unwrap();
                let person = store::reader(&mut tx, ["demo", openid], ground.ids.make(), ground.clock.now()).await;
                tx.commit().await.unwrap();
                people.push(person.unwrap());
                sessions.start(people.last().copied(), Strength::Known).await.unwrap();
            }
            assert_eq!(stage.deliver(&stage.message(Kind::Event(Event::Unsubscribe), None)).await, None);
            assert_eq!(sessions.end_all_of(people[0]).await.unwrap(), 0, "ended with the follow");
            assert_eq!(sessions.end_all_of(people[1]).await.unwrap(), 1, "somebody else's goes on");
            let mut tx = db.read().await.unwrap();
            assert_eq!(tx.sql("SELECT count(*) FROM reader").one::<(i64,)>().await.unwrap(), (1,));
        })
        .await;
    }
}
