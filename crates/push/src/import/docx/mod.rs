//! Word documents (ECMA-376 part 1, `WordprocessingML`): headings, paragraphs, what stands out, lists, tables, pictures, notes.
//! To be called in the cage.

mod body;
mod package;
mod styles;

#[cfg(test)]
pub(crate) mod tests;

use std::collections::HashMap;

use self::body::Body;
use self::package::Package;
use self::styles::Styles;
use super::xml::Element;
use super::{Imported, LARGEST_DOCUMENT};

/// Where a picture of a document stands in a block, until it is a material: this and its number, from 0.
pub const PICTURE: &str = "document-picture/";

/// Blocks of a Word document, and the pictures they show: the address of each is [`PICTURE`] and its number.
///
/// # Errors
/// A sentence that says why it cannot be read.
pub fn document(content: &[u8]) -> Result<(Imported, Vec<Vec<u8>>), String> {
    if content.len() > LARGEST_DOCUMENT {
        return Err(format!("文档超过 {} MB，请分成几个文件", LARGEST_DOCUMENT >> 20));
    }
    Ok(read(content)?)
}

fn read(content: &[u8]) -> Result<(Imported, Vec<Vec<u8>>), &'static str> {
    let mut package = Package::open(content)?;
    let text = package.xml("word/document.xml")?.ok_or("不是 Word 文档（.docx）；旧的 .doc 请先另存为 .docx")?;
    let root = Element::parse(&text)?;
    let mut part = |name: &str| -> Result<Element, &'static str> {
        package.xml(name)?.map_or_else(|| Ok(Element::default()), |text| Element::parse(&text))
    };
    let styles = Styles::of(&part("word/styles.xml")?, &part("word/numbering.xml")?);
    let notes = [notes(&part("word/footnotes.xml")?, "footnote"), notes(&part("word/endnotes.xml")?, "endnote")];
    let links = links(&part("word/_rels/document.xml.rels")?);
    let has_comments = part("word/comments.xml")?.find("comment").is_some();
    let mut body = Body::new(styles, notes, links);
    if has_comments {
        body.left_out.thing("批注");
    }
    if let Some(found) = root.find("body") {
        body.blocks(found);
    }
    let (imported, names) = body.end();
    let pictures = names.iter().map(|name| package.picture(name).unwrap_or_default()).collect();
    Ok((imported, pictures))
}

/// The notes by their numbers; the marks that separate them are none.
fn notes(root: &Element, name: &str) -> HashMap<String, String> {
    let all = root.elements().flat_map(Element::elements).filter(|one| one.name == name && one.get("type").is_none());
    all.filter_map(|one| Some((one.get("id")?.to_owned(), said(one)))).collect()
}

/// The words of an element, its paragraphs apart.
fn said(element: &Element) -> String {
    let mut text = String::new();
    for one in element.elements() {
        match one.name.as_str() {
            "t" => text.push_str(&one.text()),
            "tab" | "br" | "cr" => text.push(' '),
            "del" | "moveFrom" | "instrText" | "delText" => {}
            _ => text.push_str(&said(one)),
        }
        if one.name == "p" {
            text.push(' ');
        }
    }
    text
}

/// Where the references of the document lead: part or address, and whether that lies outside.
fn links(root: &Element) -> HashMap<String, (String, bool)> {
    let all = root.elements().flat_map(Element::elements).filter(|one| one.name == "Relationship");
    all.filter_map(|one| {
        let outside = one.get("TargetMode") == Some("External");
        let target = one.get("Target")?;
        let target = if outside { target.to_owned() } else { part_name(target) };
        Some((one.get("Id")?.to_owned(), (target, outside)))
    })
    .collect()
}

/// The name of a part that the document refers to.
fn part_name(target: &str) -> String {
    match (target.strip_prefix('/'), target.strip_prefix("../")) {
        (Some(whole), _) => whole.to_owned(),
        (_, Some(beside)) => beside.to_owned(),
        _ => format!("word/{target}"),
    }
}
