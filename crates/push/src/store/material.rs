//! The rows of materials.

use std::collections::HashMap;

use kernel::{Id, Timestamp, Tx, db};
use sqlx::types::Json;

use crate::material::{Material, MaterialFile, MaterialKind, Source, Use};

/// What is written of a material beside itself: the digests of the file as it came.
#[derive(Clone, Copy, Debug)]
pub(crate) struct New<'a> {
    pub(crate) material: &'a Material,
    pub(crate) came_as: Option<&'a str>,
}

/// Writes a material. `false`: the same file is there already.
pub(crate) async fn insert(tx: &mut Tx, new: New<'_>) -> db::Result<bool> {
    let New { material, came_as } = new;
    let written = tx
        .sql(
            "INSERT INTO material (id, kind, title, alternative, citation, text, came_as, file, record, page, parent, \
             archived, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
             ON CONFLICT (came_as) DO NOTHING",
        )
        .bind(material.id)
        .bind(material.kind.name())
        .bind(material.title.clone())
        .bind(material.alternative.clone())
        .bind(material.citation.clone())
        .bind(material.text.clone())
        .bind(came_as.map(str::to_owned))
        .bind(material.file.clone().map(Json))
        .bind(material.source.as_ref().map(|source| source.record.clone()))
        .bind(material.source.as_ref().map(|source| source.page.clone()))
        .bind(material.parent)
        .bind(material.archived)
        .bind(material.made_by.clone())
        .bind(material.made_at)
        .run()
        .await?;
    if written == 1 {
        set_tags(tx, material.id, &material.tags).await?;
    }
    Ok(written == 1)
}

/// Writes what staff say of a material.
pub(crate) async fn describe(tx: &mut Tx, material: &Material) -> db::Result<()> {
    tx.sql("UPDATE material SET title = $2, alternative = $3, text = $4, archived = $5 WHERE id = $1")
        .bind(material.id)
        .bind(material.title.clone())
        .bind(material.alternative.clone())
        .bind(material.text.clone())
        .bind(material.archived)
        .run()
        .await?;
    tx.sql("DELETE FROM material_tag WHERE material = $1").bind(material.id).run().await?;
    set_tags(tx, material.id, &material.tags).await
}

async fn set_tags(tx: &mut Tx, id: Id<Material>, tags: &[String]) -> db::Result<()> {
    for tag in tags {
        let query = tx.sql("INSERT INTO material_tag (material, tag) VALUES ($1, $2) ON CONFLICT DO NOTHING");
        query.bind(id).bind(tag.clone()).run().await?;
    }
    Ok(())
}

type Columns = (
    Id<Material>,
    String,
    String,
    String,
    String,
    String,
    Option<Json<MaterialFile>>,
    Option<String>,
    Option<String>,
    Option<Id<Material>>,
    bool,
    String,
    Timestamp,
);

fn read(columns: Columns, tags: Vec<String>) -> db::Result<Material> {
    let (id, kind, title, alternative, citation, text, file, record, page, parent, archived, made_by, made_at) =
        columns;
    let kind = MaterialKind::named(&kind).ok_or_else(|| db::Error::bad_cell("material", "kind", &kind))?;
    let file = file.map(|Json(file)| file);
    let source = record.zip(page).map(|(record, page)| Source { record, page });
    Ok(Material {
        id,
        kind,
        title,
        alternative,
        citation,
        text,
        file,
        source,
        parent,
        tags,
        archived,
        made_by,
        made_at,
    })
}

const COLUMNS: &str =
    "id, kind, title, alternative, citation, text, file, record, page, parent, archived, made_by, made_at";

/// All materials, the newest first.
pub(crate) async fn all(tx: &mut Tx) -> db::Result<Vec<Material>> {
    let rows: Vec<Columns> = tx.sql_assembled(format!("SELECT {COLUMNS} FROM material ORDER BY id DESC")).all().await?;
    let tags: Vec<(Id<Material>, String)> =
        tx.sql("SELECT material, tag FROM material_tag ORDER BY material, tag").all().await?;
    let mut of: HashMap<Id<Material>, Vec<String>> = HashMap::new();
    for (id, tag) in tags {
        of.entry(id).or_default().push(tag);
    }
    rows.into_iter()
        .map(|columns| {
            let tags = of.remove(&columns.0).unwrap_or_default();
            read(columns, tags)
        })
        .collect()
}

/// A material.
pub(crate) async fn find(tx: &mut Tx, id: Id<Material>) -> db::Result<Option<Material>> {
    let text = format!("SELECT {COLUMNS} FROM material WHERE id = $1");
    let found = tx.sql_assembled(text).bind(id).optional::<Columns>().await?;
    let Some(columns) = found else { return Ok(None) };
    let tags: Vec<(String,)> =
        tx.sql("SELECT tag FROM material_tag WHERE material = $1 ORDER BY tag").bind(id).all().await?;
    read(columns, tags.into_iter().map(|(tag,)| tag).collect()).map(Some)
}

/// The material that came as this file.
pub(crate) async fn came_as(tx: &mut Tx, digests: &str) -> db::Result<Option<Id<Material>>> {
    let query = tx.sql("SELECT id FROM material WHERE came_as = $1").bind(digests.to_owned());
    Ok(query.optional::<(Id<Material>,)>().await?.map(|(id,)| id))
}

/// Removes a material.
///
/// # Errors
/// Of the kind *foreign key* if a draft shows it.
pub(crate) async fn remove(tx: &mut Tx, id: Id<Material>) -> db::Result<bool> {
    Ok(tx.sql("DELETE FROM material WHERE id = $1").bind(id).run().await? == 1)
}

/// How many drafts show each material that any shows.
pub(crate) async fn counts(tx: &mut Tx) -> db::Result<HashMap<Id<Material>, i64>> {
    let query = tx.sql("SELECT material, count(*) FROM material_use GROUP BY material");
    Ok(query.all::<(Id<Material>, i64)>().await?.into_iter().collect())
}

/// The drafts that show a material, by title.
pub(crate) async fn uses(tx: &mut Tx, id: Id<Material>) -> db::Result<Vec<Use>> {
    let query = tx.sql("SELECT draft, title FROM material_use WHERE material = $1 ORDER BY title, draft").bind(id);
    let rows: Vec<(Id<Use>, String)> = query.all().await?;
    Ok(rows.into_iter().map(|(draft, title)| Use { draft: draft.uuid().to_string(), title }).collect())
}

/// Writes which materials a draft shows.
pub(crate) async fn set_uses<D>(tx: &mut Tx, draft: (Id<D>, &str), ids: &[Id<Material>]) -> db::Result<()> {
    let (draft, title) = draft;
    tx.sql("DELETE FROM material_use WHERE draft = $1").bind(draft).run().await?;
    for id in ids {
        // An address may name a material that is not there: the article then shows none.
        let query = tx.sql(
            "INSERT INTO material_use (material, draft, title) SELECT id, $2, $3 FROM material WHERE id = $1 \
             ON CONFLICT DO NOTHING",
        );
        query.bind(*id).bind(draft).bind(title.to_owned()).run().await?;
    }
    Ok(())
}

/// Whether a file is still needed: as a material's own, or as the small picture of one.
pub(crate) async fn needs_file(tx: &mut Tx, digests: &str) -> db::Result<bool> {
    let rows: Vec<(Json<MaterialFile>,)> = tx.sql("SELECT file FROM material WHERE file IS NOT NULL").all().await?;
    let is = |file: &MaterialFile| file.digest == digests || file.thumbnail.as_deref() == Some(digests);
    Ok(rows.iter().any(|(Json(file),)| is(file)))
}
