//! Taking what was sent away from its readers again, and showing it to one of them before it is sent.

use account::Clients;
use kernel::audit::{self, Line, Outcome};
use kernel::{Actor, Code, Id, Permission, Problem, Result};
use serde_json::json;
use wechat::client::PreviewReader;

use super::Ledger;
use super::after::absent;
use super::prepare::refused;
use crate::post::mass_content;
use crate::store;
use crate::{Call, Content, Plan};

impl Ledger {
    /// Takes the articles or the film of a plan away from its readers (`mass/delete`). The line in their chats stays, and
    /// leads to a page that says so; the readers' site no longer has it. Broken off it goes on where it was.
    ///
    /// # Errors
    /// [`Code::Forbidden`] without [`Permission::ApprovePushes`]; [`Code::NotFound`]; [`Code::NotYet`] if nothing of it was
    /// sent that could be taken away; WeChat's in words; the database's.
    pub async fn remove(&self, actor: &Actor, id: Id<Plan>, clients: &Clients) -> Result<()> {
        actor.must(Permission::ApprovePushes)?;
        let object = format!("plan/{}", id.uuid());
        let (name, action) = (actor.name(), "push.remove");
        let mut tx = self.ground.db.begin().await?;
        let line = Line { actor: name, action, object: &object, outcome: Outcome::Done, detail: json!({}) };
        audit::privileged(&mut tx, self.ground.clock.now(), &line).await?;
        let plan = store::plan::find(&mut tx, id).await?.ok_or_else(absent)?;
        let calls = store::call::of_plan(&mut tx, id).await?;
        tx.commit().await?;
        let is_kind = matches!(plan.content, Content::Articles { .. } | Content::Video { .. });
        let sent = calls.into_iter().filter_map(|row| match &row.call {
            Call::Finished { msg_id, .. } if is_kind && row.removed_at.is_none() => Some((msg_id.clone(), row)),
            _ => None,
        });
        let sent: Vec<_> = sent.collect();
        if sent.is_empty() {
            let why = "没有可以删除的：只有已经发完的图文和视频可以删";
            return Err(Problem::new(Code::NotYet, "这次群发").because(why).into());
        }
        let client = clients.get(&plan.account).ok_or_else(|| Problem::new(Code::NotFound, "这个公众号"))?;
        let mut tx = self.ground.db.begin().await?;
        store::sent_article::hide_plan(&mut tx, id, self.ground.clock.now()).await?;
        tx.commit().await?;
        for (msg_id, row) in sent {
            client.delete_mass(&msg_id, None).await.map_err(|error| refused("这次群发", &error))?;
            let mut tx = self.ground.db.begin().await?;
            store::call::removed(&mut tx, &row, self.ground.clock.now()).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Shows one follower what would be sent (`mass/preview`); it uses no quota.
    ///
    /// # Errors
    /// [`Code::Forbidden`] without [`Permission::WriteArticles`]; WeChat's in words; the database's.
    pub async fn preview(
        &self,
        actor: &Actor,
        (clients, account): (&Clients, &str),
        origin: &str,
        (reader, content): (&PreviewReader, &Content),
    ) -> Result<()> {
        actor.must(Permission::WriteArticles)?;
        let detail = json!({ "account": account });
        let (name, action) = (actor.name(), "push.preview");
        let line = Line { actor: name, action, object: origin, outcome: Outcome::Done, detail };
        audit::alone(&self.ground, &line).await?;
        let client = clients.get(account).ok_or_else(|| Problem::new(Code::NotFound, "这个公众号"))?;
        let shown = client.preview_mass(reader, &mass_content(content)).await;
        Ok(shown.map_err(|error| refused("预览", &error))?)
    }
}
