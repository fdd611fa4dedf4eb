use axum::Router;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, ORIGIN, SET_COOKIE};
use axum::http::{Method, Request};
use axum::response::Response;
use kernel::testing::{ground, sqlite};
use kernel::{ManualClock, Role};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use web::Proxies;

use super::Door;
use crate::{Entrance, FirstStart, Keeper, Password, SecondFactorRule, StaffAccounts, StaffName};

/// A door, its routes, and the password of the one member of staff.
struct House {
    routes: Router,
    password: String,
    _hand: ManualClock,
    _folder: tempfile::TempDir,
}

/// A browser with at most one cookie.
#[derive(Default)]
struct Browser {
    cookie: Option<String>,
    form_token: Option<String>,
    origin: Option<&'static str>,
}

impl House {
    async fn new(rule: SecondFactorRule, secure: bool) -> Self {
        let (folder, db) = sqlite().await;
        let (ground, hand) = ground(db);
        let password = Password::made(&ground.random);
        let name = StaffName::parse("王莉").unwrap();
        let accounts = StaffAccounts::new(ground.clone(), crate::Separation::Required);
        accounts.add(Keeper::Machine("命令行"), &name, &[Role::Auditor], &password).await.unwrap();
        let door = Door::new(
            Entrance::new(ground.clone(), web::House { name: "临溪县档案馆".into(), ..web::House::default() }, rule),
            FirstStart::new(ground),
            Proxies::default(),
            secure,
        );
        Self { routes: door.routes().into(), password: password.reveal().to_owned(), _hand: hand, _folder: folder }
    }

    fn sign_in(&self) -> Value {
        json!({ "name": "王莉", "password": self.password })
    }
}

