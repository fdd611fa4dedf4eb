//! Where in its work a process stands, written where it outlives the process: what the fault tests read after a kill.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::Arc;

/// Bytes of the one line that is kept.
const WIDTH: usize = 32;

/// The step a process is in; nothing is written unless a file was named. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Steps(Option<Arc<File>>);

impl Steps {
    /// Steps written to a file.
    ///
    /// # Errors
    /// If the file cannot be made.
    pub fn to(path: &Path) -> io::Result<Self> {
        Ok(Self(Some(Arc::new(File::create(path)?))))
    }

    /// Says that a step begins; at most 31 bytes of its name are kept.
    pub fn at(&self, step: &str) {
        let Some(file) = &self.0 else { return };
        let mut line = [b' '; WIDTH];
        for (place, byte) in line.iter_mut().zip(step.bytes().take(WIDTH - 1).chain([b'\n'])) {
            *place = byte;
        }
        // A step that cannot be written is one the tests do not see; the work goes on.
        let _unseen = file.write_all_at(&line, 0);
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
