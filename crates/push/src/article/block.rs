//! What an article consists of.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A part of an article that stands by itself.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = ArticleBlock)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Block {
    /// A heading within the article.
    Heading {
        /// Its words.
        text: String,
    },
    /// A paragraph.
    Text {
        /// Its words.
        runs: Vec<Run>,
    },
    /// A picture with its caption.
    Picture(Picture),
    /// Several pictures, one after the other.
    Gallery {
        /// The pictures.
        pictures: Vec<Picture>,
    },
    /// Words of somebody else.
    Quotation {
        /// The words.
        text: String,
        /// Whose they are; may be empty.
        source: String,
    },
    /// An archival record, quoted with its reference.
    Record(RecordQuotation),
    /// A recording of the library.
    Audio(Recording),
    /// A film of the library.
    Video(Recording),
    /// What happened when.
    Timeline {
        /// In order.
        entries: Vec<Entry>,
    },
    /// A list.
    List {
        /// Whether its items are numbered.
        ordered: bool,
        /// The items.
        items: Vec<Vec<Run>>,
    },
    /// A table.
    Table {
        /// The heads of its columns.
        head: Vec<String>,
        /// Its rows.
        rows: Vec<Vec<String>>,
    },
    /// How to visit the house.
    Visit(Visit),
    /// A QR code to be pressed long.
    Code {
        /// The picture of the code.
        picture: Picture,
    },
    /// A line between two parts.
    Divider,
}

/// Words of one look.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = ArticleRun)]
pub struct Run {
    /// The words.
    pub text: String,
    /// Whether they stand out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub strong: bool,
    /// A note, or the address of a page: it is told at the end under a number, since WeChat opens addresses of its own
    /// alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A picture.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = ArticlePicture)]
pub struct Picture {
    /// Its address: WeChat's (`uploadimg`) once it was sent there.
    pub address: String,
    /// What it shows, for who cannot see it.
    pub alternative: String,
    /// What stands below it; may be empty.
    pub caption: String,
}

/// A record as an article quotes it. Whether it may be quoted is asked again whenever the article goes out.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct RecordQuotation {
    /// Its public id.
    pub id: String,
    /// 档号.
    pub reference_code: String,
    /// 题名.
    pub title: String,
    /// The name of its fonds (全宗).
    pub fonds: String,
    /// Its date as it is written; may be empty.
    pub date: String,
    /// What is quoted of it; may be empty.
    pub text: String,
    /// The image of a page whose publication (公布) is approved.
    pub picture: Option<Picture>,
}

/// A recording or a film of the library. An article that reaches WeChat through the API can hold neither: there a card with
/// its words stands in its place, and it is played on the readers' site.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = ArticleRecording)]
pub struct Recording {
    /// Its address, `material/{uuid}`; empty while none is chosen.
    pub address: String,
    /// What it is called.
    pub title: String,
    /// How long it lasts, in seconds.
    pub seconds: u32,
    /// What is said and shown in it, for who cannot hear or see it.
    pub transcript: String,
    /// The page of the readers' site on which it is played; may be empty.
    pub page: String,
    /// A picture that stands for it; may be missing.
    pub picture: Option<Picture>,
}

impl Recording {
    /// How long it lasts: `2 分 35 秒`.
    pub fn lasting(&self) -> String {
        match (self.seconds / 60, self.seconds % 60) {
            (0, seconds) => format!("{seconds} 秒"),
            (minutes, 0) => format!("{minutes} 分"),
            (minutes, seconds) => format!("{minutes} 分 {seconds} 秒"),
        }
    }
}

/// Something that happened.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = TimelineEntry)]
pub struct Entry {
    /// When.
    pub date: String,
    /// What.
    pub text: String,
}

/// How to visit the house, as it stood when the article was written.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = VisitCard)]
pub struct Visit {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub address: String,
    /// When it is open.
    pub hours: String,
    /// The telephone.
    pub telephone: String,
}
