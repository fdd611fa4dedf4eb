//! Where staff keep the house.

use std::sync::Arc;
use std::time::Duration;

use kernel::audit::{self, Line, Outcome};
use kernel::{Actor, Code, Ground, Permission, Problem, Result, Timestamp};
use serde_json::json;

use crate::store::house::{self, VersionRow};
use crate::{House, HouseBook, HousePart, PartName};

/// How often one looks whether the house was changed, on whichever server.
const LOOK: Duration = Duration::from_secs(5);

/// The desk of those who keep what readers are told about the house; cheap to clone.
///
/// The settings are the beginning. A part that staff have kept goes before what the settings say of it; the code, the
/// colour and whether it is a demo are the settings' alone.
#[derive(Clone, Debug)]
pub struct HouseDesk {
    ground: Ground,
    beginning: Arc<House>,
    book: HouseBook,
}

/// A version of a part. Number 0 is what the settings say; nobody kept that at any time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HouseVersion {
    /// Counted from 1 within its part.
    pub number: i64,
    /// What it says.
    pub content: HousePart,
    /// When, and who.
    pub kept: Option<(Timestamp, String)>,
    /// The earlier version it brought back.
    pub taken_from: Option<i64>,
}

impl From<VersionRow> for HouseVersion {
    fn from(row: VersionRow) -> Self {
        let VersionRow { number, content, changed_at, changed_by, taken_from } = row;
        Self { number, content, kept: Some((changed_at, changed_by)), taken_from }
    }
}

impl HouseDesk {
    /// The desk of a house that begins as the settings say, with what was kept since.
    ///
    /// # Errors
    /// The database's.
    pub async fn open(ground: Ground, beginning: House) -> Result<Self> {
        let desk = Self { ground, book: beginning.clone().into(), beginning: Arc::new(beginning) };
        desk.refresh().await?;
        Ok(desk)
    }

    /// The house as it is now, for whoever shows it.
    pub const fn book(&self) -> &HouseBook {
        &self.book
    }

    /// Looks whether anything was changed, and if so takes it over; says whether it did.
    ///
    /// # Errors
    /// The database's; what was held stays in force.
    pub async fn refresh(&self) -> Result<bool> {
        let mut tx = self.ground.db.read().await?;
        let changes = house::count(&mut tx).await?;
        if self.book.seen() >= changes {
            return Ok(false);
        }
        let mut now = House::clone(&self.beginning);
        for version in house::in_force(&mut tx).await? {
            now.put(version.content);
        }
        self.book.take_over(changes, now);
        Ok(true)
    }

    /// Looks for changes every few seconds until the house stops.
    pub fn keep_fresh(&self) {
        let desk = self.clone();
        self.ground.tasks.every(LOOK, move || {
            let desk = desk.clone();
            async move {
                if let Err(error) = desk.refresh().await {
                    tracing::warn!(%error, "the house's profile cannot be read; what is held stays in force");
                }
            }
        });
    }

    /// Keeps a part anew. `read` is the number of the version that whoever changes it has read, 0 for the settings'.
    /// It is in force at once on this server, and within seconds on the others.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; [`Code::BadRequest`] for what does not fit, [`Code::Conflict`] if the part was changed
    /// meanwhile; the database's.
    pub async fn keep(&self, actor: &Actor, part: HousePart, read: i64) -> Result<()> {
        self.add(actor, (part, read), None).await
    }

    /// Brings an earlier version of a part back, as a version of its own.
    ///
    /// # Errors
    /// As [`HouseDesk::keep`]; [`Code::NotFound`] if there is no such version.
    pub async fn take_back(&self, actor: &Actor, part: PartName, number: i64, read: i64) -> Result<()> {
        actor.must(Permission::KeepHouse)?;
        let content = if number == 0 {
            self.beginning.part(part)
        } else {
            let found = house::one(&mut self.ground.db.read().await?, part, number).await?;
            found.ok_or_else(|| Problem::new(Code::NotFound, "这个版本"))?.content
        };
        self.add(actor, (content, read), Some(number)).await
    }

    async fn add(&self, actor: &Actor, (content, read): (HousePart, i64), taken_from: Option<i64>) -> Result<()> {
        actor.must(Permission::KeepHouse)?;
        let part = content.name();
        if let Some(why) = content.problem() {
            return Err(Problem::new(Code::BadRequest, part.label()).because(why).into());
        }
        let now = self.ground.clock.now();
        let mut tx = self.ground.db.begin().await?;
        let object = format!("house/{}", part.name());
        let detail = json!({ "version": read + 1, "taken_from": taken_from });
        let line = Line { actor: actor.name(), action: "house.keep", object: &object, outcome: Outcome::Done, detail };
        audit::privileged(&mut tx, now, &line).await?;
        let changed_by = actor.name().to_owned();
        let version = VersionRow { number: read + 1, content, changed_at: now, changed_by, taken_from };
        if !house::add(&mut tx, &version).await? {
            let why = "别人刚刚改过；请读取最新的再改，您写的内容还在页面上";
            return Err(Problem::new(Code::Conflict, part.label()).because(why).into());
        }
        tx.commit().await?;
        self.refresh().await.map(drop)
    }

