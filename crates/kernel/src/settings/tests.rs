use super::*;
use serde::Deserialize;

const SECTIONS: &[Section] = &[
    Section {
        name: "server",
        doc: "服务",
        fields: &[
            Field::new("listen", Kind::Address, "监听地址").or("127.0.0.1:8080"),
            Field::new("readers", Kind::Integer { least: 1, most: 64 }, "读连接数").or("8"),
            Field::new("weights", Kind::List, "字段").optional(),
        ],
    },
    Section {
        name: "accounts.*",
        doc: "公众号，每个一节",
        fields: &[
            Field::new("kind", Kind::Choice(&["subscription", "service"]), "类型"),
            Field::text("app_secret", "密钥").secret(),
            Field::new("token", Kind::Code { least: 3, most: 8, marks: "" }, "令牌").secret().optional(),
            Field::flag("verified", "是否认证"),
            Field::new("api_base", Kind::Url, "接口地址").or("https://api.weixin.qq.com"),
        ],
    },
];

#[derive(Debug, Deserialize)]
struct Account {
    kind: String,
    app_secret: SecretString,
    verified: bool,
}

#[derive(Debug, Deserialize)]
struct Server {
    listen: std::net::SocketAddr,
    readers: u32,
}

fn schema() -> Schema {
    Schema::new(SECTIONS.iter().copied())
}

fn read(text: &str, variables: &[(&str, &str)]) -> Result<Settings, Complaints> {
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Settings::read(&schema(), File { name: "lantai.toml", text }, variables)
}

fn lines(result: Result<Settings, Complaints>) -> Vec<String> {
    result.unwrap_err().all().iter().map(ToString::to_string).collect()
}

const GOOD: &str = "[accounts.demo-sub]\nkind = \"subscription\"\napp_secret = \"s3cret-value\"\n";

#[test]
fn defaults_fill_what_is_left_out() {
    let server: Server = read(GOOD, &[]).unwrap().section("server").unwrap();
    assert_eq!((server.listen.port(), server.readers), (8080, 8));
}

#[test]
fn the_environment_wins_over_the_file_and_writes_hyphens_as_underscores() {
    let settings = read(GOOD, &[("LANTAI_ACCOUNTS__DEMO_SUB__VERIFIED", "true"), ("LANTAI_TEST_DATA", "x")]).unwrap();
    assert_eq!(settings.names("accounts"), ["demo-sub"]);
    let account: Account = settings.section("accounts.demo-sub").unwrap();
    assert!(account.verified);
    assert_eq!(account.kind, "subscription");
    assert_eq!(account.app_secret.expose_secret(), "s3cret-value");
}

#[test]
fn a_secret_may_be_in_a_file_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    std::fs::write(&path, "from-file\n").unwrap();
    let settings = read(GOOD, &[("LANTAI_ACCOUNTS__DEMO_SUB__APP_SECRET_FILE", path.to_str().unwrap())]).unwrap();
    let account: Account = settings.section("accounts.demo-sub").unwrap();
    assert_eq!(account.app_secret.expose_secret(), "from-file");
}

#[test]
fn an_account_may_live_in_the_environment_alone() {
    let variables =
        [("LANTAI_ACCOUNTS__SECOND_ONE__KIND", "service"), ("LANTAI_ACCOUNTS__SECOND_ONE__APP_SECRET", "x")];
    assert_eq!(read("", &variables).unwrap().names("accounts"), ["second-one"]);
}

#[test]
fn r19_every_error_comes_at_once_with_its_line() {
    let text = "[server]\nlisen = \"127.0.0.1:80\"\nreaders = 500\n\n[accounts.Demo]\nkind = \"both\"\nverified = 1\n[other]\nx = 1\n";
    let lines = lines(read(text, &[("LANTAI_SERVER__PORT", "1")]));
    assert_eq!(
        lines,
        [
            "第 2 行：没有名为 server.lisen 的设置，是否想写 server.listen？",
            "第 3 行：server.readers 应为1 到 64 之间的整数，现为 500",
            "第 5 行：名称“Demo”只能用小写字母、数字和连字符，最长 32 个字符",
            "第 6 行：accounts.Demo.kind 应为以下之一：subscription、service，现为 \"both\"",
            "第 7 行：accounts.Demo.verified 应为true 或 false，现为 1",
            "第 8 行：没有名为 other 的设置",
            "环境变量 LANTAI_SERVER__PORT：没有对应的设置，请检查拼写",
            "缺少设置 accounts.Demo.app_secret（密钥）",
        ]
    );
}

#[test]
fn a_syntax_error_names_its_line_and_does_not_hide_the_next() {
    let lines = lines(read("[server]\nlisten = \nreaders = 0\n", &[]));
    assert!(lines.iter().any(|line| line.starts_with("第 2 行：TOML 写法有误")), "{lines:?}");
    assert!(lines.iter().any(|line| line.starts_with("第 3 行：server.readers")), "{lines:?}");
}

#[test]
fn a_value_that_begins_like_a_date_is_complained_about_and_nothing_worse() {
    for value in ["0:8080", "8080:", "12:3", "99:99:99", "2023-", "+08:00", "1958-13-41", "07:32:00"] {
        let lines = lines(read(&format!("[server]\nlisten = {value}\n"), &[]));
        assert!(lines.iter().any(|line| line.starts_with("第 2 行：")), "{value}: {lines:?}");
    }
}

