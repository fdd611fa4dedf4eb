//! What the open holdings have to do with a headline: who, where, which body and when it names, and the records that name
//! the same.

use std::collections::HashSet;

use chinese::headline::{Mention, Named, mentions};
use search::Query;

use super::{Asked, Catalogue, Fields, Filters, Item};
use crate::store::authority;

/// Names of a headline that are asked for; what follows is left out.
const MOST_NAMES: usize = 6;
/// Results of one question that are compared.
const LOOKED_AT: u32 = 20;
/// Records that are told.
const MOST: usize = 10;
/// A noun that more open records hold than these says nothing about any of them.
const COMMON: u64 = 300;

/// A headline, what it names, and what the holdings have.
#[derive(Clone, PartialEq, Debug)]
pub struct Topic {
    /// What it names, in its order.
    pub mentions: Vec<Mention>,
    /// What authority records say of it.
    pub contexts: Vec<Context>,
    /// The open records that name the same, best first.
    pub records: Vec<Related>,
}

/// What an authority record says of something that open records name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Context {
    /// Its authorised name.
    pub name: String,
    /// 起止时间, or years of life; may be empty.
    pub dates: String,
    /// 沿革 or life; may be empty.
    pub history: String,
    /// Names it had before and after, and others.
    pub names: Vec<String>,
}

/// A record that names what the headline names.
#[derive(Clone, PartialEq, Debug)]
pub struct Related {
    /// The record.
    pub item: Item,
    /// Which of the headline's words it holds.
    pub matched: Vec<String>,
}

/// A word of the headline, and how rarely records hold it.
struct Word {
    text: String,
    key: String,
    rarity: f64,
}

impl Catalogue {
    /// What a headline names, and the open records that name the same: those that share most words first, and of them those
    /// that share rarer ones.
    ///
    /// # Errors
    /// If the database or the index fails.
    pub async fn about(&self, headline: &str) -> kernel::Result<Topic> {
        let names = self.known.names(&self.db, &self.institution).await?;
        let (words, text) = (self.words(), headline.to_owned());
        let found = tokio::task::spawn_blocking(move || mentions(&text, &words, &names));
        let mentions = found.await.map_err(kernel::Error::internal)?;
        let years = mentions.iter().find_map(|mention| Some((mention.text.clone(), mention.years?)));
        let mut words: Vec<Word> = Vec::new();
        let mut candidates: Vec<Item> = Vec::new();
        for mention in mentions.iter().filter(|mention| mention.named != Named::Time) {
            let key = chinese::normalise(&mention.text);
            if words.len() == MOST_NAMES || words.iter().any(|word| word.key == key) {
                continue;
            }
            let mut found = Vec::new();
            let total = self.gather((&mention.text, ""), None, &mut found).await?;
            if mention.named == Named::Subject && total > COMMON {
                continue;
            }
            candidates.append(&mut found);
            let rarity = 1.0 / f64::from(u32::try_from(total).unwrap_or(u32::MAX)).ln_1p().max(1.0);
            words.push(Word { text: mention.text.clone(), key, rarity });
        }
        for (at, one) in words.iter().enumerate() {
            for other in words.iter().skip(at + 1) {
                self.gather((&one.text, &other.text), None, &mut candidates).await?;
            }
            if let Some((_, years)) = &years {
                self.gather((&one.text, ""), Some(*years), &mut candidates).await?;
            }
        }
        let records = ranked(candidates, &words, years.as_ref());
        Ok(Topic { contexts: self.contexts(&mentions).await?, mentions, records })
    }

    /// Adds the records that hold one word, or two; how many there are in all.
    async fn gather(
        &self,
        (one, other): (&str, &str),
        years: Option<(i16, i16)>,
        into: &mut Vec<Item>,
    ) -> kernel::Result<u64> {
        let filters = Filters {
            year_from: years.map(|years| years.0),
            year_to: years.map(|years| years.1),
            ..Filters::default()
        };
        // A phrase is meant as it is: nothing is given up to find something.
        let fields = Fields { phrase: one.to_owned(), ..Fields::default() };
        let asked = Asked { fields, filters, ..Asked::typed(other, LOOKED_AT) };
        let answer = self.find(&asked).await?;
        into.extend(answer.items);
        Ok(answer.total)
    }

