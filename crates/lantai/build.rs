//! Embeds the console if `cargo xtask console` has built it; else a page that says how to. `LANTAI_REQUIRE_CONSOLE=1`,
//! which whoever ships the program sets, refuses to build without it.

use std::path::Path;
use std::{env, fs, io};

const BUILT: &str = "../../console/dist";
const MISSING: &str = "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>管理后台</title>\
    <h1>管理后台没有编入这个程序</h1><p>请先执行 cargo xtask console，再重新编译。</p></html>";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed={BUILT}");
    println!("cargo::rerun-if-env-changed=LANTAI_REQUIRE_CONSOLE");
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo gives no OUT_DIR"))?;
    let embedded = Path::new(&out).join("console");
    if embedded.try_exists()? {
        fs::remove_dir_all(&embedded)?;
    }
    fs::create_dir_all(&embedded)?;
    if Path::new(BUILT).join("index.html").try_exists()? {
        return copy(Path::new(BUILT), &embedded);
    }
    if env::var_os("LANTAI_REQUIRE_CONSOLE").is_some() {
        return Err(io::Error::other("the console is not built: run `cargo xtask console` first"));
    }
    fs::write(embedded.join("index.html"), MISSING)
}

/// Copies a folder with all it holds.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            fs::create_dir_all(&target)?;
            copy(&path, &target)?;
        } else {
            fs::copy(&path, &target)?;
        }
    }
    Ok(())
}
