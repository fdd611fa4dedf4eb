//! The official accounts the sandbox plays, as an operator of WeChat's side would have registered them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::random::Random;

/// The two kinds of official account (protocol reference §0).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// 订阅号: one push a day, no web OAuth, no scene QR codes.
    #[default]
    Subscription,
    /// 服务号: four pushes a month, OAuth and scene QR codes once verified.
    Service,
}

/// How callbacks are sealed (protocol reference §1.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Clear XML only.
    Plain,
    /// Clear fields and the ciphertext in one body.
    Compatible,
    /// Ciphertext only.
    #[default]
    Secure,
}

/// 群发 API 保护
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protection {
    /// Mass sends go out at once.
    #[default]
    Off,
    /// An administrator confirms each within 30 minutes, in the panel or by the control interface.
    Administrator,
}

/// One account as registered with the emulated platform. Empty identifiers and secrets are filled in by
/// [`Sandbox::open`](crate::Sandbox::open), so that a test needs to name only what it cares about.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SandboxAccount {
    /// Short name used in the control interface's paths; letters, digits, `-` and `_`, at most 32.
    pub name: String,
    /// What the phone shows as the account's name.
    pub nickname: String,
    /// Subscription or service account.
    pub kind: Kind,
    /// Whether the account passed WeChat's verification (微信认证).
    pub verified: bool,
    /// The account's category, such as 政务民生; informative.
    pub category: String,
    /// Whether the account still has the publishing right (withdrawn from many in July 2025).
    pub publish_right: bool,
    /// The `gh_…` id that is `ToUserName` of every push.
    pub original_id: String,
    /// The `wx…` id of API calls.
    pub app_id: String,
    /// The secret of `/cgi-bin/token`.
    pub app_secret: String,
    /// The callback's token, 3–32 letters and digits.
    pub token: String,
    /// The callback's `EncodingAESKey`, 43 characters.
    pub encoding_aes_key: String,
    /// The key before the last change, if one was changed; the fault `old_key` uses it.
    pub previous_encoding_aes_key: Option<String>,
    /// How pushes are sealed.
    pub mode: Mode,
    /// Where messages are pushed to; empty means that no server is connected.
    pub callback_url: String,
    /// A menu as `menu/create` takes it, present from the start.
    pub menu: Option<Value>,
    /// Whether the tokens of `token` and `stable_token` replace each other. The pages say they do not; one account was
    /// reported on which they do.
    pub tokens_compete: bool,
    /// Addresses allowed to fetch tokens (40164 otherwise); empty allows all.
    pub ip_whitelist: Vec<String>,
    /// 网页授权域名: the host web OAuth may return to; empty takes the callback's host.
    pub oauth_domain: String,
    /// Who must confirm a mass send.
    pub mass_protection: Protection,
    /// Seconds a mass send or a publication takes; 2 if nothing is said, and 0 may be over before the answer is read.
    pub mass_seconds: Option<u32>,
    /// What `get_current_autoreply_info` answers, if the console's automatic replies were set.
    pub autoreply: Option<Value>,
}

impl SandboxAccount {
    /// Fills every identifier and secret that was left empty.
    pub(crate) fn complete(&mut self, random: &Random) {
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        if self.nickname.is_empty() {
            self.nickname.clone_from(&self.name);
        }
        if self.original_id.is_empty() {
            self.original_id = format!("gh_{}", random.hex(6));
        }
        if self.app_id.is_empty() {
            self.app_id = format!("wx{}", random.hex(8));
        }
        if self.app_secret.is_empty() {
            self.app_secret = random.hex(16);
        }
        if self.token.is_empty() {
            self.token = random.letters(20, alphabet);
        }
        if self.encoding_aes_key.is_empty() {
            self.encoding_aes_key = random.letters(43, alphabet);
        }
    }

    /// The host web OAuth may return to.
    pub(crate) fn oauth_host(&self) -> Option<String> {
        if self.oauth_domain.is_empty() {
            return url::Url::parse(&self.callback_url).ok()?.host_str().map(str::to_owned);
        }
        Some(self.oauth_domain.clone())
    }

    /// Whether the name can stand in a path of the control interface.
    pub(crate) fn name_is_usable(&self) -> bool {
        let good = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        !self.name.is_empty() && self.name.len() <= 32 && self.name.chars().all(good)
    }

    /// The four kinds of account, for a stand-alone sandbox that was given none.
    pub fn defaults() -> Vec<Self> {
        let account = |name: &str, nickname: &str, kind, verified| Self {
            name: name.to_owned(),
            nickname: nickname.to_owned(),
            kind,
            verified,
            publish_right: verified,
            category: "政务民生".to_owned(),
            ..Self::default()
        };
        vec![
            account("service", "认证服务号", Kind::Service, true),
            account("subscription", "认证订阅号", Kind::Subscription, true),
            account("service-unverified", "未认证服务号", Kind::Service, false),
            account("subscription-unverified", "未认证订阅号", Kind::Subscription, false),
        ]
    }
}
