//! The whole program on PostgreSQL: one node from follow to record, a kill, and two nodes as one house.

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::{Duration, Instant};

    use acceptance::{Answer, Client, PUBLIC_URL, Platform, Reader, Sender, Serving, first_link, lantai_in};
    use kernel::testing::Cluster;
    use serde_json::{Value, json};
    use tempfile::TempDir;

    const ROWS: &str = "档号,题名,文号,责任者,日期,保管期限,开放标识\n\
        L001-WS·1986·Y-0002,关于兴修红旗水库的通知,临水〔1986〕12号,县水利局,19860305,永久,开放\n\
        L001-WS·1986·Y-0003,关于春季植树的通知,临林〔1986〕3号,县林业局,19860401,永久,开放\n\
        L001-WS·1986·Y-0004,关于防汛的紧急通知,临水〔1986〕15号,县水利局,19860701,永久,控制\n";

    /// A house on PostgreSQL with WeChat's side; each node has a folder of its own.
    struct Town {
        folder: TempDir,
        platform: Platform,
        account: Value,
        database: String,
    }

    impl Town {
        async fn new() -> Self {
            let folder = TempDir::new().unwrap();
            let platform = Platform::start(&folder.path().join("platform")).await;
            let account = platform.account("main", &json!({"kind": "subscription"})).await;
            let database = Cluster::shared().await.database_address().await;
            Self { folder, platform, account, database }
        }

        /// The folder of a node, with its settings and the keys of the first one.
        fn node(&self, name: &str) -> std::path::PathBuf {
            let node = self.folder.path().join(name);
            std::fs::create_dir(&node).unwrap();
            let database = format!("[database]\nurl = \"{}\"\n", self.database);
            std::fs::write(node.join("lantai.toml"), self.platform.settings(&self.account, &database)).unwrap();
            if let Ok(keys) = std::fs::read(self.folder.path().join("one/keys")) {
                std::fs::write(node.join("keys"), keys).unwrap();
            }
            node
        }

        async fn connect(&self, serving: &Serving) {
            let callback = format!("{}/wechat/main", serving.site.base());
            self.platform.account("main", &json!({"kind": "subscription", "callback_url": callback})).await;
            let verified = self.platform.client.post("/_sandbox/main/verify", &json!({})).await.json();
            assert_eq!(verified["ok"], true, "{verified}");
        }
    }

    fn import(node: &Path) -> Value {
        let file = node.with_extension("csv");
        std::fs::write(&file, ROWS).unwrap();
        let ended = lantai_in(node, &["import", &file.to_string_lossy(), "--json"]);
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        ended.json()
    }

    /// Asks until as many records are found as should be: another process wrote them.
    async fn found(site: &Client, typed: &str, total: u64) -> Answer {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let answer = site.get("/api/public/v1/search", &[("q", typed)]).await;
            if answer.json()["total"] == total {
                return answer;
            }
            assert!(Instant::now() < deadline, "“{typed}” finds {}", answer.body);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Follows a link of the chat through its redirections.
    async fn opened(site: &Client, link: &str) -> Answer {
        let path = |link: &str| link.strip_prefix(PUBLIC_URL).unwrap_or(link).to_owned();
        let mut answer = site.get(&path(link), &[]).await;
        for _ in 0..3 {
            let Some(onward) = answer.headers.iter().find_map(|header| header.strip_prefix("location: ")) else {
                break;
            };
            answer = site.get(&path(onward), &[]).await;
        }
        answer
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_reader_walks_from_the_greeting_to_a_record() {
        let town = Town::new().await;
        let node = town.node("one");
        let mut serving = Serving::start(&node).await;
        town.connect(&serving).await;
        let reader = Reader::follow(&town.platform.client, "main").await;
        let greeting = reader.heard().await.join("\n");
        assert!(greeting.contains("临溪县档案馆"), "{greeting}");
        assert!(reader.says("几点开门").await.contains("08:30"));

        let result = import(&node);
        assert_eq!((&result["landed"], &result["refused"]), (&json!(3), &json!(0)), "{result}");
        found(&serving.site, "水库", 1).await;
        assert_eq!(found(&serving.site, "防汛", 0).await.json()["items"], json!([]), "what is not open is not found");
        let said = reader.says("临水(1986)12号").await;
        let page = opened(&serving.site, &first_link(&said)).await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert!(page.body.contains("关于兴修红旗水库的通知") && page.body.contains("L001"), "{}", page.body);

        serving.server.kill();
        let changed = lantai_in(&node, &["reindex"]);
        assert_eq!(changed.code, Some(0), "{}", changed.stderr);
        let out = town.folder.path().join("out.csv");
        let exported = lantai_in(&node, &["export", "--format", "csv", "--out", &out.to_string_lossy()]);
        assert_eq!(exported.code, Some(0), "{}", exported.stderr);
        assert_eq!(std::fs::read_to_string(&out).unwrap().matches("L001-WS·1986·Y-000").count(), 3);

        let serving = Serving::start(&node).await;
        town.connect(&serving).await;
        assert!(reader.says("临水〔1986〕12号").await.contains("红旗水库"), "a killed server comes back");
        drop(serving);
        for command in [["audit", "verify"].as_slice(), &["doctor"]] {
            let ended = lantai_in(&node, command);
            assert_eq!(ended.code, Some(0), "{command:?}: {}{}", ended.stdout, ended.stderr);
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn two_nodes_are_one_house() {
        let town = Town::new().await;
        let one = town.node("one");
        let first = Serving::start(&one).await;
        let two = town.node("two");
        let second = Serving::start(&two).await;

        // The same message at both doors at once, and again at each: one answer, stored once.
        let sender = Sender::new(&town.account);
        for number in 0..40 {
            let (here, there) = tokio::join!(sender.ask(&first.site, number), sender.ask(&second.site, number));
            assert_eq!(here.expect("an answer"), there.expect("an answer"), "message {number}");
        }
        let again = sender.ask(&second.site, 7).await;
        assert_eq!(again, sender.ask(&first.site, 7).await);

        // What one node's command brings in is found at both, and each rebuilds its own index when asked.
        assert_eq!(import(&two)["landed"], 3);
        for serving in [&first, &second] {
            found(&serving.site, "水库", 1).await;
        }
        for node in [&one, &two] {
            let index = std::fs::read_to_string(node.join("index/current")).ok();
            let ended = lantai_in(node, &["reindex"]);
            assert_eq!(ended.code, Some(0), "{}", ended.stderr);
            assert_ne!(
                std::fs::read_to_string(node.join("index/current")).ok(),
                index,
                "{} is as before",
                node.display()
            );
        }
        for serving in [&first, &second] {
            found(&serving.site, "植树", 1).await;
        }

        // One goes; the other carries on, and its jobs are done.
        town.connect(&second).await;
        drop(first);
        let reader = Reader::follow(&town.platform.client, "main").await;
        assert!(reader.says("临林〔1986〕3号").await.contains("植树"));
        let ended = lantai_in(&one, &["audit", "verify"]);
        assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_node_with_other_keys_is_refused() {
        let town = Town::new().await;
        let one = town.node("one");
        assert_eq!(import(&one)["landed"], 3);
        let stranger = town.node("stranger");
        std::fs::remove_file(stranger.join("keys")).unwrap();
        let ended = lantai_in(&stranger, &["doctor"]);
        assert_eq!(ended.code, Some(1), "{}", ended.stdout);
        assert!(ended.stderr.contains("密钥") && !stranger.join("keys").try_exists().unwrap(), "{}", ended.stderr);
    }
}
