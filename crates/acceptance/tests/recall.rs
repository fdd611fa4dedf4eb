//! Recall: whatever was cut out of a title finds every record that contains it, and a document number in any spelling
//! brings a record bearing it first. Real titles where they are to be had, our own sample holdings otherwise.

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use acceptance::{Client, Demo, lantai_in, official_titles};
    use kernel::Random;
    use serde_json::Value;
    use tempfile::TempDir;

    const SAMPLES: u64 = 2000;
    const CALLERS: usize = 8;
    const MAPPING: &str = r#"
[columns]
title = "title"
document_number = "doc_no"
creator = "jurisdiction_or_level"
date = "issued"
[constants]
openness = "开放"
retention = "永久"
[templates]
reference_code = "{fonds}-WS·{year}·Y-{row:05}"
[identity]
key = "url"
"#;

    #[derive(Clone, Debug)]
    struct Record {
        id: String,
        title: String,
        /// Everything a reader would say the record contains, field by field, folded.
        texts: Vec<String>,
        document_number: Option<String>,
    }

    struct Shelf {
        demo: Demo,
        records: Vec<Record>,
        _folder: TempDir,
    }

    async fn shelf() -> Shelf {
        let folder = TempDir::new().unwrap();
        let demo = Demo::start(folder.path()).await;
        if let Some(file) = official_titles() {
            let mapping = folder.path().with_extension("toml");
            std::fs::write(&mapping, MAPPING).unwrap();
            let file = file.to_string_lossy().into_owned();
            let mapping = mapping.to_string_lossy().into_owned();
            let ended =
                lantai_in(folder.path(), &["import", &file, "--mapping", &mapping, "--fonds", "G001", "--json"]);
            assert_eq!(ended.code, Some(0), "{}", ended.stderr);
            let landed = ended.json()["landed"].as_u64().unwrap();
            wait_for_total(&demo.site, landed).await;
        }
        let records = everything(&demo.site).await;
        assert!(records.len() > 1000, "only {} records can be seen", records.len());
        Shelf { demo, records, _folder: folder }
    }

    /// Waits until the running server has applied what the import wrote.
    async fn wait_for_total(site: &Client, at_least: u64) {
        for _ in 0..600 {
            let answer = site.get("/api/public/v1/search", &[("q", ""), ("size", "1")]).await;
            if answer.json()["total"].as_u64().unwrap() >= at_least {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        panic!("the index did not follow the import within a minute");
    }

    /// Every record that can be seen, walked page by page.
    async fn everything(site: &Client) -> Vec<Record> {
        let items = walk(site, "").await.1;
        let text = |item: &Value, name: &str| item[name].as_str().unwrap_or_default().to_owned();
        items
            .iter()
            .map(|item| Record {
                id: text(item, "id"),
                title: text(item, "title"),
                texts: ["title", "document_number", "creator"]
                    .map(|name| chinese::normalise(&text(item, name)))
                    .to_vec(),
                document_number: item["document_number"].as_str().map(str::to_owned),
            })
            .collect()
    }

    async fn walk(site: &Client, query: &str) -> (u64, Vec<Value>) {
        let (mut total, mut items) = (u64::MAX, Vec::new());
        for page in 1.. {
            let page = page.to_string();
            let answer =
                site.get("/api/public/v1/search", &[("q", query), ("page", page.as_str()), ("size", "100")]).await;
            assert_eq!(answer.status, 200, "{query}: {}", answer.body);
            let body = answer.json();
            let said = body["total"].as_u64().unwrap();
            assert!(total == u64::MAX || total == said, "{query}: the total changed from page to page");
            total = said;
            let found = body["items"].as_array().unwrap();
            items.extend(found.iter().cloned());
            if found.len() < 100 {
                break;
            }
        }
        (total, items)
    }

    fn cuttings(records: &[Record], random: &Random) -> Vec<String> {
        let mut cuttings = Vec::new();
        while u64::try_from(cuttings.len()).unwrap() < SAMPLES {
            let record = &records[usize::try_from(random.below(records.len().try_into().unwrap())).unwrap()];
            let letters: Vec<char> = record.title.chars().collect();
            let length = usize::try_from(2 + random.below(7)).unwrap().min(letters.len());
            let start = usize::try_from(random.below((letters.len() - length + 1).try_into().unwrap())).unwrap();
            let cutting: String = letters[start..start + length].iter().collect();
            if !cutting.trim().is_empty() {
                cuttings.push(cutting);
            }
        }
        cuttings
    }

    /// Whether every part of what was typed is contained in one of the folded texts.
    fn contains(texts: &[String], typed: &str) -> bool {
        chinese::parts(typed).iter().all(|part| texts.iter().any(|text| text.contains(part.as_str())))
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn everything_cut_out_of_a_title_finds_every_record_that_contains_it() {
        let shelf = shelf().await;
        let cuttings = cuttings(&shelf.records, &Random::seeded(20_261_122));
        let mut wrong = Vec::new();
        for group in cuttings.chunks(CALLERS) {
            let asked = group.iter().map(|cutting| {
                let site = shelf.demo.site.clone();
                let cutting = cutting.clone();
                async move { (walk(&site, &cutting).await, cutting) }
            });
            for ((total, items), cutting) in futures::future::join_all(asked).await {
                let found: BTreeSet<&str> = items.iter().filter_map(|item| item["id"].as_str()).collect();
                let holding = shelf.records.iter().filter(|record| contains(&record.texts, &cutting));
                let truth: BTreeSet<&str> = holding.map(|record| record.id.as_str()).collect();
                let in_titles = shelf.records.iter().filter(|record| record.title.contains(&cutting));
                let missed = in_titles.filter(|record| !found.contains(record.id.as_str())).count();
                let exact = usize::try_from(total) == Ok(truth.len()) && found == truth && items.len() == found.len();
                if !exact || missed > 0 {
                    wrong.push(format!(
                        "“{cutting}”: total {total}, {} ids, truth {}, missed {missed}",
                        found.len(),
                        truth.len()
                    ));
                }
            }
        }
        assert!(wrong.is_empty(), "{} of {SAMPLES} wrong:\n{}", wrong.len(), wrong.join("\n"));
    }

    /// Six ways people write the same document number.
    fn spellings(number: &str) -> Option<[String; 6]> {
        let open = number.find('〔')?;
        let close = number.find('〕')?;
        let issuer = number.get(..open)?.trim();
        let year = number.get(open + '〔'.len_utf8()..close)?.trim();
        let serial = number.get(close + '〕'.len_utf8()..)?.trim().trim_end_matches('号').trim();
        let plain = |text: &str| !text.is_empty() && text.chars().all(char::is_alphanumeric);
        let wide = |text: &str| -> String {
            text.chars().map(|c| c.to_digit(10).and_then(|digit| char::from_u32(0xFF10 + digit)).unwrap_or(c)).collect()
        };
        (plain(issuer) && year.len() == 4 && plain(serial)).then(|| {
            [
                format!("{issuer}〔{year}〕{serial}号"),
                format!("{issuer}[{year}]{serial}号"),
                format!("{issuer}（{year}）{serial}号"),
                format!("{issuer} ({year}) {serial} 号"),
                format!("{issuer}【{}】{}号", wide(year), wide(serial)),
                format!("{issuer}{year}年第{serial}号"),
            ]
        })
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_document_number_in_six_spellings_brings_a_record_bearing_it_first() {
        let shelf = shelf().await;
        let numbered: Vec<&Record> = shelf.records.iter().filter(|record| record.document_number.is_some()).collect();
        let random = Random::seeded(68);
        let mut wrong = Vec::new();
        for _ in 0..SAMPLES / 6 {
            let record = numbered[usize::try_from(random.below(numbered.len().try_into().unwrap())).unwrap()];
            let number = record.document_number.clone().unwrap();
            for spelling in spellings(&number).into_iter().flatten() {
                let answer = shelf.demo.site.get("/api/public/v1/search", &[("q", &spelling), ("size", "1")]).await;
                let first = answer.json()["items"][0]["document_number"].as_str().unwrap_or_default().to_owned();
                if chinese::normalise(&first) != chinese::normalise(&number) {
                    wrong.push(format!("{spelling} brought {first:?}, not {number}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    }

    #[test]
    fn the_brute_force_itself_tells_a_record_from_another() {
        let texts = ["关于水利建设的通知", "粤府〔2023〕68号"].map(chinese::normalise);
        assert!(contains(&texts, "水利 通知"));
        assert!(contains(&texts, "粤府[2023]68号"));
        assert!(!contains(&texts, "水力"));
        assert!(!contains(&texts, "通知粤府"), "a word does not reach from one field into the next");
    }
}
