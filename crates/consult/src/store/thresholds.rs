//! The thresholds that staff chose.

use kernel::{Tx, db, house};

use crate::thresholds::Thresholds;

const NAME: &str = "consult.faq-thresholds";

/// The thresholds; those of the program if nobody chose.
pub(crate) async fn get(tx: &mut Tx) -> db::Result<Thresholds> {
    let kept = house::value(tx, NAME).await?;
    kept.map_or(Ok(Thresholds::default()), |text| {
        serde_json::from_str(&text).map_err(|_| db::Error::bad_cell("house_value", NAME, &text))
    })
}

/// Keeps thresholds in the place of those before.
pub(crate) async fn put(tx: &mut Tx, thresholds: Thresholds) -> db::Result<()> {
    let text = serde_json::to_string(&thresholds).unwrap_or_default();
    house::set_value(tx, NAME, &text).await
}
