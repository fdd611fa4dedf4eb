//! Nothing opens unless two persons have given their opinion and a third has decided.

use proptest::prelude::*;

use super::*;

fn review(kind: Kind, records: i64) -> Review {
    Review::new(kind, (1..=records).map(|number| (number, Reviewed::default())).collect())
}

fn open() -> Said {
    Said::plain(Verdict::Open)
}

fn control() -> Said {
    Said { reason: Some(Reason::Rights), ..Said::plain(Verdict::Control) }
}

fn now() -> Timestamp {
    Timestamp::from_seconds(1_793_581_200)
}

fn all(said: &Said, records: i64) -> Vec<(i64, Said)> {
    (1..=records).map(|number| (number, said.clone())).collect()
}

/// A review of two records that waits for the final decision.
fn reviewed(second: &Said) -> Review {
    let review = review(Kind::Due, 2).opine(Step::Initial, all(&open(), 2), "甲", now()).unwrap();
    review.opine(Step::Second, all(second, 2), "乙", now()).unwrap().alone().unwrap()
}

#[test]
fn the_whole_way_with_the_answer_of_the_creating_body() {
    let review = review(Kind::Due, 2).opine(Step::Initial, vec![(1, open())], "甲", now()).unwrap();
    assert_eq!(review.stage, Stage::Drafted, "one record has none yet");
    let review = review.opine(Step::Initial, vec![(2, open())], "丙", now()).unwrap();
    assert_eq!(review.stage, Stage::Initial);
    let review = review.opine(Step::Second, all(&open(), 2), "乙", now()).unwrap();
    let review = review.send().unwrap();
    let review = review.opine(Step::Joint, vec![(2, control())], "甲", now()).unwrap().answer().unwrap();
    let undecided = review.clone().decide(Decision::default(), "馆长", now()).unwrap_err();
    assert_eq!(undecided, Misstep::Undecided(2), "the creating body thinks otherwise");
    let until = Day::from_civil(2031, 1, 1);
    let differing = vec![(2, Said { review_on: until, ..control() })];
    let review = review.decide(Decision { differing, ..Decision::default() }, "馆长", now()).unwrap();
    let verdicts: Vec<Verdict> = review.records.values().map(|one| one.opinions[&Step::Final].said.verdict).collect();
    assert_eq!((review.stage, verdicts), (Stage::Decided, vec![Verdict::Open, Verdict::Control]));
}

#[test]
fn the_same_person_gives_one_opinion_and_decides_nothing() {
    let review = review(Kind::Due, 1).opine(Step::Initial, all(&open(), 1), "甲", now()).unwrap();
    let again = review.clone().opine(Step::Second, all(&open(), 1), "甲", now());
    assert_eq!(again.unwrap_err(), Misstep::SamePerson("甲".to_owned()));
    let review = review.opine(Step::Second, all(&open(), 1), "乙", now()).unwrap().alone().unwrap();
    for reviewer in ["甲", "乙"] {
        let decided = review.clone().decide(Decision::default(), reviewer, now());
        assert_eq!(decided.unwrap_err(), Misstep::NotThird(reviewer.to_owned()));
    }
    assert!(review.decide(Decision::default(), "丙", now()).is_ok());
}

#[test]
fn what_stays_closed_needs_a_reason_a_date_and_beyond_its_term_an_authority() {
    let unreasoned = review(Kind::Due, 1).opine(Step::Initial, all(&Said::plain(Verdict::Defer), 1), "甲", now());
    assert_eq!(unreasoned.unwrap_err(), Misstep::NoReason(1));
    let mut review = review(Kind::Due, 1).opine(Step::Initial, all(&control(), 1), "甲", now()).unwrap();
    review = review.opine(Step::Second, all(&control(), 1), "乙", now()).unwrap().alone().unwrap();
    review.records.get_mut(&1).unwrap().is_due = true;
    let undated = review.clone().decide(Decision::default(), "丙", now());
    assert_eq!(undated.unwrap_err(), Misstep::NoReviewDate(1));
    let dated = Decision { review_on: Day::from_civil(2031, 1, 1), ..Decision::default() };
    assert_eq!(review.clone().decide(dated.clone(), "丙", now()).unwrap_err(), Misstep::NoAuthority(1));
    let agreed = Decision { authority: Some(("县档案局".to_owned(), "3号".to_owned())), ..dated };
    assert!(review.decide(agreed, "丙", now()).is_ok());
}

#[test]
fn opinions_that_differ_are_decided_one_by_one() {
    let review = reviewed(&control());
    assert_eq!(review.clone().decide(Decision::default(), "丙", now()).unwrap_err(), Misstep::Undecided(1));
    let one = Decision { differing: vec![(1, open())], ..Decision::default() };
    assert_eq!(review.clone().decide(one, "丙", now()).unwrap_err(), Misstep::Undecided(2));
    assert!(review.decide(Decision { differing: all(&open(), 2), ..Decision::default() }, "丙", now()).is_ok());
}

