//! The protocol of WeChat Official Accounts (微信公众号), both ways.
//!
//! An account answers pushes with [`callback::Callback`] (signature, cipher, [`message::Message`], [`reply::Reply`]) and
//! calls WeChat with [`client::Client`]. An emulator of WeChat uses the other half: [`push::Pusher`], the
//! [`wire`] types and the texts of [`errcode::Errcode`]. Time and randomness come from an [`Environment`]; nothing here
//! keeps state of its own, reads a file or knows what the account is for.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub mod article;
pub mod callback;
pub mod cipher;
pub mod client;
mod environment;
pub mod errcode;
pub mod message;
pub mod notice;
pub mod push;
mod query;
pub mod reply;
mod signature;
pub mod window;
pub mod wire;
mod xml;

pub use environment::Environment;
pub use query::{Query, QueryError};
pub use signature::signature;
pub use xml::{MAX_BODY, XmlError};
