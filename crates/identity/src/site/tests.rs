//! Coming in by ticket and by sign-in, as browsers do.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use account::testing::{OPENID, account};
use account::{Account, AccountKind, Accounts, Clients};
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::header::COOKIE;
use axum::http::{HeaderMap, Request};
use axum::response::Json;
use kernel::testing::{both, ground, sqlite};
use kernel::{Db, Ground, ManualClock, PersonId};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tower::ServiceExt;
use web::Sessions;

use super::*;
use crate::Links;

/// What WeChat answers to a code: an openid, a snapshot, or an error code; each code works once.
#[derive(Clone, Default)]
struct Wechat(Arc<Mutex<BTreeMap<String, Value>>>);

async fn exchange(State(wechat): State<Wechat>, Query(query): Query<BTreeMap<String, String>>) -> Json<Value> {
    let used = json!({"errcode": 40163, "errmsg": "code been used"});
    Json(wechat.0.lock().unwrap().remove(&query["code"]).unwrap_or(used))
}

struct House {
    ground: Ground,
    hand: ManualClock,
    wechat: Wechat,
    account: Arc<Account>,
    sessions: Sessions,
    app: Router,
}

/// A browser: it keeps cookies and follows nothing by itself.
#[derive(Default)]
struct Browser(BTreeMap<String, String>);

struct Seen {
    status: StatusCode,
    location: String,
}

impl House {
    async fn new(db: Db, kind: AccountKind) -> Self {
        let (ground, hand) = ground(db);
        let wechat = Wechat::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (known, _) = account(kind, true);
        let mut settings = known.settings.clone();
        settings.api_base = format!("http://{}", listener.local_addr().unwrap());
        let routes = Router::new().route("/sns/oauth2/access_token", get(exchange)).with_state(wechat.clone());
        let stopping = ground.tasks.stopping();
        ground.tasks.start(async move {
            axum::serve(listener, routes).with_graceful_shutdown(stopping).await.unwrap();
        });
        let account = Arc::new(Account::new(settings).unwrap());
        let accounts = Accounts::of([Arc::clone(&account)]);
        let clients = Clients::new(&ground, &accounts).unwrap();
        let sessions = Sessions::new(ground.clone(), false);
        let identity = Identity::new(ground.clone(), accounts, clients, sessions.clone(), "http://hall.example");
        let pages = Router::new().route("/guide", get(async || "指南")).route("/search", get(async || "检索"));
        let app = identity.with_tickets(pages).merge(identity.routes());
        Self { ground, hand, wechat, account, sessions, app }
    }

    async fn visit(&self, browser: &mut Browser, path: &str) -> Seen {
        let cookies: Vec<_> = browser.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::get(path).header(COOKIE, cookies.join("; ")).body(Body::empty()).unwrap();
        let response = self.app.clone().oneshot(request).await.unwrap();
        for set in response.headers().get_all(SET_COOKIE) {
            let (name, value) = set.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            browser.0.insert(name.to_owned(), value.to_owned());
        }
        let location = response.headers().get(LOCATION).map(|value| value.to_str().unwrap().to_owned());
        Seen { status: response.status(), location: location.unwrap_or_default() }
    }

    async fn person(&self, browser: &Browser) -> Option<PersonId> {
        let token = browser.0.get("lantai")?;
        let headers = HeaderMap::from_iter([(COOKIE, format!("lantai={token}").parse().unwrap())]);
        self.sessions.find(&headers).await.unwrap()?.person()
    }

    fn ticket_path(&self) -> String {
        let links = Links::new(&self.ground, "http://hall.example");
        let address = links.of(&self.account, OPENID, self.ground.clock.now()).page("/search?q=1986");
        address.strip_prefix("http://hall.example").unwrap().to_owned()
    }

    /// Goes to WeChat's page and gives the state that came along.
    async fn begin(&self, browser: &mut Browser) -> String {
        let seen = self.visit(browser, "/enter/demo?to=/guide").await;
        assert_eq!(seen.status, StatusCode::SEE_OTHER);
        let state = seen.location.split("state=").nth(1).unwrap().split('#').next().unwrap();
        state.to_owned()
    }

    fn allow(&self, code: &str, answer: Value) {
        self.wechat.0.lock().unwrap().insert(code.to_owned(), answer);
    }

    async fn come_back(&self, browser: &mut Browser, state: &str, code: &str) -> Seen {
        self.visit(browser, &format!("/enter/demo/return?code={code}&state={state}")).await
    }
}

fn known() -> Value {
    json!({"access_token": "t", "expires_in": 7200, "refresh_token": "r", "openid": OPENID, "scope": "snsapi_base"})
}

#[tokio::test]
async fn a_ticket_signs_in_the_first_browser_and_leads_everybody_to_the_page() {
    both(|db| async {
        let house = House::new(db, AccountKind::Subscription).await;
        let path = house.ticket_path();
        let (mut reader, mut friend) = (Browser::default(), Browser::default());
        let seen = house.visit(&mut reader, &path).await;
        assert_eq!((seen.status, seen.location.as_str()), (StatusCode::SEE_OTHER, "/search?q=1986"));
        let person = house.person(&reader).await;
        assert!(person.is_some());
        let passed_on = house.visit(&mut friend, &path).await;
        assert_eq!(passed_on.location, "/search?q=1986");
        assert_eq!(house.person(&friend).await, None, "a link that was passed on signs nobody in");
        house.visit(&mut reader, &path).await;
        assert_eq!(house.person(&reader).await, person, "the same browser stays who it is");
        let again = house.ticket_path();
        house.visit(&mut friend, &again).await;
        assert_eq!(house.person(&friend).await, person, "the same follower is the same person");
        house.ground.tasks.stop();
    })
    .await;
}

