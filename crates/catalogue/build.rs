//! Embeds the deep zoom (`OpenSeadragon`, BSD-3-Clause) if `cargo xtask prepare` has fetched it; without it the pages do
//! without.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    const VIEWER: &str = "../../viewer/node_modules/openseadragon/build/openseadragon/openseadragon.min.js";
    println!("cargo::rerun-if-changed={VIEWER}");
    let script = fs::read(VIEWER).unwrap_or_default();
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo gives no OUT_DIR"))?;
    fs::write(Path::new(&out).join("openseadragon.js"), script)
}