#[test]
fn what_is_required_and_missing_is_named() {
    assert_eq!(
        lines(read("[accounts.demo]\n", &[])),
        ["缺少设置 accounts.demo.app_secret（密钥）", "缺少设置 accounts.demo.kind（类型）"]
    );
}

#[test]
fn what_is_misspelt_or_misfits_does_not_count_as_missing_too() {
    assert_eq!(
        lines(read("[accounts.a]\nkind = 1\napp_secrt = \"x\"\ntoken = \"a b c\"\n", &[])),
        [
            "第 2 行：accounts.a.kind 应为以下之一：subscription、service，现为 1",
            "第 3 行：没有名为 accounts.a.app_secrt 的设置，是否想写 accounts.a.app_secret？",
            "第 4 行：accounts.a.token 应为3 至 8 位字母和数字",
        ]
    );
    let variables = [("LANTAI_ACCOUNTS__A__KIND", "both")];
    assert_eq!(lines(read("[accounts.a]\napp_secret = \"x\"\n", &variables)).len(), 1);
}

#[test]
fn what_is_left_blank_is_not_filled_in() {
    let told = lines(read("[accounts.a]\nkind = \"service\"\napp_secret = \" \"\n", &[]));
    assert_eq!(told, ["第 3 行：accounts.a.app_secret 没有填写"]);
}

#[test]
fn a_section_written_as_a_value_is_explained() {
    assert_eq!(lines(read("server = 1\n", &[])), ["第 1 行：server 是一节设置，应写成 [server]"]);
}

#[test]
fn d08_secrets_show_nowhere() {
    let settings = read(GOOD, &[]).unwrap();
    let account: Account = settings.section("accounts.demo-sub").unwrap();
    for shown in [format!("{settings:?}"), format!("{account:?}"), settings.redacted()] {
        assert!(shown.contains("[REDACTED]") && !shown.contains("s3cret-value"), "{shown}");
    }
    let wrong = read("[accounts.a]\nkind=\"service\"\napp_secret = 12345678\n", &[]).unwrap_err().to_string();
    assert!(!wrong.contains("12345678"), "{wrong}");
}

#[test]
fn the_sample_reads_back_without_complaint() {
    let sample = sample(&schema());
    assert!(sample.contains("# listen = \"127.0.0.1:8080\""), "{sample}");
    assert!(sample.contains("# 密钥（密）"), "{sample}");
    read(&sample, &[]).unwrap();
}

#[test]
fn all_complaints_become_one_problem() {
    let problem = crate::Problem::from(read("[server]\nreaders = 0\n", &[]).unwrap_err());
    assert_eq!(problem.code(), crate::Code::BadSetting);
    assert!(problem.sentence().contains("第 2 行"), "{problem}");
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_reader_fall_and_every_line_it_names_exists(
        text in r#"([a-z\[\]."=#0-9甲_\-\n ]|server|listen|accounts|kind|"service"|true){0,60}"#,
    ) {
        if let Err(complaints) = read(&text, &[]) {
            proptest::prop_assert!(!complaints.all().is_empty());
            for complaint in complaints.all() {
                if let Place::Line(line) = complaint.place {
                    proptest::prop_assert!((1..=text.matches('\n').count() + 1).contains(&line), "{}", complaint);
                }
            }
        }
    }

    #[test]
    fn whatever_the_environment_gives_a_secret_never_shows(secret in "[!-~]{12,40}") {
        let settings = read(GOOD, &[("LANTAI_ACCOUNTS__DEMO_SUB__APP_SECRET", &secret)]).unwrap();
        let shown = format!("{settings:?}");
        proptest::prop_assert!(!shown.contains(&secret));
        let account: Account = settings.section("accounts.demo-sub").unwrap();
        proptest::prop_assert_eq!(account.app_secret.expose_secret(), &secret);
    }
}

#[test]
fn settings_are_shown_with_their_meaning_and_of_a_secret_only_that_it_is_set() {
    let text =
        format!("{GOOD}[accounts.other]\nkind = \"service\"\napp_secret = \"0ther-value\"\ntoken = \"abc123\"\n");
    let shown = read(&text, &[]).unwrap().shown();
    let names: Vec<_> = shown.iter().map(|section| section.name.as_str()).collect();
    assert_eq!(names, ["server", "accounts.demo-sub", "accounts.other"]);
    let of = |at: usize, key: &str| {
        let found = shown[at].fields.iter().find(|field| field.key == key).unwrap();
        (found.doc, found.value.as_deref())
    };
    assert_eq!(of(0, "listen"), ("监听地址", Some("127.0.0.1:8080")));
    assert_eq!(of(0, "weights"), ("字段", None));
    assert_eq!(of(1, "verified"), ("是否认证", Some("否")));
    assert_eq!((of(1, "app_secret").1, of(1, "token").1, of(2, "token").1), (Some(""), None, Some("")));
    let all = format!("{shown:?}");
    for secret in ["s3cret-value", "0ther-value", "abc123"] {
        assert!(!all.contains(secret), "{all}");
    }
}
