//! Finding questions by their meaning through the running demo, with a stand-in for the endpoint on loopback: what a reader
//! is offered, what staff are told, and that nothing but an alarm comes of an endpoint that fails.

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use acceptance::{Demo, Reader, StaffClient, lantai_in};
    use axum::routing::post;
    use axum::{Json, Router};
    use kernel::Tasks;
    use serde_json::{Value, json};
    use tempfile::TempDir;

    /// What readers say whose words no question shares, with a number of a person's.
    const ASKED: &str = "俺跟媳妇那张红本本弄没了咋整，打 13800138000 找我";

    /// Places whatever is about marriage in one direction, and everything else in a direction of its own.
    fn place(text: &str) -> Vec<f32> {
        let is_marriage = ["结婚", "婚姻", "媳妇"].iter().any(|word| text.contains(word));
        let mut place = vec![if is_marriage { 4.0 } else { 0.0 }];
        let mut letters = [0.01_f32; 32];
        for letter in text.chars().map(u32::from) {
            letters[usize::try_from(letter % 32).unwrap()] += if letter / 32 % 2 == 0 { 0.3 } else { -0.3 };
        }
        place.extend(letters);
        place
    }

    type Sent = Arc<Mutex<Vec<String>>>;

    /// The stand-in: its address, and every text that was sent to it.
    async fn stand_in(tasks: &Tasks) -> (String, Sent) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let sent = Sent::default();
        let held = sent.clone();
        let answer = move |Json(asked): Json<Value>| {
            let texts: Vec<String> =
                asked["input"].as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect();
            let embedded = texts.iter().enumerate().map(|(at, text)| json!({ "index": at, "embedding": place(text) }));
            let data: Vec<Value> = embedded.collect();
            held.lock().unwrap().extend(texts);
            async move { Json(json!({ "object": "list", "data": data })) }
        };
        let routes = Router::new().route("/v1/embeddings", post(answer));
        tasks.start(async move { axum::serve(listener, routes).await.unwrap() });
        (format!("http://{address}/v1"), sent)
    }

    async fn until<T, F: Future<Output = Option<T>>>(mut ask: impl FnMut() -> F) -> T {
        for _ in 0..400 {
            if let Some(found) = ask().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("it did not happen within ten seconds")
    }

    /// A demo that was started once, so that its settings are there, and again with these added to `[consult]`.
    async fn demo_with(folder: &TempDir, settings: &str) -> Demo {
        drop(Demo::start(folder.path()).await);
        let file = folder.path().join("lantai.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(!text.contains("[consult]"), "{text}");
        std::fs::write(&file, format!("{text}\n[consult]\n{settings}")).unwrap();
        Demo::start(folder.path()).await
    }

    /// The step of the trial that is about meaning.
    async fn tried(staff: &mut StaffClient, text: &str) -> Value {
        let body = json!({ "account": "demo", "text": text, "at": null, "scene": null });
        let trial = staff.post("/api/v1/consultation/trial", body).await;
        trial["steps"].as_array().unwrap().iter().find(|step| step["voice"] == "meaning").unwrap().clone()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn who_asks_in_other_words_is_offered_what_is_meant() {
        let (folder, tasks) = (TempDir::new().unwrap(), Tasks::default());
        let (url, sent) = stand_in(&tasks).await;
        let demo = demo_with(&folder, &format!("embedding_url = \"{url}\"\nembedding_model = \"tiny-zh\"\n")).await;
        let staff = StaffClient::sign_in(&demo, folder.path(), "archivist").await;
        let measured = until(|| {
            let mut staff = staff.clone();
            async move {
                let measured = staff.get("/api/v1/faqs/measure?by_meaning=true").await;
                let meaning = &measured["meaning"];
                (meaning["ready"].as_i64() > Some(0) && meaning["ready"] == meaning["wordings"]).then_some(measured)
            }
        })
        .await;
        assert_eq!((&measured["meaning"]["model"], &measured["by_meaning"]), (&json!("tiny-zh"), &json!(true)));
        assert!(measured["meaning"]["told"].as_str().unwrap().contains("加上按意思找"), "{measured}");
        assert!(!sent.lock().unwrap().iter().any(|text| text.contains("媳妇")));

        let reader = Reader::follow(&demo.sandbox, "demo").await;
        let at_once = reader.says(ASKED).await;
        assert!(!at_once.contains("婚姻"), "the callback answers as ever: {at_once}");
        let offered =
            until(|| async { reader.heard().await.into_iter().find(|said| said.contains("您是不是想问")) }).await;
        assert!(offered.contains("婚姻登记档案怎么查"), "{offered}");
        assert!(!offered.contains("身份证"), "what only the meaning says is never answered alone: {offered}");
        let asked: Vec<String> = sent.lock().unwrap().iter().filter(|text| text.contains("媳妇")).cloned().collect();
        assert_eq!(asked.len(), 1);
        assert!(asked[0].contains("〔电话〕") && !asked[0].contains("138"), "{asked:?}");

        let mut staff = staff;
        let step = tried(&mut staff, ASKED).await;
        assert!(step["told"].as_str().unwrap().contains("婚姻"), "{step}");
        let step = tried(&mut staff, "开放时间").await;
        assert_eq!(step["outcome"], "skipped", "{step}");
        let doctor = lantai_in(folder.path(), &["doctor"]);
        assert!(
            doctor.stdout.contains("按意思找：已启用，模型 tiny-zh") && doctor.stdout.contains("应答正常"),
            "{}",
            doctor.stdout
        );
        tasks.stop();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn w42_an_endpoint_that_fails_changes_nothing_for_readers_and_raises_one_alarm() {
        let folder = TempDir::new().unwrap();
        let demo =
            demo_with(&folder, "embedding_url = \"http://127.0.0.1:1/v1\"\nembedding_model = \"tiny-zh\"\n").await;
        let mut staff = StaffClient::sign_in(&demo, folder.path(), "archivist").await;
        let step = tried(&mut staff, ASKED).await;
        assert!(step["told"].as_str().unwrap().contains("连不上"), "{step}");
        let reader = Reader::follow(&demo.sandbox, "demo").await;
        assert!(reader.says("请问几点开门").await.contains("08:30"));
        assert!(!reader.says(ASKED).await.is_empty());
        let mut editor = StaffClient::sign_in(&demo, folder.path(), "editor").await;
        let accounts = editor.get("/api/v1/official-accounts").await;
        let told = accounts["items"][0]["alarm"]["told"].as_str().unwrap_or_default();
        assert!(told.contains("读者照常得到答复"), "{accounts}");
        let doctor = lantai_in(folder.path(), &["doctor"]);
        assert!(doctor.stdout.contains("异常  按意思找：已启用"), "{}", doctor.stdout);
    }
}
