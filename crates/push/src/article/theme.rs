//! How articles look: six themes, each a table of inline styles.
//!
//! WeChat keeps inline styles alone and of them colours, fonts, spacing, borders and radii; it drops positions, animations
//! and background pictures, and may reset the colour of a paragraph, so each has its own. Every pair of colours reaches
//! 4.5 : 1 (WCAG 2.1, 1.4.3); a test computes it. The house may put two colours of its own in their place
//! ([`Colours`](super::Colours)).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The name of a theme.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ThemeName {
    /// 公务.
    #[default]
    Official,
    /// 报纸.
    Newspaper,
    /// 手稿.
    Manuscript,
    /// 红头.
    Letterhead,
    /// 相册.
    Album,
    /// 少儿.
    Children,
}

impl ThemeName {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Official, Self::Newspaper, Self::Manuscript, Self::Letterhead, Self::Album, Self::Children];

    /// What editors call it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Official => "公务",
            Self::Newspaper => "报纸",
            Self::Manuscript => "手稿",
            Self::Letterhead => "红头",
            Self::Album => "相册",
            Self::Children => "少儿",
        }
    }

    /// The theme.
    pub const fn theme(self) -> Theme {
        match self {
            Self::Official => OFFICIAL,
            Self::Newspaper => NEWSPAPER,
            Self::Manuscript => MANUSCRIPT,
            Self::Letterhead => LETTERHEAD,
            Self::Album => ALBUM,
            Self::Children => CHILDREN,
        }
    }
}

/// A theme: colours as `#rrggbb`, and the inline styles in which it differs from the others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Theme<Text = &'static str> {
    /// Words.
    pub ink: Text,
    /// Captions and sources.
    pub faint: Text,
    /// Headings, lines, numbers.
    pub accent: Text,
    /// Behind everything.
    pub paper: Text,
    /// Behind quotations and cards.
    pub card: Text,
    /// The fonts of the text, without quotation marks.
    pub fonts: Text,
    /// The size of the text, in pixels.
    pub size: u8,
    /// Its line height, in hundredths.
    pub line: u16,
    /// Of headings.
    pub heading: Text,
    /// Of paragraphs.
    pub paragraph: Text,
    /// Of quotations and cards.
    pub frame: Text,
    /// Of pictures.
    pub picture: Text,
    /// Of what surrounds everything.
    pub page: Text,
    /// Of the line between two parts.
    pub divider: Text,
}

