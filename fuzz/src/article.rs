//! The door for the HTML of articles.

use std::error::Error;

use wechat::article::{is_wechats, kept, words};

use crate::Body;

/// HTML that is pasted or comes back from WeChat: what is kept of it is kept again, is well-formed, and nothing in it acts.
pub(crate) fn article() -> Result<Body, Box<dyn Error>> {
    Ok(Box::new(|bytes| {
        let text = String::from_utf8_lossy(bytes);
        let once = kept(&text, &is_wechats);
        let again = kept(&once.html, &is_wechats);
        assert_eq!(again.html, once.html, "what is kept is kept again");
        assert!(again.lost.is_empty(), "nothing of it is lost: {:?}", again.lost);
        let lower = once.html.to_ascii_lowercase();
        for acting in ["<script", "<style", "<iframe", "<form", "<link", "<meta", "<object", "<base"] {
            assert!(!lower.contains(acting), "{acting} is no element that stays");
        }
        assert_eq!(once.html.matches('<').count(), once.html.matches('>').count(), "every sign of a tag is one");
        let length = words(&text).chars().count();
        format!("{} kept, {} lost, {} words", once.html.len().min(99), once.lost.len().min(9), length.min(9))
    }))
}
