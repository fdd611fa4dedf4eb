use std::collections::BTreeMap;

use wechat::client::Error;
use wechat::errcode::Errcode;
use wechat::wire::notice::{
    NoticeTemplateWanted, NoticeValue, OneTimeData, OneTimeMessage, SubscriptionNotice, TemplateMessage,
};

use super::*;

fn values(texts: &[(&str, &str)]) -> BTreeMap<String, NoticeValue> {
    texts.iter().map(|(key, value)| ((*key).to_owned(), NoticeValue { value: (*value).to_owned() })).collect()
}

const ANSWER: [(&str, &str); 3] = [("thing1", "婚姻档案"), ("time2", "15:01"), ("thing3", "点此查看")];
const RESULT: [(&str, &str); 3] = [("thing1", "工龄档案"), ("phrase2", "已经办结"), ("time3", "15:01")];

/// The template a desk uses in a way: `once`, `always`, `template` or `onetime`.
async fn template(desk: &Desk, openid: &str, way: &str) -> String {
    let told = desk.live.get(&format!("/_sandbox/a/followers/{openid}/notices")).await;
    let all = told["templates"].as_array().unwrap().clone();
    all.iter().find(|one| one["way"] == way).unwrap()["template_id"].as_str().unwrap().to_owned()
}

async fn consent(desk: &Desk, openid: &str, template: &str, answer: &str) {
    let content = json!({"template_id": template, "answer": answer});
    let body = json!({"type": "consent", "content": content});
    let sent = desk.live.control(&format!("/a/followers/{openid}/messages"), &body).await;
    assert!(sent["error"].is_null(), "{sent}");
}

fn notice(openid: &str, template: &str) -> SubscriptionNotice {
    SubscriptionNotice {
        touser: openid.to_owned(),
        template_id: template.to_owned(),
        page: Some("https://a.example/questions".to_owned()),
        data: values(&ANSWER),
    }
}

async fn shown(desk: &Desk, openid: &str) -> usize {
    desk.live.chat(openid).await.iter().filter(|line| line.1 == "notice").count()
}

#[tokio::test]
async fn a_consent_is_good_for_one_notice_and_each_step_is_told() {
    let desk = Desk::of(Kind::Service).await;
    let openid = desk.followers(1).await.remove(0);
    let before = desk.events().len();
    let template = template(&desk, &openid, "once").await;
    let refused = async || desk.client.send_subscription_notice(&notice(&openid, &template)).await.unwrap_err().code();
    assert_eq!(refused().await, Some(Errcode(43101)), "nobody agreed");
    consent(&desk, &openid, &template, "reject").await;
    assert_eq!(refused().await, Some(Errcode(43101)));
    consent(&desk, &openid, &template, "accept").await;
    desk.client.send_subscription_notice(&notice(&openid, &template)).await.unwrap();
    assert_eq!(refused().await, Some(Errcode(43101)), "it is used up");
    desk.live.advance(1).await;
    let told = desk.heard(before + 3).await.split_off(before);
    let [Event::SubscribePopup(no), Event::SubscribePopup(yes), Event::SubscribeSent(sent)] = &told[..] else {
        panic!("{told:?}")
    };
    assert_eq!((no[0].accepted, yes[0].accepted), (false, true));
    assert_eq!((sent[0].template_id.as_str(), sent[0].error_status.as_str()), (template.as_str(), "success"));
    assert_eq!(shown(&desk, &openid).await, 1);
}

#[tokio::test]
async fn what_was_switched_off_is_not_sent() {
    let desk = Desk::of(Kind::Service).await;
    let openid = desk.followers(1).await.remove(0);
    let template = template(&desk, &openid, "always").await;
    let data =
        values(&[("thing1", "查档"), ("date2", "2026年12月1日"), ("thing3", "一楼"), ("character_string4", "A-1")]);
    let notice = SubscriptionNotice { data, ..notice(&openid, &template) };
    consent(&desk, &openid, &template, "accept").await;
    for _ in 0..2 {
        desk.client.send_subscription_notice(&notice).await.unwrap();
    }
    consent(&desk, &openid, &template, "off").await;
    let refused = desk.client.send_subscription_notice(&notice).await.unwrap_err();
    assert_eq!(refused.code(), Some(Errcode(43101)));
    let change = desk.events().into_iter().rev().find_map(|event| match event {
        Event::SubscribeChange(list) => Some(list[0].accepted),
        _ => None,
    });
    assert_eq!(change, Some(false));
}

