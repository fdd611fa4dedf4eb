//! What a caged child looks like: it locks itself in, reads its input, and answers in frames. The tests of
//! `kernel::cage` start it and make it misbehave.
//!
//! `caged MODE LIMITS`

use std::error::Error;
use std::io::{Read, Write};

use kernel::cage::{Frames, Limits, enter, input};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, mode, limits] = arguments.as_slice() else { return Err("usage: caged MODE LIMITS".into()) };
    enter(&Limits::parse(limits).ok_or("limits that cannot be read")?)?;

    let mut frames = Frames::stdout();
    match mode.as_str() {
        "echo" => {
            let mut text = String::new();
            input()?.read_to_string(&mut text)?;
            for line in text.lines() {
                frames.send(line.as_bytes())?;
            }
        }
        "count" => {
            let mut text = String::new();
            input()?.read_to_string(&mut text)?;
            let row = [b'x'; 200];
            for _ in 0..text.trim().parse::<u64>()? {
                frames.send(&row)?;
            }
        }
        "environment" => {
            for (name, _) in std::env::vars_os() {
                frames.send(name.as_encoded_bytes())?;
            }
        }
        "devour" => {
            let mut eaten = Vec::new();
            loop {
                eaten.push(vec![1_u8; 1 << 24]);
            }
        }
        "spin" => loop {
            std::hint::spin_loop();
        },
        "wait" => loop {
            std::thread::park();
        },
        "shout" => std::io::stderr().write_all(&[b'!'; 1 << 12])?,
        "fail" => return Err("this sample failed as it was told".into()),
        other => return Err(format!("no mode {other}").into()),
    }
    frames.finish()?;
    Ok(())
}
