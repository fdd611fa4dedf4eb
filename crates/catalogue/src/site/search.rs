//! `/search`: what was found, what was understood, and where to go when nothing was.

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use web::{Failure, House, Markup, OwnPath, Page, PageContext, SavedList, Tab, date_text, number_text};

use super::Site;
use super::pager::{Pager, SIZE};
use super::query::Query;
use super::record::href;
use crate::ask::{
    Answer, Asked, Facet, Fields, Filters, Item, OfYears, Order, Place, Understood, UnderstoodKind, period_text,
};
use crate::{Level, PublicId, category};

const PATH: &str = "/search";
/// The longest question a heading repeats, in characters.
const QUOTED: usize = 40;
/// The most parts of a question in vain that are proposed for themselves.
const FEWER: usize = 3;

#[derive(askama::Template)]
#[template(path = "search.html")]
struct Results<'a> {
    house: &'a House,
    asked: &'a str,
    quoted: String,
    answer: &'a Answer,
    /// The page itself, to come back to.
    here: &'a str,
    kept: Vec<(&'static str, &'a str)>,
    chips: Vec<Chip>,
    fewer: Vec<Link>,
    of_years: Option<Link>,
    all_href: String,
    advanced_href: String,
    livelihood: bool,
    facets: Vec<Group<'a>>,
    hits: Vec<Hit<'a>>,
    orders: Vec<Link>,
    folding: Link,
    is_cut: bool,
    total: String,
    /// How many volumes and single records they were folded into.
    entries: Option<String>,
    start: u64,
    shown: Option<(u64, u64)>,
    pager: Pager,
}

/// A condition that can be taken away.
struct Chip {
    kind: &'static str,
    text: String,
    href: String,
}

struct Link {
    text: String,
    href: String,
}

struct Group<'a> {
    label: &'static str,
    values: Vec<Value<'a>>,
}

struct Value<'a> {
    text: &'a str,
    count: String,
    href: String,
}

struct Hit<'a> {
    id: &'a PublicId,
    is_saved: bool,
    href: &'a str,
    title: Markup,
    reference_code: &'a str,
    /// What the description is of, where it is more than one document.
    level: Option<&'static str>,
    facts: Vec<Markup>,
    fonds: String,
    volume: Option<Link>,
}

#[derive(askama::Template)]
#[template(path = "personal.html")]
struct Personal<'a> {
    house: &'a House,
    is_phone: bool,
}

pub(super) async fn show(State(site): State<Site>, context: PageContext, query: Query) -> Result<Response, Failure> {
    let house = site.shell.house();
    let asked = asked(&query);
    let answer = site.catalogue.ask(&asked).await?;
    site.catalogue.miss(&asked, &answer);
    let is_personal = |one: &Understood| matches!(one.kind, UnderstoodKind::IdNumber | UnderstoodKind::Phone);
    if answer.understood.iter().any(is_personal) {
        let is_phone = answer.understood.iter().all(|one| one.kind == UnderstoodKind::Phone);
        let main = Markup::render(&Personal { house: &house, is_phone })?;
        // What was typed stands in this page's address, so the size switch comes back to the bare one.
        let unsaid = context.at(OwnPath::parse(PATH).unwrap_or_else(OwnPath::home));
        let title = if is_phone { "查不了电话号码" } else { "查本人档案" };
        return Ok(site.shell.page(&unsaid, &Page { title: title.to_owned(), tab: Tab::Search, main }));
    }
    let entries = answer.volumes.as_ref().map_or(answer.total, |volumes| volumes.entries);
    let pager = Pager::new(&query, PATH, entries);
    if let Some(last) = pager.instead() {
        return Ok(Redirect::to(last).into_response());
    }
    let quoted = shortened(query.text());
    let title = if quoted.is_empty() { "查档".to_owned() } else { format!("检索：{quoted}") };
    let results = Results {
        house: &house,
        asked: query.text(),
        quoted,
        kept: query.filters(),
        chips: chips(&query, &answer),
        fewer: if answer.total == 0 { fewer(&site, &query).await? } else { Vec::new() },
        of_years: answer.of_years.as_ref().map(|of_years| narrower(&query, of_years)),
        all_href: query.bare().href(PATH, 1),
        advanced_href: query.href("/search/advanced", 1),
        livelihood: answer.understood.iter().any(|one| one.kind == UnderstoodKind::Livelihood),
        facets: answer.facets.iter().filter_map(|facet| group(&query, facet)).collect(),
        hits: hits(&answer, context.saved()),
        here: context.path().as_str(),
        orders: orders(&query),
        folding: folding(&query),
        is_cut: answer.volumes.as_ref().is_some_and(|volumes| volumes.is_cut),
        total: number_text(answer.total),
        entries: answer.volumes.as_ref().map(|volumes| number_text(volumes.entries)),
        start: pager.shown().map_or(1, |(first, _)| first),
        shown: pager.shown(),
        pager,
        answer: &answer,
    };
    let main = Markup::render(&results)?;
    Ok(site.shell.page(&context, &Page { title, tab: Tab::Search, main }))
}