    /// The version in force of each part: number 0 where the settings are.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; the database's.
    pub async fn in_force(&self, actor: &Actor) -> Result<Vec<HouseVersion>> {
        actor.must(Permission::KeepHouse)?;
        let kept = house::in_force(&mut self.ground.db.read().await?).await?;
        let of = |part| kept.iter().find(|row| row.content.name() == part).cloned().map(HouseVersion::from);
        Ok(PartName::ALL.into_iter().map(|part| of(part).unwrap_or_else(|| self.settings_say(part))).collect())
    }

    /// The versions of a part, newest first, down to what the settings say.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; the database's.
    pub async fn versions(&self, actor: &Actor, part: PartName) -> Result<Vec<HouseVersion>> {
        actor.must(Permission::KeepHouse)?;
        let rows = house::of_part(&mut self.ground.db.read().await?, part).await?;
        let versions = rows.into_iter().map(HouseVersion::from);
        Ok(versions.chain([self.settings_say(part)]).collect())
    }

    fn settings_say(&self, part: PartName) -> HouseVersion {
        HouseVersion { number: 0, content: self.beginning.part(part), kept: None, taken_from: None }
    }
}

#[cfg(test)]
mod tests {
    use kernel::Role;
    use kernel::testing::{both, ground};

    use super::*;
    use crate::Notice;

    fn beginning() -> House {
        toml::from_str(include_str!("../assets/sample-house.toml")).unwrap()
    }

    fn editor() -> Actor {
        Actor::new("李编辑", vec![Role::Editor])
    }

    fn named(name: &str) -> HousePart {
        HousePart::Profile(crate::Profile { name: name.to_owned(), ..beginning().profile() })
    }

    #[tokio::test]
    async fn what_is_kept_is_in_force_on_both_nodes_and_can_be_taken_back() {
        both(|db| async move {
            let (ground, hand) = ground(db);
            let here = HouseDesk::open(ground.clone(), beginning()).await.unwrap();
            let there = HouseDesk::open(ground.clone(), beginning()).await.unwrap();
            let shown = here.book().clone();
            here.keep(&editor(), named("临溪县档案馆"), 0).await.unwrap();
            assert_eq!(shown.now().name, "临溪县档案馆", "whoever holds the handle sees it at once");
            assert_eq!(there.book().now().name, "清源县档案馆");
            assert!(there.refresh().await.unwrap() && !there.refresh().await.unwrap());
            assert_eq!(there.book().now().name, "临溪县档案馆");
            assert_eq!((shown.now().code.as_str(), shown.now().demo), ("444998", true), "settings alone");

            let notice = Notice { date: "2026-11-29".into(), text: "闭馆一天".into(), until: None };
            there.keep(&editor(), HousePart::Notices(vec![notice]), 0).await.unwrap();
            hand.advance(60);
            here.take_back(&editor(), PartName::Profile, 0, 1).await.unwrap();
            let now = here.book().now();
            assert_eq!((now.name.as_str(), now.notices.len()), ("清源县档案馆", 1), "the other part stays");

            let versions = here.versions(&editor(), PartName::Profile).await.unwrap();
            let told: Vec<_> = versions.iter().map(|one| (one.number, one.taken_from, one.kept.is_some())).collect();
            assert_eq!(told, [(2, Some(0), true), (1, None, true), (0, None, false)]);
            assert_eq!(versions[1].content, named("临溪县档案馆"));
            let (at, by) = versions[0].kept.clone().unwrap();
            assert_eq!((at, by.as_str()), (ground.clock.now(), "李编辑"));
            here.take_back(&editor(), PartName::Profile, 1, 2).await.unwrap();
            let again = HouseDesk::open(ground, beginning()).await.unwrap();
            assert_eq!(again.book().now().name, "临溪县档案馆", "what was kept goes before the settings");
        })
        .await;
    }

    #[tokio::test]
    async fn two_who_change_the_same_part_are_told_and_nothing_is_lost() {
        both(|db| async move {
            let (ground, _hand) = ground(db);
            let desk = HouseDesk::open(ground, beginning()).await.unwrap();
            desk.keep(&editor(), named("甲"), 0).await.unwrap();
            let told = desk.keep(&editor(), named("乙"), 0).await.unwrap_err().shown();
            assert_eq!(told.code(), Code::Conflict);
            let told = desk.keep(&editor(), named("丙"), 7).await.unwrap_err().shown();
            assert_eq!(told.code(), Code::Conflict, "a number nobody has read");
            assert_eq!(desk.book().now().name, "甲");
            let told = desk.take_back(&editor(), PartName::Profile, 9, 1).await.unwrap_err().shown();
            assert_eq!(told.code(), Code::NotFound);
        })
        .await;
    }

    #[tokio::test]
    async fn only_keepers_keep_and_only_what_fits() {
        both(|db| async move {
            let (ground, _hand) = ground(db);
            let desk = HouseDesk::open(ground.clone(), beginning()).await.unwrap();
            let archivist = Actor::new("王莉", vec![Role::Archivist]);
            let told = desk.keep(&archivist, named("甲"), 0).await.unwrap_err().shown();
            assert_eq!(told.code(), Code::Forbidden);
            let told = desk.keep(&editor(), named(" "), 0).await.unwrap_err().shown();
            assert_eq!((told.code(), told.to_string().contains("没有写馆名")), (Code::BadRequest, true));
            assert_eq!(house::count(&mut ground.db.read().await.unwrap()).await.unwrap(), 0);
        })
        .await;
    }
}
