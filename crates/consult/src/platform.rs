//! The automatic replies that were set at WeChat's own platform (公众平台“自动回复”), as rules of ours
//! (`get_current_autoreply_info`).

use wechat::wire::account::{AutoreplyAnswer, AutoreplyContent, AutoreplyKeyword, AutoreplyRule};

use crate::rule::{Content, Mode, Rule, Trigger, TriggerKind};
use crate::schedule::Schedule;

/// What the platform's settings come to.
#[derive(Debug, Default)]
pub(crate) struct Platform {
    /// Rules that can be kept as they are.
    pub(crate) rules: Vec<Rule>,
    /// What does not come along: its name there, and why.
    pub(crate) left: Vec<(String, String)>,
}

/// The longest name that a rule of ours bears, in characters.
const LONGEST_NAME: usize = 60;

impl Platform {
    /// Reads what the platform answered.
    pub(crate) fn of(answer: &AutoreplyAnswer) -> Self {
        let mut platform = Self::default();
        if let Some(greeting) = &answer.add_friend_autoreply_info {
            let follow = Trigger { kind: TriggerKind::Follow, text: String::new() };
            platform.take("被关注回复", Mode::All, vec![follow], std::slice::from_ref(greeting));
        }
        for (number, rule) in (1..).zip(answer.keyword_autoreply_info.iter().flat_map(|rules| &rules.list)) {
            platform.take_rule(number, rule);
        }
        if answer.message_default_autoreply_info.is_some() {
            let why = "没有规则可答时，由常见问题、馆藏检索和缺省答复接着回答，不需要这一条";
            platform.left.push(("收到消息回复".to_owned(), why.to_owned()));
        }
        platform
    }

    fn take_rule(&mut self, number: usize, rule: &AutoreplyRule) {
        let named: String = rule.rule_name.trim().chars().take(LONGEST_NAME).collect();
        let name = if named.is_empty() { format!("公众平台规则 {number}") } else { named };
        let mode = if rule.reply_mode == "random_one" { Mode::RandomOne } else { Mode::All };
        let triggers = rule.keyword_list_info.iter().map(trigger).collect();
        self.take(&name, mode, triggers, &rule.reply_list_info);
    }

    fn take(&mut self, name: &str, mode: Mode, triggers: Vec<Trigger>, replies: &[AutoreplyContent]) {
        let mut taken = Vec::new();
        for reply in replies {
            match content(reply) {
                Ok(contents) => taken.extend(contents),
                Err(why) => self.left.push((name.to_owned(), why)),
            }
        }
        let rule = Rule {
            name: name.to_owned(),
            priority: 0,
            mode,
            triggers,
            replies: taken,
            schedule: Schedule::default(),
            minimum_interval: 0,
            scene: None,
        };
        match rule.problems().into_iter().next() {
            None => self.rules.push(rule),
            Some((_, why)) => self.left.push((name.to_owned(), why)),
        }
    }
}

fn trigger(keyword: &AutoreplyKeyword) -> Trigger {
    let kind = if keyword.match_mode == "equal" { TriggerKind::Equal } else { TriggerKind::Contain };
    Trigger { kind, text: keyword.content.trim().to_owned() }
}

fn content(reply: &AutoreplyContent) -> Result<Vec<Content>, String> {
    match reply.kind.as_str() {
        "text" => Ok(vec![Content::Text(reply.content.clone())]),
        "img" => Ok(vec![Content::Image(reply.content.clone())]),
        "news" => {
            let articles = reply.news_info.iter().flat_map(|news| &news.list).map(|article| Content::News {
                title: article.title.clone(),
                description: article.digest.clone(),
                picture: article.cover_url.clone(),
                url: article.content_url.clone(),
            });
            Ok(articles.collect())
        }
        "voice" => Err("语音回复不能带过来，请改成文字".to_owned()),
        "video" => Err("视频回复不能带过来，请改成文字或图文卡片".to_owned()),
        other => Err(format!("不认识的回复类型“{other}”")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In the shape of the API page's example (自动回复规则).
    const ANSWER: &str = r#"{
        "is_add_friend_reply_open": 1, "is_autoreply_open": 1,
        "add_friend_autoreply_info": {"type": "text", "content": "欢迎关注！"},
        "message_default_autoreply_info": {"type": "text", "content": "您好"},
        "keyword_autoreply_info": {"list": [
            {"rule_name": "开放时间", "create_time": 1423028166, "reply_mode": "reply_all",
             "keyword_list_info": [{"type": "text", "match_mode": "contain", "content": "几点"},
                                   {"type": "text", "match_mode": "equal", "content": "时间"}],
             "reply_list_info": [{"type": "text", "content": "周一至周五"}, {"type": "voice", "content": "media"},
                {"type": "news", "news_info": {"list": [{"title": "指南", "author": "", "digest": "怎么来",
                    "show_cover": 0, "cover_url": "https://a/p.jpg", "content_url": "https://a/guide"}]}}]},
            {"rule_name": "", "create_time": 1, "reply_mode": "random_one",
             "keyword_list_info": [{"type": "text", "match_mode": "contain", "content": "图"}],
             "reply_list_info": [{"type": "img", "content": "MEDIA_ID"}]},
            {"rule_name": "只有视频", "create_time": 1, "reply_mode": "reply_all",
             "keyword_list_info": [{"type": "text", "match_mode": "contain", "content": "片"}],
             "reply_list_info": [{"type": "video", "content": "MEDIA_ID"}]}]}}"#;

    #[test]
    fn what_can_come_along_becomes_rules_and_the_rest_is_named() {
        let platform = Platform::of(&serde_json::from_str(ANSWER).unwrap());
        let names: Vec<&str> = platform.rules.iter().map(|rule| rule.name.as_str()).collect();
        assert_eq!(names, ["被关注回复", "开放时间", "公众平台规则 2"]);
        let [greeting, hours, picture] = &platform.rules[..] else { panic!("{names:?}") };
        assert_eq!(greeting.triggers[0].kind, TriggerKind::Follow);
        let kinds: Vec<TriggerKind> = hours.triggers.iter().map(|trigger| trigger.kind).collect();
        assert_eq!((hours.mode, kinds.as_slice()), (Mode::All, &[TriggerKind::Contain, TriggerKind::Equal][..]));
        assert!(
            matches!(&hours.replies[..], [Content::Text(_), Content::News { url, .. }] if url == "https://a/guide")
        );
        assert_eq!((picture.mode, &picture.replies[0]), (Mode::RandomOne, &Content::Image("MEDIA_ID".into())));
        let left: Vec<&str> = platform.left.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(left, ["开放时间", "只有视频", "只有视频", "收到消息回复"]);
        assert!(platform.left[0].1.contains("语音"), "{:?}", platform.left);
        assert!(Platform::of(&AutoreplyAnswer::default()).rules.is_empty());
    }
}
