//! Recall and ranking: whatever was cut out of a title finds every record that contains it, a document number in any
//! spelling brings a record bearing it first, and the judged set meets its goals. Real titles where they are to be had,
//! our own sample holdings otherwise.

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use acceptance::judged::{self, Kind, spellings};
    use acceptance::{Client, Holding, Reader, Shelf};
    use kernel::Random;
    use serde_json::Value;

    const SAMPLES: u64 = 2000;
    const CALLERS: usize = 8;
    /// Questions of the judged set, of one seed; `make bench` asks more of five.
    const JUDGED: usize = 300;

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

    fn cuttings(records: &[Holding], random: &Random) -> Vec<String> {
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

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn everything_cut_out_of_a_title_finds_every_record_that_contains_it() {
        let shelf = Shelf::open().await;
        let cuttings = cuttings(&shelf.holdings, &Random::seeded(20_261_122));
        let mut wrong = Vec::new();
        for group in cuttings.chunks(CALLERS) {
            let asked = group.iter().map(|cutting| {
                let site = shelf.demo.site.clone();
                let cutting = cutting.clone();
                async move { (walk(&site, &cutting).await, cutting) }
            });
            for ((total, items), cutting) in futures::future::join_all(asked).await {
                let found: BTreeSet<&str> = items.iter().filter_map(|item| item["reference_code"].as_str()).collect();
                let holding = shelf.holdings.iter().filter(|record| record.contains(&cutting));
                let truth: BTreeSet<&str> = holding.map(|record| record.code.as_str()).collect();
                let in_titles = shelf.holdings.iter().filter(|record| record.title.contains(&cutting));
                let missed = in_titles.filter(|record| !found.contains(record.code.as_str())).count();
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

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_document_number_in_six_spellings_brings_a_record_bearing_it_first() {
        let shelf = Shelf::open().await;
        let numbered: Vec<&Holding> = shelf.holdings.iter().filter(|record| record.document_number.is_some()).collect();
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

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_judged_set_meets_its_goals() {
        let shelf = Shelf::open().await;
        let questions = judged::questions(&shelf, 20_261_123, JUDGED);
        let report = judged::measure(&shelf, &questions).await;
        let missed = report.goals().iter().any(|(_, reached, wanted)| reached < wanted);
        assert!(!missed && questions.len() >= JUDGED, "{}\n{report}\n{:#?}", questions.len(), report.missed());
        // What is not what was typed is said to be so, wherever it is read.
        let is_words = |typed: &str| !typed.contains(|c: char| c.is_ascii_digit());
        let wrong = questions.iter().find(|one| one.kind == Kind::OneWrong && is_words(&one.typed)).unwrap();
        let said = "没有完全相同的记录，下面相差一个字";
        let page = shelf.demo.site.get("/search", &[("q", &wrong.typed)]).await.body;
        assert!(page.contains(said), "{}: {page}", wrong.typed);
        let follower = Reader::follow(&shelf.demo.sandbox, "demo").await;
        let answer = follower.says(&wrong.typed).await;
        assert!(answer.contains(said), "{}: {answer}", wrong.typed);
    }

    #[test]
    fn the_brute_force_itself_tells_a_record_from_another() {
        let texts = ["关于水利建设的通知", "粤府〔2023〕68号", "省人民政府"].map(chinese::normalise);
        let record = Holding { texts, ..Holding::default() };
        assert!(record.contains("水利 通知"));
        assert!(record.contains("粤府[2023]68号"));
        assert!(!record.contains("水力"));
        assert!(!record.contains("通知粤府"), "a word does not reach from one field into the next");
    }
}
