//! 全宗: the register of fonds.

use crate::PublicId;
use crate::reference_code::CodePattern;

/// A fonds of the house.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fonds {
    /// Its dense number.
    pub number: i64,
    /// Its id in addresses.
    pub public_id: PublicId,
    /// 全宗号, as written.
    pub code: String,
    /// The key of the code.
    pub key: String,
    /// 全宗名称, if anybody gave one.
    pub title: Option<String>,
    /// How its reference codes are built, if they differ from the forms of DA/T 13.
    pub patterns: Vec<CodePattern>,
}

impl Fonds {
    /// The name readers see: its title, or its number.
    pub fn label(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.code)
    }
}
