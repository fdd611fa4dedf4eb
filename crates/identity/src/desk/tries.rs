//! What tries to come in are counted by: keyed hashes of an account, a network, an account from a network.

use std::net::IpAddr;

use kernel::{Result, Secrets};

use crate::lockout::network;

/// The purpose of the keyed hashes.
const TRY: &str = "staff-try";

/// A network.
pub(super) fn of_network(secrets: &Secrets, from: IpAddr) -> Result<String> {
    secrets.lookup(TRY, &format!("network {}", network(from)))
}

/// The account of this key, from a network given as its hash.
pub(super) fn of_pair(secrets: &Secrets, key: &str, network: &str) -> Result<String> {
    secrets.lookup(TRY, &format!("pair {key} {network}"))
}

/// The account of this key, from wherever it never came in.
pub(super) fn of_account(secrets: &Secrets, key: &str) -> Result<String> {
    secrets.lookup(TRY, &format!("account {key}"))
}
