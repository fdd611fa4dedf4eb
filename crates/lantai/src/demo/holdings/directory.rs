//! What the county's archivists keep beside the descriptions: a subject directory, and what its offices and towns were
//! called before.

use super::county;
use super::fonds::{Fonds, OFFICES};
use super::row::Row;

/// A heading, and the 主题词 of the records that stand under it.
type Heading = (&'static str, &'static [&'static str]);

/// The subject directory: what stands on top, and the headings below it.
const HEADINGS: [(&str, &[Heading]); 6] = [
    (
        "政务",
        &[
            ("机构与编制", &["机构", "编制", "建政", "村民委员会"]),
            ("计划与总结", &["工作计划", "工作总结", "国民经济"]),
            ("区划与地名", &["区划", "行政区划", "地名"]),
            ("政务公开", &["政务公开"]),
        ],
    ),
    (
        "农村与农业",
        &[
            ("土地改革", &["土地改革"]),
            ("农业合作化", &["合作化"]),
            ("人民公社", &["人民公社"]),
            ("农村改革", &["农村改革", "生产责任制", "责任制", "土地承包"]),
            ("农田水利", &["农田基本建设", "农田灌溉", "水利工程", "小型水利", "水库", "机电排灌", "防汛"]),
            ("林业", &["造林", "采伐", "林权", "山林纠纷", "绿化", "森林防火"]),
            ("粮食", &["粮食生产", "粮食统购统销", "粮食流通", "粮食仓储"]),
        ],
    ),
    (
        "工商与城建",
        &[
            ("企业", &["企业", "集体企业", "企业管理", "改制"]),
            ("商品供应", &["商品供应"]),
            ("城镇建设", &["城镇建设", "城镇规划", "村镇建设", "市政"]),
        ],
    ),
    (
        "文教卫生",
        &[
            ("学校", &["中小学", "学校设置", "校舍", "义务教育"]),
            ("教学与教师", &["教学", "教务", "教师"]),
            ("扫盲与业余教育", &["扫盲", "业余教育"]),
            ("医疗卫生", &["医疗机构", "合作医疗", "卫生防疫"]),
            ("地方志", &["地方志"]),
        ],
    ),
    (
        "社会与民生",
        &[
            ("知识青年", &["知识青年"]),
            ("劳动就业", &["招工", "就业", "劳动力", "劳动合同"]),
            ("优抚安置", &["优抚", "复员安置", "安置"]),
            ("救灾救济", &["救灾", "救济"]),
        ],
    ),
    ("档案工作", &[("档案接收", &["档案接收"]), ("档案利用", &["档案利用"])]),
];

/// The directory as an indented text.
pub(crate) fn subjects() -> String {
    let mut text = String::new();
    for (top, below) in HEADINGS {
        text.push_str(top);
        text.push('\n');
        for (name, _) in below {
            text.extend(["    ", name, "\n"]);
        }
    }
    text
}

/// Puts every row under the headings of its 主题词.
pub(super) fn classify(rows: &mut [Row]) {
    for row in rows {
        let stands = |(_, words): &&Heading| row.subjects.split(' ').any(|word| words.contains(&word));
        let all = HEADINGS.iter().flat_map(|(_, below)| below.iter()).filter(stands);
        row.headings = all.map(|(name, _)| *name).collect::<Vec<_>>().join("；");
    }
}

/// The authority records of the offices and towns that bore more than one name, as a table.
pub(crate) fn authorities() -> String {
    let mut text = "类型,名称,前身,旧名\n".to_owned();
    for fonds in OFFICES {
        let (last, before) = names(&fonds);
        if !before.is_empty() {
            text.extend(["机构,", &last, ",", &before.join("；"), ",\n"]);
        }
    }
    for name in county::TOWNS {
        let (last, before) = distinct(county::YEARS.map(|year| county::town(name, year)));
        text.extend(["地名,", &last, ",,", &before.join("；"), "\n"]);
    }
    text
}

/// The last name of an office, and the others in the order of their years.
fn names(fonds: &Fonds) -> (String, Vec<String>) {
    let (first, last) = fonds.years;
    distinct((first..=last).map(|year| fonds.body_name(year)))
}

/// The last of the names of one thing, and the others in the order of their years.
fn distinct(of_years: impl Iterator<Item = String>) -> (String, Vec<String>) {
    let mut names: Vec<String> = Vec::new();
    for name in of_years {
        names.retain(|known| *known != name);
        names.push(name);
    }
    let last = names.pop().unwrap_or_default();
    (last, names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_heading_holds_something_that_can_be_seen() {
        let rows = super::super::holdings();
        for (name, _) in HEADINGS.iter().flat_map(|(_, below)| below.iter()) {
            let mut open = rows.iter().filter(|row| row.openness == "开放");
            assert!(open.any(|row| row.headings.split('；').any(|one| one == *name)), "{name}");
        }
    }

    #[test]
    fn an_office_is_known_by_what_it_was_called() {
        let text = authorities();
        assert!(text.contains("机构,临溪县人民政府,临溪县人民委员会；临溪县革命委员会,\n"), "{text}");
        // The labour office began in 1956, when the county had no 人民政府.
        assert!(text.contains("机构,临溪县劳动局,临溪县人民委员会劳动科；临溪县革命委员会劳动局,\n"), "{text}");
    }

    #[test]
    fn a_town_is_known_by_what_it_was_called() {
        let text = authorities();
        assert!(text.contains("地名,桥头镇,,桥头乡；桥头公社\n"), "{text}");
        assert!(text.contains("地名,枫树乡,,枫树公社\n"), "{text}");
    }
}
