//! Livelihood records (民生档案): volumes of forms about people who do not exist. No ID numbers, only names, years and
//! places, all drawn by lot.

use super::county;
use super::register::{MARK, Register};
use super::row::Row;
use super::style::{chinese_number, day, span, year_words};

/// One kind of form in one fonds.
struct Kind {
    fonds: (&'static str, &'static str),
    /// 目录号 of its series.
    catalogue: u32,
    /// 民生类别.
    name: &'static str,
    /// Whether its volumes are kept by town.
    by_town: bool,
    /// The years of its volumes.
    years: &'static [u32],
    /// A form: its title and whom it names.
    form: fn(&Register, u32, &str) -> (String, Vec<String>),
}

const CIVIL: (&str, &str) = ("L002", "临溪县民政局");

const KINDS: [Kind; 9] = [
    Kind {
        fonds: CIVIL,
        catalogue: 2,
        name: "婚姻登记",
        by_town: true,
        years: &[1954, 1963, 1972, 1980, 1986, 1991, 1998],
        form: marriage,
    },
    Kind {
        fonds: CIVIL, catalogue: 3, name: "退伍安置", by_town: true, years: &[1957, 1971, 1984], form: discharge
    },
    Kind {
        fonds: ("L004", "临溪县知识青年上山下乡办公室"),
        catalogue: 2,
        name: "知青",
        by_town: true,
        years: &[1965, 1969, 1972, 1975, 1978],
        form: sent_down,
    },
    Kind {
        fonds: ("L005", "临溪县劳动局"),
        catalogue: 2,
        name: "招工",
        by_town: false,
        years: &[1958, 1971, 1976, 1983],
        form: hiring,
    },
    Kind {
        fonds: ("L006", "临溪县林业局"),
        catalogue: 2,
        name: "林权",
        by_town: true,
        years: &[1982, 1983],
        form: hill_plot,
    },
    Kind {
        fonds: ("L008", "临溪县农业局"),
        catalogue: 2,
        name: "土地承包",
        by_town: true,
        years: &[1984, 1998, 1999],
        form: contract,
    },
    Kind {
        fonds: ("L011", "临溪县第一中学"),
        catalogue: 2,
        name: "学籍",
        by_town: false,
        years: &[1952, 1961, 1974, 1982, 1990, 1997],
        form: pupil,
    },
    Kind {
        fonds: ("L016", "临溪县卫生局"),
        catalogue: 2,
        name: "独生子女",
        by_town: true,
        years: &[1981, 1988],
        form: only_child,
    },
    Kind {
        fonds: ("L017", "临溪县城乡建设局"),
        catalogue: 2,
        name: "房产",
        by_town: false,
        years: &[1965, 1987, 1996],
        form: house,
    },
];

/// Forms in one volume.
const FORMS: u32 = 11;

/// Writes every kind.
pub(super) fn write(register: &mut Register) {
    for kind in &KINDS {
        let series = format!("{}-{:03}", kind.fonds.0, kind.catalogue);
        let base = Row {
            creator: kind.fonds.1.to_owned(),
            fonds: kind.fonds.0.to_owned(),
            fonds_title: kind.fonds.1.to_owned(),
            category: "专业".to_owned(),
            livelihood: kind.name.to_owned(),
            subjects: format!("民生档案 {}", kind.name),
            ..Row::default()
        };
        register.series(&series, &format!("{}档案", kind.name), &Row { livelihood: String::new(), ..base.clone() });
        for (year, number) in kind.years.iter().zip(1_u32..) {
            volume(register, kind, *year, &format!("{series}-{number:03}"), &base);
        }
    }
}

fn volume(register: &mut Register, kind: &Kind, year: u32, code: &str, base: &Row) {
    let town = county::any_town(&register.chance, year);
    let place = if kind.by_town { town.as_str() } else { "" };
    let title = format!("{}{place}{}材料", year_words(year), kind.name);
    let mut days: Vec<String> = (0..FORMS).map(|_| day(&register.chance, year)).collect();
    days.sort();
    register.rows.push(Row {
        reference_code: code.to_owned(),
        title: title.clone(),
        date: span(&days, year),
        retention: "永久".to_owned(),
        openness: "控制".to_owned(),
        classification: "公开".to_owned(),
        level: "案卷级".to_owned(),
        pages: (FORMS * 3).to_string(),
        note: MARK.to_owned(),
        ..base.clone()
    });
    for (date, number) in days.into_iter().zip(1_u32..) {
        let (form, persons) = (kind.form)(register, year, &town);
        register.rows.push(Row {
            reference_code: format!("{code}-{number:03}"),
            title: form,
            date,
            retention: "永久".to_owned(),
            openness: openness(register.chance.between(1, 100)).to_owned(),
            classification: "公开".to_owned(),
            level: "文件级".to_owned(),
            volume: code.to_owned(),
            pages: register.chance.between(1, 6).to_string(),
            persons: persons.join("；"),
            note: format!("{MARK}，人名为虚构"),
            ..base.clone()
        });
    }
}

