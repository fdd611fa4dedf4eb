//! The numbers of the readability light, each under a name, as staff see and change them.

use std::collections::BTreeMap;

use chinese::readability::Weights;

/// A number of the light.
#[derive(Debug)]
pub(crate) struct Number {
    /// The name it is kept under.
    pub(crate) name: &'static str,
    /// What it is called.
    pub(crate) label: &'static str,
    /// What it means.
    pub(crate) hint: &'static str,
    /// The least and the most it may be.
    pub(crate) range: (u32, u32),
    get: fn(&Weights) -> u32,
    set: fn(&mut Weights, u32),
}

/// What a weight is counted in: points of a finding, where it begins, where the light changes.
pub(crate) const WEIGHED: [(&str, &str); 3] =
    [("points.", "每处计几分"), ("limits.", "多少算过"), ("lights.", "几分变灯")];

/// All of them, in their order.
pub(crate) const NUMBERS: [Number; 19] = [
    points("points.long_sentence", "长句", |w| w.points.long_sentence, |w, n| w.points.long_sentence = n),
    points("points.long_paragraph", "长段", |w| w.points.long_paragraph, |w, n| w.points.long_paragraph = n),
    points("points.noun_chain", "名词堆叠", |w| w.points.noun_chain, |w, n| w.points.noun_chain = n),
    points("points.official_phrase", "公文套话", |w| w.points.official_phrase, |w, n| w.points.official_phrase = n),
    points("points.classical", "文言", |w| w.points.classical, |w, n| w.points.classical = n),
    points("points.uncommon_word", "生僻词", |w| w.points.uncommon_word, |w, n| w.points.uncommon_word = n),
    points("points.era_year", "年号未注公元", |w| w.points.era_year, |w, n| w.points.era_year = n),
    points("points.abbreviation", "简称未解释", |w| w.points.abbreviation, |w, n| w.points.abbreviation = n),
    points("points.jargon", "行话", |w| w.points.jargon, |w, n| w.points.jargon = n),
    Number {
        name: "limits.sentence",
        label: "一句最多几个字",
        hint: "超过算长句",
        range: (10, 200),
        get: |w| small(w.limits.sentence),
        set: |w, n| w.limits.sentence = large(n),
    },
    Number {
        name: "limits.mean",
        label: "平均一句最多几个字",
        hint: "全文平均超过时至少是黄灯",
        range: (10, 200),
        get: |w| small(w.limits.mean),
        set: |w, n| w.limits.mean = large(n),
    },
    Number {
        name: "limits.chain",
        label: "几个名词相连算堆叠",
        hint: "从这个数起",
        range: (3, 20),
        get: |w| small(w.limits.chain),
        set: |w, n| w.limits.chain = large(n),
    },
    Number {
        name: "limits.uncommon",
        label: "一段有几个生僻词算多",
        hint: "从这个数起",
        range: (1, 50),
        get: |w| small(w.limits.uncommon),
        set: |w, n| w.limits.uncommon = large(n),
    },
    Number {
        name: "limits.lines",
        label: "一段最多几行",
        hint: "超过算长段；手机一屏约 22 行",
        range: (3, 100),
        get: |w| small(w.limits.lines),
        set: |w, n| w.limits.lines = large(n),
    },
    Number {
        name: "limits.line",
        label: "手机上一行几个字",
        hint: "用来算一段有几行",
        range: (10, 40),
        get: |w| small(w.limits.line),
        set: |w, n| w.limits.line = large(n),
    },
    Number {
        name: "lights.paragraph_yellow",
        label: "一段从几分起是黄灯",
        hint: "一段的分数相加",
        range: (1, 1000),
        get: |w| w.lights.paragraph_yellow,
        set: |w, n| w.lights.paragraph_yellow = n,
    },
    Number {
        name: "lights.paragraph_red",
        label: "一段从几分起是红灯",
        hint: "不能小于黄灯的分数",
        range: (1, 1000),
        get: |w| w.lights.paragraph_red,
        set: |w, n| w.lights.paragraph_red = n,
    },
    Number {
        name: "lights.text_yellow",
        label: "全文从几分起是黄灯",
        hint: "每一千字的分数",
        range: (1, 1000),
        get: |w| w.lights.text_yellow,
        set: |w, n| w.lights.text_yellow = n,
    },
    Number {
        name: "lights.text_red",
        label: "全文从几分起是红灯",
        hint: "每一千字的分数；不能小于黄灯的分数",
        range: (1, 1000),
        get: |w| w.lights.text_red,
        set: |w, n| w.lights.text_red = n,
    },
];

const fn points(
    name: &'static str,
    label: &'static str,
    get: fn(&Weights) -> u32,
    set: fn(&mut Weights, u32),
) -> Number {
    Number { name, label, hint: "0 分：照样指出，不影响灯", range: (0, 20), get, set }
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn large(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

impl Number {
    /// What it is among some weights.
    pub(crate) fn of(&self, weights: &Weights) -> u32 {
        (self.get)(weights)
    }
}

/// The weights that differ from the built-in ones in these numbers; names nobody knows are left out.
pub(crate) fn weights(own: &BTreeMap<String, u32>) -> Weights {
    let mut weights = Weights::default();
    for number in &NUMBERS {
        if let Some(value) = own.get(number.name) {
            (number.set)(&mut weights, *value);
        }
    }
    weights
}

/// What does not fit in numbers, for whoever has to mend it.
pub(super) fn problem(own: &BTreeMap<String, u32>) -> Option<String> {
    for (name, value) in own {
        let Some(number) = NUMBERS.iter().find(|number| number.name == name) else {
            return Some(format!("没有“{name}”这个数"));
        };
        let (least, most) = number.range;
        if !(least..=most).contains(value) {
            return Some(format!("“{}”应在 {least} 到 {most} 之间", number.label));
        }
    }
    let lights = weights(own).lights;
    let in_order = lights.paragraph_yellow <= lights.paragraph_red && lights.text_yellow <= lights.text_red;
    (!in_order).then(|| "红灯的分数不能小于黄灯的分数".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_a_name_of_its_own_and_is_set_and_read_alike() {
        let mut names: Vec<&str> = NUMBERS.iter().map(|number| number.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), NUMBERS.len());
        for number in &NUMBERS {
            assert!(WEIGHED.iter().any(|(group, _)| number.name.starts_with(group)), "{}", number.name);
            let built_in = number.of(&Weights::default());
            assert!((number.range.0..=number.range.1).contains(&built_in), "{}", number.name);
            let own: BTreeMap<String, u32> = [(number.name.to_owned(), number.range.1)].into();
            let changed = weights(&own);
            assert_eq!(number.of(&changed), number.range.1, "{}", number.name);
            let others = NUMBERS.iter().filter(|other| other.name != number.name);
            assert!(others.into_iter().all(|other| other.of(&changed) == other.of(&Weights::default())));
        }
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let of = |name: &str, value| problem(&[(name.to_owned(), value)].into());
        assert_eq!(of("limits.sentence", 60), None);
        assert_eq!(of("limits.sentence", 2).as_deref(), Some("“一句最多几个字”应在 10 到 200 之间"));
        assert_eq!(of("limits.words", 2).as_deref(), Some("没有“limits.words”这个数"));
        assert_eq!(of("lights.text_red", 4).as_deref(), Some("红灯的分数不能小于黄灯的分数"));
    }
}
