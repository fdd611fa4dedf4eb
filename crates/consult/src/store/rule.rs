//! Keyword rules.

use std::collections::HashMap;

use kernel::{Id, Timestamp, Tx, db};
use sqlx::types::Json;

use super::{Change, Kept};
use crate::rule::{Content, Mode, Rule, Trigger, TriggerKind};
use crate::schedule::Schedule;

/// Adds a rule unless one of the same name is there; `true` if it was added.
pub(crate) async fn add(
    tx: &mut Tx,
    id: Id<Rule>,
    (rule, enabled): (&Rule, bool),
    change: &Change<'_>,
) -> db::Result<bool> {
    let added = tx
        .sql(
            "INSERT INTO rule (id, name, priority, mode, enabled, schedule, minimum_interval, scene, changed_at, \
             changed_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (name) DO NOTHING",
        )
        .bind(id)
        .bind(rule.name.clone())
        .bind(rule.priority)
        .bind(rule.mode.name())
        .bind(enabled)
        .bind(Json(rule.schedule.clone()))
        .bind(rule.minimum_interval)
        .bind(rule.scene.clone())
        .bind(change.at)
        .bind(change.by.to_owned())
        .run()
        .await?;
    if added == 1 {
        put_parts(tx, id, rule).await?;
    }
    Ok(added == 1)
}

/// Writes a rule anew; `false` if it was changed since `read_at`, or is gone.
pub(crate) async fn replace(
    tx: &mut Tx,
    id: Id<Rule>,
    (rule, enabled): (&Rule, bool),
    read_at: Timestamp,
    change: &Change<'_>,
) -> db::Result<bool> {
    let replaced = tx
        .sql(
            "UPDATE rule SET name = $2, priority = $3, mode = $4, schedule = $5, minimum_interval = $6, \
             scene = $7, enabled = $8, changed_at = $9, changed_by = $10 WHERE id = $1 AND changed_at = $11",
        )
        .bind(id)
        .bind(rule.name.clone())
        .bind(rule.priority)
        .bind(rule.mode.name())
        .bind(Json(rule.schedule.clone()))
        .bind(rule.minimum_interval)
        .bind(rule.scene.clone())
        .bind(enabled)
        .bind(change.at)
        .bind(change.by.to_owned())
        .bind(read_at)
        .run()
        .await?;
    if replaced == 0 {
        return Ok(false);
    }
    tx.sql("DELETE FROM rule_trigger WHERE rule = $1").bind(id).run().await?;
    tx.sql("DELETE FROM rule_reply WHERE rule = $1").bind(id).run().await?;
    put_parts(tx, id, rule).await?;
    Ok(true)
}

async fn put_parts(tx: &mut Tx, id: Id<Rule>, rule: &Rule) -> db::Result<()> {
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
    Ok(())
}

/// Switches a rule on or off; `false` if it is gone.
pub(crate) async fn enable(tx: &mut Tx, id: Id<Rule>, enabled: bool, change: &Change<'_>) -> db::Result<bool> {
    let query = tx.sql("UPDATE rule SET enabled = $2, changed_at = $3, changed_by = $4 WHERE id = $1");
    Ok(query.bind(id).bind(enabled).bind(change.at).bind(change.by.to_owned()).run().await? > 0)
}

/// Removes a rule; `false` if it is gone.
pub(crate) async fn remove(tx: &mut Tx, id: Id<Rule>) -> db::Result<bool> {
    Ok(tx.sql("DELETE FROM rule WHERE id = $1").bind(id).run().await? > 0)
}

/// Adds to how often a rule answered.
pub(crate) async fn count(tx: &mut Tx, name: &str, (hits, at): (i64, Timestamp)) -> db::Result<()> {
    let query = tx.sql("UPDATE rule SET hits = hits + $2, last_hit_at = $3 WHERE name = $1");
    query.bind(name.to_owned()).bind(hits).bind(at).run().await.map(drop)
}

/// All rules in force, in the order they were made.
pub(crate) async fn enabled(tx: &mut Tx) -> db::Result<Vec<Rule>> {
    Ok(all(tx).await?.into_iter().filter(|kept| kept.enabled).map(|kept| kept.item).collect())
}

/// All rules, in the order they were made.
pub(crate) async fn all(tx: &mut Tx) -> db::Result<Vec<Kept<Rule>>> {
    #[derive(sqlx::FromRow)]
    struct Row {
        id: Id<Rule>,
        name: String,
        priority: i64,
        mode: String,
        schedule: Json<Schedule>,
        minimum_interval: i64,
        scene: Option<String>,
        enabled: bool,
        hits: i64,
        last_hit_at: Option<Timestamp>,
        changed_at: Timestamp,
        changed_by: String,
    }
    let rows = tx
        .sql(
            "SELECT id, name, priority, mode, schedule, minimum_interval, scene, enabled, hits, last_hit_at, \
             changed_at, changed_by FROM rule ORDER BY id",
        )
        .all::<Row>()
        .await?;
    let (mut triggers, mut replies) = (triggers(tx).await?, replies(tx).await?);
    let mut rules = Vec::with_capacity(rows.len());
    for row in rows {
        let item = Rule {
            name: row.name,
            priority: row.priority,
            mode: Mode::parse(&row.mode).ok_or_else(|| db::Error::bad_cell("rule", "mode", &row.mode))?,
            triggers: triggers.remove(&row.id).unwrap_or_default(),
            replies: replies.remove(&row.id).unwrap_or_default(),
            schedule: row.schedule.0,
            minimum_interval: row.minimum_interval,
            scene: row.scene,
        };
        let Row { id, enabled, hits, last_hit_at, changed_at, changed_by, .. } = row;
        rules.push(Kept { id, item, enabled, hits, last_hit_at, changed_at, changed_by });
    }
    Ok(rules)
}

async fn triggers(tx: &mut Tx) -> db::Result<HashMap<Id<Rule>, Vec<Trigger>>> {
    let mut triggers: HashMap<Id<Rule>, Vec<Trigger>> = HashMap::new();
    let rows = tx.sql("SELECT rule, kind, text FROM rule_trigger ORDER BY rule, position");
    for (rule, kind, text) in rows.all::<(Id<Rule>, String, String)>().await? {
        let kind = TriggerKind::parse(&kind).ok_or_else(|| db::Error::bad_cell("rule_trigger", "kind", &kind))?;
        triggers.entry(rule).or_default().push(Trigger { kind, text });
    }
    Ok(triggers)
}

async fn replies(tx: &mut Tx) -> db::Result<HashMap<Id<Rule>, Vec<Content>>> {
    let mut replies: HashMap<Id<Rule>, Vec<Content>> = HashMap::new();
    let rows = tx.sql("SELECT rule, content FROM rule_reply ORDER BY rule, position");
    for (rule, Json(content)) in rows.all::<(Id<Rule>, Json<Content>)>().await? {
        replies.entry(rule).or_default().push(content);
    }
    Ok(replies)
}

/// How many rules and questions there are and when one was last changed: different whenever they are.
pub(crate) async fn version(tx: &mut Tx) -> db::Result<[(i64, Option<Timestamp>); 2]> {
    let rules = tx.sql("SELECT count(*), max(changed_at) FROM rule").one().await?;
    let faqs = tx.sql("SELECT count(*), max(changed_at) FROM faq").one().await?;
    Ok([rules, faqs])
}
