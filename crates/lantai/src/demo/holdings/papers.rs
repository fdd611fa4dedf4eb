//! The offices' papers: volumes of the older years, single items of the later ones.

use std::collections::BTreeMap;

use super::fonds::{Fonds, OFFICES};
use super::phrases::{Filled, Kind, Phrases, Theme, fill};
use super::register::{MARK, Register};
use super::row::Row;
use super::style::{day, span, year_words};

/// The offices within an office, as reference codes filed by item name them.
const ROOMS: [&str; 3] = ["办公室", "业务股", "人秘股"];

/// Writes the fonds of all offices.
pub(super) fn write(register: &mut Register) {
    let phrases = Phrases::load();
    for fonds in OFFICES {
        register.fonds((fonds.code, fonds.title), fonds.title, fonds.years);
        volumes(register, &fonds, &phrases);
        items(register, &fonds, &phrases);
    }
}

fn base(fonds: &Fonds) -> Row {
    Row {
        fonds: fonds.code.to_owned(),
        fonds_title: fonds.title.to_owned(),
        creator: fonds.title.to_owned(),
        category: "文书".to_owned(),
        ..Row::default()
    }
}

/// The series of volumes: 全宗号-目录号-案卷号-件号.
fn volumes(register: &mut Register, fonds: &Fonds, phrases: &Phrases) {
    let last = fonds.years.1.min(fonds.by_item_from - 1);
    let series = format!("{}-001", fonds.code);
    register.series(&series, &format!("文书档案（{}—{last}年，案卷）", fonds.years.0), &base(fonds));
    let (mut previous, mut year) = (String::new(), fonds.years.0);
    for number in 0..fonds.volumes {
        let even = fonds.years.0 + number * (last - fonds.years.0) / (fonds.volumes - 1).max(1);
        // A year sooner or later where volumes stand apart, but never before the volume before it.
        let apart = last - fonds.years.0 > fonds.volumes;
        let shift = if apart && number > 0 { register.chance.between(0, 2) } else { 1 };
        year = (even + shift - 1).clamp(year, last);
        let Some(theme) = choose(register, phrases, fonds.field, year, &previous) else { continue };
        previous.clone_from(&theme.matter);
        volume(register, fonds, theme, year, &format!("{series}-{:03}", number + 1));
    }
}

/// A theme of that year; mostly of the office's own field, and not the one of the volume before.
fn choose<'p>(register: &Register, phrases: &'p Phrases, field: &str, year: u32, not: &str) -> Option<&'p Theme> {
    let own = phrases.themes(field, year);
    let common = phrases.themes("common", year);
    let from = if own.is_empty() || register.chance.percent(12) { common } else { own };
    let others: Vec<&Theme> = from.iter().copied().filter(|theme| theme.matter != not).collect();
    register.chance.pick(if others.is_empty() { &from } else { &others }).copied()
}

fn volume(register: &mut Register, fonds: &Fonds, theme: &Theme, year: u32, code: &str) {
    let wanted = usize::try_from(register.chance.between(7, 11)).unwrap_or(0);
    let patterns = theme.patterns(year);
    let again: Vec<(Kind, &str)> = patterns.iter().copied().filter(|(_, pattern)| names_a_place(pattern)).collect();
    let (mut order, second) = (register.chance.shuffled(&patterns), register.chance.shuffled(&again));
    order.extend(second.iter().copied().chain(second.iter().copied()));
    let items: Vec<Row> =
        order.into_iter().take(wanted).map(|what| paper(register, fonds, theme, year, *what)).collect();
    let mut days: Vec<String> = items.iter().map(|item| item.date.clone()).collect();
    days.sort();
    let body = fonds.body_name(year);
    let (retention, _) = register.retention(year);
    let title = match register.chance.between(0, 2) {
        0 => format!("{body}关于{}的文件材料（{}）", theme.matter, year_words(year)),
        1 => format!("{}{body}{}材料", year_words(year), theme.matter),
        _ => format!("{body}、上级关于{}的通知、报告、批复（{}）", theme.matter, year_words(year)),
    };
    let whole = Row {
        reference_code: code.to_owned(),
        title: title.clone(),
        creator: body,
        date: span(&days, year),
        retention: retention.to_owned(),
        openness: if year <= 1998 { "开放" } else { "未审核" }.to_owned(),
        classification: "公开".to_owned(),
        level: "案卷级".to_owned(),
        pages: items.iter().filter_map(|item| item.pages.parse::<u32>().ok()).sum::<u32>().to_string(),
        subjects: theme.subjects.clone(),
        note: MARK.to_owned(),
        ..base(fonds)
    };
    register.rows.push(whole);
    let ordered = items.into_iter().zip(days).zip(1..);
    register.rows.extend(ordered.map(|((item, date), number): ((Row, String), u32)| Row {
        reference_code: format!("{code}-{number:03}"),
        date,
        retention: retention.to_owned(),
        volume: code.to_owned(),
        ..item
    }));
}

