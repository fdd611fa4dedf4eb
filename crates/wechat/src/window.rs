//! Customer-service windows: how many messages may follow something a follower did (page "客服消息", section on limits).

use crate::message::{Event, Kind};

/// A window that something a follower did opens. Doing the same again opens it anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// How many customer-service messages it allows; beyond them 45047.
    pub messages: u32,
    /// For how many seconds; afterwards 45015.
    pub seconds: i64,
}

impl Window {
    /// After a message: five in 48 hours.
    pub const MESSAGE: Self = Self { messages: 5, seconds: 48 * 3600 };
    /// After following, scanning a scene code or tapping certain menu buttons: three in one minute.
    pub const ACT: Self = Self { messages: 3, seconds: 60 };

    /// The window this push opens, if any. Menu buttons that open pages, and the account's own events, open none.
    pub fn of(kind: &Kind) -> Option<Self> {
        match kind {
            Kind::Event(Event::Subscribe(_) | Event::Scan(_) | Event::Click(_) | Event::ScanCode { .. }) => {
                Some(Self::ACT)
            }
            Kind::Event(_) => None,
            _ => Some(Self::MESSAGE),
        }
    }

    /// Whether one more message may be sent at `now`, if the window opened at `opened` (Unix seconds) and `used` messages
    /// have been sent since.
    pub fn allows(self, opened: i64, used: u32, now: i64) -> bool {
        used < self.messages && (0..self.seconds).contains(&(now - opened))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_and_acts_open_windows_and_views_do_not() {
        let text = Kind::Text { content: String::new(), menu_id: None };
        assert_eq!(Window::of(&text), Some(Window::MESSAGE));
        assert_eq!(Window::of(&Kind::Event(Event::Subscribe(None))), Some(Window::ACT));
        assert_eq!(Window::of(&Kind::Event(Event::Click("k".into()))), Some(Window::ACT));
        let view = Event::View { url: "u".into(), menu_id: None };
        assert_eq!(Window::of(&Kind::Event(view)), None);
        assert_eq!(Window::of(&Kind::Event(Event::Unsubscribe)), None);
    }

    #[test]
    fn windows_end_by_time_and_by_count() {
        assert!(Window::MESSAGE.allows(100, 4, 100 + 48 * 3600 - 1));
        assert!(!Window::MESSAGE.allows(100, 4, 100 + 48 * 3600));
        assert!(!Window::MESSAGE.allows(100, 5, 100));
        assert!(!Window::ACT.allows(100, 0, 99));
        assert!(Window::ACT.allows(100, 2, 159) && !Window::ACT.allows(100, 2, 160));
    }
}
