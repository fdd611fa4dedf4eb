//! Doors for dates of descriptions and years in texts.

use std::error::Error;

use catalogue::{ArchivalDate, PartialDate};

use crate::{Body, kind};

/// The date of a description.
pub(crate) fn date() -> Result<Body, Box<dyn Error>> {
    Ok(Box::new(|bytes| match ArchivalDate::parse(&String::from_utf8_lossy(bytes)) {
        Ok(date) => {
            ordered(&date);
            assert_eq!(ArchivalDate::parse(date.written()).as_ref(), Ok(&date), "what is kept is read as it was");
            let number = |end: Option<PartialDate>| end.map(PartialDate::number);
            let stored = ArchivalDate::stored(
                date.written().to_owned(),
                number(date.begin()),
                number(date.end()),
                date.is_conjectured(),
            );
            assert_eq!(stored, date, "it is stored as it was read");
            if let Some(label) = date.label() {
                same(&label, &date);
            }
            if let Some(eras) = date.in_eras() {
                let again = ArchivalDate::parse(&eras);
                let years = |date: &ArchivalDate| [date.begin(), date.end()].map(|end| end.map(PartialDate::year));
                assert_eq!(again.as_ref().map(years), Ok(years(&date)), "{eras} are the same years");
            }
            format!("{} {}", date.begin().is_some(), date.is_conjectured())
        }
        Err(problem) => kind(&problem),
    }))
}

/// An unknown part stands for all it may be: 1988-02 to 1988 is no contradiction.
fn ordered(date: &ArchivalDate) {
    if let Some((begin, end)) = date.begin().zip(date.end()) {
        assert!(begin.first() <= end.last(), "a date does not end before it begins");
        for one in [begin, end] {
            assert!(one.first() <= one.last(), "a day does not end before it begins");
            assert_eq!(PartialDate::from_number(one.number()), Some(one), "its digits are the date");
        }
    }
}

/// The date readers see is the date.
fn same(label: &str, date: &ArchivalDate) {
    let again = ArchivalDate::parse(label);
    let ends = |date: &ArchivalDate| (date.begin(), date.end(), date.is_conjectured());
    assert_eq!(again.as_ref().map(ends), Ok(ends(date)), "{label} is the same date");
}

/// A text in which years are looked for.
pub(crate) fn years() -> Result<Body, Box<dyn Error>> {
    Ok(Box::new(|bytes| {
        let text = String::from_utf8_lossy(bytes);
        let periods = chinese::years(&text);
        let mut end = 0;
        for period in &periods {
            assert!(period.span.start >= end && period.span.end > period.span.start, "they stand one after the other");
            assert!(text.get(period.span.clone()).is_some(), "a period lies between characters");
            assert!(period.from <= period.to, "a period does not end before it begins");
            end = period.span.end;
        }
        if let Some(period) = chinese::period(&text) {
            assert_eq!((period.span, periods.len()), (0..text.len(), 1), "a text that is one period is no more");
        }
        let kinds: Vec<String> = periods.iter().take(2).map(|period| kind(&period.kind)).collect();
        format!("{} {}", kinds.join(" "), chinese::era_year(&text, None).is_ok())
    }))
}
