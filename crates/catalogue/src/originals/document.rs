//! PDF: looked through for what must not be shown to readers unseen. Nothing is interpreted: names are found in the
//! bytes and in whatever streams unpack, so depth and cross references cannot lead astray.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read, Write};

use flate2::read::ZlibDecoder;
use memchr::memmem;

use super::caged::Voice;
use super::finding::{Property, Verdict};

/// The most bytes that streams may unpack to in all.
const MOST_UNPACKED: u64 = 512 << 20;
/// The most bytes one stream may unpack to.
const MOST_OF_ONE: u64 = 64 << 20;

/// What in a PDF acts by itself, by the names of ISO 32000-1.
const ACTIVE: [(&str, &str); 9] = [
    ("JavaScript", "JavaScript"),
    ("JS", "JavaScript"),
    ("Launch", "启动外部程序"),
    ("EmbeddedFile", "嵌入的文件"),
    ("EmbeddedFiles", "嵌入的文件"),
    ("RichMedia", "富媒体"),
    ("XFA", "XFA 表单"),
    ("SubmitForm", "提交表单"),
    ("ImportData", "导入数据"),
];

/// What was seen in a PDF.
#[derive(PartialEq, Eq, Default, Debug)]
struct Seen {
    pages: usize,
    encrypted: bool,
    active: BTreeSet<&'static str>,
    /// Streams that were too large to look through.
    unread: bool,
}

/// Examines a PDF.
pub(super) fn examine(file: &mut File, voice: &mut Voice<'_, impl Write>) -> io::Result<()> {
    let mut content = Vec::new();
    file.read_to_end(&mut content)?;
    let tail = content.get(content.len().saturating_sub(2048)..).unwrap_or_default();
    let whole = memmem::find(tail, b"%%EOF").is_some() && memmem::find(&content, b"startxref").is_some();
    let whole = if whole {
        Ok("有结尾".to_owned())
    } else {
        Err("文件不完整，缺少结尾，请重新传来".to_owned())
    };
    if !voice.judge(Property::Completeness, "文件完整", &whole)? {
        return Ok(());
    }
    let seen = look_through(&content);
    if seen.encrypted {
        let why = "设有密码或权限限制，请去掉以后再挂接";
        return voice.find(Property::Usability, "未加密", Verdict::Failed, why);
    }
    voice.find(Property::Usability, "未加密", Verdict::Passed, "没有密码")?;
    let pages = if seen.pages > 0 {
        Ok(format!("{} 页", seen.pages))
    } else {
        Err("找不到任何一页，不能打开".to_owned())
    };
    voice.judge(Property::Usability, "能否打开", &pages)?;
    let active: Vec<&str> = seen.active.into_iter().collect();
    match (active.as_slice(), seen.unread) {
        ([], false) => voice.find(Property::Security, "活动内容", Verdict::Passed, "没有"),
        ([], true) => voice.find(Property::Security, "活动内容", Verdict::Suspect, "有内容太大，未能查完，请人工核对"),
        (found, _) => {
            let found = format!("含有{}，请核对后再决定是否公布", found.join("、"));
            voice.find(Property::Security, "活动内容", Verdict::Suspect, &found)
        }
    }
}

fn look_through(content: &[u8]) -> Seen {
    let mut seen = Seen::default();
    note(content, &mut seen);
    let mut left = MOST_UNPACKED;
    let mut from = 0;
    while let Some(at) = content.get(from..).and_then(|rest| memmem::find(rest, b"stream")) {
        let begin = from + at + b"stream".len();
        from = begin;
        let rest = content.get(begin..).unwrap_or_default();
        let data = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
        // The first byte of a deflated stream (RFC 1950): method 8.
        if data.first().is_none_or(|byte| byte & 0x0f != 8) {
            continue;
        }
        let mut unpacked = Vec::new();
        let most = MOST_OF_ONE.min(left);
        // A stream that breaks off has been read as far as it goes.
        let _whole = ZlibDecoder::new(data).take(most).read_to_end(&mut unpacked).is_ok();
        let length = u64::try_from(unpacked.len()).unwrap_or(u64::MAX);
        left -= length;
        seen.unread |= length == most;
        note(&unpacked, &mut seen);
        if left == 0 {
            break;
        }
    }
    seen
}

/// Notes the names in a piece.
fn note(content: &[u8], seen: &mut Seen) {
    let mut after_type = false;
    for at in memchr::memchr_iter(b'/', content) {
        let name = name_at(content.get(at + 1..).unwrap_or_default());
        seen.pages += usize::from(after_type && name == "Page");
        after_type = name == "Type";
        seen.encrypted |= name == "Encrypt";
        seen.active.extend(ACTIVE.iter().filter(|(one, _)| *one == name).map(|(_, what)| *what));
    }
}

/// The name that begins here, its `#41` made out; no name that matters is longer than 24 signs.
fn name_at(content: &[u8]) -> String {
    let mut name = String::new();
    let mut rest = content;
    while let Some((first, after)) = rest.split_first() {
        if name.len() >= 24 || matches!(first, b'\0'..=b' ' | b'/' | b'<' | b'>' | b'[' | b']' | b'(' | b')' | b'%') {
            break;
        }
        let escaped = (*first == b'#').then(|| after.get(..2)).flatten();
        let escaped = escaped.and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        name.push(char::from(byte.unwrap_or(*first)));
        rest = if byte.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deflated(text: &[u8]) -> Vec<u8> {
        let mut out = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        out.write_all(text).unwrap();
        out.finish().unwrap()
    }

    #[test]
    fn u22_what_acts_is_found_plain_escaped_and_packed() {
        for (text, what) in [
            (&b"<< /Type /Page /AA << /JS (app.alert(1)) >> >>"[..], "JavaScript"),
            (b"<< /S/J#61vaScript >>", "JavaScript"),
            (b"<< /S /Launch /F (cmd.exe) >>", "启动外部程序"),
            (b"<< /Names << /EmbeddedFiles 5 0 R >> >>", "嵌入的文件"),
        ] {
            assert!(look_through(text).active.contains(what), "{what}");
            let packed = [b"7 0 obj << /Type /ObjStm >> stream\r\n", &deflated(text)[..], b"\nendstream"].concat();
            assert!(look_through(&packed).active.contains(what), "{what} packed");
        }
        let harmless = look_through(b"<< /Type /Page /JSomething 1 /Launcher 2 >> << /Type /Pages >> << /Type/Page>>");
        assert_eq!(harmless, Seen { pages: 2, ..Seen::default() });
        assert!(look_through(b"trailer << /Encrypt 9 0 R >>").encrypted);
    }

    #[test]
    fn u22_depth_costs_nothing() {
        let deep = "[".repeat(1_000_000) + "/Type/Page";
        assert_eq!(look_through(deep.as_bytes()).pages, 1);
    }

    proptest::proptest! {
        #[test]
        fn no_content_makes_it_fall(content: Vec<u8>, around in "(/[A-Za-z#]{0,8}|stream\n|x\u{9c}|<<){0,12}") {
            look_through(&[around.as_bytes(), &content].concat());
        }
    }
}
