//! Measures one goal beside its baselines: `measures p1 | p2 | p3 | p4 | p5 | p6 | judged | browse | rules | inbox | roll |
//! quality | reindex | import-beside | large | timing`.

mod browse;
mod import_beside;
mod inbox;
mod judged;
mod large;
mod p1;
mod p2;
mod p3;
mod p4;
mod p5;
mod p6;
mod quality;
mod reindex;
mod roll;
mod rules;
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
        "p2" => p2::run(),
        "p3" => p3::run(),
        "p4" => p4::run(),
        "p5" => p5::run(),
        "p6" => p6::run(),
        "judged" => threads()?.block_on(judged::run()),
        "browse" => browse::run(),
        "reindex" => reindex::run(),
        "roll" => threads()?.block_on(roll::run()),
        "rules" => rules::run(),
        "quality" => threads()?.block_on(quality::run()),
        "inbox" => threads()?.block_on(inbox::run()),
        "import-beside" => import_beside::run(),
        "large" => large::run(),
        "timing" => alone?.block_on(timing::run()),
        constant::WORD => threads()?.block_on(constant::serve()),
        p5::PLAIN_PASS => p5::plain_pass(),
        _ => Err(
            "usage: measures p1 | p2 | p3 | p4 | p5 | p6 | judged | browse | rules | inbox | roll | quality | reindex | import-beside | large | timing"
                .into(),
        ),
    }
}
