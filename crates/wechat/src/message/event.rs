//! The events by `Event` name (reference pages "接收事件推送", "自定义菜单事件", "群发结果", "订阅通知事件").

use crate::signature::sha1_hex;

/// The scene a scanned QR code carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scene {
    /// The scene without the prefix `qrscene_` that WeChat adds on following.
    pub value: String,
    /// `Ticket` of the code.
    pub ticket: String,
}

/// A place.
#[derive(Debug, Clone, PartialEq)]
pub struct Spot {
    /// `Location_X`: latitude in degrees.
    pub latitude: f64,
    /// `Location_Y`: longitude in degrees.
    pub longitude: f64,
    /// `Scale` of the map.
    pub scale: Option<u32>,
    /// `Label`: the address in words.
    pub label: String,
}

/// Which of the three picture buttons was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Photos {
    /// `pic_sysphoto`: camera.
    Camera,
    /// `pic_photo_or_album`: camera or album.
    CameraOrAlbum,
    /// `pic_weixin`: WeChat's album.
    Album,
}

/// The result of a mass-send job.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MassResult {
    /// `MsgID`, the `msg_id` of the job.
    pub msg_id: String,
    /// `Status`: `send success`, `send fail` or `err(n)`.
    pub status: String,
    /// `TotalCount`: fans addressed.
    pub total: u64,
    /// `FilterCount`: left after filtering.
    pub filtered: u64,
    /// `SentCount`
    pub sent: u64,
    /// `ErrorCount`
    pub failed: u64,
    /// `CopyrightCheckResult/CheckState`: 1 no problem, 2 reprint but sent, 3 reprint and stopped.
    pub check_state: Option<u32>,
    /// `CopyrightCheckResult/ResultList`
    pub checks: Vec<ArticleCheck>,
    /// `ArticleUrlResult/ResultList`: index from 1 and address of each article.
    pub urls: Vec<(u32, String)>,
}

/// What the originality check says about one article.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ArticleCheck {
    /// `ArticleIdx`, from 1.
    pub index: u32,
    /// `UserDeclareState`: 0 none, 1 original, 2 reprint.
    pub declared: u32,
    /// `AuditState`: 0 not checked, 1 checking, 11 passed, others failed.
    pub audit: u32,
    /// `OriginalArticleUrl`
    pub original_url: String,
    /// `OriginalArticleType`: 1 original, 2 old, 3 news, 4 blacklisted.
    pub original_type: u32,
    /// `CanReprint`
    pub can_reprint: bool,
    /// `NeedReplaceContent`
    pub need_replace_content: bool,
    /// `NeedShowReprintSource`
    pub need_show_source: bool,
}

/// The result of publishing a draft.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PublishResult {
    /// `publish_id`
    pub publish_id: String,
    /// `publish_status`: 0 done, 1 running, 2 original declaration failed, 3 failed, 4 refused, 5 user deleted, 6 banned.
    pub status: u32,
    /// `article_id`
    pub article_id: Option<String>,
    /// `article_detail/item`: index from 1 and address of each article.
    pub urls: Vec<(u32, String)>,
    /// `fail_idx`: indexes of the articles that failed.
    pub failed: Vec<u32>,
}

/// What a reader chose about one subscription template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscribeChoice {
    /// `TemplateId`
    pub template_id: String,
    /// `SubscribeStatusString` was `accept`.
    pub accepted: bool,
    /// `PopupScene` as a number; only when the choice was made in a pop-up.
    pub popup_scene: Option<u32>,
}

/// How the sending of one subscription notice ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscribeSent {
    /// `TemplateId`
    pub template_id: String,
    /// `MsgID`
    pub msg_id: String,
    /// `ErrorCode`: 0 delivered.
    pub error_code: i64,
    /// `ErrorStatus` in words.
    pub error_status: String,
}

/// The events of personal-information duties; the affected data must be erased or refreshed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonalChange {
    /// `user_info_modified`
    Modified,
    /// `user_authorization_revoke`
    Revoked,
    /// `user_authorization_cancellation`
    Cancelled,
}

