//! The addresses of all records that everybody may see, for those who list the web.

use super::Catalogue;
use crate::store::harvest::{self, Findable};

impl Catalogue {
    /// The open records whose ids begin with these characters, by their ids, at most `most`. Those that describe a fonds
    /// are left out: [`Catalogue::fonds`] lists them.
    ///
    /// # Errors
    /// If the database fails.
    pub(crate) async fn findable(&self, leading: &str, most: u32) -> kernel::Result<Vec<Findable>> {
        Ok(harvest::findable(&mut self.db.read().await?, &self.institution, leading, most).await?)
    }
}

#[cfg(test)]
mod tests {
    use kernel::testing::both;

    use crate::record::tests::item;
    use crate::testing::House;
    use crate::{Description, Openness};

    #[tokio::test]
    async fn the_parts_hold_every_open_record_once_in_order() {
        both(|db| async move {
            let mut all: Vec<Description> = (1..=120).map(|n| item(&format!("X001-001-{n:03}"), "水库图")).collect();
            for one in all.iter_mut().skip(100) {
                one.statuses.openness = Openness::Controlled;
            }
            let house = House::with(db, &all).await;
            let catalogue = house.catalogue();
            let ids = async |leading: &str, most: u32| -> Vec<String> {
                let found = catalogue.findable(leading, most).await.unwrap();
                found.into_iter().map(|one| one.id.to_string()).collect()
            };
            let whole = ids("", 1000).await;
            assert!(whole.len() == 100 && whole.is_sorted());
            assert_eq!(ids("", 30).await, whole[..30]);
            let mut parts = Vec::new();
            for leading in "234567abcdefghijklmnopqrstuvwxyz".chars() {
                let part = ids(&leading.to_string(), 1000).await;
                assert!(part.iter().all(|id| id.starts_with(leading)));
                parts.extend(part);
            }
            assert_eq!(parts, whole);
            assert_eq!(ids(&whole[7][..5], 1000).await, whole[7..8]);
        })
        .await;
    }
}
