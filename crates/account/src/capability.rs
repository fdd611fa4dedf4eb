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

impl Capability {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 18] = [
        Self::PassiveReply,
        Self::Menu,
        Self::ServiceMessages,
        Self::SceneCodes,
        Self::WebSignIn,
        Self::Users,
        Self::Material,
        Self::Drafts,
        Self::Publish,
        Self::MassByTag,
        Self::MassByList,
        Self::Notices,
        Self::OneTimeNotice,
        Self::Comments,
        Self::Statistics,
        Self::JsSdk,
        Self::LocationReports,
        Self::ConsoleSettings,
    ];

    /// What staff call it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::PassiveReply => "接收消息并自动回复",
            Self::ConsoleSettings => "读取公众平台里设的自动回复和菜单",
            Self::Menu => "自定义菜单",
            Self::ServiceMessages => "客服消息（48 小时内主动答复）",
            Self::Users => "粉丝资料和标签",
            Self::Material => "素材",
            Self::Comments => "文章留言",
            Self::Statistics => "数据统计",
            Self::Drafts => "草稿箱",
            Self::Publish => "发布文章（不群发）",
            Self::MassByTag => "按标签群发",
            Self::MassByList => "按名单群发",
            Self::Notices => "模板消息和订阅通知",
            Self::OneTimeNotice => "一次性订阅消息",
            Self::SceneCodes => "带参数的二维码",
            Self::LocationReports => "上报地理位置",
            Self::WebSignIn => "网页授权（认出读者）",
            Self::JsSdk => "网页里的分享和拍照（JS-SDK）",
        }
    }
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
    /// Why the account may not do this, in words; none if it may.
    pub fn lacks(self, capability: Capability) -> Option<&'static str> {
        if self.allows(capability) {
            return None;
        }
        let as_service = Self { kind: AccountKind::Service, ..self };
        let as_verified = Self { verified: true, ..self };
        Some(if self.category == Category::Personal && capability != Capability::Menu {
            "个人主体的公众号没有这项权限"
        } else if as_verified.allows(capability) {
            "要先通过微信认证"
        } else if as_service.allows(capability) {
            "订阅号没有这项权限，服务号才有"
        } else if self.verified && !self.publish_right && capability == Capability::Publish {
            "微信没有给这个公众号发布能力"
        } else {
            "认证后的服务号才有这项权限"
        })
    }

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
    fn what_is_lacking_has_a_reason_and_what_is_not_has_none() {
        for kind in [AccountKind::Subscription, AccountKind::Service] {
            for (verified, publish_right) in [(false, false), (true, false), (true, true)] {
                for category in [Category::Government, Category::Personal] {
                    let standing = Standing { kind, verified, category, publish_right };
                    for capability in Capability::ALL {
                        assert_eq!(standing.lacks(capability).is_none(), standing.allows(capability), "{capability:?}");
                    }
                }
            }
        }
        let subscription = standing(AccountKind::Subscription, true);
        assert_eq!(subscription.lacks(Capability::SceneCodes), Some("订阅号没有这项权限，服务号才有"));
        let unverified = standing(AccountKind::Service, false);
        assert_eq!(unverified.lacks(Capability::SceneCodes), Some("要先通过微信认证"));
        assert_eq!(
            standing(AccountKind::Subscription, false).lacks(Capability::SceneCodes),
            Some("认证后的服务号才有这项权限")
        );
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
