//! A mapping: which column is which element, what is the same for all rows, what is built from a template.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::template::Template;
use crate::Element;
use crate::reference_code::CodePattern;

/// A mapping file, read and checked.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Mapping {
    pub(super) columns: Vec<(Element, String)>,
    pub(super) constants: Vec<(Element, String)>,
    pub(super) templates: Vec<(Element, Template)>,
    pub(super) identity: Option<String>,
    pub(super) patterns: Vec<String>,
    text: String,
}

/// Why a mapping file cannot be used: a sentence in Chinese.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0}")]
pub struct MappingProblem(String);

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    columns: BTreeMap<String, String>,
    #[serde(default)]
    constants: BTreeMap<String, String>,
    #[serde(default)]
    templates: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identity: Option<Identity>,
    #[serde(default, skip_serializing_if = "Codes::is_empty")]
    codes: Codes,
}

#[derive(Deserialize, Serialize, Default)]
#[serde(deny_unknown_fields)]
struct Codes {
    patterns: Vec<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Identity {
    key: String,
}

impl Codes {
    const fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }
}

/// A mapping as it is written, element by element: the form in which the console shows and sends it.
#[derive(Clone, PartialEq, Eq, Default, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = ImportMapping)]
pub struct WrittenMapping {
    /// Of each element the header of its column.
    pub columns: BTreeMap<String, String>,
    /// What is the same for all rows.
    pub constants: BTreeMap<String, String>,
    /// What is built from a template.
    pub templates: BTreeMap<String, String>,
    /// The header of the column by which a row is known again.
    pub identity: Option<String>,
    /// How the codes of the fonds are built.
    pub patterns: Vec<String>,
}

impl WrittenMapping {
    /// The file that says this. The same mapping is always the same text.
    ///
    /// # Errors
    /// If it cannot be written as one.
    pub fn text(&self) -> Result<String, MappingProblem> {
        let Self { columns, constants, templates, identity, patterns } = self.clone();
        let identity = identity.map(|key| Identity { key });
        let written = Written { columns, constants, templates, identity, codes: Codes { patterns } };
        toml::to_string(&written).map_err(|error| MappingProblem(error.to_string()))
    }

    /// Reads a mapping file as it is written.
    ///
    /// # Errors
    /// A sentence that names what is wrong.
    pub fn read(text: &str) -> Result<Self, MappingProblem> {
        let Written { columns, constants, templates, identity, codes } = read(text)?;
        let identity = identity.map(|identity| identity.key);
        Ok(Self { columns, constants, templates, identity, patterns: codes.patterns })
    }

    /// The mapping this is.
    ///
    /// # Errors
    /// As [`Mapping::parse`].
    pub fn mapping(&self) -> Result<Mapping, MappingProblem> {
        Mapping::parse(&self.text()?)
    }
}

fn read(text: &str) -> Result<Written, MappingProblem> {
    toml::from_str(text).map_err(|error| {
        let line = error.span().and_then(|span| text.get(..span.start)).map_or(1, |head| head.lines().count().max(1));
        MappingProblem(format!("第 {line} 行：{}", error.message()))
    })
}

impl Mapping {
    /// Reads a mapping file with its tables `[columns]`, `[constants]`, `[templates]`, `[identity]` and `[codes]`.
    ///
    /// # Errors
    /// A sentence that names what is wrong.
    pub fn parse(text: &str) -> Result<Self, MappingProblem> {
        let written = read(text)?;
        let mut templates = Vec::new();
        for (element, text) in elements(written.templates)? {
            templates.push((element, Template::parse(&text).map_err(MappingProblem)?));
        }
        let identity = written.identity.map(|identity| identity.key);
        let numbered =
            |(element, template): &(Element, Template)| *element == Element::ReferenceCode && template.counts_rows();
        if identity.is_none() && templates.iter().any(numbered) {
            let sentence =
                "档号由行号生成时，请指明靠哪一列认出同一行（[identity] key），使它再次导入时仍得到原来的档号";
            return Err(MappingProblem(sentence.to_owned()));
        }
        let patterns = written.codes.patterns;
        if let Some(wrong) = patterns.iter().find(|text| CodePattern::parse(text).is_none()) {
            let sentence = format!("“{wrong}”不是档号的构成，应写成 全宗号-目录号-案卷号-件号 的样子");
            return Err(MappingProblem(sentence));
        }
        Ok(Self {
            columns: elements(written.columns)?,
            constants: elements(written.constants)?,
            templates,
            identity,
            patterns,
            text: text.to_owned(),
        })
    }

