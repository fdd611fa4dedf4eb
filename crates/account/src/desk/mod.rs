//! What the house and its staff do with the official accounts: menus, scene codes, checks of the connection.

pub(crate) mod check;
pub(crate) mod codes;
pub(crate) mod menus;
pub(crate) mod secrets;
#[cfg(test)]
mod secrets_tests;
#[cfg(test)]
mod tests;

use kernel::audit::{self, Line, Outcome};
use kernel::{Actor, Code, Ground, Permission, Problem, Tx};
use serde_json::Value;
use wechat::client::Client;

pub use self::secrets::secret_sources;
use crate::secrets::SecretsInForce;
use crate::{Account, Capability, Clients, Inbox};

/// The accounts' own desk; cheap to clone.
#[derive(Clone, Debug)]
pub struct Desk {
    ground: Ground,
    inbox: Inbox,
    clients: Clients,
    secrets: SecretsInForce,
}

impl Desk {
    /// The desk of the accounts of an inbox.
    pub fn new(ground: Ground, inbox: Inbox, clients: Clients) -> Self {
        let secrets = SecretsInForce::new(ground.clone(), inbox.accounts().clone(), clients.clone());
        Self { ground, inbox, clients, secrets }
    }

    /// `scheme://host[:port]` of the readers' site.
    pub(crate) fn site(&self) -> &str {
        self.inbox.options().site_base.trim_end_matches('/')
    }

    /// The inbox of the accounts.
    pub(crate) fn inbox(&self) -> &Inbox {
        &self.inbox
    }

    /// The account of a name, for who keeps accounts.
    pub(crate) fn known(&self, actor: &Actor, name: &str) -> kernel::Result<&Account> {
        actor.must(Permission::KeepOfficialAccount)?;
        Ok(self.found(name)?)
    }

    fn found(&self, name: &str) -> Result<&Account, Problem> {
        let found = self.inbox.accounts().get(name);
        found.map(AsRef::as_ref).ok_or_else(|| Problem::new(Code::NotFound, format!("公众号 {name}")))
    }

    /// The client of an account that may do this.
    fn able(&self, name: &str, capability: Capability) -> Result<&Client, Problem> {
        let account = self.found(name)?;
        if let Some(why) = account.settings.standing.lacks(capability) {
            let why = format!("不能用“{}”：{why}", capability.label());
            return Err(Problem::new(Code::Forbidden, format!("公众号 {name}")).because(why));
        }
        self.client(name)
    }

    fn client(&self, name: &str) -> Result<&Client, Problem> {
        let client = self.clients.get(name).map(AsRef::as_ref);
        client.ok_or_else(|| Problem::new(Code::NotFound, format!("公众号 {name}")))
    }

    /// A unit whose first line says what is done to which account.
    async fn begin(&self, actor: &Actor, (action, account): (&str, &str), detail: Value) -> kernel::Result<Tx> {
        actor.must(Permission::KeepOfficialAccount)?;
        let mut tx = self.ground.db.begin().await?;
        let object = format!("official-account/{account}");
        let line = Line { actor: actor.name(), action, object: &object, outcome: Outcome::Done, detail };
        audit::privileged(&mut tx, self.ground.clock.now(), &line).await?;
        Ok(tx)
    }
}
