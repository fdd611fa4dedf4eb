//! The sandbox itself: opening, serving and closing it, and the one lock around its world.

use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wechat::Environment;

use crate::account::SandboxAccount;
use crate::clock::{Clock, Offset};
use crate::random::Random;
use crate::store::{Media, Store, StoreError};
use crate::world::World;
use crate::{api, control, phone};

/// How a sandbox is set up.
pub struct SandboxSettings {
    /// The accounts to play. If none are given and none are stored, the four kinds of account are made.
    pub accounts: Vec<SandboxAccount>,
    /// Where state is kept; nothing keeps it in memory only.
    pub data: Option<PathBuf>,
    /// Takes the narrower bound where the platform's pages leave a doubt; otherwise as it was last set.
    pub strict: bool,
    /// How long a callback has for its answer; WeChat gives 5 s. A refused connection is repeated after the same time.
    pub answer_within: Duration,
}

impl Default for SandboxSettings {
    fn default() -> Self {
        Self { accounts: Vec::new(), data: None, strict: false, answer_within: Duration::from_secs(5) }
    }
}

/// Why a sandbox does not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The state folder cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An account's name cannot stand in a path.
    #[error("公众号名称“{0}”不可用：请用 1–32 个字母、数字、- 或 _")]
    Name(String),
    /// No HTTP client could be built.
    #[error("无法建立 HTTP 客户端：{0}")]
    Client(#[from] reqwest::Error),
}

/// WeChat's side, emulated. Cheap to clone; all clones are the same platform.
#[derive(Clone)]
pub struct Sandbox {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    world: Mutex<World>,
    changes: watch::Sender<u64>,
    store: Option<Store>,
    pub(crate) media: Media,
    pub(crate) clock: Clock,
    pub(crate) random: Random,
    pub(crate) answer_within: Duration,
    pub(crate) http: reqwest::Client,
    pub(crate) tasks: TaskTracker,
    pub(crate) stop: CancellationToken,
}

impl Sandbox {
    /// Opens the sandbox on `base`, which must be the unmoved time, plus `offset`. Must be called inside a Tokio
    /// runtime; the tasks it starts end with [`close`](Self::close).
    ///
    /// # Errors
    /// The state folder is unreadable or an account's name is unusable.
    pub fn open(settings: SandboxSettings, base: Arc<dyn Environment>, offset: Offset) -> Result<Self, OpenError> {
        let store = settings.data.map(Store::open).transpose()?;
        let mut world = store.as_ref().map(Store::load).transpose()?.unwrap_or_default();
        let media = Media::default();
        if let Some(store) = &store {
            store.load_media(&world, &media)?;
        }
        let random = Random(Arc::clone(&base));
        let mut accounts = settings.accounts;
        if accounts.is_empty() && world.accounts.is_empty() {
            accounts = SandboxAccount::defaults();
        }
        for account in accounts {
            if !account.name_is_usable() {
                return Err(OpenError::Name(account.name));
            }
            world.register(account, &random);
        }
        world.strict |= settings.strict;
        // A clock that was moved in an earlier run stays moved, unless the caller keeps the offset itself.
        if offset.micros() == 0 {
            offset.advance(world.offset_micros.div_euclid(1_000_000));
        }
        let sandbox = Self {
            inner: Arc::new(Inner {
                world: Mutex::new(world),
                changes: watch::Sender::new(0),
                store,
                media,
                clock: Clock { base, offset },
                random,
                answer_within: settings.answer_within,
                http: http_client()?,
                tasks: TaskTracker::new(),
                stop: CancellationToken::new(),
            }),
        };
        if sandbox.inner.store.is_some() {
            sandbox.inner.tasks.spawn(sandbox.clone().keep_saved());
        }
        sandbox.inner.tasks.spawn(sandbox.clone().keep_finishing());
        sandbox.change(|_, _| ());
        Ok(sandbox)
    }

