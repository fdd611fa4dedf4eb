//! What the page's forms send.

/// The longest key that is taken, in characters.
const LONGEST_KEY: usize = 32;

/// The fields of the page's forms; those that were not sent are empty.
#[derive(Default)]
pub(super) struct Form {
    /// That it came from a page of its session.
    pub(super) proof: String,
    /// The key under which a text is written once.
    pub(super) key: String,
    /// What was written.
    pub(super) text: String,
    /// The conversation it is about.
    pub(super) of: String,
    /// How content the reader is.
    pub(super) rating: String,
}

impl Form {
    /// Reads a form; fields nobody knows are left out, and so is a key that no page of ours gave.
    pub(super) fn read(body: &[u8]) -> Self {
        let mut form = Self::default();
        for (name, value) in url::form_urlencoded::parse(body) {
            let value = value.into_owned();
            match name.as_ref() {
                "proof" => form.proof = value,
                "key" if value.len() <= LONGEST_KEY && value.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                    form.key = value;
                }
                "text" => form.text = value,
                "of" => form.of = value,
                "rating" => form.rating = value,
                _ => {}
            }
        }
        form
    }
}
