use axum::http::Method;

use super::server::{Server, answer, json, refusal};
use super::*;
use crate::wire::account::CheckRequest;
use crate::wire::custom::{CustomContent, CustomLink, CustomMessage, CustomNews, CustomText};
use crate::wire::menu::{Button, ConditionalMenu, MatchRule, Menu};
use crate::wire::user::Tag;

const OK: &str = "{\"errcode\":0,\"errmsg\":\"ok\"}";

fn menu() -> Menu {
    let view = Button {
        kind: Some("view".into()),
        name: "查档 & 预约".into(),
        url: Some("https://a.example/?a=1&b=<2>".into()),
        ..Button::default()
    };
    let parent = Button { name: "服务".into(), sub_button: vec![view], ..Button::default() };
    Menu { button: vec![parent], menuid: None }
}

#[tokio::test]
async fn requests_are_raw_utf8() {
    let server = Server::answering(OK).await;
    account(&server).client.create_menu(&menu()).await.unwrap();
    let seen = server.last();
    assert_eq!(
        (seen.method.clone(), seen.path.as_str(), seen.query.as_str()),
        (Method::POST, "/cgi-bin/menu/create", "access_token=good")
    );
    assert_eq!(
        seen.text(),
        "{\"button\":[{\"name\":\"服务\",\"sub_button\":[{\"type\":\"view\",\"name\":\"查档 & 预约\",\
         \"url\":\"https://a.example/?a=1&b=<2>\"}]}]}"
    );
}

#[tokio::test]
async fn menus_are_made_read_and_deleted() {
    let server = Server::with_token(|seen| match seen.path.as_str() {
        "/cgi-bin/menu/get" => json("{\"menu\":{\"button\":[],\"menuid\":1}}"),
        "/cgi-bin/menu/addconditional" => json("{\"menuid\":208396993}"),
        "/cgi-bin/menu/trymatch" => json("{\"button\":[{\"type\":\"click\",\"name\":\"a\",\"key\":\"k\"}]}"),
        "/cgi-bin/get_current_selfmenu_info" => json(
            "{\"is_menu_open\":1,\"selfmenu_info\":{\"button\":[{\"name\":\"b\",\"sub_button\":{\"list\":[{\"type\":\"news\",\
             \"name\":\"c\",\"value\":\"v\",\"news_info\":{\"list\":[{\"title\":\"t\",\"show_cover\":0}]}}]}}]}}",
        ),
        _ => json(OK),
    })
    .await;
    let client = account(&server).client;
    assert_eq!(client.menus().await.unwrap().menu.menuid.as_deref(), Some("1"));
    let rule = MatchRule { tag_id: Some("2".into()), client_platform_type: None };
    let conditional = ConditionalMenu { button: menu().button, matchrule: rule, menuid: None };
    assert_eq!(client.add_conditional_menu(&conditional).await.unwrap(), "208396993");
    assert_eq!(client.menu_of("o1").await.unwrap().button[0].key.as_deref(), Some("k"));
    let current = client.current_menu().await.unwrap();
    let news = current.selfmenu_info.button[0].sub_button.as_ref().unwrap().list[0].news_info.as_ref().unwrap();
    assert_eq!(news.list[0].title, "t");
    client.delete_conditional_menu("208396993").await.unwrap();
    assert_eq!(server.last().text(), "{\"menuid\":\"208396993\"}");
    client.delete_menus().await.unwrap();
    assert_eq!(server.last().method, Method::GET);
}

