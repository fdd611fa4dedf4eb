//! The log: lines for people on a terminal, JSON for machines elsewhere. It goes to standard error.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::{Code, Problem};

/// How the log is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Lines for people.
    Text,
    /// One JSON object for each event.
    Json,
}

impl Format {
    /// What suits standard error: text on a terminal, JSON otherwise.
    pub fn suitable() -> Self {
        if std::io::stderr().is_terminal() { Self::Text } else { Self::Json }
    }
}

/// Starts the log of this process. `filter` is a list such as `info,lantai=debug` (`tracing_subscriber::EnvFilter`).
/// Called a second time, it leaves the log as it is.
///
/// # Errors
/// [`Code::BadSetting`] if the filter cannot be read.
pub fn start(format: Format, filter: &str) -> Result<(), Problem> {
    let subscriber = subscriber(format, filter, std::io::stderr)?;
    // The log is the process's own: only a test that starts two houses gets here twice.
    let _already = tracing::subscriber::set_global_default(subscriber);
    Ok(())
}

fn subscriber<W>(format: Format, filter: &str, writer: W) -> Result<Box<dyn tracing::Subscriber + Send + Sync>, Problem>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_new(filter)
        .map_err(|error| Problem::new(Code::BadSetting, format!("日志级别 {filter}")).because(error.to_string()))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
    Ok(match format {
        Format::Text => Box::new(builder.with_target(false).finish()),
        Format::Json => Box::new(builder.json().flatten_event(true).finish()),
    })
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);
    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(format: Format, filter: &str, log: impl FnOnce()) -> String {
        let kept = Kept::default();
        let writer = kept.clone();
        let subscriber = subscriber(format, filter, move || writer.clone()).unwrap();
        tracing::subscriber::with_default(subscriber, log);
        let bytes = kept.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn d07_what_a_stranger_sends_cannot_forge_a_line() {
        let agent = "x\n{\"level\":\"ERROR\"}\u{1b}[31m";
        let text = logged(Format::Json, "info", || tracing::info!(agent, "asked"));
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(!text.contains('\u{1b}'), "{text}");
        let line: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!((line["agent"].as_str(), line["message"].as_str()), (Some(agent), Some("asked")));
        let text = logged(Format::Text, "info", || tracing::info!(agent, "asked"));
        assert_eq!(text.lines().count(), 1, "{text}");
    }

    #[test]
    fn the_filter_decides_and_a_wrong_one_is_refused() {
        assert_eq!(logged(Format::Json, "warn", || tracing::info!("quiet")), "");
        assert_eq!(start(Format::Text, "a=b=c").unwrap_err().code(), Code::BadSetting);
    }
}
