//! Measures one goal beside its baselines: `measures p1 | p3 | p5 | judged | timing`.

mod judged;
mod p1;
mod p3;
mod p5;
mod timing;

use std::process::ExitCode;

use measures::{Outcome, constant};
use tokio::runtime::Builder;

fn main() -> ExitCode {
    match run(std::env::args().nth(1).unwrap_or_default().as_str()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            eprintln!("{what}");
            ExitCode::FAILURE
        }
    }
}

fn run(measure: &str) -> Outcome<()> {
    let (alone, threads) =
        (Builder::new_current_thread().enable_all().build(), || Builder::new_multi_thread().enable_all().build());
    match measure {
        "p1" => p1::run(),
        "p3" => p3::run(),
        "p5" => p5::run(),
        "judged" => threads()?.block_on(judged::run()),
        "timing" => alone?.block_on(timing::run()),
        constant::WORD => threads()?.block_on(constant::serve()),
        p5::PLAIN_PASS => p5::plain_pass(),
        _ => Err(
            "usage: measures p1 | p3 | p5 | judged | timing"
                .into(),
        ),
    }
}