/// The events of the account's own verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verification {
    /// `qualification_verify_success` with `ExpiredTime` in Unix seconds.
    QualificationPassed(i64),
    /// `qualification_verify_fail` with `FailTime` and `FailReason`.
    QualificationFailed(i64, String),
    /// `naming_verify_success` with `ExpiredTime`.
    NamingPassed(i64),
    /// `naming_verify_fail` with `FailTime` and `FailReason`.
    NamingFailed(i64, String),
    /// `annual_renew` with `ExpiredTime`.
    RenewalDue(i64),
    /// `verify_expired` with `ExpiredTime`.
    Expired(i64),
}

/// The events of conversations with customer-service agents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Session {
    /// `kf_create_session` by the agent `KfAccount`.
    Created(String),
    /// `kf_close_session` by the agent `KfAccount`.
    Closed(String),
    /// `kf_switch_session` from `FromKfAccount` to `ToKfAccount`.
    Switched(String, String),
}

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// `subscribe`: somebody follows, perhaps by scanning a scene code.
    Subscribe(Option<Scene>),
    /// `unsubscribe`: the follower left; their information must be erased.
    Unsubscribe,
    /// `SCAN`: a follower scanned a scene code.
    Scan(Scene),
    /// `LOCATION`: where the follower is, sent by the client if they agreed.
    Location {
        /// `Latitude` in degrees
        latitude: f64,
        /// `Longitude` in degrees
        longitude: f64,
        /// `Precision` in metres
        precision: f64,
    },
    /// `CLICK` on the menu button with this key.
    Click(String),
    /// `VIEW`: a menu button opened a page.
    View {
        /// `EventKey`: the address
        url: String,
        /// `MenuId` of a conditional menu
        menu_id: Option<String>,
    },
    /// `view_miniprogram`: a menu button opened a mini program.
    ViewMiniprogram {
        /// `EventKey`: the page's path
        page: String,
        /// `MenuId` of a conditional menu
        menu_id: Option<String>,
    },
    /// `scancode_push`, or `scancode_waitmsg` where an answer is waited for.
    ScanCode {
        /// whether it is `scancode_waitmsg`
        waits: bool,
        /// `EventKey` of the button
        key: String,
        /// `ScanType`, as a rule `qrcode`
        scan_type: String,
        /// `ScanResult`: what the code holds
        result: String,
    },
    /// `pic_sysphoto`, `pic_photo_or_album`, `pic_weixin`; the pictures follow as messages.
    Pictures {
        /// which button
        source: Photos,
        /// `EventKey` of the button
        key: String,
        /// `PicMd5Sum` of each picture
        md5: Vec<String>,
    },
    /// `location_select`; a location message follows.
    LocationSelect {
        /// `EventKey` of the button
        key: String,
        /// the place
        spot: Spot,
        /// `Poiname`
        poi_name: String,
    },
    /// `MASSSENDJOBFINISH`
    MassSent(MassResult),
    /// `TEMPLATESENDJOBFINISH`
    TemplateSent {
        /// `MsgID`
        msg_id: String,
        /// `Status`: `success`, `failed:user block`, `failed: system failed`
        status: String,
    },
    /// `PUBLISHJOBFINISH` (older name `FREEPUBLISHJOBFINISH`)
    Published(PublishResult),
    /// `subscribe_msg_popup_event`
    SubscribePopup(Vec<SubscribeChoice>),
    /// `subscribe_msg_change_event`
    SubscribeChange(Vec<SubscribeChoice>),
    /// `subscribe_msg_sent_event`
    SubscribeSent(Vec<SubscribeSent>),
    /// `user_info_modified` and its like
    Personal {
        /// which
        change: PersonalChange,
        /// `OpenID` of the person
        open_id: String,
        /// `AppID`
        app_id: String,
        /// `RevokeInfo`, a code
        revoke_info: Option<String>,
    },
    /// `qualification_verify_success` and its like
    Verification(Verification),
    /// `kf_create_session` and its like
    Session(Session),
    /// An event this crate does not know, kept whole; it is to be answered `success`.
    Unknown {
        /// `Event`
        name: String,
        /// The other elements, nested ones as `Outer/Inner`.
        fields: Vec<(String, String)>,
    },
}

