//! What every county archive is asked, ready to be used: greeting, keyword rules, frequent questions and a menu.

use kernel::{Code, Ground, Problem};
use serde::Deserialize;
use wechat::wire::menu::{Button, Menu};

use crate::faq::Faq;
use crate::rule::{Content, Mode, Rule, Trigger, TriggerKind};
use crate::schedule::Schedule;
use crate::store::{self, Change};

/// The texts, as staff can read and change them.
const TEXT: &str = include_str!("commonest.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    menu: Vec<MenuColumn>,
    rule: Vec<WrittenRule>,
    faq: Vec<WrittenFaq>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MenuColumn {
    name: String,
    entries: Vec<MenuEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MenuEntry {
    name: String,
    key: Option<String>,
    page: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRule {
    name: String,
    #[serde(default)]
    priority: i64,
    #[serde(default)]
    mode: Mode,
    #[serde(default)]
    follow: bool,
    #[serde(default)]
    equal: Vec<String>,
    #[serde(default)]
    contain: Vec<String>,
    #[serde(default)]
    click: Vec<String>,
    #[serde(default)]
    scan: Vec<String>,
    replies: Vec<Content>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFaq {
    category: String,
    question: String,
    #[serde(default)]
    variants: Vec<String>,
    answer: String,
}

/// What was added.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Seeded {
    /// New rules.
    pub rules: usize,
    /// New questions.
    pub faqs: usize,
}

/// Puts the rules and questions into the tables. Those that are there already, by name or wording, stay as staff left
/// them.
pub async fn seed(ground: &Ground) -> kernel::Result<Seeded> {
    let file = read()?;
    let change = Change { by: "兰台", at: ground.clock.now() };
    let mut seeded = Seeded::default();
    let mut tx = ground.db.begin().await?;
    for rule in file.rule {
        let added = store::rule::add(&mut tx, ground.ids.make(), (&rule.into(), true), &change).await?;
        seeded.rules += usize::from(added);
    }
    for faq in file.faq {
        let added = store::faq::add(&mut tx, ground.ids.make(), (&faq.into(), true), &change).await?;
        seeded.faqs += usize::from(added);
    }
    tx.commit().await?;
    Ok(seeded)
}

/// The menu that goes with them; its pages are under `scheme://host[:port]`.
pub fn menu(site_base: &str) -> kernel::Result<Menu> {
    let button = |entry: MenuEntry| Button {
        kind: Some(if entry.key.is_some() { "click" } else { "view" }.to_owned()),
        name: entry.name,
        key: entry.key,
        url: entry.page.map(|page| format!("{}{page}", site_base.trim_end_matches('/'))),
        ..Button::default()
    };
    let column = |column: MenuColumn| Button {
        name: column.name,
        sub_button: column.entries.into_iter().map(button).collect(),
        ..Button::default()
    };
    Ok(Menu { button: read()?.menu.into_iter().map(column).collect(), menuid: None })
}

fn read() -> Result<File, Problem> {
    toml::from_str(TEXT).map_err(|error| Problem::new(Code::Internal, "常用问答").because(error.to_string()))
}

impl From<WrittenRule> for Rule {
    fn from(written: WrittenRule) -> Self {
        let of = |kind, texts: Vec<String>| texts.into_iter().map(move |text| Trigger { kind, text });
        let follow = written.follow.then(|| Trigger { kind: TriggerKind::Follow, text: String::new() });
        let triggers = follow
            .into_iter()
            .chain(of(TriggerKind::Equal, written.equal))
            .chain(of(TriggerKind::Contain, written.contain))
            .chain(of(TriggerKind::Click, written.click))
            .chain(of(TriggerKind::Scan, written.scan))
            .collect();
        Self {
            name: written.name,
            priority: written.priority,
            mode: written.mode,
            triggers,
            replies: written.replies,
            schedule: Schedule::default(),
            minimum_interval: 0,
            scene: None,
        }
    }
}

impl From<WrittenFaq> for Faq {
    fn from(written: WrittenFaq) -> Self {
        let WrittenFaq { category, question, variants, answer } = written;
        Self { category, question, variants, answer: answer.trim().to_owned(), ..Self::default() }
    }
}

/// The questions that come with the program.
#[cfg(test)]
pub(crate) fn questions() -> Vec<Faq> {
    read().map(|file| file.faq.into_iter().map(Faq::from).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use kernel::testing::{both, ground};

    use super::*;
    use crate::Rulebook;
    use crate::faq::{Faqs, Found, Outcome};
    use crate::matcher::Matcher;

    #[test]
    fn every_menu_key_has_an_answer_and_names_fit_wechat() {
        let file = read().unwrap();
        let of_rules = file.rule.iter().flat_map(|rule| rule.click.clone());
        let keys: HashSet<String> = of_rules.chain([crate::replies::LOOKUP.to_owned()]).collect();
        assert!(file.menu.len() <= 3);
        for column in &file.menu {
            assert!(column.name.len() <= 16 && (1..=5).contains(&column.entries.len()), "{}", column.name);
            for entry in &column.entries {
                assert!(entry.name.len() <= 60 && (entry.key.is_some() != entry.page.is_some()), "{}", entry.name);
                assert!(entry.key.as_ref().is_none_or(|key| keys.contains(key)), "{}", entry.name);
            }
        }
        let menu = menu("https://a.example/").unwrap();
        let search = &menu.button[0].sub_button[1];
        assert_eq!(search.url.as_deref(), Some("https://a.example/search"));
    }

    #[test]
    fn the_commonest_questions_are_answered() {
        let file = read().unwrap();
        let rules = Matcher::new(file.rule.into_iter().map(Rule::from).collect()).unwrap();
        let faqs = Faqs::new(file.faq.into_iter().map(Faq::from).collect(), crate::Thresholds::default());
        for (text, expected) in [
            ("开放时间", "开放时间"),
            ("请问你们几点上班？", "开放时间"),
            ("周六开门吗", "开放时间"),
            ("档案馆在哪里", "地址交通"),
            ("怎么去", "地址交通"),
            ("婚姻档案怎么查", "婚姻登记档案怎么查？"),
            ("我的结婚证丢了怎么办", "婚姻登记档案怎么查？"),
            ("知青证明怎么开", "知青、工龄证明怎么开？"),
            ("想开工龄证明", "知青、工龄证明怎么开？"),
            ("学籍怎么查", "学籍档案怎么查？"),
            ("退伍军人档案怎么查", "退伍档案怎么查？"),
            ("收费吗", "查档要收费吗？"),
            ("查档要钱吗", "查档要收费吗？"),
            ("需要带什么证件", "带什么证件"),
            ("可以代查吗", "可以委托别人代查吗？"),
            ("能不能网上查档", "能在网上查档吗？"),
            ("我想捐赠老照片", "怎么向档案馆捐赠档案？"),
            ("转人工", "人工与电话"),
            ("你们电话是多少", "人工与电话"),
            ("你好", "欢迎关注"),
        ] {
            let found = rules.of_text(text, false, |_| true).map(|rule| rule.name.clone()).or_else(|| {
                match faqs.find(text, |_| true) {
                    Found::Answer(faq) => Some(faq.question.clone()),
                    _ => None,
                }
            });
            assert_eq!(found.as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn wordings_that_are_not_known_find_their_question_or_lead_on_and_seldom_another() {
        let faqs: Vec<Faq> = read().unwrap().faq.into_iter().map(Faq::from).collect();
        let none = crate::meaning::Meanings::default();
        let measured = crate::faq::measured(&faqs, crate::Thresholds::default(), &none);
        let right = |found: &Outcome, expected: &String| matches!(found, Outcome::Answer(found) if found == expected);
        let answered = measured.iter().filter(|(_, expected, found)| right(found, expected)).count();
        let wrong = measured
            .iter()
            .filter(|(_, expected, found)| matches!(found, Outcome::Answer(_)) && !right(found, expected));
        let (wrong, all) = (wrong.count(), measured.len());
        assert!(all > 100 && answered * 3 > all && wrong * 25 < all, "{answered} answered, {wrong} wrong of {all}");
    }

    #[tokio::test]
    async fn seeding_again_adds_nothing_and_the_rulebook_follows() {
        both(|db| async move {
            let (ground, _) = ground(db.clone());
            let rulebook = Rulebook::open(db, web::House::default()).await.unwrap();
            assert!(rulebook.page().rules.is_empty());
            let seeded = seed(&ground).await.unwrap();
            assert!(seeded.rules >= 5 && seeded.faqs >= 10, "{seeded:?}");
            assert_eq!(seed(&ground).await.unwrap(), Seeded::default());
            assert!(rulebook.refresh().await.unwrap());
            assert!(!rulebook.refresh().await.unwrap());
            let hours = ("OPENING_HOURS".to_owned(), "开放时间".to_owned());
            assert!(rulebook.menu_keys().contains(&hours), "what menus can lead to");
            assert_eq!((rulebook.page().rules.len(), rulebook.page().faqs.len()), (seeded.rules, seeded.faqs));
        })
        .await;
    }
}
