//! Where in its work a process stands, written where it outlives the process: what the fault tests read after a kill.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::Arc;

#[cfg(feature = "planted-faults")]
use crate::planted::{Fault, Planted};

/// Bytes of the one line that is kept.
const WIDTH: usize = 32;

/// The step a process is in; nothing is written unless a file was named. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Steps {
    file: Option<Arc<File>>,
    #[cfg(feature = "planted-faults")]
    planted: Planted,
}

impl Steps {
    /// Steps written to a file.
    ///
    /// # Errors
    /// If the file cannot be made.
    pub fn to(path: &Path) -> io::Result<Self> {
        Ok(Self {
            file: Some(Arc::new(File::create(path)?)),
            #[cfg(feature = "planted-faults")]
            planted: Planted::default(),
        })
    }

    /// The same steps in a process with this planted in it.
    #[cfg(feature = "planted-faults")]
    #[must_use]
    pub fn plant(self, planted: Planted) -> Self {
        Self { planted, ..self }
    }

    /// Whether a fault is planted.
    #[cfg(feature = "planted-faults")]
    pub fn planted(&self, fault: Fault) -> bool {
        self.planted.fault == Some(fault)
    }

    /// Says that a step begins; at most 31 bytes of its name are kept.
    pub fn at(&self, step: &str) {
        if let Some(file) = &self.file {
            write(file, step);
        }
        #[cfg(feature = "planted-faults")]
        self.planted.reach(step);
    }

    /// The last step written to a file.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn last(path: &Path) -> io::Result<String> {
        let text = std::fs::read_to_string(path)?;
        Ok(text.lines().next().unwrap_or_default().to_owned())
    }
}

fn write(file: &File, step: &str) {
    let mut line = [b' '; WIDTH];
    for (place, byte) in line.iter_mut().zip(step.bytes().take(WIDTH - 1).chain([b'\n'])) {
        *place = byte;
    }
    // A step that cannot be written is one the tests do not see; the work goes on.
    let _unseen = file.write_all_at(&line, 0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_step_outlives_the_one_before() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("steps");
        let steps = Steps::to(&file).unwrap();
        steps.at("a long name of an early step");
        steps.at("write");
        assert_eq!(Steps::last(&file).unwrap(), "write");
        Steps::default().at("nowhere");
    }
}