impl Browser {
    async fn send(&mut self, house: &House, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let mut request = Request::builder().method(method).uri(path).header(HOST, "hall.example");
        for (name, value) in [(COOKIE, &self.cookie)] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        if let Some(token) = &self.form_token {
            request = request.header(super::FORM_TOKEN, token);
        }
        if let Some(origin) = self.origin {
            request = request.header(ORIGIN, origin);
        }
        let request = match body {
            Some(body) => request.header(CONTENT_TYPE, "application/json").body(Body::from(body.to_string())),
            None => request.body(Body::empty()),
        };
        let response: Response = house.routes.clone().oneshot(request.unwrap()).await.unwrap();
        if let Some(set) = response.headers().get(SET_COOKIE) {
            self.cookie = set.to_str().unwrap().split(';').next().map(str::to_owned);
        }
        let status = response.status().as_u16();
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    /// Looks who is in, and keeps the form token.
    async fn look(&mut self, house: &House) -> (u16, Value) {
        let (status, told) = self.send(house, Method::GET, "/api/v1/session", None).await;
        self.form_token = told["form_token"].as_str().map(str::to_owned);
        (status, told)
    }
}

#[tokio::test]
async fn a_member_of_staff_comes_in_and_leaves() {
    let house = House::new(SecondFactorRule::Optional, false).await;
    let mut browser = Browser::default();
    assert_eq!(browser.look(&house).await.0, 401);
    let (status, said) = browser.send(&house, Method::POST, "/api/v1/session", Some(house.sign_in())).await;
    assert_eq!((status, &said["next"]), (200, &json!("nothing")));
    let (_, told) = browser.look(&house).await;
    assert_eq!((&told["name"], &told["stage"]), (&json!("王莉"), &json!("whole")));
    assert_eq!(told["permissions"], json!(["read-audit"]));
    let before = browser.cookie.clone();
    assert_eq!(browser.send(&house, Method::DELETE, "/api/v1/session", None).await.0, 204);
    assert_eq!(browser.cookie.as_deref(), Some("lantai-staff="));
    browser.cookie = before;
    assert_eq!(browser.look(&house).await.0, 401, "the old cookie is worth nothing");
}

#[tokio::test]
async fn a06_a_second_factor_is_set_up_before_anything_else_and_changes_the_cookie() {
    let house = House::new(SecondFactorRule::Required, false).await;
    let mut browser = Browser::default();
    let (_, said) = browser.send(&house, Method::POST, "/api/v1/session", Some(house.sign_in())).await;
    assert_eq!(said["next"], "set-up");
    let (_, told) = browser.look(&house).await;
    assert_eq!((&told["stage"], &told["permissions"]), (&json!("password"), &json!([])));
    let (status, shown) = browser.send(&house, Method::POST, "/api/v1/session/second-factor", None).await;
    assert_eq!(status, 200);
    assert!(shown["address"].as_str().unwrap().starts_with("otpauth://totp/"));
    let wrong = json!({ "code": "000000" });
    let (status, problem) = browser.send(&house, Method::PUT, "/api/v1/session/second-factor", Some(wrong)).await;
    assert_eq!((status, &problem["type"]), (401, &json!("urn:lantai:problem:sign-in-refused")));
    assert_eq!(browser.look(&house).await.1["stage"], "password");
}

#[tokio::test]
async fn a08_the_cookie_is_strict_and_bound_to_the_host() {
    let house = House::new(SecondFactorRule::Optional, true).await;
    let request = Request::post("/api/v1/session").header(CONTENT_TYPE, "application/json");
    let request = request.body(Body::from(house.sign_in().to_string())).unwrap();
    let response = house.routes.clone().oneshot(request).await.unwrap();
    let cookie = response.headers()[SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("__Host-lantai-staff="), "{cookie}");
    for flag in ["Path=/", "HttpOnly", "SameSite=Strict", "Secure"] {
        assert!(cookie.split("; ").any(|part| part == flag), "{flag} in {cookie}");
    }
    assert!(!cookie.contains("Domain") && !cookie.contains("Max-Age"));
}

#[tokio::test]
async fn a10_nothing_is_changed_without_the_form_token_from_this_site_as_json() {
    let house = House::new(SecondFactorRule::Optional, false).await;
    let mut browser = Browser { origin: Some("https://evil.example"), ..Browser::default() };
    let (status, _) = browser.send(&house, Method::POST, "/api/v1/session", Some(house.sign_in())).await;
    assert_eq!((status, &browser.cookie), (403, &None), "sign-in from another site");
    browser.origin = Some("http://hall.example");
    browser.send(&house, Method::POST, "/api/v1/session", Some(house.sign_in())).await;
    browser.look(&house).await;
    let token = browser.form_token.take();
    for forged in [None, Some(String::new()), Some(format!("00.{}", "0".repeat(64)))] {
        browser.form_token = forged;
        for (method, path) in [(Method::DELETE, "/api/v1/session"), (Method::POST, "/api/v1/session/second-factor")] {
            assert_eq!(browser.send(&house, method, path, None).await.0, 403, "{path}");
        }
    }
    browser.form_token = token;
    for origin in ["null", "https://evil.example"] {
        browser.origin = Some(origin);
        assert_eq!(browser.send(&house, Method::DELETE, "/api/v1/session", None).await.0, 403, "{origin}");
    }
    let plain = Request::post("/api/v1/session").header(CONTENT_TYPE, "text/plain");
    let plain = plain.body(Body::from(house.sign_in().to_string())).unwrap();
    assert_eq!(house.routes.clone().oneshot(plain).await.unwrap().status(), 415);
}

#[tokio::test]
async fn a12_unknown_fields_are_refused() {
    let house = House::new(SecondFactorRule::Optional, false).await;
    let mut more = house.sign_in();
    more["role"] = json!("director");
    let mut browser = Browser::default();
    assert_eq!(browser.send(&house, Method::POST, "/api/v1/session", Some(more)).await.0, 400);
    assert_eq!(browser.send(&house, Method::POST, "/api/v1/session", Some(json!({}))).await.0, 400);
}