    /// Everything the sandbox answers: the API, the phone at `/` and the control interface under `/_sandbox`, which
    /// is for loopback only and therefore needs the peer's address (`into_make_service_with_connect_info`).
    pub fn router(&self) -> Router {
        Router::new()
            .merge(phone::router())
            .nest("/_sandbox", control::router())
            .merge(api::router())
            .with_state(self.clone())
    }

    /// Serves [`router`](Self::router) on `listener` until `shutdown` is done or the sandbox is closed.
    ///
    /// # Errors
    /// The listener fails.
    pub async fn serve(
        &self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        let stop = self.inner.stop.clone();
        let end = async move {
            tokio::select! {
                () = shutdown => stop.cancel(),
                () = stop.cancelled() => {}
            }
        };
        let service = self.router().into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, service).with_graceful_shutdown(end).await
    }

    /// Ends every task and writes the state a last time.
    ///
    /// # Errors
    /// The state cannot be written.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.inner.stop.cancel();
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
        self.save().await
    }

    /// Changes the settings of an account, as its operator does in WeChat's console; nothing if there is none of this name.
    pub fn operate(&self, name: &str, change: impl FnOnce(&mut SandboxAccount)) {
        self.change(|world, now| {
            if let Some(account) = world.accounts.get_mut(name) {
                let before = account.settings.clone();
                change(&mut account.settings);
                account.changed_from(&before, now);
            }
        });
    }

    /// The settings of every account, identifiers and secrets filled in, by name.
    pub fn accounts(&self) -> Vec<SandboxAccount> {
        self.look(|world, _| world.accounts.values().map(|account| account.settings.clone()).collect())
    }

    /// Whether the narrower bound holds where the platform's pages leave a doubt.
    pub(crate) fn is_strict(&self) -> bool {
        self.look(|world, _| world.strict)
    }

    /// Runs `act` on the world with the time, and tells everybody who watches.
    pub(crate) fn change<R>(&self, act: impl FnOnce(&mut World, i64) -> R) -> R {
        let result = self.look(act);
        self.inner.changes.send_modify(|count| *count += 1);
        result
    }

    /// The same without telling anybody.
    pub(crate) fn look<R>(&self, act: impl FnOnce(&mut World, i64) -> R) -> R {
        let now = self.inner.clock.now();
        // A panic inside a handler leaves the world whole enough to go on with.
        let mut world = self.inner.world.lock().unwrap_or_else(PoisonError::into_inner);
        act(&mut world, now)
    }

    /// Grows with every change.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.inner.changes.subscribe()
    }

    /// Writes the state after changes, at most twice a second.
    async fn keep_saved(self) {
        let mut changes = self.changes();
        loop {
            tokio::select! {
                () = self.inner.stop.cancelled() => return,
                heard = changes.changed() => if heard.is_err() { return },
            }
            if let Err(error) = self.save().await {
                tracing::error!(%error, "the sandbox's state was not saved");
            }
            tokio::select! {
                () = self.inner.stop.cancelled() => return,
                () = tokio::time::sleep(Duration::from_millis(500)) => {}
            }
        }
    }

    async fn save(&self) -> Result<(), StoreError> {
        let sandbox = self.clone();
        let save = move || {
            let Some(store) = &sandbox.inner.store else { return Ok(()) };
            let offset = sandbox.inner.clock.offset.micros();
            let text = sandbox.look(|world, _| {
                world.offset_micros = offset;
                serde_json::to_vec(world)
            });
            store.save(&text.map_err(StoreError::Json)?, &sandbox.inner.media)
        };
        match self.inner.tasks.spawn_blocking(save).await {
            Ok(result) => result,
            Err(_) => Ok(()),
        }
    }
}

fn http_client() -> Result<reqwest::Client, reqwest::Error> {
    // Already installed by the binary, as a rule; the first one wins and both are the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .user_agent("Mozilla/4.0")
        .pool_max_idle_per_host(64)
        .build()
}
