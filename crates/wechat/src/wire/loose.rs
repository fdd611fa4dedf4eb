//! Reading numbers that arrive as text and text that arrives as numbers.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serializer};

#[derive(Deserialize)]
#[serde(untagged)]
enum Loose {
    Signed(i64),
    Unsigned(u64),
    Flag(bool),
    Text(String),
}

impl Loose {
    fn into_text(self) -> String {
        match self {
            Self::Signed(number) => number.to_string(),
            Self::Unsigned(number) => number.to_string(),
            Self::Flag(flag) => flag.to_string(),
            Self::Text(text) => text,
        }
    }

    fn into_integer<E: serde::de::Error>(self) -> Result<i64, E> {
        match self {
            Self::Signed(number) => Ok(number),
            Self::Unsigned(number) => i64::try_from(number).map_err(E::custom),
            Self::Flag(flag) => Ok(i64::from(flag)),
            Self::Text(text) => text.trim().parse().map_err(E::custom),
        }
    }
}

/// An integer, also as text or boolean.
pub fn integer<'de, D: Deserializer<'de>>(from: D) -> Result<i64, D::Error> {
    Loose::deserialize(from)?.into_integer()
}

/// An integer that may be absent, `null` or empty text.
pub fn optional_integer<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    match Option::<Loose>::deserialize(from)? {
        None => Ok(None),
        Some(Loose::Text(text)) if text.trim().is_empty() => Ok(None),
        Some(value) => value.into_integer().map(Some),
    }
}

/// Integers of a list.
pub fn integers<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<i64>, D::Error> {
    Vec::<Loose>::deserialize(from)?.into_iter().map(Loose::into_integer).collect()
}

/// A list that may be absent or `null`.
pub fn absent_list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    Ok(Option::<Vec<T>>::deserialize(from)?.unwrap_or_default())
}

/// A text, also as number.
pub fn text<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(Loose::deserialize(from)?.into_text())
}

/// A text that may be absent or `null`, also as number.
pub fn optional_text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<Loose>::deserialize(from)?.map(Loose::into_text))
}

/// A flag as boolean, 0 or 1, or either as text.
pub fn flag<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    match Loose::deserialize(from)? {
        Loose::Flag(flag) => Ok(flag),
        Loose::Signed(number) => Ok(number != 0),
        Loose::Unsigned(_) => Ok(true),
        Loose::Text(text) => match text.as_str() {
            "true" | "1" => Ok(true),
            "false" | "0" | "" => Ok(false),
            _ => Err(D::Error::custom("neither true nor false")),
        },
    }
}

/// A flag as 0 or 1.
pub fn as_number<S: Serializer>(flag: &bool, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_u8(u8::from(*flag))
}

/// A text of digits as a number, any other as it is.
pub fn optional_as_number<S: Serializer>(text: &Option<String>, to: S) -> Result<S::Ok, S::Error> {
    match text {
        None => to.serialize_none(),
        Some(text) => match text.parse::<u64>() {
            Ok(number) => to.serialize_u64(number),
            Err(_) => to.serialize_str(text),
        },
    }
}