/// Some are marked open: they stay personal all the same.
fn openness(lot: u32) -> &'static str {
    match lot {
        ..=58 => "控制",
        59..=80 => "未审核",
        81..=92 => "开放",
        _ => "延期开放",
    }
}

fn marriage(register: &Register, _: u32, town: &str) -> (String, Vec<String>) {
    let (man, woman) = (county::man(&register.chance), county::woman(&register.chance));
    let paper =
        register.chance.word(&["结婚登记申请书", "结婚登记申请书", "结婚登记材料", "离婚登记材料", "补领结婚证材料"]);
    (format!("{man}与{woman}{paper}（{town}）"), vec![man, woman])
}

fn discharge(register: &Register, _: u32, town: &str) -> (String, Vec<String>) {
    let man = county::man(&register.chance);
    let paper =
        register.chance.word(&["退伍军人登记表", "复员军人安置介绍信存根", "退伍安置审批表", "退伍义务兵回乡登记卡"]);
    (format!("{man}{paper}（{town}）"), vec![man])
}

fn sent_down(register: &Register, year: u32, town: &str) -> (String, Vec<String>) {
    let person = county::person(&register.chance);
    let village = county::village(&register.chance, year);
    let late = year >= 1976;
    let paper = if late {
        "回城审批表"
    } else {
        register.chance.word(&["插队落户登记表", "知识青年下乡登记表", "安置通知书存根"])
    };
    (format!("{person}{paper}（{town}{village}）"), vec![person])
}

fn hiring(register: &Register, _: u32, _: &str) -> (String, Vec<String>) {
    let person = county::person(&register.chance);
    let paper =
        register.chance.word(&["招工登记表", "学徒工转正定级审批表", "招收新工人审批表", "合同制工人录用通知书存根"]);
    (format!("{person}{paper}（{}）", county::factory(&register.chance)), vec![person])
}

fn hill_plot(register: &Register, year: u32, town: &str) -> (String, Vec<String>) {
    let man = county::man(&register.chance);
    let (village, hill) = (county::village(&register.chance, year), county::hill(&register.chance));
    (format!("{man}户自留山使用证存根（{town}{village}，{hill}）"), vec![man])
}

fn contract(register: &Register, year: u32, town: &str) -> (String, Vec<String>) {
    let man = county::man(&register.chance);
    let village = county::village(&register.chance, year);
    let group = chinese_number(register.chance.between(1, 12));
    (format!("{man}户土地承包合同书（{town}{village}第{group}组）"), vec![man])
}

fn pupil(register: &Register, year: u32, _: &str) -> (String, Vec<String>) {
    let person = county::person(&register.chance);
    let class = chinese_number(register.chance.between(1, 38));
    let paper = register.chance.word(&["学籍登记表", "毕业生登记表", "学业成绩册"]);
    (format!("{person}{paper}（{}入学，第{class}班）", year_words(year)), vec![person])
}

fn only_child(register: &Register, _: u32, town: &str) -> (String, Vec<String>) {
    let (man, woman) = (county::man(&register.chance), county::woman(&register.chance));
    (format!("{man}、{woman}夫妇独生子女父母光荣证申请表（{town}）"), vec![man, woman])
}

fn house(register: &Register, _: u32, _: &str) -> (String, Vec<String>) {
    let person = county::person(&register.chance);
    let street = register.chance.word(&["解放街", "河西街", "文庙巷", "南门口", "新建路", "盐市巷"]);
    let paper = register.chance.word(&["房屋所有权登记申请表", "私房契证存根", "公有住房买卖契约"]);
    (format!("{person}{paper}（{street}{}号）", register.chance.between(1, 180)), vec![person])
}
