//! The secrets in force: those that staff changed in the console stand before those of the settings file. Every server
//! looks every few seconds what was changed, and goes on with it without a restart (T18).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kernel::{Error, Ground, Result};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use wechat::callback::{Callback, CallbackSettings};
use wechat::cipher::AesKey;
use zeroize::Zeroize;

use crate::callbacks::Callbacks;
use crate::store::secret::{self as store, Kept, Kind};
use crate::{Account, Accounts, Clients};

/// How often one looks whether secrets were changed.
const LOOK: Duration = Duration::from_secs(2);

/// What is in force on this server; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct SecretsInForce {
    ground: Ground,
    accounts: Accounts,
    clients: Clients,
    /// What was taken over, as it was kept then.
    taken: Arc<Mutex<HashMap<(String, Kind), Kept>>>,
}

/// Token and key of a callback, as they are sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CallbackSecrets {
    pub(crate) token: String,
    /// None in plain mode alone.
    pub(crate) encoding_aes_key: Option<String>,
}

impl Drop for CallbackSecrets {
    fn drop(&mut self) {
        self.token.zeroize();
        self.encoding_aes_key.zeroize();
    }
}

impl CallbackSecrets {
    /// The callback of an account with these.
    ///
    /// # Errors
    /// If the key is none.
    pub(crate) fn callback(&self, account: &Account) -> Result<Callback> {
        let key = self.encoding_aes_key.as_deref().map(AesKey::parse).transpose().map_err(Error::internal)?;
        let settings =
            CallbackSettings { token: self.token.clone(), key, previous_key: None, ..account.settings.callback() };
        Callback::new(settings).map_err(Error::internal)
    }
}

impl SecretsInForce {
    pub(crate) fn new(ground: Ground, accounts: Accounts, clients: Clients) -> Self {
        Self { ground, accounts, clients, taken: Arc::default() }
    }

    /// Looks every few seconds until the house stops.
    pub(crate) fn keep_fresh(&self) {
        let (here, stopping) = (self.clone(), self.ground.tasks.stopping());
        self.ground.tasks.start(async move {
            tokio::pin!(stopping);
            loop {
                tokio::select! {
                    () = &mut stopping => return,
                    () = tokio::time::sleep(LOOK) => {}
                }
                if let Err(error) = here.refresh().await {
                    tracing::warn!(%error, "secrets of the accounts cannot be read; those held stay in force");
                }
            }
        });
    }

    /// Takes over what was changed since it was last looked at.
    ///
    /// # Errors
    /// The database's; if a secret does not open with the house's key.
    pub(crate) async fn refresh(&self) -> Result<()> {
        for kept in store::all(&mut self.ground.db.read().await?).await? {
            let place = (kept.account.clone(), kept.kind);
            if self.taken.lock().unwrap_or_else(PoisonError::into_inner).get(&place) == Some(&kept) {
                continue;
            }
            self.take(&kept).await?;
            self.taken.lock().unwrap_or_else(PoisonError::into_inner).insert(place, kept);
        }
        Ok(())
    }

    async fn take(&self, kept: &Kept) -> Result<()> {
        // An account that was taken out of the settings file has none any more.
        let Some(account) = self.accounts.get(&kept.account) else { return Ok(()) };
        match kept.kind {
            Kind::AppSecret => {
                if let Some(client) = self.clients.get(&kept.account) {
                    client.change_secret(&self.app_secret(account, Some(kept))?).await;
                }
            }
            Kind::Callback => {
                let now = match &kept.sealed {
                    Some(sealed) => self.opened(kept, sealed)?.callback(account)?,
                    None => Callback::new(account.settings.callback()).map_err(Error::internal)?,
                };
                let mut callbacks = Callbacks::of(now);
                if let Some((sealed, until)) = &kept.previous {
                    callbacks = callbacks.after(self.opened(kept, sealed)?.callback(account)?, until.seconds());
                }
                account.change_callbacks(callbacks);
            }
        }
        Ok(())
    }

    /// The app secret in force, given what staff changed.
    pub(crate) fn app_secret(&self, account: &Account, kept: Option<&Kept>) -> Result<String> {
        let Some(sealed) = kept.and_then(|kept| kept.sealed.as_deref()) else {
            return Ok(account.settings.app_secret.expose_secret().to_owned());
        };
        let opened = self.ground.secrets.open_sealed(&binding(account.name(), Kind::AppSecret), sealed)?;
        String::from_utf8(opened.to_vec()).map_err(Error::internal)
    }

    /// Token and key in force, given what staff changed.
    pub(crate) fn callback_secrets(&self, account: &Account, kept: Option<&Kept>) -> Result<CallbackSecrets> {
        match kept.and_then(|kept| Some((kept, kept.sealed.as_deref()?))) {
            Some((kept, sealed)) => self.opened(kept, sealed),
            None => Ok(CallbackSecrets {
                token: account.settings.token.expose_secret().to_owned(),
                encoding_aes_key: account.settings.written_key.as_ref().map(|key| key.expose_secret().to_owned()),
            }),
        }
    }

    fn opened(&self, kept: &Kept, sealed: &str) -> Result<CallbackSecrets> {
        let opened = self.ground.secrets.open_sealed(&binding(&kept.account, Kind::Callback), sealed)?;
        serde_json::from_slice(&opened).map_err(Error::internal)
    }

    /// A secret as it is kept.
    pub(crate) fn sealed(&self, account: &str, kind: Kind, plain: &[u8]) -> Result<String> {
        self.ground.secrets.seal(&self.ground.random, &binding(account, kind), plain)
    }

    /// Notes that WeChat signs with the present token and key: at once here, and soon on every server.
    pub(crate) fn settle(ground: &Ground, account: &Account) {
        account.settle();
        let (here, name) = (ground.clone(), account.name().to_owned());
        ground.tasks.start(async move {
            let settled = async {
                let mut tx = here.db.begin().await?;
                store::settle(&mut tx, &name).await?;
                tx.commit().await
            };
            if let Err(error) = settled.await {
                tracing::warn!(%error, account = name, "that WeChat has gone over to the new token could not be kept");
            }
        });
    }
}

/// What a sealed secret is bound to: it does not open as another account's, or as another secret.
fn binding(account: &str, kind: Kind) -> String {
    format!("account_secret/{account}/{}", kind.name())
}