/// What was asked as a heading says it: the box below has all of it.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn asked(query: &Query) -> Asked {
    let owned = |name: &str| query.get(name).map(str::to_owned);
    let text = |name: &str| owned(name).unwrap_or_default();
    let (year_from, year_to) = query.years();
    Asked {
        text: query.text().to_owned(),
        page: query.page(),
        size: SIZE,
        filters: Filters {
            fonds: owned("fonds"),
            year_from,
            year_to,
            creator: owned("creator"),
            doctype: owned("doctype"),
            category: owned("category"),
            digitised: query.get("digitised").is_some(),
            within: query.get("within").and_then(PublicId::parse),
            subject: query.get("subject").and_then(PublicId::parse),
            ..Filters::default()
        },
        fields: Fields {
            phrase: text("phrase"),
            without: text("not"),
            title: text("title"),
            document_number: text("number"),
            creator: text("by"),
            reference_code: text("code"),
        },
        order: query.get("sort").and_then(Order::named).unwrap_or_default(),
        by_volume: query.get("group") == Some("volume"),
    }
}

/// What an address asks, and whether the address that links write for it asks the same.
pub fn of_address(raw: &str) -> (Asked, bool) {
    let query = Query::parse(raw);
    let href = query.href("/search", query.page());
    let again = Query::parse(href.split_once('?').map_or("", |(_, raw)| raw));
    (asked(&query), again == query)
}

/// The conditions an address may hold beside years, with the words readers see.
const CONDITIONS: [(&str, &str); 13] = [
    ("fonds", "全宗"),
    ("within", "只在"),
    ("creator", "责任者"),
    ("doctype", "文种"),
    ("category", "门类"),
    ("digitised", "原件"),
    ("subject", "专题"),
    ("phrase", "连在一起"),
    ("not", "不含"),
    ("title", "题名含"),
    ("number", "文号"),
    ("by", "责任者含"),
    ("code", "档号"),
];

/// The orders to choose from; the one in use leads nowhere.
fn orders(query: &Query) -> Vec<Link> {
    let used = query.get("sort").and_then(Order::named).unwrap_or_default();
    let link = |order: Order| {
        let name = if order == Order::default() { "" } else { order.name() };
        let href = if order == used { String::new() } else { query.with(&[("sort", name)]).href(PATH, 1) };
        Link { text: order.label().to_owned(), href }
    };
    Order::ALL.map(link).into()
}

/// The other way to list the results: folded by volume, or one by one.
fn folding(query: &Query) -> Link {
    let (text, group) =
        if query.get("group") == Some("volume") { ("逐条列出", "") } else { ("同卷的归在一起", "volume") };
    Link { text: text.to_owned(), href: query.with(&[("group", group)]).href(PATH, 1) }
}

