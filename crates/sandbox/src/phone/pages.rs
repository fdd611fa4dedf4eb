//! The pages WeChat itself would show around web OAuth.

use std::fmt::Write as _;

/// Text made safe inside HTML.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

fn page(title: &str, main: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <link rel=\"stylesheet\" href=\"/_phone/phone.css\"></head>\
         <body class=\"wechat-page\"><p class=\"mark\">模拟环境</p><main>{main}</main></body></html>",
        title = escaped(title),
    )
}

/// The question of `snsapi_userinfo`.
pub(crate) fn consent(account: &str, follower: &str, query: &str) -> String {
    let (account, follower, query) = (escaped(account), escaped(follower), escaped(query));
    page(
        "微信登录",
        &format!(
            "<h1>{account}</h1><p>申请获取你的昵称、头像</p><p class=\"who\">{follower}</p>\
             <a class=\"button\" href=\"?{query}&amp;sandbox_consent=yes\">允许</a>\
             <a class=\"button plain\" href=\"javascript:history.back()\">拒绝</a>"
        ),
    )
}

/// The question of a one-time subscription message.
pub(crate) fn one_time(account: &str, follower: &str, query: &str) -> String {
    let (account, follower, query) = (escaped(account), escaped(follower), escaped(query));
    page(
        "一次性订阅消息",
        &format!(
            "<h1>{account}</h1><p>申请给你发送一条消息</p><p class=\"who\">{follower}</p>\
             <a class=\"button\" href=\"?{query}&amp;sandbox_answer=confirm\">同意</a>\
             <a class=\"button plain\" href=\"?{query}&amp;sandbox_answer=cancel\">取消</a>"
        ),
    )
}

/// Whose hand holds the phone, asked when nothing tells.
pub(crate) fn choose(account: &str, followers: &[(String, String)], query: &str) -> String {
    let query = escaped(query);
    let mut list = String::new();
    for (openid, nickname) in followers {
        let (openid, nickname) = (escaped(openid), escaped(nickname));
        // Writing into a String cannot fail.
        let _ =
            write!(list, "<a class=\"button plain\" href=\"?{query}&amp;sandbox_follower={openid}\">{nickname}</a>");
    }
    if list.is_empty() {
        list.push_str(
            "<p>还没有人关注：请先在手机页面上新建一个粉丝。</p><a class=\"button\" href=\"/\">打开手机页面</a>",
        );
    }
    page("选择身份", &format!("<h1>{}</h1><p>以哪位粉丝的身份打开？</p>{list}", escaped(account)))
}

/// An error page with its number, as the OAuth page shows them.
pub(crate) fn oauth_error(code: u32, text: &str) -> String {
    page(
        "Oops! 页面出错了",
        &format!("<h1>页面无法打开</h1><p>{}</p><p class=\"code\">错误码：{code}</p>", escaped(text)),
    )
}

#[cfg(test)]
mod tests {
    use super::{consent, escaped};

    #[test]
    fn nothing_from_outside_becomes_markup() {
        assert_eq!(escaped("<a href=\"x\">'&"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
        let html = consent("<script>", "\"><img>", "a=\"onload=1");
        assert!(!html.contains("<script>") && !html.contains("<img>") && !html.contains("=\"onload"));
    }
}
