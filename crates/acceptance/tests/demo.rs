//! The demo through its doors: a reader follows, asks, searches, opens; and what is refused is refused plainly.

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::process::Command;

    use acceptance::{Client, Demo, Reader, files_of, first_link, holds, lantai, lantai_in};
    use tempfile::TempDir;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_reader_is_greeted_asks_searches_and_opens_a_record() {
        let folder = TempDir::new().unwrap();
        let demo = Demo::start(folder.path()).await;
        for account in ["demo", "demo-sub"] {
            let reader = Reader::follow(&demo.sandbox, account).await;
            let greeting = reader.heard().await.join("\n");
            assert!(greeting.contains("欢迎") || greeting.contains("您好"), "{greeting}");
            let hours = reader.says("请问阅览室几点开门？").await;
            assert!(hours.contains("08:30") || hours.contains("8:30"), "{hours}");
            let found = reader.says("粤府〔2023〕68号").await;
            assert!(found.contains("关于调整一批省级行政职权事项的决定"), "{found}");
            let found = reader.says("广东省人民政府 2023").await;
            assert!(found.contains("http"), "{found}");
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_link_in_the_chat_opens_the_record_and_leads_up_to_its_fonds() {
        let folder = TempDir::new().unwrap();
        let demo = Demo::start(folder.path()).await;
        let reader = Reader::follow(&demo.sandbox, "demo-sub").await;
        let link = first_link(&reader.says("粤府〔2023〕68号").await);
        let path = link.strip_prefix(demo.site.base()).expect("a link to the site");
        let mut answer = demo.site.get(path, &[]).await;
        for _ in 0..3 {
            let Some(onward) = answer.headers.iter().find_map(|header| header.strip_prefix("location: ")) else {
                break;
            };
            answer = demo.site.get(onward.strip_prefix(demo.site.base()).unwrap_or(onward), &[]).await;
        }
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(answer.body.contains("粤府〔2023〕68号"));
        assert!(answer.body.contains("全宗"));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn personal_things_lead_to_guidance_and_are_kept_nowhere() {
        let folder = TempDir::new().unwrap();
        let number = "11010519491231002X";
        {
            let demo = Demo::start(folder.path()).await;
            let reader = Reader::follow(&demo.sandbox, "demo").await;
            let guided = reader.says(&format!("帮我查一下 {number} 的结婚档案")).await;
            assert!(guided.contains("身份证") && !guided.contains(number), "{guided}");
            let answer = demo.site.get("/api/public/v1/search", &[("q", number)]).await;
            assert!(!answer.body.contains(number), "{}", answer.body);
        }
        for file in files_of(folder.path()) {
            // The sandbox is WeChat's side: the follower's own chat is there, as it is in WeChat.
            if file.components().any(|part| part.as_os_str() == "sandbox") {
                continue;
            }
            let bytes = std::fs::read(&file).unwrap();
            assert!(!holds(&bytes, number.as_bytes()), "the number stands in {}", file.display());
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_second_start_keeps_its_data() {
        let folder = TempDir::new().unwrap();
        let total = |demo: &Demo| {
            let site = demo.site.clone();
            async move { site.get("/api/public/v1/search", &[("q", "")]).await.json()["total"].as_u64().unwrap() }
        };
        let mut demo = Demo::start(folder.path()).await;
        let before = total(&demo).await;
        let reader = Reader::follow(&demo.sandbox, "demo").await;
        let openid = reader.openid.clone();
        assert_eq!(demo.server.stop(), Some(0));
        let demo = Demo::start(folder.path()).await;
        assert_eq!(total(&demo).await, before);
        let reader = Reader { sandbox: demo.sandbox.clone(), account: "demo".to_owned(), openid };
        assert!(reader.says("粤府〔2023〕68号").await.contains("决定"));
    }

    #[test]
    fn a_used_port_is_said_plainly() {
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap().to_string();
        let folder = TempDir::new().unwrap();
        let ended = lantai_in(folder.path(), &["demo", "--listen", &address, "--sandbox-listen", "127.0.0.1:0"]);
        assert_eq!(ended.code, Some(1), "{}", ended.stderr);
        assert!(ended.stderr.contains(&address), "{}", ended.stderr);
        assert_eq!(ended.stderr.trim().lines().count(), 1, "{}", ended.stderr);
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_said_plainly() {
        let ended = lantai_in(Path::new("/proc/lantai"), &["demo", "--listen", "127.0.0.1:0"]);
        assert_eq!(ended.code, Some(1), "{}", ended.stderr);
        assert!(ended.stderr.contains("/proc/lantai"), "{}", ended.stderr);
    }

    #[test]
    fn wrong_arguments_end_with_two() {
        let output = Command::new(lantai()).arg("import").output().unwrap();
        assert_eq!(output.status.code(), Some(2));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn strangers_at_the_callback_are_refused_without_a_word() {
        let folder = TempDir::new().unwrap();
        let demo = Demo::start(folder.path()).await;
        let query = "signature=0000000000000000000000000000000000000000&timestamp=1&nonce=2";
        let known = demo.site.try_post(&format!("/wechat/demo?{query}"), b"<xml/>".to_vec()).await.unwrap();
        let unknown = demo.site.try_post(&format!("/wechat/nobody?{query}"), b"<xml/>".to_vec()).await.unwrap();
        assert_eq!((known.status, &known.body), (403, &String::new()));
        assert_eq!(known, unknown, "an unknown account must look like a bad signature");
        let large = demo.site.try_post(&format!("/wechat/demo?{query}"), vec![b'x'; 2 << 20]).await;
        assert!(large.is_err() || large.is_ok_and(|answer| answer.status == 413));
        let alive = Client::new(demo.site.base()).get("/healthz", &[]).await;
        assert_eq!(alive.status, 200);
    }
}