#[tokio::test]
async fn followers_and_tags() {
    let server = Server::with_token(|seen| match seen.path.as_str() {
        "/cgi-bin/user/get" if seen.query.contains("next_openid=o2") => {
            json("{\"total\":2,\"count\":0,\"next_openid\":\"\"}")
        }
        "/cgi-bin/user/get" | "/cgi-bin/user/tag/get" | "/cgi-bin/tags/members/getblacklist" => {
            json("{\"total\":2,\"count\":2,\"data\":{\"openid\":[\"o1\",\"o2\"]},\"next_openid\":\"o2\"}")
        }
        "/cgi-bin/user/info" => json("{\"subscribe\":1,\"openid\":\"o1\",\"remark\":\"a\u{1}b\"}"),
        "/cgi-bin/user/info/batchget" => json("{\"user_info_list\":[{\"subscribe\":0,\"openid\":\"o1\"}]}"),
        "/cgi-bin/tags/create" => json("{\"tag\":{\"id\":\"100\",\"name\":\"查档\"}}"),
        "/cgi-bin/tags/get" => json("{\"tags\":[{\"id\":2,\"name\":\"星标组\",\"count\":0}]}"),
        "/cgi-bin/tags/getidlist" => json("{\"tagid_list\":[2,100]}"),
        _ => json(OK),
    })
    .await;
    let client = account(&server).client;
    let page = client.followers("").await.unwrap();
    assert_eq!(page.data.unwrap().openid, ["o1", "o2"]);
    assert_eq!(client.followers(&page.next_openid).await.unwrap().data, None);
    assert_eq!(client.user("o1").await.unwrap().remark.as_deref(), Some("ab"));
    assert_eq!(client.users(&["o1".into()]).await.unwrap()[0].subscribe, 0);
    assert_eq!(client.create_tag("查档").await.unwrap(), Tag { id: Some(100), name: Some("查档".into()), count: None });
    assert_eq!(client.tags().await.unwrap()[0].id, Some(2));
    assert_eq!(client.tags_of("o1").await.unwrap(), [2, 100]);
    assert_eq!(client.tagged(100, "").await.unwrap().count, 2);
    assert_eq!(client.blacklist("").await.unwrap().count, 2);
    client.rename_tag(100, "利用").await.unwrap();
    client.delete_tag(100).await.unwrap();
    assert_eq!(server.last().text(), "{\"tag\":{\"id\":100}}");
    client.tag(100, &["o1".into()]).await.unwrap();
    assert_eq!(server.last().text(), "{\"openid_list\":[\"o1\"],\"tagid\":100}");
    client.untag(100, &["o1".into()]).await.unwrap();
    client.block(&["o1".into()]).await.unwrap();
    client.unblock(&["o1".into()]).await.unwrap();
    client.set_remark("o1", "常来查婚姻档案").await.unwrap();
    let before = server.counts().1;
    let many = vec!["o".to_owned(); 101];
    for outcome in [
        client.users(&many).await.map(|_| ()),
        client.users(&[]).await.map(|_| ()),
        client.tag(1, &many[..51]).await,
        client.block(&many[..21]).await,
        client.set_remark("o", &"字".repeat(31)).await,
    ] {
        assert!(matches!(outcome, Err(Error::Argument(_))), "{outcome:?}");
    }
    assert_eq!(server.counts().1, before);
}

#[tokio::test]
async fn custom_messages_keep_the_limits() {
    let server = Server::answering(OK).await;
    let client = account(&server).client;
    let text = |content: String| CustomMessage {
        touser: "o1".into(),
        content: CustomContent::Text { text: CustomText { content } },
        customservice: None,
    };
    client.send_custom(&text("好".into())).await.unwrap();
    client.typing("o1", true).await.unwrap();
    assert_eq!(server.last().text(), "{\"touser\":\"o1\",\"command\":\"Typing\"}");
    let news = CustomContent::News { news: CustomNews { articles: vec![CustomLink::default(); 2] } };
    let two = CustomMessage { content: news, ..text(String::new()) };
    for message in [text("a".repeat(2049)), text(" ".into()), two] {
        assert!(matches!(client.send_custom(&message).await, Err(Error::Argument(_))));
    }
    assert_eq!(server.counts().1, 2);
    let server = Server::with_token(|_| refusal(45015)).await;
    let error = account(&server).client.send_custom(&text("好".into())).await.unwrap_err();
    assert_eq!((error.code(), error.class()), (Some(Errcode(45015)), Class::Stop));
}

#[tokio::test]
async fn media_are_uploaded_with_a_file_name() {
    let server = Server::with_token(|seen| match seen.path.as_str() {
        "/cgi-bin/media/upload" if seen.query.contains("type=thumb") => {
            json("{\"type\":\"thumb\",\"thumb_media_id\":\"m2\",\"created_at\":\"1\"}")
        }
        "/cgi-bin/media/upload" => json("{\"type\":\"image\",\"media_id\":\"m1\",\"created_at\":1}"),
        _ => json("{\"url\":\"http://mmbiz.qpic.cn/1\"}"),
    })
    .await;
    let client = account(&server).client;
    let answer = client.upload_media(MediaKind::Image, "档案.png", "image/png", b"\x89PNG").await.unwrap();
    assert_eq!((answer.media_id.as_str(), answer.created_at), ("m1", 1));
    let body = server.last().text();
    assert!(body.contains("name=\"media\"") && body.contains("filename") && body.contains("image/png"), "{body}");
    assert!(body.contains("档案.png"), "{body}");
    assert_eq!(client.upload_media(MediaKind::Thumb, "a.jpg", "image/jpeg", b"x").await.unwrap().media_id, "m2");
    assert_eq!(client.upload_picture("a.jpg", "image/jpeg", b"x").await.unwrap(), "http://mmbiz.qpic.cn/1");
    for (kind, bytes) in [(MediaKind::Image, 0), (MediaKind::Thumb, (64 << 10) + 1), (MediaKind::Voice, (2 << 20) + 1)]
    {
        let outcome = client.upload_media(kind, "a", "image/png", &vec![0; bytes]).await;
        assert!(matches!(outcome, Err(Error::Argument(_))));
    }
}

