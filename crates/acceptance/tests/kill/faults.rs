//! The kill test looks for what it promises to find: a program with a planted fault, killed where the fault bites, shows
//! it to the same eyes that find nothing wrong with the sound program killed at the same step.

use std::process::Command;

use acceptance::{Demo, lantai, lantai_faulty};
use tempfile::TempDir;

use crate::callback::{Sent, ask_until_gone};
use crate::import::{self, catalogue_file};
use crate::report::Violation;

fn planted(fault: Option<&str>) -> Vec<String> {
    fault.map(|fault| vec!["--fault".to_owned(), fault.to_owned()]).unwrap_or_default()
}

/// The callback, killed when the first deliveries are committed and nobody has been answered yet.
async fn callback_with(fault: Option<&str>) -> Vec<Violation> {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let arguments = planted(fault);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let deadly = [arguments.as_slice(), &["--die-at", "inbox done"]].concat();
    let mut demo = Demo::start_program(&lantai_faulty(), &data, &deadly).await;
    let sender = demo.sender();
    let asked = ask_until_gone(&sender, &demo.site, 0).await;
    assert_eq!(demo.server.stop(), None, "it was killed");
    let mut sent = Sent::default();
    let demo = Demo::start_program(&lantai_faulty(), &data, &arguments).await;
    sent.repeat(&sender, &demo.site, asked).await;
    sent.violations(&data).await
}

/// An import, killed when all rows are committed to the database and not yet to the indexes.
fn import_with(fault: Option<&str>) -> Vec<Violation> {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let file = catalogue_file(folder.path(), "初版");
    let run = |more: &[&str]| {
        let mut import = Command::new(lantai_faulty());
        import.arg("import").arg(&file).arg("--json").arg("--data").arg(&data).args(planted(fault)).args(more);
        import.output().unwrap().status.code()
    };
    assert_eq!(run(&["--die-at", "index commit"]), None, "it was killed");
    assert_eq!(run(&[]), Some(0), "it went on");
    import::violations(&data, "初版")
}

/// An import of rows of which some are closed.
fn closed_rows_with(fault: Option<&str>) -> Vec<Violation> {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let file = catalogue_file(folder.path(), "初版");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replacen("永久,开放", "永久,控制", 100)).unwrap();
    let mut import = Command::new(lantai_faulty());
    import.arg("import").arg(&file).arg("--json").arg("--data").arg(&data).args(planted(fault));
    assert!(import.output().unwrap().status.success());
    import::violations(&data, "初版")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_after_the_commit_shows_nothing_in_the_sound_callback() {
    assert_eq!(callback_with(None).await, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_inbox_without_a_unique_key_is_caught() {
    let found = callback_with(Some("no-unique-inbox-key")).await;
    assert!(found.contains(&Violation::MessagesDoubled), "{found:?}");
    assert!(found.contains(&Violation::EffectsDoubled), "{found:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outbox_written_after_the_commit_is_caught() {
    let found = callback_with(Some("outbox-after-commit")).await;
    assert_eq!(found, [Violation::EffectsLost]);
}

#[test]
fn a_kill_before_the_index_shows_nothing_in_the_sound_import() {
    assert_eq!(import_with(None), []);
}

#[test]
fn a_watermark_before_the_commit_is_caught() {
    let found = import_with(Some("watermark-before-commit"));
    assert!(matches!(found.as_slice(), [Violation::NotWhole(_)]), "{found:?}");
}

#[test]
fn closed_rows_show_nothing_in_the_sound_import() {
    assert_eq!(closed_rows_with(None), []);
}

#[test]
fn an_open_index_without_its_filter_is_caught() {
    let found = closed_rows_with(Some("unfiltered-open-index"));
    assert!(matches!(found.as_slice(), [Violation::NotWhole(_)]), "{found:?}");
}

#[test]
fn the_program_itself_knows_no_faults() {
    for unknown in ["--fault=outbox-after-commit", "--die-at=inbox done"] {
        let folder = TempDir::new().unwrap();
        let refused = Command::new(lantai()).args(["demo", unknown, "--data"]).arg(folder.path()).output().unwrap();
        assert_eq!(refused.status.code(), Some(2), "{}", String::from_utf8_lossy(&refused.stderr));
    }
}
