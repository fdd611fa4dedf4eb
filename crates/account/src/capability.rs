//! What an account may call: kind × verification × category × publish right (WeChat's permission table, as of July
//! 2025). Features follow this table and never a single "is WeChat connected" flag.

use serde::{Deserialize, Serialize};

/// The kind of an official account.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccountKind {
    /// 订阅号: news, one push a day, no OAuth.
    Subscription,
    /// 服务号: services, four pushes a month per follower.
    Service,
}

/// Whose account it is: WeChat gives and withdraws rights by this.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Category {
    /// 政府及事业单位, an archives institution's usual one.
    #[default]
    Government,
    /// 媒体.
    Media,
    /// 企业.
    Enterprise,
    /// 其他组织.
    Organisation,
    /// 个人: cannot be verified and lost its publishing right in July 2025.
    Personal,
}

/// One thing an account may or may not do on WeChat's side.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Capability {
    /// Receive callbacks and answer within them.
    PassiveReply,
    /// Read the automatic replies and the menu set in WeChat's own console.
    ConsoleSettings,
    /// Publish a custom menu.
    Menu,
    /// Customer-service messages.
    ServiceMessages,
    /// Followers' data and tags.
    Users,
    /// Temporary and permanent material.
    Material,
    /// Comments on articles.
    Comments,
    /// Statistics.
    Statistics,
    /// Drafts.
    Drafts,
    /// Publishing without a push (freepublish).
    Publish,
    /// Mass sending to a tag or to everybody.
    MassByTag,
    /// Mass sending to a list of followers.
    MassByList,
    /// Template messages and subscription notices.
    Notices,
    /// One-time subscription messages.
    OneTimeNotice,
    /// QR codes with a scene.
    SceneCodes,
    /// Location reports.
    LocationReports,
    /// Web sign-in by OAuth2.
    WebSignIn,
    /// JS-SDK sharing and pictures.
    JsSdk,
}

/// What decides the capabilities of an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// Subscription or service account.
    pub kind: AccountKind,
    /// Whether WeChat has verified it (已认证).
    pub verified: bool,
    /// Whose account it is.
    pub category: Category,
    /// Whether it holds the publishing right.
    pub publish_right: bool,
}

impl Standing {
    /// Whether the account may do this. A call without the right is answered 48001 by WeChat, so it is not made.
    pub fn allows(self, capability: Capability) -> bool {
        let service = self.kind == AccountKind::Service;
        match capability {
            Capability::PassiveReply | Capability::ConsoleSettings => true,
            // Older tables give unverified service accounts the menu, newer pages do not; WeChat decides.
            Capability::Menu => self.verified || service,
            Capability::Drafts => self.category != Category::Personal || self.publish_right,
            Capability::Publish => self.verified && self.publish_right,
            Capability::ServiceMessages
            | Capability::Users
            | Capability::Material
            | Capability::Comments
            | Capability::Statistics
            | Capability::MassByTag
            | Capability::OneTimeNotice
            | Capability::JsSdk => self.verified,
            Capability::MassByList
            | Capability::Notices
            | Capability::SceneCodes
            | Capability::LocationReports
            | Capability::WebSignIn => self.verified && service,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(kind: AccountKind, verified: bool) -> Standing {
        Standing { kind, verified, category: Category::Government, publish_right: true }
    }

    #[test]
    fn only_a_verified_service_account_signs_readers_in() {
        let allowed: Vec<_> =
            [(AccountKind::Subscription, false), (AccountKind::Subscription, true), (AccountKind::Service, false)]
                .into_iter()
                .map(|(kind, verified)| standing(kind, verified).allows(Capability::WebSignIn))
                .collect();
        assert_eq!(allowed, [false, false, false]);
        assert!(standing(AccountKind::Service, true).allows(Capability::WebSignIn));
    }

    #[test]
    fn a_verified_subscription_account_writes_and_pushes_but_not_to_a_list() {
        let account = standing(AccountKind::Subscription, true);
        assert!(account.allows(Capability::ServiceMessages));
        assert!(account.allows(Capability::MassByTag));
        assert!(!account.allows(Capability::MassByList));
        assert!(!account.allows(Capability::SceneCodes));
    }

    #[test]
    fn an_unverified_subscription_account_only_answers() {
        let account = standing(AccountKind::Subscription, false);
        assert!(account.allows(Capability::PassiveReply));
        assert!(!account.allows(Capability::ServiceMessages));
        assert!(!account.allows(Capability::Menu));
        assert!(standing(AccountKind::Service, false).allows(Capability::Menu));
    }

    #[test]
    fn the_publishing_right_is_its_own_column() {
        let with = standing(AccountKind::Service, true);
        assert!(with.allows(Capability::Publish));
        assert!(!Standing { publish_right: false, ..with }.allows(Capability::Publish));
        let personal = Standing { category: Category::Personal, publish_right: false, ..with };
        assert!(!personal.allows(Capability::Drafts));
    }
}
