//! One door under libFuzzer: the one that `$LANTAI_DOOR` names.
#![no_main]

use std::sync::{LazyLock, Mutex, PoisonError};

use fuzz::Body;
use libfuzzer_sys::fuzz_target;

/// libFuzzer calls a function without a state; this is what that function puts its inputs to.
static DOOR: LazyLock<Mutex<Body>> = LazyLock::new(|| Mutex::new(open()));

fn open() -> Body {
    let name = std::env::var("LANTAI_DOOR").unwrap_or_default();
    let Some(door) = fuzz::door(&name) else { panic!("$LANTAI_DOOR names no door: {name}") };
    (door.open)().unwrap_or_else(|error| panic!("{name}: {error}"))
}

fuzz_target!(|input: &[u8]| {
    let mut door = DOOR.lock().unwrap_or_else(PoisonError::into_inner);
    let _outcome = (*door)(input);
});
