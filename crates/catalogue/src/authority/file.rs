//! Lists of authority records: a table with a header, or lines of renamed places (`旧=>新`).

use std::collections::BTreeMap;

use kernel::{Code, Error, Problem, Result};

use super::{Authority, AuthorityKind, NameRelation, OtherName, name_key};
use crate::import::list::Line;

/// What parts several names in a cell.
const SEPARATORS: [char; 4] = ['；', ';', '|', '｜'];
/// Names of districts so common that nobody is helped by being led from one to another.
const COMMON: [&str; 4] = ["城区", "郊区", "矿区", "市辖区"];

/// The records of a list; rows of one name are one record.
///
/// # Errors
/// [`Code::FileRefused`] if the columns are not known, or a row says no kind.
pub(super) fn read(lines: &[Line], kind: Option<AuthorityKind>, file: &str) -> Result<Vec<Authority>> {
    let refused = |why: String| Error::from(Problem::new(Code::FileRefused, format!("文件 {file}")).because(why));
    let mut list = List::default();
    if lines.iter().any(|line| line.cells.iter().any(|cell| cell.contains("=>"))) {
        lines.iter().filter_map(renamed).for_each(|one| list.add(one));
        return Ok(list.0.into_values().collect());
    }
    let (Some(header), rows) = (lines.first(), lines.get(1..).unwrap_or_default()) else {
        return Err(refused("没有内容".to_owned()));
    };
    let columns = Columns::of(header);
    if columns.name.is_none() {
        return Err(refused(
            "没有“名称”列；表头可以是：类型、名称、别名、旧名、今名、前身、后继、起止时间、沿革".to_owned(),
        ));
    }
    for line in rows {
        let written = line.cell(columns.kind);
        let Some(kind) = AuthorityKind::written(written).or(kind.filter(|_| written.is_empty())) else {
            let why = format!(
                "第 {} 行的类型“{written}”不认识；请写机构、人物或地名，或在导入时指明整份文件的类型",
                line.number
            );
            return Err(refused(why));
        };
        if !line.cell(columns.name).is_empty() {
            list.add(columns.authority(line, kind));
        }
    }
    Ok(list.0.into_values().collect())
}

/// Records by kind and name.
#[derive(Default)]
struct List(BTreeMap<(AuthorityKind, String), Authority>);

impl List {
    fn add(&mut self, mut one: Authority) {
        let known = self
            .0
            .entry((one.kind, name_key(&one.name)))
            .or_insert_with(|| Authority { names: Vec::new(), ..one.clone() });
        for (kept, new) in [(&mut known.dates, one.dates), (&mut known.history, one.history)] {
            if kept.is_empty() {
                *kept = new;
            }
        }
        known.names.append(&mut one.names);
        known.names.sort();
        known.names.dedup();
    }
}

/// Where the columns of a table are.
struct Columns {
    kind: Option<usize>,
    name: Option<usize>,
    dates: Option<usize>,
    history: Option<usize>,
    names: Vec<(NameRelation, usize)>,
}

impl Columns {
    fn of(header: &Line) -> Self {
        let of = |relation, headers: &[&str]| header.column(headers).map(|column| (relation, column));
        let names = [
            of(NameRelation::Variant, &["别名", "其他名称", "异名", "简称", "笔名", "字号"]),
            of(NameRelation::Earlier, &["旧名", "原名", "曾用名", "旧称"]),
            of(NameRelation::Later, &["今名", "新名", "现名"]),
            of(NameRelation::Predecessor, &["前身", "前身机构"]),
            of(NameRelation::Successor, &["后继", "后继机构", "后身"]),
        ];
        Self {
            kind: header.column(&["类型", "规范档类型", "kind"]),
            name: header.column(&["名称", "规范名称", "机构名称", "姓名", "地名", "name"]),
            dates: header.column(&["起止时间", "存续时间", "起止日期", "生卒年", "时间", "dates"]),
            history: header.column(&["沿革", "机构沿革", "生平", "简介", "说明", "history"]),
            names: names.into_iter().flatten().collect(),
        }
    }

    fn authority(&self, line: &Line, kind: AuthorityKind) -> Authority {
        let mut names = Vec::new();
        for (relation, column) in &self.names {
            let cell = line.cell(Some(*column));
            names.extend(cell.split(SEPARATORS).filter_map(|text| other_name(*relation, text)));
        }
        Authority {
            kind,
            name: line.cell(self.name).to_owned(),
            dates: line.cell(self.dates).to_owned(),
            history: line.cell(self.history).to_owned(),
            names,
        }
    }
}

