//! The whole engine against a scan of everything.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;
use tempfile::TempDir;

use crate::{
    Class, Code, CodeField, Document, Error, FacetField, Filter, GivenUp, Layout, Part, Query, Ranking, Reader, Relax,
    Relaxed, Sort, TextField, Writer, WriterOptions,
};

fn layout() -> Layout {
    Layout {
        texts: vec![TextField { name: "title".into(), weight: 100 }, TextField { name: "creator".into(), weight: 40 }],
        codes: vec![CodeField { name: "reference".into() }, CodeField { name: "number".into() }],
        facets: vec![FacetField { name: "fonds".into() }],
    }
}

/// A record of the tests.
#[derive(Clone, Debug, Default)]
struct Record {
    title: String,
    creator: String,
    code: Option<String>,
    fonds: Option<&'static str>,
    years: Option<(i16, i16)>,
    prior: u8,
    order: u8,
}

impl Record {
    fn titled(title: &str) -> Self {
        Self { title: title.to_owned(), ..Self::default() }
    }

    fn document(&self, key: u64) -> Document<'_> {
        Document {
            key,
            texts: vec![(0, Cow::from(self.title.as_str())), (1, Cow::from(self.creator.as_str()))],
            codes: self.code.iter().map(|code| (0, Cow::from(code.as_str()))).collect(),
            facets: self.fonds.iter().map(|fonds| (0, Cow::from(*fonds))).collect(),
            years: self.years,
            prior: self.prior,
            order: Cow::from(vec![self.order]),
        }
    }

    fn contains(&self, part: &str) -> bool {
        chinese::normalise(&self.title).contains(part) || chinese::normalise(&self.creator).contains(part)
    }

    fn within(&self, (from, to): (i16, i16)) -> bool {
        self.years.is_some_and(|(first, last)| first <= to && last >= from)
    }
}

struct Fixture {
    dir: TempDir,
    writer: Option<Writer>,
}

fn open(dir: &Path) -> Writer {
    Writer::open(dir, &layout(), WriterOptions { memory: 15_000_000, threads: 1 }).expect("the writer")
}

impl Fixture {
    fn new() -> Self {
        let dir = TempDir::new().expect("a temporary folder");
        let writer = Some(open(dir.path()));
        Self { dir, writer }
    }

    fn with(records: &[Record]) -> Self {
        let mut fixture = Self::new();
        for (key, record) in (1..).zip(records) {
            fixture.writer().put(&record.document(key)).expect("put");
        }
        fixture.writer().commit(1).expect("commit");
        fixture
    }

    fn writer(&mut self) -> &mut Writer {
        self.writer.as_mut().expect("a writer between steps")
    }

    fn optimise(&mut self) {
        self.writer = self.writer.take().map(|writer| writer.optimise().expect("optimise"));
    }

    fn reader(&self) -> Reader {
        Reader::open(self.dir.path(), &layout(), Ranking::default(), Arc::default()).expect("the index just made")
    }
}

fn keys(reader: &Reader, query: &Query) -> Vec<u64> {
    reader.search(query).expect("search").items.iter().map(|hit| hit.key).collect()
}

/// All pages of a query, three hits each.
fn walk(reader: &Reader, query: &Query) -> (u64, Vec<u64>) {
    let mut all = Vec::new();
    loop {
        let hits = reader.search(&Query { offset: all.len(), limit: 3, ..query.clone() }).expect("search");
        if hits.items.is_empty() {
            return (hits.total, all);
        }
        all.extend(hits.items.iter().map(|hit| hit.key));
    }
}

