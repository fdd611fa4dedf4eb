//! What a new house is given before it opens: answers to the commonest questions, and a menu below each chat.

use account::Capability;
use consult::commonest;
use kernel::house;

use super::Hall;

/// The value of the house that says for which address and accounts the menus were made.
const FURNISHED: &str = "consult.furnished";

/// Brings the commonest questions into a house that never had them, and gives each account that may have one the menu
/// that goes with them. It is done once: what staff change or delete afterwards stays so. When the address of the site or
/// the accounts change, menus are published anew: those that staff ordered as they are, the others as they are here.
pub(crate) async fn furnish(hall: &Hall, site: &str) -> kernel::Result<()> {
    let able = || hall.accounts.iter().filter(|account| account.allows(Capability::Menu));
    let wanted = able().fold(site.to_owned(), |text, account| format!("{text} {}", account.name()));
    let db = &hall.ground.db;
    let held = house::value(&mut db.read().await?, FURNISHED).await?;
    if held.is_none() {
        commonest::seed(&hall.ground).await?;
        hall.rulebook.refresh().await?;
    }
    if held.as_deref() == Some(&wanted) {
        return Ok(());
    }
    // Pages of ours by their path: they get their addresses when the menu is published.
    let menu = commonest::menu("")?;
    for account in able() {
        hall.desk.furnish_menu(account.name(), &menu).await?;
    }
    let mut tx = db.begin().await?;
    house::set_value(&mut tx, FURNISHED, &wanted).await?;
    Ok(tx.commit().await?)
}
