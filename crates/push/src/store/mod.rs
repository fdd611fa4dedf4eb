//! The rows of the ledger and of the library.

pub(crate) mod by_hand;
pub(crate) mod call;
pub(crate) mod comment;
pub(crate) mod draft;
pub(crate) mod draft_comment;
pub(crate) mod end;
pub(crate) mod epoch;
pub(crate) mod goal;
pub(crate) mod headline;
pub(crate) mod list;
pub(crate) mod material;
pub(crate) mod material_at_wechat;
pub(crate) mod notice;
pub(crate) mod notice_consent;
pub(crate) mod notice_template;
pub(crate) mod plan;
pub(crate) mod publication;
pub(crate) mod quota;
pub(crate) mod reading;
pub(crate) mod received;
pub(crate) mod roll;
pub(crate) mod sent_article;
pub(crate) mod text;
pub(crate) mod visit;
