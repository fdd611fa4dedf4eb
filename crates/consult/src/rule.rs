//! Keyword rules, as WeChat's console knows them and a little more.

use serde::{Deserialize, Serialize};
use wechat::reply::{Article, Reply};

/// A rule: what sets it off and what it answers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rule {
    /// Its name, for staff.
    pub name: String,
    /// The higher wins.
    pub priority: i64,
    /// Which of its replies are given.
    pub mode: Mode,
    /// What sets it off.
    pub triggers: Vec<Trigger>,
    /// What it answers; at least one.
    pub replies: Vec<Content>,
}

/// Which replies of a rule are given.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// All of them: the texts as one message, which answers the delivery; pictures and cards after it as customer-service
    /// messages. Where the account may not send those, cards become links below the texts.
    #[default]
    All,
    /// One at random.
    RandomOne,
}

impl Mode {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::RandomOne => "random-one",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        [Self::All, Self::RandomOne].into_iter().find(|mode| mode.name() == name)
    }
}

/// What sets a rule off.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trigger {
    /// How the text is compared.
    pub kind: TriggerKind,
    /// The keyword, the menu key or the scene; empty for a follow.
    pub text: String,
}

/// How a trigger's text is compared. Keywords are compared in their searchable form on both sides.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TriggerKind {
    /// The whole message is the keyword (全匹配).
    Equal,
    /// The message contains the keyword (半匹配).
    Contain,
    /// The menu key was tapped.
    Click,
    /// Somebody follows.
    Follow,
    /// A follower scanned the code of this scene, or followed by it.
    Scan,
}

impl TriggerKind {
    const ALL: [Self; 5] = [Self::Equal, Self::Contain, Self::Click, Self::Follow, Self::Scan];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Contain => "contain",
            Self::Click => "click",
            Self::Follow => "follow",
            Self::Scan => "scan",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// One reply of a rule. Texts may hold `{hours}`-like places and `[words](/path)` links, see [`crate::Wording`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Content {
    /// A text.
    Text(String),
    /// A picture by its media id.
    Image(String),
    /// A card that leads to a page.
    News {
        /// Its title.
        title: String,
        /// A line below.
        #[serde(default)]
        description: String,
        /// The address of its picture.
        #[serde(default)]
        picture: String,
        /// The page, a path of our site or a whole address.
        url: String,
    },
}

impl Content {
    /// The content as a reply, its texts filled in by `fill` and its address by `address`.
    pub(crate) fn reply(&self, fill: impl Fn(&str) -> String, address: impl Fn(&str) -> String) -> Reply {
        match self {
            Self::Text(text) => Reply::text(&fill(text)),
            Self::Image(media_id) => Reply::Image(media_id.clone()),
            Self::News { title, description, picture, url } => Reply::News(vec![Article {
                title: fill(title),
                description: fill(description),
                pic_url: picture.clone(),
                url: address(url),
            }]),
        }
    }
}
