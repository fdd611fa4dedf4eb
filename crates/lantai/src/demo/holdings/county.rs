//! The invented county of 临溪: its places, its people's names, and what things were called in a given year.

use std::ops::RangeInclusive;

use super::chance::Chance;

/// The years its records tell of.
pub(super) const YEARS: RangeInclusive<u32> = 1949..=2023;

/// Towns of the county; each was a 乡, then a 人民公社, then a 乡 or 镇.
pub(super) const TOWNS: [&str; 14] =
    ["桥头", "白石", "龙潭", "枫树", "大坪", "石门", "双河", "青山", "新塘", "高岭", "梅源", "沙洲", "长岗", "柳坪"];

const VILLAGES: [&str; 40] = [
    "上湾",
    "下湾",
    "樟树下",
    "老屋场",
    "李家冲",
    "周家垄",
    "石桥",
    "井头",
    "竹山",
    "月塘",
    "横岭",
    "茶亭",
    "油榨",
    "塘边",
    "新屋",
    "荷叶塘",
    "枣子坪",
    "黄泥坳",
    "沙子岭",
    "牛角湾",
    "铁炉",
    "观音桥",
    "大屋",
    "水口",
    "禾场",
    "对门岭",
    "松山",
    "麻园",
    "花桥",
    "岩下",
    "鹅公塘",
    "金盆",
    "马路口",
    "三口塘",
    "杉木冲",
    "藕塘",
    "窑前",
    "渡口",
    "东冲",
    "西冲",
];

const FACTORIES: [&str; 16] = [
    "县农机修造厂",
    "县水泥厂",
    "县印刷厂",
    "县酒厂",
    "县砖瓦厂",
    "县化肥厂",
    "县棉织厂",
    "县陶瓷厂",
    "县木器社",
    "县五金厂",
    "县食品厂",
    "县服装社",
    "县造纸厂",
    "县电机厂",
    "县竹器社",
    "县茶厂",
];

const SCHOOLS: [&str; 14] = [
    "临溪县第一中学",
    "临溪县第二中学",
    "临溪县城关小学",
    "桥头中学",
    "白石中学",
    "龙潭小学",
    "枫树小学",
    "大坪中学",
    "石门小学",
    "双河中学",
    "青山小学",
    "新塘小学",
    "县师范学校",
    "梅源中学",
];

const RESERVOIRS: [&str; 9] =
    ["龙潭水库", "青山水库", "梅源水库", "石门水库", "双河拦河坝", "白石水库", "高岭渠", "临溪干渠", "柳坪水库"];

const HILLS: [&str; 10] =
    ["青龙山", "大坪山", "石门岭", "五指坳", "白云寨", "高岭", "鸡公岩", "黄竹山", "梅子界", "望牛岭"];

const GOODS: [&str; 16] = [
    "棉布",
    "煤油",
    "肥皂",
    "火柴",
    "胶鞋",
    "自行车",
    "缝纫机",
    "暖水瓶",
    "搪瓷面盆",
    "毛线",
    "食糖",
    "电筒",
    "化肥",
    "茶叶",
    "柑橘",
    "毛巾",
];

const SURNAMES: [&str; 48] = [
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马",
    "罗", "梁", "宋", "郑", "谢", "唐", "韩", "冯", "于", "董", "萧", "程", "曹", "袁", "邓", "许", "傅", "沈", "曾",
    "彭", "吕", "苏", "卢", "蒋", "蔡", "贾", "丁", "魏", "欧阳",
];

const MEN: [&str; 31] = [
    "德旺", "有福", "长生", "金水", "水根", "贵和", "志清", "云山", "保国", "建国", "卫东", "国强", "爱民", "援朝",
    "跃进", "铁生", "解放", "新民", "永康", "家驹", "文彬", "绍堂", "运来", "建华", "志刚", "海涛", "晓峰", "光明",
    "立新", "向阳", "春生",
];

const WOMEN: [&str; 29] = [
    "桂兰", "秀英", "玉珍", "淑贞", "凤英", "菊香", "冬梅", "春桃", "金娥", "满秀", "翠云", "素芬", "银莲", "美华",
    "建英", "红梅", "卫红", "爱珍", "丽华", "晓燕", "小红", "志英", "腊梅", "月娥", "雪琴", "惠芳", "巧云", "新华",
    "国珍",
];

/// The county's government, under the name it bore in that year: before 1955 and after 1980 the same one.
pub(super) fn government(year: u32) -> &'static str {
    match year {
        1955..=1967 => "临溪县人民委员会",
        1968..=1980 => "临溪县革命委员会",
        _ => "临溪县人民政府",
    }
}

/// The body above the county (the prefecture 宁川 is invented as well).
pub(super) fn superior(year: u32) -> &'static str {
    match year {
        ..=1967 => "宁川专员公署",
        1968..=1978 => "宁川地区革命委员会",
        1979..=1995 => "宁川地区行政公署",
        _ => "宁川市人民政府",
    }
}

/// A town under the kind of name it bore in that year.
pub(super) fn town(name: &str, year: u32) -> String {
    let market = matches!(name, "桥头" | "龙潭" | "双河" | "新塘");
    let kind = match year {
        ..=1957 => "乡",
        1958..=1983 => "公社",
        1984..=2001 => {
            if market {
                "镇"
            } else {
                "乡"
            }
        }
        _ => {
            if market || name == "白石" {
                "镇"
            } else {
                "乡"
            }
        }
    };
    format!("{name}{kind}")
}

/// A village under the kind of name it bore in that year.
pub(super) fn village(chance: &Chance, year: u32) -> String {
    let kind = match year {
        1956..=1957 => "农业社",
        1958..=1983 => "大队",
        _ => "村",
    };
    format!("{}{kind}", chance.word(&VILLAGES))
}

pub(super) fn any_town(chance: &Chance, year: u32) -> String {
    town(chance.word(&TOWNS), year)
}

pub(super) fn factory(chance: &Chance) -> &'static str {
    chance.word(&FACTORIES)
}

pub(super) fn school(chance: &Chance) -> &'static str {
    chance.word(&SCHOOLS)
}

pub(super) fn reservoir(chance: &Chance) -> &'static str {
    chance.word(&RESERVOIRS)
}

pub(super) fn hill(chance: &Chance) -> &'static str {
    chance.word(&HILLS)
}

pub(super) fn goods(chance: &Chance) -> &'static str {
    chance.word(&GOODS)
}

/// A man's name, drawn by lot.
pub(super) fn man(chance: &Chance) -> String {
    format!("{}{}", chance.word(&SURNAMES), chance.word(&MEN))
}

/// A woman's name, drawn by lot.
pub(super) fn woman(chance: &Chance) -> String {
    format!("{}{}", chance.word(&SURNAMES), chance.word(&WOMEN))
}

/// A name, drawn by lot.
pub(super) fn person(chance: &Chance) -> String {
    if chance.percent(60) { man(chance) } else { woman(chance) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_town_changes_its_kind_with_the_years() {
        assert_eq!(town("桥头", 1955), "桥头乡");
        assert_eq!(town("桥头", 1976), "桥头公社");
        assert_eq!(town("桥头", 1990), "桥头镇");
        assert_eq!(town("白石", 1990), "白石乡");
    }

    #[test]
    fn the_county_has_one_government_in_every_year() {
        assert!(YEARS.clone().all(|year| government(year).starts_with("临溪县")));
        assert_eq!(government(1972), "临溪县革命委员会");
    }
}
