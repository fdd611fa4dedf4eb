use std::collections::BTreeMap;

use super::server::{Server, refusal};
use super::*;
use crate::notice::data;
use crate::wire::notice::{NoticeTemplateWanted, OneTimeData, OneTimeMessage, SubscriptionNotice, TemplateMessage};

fn values() -> BTreeMap<String, crate::wire::notice::NoticeValue> {
    data([("thing1", "咨询"), ("time2", "15:01")]).unwrap()
}

#[tokio::test]
async fn a_subscription_notice_is_written_as_the_page_says() {
    let server = Server::answering("{\"errcode\":0,\"errmsg\":\"ok\"}").await;
    let page = Some("https://a.example/questions?a=1&b=2".to_owned());
    let notice = SubscriptionNotice { touser: "o1".into(), template_id: "t1".into(), page, data: values() };
    account(&server).client.send_subscription_notice(&notice).await.unwrap();
    let seen = server.last();
    assert_eq!(seen.path, "/cgi-bin/message/subscribe/bizsend");
    assert_eq!(
        seen.text(),
        "{\"touser\":\"o1\",\"template_id\":\"t1\",\"page\":\"https://a.example/questions?a=1&b=2\",\
         \"data\":{\"thing1\":{\"value\":\"咨询\"},\"time2\":{\"value\":\"15:01\"}}}"
    );
}

#[tokio::test]
async fn refusals_of_notices_stop() {
    for code in [43101, 43107, 40037, 40003, 47003] {
        let server = Server::with_token(move |_| refusal(code)).await;
        let client = account(&server).client;
        let error = client.send_subscription_notice(&SubscriptionNotice::default()).await.unwrap_err();
        assert_eq!(error.code(), Some(Errcode(code)));
        assert!(matches!(error.class(), Class::Stop | Class::Programming), "{code}");
    }
}

#[tokio::test]
async fn a_template_message_answers_its_number() {
    let server = Server::answering("{\"errcode\":0,\"errmsg\":\"ok\",\"msgid\":3000000001}").await;
    let client = account(&server).client;
    let message = TemplateMessage { client_msg_id: Some("n1".into()), data: values(), ..TemplateMessage::default() };
    assert_eq!(client.send_template(&message).await.unwrap(), "3000000001");
    let long = TemplateMessage { client_msg_id: Some("n".repeat(33)), ..message.clone() };
    assert!(matches!(client.send_template(&long).await, Err(Error::Argument(_))));
    let server = Server::answering("{\"errcode\":0,\"errmsg\":\"ok\"}").await;
    assert!(matches!(account(&server).client.send_template(&message).await, Err(Error::Unknown(_))));
}

#[tokio::test]
async fn the_page_of_a_one_time_message_and_its_limits() {
    let server = Server::answering("{\"errcode\":0,\"errmsg\":\"ok\"}").await;
    let client = account(&server).client;
    let url = client.one_time_url("T_1", 3, "https://a.example/notices/allowed", "abc123").unwrap();
    let (_, asked) = url.split_once("/mp/subscribemsg?").unwrap();
    assert_eq!(
        asked,
        "action=get_confirm&appid=wx49f0ab532d5d035a&scene=3&template_id=T_1\
         &redirect_url=https%3A%2F%2Fa.example%2Fnotices%2Fallowed&reserved=abc123#wechat_redirect"
    );
    assert!(client.one_time_url("T", 10_001, "https://a.example", "a").is_err());
    assert!(client.one_time_url("T", 1, "https://a.example", "a b").is_err());
    let message = |title: &str, text: &str| OneTimeMessage {
        scene: "3".into(),
        title: title.into(),
        data: OneTimeData { content: crate::wire::notice::NoticeValue { value: text.into() } },
        ..OneTimeMessage::default()
    };
    client.send_one_time(&message("您的咨询有了答复", "点此查看")).await.unwrap();
    for wrong in [message(&"一".repeat(16), "二"), message("一", &"二".repeat(201))] {
        assert!(matches!(client.send_one_time(&wrong).await, Err(Error::Argument(_))));
    }
}

#[tokio::test]
async fn templates_are_read_in_either_form() {
    let notices = "{\"errcode\":0,\"data\":[{\"priTmplId\":\"a\",\"title\":\"答复\",\"content\":\"事项:{{thing1.DATA}}\\n\",\
        \"example\":\"事项:查档\",\"type\":2,\"keywordEnumValueList\":[{\"enumValueList\":[\"甲\"],\"keywordCode\":\"enum1\"}]},\
        {\"priTmplId\":\"b\",\"type\":\"3\",\"keywordEnumValueList\":null}]}";
    let server = Server::answering(notices).await;
    let read = account(&server).client.notice_templates().await.unwrap();
    assert_eq!((read[0].id.as_str(), read[0].kind, read[0].choices[0].words.len()), ("a", 2, 1));
    assert_eq!((read[1].kind, read[1].choices.len()), (3, 0));
    let server = Server::answering(
        "{\"template_list\":[{\"template_id\":\"c\",\"title\":\"预约\",\"primary_industry\":\"\",\"content\":\"x\"}]}",
    )
    .await;
    assert_eq!(account(&server).client.private_templates().await.unwrap()[0].template_id, "c");
    let server = Server::answering("{\"errcode\":0,\"errmsg\":\"ok\",\"priTmplId\":\"d\"}").await;
    let client = account(&server).client;
    let wanted = NoticeTemplateWanted { tid: "1407".into(), fields: vec![1, 2], scene: String::new() };
    assert_eq!(client.add_notice_template(&wanted).await.unwrap(), "d");
    assert_eq!(server.last().text(), "{\"tid\":\"1407\",\"kidList\":[1,2]}");
    client.delete_notice_template("d").await.unwrap();
    client.delete_private_template("c").await.unwrap();
}