#[test]
fn a_commit_that_was_cut_short_can_be_made_again() {
    // Enough records that the removal of one is noted beside them and not merged away.
    let mut fixture = Fixture::with(&["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"].map(Record::titled));
    let meta = fixture.dir.path().join("meta.json");
    let before = std::fs::read(&meta).expect("the last word of the commit");
    fixture.writer = None;
    fixture.writer = Some(open(fixture.dir.path()));
    fixture.writer().remove(1);
    fixture.writer().commit(2).expect("commit");
    // As if it had been killed when all but the last word was written.
    fixture.writer = None;
    std::fs::write(&meta, before).expect("the last word taken back");
    fixture.writer = Some(open(fixture.dir.path()));
    assert_eq!(fixture.writer().watermark(), 1);
    fixture.writer().remove(1);
    fixture.writer().commit(2).expect("the same commit again");
    assert_eq!(fixture.reader().records(), 9);
}

#[test]
fn the_folder_is_given_up_when_merges_have_ended() {
    let mut fixture = Fixture::new();
    for commit in 0..8 {
        for key in 0..200 {
            fixture.writer().put(&Record::titled("民政局会议").document(commit * 200 + key)).expect("put");
        }
        fixture.writer().commit(commit + 1).expect("commit");
    }
    fixture.writer = None;
    let index = tantivy::Index::open_in_dir(fixture.dir.path()).expect("the index");
    assert_eq!(index.load_metas().expect("the last word").segments.len(), 1, "the merge of all eight has ended");
}

#[test]
fn a_word_comes_before_what_only_looks_like_one() {
    let fixture = Fixture::with(&["上海关于修路的通知", "本县与邻县海关往来的信件"].map(Record::titled));
    assert_eq!(keys(&fixture.reader(), &Query { limit: 10, ..Query::typed("海关") }), [2, 1]);
    let ranking = Ranking { cut: 0, ..Ranking::default() };
    let reader = Reader::open(fixture.dir.path(), &layout(), ranking, Arc::default()).expect("open");
    assert_eq!(keys(&reader, &Query { limit: 10, ..Query::typed("海关") }), [1, 2]);
}

#[test]
fn a_part_may_be_asked_of_one_field_and_others_be_left_out() {
    let mut by_school = Record { creator: "县水利学校".to_owned(), ..Record::titled("关于招生的通知") };
    by_school.code = Some("x1-2".to_owned());
    let fixture = Fixture::with(&[Record::titled("水利学校的通知"), by_school, Record::titled("水库招生")]);
    let reader = fixture.reader();
    let found = |query: &Query| -> (u64, Vec<u64>) {
        let mut found = keys(&reader, &Query { limit: 10, ..query.clone() });
        found.sort_unstable();
        (reader.search(query).expect("search").total, found)
    };
    let of = |field, text: &str| Query { parts: vec![Part { field, ..Part::literal(text) }], ..Query::default() };
    for text in ["水利学校", "水利"] {
        assert_eq!(found(&of(None, text)), (2, vec![1, 2]), "{text}");
        assert_eq!(found(&of(Some(0), text)), (1, vec![1]), "{text}");
        assert_eq!(found(&of(Some(1), text)), (1, vec![2]), "{text}");
        assert_eq!(found(&of(Some(2), text)).0, 0, "a field that is not there holds nothing");
    }
    let without = |text: &str| Query { without: vec![Part::literal(text)], ..of(None, "招生") };
    assert_eq!(found(&without("水库")), (1, vec![2]));
    assert_eq!(found(&without("水利学校")), (1, vec![3]));
    assert_eq!(found(&without("")), (2, vec![2, 3]));
    let by_code = Query { codes: vec![Code { field: 0, value: "x1".to_owned(), prefix: true }], ..without("水库") };
    assert_eq!(found(&by_code), (1, vec![2]));
    assert_eq!(found(&Query { without: vec![Part::literal("水利学校")], ..by_code.clone() }), (1, vec![3]));
    let under =
        |value: &str| Query { under: vec![Code { field: 0, value: value.to_owned(), prefix: true }], ..of(None, "") };
    assert_eq!(found(&under("x1")), (1, vec![2]));
    assert_eq!(found(&under("x2")).0, 0);
    assert_eq!(found(&Query { parts: vec![Part::literal("水库")], ..under("x1") }).0, 0);
}

