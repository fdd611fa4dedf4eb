//! The page as browsers meet it.

use account::testing::account;
use account::{AccountKind, Accounts, Clients};
use axum::body::Body;
use axum::http::Request;
use axum::http::header::{CONTENT_TYPE, COOKIE, ORIGIN};
use http_body_util::BodyExt as _;
use identity::{Links, Ticket};
use kernel::testing::{both, ground};
use kernel::{Db, Ground};
use tower::ServiceExt as _;
use web::Sessions;

use super::*;
use crate::wording::tests::HOUSE;
use crate::{Switchboard, Wording};

/// A house that tells of everything.
struct Everything;

impl Offering for Everything {
    fn is_offered<'a>(&'a self, _: &'a str, _: Purpose) -> futures::future::BoxFuture<'a, kernel::Result<bool>> {
        Box::pin(std::future::ready(Ok(true)))
    }
}

struct House {
    ground: Ground,
    app: Router,
}

/// A browser with its cookie.
#[derive(Default)]
struct Browser(String);

impl House {
    async fn on(db: Db) -> Self {
        let (ground, _) = ground(db.clone());
        let (known, _) = account(AccountKind::Subscription, true);
        let accounts = Accounts::of([known]);
        let clients = Clients::new(&ground, &accounts).unwrap();
        let sessions = Sessions::new(ground.clone(), false);
        let identity = Identity::new(ground.clone(), accounts, clients, sessions, "https://a.example");
        let wording =
            Wording::new(toml::from_str::<web::House>(HOUSE).unwrap(), Links::new(&ground, "https://a.example"));
        let desk = QuestionsDesk::new(ground.clone(), Switchboard::open(db).await.unwrap(), wording);
        let shell = Shell::new(toml::from_str::<web::House>(HOUSE).unwrap(), ground.clock.clone(), &[]).unwrap();
        let pages = identity.with_tickets(router(desk, identity.clone(), Arc::new(Everything), shell.clone()));
        Self { ground, app: shell.dress(pages) }
    }

    async fn send(
        &self,
        browser: &Browser,
        request: axum::http::request::Builder,
        body: String,
    ) -> (u16, String, String) {
        let request =
            request.header(COOKIE, browser.0.clone()).header("host", "a.example").body(Body::from(body)).unwrap();
        let response = self.app.clone().oneshot(request).await.unwrap();
        let head = format!("{:?}", response.headers());
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, head, String::from_utf8_lossy(&body).into_owned())
    }

    async fn get(&self, browser: &Browser, path: &str) -> String {
        let (status, head, body) = self.send(browser, Request::get(path), String::new()).await;
        assert_eq!(status, 200, "{body}");
        assert!(head.contains("no-store"), "{head}");
        body
    }

    async fn post(&self, browser: &Browser, path: &str, fields: &[(&str, &str)]) -> (u16, String, String) {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(browser, request, body).await
    }

    /// A follower who opens a link from the chat.
    async fn comes(&self, openid: &str) -> Browser {
        let ticket = Ticket::new(&self.ground.random, "demo", openid, self.ground.clock.now());
        let ticket = ticket.seal(&self.ground.secrets, &self.ground.random).unwrap();
        let path = format!("/questions?t={ticket}");
        let (status, head, _) = self.send(&Browser::default(), Request::get(path), String::new()).await;
        assert_eq!(status, 303);
        let (_, cookie) = head.split_once("\"set-cookie\": \"").unwrap();
        Browser(cookie.split(';').next().unwrap().to_owned())
    }
}

