use proptest::prelude::*;

use super::words::{choice, is_place, person, sought, topic, years};
use super::*;

const YEAR: i16 = 2026;

/// What follows some texts, said one after the other.
fn said(texts: &[&str]) -> Turn {
    let mut turn = Turn::Ask(Lookup::begin());
    for text in texts {
        let (Turn::Ask(lookup) | Turn::Again(lookup) | Turn::Tell(lookup)) = turn else {
            panic!("over before {text}: {turn:?}")
        };
        turn = lookup.hear(text, YEAR);
    }
    turn
}

fn told(texts: &[&str]) -> Lookup {
    match said(texts) {
        Turn::Tell(lookup) => lookup,
        other => panic!("{texts:?}: {other:?}"),
    }
}

fn asked(texts: &[&str]) -> (Step, Answers) {
    match said(texts) {
        Turn::Ask(lookup) => (lookup.step, lookup.answers),
        other => panic!("{texts:?}: {other:?}"),
    }
}

#[test]
fn a_lookup_begins_by_its_words() {
    for text in ["查档", "我要查档案。", "请问怎么查档案？", "您好，帮我查", "怎麼查檔案", "帮我查 档案"]
    {
        assert!(begins(text), "{text}");
    }
    for text in ["查档要收费吗", "水利 1956", "帮我查水利局", "", "档案"] {
        assert!(!begins(text), "{text}");
    }
}

#[test]
fn what_is_looked_for_is_said_by_number_or_by_word() {
    use Category::{Honour, House, Land, Marriage, Other, School, Service, SingleChild, Veteran};
    for (text, category) in [
        ("1", Marriage),
        ("一", Marriage),
        ("结婚证", Marriage),
        ("工龄", Service),
        ("3", Service),
        ("第3个", Service),
        ("我选四", School),
        ("我当过兵，要查当兵的档案", Veteran),
        ("独生子女光荣证", SingleChild),
        ("7", Land),
        ("老房子", House),
        ("九", Honour),
        ("十一", Other),
        ("其他", Other),
    ] {
        let Turn::Ask(lookup) = said(&[text]) else { panic!("{text}") };
        assert_eq!((lookup.sought, lookup.step), (Some(Sought::Livelihood(category)), Step::Who), "{text}");
    }
    for text in ["10", "公文", "关于知青的文件"] {
        let Turn::Ask(lookup) = said(&[text]) else { panic!("{text}") };
        assert_eq!((lookup.sought, lookup.step), (Some(Sought::Documents), Step::About), "{text}");
    }
    assert_eq!(sought("今天天气"), None);
    for text in ["0", "12", "1986", "1、2", "-1", "1986年"] {
        assert!(choice(text, OFFERED.len()).is_none() || text == "1、2", "{text}");
    }
}

#[test]
fn whose_records_they_are_is_understood() {
    for (text, whose) in [
        ("我自己的", Some(Person::Own)),
        ("本人", Some(Person::Own)),
        ("我", Some(Person::Own)),
        ("我妈妈的", Some(Person::Other)),
        ("代办", Some(Person::Other)),
        ("我父亲，已经去世了", Some(Person::Deceased)),
        ("老伴不在了", Some(Person::Deceased)),
        ("开门吗", None),
    ] {
        assert_eq!(person(text), whose, "{text}");
    }
}

#[test]
fn years_are_understood_as_people_say_them() {
    for (text, meant) in [
        ("1986", Some((1986, 1986))),
        ("86", Some((1986, 1986))),
        ("八六年", Some((1986, 1986))),
        ("大概五十年代吧", Some((1950, 1959))),
        ("民国三十五年", Some((1946, 1946))),
        ("1975年到1978年", Some((1975, 1978))),
        ("不是1975年就是1976年", Some((1975, 1976))),
        ("三十年前", Some((1994, 1998))),
        ("三十多年前", Some((1987, 1996))),
        ("1958年以前", Some((chinese::FIRST_YEAR, 1958))),
        ("去年", Some((2025, 2025))),
        ("大前年", Some((2023, 2023))),
        ("2099年", None),
        ("很久以前", None),
        ("桥头公社", None),
    ] {
        assert_eq!(years(text, YEAR), meant, "{text}");
    }
}

#[test]
fn a_topic_is_taken_out_of_its_sentence() {
    for (text, meant) in [
        ("关于水利的文件", Some("水利")),
        ("水利方面的文件", Some("水利")),
        ("桥头水库", Some("桥头水库")),
        ("不知道", None),
        ("文件", None),
        ("……", None),
    ] {
        assert_eq!(topic(text).as_deref(), meant, "{text}");
    }
    assert_eq!(topic(&"水".repeat(500)).unwrap().chars().count(), 40);
}

#[test]
fn a_persons_name_is_no_place() {
    assert!(is_place("桥头公社") && is_place("在县农机厂") && is_place("清华大学"));
    assert!(!is_place("王小明") && !is_place("桥头公社 王小明") && !is_place("12345") && !is_place("😀"));
}

#[test]
fn of_records_about_persons_only_choices_and_years_are_kept() {
    let lookup = told(&["婚姻", "替我妈妈", "八十年代", "在桥头公社登记，我妈叫王小明"]);
    let kept = serde_json::to_string(&lookup.answers).unwrap();
    assert_eq!(
        kept,
        r#"{"person":"other","years":[1980,1989],"knows_place":true,"about":null,"issuer":null,"is_unclear":false}"#
    );
}

