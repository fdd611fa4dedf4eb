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
    /// The next mass send or publication never arrives; its connection is cut.
    SendLost,
    /// The next mass send or publication is accepted, but its answer is cut off.
    SendCut,
    /// The next mass send or publication is accepted, but answered with -1.
    SendBusy,
    /// The finish event of the next mass send or publication never comes.
    FinishLost,
    /// It comes twice.
    FinishTwice,
    /// It comes before the answer to the call.
    FinishEarly,
    /// The end of a publication is pushed under the name of a mass send.
    Misnamed,
    /// The next mass send ends with `send fail`.
    MassFail,
    /// The next mass send is refused in review, with `err(n)`.
    Verdict(u32),
    /// The first article of the next mass send is judged a reprint.
    Reprint,
    /// The next publication ends with this `publish_status`.
    Publish(u32),
    /// The next notice ends with `failed: system failed`.
    NoticeFail,
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
    ("send_lost", Fault::SendLost, "群发、发布或通知没有收到，连接中断"),
    ("send_cut", Fault::SendCut, "群发、发布或通知已受理但连接中断"),
    ("send_minus_one", Fault::SendBusy, "群发、发布或通知已受理却返回 -1"),
    ("finish_lost", Fault::FinishLost, "群发、发布或通知的结果不来"),
    ("finish_twice", Fault::FinishTwice, "群发、发布或通知的结果来两次"),
    ("finish_early", Fault::FinishEarly, "结果通知先于接口应答"),
    ("finish_misnamed", Fault::Misnamed, "发布的结果以群发结果的名义推送"),
    ("mass_fail", Fault::MassFail, "群发失败（send fail）"),
    ("err_10001", Fault::Verdict(10001), "群发审核不通过：涉嫌广告 err(10001)"),
    ("reprint", Fault::Reprint, "群发的文章被判为转载"),
    ("publish_3", Fault::Publish(3), "发布失败（publish_status 3）"),
    ("notice_fail", Fault::NoticeFail, "通知没有送达（failed: system failed）"),
    ("publish_4", Fault::Publish(4), "发布审核不通过（publish_status 4）"),
];

impl Fault {
    /// The fault of that name; any number is the code the next API call answers, and `-` counts as `_`.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let name = name.trim();
        if let Ok(code) = name.parse::<i64>() {
            return (code != 0).then_some(Self::Code(code));
        }
        let name = name.to_ascii_lowercase().replace(['-', ' '], "_");
        if let Some(verdict) = name.strip_prefix("err_") {
            return verdict.parse().ok().map(Self::Verdict);
        }
        if let Some(status) = name.strip_prefix("publish_") {
            return status.parse().ok().filter(|status| (2..=6).contains(status)).map(Self::Publish);
        }
        NAMED.iter().find(|(known, _, _)| *known == name).map(|(_, fault, _)| *fault)
    }

    /// The name by which its count is kept.
    pub(crate) fn name(self) -> String {
        let named = NAMED.iter().find(|(_, fault, _)| *fault == self).map(|(name, _, _)| (*name).to_owned());
        match self {
            Self::Code(code) => named.unwrap_or_else(|| code.to_string()),
            Self::Verdict(verdict) => format!("err_{verdict}"),
            Self::Publish(status) => format!("publish_{status}"),
            _ => named.unwrap_or_default(),
        }
    }

    /// Every named fault with what the panel calls it.
    pub(crate) fn named() -> impl Iterator<Item = (&'static str, &'static str)> {
        NAMED.iter().map(|(name, _, label)| (*name, *label))
    }
}

/// How a fault is switched on.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Armed {
    /// How often it still strikes.
    pub(crate) count: u32,
    /// How many occasions it lets pass before.
    pub(crate) after: u32,
    /// The only call of the API it strikes; empty strikes all.
    pub(crate) path: String,
}

/// The faults that are on, by name.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Faults {
    armed: BTreeMap<String, Armed>,
}

impl Faults {
    /// Lets `fault` strike the next `count` times; 0 switches it off.
    pub(crate) fn set(&mut self, fault: Fault, armed: Armed) {
        if armed.count == 0 {
            self.armed.remove(&fault.name());
        } else {
            self.armed.insert(fault.name(), armed);
        }
    }

