//! A lookup, guided by questions: what, who, when and where for records about persons; what about, when and by whom for
//! documents. Pure: an answer in, the next question or the end out.
//!
//! Of a lookup of records about persons only choices and years are kept, never what was typed: names are not asked for, and
//! one that is given all the same is gone with its message.

use chinese::livelihood::Category;
use serde::{Deserialize, Serialize};

#[cfg(test)]
mod tests;
mod words;

pub(crate) use words::begins;

/// What is looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Sought {
    /// Records about persons.
    Livelihood(Category),
    /// Documents of the past, as the public catalogue describes them.
    Documents,
}

/// The names under which what is looked for is kept.
const NAMES: [(&str, Sought); 13] = [
    ("marriage", Sought::Livelihood(Category::Marriage)),
    ("educated-youth", Sought::Livelihood(Category::EducatedYouth)),
    ("recruitment", Sought::Livelihood(Category::Recruitment)),
    ("service", Sought::Livelihood(Category::Service)),
    ("school", Sought::Livelihood(Category::School)),
    ("veteran", Sought::Livelihood(Category::Veteran)),
    ("single-child", Sought::Livelihood(Category::SingleChild)),
    ("land", Sought::Livelihood(Category::Land)),
    ("forest", Sought::Livelihood(Category::Forest)),
    ("house", Sought::Livelihood(Category::House)),
    ("honour", Sought::Livelihood(Category::Honour)),
    ("other", Sought::Livelihood(Category::Other)),
    ("documents", Sought::Documents),
];

/// What is offered by number, in this order.
pub(crate) const OFFERED: [Sought; 11] = [
    Sought::Livelihood(Category::Marriage),
    Sought::Livelihood(Category::EducatedYouth),
    Sought::Livelihood(Category::Service),
    Sought::Livelihood(Category::School),
    Sought::Livelihood(Category::Veteran),
    Sought::Livelihood(Category::SingleChild),
    Sought::Livelihood(Category::Land),
    Sought::Livelihood(Category::House),
    Sought::Livelihood(Category::Honour),
    Sought::Documents,
    Sought::Livelihood(Category::Other),
];

impl Sought {
    /// The name it is kept under.
    pub(crate) fn name(self) -> &'static str {
        NAMES.iter().find(|(_, sought)| *sought == self).map_or("other", |(name, _)| name)
    }

    /// What is kept under a name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, sought)| *sought)
    }

    /// What it is called in the list.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Livelihood(Category::Recruitment | Category::Service) => "招工和工龄",
            Self::Livelihood(Category::Veteran) => "退伍军人",
            Self::Livelihood(Category::Land | Category::Forest) => "土地和山林",
            Self::Livelihood(Category::Other) => "其他",
            Self::Livelihood(category) => category.label(),
            Self::Documents => "公文和历史资料",
        }
    }
}

/// What is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Step {
    /// What is looked for.
    What,
    /// Whose records they are.
    Who,
    /// About which year.
    When,
    /// Whether the place or unit of that time is known.
    Where,
    /// What a document is about.
    About,
    /// Who issued it.
    Issuer,
    /// Nothing more: the answer was given.
    Told,
}

/// The steps after the first, by what is looked for.
const OF_PERSONS: [Step; 5] = [Step::What, Step::Who, Step::When, Step::Where, Step::Told];
const OF_DOCUMENTS: [Step; 5] = [Step::What, Step::About, Step::When, Step::Issuer, Step::Told];

impl Step {
    const ALL: [(&'static str, Self); 7] = [
        ("what", Self::What),
        ("who", Self::Who),
        ("when", Self::When),
        ("where", Self::Where),
        ("about", Self::About),
        ("issuer", Self::Issuer),
        ("told", Self::Told),
    ];

    /// The name it is kept under.
    pub(crate) fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, step)| *step == self).map_or("what", |(name, _)| name)
    }

    /// The step kept under a name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, step)| *step)
    }
}

/// Whose records are looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Person {
    /// The reader's own.
    Own,
    /// Those of somebody who lives.
    Other,
    /// Those of somebody who has died.
    Deceased,
}

/// Whose records are offered by number, in this order.
pub(crate) const PERSONS: [Person; 3] = [Person::Own, Person::Other, Person::Deceased];

impl Person {
    /// What it is called in the list.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Own => "本人的",
            Self::Other => "替别人查",
            Self::Deceased => "当事人已去世",
        }
    }
}

/// What was answered so far. What is not known stays empty.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Answers {
    /// Whose records.
    pub(crate) person: Option<Person>,
    /// The first and the last year it may have been.
    pub(crate) years: Option<(i16, i16)>,
    /// Whether the reader knows the place or unit.
    pub(crate) knows_place: bool,
    /// What the document is about, or its number; without personal numbers.
    pub(crate) about: Option<String>,
    /// Who issued it.
    pub(crate) issuer: Option<String>,
    /// Whether the last answer was not understood.
    pub(crate) is_unclear: bool,
}

