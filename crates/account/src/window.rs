//! Customer-service windows: how many messages may follow an interaction, and for how long (customer-service message
//! page, "客服接口-发消息"). WeChat counts too; ours keeps us from calls that are bound to fail with 45015 or 45047.

use kernel::Timestamp;

/// What a reader did that lets us write.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Interaction {
    /// Sent a message: five messages in 48 hours.
    Message,
    /// Followed, scanned a code or tapped a menu key: three messages in one minute.
    Act,
}

impl Interaction {
    pub(crate) const fn limits(self) -> wechat::window::Window {
        match self {
            Self::Message => wechat::window::Window::MESSAGE,
            Self::Act => wechat::window::Window::ACT,
        }
    }
}

/// A window one interaction opened. A new interaction of the same kind opens it anew.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window {
    /// When the interaction happened.
    pub opened_at: Timestamp,
    /// Messages sent since.
    pub used: i64,
}

/// The windows of one follower.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Windows {
    /// Opened by a message.
    pub message: Option<Window>,
    /// Opened by a follow, a scan or a menu key.
    pub act: Option<Window>,
}

impl Windows {
    /// The window a message sent now would count against, if one is open: the short one first, it is lost sooner.
    pub fn open_at(&self, now: Timestamp) -> Option<Interaction> {
        self.open(now).next().map(|(kind, _)| kind)
    }

    /// All that are open now, the short one first.
    pub(crate) fn open(&self, now: Timestamp) -> impl Iterator<Item = (Interaction, Window)> {
        let all = [(Interaction::Act, self.act), (Interaction::Message, self.message)];
        all.into_iter().filter_map(|(kind, window)| Some((kind, window?))).filter(move |(kind, window)| {
            let used = u32::try_from(window.used).unwrap_or(u32::MAX);
            kind.limits().allows(window.opened_at.seconds(), used, now.seconds())
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OPENED: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn window(used: i64) -> Window {
        Window { opened_at: OPENED, used }
    }

    #[test]
    fn a_message_opens_five_in_48_hours() {
        let windows = |used| Windows { message: Some(window(used)), act: None };
        assert_eq!(windows(4).open_at(OPENED.plus_seconds(48 * 3600 - 1)), Some(Interaction::Message));
        assert_eq!(windows(4).open_at(OPENED.plus_seconds(48 * 3600)), None);
        assert_eq!(windows(5).open_at(OPENED), None);
    }

    #[test]
    fn an_act_opens_three_in_a_minute_and_is_used_first() {
        let both = Windows { message: Some(window(0)), act: Some(window(2)) };
        assert_eq!(both.open_at(OPENED.plus_seconds(59)), Some(Interaction::Act));
        assert_eq!(both.open_at(OPENED.plus_seconds(60)), Some(Interaction::Message));
        assert_eq!(Windows { act: Some(window(3)), message: None }.open_at(OPENED), None);
    }

    proptest! {
        #[test]
        fn nothing_is_open_before_the_interaction_or_two_days_after(
            before in 1_i64..1_000_000, after in 172_800_i64..1_000_000_000, used in 0_i64..5,
        ) {
            let windows = Windows { message: Some(window(used)), act: Some(window(used)) };
            prop_assert_eq!(windows.open_at(OPENED.plus_seconds(-before)), None);
            prop_assert_eq!(windows.open_at(OPENED.plus_seconds(after)), None);
        }
    }
}
