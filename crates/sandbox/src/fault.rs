//! Faults that can be switched on by name and count.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A fault and where it strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// The callback's answer comes too late: the connection is held for the whole 5 s, then the push is repeated.
    Delay,
    /// The callback's first answer is lost; the push is repeated with the same id.
    Drop,
    /// The push is delivered a second time although it was answered.
    Repeat,
    /// The push is sealed with the previous AES key.
    OldKey,
    /// The push waits until the next one was delivered.
    Reorder,
    /// Events are pushed as JSON.
    JsonEvents,
    /// The push comes in the compatible mode's body.
    CompatibleBody,
    /// The push carries a wrong signature.
    BadSignature,
    /// The next page of web OAuth is shown as a snapshot: a virtual openid that belongs to nobody.
    Snapshot,
    /// The next API call is answered with this code.
    Code(i64),
    /// The next API call takes effect, but its answer is cut off.
    ApiCut,
    /// The next API call takes effect, but its answer comes after 10 s.
    ApiDelay,
}

/// Name in the control interface, and what the panel calls it.
const NAMED: &[(&str, Fault, &str)] = &[
    ("delay", Fault::Delay, "回复超时（5 秒后重推）"),
    ("drop", Fault::Drop, "首次回复丢失（重推）"),
    ("repeat", Fault::Repeat, "重复推送同一消息"),
    ("reorder", Fault::Reorder, "推送次序颠倒"),
    ("old_key", Fault::OldKey, "用上一个 AES 密钥加密"),
    ("bad_signature", Fault::BadSignature, "推送签名错误"),
    ("compatible", Fault::CompatibleBody, "兼容模式报文"),
    ("json_events", Fault::JsonEvents, "事件用 JSON 推送"),
    ("snapshot", Fault::Snapshot, "网页授权为快照页（虚拟用户）"),
    ("minus_one", Fault::Code(-1), "接口返回 -1 系统繁忙"),
    ("45009", Fault::Code(45009), "接口返回 45009 次数用尽"),
    ("42001", Fault::Code(42001), "接口返回 42001 令牌过期"),
    ("40001", Fault::Code(40001), "接口返回 40001 令牌失效"),
    ("40164", Fault::Code(40164), "接口返回 40164 IP 不在白名单"),
    ("48001", Fault::Code(48001), "接口返回 48001 无权限"),
    ("api_cut", Fault::ApiCut, "接口已执行但连接中断"),
    ("api_delay", Fault::ApiDelay, "接口已执行但 10 秒后才答"),
];

impl Fault {
    /// The fault of that name; any number is the code the next API call answers, and `-` counts as `_`.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let name = name.trim();
        if let Ok(code) = name.parse::<i64>() {
            return (code != 0).then_some(Self::Code(code));
        }
        let name = name.to_ascii_lowercase().replace(['-', ' '], "_");
        NAMED.iter().find(|(known, _, _)| *known == name).map(|(_, fault, _)| *fault)
    }

    /// The name by which its count is kept.
    pub(crate) fn name(self) -> String {
        let named = NAMED.iter().find(|(_, fault, _)| *fault == self).map(|(name, _, _)| (*name).to_owned());
        match self {
            Self::Code(code) => named.unwrap_or_else(|| code.to_string()),
            _ => named.unwrap_or_default(),
        }
    }

    /// Every named fault with what the panel calls it.
    pub(crate) fn named() -> impl Iterator<Item = (&'static str, &'static str)> {
        NAMED.iter().map(|(name, _, label)| (*name, *label))
    }
}

/// How often each fault still strikes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Faults(BTreeMap<String, u32>);

impl Faults {
    /// Lets `fault` strike the next `count` times; 0 switches it off.
    pub(crate) fn set(&mut self, fault: Fault, count: u32) {
        if count == 0 {
            self.0.remove(&fault.name());
        } else {
            self.0.insert(fault.name(), count);
        }
    }

    /// Whether `fault` strikes now; each time uses one up.
    pub(crate) fn take(&mut self, fault: Fault) -> bool {
        let name = fault.name();
        let Some(left) = self.0.get_mut(&name) else { return false };
        *left -= 1;
        if *left == 0 {
            self.0.remove(&name);
        }
        true
    }

    /// The code the next API call is to answer, if one is on that `fits` the call.
    pub(crate) fn take_code(&mut self, fits: impl Fn(i64) -> bool) -> Option<i64> {
        let mut faults = self.0.keys().filter_map(|name| Fault::parse(name));
        let code = faults.find_map(|fault| match fault {
            Fault::Code(code) if fits(code) => Some(code),
            _ => None,
        })?;
        self.take(Fault::Code(code));
        Some(code)
    }

    /// Name and remaining count of each fault that is on.
    pub(crate) fn left(&self) -> &BTreeMap<String, u32> {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, Faults, NAMED};

    #[test]
    fn every_name_is_understood_and_kept() {
        for (name, fault, _) in NAMED {
            assert_eq!(Fault::parse(name), Some(*fault));
            assert_eq!(fault.name(), *name);
        }
        assert_eq!(Fault::parse("old key"), Some(Fault::OldKey));
        assert_eq!(Fault::parse("-1"), Some(Fault::Code(-1)));
        assert_eq!(Fault::parse("45047"), Some(Fault::Code(45047)));
        assert_eq!(Fault::parse("nonsense"), None);
    }

    #[test]
    fn a_fault_strikes_as_often_as_told() {
        let mut faults = Faults::default();
        faults.set(Fault::Code(-1), 2);
        assert_eq!(faults.take_code(|code| code == 45009), None);
        assert_eq!(faults.take_code(|_| true), Some(-1));
        assert_eq!(faults.take_code(|_| true), Some(-1));
        assert_eq!(faults.take_code(|_| true), None);
        faults.set(Fault::Drop, 1);
        faults.set(Fault::Drop, 0);
        assert!(!faults.take(Fault::Drop));
    }
}