/// A hidden field of a page.
fn field(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn who_is_not_recognised_is_told_how_to_come_and_keeps_what_they_wrote() {
    both(|db| async {
        let house = House::on(db).await;
        let nobody = Browser::default();
        let page = house.get(&nobody, "/questions?about=X001").await;
        assert!(page.contains("我的咨询") && page.contains("公众号") && page.contains("0763-5550123"), "{page}");
        assert!(!page.contains("<form") && !page.contains("X001"));
        let (status, _, page) = house.post(&nobody, "/questions", &[("text", "写了<很>久"), ("proof", "a.b")]).await;
        assert_eq!(status, 401);
        assert!(page.contains("写了&#60;很&#62;久") || page.contains("写了&lt;很&gt;久"), "{page}");
        for path in ["/questions/end", "/questions/rating"] {
            assert_eq!(house.post(&nobody, path, &[("of", "x"), ("rating", "satisfied")]).await.0, 401, "{path}");
        }
        let mut tx = house.ground.db.read().await.unwrap();
        assert_eq!(tx.sql("SELECT count(*) FROM conversation").one::<(i64,)>().await.unwrap(), (0,));
    })
    .await;
}

#[tokio::test]
async fn a_reader_asks_and_sees_it_and_another_sees_nothing() {
    both(|db| async {
        let house = House::on(db).await;
        let (one, other) = (house.comes("oA").await, house.comes("oB").await);
        let page = house.get(&one, "/questions?about=X001-0007").await;
        assert!(page.contains("关于档案 X001-0007：</textarea>"), "{page}");
        let (proof, key) = (field(&page, "proof"), field(&page, "key"));
        let fields = [("proof", proof.as_str()), ("key", key.as_str()), ("text", "<b>族谱</b>在哪里")];
        let (status, head, _) = house.post(&one, "/questions", &fields).await;
        assert_eq!(status, 303, "{head}");
        assert!(head.contains("/questions?done=asked"), "{head}");
        let page = house.get(&one, "/questions?done=asked").await;
        assert!(page.contains("<a href=\"/notices\">答复来了，在微信里通知我</a>"), "{page}");
        assert!(page.contains("收到了") && page.contains("等待答复") && !page.contains("<b>族谱"), "{page}");
        assert!(page.contains("族谱"), "{page}");
        let theirs = house.get(&other, "/questions").await;
        assert!(
            !theirs.contains("族谱") && !theirs.contains("正在进行") && !theirs.contains("答复来了，在微信里通知我"),
            "{theirs}"
        );
        // Another reader with a genuine form of their own ends nothing by the name of this conversation.
        let name = field(&page, "of");
        let proof = field(&theirs, "proof");
        let (status, head, _) = house.post(&other, "/questions/end", &[("proof", &proof), ("of", &name)]).await;
        assert!(status == 303 && !head.contains("done=ended"), "{status} {head}");
        let proof = field(&page, "proof");
        let (_, head, _) = house.post(&one, "/questions/end", &[("proof", &proof), ("of", &name)]).await;
        assert!(head.contains("done=ended"), "{head}");
    })
    .await;
}

#[tokio::test]
async fn a10_a_form_without_its_proof_does_nothing_and_comes_back_filled() {
    both(|db| async {
        let house = House::on(db).await;
        let one = house.comes("oA").await;
        let page = house.get(&one, "/questions").await;
        let stolen = field(&house.get(&house.comes("oB").await, "/questions").await, "proof");
        for proof in ["", "a.b", stolen.as_str()] {
            let (status, _, page) = house.post(&one, "/questions", &[("proof", proof), ("text", "写了很久")]).await;
            assert!(status == 403 && page.contains("写了很久</textarea>"), "{status} {page}");
        }
        let proof = field(&page, "proof");
        let body = format!("proof={proof}&text=x");
        let request = Request::post("/questions").header(ORIGIN, "https://evil.example");
        assert_eq!(house.send(&one, request, body).await.0, 403, "a page of another site");
        for path in ["/questions/end", "/questions/rating"] {
            assert_eq!(house.post(&one, path, &[("of", "x"), ("rating", "satisfied")]).await.0, 403, "{path}");
        }
        let long = "长".repeat(1001);
        let (status, _, page) = house.post(&one, "/questions", &[("proof", &proof), ("text", &long)]).await;
        assert!(
            status == 400 && page.contains(&format!("{long}</textarea>")) && page.contains("1001 个字"),
            "{status}"
        );
        let mut tx = house.ground.db.read().await.unwrap();
        assert_eq!(tx.sql("SELECT count(*) FROM conversation").one::<(i64,)>().await.unwrap(), (0,));
    })
    .await;
}
