//! The settings of the house: every section declared as data, read once, checked all together.

mod sections;

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use account::{Accounts, Written};
use identity::{SecondFactorRule, Separation};
use kernel::settings::{Complaints, File, Settings};
use kernel::{Code, Folder, Problem, Scanner};
use serde::Deserialize;
use web::{Closure, Complaint, Hours, House, Notice, PageLimits, Period, Proxies};

pub(crate) use sections::schema;

/// The name of the settings file in a data folder.
pub(crate) const FILE: &str = "lantai.toml";

/// What a folder without a settings file is taken for. Its institution code is nobody's.
const UNNAMED_HOUSE: &str = include_str!("settings/unnamed.toml");
/// That code.
const NOBODY: &str = "000000";

/// The settings in force, each section as its service takes it.
pub(crate) struct Configured {
    /// The data folder.
    pub(crate) folder: Folder,
    /// Listening and addresses.
    pub(crate) server: Server,
    /// The database's address.
    pub(crate) database: String,
    /// How results are ordered.
    pub(crate) ranking: search::Ranking,
    /// How secrets are kept.
    pub(crate) secrets: SecretsSettings,
    /// How staff come in, and which roles go together.
    pub(crate) staff: StaffSettings,
    /// How long conversations are kept.
    pub(crate) consult: consult::Keeping,
    /// What finds questions by their meaning.
    pub(crate) embedding: consult::Embedding,
    /// The virus scanner.
    pub(crate) scanner: Scanner,
    /// The institution.
    pub(crate) house: House,
    /// Its official accounts.
    pub(crate) accounts: Accounts,
    /// All of it as read.
    pub(crate) settings: Settings,
}

/// `[server]`
#[derive(Deserialize, Debug)]
pub(crate) struct Server {
    /// Where the site and the callback listen.
    pub(crate) listen: SocketAddr,
    /// The address readers use; links in the chat begin with it.
    pub(crate) public_url: Option<String>,
    /// Origins that may show our pages inside theirs.
    #[serde(default)]
    pub(crate) framed_by: Vec<String>,
    /// Our own reverse proxies.
    pub(crate) proxies: Proxies,
    /// How much one visitor reads in a day.
    #[serde(flatten)]
    pub(crate) pages: PageLimits,
}

/// `[secrets]`
#[derive(Deserialize)]
pub(crate) struct SecretsSettings {
    /// `sm4-gcm` or `aes-256-gcm`.
    pub(crate) cipher: String,
    /// The keys themselves, where they are not kept in the data folder.
    pub(crate) keys: Option<String>,
}

/// `[staff]`
#[derive(Deserialize, Clone, Copy)]
pub(crate) struct StaffSettings {
    /// Whether all staff have to have a second factor.
    pub(crate) second_factor: SecondFactorRule,
    /// Whether the three administrators' roles are separated.
    pub(crate) separation: Separation,
}

/// `[files]`
#[derive(Deserialize)]
struct FilesWritten {
    #[serde(default)]
    scanner: Vec<String>,
}

#[derive(Deserialize)]
struct Location {
    folder: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Url {
    url: String,
}

/// `[house]` as written: lists of plain lines instead of nested tables, for people without training.
#[derive(Deserialize)]
struct HouseWritten {
    name: String,
    code: String,
    address: String,
    telephone: String,
    email: Option<String>,
    #[serde(default)]
    directions: Vec<String>,
    #[serde(default)]
    notices: Vec<String>,
    #[serde(default)]
    closed: Vec<String>,
    complaint_authority: String,
    complaint_telephone: String,
    account: Option<String>,
    demo: bool,
}

#[derive(Deserialize)]
struct HoursWritten {
    monday: Vec<String>,
    tuesday: Vec<String>,
    wednesday: Vec<String>,
    thursday: Vec<String>,
    friday: Vec<String>,
    saturday: Vec<String>,
    sunday: Vec<String>,
    note: Option<String>,
}

impl Configured {
    /// Where the files of originals are kept.
    pub(crate) fn files(&self) -> PathBuf {
        self.folder.join("files")
    }

    /// Where the files that readers sent are kept.
    pub(crate) fn received(&self) -> PathBuf {
        self.folder.join("received")
    }

    /// Where materials of articles are kept.
    pub(crate) fn materials(&self) -> PathBuf {
        self.folder.join("materials")
    }

    /// Reads the settings file and the environment's variables.
    pub(crate) fn read(
        path: &Path,
        folder: Option<Folder>,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, Problem> {
        let name = path.display().to_string();
        let variables: Vec<(String, String)> = variables.into_iter().collect();
        let told = variables.iter().any(|(variable, _)| variable.starts_with("LANTAI_HOUSE__"));
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            // A folder without settings can already be filled; serving it needs them.
            Err(error) if error.kind() == ErrorKind::NotFound && folder.is_some() => {
                if told {
                    String::new()
                } else {
                    UNNAMED_HOUSE.to_owned()
                }
            }
            Err(error) => {
                let why = format!("读不到（{error}），可用 lantai config sample 生成一份样本");
                return Err(Problem::new(Code::BadSetting, format!("设置文件 {name}")).because(why));
            }
        };
        let settings = Settings::read(&schema(), File { name: &name, text: &text }, variables)
            .map_err(|complaints| all_of(&name, &complaints))?;
        Self::from_settings(settings, &name, folder)
    }

    /// Whether the institution is still the one that stands in for a missing settings file.
    pub(crate) fn is_unnamed(&self) -> bool {
        self.house.code == NOBODY
    }

