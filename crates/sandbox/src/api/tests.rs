//! The API over HTTP, as a client sees it.

use std::time::Duration;

use serde_json::{Value, json};

use super::{CALLS, Handler, Method};
use crate::rights::may;
use crate::testing::{Live, account};
use crate::{Kind, SandboxAccount};

fn code(answer: &Value) -> i64 {
    answer["errcode"].as_i64().unwrap_or(0)
}

#[tokio::test]
async fn the_matrix_decides_48001_for_every_call_of_every_kind_of_account() {
    let live = Live::start(SandboxAccount::defaults(), Duration::from_secs(5)).await;
    for settings in live.sandbox.accounts() {
        let token = live.token(&settings.name).await;
        for known in CALLS {
            let Handler::Account(right, _) = known.handler else { continue };
            let path = format!("{}?access_token={token}", known.path);
            let answer = match known.method {
                Method::Get => live.get(&path).await,
                _ => live.post(&path, &json!({})).await,
            };
            let refused = code(&answer) == 48001;
            assert_eq!(refused, !may(&settings, right, true), "{} {}: {answer}", settings.name, known.path);
        }
    }
}

#[tokio::test]
async fn errors_are_200_with_the_text_and_a_rid_that_can_be_looked_up() {
    let live = Live::service().await;
    let token = live.token("a").await;
    let answer = live.get(&format!("/cgi-bin/menu/get?access_token={token}")).await;
    let text = answer["errmsg"].as_str().unwrap();
    let (said, rid) = text.split_once(" rid: ").unwrap();
    assert_eq!((code(&answer), said), (46003, "menu no exist"));
    assert!(rid.split('-').all(|part| part.len() == 8 && part.bytes().all(|byte| byte.is_ascii_hexdigit())));
    let asked = live.post(&format!("/cgi-bin/openapi/rid/get?access_token={token}"), &json!({"rid": rid})).await;
    assert!(asked["request"]["request_url"].as_str().unwrap().starts_with("/cgi-bin/menu/get"));
    let other = live.post(&format!("/cgi-bin/openapi/rid/get?access_token={token}"), &json!({"rid": "x"})).await;
    assert_eq!(code(&other), 76001);
}

#[tokio::test]
async fn tokens_are_judged_before_anything_else() {
    let live = Live::service().await;
    let settings = live.sandbox.accounts().remove(0);
    let good = live.token("a").await;
    for (token, expected) in [("", 41001), ("短", 40014), ("82_abcdefghijklmnopqrstuvwxyz", 40001), (&*good, 46003)] {
        let answer = live.get(&format!("/cgi-bin/menu/get?access_token={token}")).await;
        assert_eq!(code(&answer), expected, "{token}");
    }
    live.advance(7200).await;
    assert_eq!(code(&live.get(&format!("/cgi-bin/menu/get?access_token={good}")).await), 42001);
    let id = &settings.app_id;
    for (query, expected) in [
        (format!("grant_type=x&appid={id}&secret=x"), 40002),
        (format!("grant_type=client_credential&appid={id}&secret=x"), 40125),
        ("grant_type=client_credential&appid=wx0&secret=x".to_owned(), 40013),
        ("grant_type=client_credential&secret=x".to_owned(), 41002),
        (format!("grant_type=client_credential&appid={id}"), 41004),
    ] {
        assert_eq!(code(&live.get(&format!("/cgi-bin/token?{query}")).await), expected, "{query}");
    }
    assert_eq!(code(&live.get("/cgi-bin/stable_token").await), 43002);
    assert_eq!(code(&live.get("/cgi-bin/nothing").await), 40066);
}

#[tokio::test]
async fn a_caller_outside_the_list_gets_40164_with_its_address() {
    let listed = SandboxAccount { ip_whitelist: vec!["10.1.2.3".to_owned()], ..account("a", Kind::Service, true) };
    let live = Live::start(vec![listed], Duration::from_secs(5)).await;
    let settings = live.sandbox.accounts().remove(0);
    let body = json!({"grant_type": "client_credential", "appid": settings.app_id, "secret": settings.app_secret});
    let answer = live.post("/cgi-bin/stable_token", &body).await;
    assert_eq!(code(&answer), 40164);
    let text = answer["errmsg"].as_str().unwrap();
    assert!(text.starts_with("invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist rid: "), "{text}");
}

