//! Files for whoever saves them: their names and kinds.

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse as _, Response};
use kernel::Error;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The media type of a workbook.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// The media type of a table of values between commas.
pub const CSV: &str = "text/csv; charset=utf-8";
/// The media type of XML.
pub const XML: &str = "application/xml; charset=utf-8";

/// What stands as it is in a name of RFC 5987.
const ATTRIBUTE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');
/// The most letters of an ending that is told to old programs.
const LONGEST_ENDING: usize = 8;

/// The value of `Content-Disposition` (RFC 6266) for a file: its plain name for old programs, `file` and its ending where
/// it has other signs than theirs, and the whole one for all others (RFC 5987). `attached` asks to save the file rather
/// than to open it. No sign of the name leaves its place.
pub fn disposition(attached: bool, name: &str) -> String {
    let how = if attached { "attachment" } else { "inline" };
    let is_plain = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'))
    };
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    let plain = match ending.filter(|ending| is_plain(ending) && ending.len() <= LONGEST_ENDING) {
        _ if is_plain(name) => name.to_owned(),
        Some(ending) => format!("file.{ending}"),
        None => "file".to_owned(),
    };
    let whole = utf8_percent_encode(name, ATTRIBUTE);
    format!("{how}; filename=\"{plain}\"; filename*=UTF-8''{whole}")
}

/// An answer that a browser keeps as a file of this media type and name.
///
/// # Errors
/// None for any name; the header of one is made of plain letters.
pub fn download(body: impl Into<Body>, kind: &'static str, name: &str) -> kernel::Result<Response> {
    let place = HeaderValue::try_from(disposition(true, name)).map_err(Error::internal)?;
    let mut response = body.into().into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CONTENT_DISPOSITION, place);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn a_file_is_named_for_old_programs_and_for_all_others() {
        let named = |name: &str| disposition(true, name);
        assert_eq!(named("rules.json"), "attachment; filename=\"rules.json\"; filename*=UTF-8''rules.json");
        assert_eq!(named("图 1.pdf"), "attachment; filename=\"file.pdf\"; filename*=UTF-8''%E5%9B%BE%201.pdf");
        assert_eq!(named("图"), "attachment; filename=\"file\"; filename*=UTF-8''%E5%9B%BE");
        assert_eq!(named("一.副本"), "attachment; filename=\"file\"; filename*=UTF-8''%E4%B8%80.%E5%89%AF%E6%9C%AC");
        assert_eq!(named(""), "attachment; filename=\"file\"; filename*=UTF-8''");
        assert_eq!(disposition(false, "a.mp3"), "inline; filename=\"a.mp3\"; filename*=UTF-8''a.mp3");
    }

    proptest::proptest! {
        #[test]
        fn u21_no_name_leaves_its_header(name in "\\PC{0,40}|[\r\n\";/\\\\.a%']{0,9}") {
            let header = disposition(true, &name);
            proptest::prop_assert!(header.chars().all(|sign| sign.is_ascii_graphic() || sign == ' '), "{header}");
            proptest::prop_assert_eq!(header.matches(';').count(), 2);
            proptest::prop_assert_eq!(header.matches('"').count(), 2);
        }
    }
}
