//! What stands in the fields of a template.

use std::collections::BTreeMap;

use account::notice::{Fact, Purpose};
use serde::{Deserialize, Serialize};
use wechat::notice::{Field, ONE_TIME_TEXT, fields};

use super::Means;

/// Where the value of a field comes from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// What is known when the notice is made.
    Fact(Fact),
    /// Words that are the same in every notice.
    Words(String),
}

/// The values of a notice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Filled {
    /// By field.
    Fields(Vec<(String, String)>),
    /// One text, for one-time messages.
    Text(String),
}

/// Fills a template; the label of the first field whose value is missing or does not fit, otherwise. A one-time message has
/// no fields: its text tells every fact.
pub fn filled(
    means: Means,
    content: &str,
    sources: &BTreeMap<String, Source>,
    (purpose, facts): (Purpose, &BTreeMap<Fact, String>),
) -> Result<Filled, String> {
    if means == Means::OneTime {
        let known = purpose.facts().iter().filter_map(|fact| Some((fact, facts.get(fact)?)));
        let lines: Vec<String> = known.map(|(fact, value)| format!("{}：{value}", fact.label())).collect();
        return Ok(Filled::Text(lines.join("\n").chars().take(ONE_TIME_TEXT).collect()));
    }
    let mut values = Vec::new();
    for Field { key, label, kind } in fields(content) {
        let value = match sources.get(&key) {
            Some(Source::Fact(fact)) => facts.get(fact).map(String::as_str),
            Some(Source::Words(words)) => Some(words.as_str()),
            None => None,
        };
        let told = || if label.is_empty() { key.clone() } else { label.clone() };
        let value = value.and_then(|value| kind.fitted(value)).ok_or_else(told)?;
        values.push((key, value));
    }
    Ok(Filled::Fields(values))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> BTreeMap<Fact, String> {
        Purpose::ReplyWaits.facts().iter().map(|fact| (*fact, fact.sample(Purpose::ReplyWaits).to_owned())).collect()
    }

    #[test]
    fn fields_get_what_was_chosen_for_them_and_what_does_not_fit_is_named() {
        let content = "事项:{{thing1.DATA}}\n时间:{{time2.DATA}}\n状态:{{phrase3.DATA}}";
        let mut sources: BTreeMap<String, Source> = [
            ("thing1".to_owned(), Source::Fact(Fact::Matter)),
            ("time2".to_owned(), Source::Fact(Fact::When)),
            ("phrase3".to_owned(), Source::Words("已经答复".to_owned())),
        ]
        .into();
        let fill = |sources: &BTreeMap<String, Source>| {
            filled(Means::Subscription, content, sources, (Purpose::ReplyWaits, &facts()))
        };
        let Ok(Filled::Fields(values)) = fill(&sources) else { panic!() };
        assert_eq!(values[2], ("phrase3".to_owned(), "已经答复".to_owned()));
        sources.insert("time2".to_owned(), Source::Words("明天".to_owned()));
        assert_eq!(fill(&sources), Err("时间".to_owned()));
        sources.remove("thing1");
        assert_eq!(fill(&sources), Err("事项".to_owned()));
    }

    #[test]
    fn a_one_time_message_tells_every_fact() {
        let told = filled(Means::OneTime, "", &BTreeMap::new(), (Purpose::ReplyWaits, &facts()));
        assert_eq!(
            told,
            Ok(Filled::Text("事项：您向工作人员的咨询\n时间：2026年11月30日 15:01\n提示：点此查看".to_owned()))
        );
    }
}
