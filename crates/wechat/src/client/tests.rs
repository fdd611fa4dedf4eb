mod calls;
mod failures;
mod freshness;
mod server;

use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::environment::manual::Manual;
use server::Server;

const NOW: i64 = 1_700_000_000;
const SECRET: &str = "5e77c0ffee5ec4e7";

struct Account {
    client: Arc<Client>,
    environment: Arc<Manual>,
    store: Arc<MemoryStore>,
}

fn settings(base: &str) -> ClientSettings {
    ClientSettings {
        api_base: base.to_owned(),
        timeout: Duration::from_millis(1500),
        busy_pause: Duration::from_millis(1),
        ..ClientSettings::new("wx49f0ab532d5d035a", SECRET)
    }
}

fn account_at(base: &str) -> Account {
    let environment = Arc::new(Manual::at(NOW));
    let store = Arc::new(MemoryStore::default());
    let client = Arc::new(Client::new(settings(base), environment.clone(), store.clone()).unwrap());
    Account { client, environment, store }
}

fn account(server: &Server) -> Account {
    account_at(&server.base)
}