#[test]
fn another_text_may_stand_for_a_part_and_comes_after_it() {
    let fixture = Fixture::with(&["广东清源县志", "临溪县志", "临溪县概况", "邻县志"].map(Record::titled));
    let reader = fixture.reader();
    let place = Part { also: vec!["清源县".to_owned(), String::new()], ..Part::literal("临溪县") };
    let query = Query { parts: vec![place], limit: 10, ..Query::default() };
    let hits = reader.search(&query).expect("search");
    assert_eq!((hits.total, hits.items.last().map(|hit| hit.key)), (3, Some(1)));
    assert_eq!(crate::Highlighter::new(&hits.parts).mark("广东清源县志"), std::iter::once(6..15).collect::<Vec<_>>());
    let both = Query { parts: query.parts.into_iter().chain([Part::literal("志")]).collect(), ..query };
    assert_eq!(keys(&reader, &both), [2, 1]);
}

#[test]
fn a_title_is_found_by_every_slice_of_it() {
    let titles = [
        "关于印发《广东省档案条例》的通知（粤府〔2023〕68号）",
        "𠮷野家与“ 十三五”规划",
        "王　伟结婚登记",
        "WTO covid-19 2.6%",
    ];
    let fixture = Fixture::with(&titles.map(Record::titled));
    let reader = fixture.reader();
    for (key, title) in (1..).zip(titles) {
        let characters: Vec<char> = title.chars().collect();
        for length in 1..=8 {
            for slice in characters.windows(length) {
                let slice: String = slice.iter().collect();
                if !chinese::parts(&slice).is_empty() {
                    assert!(
                        keys(&reader, &Query { limit: 100, ..Query::typed(&slice) }).contains(&key),
                        "{slice} of {title}"
                    );
                }
            }
        }
    }
}

#[test]
fn codes_come_first_then_early_hits_in_titles_then_other_fields() {
    let record = |title: &str, creator: &str, code: Option<&str>| Record {
        creator: creator.to_owned(),
        code: code.map(ToOwned::to_owned),
        ..Record::titled(title)
    };
    let fixture = Fixture::with(&[
        record("粮食局报告", "民政局", None),
        record("关于县民政局的报告", "", None),
        record("民政局关于救灾的报告", "", None),
        record("民政局", "", None),
        record("别的", "", Some("民政局")),
        record("别的", "", Some("民政局-1")),
        record("另一个", "", None),
    ]);
    let reader = fixture.reader();
    let code = |prefix| Code { field: 0, value: "民政局".to_owned(), prefix };
    let query = Query { codes: vec![code(true)], ..Query::typed("民政局") };
    let hits = reader.search(&query).expect("search");
    assert_eq!(hits.items.iter().map(|hit| hit.key).collect::<Vec<_>>(), [5, 6, 4, 3, 2, 1]);
    assert_eq!(hits.total, 6);
    assert_eq!(
        (hits.items[0].class, hits.items[1].class, hits.items[2].class),
        (Class::ExactCode, Class::CodePrefix, Class::Contained)
    );
    let one = Code { field: 0, value: "民".to_owned(), prefix: true };
    assert_eq!(
        keys(&reader, &Query { codes: vec![one], limit: 9, ..Query::default() }),
        Vec::<u64>::new(),
        "too short to begin with"
    );
    assert_eq!(keys(&reader, &Query { codes: vec![code(false)], limit: 9, ..Query::default() }), [5]);
    let suggested =
        reader.suggest("民政", vec![Code { field: 0, value: "民政".into(), prefix: true }], 3).expect("suggest");
    assert_eq!(suggested.iter().map(|hit| hit.key).collect::<Vec<_>>(), [5, 6, 4]);
}