    /// What authority records say of the names, as far as open records hold them.
    async fn contexts(&self, mentions: &[Mention]) -> kernel::Result<Vec<Context>> {
        let mut contexts: Vec<Context> = Vec::new();
        for mention in mentions.iter().filter(|mention| mention.authority.is_some()) {
            let of_name = authority::about(&mut self.db.read().await?, &self.institution, &mention.text, 1).await?;
            let Some(known) = of_name.into_iter().next() else { continue };
            let says = known.authority;
            let is_shown = Query::typed(&says.name).parts.is_empty() || self.naming(&says.name)? > 0;
            if is_shown && contexts.iter().all(|context| context.name != says.name) {
                let names = says.names.into_iter().map(|other| other.name).collect();
                contexts.push(Context { name: says.name, dates: says.dates, history: says.history, names });
            }
        }
        Ok(contexts)
    }
}

/// The candidates with the words they hold, best first.
fn ranked(candidates: Vec<Item>, words: &[Word], years: Option<&(String, (i16, i16))>) -> Vec<Related> {
    let mut seen = HashSet::new();
    let mut related: Vec<(usize, f64, Related)> = Vec::new();
    for item in candidates {
        if !seen.insert(item.id.as_str().to_owned()) {
            continue;
        }
        let text = [Some(item.title.as_str()), item.creator.as_deref()];
        let text = chinese::normalise(&text.into_iter().flatten().collect::<Vec<_>>().join("\n"));
        let held = || words.iter().filter(|word| text.contains(&word.key));
        let mut matched: Vec<String> = held().map(|word| word.text.clone()).collect();
        if matched.is_empty() {
            continue;
        }
        let year = item.date.as_deref().and_then(|date| date.get(..4)?.parse::<i16>().ok());
        let of_years = years.filter(|(_, (from, to))| year.is_some_and(|year| (*from..=*to).contains(&year)));
        matched.extend(of_years.map(|(text, _)| text.clone()));
        let rarity = held().map(|word| word.rarity).sum();
        related.push((matched.len(), rarity, Related { item, matched }));
    }
    related.sort_by(|one, other| other.0.cmp(&one.0).then(other.1.total_cmp(&one.1)));
    related.into_iter().map(|(_, _, related)| related).take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use kernel::testing::both;

    use crate::record::tests::item;
    use crate::testing::House;
    use crate::{ArchivalDate, Openness};

    #[tokio::test]
    async fn records_that_share_more_of_a_headline_come_first_and_none_is_hidden() {
        both(async |db| {
            let mut old = item("J001-WS·1954·Y-0001", "武汉长江大桥勘测报告");
            old.date = ArchivalDate::parse("19540601").unwrap();
            let mut of_year = item("J001-WS·1957·Y-0001", "关于武汉长江大桥通车典礼的通知");
            of_year.date = ArchivalDate::parse("19571015").unwrap();
            let mut hidden = item("J001-WS·1957·Y-0002", "武汉市防洪内部材料");
            hidden.statuses.openness = Openness::Controlled;
            let other = item("J001-WS·1957·Y-0003", "清华大学招生简章");
            let house = House::with(db, &[old, of_year, hidden, other]).await;
            let topic = house.catalogue().about("1957年的武汉").await.unwrap();
            let told: Vec<(&str, Vec<&str>)> = topic
                .records
                .iter()
                .map(|one| (one.item.title.as_str(), one.matched.iter().map(String::as_str).collect()))
                .collect();
            assert_eq!(
                told,
                [("关于武汉长江大桥通车典礼的通知", vec!["武汉", "1957年"]), ("武汉长江大桥勘测报告", vec!["武汉"]),]
            );
            let bridge = house.catalogue().about("大桥通车").await.unwrap();
            assert_eq!(bridge.records.len(), 2, "what has no name of its own is found too");
            let nothing = house.catalogue().about("跑来跑去").await.unwrap();
            assert_eq!((nothing.mentions.len(), nothing.records.len()), (0, 0));
        })
        .await;
    }
}
