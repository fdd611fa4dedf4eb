//! A notice to one reader, from when it was asked for to when WeChat told how it ended.
//!
//! Each transition takes the state and gives the next one. Only a template message has a key by which WeChat takes it
//! once, and for ten minutes only; whatever else may have been sent is not sent again by the program.

mod filling;
mod state;

pub use filling::{Filled, Source, filled};
pub(crate) use state::is_block;
pub use state::{Answer, Attempts, Due, REPEATED_FOR, Stage, State, Unsent, VALID_FOR};

use account::Capability;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// By what WeChat lets an account write to a reader outside the windows.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = NoticeMeans)]
pub enum Means {
    /// 订阅通知: the reader allowed it, once or for good.
    Subscription,
    /// 模板消息: without asking, about what the reader did.
    Template,
    /// 一次性订阅消息: the reader allowed one message on a page of WeChat.
    OneTime,
}

impl Means {
    const ALL: [Self; 3] = [Self::Subscription, Self::Template, Self::OneTime];

    /// The word stored in the database.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Subscription => "subscription",
            Self::Template => "template",
            Self::OneTime => "one-time",
        }
    }

    /// The means of a stored word.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|means| means.name() == name)
    }

    /// What the account needs for it.
    pub const fn capability(self) -> Capability {
        match self {
            Self::Subscription | Self::Template => Capability::Notices,
            Self::OneTime => Capability::OneTimeNotice,
        }
    }

    /// Whether the reader must have allowed it.
    pub const fn needs_consent(self) -> bool {
        matches!(self, Self::Subscription | Self::OneTime)
    }

    /// Whether it has a key of its own, so that it may be repeated.
    pub const fn has_key(self) -> bool {
        matches!(self, Self::Template)
    }
}

/// What a reader allowed of one template.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Consent {
    /// How often they agreed.
    pub granted: i64,
    /// How often that was used.
    pub used: i64,
    /// How often they said no.
    pub refused: i64,
    /// How many notices they may still be sent.
    pub remaining: i64,
    /// Any number of them may be sent.
    pub is_lasting: bool,
    /// They switched it off.
    pub is_off: bool,
}

impl Consent {
    /// The reader answered a pop-up. A consent of a lasting template is good until it is taken back.
    #[must_use]
    pub const fn answered(self, is_yes: bool, is_lasting: bool) -> Self {
        match (is_yes, is_lasting) {
            (true, true) => Self { granted: self.granted + 1, is_lasting: true, is_off: false, ..self },
            (true, false) => Self { granted: self.granted + 1, remaining: self.remaining + 1, is_off: false, ..self },
            (false, _) => Self { refused: self.refused + 1, ..self },
        }
    }

    /// The reader agreed on the page of one-time messages: WeChat keeps one at a time.
    #[must_use]
    pub const fn agreed_once(self) -> Self {
        Self { granted: self.granted + 1, remaining: 1, is_off: false, ..self }
    }

    /// The reader switched it off, or on again. Nothing that was allowed before outlives that.
    #[must_use]
    pub const fn switched(self, is_off: bool) -> Self {
        if is_off {
            Self { remaining: 0, is_lasting: false, is_off: true, ..self }
        } else {
            Self { is_off: false, ..self }
        }
    }

    /// Why nothing may be sent by this means; none if something may.
    pub const fn forbids(self, means: Means) -> Option<Unsent> {
        if self.is_off {
            Some(Unsent::Off)
        } else if means.needs_consent() && !self.is_lasting && self.remaining == 0 {
            Some(Unsent::NotAllowed)
        } else {
            None
        }
    }

    /// One is used, before the call.
    #[must_use]
    pub const fn spent(self) -> Self {
        let remaining = if self.remaining > 0 { self.remaining - 1 } else { 0 };
        Self { used: self.used + 1, remaining, ..self }
    }

    /// What was spent did not leave the house.
    #[must_use]
    pub const fn returned(self, means: Means) -> Self {
        let back = means.needs_consent() && !self.is_lasting;
        Self { used: self.used - 1, remaining: self.remaining + if back { 1 } else { 0 }, ..self }
    }

    /// WeChat says that the reader allows nothing (43101): our count was wrong.
    #[must_use]
    pub const fn denied(self) -> Self {
        Self { remaining: 0, is_lasting: false, ..self }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_consent_is_good_for_one_and_a_lasting_one_until_it_is_taken_back() {
        let none = Consent::default();
        assert_eq!(none.forbids(Means::Subscription), Some(Unsent::NotAllowed));
        assert_eq!(none.forbids(Means::Template), None);
        let one = none.answered(true, false);
        assert_eq!(one.forbids(Means::Subscription), None);
        assert_eq!(one.spent().forbids(Means::Subscription), Some(Unsent::NotAllowed));
        assert_eq!(one.spent().returned(Means::Subscription), one);
        let lasting = none.answered(true, true);
        assert_eq!(lasting.spent().spent().forbids(Means::Subscription), None);
        let off = lasting.switched(true);
        assert_eq!(off.forbids(Means::Template), Some(Unsent::Off));
        assert_eq!(off.switched(false).forbids(Means::Subscription), Some(Unsent::NotAllowed));
        assert_eq!(none.agreed_once().agreed_once().remaining, 1);
    }

    proptest! {
        /// Whatever a reader says in whatever order: no more is sent than they allowed since they last switched it off.
        #[test]
        fn no_order_of_answers_sends_more_than_was_allowed(deeds in prop::collection::vec(0_u8..5, 0..60)) {
            let (mut consent, mut allowed) = (Consent::default(), 0_i64);
            for deed in deeds {
                match deed {
                    0 => (consent, allowed) = (consent.answered(true, false), allowed + 1),
                    1 => consent = consent.answered(false, false),
                    2 => (consent, allowed) = (consent.switched(true), 0),
                    3 => consent = consent.switched(false),
                    _ if consent.forbids(Means::Subscription).is_none() => {
                        (consent, allowed) = (consent.spent(), allowed - 1);
                    }
                    _ => {}
                }
                prop_assert!(allowed >= 0);
                prop_assert_eq!(consent.remaining, allowed);
            }
        }
    }
}
