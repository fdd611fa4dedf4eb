//! The house as it is now.

use std::sync::{Arc, PoisonError, RwLock};

use crate::House;

/// The house as it is now; cheap to clone, and read without waiting. Whoever shows something of the house holds this
/// handle and asks it each time.
#[derive(Clone, Debug)]
pub struct HouseBook(Arc<RwLock<(i64, Arc<House>)>>);

impl HouseBook {
    /// The house.
    pub fn now(&self) -> Arc<House> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner).1)
    }

    /// How many changes it has seen.
    pub(crate) fn seen(&self) -> i64 {
        self.0.read().unwrap_or_else(PoisonError::into_inner).0
    }

    /// Takes over the house as it is after so many changes, unless a later state is held already.
    pub(crate) fn take_over(&self, changes: i64, house: House) {
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if held.0 < changes {
            *held = (changes, Arc::new(house));
        }
    }
}

impl From<House> for HouseBook {
    /// A house nobody has changed.
    fn from(house: House) -> Self {
        Self(Arc::new(RwLock::new((0, Arc::new(house)))))
    }
}
