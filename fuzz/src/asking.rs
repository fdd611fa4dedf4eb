//! Doors for what is asked: questions, addresses, requests of harvesters and of viewers of images.

use std::error::Error;

use catalogue::Asked;
use catalogue::fuzzing::{self, Holdings};
use catalogue::import::{Format, Mapping};
use search::{Highlighter, Query};
use tempfile::TempDir;

use crate::Body;
use crate::importers::tried;

/// What the catalogue holds that is asked.
const HELD: &str = "档号,题名,文号,责任者,日期,开放标识\n\
    X001-WS·2023·Y-0001,广东省人民政府关于印发〔2023〕68号文件的通知,粤府〔2023〕68号,广东省人民政府,20230913,开放\n\
    X001-WS·1986·Y-0002,关于王伟、李娜一九八六年结婚登记的档案,,民政局,19860102,开放\n\
    X001-WS·1988·Y-0007,县水利局工程决算,粤水〔1988〕12号,水利局,1988,开放\n\
    X002-1-3-4,Lantai Archives 1949–2023 annual report,,Archives,1949-2023,开放\n\
    X002-1-3-5,關於興修水庫的請示,府建字第7号,建设厅,民国三十五年,开放\n\
    X002-1-3-6,𠮷田村与䶮家坝的界址图,,,五十年代,开放\n";

/// A catalogue to ask, and the folder of its index.
fn holdings() -> Result<(TempDir, Holdings), Box<dyn Error>> {
    let described = tried(HELD.as_bytes(), Format::Csv, &Mapping::default()).described;
    let folder = TempDir::new()?;
    let held = HELD.lines().count().saturating_sub(1);
    if described.len() != held {
        return Err(format!("{} of {held} rows land", described.len()).into());
    }
    let holdings = Holdings::new(folder.path(), described)?;
    Ok((folder, holdings))
}

/// A question typed into the box, on the way it takes: normalised, understood, looked for, shown.
pub(crate) fn question() -> Result<Body, Box<dyn Error>> {
    let (folder, holdings) = holdings()?;
    let texts: Vec<String> = HELD.lines().flat_map(|line| line.split(',')).map(str::to_owned).collect();
    Ok(Box::new(move |bytes| {
        debug_assert!(folder.path().try_exists().is_ok_and(|exists| exists), "the index stands as long as it is asked");
        let text = String::from_utf8_lossy(bytes);
        let normal = chinese::normalise(&text);
        assert_eq!(chinese::normalise(&normal), normal, "normalising twice changes nothing");
        personal(&text);
        let query = Query::typed(&text);
        for written in &texts {
            for range in Highlighter::new(&query.parts).mark(written) {
                assert!(written.get(range).is_some(), "a highlight lies between characters");
            }
        }
        let literally = holdings.literally(&text);
        assert!(literally.is_ok(), "the index answers: {literally:?}");
        let (found, held) = literally.unwrap_or_default();
        assert_eq!(found, held, "what holds what was typed is found, and nothing else");
        asked(&holdings, &Asked::typed(&text, 20))
    }))
}

/// A search as its address has it.
pub(crate) fn address() -> Result<Body, Box<dyn Error>> {
    let (folder, holdings) = holdings()?;
    Ok(Box::new(move |bytes| {
        debug_assert!(folder.path().try_exists().is_ok_and(|exists| exists), "the index stands as long as it is asked");
        let (search, again) = fuzzing::address(&String::from_utf8_lossy(bytes));
        assert!(again, "a link reads as the search it was made of");
        asked(&holdings, &search)
    }))
}

fn asked(holdings: &Holdings, asked: &Asked) -> String {
    let answer = holdings.ask(asked);
    assert!(answer.is_ok(), "the index answers: {answer:?}");
    let found = answer.unwrap_or_default();
    assert!(!found.is_personal || found.total == 0, "a personal number is not searched");
    let (understood, total) = (found.understood.min(3), found.total.min(3));
    format!("{understood} understood, {total} found, literally {}, personal {}", found.literal, found.is_personal)
}

/// What is taken for a personal number lies between characters.
fn personal(text: &str) {
    let ids = chinese::personal::id_numbers(text);
    for found in ids.iter().map(|id| id.span.clone()).chain(chinese::personal::phones(text)) {
        assert!(text.get(found).is_some(), "personal data lies between characters");
    }
}

/// A request of a harvester, as the query of its address.
pub(crate) fn harvest() -> Result<Body, Box<dyn Error>> {
    Ok(Box::new(|bytes| {
        let arguments: Vec<(String, String)> = url::form_urlencoded::parse(bytes).into_owned().collect();
        let understood = fuzzing::harvest(&arguments, "oai:archives.example:");
        assert!(understood.is_some(), "a refusal says why");
        let (understood, again) = understood.unwrap_or_default();
        assert!(again, "a token reads as it was written");
        format!("understood {understood}")
    }))
}

/// A request for an image, as the last four parts of its address, for pages of several sizes.
pub(crate) fn image() -> Result<Body, Box<dyn Error>> {
    Ok(Box::new(|bytes| {
        let text = String::from_utf8_lossy(bytes);
        let mut parts = text.splitn(4, '/');
        let parts = [(); 4].map(|()| parts.next().unwrap_or_default());
        let mut fitted = String::new();
        for page in [(3000, 2000), (1, 1), (1, 60_000), (65_535, 7)] {
            let (fits, within) = fuzzing::image(parts, page);
            assert!(within, "what is cut out lies within the page {page:?}");
            fitted.push(if fits { 'y' } else { 'n' });
        }
        fitted
    }))
}
