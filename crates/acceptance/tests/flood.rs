//! A reader who floods one conversation, and texts that are up to no good, as the inbox of staff meets them.

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::path::Path;
    use std::time::{Duration, Instant};

    use acceptance::{Answer, Demo, Reader, Sender, StaffClient};
    use futures::StreamExt as _;
    use kernel::{Db, db};
    use serde_json::Value;
    use tempfile::TempDir;
    use wechat::push::Push;

    const FLOODER: &str = "oFlood00000000000000000001";
    const OTHER: &str = "oOther00000000000000000001";
    /// Messages of one reader; they have a minute.
    const MESSAGES: u64 = 10_000;
    /// How many of them are under way at a time.
    const AT_ONCE: usize = 32;
    /// What the server may take for it, in megabytes.
    const MEMORY: u64 = 300;
    /// WeChat's own patience.
    const PATIENCE: Duration = Duration::from_secs(5);

    /// A text of a follower; each number is another message.
    fn said(sender: &Sender, openid: &str, (number, text): (u64, &str)) -> Push {
        let clear = format!(
            "<xml><ToUserName>gh</ToUserName><FromUserName>{openid}</FromUserName><CreateTime>{}</CreateTime>\
             <MsgType>text</MsgType><Content><![CDATA[{text}]]></Content><MsgId>{}</MsgId></xml>",
            sender.now(),
            27_000_000_000_000_000 + number,
        );
        sender.sealed(openid, &clear)
    }

    async fn deliver(demo: &Demo, sender: &Sender, push: Push) -> Result<Answer, String> {
        let sent = demo.site.try_post(&sender.path(&push), push.body.into_bytes()).await;
        sent.map_err(|error| error.to_string())
    }

    /// The most memory a process ever held, in megabytes.
    fn peak(process: u32) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
    }

    /// The one conversation that waits, and its messages as staff see them.
    async fn conversation(staff: &mut StaffClient) -> (Value, Value) {
        let list = staff.get("/api/v1/conversations?state=waiting").await;
        assert_eq!(list["total"], 1, "{list}");
        let path = format!("/api/v1/conversations/{}", list["items"][0]["id"].as_str().unwrap());
        (list["items"][0].clone(), staff.get(&path).await)
    }

    fn texts(view: &Value) -> Vec<&str> {
        view["messages"].as_array().unwrap().iter().filter_map(|one| one["text"].as_str()).collect()
    }

    /// What the flooder said, as it is kept.
    async fn kept(data: &Path) -> u64 {
        let patient = db::Options { wait: Duration::from_secs(30), ..db::Options::default() };
        let books = Db::open_sqlite(&data.join("lantai.db"), &patient).await.unwrap();
        let mut tx = books.read().await.unwrap();
        let query = tx.sql("SELECT count(DISTINCT text) FROM conversation_message WHERE speaker = 'reader'");
        u64::try_from(query.one::<(i64,)>().await.unwrap().0).unwrap()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn w41_who_floods_one_conversation_takes_neither_memory_nor_the_others_answers() {
        let folder = TempDir::new().unwrap();
        let demo = Demo::start(folder.path()).await;
        let sender = demo.sender();
        let mut staff = StaffClient::sign_in(&demo, folder.path(), "archivist").await;
        assert_eq!(deliver(&demo, &sender, said(&sender, FLOODER, (0, "转人工"))).await.unwrap().status, 200);
        let (before, begun) = (peak(demo.server.id()), Instant::now());
        let is_over = Cell::new(false);
        let flood = async {
            let all = (1..=MESSAGES).map(|number| {
                let push = said(&sender, FLOODER, (number, &format!("第 {number} 句：在吗😀𠮷")));
                deliver(&demo, &sender, push)
            });
            let failed = |answer: &Result<Answer, String>| !answer.as_ref().is_ok_and(|answer| answer.status == 200);
            let lost = futures::stream::iter(all).buffer_unordered(AT_ONCE);
            let lost = lost.filter(|answer| std::future::ready(failed(answer))).count().await;
            is_over.set(true);
            (lost, begun.elapsed())
        };
        let beside = async {
            let (mut slowest, mut number) = ([Duration::ZERO; 2], MESSAGES);
            while !is_over.get() {
                number += 1;
                let asked = Instant::now();
                let answer = deliver(&demo, &sender, said(&sender, OTHER, (number, "请问几点开门"))).await.unwrap();
                assert!(sender.read(&answer.body).contains("08:30"), "another reader is answered as ever");
                slowest[0] = slowest[0].max(asked.elapsed());
                let asked = Instant::now();
                let (_, view) = conversation(&mut staff).await;
                slowest[1] = slowest[1].max(asked.elapsed());
                let shown = texts(&view).len();
                assert!((1..=200).contains(&shown), "one page of it: {shown}");
            }
            slowest
        };
        let ((lost, took), [reader, inbox]) = futures::join!(flood, beside);
        let memory = peak(demo.server.id()) - before;
        println!("{MESSAGES} messages in {took:?}, {memory} MB more; the other reader {reader:?}, the inbox {inbox:?}");
        assert_eq!((lost, kept(folder.path()).await), (0, MESSAGES), "what was acknowledged is kept, each once");
        assert!(memory < MEMORY, "{memory} MB");
        assert!(reader < PATIENCE && inbox < PATIENCE, "the other reader {reader:?}, the inbox {inbox:?}");
        let found = staff.get("/api/v1/conversations?state=all&q=%E7%AC%AC%20777%20%E5%8F%A5").await;
        assert_eq!(found["total"], 1, "{found}");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn w28_a_message_of_ten_megabytes_is_refused_and_costs_nothing() {
        let folder = TempDir::new().unwrap();
        let demo = Demo::start(folder.path()).await;
        let sender = demo.sender();
        let before = peak(demo.server.id());
        for number in 0..20 {
            let push = Push { body: "在".repeat(10 << 20 >> 1), ..said(&sender, FLOODER, (number, "在吗")) };
            // The connection may be cut before all of it was sent.
            if let Ok(answer) = deliver(&demo, &sender, push).await {
                assert_eq!((answer.status, answer.body.as_str()), (413, ""));
            }
        }
        let memory = peak(demo.server.id()) - before;
        assert!(memory < 64, "twenty of them took {memory} MB");
        let answer = deliver(&demo, &sender, said(&sender, FLOODER, (99, "请问几点开门"))).await.unwrap();
        assert!(sender.read(&answer.body).contains("08:30"));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn w31_texts_reach_staff_as_they_were_typed_but_for_what_turns_them_around() {
        let folder = TempDir::new().unwrap();
        let demo = Demo::start(folder.path()).await;
        let reader = Reader::follow(&demo.sandbox, "demo").await;
        reader.says("转人工").await;
        let typed = [
            ("<img src=x onerror=alert(1)><b>粗</b>&lt;", "<img src=x onerror=alert(1)><b>粗</b>&lt;"),
            ("=HYPERLINK(\"https://evil.example\",\"点\")", "=HYPERLINK(\"https://evil.example\",\"点\")"),
            ("@SUM(1+1)|cmd' /C calc'!A0", "@SUM(1+1)|cmd' /C calc'!A0"),
            ("查\u{202E}案档\u{2069}\u{200F}", "查案档"),
            // Extensions B to H and a variation selector of names.
            ("𠮷𪚥𫝀𫠝𬺰𮯠𰀀𱍐葛\u{E0100}飾", "𠮷𪚥𫝀𫠝𬺰𮯠𰀀𱍐葛\u{E0100}飾"),
            ("👨‍👩‍👧‍👦🇨🇳❤️", "👨‍👩‍👧‍👦🇨🇳❤️"),
        ];
        for (text, _) in typed {
            let body = serde_json::json!({"type": "text", "content": text});
            let path = format!("/_sandbox/demo/followers/{}/messages", reader.openid);
            assert_eq!(demo.sandbox.post(&path, &body).await.status, 200, "{text}");
        }
        let mut staff = StaffClient::sign_in(&demo, folder.path(), "archivist").await;
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let (_, view) = conversation(&mut staff).await;
            let missing: Vec<&str> =
                typed.iter().map(|(_, shown)| *shown).filter(|shown| !texts(&view).contains(shown)).collect();
            if missing.is_empty() {
                break;
            }
            assert!(Instant::now() < deadline, "not among the messages: {missing:?} in {view}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}
