//! A message in clear, XML or JSON; what was read must survive writing and reading.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wechat::message::{Kind, Message};

fuzz_target!(|body: &[u8]| {
    if let Ok(message) = Message::parse(body) {
        assert!(message.key("wx49f0ab532d5d035a").len() <= 191);
        if matches!(message.kind, Kind::Text { .. }) {
            assert_eq!(Message::parse(message.to_xml().as_bytes()), Ok(message));
        }
    }
});
