//! Ids: `UUIDv7`, made here and nowhere else, so that they sort by time and tests can repeat them.

use std::fmt;
use std::marker::PhantomData;

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::{Decode, Encode, Postgres, Sqlite, Type};
use uuid::Uuid;

use crate::{Clock, Random, Timestamp};

/// The id of a `T`: a `UUIDv7`, stored as `TEXT` in SQLite and `UUID` in PostgreSQL. It tells when its row was made,
/// so it never leaves the house: readers see public ids.
pub struct Id<T>(Uuid, PhantomData<fn() -> T>);

/// Makes ids from a clock and a source of chance.
#[derive(Clone, Debug)]
pub struct Ids {
    clock: Clock,
    random: Random,
}

impl Ids {
    /// A maker of ids.
    pub fn new(clock: Clock, random: Random) -> Self {
        Self { clock, random }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A new id of the present moment.
    pub fn make<T>(&self) -> Id<T> {
        let millis = u64::try_from(self.clock.now().micros() / 1000).unwrap_or(0);
        Id(uuid::Builder::from_unix_timestamp_millis(millis, &self.random.bytes()).into_uuid(), PhantomData)
    }
}

impl<T> Id<T> {
    /// The id as a plain UUID.
    pub fn uuid(self) -> Uuid {
        self.0
    }

    /// Reads an id from its text form.
    pub fn parse(text: &str) -> Option<Self> {
        Uuid::try_parse(text).ok().map(|uuid| Self(uuid, PhantomData))
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T> std::hash::Hash for Id<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl<T> serde::Serialize for Id<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
impl<'de, T> serde::Deserialize<'de> for Id<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Uuid::deserialize(deserializer).map(|uuid| Self(uuid, PhantomData))
    }
}

impl<T> Type<Sqlite> for Id<T> {
    fn type_info() -> <Sqlite as sqlx::Database>::TypeInfo {
        <String as Type<Sqlite>>::type_info()
    }
    fn compatible(ty: &<Sqlite as sqlx::Database>::TypeInfo) -> bool {
        <String as Type<Sqlite>>::compatible(ty)
    }
}
impl<T> Encode<'_, Sqlite> for Id<T> {
    fn encode_by_ref(&self, buf: &mut <Sqlite as sqlx::Database>::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
        Encode::<Sqlite>::encode(self.0.hyphenated().to_string(), buf)
    }
}
impl<'r, T> Decode<'r, Sqlite> for Id<T> {
    fn decode(value: <Sqlite as sqlx::Database>::ValueRef<'r>) -> Result<Self, BoxDynError> {
        let text = <&str as Decode<Sqlite>>::decode(value)?;
        Ok(Self(Uuid::try_parse(text)?, PhantomData))
    }
}
impl<T> Type<Postgres> for Id<T> {
    fn type_info() -> <Postgres as sqlx::Database>::TypeInfo {
        <Uuid as Type<Postgres>>::type_info()
    }
}
impl<T> Encode<'_, Postgres> for Id<T> {
    fn encode_by_ref(&self, buf: &mut <Postgres as sqlx::Database>::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
        Encode::<Postgres>::encode_by_ref(&self.0, buf)
    }
}
impl<'r, T> Decode<'r, Postgres> for Id<T> {
    fn decode(value: <Postgres as sqlx::Database>::ValueRef<'r>) -> Result<Self, BoxDynError> {
        <Uuid as Decode<Postgres>>::decode(value).map(|uuid| Self(uuid, PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_the_moment_they_were_made() {
        let (clock, hand) = Clock::manual(Timestamp::from_seconds(1_700_000_000));
        let ids = Ids::new(clock, Random::seeded(1));
        let first: Id<()> = ids.make();
        hand.advance(1);
        let second: Id<()> = ids.make();
        assert!(first < second);
        assert_eq!(Id::<()>::parse(&first.to_string()), Some(first));
    }
}
