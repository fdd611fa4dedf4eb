//! The JSON form in which some accounts receive events (reference §1.6): numbers as strings, repeats as arrays.

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Map, Value};

/// The JSON form of a message's XML as this sandbox writes it; nothing for anything else.
pub(super) fn form(xml: &str) -> Option<Value> {
    let mut reader = Reader::from_str(xml);
    let mut open: Vec<(String, String, Map<String, Value>)> = Vec::new();
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => open.push((start.name().as_ref().to_owned(), String::new(), Map::new())),
            Event::Empty(start) => add(&mut open.last_mut()?.2, start.name().as_ref(), Value::String(String::new())),
            Event::Text(text) => open.last_mut()?.1.push_str(&text.into_inner()),
            Event::CData(text) => open.last_mut()?.1.push_str(&text.into_inner()),
            Event::End(_) => {
                let (name, text, members) = open.pop()?;
                let value = if members.is_empty() { Value::String(text) } else { Value::Object(members) };
                match open.last_mut() {
                    Some(parent) => add(&mut parent.2, &name, value),
                    None => return Some(value),
                }
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

fn add(members: &mut Map<String, Value>, name: &str, value: Value) {
    match members.get_mut(name) {
        Some(Value::Array(several)) => several.push(value),
        Some(one) => *one = Value::Array(vec![one.take(), value]),
        None => {
            members.insert(name.to_owned(), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::form;

    #[test]
    fn repeats_become_arrays_and_numbers_strings() {
        let xml =
            "<xml><CreateTime>1</CreateTime><List><A><![CDATA[a]]></A></List><List><A><![CDATA[b]]></A></List></xml>";
        let json = form(xml).unwrap();
        assert_eq!(json.to_string(), r#"{"CreateTime":"1","List":[{"A":"a"},{"A":"b"}]}"#);
        assert!(form("success").is_none());
    }

    proptest! {
        #[test]
        fn any_text_survives_the_change_of_form(text in "[^\\p{C}]{0,40}") {
            let xml = format!("<xml><Content><![CDATA[{}]]></Content></xml>", text.replace("]]>", "]]]]><![CDATA[>"));
            let json = form(&xml).unwrap();
            prop_assert_eq!(json["Content"].as_str(), Some(text.as_str()));
        }

        #[test]
        fn rubbish_is_refused_without_a_panic(text in ".{0,80}") {
            let _ = form(&text);
        }
    }
}
