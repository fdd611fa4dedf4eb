mod calls;
mod failures;
mod freshness;
mod mass;
mod notices;
mod server;
mod tls;

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

type Alarms = Arc<Mutex<Vec<Alarm>>>;

/// A client whose alarms are kept.
fn watched(server: &Server) -> (Client, Alarms) {
    watched_with(server, &account(server))
}

/// The same with the clock and the tokens of an account.
fn watched_with(server: &Server, account: &Account) -> (Client, Alarms) {
    let alarms = Alarms::default();
    let kept = Arc::clone(&alarms);
    let client = Client::new(settings(&server.base), account.environment.clone(), account.store.clone()).unwrap();
    (client.watched(move |alarm| kept.lock().unwrap().push(alarm.clone())), alarms)
}