#[tokio::test]
async fn downloads_are_told_from_errors_by_their_bytes() {
    let server = Server::with_token(|seen| {
        let id = seen.query.split("media_id=").nth(1).unwrap_or_default();
        match id {
            "picture" => {
                let mut response = answer("image/jpeg", &b"\xff\xd8\xff"[..]);
                let name = "attachment; filename=\"a.jpg\"".parse().unwrap();
                response.headers_mut().insert("content-disposition", name);
                response
            }
            "video" => answer("text/plain", "{\"video_url\":\"http://v\"}"),
            "gone" => answer("image/jpeg", "{\"errcode\":40007,\"errmsg\":\"invalid media_id\"}"),
            "page" => answer("text/html", "<html>"),
            _ => answer("image/jpeg", ""),
        }
    })
    .await;
    let client = account(&server).client;
    let Download::File { bytes, content_type, filename } = client.media("picture").await.unwrap() else { panic!() };
    assert_eq!(
        (bytes.as_slice(), content_type.as_str(), filename.as_deref()),
        (&b"\xff\xd8\xff"[..], "image/jpeg", Some("a.jpg"))
    );
    assert_eq!(client.media("video").await.unwrap(), Download::Video { url: "http://v".into() });
    assert_eq!(client.media("gone").await.unwrap_err().code(), Some(Errcode(40007)));
    for id in ["page", "empty"] {
        assert!(matches!(client.media(id).await, Err(Error::Answer(_))), "{id}");
    }
}

#[tokio::test]
async fn a_film_is_fetched_by_its_link_without_the_token_and_never_beyond_the_limit() {
    let server = Server::with_token(|seen| match seen.path.as_str() {
        "/film" => answer("video/mp4", &b"\0\0\0\x18ftypmp42"[..]),
        "/endless" => answer("video/mp4", vec![0; (16 << 20) + 1]),
        _ => refusal(404),
    })
    .await;
    let client = account(&server).client;
    assert_eq!(client.film(&format!("{}/film", server.base)).await.unwrap(), b"\0\0\0\x18ftypmp42");
    assert_eq!(server.last().query, "", "no token");
    assert_eq!(client.film(&format!("{}/endless", server.base)).await, Err(Error::TooLarge));
    assert!(matches!(client.film("http://192.168.1.1/").await, Err(Error::Answer(_))));
}

#[tokio::test]
async fn the_account_is_read() {
    let server = Server::with_token(|seen| match seen.path.as_str() {
        "/cgi-bin/get_current_autoreply_info" => json(
            "{\"is_add_friend_reply_open\":1,\"is_autoreply_open\":\"1\",\"add_friend_autoreply_info\":{\"type\":\"text\",\
             \"content\":\"欢迎\"},\"keyword_autoreply_info\":{\"list\":[{\"rule_name\":\"r\",\"create_time\":1,\"reply_mode\":\
             \"random_one\",\"keyword_list_info\":[{\"type\":\"text\",\"match_mode\":\"contain\",\"content\":\"时间\"}],\
             \"reply_list_info\":[{\"type\":\"news\",\"news_info\":{\"list\":[{\"title\":\"t\"}]}}]}]}}",
        ),
        "/cgi-bin/callback/check" => json("{\"dns\":[{\"ip\":\"1.1.1.1\",\"real_operator\":\"UNICOM\"}],\"ping\":[]}"),
        "/cgi-bin/openapi/quota/get" => json("{\"errcode\":0,\"quota\":{\"daily_limit\":\"100\",\"used\":1,\"remain\":99}}"),
        _ => json("{\"ip_list\":[\"127.0.0.1\",\"10.0.0.0/8\"]}"),
    })
    .await;
    let client = account(&server).client;
    let replies = client.autoreplies().await.unwrap();
    let rule = &replies.keyword_autoreply_info.unwrap().list[0];
    assert_eq!(
        (rule.keyword_list_info[0].match_mode.as_str(), rule.reply_list_info[0].kind.as_str()),
        ("contain", "news")
    );
    assert_eq!(client.check_callback(&CheckRequest::default()).await.unwrap().dns[0].ip, "1.1.1.1");
    assert_eq!(client.quota("/cgi-bin/user/get").await.unwrap().quota.remain, 99);
    assert_eq!(server.last().text(), "{\"cgi_path\":\"/cgi-bin/user/get\"}");
    assert_eq!(client.callback_addresses().await.unwrap().len(), 2);
    assert_eq!(client.api_addresses().await.unwrap().len(), 2);
}

