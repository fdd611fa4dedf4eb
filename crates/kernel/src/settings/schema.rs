//! What settings there are: sections and fields declared as data by the services that read them.

/// What a setting holds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Kind {
    /// Any text.
    Text,
    /// A text of ASCII letters, digits and the given marks, of so many characters.
    Code {
        /// The fewest.
        least: usize,
        /// The most.
        most: usize,
        /// What may stand between the letters and digits.
        marks: &'static str,
    },
    /// A whole number between two bounds, both allowed.
    Integer {
        /// The least.
        least: i64,
        /// The most.
        most: i64,
    },
    /// A decimal number.
    Number,
    /// `true` or `false`.
    Flag,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A list of texts. In an environment variable they are separated by commas.
    List,
    /// A file or folder.
    Path,
    /// An IP address and a port (`127.0.0.1:8080`).
    Address,
    /// An address that begins with `http://` or `https://`.
    Url,
}

/// Whether a setting must be given.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Need {
    /// There is no house without it.
    Required,
    /// It may be left out.
    Optional,
    /// If left out it is this, written as in an environment variable.
    Default(&'static str),
}

/// One setting.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Field {
    /// Its key, in `snake_case`.
    pub key: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether it must be given.
    pub need: Need,
    /// Whether it is a secret: shown as `[REDACTED]`, and also taken from a file named by `…_FILE`.
    pub secret: bool,
    /// What it means, in Chinese, for the sample file.
    pub doc: &'static str,
}

impl Field {
    /// A required setting; the methods below soften it.
    pub const fn new(key: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self { key, kind, need: Need::Required, secret: false, doc }
    }

    /// A required text.
    pub const fn text(key: &'static str, doc: &'static str) -> Self {
        Self::new(key, Kind::Text, doc)
    }

    /// A flag that is off unless set.
    pub const fn flag(key: &'static str, doc: &'static str) -> Self {
        Self::new(key, Kind::Flag, doc).or("false")
    }

    /// The same setting with a default.
    #[must_use]
    pub const fn or(self, default: &'static str) -> Self {
        Self { need: Need::Default(default), ..self }
    }

    /// The same setting, not required.
    #[must_use]
    pub const fn optional(self) -> Self {
        Self { need: Need::Optional, ..self }
    }

    /// The same setting as a secret.
    #[must_use]
    pub const fn secret(self) -> Self {
        Self { secret: true, ..self }
    }
}

/// A table of settings.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Section {
    /// Its dotted name. A part written `*` stands for names that the institution chooses: `accounts.*`.
    pub name: &'static str,
    /// What it is about, in Chinese, for the sample file.
    pub doc: &'static str,
    /// Its settings, in the order of the sample.
    pub fields: &'static [Field],
}

/// All settings of one program.
#[derive(Clone, Debug)]
pub struct Schema(Vec<Section>);

impl Schema {
    /// A schema of these sections, in the order of the sample.
    pub fn new(sections: impl IntoIterator<Item = Section>) -> Self {
        Self(sections.into_iter().collect())
    }

    pub(super) fn sections(&self) -> impl Iterator<Item = &Section> {
        self.0.iter()
    }

    /// The section whose name fits these parts.
    pub(super) fn section(&self, parts: &[&str]) -> Option<&Section> {
        self.0.iter().find(|section| section.depth() == parts.len() && section.begins_with(parts))
    }

    /// Whether a table may stand here: a section, or what encloses one.
    pub(super) fn may_be_table(&self, parts: &[&str]) -> bool {
        self.0.iter().any(|section| section.begins_with(parts))
    }

    /// The known setting or section nearest to a name that is not known, if any is near enough to be meant.
    pub(super) fn nearest(&self, parts: &[&str]) -> Option<String> {
        let asked = parts.join(".");
        let known = self.0.iter().flat_map(|section| {
            let name = section.named_like(parts);
            let fields = section.fields.iter().map(|field| format!("{name}.{}", field.key)).collect::<Vec<_>>();
            std::iter::once(name).chain(fields)
        });
        let (distance, name) = known.map(|name| (distance(&asked, &name), name)).min()?;
        (distance <= 1 + asked.chars().count() / 6).then_some(name)
    }
}

impl Section {
    pub(super) fn parts(&self) -> impl Iterator<Item = &'static str> {
        self.name.split('.')
    }

    pub(super) fn depth(&self) -> usize {
        self.parts().count()
    }

    pub(super) fn field(&self, key: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.key == key)
    }

    fn begins_with(&self, parts: &[&str]) -> bool {
        parts.len() <= self.depth() && self.parts().zip(parts).all(|(own, part)| own == "*" || own == *part)
    }

    /// The section's name with the chosen names taken from what was asked for.
    fn named_like(&self, parts: &[&str]) -> String {
        let mut asked = parts.iter();
        let named = self.parts().map(|own| {
            let asked = asked.next().copied();
            if own == "*" { asked.unwrap_or("NAME") } else { own }
        });
        named.collect::<Vec<_>>().join(".")
    }
}

/// Levenshtein's distance, in characters.
fn distance(left: &str, right: &str) -> usize {
    let mut row: Vec<usize> = (0..=right.chars().count()).collect();
    for (i, a) in left.chars().enumerate() {
        let mut next = vec![i + 1];
        for (b, pair) in right.chars().zip(row.windows(2)) {
            let &[diagonal, above] = pair else { continue };
            let before = next.last().copied().unwrap_or(0);
            next.push((diagonal + usize::from(a != b)).min(above + 1).min(before + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_edits() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "ab"), 2);
        assert_eq!(distance("全宗", "全案"), 1);
    }
}
