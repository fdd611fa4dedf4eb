//! Writes the one-to-one table of traditional to simplified characters, as `OpenCC` has it, into `OUT_DIR`.
//!
//! It is a table of characters on purpose: a phrase-wise conversion changes a character by its neighbours, so that a
//! slice of a title would no longer be a slice of the converted title, and offsets could not be mapped back.

use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs};

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;

/// The blocks that hold Chinese characters: extension A, the unified ideographs, the planes 2 and 3.
const BLOCKS: [(u32, u32); 3] = [(0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x2_0000, 0x3_23AF)];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    let converter = OpenCC::from_config(BuiltinConfig::T2s)?;
    let simplify = |c: char| -> Option<char> {
        let simplified = converter.convert(&c.to_string());
        let mut characters = simplified.chars();
        characters.next().filter(|s| *s != c && characters.next().is_none())
    };
    let mut table = String::from("[\n");
    for c in BLOCKS.iter().flat_map(|&(from, to)| from..=to).filter_map(char::from_u32) {
        if let Some(first) = simplify(c) {
            // A result that is itself a key would make a second pass change the text again.
            let settled = simplify(first).unwrap_or(first);
            if settled != c {
                writeln!(table, "('{c}', '{settled}'),")?;
            }
        }
    }
    table.push(']');
    let out = env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR for build scripts")?;
    fs::write(PathBuf::from(out).join("simplified.rs"), table)?;
    Ok(())
}
