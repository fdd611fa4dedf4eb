use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};

use futures::future::join_all;

use super::server::{Server, json, refusal, token};
use super::*;

const TAGS: &str = "{\"tags\":[]}";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t01_of_500_concurrent_calls_one_fetches_the_token() {
    let server = Server::answering(TAGS).await;
    let account = account(&server);
    let calls = (0..500).map(|_| account.client.held(Slot::AccessToken, None));
    assert!(join_all(calls).await.iter().all(Result::is_ok));
    assert_eq!(server.counts(), (1, 0));
    account.environment.advance(7200);
    let calls = (0..500).map(|_| account.client.held(Slot::AccessToken, None));
    assert!(join_all(calls).await.iter().all(Result::is_ok));
    assert_eq!(server.counts(), (2, 0));
}

#[tokio::test]
async fn t01_a_failed_fetch_is_shared_by_all_who_waited() {
    let server = Server::scripted(|_| refusal(40125)).await;
    let account = account(&server);
    let outcomes = join_all((0..500).map(|_| account.client.held(Slot::AccessToken, None))).await;
    assert!(outcomes.iter().all(|outcome| outcome.as_ref().unwrap_err().code() == Some(Errcode(40125))));
    assert_eq!(server.counts().0, 1);
    assert!(account.client.held(Slot::AccessToken, None).await.is_err());
    assert_eq!(server.counts().0, 2);
}

#[tokio::test]
async fn t02_two_servers_share_the_token_through_the_store() {
    let server = Server::answering(TAGS).await;
    let first = account(&server);
    let second = Client::new(settings(&server.base), first.environment.clone(), first.store.clone()).unwrap();
    first.client.tags().await.unwrap();
    second.tags().await.unwrap();
    assert_eq!(server.counts(), (1, 2));
}

#[tokio::test]
async fn t02_forced_refreshes_are_30_seconds_apart_and_5_a_day() {
    let server = Server::scripted(|seen| if seen.is_token() { token("bad", 7200) } else { refusal(40001) }).await;
    let account = account(&server);
    let forced = || server.seen().iter().filter(|seen| seen.text().contains("\"force_refresh\":true")).count();
    for _ in 0..3 {
        assert_eq!(account.client.tags().await.unwrap_err().code(), Some(Errcode(40001)));
    }
    assert_eq!(forced(), 1);
    account.environment.advance(29);
    account.client.tags().await.unwrap_err();
    assert_eq!(forced(), 1);
    for _ in 0..20 {
        account.environment.advance(30);
        account.client.tags().await.unwrap_err();
    }
    assert_eq!(forced(), 5);
    account.environment.advance(DAY_SECONDS);
    account.client.tags().await.unwrap_err();
    assert_eq!(forced(), 6);
}

/// Tokens `t1`, `t2` … of which only the one numbered `good` is accepted.
async fn numbered(good: usize, code: i64) -> Server {
    let given = AtomicUsize::new(0);
    Server::scripted(move |seen| {
        if seen.is_token() {
            return token(&format!("t{}", given.fetch_add(1, Ordering::SeqCst) + 1), 7200);
        }
        if seen.query.contains(&format!("access_token=t{good}")) { json(TAGS) } else { refusal(code) }
    })
    .await
}

#[tokio::test]
async fn t03_t05_a_stale_token_costs_one_refresh_and_one_repeat() {
    for code in [40001, 40014, 42001] {
        let server = numbered(2, code).await;
        let account = account(&server);
        assert_eq!(account.client.tags().await, Ok(vec![]), "{code}");
        assert_eq!(server.counts(), (2, 2), "{code}");
        account.client.tags().await.unwrap();
        assert_eq!(server.counts(), (2, 3), "{code}");

        let server = numbered(3, code).await;
        let account = account_at(&server.base);
        assert_eq!(account.client.tags().await.unwrap_err().code(), Some(Errcode(code)));
        assert_eq!(server.counts(), (2, 2), "{code}");
    }
}

