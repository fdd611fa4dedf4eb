//! What strangers send and what a broken installation is: refused, counted, and no more said than helps.

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::{Duration, Instant};

    use acceptance::{Client, Demo, Ended, HOUSE, Sender, lantai_in};
    use kernel::{Db, db};
    use tempfile::TempDir;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;
    use wechat::MAX_BODY;
    use wechat::push::Push;

    /// A delivery of somebody who is up to no good.
    fn sealed(sender: &Sender, clear: &str) -> Push {
        sender.sealed("oHostile0000000000000000001", clear)
    }

    async fn post(site: &Client, account: &str, push: &Push) -> Result<acceptance::Answer, impl std::fmt::Debug> {
        site.try_post(&format!("/wechat/{account}?{}", push.query), push.body.clone().into_bytes()).await
    }

    /// One figure of `/metrics`.
    async fn figure(site: &Client, series: &str) -> u64 {
        let text = site.get("/metrics", &[]).await.body;
        let line = text.lines().find(|line| line.starts_with(series)).unwrap_or_else(|| panic!("{series}: {text}"));
        line[series.len()..].trim().parse().unwrap()
    }

    async fn database(data: &Path) -> Db {
        let patient = db::Options { wait: Duration::from_secs(30), ..db::Options::default() };
        Db::open_sqlite(&data.join("lantai.db"), &patient).await.unwrap()
    }

    /// Deliveries in the inbox.
    async fn stored(db: &Db) -> i64 {
        let mut tx = db.read().await.unwrap();
        let (count,): (i64,) = tx.sql("SELECT count(*) FROM inbox").one().await.unwrap();
        count
    }

    /// Entities that make a billion of each other.
    fn laughs() -> String {
        let levels: Vec<String> =
            (1..9).map(|level| format!("<!ENTITY a{level} \"{}\">", format!("&a{};", level - 1).repeat(10))).collect();
        let levels = levels.concat();
        format!("<!DOCTYPE x [<!ENTITY a0 \"ha\">{levels}]><xml><Encrypt>&a8;</Encrypt></xml>")
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn w01_w03_w06_w21_w22_w28_what_strangers_send_is_refused_counted_and_told_nothing() {
        let folder = TempDir::new().unwrap();
        let demo = Demo::start(folder.path()).await;
        let sender = demo.sender();
        let genuine = sender.question(1);
        let body = |body: String| Push { body, ..genuine.clone() };
        let query = |query: String| Push { query, ..genuine.clone() };
        let blow_up =
            format!("<!DOCTYPE x [<!ENTITY a \"{}\">]><xml>{}</xml>", "a".repeat(50_000), "&a;".repeat(10_000));
        for (name, account, push, status, reason) in [
            ("an unknown account", "nobody", genuine.clone(), 403, "account"),
            (
                "a wrong signature",
                "demo",
                query(genuine.query.replace("msg_signature=", "msg_signature=0")),
                403,
                "signature",
            ),
            ("another body", "demo", body(sender.question(2).body), 403, "signature"),
            (
                "a body in clear",
                "demo",
                query(genuine.query.replace("encrypt_type=aes", "encrypt_type=raw")),
                403,
                "downgrade",
            ),
            ("a parameter twice", "demo", query(format!("{}&nonce=1", genuine.query)), 400, "query"),
            ("a large body", "demo", body("x".repeat(MAX_BODY + 1)), 413, "size"),
            ("no XML", "demo", body("<xml><Encrypt>".into()), 403, "message"),
            ("a billion laughs", "demo", body(laughs()), 403, "message"),
            ("a quadratic blow-up", "demo", body(blow_up), 403, "message"),
            ("no XML, signed", "demo", sealed(&sender, "<xml><ToUserName>"), 403, "message"),
            ("a billion laughs, signed", "demo", sealed(&sender, &laughs()), 403, "message"),
            (
                "a file of the machine, signed",
                "demo",
                sealed(
                    &sender,
                    "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><xml><Content>&a;</Content></xml>",
                ),
                403,
                "message",
            ),
        ] {
            let series = format!("lantai_callback_refused_total{{reason=\"{reason}\"}}");
            let before = figure(&demo.site, &series).await;
            let answer = post(&demo.site, account, &push).await.unwrap();
            assert_eq!((answer.status, answer.body.as_str()), (status, ""), "{name}");
            let told: Vec<_> = answer.headers.iter().filter(|header| !header.starts_with("connection: ")).collect();
            assert_eq!(told, ["content-length: 0"], "{name}");
            assert_eq!(figure(&demo.site, &series).await, before + 1, "{name}");
        }
        let books = database(folder.path()).await;
        assert_eq!(stored(&books).await, 0);
        let answered = post(&demo.site, "demo", &genuine).await.unwrap();
        assert_eq!((answered.status, stored(&books).await), (200, 1), "whoever is genuine is heard all the same");
    }

    /// The status lines of what comes back to some bytes, and whether the connection was closed.
    async fn raw(site: &Client, bytes: &[u8]) -> (Vec<String>, bool) {
        let mut stream = TcpStream::connect(site.base().trim_start_matches("http://")).await.unwrap();
        // Whoever is refused early may not be read to the end.
        drop(stream.write_all(bytes).await);
        let mut answer = Vec::new();
        // Whoever keeps the connection open says nothing more.
        let closed = tokio::time::timeout(Duration::from_secs(2), stream.read_to_end(&mut answer)).await.is_ok();
        let text = String::from_utf8_lossy(&answer).into_owned();
        let statuses = text.split("HTTP/1.1 ").skip(1).filter_map(|rest| rest.get(..3)).map(str::to_owned);
        (statuses.collect(), closed)
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a30_no_request_is_smuggled_behind_another_and_heads_are_bounded() {
        let folder = TempDir::new().unwrap();
        let demo = Demo::start(folder.path()).await;
        let hidden = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
        let headers = |count: usize| "x: 1\r\n".repeat(count);
        for (name, head, body, status) in [
            ("both lengths", "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n".to_owned(), "0\r\n\r\n", "405"),
            (
                "the other way round",
                "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n".to_owned(),
                "0\r\n\r\n",
                "405",
            ),
            ("two lengths", "Content-Length: 6\r\nContent-Length: 5\r\n".to_owned(), "abcdef", "400"),
            ("another coding", "Transfer-Encoding: xchunked\r\n".to_owned(), "0\r\n\r\n", "400"),
            ("a space before the colon", "Transfer-Encoding : chunked\r\n".to_owned(), "0\r\n\r\n", "400"),
            ("a thousand headers", headers(1000), "", "431"),
            ("a header of a megabyte", format!("x: {}\r\n", "a".repeat(1 << 20)), "", "431"),
        ] {
            let sent = format!("POST /search HTTP/1.1\r\nHost: a\r\n{head}\r\n{body}{hidden}");
            let (answers, closed) = raw(&demo.site, sent.as_bytes()).await;
            // An answer may be lost when the connection is cut before all was read.
            let is_one = answers == [status] || (status == "431" && answers.is_empty());
            assert!(closed && is_one, "{name}: one answer, and the connection ends: {answers:?} {closed}");
        }
        assert_eq!(
            raw(&demo.site, hidden.repeat(2).as_bytes()).await.0,
            ["200", "200"],
            "what is two requests stays two"
        );
        let long = format!("GET /healthz HTTP/1.1\r\nHost: a\r\nx: {}\r\n\r\n", "a".repeat(10 << 10));
        assert_eq!(raw(&demo.site, long.as_bytes()).await.0, ["200"]);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn t16_d06_no_log_holds_a_secret_whatever_goes_wrong() {
        let folder = TempDir::new().unwrap();
        let mut demo = Demo::start(folder.path()).await;
        let sender = demo.sender();
        // Refused, answered, and an API that refuses and cuts: whatever is worth a line.
        for fault in ["40001", "48001", "api_cut", "40164"] {
            let body = serde_json::json!({"name": fault, "count": 3});
            assert_eq!(demo.sandbox.post("/_sandbox/faults", &body).await.status, 200);
        }
        let genuine = sender.question(1);
        let forged = Push { query: genuine.query.replace("msg_signature=", "msg_signature=0"), ..genuine.clone() };
        for push in [forged, genuine, sealed(&sender, "<xml>")] {
            post(&demo.site, "demo", &push).await.unwrap();
        }
        demo.server.stop();
        let log = std::fs::read_to_string(folder.path().with_extension("log")).unwrap();
        for account in demo.addresses["accounts"].as_array().unwrap() {
            for name in ["app_secret", "token", "encoding_aes_key"] {
                let secret = account[name].as_str().unwrap();
                assert!(secret.len() >= 16 && !log.contains(secret), "{name} stands in the log: {log}");
            }
        }
        assert!(!log.contains("access_token=") && !log.contains("msg_signature="), "{log}");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn w36_while_the_database_is_locked_no_success_goes_back_and_afterwards_the_repetition_is_answered() {
        let folder = TempDir::new().unwrap();
        let demo = Demo::start(folder.path()).await;
        let sender = demo.sender();
        let push = sender.question(1);
        let books = database(folder.path()).await;
        let other = books.begin().await.unwrap();
        let begun = Instant::now();
        assert!(post(&demo.site, "demo", &push).await.is_err(), "the connection closes without an answer");
        assert!(begun.elapsed() < Duration::from_secs(5), "before WeChat gives up: {:?}", begun.elapsed());
        assert_eq!(figure(&demo.site, "lantai_callback_hung_up_total").await, 1);
        other.rollback().await.unwrap();
        let answer = post(&demo.site, "demo", &push).await.unwrap();
        assert!(sender.read(&answer.body).contains("08:30"), "{}", answer.body);
        assert_eq!(stored(&books).await, 1);
    }

    /// The settings of a house on a port of its own.
    fn settings() -> String {
        format!("[server]\nlisten = \"127.0.0.1:0\"\n{HOUSE}")
    }

    const ROW: &str = "档号,题名,日期,保管期限,开放标识\nL001-WS·1986·Y-0002,关于兴修水库的通知,19860305,永久,开放\n";

    /// A folder with settings, keys, a database and one record.
    fn installation() -> TempDir {
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("lantai.toml"), settings()).unwrap();
        let ended = import(folder.path());
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        folder
    }

    fn import(folder: &Path) -> Ended {
        let papers = TempDir::new().unwrap();
        let file = papers.path().join("目录.csv");
        std::fs::write(&file, ROW).unwrap();
        lantai_in(folder, &["import", &file.to_string_lossy()])
    }

    /// Neither the server nor a command starts, and each says this in one sentence.
    fn refuses_to_start(folder: &Path, words: &[&str]) {
        for ended in [lantai_in(folder, &["serve"]), import(folder), lantai_in(folder, &["doctor"])] {
            assert_eq!(ended.code, Some(1), "{}{}", ended.stdout, ended.stderr);
            let last = ended.stderr.trim().lines().last().unwrap_or_default();
            assert!(last.starts_with("lantai："), "{}", ended.stderr);
            for word in words {
                assert!(last.contains(word), "{word} is not in {last}");
            }
        }
    }

    async fn written(books: &Db, statement: &'static str) {
        let mut tx = books.begin().await.unwrap();
        tx.sql(statement).run().await.unwrap();
        tx.commit().await.unwrap();
    }

    #[tokio::test]
    async fn r13_a_database_of_a_newer_program_is_not_opened_and_the_way_out_is_said() {
        let folder = installation();
        let books = database(folder.path()).await;
        let future = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                      VALUES (9999, 'future', 1, x'00', 0)";
        written(&books, future).await;
        refuses_to_start(folder.path(), &["lantai.db", "由更新版本的程序建立", "请安装不低于该版本的程序"]);
        written(&books, "DELETE FROM _sqlx_migrations WHERE version = 9999").await;
        assert_eq!(lantai_in(folder.path(), &["doctor"]).code, Some(0));
    }

    #[test]
    fn d04_without_its_keys_or_with_others_it_does_not_start_and_makes_no_new_ones() {
        let folder = installation();
        let keys = folder.path().join("keys");
        let held = std::fs::read(&keys).unwrap();
        std::fs::remove_file(&keys).unwrap();
        refuses_to_start(folder.path(), &["keys", "文件不存在", "请从备份中取回", "不要另建"]);
        assert!(!keys.try_exists().unwrap(), "new keys would hide that the old ones are gone");
        let other = installation();
        std::fs::copy(other.path().join("keys"), &keys).unwrap();
        refuses_to_start(folder.path(), &["keys", "不是加密数据时所用的那一把", "请从备份中取回"]);
        std::fs::write(&keys, held).unwrap();
        assert_eq!(lantai_in(folder.path(), &["doctor"]).code, Some(0));
    }

    #[test]
    fn w40_r19_wrong_settings_are_named_all_at_once_and_no_value_is_shown() {
        let folder = TempDir::new().unwrap();
        let secret = "leaked-secret-value!";
        let account = format!("[accounts.demo]\nkind = \"service\"\noriginal_id = \"gh_1\"\ntoken = \"{secret}\"\n");
        std::fs::write(folder.path().join("lantai.toml"), format!("{}{account}lisen = 1\n", settings())).unwrap();
        let ended = lantai_in(folder.path(), &["serve"]);
        assert_eq!(ended.code, Some(1), "{}", ended.stderr);
        for named in ["accounts.demo.app_id", "accounts.demo.app_secret", "lisen", "第"] {
            assert!(ended.stderr.contains(named), "{named} is not in {}", ended.stderr);
        }
        assert!(!ended.stderr.contains(secret) && !ended.stdout.contains(secret), "{}", ended.stderr);
    }
}
