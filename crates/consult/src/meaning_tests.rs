use super::*;

fn faqs() -> Vec<Faq> {
    let faq = |question: &str, variants: &[&str]| Faq {
        question: question.into(),
        variants: variants.iter().map(|text| (*text).to_owned()).collect(),
        ..Faq::default()
    };
    vec![faq("婚姻", &["结婚"]), faq("收费", &["要钱"]), faq("代查", &[]), faq("停车", &[])]
}

fn vector(numbers: &[f32]) -> Vector {
    Vector::of(numbers).unwrap()
}

/// All wordings but 停车, each question in a direction of its own, all of them leaning towards a fourth.
fn meanings() -> Meanings {
    let vectors = [
        ("婚姻", [1.0, 0.0, 0.0, 1.0]),
        ("结婚", [1.0, 0.1, 0.0, 1.0]),
        ("收费", [0.0, 1.0, 0.0, 1.0]),
        ("要钱", [0.0, 1.0, 0.1, 1.0]),
        ("代查", [0.0, 0.0, 1.0, 1.0]),
    ];
    Meanings::new(&faqs(), &vectors.map(|(wording, numbers)| (digest(wording), vector(&numbers))).into())
}

#[test]
fn a_vector_is_kept_as_it_was_and_what_is_none_is_refused() {
    let one = vector(&[3.0, -4.0]);
    assert_eq!(one, vector(&[0.6, -0.8]));
    assert_eq!(Vector::from_bytes(&one.bytes()).unwrap().bytes().len(), 8);
    assert!((one.likeness(&Vector::from_bytes(&one.bytes()).unwrap()) - 1.0).abs() < 1e-6);
    assert_eq!(one.likeness(&vector(&[1.0])).to_bits(), 0.0_f32.to_bits(), "of another model");
    assert_eq!(Vector::from_bytes(&[0; 7]), None);
    for none in [vec![], vec![0.0, 0.0], vec![f32::NAN], vec![f32::INFINITY, 1.0], vec![1.0; MOST_NUMBERS + 1]] {
        assert_eq!(Vector::of(&none), None);
    }
}

#[test]
fn near_is_what_the_wordings_of_other_questions_are_not() {
    let meanings = meanings();
    assert_eq!(meanings.ready(), (5, 6));
    assert_eq!(meanings.meant(&vector(&[1.0, 0.0, 0.0, 1.1]), None), [0]);
    assert_eq!(meanings.meant(&vector(&[1.0, 0.9, 0.0, 1.9]), None).first(), Some(&0), "the nearest first");
    assert!(meanings.meant(&vector(&[1.0, 1.0, 1.0, -1.0]), None).is_empty());
    assert_eq!(meanings.meant(&vector(&[1.0, 0.0, 0.0, 1.0]), Some("婚姻")), [0], "by its other wording");
    assert!(meanings.meant(&vector(&[0.0, 0.0, 1.0, 1.0]), Some("代查")).is_empty(), "its only one left out");
    let alone = Meanings::new(&faqs()[..1], &[(digest("婚姻"), vector(&[1.0, 0.0]))].into());
    assert!(alone.meant(&vector(&[1.0, 0.0]), None).is_empty(), "one question has no neighbour to measure by");
    assert!(Meanings::default().meant(&vector(&[1.0]), None).is_empty());
}

#[test]
fn meaning_alone_never_answers() {
    let all = faqs();
    let [a, b, c, d] = &all[..] else { panic!() };
    assert_eq!(together(Found::Nothing, &[]), Found::Nothing);
    assert_eq!(together(Found::Nothing, &[a]), Found::Offer(vec![a]));
    assert_eq!(together(Found::Answer(b), &[a]), Found::Answer(b), "what is certain stays");
    assert_eq!(together(Found::Offer(vec![a, b]), &[a, c]), Found::Answer(a), "both say the same");
    assert_eq!(together(Found::Offer(vec![a, b]), &[b, c, d]), Found::Offer(vec![b, a, c]));
    assert_eq!(together(Found::Offer(vec![a]), &[]), Found::Offer(vec![a]));
}

/// Vectors of a model that tells questions apart by so much: of each a part is the question's own, the rest is chance.
fn model(faqs: &[Faq], own: f32) -> Meanings {
    let random = kernel::Random::seeded(27);
    let chance = || -> Vec<f32> {
        let mut bytes = [0; 128];
        random.fill(&mut bytes);
        bytes.iter().map(|byte| f32::from(*byte) - 127.5).collect()
    };
    let mut vectors = HashMap::new();
    for faq in faqs {
        let question = vector(&chance());
        for wording in faq.wordings() {
            let other = vector(&chance());
            let mixed = question.0.iter().zip(&other.0).map(|(one, other)| own * one + (1.0 - own) * other);
            vectors.insert(digest(wording), vector(&mixed.collect::<Vec<f32>>()));
        }
    }
    Meanings::new(faqs, &vectors)
}

#[test]
fn a_model_that_knows_helps_and_one_that_does_not_harms_little() {
    let faqs = crate::commonest::questions();
    let counts = |meanings: &Meanings| {
        let all = crate::faq::measured(&faqs, crate::Thresholds::default(), meanings);
        let mut counts = [0_usize; 5];
        for (_, expected, found) in all {
            let place = match found {
                crate::faq::Outcome::Answer(found) if found == expected => 0,
                crate::faq::Outcome::Offer(offered) if offered.contains(&expected) => 1,
                crate::faq::Outcome::Nothing => 2,
                crate::faq::Outcome::Offer(_) => 3,
                crate::faq::Outcome::Answer(_) => 4,
            };
            counts[place] += 1;
        }
        counts
    };
    let [answered, offered, none, beside, wrong] = counts(&Meanings::default());
    let all = answered + offered + none + beside + wrong;
    let ignorant = counts(&model(&faqs, 0.0));
    assert!(ignorant[4] <= wrong + 2 && ignorant[0] + ignorant[1] + 3 > answered + offered, "{ignorant:?}");
    assert!(ignorant[3] < beside + all / 20, "few useless offers more: {ignorant:?}");
    let knowing = counts(&model(&faqs, 0.5));
    assert!(knowing[0] > answered * 3 / 2 && knowing[4] <= wrong + 1, "{knowing:?}");
    assert!(knowing[2] + knowing[3] < (none + beside) / 5, "most are led to their question: {knowing:?}");
}