/// Where a lookup stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Lookup {
    /// What is looked for; none until that is answered.
    pub(crate) sought: Option<Sought>,
    /// What is asked now.
    pub(crate) step: Step,
    /// What was answered.
    pub(crate) answers: Answers,
}

/// What follows an answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Turn {
    /// The question of its step is asked.
    Ask(Lookup),
    /// The answer was not understood: the question is asked once more, with an example.
    Again(Lookup),
    /// Everything was asked: the answer is given.
    Tell(Lookup),
    /// The reader has enough.
    Leave,
    /// It is nothing for the lookup: another voice answers, and the lookup is over.
    Pass,
}

impl Lookup {
    /// A lookup that begins.
    pub(crate) fn begin() -> Self {
        Self { sought: None, step: Step::What, answers: Answers::default() }
    }

    /// What follows a text, which holds no personal number, in a year.
    pub(crate) fn hear(self, text: &str, year: i16) -> Turn {
        if words::is_enough(text) {
            return Turn::Leave;
        }
        if words::is_back(text) {
            return Turn::Ask(self.back());
        }
        if begins(text) {
            return Turn::Ask(Self::begin());
        }
        if self.step == Step::Told {
            return Turn::Pass;
        }
        match self.understand(text, year) {
            Some(understood) => understood.onward(),
            None if !self.answers.is_unclear => Turn::Again(self.unclear(true)),
            // What one looks for cannot be passed over: the other voices may know.
            None if self.step == Step::What => Turn::Pass,
            None => self.forward().onward(),
        }
    }

    /// What follows a text about a person, of which nothing is kept but what kind of records it is about.
    pub(crate) fn hear_of_person(self, category: Option<Category>) -> Self {
        match category {
            Some(category) if self.step == Step::What => self.looks_for(Sought::Livelihood(category)),
            _ => self.unclear(false),
        }
    }

    /// Whether a text chooses one of the numbers that its question offers, or steers the lookup.
    pub(crate) fn is_meant_by(&self, text: &str) -> bool {
        let offered = match self.step {
            Step::What => OFFERED.len(),
            Step::Who => PERSONS.len(),
            _ => 0,
        };
        words::choice(text, offered).is_some() || words::is_enough(text) || words::is_back(text)
    }

    /// The lookup with the answer to its question; none if it was not understood.
    fn understand(&self, text: &str, year: i16) -> Option<Self> {
        let mut next = self.clone().unclear(false);
        match self.step {
            Step::What => {
                if words::is_number(text) {
                    next.sought = Some(Sought::Documents);
                    next.answers.about = words::topic(text);
                    return Some(Self { step: Step::Told, ..next });
                }
                let chosen = || words::choice(text, OFFERED.len()).and_then(|place| OFFERED.get(place).copied());
                return words::sought(text).or_else(chosen).map(|sought| next.looks_for(sought));
            }
            Step::Who => {
                let chosen = || words::choice(text, PERSONS.len()).and_then(|place| PERSONS.get(place).copied());
                next.answers.person = match words::person(text).or_else(chosen) {
                    None if !words::is_unknown(text) => return None,
                    person => person,
                };
            }
            Step::When => {
                next.answers.years = match words::years(text, year) {
                    None if !words::is_unknown(text) => return None,
                    years => years,
                };
            }
            Step::Where => {
                next.answers.knows_place = !words::is_unknown(text);
                if next.answers.knows_place && !words::is_place(text) {
                    return None;
                }
            }
            Step::About => {
                next.answers.about = words::topic(text);
                if next.answers.about.is_none() && !words::is_unknown(text) {
                    return None;
                }
                if words::is_number(text) {
                    return Some(Self { step: Step::Told, ..next });
                }
            }
            Step::Issuer => {
                next.answers.issuer = words::topic(text);
                if next.answers.issuer.is_none() && !words::is_unknown(text) {
                    return None;
                }
            }
            Step::Told => {}
        }
        Some(next.forward())
    }

    fn looks_for(self, sought: Sought) -> Self {
        Self { sought: Some(sought), answers: Answers::default(), ..self }.forward()
    }

    fn unclear(mut self, is_unclear: bool) -> Self {
        self.answers.is_unclear = is_unclear;
        self
    }

    fn onward(self) -> Turn {
        if self.step == Step::Told { Turn::Tell(self) } else { Turn::Ask(self) }
    }

    fn steps(&self) -> [Step; 5] {
        if self.sought == Some(Sought::Documents) { OF_DOCUMENTS } else { OF_PERSONS }
    }

    /// The step after this one; after the last there is none.
    fn forward(self) -> Self {
        let steps = self.steps();
        let after = steps.iter().skip_while(|step| **step != self.step).nth(1);
        Self { step: after.copied().unwrap_or(Step::Told), ..self }.unclear(false)
    }

    /// The step before this one; before the first there is none.
    fn back(self) -> Self {
        let steps = self.steps();
        let before = steps.iter().take_while(|step| **step != self.step).last();
        Self { step: before.copied().unwrap_or(Step::What), ..self }.unclear(false)
    }
}
