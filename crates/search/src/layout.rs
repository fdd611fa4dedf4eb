//! What a record consists of, as far as searching it goes.

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tantivy::Index;
use tantivy::directory::MmapDirectory;
use tantivy::schema::{Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{TextAnalyzer, TokenizerManager};

use crate::columns::ColumnsPlugin;
use crate::error::Result;
use crate::grams::Grams;

/// Raised when the form of the normalised text, the grams or the columns changes: an older index is then refused.
const FORMAT: u32 = 3;

/// The fields of the records of one index. Fields are named in documents and queries by their place here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// Texts that are searched for what they contain; the first is the title.
    pub texts: Vec<TextField>,
    /// Codes that are found whole or by their beginning, such as reference codes and document numbers.
    pub codes: Vec<CodeField>,
    /// Values that results are counted and narrowed by.
    pub facets: Vec<FacetField>,
}

/// A searched text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextField {
    /// For people reading the code; not shown.
    pub name: String,
    /// How much a hit here is worth, 0–1000; the title has 100 by custom.
    pub weight: u16,
}

/// A code. Its values are taken as they are given: the caller makes them canonical.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeField {
    /// For people reading the code; not shown.
    pub name: String,
}

/// A facet. A record may have none, one or several values of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FacetField {
    /// For people reading the code; not shown.
    pub name: String,
}

/// The schema of the engine below that a layout amounts to.
#[derive(Clone, Debug)]
pub(crate) struct Fields {
    pub(crate) schema: Schema,
    pub(crate) grams: Field,
    pub(crate) key: Field,
    pub(crate) columns: Field,
    pub(crate) codes: Vec<Field>,
    pub(crate) facets: Vec<Field>,
}

const GRAMS: &str = "grams";

impl Fields {
    pub(crate) fn new(layout: &Layout) -> Self {
        let listed = |tokenizer: &str| {
            TextOptions::default().set_indexing_options(
                TextFieldIndexing::default()
                    .set_tokenizer(tokenizer)
                    .set_index_option(IndexRecordOption::Basic)
                    .set_fieldnorms(false),
            )
        };
        let mut schema = Schema::builder();
        let grams = schema.add_text_field(GRAMS, listed(GRAMS));
        let key = schema.add_u64_field("key", NumericOptions::default().set_indexed());
        let codes =
            (0..layout.codes.len()).map(|i| schema.add_text_field(&format!("code{i}"), listed("raw"))).collect();
        let facets = (0..layout.facets.len())
            .map(|i| schema.add_text_field(&format!("facet{i}"), listed("raw").set_fast("raw")))
            .collect();
        let columns =
            schema.add_custom_field("columns", "columns", serde_json::json!({"format": FORMAT, "layout": layout}));
        Self { schema: schema.build(), grams, key, columns, codes, facets }
    }

    /// Opens the index in `dir`, or makes an empty one.
    pub(crate) fn open_or_create(&self, dir: &Path) -> Result<Index> {
        let tokenizers = TokenizerManager::default();
        tokenizers.register(GRAMS, TextAnalyzer::from(Grams::default()));
        Ok(Index::builder()
            .schema(self.schema.clone())
            .settings(tantivy::IndexSettings {
                docstore_compression: tantivy::store::Compressor::None,
                docstore_compress_dedicated_thread: false,
                ..Default::default()
            })
            .tokenizers(tokenizers)
            .register_plugin(Arc::new(ColumnsPlugin::new(self.columns)))
            .open_or_create(MmapDirectory::open(dir)?)?)
    }
}
