//! What the database can answer instead of a result, by kind and never by constraint name.

/// The kind of a database error.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A key that is already taken.
    Unique,
    /// A row that is referred to does not exist, or is still referred to.
    ForeignKey,
    /// A value outside what its column allows.
    Check,
    /// The database is locked or its connections are used up; trying again helps.
    Busy,
    /// A row that must be there is not.
    NotFound,
    /// The database was made by a newer version of the program.
    Newer,
    /// Anything else.
    Other,
}

/// A database error: its kind and, for the log, its source.
#[derive(Debug, thiserror::Error)]
#[error("database: {source}")]
pub struct Error {
    kind: Kind,
    source: sqlx::Error,
}

/// The outcome of a store function.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Its kind.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether trying again helps.
    pub fn is_busy(&self) -> bool {
        self.kind == Kind::Busy
    }

    /// Whether a key was already taken.
    pub fn is_unique(&self) -> bool {
        self.kind == Kind::Unique
    }

    /// A value in the database that does not fit its domain type: table, column and value name the cell.
    pub fn bad_cell(table: &str, column: &str, value: &dyn std::fmt::Debug) -> Self {
        let text = format!("{table}.{column} holds {value:?}");
        Self { kind: Kind::Other, source: sqlx::Error::Decode(text.into()) }
    }

    pub(super) const fn source(&self) -> &sqlx::Error {
        &self.source
    }

    pub(super) fn newer(source: sqlx::Error) -> Self {
        Self { kind: Kind::Newer, source }
    }
}

impl From<sqlx::Error> for Error {
    fn from(source: sqlx::Error) -> Self {
        let kind = match &source {
            sqlx::Error::RowNotFound => Kind::NotFound,
            sqlx::Error::PoolTimedOut => Kind::Busy,
            sqlx::Error::Database(error) => match error.kind() {
                sqlx::error::ErrorKind::UniqueViolation => Kind::Unique,
                sqlx::error::ErrorKind::ForeignKeyViolation => Kind::ForeignKey,
                sqlx::error::ErrorKind::CheckViolation | sqlx::error::ErrorKind::NotNullViolation => Kind::Check,
                _ if is_busy(error.as_ref()) => Kind::Busy,
                _ => Kind::Other,
            },
            _ => Kind::Other,
        };
        Self { kind, source }
    }
}

/// SQLite's BUSY (5) and LOCKED (6) with their extended codes; PostgreSQL's serialization failure, deadlock, lock not
/// available and too many connections.
fn is_busy(error: &dyn sqlx::error::DatabaseError) -> bool {
    let Some(code) = error.code() else { return false };
    if error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
        return code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6));
    }
    matches!(code.as_ref(), "40001" | "40P01" | "55P03" | "53300")
}