#[tokio::test]
async fn kf_messages_go_into_open_windows_only() {
    let live = Live::service().await;
    let (openid, token) = (live.follower().await, live.token("a").await);
    let path = format!("/cgi-bin/message/custom/send?access_token={token}");
    let body = json!({"touser": openid, "msgtype": "text", "text": {"content": "您好"}});
    for expected in [0, 0, 0, 45047] {
        assert_eq!(code(&live.post(&path, &body).await), expected, "the follow opened three for a minute");
    }
    live.advance(60).await;
    assert_eq!(code(&live.post(&path, &body).await), 45015);
    live.send(&openid, "text", "在吗").await;
    for expected in [0, 0, 0, 0, 0, 45047] {
        assert_eq!(code(&live.post(&path, &body).await), expected);
    }
    live.send(&openid, "text", "在吗").await;
    live.advance(48 * 3600 - 1).await;
    let token = live.token("a").await;
    let path = format!("/cgi-bin/message/custom/send?access_token={token}");
    assert_eq!(code(&live.post(&path, &body).await), 0);
    live.advance(1).await;
    assert_eq!(code(&live.post(&path, &body).await), 45015);
    let typing = json!({"touser": openid, "command": "Typing"});
    let typing_path = format!("/cgi-bin/message/custom/typing?access_token={token}");
    assert_eq!(code(&live.post(&typing_path, &typing).await), 45080);
    live.send(&openid, "text", "喂").await;
    assert_eq!(code(&live.post(&typing_path, &typing).await), 0);
    assert_eq!(code(&live.post(&typing_path, &typing).await), 45081);
    let out = live.chat(&openid).await.into_iter().filter(|(direction, ..)| direction == "out").count();
    assert_eq!(out, 9);
}

#[tokio::test]
async fn kf_messages_are_checked() {
    let live = Live::service().await;
    let (openid, token) = (live.follower().await, live.token("a").await);
    live.send(&openid, "text", "在吗").await;
    let path = format!("/cgi-bin/message/custom/send?access_token={token}");
    let article = json!({"title": "展览", "url": "http://a/", "picurl": "", "description": ""});
    for (body, expected) in [
        (json!({"touser": "o", "msgtype": "text", "text": {"content": "a"}}), 40003),
        (json!({"touser": openid, "msgtype": "text", "text": {"content": ""}}), 44004),
        (json!({"touser": openid, "msgtype": "text", "text": {"content": "长".repeat(683)}}), 45002),
        (json!({"touser": openid, "msgtype": "smoke", "smoke": {}}), 40008),
        (json!({"touser": openid, "msgtype": "image", "image": {"media_id": "none"}}), 40007),
        (json!({"touser": openid, "msgtype": "mpnews", "mpnews": {"media_id": "none"}}), 40007),
        (json!({"touser": openid, "msgtype": "mpnewsarticle", "mpnewsarticle": {"article_id": "none"}}), 53600),
        (
            json!({"touser": openid, "msgtype": "music", "music": {"musicurl": "http://a/", "thumb_media_id": "none"}}),
            40007,
        ),
        (json!({"touser": openid, "msgtype": "miniprogrampage", "miniprogrampage": {"title": "a"}}), 40007),
        (json!({"touser": openid, "msgtype": "news", "news": {"articles": [article, article]}}), 45008),
        (json!({"touser": openid, "msgtype": "news", "news": {"articles": [article]}}), 0),
    ] {
        assert_eq!(code(&live.post(&path, &body).await), expected, "{body}");
    }
    let chat = live.get(&format!("/_sandbox/a/followers/{openid}/chat")).await;
    let last = chat.as_array().unwrap().last().unwrap();
    assert_eq!((&last["type"], &last["title"], &last["url"]), (&json!("news"), &json!("展览"), &json!("http://a/")));
}

