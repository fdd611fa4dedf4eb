//! What all pages of the hall share.
//!
//! [`House`] is the institution as readers meet it: [`HouseBook`] holds it as it is now, [`HouseDesk`] is where staff keep
//! it. [`Shell`] puts every readers' page into the same frame and gives
//! every answer the same headers. [`Failure`] turns what went wrong into a page or a machine-readable problem.
//! [`Sessions`] remembers a visitor between requests, [`Budget`] counts what one reads in a day, [`SavedList`] what a reader put aside. [`OwnPath`], [`client_address`] and [`Markup`] are the small
//! types that keep foreign addresses, forged peers and unescaped text out. This crate knows no service.

mod address;
pub mod api;
mod book;
mod budget;
mod byte_range;
mod calendar;
mod colour;
pub mod console;
mod cookie;
mod dates;
mod desk;
mod disposition;
mod hours;
mod house;
mod large_type;
mod markup;
mod own_path;
mod part;
mod problem;
mod prose;
mod saved;
mod session;
mod shell;
mod site_text;
mod store;

pub use address::{Network, Proxies, client_address, sender_address};
pub use book::HouseBook;
pub use budget::{Budget, PageLimits, last_pages_alarm};
pub use byte_range::ByteRange;
pub use calendar::{Calendar, CalendarDay, CalendarYear, DayKind, RefusedLine};
pub use colour::{Colour, Theme};
pub use cookie::cookie;
pub use dates::{date_text, day_text, number_text};
pub use desk::{HouseDesk, HouseVersion};
pub use disposition::{CSV, XLSX, XML, disposition, download};
pub use hours::{Closure, Exception, ExceptionKind, Hours, Opening, Period};
pub use house::{Complaint, House, Notice, Profile};
pub use markup::Markup;
pub use own_path::OwnPath;
pub use part::{HousePart, PartName};
pub use problem::Failure;
pub use saved::SavedList;
pub use session::{Session, SessionToken, Sessions, Strength, is_own_origin};
pub use shell::{Page, PageContext, Shell, Tab};
pub use site_text::SiteText;
