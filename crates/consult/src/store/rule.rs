//! Keyword rules.

use std::collections::HashMap;

use kernel::{Id, Timestamp, Tx, db};
use sqlx::types::Json;

use crate::rule::{Content, Mode, Rule, Trigger, TriggerKind};

/// Adds a rule unless one of the same name is there; `true` if it was added.
pub(crate) async fn add(tx: &mut Tx, id: Id<Rule>, rule: &Rule, now: Timestamp) -> db::Result<bool> {
    let added = tx
        .sql(
            "INSERT INTO rule (id, name, priority, mode, enabled, changed_at) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (name) DO NOTHING",
        )
        .bind(id)
        .bind(rule.name.clone())
        .bind(rule.priority)
        .bind(rule.mode.name())
        .bind(true)
        .bind(now)
        .run()
        .await?;
    if added == 0 {
        return Ok(false);
    }
    for (position, trigger) in (0_i64..).zip(&rule.triggers) {
        tx.sql("INSERT INTO rule_trigger (rule, position, kind, text) VALUES ($1, $2, $3, $4)")
            .bind(id)
            .bind(position)
            .bind(trigger.kind.name())
            .bind(trigger.text.clone())
            .run()
            .await?;
    }
    for (position, content) in (0_i64..).zip(&rule.replies) {
        tx.sql("INSERT INTO rule_reply (rule, position, content) VALUES ($1, $2, $3)")
            .bind(id)
            .bind(position)
            .bind(Json(content.clone()))
            .run()
            .await?;
    }
    Ok(true)
}

/// All rules in force, in the order they were made.
pub(crate) async fn enabled(tx: &mut Tx) -> db::Result<Vec<Rule>> {
    type Head = (Id<Rule>, String, i64, String);
    let heads = tx.sql("SELECT id, name, priority, mode FROM rule WHERE enabled ORDER BY id").all::<Head>().await?;
    let mut triggers: HashMap<Id<Rule>, Vec<Trigger>> = HashMap::new();
    let rows = tx.sql("SELECT rule, kind, text FROM rule_trigger ORDER BY rule, position");
    for (rule, kind, text) in rows.all::<(Id<Rule>, String, String)>().await? {
        let kind = TriggerKind::parse(&kind).ok_or_else(|| db::Error::bad_cell("rule_trigger", "kind", &kind))?;
        triggers.entry(rule).or_default().push(Trigger { kind, text });
    }
    let mut replies: HashMap<Id<Rule>, Vec<Content>> = HashMap::new();
    let rows = tx.sql("SELECT rule, content FROM rule_reply ORDER BY rule, position");
    for (rule, Json(content)) in rows.all::<(Id<Rule>, Json<Content>)>().await? {
        replies.entry(rule).or_default().push(content);
    }
    let mut rules = Vec::with_capacity(heads.len());
    for (id, name, priority, mode) in heads {
        let mode = Mode::parse(&mode).ok_or_else(|| db::Error::bad_cell("rule", "mode", &mode))?;
        let triggers = triggers.remove(&id).unwrap_or_default();
        rules.push(Rule { name, priority, mode, triggers, replies: replies.remove(&id).unwrap_or_default() });
    }
    Ok(rules)
}

/// How many rules and questions there are and when one was last changed: different whenever they are.
pub(crate) async fn version(tx: &mut Tx) -> db::Result<[(i64, Option<Timestamp>); 2]> {
    let rules = tx.sql("SELECT count(*), max(changed_at) FROM rule").one().await?;
    let faqs = tx.sql("SELECT count(*), max(changed_at) FROM faq").one().await?;
    Ok([rules, faqs])
}