#[test]
fn what_is_not_known_is_passed_over_and_what_is_not_understood_is_asked_once_more() {
    let lookup = told(&["工龄", "1", "不知道", "记不清了"]);
    assert_eq!((lookup.answers.years, lookup.answers.knows_place), (None, false));
    let Turn::Again(lookup) = said(&["工龄", "1", "很久了"]) else { panic!("asked once more") };
    assert_eq!(lookup.step, Step::When);
    assert_eq!(asked(&["工龄", "1", "很久了", "真的很久了"]).0, Step::Where, "then passed over");
    assert!(matches!(said(&["今天天气"]), Turn::Again(_)));
    assert_eq!(said(&["今天天气", "真好"]), Turn::Pass, "the others may know");
}

#[test]
fn one_can_go_back_begin_again_and_leave() {
    assert_eq!(asked(&["工龄", "1", "上一步"]).0, Step::Who);
    assert_eq!(asked(&["上一步"]).0, Step::What);
    assert_eq!(asked(&["工龄", "1", "1986", "上一步", "上一步", "上一步"]).0, Step::What);
    assert_eq!(asked(&["工龄", "1", "1986", "查档"]), (Step::What, Answers::default()));
    assert_eq!(asked(&["工龄", "1", "1986", "机械厂", "上一步"]).0, Step::Where, "after the answer too");
    assert_eq!(said(&["工龄", "取消"]), Turn::Leave);
    assert_eq!(said(&["工龄", "1", "1986", "机械厂", "水利 1956"]), Turn::Pass);
}

#[test]
fn documents_are_asked_for_by_topic_or_by_number() {
    let lookup = told(&["公文", "桥头水库", "五十年代", "县水利局"]);
    let answers = lookup.answers;
    assert_eq!((answers.about.as_deref(), answers.issuer.as_deref()), (Some("桥头水库"), Some("县水利局")));
    assert_eq!(answers.years, Some((1950, 1959)));
    assert_eq!(told(&["公文", "粤府〔2023〕68号"]).answers.about.as_deref(), Some("粤府〔2023〕68号"));
    assert_eq!(told(&["粤府〔2023〕68号"]).sought, Some(Sought::Documents));
    assert_eq!(told(&["公文", "不知道", "不知道", "不知道"]).answers, Answers::default());
}

#[test]
fn what_is_kept_under_a_name_is_found_under_it() {
    for (name, sought) in NAMES {
        assert_eq!((sought.name(), Sought::named(name)), (name, Some(sought)));
    }
    for (name, step) in Step::ALL {
        assert_eq!((step.name(), Step::named(name)), (name, Some(step)));
    }
    assert!(OFFERED.iter().all(|sought| NAMES.iter().any(|(_, named)| named == sought)));
}

/// Texts that mean something in a lookup, and any others.
fn texts() -> impl Strategy<Value = String> {
    let meant = vec![
        "1",
        "3",
        "10",
        "本人",
        "去世",
        "不知道",
        "1986",
        "五十年代",
        "桥头公社",
        "上一步",
        "查档",
        "公文",
        "水利",
        "粤府〔2023〕68号",
        "😀",
        "王小明",
    ];
    prop_oneof![3 => prop::sample::select(meant).prop_map(str::to_owned), 1 => "\\PC{0,30}"]
}

proptest! {
    /// From any state 取消 ends, any text is answered or given to the other voices, and who only says 不知道 gets to the end.
    #[test]
    fn a_lookup_is_never_stuck(texts in prop::collection::vec(texts(), 0..20)) {
        let mut lookup = Lookup::begin();
        for text in &texts {
            prop_assert_eq!(lookup.clone().hear("取消", YEAR), Turn::Leave);
            let mut to_the_end = lookup.clone();
            for _ in 0..4 {
                match to_the_end.clone().hear("不知道", YEAR) {
                    Turn::Ask(next) | Turn::Again(next) | Turn::Tell(next) => to_the_end = next,
                    Turn::Leave | Turn::Pass => break,
                }
            }
            prop_assert!(matches!(to_the_end.step, Step::Told | Step::What));
            lookup = match lookup.hear(text, YEAR) {
                Turn::Ask(next) | Turn::Again(next) => {
                    prop_assert!(next.step != Step::Told);
                    next
                }
                Turn::Tell(next) => {
                    prop_assert!(next.step == Step::Told && next.sought.is_some());
                    next
                }
                Turn::Leave | Turn::Pass => Lookup::begin(),
            };
        }
    }

    /// Whatever is typed about persons, nothing of it is kept.
    #[test]
    fn no_text_about_persons_is_kept(texts in prop::collection::vec(texts(), 0..12)) {
        let mut lookup = Lookup { sought: Some(OFFERED[0]), step: Step::Who, answers: Answers::default() };
        for text in &texts {
            lookup = match lookup.hear(text, YEAR) {
                Turn::Ask(next) | Turn::Again(next) | Turn::Tell(next) => next,
                Turn::Leave | Turn::Pass => break,
            };
            let of_documents = lookup.sought == Some(Sought::Documents);
            prop_assert!(of_documents || (lookup.answers.about.is_none() && lookup.answers.issuer.is_none()));
        }
    }
}