    /// Whether `fault` strikes now; each time uses one up.
    pub(crate) fn take(&mut self, fault: Fault) -> bool {
        self.take_at(fault, "")
    }

    /// Whether `fault` strikes the call `path` of the API.
    pub(crate) fn take_at(&mut self, fault: Fault, path: &str) -> bool {
        let name = fault.name();
        let Some(armed) = self.armed.get_mut(&name) else { return false };
        if !(armed.path.is_empty() || path.is_empty() || armed.path == path) {
            return false;
        }
        if armed.after > 0 {
            armed.after -= 1;
            return false;
        }
        armed.count -= 1;
        if armed.count == 0 {
            self.armed.remove(&name);
        }
        true
    }

    /// The code the call `path` is to answer, if one is on that `fits` the call.
    pub(crate) fn take_code(&mut self, path: &str, fits: impl Fn(i64) -> bool) -> Option<i64> {
        self.find(|fault| match fault {
            Fault::Code(code) if fits(code) => Some(code),
            _ => None,
        })
        .into_iter()
        .find(|code| self.take_at(Fault::Code(*code), path))
    }

    /// The `err(n)` or the failure the next mass send ends with.
    pub(crate) fn take_verdict(&mut self) -> Option<String> {
        if self.take(Fault::MassFail) {
            return Some("send fail".to_owned());
        }
        let verdicts = self.find(|fault| if let Fault::Verdict(verdict) = fault { Some(verdict) } else { None });
        let verdict = verdicts.into_iter().find(|verdict| self.take(Fault::Verdict(*verdict)));
        verdict.map(|verdict| format!("err({verdict})"))
    }

    /// The `publish_status` the next publication ends with.
    pub(crate) fn take_publish_status(&mut self) -> Option<u32> {
        let statuses = self.find(|fault| if let Fault::Publish(status) = fault { Some(status) } else { None });
        statuses.into_iter().find(|status| self.take(Fault::Publish(*status)))
    }

    fn find<T>(&self, of: impl Fn(Fault) -> Option<T>) -> Vec<T> {
        self.armed.keys().filter_map(|name| Fault::parse(name)).filter_map(of).collect()
    }

    /// Name and remaining count of each fault that is on.
    pub(crate) fn left(&self) -> BTreeMap<&str, u32> {
        self.armed.iter().map(|(name, armed)| (name.as_str(), armed.count)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Armed, Fault, Faults, NAMED};

    fn times(count: u32) -> Armed {
        Armed { count, ..Armed::default() }
    }

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
        faults.set(Fault::Code(-1), times(2));
        assert_eq!(faults.take_code("/a", |code| code == 45009), None);
        assert_eq!(faults.take_code("/a", |_| true), Some(-1));
        assert_eq!(faults.take_code("/a", |_| true), Some(-1));
        assert_eq!(faults.take_code("/a", |_| true), None);
        faults.set(Fault::Drop, times(1));
        faults.set(Fault::Drop, times(0));
        assert!(!faults.take(Fault::Drop));
    }

    #[test]
    fn a_fault_can_wait_for_the_nth_call_of_one_path() {
        let mut faults = Faults::default();
        faults.set(Fault::Code(45011), Armed { count: 1, after: 2, path: "/b".to_owned() });
        let mut strikes = |path: &str| faults.take_code(path, |_| true);
        assert_eq!([strikes("/a"), strikes("/b"), strikes("/a"), strikes("/b")], [None; 4]);
        assert_eq!(strikes("/a"), None);
        assert_eq!(strikes("/b"), Some(45011), "the third of its path");
        assert_eq!(strikes("/b"), None);
    }

    #[test]
    fn verdicts_are_named_by_their_number() {
        let mut faults = Faults::default();
        let verdict = Fault::parse("err_20013").unwrap();
        assert_eq!(verdict, Fault::Verdict(20013));
        faults.set(verdict, times(1));
        faults.set(Fault::parse("publish_2").unwrap(), times(1));
        assert_eq!(faults.take_verdict().as_deref(), Some("err(20013)"));
        assert_eq!(faults.take_verdict(), None);
        assert_eq!(faults.take_publish_status(), Some(2));
        assert_eq!(Fault::parse("publish_9"), None);
    }
}