/// `冈州（581—1912）`: a name and, in brackets at its end, when it was used.
fn other_name(relation: NameRelation, text: &str) -> Option<OtherName> {
    let text = text.trim();
    let inner = text.strip_suffix(['）', ')']).and_then(|rest| rest.rsplit_once(['（', '(']));
    let (name, period) = match inner {
        Some((name, period)) if period.contains(|c: char| c.is_numeric()) && !name.trim().is_empty() => {
            (name.trim(), period.trim())
        }
        _ => (text, ""),
    };
    (!name.is_empty()).then(|| OtherName { relation, name: name.to_owned(), period: period.to_owned() })
}

/// A line of renamed places: the day, who approved it, the old place from the province down with short names beside, and
/// after `=>` the new one.
fn renamed(line: &Line) -> Option<Authority> {
    let text = line.cells.join("\t");
    let (old, new) = text.split_once("=>")?;
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split('\t').collect(), new.split('\t').collect());
    let new = new.iter().rev().map(|name| name.trim()).find(|name| !name.is_empty())?;
    // The last two are the full name and the short one.
    let old = old.len().checked_sub(2).and_then(|at| old.get(at)).map(|name| name.trim())?;
    let day = line.cells.first().map_or("", String::as_str);
    let until = day.get(..4).filter(|year| year.bytes().all(|byte| byte.is_ascii_digit()));
    let fits = old != new && ![old, new].iter().any(|name| name.is_empty() || COMMON.contains(name));
    fits.then(|| Authority {
        kind: AuthorityKind::Place,
        name: new.to_owned(),
        dates: String::new(),
        history: String::new(),
        names: vec![OtherName {
            relation: NameRelation::Earlier,
            name: old.to_owned(),
            period: until.map(|year| format!("至{year}年")).unwrap_or_default(),
        }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(rows: &[&[&str]]) -> Vec<Line> {
        let line = |(number, cells): (u32, &&[&str])| Line {
            number,
            cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
        };
        (1..).zip(rows).map(line).collect()
    }

    #[test]
    fn a_table_says_names_before_and_after() {
        let rows = lines(&[
            &["类型", "名称", "别名", "前身", "后继", "起止时间", "沿革"],
            &["机构", "县水务局", "水务局", "县水利局（1956—2001）；县水电局", "", "2001—", "由县水利局改组"],
            &["机构", "县水務局", "", "县农田水利科", "", "", ""],
            &["地名", "新会区", "", "", "", "", ""],
        ]);
        let read = read(&rows, None, "规范档.csv").unwrap();
        assert_eq!(read.len(), 2, "one name, one record");
        let names: Vec<(NameRelation, &str, &str)> =
            read[0].names.iter().map(|one| (one.relation, one.name.as_str(), one.period.as_str())).collect();
        assert_eq!(
            names,
            [
                (NameRelation::Variant, "水务局", ""),
                (NameRelation::Predecessor, "县农田水利科", ""),
                (NameRelation::Predecessor, "县水利局", "1956—2001"),
                (NameRelation::Predecessor, "县水电局", ""),
            ]
        );
        assert_eq!((read[0].dates.as_str(), read[0].history.as_str()), ("2001—", "由县水利局改组"));
    }

    #[test]
    fn renamed_places_are_read_as_they_are_published() {
        let rows = lines(&[
            &["2010-12-09", "国批", "湖北省", "湖北", "襄樊市", "襄樊=>湖北省", "襄阳市"],
            &["2010-12-09", "国批", "湖北省", "湖北", "襄樊市", "襄樊", "谷城县", "谷城=>湖北省", "襄阳市", "谷城县"],
            &["2018-02-09", "国批", "山西省", "山西", "大同市", "大同", "城区", "城区=>山西省", "大同市", "平城区"],
            &[
                "2023-04-03",
                "民批",
                "西藏自治区",
                "西藏",
                "林芝市",
                "林芝",
                "米林县",
                "米林=>西藏自治区",
                "林芝市",
                "米林市",
            ],
        ]);
        let read = read(&rows, None, "renamed-places.txt").unwrap();
        let told: Vec<(&str, &str, &str)> = read
            .iter()
            .map(|one| (one.name.as_str(), one.names[0].name.as_str(), one.names[0].period.as_str()))
            .collect();
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told.contains(&("襄阳市", "襄樊市", "至2010年")) && told.contains(&("米林市", "米林县", "至2023年")));
    }

    #[test]
    fn what_is_missing_is_said() {
        let nameless = read(&lines(&[&["编号", "备注"], &["1", "甲"]]), None, "表.csv").unwrap_err().to_string();
        assert!(nameless.contains("表.csv") && nameless.contains("名称"), "{nameless}");
        let kindless = lines(&[&["名称"], &["北京市"]]);
        assert!(read(&kindless, None, "表.csv").unwrap_err().to_string().contains("第 2 行"));
        assert_eq!(read(&kindless, Some(AuthorityKind::Place), "表.csv").unwrap().len(), 1);
    }
}
