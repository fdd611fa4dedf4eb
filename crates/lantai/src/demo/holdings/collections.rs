//! Two fonds that no office left behind: the county's photographs, and the papers an invented teacher's family gave.

use super::register::{MARK, Register};
use super::row::Row;
use super::style::{day, span};

/// A group of photographs: year, title, photographs.
type Group = (u32, &'static str, &'static [&'static str]);

const GROUPS: [Group; 12] = [
    (
        1950,
        "临溪县第一届各界人民代表会议",
        &["代表步入会场", "会场主席台", "妇女代表发言", "代表投票", "会后全体代表合影"],
    ),
    (1952, "土地改革中的枫树乡", &["丈量土地", "农民查看榜示", "领取土地房产所有证", "新立界桩", "田头庆祝会"]),
    (
        1958,
        "龙潭水库开工",
        &["工地誓师大会", "民工挑土上坝", "木轮车运土比赛", "夜战工棚", "炊事班送饭到工地", "指挥部人员查看图纸"],
    ),
    (1963, "城关镇街景", &["解放街供销门市部", "文庙巷口", "南门渡口", "新华书店门前", "河西街集市"]),
    (1966, "青山公社植树", &["学生上山植树", "苗圃起苗", "老农传授育苗技术", "封山育林标语牌"]),
    (1972, "白石公社改河造田", &["改河工地全景", "砌石护岸", "铁姑娘班", "新造梯田插秧", "拖拉机耕新田"]),
    (1975, "知识青年在双河公社", &["欢迎会", "第一次下田", "夜校上课", "知识青年点新屋落成", "赤脚医生巡诊"]),
    (1981, "桥头公社包产到户第一年", &["分田到户抽签", "签订承包合同", "丰收晒谷", "交售公粮", "农户新买的自行车"]),
    (1986, "临溪大桥通车", &["大桥全景", "剪彩", "首批车辆过桥", "桥头看热闹的群众", "建桥工人合影"]),
    (1994, "县百货大楼", &["百货大楼外景", "开架售货柜台", "家电柜前的顾客", "节日橱窗", "营业员岗位练兵"]),
    (2003, "抗击非典", &["医务人员出征", "车站体温检测", "学校消毒", "居民领取口罩", "隔离区值守"]),
    (
        2015,
        "临溪古村落普查",
        &["樟树下村祠堂", "茶亭石拱桥", "老屋场民居木雕", "水口古樟", "村民讲述族谱", "测绘队员工作"],
    ),
];

const PHOTOS: (&str, &str) = ("L101", "临溪县照片档案");

/// The teacher and everything about him are invented.
const TEACHER: (&str, &str) = ("L201", "方砚田个人档案");

/// Series of the teacher's papers: letter code, title, titles with their years, and whether the family set a limit.
type Papers = (&'static str, &'static str, &'static [(u32, &'static str)], bool);

const PAPERS: [Papers; 4] = [
    (
        "SX",
        "书信",
        &[
            (1951, "方砚田致乡村师范同学信（谈冬学开课）"),
            (1953, "方砚田致胞弟信"),
            (1956, "省教育出版机构退稿信"),
            (1957, "旧日学生自工地来信"),
            (1962, "方砚田致县文教科信（请求调回桥头任教）"),
            (1964, "桥头小学全体学生慰问信"),
            (1973, "方砚田致县一中图书室信（赠书清单）"),
            (1978, "旧同事来信（谈恢复高考）"),
            (1979, "学生自大学寄来的明信片"),
            (1983, "县志办公室约稿信"),
            (1985, "首个教师节学生贺信"),
            (1990, "海外学生来信"),
        ],
        false,
    ),
    (
        "RJ",
        "日记",
        &[
            (1949, "日记：一九四九年秋至冬"),
            (1950, "日记：一九五〇年"),
            (1954, "日记：洪水前后"),
            (1958, "日记：一九五八年"),
            (1961, "日记：一九六一年"),
            (1966, "日记：一九六六年上半年"),
            (1976, "日记：一九七六年"),
            (1984, "日记：退休之后"),
        ],
        true,
    ),
    (
        "JA",
        "教案与课本",
        &[
            (1950, "冬学识字课本（油印，自编）"),
            (1952, "速成识字法教案"),
            (1955, "小学算术教案"),
            (1957, "复式教学一周进度表"),
            (1963, "作文批改实录"),
            (1972, "珠算讲义"),
            (1979, "语文第三册教案"),
            (1981, "毛笔字帖（学生习作附）"),
            (1982, "乡土地理讲稿：临溪的山与河"),
            (1984, "退休前最后一课教案"),
        ],
        false,
    ),
    (
        "SG",
        "手稿",
        &[
            (1959, "临溪民谣采集本（一）"),
            (1960, "临溪民谣采集本（二）"),
            (1964, "桥头镇茶亭碑文抄本"),
            (1980, "桥头小学校史初稿"),
            (1983, "《临溪县志·教育篇》资料卡片"),
            (1985, "临溪方言词汇札记"),
            (1987, "龙潭水库修建回忆"),
            (1988, "一个乡村教师的四十年（自述）"),
            (1991, "临溪古渡口考"),
            (1993, "桥头老街店号图记"),
        ],
        false,
    ),
];

