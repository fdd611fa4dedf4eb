mod directory;
mod imports;
mod lists;
mod records;
mod review;
mod today;

use axum::Router;
use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Method, Request};
use kernel::cage::{Cage, Limits};
use kernel::{Actor, Blobs, Role, Scanner};
use serde_json::Value;
use tower::ServiceExt as _;
use web::api::Staff;

use super::{Office, Premises, long_routes, routes};
use crate::Description;
use crate::testing::{House, INSTITUTION};

/// A house with its console.
pub(super) struct Desk {
    pub(super) house: House,
    pub(super) office: Office,
    pub(super) folder: tempfile::TempDir,
}

/// What a request was answered with.
pub(super) struct Answered {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) bytes: Vec<u8>,
}

impl Answered {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }
}

impl Desk {
    /// One with records that can be found.
    pub(super) async fn with(db: kernel::Db, descriptions: &[Description]) -> Self {
        let house = House::with(db, descriptions).await;
        let folder = tempfile::tempdir().unwrap();
        let examiner = Cage { program: "/bin/false".into(), arguments: Vec::new(), limits: Limits::default() };
        let premises = Premises {
            ground: house.ground.clone(),
            institution: INSTITUTION.to_owned(),
            house: web::House { name: "某县档案馆".to_owned(), ..web::House::default() }.into(),
            indexes: house.indexes.clone(),
            folder: folder.path().to_owned(),
            blobs: Blobs::in_folder(&folder.path().join("files")).unwrap(),
            scanner: Scanner::default(),
            reader: crate::import::tests::cage(),
            examiner,
        };
        // The indexes follow in the background, as in a server.
        let (ground, mut follower) = (house.ground.clone(), house.follower());
        let stopping = ground.tasks.stopping();
        ground.tasks.start(async move {
            tokio::pin!(stopping);
            loop {
                follower.catch_up().await.unwrap();
                tokio::select! {
                    () = tokio::time::sleep(std::time::Duration::from_millis(20)) => {}
                    () = &mut stopping => return,
                }
            }
        });
        Self { house, office: Office::new(premises), folder }
    }

    /// The files in the data folder.
    pub(super) fn files(&self) -> Vec<std::path::PathBuf> {
        let Ok(entries) = std::fs::read_dir(self.folder.path().join("uploads")) else { return Vec::new() };
        let mut all: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        all.sort();
        all
    }

    /// Sends a file.
    pub(super) async fn upload(&self, actor: &Actor, path: &str, name: &str, content: &[u8]) -> Answered {
        let name = percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC).to_string();
        let request = Request::post(path).header("x-file-name", name).body(Body::from(content.to_vec())).unwrap();
        self.answer(actor, request).await
    }

    async fn answer(&self, actor: &Actor, mut request: Request<Body>) -> Answered {
        request.extensions_mut().insert(Staff(actor.clone()));
        let response = self.router().oneshot(request).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = axum::body::to_bytes(response.into_body(), 64 << 20).await.unwrap().to_vec();
        Answered { status, headers, bytes }
    }

    fn router(&self) -> Router {
        routes(&self.office).merge(long_routes(&self.office)).split_for_parts().0
    }

    pub(super) async fn send(&self, actor: &Actor, method: Method, path: &str, body: Option<Value>) -> Answered {
        let request = Request::builder().method(method).uri(path);
        let request = match body {
            Some(body) => request.header(CONTENT_TYPE, "application/json").body(Body::from(body.to_string())),
            None => request.body(Body::empty()),
        };
        self.answer(actor, request.unwrap()).await
    }

    pub(super) async fn get(&self, actor: &Actor, path: &str) -> Answered {
        self.send(actor, Method::GET, path, None).await
    }

    pub(super) async fn post(&self, actor: &Actor, path: &str, body: Value) -> Answered {
        self.send(actor, Method::POST, path, Some(body)).await
    }

    /// The lines of the audit log: who, what, about what.
    pub(super) async fn audit(&self) -> Vec<(String, String, String)> {
        let mut tx = self.house.ground.db.read().await.unwrap();
        tx.sql("SELECT actor, action, object FROM audit ORDER BY sequence").all().await.unwrap()
    }

    pub(super) fn id(&self, code: &str) -> String {
        crate::PublicId::of(&self.house.ground.secrets, INSTITUTION, &crate::reference_code::key(code)).to_string()
    }
}

pub(super) fn archivist() -> Actor {
    Actor::new("小张", vec![Role::Archivist])
}

pub(super) fn director() -> Actor {
    Actor::new("馆长", vec![Role::Director])
}

pub(super) fn editor() -> Actor {
    Actor::new("小李", vec![Role::Editor])
}
