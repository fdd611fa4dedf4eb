//! Commands that are killed.

use std::path::Path;
use std::time::{Duration, Instant};

use acceptance::Server;
use kernel::{Random, Steps};

/// A command on a data folder that is to be killed.
pub(crate) struct Victim<'a> {
    pub(crate) data: &'a Path,
    pub(crate) arguments: &'a [&'a str],
    /// What stands in the name of the first step that can be broken.
    pub(crate) awaited: &'a str,
}

impl Victim<'_> {
    /// Runs the command and kills it at a random moment after it began to write. The step that was hit; `None`: it was
    /// quicker than the kill.
    pub(crate) fn killed(&self, random: &Random, longest: Duration) -> Option<String> {
        let steps = self.data.with_extension("steps");
        drop(std::fs::remove_file(&steps));
        let (data, named) = (self.data.to_string_lossy(), steps.to_string_lossy());
        let arguments = [self.arguments, &["--data", &data, "--steps", &named]].concat();
        let mut server = Server::start(&arguments, &steps.with_extension("log"));
        let deadline = Instant::now() + Duration::from_mins(1);
        while !Steps::last(&steps).is_ok_and(|step| step.contains(self.awaited)) {
            if !server.runs() || Instant::now() > deadline {
                break;
            }
            std::thread::yield_now();
        }
        let micros = random.below(u64::try_from(longest.as_micros()).unwrap());
        std::thread::park_timeout(Duration::from_micros(micros));
        let step = Steps::last(&steps).unwrap_or_default();
        let killed = server.runs();
        server.kill();
        killed.then_some(step)
    }
}
