//! The settings of one official account, `[accounts.NAME]`: read as written, then checked once, all faults together.

use kernel::settings::{Field, Kind, Section};
use kernel::{Code, Problem};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use wechat::callback::{CallbackSettings, Mode, PreviousKey, TOLERANCE_SECONDS};
use wechat::cipher::AesKey;
use wechat::client::ClientSettings;

use crate::capability::{AccountKind, Category, Standing};
use crate::sources::SourceRule;

/// `gh_…` and `wx…`.
const IDENTIFIER: Kind = Kind::Code { least: 4, most: 64, marks: "_-" };
/// The console draws letters and digits; base64 has two marks more.
const AES_KEY: Kind = Kind::Code { least: 43, most: 43, marks: "+/" };

/// What there is to set about an account.
pub const SECTION: Section = Section {
    name: "accounts.*",
    doc: "公众号。名字自定，用在回调地址 /wechat/名字 里",
    fields: &[
        Field::new("kind", Kind::Choice(&["subscription", "service"]), "订阅号 subscription 或服务号 service"),
        Field::flag("verified", "是否已通过微信认证"),
        Field::new(
            "category",
            Kind::Choice(&["government", "media", "enterprise", "organisation", "personal"]),
            "主体类型：政府及事业单位、媒体、企业、其他组织、个人",
        )
        .or("government"),
        Field::flag("publish_right", "是否有发布能力（不群发而发布文章）"),
        Field::new("original_id", IDENTIFIER, "原始 ID，gh_ 开头"),
        Field::new("app_id", IDENTIFIER, "AppID，wx 开头"),
        Field::text("app_secret", "AppSecret").secret(),
        // 3 to 32 letters and digits, says the form of WeChat's console.
        Field::new("token", Kind::Code { least: 3, most: 32, marks: "" }, "服务器配置里的 Token").secret(),
        Field::new("encoding_aes_key", AES_KEY, "服务器配置里的 EncodingAESKey，43 位").secret().optional(),
        Field::new("previous_encoding_aes_key", AES_KEY, "更换之前的 EncodingAESKey，更换完成后删去")
            .secret()
            .optional(),
        Field::new("mode", Kind::Choice(&["plain", "compatible", "secure"]), "消息加解密方式：明文、兼容、安全")
            .or("secure"),
        Field::new(
            "callback_addresses",
            Kind::Choice(&["watch", "require"]),
            "回调来自微信公布的地址之外时：watch 只记录，require 拒绝（名单每天自动更新，过期的名单不会拒绝任何人）",
        )
        .or("watch"),
        Field::new("api_base", Kind::Url, "微信接口的地址；连仿真环境时改为它的地址").or("https://api.weixin.qq.com"),
    ],
};

/// `[accounts.NAME]` as it stands in the settings.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    kind: AccountKind,
    verified: bool,
    category: Category,
    publish_right: bool,
    original_id: String,
    app_id: String,
    app_secret: String,
    token: String,
    encoding_aes_key: Option<String>,
    previous_encoding_aes_key: Option<String>,
    mode: ModeName,
    callback_addresses: SourceRule,
    api_base: String,
}

/// The callback modes as they are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum ModeName {
    Plain,
    Compatible,
    Secure,
}

/// The settings of one account, checked.
#[derive(Clone)]
pub struct AccountSettings {
    /// The name in our own addresses, `/wechat/{name}`.
    pub name: String,
    /// What decides the capabilities.
    pub standing: Standing,
    /// The account's original id, `gh_…`.
    pub original_id: String,
    /// The app id.
    pub app_id: String,
    /// The app secret.
    pub app_secret: SecretString,
    /// The callback token.
    pub token: SecretString,
    /// How callbacks arrive.
    pub mode: Mode,
    /// The present key as it is written.
    pub written_key: Option<SecretString>,
    /// The present key; absent in plain mode only.
    pub key: Option<AesKey>,
    /// The key used before.
    pub previous_key: Option<AesKey>,
    /// How a callback from an address that WeChat does not publish is met.
    pub callback_addresses: SourceRule,
    /// `scheme://host:port` of WeChat's API, without a slash at the end.
    pub api_base: String,
}

impl Written {
    #[cfg(any(test, feature = "testing"))]
    /// The settings of an account in secure mode: original id, app id, token and key.
    pub(crate) fn sample(kind: AccountKind, verified: bool, [original_id, app_id, token, key]: [&str; 4]) -> Self {
        Self {
            kind,
            verified,
            category: Category::Government,
            publish_right: verified,
            original_id: original_id.to_owned(),
            app_id: app_id.to_owned(),
            app_secret: "0123456789abcdef".to_owned(),
            token: token.to_owned(),
            encoding_aes_key: Some(key.to_owned()),
            previous_encoding_aes_key: None,
            mode: ModeName::Secure,
            callback_addresses: SourceRule::Watch,
            api_base: "http://127.0.0.1:9".to_owned(),
        }
    }

