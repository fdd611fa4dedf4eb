//! WeChat's side of an official account, emulated: a product of its own, not a test double.
//!
//! [`Sandbox`] serves the platform's API under one base URL for any SDK, pushes messages to the account's callback
//! with signatures and AES, keeps followers and their chats, and shows a phone at `/` on which a trainee can use it
//! all. Its clock can be moved and its faults switched on. It knows nothing of archives.
//!
//! Open one with [`Sandbox::open`], give it a listener with [`Sandbox::serve`], end it with [`Sandbox::close`].
//! Rules and numbers come from the platform's pages; where those disagree, [`SandboxSettings::strict`] takes the
//! narrower reading.

mod account;
mod api;
mod clock;
mod control;
mod delivery;
mod due;
mod fail;
mod fault;
mod follower;
mod grants;
mod mass;
mod media;
mod menu;
mod notice;
mod page;
mod phone;
mod png;
mod push;
mod qrcode;
mod random;
mod rights;
mod sandbox;
mod statistics;
mod store;
mod tokens;
mod usage;
mod world;

#[cfg(test)]
mod pushing;
#[cfg(test)]
mod testing;

pub use account::{Kind, Mode, Protection, SandboxAccount};
pub use clock::Offset;
pub use sandbox::{OpenError, Sandbox, SandboxSettings};