    /// The file's text: two imports with different mappings are different imports.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The header that is mapped to an element.
    pub(super) fn header(&self, element: Element) -> Option<&str> {
        self.columns.iter().find(|(one, _)| *one == element).map(|(_, header)| header.as_str())
    }

    /// The value all rows share.
    pub(super) fn constant(&self, element: Element) -> Option<&str> {
        self.constants.iter().find(|(one, _)| *one == element).map(|(_, value)| value.as_str())
    }

    /// The template an element is built from.
    pub(super) fn template(&self, element: Element) -> Option<&Template> {
        self.templates.iter().find(|(one, _)| *one == element).map(|(_, template)| template)
    }

    /// Whether the mapping says anything about an element.
    pub(super) fn gives(&self, element: Element) -> bool {
        self.header(element).is_some() || self.constant(element).is_some() || self.template(element).is_some()
    }
}

fn elements(written: BTreeMap<String, String>) -> Result<Vec<(Element, String)>, MappingProblem> {
    let element = |name: &str| {
        Element::named(name)
            .or_else(|| Element::of_header(name))
            .ok_or_else(|| MappingProblem(format!("没有“{name}”这个著录项，例如 title、reference_code、date、creator")))
    };
    written.into_iter().map(|(name, value)| Ok((element(&name)?, value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_is_read() {
        let mapping = Mapping::parse(
            "[columns]\ntitle = \"标题\"\ndate = \"issued\"\n[constants]\nopenness = \"开放\"\n[templates]\n\
             reference_code = \"{fonds}-WS·{year}·Y-{row:05}\"\n[identity]\nkey = \"url\"\n",
        )
        .unwrap();
        assert_eq!(mapping.header(Element::Title), Some("标题"));
        assert_eq!(mapping.constant(Element::Openness), Some("开放"));
        assert_eq!(mapping.identity.as_deref(), Some("url"));
        assert!(mapping.template(Element::ReferenceCode).is_some_and(Template::counts_rows));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let sentence = |text: &str| Mapping::parse(text).unwrap_err().to_string();
        assert!(sentence("[columns]\nheadline = \"标题\"").contains("headline"));
        assert!(sentence("[templates]\nreference_code = \"{fonds}-{row:05}\"").contains("[identity]"));
        assert!(sentence("[templates]\nreference_code = \"{what}\"").contains("{what}"));
        assert!(sentence("[codes]\npatterns = [\"全宗号-什么\"]").contains("全宗号-什么"));
        assert!(sentence("[columns]\ntitle = 3").contains("第 2 行"));
        assert!(sentence("[column]\ntitle = \"a\"").contains("第 1 行"));
    }

    #[test]
    fn a_mapping_is_written_as_it_is_read() {
        let text = "[columns]\ntitle = \"标题\"\n[templates]\nreference_code = \"{fonds}-{row:05}\"\n[identity]\nkey = \"u\"\n\
                    [codes]\npatterns = [\"全宗号-目录号-案卷号-件号\"]\n";
        let written = WrittenMapping::read(text).unwrap();
        assert_eq!(WrittenMapping::read(&written.text().unwrap()).unwrap(), written);
        assert_eq!(written.mapping().unwrap().header(Element::Title), Some("标题"));
        assert_eq!(WrittenMapping::default().mapping().unwrap().columns, []);
    }

    #[test]
    fn a_code_built_of_columns_needs_no_identity() {
        assert!(Mapping::parse("[templates]\nreference_code = \"{fonds}-{inventory}-{volume:03}-{item:04}\"").is_ok());
    }
}
