//! 著录层级: how high in the fonds a description stands.

/// The level of a description (DA/T 18-2022, 著录层级; ISAD(G) 3.1.4).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Level {
    /// 档案馆
    Institution,
    /// 全宗
    Fonds,
    /// 类别
    Series,
    /// 案卷
    Volume,
    /// 文件（件）
    Item,
}

impl Level {
    /// The word stored in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Institution => "institution",
            Self::Fonds => "fonds",
            Self::Series => "series",
            Self::Volume => "volume",
            Self::Item => "item",
        }
    }

    /// The word readers see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Institution => "档案馆",
            Self::Fonds => "全宗",
            Self::Series => "类别",
            Self::Volume => "案卷",
            Self::Item => "文件",
        }
    }

    /// The level of a stored word.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Institution, Self::Fonds, Self::Series, Self::Volume, Self::Item]
            .into_iter()
            .find(|level| level.name() == name)
    }

    /// The level a catalogue writes in its 著录层级 column: 案卷级, 案卷, 卷, 文件级, 件 …, or EAD and AtoM in English, where a
    /// file is what a volume is here.
    pub fn written(text: &str) -> Option<Self> {
        let word = text.trim();
        let word = word.strip_suffix('级').unwrap_or(word);
        Some(match word {
            "档案馆" | "馆" => Self::Institution,
            "全宗" | "联合全宗" | "汇集" | "汇集全宗" => Self::Fonds,
            "类别" | "类" | "系列" | "子系列" | "分系列" | "分全宗" | "子全宗" | "目录" => {
                Self::Series
            }
            "案卷" | "卷" | "组" | "册" => Self::Volume,
            "文件" | "件" | "单件" => Self::Item,
            other => return Self::foreign(&other.to_lowercase()),
        })
    }

    /// The level of a word of EAD, of AtoM, or of the database.
    fn foreign(word: &str) -> Option<Self> {
        Some(match word {
            "collection" | "recordgrp" | "record group" => Self::Fonds,
            "subfonds" | "sub-fonds" | "subgrp" | "subgroup" | "subseries" | "sub-series" | "sous-fonds" | "class" => {
                Self::Series
            }
            "file" | "dossier" => Self::Volume,
            "part" | "piece" => Self::Item,
            other => return Self::named(other),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_words_are_read_back() {
        for level in [Level::Institution, Level::Fonds, Level::Series, Level::Volume, Level::Item] {
            assert_eq!(Level::named(level.name()), Some(level));
            assert_eq!(Level::written(level.label()), Some(level));
        }
        assert_eq!(Level::written("案卷级"), Some(Level::Volume));
        assert_eq!(Level::written("别的"), None);
        assert_eq!(Level::written("分全宗"), Some(Level::Series));
        assert_eq!(Level::written("File"), Some(Level::Volume));
        assert_eq!(Level::written("recordgrp"), Some(Level::Fonds));
    }
}
