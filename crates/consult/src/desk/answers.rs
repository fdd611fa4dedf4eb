//! Keeping rules and frequent questions.

use kernel::audit::{self, Line, Outcome};
use kernel::{Actor, Code, Ground, Id, Permission, Problem, Result, Timestamp, Tx};
use serde_json::{Value, json};

use super::meanings;
use crate::faq::Faq;
use crate::matcher::Matcher;
use crate::rule::{Content, Rule, TriggerKind};
use crate::rulebook::Rulebook;
use crate::store::{self, Change, Kept};
use crate::thresholds::Thresholds;

/// The desk of those who keep what the account says by itself; cheap to clone.
#[derive(Clone, Debug)]
pub struct AnswersDesk {
    pub(super) ground: Ground,
    pub(super) rulebook: Rulebook,
}

/// Two rules of which one never answers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Conflict {
    /// The one that answers.
    pub one: (Id<Rule>, String),
    /// The one that never does, by this keyword.
    pub other: (Id<Rule>, String),
    /// The keyword, key or scene both have.
    pub trigger: String,
}

/// What became of rules that were brought in.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Imported {
    /// New ones.
    pub added: usize,
    /// Those that were there by the same name and are written anew.
    pub replaced: usize,
    /// Those that do not fit, by name, with the reason.
    pub refused: Vec<(String, String)>,
}

impl AnswersDesk {
    /// A desk over the rulebook.
    pub const fn new(ground: Ground, rulebook: Rulebook) -> Self {
        Self { ground, rulebook }
    }

    /// All rules.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; the database's.
    pub async fn rules(&self, actor: &Actor) -> Result<Vec<Kept<Rule>>> {
        actor.must(Permission::KeepAnswers)?;
        Ok(store::rule::all(&mut self.ground.db.read().await?).await?)
    }

    /// Adds a rule, in force or not.
    ///
    /// # Errors
    /// [`Code::BadRequest`] for what does not fit, [`Code::Conflict`] if there is one of this name.
    pub async fn add_rule(&self, actor: &Actor, rule: &Rule, enabled: bool) -> Result<Id<Rule>> {
        fits(&rule.name, rule.problems())?;
        let id = self.ground.ids.make();
        let mut tx = self.begin(actor, ("consult.keep-rule", &rule.name), json!({ "act": "add" })).await?;
        if !store::rule::add(&mut tx, id, (rule, enabled), &self.change(actor)).await? {
            return Err(taken("规则", &rule.name));
        }
        self.end(tx).await?;
        Ok(id)
    }

    /// Writes a rule anew. `read_at` is when it had last been changed as far as whoever changes it knows.
    ///
    /// # Errors
    /// As [`AnswersDesk::add_rule`]; [`Code::Conflict`] if it was changed meanwhile, or is gone.
    pub async fn replace_rule(
        &self,
        actor: &Actor,
        id: Id<Rule>,
        (rule, enabled): (&Rule, bool),
        read_at: Timestamp,
    ) -> Result<()> {
        fits(&rule.name, rule.problems())?;
        let mut tx = self.begin(actor, ("consult.keep-rule", &rule.name), json!({ "act": "change" })).await?;
        let is_taken = store::rule::all(&mut tx).await?.iter().any(|kept| kept.id != id && kept.item.name == rule.name);
        if is_taken {
            return Err(taken("规则", &rule.name));
        }
        if !store::rule::replace(&mut tx, id, (rule, enabled), read_at, &self.change(actor)).await? {
            return Err(changed("规则", &rule.name));
        }
        self.end(tx).await
    }

    /// Switches a rule on or off.
    ///
    /// # Errors
    /// [`Code::NotFound`] if it is gone.
    pub async fn enable_rule(&self, actor: &Actor, id: Id<Rule>, enabled: bool) -> Result<()> {
        let detail = json!({ "act": if enabled { "enable" } else { "disable" } });
        let mut tx = self.begin(actor, ("consult.keep-rule", &id.uuid().to_string()), detail).await?;
        if !store::rule::enable(&mut tx, id, enabled, &self.change(actor)).await? {
            return Err(Problem::new(Code::NotFound, "这条规则").into());
        }
        self.end(tx).await
    }