/// Writes both fonds.
pub(super) fn write(register: &mut Register) {
    photographs(register);
    teacher(register);
}

fn base(fonds: (&str, &str), category: &str) -> Row {
    Row {
        creator: fonds.1.to_owned(),
        fonds: fonds.0.to_owned(),
        fonds_title: fonds.1.to_owned(),
        category: category.to_owned(),
        retention: "永久".to_owned(),
        classification: "公开".to_owned(),
        note: MARK.to_owned(),
        ..Row::default()
    }
}

/// Photographs in groups: 全宗号-门类·年度·保管期限-组号-件号.
fn photographs(register: &mut Register) {
    register.fonds(PHOTOS, "临溪县文化馆", (1950, 2015));
    let base =
        Row { creator: "临溪县文化馆".to_owned(), subjects: "照片".to_owned(), ..base(PHOTOS, "照片") };
    register.series("L101-ZP", "纸质照片", &base);
    for ((year, title, photographs), number) in GROUPS.iter().zip(1_u32..) {
        let code = format!("L101-ZP·{year}·Y-{number:03}");
        let mut days: Vec<String> = photographs.iter().map(|_| day(&register.chance, *year)).collect();
        days.sort();
        register.rows.push(Row {
            reference_code: code.clone(),
            title: (*title).to_owned(),
            date: span(&days, *year),
            openness: "开放".to_owned(),
            level: "案卷级".to_owned(),
            pages: photographs.len().to_string(),
            ..base.clone()
        });
        let shots = photographs.iter().zip(days).zip(1_u32..);
        let open = if *year < 2003 { "开放" } else { "未审核" };
        register.rows.extend(shots.map(|((shot, date), number)| Row {
            reference_code: format!("{code}-{number:03}"),
            title: format!("{title}：{shot}"),
            date,
            openness: open.to_owned(),
            level: "文件级".to_owned(),
            volume: code.clone(),
            pages: "1".to_owned(),
            ..base.clone()
        }));
    }
}

/// The teacher's papers, a volume for each kind: 全宗号-类别号-案卷号-件号.
fn teacher(register: &mut Register) {
    register.fonds(TEACHER, "方砚田", (1949, 1993));
    for (letters, series, papers, limited) in PAPERS {
        let code = format!("L201-{letters}-001");
        let limit = if limited { "家属同意后利用" } else { "" };
        let base = Row { creator: "方砚田".to_owned(), persons: "方砚田".to_owned(), ..base(TEACHER, "个人") };
        let base = Row { subjects: format!("教育 {series}"), restriction: limit.to_owned(), ..base };
        register.series(&format!("L201-{letters}"), series, &Row { restriction: String::new(), ..base.clone() });
        let days: Vec<String> = papers.iter().map(|(year, _)| day(&register.chance, *year)).collect();
        let openness = String::from(if limited { "控制" } else { "开放" });
        let first = papers.first().map_or(1949, |(year, _)| *year);
        register.rows.push(Row {
            reference_code: code.clone(),
            title: format!("方砚田{series}"),
            date: span(&days, first),
            openness: openness.clone(),
            level: "案卷级".to_owned(),
            ..base.clone()
        });
        for (((_, title), date), number) in papers.iter().zip(days).zip(1_u32..) {
            register.rows.push(Row {
                reference_code: format!("{code}-{number:03}"),
                title: (*title).to_owned(),
                date,
                openness: openness.clone(),
                level: "文件级".to_owned(),
                volume: code.clone(),
                pages: register.chance.between(1, 60).to_string(),
                ..base.clone()
            });
        }
    }
}
