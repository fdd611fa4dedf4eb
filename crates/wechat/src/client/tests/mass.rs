use std::sync::atomic::{AtomicUsize, Ordering};

use super::server::{Server, json, refusal, token};
use super::*;
use crate::wire::draft::Article;
use crate::wire::mass::MassContent;

fn send(audience: Audience) -> MassSend {
    let client_id = ClientMessageId::parse("p1-7").unwrap();
    MassSend { audience, content: MassContent::articles("m1"), client_id, ignore_reprint: true }
}

#[test]
fn p24_a_name_has_1_to_32_plain_characters() {
    for good in ["a", "A-z_09", &"x".repeat(32)] {
        assert_eq!(ClientMessageId::parse(good).unwrap().as_str(), good);
    }
    for bad in ["", " a", "档案", "a\n", &"x".repeat(33)] {
        assert_eq!(ClientMessageId::parse(bad), None, "{bad:?}");
    }
}

#[tokio::test]
async fn mass_sends_are_written_as_wechat_wants_them() {
    let server = Server::answering(
        "{\"errcode\":0,\"errmsg\":\"send job submission success\",\"msg_id\":34182,\"msg_data_id\":\"206227730\"}",
    )
    .await;
    let client = account(&server).client;
    let taken = client.send_mass(&send(Audience::Everybody)).await.unwrap();
    let expected = Submitted { msg_id: Some("34182".into()), msg_data_id: Some(206_227_730), repeated: false };
    assert_eq!(taken, expected);
    assert_eq!(server.last().path, "/cgi-bin/message/mass/sendall");
    let rest =
        "\"msgtype\":\"mpnews\",\"mpnews\":{\"media_id\":\"m1\"},\"send_ignore_reprint\":1,\"clientmsgid\":\"p1-7\"}";
    assert_eq!(server.last().text(), format!("{{\"filter\":{{\"is_to_all\":true}},{rest}"));
    client.send_mass(&send(Audience::Tagged(2))).await.unwrap();
    assert_eq!(server.last().text(), format!("{{\"filter\":{{\"is_to_all\":false,\"tag_id\":2}},{rest}"));
    client.send_mass(&send(Audience::Listed(vec!["o1".into(), "o2".into()]))).await.unwrap();
    assert_eq!(server.last().path, "/cgi-bin/message/mass/send");
    assert_eq!(server.last().text(), format!("{{\"touser\":[\"o1\",\"o2\"],{rest}"));
    client.preview_mass(&PreviewReader::Openid("o1".into()), &MassContent::images(&["i1".into()])).await.unwrap();
    assert_eq!(
        server.last().text(),
        "{\"touser\":\"o1\",\"msgtype\":\"image\",\"image\":{\"media_id\":\"i1\"}}",
        "another name than in the send"
    );
    client.delete_mass("34182", Some(2)).await.unwrap();
    assert_eq!(server.last().text(), "{\"msg_id\":34182,\"article_idx\":2}");
    let before = server.counts().1;
    let many = vec!["o".to_owned(); 10_001];
    for audience in [Audience::Listed(many[..1].to_vec()), Audience::Listed(many)] {
        assert!(matches!(client.send_mass(&send(audience)).await, Err(Error::Argument(_))), "p18");
    }
    assert!(matches!(client.set_mass_speed(5).await, Err(Error::Argument(_))));
    assert_eq!(server.counts().1, before);
}

