//! Texts that become articles: Word documents, Markdown, what was pasted; and feeds of headlines.

use std::error::Error;

use push::article::Block;
use push::headline::headlines;
use push::import::{document, from_markdown, normal, pasted, to_markdown};

use crate::Body;

/// A Word document.
pub(crate) fn word() -> Result<Body, Box<dyn Error>> {
    Ok(Box::new(|input| match document(input) {
        Ok((read, pictures)) => {
            assert_eq!(normal(read.blocks.clone()), read.blocks, "blocks come in the normal form");
            assert!(read.left_out.told().iter().all(|told| !told.is_empty()));
            if pictures.is_empty() { "read".to_owned() } else { "with pictures".to_owned() }
        }
        Err(why) => {
            assert!(!why.is_empty(), "a refusal says why");
            "refused".to_owned()
        }
    }))
}

/// A text, taken for Markdown and for HTML.
pub(crate) fn text() -> Result<Body, Box<dyn Error>> {
    Ok(Box::new(|input| {
        let text = String::from_utf8_lossy(input);
        let (written, copied) = (from_markdown(&text).blocks, pasted(&text).blocks);
        check(&written);
        check(&copied);
        if written.is_empty() && copied.is_empty() { "nothing".to_owned() } else { "blocks".to_owned() }
    }))
}

/// A feed of headlines.
pub(crate) fn feed() -> Result<Body, Box<dyn Error>> {
    Ok(Box::new(|input| match headlines(input) {
        Ok(found) => {
            for one in &found {
                let length = one.title.chars().count();
                assert!((1..=200).contains(&length) && !one.title.contains(char::is_control), "{one:?}");
                assert!(one.address.is_empty() || one.address.starts_with("http"), "{one:?}");
            }
            if found.is_empty() { "nothing".to_owned() } else { "headlines".to_owned() }
        }
        Err(why) => {
            assert!(!why.is_empty(), "a refusal says why");
            "refused".to_owned()
        }
    }))
}

/// Blocks are in the normal form, and are the same when they were written as Markdown and read back.
fn check(blocks: &[Block]) {
    assert_eq!(normal(blocks.to_vec()), blocks, "blocks come in the normal form");
    assert_eq!(from_markdown(&to_markdown(blocks)).blocks, blocks, "what was written is read back");
}