/// Whether a pattern may be used twice in a volume, for two places or people.
fn names_a_place(pattern: &str) -> bool {
    ["{社}", "{队}", "{厂}", "{校}", "{库}", "{山}", "{货}", "{人}"].iter().any(|slot| pattern.contains(slot))
}

/// The series filed by item: 全宗号-门类·年度·保管期限·机构-件号.
fn items(register: &mut Register, fonds: &Fonds, phrases: &Phrases) {
    if fonds.items == 0 {
        return;
    }
    let (first, last) = (fonds.by_item_from, fonds.years.1);
    let series = format!("{}-WS", fonds.code);
    register.series(&series, &format!("文书档案（{first}—{last}年，归档文件）"), &base(fonds));
    let mut next: BTreeMap<(u32, &str, &str), u32> = BTreeMap::new();
    for number in 0..fonds.items {
        let year = first + number * (last - first + 1) / fonds.items;
        let Some(theme) = choose(register, phrases, fonds.field, year, "") else { continue };
        let patterns = theme.patterns(year);
        let Some((kind, pattern)) = register.chance.pick(&patterns).copied() else { continue };
        let item = paper(register, fonds, theme, year, (kind, pattern));
        let (retention, letter) = register.retention(year);
        let room = register.chance.word(&ROOMS);
        let count = next.entry((year, letter, room)).or_default();
        *count += 1;
        register.rows.push(Row {
            reference_code: format!("{series}·{year}·{letter}·{room}-{count:04}"),
            retention: retention.to_owned(),
            ..item
        });
    }
}

/// One paper of an office, without its place in the arrangement.
fn paper(register: &mut Register, fonds: &Fonds, theme: &Theme, year: u32, what: (Kind, &str)) -> Row {
    let (kind, pattern) = what;
    let own = fonds.body_name(year);
    let (creator, sign) = match kind {
        Kind::Received => fonds.above(year),
        Kind::Sent | Kind::Inside => (own.clone(), format!("临{}", fonds.sign)),
    };
    let filled = title(register, pattern, &own, &creator, year);
    let numbered = kind != Kind::Inside && register.chance.percent(94);
    let document_number = if numbered { register.numbers.next(&register.chance, &sign, year) } else { String::new() };
    let longest = if kind == Kind::Inside { 46 } else { 9 };
    let mut row = Row {
        title: filled.title,
        document_number,
        creator,
        date: day(&register.chance, year),
        level: "文件级".to_owned(),
        pages: register.chance.between(1, longest).to_string(),
        persons: filled.person.unwrap_or_default(),
        subjects: theme.subjects.clone(),
        ..base(fonds)
    };
    register.access(&mut row, year);
    row
}

/// A title nobody has had yet: filled anew, as a supplement, or with its year, as offices themselves told papers apart.
fn title(register: &mut Register, pattern: &str, own: &str, creator: &str, year: u32) -> Filled {
    let mut filled = fill(pattern, own, year, &register.chance);
    for attempt in 0..12 {
        if attempt >= 4 {
            filled.title = supplemented(&filled.title);
        }
        if attempt >= 8 && !filled.title.contains('（') {
            filled.title = format!("{}（{}）", filled.title, year_words(year));
        }
        if filled.title.starts_with("关于") && register.chance.percent(55) {
            filled.title.insert_str(0, creator);
        }
        if register.take_title(&filled.title) {
            break;
        }
        filled = fill(pattern, own, year, &register.chance);
    }
    filled
}

/// `关于…的通知` made `关于…的补充通知`; other titles stay.
fn supplemented(title: &str) -> String {
    const ENDINGS: [(&str, &str); 6] = [
        ("的通知", "的补充通知"),
        ("的报告", "的补充报告"),
        ("的意见", "的补充意见"),
        ("的请示", "的再次请示"),
        ("的批复", "的补充批复"),
        ("的规定", "的补充规定"),
    ];
    let found = ENDINGS.iter().find_map(|(ending, other)| Some(title.strip_suffix(ending)?.to_owned() + other));
    found.unwrap_or_else(|| title.to_owned())
}