#[test]
fn equals_are_ordered_by_prior_then_order_then_key() {
    let record = |prior, order| Record { prior, order, ..Record::titled("同名卷") };
    let fixture = Fixture::with(&[record(20, 1), record(0, 9), record(20, 0), record(20, 1)]);
    assert_eq!(keys(&fixture.reader(), &Query::typed("同名")), [2, 3, 1, 4]);
    assert_eq!(keys(&fixture.reader(), &Query { sort: Sort::Order, ..Query::typed("同名") }), [3, 1, 4, 2]);
}

#[test]
fn years_filter_prefer_and_sort() {
    let dated = |years| Record { years, ..Record::titled("土地承包") };
    let fixture =
        Fixture::with(&[dated(None), dated(Some((1990, 1990))), dated(Some((1980, 1985))), dated(Some((1986, 1986)))]);
    let reader = fixture.reader();
    let query = Query::typed("土地");
    assert_eq!(keys(&reader, &Query { years: Some((1985, 1986)), ..query.clone() }), [3, 4]);
    assert_eq!(
        keys(&reader, &Query { prefer: Some((1986, 1986)), ..query.clone() }),
        [4, 1, 2, 3],
        "raised, none dropped"
    );
    assert_eq!(keys(&reader, &Query { sort: Sort::YearUp, ..query.clone() }), [3, 4, 2, 1]);
    assert_eq!(keys(&reader, &Query { sort: Sort::YearDown, ..query }), [2, 4, 3, 1]);
    let body_and_year = Query {
        parts: vec![Part::literal("承包"), Part { or_years: Some((1986, 1986)), ..Part::literal("1986") }],
        limit: 9,
        ..Query::default()
    };
    assert_eq!(keys(&reader, &body_and_year), [4]);
}

#[test]
fn facets_count_all_hits_and_filters_narrow_them() {
    let of = |fonds| Record { fonds: Some(fonds), ..Record::titled("调查表") };
    let fixture = Fixture::with(&[
        of("甲"),
        of("乙"),
        of("甲"),
        Record::titled("调查表"),
        Record { fonds: Some("丙"), ..Record::titled("无关") },
    ]);
    let reader = fixture.reader();
    let query = Query { facets: vec![0], limit: 1, ..Query::typed("调查") };
    let hits = reader.search(&query).expect("search");
    assert_eq!((hits.total, hits.items.len()), (4, 1));
    assert_eq!(hits.facets[0].values, [("甲".to_owned(), 2), ("乙".to_owned(), 1)]);
    let narrowed = |values: &[&str]| {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        keys(&reader, &Query { filters: vec![Filter { facet: 0, values }], limit: 9, ..Query::typed("调查") })
    };
    assert_eq!(narrowed(&["甲"]), [1, 3]);
    assert_eq!(narrowed(&["甲", "乙"]), [1, 2, 3]);
    assert_eq!(narrowed(&["丁"]), Vec::<u64>::new());
    assert_eq!(narrowed(&[]), Vec::<u64>::new());
}