#[tokio::test]
async fn an_old_or_forged_ticket_leads_to_the_page_and_signs_nobody_in() {
    let (_folder, db) = sqlite().await;
    let house = House::new(db, AccountKind::Subscription).await;
    let path = house.ticket_path();
    house.hand.advance(1800);
    for path in [path.as_str(), "/search?q=1986&t=forged", "/search?t=&q=1986"] {
        let mut browser = Browser::default();
        let seen = house.visit(&mut browser, path).await;
        assert_eq!((seen.status, seen.location.as_str()), (StatusCode::SEE_OTHER, "/search?q=1986"), "{path}");
        assert_eq!(house.person(&browser).await, None);
    }
    assert_eq!(house.visit(&mut Browser::default(), "/search?q=t=1").await.status, StatusCode::OK);
    house.ground.tasks.stop();
}

#[tokio::test]
async fn a_reader_signs_in_through_wechat() {
    both(|db| async {
        let house = House::new(db, AccountKind::Service).await;
        let mut browser = Browser::default();
        let state = house.begin(&mut browser).await;
        assert_eq!(state.len(), 64);
        house.allow("c1", known());
        let seen = house.come_back(&mut browser, &state, "c1").await;
        assert_eq!((seen.status, seen.location.as_str()), (StatusCode::SEE_OTHER, "/guide"));
        let person = house.person(&browser).await;
        assert!(person.is_some());
        // The same load again: the code is used at WeChat, and nobody asks there a second time.
        let seen = house.come_back(&mut browser, &state, "c1").await;
        assert_eq!(seen.location, "/guide");
        assert_eq!(house.person(&browser).await, person);
        house.ground.tasks.stop();
    })
    .await;
}

#[tokio::test]
async fn a01_a04_a_state_that_is_missing_reused_expired_or_anothers_is_refused() {
    both(|db| async {
        let house = House::new(db, AccountKind::Service).await;
        let (mut mine, mut other) = (Browser::default(), Browser::default());
        let state = house.begin(&mut mine).await;
        house.begin(&mut other).await;
        for code in ["a", "b", "c", "d"] {
            house.allow(code, known());
        }
        let refused = StatusCode::UNAUTHORIZED;
        assert_eq!(house.come_back(&mut other, &state, "a").await.status, refused, "another browser");
        assert_eq!(house.come_back(&mut Browser::default(), &state, "a").await.status, refused, "no mark");
        for wrong in [String::new(), "0".repeat(64), "f".repeat(1000), state.to_uppercase()] {
            assert_eq!(house.come_back(&mut mine, &wrong, "a").await.status, refused, "{wrong}");
        }
        assert_eq!(house.come_back(&mut mine, &state, "b").await.status, StatusCode::SEE_OTHER);
        assert_eq!(house.come_back(&mut mine, &state, "c").await.status, refused, "used with another code");
        let late = house.begin(&mut mine).await;
        house.hand.advance(600);
        assert_eq!(house.come_back(&mut mine, &late, "d").await.status, refused, "expired");
        assert_eq!(house.person(&other).await, None);
        house.ground.tasks.stop();
    })
    .await;
}

#[tokio::test]
async fn a02_used_codes_and_snapshots_sign_nobody_in() {
    let (_folder, db) = sqlite().await;
    let house = House::new(db, AccountKind::Service).await;
    let mut snapshot = known();
    snapshot["is_snapshotuser"] = json!(1);
    house.allow("snapshot", snapshot);
    for code in ["snapshot", "used"] {
        let mut browser = Browser::default();
        let state = house.begin(&mut browser).await;
        assert_eq!(house.come_back(&mut browser, &state, code).await.status, StatusCode::UNAUTHORIZED, "{code}");
        assert_eq!(house.person(&browser).await, None);
    }
    house.ground.tasks.stop();
}

#[tokio::test]
async fn a03_only_own_pages_can_be_gone_to() {
    let (_folder, db) = sqlite().await;
    let house = House::new(db, AccountKind::Subscription).await;
    for evil in ["//evil", "/%5Cevil", "https:evil", "javascript:alert(1)", "/%09/evil", "evil", "/a%0d%0ab"] {
        let seen = house.visit(&mut Browser::default(), &format!("/enter/demo?to={evil}")).await;
        assert_eq!(seen.status, StatusCode::BAD_REQUEST, "{evil}");
    }
    // A subscription account signs nobody in, and still leads to the page.
    assert_eq!(house.visit(&mut Browser::default(), "/enter/demo?to=guide").await.location, "/guide");
    assert_eq!(house.visit(&mut Browser::default(), "/enter/demo").await.location, "/");
    assert_eq!(house.visit(&mut Browser::default(), "/enter/nobody").await.status, StatusCode::NOT_FOUND);
    house.ground.tasks.stop();
}

#[tokio::test]
async fn a05_an_openid_a_client_sends_is_ignored() {
    let (_folder, db) = sqlite().await;
    let house = House::new(db, AccountKind::Service).await;
    let mut browser = Browser::default();
    house.visit(&mut browser, &format!("/guide?openid={OPENID}")).await;
    house.visit(&mut browser, &format!("/enter/demo/return?openid={OPENID}&state=&code=")).await;
    assert_eq!(house.person(&browser).await, None);
    house.ground.tasks.stop();
}
