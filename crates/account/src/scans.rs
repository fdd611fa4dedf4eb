//! Counting what scene codes bring, day by day: the callback tells an event, and here it is heard a little later.

use std::collections::HashMap;
use std::time::Duration;

use kernel::events::{self, SceneScanned};
use kernel::{Day, Ground, Result};

use crate::store::scene::{self as store, Brought};

/// The name under which events are heard.
const LISTENER: &str = "account.scans";
/// Events that are taken in at once.
const AT_ONCE: i64 = 500;
/// How often one listens.
const LOOK: Duration = Duration::from_secs(5);

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

    /// Listens every few seconds until the house stops.
    pub fn keep_listening(&self) {
        let (scans, stopping) = (self.clone(), self.ground.tasks.stopping());
        self.ground.tasks.start(async move {
            tokio::pin!(stopping);
            loop {
                match scans.listen().await {
                    // There is more: go on at once.
                    Ok(heard) if heard == AT_ONCE => continue,
                    Ok(_) => {}
                    Err(error) => tracing::warn!(%error, "scans cannot be counted"),
                }
                tokio::select! {
                    () = &mut stopping => return,
                    () = tokio::time::sleep(LOOK) => {}
                }
            }
        });
    }

    /// Takes in the next events; how many there were.
    ///
    /// # Errors
    /// The database's; then nothing was taken in.
    pub async fn listen(&self) -> Result<i64> {
        let mut tx = self.ground.db.begin().await?;
        let heard = events::next(&mut tx, LISTENER, AT_ONCE).await?;
        let Some(last) = heard.last().map(|event| event.position) else { return Ok(0) };
        let mut days: HashMap<(String, String, Day), Brought> = HashMap::new();
        for event in &heard {
            let Some(SceneScanned { account, scene, followed }) = event.read() else { continue };
            let brought = days.entry((account, scene, event.happened_at.day())).or_default();
            brought.scans += 1;
            brought.follows += i64::from(followed);
        }
        for ((account, scene, day), brought) in days {
            store::count(&mut tx, (&account, &scene), day, brought).await?;
        }
        events::heard_up_to(&mut tx, LISTENER, last).await?;
        tx.commit().await?;
        Ok(i64::try_from(heard.len()).unwrap_or(AT_ONCE))
    }
}

#[cfg(test)]
mod tests {
    use kernel::testing::{both, ground};
    use wechat::message::{Event, Kind, Scene};

    use super::*;
    use crate::testing::Stage;
    use crate::{AccountKind, InboxOptions};

    #[tokio::test]
    async fn scans_and_follows_are_counted_by_the_day_and_each_delivery_once() {
        both(|db| async {
            let (ground, hand) = ground(db);
            let options = InboxOptions::default();
            let stage = Stage::new((ground.clone(), hand), (AccountKind::Service, true), options, vec![]);
            let scene = || Scene { value: "HALL-1".into(), ticket: "t".into() };
            let follow = stage.message(Kind::Event(Event::Subscribe(Some(scene()))), None);
            for message in [&follow, &follow, &stage.message(Kind::Event(Event::Subscribe(None)), None)] {
                stage.deliver(message).await;
            }
            stage.hand.advance(10);
            stage.deliver(&stage.message(Kind::Event(Event::Scan(scene())), None)).await;
            stage.hand.advance(86_400);
            stage.deliver(&stage.message(Kind::Event(Event::Scan(scene())), None)).await;
            // Who leaves takes nothing away from what was counted.
            stage.deliver(&stage.message(Kind::Event(Event::Unsubscribe), None)).await;

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