/// The volume of each entry with the number of results in it, where there is more than one.
fn volumes(answer: &Answer) -> Vec<Option<Link>> {
    let of_items = answer.volumes.iter().flat_map(|volumes| &volumes.of_items);
    let link = |(place, count): &(Place, u64)| Link {
        text: format!("“{}”中共 {} 条，看全卷", place.title, number_text(*count)),
        href: href(place),
    };
    of_items.map(|volume| volume.as_ref().filter(|(_, count)| *count > 1).map(link)).collect()
}

/// What was understood, each taken away by dropping its words from the box; then the filters that are set.
fn chips(query: &Query, answer: &Answer) -> Vec<Chip> {
    let understood =
        answer.understood.iter().filter(|one| !one.text.is_empty() && query.text().contains(&one.text)).map(|one| {
            let rest = query.text().replacen(one.text.as_str(), " ", 1);
            let rest = rest.split_whitespace().collect::<Vec<_>>().join(" ");
            let text = match one.kind {
                UnderstoodKind::Years => years_understood(one),
                UnderstoodKind::Place => format!("{}（也叫{}）", one.text, one.value),
                UnderstoodKind::Abbreviation => format!("{}（也作{}）", one.text, one.value),
                _ => one.text.clone(),
            };
            // What is the whole question is not taken out of it.
            let href = if rest.is_empty() { String::new() } else { query.with(&[("q", &rest)]).href(PATH, 1) };
            Chip { kind: one.kind.label(), text, href }
        });
    let mut chips: Vec<_> = understood.collect();
    for (name, label) in CONDITIONS {
        if let Some(value) = query.get(name) {
            let href = query.with(&[(name, "")]).href(PATH, 1);
            let value = match (name, &answer.within) {
                ("within", Some(place)) => place.title.clone(),
                ("within", None) => "没有这一处".to_owned(),
                ("subject", _) => {
                    answer.subject.as_ref().map_or_else(|| "没有这个专题".to_owned(), |heading| heading.name.clone())
                }
                ("category", _) => category::label(&value.to_uppercase()).to_owned(),
                ("digitised", _) => "可看原件".to_owned(),
                _ => chosen_label(answer, name, value).to_owned(),
            };
            chips.push(Chip { kind: label, text: value, href });
        }
    }
    let text = match (query.no_year(), query.years()) {
        (Some(written), _) => format!("“{written}”不是年份，没有按它筛选"),
        (None, (Some(from), Some(to))) => period_text(from, to),
        (None, (Some(from), None)) => format!("{from}年起"),
        (None, (None, Some(to))) => format!("至{to}年"),
        (None, (None, None)) => return chips,
    };
    let href = query.with(&[("year_from", ""), ("year_to", "")]).href(PATH, 1);
    chips.push(Chip { kind: "年代", text, href });
    chips
}

/// The years that were understood, behind the words they were understood from where those do not say them.
fn years_understood(one: &Understood) -> String {
    let is_open = |end: i16| one.value.split('-').any(|year| year.parse() == Ok(end));
    if [chinese::FIRST_YEAR, chinese::LAST_YEAR].into_iter().any(is_open) {
        return one.text.clone();
    }
    let years = format!("{}年", one.value.replace('-', "–"));
    let said = one.value.split('-').next().is_some_and(|first| one.text.contains(first));
    if said { years } else { format!("{}（{years}）", one.text) }
}

fn chosen_label<'a>(answer: &'a Answer, name: &str, value: &'a str) -> &'a str {
    let values = answer.facets.iter().filter(|facet| facet.name == name).flat_map(|facet| &facet.values);
    values.filter(|one| one.value == value).map(|one| one.label.as_str()).next().unwrap_or(value)
}

