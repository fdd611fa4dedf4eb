//! The caged reader of tables on its own, as the binary starts it; the tests of the import use it.
//!
//! `table_reader OPTIONS LIMITS`

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, options, limits] = arguments.as_slice() else { return Err("usage: table_reader OPTIONS LIMITS".into()) };
    catalogue::import::caged(options, limits)
}
