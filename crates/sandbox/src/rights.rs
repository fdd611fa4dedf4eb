//! Who may call what: the permission matrix of protocol reference §0, which decides 48001.

use crate::account::{Kind, SandboxAccount};

/// A group of interfaces that WeChat grants together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Right {
    /// Tokens, address lists, quotas, JS-SDK ticket, what the console is set to: everybody.
    Basic,
    /// Custom menus.
    Menu,
    /// Users, tags, blacklist, customer-service messages, media, comments, statistics.
    Followers,
    /// The draft box.
    Drafts,
    /// Publishing without a push.
    Publish,
    /// Mass sends to everybody or to a tag.
    MassToAll,
    /// Mass sends to a list.
    MassToList,
    /// Scene QR codes.
    SceneQr,
    /// Reports of where a follower is.
    LocationReports,
    /// Web OAuth.
    WebOauth,
    /// Template messages and subscription notices.
    Notices,
    /// One-time subscription messages.
    OneTimeNotices,
}

impl Right {
    /// Every right, in the order of the table.
    pub(crate) const ALL: [Self; 12] = [
        Self::Basic,
        Self::Menu,
        Self::Followers,
        Self::Drafts,
        Self::Publish,
        Self::MassToAll,
        Self::MassToList,
        Self::SceneQr,
        Self::LocationReports,
        Self::WebOauth,
        Self::Notices,
        Self::OneTimeNotices,
    ];

    /// What the panel of the phone calls it.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Basic => "基础接口",
            Self::Menu => "自定义菜单",
            Self::Followers => "用户、标签、客服消息、素材",
            Self::Drafts => "草稿箱",
            Self::Publish => "发布",
            Self::MassToAll => "群发（全部或按标签）",
            Self::MassToList => "群发（按名单）",
            Self::SceneQr => "带参数二维码",
            Self::LocationReports => "位置上报",
            Self::WebOauth => "网页授权",
            Self::Notices => "模板消息、订阅通知",
            Self::OneTimeNotices => "一次性订阅消息",
        }
    }
}

/// Whether `account` has `right`. `strict` takes the newer, narrower reading where the sources disagree:
/// an unverified service account has menus in the old matrix and none on the new pages (reference §17.10).
pub(crate) fn may(account: &SandboxAccount, right: Right, strict: bool) -> bool {
    match right {
        Right::Basic | Right::Drafts => true,
        Right::Menu => account.verified || (account.kind == Kind::Service && !strict),
        Right::Followers | Right::MassToAll | Right::OneTimeNotices => account.verified,
        Right::Publish => account.verified && account.publish_right,
        Right::MassToList | Right::SceneQr | Right::LocationReports | Right::WebOauth | Right::Notices => {
            account.verified && account.kind == Kind::Service
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Right, may};
    use crate::account::{Kind, SandboxAccount};

    #[test]
    fn the_matrix_is_the_one_of_the_reference() {
        // columns: unverified and verified subscription, unverified and verified service account
        let table = [
            (Right::Basic, [true, true, true, true]),
            (Right::Menu, [false, true, true, true]),
            (Right::Followers, [false, true, false, true]),
            (Right::Drafts, [true, true, true, true]),
            (Right::Publish, [false, true, false, true]),
            (Right::MassToAll, [false, true, false, true]),
            (Right::MassToList, [false, false, false, true]),
            (Right::SceneQr, [false, false, false, true]),
            (Right::LocationReports, [false, false, false, true]),
            (Right::WebOauth, [false, false, false, true]),
            (Right::Notices, [false, false, false, true]),
            (Right::OneTimeNotices, [false, true, false, true]),
        ];
        let columns =
            [(Kind::Subscription, false), (Kind::Subscription, true), (Kind::Service, false), (Kind::Service, true)];
        assert_eq!(table.len(), Right::ALL.len());
        for (right, row) in table {
            for ((kind, verified), expected) in columns.into_iter().zip(row) {
                let account = SandboxAccount { kind, verified, publish_right: true, ..SandboxAccount::default() };
                assert_eq!(may(&account, right, false), expected, "{right:?} {kind:?} {verified}");
            }
        }
        let unverified = SandboxAccount { kind: Kind::Service, ..SandboxAccount::default() };
        assert!(!may(&unverified, Right::Menu, true), "the narrower reading");
        let withdrawn = SandboxAccount { verified: true, ..SandboxAccount::default() };
        assert!(!may(&withdrawn, Right::Publish, false), "the publishing right can be withdrawn");
    }
}
