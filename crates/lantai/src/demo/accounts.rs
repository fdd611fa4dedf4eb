//! The demo's two accounts, on both sides.

use kernel::Random;
use sandbox::{Kind, Mode, SandboxAccount};
use serde_json::{Value, json};

/// One account of the demo.
struct Sample {
    name: &'static str,
    nickname: &'static str,
    kind: &'static str,
}

const ACCOUNTS: [Sample; 2] = [
    Sample { name: "demo", nickname: "临溪县档案馆", kind: "service" },
    Sample { name: "demo-sub", nickname: "临溪档案", kind: "subscription" },
];

/// Letters and digits, as WeChat's console makes tokens and keys.
const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

fn letters(random: &Random, length: usize) -> String {
    let bound = u64::try_from(LETTERS.len()).unwrap_or(1);
    let letter = |_| LETTERS.get(usize::try_from(random.below(bound)).unwrap_or(0)).copied().map_or('A', char::from);
    (0..length).map(letter).collect()
}

/// The text of the demo's `lantai.toml`, with fresh keys.
pub(crate) fn settings_text(random: &Random) -> String {
    let mut text = include_str!("lantai.toml").to_owned();
    for account in &ACCOUNTS {
        let hex = random.hex16();
        let section = format!(
            "\n[accounts.{name}]\nkind = \"{kind}\"\nverified = true\ncategory = \"government\"\npublish_right = true\n\
             original_id = \"gh_{original}\"\napp_id = \"wx{app}\"\napp_secret = \"{secret}\"\ntoken = \"{token}\"\n\
             encoding_aes_key = \"{key}\"\nprevious_encoding_aes_key = \"{previous}\"\nmode = \"secure\"\n",
            name = account.name,
            kind = account.kind,
            original = hex.get(..12).unwrap_or_default(),
            app = hex.get(12..28).unwrap_or_default(),
            secret = random.hex16(),
            token = letters(random, 20),
            key = letters(random, 43),
            // So that the fault `old_key` has a key to seal with.
            previous = letters(random, 43),
        );
        text.push_str(&section);
    }
    text
}

/// What stands above the settings file while the demo runs: where both sides really listen.
pub(crate) fn account_overlay(site: &str, sandbox: &str) -> Vec<(String, String)> {
    let mut overlay = vec![
        ("LANTAI_SERVER__PUBLIC_URL".to_owned(), site.to_owned()),
        ("LANTAI_SERVER__FRAMED_BY".to_owned(), sandbox.to_owned()),
    ];
    for account in &ACCOUNTS {
        let name = account.name.to_uppercase().replace('-', "_");
        overlay.push((format!("LANTAI_ACCOUNTS__{name}__API_BASE"), sandbox.to_owned()));
    }
    overlay
}

/// The accounts as WeChat's side has them registered, from the settings in force.
pub(crate) fn sandbox_accounts(settings: &kernel::Settings, site: &str) -> kernel::Result<Vec<SandboxAccount>> {
    let account = |sample: &Sample| {
        let written: Registered = settings.section(&format!("accounts.{}", sample.name))?;
        Ok(SandboxAccount {
            name: sample.name.to_owned(),
            nickname: sample.nickname.to_owned(),
            kind: written.kind,
            verified: written.verified,
            category: "政务民生".to_owned(),
            publish_right: true,
            original_id: written.original_id,
            app_id: written.app_id,
            app_secret: written.app_secret,
            token: written.token,
            encoding_aes_key: written.encoding_aes_key,
            previous_encoding_aes_key: written.previous_encoding_aes_key,
            mode: written.mode,
            callback_url: format!("{site}/wechat/{}", sample.name),
            ..SandboxAccount::default()
        })
    };
    ACCOUNTS.iter().map(account).collect()
}

/// What both sides must agree on.
#[derive(serde::Deserialize)]
struct Registered {
    kind: Kind,
    #[serde(default)]
    verified: bool,
    #[serde(default)]
    mode: Mode,
    original_id: String,
    app_id: String,
    app_secret: String,
    token: String,
    encoding_aes_key: String,
    previous_encoding_aes_key: Option<String>,
}

/// What `addresses.json` says: where both sides are, and the keys of the accounts. The demo's keys are no secret.
pub(crate) fn addresses(accounts: &[SandboxAccount], site: &str, sandbox: &str) -> Value {
    let account = |account: &SandboxAccount| {
        json!({
            "name": account.name,
            "kind": account.kind,
            "verified": account.verified,
            "original_id": account.original_id,
            "app_id": account.app_id,
            "app_secret": account.app_secret,
            "token": account.token,
            "encoding_aes_key": account.encoding_aes_key,
            "previous_encoding_aes_key": account.previous_encoding_aes_key,
            "mode": account.mode,
            "callback": account.callback_url,
        })
    };
    json!({"site": site, "sandbox": sandbox, "accounts": accounts.iter().map(account).collect::<Vec<_>>()})
}
