//! Keyword rules, as WeChat's console knows them and a little more.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wechat::reply::{Article, Reply};

use crate::matcher;
use crate::schedule::Schedule;

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
    /// When it is in force.
    pub schedule: Schedule,
    /// The same reader gets its answer at most once within so many seconds; 0: whenever it fits.
    pub minimum_interval: i64,
    /// Only readers who last came by the code of this scene get it; none: everybody.
    pub scene: Option<String>,
}

/// The longest name of a rule and the longest keyword, in characters.
const LONGEST_NAME: usize = 60;
/// The longest keyword or regular expression, in characters.
const LONGEST_TRIGGER: usize = 200;
/// The longest text of a reply, in bytes (passive reply page: 2,048, two thirds of it for links that are written longer).
const LONGEST_TEXT: usize = 2048;
/// The most triggers and replies of a rule.
const MOST: usize = 50;
/// The largest automaton of a regular expression, in bytes: one that grows beyond is refused, not run slowly.
pub(crate) const REGEX_BYTES: usize = 1 << 18;

impl Rule {
    /// What does not fit: the field, and why, in words. None if all does.
    pub fn problems(&self) -> Vec<(&'static str, String)> {
        let mut problems = Vec::new();
        let mut say = |field, why: String| problems.push((field, why));
        if self.name.trim().is_empty() || self.name.chars().count() > LONGEST_NAME {
            say("name", format!("规则名称应为 1 至 {LONGEST_NAME} 字"));
        }
        if self.triggers.is_empty() || self.triggers.len() > MOST {
            say("triggers", format!("应有 1 至 {MOST} 个触发条件"));
        }
        for trigger in &self.triggers {
            if let Some(why) = trigger.problem() {
                say("triggers", why);
            }
        }
        if self.replies.is_empty() || self.replies.len() > MOST {
            say("replies", format!("应有 1 至 {MOST} 条回复"));
        }
        for reply in &self.replies {
            if let Some(why) = reply.problem() {
                say("replies", why);
            }
        }
        if let Some(why) = self.schedule.problem() {
            say("schedule", why.to_owned());
        }
        if !(0..=30 * 86_400).contains(&self.minimum_interval) {
            say("minimum_interval", "最短间隔应在 0 秒至 30 天之间".to_owned());
        }
        problems
    }
}

/// A regular expression as triggers use it: bounded, letter case aside.
pub(crate) fn regex(text: &str) -> Result<regex::Regex, regex::Error> {
    regex::RegexBuilder::new(text).case_insensitive(true).size_limit(REGEX_BYTES).dfa_size_limit(REGEX_BYTES).build()
}

/// Which replies of a rule are given.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
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
    /// The word stored in the database.
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
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Trigger {
    /// How the text is compared.
    pub kind: TriggerKind,
    /// The keyword, the menu key or the scene; empty for a follow.
    pub text: String,
}

impl Trigger {
    /// Whether another one is set off by the very same.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.kind == other.kind && matcher::keyword(&self.text) == matcher::keyword(&other.text)
    }

    fn problem(&self) -> Option<String> {
        let text = self.text.trim();
        if text.is_empty() && self.kind != TriggerKind::Follow {
            return Some("触发条件里有一条是空的".to_owned());
        }
        if text.chars().count() > LONGEST_TRIGGER {
            return Some(format!("触发条件最长 {LONGEST_TRIGGER} 字"));
        }
        let is_regex = self.kind == TriggerKind::Regex;
        (is_regex && regex(text).is_err()).then(|| format!("正则表达式“{text}”写法有误，或者太复杂"))
    }
}

/// How a trigger's text is compared. Keywords are compared in their searchable form on both sides.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TriggerKind {
    /// The whole message is the keyword (全匹配).
    Equal,
    /// The message contains the keyword (半匹配).
    Contain,
    /// The message, in its searchable form, matches the regular expression (linear time, bounded size).
    Regex,
    /// The menu key was tapped.
    Click,
    /// Somebody follows.
    Follow,
    /// A follower scanned the code of this scene, or followed by it.
    Scan,
}

impl TriggerKind {
    const ALL: [Self; 6] = [Self::Equal, Self::Contain, Self::Regex, Self::Click, Self::Follow, Self::Scan];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Contain => "contain",
            Self::Regex => "regex",
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
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
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
    fn problem(&self) -> Option<String> {
        match self {
            Self::Text(text) if text.trim().is_empty() => Some("回复里有一条文字是空的".to_owned()),
            Self::Text(text) if text.len() > LONGEST_TEXT => {
                Some(format!("文字回复最长 {LONGEST_TEXT} 字节（约 {} 个汉字）", LONGEST_TEXT / 3))
            }
            Self::Image(media_id) if media_id.trim().is_empty() => Some("图片回复缺少素材编号".to_owned()),
            Self::News { title, .. } if title.trim().is_empty() => Some("图文卡片缺少标题".to_owned()),
            Self::News { url, .. } if !is_address(url) => {
                Some("图文卡片的链接应是本站的页面（/ 开头）或完整的网址（https:// 开头）".to_owned())
            }
            Self::Text(_) | Self::Image(_) | Self::News { .. } => None,
        }
    }

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

/// Whether an address is a page of ours, or a whole one of the web.
fn is_address(url: &str) -> bool {
    let is_ours = url.starts_with('/') && !url.starts_with("//");
    is_ours || url.starts_with("https://") || url.starts_with("http://")
}
