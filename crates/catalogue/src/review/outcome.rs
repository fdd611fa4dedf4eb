//! What a decision makes of a record's statuses.

use super::{Kind, Verdict};
use crate::Openness;
use crate::access::{Bar, Statuses, bar, in_public_index};

/// The statuses of a record after a decision.
///
/// # Errors
/// The sentence that says what outranks the decision: a donor's limit, 内部, a livelihood category; nothing is opened
/// against them, and only what everybody may see is published.
pub(crate) fn outcome(kind: Kind, verdict: Verdict, before: Statuses) -> Result<Statuses, &'static str> {
    let after = match kind {
        Kind::Due | Kind::Early => Statuses { openness: verdict.openness(), ..before },
        // The approval to publish ends with the opening: what is opened again needs it anew.
        Kind::Closing => Statuses { openness: Openness::Controlled, published: false, ..before },
        Kind::Publication if !in_public_index(&before) => return Err("尚未向社会开放，不能公布"),
        Kind::Publication => Statuses { published: true, ..before },
        Kind::Unpublication => Statuses { published: false, ..before },
    };
    match bar(&before).map(Bar::label) {
        Some(why) if kind.opens() && after.openness == Openness::Open => Err(why),
        _ => Ok(after),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::tests::item;
    use crate::{Classification, Livelihood, Restriction};

    fn closed() -> Statuses {
        Statuses { openness: Openness::Unreviewed, ..item("X001-1-1", "题名").statuses }
    }

    #[test]
    fn a_limit_outranks_an_opening_and_nothing_outranks_a_closing() {
        let limited = [
            Statuses { restriction: Restriction::Closed, ..closed() },
            Statuses { classification: Classification::Internal, ..closed() },
            Statuses { livelihood: Some(Livelihood::Marriage), ..closed() },
        ];
        for before in limited {
            assert!(outcome(Kind::Due, Verdict::Open, before).is_err(), "{before:?}");
            assert!(outcome(Kind::Early, Verdict::Open, before).is_err(), "{before:?}");
            assert_eq!(outcome(Kind::Due, Verdict::Defer, before).unwrap().openness, Openness::Deferred);
            assert_eq!(outcome(Kind::Closing, Verdict::Control, before).unwrap().openness, Openness::Controlled);
            assert!(outcome(Kind::Publication, Verdict::Open, before).is_err(), "{before:?}");
        }
        assert!(in_public_index(&outcome(Kind::Due, Verdict::Open, closed()).unwrap()));
    }

    #[test]
    fn only_what_is_open_is_published_and_closing_ends_it() {
        assert!(outcome(Kind::Publication, Verdict::Open, closed()).is_err());
        let open = outcome(Kind::Due, Verdict::Open, closed()).unwrap();
        assert!(!open.published, "open is not published");
        let published = outcome(Kind::Publication, Verdict::Open, open).unwrap();
        assert!(published.published);
        assert!(!outcome(Kind::Unpublication, Verdict::Control, published).unwrap().published);
        assert!(!outcome(Kind::Closing, Verdict::Control, published).unwrap().published);
    }
}
