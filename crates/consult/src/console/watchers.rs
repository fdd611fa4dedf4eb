//! Who has which conversation open at the moment.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use kernel::{Id, Timestamp};

use crate::Conversation;

/// How long somebody counts as present after they last said so, in seconds.
const PRESENT_SECONDS: i64 = 60;

/// Who looks at what, on this server; cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Watchers(Arc<Mutex<Seen>>);

/// When somebody last said that they have a conversation open.
type Seen = HashMap<(Id<Conversation>, String), Timestamp>;

impl Watchers {
    /// Somebody has a conversation open.
    pub(super) fn note(&self, conversation: Id<Conversation>, name: &str, now: Timestamp) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|_, at| now.seconds_since(*at) < PRESENT_SECONDS);
        held.insert((conversation, name.to_owned()), now);
    }

    /// Who else has it open.
    pub(super) fn others(&self, conversation: Id<Conversation>, name: &str, now: Timestamp) -> Vec<String> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_other = |(of, who): &(Id<Conversation>, String), at: Timestamp| {
            *of == conversation && who != name && now.seconds_since(at) < PRESENT_SECONDS
        };
        let mut others: Vec<String> =
            held.iter().filter(|(key, at)| is_other(key, **at)).map(|((_, who), _)| who.clone()).collect();
        others.sort_unstable();
        others
    }
}

#[cfg(test)]
mod tests {
    use kernel::testing::MONDAY_MORNING;

    use super::*;

    #[test]
    fn who_left_is_no_longer_there() {
        let (watchers, now) = (Watchers::default(), MONDAY_MORNING);
        let id = Id::parse("00000000-0000-7000-8000-000000000001").unwrap();
        watchers.note(id, "小李", now);
        watchers.note(id, "小王", now);
        assert_eq!(watchers.others(id, "小王", now), ["小李"]);
        assert!(watchers.others(id, "小王", now.plus_seconds(PRESENT_SECONDS)).is_empty());
    }
}
