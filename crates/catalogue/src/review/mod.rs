//! The opening review (开放审核, 档案法 27–32, 档案法实施条例 29–36): what is due, what is said about it, by whom, and what is
//! decided. Pure: nothing here knows the database.
//!
//! A batch goes from its draft over the initial and the second opinion, the answer of the body that made the records,
//! and the final decision to being carried out. Each step takes the review and gives it back changed, or says why not;
//! so no record is opened unless two persons have given their opinion and a third has decided.

mod due;
mod outcome;
mod stage;
mod verdict;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use kernel::{Day, Timestamp};

pub use self::due::{Due, DueFonds, LeftOut};
pub(crate) use self::due::{day_of, last_formed, number_of};
pub(crate) use self::outcome::outcome;
pub use self::stage::{Kind, Misstep, Stage};
pub use self::verdict::{Opinion, Reason, Said, Step, Verdict};

/// A record in a review.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Reviewed {
    /// Whether its 25 years are known to be over.
    pub is_due: bool,
    /// Whether it was treated as was decided, or refused.
    pub is_done: bool,
    /// What was said about it.
    pub opinions: BTreeMap<Step, Opinion>,
}

/// A batch under review with its records by number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Review {
    /// What it decides.
    pub kind: Kind,
    /// How far it has come.
    pub stage: Stage,
    /// Its records.
    pub records: BTreeMap<i64, Reviewed>,
}

/// The final decision.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Decision {
    /// Records about which it differs from the opinions, or says what they leave open.
    pub differing: Vec<(i64, Said)>,
    /// When the records that stay closed are reviewed again, where nothing else was said.
    pub review_on: Option<Day>,
    /// Who agrees that records stay closed beyond 25 years, and the number of that document (档案法实施条例 31).
    pub authority: Option<(String, String)>,
}

impl Review {
    /// A batch with its records.
    pub const fn new(kind: Kind, records: BTreeMap<i64, Reviewed>) -> Self {
        Self { kind, stage: Stage::Drafted, records }
    }

    /// Somebody gives opinions at the initial, the second or the joint step. When every record has its initial or second
    /// one, the batch goes on.
    ///
    /// # Errors
    /// [`Misstep`].
    pub fn opine(mut self, step: Step, given: Vec<(i64, Said)>, by: &str, at: Timestamp) -> Result<Self, Misstep> {
        if step == Step::Final {
            return Err(Misstep::NotNow { stage: self.stage, wanted: "终审意见随终审决定给出" });
        }
        self.stage.hears(step)?;
        for (number, said) in given {
            let record = self.records.get_mut(&number).ok_or(Misstep::Stranger(number))?;
            let initial = record.opinions.get(&Step::Initial);
            if step == Step::Second && initial.is_some_and(|initial| initial.by == by) {
                return Err(Misstep::SamePerson(by.to_owned()));
            }
            if said.verdict != Verdict::Open && said.reason.is_none() {
                return Err(Misstep::NoReason(number));
            }
            record.opinions.insert(step, Opinion { said, by: by.to_owned(), at });
        }
        // The answer of the creating body ends its step, however many opinions it holds.
        if step != Step::Joint && self.records.values().all(|record| record.opinions.contains_key(&step)) {
            self.stage = self.stage.heard(step)?;
        }
        Ok(self)
    }

    /// The creating body or its successor is asked.
    ///
    /// # Errors
    /// [`Misstep::NotNow`].
    pub fn send(self) -> Result<Self, Misstep> {
        Ok(Self { stage: self.stage.send()?, ..self })
    }

    /// It has answered.
    ///
    /// # Errors
    /// [`Misstep::NotNow`].
    pub fn answer(self) -> Result<Self, Misstep> {
        Ok(Self { stage: self.stage.heard(Step::Joint)?, ..self })
    }

    /// There is nobody to ask.
    ///
    /// # Errors
    /// [`Misstep::NotNow`].
    pub fn alone(self) -> Result<Self, Misstep> {
        Ok(Self { stage: self.stage.alone()?, ..self })
    }

    /// Somebody who gave no opinion decides. Where all opinions agree, what they say is decided unless the decision
    /// differs; where they do not, it has to say.
    ///
    /// # Errors
    /// [`Misstep`].
    pub fn decide(mut self, decision: Decision, by: &str, at: Timestamp) -> Result<Self, Misstep> {
        let stage = self.stage.heard(Step::Final)?;
        let mut differing: BTreeMap<i64, Said> = decision.differing.into_iter().collect();
        if let Some(stranger) = differing.keys().find(|number| !self.records.contains_key(number)) {
            return Err(Misstep::Stranger(*stranger));
        }
        for (number, record) in &mut self.records {
            if record.reviewers().any(|reviewer| reviewer == by) {
                return Err(Misstep::NotThird(by.to_owned()));
            }
            let mut said = differing.remove(number).or_else(|| record.agreed()).ok_or(Misstep::Undecided(*number))?;
            if said.verdict == Verdict::Open {
                said = Said { text: said.text, ..Said::plain(Verdict::Open) };
            } else {
                said.review_on = said.review_on.or(decision.review_on);
                said.reason.ok_or(Misstep::NoReason(*number))?;
                said.review_on.ok_or(Misstep::NoReviewDate(*number))?;
                if record.is_due && decision.authority.is_none() {
                    return Err(Misstep::NoAuthority(*number));
                }
            }
            record.opinions.insert(Step::Final, Opinion { said, by: by.to_owned(), at });
        }
        self.stage = stage;
        Ok(self)
    }

    /// Nothing is to come of it.
    ///
    /// # Errors
    /// [`Misstep::NotNow`], and [`Misstep::Begun`] once a record was treated as was decided.
    pub fn withdraw(self) -> Result<Self, Misstep> {
        let stage = self.stage.withdraw()?;
        if self.records.values().any(|record| record.is_done) {
            return Err(Misstep::Begun);
        }
        Ok(Self { stage, ..self })
    }
}

impl Reviewed {
    /// Who gave the initial and the second opinion.
    fn reviewers(&self) -> impl Iterator<Item = &str> {
        [Step::Initial, Step::Second].into_iter().filter_map(|step| Some(self.opinions.get(&step)?.by.as_str()))
    }

    /// What all opinions say, in the words of the last.
    fn agreed(&self) -> Option<Said> {
        let said = |step: Step| self.opinions.get(&step).map(|opinion| &opinion.said);
        let (initial, second) = (said(Step::Initial)?, said(Step::Second)?);
        let last = said(Step::Joint).unwrap_or(second);
        let agree = initial.verdict == second.verdict && second.verdict == last.verdict;
        agree.then(|| last.clone())
    }
}
