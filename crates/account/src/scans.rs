//! Counting what scene codes bring, day by day: the callback tells an event, and here it is heard a little later.

use std::collections::HashMap;

use kernel::events::{Heard, Listener, SceneScanned};
use kernel::{Day, Ground, Result, Tx};

use crate::store::scene::{self as store, Brought};

/// What scene codes bring; cheap to clone.
#[derive(Clone, Debug)]
pub struct Scans {
    ground: Ground,
}

impl Scans {
    /// The scans of a house.
    pub const fn new(ground: Ground) -> Self {
        Self { ground }
    }
}

impl Listener for Scans {
    const NAME: &'static str = "account.scans";

    fn ground(&self) -> &Ground {
        &self.ground
    }

    async fn take_in(&self, tx: &mut Tx, heard: Vec<Heard>) -> Result<()> {
        let mut days: HashMap<(String, String, Day), Brought> = HashMap::new();
        for event in &heard {
            let Some(SceneScanned { account, scene, followed }) = event.read() else { continue };
            let brought = days.entry((account, scene, event.happened_at.day())).or_default();
            brought.scans += 1;
            brought.follows += i64::from(followed);
        }
        for ((account, scene, day), brought) in days {
            store::count(tx, (&account, &scene), day, brought).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use kernel::testing::{both, ground};
    use wechat::message::{Event, Kind, Scene};

    use super::*;
    use crate::testing::{OPENID, Stage};
    use crate::{AccountKind, InboxOptions};

    #[tokio::test]
    async fn scans_and_follows_are_counted_by_the_day_and_each_delivery_once() {
        both(|db| async {
            let (ground, hand) = ground(db);
            let options = InboxOptions::default();
            let stage = Stage::new((ground.clone(), hand), (AccountKind::Service, true), options, vec![]);
            let begun = ground.clock.now();
            let scene = || Scene { value: "HALL-1".into(), ticket: "t".into() };
            let follow = stage.message(Kind::Event(Event::Subscribe(Some(scene()))), None);
            for message in [&follow, &follow, &stage.message(Kind::Event(Event::Subscribe(None)), None)] {
                stage.deliver(message).await;
            }
            stage.hand.advance(10);
            stage.deliver(&stage.message(Kind::Event(Event::Scan(scene())), None)).await;
            stage.hand.advance(86_400);
            stage.deliver(&stage.message(Kind::Event(Event::Scan(scene())), None)).await;
            let came = crate::came(&mut ground.db.read().await.unwrap(), "demo", OPENID).await.unwrap();
            assert_eq!(came.followed_at, Some(begun));
            let scans: Vec<(i64, &str)> =
                came.scans.iter().map(|(at, scene)| (at.seconds_since(begun), scene.as_str())).collect();
            assert_eq!(scans, [(86_410, "HALL-1"), (10, "HALL-1"), (0, "HALL-1")], "the last first");
            // Who leaves takes nothing away from what was counted, and what is known of them goes.
            stage.deliver(&stage.message(Kind::Event(Event::Unsubscribe), None)).await;

            let came = crate::came(&mut ground.db.read().await.unwrap(), "demo", OPENID).await.unwrap();
            assert_eq!(came, crate::Came::default());

            let scans = Scans::new(ground.clone());
            assert_eq!(scans.listen().await.unwrap(), 3);
            assert_eq!(scans.listen().await.unwrap(), 0, "each once");
            let today = ground.clock.now().day();
            let mut tx = ground.db.read().await.unwrap();
            let days = store::days(&mut tx, "demo", today.plus(-1)).await.unwrap();
            let expected =
                [(today.plus(-1), Brought { scans: 2, follows: 1 }), (today, Brought { scans: 1, follows: 0 })];
            assert_eq!(days, expected.map(|(day, brought)| ("HALL-1".to_owned(), day.to_string(), brought)));
            let totals = store::totals(&mut tx, "demo").await.unwrap();
            assert_eq!(totals, [("HALL-1".to_owned(), Brought { scans: 3, follows: 1 })]);
            assert_eq!(store::days(&mut tx, "demo-sub", today.plus(-1)).await.unwrap(), []);
            drop(tx);
            stage.ground.tasks.stop();
        })
        .await;
    }
}