    /// Removes a rule.
    ///
    /// # Errors
    /// [`Code::NotFound`] if it is gone.
    pub async fn remove_rule(&self, actor: &Actor, id: Id<Rule>) -> Result<()> {
        let detail = json!({ "act": "remove" });
        let mut tx = self.begin(actor, ("consult.keep-rule", &id.uuid().to_string()), detail).await?;
        if !store::rule::remove(&mut tx, id).await? {
            return Err(Problem::new(Code::NotFound, "这条规则").into());
        }
        self.end(tx).await
    }

    /// Brings rules in, each with whether it is in force. Those of a name that is there are written anew if `replace`, else refused; the others are added.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; the database's.
    pub async fn import_rules(&self, actor: &Actor, rules: &[(Rule, bool)], replace: bool) -> Result<Imported> {
        let detail = json!({ "act": "import", "rules": rules.len(), "replace": replace });
        let mut tx = self.begin(actor, ("consult.keep-rule", "import"), detail).await?;
        let held = store::rule::all(&mut tx).await?;
        let mut imported = Imported::default();
        for (rule, enabled) in rules {
            let written = (rule, *enabled);
            if let Some((_, why)) = rule.problems().into_iter().next() {
                imported.refused.push((rule.name.clone(), why));
                continue;
            }
            match held.iter().find(|kept| kept.item.name == rule.name) {
                Some(kept) if replace => {
                    store::rule::replace(&mut tx, kept.id, written, kept.changed_at, &self.change(actor)).await?;
                    imported.replaced += 1;
                }
                Some(_) => imported.refused.push((rule.name.clone(), "已有同名的规则".to_owned())),
                None if store::rule::add(&mut tx, self.ground.ids.make(), written, &self.change(actor)).await? => {
                    imported.added += 1;
                }
                None => imported.refused.push((rule.name.clone(), "文件里有两条同名的规则".to_owned())),
            }
        }
        self.end(tx).await?;
        Ok(imported)
    }

    /// The name of the rule in force that a text sets off, now or at another moment.
    pub fn rule_for(&self, text: &str, at: Option<Timestamp>) -> Option<String> {
        let at = at.unwrap_or_else(|| self.ground.clock.now());
        self.rulebook.page().rule_of_text(text, false, at).map(|rule| rule.name.clone())
    }

    /// What a rule that is not kept yet would answer to a text, in place of the kept one it replaces: nothing if another
    /// rule would, or none.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; the database's.
    pub async fn would_answer(
        &self,
        actor: &Actor,
        (draft, replaced): (Rule, Option<Id<Rule>>),
        text: &str,
    ) -> Result<Option<String>> {
        let kept = self.rules(actor).await?.into_iter().filter(|kept| kept.enabled && Some(kept.id) != replaced);
        let mut rules: Vec<Rule> = kept.map(|kept| kept.item).filter(|rule| rule.name != draft.name).collect();
        rules.push(draft.clone());
        let matcher = Matcher::new(rules).map_err(kernel::Error::internal)?;
        let (now, house) = (self.ground.clock.now(), self.rulebook.house());
        let found = matcher.of_text(text, false, |rule| rule.schedule.applies(now, &house.hours));
        let texts = draft.replies.iter().map(|reply| match reply {
            Content::Text(text) => text.clone(),
            Content::Image(_) => "〔图片〕".to_owned(),
            Content::News { title, .. } => format!("〔图文〕{title}"),
        });
        Ok(found.filter(|rule| rule.name == draft.name).map(|_| texts.collect::<Vec<_>>().join("\n\n")))
    }

    /// Rules that never answer by one of their keywords, because another with the same one goes before.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; the database's.
    pub async fn conflicts(&self, actor: &Actor) -> Result<Vec<Conflict>> {
        Ok(conflicts(&self.rules(actor).await?))
    }

    /// All questions, for whoever answers readers.
    ///
    /// # Errors
    /// The database's.
    pub async fn faqs(&self) -> Result<Vec<Kept<Faq>>> {
        Ok(store::faq::all(&mut self.ground.db.read().await?).await?)
    }

