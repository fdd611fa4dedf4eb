//! kill -9 at any moment of an import or of a callback: nothing is lost, nothing is doubled.
//!
//! The number of kills is 20 (10 of each kind), or `$LANTAI_KILLS`. The steps the kills hit are printed, and at least
//! 60 % must fall inside a write or between the commit and the index.

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet, HashMap};
    use std::fmt::Write as _;
    use std::path::{Path, PathBuf};
    use std::time::{Duration, Instant};

    use acceptance::{Client, Demo, Server, lantai_in};
    use kernel::{Db, Random, Steps, db};
    use serde_json::Value;
    use tempfile::TempDir;
    use wechat::Environment;
    use wechat::callback::Mode;
    use wechat::cipher::AesKey;
    use wechat::push::{Push, Pusher};

    const ROWS: usize = 4000;

    #[expect(clippy::disallowed_methods, reason = "the long run is asked for by the environment")]
    fn kills_of_a_kind() -> usize {
        std::env::var("LANTAI_KILLS").ok().and_then(|number| number.parse::<usize>().ok()).unwrap_or(20) / 2
    }

    /// Which steps the kills hit; enough of them must be dangerous ones.
    fn report(kind: &str, hits: &[String], dangerous: &[&str]) {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for hit in hits {
            *counts.entry(hit).or_default() += 1;
        }
        println!("{kind}: {} kills: {counts:?}", hits.len());
        let inside = hits.iter().filter(|hit| dangerous.contains(&hit.as_str())).count();
        assert!(inside * 10 >= hits.len() * 6, "{kind}: only {inside} of {} kills hit {dangerous:?}", hits.len());
    }

    fn catalogue_file(folder: &Path, version: &str) -> PathBuf {
        let mut text = "档号,题名,责任者,日期,保管期限,开放标识\n".to_owned();
        for row in 1..=ROWS {
            writeln!(text, "L007-WS·1988·Y-{row:04},关于第{row}号工程{version}的通知,县水利局,1988,永久,开放").unwrap();
        }
        let path = folder.join("目录.csv");
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Runs an import and kills it at a random moment after it began to write. `None`: it was quicker than the kill.
    fn killed_import(data: &Path, file: &Path, random: &Random, longest: Duration) -> Option<String> {
        let steps = data.with_extension("steps");
        drop(std::fs::remove_file(&steps));
        let (data, file) = (data.to_string_lossy().into_owned(), file.to_string_lossy().into_owned());
        let named = steps.to_string_lossy().into_owned();
        let arguments = ["import", &file, "--data", &data, "--json", "--steps", &named];
        let mut server = Server::start(&arguments, &steps.with_extension("log"));
        let deadline = Instant::now() + Duration::from_mins(1);
        while !Steps::last(&steps).is_ok_and(|step| step.contains("write")) {
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

    /// The database and both indexes hold the same, and every row is there once.
    fn must_be_whole(data: &Path, version: &str) {
        let out = data.with_extension("csv");
        let ended = lantai_in(data, &["export", "--format", "csv", "--out", &out.to_string_lossy()]);
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        let text = std::fs::read_to_string(&out).unwrap();
        let codes: Vec<&str> = text.lines().filter(|line| line.contains(version) && line.contains("L007-WS")).collect();
        let distinct: BTreeSet<&&str> = codes.iter().collect();
        assert_eq!((codes.len(), distinct.len()), (ROWS, ROWS), "rows lost or doubled");
        let doctor = lantai_in(data, &["doctor"]);
        assert_eq!(doctor.code, Some(0), "{}{}", doctor.stdout, doctor.stderr);
    }

    #[test]
    fn a_killed_import_loses_and_doubles_nothing() {
        let (folder, random) = (TempDir::new().unwrap(), Random::seeded(9));
        let papers = TempDir::new().unwrap();
        let mut longest = Duration::from_millis(400);
        let (mut hits, mut round) = (Vec::new(), 0);
        while hits.len() < kills_of_a_kind() {
            round += 1;
            let data = folder.path().join(format!("data{}", round % 4));
            let version = format!("修订{round}");
            let file = catalogue_file(papers.path(), &version);
            match killed_import(&data, &file, &random, longest) {
                Some(step) => hits.push(step),
                None => longest = longest.mul_f64(0.8),
            }
            let ended = lantai_in(&data, &["import", &file.to_string_lossy(), "--json"]);
            assert_eq!(ended.code, Some(0), "{}", ended.stderr);
            let result = ended.json();
            let count = |name: &str| result[name].as_u64().unwrap();
            assert_eq!(count("refused"), 0, "{result}");
            must_be_whole(&data, &version);
        }
        let inside = ["import: write", "import: commit", "import: committed", "index apply", "index commit"];
        report("import", &hits, &inside);
    }

    struct Surroundings(Random, i64);

    impl Environment for Surroundings {
        fn now(&self) -> i64 {
            self.1
        }
        fn fill(&self, bytes: &mut [u8]) {
            self.0.fill(bytes);
        }
    }

    /// The demo's service account, as WeChat's side knows it.
    struct Sender {
        pusher: Pusher,
        original_id: String,
        around: Surroundings,
    }

    impl Sender {
        fn new(addresses: &Value) -> Self {
            let accounts = addresses["accounts"].as_array().unwrap();
            let account = accounts.iter().find(|account| account["name"] == "demo").unwrap();
            let text = |name: &str| account[name].as_str().unwrap().to_owned();
            let key = AesKey::parse(&text("encoding_aes_key")).unwrap();
            let pusher = Pusher::sealed(&text("token"), &text("app_id"), Mode::Secure, key);
            let now = kernel::Clock::system().now().seconds();
            Self { pusher, original_id: text("original_id"), around: Surroundings(Random::seeded(3), now) }
        }

        fn question(&self, number: u64) -> Push {
            let openid = format!("oKill{:023}", number % 40);
            let clear = format!(
                "<xml><ToUserName><![CDATA[{}]]></ToUserName><FromUserName><![CDATA[{openid}]]></FromUserName>\
                 <CreateTime>{}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[开放时间]]></Content>\
                 <MsgId>{}</MsgId></xml>",
                self.original_id,
                self.around.1,
                24_000_000_000_000_000 + number,
            );
            self.pusher.push_raw(&openid, &self.original_id, &clear, &self.around).unwrap()
        }

        /// Asks one question; what was answered, in clear, if the answer came whole.
        async fn ask(&self, site: &Client, number: u64) -> Option<String> {
            let push = self.question(number);
            let path = format!("/wechat/demo?{}", push.query);
            let answer = site.try_post(&path, push.body.into_bytes()).await.ok()?;
            assert_eq!(answer.status, 200, "{}", answer.body);
            let reply = self.pusher.read_answer(&answer.body).expect("an answer WeChat can read");
            Some(format!("{:?}", reply.expect("an answer").reply))
        }
    }

    /// Readers who ask at the same time: enough to keep the server storing.
    const READERS: u64 = 24;

    /// Asks one question after another until the server is gone.
    async fn keep_asking(sender: &Sender, site: &Client, first: u64) -> HashMap<u64, Option<String>> {
        let mut asked = HashMap::new();
        for number in (first..).step_by(READERS.try_into().unwrap()) {
            let answer = sender.ask(site, number).await;
            let gone = answer.is_none();
            asked.insert(number, answer);
            if gone {
                break;
            }
        }
        asked
    }

    async fn rows(data: &Path, sql: &'static str) -> i64 {
        let db = Db::open_sqlite(&data.join("lantai.db"), &db::Options::default()).await.unwrap();
        let (count,) = db.read().await.unwrap().sql(sql).one::<(i64,)>().await.unwrap();
        db.close().await;
        count
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_killed_callback_loses_and_doubles_nothing() {
        let (folder, random) = (TempDir::new().unwrap(), Random::seeded(10));
        let steps = folder.path().join("steps");
        let data = folder.path().join("data");
        let mut hits = Vec::new();
        let mut all: HashMap<u64, String> = HashMap::new();
        let mut next = 0_u64;
        for _ in 0..kills_of_a_kind() {
            let mut demo = Demo::start_with(&data, &["--steps", &steps.to_string_lossy()]).await;
            let sender = Sender::new(&demo.addresses);
            let site = demo.site.clone();
            let awaited = if hits.len() % 2 == 0 { "inbox write" } else { "inbox commit" };
            let killer = async {
                let millis = 100 + random.below(200);
                tokio::time::sleep(Duration::from_millis(millis)).await;
                // Between two groups there is nothing to break: the kill waits for the next one to begin.
                let patience = Instant::now() + Duration::from_millis(50);
                while Instant::now() < patience && !Steps::last(&steps).is_ok_and(|step| step == awaited) {
                    tokio::task::yield_now().await;
                }
                demo.server.kill();
                Steps::last(&steps).unwrap_or_default()
            };
            let readers = (0..READERS).map(|reader| keep_asking(&sender, &site, next + reader));
            let (asked, step) = tokio::join!(futures::future::join_all(readers), killer);
            hits.push(step);
            next += 1_000_000;
            let demo = Demo::start_with(&data, &[]).await;
            for (number, answer) in asked.into_iter().flatten() {
                let again = sender.ask(&demo.site, number).await.expect("a running server answers");
                if let Some(before) = answer {
                    assert_eq!(before, again, "message {number} was answered twice, differently");
                }
                all.insert(number, again);
            }
        }
        let sent = i64::try_from(all.len()).unwrap();
        assert!(sent > 100, "only {sent} messages were sent");
        let stored = "SELECT COUNT(*) FROM inbox WHERE openid LIKE 'oKill%'";
        assert_eq!(rows(&data, stored).await, sent, "messages lost or doubled");
        let heard = "SELECT COUNT(*) FROM event WHERE kind = 'consult.question-heard'";
        assert_eq!(rows(&data, heard).await, sent, "effects lost or doubled");
        report("callback", &hits, &["inbox write", "inbox commit"]);
    }
}
