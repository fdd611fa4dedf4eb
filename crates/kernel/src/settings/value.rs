//! Whether a value fits its setting, wherever it came from.

use std::net::SocketAddr;

use toml::Value;
use toml::de::DeValue;

use super::schema::{Field, Kind, Need};

/// The value as it will be kept, or what is wrong with it in Chinese.
pub(super) fn admit(field: &Field, value: Value) -> Result<Value, String> {
    if matches!(field.need, Need::Required) && value.as_str().is_some_and(|text| text.trim().is_empty()) {
        return Err("没有填写".to_owned());
    }
    let fits = match (field.kind, &value) {
        (Kind::Text | Kind::Path, Value::String(_))
        | (Kind::Number, Value::Float(_))
        | (Kind::Flag, Value::Boolean(_)) => true,
        (Kind::Code { least, most, marks }, Value::String(text)) => {
            (least..=most).contains(&text.len())
                && text.chars().all(|character| character.is_ascii_alphanumeric() || marks.contains(character))
        }
        (Kind::Integer { least, most }, Value::Integer(number)) => (least..=most).contains(number),
        (Kind::Choice(words), Value::String(word)) => words.contains(&word.as_str()),
        (Kind::Address, Value::String(address)) => address.parse::<SocketAddr>().is_ok(),
        (Kind::Url, Value::String(address)) => {
            url::Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        }
        (Kind::List, Value::Array(items)) => items.iter().all(Value::is_str),
        _ => false,
    };
    if fits { Ok(value) } else { Err(misfit(field, &value)) }
}

fn misfit(field: &Field, value: &Value) -> String {
    let wanted = match field.kind {
        Kind::Text => "一段文字（加引号）".to_owned(),
        Kind::Code { least, most, .. } if least == most => format!("{least} 位字母和数字"),
        Kind::Code { least, most, .. } => format!("{least} 至 {most} 位字母和数字"),
        Kind::Integer { least, most } => format!("{least} 到 {most} 之间的整数"),
        Kind::Number => "数字".to_owned(),
        Kind::Flag => "true 或 false".to_owned(),
        Kind::Choice(words) => format!("以下之一：{}", words.join("、")),
        Kind::List => "文字的列表，如 [\"甲\", \"乙\"]".to_owned(),
        Kind::Path => "文件或目录的路径（加引号）".to_owned(),
        Kind::Address => "IP 地址和端口，如 \"127.0.0.1:8080\"".to_owned(),
        Kind::Url => "以 http:// 或 https:// 开头的网址".to_owned(),
    };
    if field.secret { format!("应为{wanted}") } else { format!("应为{wanted}，现为 {value}") }
}

/// The value of an environment variable or a default, read as its setting's kind.
pub(super) fn from_text(field: &Field, text: &str) -> Result<Value, String> {
    let plain = || Value::String(text.to_owned());
    let value = match field.kind {
        Kind::Integer { .. } => text.trim().parse().map_or_else(|_| plain(), Value::Integer),
        Kind::Number => text.trim().parse().map_or_else(|_| plain(), Value::Float),
        Kind::Flag => text.trim().parse().map_or_else(|_| plain(), Value::Boolean),
        Kind::List => {
            let items = text.split([',', '，']).map(str::trim).filter(|item| !item.is_empty());
            Value::Array(items.map(|item| Value::String(item.to_owned())).collect())
        }
        _ => plain(),
    };
    admit(field, value)
}

/// The value of a line of the file.
pub(super) fn from_file(field: &Field, value: &DeValue<'_>) -> Result<Value, String> {
    admit(field, plain(value, field.kind))
}

fn plain(value: &DeValue<'_>, wanted: Kind) -> Value {
    match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Integer(number) if wanted == Kind::Number => {
            number.as_str().parse().map_or_else(|_| Value::String(number.as_str().to_owned()), Value::Float)
        }
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or_else(|_| Value::String(number.as_str().to_owned()), Value::Integer),
        DeValue::Float(number) => {
            number.as_str().parse().map_or_else(|_| Value::String(number.as_str().to_owned()), Value::Float)
        }
        DeValue::Boolean(flag) => Value::Boolean(*flag),
        // What a broken date leaves behind may hold neither day nor hour, and such a one cannot even be shown.
        DeValue::Datetime(moment) => moment.to_string().parse().map_or_else(|_| nothing(), Value::Datetime),
        DeValue::Array(items) => Value::Array(items.iter().map(|item| plain(item.get_ref(), wanted)).collect()),
        DeValue::Table(_) => nothing(),
    }
}

/// Fits no setting.
fn nothing() -> Value {
    Value::Table(toml::Table::new())
}
