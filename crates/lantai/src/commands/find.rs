//! `lantai find` and `lantai gaps`: the whole catalogue asked by staff, and what readers asked it in vain.

use std::process::ExitCode;

use catalogue::{Asked, Filters, Found, FoundRecord, Gap, Gaps, Livelihood, Openness, StaffCatalogue};
use kernel::{Code, Problem};
use serde_json::{Value, json};

use crate::cli;
use crate::commands::say;
use crate::commands::staff::actor;
use crate::hall;
use crate::installation::Installation;

/// Values of a facet that are told.
const TOLD: usize = 6;

/// Looks in all records.
pub(crate) async fn run(options: &cli::find::Find) -> kernel::Result<ExitCode> {
    let asked = asked(options)?;
    let installation = Installation::open_existing(&options.place).await?;
    let indexes = hall::indexes(&installation.configured)?;
    let house = installation.configured.house.code.clone();
    let desk = StaffCatalogue::new(installation.ground.clone(), house, indexes.staff_side());
    let found = desk.find(&actor(&installation, &options.actor).await?, &asked).await?;
    installation.ground.db.close().await;
    if options.json {
        say(json_of(&found));
    } else {
        tell(&found);
    }
    Ok(ExitCode::SUCCESS)
}

fn asked(options: &cli::find::Find) -> kernel::Result<Asked> {
    let unknown = |what: &str, word: &str, known: String| {
        Problem::new(Code::BadRequest, format!("{what} {word}")).because(format!("没有这一种；可以是：{known}"))
    };
    let openness = |word: &String| {
        let all = [Openness::Open, Openness::Controlled, Openness::Deferred, Openness::Unreviewed];
        let known = all.into_iter().find(|one| one.label() == word || one.name() == word);
        known.ok_or_else(|| unknown("开放标识", word, all.map(Openness::label).join("、")))
    };
    let livelihood = |word: &String| {
        let known = Livelihood::ALL.into_iter().find(|one| one.label() == word || one.name() == word);
        known.ok_or_else(|| unknown("民生类别", word, Livelihood::ALL.map(Livelihood::label).join("、")))
    };
    Ok(Asked {
        text: options.text.clone(),
        page: options.page,
        size: options.size,
        filters: Filters {
            fonds: options.fonds.clone(),
            year_from: options.year_from,
            year_to: options.year_to,
            category: options.category.clone(),
            retention: options.retention.clone(),
            openness: options.openness.as_ref().map(openness).transpose()?,
            livelihood: options.livelihood.as_ref().map(livelihood).transpose()?,
            ..Filters::default()
        },
        ..Asked::default()
    })
}

fn tell(found: &Found) {
    if let Some(relaxed) = &found.relaxed {
        say(format_args!("{relaxed}。"));
    }
    for likes in &found.likes {
        say(format_args!("{} {} 条：", likes.likeness.label(), likes.total));
        for FoundRecord { record, persons } in &likes.records {
            let said = &record.description;
            let (code, openness) = (said.code.written(), said.statuses.openness.label());
            let date = said.date.label().unwrap_or_default();
            say(format_args!("  {code}\t{}\t{date}\t{openness}\t{}", said.title, persons.join("、")));
        }
    }
    if found.likes.is_empty() {
        say("没有查到。可以少写几个字再查，或按全宗、年份列出。");
    }
    for facet in found.facets.iter().filter(|facet| facet.values.len() > 1) {
        let values = facet.values.iter().take(TOLD).map(|value| format!("{} {}", value.label, value.count));
        say(format_args!("{}：{}", facet_label(&facet.name), values.collect::<Vec<_>>().join("，")));
    }
}

fn facet_label(name: &str) -> &str {
    match name {
        "fonds" => "全宗",
        "decade" => "年代",
        "creator" => "责任者",
        "doctype" => "文种",
        "category" => "门类",
        "retention" => "保管期限",
        "openness" => "开放标识",
        "livelihood" => "民生类别",
        "digitised" => "原件",
        other => other,
    }
}

fn json_of(found: &Found) -> Value {
    let record = |one: &FoundRecord| {
        let said = &one.record.description;
        json!({
            "reference_code": said.code.written(), "title": said.title, "level": said.level.label(),
            "document_number": said.document_number, "creator": said.creator, "date": said.date.label(),
            "openness": said.statuses.openness.name(), "retention": said.retention,
            "livelihood": said.statuses.livelihood.map(Livelihood::name), "persons": one.persons,
        })
    };
    let likes: Vec<Value> = found
        .likes
        .iter()
        .map(|likes| {
            let records: Vec<Value> = likes.records.iter().map(record).collect();
            json!({"likeness": likes.likeness.label(), "total": likes.total, "records": records})
        })
        .collect();
    let facets: serde_json::Map<String, Value> = found
        .facets
        .iter()
        .map(|facet| {
            let values =
                facet.values.iter().map(|one| json!({"value": one.value, "label": one.label, "count": one.count}));
            (facet.name.clone(), values.collect())
        })
        .collect();
    json!({"found": likes, "relaxed": found.relaxed, "facets": facets})
}

/// Lists and closes what readers asked in vain.
pub(crate) async fn gaps(asked: &cli::find::Gaps) -> kernel::Result<ExitCode> {
    let (cli::find::Gaps::List { place, .. } | cli::find::Gaps::Close { place, .. }) = asked;
    let installation = Installation::open_existing(place).await?;
    let desk = Gaps::new(installation.ground.clone(), installation.configured.house.code.clone());
    match asked {
        cli::find::Gaps::List { all, take, json: true, .. } => {
            let list = desk.list(*all, *take).await?;
            say(Value::Array(list.iter().map(json_of_gap).collect()));
        }
        cli::find::Gaps::List { all, take, .. } => {
            let list = desk.list(*all, *take).await?;
            for gap in &list {
                say(line_of(gap));
            }
            if list.is_empty() {
                say("没有未处理的；读者查过而没有查到的，一分钟内会列在这里。");
            }
        }
        cli::find::Gaps::Close { number, note, actor: name, .. } => {
            desk.close(&actor(&installation, name).await?, *number, note).await?;
            say(format_args!("第 {number} 号已处理：{note}。"));
        }
    }
    installation.ground.db.close().await;
    Ok(ExitCode::SUCCESS)
}

fn line_of(gap: &Gap) -> String {
    let note = match (&gap.note, gap.is_open) {
        (Some(note), true) => format!("\t曾处理：{note}，又有人查"),
        (Some(note), false) => format!("\t已处理：{note}（{}）", gap.closed_by.as_deref().unwrap_or_default()),
        (None, _) => String::new(),
    };
    format!("{}\t{}\t{} 次\t最近 {}{note}", gap.number, gap.text, gap.times, gap.last_at.day())
}

fn json_of_gap(gap: &Gap) -> Value {
    json!({
        "number": gap.number, "text": gap.text, "times": gap.times, "first": gap.first_at.utc_text(),
        "last": gap.last_at.utc_text(), "open": gap.is_open, "note": gap.note, "closed_by": gap.closed_by,
    })
}
