//! The program installed for real: what it asks for before it opens, what it tells its keepers, how it stops.

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::process::Command;
    use std::time::{Duration, Instant};

    use acceptance::{Client, Ended, HOUSE, PUBLIC_URL, Platform, Reader, Sender, Serving, lantai, lantai_in};
    use serde_json::{Value, json};
    use tempfile::TempDir;
    use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
    use tokio::net::TcpStream;

    struct House {
        folder: TempDir,
        platform: Platform,
        account: Value,
    }

    impl House {
        async fn new() -> Self {
            let folder = TempDir::new().unwrap();
            let platform = Platform::start(folder.path()).await;
            let account = platform.account("main", &json!({})).await;
            std::fs::write(folder.path().join("lantai.toml"), platform.settings(&account, "")).unwrap();
            Self { folder, platform, account }
        }
    }

    fn command(arguments: &[&str], variables: &[(&str, &str)]) -> Ended {
        let output = Command::new(lantai()).args(arguments).envs(variables.iter().copied()).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ended { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }

    /// Refused with one sentence that names all of these.
    fn refused(ended: &Ended, named: &[&str]) {
        assert_eq!(ended.code, Some(1), "{}{}", ended.stdout, ended.stderr);
        assert_eq!(ended.stderr.trim().lines().count(), 1, "{}", ended.stderr);
        for name in named {
            assert!(ended.stderr.contains(name), "{name} is not in: {}", ended.stderr);
        }
    }

    fn serve(folder: &Path) -> Ended {
        lantai_in(folder, &["serve"])
    }

    fn write(folder: &Path, settings: &str) {
        std::fs::write(folder.join("lantai.toml"), settings).unwrap();
    }

    #[test]
    fn a_house_without_settings_is_told_where_to_write_them() {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("lantai.toml");
        refused(&serve(folder.path()), &["lantai config sample", &file.to_string_lossy(), "[house]"]);
        assert_eq!(lantai_in(folder.path(), &["doctor"]).code, Some(0), "commands work before there are settings");
        let missing = file.to_string_lossy().into_owned();
        refused(&command(&["serve", "--config", &missing], &[]), &["lantai config sample", &missing]);
        // The sample as it is printed: every blank is named, with its line.
        let sample = command(&["config", "sample"], &[]).stdout;
        write(folder.path(), &sample);
        refused(&serve(folder.path()), &["house.name", "house.telephone", "第 "]);
    }

    #[test]
    fn records_that_came_in_under_another_institution_code_are_noticed() {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("目录.csv");
        std::fs::write(&file, "档号,题名,日期,保管期限,开放标识\nL001-WS·1986·Y-0001,关于植树的通知,1986,永久,开放\n")
            .unwrap();
        let file = file.to_string_lossy().into_owned();
        assert_eq!(lantai_in(folder.path(), &["import", &file]).code, Some(0));
        write(folder.path(), HOUSE);
        let ended = lantai_in(folder.path(), &["doctor"]);
        assert_eq!(ended.code, Some(1), "{}", ended.stdout);
        assert!(ended.stdout.contains("435999"), "{}", ended.stdout);
    }

    #[test]
    fn an_account_without_a_public_address_is_refused() {
        let folder = TempDir::new().unwrap();
        let account = "[accounts.main]\nkind = \"service\"\noriginal_id = \"gh_0123456789ab\"\n\
            app_id = \"wx0123456789abcdef\"\napp_secret = \"0123456789abcdef\"\ntoken = \"abcdefg\"\nmode = \"plain\"\n";
        write(folder.path(), &format!("{HOUSE}\n{account}"));
        refused(&serve(folder.path()), &["server.public_url", "https://"]);
    }

    #[test]
    fn r19_all_that_is_wrong_is_said_at_once_with_lines_and_without_secrets() {
        let folder = TempDir::new().unwrap();
        let secret = "5ecret5ecret5ecret";
        let wrong = "[server]\nlisten = \"nowhere\"\nlisen = \"127.0.0.1:1\"\n";
        let account = format!(
            "[accounts.main]\nkind = \"both\"\noriginal_id = \"gh_1\"\napp_id = \"wx1\"\napp_secret = \"{secret}\"\n\
             token = \"{secret}!{secret}{secret}\"\nencoding_aes_key = \"{secret}\"\n"
        );
        write(folder.path(), &format!("{wrong}{HOUSE}\n{account}"));
        let ended = serve(folder.path());
        let lines = ["第 2 行", "第 3 行", "server.lisen", "accounts.main.kind", "accounts.main.token"];
        refused(&ended, &[lines.as_slice(), &["accounts.main.encoding_aes_key"]].concat());
        assert!(!ended.stderr.contains(secret), "{}", ended.stderr);
        let variables = [("LANTAI_ACCOUNTS__MAIN__TOKEM", secret), ("LANTAI_SERVER__LISTEN", "everywhere")];
        let place = folder.path().to_string_lossy().into_owned();
        let ended = command(&["doctor", "--data", &place], &variables);
        refused(&ended, &["LANTAI_ACCOUNTS__MAIN__TOKEM", "LANTAI_SERVER__LISTEN"]);
        assert!(!ended.stderr.contains(secret), "{}", ended.stderr);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_new_house_greets_answers_and_has_its_menu() {
        let house = House::new().await;
        let serving = Serving::start(house.folder.path()).await;
        let callback = format!("{}/wechat/main", serving.site.base());
        house.platform.account("main", &json!({"callback_url": callback})).await;
        let verified = house.platform.client.post("/_sandbox/main/verify", &json!({})).await.json();
        assert_eq!(verified["ok"], true, "{verified}");
        let reader = Reader::follow(&house.platform.client, "main").await;
        assert!(reader.heard().await.concat().contains("临溪县档案馆"));
        assert!(reader.says("几点开门").await.contains("08:30"));
        // The menu is published by a job: it is there in a moment, with links to the readers' address.
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let path = format!("/_sandbox/main/followers/{}", reader.openid);
            let seen = house.platform.client.get(&path, &[]).await.body;
            if seen.contains(&format!("{PUBLIC_URL}/search")) {
                break;
            }
            assert!(Instant::now() < deadline, "no menu: {seen}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a25_the_first_account_is_made_with_what_the_program_prints_and_only_once() {
        let house = House::new().await;
        let printed = || std::fs::read_to_string(house.folder.path().with_extension("said")).unwrap();
        let mut serving = Serving::start(house.folder.path()).await;
        let said = printed();
        let (_, token) = said.split_once("启动口令：").expect("a token");
        let token = token.lines().next().unwrap().to_owned();
        let path = "/api/v1/session/first-start";
        let account = |token: &str| json!({"token": token, "name": "王莉", "password": "Mulberry-42-tree"});
        assert_eq!(serving.site.get(path, &[]).await.json(), json!({"open": true}));
        let refused = serving.site.post(path, &account("a guess")).await;
        assert!(refused.status == 401 && refused.body.contains("启动口令不对"), "{refused:?}");
        let weak = json!({"token": token, "name": "王莉", "password": "short"});
        assert_eq!(serving.site.post(path, &weak).await.status, 400);
        assert_eq!(serving.site.post(path, &account(&token)).await.status, 204);
        assert_eq!(serving.site.post(path, &account(&token)).await.status, 404, "gone after use");
        let sign_in = json!({"name": "王莉", "password": "Mulberry-42-tree"});
        let entered = serving.site.post("/api/v1/session", &sign_in).await;
        assert_eq!((entered.status, entered.json()), (200, json!({"next": "set-up"})));
        let log = std::fs::read_to_string(house.folder.path().with_extension("log")).unwrap();
        assert!(!log.contains(&token), "the token stands in the log");
        serving.server.stop();
        let serving = Serving::start(house.folder.path()).await;
        assert!(!printed().contains("启动口令"), "no token for a house with accounts: {}", printed());
        assert_eq!(serving.site.get(path, &[]).await.json(), json!({"open": false}));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn its_keepers_are_told_how_it_is() {
        let house = House::new().await;
        let mut serving = Serving::start(house.folder.path()).await;
        for (path, said) in [("/healthz", "ok"), ("/readyz", "ready")] {
            let answer = serving.site.get(path, &[]).await;
            assert_eq!((answer.status, answer.body.trim()), (200, said));
        }
        let sender = Sender::new(&house.account);
        assert!(sender.ask(&serving.site, 1).await.is_some());
        let stranger = serving.site.try_post("/wechat/main?signature=0&timestamp=1&nonce=2", Vec::new()).await;
        assert_eq!(stranger.unwrap().status, 403);
        let metrics = serving.site.get("/metrics", &[]).await;
        assert_eq!(metrics.status, 200);
        for line in metrics.body.lines().filter(|line| !line.starts_with('#')) {
            let (_, figure) = line.rsplit_once(' ').expect("a name and a figure");
            assert!(figure.parse::<f64>().is_ok(), "{line}");
        }
        assert!(metrics.body.contains("lantai_index_records{index=\"open\"} 0"), "{}", metrics.body);
        refused(&serve(house.folder.path()), &["已有一个服务正在使用"]);
        // The index follows in a moment; until then nothing is amiss.
        let file = house.folder.path().join("目录.csv");
        std::fs::write(&file, "档号,题名,日期,保管期限,开放标识\nL001-WS·1986·Y-0001,关于植树的通知,1986,永久,开放\n")
            .unwrap();
        assert_eq!(lantai_in(house.folder.path(), &["import", &file.to_string_lossy()]).code, Some(0));
        for command in [["doctor"].as_slice(), &["audit", "verify"]] {
            assert_eq!(lantai_in(house.folder.path(), command).code, Some(0), "{command:?} while it runs");
        }
        assert_eq!(serving.server.stop(), Some(0));
        std::fs::remove_file(house.folder.path().join("keys")).unwrap();
        refused(&serve(house.folder.path()), &["keys", "密钥"]);
        std::fs::write(house.folder.path().join("lantai.db"), "this is no database").unwrap();
        refused(&lantai_in(house.folder.path(), &["doctor"]), &["lantai.db"]);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_message_that_is_being_delivered_is_answered_before_the_end() {
        let house = House::new().await;
        let mut serving = Serving::start(house.folder.path()).await;
        let sender = Sender::new(&house.account);
        let push = sender.question(5);
        let address = serving.site.base().strip_prefix("http://").unwrap().to_owned();
        let mut wire = BufReader::new(TcpStream::connect(&address).await.unwrap());
        let head = format!(
            "POST {} HTTP/1.1\r\nhost: {address}\r\ncontent-type: text/xml\r\ncontent-length: {}\r\n\
             expect: 100-continue\r\n\r\n",
            sender.path(&push),
            push.body.len()
        );
        wire.write_all(head.as_bytes()).await.unwrap();
        let mut line = String::new();
        wire.read_line(&mut line).await.unwrap();
        assert!(line.contains("100"), "the server waits for the message: {line}");
        wire.read_line(&mut line).await.unwrap();

        serving.server.ask_to_stop();
        let newcomer = Client::new(serving.site.base());
        let deadline = Instant::now() + Duration::from_secs(15);
        while newcomer.try_get("/healthz").await.is_ok() {
            assert!(Instant::now() < deadline, "newcomers are still let in");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert!(serving.server.runs());
        wire.write_all(push.body.as_bytes()).await.unwrap();
        let mut answer = String::new();
        wire.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(sender.read(body).contains("08:30"), "{body}");
        assert_eq!(serving.server.stop(), Some(0));
    }
}