#[test]
fn nothing_found_is_relaxed_step_by_step_and_said() {
    let fixture = Fixture::with(&[
        Record::titled("县民政局关于农村五保供养的通知"),
        Record::titled("教育局工作总结"),
        Record { years: Some((1975, 1975)), ..Record::titled("教育局的总结") },
    ]);
    let reader = fixture.reader();
    let ask = |typed: &str| {
        let hits = reader.search(&Query { relax: Relax::Fully, ..Query::typed(typed) }).expect("search");
        (hits.items.iter().map(|hit| hit.key).collect::<Vec<_>>(), hits.relaxed)
    };
    assert_eq!(ask("民政局"), (vec![1], None));
    assert_eq!(ask("\"民政局\""), (vec![1], None), "a phrase");
    assert_eq!(ask("《民政局》"), (vec![1], Some(Relaxed::Signs)));
    let words = |given_up: &[&str], years, partly| {
        let words = given_up.iter().map(|word| (*word).to_owned()).collect();
        Some(Relaxed::Words(GivenUp { words, years, partly }))
    };
    assert_eq!(ask("民政局 卫生院"), (vec![1], words(&["卫生院"], false, false)));
    let one = Some(Relaxed::OneCharacter);
    assert_eq!(ask("农村五保户供养的通知"), (vec![1], one.clone()), "a character too many");
    assert_eq!(ask("农村五包供养的通知 民政局"), (vec![1], one), "another character in one part");
    assert_eq!(ask("农村五包供养的通支"), (vec![1], words(&["通支"], false, true)), "two wrong characters are not one");
    assert_eq!(ask("请问有没有教育局工作的总结"), (vec![2], words(&[], false, false)), "a sentence");
    assert_eq!(ask("农村五保 民政局 工作总结").1, words(&[], false, true), "never together");
    assert_eq!(ask("李农村").0, [0_u64; 0], "a name is not cut");
    assert_eq!(ask("2017"), (vec![], None));
    let dated = |typed: &str, year: i16| {
        let mut query = Query { relax: Relax::Fully, ..Query::typed(typed) };
        query.parts.push(Part { or_years: Some((year, year)), ..Part::literal(format!("{year}年")) });
        let hits = reader.search(&query).expect("search");
        (hits.items.iter().map(|hit| hit.key).collect::<Vec<_>>(), hits.relaxed)
    };
    assert_eq!(dated("教育局", 1975), (vec![3], None));
    assert_eq!(dated("教育局总结", 1975), (vec![3], words(&[], false, false)));
    assert_eq!(dated("民政局", 1975), (vec![1], words(&[], true, false)), "of another year");
    assert_eq!(dated("征兵", 1975), (vec![], None), "the year alone is no answer");
    assert_eq!(ask("完全无关之物"), (vec![], None));
}

#[test]
fn there_is_one_writer_and_one_layout() {
    let fixture = Fixture::new();
    let again = |layout: &Layout| Writer::open(fixture.dir.path(), layout, WriterOptions::default()).map(|_| ());
    assert!(matches!(again(&layout()), Err(Error::Locked)));
    assert!(matches!(again(&Layout::default()), Err(Error::Layout)));
    assert!(matches!(
        Reader::open(&fixture.dir.path().join("none"), &layout(), Ranking::default(), Arc::default()),
        Err(Error::Missing)
    ));
}

#[test]
fn a_removed_record_leaves_no_byte_after_optimising() {
    let mut fixture = Fixture::with(&[Record::titled("公开的记录"), Record::titled("秘密往事")]);
    fixture.writer().remove(2);
    fixture.writer().commit(2).expect("commit");
    assert_eq!(keys(&fixture.reader(), &Query::typed("往事")), Vec::<u64>::new());
    fixture.optimise();
    for entry in std::fs::read_dir(fixture.dir.path()).expect("folder") {
        let bytes = std::fs::read(entry.expect("entry").path()).expect("file");
        assert!(memchr::memmem::find(&bytes, "秘密往事".as_bytes()).is_none());
    }
}

#[test]
fn a_replacement_that_was_never_committed_takes_nothing_away() {
    let mut fixture = Fixture::with(&[Record::titled("旧题名"), Record::titled("另一件"), Record::titled("删去")]);
    fixture.writer().remove(3);
    fixture.writer().commit(2).expect("commit");
    fixture.writer = None;
    fixture.writer = Some(open(fixture.dir.path()));
    // The first operation after opening, then a merge, then a kill.
    fixture.writer().put(&Record::titled("新题名").document(1)).expect("put");
    fixture.optimise();
    assert_eq!(keys(&fixture.reader(), &Query::typed("题名")), [1]);
    fixture.writer().put(&Record::titled("新题名").document(1)).expect("put");
    fixture.writer = None;
    fixture.writer = Some(open(fixture.dir.path()));
    fixture.writer().remove(1);
    fixture.optimise();
    assert_eq!(keys(&fixture.reader(), &Query::typed("旧题名")), [1]);
}

