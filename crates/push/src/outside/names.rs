//! Names on the network, as far as they lead to where one may go.

use std::net::SocketAddr;

use futures::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::Reach;

/// Finds the addresses of names for the connection itself: what it does not give is not connected to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Names {
    reach: Reach,
}

impl Names {
    pub(super) const fn new(reach: Reach) -> Self {
        Self { reach }
    }

    /// Those of the addresses of a name that may be connected to.
    pub(super) fn open(self, found: impl Iterator<Item = SocketAddr>) -> Vec<SocketAddr> {
        found.filter(|address| self.reach.allows(address.ip())).collect()
    }
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let names = *self;
        let found: BoxFuture<'static, _> = Box::pin(async move {
            let open = names.open(tokio::net::lookup_host((name.as_str(), 0)).await?);
            if open.is_empty() {
                return Err("no public address".into());
            }
            Ok::<Addrs, Box<dyn std::error::Error + Send + Sync>>(Box::new(open.into_iter()))
        });
        found
    }
}