#[test]
fn a_batch_is_withdrawn_until_it_has_begun() {
    let mut review = reviewed(&open()).decide(Decision::default(), "丙", now()).unwrap();
    assert_eq!(review.clone().withdraw().unwrap().stage, Stage::Withdrawn);
    review.records.get_mut(&1).unwrap().is_done = true;
    assert_eq!(review.withdraw().unwrap_err(), Misstep::Begun);
    assert!(Stage::CarriedOut.withdraw().is_err() && Stage::Withdrawn.withdraw().is_err());
}

/// Something that somebody tries.
#[derive(Clone, Debug)]
enum Try {
    Opine(Step, usize, i64, Verdict),
    Send,
    Alone,
    Answer,
    Decide(usize, Option<Verdict>),
    Withdraw,
    CarryOut,
}

const PERSONS: [&str; 3] = ["甲", "乙", "丙"];

fn tries() -> impl Strategy<Value = Try> {
    let verdict = || prop::sample::select(Verdict::ALL.to_vec());
    let step = prop::sample::select(Step::ALL.to_vec());
    // A batch that is withdrawn is over: few are, so that some arrive.
    prop_oneof![
        40 => (step, 0..3_usize, 1..=2_i64, verdict()).prop_map(|(step, who, number, what)| Try::Opine(step, who, number, what)),
        2 => Just(Try::Send),
        6 => Just(Try::Alone),
        4 => Just(Try::Answer),
        12 => (0..3_usize, prop::option::of(verdict())).prop_map(|(who, what)| Try::Decide(who, what)),
        6 => Just(Try::CarryOut),
        1 => Just(Try::Withdraw),
    ]
}

fn said(verdict: Verdict) -> Said {
    Said { reason: Some(Reason::Law), review_on: Day::from_civil(2031, 1, 1), ..Said::plain(verdict) }
}

fn attempt(review: Review, tried: &Try) -> Result<Review, Misstep> {
    match *tried {
        Try::Opine(step, who, number, what) => review.opine(step, vec![(number, said(what))], PERSONS[who], now()),
        Try::Send => review.send(),
        Try::Alone => review.alone(),
        Try::Answer => review.answer(),
        Try::Decide(who, what) => {
            let differing = what.map(|what| all(&said(what), 2)).unwrap_or_default();
            review.decide(Decision { differing, ..Decision::default() }, PERSONS[who], now())
        }
        Try::Withdraw => review.withdraw(),
        Try::CarryOut => Ok(Review { stage: review.stage.carry_out()?, ..review }),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_way_leads_to_a_decision_but_over_two_persons_and_a_third(tried in prop::collection::vec(tries(), 0..80)) {
        let mut review = review(Kind::Due, 2);
        for one in tried {
            let before = review.stage;
            review = match attempt(review.clone(), &one) {
                Ok(next) => next,
                Err(_) => review,
            };
            prop_assert!(!before.is_over() || review.stage == before, "what is over stays so");
            if matches!(review.stage, Stage::Decided | Stage::CarriedOut) {
                for record in review.records.values() {
                    let by = |step| record.opinions.get(&step).map(|opinion: &Opinion| opinion.by.as_str());
                    let (first, second, last) = (by(Step::Initial), by(Step::Second), by(Step::Final));
                    prop_assert!(first.is_some() && second.is_some() && last.is_some());
                    prop_assert!(first != second && second != last && first != last);
                }
            } else if review.stage != Stage::Withdrawn {
                // What was decided and then withdrawn keeps what was said.
                prop_assert!(review.records.values().all(|one| !one.opinions.contains_key(&Step::Final)));
            }
        }
    }
}

#[test]
fn the_ways_tried_at_random_do_arrive() {
    // The property above would hold if nothing ever were decided.
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let ways = prop::collection::vec(tries(), 80..120);
    let arrived = (0..300).filter(|_| {
        let tried = ways.new_tree(&mut runner).unwrap().current();
        let end =
            tried.into_iter().fold(review(Kind::Due, 2), |review, one| attempt(review.clone(), &one).unwrap_or(review));
        end.stage == Stage::CarriedOut
    });
    assert!(arrived.count() > 0);
}

#[test]
fn stored_words_are_read_back() {
    assert!(Kind::ALL.iter().all(|one| Kind::named(one.name()) == Some(*one)));
    assert!(Stage::ALL.iter().all(|one| Stage::named(one.name()) == Some(*one)));
    assert!(
        Step::ALL.iter().all(|one| Step::named(one.name()) == Some(*one) && Step::named(one.label()) == Some(*one))
    );
    assert!(Verdict::ALL.iter().all(|one| Verdict::named(one.name()) == Some(*one)));
    assert!(
        Reason::ALL
            .iter()
            .all(|one| Reason::named(one.name()) == Some(*one) && Reason::named(one.label()) == Some(*one))
    );
    assert_eq!((Verdict::written("控使"), Verdict::written("未审核")), (Some(Verdict::Control), None));
}
