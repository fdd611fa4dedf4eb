//! The project's own chores, so that `make` stays thin: `cargo xtask run | lint | prepare | console | test | bench | soak`.

mod attacks;
mod bench;
mod browser;
mod demo;
mod fuzz;
mod lengths;
mod lint;
mod packages;
mod prepare;
mod run;
mod soak;
mod test;

use std::process::ExitCode;

/// The outcome of a chore; the text says what failed and what to do.
type Outcome = Result<(), String>;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let chore = arguments.next().unwrap_or_default();
    let named: Vec<String> = arguments.collect();
    let outcome = match chore.as_str() {
        "run" => demo::run(),
        "lint" => lint::lint(),
        "prepare" => prepare::viewer(),
        "console" => prepare::console(),
        "test" => test::test(),
        "bench" => bench::bench(),
        "soak" => soak::soak(&named),
        _ => Err("usage: xtask run | lint | prepare | console | test | bench | soak [PART…]".to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            eprintln!("\nxtask {chore}: {what}");
            ExitCode::FAILURE
        }
    }
}