#[tokio::test]
async fn scene_codes() {
    let server =
        Server::answering("{\"ticket\":\"gQ+/==\",\"expire_seconds\":60,\"url\":\"http://weixin.qq.com/q/1\"}").await;
    let client = account(&server).client;
    let code = client.create_scene("展厅3", 60).await.unwrap();
    assert_eq!(
        server.last().text(),
        "{\"expire_seconds\":60,\"action_name\":\"QR_STR_SCENE\",\"action_info\":{\"scene\":{\"scene_str\":\"展厅3\"}}}"
    );
    assert_eq!(client.scene_picture(&code.ticket), format!("{}/cgi-bin/showqrcode?ticket=gQ%2B%2F%3D%3D", server.base));
    client.create_permanent_scene("门厅").await.unwrap();
    for (scene, life) in [("", 60), ("a", 0), ("a", 2_592_001), (&*"a".repeat(65), 60)] {
        assert!(matches!(client.create_scene(scene, life).await, Err(Error::Argument(_))));
    }
    let official =
        Client::new(settings(API_BASE), Arc::new(Manual::at(NOW)), Arc::new(MemoryStore::default())).unwrap();
    assert_eq!(official.scene_picture("t"), "https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=t");
}

#[test]
fn js_signature_vectors_of_the_reference() {
    let ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg";
    let sign = |url| js_signature(ticket, "Wm3WZYTPz0wzccnW", 1_414_587_457, url);
    assert_eq!(sign("http://mp.weixin.qq.com"), "f4d90daf4b3bca3078ab155816175ba34c443a7b");
    assert_eq!(sign("http://mp.weixin.qq.com#top"), "f4d90daf4b3bca3078ab155816175ba34c443a7b");
    assert_eq!(sign("http://mp.weixin.qq.com?params=value"), "0f9de62fce790f9a083d5c99e95740ceb90c27ed");
}

#[tokio::test]
async fn js_ticket_is_fetched_once_and_kept() {
    let server = Server::answering("{\"errcode\":0,\"errmsg\":\"ok\",\"ticket\":\"T\",\"expires_in\":7200}").await;
    let account = account(&server);
    let url = "https://a.example/search?q=1#x";
    let config = account.client.js_config(url).await.unwrap();
    assert_eq!(config.signature, js_signature("T", &config.nonce_str, NOW, url));
    let again = account.client.js_config(url).await.unwrap();
    assert_ne!(again.nonce_str, config.nonce_str);
    assert_eq!(server.counts(), (1, 1));
    account.environment.advance(7200);
    account.client.js_config(url).await.unwrap();
    assert_eq!(server.counts(), (2, 2));
    let written = serde_json::to_value(&config).unwrap();
    assert!(written.get("nonceStr").is_some() && written.get("appId").is_some());
}

#[tokio::test]
async fn readers_sign_in_and_snapshots_do_not() {
    let server = Server::scripted(|seen| match seen.query.split("code=").nth(1).unwrap_or_default() {
        query if query.starts_with("good") => {
            json("{\"access_token\":\"a\",\"expires_in\":7200,\"refresh_token\":\"r\",\"openid\":\"o1\",\"scope\":\"snsapi_base\"}")
        }
        query if query.starts_with("snapshot") => {
            json("{\"access_token\":\"a\",\"expires_in\":7200,\"openid\":\"o9\",\"is_snapshotuser\":1}")
        }
        query if query.starts_with("used") => refusal(40163),
        _ => refusal(40029),
    })
    .await;
    let client = account(&server).client;
    assert_eq!(client.signed_in("good").await.unwrap().openid, "o1");
    assert_eq!(client.signed_in("snapshot").await, Err(Error::Snapshot));
    assert_eq!(client.signed_in("used").await.unwrap_err().code(), Some(Errcode(40163)));
    assert_eq!(client.signed_in("bad").await.unwrap_err().class(), Class::Stop);
    assert_eq!(server.counts().0, 0);
}

#[test]
fn authorize_url_keeps_order_and_fragment() {
    let client = Client::new(settings(API_BASE), Arc::new(Manual::at(NOW)), Arc::new(MemoryStore::default())).unwrap();
    assert_eq!(
        client.authorize_url("https://a.example/oauth/return?x=1&y=档", "abc123").unwrap(),
        "https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx49f0ab532d5d035a\
         &redirect_uri=https%3A%2F%2Fa.example%2Foauth%2Freturn%3Fx%3D1%26y%3D%E6%A1%A3&response_type=code\
         &scope=snsapi_base&state=abc123#wechat_redirect"
    );
    for state in ["", "a-b", "a&b", &"a".repeat(129)] {
        assert!(client.authorize_url("https://a", state).is_err());
    }
}
