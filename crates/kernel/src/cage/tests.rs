use super::*;

/// The example beside this test's own executable: `cargo test` builds it.
fn caged(mode: &str, limits: Limits) -> Cage {
    let own = std::env::current_exe().unwrap();
    let program = own.parent().unwrap().parent().unwrap().join("examples/caged");
    assert!(program.try_exists().unwrap(), "{} is missing: run `cargo build -p kernel --examples`", program.display());
    Cage { program, arguments: vec![mode.into()], limits }
}

async fn run(cage: &Cage, input: &[u8]) -> (Vec<String>, Outcome) {
    let mut running = cage.start(bytes(input).unwrap()).unwrap();
    let mut frames = Vec::new();
    while let Some(frame) = running.next().await {
        frames.push(String::from_utf8_lossy(&frame).into_owned());
    }
    (frames, running.outcome().await.unwrap())
}

#[tokio::test]
async fn frames_come_through_in_order() {
    let (frames, outcome) = run(&caged("echo", Limits::default()), "甲\n乙\n\n丙".as_bytes()).await;
    assert_eq!(outcome, Outcome::Finished);
    assert_eq!(frames, ["甲", "乙", "", "丙"]);
}

#[tokio::test]
async fn u_a_child_that_wants_too_much_memory_is_stopped() {
    let limits = Limits { memory: 128 << 20, ..Limits::default() };
    assert_eq!(run(&caged("devour", limits), b"").await.1, Outcome::OutOfMemory);
}

#[tokio::test]
async fn a_child_that_computes_too_long_is_stopped() {
    let limits = Limits { cpu_seconds: 1, ..Limits::default() };
    assert_eq!(run(&caged("spin", limits), b"").await.1, Outcome::TimedOut);
}

#[tokio::test]
async fn a_child_that_never_ends_is_killed() {
    let limits = Limits { wait_seconds: 1, ..Limits::default() };
    assert_eq!(run(&caged("wait", limits), b"").await.1, Outcome::TimedOut);
}

#[tokio::test]
async fn a_child_cannot_write_more_than_it_may() {
    let limits = Limits { file_size: 1024, ..Limits::default() };
    let outcome = run(&caged("shout", limits), b"").await.1;
    let Outcome::Crashed { code: None, signal, errors } = outcome else { panic!("{outcome:?}") };
    assert_eq!((signal, errors.len()), (Some(nix::libc::SIGXFSZ), 1024));
}

#[tokio::test]
async fn a_child_sees_no_environment() {
    let (frames, outcome) = run(&caged("environment", Limits::default()), b"").await;
    assert_eq!((frames, outcome), (Vec::new(), Outcome::Finished));
}

#[tokio::test]
async fn a_failure_keeps_the_end_of_what_the_child_said() {
    let outcome = run(&caged("fail", Limits::default()), b"").await.1;
    let Outcome::Crashed { code: Some(1), signal: None, errors } = outcome else { panic!("{outcome:?}") };
    assert!(errors.contains("failed as it was told"), "{errors}");
}

#[tokio::test]
async fn unread_frames_do_not_hold_up_the_end() {
    let cage = caged("count", Limits::default());
    let running = cage.start(bytes(b"100000").unwrap()).unwrap();
    assert_eq!(running.outcome().await.unwrap(), Outcome::Finished);
}

#[tokio::test]
async fn a_million_rows_come_through() {
    let mut running = caged("count", Limits::default()).start(bytes(b"1000000").unwrap()).unwrap();
    let (mut rows, mut bytes) = (0, 0);
    while let Some(frame) = running.next().await {
        rows += 1;
        bytes += frame.len();
    }
    assert_eq!(running.outcome().await.unwrap(), Outcome::Finished);
    assert_eq!((rows, bytes), (1_000_000, 200_000_000));
}

#[tokio::test]
async fn a_frame_cut_off_is_not_taken_for_the_end() {
    // A program that is not ours announces 5 bytes, sends 2 and ends well.
    let cage = Cage {
        program: "/bin/sh".into(),
        arguments: vec!["-c".into(), r"printf '\000\000\000\005ab'".into()],
        limits: Limits::default(),
    };
    let (frames, outcome) = run(&cage, b"").await;
    assert!(frames.is_empty());
    assert!(matches!(outcome, Outcome::Crashed { code: Some(0), .. }), "{outcome:?}");
}

#[test]
fn limits_with_too_few_or_too_many_numbers_are_refused() {
    assert_eq!(Limits::parse("1,2,3,4"), None);
    assert_eq!(Limits::parse("1,2,3,4,5,6"), None);
}

proptest::proptest! {
    #[test]
    fn any_limits_survive_the_command_line(numbers: [u64; 5]) {
        let [memory, cpu_seconds, wait_seconds, file_size, open_files] = numbers;
        let limits = Limits { memory, cpu_seconds, wait_seconds, file_size, open_files };
        proptest::prop_assert_eq!(Limits::parse(&limits.to_string()), Some(limits));
    }

    #[test]
    fn no_argument_makes_the_parser_fall(argument: String) {
        if let Some(limits) = Limits::parse(&argument) {
            proptest::prop_assert_eq!(Limits::parse(&limits.to_string()), Some(limits));
        }
    }
}
