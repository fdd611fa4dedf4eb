//! What other viewers read: the manifest of a record (IIIF Presentation 3.0) and the facts of an image (Image API 3.0).

use serde_json::{Value, json};

use super::Leaf;
use super::pack::{TILE, levels};
use super::region::LARGEST;
use crate::ask::Shown;
use crate::{Element, PublicId};

/// `info.json` of a page.
pub(super) fn info(site: &str, id: &PublicId, (width, height): (u32, u32)) -> Value {
    let levels = levels(width, height);
    let factors: Vec<u32> = (0..).zip(&levels).map(|(power, _)| 1_u32 << power).collect();
    let sizes = levels.iter().rev().filter(|level| level.width <= LARGEST && level.height <= LARGEST);
    let sizes: Vec<Value> = sizes.map(|level| json!({"width": level.width, "height": level.height})).collect();
    json!({
        "@context": "http://iiif.io/api/image/3/context.json",
        "id": service_id(site, id),
        "type": "ImageService3",
        "protocol": "http://iiif.io/api/image",
        "profile": "level2",
        "width": width,
        "height": height,
        "maxWidth": LARGEST,
        "maxHeight": LARGEST,
        "sizes": sizes,
        "tiles": [{"width": TILE, "height": TILE, "scaleFactors": factors}],
        "extraFeatures": ["mirroring"],
    })
}

/// The manifest of a record whose originals everybody may see.
pub(super) fn manifest(site: &str, house: &str, shown: &Shown) -> Value {
    let id = &shown.place.id;
    let told = [
        Element::ReferenceCode,
        Element::DocumentNumber,
        Element::Date,
        Element::Creator,
        Element::FondsTitle,
        Element::Retention,
    ];
    let metadata = shown.elements.iter().filter(|(element, _)| told.contains(element));
    let metadata: Vec<Value> =
        metadata.map(|(element, value)| json!({"label": chinese(element.label()), "value": chinese(value)})).collect();
    let items = (1..).zip(&shown.originals).map(|(number, leaf)| canvas(site, id, number, leaf));
    json!({
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "id": format!("{site}/iiif/{id}/manifest.json"),
        "type": "Manifest",
        "label": chinese(&shown.place.title),
        "metadata": metadata,
        "requiredStatement": {
            "label": chinese("馆藏"),
            "value": chinese(&format!("{house}藏。公布档案原文须经本馆同意（《档案法》第三十二条）")),
        },
        "homepage": [{"id": format!("{site}/records/{id}"), "type": "Text", "label": chinese("目录"), "format": "text/html"}],
        "items": items.collect::<Vec<_>>(),
    })
}

fn canvas(site: &str, record: &PublicId, number: usize, leaf: &Leaf) -> Value {
    let base = format!("{site}/iiif/{record}/canvas/{number}");
    let label = leaf.label.clone().unwrap_or_else(|| format!("第 {number} 页"));
    let page = |body: Value| {
        let annotation = json!({
            "id": format!("{base}/painting"), "type": "Annotation", "motivation": "painting", "body": body, "target": base,
        });
        json!([{"id": format!("{base}/page"), "type": "AnnotationPage", "items": [annotation]}])
    };
    let (width, height) = leaf.size;
    if leaf.kind.is_image() {
        let service = service_id(site, &leaf.id);
        let services = json!([{"id": service, "type": "ImageService3", "profile": "level2"}]);
        let image = |size: &str| {
            json!({"id": format!("{service}/full/{size}/0/default.jpg"), "type": "Image", "format": "image/jpeg",
                "service": services})
        };
        return json!({"id": base, "type": "Canvas", "label": chinese(&label), "width": width, "height": height,
            "thumbnail": [image("!240,240")], "items": page(image("max"))});
    }
    let kind = match leaf.kind {
        kind if kind.is_sound() => "Sound",
        super::Kind::Mp4 => "Video",
        _ => "Text",
    };
    let file = json!({"id": format!("{site}/originals/{}", leaf.id), "type": kind, "format": leaf.kind.media_type()});
    // A canvas has a size or a duration; a file that is only to be fetched hangs on one without.
    json!({"id": base, "type": "Canvas", "label": chinese(&label), "width": 1000, "height": 1000, "rendering": [file]})
}

fn service_id(site: &str, id: &PublicId) -> String {
    format!("{site}/iiif/image/{id}")
}

fn chinese(text: &str) -> Value {
    json!({"zh-Hans": [text]})
}
