//! An export as one XML document, page by page: no more than a page of descriptions is in memory.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io;

use kernel::{Db, Error, Result, Timestamp};

use super::columns::value;
use super::dc::List;
use super::ead::{Document as Ead, Edition, Head, Values};
use super::{Export, Format, PAGE, Step, chosen, read, steps};
use crate::access::in_public_index;
use crate::ask::{Said, elements};
use crate::oai::dublin_core::DublinCore;
use crate::store::fonds;
use crate::store::place::Reach;
use crate::{Element, Fonds, Record};

/// A document being written.
pub(crate) struct Document {
    db: Db,
    keeper: String,
    fonds: HashMap<i64, Fonds>,
    reach: Reach,
    steps: Vec<Step>,
    /// Steps that were taken.
    at: usize,
    form: Form,
    /// The fonds it is about, if it is about one.
    about: Option<i64>,
    is_ended: bool,
    written: u64,
}

enum Form {
    Ead(Box<Ead>),
    Dc(List),
}

impl Document {
    /// Begins the document of an export.
    ///
    /// # Errors
    /// As [`Export::run`].
    pub(crate) async fn begin(export: &Export, db: &Db, now: Timestamp) -> Result<Self> {
        let all = fonds::all(&mut db.read().await?, &export.institution).await?;
        let about = chosen(export.fonds.as_deref(), &all)?;
        let reach = if export.open_only { Reach::Everybody } else { Reach::Staff };
        let steps = steps(&mut db.read().await?, &export.institution, about, reach).await?;
        let fonds: HashMap<i64, Fonds> = all.into_iter().map(|fonds| (fonds.number, fonds)).collect();
        let head = Head {
            institution: &export.institution,
            keeper: &export.keeper,
            fonds: about.and_then(|number| fonds.get(&number)),
            now,
        };
        let form = match export.format {
            Format::Ead3 => Ead::begin(Edition::Ead3, &head).map(|ead| Form::Ead(Box::new(ead))),
            Format::Dc => List::begin().map(Form::Dc),
            Format::Ead | Format::Xlsx | Format::Csv => {
                Ead::begin(Edition::Ead2002, &head).map(|ead| Form::Ead(Box::new(ead)))
            }
        };
        let (db, keeper) = (db.clone(), export.keeper.clone());
        let form = form.map_err(Error::internal)?;
        Ok(Self { db, keeper, fonds, reach, steps, at: 0, form, about, is_ended: false, written: 0 })
    }

    /// How many descriptions were written.
    pub(crate) const fn written(&self) -> u64 {
        self.written
    }

    /// How many descriptions it has come past, and how many there are.
    pub(crate) const fn come(&self) -> (usize, usize) {
        (self.at, self.steps.len())
    }

    /// The next part; none after the end.
    ///
    /// # Errors
    /// If the database fails.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<u8>>> {
        if self.is_ended {
            return Ok(None);
        }
        let page: Vec<Step> = self.steps.iter().skip(self.at).take(PAGE).copied().collect();
        self.at += page.len();
        if page.is_empty() {
            self.is_ended = true;
            self.end().map_err(Error::internal)?;
        } else {
            let numbers: Vec<i64> = page.iter().map(|step| step.number).collect();
            let records = read(&self.db, &numbers).await?;
            self.page(&page, &records).map_err(Error::internal)?;
        }
        Ok(Some(match &mut self.form {
            Form::Ead(ead) => ead.take(),
            Form::Dc(list) => list.take(),
        }))
    }

    fn page(&mut self, page: &[Step], records: &[Record]) -> io::Result<()> {
        let mut records = records.iter().peekable();
        for step in page {
            // What was taken away meanwhile is not there, what was closed meanwhile is not told.
            let Some(record) = records.next_if(|record| record.number == step.number) else { continue };
            let is_told = self.reach == Reach::Staff || in_public_index(&record.description.statuses);
            let Some(fonds) = self.fonds.get(&step.fonds).filter(|_| is_told) else { continue };
            match &mut self.form {
                Form::Ead(ead) => {
                    let said = said(record, fonds, (self.reach, step.depth));
                    ead.describe(record.description.level, step.depth, &said, fonds)?;
                }
                Form::Dc(list) => list.record(&core(record, fonds, &self.keeper))?,
            }
            self.written += 1;
        }
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        match &mut self.form {
            Form::Ead(ead) => {
                if let Some(fonds) = self.about.and_then(|number| self.fonds.get(&number)) {
                    ead.bare(fonds)?;
                }
                ead.finish()
            }
            Form::Dc(list) => list.finish(),
        }
    }
}

/// What a description says in a finding aid. The fonds' name is said where the fonds is.
fn said<'r>(record: &'r Record, fonds: &'r Fonds, (reach, depth): (Reach, usize)) -> Values<'r> {
    let mut values = Values::default();
    let statuses = &record.description.statuses;
    let is_told = |element: &Element| match element {
        Element::Date | Element::Fonds => false,
        Element::FondsTitle => depth == 0,
        _ => true,
    };
    values.date(&record.description.date);
    values.word(Element::Openness, statuses.openness.name());
    match reach {
        Reach::Everybody => {
            for (element, value) in elements(record, Some(fonds)).into_iter().filter(|(one, _)| is_told(one)) {
                if crate::site::shows(element) {
                    values.text(element, Cow::Owned(value));
                }
            }
        }
        Reach::Staff => {
            values.word(Element::Classification, statuses.classification.name());
            values.word(Element::Disclosure, statuses.disclosure.name());
            values.word(Element::Restriction, statuses.restriction.name());
            if let Some(livelihood) = statuses.livelihood {
                values.word(Element::Livelihood, livelihood.name());
            }
            for element in Element::ALL.into_iter().filter(is_told) {
                match value(record, Some(fonds), element) {
                    "" => {}
                    text => values.text(element, Cow::Borrowed(text)),
                }
            }
        }
    }
    values
}

/// What a description says in Dublin Core, which has no place for anything internal.
fn core(record: &Record, fonds: &Fonds, keeper: &str) -> DublinCore {
    let date = &record.description.date;
    let said = Said { elements: elements(record, Some(fonds)), dates: date.begin().zip(date.end()) };
    DublinCore::of(&said, None, keeper)
}