#[tokio::test]
async fn menus_live_and_die() {
    let live = Live::service().await;
    let token = live.token("a").await;
    let path = |name: &str| format!("/cgi-bin/menu/{name}?access_token={token}");
    let rule = json!({"button": [{"type": "click", "name": "贵", "key": "V"}], "matchrule": {"tag_id": "100"}});
    assert_eq!(code(&live.post(&path("addconditional"), &rule).await), 65303);
    let menu = json!({"button": [{"name": "查档", "sub_button": [{"type": "click", "name": "搜", "key": "K"}]}]});
    assert_eq!(code(&live.post(&path("create"), &menu).await), 0);
    assert!(live.post(&path("addconditional"), &rule).await["menuid"].is_string());
    let withdrawn = json!({"button": rule["button"], "matchrule": {"sex": "1"}});
    assert_eq!(code(&live.post(&path("addconditional"), &withdrawn).await), 65320);
    let for_nobody = json!({"button": rule["button"], "matchrule": {}});
    assert_eq!(code(&live.post(&path("addconditional"), &for_nobody).await), 65304);
    let view = |host: u32| json!({"type": "view", "name": "看", "url": format!("https://h{host}.example/")});
    let buttons: Vec<Value> = (0..4).map(view).collect();
    let far = json!({"button": [{"name": "外", "sub_button": buttons}], "matchrule": {"tag_id": "100"}});
    assert_eq!(code(&live.post(&path("addconditional"), &far).await), 65316, "links to four hosts");
    let got = live.get(&path("get")).await;
    assert_eq!(got["menu"]["button"][0]["sub_button"][0]["key"], "K");
    assert_eq!(got["conditionalmenu"][0]["button"][0]["key"], "V");
    let current = live.get(&format!("/cgi-bin/get_current_selfmenu_info?access_token={token}")).await;
    assert_eq!(current["selfmenu_info"]["button"][0]["sub_button"]["list"][0]["key"], "K");
    let openid = live.follower().await;
    let tag = live.post(&format!("/cgi-bin/tags/create?access_token={token}"), &json!({"tag": {"name": "贵宾"}})).await;
    assert_eq!(tag["tag"]["id"], 100);
    let batch = json!({"openid_list": [openid], "tagid": 100});
    live.post(&format!("/cgi-bin/tags/members/batchtagging?access_token={token}"), &batch).await;
    let seen = live.post(&path("trymatch"), &json!({"user_id": openid})).await;
    assert_eq!(seen["button"][0]["key"], "V");
    assert_eq!(code(&live.get(&path("delete")).await), 0);
    assert_eq!(code(&live.get(&path("get")).await), 46003);
}

#[tokio::test]
async fn tags_and_the_blacklist_have_their_limits() {
    let live = Live::service().await;
    let (openid, token) = (live.follower().await, live.token("a").await);
    let tags = |name: &str| format!("/cgi-bin/tags/{name}?access_token={token}");
    let named = |id: u64, name: &str| json!({"tag": {"id": id, "name": name}});
    assert_eq!(live.post(&tags("create"), &named(0, "家谱")).await["tag"]["id"], 100);
    assert_eq!(code(&live.post(&tags("create"), &named(0, "家谱")).await), 45157);
    assert_eq!(code(&live.post(&tags("create"), &named(0, &"长".repeat(11))).await), 45158);
    assert_eq!(code(&live.post(&tags("update"), &named(2, "星")).await), 45058);
    let members = |name: &str| format!("/cgi-bin/tags/members/{name}?access_token={token}");
    let batch = |openids: &[&str], tag: u64| json!({"openid_list": openids, "tagid": tag});
    assert_eq!(code(&live.post(&members("batchtagging"), &batch(&[&openid], 100)).await), 0);
    assert_eq!(code(&live.post(&members("batchtagging"), &batch(&[&openid], 101)).await), 45159);
    assert_eq!(code(&live.post(&members("batchtagging"), &batch(&["o-other"], 100)).await), 49003);
    assert_eq!(code(&live.post(&members("batchtagging"), &batch(&["x"; 51], 100)).await), 40032);
    assert_eq!(live.get(&tags("get")).await["tags"][1]["count"], 1);
    let blocked = json!({"openid_list": [openid]});
    assert_eq!(code(&live.post(&members("batchblacklist"), &blocked).await), 0);
    let send = json!({"touser": openid, "msgtype": "text", "text": {"content": "a"}});
    assert_eq!(code(&live.post(&format!("/cgi-bin/message/custom/send?access_token={token}"), &send).await), 43019);
    assert_eq!(live.post(&members("getblacklist"), &json!({})).await["data"]["openid"][0], json!(openid));
    let before = live.get("/_sandbox/deliveries").await.as_array().unwrap().len();
    live.send(&openid, "text", "听得到吗").await;
    assert_eq!(live.get("/_sandbox/deliveries").await.as_array().unwrap().len(), before, "the blocked are not heard");
}

