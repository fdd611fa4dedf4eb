//! Which elements, attributes and properties stay.

/// An element that stays.
#[derive(Clone, Copy)]
pub(super) struct Tag {
    pub(super) name: &'static str,
    /// Whether it has no end.
    pub(super) is_void: bool,
    pub(super) is_svg: bool,
}

/// Elements with an end.
const CLOSED: &[&str] = &[
    "section",
    "p",
    "div",
    "span",
    "strong",
    "b",
    "em",
    "i",
    "u",
    "s",
    "del",
    "ins",
    "sub",
    "sup",
    "small",
    "font",
    "center",
    "mark",
    "ruby",
    "rt",
    "rp",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "blockquote",
    "pre",
    "code",
    "table",
    "caption",
    "colgroup",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "th",
    "td",
    "a",
    "figure",
    "figcaption",
    "article",
    "header",
    "footer",
    "aside",
];

/// Elements without.
const VOID: &[&str] = &["img", "br", "hr", "col"];

/// Elements of SVG, with the capitals it wants.
const SVG: &[&str] = &[
    "svg",
    "g",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "text",
    "tspan",
    "animate",
    "animateTransform",
    "set",
];

/// The element of that name, in whatever case, if it stays.
pub(super) fn tag_of(name: &str) -> Option<Tag> {
    let named = |list: &[&'static str]| list.iter().copied().find(|known| known.eq_ignore_ascii_case(name));
    let plain = named(CLOSED).map(|name| Tag { name, is_void: false, is_svg: false });
    let void = || named(VOID).map(|name| Tag { name, is_void: true, is_svg: false });
    plain.or_else(void).or_else(|| named(SVG).map(|name| Tag { name, is_void: false, is_svg: true }))
}

/// Attributes of HTML elements.
const PLAIN: &[&str] = &[
    "alt",
    "title",
    "width",
    "height",
    "align",
    "valign",
    "colspan",
    "rowspan",
    "border",
    "cellpadding",
    "cellspacing",
    "color",
    "size",
    "face",
    "start",
    "type",
    "data-ratio",
    "data-w",
];

/// Attributes of SVG elements.
const DRAWN: &[&str] = &[
    "x",
    "y",
    "x1",
    "y1",
    "x2",
    "y2",
    "cx",
    "cy",
    "r",
    "rx",
    "ry",
    "dx",
    "dy",
    "width",
    "height",
    "viewBox",
    "preserveAspectRatio",
    "d",
    "points",
    "fill",
    "fill-opacity",
    "fill-rule",
    "opacity",
    "stroke",
    "stroke-width",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-dasharray",
    "stroke-dashoffset",
    "stroke-opacity",
    "transform",
    "visibility",
    "font-size",
    "text-anchor",
    "xmlns",
    "version",
    "attributeName",
    "type",
    "values",
    "from",
    "to",
    "by",
    "begin",
    "dur",
    "end",
    "repeatCount",
    "keyTimes",
    "keySplines",
    "calcMode",
    "restart",
    "additive",
    "accumulate",
];

/// What an animation may change.
const ANIMATED: &[&str] = &[
    "x",
    "y",
    "width",
    "height",
    "opacity",
    "d",
    "points",
    "stroke-width",
    "stroke-linecap",
    "stroke-dashoffset",
    "fill",
    "transform",
    "visibility",
];

/// The attribute's name if it stays.
pub(super) fn attribute_stays(tag: Tag, name: &str, value: &str) -> Option<&'static str> {
    let known = if tag.is_svg { DRAWN } else { PLAIN };
    let name = known.iter().find(|known| known.eq_ignore_ascii_case(name))?;
    let fine = match *name {
        "attributeName" => ANIMATED.contains(&value),
        "xmlns" => value == "http://www.w3.org/2000/svg",
        _ => !acts(value),
    };
    fine.then_some(*name)
}

/// Whether a value could load, compute or run something.
fn acts(value: &str) -> bool {
    let packed: String = value.chars().filter(|one| !one.is_whitespace() && !one.is_control()).collect();
    let packed = packed.to_ascii_lowercase();
    ["url(", "javascript:", "expression(", "var(", "calc(", "@import", "data:", "image(", "image-set("]
        .iter()
        .any(|sign| packed.contains(sign))
        || packed.contains('\\')
}

