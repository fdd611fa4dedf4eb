//! The caged opener of materials on its own, as the binary starts it; the tests use it.
//!
//! `material_opener ORDERS LIMITS`

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, orders, limits] = arguments.as_slice() else { return Err("usage: material_opener ORDERS LIMITS".into()) };
    push::material::caged(orders, limits)
}