#[derive(Clone, Debug)]
enum Step {
    Put(u64, Record),
    Remove(u64),
    Commit,
    Reopen,
    Optimise,
}

fn records() -> impl Strategy<Value = Record> {
    let title = "[民政局长会议土地 （）2·a]{0,12}";
    let years = proptest::option::of((1980_i16..1984, 0_i16..3).prop_map(|(from, more)| (from, from + more)));
    (
        title,
        "[民政局甲]{0,3}",
        proptest::option::of("[ab]{1,2}"),
        proptest::option::of(prop_oneof![Just("甲"), Just("乙"), Just("丙"), Just("丁")]),
        years,
        0_u8..3,
        0_u8..3,
    )
        .prop_map(|(title, creator, code, fonds, years, prior, order)| Record {
            title,
            creator,
            code,
            fonds,
            years,
            prior,
            order,
        })
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        12 => (0_u64..12, records()).prop_map(|(key, record)| Step::Put(key, record)),
        3 => (0_u64..12).prop_map(Step::Remove),
        3 => Just(Step::Commit),
        2 => Just(Step::Reopen),
        1 => Just(Step::Optimise),
    ];
    proptest::collection::vec(step, 1..30)
}

/// Runs the steps on an index and on a map; what the map holds at the last commit.
fn run(fixture: &mut Fixture, steps: Vec<Step>) -> BTreeMap<u64, Record> {
    let mut committed = BTreeMap::new();
    let mut pending = BTreeMap::new();
    let mut watermark = 0;
    for step in steps.into_iter().chain([Step::Commit]) {
        match step {
            Step::Put(key, record) => {
                fixture.writer().put(&record.document(key)).expect("put");
                pending.insert(key, record);
            }
            Step::Remove(key) => {
                fixture.writer().remove(key);
                pending.remove(&key);
            }
            Step::Commit => {
                watermark += 1;
                fixture.writer().commit(watermark).expect("commit");
                committed.clone_from(&pending);
            }
            Step::Reopen => {
                // What a kill leaves: everything since the last commit is gone.
                fixture.writer = None;
                fixture.writer = Some(open(fixture.dir.path()));
                assert_eq!(fixture.writer().watermark(), watermark);
                pending.clone_from(&committed);
            }
            Step::Optimise => {
                fixture.optimise();
                pending.clone_from(&committed);
            }
        }
    }
    assert_eq!(fixture.reader().watermark(), watermark);
    committed
}