#[tokio::test]
async fn what_is_known_of_followers_has_no_names() {
    let live = Live::service().await;
    let (openid, token) = (live.follower().await, live.token("a").await);
    let info = live.get(&format!("/cgi-bin/user/info?access_token={token}&openid={openid}&lang=zh_CN")).await;
    assert_eq!((&info["subscribe"], info.get("nickname")), (&json!(1), None));
    let all = live.get(&format!("/cgi-bin/user/get?access_token={token}")).await;
    assert_eq!((&all["total"], &all["data"]["openid"][0]), (&json!(1), &json!(openid)));
    let rest = live.get(&format!("/cgi-bin/user/get?access_token={token}&next_openid={openid}")).await;
    assert_eq!((&rest["count"], rest.get("data")), (&json!(0), None));
    let several = json!({"user_list": [{"openid": openid}, {"openid": "o-foreign"}]});
    let path = format!("/cgi-bin/user/info/batchget?access_token={token}");
    assert_eq!(code(&live.post(&path, &several).await), 40003, "one foreign openid fails the whole call");
    live.send(&openid, "unsubscribe", "").await;
    let info = live.get(&format!("/cgi-bin/user/info?access_token={token}&openid={openid}")).await;
    assert_eq!(info, json!({"subscribe": 0, "openid": openid}));
}

