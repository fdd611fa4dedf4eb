//! What the house does with its accounts on its own account: menus, scene codes.

use kernel::jobs::{self, Order};
use kernel::{Code, Ground, Problem};
use wechat::client::Client;
use wechat::wire::menu::Menu;

use crate::jobs::PublishMenu;
use crate::store;
use crate::{Account, Accounts, Capability, Clients};

/// How long a temporary scene code lives: the longest WeChat allows.
const SCENE_SECONDS: i64 = 30 * 86_400;
/// A scene code that ends sooner than this is made anew.
const SCENE_REST_SECONDS: i64 = 86_400;

/// The accounts' own desk; cheap to clone.
#[derive(Clone, Debug)]
pub struct Desk {
    ground: Ground,
    accounts: Accounts,
    clients: Clients,
}

/// A QR code that carries a scene.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SceneCode {
    /// The address inside the code, for drawing it oneself.
    pub url: String,
    /// The address of the picture WeChat draws.
    pub picture: String,
}

impl Desk {
    /// The desk of these accounts.
    pub fn new(ground: Ground, accounts: Accounts, clients: Clients) -> Self {
        Self { ground, accounts, clients }
    }

    /// Gives an account a menu; it is published by a job. Nothing happens if it already has this menu.
    pub async fn set_menu(&self, account: &str, menu: &Menu) -> kernel::Result<()> {
        self.able(account, Capability::Menu, "自定义菜单")?;
        let buttons = serde_json::to_value(menu).map_err(kernel::Error::internal)?;
        let mut tx = self.ground.db.begin().await?;
        let same = store::menu::get(&mut tx, account).await?.is_some_and(|(held, _)| held == buttons);
        if !same {
            let now = self.ground.clock.now();
            store::menu::put(&mut tx, account, &buttons, now).await?;
            let job = PublishMenu { account: account.to_owned() };
            jobs::enqueue(&mut tx, &self.ground.ids, Order::at(now, job).once(account)).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// The QR code of a scene, 1 to 64 characters: a temporary one that lasts at least another day.
    pub async fn scene_code(&self, account: &str, scene: &str) -> kernel::Result<SceneCode> {
        let client = self.able(account, Capability::SceneCodes, "带参数的二维码")?;
        let now = self.ground.clock.now();
        let mut tx = self.ground.db.read().await?;
        let held = store::scene::get(&mut tx, account, scene).await?;
        drop(tx);
        let lasting = |(ticket, url, expires_at): store::scene::Row| {
            let lasts = expires_at.is_none_or(|end| end.seconds_since(now) > SCENE_REST_SECONDS);
            lasts.then_some((ticket, url))
        };
        let (ticket, url) = if let Some(code) = held.and_then(lasting) {
            code
        } else {
            let made = client.create_scene(scene, SCENE_SECONDS).await.map_err(kernel::Error::internal)?;
            let row = (made.ticket.clone(), made.url.clone(), Some(now.plus_seconds(SCENE_SECONDS)));
            let mut tx = self.ground.db.begin().await?;
            store::scene::put(&mut tx, account, scene, row).await?;
            tx.commit().await?;
            (made.ticket, made.url)
        };
        Ok(SceneCode { url, picture: client.scene_picture(&ticket) })
    }

    /// The client of an account that may do this.
    fn able(&self, account: &str, capability: Capability, what: &str) -> Result<&Client, Problem> {
        let found =
            self.accounts.get(account).ok_or_else(|| Problem::new(Code::NotFound, format!("公众号 {account}")))?;
        if !found.allows(capability) {
            return Err(unable(found, what));
        }
        self.clients.get(account).map(AsRef::as_ref).ok_or_else(|| unable(found, what))
    }
}

fn unable(account: &Account, what: &str) -> Problem {
    let why = format!("这个公众号没有“{what}”的权限，认证后的服务号才有全部权限");
    Problem::new(Code::Forbidden, format!("公众号 {}", account.name())).because(why)
}
