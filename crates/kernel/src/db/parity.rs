//! Whether the two migration folders make the same database: by applying both and asking each database what it has. An index
//! of texts (`…_text_index`) is each database's own: a virtual table with what belongs to it here, an index on an expression
//! there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::{MIGRATIONS_POSTGRES, MIGRATIONS_SQLITE, Tx};
use crate::testing;

/// What a database has, one sentence for each thing, in words that both share.
type Facts = BTreeSet<String>;

const SQLITE_COLUMNS: &str = "SELECT t.name, c.name, c.type, c.\"notnull\" = 1, c.pk FROM sqlite_schema t \
    JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT GLOB 'sqlite_*' AND t.name <> '_sqlx_migrations' \
    AND t.name NOT GLOB '*_text_index*' ORDER BY t.name, c.pk, c.cid";
const SQLITE_INDEXES: &str = "SELECT t.name, i.\"unique\" = 1, i.partial = 1, \
    group_concat(COALESCE(c.name, '(expression)'), ', ' ORDER BY c.seqno) FROM sqlite_schema t \
    JOIN pragma_index_list(t.name) i JOIN pragma_index_info(i.name) c \
    WHERE t.type = 'table' AND t.name <> '_sqlx_migrations' AND t.name NOT GLOB '*_text_index*' AND i.origin <> 'pk' GROUP BY t.name, i.name, i.\"unique\", i.partial";
const SQLITE_FOREIGN_KEYS: &str = "SELECT t.name, group_concat(f.\"from\", ', ' ORDER BY f.seq), f.\"table\", \
    group_concat(COALESCE(f.\"to\", '(none named)'), ', ' ORDER BY f.seq), f.on_delete FROM sqlite_schema t \
    JOIN pragma_foreign_key_list(t.name) f WHERE t.type = 'table' GROUP BY t.name, f.id, f.\"table\", f.on_delete";
const SQLITE_LAX: &str = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 \
    AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '*_text_index*' AND name <> '_sqlx_migrations' ORDER BY name";

const POSTGRES_COLUMNS: &str = "SELECT c.relname::TEXT, a.attname::TEXT, format_type(a.atttypid, a.atttypmod), \
    a.attnotnull, COALESCE(array_position(p.indkey::SMALLINT[], a.attnum) + 1, 0)::BIGINT FROM pg_class c \
    JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid \
    LEFT JOIN pg_index p ON p.indrelid = c.oid AND p.indisprimary \
    WHERE n.nspname = 'public' AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped \
    AND c.relname <> '_sqlx_migrations' ORDER BY 1, 5, a.attnum";
const POSTGRES_INDEXES: &str = "SELECT c.relname::TEXT, i.indisunique, i.indpred IS NOT NULL, \
    string_agg(COALESCE(a.attname::TEXT, '(expression)'), ', ' ORDER BY k.place) FROM pg_index i \
    JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
    CROSS JOIN LATERAL unnest(i.indkey::SMALLINT[]) WITH ORDINALITY AS k (number, place) \
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number \
    WHERE n.nspname = 'public' AND NOT i.indisprimary AND c.relname <> '_sqlx_migrations' \
    AND i.indexrelid::regclass::TEXT NOT LIKE '%text_index' GROUP BY i.indexrelid, 1, 2, 3";
const POSTGRES_FOREIGN_KEYS: &str = "SELECT c.relname::TEXT, \
    (SELECT string_agg(a.attname::TEXT, ', ' ORDER BY k.place) FROM unnest(f.conkey) WITH ORDINALITY AS k (number, place) \
     JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.number), r.relname::TEXT, \
    (SELECT string_agg(a.attname::TEXT, ', ' ORDER BY k.place) FROM unnest(f.confkey) WITH ORDINALITY AS k (number, place) \
     JOIN pg_attribute a ON a.attrelid = f.confrelid AND a.attnum = k.number), \
    CASE f.confdeltype WHEN 'a' THEN 'NO ACTION' WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE' \
    WHEN 'n' THEN 'SET NULL' ELSE 'SET DEFAULT' END FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid \
    JOIN pg_class r ON r.oid = f.confrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
    WHERE n.nspname = 'public' AND f.contype = 'f'";