impl Event {
    /// The value of `Event`.
    pub fn name(&self) -> &str {
        match self {
            Self::Subscribe(_) => "subscribe",
            Self::Unsubscribe => "unsubscribe",
            Self::Scan(_) => "SCAN",
            Self::Location { .. } => "LOCATION",
            Self::Click(_) => "CLICK",
            Self::View { .. } => "VIEW",
            Self::ViewMiniprogram { .. } => "view_miniprogram",
            Self::ScanCode { waits: false, .. } => "scancode_push",
            Self::ScanCode { waits: true, .. } => "scancode_waitmsg",
            Self::Pictures { source: Photos::Camera, .. } => "pic_sysphoto",
            Self::Pictures { source: Photos::CameraOrAlbum, .. } => "pic_photo_or_album",
            Self::Pictures { source: Photos::Album, .. } => "pic_weixin",
            Self::LocationSelect { .. } => "location_select",
            Self::MassSent(_) => "MASSSENDJOBFINISH",
            Self::TemplateSent { .. } => "TEMPLATESENDJOBFINISH",
            Self::Published(_) => "PUBLISHJOBFINISH",
            Self::SubscribePopup(_) => "subscribe_msg_popup_event",
            Self::SubscribeChange(_) => "subscribe_msg_change_event",
            Self::SubscribeSent(_) => "subscribe_msg_sent_event",
            Self::Personal { change: PersonalChange::Modified, .. } => "user_info_modified",
            Self::Personal { change: PersonalChange::Revoked, .. } => "user_authorization_revoke",
            Self::Personal { change: PersonalChange::Cancelled, .. } => "user_authorization_cancellation",
            Self::Verification(verification) => verification.name(),
            Self::Session(Session::Created(_)) => "kf_create_session",
            Self::Session(Session::Closed(_)) => "kf_close_session",
            Self::Session(Session::Switched(..)) => "kf_switch_session",
            Self::Unknown { name, .. } => name,
        }
    }

    /// Name and what tells this event from another of the same name, person and second.
    pub(super) fn key(&self) -> String {
        let name = self.name();
        match self {
            Self::Subscribe(Some(scene)) | Self::Scan(scene) => format!("{name}:{}", scene.value),
            Self::Click(key)
            | Self::View { url: key, .. }
            | Self::ViewMiniprogram { page: key, .. }
            | Self::ScanCode { key, .. }
            | Self::Pictures { key, .. }
            | Self::LocationSelect { key, .. } => format!("{name}:{key}"),
            Self::MassSent(MassResult { msg_id, .. }) | Self::TemplateSent { msg_id, .. } => format!("{name}:{msg_id}"),
            Self::Published(result) => format!("{name}:{}", result.publish_id),
            Self::SubscribePopup(list) | Self::SubscribeChange(list) => {
                let ids: Vec<_> = list.iter().map(|choice| choice.template_id.as_str()).collect();
                format!("{name}:{}", sha1_hex(&ids.join("\n")))
            }
            Self::SubscribeSent(list) => {
                let ids: Vec<_> = list.iter().map(|sent| sent.msg_id.as_str()).collect();
                format!("{name}:{}", ids.join(","))
            }
            Self::Personal { open_id, .. } => format!("{name}:{open_id}"),
            Self::Session(Session::Created(agent) | Session::Closed(agent) | Session::Switched(_, agent)) => {
                format!("{name}:{agent}")
            }
            Self::Unknown { fields, .. } => {
                let fields: Vec<_> = fields.iter().map(|(field, value)| format!("{field}={value}")).collect();
                format!("{name}:{}", sha1_hex(&fields.join("\n")))
            }
            Self::Subscribe(None) | Self::Unsubscribe | Self::Location { .. } | Self::Verification(_) => {
                name.to_owned()
            }
        }
    }

    /// Whether the account itself and not a follower is the sender, so that `FromUserName` need not be an openid.
    pub(super) fn is_of_account(&self) -> bool {
        matches!(
            self,
            Self::MassSent(_)
                | Self::TemplateSent { .. }
                | Self::Published(_)
                | Self::Personal { .. }
                | Self::Verification(_)
                | Self::Session(_)
                | Self::Unknown { .. }
        )
    }
}

impl Verification {
    fn name(&self) -> &'static str {
        match self {
            Self::QualificationPassed(_) => "qualification_verify_success",
            Self::QualificationFailed(..) => "qualification_verify_fail",
            Self::NamingPassed(_) => "naming_verify_success",
            Self::NamingFailed(..) => "naming_verify_fail",
            Self::RenewalDue(_) => "annual_renew",
            Self::Expired(_) => "verify_expired",
        }
    }
}