#[tokio::test]
async fn t05_three_stale_tokens_within_ten_minutes_raise_one_alarm() {
    // Other software fetches tokens by the old interface all the time: ours are refused whenever they are used.
    let server = Server::scripted(|seen| if seen.is_token() { token("ours", 7200) } else { refusal(40001) }).await;
    let account = account(&server);
    let (client, alarms) = watched_with(&server, &account);
    let raised = || alarms.lock().unwrap().len();
    // Two refusals a call: the token, and the fresh one.
    client.tags().await.unwrap_err();
    assert_eq!(raised(), 0);
    account.environment.advance(600);
    client.tags().await.unwrap_err();
    assert_eq!(raised(), 0, "the first two are too long ago");
    account.environment.advance(599);
    client.tags().await.unwrap_err();
    assert_eq!(*alarms.lock().unwrap(), [Alarm::StaleTokens]);
    client.tags().await.unwrap_err();
    account.environment.advance(60);
    client.tags().await.unwrap_err();
    assert_eq!(raised(), 2, "told again when it goes on");
}

#[tokio::test]
async fn t03_many_calls_with_one_stale_token_refresh_once() {
    let server = numbered(2, 42001).await;
    let account = account(&server);
    let outcomes = join_all((0..50).map(|_| account.client.tags())).await;
    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(server.counts().0, 2);
}

#[tokio::test]
async fn t03_a_token_another_server_renewed_is_taken_from_the_store() {
    let server = numbered(1, 40001).await;
    let account = account(&server);
    let stored = Stored { value: "old".into(), expires_at: NOW + 5000 };
    account.store.put("wx49f0ab532d5d035a", Slot::AccessToken, &stored).await;
    assert_eq!(account.client.held(Slot::AccessToken, None).await.unwrap(), "old");
    let renewed = Stored { value: "t1".into(), expires_at: NOW + 7200 };
    account.store.put("wx49f0ab532d5d035a", Slot::AccessToken, &renewed).await;
    account.client.tags().await.unwrap();
    assert_eq!(server.counts(), (0, 2));
}

#[tokio::test]
async fn t06_a_long_token_with_marks_is_kept_whole_and_encoded() {
    let long = format!("{}&a=b+c/=%25 ", "x".repeat(600));
    let given = long.clone();
    let server = Server::scripted(move |seen| if seen.is_token() { token(&given, 7200) } else { json(TAGS) }).await;
    let account = account(&server);
    account.client.tags().await.unwrap();
    let query = server.last().query;
    assert!(!query.contains("&a=b") && !query.contains("+c"), "{query}");
    let encoded = query.strip_prefix("access_token=").unwrap().replace('+', "%20");
    assert_eq!(percent_encoding::percent_decode_str(&encoded).decode_utf8().unwrap(), long);
    let stored = account.store.get("wx49f0ab532d5d035a", Slot::AccessToken).await.unwrap();
    assert_eq!(stored.value, long);
}

#[tokio::test]
async fn t17_jumps_of_the_clock_cause_one_fetch_each() {
    let server = Server::answering(TAGS).await;
    let account = account(&server);
    account.client.tags().await.unwrap();
    for (fetches, jump) in [(2, 3 * 3600), (3, -3 * 3600), (4, 100 * DAY_SECONDS), (5, -100 * DAY_SECONDS)] {
        account.environment.advance(jump);
        for _ in 0..20 {
            account.client.tags().await.unwrap();
        }
        assert_eq!(server.counts().0, fetches, "jump {jump}");
    }
}

#[tokio::test]
async fn t17_a_token_without_life_causes_no_storm() {
    let server = Server::scripted(|seen| if seen.is_token() { token("short", 0) } else { json(TAGS) }).await;
    let account = account(&server);
    for _ in 0..50 {
        account.client.tags().await.unwrap();
    }
    assert_eq!(server.counts().0, 1);
    account.environment.advance(10);
    account.client.tags().await.unwrap();
    assert_eq!(server.counts().0, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_given_up_leaves_the_next_one_free() {
    let barrier = Arc::new(Barrier::new(2));
    let reached = barrier.clone();
    // Whether the call that is given up comes as far as the server is a matter of luck: the first to come waits.
    let first = AtomicBool::new(true);
    let server = Server::scripted(move |seen| {
        if seen.is_token() && first.swap(false, Ordering::SeqCst) {
            reached.wait();
        }
        if seen.is_token() { token("good", 7200) } else { json(TAGS) }
    })
    .await;
    let account = account(&server);
    let mut call = Box::pin(account.client.tags());
    assert!(futures::poll!(&mut call).is_pending());
    drop(call);
    let freed = tokio::task::spawn_blocking(move || barrier.wait());
    assert!(account.client.tags().await.is_ok());
    freed.await.unwrap();
}
