//! What may be seen and what may not: the two alike in everything but their statuses.

use crate::reference_code::level;
use crate::{ArchivalDate, Classification, Description, Disclosure, Level, Livelihood, Openness, Restriction};

const ABOUT: [&str; 8] = ["水库", "移民", "小学", "公路", "林权", "户口", "粮食统购", "合作社"];
const KINDS: [&str; 6] = ["请示", "批复", "通知", "名册", "决定", "报告"];

/// The headings of the subject directory; nothing open stands under the last two.
pub(super) const SUBJECTS: &str = "经济\n  农业\n  工业\n文化\n移民\n";

/// Bodies that open records name, and one that none does.
pub(super) const AUTHORITIES: &str = "类型,名称,别名,旧名,前身,后继,起止时间\n\
    机构,县水库局,,,县水利科（1952—1956）,县水务局,1956—2001\n\
    机构,县小学局,,,,县教育局,\n\
    机构,县水库局秘,,,,县公路局,\n";

fn make(code: &str, n: usize, mark: &str) -> Description {
    let title = format!("关于{}{mark}工作的{}", ABOUT[n % ABOUT.len()], KINDS[n % KINDS.len()]);
    let mut one = crate::record::tests::item(code, &title);
    one.level = level(&one.code, &[]);
    if one.level == Level::Item {
        one.document_number = Some(format!("清水〔19{}〕{n}号", 50 + n % 50));
    }
    one.creator = Some(format!("县{}局{mark}", ABOUT[n % 4]));
    one.date = ArchivalDate::parse(&format!("19{}", 50 + n % 50)).unwrap();
    one.document_type = chinese::doctype::of_title(&one.title).map(str::to_owned);
    one
}

/// Items, volumes and whole fonds of both kinds: closed items in open volumes, open ones in closed volumes, a fonds that
/// has nothing open.
pub(super) fn corpora() -> (Vec<Description>, Vec<Description>) {
    let mut open: Vec<Description> =
        (0..72).map(|n| make(&format!("X00{}-001-00{}-{:03}", n % 3 + 1, n % 4 + 1, n + 1), n, "")).collect();
    for (n, code) in ["X001-001-001", "X001-001-002", "X002-001-001", "X003-001"].into_iter().enumerate() {
        open.push(make(code, n, "卷"));
    }
    let mut others: Vec<Description> = (0..60)
        .map(|n| {
            make(&format!("X00{}-001-00{}-{:03}", n % 5 + 1, n % 4 + 1, n + 101), n, if n % 2 == 0 { "秘" } else { "" })
        })
        .collect();
    for (n, code) in ["X001-001-003", "X002-001-002", "X004-001-001", "X002-001"].into_iter().enumerate() {
        others.push(make(code, n, "密卷"));
    }
    for (n, one) in others.iter_mut().enumerate() {
        let statuses = &mut one.statuses;
        match n % 7 {
            0 => statuses.openness = Openness::Controlled,
            1 => statuses.openness = Openness::Unreviewed,
            2 => statuses.classification = Classification::Internal,
            3 => statuses.livelihood = Some(Livelihood::Marriage),
            4 => statuses.disclosure = Disclosure::Withheld,
            5 => statuses.openness = Openness::Deferred,
            _ => statuses.restriction = Restriction::Closed,
        }
    }
    (open, others)
}