/// The facts of a database, asked with its own three questions.
async fn facts(tx: &mut Tx, columns: &'static str, indexes: &'static str, foreign_keys: &'static str) -> Facts {
    let mut facts = Facts::new();
    let mut keys: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (table, column, kind, not_null, key) in
        tx.sql(columns).all::<(String, String, String, bool, i64)>().await.unwrap()
    {
        // SQLite's own row number cannot be null and need not say so.
        let null = if not_null || (key > 0 && kind == "INTEGER") { "not null" } else { "null" };
        facts.insert(format!("column {table}.{column} {} {null}", shared(&kind)));
        if key > 0 {
            keys.entry(table).or_default().push(column);
        }
    }
    facts.extend(keys.into_iter().map(|(table, columns)| format!("primary key {table} ({})", columns.join(", "))));
    for (table, unique, partial, columns) in tx.sql(indexes).all::<(String, bool, bool, String)>().await.unwrap() {
        let kind = if unique { "unique" } else { "index" };
        let partial = if partial { " of some rows" } else { "" };
        facts.insert(format!("{kind} {table} ({columns}){partial}"));
    }
    let rows = tx.sql(foreign_keys).all::<(String, String, String, String, String)>().await.unwrap();
    facts.extend(rows.into_iter().map(|(table, from, other, to, deleted)| {
        format!("foreign key {table} ({from}) to {other} ({to}) on delete {deleted}")
    }));
    facts
}

/// SQLite's word for a type of PostgreSQL; an unknown type stays, and differs.
fn shared(kind: &str) -> &str {
    match kind {
        "text" | "uuid" | "jsonb" => "TEXT",
        "bigint" | "boolean" | "timestamp with time zone" => "INTEGER",
        "bytea" => "BLOB",
        "double precision" => "REAL",
        other => other,
    }
}

#[tokio::test]
async fn both_folders_make_the_same_database() {
    let (_folder, sqlite) = testing::sqlite().await;
    let postgres = testing::Cluster::shared().await.database().await;
    let here = facts(&mut sqlite.read().await.unwrap(), SQLITE_COLUMNS, SQLITE_INDEXES, SQLITE_FOREIGN_KEYS).await;
    let there =
        facts(&mut postgres.read().await.unwrap(), POSTGRES_COLUMNS, POSTGRES_INDEXES, POSTGRES_FOREIGN_KEYS).await;
    assert!(here.contains("primary key house_value (name)") && here.len() > 40, "{here:#?}");
    let only = |these: &Facts, those: &Facts| these.difference(those).cloned().collect::<Vec<_>>().join("\n  ");
    assert!(
        here == there,
        "only in SQLite:\n  {}\nonly in PostgreSQL:\n  {}",
        only(&here, &there),
        only(&there, &here)
    );
}

#[tokio::test]
async fn every_sqlite_table_is_strict() {
    let (_folder, sqlite) = testing::sqlite().await;
    let lax = sqlite.read().await.unwrap().sql(SQLITE_LAX).all::<(String,)>().await.unwrap();
    assert_eq!(lax, []);
}

#[test]
fn both_folders_have_the_same_numbers_and_names() {
    let list = |migrator: &sqlx::migrate::Migrator| {
        migrator.iter().map(|one| (one.version, one.description.to_string())).collect::<Vec<_>>()
    };
    let numbers: Vec<i64> = MIGRATIONS_SQLITE.iter().map(|one| one.version).collect();
    assert_eq!(list(&MIGRATIONS_SQLITE), list(&MIGRATIONS_POSTGRES));
    assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]), "{numbers:?}");
}

/// Two texts for one question are the exception: each use of `dialect()` outside tests has to be worth it.
#[test]
fn two_texts_are_rare() {
    const BUDGET: usize = 10;
    let mut files = Vec::new();
    for folder in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("..")).unwrap() {
        rust_files(&folder.unwrap().path().join("src"), &mut files);
    }
    let mut uses = Vec::new();
    for file in files.iter().filter(|file| !file.ends_with("tests.rs") && !file.ends_with("db/parity.rs")) {
        let text = std::fs::read_to_string(file).unwrap();
        let own = text.split("#[cfg(test)]").next().unwrap();
        uses.extend(own.matches(".dialect()").map(|_| file.display().to_string()));
    }
    assert!(!uses.is_empty() && uses.len() <= BUDGET, "{uses:#?}");
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}
