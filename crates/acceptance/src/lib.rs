//! The whole application under test, through its real doors: the binary, HTTP, the callback and the sandbox.
//!
//! This library is what the tests have in common: starting the real binary on a folder of its own, asking it over
//! HTTP, killing it, and reading the material the tests run on.

mod binary;
mod browser;
mod bytes;
mod desk;
mod http;
mod installation;
pub mod judged;
mod material;
mod reader;
mod sender;
mod server;
mod shelf;
mod staff;

pub use binary::{Ended, lantai, lantai_faulty, lantai_in};
pub use browser::{Browser, field};
pub use bytes::{files_of, holds};
pub use desk::{Desk, hire};
pub use http::{Answer, Client};
pub use installation::{HOUSE, PUBLIC_URL, Platform, Serving};
pub use material::{official_titles, test_data};
pub use reader::{Reader, first_link};
pub use sender::Sender;
pub use server::{Demo, Server};
pub use shelf::{Holding, Places, Shelf};
pub use staff::StaffClient;
