//! One installation opened: its settings, its database, its keys.

use identity::StaffAccounts;
use kernel::secrets::{Cipher, Source};
use kernel::{Clock, Code, Db, Folder, Ground, Problem, Random, Secrets, db};
use secrecy::SecretString;

use crate::cli::Place;
use crate::settings::{Configured, FILE, SecretsSettings, environment};

/// What a command works on.
pub(crate) struct Installation {
    /// Its settings.
    pub(crate) configured: Configured,
    /// Its ground.
    pub(crate) ground: Ground,
}

impl Installation {
    /// Opens the installation a command names.
    pub(crate) async fn open(place: &Place) -> kernel::Result<Self> {
        Self::with(configured(place, [])?, Clock::system()).await
    }

    /// Opens an installation that must be there already: a folder that is not there is a slip of the pen, and making it
    /// would answer about an empty house.
    pub(crate) async fn open_existing(place: &Place) -> kernel::Result<Self> {
        match &place.data {
            Some(data) if !data.is_dir() => {
                Err(Problem::new(Code::PathMissing, format!("数据目录 {}", data.display())).into())
            }
            _ => Self::open(place).await,
        }
    }

    /// Opens an installation with these settings on this clock.
    pub(crate) async fn with(configured: Configured, clock: Clock) -> kernel::Result<Self> {
        let random = Random::system();
        let db = database(&configured).await?;
        let secrets = secrets(&configured, &random, &db).await?;
        Ok(Self { ground: Ground::new(db, clock, random, secrets), configured })
    }

    /// The accounts of its staff.
    pub(crate) fn staff_accounts(&self) -> StaffAccounts {
        StaffAccounts::new(self.ground.clone(), self.configured.staff.separation)
    }
}

/// The settings a command names; `overlay` stands above the file and the environment.
pub(crate) fn configured(
    place: &Place,
    overlay: impl IntoIterator<Item = (String, String)>,
) -> Result<Configured, Problem> {
    let variables = environment().chain(overlay);
    match (&place.data, &place.config) {
        (Some(data), _) => {
            let folder = Folder::open(data)?;
            Configured::read(&folder.join(FILE), Some(folder), variables)
        }
        (None, Some(config)) => Configured::read(config, None, variables),
        (None, None) => Err(Problem::new(Code::BadSetting, "设置").because("请用 --data 或 --config 指明")),
    }
}

async fn database(configured: &Configured) -> kernel::Result<Db> {
    let options = db::Options::default();
    let Some(path) = configured.database.strip_prefix("sqlite:") else {
        return Db::open(&configured.database, &options).await;
    };
    configured.folder.must_be_local()?;
    let file = configured.folder.join(path.trim_start_matches("//"));
    Db::open(&format!("sqlite:{}", file.display()), &options).await
}

async fn secrets(configured: &Configured, random: &Random, db: &Db) -> kernel::Result<Secrets> {
    let SecretsSettings { cipher, keys } = &configured.secrets;
    let source = match keys {
        Some(keys) => Source::Given(SecretString::from(keys.clone())),
        None => Source::File(configured.folder.join("keys")),
    };
    let cipher = Cipher::parse(cipher).unwrap_or(Cipher::Sm4Gcm);
    Secrets::open(&source, cipher, random, db).await
}
