//! What helps the editor of an article, through the running demo: places in blocks, the lists of the house, and what the
//! sample holdings offer.

#[cfg(test)]
mod tests {
    use acceptance::{Demo, StaffClient};
    use reqwest::Method;
    use serde_json::{Value, json};
    use tempfile::TempDir;

    fn article(blocks: &Value) -> Value {
        json!({
            "article": {
                "title": "馆藏故事", "author": "", "digest": "", "theme": "official", "large_type": false, "blocks": blocks,
            },
        })
    }

    /// The words of a paragraph at a place.
    fn cut(text: &str, place: &Value) -> String {
        let at = |name: &str| usize::try_from(place[name].as_u64().unwrap()).unwrap();
        text.chars().skip(at("from")).take(at("to") - at("from")).collect()
    }

    async fn keep(editor: &mut StaffClient, part: Value, version: i64) -> (u16, Value) {
        editor.send(Method::PUT, "/api/v1/push/words", Some(json!({ "part": part, "version": version }))).await
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn an_editor_is_helped_by_the_lists_and_the_holdings() {
        let folder = TempDir::new().unwrap();
        let demo = Demo::start(folder.path()).await;
        let mut editor = StaffClient::sign_in(&demo, folder.path(), "editor").await;

        let text = "😀𠮷这个全宗里有三黄片的广告，也有黄片，电话13800138000。";
        let blocks = json!([{ "kind": "divider" }, { "kind": "text", "runs": [{ "text": text }] }]);
        let asked = article(&blocks);
        let report = editor.post("/api/v1/push/quality", asked.clone()).await;
        let jargon = report["findings"].as_array().unwrap().iter().find(|one| one["kind"] == "jargon").unwrap();
        assert_eq!((jargon["place"]["block"].as_u64(), cut(text, &jargon["place"]).as_str()), (Some(1), "全宗"));
        assert_eq!(cut(text, &report["personal"][0]["place"]), "13800138000");
        assert!(!report.to_string().contains("13800138000"), "{report}");
        assert_eq!(report["words"], json!([]));

        let own = json!([{ "term": "全宗", "plain": "一家单位的档案", "explanation": "本馆的解释。" }]);
        assert_eq!(keep(&mut editor, json!({ "list": "glossary", "content": own }), 0).await.0, 204);
        // As long as an institution's list is.
        let listed = (0..5_000).map(|number| json!({ "word": format!("名单里的词{number}"), "category": "" }));
        let listed: Vec<Value> = listed.chain([json!({ "word": "黄片", "category": "低俗" })]).collect();
        let words = json!({ "listed": listed, "allowed": ["三黄片"] });
        assert_eq!(keep(&mut editor, json!({ "list": "words", "content": words }), 0).await.0, 204);
        let (stale, said) = keep(&mut editor, json!({ "list": "words", "content": words }), 0).await;
        assert_eq!((stale, said["type"].as_str()), (409, Some("urn:lantai:problem:conflict")), "{said}");
        let report = editor.post("/api/v1/push/quality", asked).await;
        let jargon = report["findings"].as_array().unwrap().iter().find(|one| one["kind"] == "jargon").unwrap();
        assert_eq!(jargon["replacement"], "一家单位的档案");
        let words = report["words"].as_array().unwrap();
        assert_eq!(words.iter().map(|one| cut(text, &one["place"])).collect::<Vec<_>>(), ["黄片"], "{report}");
        assert_eq!(words[0]["place"]["from"], 17, "behind the allowed one");

        let day = editor.get("/api/v1/push/suggestions?day=2031-11-30").await;
        assert_eq!(day["lunar"], "十月十六", "{day}");
        let first = &day["items"][0];
        assert_eq!(first["record"]["reference_code"], "L008-001-012-009", "{day}");
        assert_eq!((first["told"].as_str(), first["round"].as_bool()), (Some("40 年前的今天"), Some(true)));
        let quoted = json!({
            "kind": "record", "id": first["record"]["id"], "reference_code": "", "title": "", "fonds": "", "date": "",
            "text": "", "picture": null,
        });
        let report = editor.post("/api/v1/push/quality", article(&json!([quoted]))).await;
        assert_eq!(report["quoted"], json!([]), "what is suggested may be quoted");
        let refused = editor.send(Method::GET, "/api/v1/push/suggestions?day=11-30", None).await;
        assert_eq!(refused.0, 400, "{}", refused.1);

        let headlines = json!({ "headlines": ["临溪县水利局加固白石水库"] });
        let topics = editor.post("/api/v1/push/suggestions/topics", headlines).await;
        let named = topics["items"][0]["named"].as_array().unwrap();
        assert!(named.iter().any(|one| one["text"] == "临溪县水利局" && one["known"] == true), "{topics}");
        let best = &topics["items"][0]["records"][0];
        assert!(best["matched"].as_array().is_some_and(|words| words.len() > 1), "{topics}");
        assert!(best["record"]["title"].as_str().unwrap().contains("白石水库"), "{topics}");
    }
}