    /// Adds a question, in force or not.
    ///
    /// # Errors
    /// [`Code::BadRequest`] for what does not fit, [`Code::Conflict`] if there is one of this wording.
    pub async fn add_faq(&self, actor: &Actor, faq: &Faq, enabled: bool) -> Result<Id<Faq>> {
        fits(&faq.question, faq.problems())?;
        let id = self.ground.ids.make();
        let mut tx = self.begin(actor, ("consult.keep-faq", &faq.question), json!({ "act": "add" })).await?;
        if !store::faq::add(&mut tx, id, (faq, enabled), &self.change(actor)).await? {
            return Err(taken("问题", &faq.question));
        }
        meanings::order(&mut tx, &self.ground, &self.rulebook).await?;
        self.end(tx).await?;
        Ok(id)
    }

    /// Writes a question anew, as [`AnswersDesk::replace_rule`].
    ///
    /// # Errors
    /// As [`AnswersDesk::add_faq`]; [`Code::Conflict`] if it was changed meanwhile, or is gone.
    pub async fn replace_faq(
        &self,
        actor: &Actor,
        id: Id<Faq>,
        (faq, enabled): (&Faq, bool),
        read_at: Timestamp,
    ) -> Result<()> {
        fits(&faq.question, faq.problems())?;
        let mut tx = self.begin(actor, ("consult.keep-faq", &faq.question), json!({ "act": "change" })).await?;
        let held = store::faq::all(&mut tx).await?;
        if held.iter().any(|kept| kept.id != id && kept.item.question == faq.question) {
            return Err(taken("问题", &faq.question));
        }
        if !store::faq::replace(&mut tx, id, (faq, enabled), read_at, &self.change(actor)).await? {
            return Err(changed("问题", &faq.question));
        }
        meanings::order(&mut tx, &self.ground, &self.rulebook).await?;
        self.end(tx).await
    }

    /// Switches a question on or off.
    ///
    /// # Errors
    /// [`Code::NotFound`] if it is gone.
    pub async fn enable_faq(&self, actor: &Actor, id: Id<Faq>, enabled: bool) -> Result<()> {
        let detail = json!({ "act": if enabled { "enable" } else { "disable" } });
        let mut tx = self.begin(actor, ("consult.keep-faq", &id.uuid().to_string()), detail).await?;
        if !store::faq::enable(&mut tx, id, enabled, &self.change(actor)).await? {
            return Err(Problem::new(Code::NotFound, "这个问题").into());
        }
        self.end(tx).await
    }

    /// Removes a question.
    ///
    /// # Errors
    /// [`Code::NotFound`] if it is gone.
    pub async fn remove_faq(&self, actor: &Actor, id: Id<Faq>) -> Result<()> {
        let detail = json!({ "act": "remove" });
        let mut tx = self.begin(actor, ("consult.keep-faq", &id.uuid().to_string()), detail).await?;
        if !store::faq::remove(&mut tx, id).await? {
            return Err(Problem::new(Code::NotFound, "这个问题").into());
        }
        self.end(tx).await
    }

    /// From which likeness on questions are answered and offered.
    ///
    /// # Errors
    /// The database's.
    pub async fn thresholds(&self) -> Result<Thresholds> {
        Ok(store::thresholds::get(&mut self.ground.db.read().await?).await?)
    }

    /// Chooses from which likeness on questions are answered and offered.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; the database's.
    pub async fn choose_thresholds(&self, actor: &Actor, thresholds: Thresholds) -> Result<()> {
        let mut tx = self.begin(actor, ("consult.keep-faq", "thresholds"), json!({ "act": thresholds })).await?;
        store::thresholds::put(&mut tx, thresholds).await?;
        self.end(tx).await
    }

    fn change<'a>(&self, actor: &'a Actor) -> Change<'a> {
        Change { by: actor.name(), at: self.ground.clock.now() }
    }

    /// A unit whose first line says what is done to what.
    async fn begin(&self, actor: &Actor, (action, name): (&str, &str), detail: Value) -> Result<Tx> {
        actor.must(Permission::KeepAnswers)?;
        let mut tx = self.ground.db.begin().await?;
        let object = format!("answer/{name}");
        let line = Line { actor: actor.name(), action, object: &object, outcome: Outcome::Done, detail };
        audit::privileged(&mut tx, self.ground.clock.now(), &line).await?;
        Ok(tx)
    }

    /// Ends a unit; what changed answers at once on this server, and within seconds on the others.
    async fn end(&self, tx: Tx) -> Result<()> {
        tx.commit().await?;
        self.rulebook.refresh().await.map(drop)
    }
}

