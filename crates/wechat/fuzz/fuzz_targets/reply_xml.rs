//! A reply in clear, and texts of any length cut to size.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wechat::message::Kind;
use wechat::reply::Reply;

fuzz_target!(|text: &str| {
    let _ = Reply::parse(text);
    let asked = Kind::Text { content: String::new(), menu_id: None };
    for reply in [Reply::text(text), Reply::text_with_more(text, "https://a.example/q/1")] {
        assert_eq!(reply.check(&asked), Ok(()));
    }
});