    /// Checks the settings of account `name`: every fault with its key, never with its value (W40).
    pub fn check(self, name: &str) -> Result<AccountSettings, Vec<Problem>> {
        let mut faults = Faults { account: name, found: Vec::new() };
        if !is_name(name) {
            faults.say("", "账号名只能用小写字母、数字和连字符，不超过 32 个字符");
        }
        let mode = match self.mode {
            ModeName::Plain => Mode::Plain,
            ModeName::Compatible => Mode::Compatible,
            ModeName::Secure => Mode::Secure,
        };
        faults.look("app_secret", &self.app_secret, |text| text.len() >= 8, "太短，请从公众平台重新抄录");
        faults.look("api_base", &self.api_base, is_base, "格式不对，应为 http(s)://主机:端口，后面不带路径");
        if mode != Mode::Plain && self.encoding_aes_key.is_none() {
            faults.say("encoding_aes_key", "没有填写，兼容模式和安全模式都需要它");
        }
        let key = faults.key("encoding_aes_key", self.encoding_aes_key.as_deref());
        let previous_key = faults.key("previous_encoding_aes_key", self.previous_encoding_aes_key.as_deref());
        if !faults.found.is_empty() {
            return Err(faults.found);
        }
        let standing = Standing {
            kind: self.kind,
            verified: self.verified,
            category: self.category,
            publish_right: self.publish_right,
        };
        Ok(AccountSettings {
            name: name.to_owned(),
            standing,
            original_id: self.original_id,
            app_id: self.app_id,
            app_secret: self.app_secret.into(),
            token: self.token.into(),
            mode,
            written_key: self.encoding_aes_key.map(SecretString::from),
            key,
            previous_key,
            callback_addresses: self.callback_addresses,
            api_base: self.api_base,
        })
    }
}

impl AccountSettings {
    /// What the API client must know.
    pub(crate) fn client(&self) -> ClientSettings {
        let settings = ClientSettings::new(&self.app_id, self.app_secret.expose_secret());
        ClientSettings { api_base: self.api_base.clone(), ..settings }
    }

    /// What the callback must know.
    pub(crate) fn callback(&self) -> CallbackSettings {
        CallbackSettings {
            token: self.token.expose_secret().to_owned(),
            app_id: self.app_id.clone(),
            mode: self.mode,
            key: self.key.clone(),
            previous_key: self.previous_key.clone().map(|key| PreviousKey { key, until: None }),
            tolerance_seconds: TOLERANCE_SECONDS,
        }
    }
}

impl std::fmt::Debug for AccountSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut fields = f.debug_struct("AccountSettings");
        fields.field("name", &self.name).field("standing", &self.standing).field("mode", &self.mode);
        fields.finish_non_exhaustive()
    }
}

/// The faults found so far in one account's settings.
struct Faults<'a> {
    account: &'a str,
    found: Vec<Problem>,
}

impl Faults<'_> {
    fn say(&mut self, key: &str, sentence: &str) {
        let dot = if key.is_empty() { "" } else { "." };
        let about = format!("设置 accounts.{}{dot}{key}", self.account);
        self.found.push(Problem::new(Code::BadSetting, about).because(sentence));
    }

    fn look(&mut self, key: &str, written: &str, fits: fn(&str) -> bool, sentence: &str) {
        if !fits(written) {
            self.say(key, sentence);
        }
    }

    fn key(&mut self, key: &str, written: Option<&str>) -> Option<AesKey> {
        let parsed = AesKey::parse(written?);
        if parsed.is_err() {
            self.say(key, "格式不对，应为 43 位字母和数字");
        }
        parsed.ok()
    }
}

/// `scheme://host[:port]` without a path.
fn is_base(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte))
}

fn is_name(text: &str) -> bool {
    (1..=32).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use kernel::settings::{File, Schema, Settings};

    use super::*;

    const KEY: &str = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR";

    fn whole() -> String {
        format!(
            "[accounts.demo]\nkind = 'service'\noriginal_id = 'gh_0123456789ab'\napp_id = 'wx49f0ab532d5d035a'\n\
             app_secret = 'not a real secret'\ntoken = 'token123'\nencoding_aes_key = '{KEY}'\n"
        )
    }

    fn read(text: &str) -> Result<AccountSettings, String> {
        let schema = Schema::new([SECTION]);
        let file = File { name: "lantai.toml", text };
        let settings = Settings::read(&schema, file, []).map_err(|complaints| complaints.to_string())?;
        let written: Written = settings.section("accounts.demo").unwrap();
        written.check("demo").map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    }

    #[test]
    fn what_is_not_written_is_wechats_own() {
        let settings = read(&whole()).unwrap();
        assert_eq!(settings.mode, Mode::Secure);
        assert_eq!(settings.callback_addresses, SourceRule::Watch);
        assert_eq!(settings.api_base, "https://api.weixin.qq.com");
        assert_eq!(settings.standing.category, Category::Government);
    }

    #[test]
    fn w40_every_missing_setting_is_named_at_once() {
        let text = read("[accounts.demo]\nverified = true\n").unwrap_err();
        for key in ["kind", "original_id", "app_id", "app_secret", "token"] {
            assert!(text.contains(&format!("accounts.demo.{key}")), "{key}: {text}");
        }
    }

    #[test]
    fn w40_malformed_settings_are_named_and_no_value_is_shown() {
        let secret = "leaked-secret-value!";
        let text = whole().replace("token123", secret).replace(KEY, secret);
        let said = read(&text).unwrap_err();
        assert!(
            said.contains("accounts.demo.token 应") && said.contains("accounts.demo.encoding_aes_key 应"),
            "{said}"
        );
        assert!(!said.contains(secret));
    }

    #[test]
    fn w40_a_key_is_needed_unless_the_mode_is_plain() {
        let text = whole().replace(&format!("encoding_aes_key = '{KEY}'"), "");
        assert!(read(&(text.clone() + "mode = 'plain'")).is_ok());
        assert!(read(&(text.clone() + "mode = 'compatible'")).unwrap_err().contains("encoding_aes_key"));
        assert!(read(&text).unwrap_err().contains("encoding_aes_key"));
    }

    #[test]
    fn a_base_with_a_path_is_refused() {
        assert!(read(&(whole() + "api_base = 'http://host/path'")).unwrap_err().contains("api_base"));
    }
}