/// How many of these records each fonds has, most frequent first.
fn fonds_counted(records: &BTreeMap<u64, Record>, keys: &[u64]) -> Vec<(String, u64)> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for fonds in keys.iter().filter_map(|key| records[key].fonds) {
        *counts.entry(fonds).or_default() += 1;
    }
    let mut counts: Vec<(String, u64)> = counts.into_iter().map(|(name, count)| (name.to_owned(), count)).collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_equals_a_scan(
        steps in steps(),
        asked in proptest::collection::vec("[民政局长会议土地（2·a]{1,4}( [民政局长]{1,2})?", 1..6),
        years in proptest::option::of((1980_i16..1985, 0_i16..2).prop_map(|(from, more)| (from, from + more))),
        fonds in any::<bool>(),
        examined in prop_oneof![Just(0_usize), Just(2), Just(1_024)],
        cut in prop_oneof![Just(0_usize), Just(2), Just(40)],
        sort in prop_oneof![Just(Sort::Relevance), Just(Sort::YearUp), Just(Sort::YearDown), Just(Sort::Order)],
    ) {
        let mut fixture = Fixture::new();
        let committed = run(&mut fixture, steps);
        let ranking = Ranking { examined, cut, ..Ranking::default() };
        let reader = Reader::open(fixture.dir.path(), &layout(), ranking, Arc::default()).expect("open");
        prop_assert_eq!(reader.records(), u64::try_from(committed.len()).expect("few"));
        for typed in asked {
            let mut query = Query { years, sort, codes: vec![Code { field: 0, value: "a".into(), prefix: false }], ..Query::typed(&typed) };
            if fonds {
                query.filters.push(Filter { facet: 0, values: vec!["甲".into()] });
            }
            let expected: Vec<u64> = committed
                .iter()
                .filter(|(_, record)| {
                    let asked = query.parts.iter().all(|part| record.contains(&part.text)) || record.code.as_deref() == Some("a");
                    asked && years.is_none_or(|years| record.within(years)) && (!fonds || record.fonds == Some("甲"))
                })
                .map(|(key, _)| *key)
                .collect();
            let (total, mut found) = walk(&reader, &query);
            let one_page = keys(&reader, &Query { limit: 1_000, ..query.clone() });
            prop_assert_eq!(&one_page, &found, "pages are slices of one order");
            prop_assert_eq!(total, u64::try_from(found.len()).expect("few"));
            if sort == Sort::Order {
                let places: Vec<(u8, u64)> = found.iter().map(|key| (committed[key].order, *key)).collect();
                prop_assert!(places.is_sorted());
            }
            let facets = reader.search(&Query { facets: vec![0], ..query.clone() }).expect("search").facets;
            prop_assert_eq!(&facets[0].values, &fonds_counted(&committed, &expected));
            found.sort_unstable();
            prop_assert_eq!(found, expected, "{:?}", query);
        }
    }
    #[test]
    fn what_is_one_character_away_is_found_and_nothing_else(
        titles in proptest::collection::vec("[民政局]{5,12}", 1..12),
        creator in "[民政局]{0,3}",
        asked in proptest::collection::vec("[民政局]{6,8}( [民政局]{1,2}| [民政局]{6})?", 1..8),
    ) {
        let records: Vec<Record> =
            titles.iter().map(|title| Record { creator: creator.clone(), ..Record::titled(title) }).collect();
        let mut fixture = Fixture::new();
        for (key, record) in (1..).zip(&records) {
            fixture.writer().put(&record.document(key)).expect("put");
            if key % 4 == 0 {
                fixture.writer().commit(key).expect("a segment of its own");
            }
        }
        fixture.writer().commit(100).expect("commit");
        let reader = fixture.reader();
        for typed in asked {
            let query = Query { relax: Relax::OneCharacter, limit: 100, ..Query::typed(&typed) };
            let hits = reader.search(&query).expect("search");
            let holds_but_for_one = |record: &Record| {
                let text = format!("{}\u{1}{}", record.title, record.creator);
                (0..query.parts.len()).any(|wrong| {
                    query.parts.iter().enumerate().all(|(at, part)| {
                        if at == wrong && part.text.chars().count() >= 6 {
                            crate::near::tests::holds(&text, &part.text)
                        } else {
                            record.contains(&part.text)
                        }
                    })
                })
            };
            let scan = |holds: &dyn Fn(&Record) -> bool| -> Vec<u64> {
                (1..).zip(&records).filter(|(_, record)| holds(record)).map(|(key, _)| key).collect()
            };
            let literal = scan(&|record| query.parts.iter().all(|part| record.contains(&part.text)));
            let near = scan(&holds_but_for_one);
            let mut found: Vec<u64> = hits.items.iter().map(|hit| hit.key).collect();
            found.sort_unstable();
            let (expected, relaxed) = match (literal.is_empty(), near.is_empty()) {
                (false, _) => (literal, None),
                (true, true) => (Vec::new(), None),
                (true, false) => (near, Some(Relaxed::OneCharacter)),
            };
            prop_assert_eq!((&found, hits.relaxed), (&expected, relaxed), "{:?}", query);
            prop_assert_eq!(usize::try_from(hits.total).expect("few"), found.len());
        }
    }
}