fn conflicts(rules: &[Kept<Rule>]) -> Vec<Conflict> {
    let is_compared = |kind: TriggerKind| !matches!(kind, TriggerKind::Contain | TriggerKind::Regex);
    let mut ordered: Vec<&Kept<Rule>> = rules.iter().filter(|kept| kept.enabled).collect();
    ordered.sort_by_key(|kept| (std::cmp::Reverse(kept.item.priority), kept.id.uuid()));
    let mut conflicts = Vec::new();
    for (place, other) in ordered.iter().enumerate() {
        for trigger in other.item.triggers.iter().filter(|trigger| is_compared(trigger.kind)) {
            let earlier = ordered.iter().take(place);
            // One that is not always in force, or not for everybody, leaves room for the next.
            let mut whole = earlier.filter(|one| one.item.schedule.is_always() && one.item.minimum_interval == 0);
            let one = whole.find(|one| one.item.triggers.iter().any(|held| held.is_same(trigger)));
            if let Some(one) = one {
                let named = |kept: &Kept<Rule>| (kept.id, kept.item.name.clone());
                conflicts.push(Conflict { one: named(one), other: named(other), trigger: trigger.text.clone() });
            }
        }
    }
    conflicts
}

fn fits(name: &str, problems: Vec<(&'static str, String)>) -> Result<()> {
    match problems.into_iter().next() {
        None => Ok(()),
        Some((_, why)) => {
            let about: String = name.chars().take(20).collect();
            Err(Problem::new(Code::BadRequest, format!("“{about}”")).because(why).into())
        }
    }
}

fn taken(what: &str, name: &str) -> kernel::Error {
    Problem::new(Code::Conflict, format!("{what}“{name}”")).because("已有同名的，请换一个").into()
}

fn changed(what: &str, name: &str) -> kernel::Error {
    let why = "别人刚刚改过或删除了它；请刷新后再改，您写的内容还在页面上";
    Problem::new(Code::Conflict, format!("{what}“{name}”")).because(why).into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use kernel::Role;
    use kernel::testing::{both, ground};

    use super::*;
    use crate::rule::{Mode, Trigger};
    use crate::schedule::Schedule;

    fn archivist() -> Actor {
        Actor::new("小王", vec![Role::Archivist])
    }

    fn rule(name: &str, priority: i64, keyword: &str) -> Rule {
        Rule {
            name: name.into(),
            priority,
            mode: Mode::All,
            triggers: vec![Trigger { kind: TriggerKind::Equal, text: keyword.into() }],
            replies: vec![Content::Text("答".into())],
            schedule: Schedule::default(),
            minimum_interval: 0,
            scene: None,
        }
    }

    fn code(error: &kernel::Error) -> Code {
        error.shown().code()
    }

    #[tokio::test]
    async fn rules_are_kept_and_answer_at_once_on_both_databases() {
        both(|db| async {
            let (ground, hand) = ground(db.clone());
            let rulebook = Rulebook::open(db, web::House::default()).await.unwrap();
            let desk = AnswersDesk::new(ground.clone(), rulebook.clone());
            let actor = archivist();
            let id = desk.add_rule(&actor, &rule("开放时间", 0, "开门"), true).await.unwrap();
            let now = ground.clock.now();
            assert!(rulebook.page().rule_of_text("开门", false, now).is_some());
            assert_eq!(
                code(&desk.add_rule(&actor, &rule("开放时间", 0, "x"), true).await.unwrap_err()),
                Code::Conflict
            );
            let bad =
                Rule { triggers: vec![Trigger { kind: TriggerKind::Regex, text: "(".into() }], ..rule("坏", 0, "") };
            assert_eq!(code(&desk.add_rule(&actor, &bad, true).await.unwrap_err()), Code::BadRequest);

            let read_at = desk.rules(&actor).await.unwrap()[0].changed_at;
            hand.advance(1);
            desk.replace_rule(&actor, id, (&rule("开放时间", 5, "几点"), true), read_at).await.unwrap();
            let late = desk.replace_rule(&actor, id, (&rule("开放时间", 6, "几点"), true), read_at).await.unwrap_err();
            assert_eq!(code(&late), Code::Conflict, "what somebody else changed is not overwritten");
            hand.advance(1);
            desk.enable_rule(&actor, id, false).await.unwrap();
            assert!(rulebook.page().rule_of_text("几点", false, now).is_none());
            desk.remove_rule(&actor, id).await.unwrap();
            assert_eq!(code(&desk.remove_rule(&actor, id).await.unwrap_err()), Code::NotFound);
            let bound = Rule { scene: Some("HALL".into()), ..rule("展厅", 0, "展厅") };
            desk.add_rule(&actor, &bound, true).await.unwrap();
            assert_eq!(rulebook.scenes(), [("HALL".to_owned(), "展厅".to_owned())]);
            let auditor = Actor::new("小陈", vec![Role::Auditor]);
            assert_eq!(code(&desk.rules(&auditor).await.unwrap_err()), Code::Forbidden);
        })
        .await;
    }

    #[tokio::test]
    async fn questions_are_kept_on_both_databases() {
        both(|db| async {
            let (ground, hand) = ground(db.clone());
            let rulebook = Rulebook::open(db, web::House::default()).await.unwrap();
            let desk = AnswersDesk::new(ground.clone(), rulebook.clone());
            let actor = archivist();
            let faq = Faq {
                category: "查档".into(),
                question: "族谱怎么查？".into(),
                answer: "请到馆。".into(),
                ..Faq::default()
            };
            let id = desk.add_faq(&actor, &faq, true).await.unwrap();
            let found =
                |text: &str| matches!(rulebook.page().question(text, ground.clock.now()), crate::Found::Answer(_));
            assert!(found("族谱怎么查"));
            let read_at = desk.faqs().await.unwrap()[0].changed_at;
            hand.advance(1);
            let changed = Faq { variants: vec!["家谱在哪里看".into()], ..faq.clone() };
            desk.replace_faq(&actor, id, (&changed, true), read_at).await.unwrap();
            assert!(found("家谱在哪里看"));
            rulebook.hit(crate::rulebook::Hit::Faq(faq.question.clone()), ground.clock.now());
            rulebook.write_hits().await.unwrap();
            assert_eq!(desk.faqs().await.unwrap()[0].hits, 1);
            hand.advance(1);
            desk.enable_faq(&actor, id, false).await.unwrap();
            assert!(!found("族谱怎么查"));
            desk.remove_faq(&actor, id).await.unwrap();
            assert!(desk.faqs().await.unwrap().is_empty());
            let empty = Faq { answer: " ".into(), ..faq };
            assert_eq!(code(&desk.add_faq(&actor, &empty, true).await.unwrap_err()), Code::BadRequest);
        })
        .await;
    }

    #[tokio::test]
    async fn rules_come_in_as_they_went_out_and_what_never_answers_is_told() {
        both(|db| async {
            let (ground, _hand) = ground(db.clone());
            let rulebook = Rulebook::open(db, web::House::default()).await.unwrap();
            let desk = AnswersDesk::new(ground, rulebook);
            let actor = archivist();
            let rules = [rule("甲", 1, "查档"), rule("乙", 0, "查 档"), rule("丙", 0, ""), rule("甲", 1, "x")];
            let rules = rules.map(|rule| (rule, true));
            let imported = desk.import_rules(&actor, &rules, false).await.unwrap();
            assert_eq!((imported.added, imported.refused.len()), (2, 2), "{imported:?}");
            let again = desk.import_rules(&actor, &rules[..2], true).await.unwrap();
            assert_eq!((again.added, again.replaced), (0, 2));
            let off = [(rule("丁", 0, "丁"), false)];
            assert_eq!(desk.import_rules(&actor, &off, false).await.unwrap().added, 1);
            let held = desk.rules(&actor).await.unwrap();
            let is_on: BTreeMap<&str, bool> = held.iter().map(|kept| (kept.item.name.as_str(), kept.enabled)).collect();
            assert_eq!(is_on, [("甲", true), ("乙", true), ("丁", false)].into(), "what was off comes in off");
            let conflicts = desk.conflicts(&actor).await.unwrap();
            assert_eq!((conflicts.len(), conflicts[0].one.1.as_str(), conflicts[0].other.1.as_str()), (1, "甲", "乙"));
        })
        .await;
    }
}
