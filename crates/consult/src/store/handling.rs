//! How consultation is handled, as staff chose.

use kernel::{Tx, db, house};

use crate::handling::Handling;

const NAME: &str = "consult.handling";

/// What staff chose; what the program does by itself if nobody chose.
pub(crate) async fn get(tx: &mut Tx) -> db::Result<Handling> {
    let kept = house::value(tx, NAME).await?;
    kept.map_or(Ok(Handling::default()), |text| {
        serde_json::from_str(&text).map_err(|_| db::Error::bad_cell("house_value", NAME, &text))
    })
}

/// Keeps what staff chose in the place of what was before.
pub(crate) async fn put(tx: &mut Tx, handling: Handling) -> db::Result<()> {
    let text = serde_json::to_string(&handling).unwrap_or_default();
    house::set_value(tx, NAME, &text).await
}
