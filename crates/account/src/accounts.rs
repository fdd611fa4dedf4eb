//! The accounts of one house by name.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use kernel::{Clock, Code, Problem, Random};
use wechat::callback::{Callback, Refusal};
use wechat::{Environment, Query};

use crate::callbacks::Callbacks;
use crate::capability::Capability;
use crate::settings::{AccountSettings, Written};

/// One official account.
#[derive(Debug)]
pub struct Account {
    /// Its settings.
    pub settings: AccountSettings,
    callbacks: RwLock<Callbacks>,
}

impl Account {
    /// An account with these settings.
    pub fn new(settings: AccountSettings) -> Result<Self, Problem> {
        let callback = Callback::new(settings.callback()).map_err(|_| {
            let about = format!("设置 accounts.{}.encoding_aes_key", settings.name);
            Problem::new(Code::BadSetting, about).because("兼容模式和安全模式都需要它")
        })?;
        Ok(Self { settings, callbacks: RwLock::new(Callbacks::of(callback)) })
    }

    /// Its name in our own addresses.
    pub fn name(&self) -> &str {
        &self.settings.name
    }

    /// Answers WeChat's check of the callback address at `now`, in Unix seconds.
    pub fn verify_url(&self, query: &Query<'_>, now: i64) -> Result<String, Refusal> {
        self.callbacks().verify_url(query, now)
    }

    /// What it answers WeChat with at the moment.
    pub(crate) fn callbacks(&self) -> Callbacks {
        self.callbacks.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Answers WeChat with other secrets from now on.
    pub(crate) fn change_callbacks(&self, callbacks: Callbacks) {
        *self.callbacks.write().unwrap_or_else(PoisonError::into_inner) = callbacks;
    }

    /// Accepts the present secrets alone from now on.
    pub(crate) fn settle(&self) {
        let mut held = self.callbacks.write().unwrap_or_else(PoisonError::into_inner);
        *held = held.settled();
    }

    /// Whether WeChat lets it do this.
    pub fn allows(&self, capability: Capability) -> bool {
        self.settings.standing.allows(capability)
    }
}

/// All accounts of the house; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Accounts(Arc<BTreeMap<String, Arc<Account>>>);

impl Accounts {
    /// The accounts of `[accounts]`; all faults of all of them at once.
    pub fn from_settings(written: impl IntoIterator<Item = (String, Written)>) -> Result<Self, Vec<Problem>> {
        let (mut accounts, mut faults) = (BTreeMap::new(), Vec::new());
        for (name, settings) in written {
            match settings.check(&name).and_then(|settings| Account::new(settings).map_err(|fault| vec![fault])) {
                Ok(account) => {
                    accounts.insert(name, Arc::new(account));
                }
                Err(found) => faults.extend(found),
            }
        }
        if faults.is_empty() { Ok(Self(Arc::new(accounts))) } else { Err(faults) }
    }

    /// These accounts.
    pub fn of(accounts: impl IntoIterator<Item = Arc<Account>>) -> Self {
        Self(Arc::new(accounts.into_iter().map(|account| (account.name().to_owned(), account)).collect()))
    }

    /// The account of this name.
    pub fn get(&self, name: &str) -> Option<&Arc<Account>> {
        self.0.get(name)
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Account>> {
        self.0.values()
    }
}

/// The house's clock and chance, as the protocol crate takes them.
#[derive(Clone, Debug)]
pub struct HouseEnvironment {
    /// The clock.
    pub clock: Clock,
    /// The source of chance.
    pub random: Random,
}

impl Environment for HouseEnvironment {
    fn now(&self) -> i64 {
        self.clock.now().seconds()
    }

    fn fill(&self, bytes: &mut [u8]) {
        self.random.fill(bytes);
    }
}
