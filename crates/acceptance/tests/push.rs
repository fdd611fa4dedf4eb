//! What was approved goes out once, through the running demo: an editor writes, the director approves and plans, the clock
//! moves, and a follower's phone shows it.

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use acceptance::{Demo, Reader, StaffClient};
    use reqwest::Method;
    use serde_json::{Value, json};
    use tempfile::TempDir;

    const ACCOUNT: &str = "demo";

    async fn until<T, F: Future<Output = Option<T>>>(ask: impl Fn() -> F) -> T {
        for _ in 0..600 {
            if let Some(found) = ask().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("it did not happen within half a minute")
    }

    struct House {
        folder: TempDir,
        demo: Demo,
        director: StaffClient,
        editor: StaffClient,
    }

    impl House {
        async fn open() -> Self {
            let folder = TempDir::new().unwrap();
            let demo = Demo::start(folder.path()).await;
            let (director, editor) = staff(&demo, folder.path()).await;
            Self { folder, demo, director, editor }
        }

        /// Kills the house, the emulator with it once that has written down what it must still know, and starts both again.
        async fn restart(&mut self, known: &str) {
            let state = self.folder.path().join("sandbox/sandbox.json");
            until(|| async { std::fs::read_to_string(&state).ok().filter(|written| written.contains(known)) }).await;
            self.demo.server.kill();
            self.demo = Demo::start(self.folder.path()).await;
            (self.director, self.editor) = staff(&self.demo, self.folder.path()).await;
        }

        /// A text, written by the editor and approved by the director: its draft and its digest.
        async fn approved(&mut self, text: &str) -> (String, String) {
            let new = json!({ "account": ACCOUNT, "kind": "text" });
            let draft = self.editor.post("/api/v1/push/drafts", new).await["id"].as_str().unwrap().to_owned();
            let path = format!("/api/v1/push/drafts/{draft}");
            let began_from = self.editor.get(&path).await["saves"].clone();
            let body =
                json!({ "account": ACCOUNT, "body": { "kind": "text", "text": text }, "began_from": began_from });
            let (status, saved) = self.editor.send(Method::PUT, &path, Some(body)).await;
            assert_eq!(status, 200, "{saved}");
            self.editor.post(&format!("{path}/submit"), json!({ "began_from": saved["saves"] })).await;
            let seen = self.director.get(&path).await;
            let approval = json!({ "version": seen["draft"]["version"], "digest": seen["digest"] });
            self.director.post(&format!("{path}/approve"), approval).await;
            (draft, seen["digest"].as_str().unwrap().to_owned())
        }

        /// Plans an approved text for everybody, so many seconds from now.
        async fn plan(&mut self, (draft, digest): &(String, String), seconds: i64) -> String {
            let prospect = self.director.get(&format!("/api/v1/push/plans/prospect?draft={draft}")).await;
            assert_eq!((&prospect["by_tag"], &prospect["barred"]), (&json!(true), &Value::Null), "{prospect}");
            let at = if seconds > 0 { Some(self.later(seconds).await) } else { None };
            let body =
                json!({ "draft": draft, "digest": digest, "audience": { "kind": "everyone" }, "scheduled_at": at });
            let first = self.director.post("/api/v1/push/plans", body.clone()).await;
            let second = self.director.post("/api/v1/push/plans", body).await;
            assert_eq!(first, second, "P15: a form sent twice makes one plan");
            first["id"].as_str().unwrap().to_owned()
        }

        async fn later(&self, seconds: i64) -> String {
            let now = self.demo.sandbox.get("/_sandbox/clock", &[]).await.json()["now"].as_i64().unwrap();
            kernel::Timestamp::from_seconds(now + seconds).utc_text()
        }

        async fn pass(&self, seconds: i64) {
            let moved = self.demo.sandbox.post("/_sandbox/clock", &json!({ "advance_seconds": seconds })).await;
            assert_eq!(moved.status, 200, "{}", moved.body);
        }

        async fn fault(&self, name: &str) {
            let set = self.demo.sandbox.post("/_sandbox/faults", &json!({ "name": name, "count": 1 })).await;
            assert_eq!(set.status, 200, "{}", set.body);
        }

        async fn stage(&mut self, plan: &str) -> String {
            let whole = self.director.get(&format!("/api/v1/push/plans/{plan}")).await;
            whole["plan"]["stage"].as_str().unwrap().to_owned()
        }

        async fn comes_to(&mut self, plan: &str, stage: &str) {
            for _ in 0..400 {
                if self.stage(plan).await == stage {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            let whole = self.director.get(&format!("/api/v1/push/plans/{plan}")).await;
            panic!("the plan did not come to {stage}: {whole}");
        }
    }

    async fn staff(demo: &Demo, folder: &Path) -> (StaffClient, StaffClient) {
        let director = StaffClient::sign_in(demo, folder, "director").await;
        (director, StaffClient::sign_in(demo, folder, "editor").await)
    }

    async fn times(reader: &Reader, words: &str) -> usize {
        reader.heard().await.iter().filter(|said| said.contains(words)).count()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn p02_p15_p16_what_was_approved_arrives_once_at_its_hour_even_if_the_house_is_killed_before() {
        let mut house = House::open().await;
        let reader = Reader::follow(&house.demo.sandbox, ACCOUNT).await;
        let text = "临溪县档案馆国庆期间照常开放。";
        let draft = house.approved(text).await;
        let plan = house.plan(&draft, 600).await;
        assert_eq!(house.stage(&plan).await, "planned");
        let quota = house.director.get(&format!("/api/v1/push/quota?account={ACCOUNT}")).await;
        assert_eq!((&quota["used"], &quota["limit"]), (&json!(1), &json!(4)));
        house.restart(&reader.openid).await;
        let reader = Reader { sandbox: house.demo.sandbox.clone(), ..reader };
        assert_eq!((house.stage(&plan).await.as_str(), times(&reader, text).await), ("planned", 0));
        house.pass(601).await;
        until(|| async { (times(&reader, text).await == 1).then_some(()) }).await;
        house.comes_to(&plan, "sent").await;
        let whole = house.director.get(&format!("/api/v1/push/plans/{plan}")).await;
        assert!(whole["calls"][0]["counts"]["sent"].as_i64().unwrap() >= 1, "{whole}");
        house.restart(text).await;
        house.pass(120).await;
        let reader = Reader { sandbox: house.demo.sandbox.clone(), ..reader };
        assert_eq!((times(&reader, text).await, house.stage(&plan).await.as_str()), (1, "sent"));
        let refused = json!({ "draft": draft.0, "digest": "another", "audience": { "kind": "everyone" } });
        let (status, told) = house.director.send(Method::POST, "/api/v1/push/plans", Some(refused)).await;
        assert_eq!(status, 409, "P16: {told}");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn p03_an_answer_that_is_lost_leaves_one_send() {
        let mut house = House::open().await;
        let reader = Reader::follow(&house.demo.sandbox, ACCOUNT).await;
        let text = "库房查阅须提前一天预约。";
        let draft = house.approved(text).await;
        house.fault("send_cut").await;
        let plan = house.plan(&draft, 0).await;
        house.comes_to(&plan, "sending").await;
        house.pass(61).await;
        house.comes_to(&plan, "sent").await;
        until(|| async { (times(&reader, text).await > 0).then_some(()) }).await;
        house.pass(3_600).await;
        assert_eq!(times(&reader, text).await, 1);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_stop_before_the_hour_leaves_none_and_the_share_comes_back() {
        let mut house = House::open().await;
        let reader = Reader::follow(&house.demo.sandbox, ACCOUNT).await;
        let text = "这一条后来不发了。";
        let draft = house.approved(text).await;
        let plan = house.plan(&draft, 600).await;
        let (status, _) = house.editor.send(Method::POST, &format!("/api/v1/push/plans/{plan}/stop"), None).await;
        assert_eq!(status, 403);
        let stopped = house.director.post(&format!("/api/v1/push/plans/{plan}/stop"), json!({})).await;
        assert_eq!(stopped, json!({ "withdrawn": 1, "gone": 0 }));
        house.pass(700).await;
        tokio::time::sleep(Duration::from_secs(5)).await;
        assert_eq!((times(&reader, text).await, house.stage(&plan).await.as_str()), (0, "stopped"));
        let quota = house.director.get(&format!("/api/v1/push/quota?account={ACCOUNT}")).await;
        assert_eq!(quota["used"], 0);
    }

    impl House {
        /// The address of a past article on the readers' site, if it stands there.
        async fn past(&self, words: &str) -> Option<String> {
            let list = self.demo.site.get("/articles", &[("q", words)]).await.body;
            let (_, begins) = list.split_once("href=\"/articles/")?;
            Some(format!("/articles/{}", begins.split('"').next()?))
        }

        /// A record whose images are published, and a material made of its first page.
        async fn imaged(&mut self) -> (Value, String) {
            let found = self.editor.get("/api/v1/push/materials/records?q=").await;
            let record = found["items"][0].clone();
            let id = record["id"].as_str().unwrap();
            let pages = self.editor.get(&format!("/api/v1/push/materials/records/{id}/pages")).await;
            let chosen = json!({ "record": id, "page": pages["items"][0]["id"] });
            let made = self.editor.post("/api/v1/push/materials/from-record", chosen).await;
            let material = format!("material/{}", made["id"].as_str().unwrap());
            (record, material)
        }

        /// An article that quotes a record with its image, written by the editor and approved by the director.
        async fn article(&mut self, title: &str, (record, material): &(Value, String)) -> (String, String) {
            let new = json!({ "account": ACCOUNT, "kind": "articles" });
            let draft = self.editor.post("/api/v1/push/drafts", new).await["id"].as_str().unwrap().to_owned();
            let path = format!("/api/v1/push/drafts/{draft}");
            let whole = self.editor.get(&path).await;
            let mut body = whole["body"].clone();
            let picture = json!({ "address": material, "alternative": "档案第一页", "caption": "" });
            body["articles"][0]["cover"] = json!(material);
            body["articles"][0]["article"]["title"] = json!(title);
            body["articles"][0]["article"]["blocks"] = json!([
                { "kind": "text", "runs": [{ "text": "馆藏里的一页。" }] },
                { "kind": "record", "id": record["id"], "reference_code": record["reference_code"],
                  "title": record["title"], "fonds": record["fonds"], "date": record["date"], "text": "",
                  "picture": picture },
            ]);
            let save = json!({ "account": ACCOUNT, "body": body, "began_from": whole["saves"] });
            let (status, saved) = self.editor.send(Method::PUT, &path, Some(save)).await;
            assert_eq!(status, 200, "{saved}");
            self.editor.post(&format!("{path}/submit"), json!({ "began_from": saved["saves"] })).await;
            let seen = self.director.get(&path).await;
            let approval = json!({ "version": seen["draft"]["version"], "digest": seen["digest"] });
            self.director.post(&format!("{path}/approve"), approval).await;
            (draft, seen["digest"].as_str().unwrap().to_owned())
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn p26_an_article_whose_record_was_closed_after_the_approval_stays_here() {
        let mut house = House::open().await;
        let reader = Reader::follow(&house.demo.sandbox, ACCOUNT).await;
        let imaged = house.imaged().await;
        let now = house.article("馆藏一页（先发）", &imaged).await;
        let plan = house.plan(&now, 0).await;
        house.comes_to(&plan, "sent").await;
        until(|| async { (times(&reader, "先发").await == 1).then_some(()) }).await;
        let whole = house.director.get(&format!("/api/v1/push/plans/{plan}")).await;
        assert_eq!((&whole["records"], &whole["removable"]), (&json!(1), &json!(true)), "{whole}");
        assert!(whole["addresses"][0].as_str().is_some_and(|address| address.contains("/s/")), "{whole}");

        let record = format!("/records/{}", imaged.0["id"].as_str().unwrap());
        let past = house.past("先发").await.expect("it stands on the readers' site");
        let shown = house.demo.site.get(&past, &[]).await;
        assert!(shown.status == 200 && shown.body.contains(&format!("href=\"{record}\"")), "{}", shown.body);
        assert_eq!(house.demo.site.get(&format!("{past}/pictures/1"), &[]).await.status, 200);
        assert!(house.demo.site.get(&record, &[]).await.body.contains(&format!("href=\"{past}\"")), "and back");

        let later = house.article("馆藏一页（后发）", &imaged).await;
        let held = house.plan(&later, 600).await;
        let code = imaged.0["reference_code"].clone();
        let closing = json!({ "codes": [code], "reason": "内容涉及个人" });
        house.director.post("/api/v1/review/close", closing).await;
        let page = format!("/records/{}", imaged.0["id"].as_str().unwrap());
        until(|| async { (house.demo.site.get(&page, &[]).await.status == 404).then_some(()) }).await;
        for gone in [past.clone(), format!("{past}/pictures/1")] {
            assert_eq!(house.demo.site.get(&gone, &[]).await.status, 404, "{gone}");
        }
        until(|| async { house.past("先发").await.is_none().then_some(()) }).await;
        house.pass(601).await;
        house.comes_to(&held, "withheld").await;
        let whole = house.director.get(&format!("/api/v1/push/plans/{held}")).await;
        assert!(whole["told"].as_str().is_some_and(|why| why.contains("已不开放")), "{whole}");
        let sends = house.demo.sandbox.get(&format!("/_sandbox/{ACCOUNT}/sends"), &[]).await.json();
        assert_eq!(sends.as_array().map(Vec::len), Some(1), "{sends}");

        house.director.post(&format!("/api/v1/push/plans/{plan}/remove"), json!({})).await;
        let whole = house.director.get(&format!("/api/v1/push/plans/{plan}")).await;
        assert!(whole["removed_at"].is_string() && whole["removable"] == false, "{whole}");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_readers_did_with_an_article_is_told_the_next_morning() {
        let mut house = House::open().await;
        let reader = Reader::follow(&house.demo.sandbox, ACCOUNT).await;
        let imaged = house.imaged().await;
        let article = house.article("水库往事", &imaged).await;
        let plan = house.plan(&article, 0).await;
        house.comes_to(&plan, "sent").await;
        let results = house.director.get("/api/v1/push/results").await;
        assert_eq!((&results["items"][0]["title"], &results["items"][0]["counts"]), (&json!("水库往事"), &Value::Null));
        let pages = house.demo.sandbox.get(&format!("/_sandbox/{ACCOUNT}/articles"), &[]).await.json();
        let page = pages[0]["id"].as_str().unwrap();
        for act in ["read", "read", "share"] {
            let path = format!("/_sandbox/{ACCOUNT}/followers/{}/articles/{page}", reader.openid);
            assert_eq!(house.demo.sandbox.post(&path, &json!({ "act": act })).await.status, 200);
        }
        // The next morning at nine whoever works there signs in anew.
        let now = house.demo.sandbox.get("/_sandbox/clock", &[]).await.json()["now"].as_i64().unwrap();
        house.pass(86_400 - (now + 8 * 3_600).rem_euclid(86_400) + 9 * 3_600).await;
        (house.director, house.editor) = staff(&house.demo, house.folder.path()).await;
        for _ in 0..300 {
            let results = house.director.get("/api/v1/push/results").await;
            let counts = &results["items"][0]["counts"];
            if counts.is_object() {
                assert_eq!(
                    (&counts["readers"], &counts["readings"], &counts["shares"]),
                    (&json!(1), &json!(2), &json!(1))
                );
                assert_eq!((&results["median_readers"], &results["items"][0]["left"]), (&json!(1), &json!(0)));
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the counts did not come");
    }
}