    /// Refuses to serve readers before it is said who serves them, and where they are.
    pub(crate) fn must_be_complete(&self) -> Result<(), Problem> {
        if self.is_unnamed() {
            let file = self.folder.join(FILE);
            let file = file.display();
            let why =
                format!("还没有设置，请执行 lantai config sample > {file}，并在其中填写 [house] 和 [accounts.名字]");
            return Err(
                Problem::new(Code::BadSetting, format!("数据目录 {}", self.folder.path().display())).because(why)
            );
        }
        if self.server.public_url.is_none() && self.accounts.iter().next().is_some() {
            let why = "没有填写，公众号里的链接由它开头，例如 \"https://dangan.example.cn\"";
            return Err(Problem::new(Code::BadSetting, "设置 server.public_url").because(why));
        }
        Ok(())
    }

    fn from_settings(settings: Settings, name: &str, folder: Option<Folder>) -> Result<Self, Problem> {
        let unfit = |error: kernel::Error| {
            Problem::new(Code::BadSetting, format!("设置文件 {name}")).because(error.to_string())
        };
        let location: Location = settings.section("data").map_err(unfit)?;
        let folder = match (folder, location.folder) {
            (Some(folder), _) => folder,
            (None, Some(path)) => Folder::open(&path)?,
            (None, None) => {
                let why = "没有写明数据目录，请在 [data] 中填写 folder";
                return Err(Problem::new(Code::BadSetting, format!("设置文件 {name}")).because(why));
            }
        };
        let written = settings.names("accounts").into_iter().map(|account| {
            let section = settings.section::<Written>(&format!("accounts.{account}")).map_err(unfit)?;
            Ok((account, section))
        });
        let written = written.collect::<Result<Vec<_>, Problem>>()?;
        Ok(Self {
            folder,
            server: settings.section("server").map_err(unfit)?,
            database: settings.section::<Url>("database").map_err(unfit)?.url,
            ranking: settings.section("search.ranking").map_err(unfit)?,
            secrets: settings.section("secrets").map_err(unfit)?,
            staff: settings.section("staff").map_err(unfit)?,
            consult: settings.section("consult").map_err(unfit)?,
            embedding: settings.section("consult").map_err(unfit)?,
            scanner: Scanner::new(settings.section::<FilesWritten>("files").map_err(unfit)?.scanner),
            house: house(&settings)
                .map_err(|why| Problem::new(Code::BadSetting, format!("设置文件 {name} 的 [house]")).because(why))?,
            accounts: Accounts::from_settings(written).map_err(|faults| together(name, &faults))?,
            settings,
        })
    }
}

/// The environment's variables, read here and nowhere else.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment for the settings")]
pub(crate) fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars()
}

fn all_of(name: &str, complaints: &Complaints) -> Problem {
    let lines: Vec<String> = complaints.all().iter().map(ToString::to_string).collect();
    Problem::new(Code::BadSetting, format!("设置文件 {name}")).because(lines.join("；"))
}

fn together(name: &str, faults: &[Problem]) -> Problem {
    let lines: Vec<String> = faults.iter().map(|fault| format!("{}：{}", fault.about(), fault.sentence())).collect();
    Problem::new(Code::BadSetting, format!("设置文件 {name}")).because(lines.join("；"))
}

fn house(settings: &Settings) -> Result<House, String> {
    let house: HouseWritten = settings.section("house").map_err(|error| error.to_string())?;
    let hours: HoursWritten = settings.section("house.hours").map_err(|error| error.to_string())?;
    let notices = house.notices.iter().map(|line| {
        let (date, text) = dated(line)?;
        Ok(Notice { date: date.to_owned(), text: text.to_owned(), until: None })
    });
    Ok(House {
        name: house.name,
        code: house.code,
        address: house.address,
        telephone: house.telephone,
        email: house.email,
        directions: house.directions,
        notices: notices.collect::<Result<_, String>>()?,
        hours: opening(hours, &house.closed)?,
        complaint: Complaint { authority: house.complaint_authority, telephone: house.complaint_telephone },
        account: house.account,
        demo: house.demo,
        ..House::default()
    })
}

fn opening(written: HoursWritten, closed: &[String]) -> Result<Hours, String> {
    let closures = closed.iter().map(|line| {
        let (date, reason) = dated(line)?;
        let wrong = || format!("“{line}”应写成“2026-10-01 国庆节”");
        let mut parts = date.splitn(3, '-').map(str::parse::<i16>);
        let mut next = || parts.next().and_then(Result::ok).ok_or_else(wrong);
        let (year, month, day) = (next()?, next()?, next()?);
        let small = |number: i16| i8::try_from(number).map_err(|_| wrong());
        let day = kernel::Day::from_civil(year, small(month)?, small(day)?).ok_or_else(wrong)?;
        Ok(Closure { day, reason: reason.to_owned() })
    });
    Ok(Hours {
        monday: periods(&written.monday)?,
        tuesday: periods(&written.tuesday)?,
        wednesday: periods(&written.wednesday)?,
        thursday: periods(&written.thursday)?,
        friday: periods(&written.friday)?,
        saturday: periods(&written.saturday)?,
        sunday: periods(&written.sunday)?,
        closed: closures.collect::<Result<_, String>>()?,
        note: written.note,
        ..Hours::default()
    })
}

/// A line that begins with a day: `2026-11-16 第八批开放档案目录已经公布`.
fn dated(line: &str) -> Result<(&str, &str), String> {
    line.trim()
        .split_once(char::is_whitespace)
        .map(|(date, text)| (date, text.trim()))
        .ok_or_else(|| format!("“{line}”应写成“日期 内容”，如“2026-11-16 阅览室新增老花镜”"))
}

fn periods(written: &[String]) -> Result<Vec<Period>, String> {
    written
        .iter()
        .map(|text| Period::parse(text).ok_or_else(|| format!("“{text}”不是时段，应写成 08:30-12:00")))
        .collect()
}
