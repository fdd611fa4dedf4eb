//! The caged half of taking an original in: examines an untrusted file and makes the public copy of its pages. It knows
//! nothing of the database and runs in a child process.

use std::fs::File;
use std::io::{self, Read, Seek, Write};

use kernel::cage::{Frames, Limits, enter, input};
use serde::{Deserialize, Serialize};

use super::finding::{Finding, Property, Verdict};
use super::pack::Level;
use super::{Kind, document, picture, sound};

/// What the child is told about the file.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Orders {
    /// The ending of its name, without the dot, in lower case.
    pub extension: String,
    /// What the public copy is marked with: who keeps it and the reference code.
    pub mark: String,
}

/// What the child says. A frame that begins with `{` is one of these; any other is a tile of the page last said.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) enum Said {
    /// Something that was looked at.
    Finding(Finding),
    /// A page begins: its scales, largest first; their tiles follow.
    Page(Vec<Level>),
    /// That was all. The kind is none for a file that is not taken.
    End(Option<Kind>),
}

/// The child's way of saying things.
pub(super) struct Voice<'f, W: Write>(&'f mut Frames<W>);

impl<W: Write> Voice<'_, W> {
    pub(super) fn say(&mut self, said: &Said) -> io::Result<()> {
        self.0.send(&serde_json::to_vec(said)?)
    }

    pub(super) fn tile(&mut self, jpeg: &[u8]) -> io::Result<()> {
        self.0.send(jpeg)
    }

    pub(super) fn find(&mut self, property: Property, item: &str, verdict: Verdict, found: &str) -> io::Result<()> {
        self.say(&Said::Finding(Finding::new(property, item, verdict, found)))
    }

    /// Says how an examination came out: what was found if it passed, and why not if it did not.
    pub(super) fn judge(&mut self, property: Property, item: &str, found: &Result<String, String>) -> io::Result<bool> {
        match found {
            Ok(found) => self.find(property, item, Verdict::Passed, found)?,
            Err(why) => self.find(property, item, Verdict::Failed, why)?,
        }
        Ok(found.is_ok())
    }
}

/// The work of the caged child: locks itself in and examines its standard input. The arguments are the [`Orders`] as
/// JSON and the limits.
///
/// # Errors
/// If the arguments cannot be read, a limit is refused, or the parent has gone.
pub fn caged(orders: &str, limits: &str) -> Result<(), Box<dyn std::error::Error>> {
    let limits = Limits::parse(limits).ok_or("limits that cannot be read")?;
    let orders: Orders = serde_json::from_str(orders)?;
    enter(&limits)?;
    let mut frames = Frames::stdout();
    examine(input()?, &orders, &mut frames)?;
    Ok(frames.finish()?)
}

/// Examines the file and says what was found.
///
/// # Errors
/// If the parent has gone. Faults of the file are said, not returned.
pub(super) fn examine(mut file: File, orders: &Orders, frames: &mut Frames<impl Write>) -> io::Result<()> {
    let mut voice = Voice(frames);
    let mut head = Vec::new();
    file.rewind()?;
    (&mut file).take(64).read_to_end(&mut head)?;
    let length = file.metadata()?.len();
    let kind = Kind::of_content(&head).ok_or_else(|| {
        "不是可以挂接的格式。可以挂接 JPEG、PNG、TIFF、PDF、MP3、M4A、WAV、MP4；SVG 等其他格式请先转换".to_owned()
    });
    let fits = kind.and_then(|kind| named_as_it_is(kind, &orders.extension).map(|()| kind));
    let said = fits.as_ref().map(|kind| format!("{}（按内容识别）", kind.name().to_uppercase())).map_err(Clone::clone);
    voice.judge(Property::Authenticity, "格式与扩展名", &said)?;
    let Ok(kind) = fits else { return voice.say(&Said::End(None)) };
    if length > kind.most_bytes() {
        let why = format!("文件有 {} MB，超过 {} MB", length >> 20, kind.most_bytes() >> 20);
        voice.find(Property::Usability, "大小", Verdict::Failed, &why)?;
        return voice.say(&Said::End(Some(kind)));
    }
    file.rewind()?;
    match kind {
        Kind::Jpeg | Kind::Png | Kind::Tiff => picture::examine(&mut file, kind, &orders.mark, &mut voice)?,
        Kind::Pdf => document::examine(&mut file, &mut voice)?,
        Kind::Mp3 | Kind::M4a | Kind::Wav | Kind::Mp4 => sound::examine(&mut file, kind, &mut voice)?,
    }
    voice.say(&Said::End(Some(kind)))
}

fn named_as_it_is(kind: Kind, extension: &str) -> Result<(), String> {
    if kind.extensions().contains(&extension) {
        return Ok(());
    }
    let content = kind.name().to_uppercase();
    Err(match extension {
        "" => format!("文件名没有扩展名，内容是 {content}，请补上扩展名再挂接"),
        other => format!("扩展名是 {other}，内容是 {content}，请核对来源、改正文件名再挂接"),
    })
}
