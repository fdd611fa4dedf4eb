//! The caged examiner of originals on its own, as the binary starts it; the tests use it.
//!
//! `original_reader ORDERS LIMITS`

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, orders, limits] = arguments.as_slice() else { return Err("usage: original_reader ORDERS LIMITS".into()) };
    catalogue::originals::caged(orders, limits)
}
