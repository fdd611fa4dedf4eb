//! Real titles to test on, or our own where they are not to be had.

use std::fs;
use std::path::PathBuf;

/// The folder of real material: `$LANTAI_TEST_DATA`, by default `../shared/data` beside the checkout.
#[expect(clippy::disallowed_methods, reason = "tests are told by their environment where the material is")]
pub fn test_data() -> PathBuf {
    std::env::var("LANTAI_TEST_DATA")
        .map_or_else(|_| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from)
}

/// The file of real titles, if it is there.
pub fn official_titles() -> Option<PathBuf> {
    let file = test_data().join("official-documents/official_documents.csv");
    fs::metadata(&file).is_ok().then_some(file)
}