async fn upload(live: &Live, token: &str, (kind, name): (&str, &str), bytes: Vec<u8>) -> Value {
    let form = reqwest::multipart::Form::new()
        .part("media", reqwest::multipart::Part::bytes(bytes).file_name(name.to_owned()));
    let url = format!("{}/cgi-bin/media/upload?access_token={token}&type={kind}", live.base);
    live.sandbox.inner.http.post(url).multipart(form).send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn media_keep_to_their_kind() {
    let live = Live::service().await;
    let (openid, token) = (live.follower().await, live.token("a").await);
    let video = upload(&live, &token, ("video", "a.mp4"), b"ftyp".to_vec()).await;
    let id = video["media_id"].as_str().unwrap();
    let linked = live.get(&format!("/cgi-bin/media/get?access_token={token}&media_id={id}")).await;
    let url = linked["video_url"].as_str().unwrap();
    let file = live.sandbox.inner.http.get(url).send().await.unwrap();
    assert_eq!(&*file.bytes().await.unwrap(), b"ftyp");
    let send = format!("/cgi-bin/message/custom/send?access_token={token}");
    let as_image = json!({"touser": openid, "msgtype": "image", "image": {"media_id": id}});
    assert_eq!(code(&live.post(&send, &as_image).await), 40007);
    let huge = upload(&live, &token, ("image", "a.png"), vec![0; 13 << 20]).await;
    assert_eq!(code(&huge), 45001, "the error is JSON like every other");
}

#[tokio::test]
async fn media_live_three_days() {
    let live = Live::service().await;
    let token = live.token("a").await;
    let answer = upload(&live, &token, ("image", "a.png"), b"\x89PNG".to_vec()).await;
    let id = answer["media_id"].as_str().unwrap();
    let get = format!("{}/cgi-bin/media/get?access_token={token}&media_id={id}", live.base);
    let file = live.sandbox.inner.http.get(get).send().await.unwrap();
    assert_eq!(file.headers()["content-type"], "image/png");
    assert_eq!(&*file.bytes().await.unwrap(), b"\x89PNG");
    live.advance(3 * 86_400).await;
    let token = live.token("a").await;
    assert_eq!(code(&live.get(&format!("/cgi-bin/media/get?access_token={token}&media_id={id}")).await), 40007);
}

#[tokio::test]
async fn scene_codes_have_a_picture_and_an_end() {
    let live = Live::service().await;
    let token = live.token("a").await;
    let path = format!("/cgi-bin/qrcode/create?access_token={token}");
    let of = |action: &str, scene: Value| json!({"action_name": action, "action_info": {"scene": scene}});
    for (body, expected) in [
        (of("QR_SCENE", json!({"scene_id": 0})), 40053),
        (of("QR_LIMIT_SCENE", json!({"scene_id": 100_001})), 40053),
        (of("QR_LIMIT_STR_SCENE", json!({"scene_str": ""})), 40053),
        (of("QR", json!({"scene_id": 1})), 40052),
        (json!({"action_name": "QR"}), 40052),
        (json!({"action_name": "QR_SCENE"}), 40053),
    ] {
        assert_eq!(code(&live.post(&path, &body).await), expected, "{body}");
    }
    let made = live.post(&path, &of("QR_STR_SCENE", json!({"scene_str": "前台"}))).await;
    assert_eq!(made["expire_seconds"], 60);
    let ticket: String = url::form_urlencoded::byte_serialize(made["ticket"].as_str().unwrap().as_bytes()).collect();
    let picture = format!("{}/cgi-bin/showqrcode?ticket={ticket}", live.base);
    let shown = live.sandbox.inner.http.get(&picture).send().await.unwrap();
    assert!(shown.bytes().await.unwrap().starts_with(b"\x89PNG"));
    live.advance(60).await;
    assert_eq!(live.sandbox.inner.http.get(&picture).send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn the_oauth_page_knows_the_follower_and_its_code_works_once() {
    let connected = SandboxAccount { oauth_domain: "site.test".to_owned(), ..account("a", Kind::Service, true) };
    let live = Live::start(vec![connected], Duration::from_secs(5)).await;
    let (openid, settings) = (live.follower().await, live.sandbox.accounts().remove(0));
    let page = |redirect: &str, scope: &str| {
        let redirect: String = url::form_urlencoded::byte_serialize(redirect.as_bytes()).collect();
        let id = &settings.app_id;
        let base = &live.base;
        format!(
            "{base}/connect/oauth2/authorize?appid={id}&redirect_uri={redirect}&response_type=code&scope={scope}&state=s1"
        )
    };
    let http = &live.sandbox.inner.http;
    let cookie = format!("x=1; sandbox_follower_a={openid}");
    let base = http.get(page("http://site.test/in?a=1", "snsapi_base")).header("cookie", &cookie).send().await.unwrap();
    let target = url::Url::parse(base.headers()["location"].to_str().unwrap()).unwrap();
    let query: std::collections::HashMap<_, _> = target.query_pairs().into_owned().collect();
    assert_eq!((query["a"].as_str(), query["state"].as_str()), ("1", "s1"));
    let change = format!(
        "/sns/oauth2/access_token?appid={}&secret={}&code={}&grant_type=authorization_code",
        settings.app_id, settings.app_secret, query["code"]
    );
    let tokens = live.get(&change).await;
    assert_eq!((&tokens["openid"], &tokens["scope"]), (&json!(openid), &json!("snsapi_base")));
    assert_eq!(code(&live.get(&change).await), 40163);
    let token = tokens["access_token"].as_str().unwrap();
    assert_eq!(code(&live.get(&format!("/sns/auth?access_token={token}&openid={openid}")).await), 0);
    assert_eq!(code(&live.get(&format!("/sns/userinfo?access_token={token}&openid={openid}")).await), 48001);
    assert_eq!(code(&live.get(&format!("/cgi-bin/menu/get?access_token={token}")).await), 40001, "not the API's token");
    for (url, sign) in [
        (page("http://other.test/", "snsapi_base"), "10003"),
        (page("http://site.test/", "snsapi_all"), "10005"),
        (page("http://site.test/", "snsapi_userinfo"), "允许"),
    ] {
        let shown = http.get(url).header("cookie", &cookie).send().await.unwrap().text().await.unwrap();
        assert!(shown.contains(sign), "{shown}");
    }
    live.control("/faults", &json!({"name": "40029"})).await;
    assert_eq!(code(&live.get(&change).await), 40029, "the fault waits for a call of web OAuth");
    live.control("/faults", &json!({"name": "snapshot"})).await;
    let shown = http.get(page("http://site.test/", "snsapi_base")).header("cookie", &cookie).send().await.unwrap();
    assert_eq!(shown.status(), 302);
    let target = url::Url::parse(shown.headers()["location"].to_str().unwrap()).unwrap();
    let code_of_page = target.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    let tokens = live.get(&change.replace(&query["code"], &code_of_page)).await;
    assert_eq!(tokens["is_snapshotuser"], 1);
    assert_ne!(tokens["openid"], json!(openid), "a virtual openid");
    let unknown = http.get(page("http://site.test/", "snsapi_base")).send().await.unwrap().text().await.unwrap();
    assert!(unknown.contains(&format!("sandbox_follower={openid}")), "somebody unknown may choose");
}

#[tokio::test]
async fn quotas_run_out_and_can_be_cleared() {
    let live = Live::service().await;
    let token = live.token("a").await;
    let path = format!("/cgi-bin/user/get?access_token={token}");
    for _ in 0..500 {
        assert_eq!(code(&live.get(&path).await), 0);
    }
    assert_eq!(code(&live.get(&path).await), 45009);
    let quota = json!({"cgi_path": "/cgi-bin/user/get"});
    let left = live.post(&format!("/cgi-bin/openapi/quota/get?access_token={token}"), &quota).await;
    assert_eq!(left["quota"], json!({"daily_limit": 500, "used": 500, "remain": 0}));
    let app = json!({"appid": live.sandbox.accounts()[0].app_id});
    assert_eq!(code(&live.post(&format!("/cgi-bin/clear_quota?access_token={token}"), &app).await), 0);
    assert_eq!(code(&live.get(&path).await), 0);
}

#[tokio::test]
async fn faults_strike_calls_as_often_as_told() {
    let live = Live::service().await;
    let token = live.token("a").await;
    let path = format!("/cgi-bin/getcallbackip?access_token={token}");
    live.control("/faults", &json!({"name": "minus_one", "count": 2})).await;
    assert_eq!(code(&live.get(&path).await), -1);
    assert_eq!(code(&live.get(&path).await), -1);
    assert_eq!(code(&live.get(&path).await), 0);
    live.control("/faults", &json!({"name": "42001", "count": 1})).await;
    assert_eq!(code(&live.get(&path).await), 42001);
    assert_eq!(code(&live.get(&path).await), 42001, "the token is really over");
    let again = live.token("a").await;
    assert_eq!(code(&live.get(&format!("/cgi-bin/getcallbackip?access_token={again}")).await), 0);
    live.control("/faults", &json!({"name": "api_cut"})).await;
    let cut =
        live.sandbox.inner.http.get(format!("{}/cgi-bin/getcallbackip?access_token={again}", live.base)).send().await;
    let body = match cut {
        Ok(response) => response.bytes().await.map(|_| ()),
        Err(error) => Err(error),
    };
    assert!(body.is_err(), "the connection breaks off");
}

#[tokio::test]
async fn t18_another_secret_ends_the_tokens_given_for_the_one_before() {
    let live = Live::service().await;
    let token = live.token("a").await;
    let menus = format!("/cgi-bin/menu/get?access_token={token}");
    live.sandbox.operate("a", |account| account.token = "another1".into());
    assert_eq!(code(&live.get(&menus).await), 46003, "the callback's token has nothing to do with it");
    live.sandbox.operate("a", |account| account.app_secret = "another secret".into());
    assert_eq!(code(&live.get(&menus).await), 40001);
    let fresh = live.token("a").await;
    assert_eq!(code(&live.get(&format!("/cgi-bin/menu/get?access_token={fresh}")).await), 46003);
}
