//! Rebuilds the crate when a migration is added: the folders are embedded.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
