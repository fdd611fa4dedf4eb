//! What a reader put aside (我的清单), as far as everybody may see it now.

use super::place::{elements, place_of, shown_fonds};
use super::{Catalogue, Place};
use crate::access::in_public_index;
use crate::store::record;
use crate::{Element, PublicId};

/// A record of a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SavedRecord {
    /// Itself.
    pub place: Place,
    /// Its elements in the order of DA/T 18-2022, as readers see them.
    pub elements: Vec<(Element, String)>,
}

impl SavedRecord {
    /// What it says about an element.
    pub fn value(&self, element: Element) -> Option<&str> {
        self.elements.iter().find(|(one, _)| *one == element).map(|(_, value)| value.as_str())
    }
}

impl Catalogue {
    /// Those of these records and fonds that everybody may see, in their order. What is not there and what may not be
    /// seen are left out alike.
    ///
    /// # Errors
    /// If the database or the index fails.
    pub async fn saved(&self, ids: &[PublicId]) -> kernel::Result<Vec<SavedRecord>> {
        let mut records = record::of_public_ids(&mut self.db.read().await?, ids).await?;
        let register = self.register(&self.reader()).await?;
        let mut saved = Vec::new();
        for id in ids {
            let record = records.remove(id).filter(|record| in_public_index(&record.description.statuses));
            let record = record.map(|record| SavedRecord {
                elements: elements(&record, register.get(&record.description.fonds_key)),
                place: place_of(&record),
            });
            // Looked for with every id alike.
            let fonds = register.seen.iter().find(|(fonds, _)| fonds.public_id == *id).map(|(fonds, _)| fonds);
            let fonds =
                fonds.map(shown_fonds).map(|fonds| SavedRecord { place: fonds.place, elements: fonds.elements });
            saved.extend(record.or(fonds));
        }
        Ok(saved)
    }
}

#[cfg(test)]
mod tests {
    use kernel::testing::both;

    use crate::record::tests::item;
    use crate::testing::{House, INSTITUTION};
    use crate::{Element, Openness, PublicId};

    #[tokio::test]
    async fn l06_what_is_hidden_on_a_list_is_told_like_what_never_was() {
        both(|db| async move {
            let mut closed = item("X001-001-003", "移民秘闻");
            closed.statuses.openness = Openness::Controlled;
            let all = [item("X001-001-001", "水库图"), item("X001-001-002", "水库批复"), closed];
            let house = House::with(db, &all).await;
            let id = |code: &str| PublicId::of(&house.ground.secrets, INSTITUTION, code);
            let asked = ["X001-001-002", "X001-001-003", "X009-9", "X001", "X001-001-001"].map(id);
            let saved = house.catalogue().saved(&asked).await.unwrap();
            let codes: Vec<&str> = saved.iter().map(|one| one.place.code.as_str()).collect();
            assert_eq!(codes, ["X001-001-002", "X001", "X001-001-001"]);
            assert_eq!(saved[0].value(Element::Title), Some("水库批复"));
            assert_eq!(house.catalogue().saved(&[]).await.unwrap(), []);
            let many: Vec<PublicId> = (0..99).map(|n| id(&format!("X009-{n}"))).chain([id("X001-001-001")]).collect();
            assert_eq!(house.catalogue().saved(&many).await.unwrap(), saved[2..]);
        })
        .await;
    }
}