/// The single topics of a question that found nothing, or the words of its only one, each as a search of its own that
/// finds something.
async fn fewer(site: &Site, query: &Query) -> Result<Vec<Link>, Failure> {
    let whole = chinese::normalise(query.text());
    let mut words = chinese::topics(query.text());
    if words.iter().all(|word| *word == whole) {
        let dictionary = site.catalogue.words();
        let pieces = dictionary.of(&whole).into_iter().filter(|word| word.chars().count() > 1 && *word != whole);
        words = pieces.map(str::to_owned).collect();
    }
    let mut links = Vec::new();
    for word in words.iter().take(2 * FEWER) {
        let found = site.catalogue.find(&Asked::typed(word, 1)).await?;
        if found.total > 0 && found.relaxed.is_none() {
            links.push(Link { text: word.clone(), href: query.bare().with(&[("q", word)]).href(PATH, 1) });
        }
    }
    links.truncate(FEWER);
    Ok(links)
}

/// The years that were understood, as a link that narrows the search to them.
fn narrower(query: &Query, of_years: &OfYears) -> Link {
    let OfYears { from, to, text, count } = of_years;
    let years = period_text(*from, *to);
    let about = if text.is_empty() { String::new() } else { format!("“{text}”") };
    let values = [("q", text.as_str()), ("year_from", &from.to_string()), ("year_to", &to.to_string())];
    Link {
        text: format!("只看{years}形成的{about}档案（{} 条）", number_text(*count)),
        href: query.with(&values).href(PATH, 1),
    }
}

/// A facet as links that narrow the search; one that is already chosen, or has a single value, is left out.
fn group<'a>(query: &Query, facet: &'a Facet) -> Option<Group<'a>> {
    let (label, chosen) = match facet.name.as_str() {
        "fonds" => ("全宗", query.get("fonds")),
        "decade" => ("年代", query.get("year_from")),
        "creator" => ("责任者", query.get("creator")),
        "doctype" => ("文种", query.get("doctype")),
        "category" => ("门类", query.get("category")),
        "digitised" => ("原件", query.get("digitised")),
        "subject" => ("专题", query.get("subject")),
        _ => return None,
    };
    // What can be looked at is one value: the others have none.
    let fewest = if facet.name == "digitised" { 1 } else { 2 };
    if chosen.is_some() || facet.values.len() < fewest {
        return None;
    }
    let mut frequent: Vec<_> = facet.values.iter().take(8).collect();
    if facet.name == "decade" {
        // Years are looked for in their order, not by how much each holds.
        frequent.sort_by(|a, b| a.value.cmp(&b.value));
    }
    let values = frequent.into_iter().map(|value| {
        let narrowed = match (facet.name.as_str(), value.value.parse::<i16>()) {
            ("decade", Ok(first)) => {
                query.with(&[("year_from", &first.to_string()), ("year_to", &first.saturating_add(9).to_string())])
            }
            (name, _) => query.with(&[(name, &value.value)]),
        };
        Value { text: &value.label, count: number_text(value.count), href: narrowed.href(PATH, 1) }
    });
    Some(Group { label, values: values.collect() })
}

fn hits<'a>(answer: &'a Answer, saved: &SavedList) -> Vec<Hit<'a>> {
    let volumes = volumes(answer).into_iter().chain(std::iter::repeat_with(|| None));
    answer.items.iter().zip(volumes).map(|(item, volume)| hit(item, volume, saved)).collect()
}

fn hit<'a>(item: &'a Item, volume: Option<Link>, saved: &SavedList) -> Hit<'a> {
    let number = item.document_number.as_deref().map(|number| Markup::marked(number, &item.number_hits));
    let date = item.dates.as_deref().map(|date| Markup::marked(&date_text(date), &[]));
    let creator = item.creator.as_deref().map(|creator| Markup::marked(creator, &item.creator_hits));
    Hit {
        id: &item.id,
        is_saved: saved.contains(item.id.as_str()),
        href: &item.url,
        title: Markup::marked(&item.title, &item.title_hits),
        reference_code: &item.reference_code,
        level: (item.level != Level::Item).then(|| item.level.label()),
        facts: [number, date, creator].into_iter().flatten().collect(),
        fonds: format!("全宗 {} {}", item.fonds, item.fonds_title),
        volume,
    }
}