#[tokio::test]
async fn t11_answers_to_a_repeated_name() {
    let outcome = async |body: &'static str| {
        let server = Server::answering(body).await;
        account(&server).client.send_mass(&send(Audience::Everybody)).await
    };
    let taken =
        |msg_id: Option<&str>| Submitted { msg_id: msg_id.map(str::to_owned), msg_data_id: None, repeated: true };
    let known = outcome("{\"errcode\":45065,\"errmsg\":\"clientmsgid exist\",\"msg_id\":\"34182\"}").await;
    assert_eq!(known, Ok(taken(Some("34182"))));
    assert_eq!(outcome("{\"errcode\":45065,\"errmsg\":\"clientmsgid exist\"}").await, Ok(taken(None)));
    let soon = outcome("{\"errcode\":45066,\"errmsg\":\"\"}").await.unwrap_err();
    assert_eq!((soon.code(), soon.class()), (Some(Errcode(45066)), Class::Retry));
    let long = outcome("{\"errcode\":45067,\"errmsg\":\"\"}").await.unwrap_err();
    assert_eq!(long.class(), Class::Programming);
    for unclear in ["{\"errcode\":-1}", "{\"errcode\":0}", "{}", "<html>", "{\"errcode\":45065,\"errcode\":0}"] {
        assert!(matches!(outcome(unclear).await, Err(Error::Unknown(_))), "{unclear}");
    }
    let server = Server::with_token(|_| refusal(45065)).await;
    let other = account(&server).client.delete_material("m1").await.unwrap_err();
    assert_eq!(other.code(), Some(Errcode(45065)), "an answer to mass sends only");
}

#[tokio::test]
async fn t04_a_stale_token_costs_a_refresh_and_the_send_is_repeated_under_the_same_name() {
    for code in [40001, 42001] {
        let given = AtomicUsize::new(0);
        let server = Server::scripted(move |seen| match (seen.is_token(), seen.query.contains("token1")) {
            (true, _) => token(&format!("token{}", given.fetch_add(1, Ordering::SeqCst) + 1), 7200),
            (false, true) => refusal(code),
            (false, false) => json("{\"errcode\":0,\"msg_id\":34182}"),
        })
        .await;
        let taken = account(&server).client.send_mass(&send(Audience::Everybody)).await.unwrap();
        assert_eq!(taken.msg_id.as_deref(), Some("34182"));
        let seen = server.seen();
        let sends: Vec<String> = seen.iter().filter(|seen| !seen.is_token()).map(server::Seen::text).collect();
        assert_eq!(server.counts(), (2, 2), "one refusal, one repetition");
        assert!(sends.iter().all(|body| body.contains("\"clientmsgid\":\"p1-7\"")), "{sends:?}");
    }
}

#[tokio::test]
async fn drafts_and_publications_are_written_as_wechat_wants_them() {
    let server = Server::with_token(|seen| match seen.path.as_str() {
        "/cgi-bin/draft/add" => json("{\"media_id\":\"d1\",\"item\":[{\"index\":0,\"ad_count\":0}]}"),
        "/cgi-bin/freepublish/submit" => json("{\"errcode\":0,\"publish_id\":100000001}"),
        "/cgi-bin/freepublish/get" => json("{\"publish_id\":\"100000001\",\"publish_status\":\"1\",\"fail_idx\":[]}"),
        _ => json("{\"errcode\":0,\"errmsg\":\"ok\"}"),
    })
    .await;
    let client = account(&server).client;
    let article = Article {
        title: "题 & <一>".into(),
        content: "<p>文</p>".into(),
        thumb_media_id: "t1".into(),
        need_open_comment: true,
        ..Article::default()
    };
    assert_eq!(client.add_draft(std::slice::from_ref(&article)).await.unwrap(), "d1");
    let written = "{\"title\":\"题 & <一>\",\"author\":\"\",\"digest\":\"\",\"content\":\"<p>文</p>\",\"content_source_url\":\"\",\
                   \"thumb_media_id\":\"t1\",\"need_open_comment\":1,\"only_fans_can_comment\":0}";
    assert_eq!(server.last().text(), format!("{{\"articles\":[{written}]}}"));
    client.update_draft("d1", 0, &article).await.unwrap();
    assert_eq!(server.last().text(), format!("{{\"media_id\":\"d1\",\"index\":0,\"articles\":{written}}}"));
    assert_eq!(client.publish("d1").await.unwrap().publish_id, "100000001");
    assert_eq!(client.publish_state("100000001").await.unwrap().publish_status, 1);
    let before = server.counts().1;
    for many in [vec![], vec![article; 9]] {
        assert!(matches!(client.add_draft(&many).await, Err(Error::Argument(_))));
    }
    assert_eq!(server.counts().1, before);
}