impl Theme {
    /// The same with each text made into another.
    pub fn map<Text>(&self, mut of: impl FnMut(&'static str) -> Text) -> Theme<Text> {
        Theme {
            ink: of(self.ink),
            faint: of(self.faint),
            accent: of(self.accent),
            paper: of(self.paper),
            card: of(self.card),
            fonts: of(self.fonts),
            size: self.size,
            line: self.line,
            heading: of(self.heading),
            paragraph: of(self.paragraph),
            frame: of(self.frame),
            picture: of(self.picture),
            page: of(self.page),
            divider: of(self.divider),
        }
    }
}

const SANS: &str = "PingFang SC,Hiragino Sans GB,Microsoft YaHei,sans-serif";
const SERIF: &str = "Songti SC,STSong,SimSun,serif";
const KAI: &str = "Kaiti SC,STKaiti,KaiTi,serif";

const OFFICIAL: Theme = Theme {
    ink: "#2b2a27",
    faint: "#6a665e",
    accent: "#9f2f24",
    paper: "#ffffff",
    card: "#f7f5f0",
    fonts: SANS,
    size: 16,
    line: 180,
    heading: "margin:28px 0 12px;padding-left:10px;border-left:4px solid #9f2f24;",
    paragraph: "margin:0 0 16px;text-align:justify;",
    frame: "border-left:3px solid #9f2f24;",
    picture: "border-radius:2px;",
    page: "padding:4px 2px;",
    divider: "border-top:1px solid #d9d4c8;width:100%;",
};

const NEWSPAPER: Theme = Theme {
    ink: "#1f1e1b",
    faint: "#5f5b52",
    accent: "#1f1e1b",
    paper: "#f6f2e7",
    card: "#ece6d5",
    fonts: SERIF,
    size: 16,
    line: 175,
    heading: "margin:26px 0 12px;padding:6px 0;border-top:3px double #1f1e1b;border-bottom:1px solid #1f1e1b;text-align:center;letter-spacing:2px;",
    paragraph: "margin:0 0 12px;text-indent:2em;text-align:justify;",
    frame: "border-top:1px solid #1f1e1b;border-bottom:1px solid #1f1e1b;",
    picture: "border:1px solid #1f1e1b;",
    page: "padding:18px 14px;border-top:4px solid #1f1e1b;border-bottom:4px solid #1f1e1b;",
    divider: "border-top:3px double #1f1e1b;width:40%;",
};

const MANUSCRIPT: Theme = Theme {
    ink: "#3a2f25",
    faint: "#6b5a48",
    accent: "#7a4a21",
    paper: "#fbf5e6",
    card: "#f4ead2",
    fonts: KAI,
    size: 17,
    line: 195,
    heading: "margin:28px 0 12px;padding-bottom:4px;border-bottom:1px dashed #b08d5f;",
    paragraph: "margin:0 0 14px;text-indent:2em;",
    frame: "border:1px solid #d8c39a;border-radius:4px;",
    picture: "padding:6px;background-color:#ffffff;border:1px solid #d8c39a;",
    page: "padding:20px 16px;border:1px solid #e2d3b0;",
    divider: "border-top:1px dashed #b08d5f;width:60%;",
};

const LETTERHEAD: Theme = Theme {
    ink: "#222222",
    faint: "#666666",
    accent: "#c00000",
    paper: "#ffffff",
    card: "#fdf3f2",
    fonts: SERIF,
    size: 17,
    line: 190,
    heading: "margin:28px 0 14px;text-align:center;letter-spacing:1px;",
    paragraph: "margin:0 0 12px;text-indent:2em;text-align:justify;",
    frame: "border-top:2px solid #c00000;",
    picture: "",
    page: "padding:18px 8px;border-top:3px solid #c00000;",
    divider: "border-top:2px solid #c00000;width:100%;",
};

const ALBUM: Theme = Theme {
    ink: "#e9e6df",
    faint: "#b3afa6",
    accent: "#e0b878",
    paper: "#1e1f22",
    card: "#2a2c30",
    fonts: SANS,
    size: 16,
    line: 180,
    heading: "margin:30px 0 12px;text-align:center;letter-spacing:3px;",
    paragraph: "margin:0 0 16px;text-align:center;",
    frame: "border-radius:6px;",
    picture: "padding:8px 8px 26px;background-color:#ffffff;border-radius:2px;",
    page: "padding:22px 14px;border-radius:6px;",
    divider: "border-top:1px solid #e0b878;width:20%;",
};

const CHILDREN: Theme = Theme {
    ink: "#2e3a4a",
    faint: "#56657a",
    accent: "#0f6e6a",
    paper: "#fffdf5",
    card: "#e8f6f3",
    fonts: SANS,
    size: 18,
    line: 190,
    heading: "margin:28px 0 14px;padding:6px 16px;display:inline-block;background-color:#ffe9a8;border-radius:20px;",
    paragraph: "margin:0 0 18px;",
    frame: "border:2px dashed #5fb3a8;border-radius:14px;",
    picture: "border-radius:16px;",
    page: "padding:16px 12px;border-radius:18px;",
    divider: "border-top:4px dotted #5fb3a8;width:50%;",
};

#[cfg(test)]
mod tests {
    use super::super::colours::{READABLE, contrast};
    use super::*;

    #[test]
    fn every_pair_of_colours_can_be_read() {
        for name in ThemeName::ALL {
            let theme = name.theme();
            for on in [theme.paper, theme.card] {
                for of in [theme.ink, theme.faint, theme.accent] {
                    let found = contrast(of, on).unwrap();
                    assert!(found >= READABLE, "{}: {of} on {on} has {found:.2}", name.label());
                }
            }
        }
    }
}
