//! The staff API through the running demo: its document, who may do what, and a reader who is answered by a person.

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};
    use std::time::Duration;

    use acceptance::{Demo, Reader, StaffClient};
    use reqwest::Method;
    use serde_json::{Value, json};
    use tempfile::TempDir;

    const ROLES: [&str; 6] =
        ["archivist", "editor", "director", "system-administrator", "security-administrator", "auditor"];
    /// Every route of the staff API with the permission it needs: what is new gets a line here, or the test fails.
    const ROUTES: &str = include_str!("console_routes.txt");

    fn document_file() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../console/openapi.json")
    }

    /// The routes of the document as lines: method, path, permission.
    fn routes(document: &Value) -> BTreeSet<String> {
        let paths = document["paths"].as_object().expect("paths");
        let operations = paths.iter().flat_map(|(path, item)| {
            item.as_object().expect("operations").iter().map(move |(method, operation)| {
                let need = operation["x-permission"].as_str().unwrap_or("-");
                format!("{} {path} {need}", method.to_uppercase())
            })
        });
        operations.collect()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_document_in_the_console_is_the_one_the_program_gives() {
        let folder = TempDir::new().unwrap();
        let demo = Demo::start(folder.path()).await;
        let mut archivist = StaffClient::sign_in(&demo, folder.path(), "archivist").await;
        let given = archivist.get("/api/v1/openapi.json").await;
        let written = format!("{given:#}\n");
        if std::env::var_os("LANTAI_UPDATE").is_some() {
            std::fs::write(document_file(), &written).unwrap();
        }
        let kept = std::fs::read_to_string(document_file()).unwrap_or_default();
        assert!(kept == written, "console/openapi.json is stale: run this test with LANTAI_UPDATE=1, then npm run gen");
        let (mut stranger, path) = (StaffClient::stranger(&demo), "/api/v1/openapi.json");
        assert_eq!(stranger.send(Method::GET, path, None).await.0, 401);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a11_every_route_lets_in_whom_it_should_and_nobody_else() {
        let folder = TempDir::new().unwrap();
        let demo = Demo::start(folder.path()).await;
        let mut archivist = StaffClient::sign_in(&demo, folder.path(), "archivist").await;
        let document = archivist.get("/api/v1/openapi.json").await;
        let listed: BTreeSet<String> = ROUTES.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
        let given = routes(&document);
        let (new, gone) =
            (given.difference(&listed).collect::<Vec<_>>(), listed.difference(&given).collect::<Vec<_>>());
        assert!(new.is_empty() && gone.is_empty(), "without a row: {new:#?}\nwithout a route: {gone:#?}");

        let mut stranger = StaffClient::stranger(&demo);
        let mut wrong = Vec::new();
        let mut staff = Vec::new();
        for role in ROLES {
            let mut client = StaffClient::sign_in(&demo, folder.path(), role).await;
            let session = client.get("/api/v1/session").await;
            staff.push((role, client, session["permissions"].clone()));
        }
        for line in &listed {
            let parts: Vec<&str> = line.split(' ').collect();
            let [method, path, need] = parts[..] else { panic!("{line}") };
            if path.starts_with("/api/v1/session") {
                continue;
            }
            // An id that nothing has: what is allowed finds nothing, or an empty body that does not fit.
            let path = path.replace("{name}", "nobody-at-all").replace(['{', '}'], "");
            let method: Method = method.parse().unwrap();
            let body = (method != Method::GET).then(|| json!({}));
            let (status, _) = stranger.send(method.clone(), &path, body.clone()).await;
            if status != 401 {
                wrong.push(format!("{line}: a stranger gets {status}"));
            }
            for (role, client, permissions) in &mut staff {
                let may = need == "-" || permissions.as_array().unwrap().iter().any(|held| held == need);
                let (status, said) = client.send(method.clone(), &path, body.clone()).await;
                let told = said["type"].as_str().unwrap_or_default();
                let is_refused = status == 403 && told == "urn:lantai:problem:forbidden";
                if may == is_refused || status == 401 || status >= 500 {
                    wrong.push(format!("{line}: {role} gets {status} {said}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a13_what_somebody_may_not_do_is_refused_and_written_down() {
        let folder = TempDir::new().unwrap();
        let demo = Demo::start(folder.path()).await;
        let mut editor = StaffClient::sign_in(&demo, folder.path(), "editor").await;
        let mut auditor = StaffClient::sign_in(&demo, folder.path(), "auditor").await;
        let close = json!({"codes": ["437001-X001"], "reason": "x"});
        assert_eq!(editor.send(Method::POST, "/api/v1/review/close", Some(close)).await.0, 403);
        assert_eq!(auditor.send(Method::POST, "/api/v1/faqs", Some(json!({}))).await.0, 403);
        let lines = auditor.get("/api/v1/audit").await;
        let refused: Vec<(&str, &str)> = lines["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|line| line["action"] == "staff.overstep" && line["outcome"] == "refused")
            .map(|line| (line["actor"].as_str().unwrap(), line["detail"]["act"].as_str().unwrap()))
            .collect();
        assert_eq!(refused, [("auditor", "POST /api/v1/faqs"), ("editor", "POST /api/v1/review/close")], "{lines}");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_reader_asks_for_a_person_and_is_answered_by_one() {
        let folder = TempDir::new().unwrap();
        let demo = Demo::start(folder.path()).await;
        let reader = Reader::follow(&demo.sandbox, "demo").await;
        reader.says("粤府〔2023〕68号").await;
        let put_through = reader.says("转人工").await;
        assert!(put_through.contains("工作人员"), "{put_through}");

        let mut archivist = StaffClient::sign_in(&demo, folder.path(), "archivist").await;
        let waiting = archivist.get("/api/v1/conversations?state=waiting").await;
        assert_eq!(waiting["total"], 1, "{waiting}");
        let id = waiting["items"][0]["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/conversations/{id}");
        let view = archivist.get(&path).await;
        assert!(view["messages"].as_array().unwrap().iter().any(|one| one["text"] == "粤府〔2023〕68号"), "{view}");
        assert_eq!(view["conversation"]["window"]["open"], true, "{view}");

        let key = "11111111-1111-4111-8111-111111111111";
        let reply = json!({ "key": key, "text": "您好，这份文件在一楼大厅就能看。<a href=\"https://evil\">x</a>" });
        let first = archivist.post(&format!("{path}/replies"), reply.clone()).await;
        let again = archivist.post(&format!("{path}/replies"), reply).await;
        assert_eq!(first["id"], again["id"], "the same key writes once");
        let heard =
            loop_until(|| async { reader.heard().await.into_iter().find(|said| said.contains("一楼大厅")) }).await;
        assert!(!heard.contains("<a href=\\\"https://evil"), "{heard}");
        let mut editor = StaffClient::sign_in(&demo, folder.path(), "editor").await;
        let (status, told) =
            editor.send(Method::POST, &format!("{path}/replies"), Some(json!({"key": "k2", "text": "重复"}))).await;
        assert_eq!(status, 409, "{told}");
        assert!(told["detail"].as_str().unwrap().contains("archivist"), "{told}");

        // What the reader says now goes to the person and not to the machine.
        let before = reader.heard().await.len();
        demo.sandbox
            .post(
                &format!("/_sandbox/demo/followers/{}/messages", reader.openid),
                &json!({"type": "text", "content": "几点开门"}),
            )
            .await;
        let view = loop_until(|| {
            let mut archivist = archivist.clone();
            let path = path.clone();
            async move {
                let view = archivist.get(&path).await;
                let has = view["messages"].as_array().unwrap().iter().any(|one| one["text"] == "几点开门");
                has.then_some(view)
            }
        })
        .await;
        assert_eq!(view["conversation"]["state"], "mine");
        assert_eq!(reader.heard().await.len(), before, "the machine is silent");
        let sent = view["messages"].as_array().unwrap().iter().find(|one| one["key"] == key).unwrap();
        assert_eq!(sent["state"], "sent", "{sent}");

        // After two days WeChat lets nobody write first: the reply waits, and is the answer to the next message.
        demo.sandbox.post("/_sandbox/clock", &json!({"advance_seconds": 49 * 3600})).await;
        let mut archivist = StaffClient::sign_in(&demo, folder.path(), "archivist").await;
        archivist.post(&format!("{path}/replies"), json!({"key": "k3", "text": "早上八点半开门。"})).await;
        let waits = loop_until(|| {
            let mut archivist = archivist.clone();
            let path = path.clone();
            async move {
                let view = archivist.get(&path).await;
                let last = view["messages"].as_array().unwrap().last().unwrap().clone();
                last["told"].as_str().is_some().then_some(last)
            }
        })
        .await;
        assert_eq!(waits["state"], "waiting", "{waits}");
        assert!(waits["told"].as_str().unwrap().contains("48 小时"), "{waits}");
        let answered = reader.says("还在吗").await;
        assert!(answered.contains("早上八点半开门"), "{answered}");
        let ended = reader.says("结束").await;
        assert!(ended.contains("已结束"), "{ended}");
        let hours = reader.says("请问阅览室几点开门？").await;
        assert!(hours.contains("8:30"), "the machine answers again: {hours}");
    }

    async fn loop_until<T, F: Future<Output = Option<T>>>(ask: impl Fn() -> F) -> T {
        for _ in 0..400 {
            if let Some(found) = ask().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("it did not happen within ten seconds")
    }
}
