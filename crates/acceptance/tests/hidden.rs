//! What is not for everybody stays out of logs, errors, other people's lists and shared caches.

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::fmt::Write as _;
    use std::time::{Duration, Instant};

    use acceptance::{Demo, Platform, Reader, Serving, StaffClient, first_link, hire, lantai_in};
    use reqwest::header::{CACHE_CONTROL, COOKIE, LOCATION, SET_COOKIE, VARY};
    use serde_json::json;
    use tempfile::TempDir;

    /// A word that stands in closed titles only.
    const HIDDEN: &str = "沈家坳坟山";

    fn catalogue() -> String {
        let mut rows = String::from("档号,题名,责任者,日期,保管期限,开放标识\n");
        for n in 1..=40 {
            let (title, open) = if n % 2 == 0 { (HIDDEN, "控制") } else { ("清江水库", "开放") };
            writeln!(rows, "X001-WS·1986·Y-{n:04},关于{title}的第{n}号调解书,县人民法院,1986,永久,{open}").unwrap();
        }
        // Rows that cannot be taken, of closed records.
        writeln!(rows, "X001-WS·1986·Y-0002,关于{HIDDEN}的另一件,县人民法院,1986,永久,控制").unwrap();
        writeln!(rows, ",关于{HIDDEN}没有档号的一件,县人民法院,一九八几年,永久,控制").unwrap();
        rows
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn l15_neither_logs_nor_errors_name_what_is_closed() {
        let (folder, papers) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let platform = Platform::start(folder.path()).await;
        let account = platform.account("main", &json!({})).await;
        std::fs::write(folder.path().join("lantai.toml"), platform.settings(&account, "")).unwrap();
        hire(folder.path(), "小张", "archivist");
        hire(folder.path(), "老李", "director");
        let mut serving = Serving::start(folder.path()).await;
        let file = papers.path().join("目录.csv");
        std::fs::write(&file, catalogue()).unwrap();
        let path = file.to_string_lossy().into_owned();
        let mut told = String::new();
        let tries: [&[&str]; 8] = [
            &["import", &path],
            &["import", &path, "--dry-run"],
            &["import", &papers.path().to_string_lossy()],
            &["batch", "roll-back", "99", "--as", "小张"],
            &["review", "close", "X001-WS·1986·Y-0099", "--reason", "不宜开放", "--as", "老李"],
            &["review", "close", "X001-WS·1986·Y-0002", "--reason", "不宜开放", "--as", "小张"],
            &["find", HIDDEN],
            &["find", HIDDEN, "--as", "小王"],
        ];
        for arguments in tries {
            let ended = lantai_in(folder.path(), arguments);
            writeln!(told, "{arguments:?}: {}", ended.stderr.replace(&format!("{arguments:?}"), "")).unwrap();
        }
        let site = &serving.site;
        // The index follows within a second.
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let found = site.get("/api/public/v1/search", &[("q", "清江水库")]).await.json();
            if found["total"] == 20 {
                break;
            }
            assert!(Instant::now() < deadline, "the catalogue is not there: {found}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        for (path, query) in [
            ("/records/0000000000000", &[][..]),
            ("/search", &[("q", HIDDEN), ("page", "999")]),
            ("/search", &[("q", "X001-WS·1986·Y-0002")]),
            ("/api/public/v1/search", &[("q", HIDDEN), ("page", "x")]),
            ("/oai", &[("verb", "GetRecord"), ("identifier", "X001-WS·1986·Y-0002"), ("metadataPrefix", "oai_dc")]),
            ("/iiif/0000000000000/manifest.json", &[]),
        ] {
            let answer = site.get(path, query).await;
            // What was typed is shown again; the title as a whole is nobody's who did not type it.
            assert!(
                !answer.body.contains("号调解书") || answer.body.contains("清江水库的第"),
                "{path}: {}",
                answer.body
            );
            assert!(!answer.body.contains(&format!("关于{HIDDEN}")), "{path}: {}", answer.body);
        }
        serving.server.stop();
        let log = std::fs::read_to_string(folder.path().with_extension("log")).unwrap();
        assert!(log.contains("the hall is open"), "{log}");
        assert!(!log.contains(HIDDEN), "the log: {log}");
        let told: Vec<&str> = told.lines().filter(|line| line.contains(&format!("关于{HIDDEN}"))).collect();
        assert!(told.is_empty(), "errors: {told:#?}");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn l16_who_may_not_search_all_records_finds_what_everybody_finds() {
        let folder = TempDir::new().unwrap();
        let demo = Demo::start(folder.path()).await;
        let mut archivist = StaffClient::sign_in(&demo, folder.path(), "archivist").await;
        let closed = archivist.post("/api/v1/records/find", json!({"q": "", "openness": "controlled"})).await;
        let code = closed["groups"][0]["items"][0]["reference_code"].as_str().unwrap().to_owned();
        let mut editor = StaffClient::sign_in(&demo, folder.path(), "editor").await;
        let asked = |q: &str| {
            let address = reqwest::Url::parse_with_params("http://a/api/v1/consultation/records", [("q", q)]).unwrap();
            format!("{}?{}", address.path(), address.query().unwrap())
        };
        let found = editor.get(&asked(&code)).await;
        let items = found["items"].as_array().unwrap();
        assert!(items.iter().all(|one| one["code"] != code.as_str()), "{code}: {found}");
        let public = demo.site.get("/api/public/v1/search", &[("q", "通知")]).await.json();
        let first = &public["items"][0]["title"];
        let found = editor.get(&asked("通知")).await;
        assert!(found["items"].as_array().unwrap().iter().any(|one| one["title"] == *first), "{first}: {found}");
        for path in ["/api/v1/records/find", "/api/v1/review/close"] {
            let (status, told) = editor.send(reqwest::Method::POST, path, Some(json!({"q": code}))).await;
            assert_eq!(status, 403, "{told}");
        }
    }

    /// A cache between readers and the house, as RFC 9111 lets one behave: what it may store for everybody, and under what.
    struct SharedCache {
        http: reqwest::Client,
        base: String,
        stored: BTreeMap<String, String>,
    }

    /// An answer, and whether it came from the cache.
    struct Page {
        status: u16,
        body: String,
        cached: bool,
        set: Vec<String>,
        leads_to: Option<String>,
    }

    impl SharedCache {
        fn new(base: &str) -> Self {
            let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
            Self { http: http.build().unwrap(), base: base.to_owned(), stored: BTreeMap::new() }
        }

        async fn asked(&mut self, path: &str, cookies: &str) -> Page {
            let key = |varies: bool| format!("{path} {}", if varies { cookies } else { "" });
            if let Some(body) = self.stored.get(&key(true)).or_else(|| self.stored.get(&key(false))) {
                return Page { status: 200, body: body.clone(), cached: true, set: Vec::new(), leads_to: None };
            }
            let request = self.http.get(format!("{}{path}", self.base)).header(COOKIE, cookies);
            let response = request.send().await.unwrap();
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            let body = response.text().await.unwrap();
            let words = |name| {
                let lines = headers.get_all(name).iter().map(|line| line.to_str().unwrap().to_lowercase());
                let words =
                    lines.flat_map(|line| line.split(',').map(|word| word.trim().to_owned()).collect::<Vec<_>>());
                words.collect::<BTreeSet<String>>()
            };
            let (rules, varies) = (words(CACHE_CONTROL), words(VARY));
            let is_private = ["private", "no-store"].iter().any(|rule| rules.contains(*rule)) || varies.contains("*");
            // Without a word of its own a 200 may be kept by heuristics (RFC 9111, 4.2.2).
            if status == 200 && !is_private {
                self.stored.insert(key(varies.contains("cookie")), body.clone());
            }
            let text = |value: &reqwest::header::HeaderValue| value.to_str().unwrap().to_owned();
            let set = headers.get_all(SET_COOKIE).iter().map(text).collect();
            Page { status, body, cached: false, set, leads_to: headers.get(LOCATION).map(text) }
        }
    }

    /// The cookies of somebody who came from the chat and reads in large type.
    async fn recognised(demo: &Demo) -> String {
        let reader = Reader::follow(&demo.sandbox, "demo-sub").await;
        let link = first_link(&reader.says("粤府〔2023〕68号").await);
        let path = link.strip_prefix(demo.site.base()).unwrap_or_else(|| panic!("{link} is not of this site"));
        let mut cache = SharedCache::new(demo.site.base());
        let entered = cache.asked(path, "").await;
        let large = cache.asked("/large-type?on=1&back=%2F", "").await;
        assert!(entered.leads_to.is_some() && large.leads_to.is_some());
        let cookies = entered.set.iter().chain(&large.set).map(|set| set.split(';').next().unwrap());
        cookies.collect::<Vec<_>>().join("; ")
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn l29_a_shared_cache_gives_nobody_another_reader_s_page() {
        let folder = TempDir::new().unwrap();
        let demo = Demo::start(folder.path()).await;
        let known = recognised(&demo).await;
        assert!(known.contains("lantai="), "a session: {known}");
        let mut cache = SharedCache::new(demo.site.base());
        let mut waiting: Vec<String> = ["/", "/list", "/robots.txt", "/sitemap.xml", "/seal.svg", "/oai?verb=Identify"]
            .map(str::to_owned)
            .to_vec();
        waiting.push("/api/public/v1/search?q=%E9%80%9A%E7%9F%A5".to_owned());
        let mut seen = BTreeSet::new();
        let (mut different, mut shared) = (0, 0);
        while let Some(path) = waiting.pop() {
            if seen.len() == 80 || !seen.insert(path.clone()) {
                continue;
            }
            let mine = cache.asked(&path, &known).await;
            let theirs = cache.asked(&path, "").await;
            let fresh = SharedCache::new(demo.site.base()).asked(&path, "").await;
            assert_eq!(theirs.status, fresh.status, "{path}");
            if theirs.cached {
                assert_eq!(theirs.body, fresh.body, "{path}: a stranger was given another reader's page");
                shared += 1;
            }
            different += usize::from(mine.body != fresh.body);
            let links =
                mine.body.split("href=\"/").skip(1).filter_map(|rest| Some(format!("/{}", rest.split('"').next()?)));
            waiting.splice(0..0, links.map(|link| link.replace("&amp;", "&").replace("&#38;", "&")));
        }
        assert!(seen.len() > 40 && different > 20, "pages of the two differ: {different} of {}", seen.len());
        assert!(shared > 0, "what is for everybody may be shared");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn l24_who_reads_too_much_in_a_day_is_told_so_and_others_read_on() {
        let folder = TempDir::new().unwrap();
        let platform = Platform::start(folder.path()).await;
        let account = platform.account("main", &json!({})).await;
        let settings = platform.settings(&account, "");
        let settings = settings.replacen("[server]\n", "[server]\naddress_pages = 3\nall_pages = 4\n", 1);
        std::fs::write(folder.path().join("lantai.toml"), settings).unwrap();
        let serving = Serving::start(folder.path()).await;
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let get = async |path: &str, from: &str| {
            let request = http.get(format!("{}{path}", serving.site.base())).header("x-forwarded-for", from);
            let response = request.header("accept", "text/html").send().await.unwrap();
            (response.status().as_u16(), response.text().await.unwrap())
        };
        for path in ["/", "/search?q=x", "/api/public/v1/search?q=x"] {
            assert_eq!(get(path, "203.0.113.9").await.0, 200);
        }
        let (status, page) = get("/browse", "203.0.113.9").await;
        assert!(
            status == 429 && page.contains("今天翻看的页数已到上限") && page.contains("请明天再来"),
            "{status} {page}"
        );
        assert_eq!(get("/oai?verb=Identify", "203.0.113.9").await.0, 200, "harvesters have a door of their own");
        assert_eq!(get("/browse", "203.0.113.10").await.0, 200);
        let doctor = lantai_in(folder.path(), &["doctor"]);
        assert!(doctor.stdout.contains("翻看目录超过 4 页"), "{}", doctor.stdout);
    }
}