/// Whether it is an address of the web that a link may hold.
pub(super) fn is_plain_link(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}

/// Properties by their whole name.
const PROPERTIES: &[&str] = &[
    "color",
    "line-height",
    "letter-spacing",
    "word-spacing",
    "word-break",
    "word-wrap",
    "overflow-wrap",
    "white-space",
    "vertical-align",
    "background-color",
    "background-size",
    "background-position",
    "background-repeat",
    "box-shadow",
    "box-sizing",
    "width",
    "max-width",
    "min-width",
    "height",
    "max-height",
    "min-height",
    "float",
    "clear",
    "opacity",
    "overflow",
    "overflow-x",
    "overflow-y",
    "table-layout",
    "caption-side",
    "empty-cells",
    "visibility",
    "direction",
    "unicode-bidi",
    "fill",
    "stroke",
    "stroke-width",
];

/// Properties by their beginning: `font`, `font-size` …
const FAMILIES: &[&str] = &["font", "margin", "padding", "border", "text", "list-style", "outline", "column"];

/// The declarations that stay, as a style, and the names of the others.
pub(super) fn declarations(style: &str, is_own: &dyn Fn(&str) -> bool) -> (String, Vec<String>) {
    let (mut kept, mut lost) = (Vec::new(), Vec::new());
    for declaration in split(style) {
        let Some((name, value)) = declaration.split_once(':') else { continue };
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
        if value.is_empty() {
            continue;
        }
        let is_name = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        if is_name && is_whole(value) && stays(&name, value, is_own) {
            kept.push(format!("{name}: {value};"));
        } else {
            lost.push(name);
        }
    }
    (kept.join(" "), lost)
}

/// Declarations, with `;` inside brackets and quotes left alone.
fn split(style: &str) -> Vec<&str> {
    let (mut parts, mut begun, mut depth, mut quote) = (Vec::new(), 0, 0_u32, None);
    for (at, character) in style.char_indices() {
        match (character, quote) {
            (_, Some(open)) if character == open => quote = None,
            ('"' | '\'', None) => quote = Some(character),
            ('(', None) => depth += 1,
            (')', None) => depth = depth.saturating_sub(1),
            (';', None) if depth == 0 => {
                parts.push(style.get(begun..at).unwrap_or_default());
                begun = at + 1;
            }
            _ => {}
        }
    }
    parts.push(style.get(begun..).unwrap_or_default());
    parts
}

/// Whether every quotation mark and bracket of a value is closed: one that is not would take in what follows it.
fn is_whole(value: &str) -> bool {
    let (mut depth, mut quote) = (0_u32, None);
    for character in value.chars() {
        match (character, quote) {
            (_, Some(open)) if character == open => quote = None,
            ('"' | '\'', None) => quote = Some(character),
            ('(', None) => depth += 1,
            (')', None) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    depth == 0 && quote.is_none()
}

fn stays(name: &str, value: &str, is_own: &dyn Fn(&str) -> bool) -> bool {
    let of_family =
        |family: &&str| name.strip_prefix(*family).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    match name {
        "display" => {
            matches!(value, "block" | "inline-block" | "inline" | "none" | "table" | "table-cell" | "table-row")
        }
        // A picture behind the text stays if it is WeChat's own.
        "background" | "background-image" => match picture(value) {
            Some(address) => is_own(address),
            None => !acts(value),
        },
        _ => (PROPERTIES.contains(&name) || FAMILIES.iter().any(of_family)) && !acts(value),
    }
}

/// The address of the one `url(…)` of a value, if that is all in it that acts.
fn picture(value: &str) -> Option<&str> {
    let (before, rest) = value.split_once("url(")?;
    let (address, behind) = rest.split_once(')')?;
    let address = address.trim().trim_matches(['"', '\'']);
    let plain = !address.contains(['(', '"', '\'', '\\', '<', '>', ' ']);
    (plain && !acts(before) && !acts(behind)).then_some(address)
}
