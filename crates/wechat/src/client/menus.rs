//! Custom menus.

use super::transport::Call;
use super::{Client, Error};
use crate::wire::menu::{ConditionalMenu, Menu, MenuAnswer, MenuId, SelfMenuAnswer, TryMatch};

impl Client {
    /// Replaces the menu of everybody (`menu/create`). Clients show it within five minutes.
    pub async fn create_menu(&self, menu: &Menu) -> Result<(), Error> {
        self.call(&Call::send("/cgi-bin/menu/create", menu)?).await?.done()
    }

    /// The menus made by the API (`menu/get`); 46003 if there is none.
    pub async fn menus(&self) -> Result<MenuAnswer, Error> {
        self.call(&Call::get("/cgi-bin/menu/get", &[])).await?.parsed()
    }

    /// Deletes the menu of everybody and all conditional ones (`menu/delete`).
    pub async fn delete_menus(&self) -> Result<(), Error> {
        self.call(&Call::get("/cgi-bin/menu/delete", &[]).changing()).await?.done()
    }

    /// The menu in use, also one made in the console (`get_current_selfmenu_info`).
    pub async fn current_menu(&self) -> Result<SelfMenuAnswer, Error> {
        self.call(&Call::get("/cgi-bin/get_current_selfmenu_info", &[])).await?.parsed()
    }

    /// Adds a menu for some followers (`menu/addconditional`) and returns its number; a default menu must be there.
    pub async fn add_conditional_menu(&self, menu: &ConditionalMenu) -> Result<String, Error> {
        Ok(self.call(&Call::send("/cgi-bin/menu/addconditional", menu)?).await?.parsed::<MenuId>()?.menuid)
    }

    /// Deletes a conditional menu (`menu/delconditional`).
    pub async fn delete_conditional_menu(&self, menu_id: &str) -> Result<(), Error> {
        let request = MenuId { menuid: menu_id.to_owned() };
        self.call(&Call::send("/cgi-bin/menu/delconditional", &request)?).await?.done()
    }

    /// The menu a follower sees (`menu/trymatch`).
    pub async fn menu_of(&self, openid: &str) -> Result<Menu, Error> {
        let request = TryMatch { user_id: openid.to_owned() };
        self.call(&Call::ask("/cgi-bin/menu/trymatch", &request)?).await?.parsed()
    }
}
