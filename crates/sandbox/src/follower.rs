//! A follower: what the account may know of them, their windows for customer-service messages, and their chat.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::notice::Consent;

/// Chat entries kept per follower; older ones fall out.
const CHAT_KEPT: usize = 500;

/// Who an entry of the chat comes from, seen from the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Direction {
    /// The follower sent it to the account.
    In,
    /// The account sent it to the follower.
    Out,
    /// WeChat itself wrote the line, such as the fault line.
    System,
}

/// One entry of a chat as the follower would see it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// Grows by one per entry over all chats of the sandbox.
    pub(crate) id: u64,
    pub(crate) direction: Direction,
    /// Unix seconds on the sandbox's clock.
    pub(crate) at: i64,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// The text, or for other types the line that names them.
    pub(crate) content: String,
    /// The type's own fields: title, description, url, picurl, articles, `media_id`, latitude …
    #[serde(flatten)]
    pub(crate) more: Map<String, Value>,
}

/// What opened a window for customer-service messages (reference §8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opener {
    /// The follower wrote something.
    Message,
    /// A menu button, a follow or the scan of a scene code.
    Touch,
}

/// A window: until when and how many messages it still takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Window {
    pub(crate) until: i64,
    pub(crate) left: u32,
}

/// Why a customer-service message cannot go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closed {
    /// No window is open: 45015.
    Time,
    /// The windows are used up: 45047.
    Count,
}

/// The two windows a follower can have at once; a touch never shortens what a message opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Windows {
    pub(crate) message: Window,
    pub(crate) touch: Window,
}

impl Windows {
    /// Opens the window of `opener` anew: 5 messages in 48 h, or 3 in a minute.
    pub(crate) fn open(&mut self, opener: Opener, now: i64) {
        match opener {
            Opener::Message => {
                self.message = Window { until: now.saturating_add(48 * 3600), left: 5 };
            }
            Opener::Touch => self.touch = Window { until: now.saturating_add(60), left: 3 },
        }
    }

    /// Uses one message of an open window, the one that closes first.
    pub(crate) fn take(&mut self, now: i64) -> Result<(), Closed> {
        let mut closed = Closed::Time;
        for window in [&mut self.touch, &mut self.message] {
            if now < window.until {
                if window.left > 0 {
                    window.left -= 1;
                    return Ok(());
                }
                closed = Closed::Count;
            }
        }
        Err(closed)
    }
}

/// One person in relation to one account.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Follower {
    pub(crate) openid: String,
    /// The name the trainee gave; never leaves through user/info, only through `snsapi_userinfo`.
    pub(crate) nickname: String,
    pub(crate) subscribed: bool,
    pub(crate) subscribed_at: i64,
    pub(crate) scene: String,
    pub(crate) qr_scene: u64,
    pub(crate) qr_scene_str: String,
    pub(crate) remark: String,
    pub(crate) tags: Vec<u64>,
    pub(crate) blacklisted: bool,
    /// The month of Shanghai in which `pushes` mass sends arrived.
    pub(crate) push_month: i64,
    pub(crate) pushes: u32,
    pub(crate) windows: Windows,
    pub(crate) last_message: i64,
    /// Until when 对方正在输入 is shown.
    pub(crate) typing_until: i64,
    /// What was said of each template.
    pub(crate) consents: BTreeMap<String, Consent>,
    /// Takes no notices of this account at all.
    pub(crate) refuses_notices: bool,
    pub(crate) chat: VecDeque<Entry>,
}

impl Follower {
    /// Appends an entry, dropping the oldest beyond the bound.
    pub(crate) fn append(&mut self, entry: Entry) {
        self.chat.push_back(entry);
        while self.chat.len() > CHAT_KEPT {
            self.chat.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Closed, Opener, Windows};

    #[test]
    fn a_message_opens_five_for_48_hours_and_then_45015() {
        let mut windows = Windows::default();
        assert_eq!(windows.take(0), Err(Closed::Time));
        windows.open(Opener::Message, 1000);
        for _ in 0..5 {
            assert_eq!(windows.take(1000 + 48 * 3600 - 1), Ok(()));
        }
        assert_eq!(windows.take(1000 + 48 * 3600 - 1), Err(Closed::Count));
        assert_eq!(windows.take(1000 + 48 * 3600), Err(Closed::Time));
    }

    #[test]
    fn a_touch_gives_three_for_a_minute_and_leaves_the_long_window_alone() {
        let mut windows = Windows::default();
        windows.open(Opener::Message, 0);
        windows.open(Opener::Touch, 10);
        for _ in 0..8 {
            assert_eq!(windows.take(20), Ok(()));
        }
        assert_eq!(windows.take(20), Err(Closed::Count));
        windows.open(Opener::Touch, 30);
        assert_eq!(windows.take(89), Ok(()));
        assert_eq!(windows.take(90), Err(Closed::Count), "the long window is still open, but used up");
    }

    proptest! {
        /// Whatever happens in whatever order: a message goes out only within its window, and never more than allowed
        /// since the window was last opened.
        #[test]
        fn no_order_of_deeds_gets_more_out_than_the_rules_allow(deeds in prop::collection::vec((0_u8..3, 0_i64..40_000), 0..60)) {
            let mut windows = Windows::default();
            let (mut now, mut message, mut touch) = (0, (0, 0), (0, 0));
            for (deed, passed) in deeds {
                now += passed;
                match deed {
                    0 => {
                        windows.open(Opener::Message, now);
                        message = (now + 48 * 3600, 5);
                    }
                    1 => {
                        windows.open(Opener::Touch, now);
                        touch = (now + 60, 3);
                    }
                    _ => {
                        let left = |window: (i64, i32)| if now < window.0 { window.1 } else { 0 };
                        let open = now < message.0 || now < touch.0;
                        let expected = match (left(message) + left(touch), open) {
                            (0, true) => Err(Closed::Count),
                            (0, false) => Err(Closed::Time),
                            _ => Ok(()),
                        };
                        prop_assert_eq!(windows.take(now), expected);
                        if expected.is_ok() {
                            if left(touch) > 0 { touch.1 -= 1 } else { message.1 -= 1 }
                        }
                    }
                }
            }
        }
    }
}