#[tokio::test]
async fn p27_a_template_message_under_one_name_arrives_once_within_ten_minutes() {
    let desk = Desk::of(Kind::Service).await;
    let openid = desk.followers(1).await.remove(0);
    let template_id = template(&desk, &openid, "template").await;
    let message = TemplateMessage {
        touser: openid.clone(),
        template_id,
        data: values(&RESULT),
        client_msg_id: Some("n1".to_owned()),
        ..TemplateMessage::default()
    };
    desk.fault(json!({"name": "send_cut"})).await;
    assert!(matches!(desk.client.send_template(&message).await, Err(Error::Unknown(_))));
    desk.live.advance(599).await;
    desk.heard(1).await;
    desk.client.send_template(&message).await.unwrap();
    assert_eq!(shown(&desk, &openid).await, 1);
    desk.live.advance(1).await;
    desk.client.send_template(&message).await.unwrap();
    desk.live.advance(1).await;
    desk.heard(2).await;
    assert_eq!(shown(&desk, &openid).await, 2, "after ten minutes the name is forgotten");
}

#[tokio::test]
async fn what_cannot_be_delivered_is_told() {
    let desk = Desk::of(Kind::Service).await;
    let openid = desk.followers(1).await.remove(0);
    let template_id = template(&desk, &openid, "template").await;
    let message =
        TemplateMessage { touser: openid.clone(), template_id, data: values(&RESULT), ..TemplateMessage::default() };
    let send = async || {
        let before = desk.events().len();
        desk.client.send_template(&message).await.unwrap();
        desk.live.advance(1).await;
        match desk.heard(before + 1).await.pop().unwrap() {
            Event::TemplateSent { status, .. } => status,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(send().await, "success");
    desk.fault(json!({"name": "notice_fail"})).await;
    assert_eq!(send().await, "failed: system failed");
    desk.live.send(&openid, "notices", "off").await;
    assert_eq!(send().await, "failed:user block");
    assert_eq!(shown(&desk, &openid).await, 1);
    let wrong = TemplateMessage { data: values(&[("thing1", "甲")]), ..message.clone() };
    assert_eq!(desk.client.send_template(&wrong).await.unwrap_err().code(), Some(Errcode(47003)));
    desk.live.send(&openid, "unsubscribe", "").await;
    assert_eq!(desk.client.send_template(&message).await.unwrap_err().code(), Some(Errcode(43004)));
}

#[tokio::test]
async fn templates_are_listed_taken_and_removed() {
    let desk = Desk::of(Kind::Service).await;
    let had = desk.client.notice_templates().await.unwrap().len();
    let wanted = NoticeTemplateWanted { tid: "1407".into(), fields: vec![1, 2], scene: "咨询".into() };
    let id = desk.client.add_notice_template(&wanted).await.unwrap();
    assert_eq!(desk.client.notice_templates().await.unwrap().len(), had + 1);
    desk.client.delete_notice_template(&id).await.unwrap();
    assert_eq!(desk.client.delete_notice_template(&id).await.unwrap_err().code(), Some(Errcode(40037)));
    let short = NoticeTemplateWanted { fields: vec![1], ..wanted };
    assert_eq!(desk.client.add_notice_template(&short).await.unwrap_err().code(), Some(Errcode(200_020)));
    assert_eq!(desk.client.private_templates().await.unwrap().len(), 1);
    let subscription = Desk::of(Kind::Subscription).await;
    assert_eq!(subscription.client.notice_templates().await.unwrap_err().code(), Some(Errcode(48001)));
}

#[tokio::test]
async fn a_one_time_message_needs_the_page_on_which_the_reader_agrees() {
    let desk = Desk::of(Kind::Subscription).await;
    let openid = desk.followers(1).await.remove(0);
    let id = template(&desk, &openid, "onetime").await;
    let message = OneTimeMessage {
        touser: openid.clone(),
        template_id: id.clone(),
        url: None,
        scene: "1".into(),
        title: "您的咨询有了答复".into(),
        data: OneTimeData { content: NoticeValue { value: "点此查看".into() } },
    };
    assert_eq!(desk.client.send_one_time(&message).await.unwrap_err().code(), Some(Errcode(43101)));
    let page = desk.client.one_time_url(&id, 1, "https://a.example/notices/allowed", "r1").unwrap();
    let (page, _) = page.split_once('#').unwrap();
    let open = async |more: &str| {
        desk.live.sandbox.inner.http.get(format!("{page}&sandbox_follower={openid}{more}")).send().await.unwrap()
    };
    assert!(open("").await.text().await.unwrap().contains("sandbox_answer=confirm"));
    let cancelled = open("&sandbox_answer=cancel").await;
    assert!(cancelled.headers()["location"].to_str().unwrap().contains("action=cancel"));
    assert_eq!(desk.client.send_one_time(&message).await.unwrap_err().code(), Some(Errcode(43101)));
    let agreed = open("&sandbox_answer=confirm").await;
    let to = agreed.headers()["location"].to_str().unwrap().to_owned();
    assert_eq!(
        to,
        format!(
            "https://a.example/notices/allowed?openid={openid}&template_id={id}&action=confirm&scene=1&reserved=r1"
        )
    );
    desk.client.send_one_time(&message).await.unwrap();
    assert_eq!(desk.client.send_one_time(&message).await.unwrap_err().code(), Some(Errcode(43101)));
    assert_eq!(shown(&desk, &openid).await, 1);
}
