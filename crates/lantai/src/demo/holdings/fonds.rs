//! The fonds of the invented archive whose papers an office left behind.

use super::county;

/// Whose papers a fonds holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Body {
    /// The county's government itself.
    Government,
    /// An office of it, by its field (`民政`).
    Department(&'static str),
    /// A town, by its name without 乡, 公社 or 镇.
    Town(&'static str),
    /// A body that kept one name, and the body above it.
    Own(&'static str, &'static str),
}

/// An office's fonds: older papers lie in volumes, later ones are filed item by item.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fonds {
    /// 全宗号.
    pub(super) code: &'static str,
    /// 全宗名称.
    pub(super) title: &'static str,
    /// The field of the phrase book.
    pub(super) field: &'static str,
    pub(super) body: Body,
    /// The office's sign in document numbers, without the county's (`民` of `临民`).
    pub(super) sign: &'static str,
    /// First and last year.
    pub(super) years: (u32, u32),
    /// The first year filed item by item.
    pub(super) by_item_from: u32,
    pub(super) volumes: u32,
    pub(super) items: u32,
}

impl Fonds {
    /// What the office was called in that year.
    pub(super) fn body_name(&self, year: u32) -> String {
        match self.body {
            Body::Government => county::government(year).to_owned(),
            // Culture and schools were one office until 1984.
            Body::Department("文教") if year >= 1984 => "临溪县教育局".to_owned(),
            Body::Department(field) if year <= 1967 => format!("{}{field}科", county::government(year)),
            Body::Department(field) if year <= 1980 => format!("{}{field}局", county::government(year)),
            Body::Department(field) => format!("临溪县{field}局"),
            Body::Town(name) if year <= 1983 => format!("临溪县{}", county::town(name, year)),
            Body::Town(name) => format!("临溪县{}人民政府", county::town(name, year)),
            Body::Own(name, _) => name.to_owned(),
        }
    }

    /// Who wrote to it from above in that year, and under which sign.
    pub(super) fn above(&self, year: u32) -> (String, String) {
        match self.body {
            Body::Government => (county::superior(year).to_owned(), "宁".to_owned()),
            Body::Department(field) if year <= 1995 => {
                (format!("{}{field}局", county::superior(year)), format!("宁{}", self.sign))
            }
            Body::Department("文教") => ("宁川市教育局".to_owned(), format!("宁{}", self.sign)),
            Body::Department(field) => (format!("宁川市{field}局"), format!("宁{}", self.sign)),
            Body::Town(_) => (county::government(year).to_owned(), "临政".to_owned()),
            Body::Own(_, above) => (above.to_owned(), format!("临{}", self.sign)),
        }
    }
}

const fn department(
    code: &'static str,
    title: &'static str,
    field: (&'static str, &'static str),
    sign: &'static str,
) -> Fonds {
    Fonds {
        code,
        title,
        field: field.0,
        body: Body::Department(field.1),
        sign,
        years: (1950, 2012),
        by_item_from: 1996,
        volumes: 13,
        items: 40,
    }
}

const TOWN: Fonds = Fonds {
    code: "L013",
    title: "临溪县桥头镇人民政府",
    field: "town",
    body: Body::Town("桥头"),
    sign: "桥",
    years: (1958, 2016),
    by_item_from: 1998,
    volumes: 12,
    items: 30,
};

/// The offices' fonds, in the order of their codes.
pub(super) const OFFICES: [Fonds; 17] = [
    Fonds {
        code: "L001",
        title: "临溪县人民政府办公室",
        field: "government",
        body: Body::Government,
        sign: "政",
        years: (1949, 2019),
        by_item_from: 1994,
        volumes: 30,
        items: 80,
    },
    department("L002", "临溪县民政局", ("civil", "民政"), "民"),
    Fonds { volumes: 16, ..department("L003", "临溪县教育局", ("education", "文教"), "教") },
    Fonds {
        years: (1964, 1981),
        by_item_from: 1982,
        volumes: 9,
        items: 0,
        body: Body::Own("临溪县知识青年上山下乡办公室", "宁川地区知识青年上山下乡办公室"),
        ..department("L004", "临溪县知识青年上山下乡办公室", ("youth", ""), "知青")
    },
    Fonds { years: (1956, 2003), ..department("L005", "临溪县劳动局", ("labour", "劳动"), "劳") },
    Fonds { years: (1952, 2012), ..department("L006", "临溪县林业局", ("forest", "林业"), "林") },
    Fonds { years: (1950, 2018), volumes: 46, ..department("L007", "临溪县水利局", ("water", "水利"), "水") },
    department("L008", "临溪县农业局", ("farm", "农业"), "农"),
    Fonds { years: (1953, 2004), ..department("L009", "临溪县粮食局", ("grain", "粮食"), "粮") },
    Fonds {
        years: (1953, 1999),
        by_item_from: 2000,
        items: 0,
        body: Body::Own("临溪县百货公司", "临溪县商业局"),
        ..department("L010", "临溪县百货公司", ("store", ""), "百")
    },
    Fonds {
        years: (1949, 2009),
        body: Body::Own("临溪县第一中学", "临溪县教育局"),
        ..department("L011", "临溪县第一中学", ("school", ""), "一中")
    },
    Fonds {
        years: (1959, 2023),
        by_item_from: 1980,
        volumes: 6,
        items: 90,
        body: Body::Own("临溪县档案馆", "宁川市档案局"),
        ..department("L012", "临溪县档案馆", ("archive", ""), "档")
    },
    TOWN,
    Fonds { code: "L014", title: "临溪县白石镇人民政府", body: Body::Town("白石"), sign: "白", ..TOWN },
    Fonds { code: "L015", title: "临溪县龙潭镇人民政府", body: Body::Town("龙潭"), sign: "龙", ..TOWN },
    Fonds { years: (1951, 2013), ..department("L016", "临溪县卫生局", ("health", "卫生"), "卫") },
    Fonds { years: (1963, 2014), ..department("L017", "临溪县城乡建设局", ("building", "建设"), "建") },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_office_is_named_as_in_its_time() {
        let [_, civil, ..] = OFFICES;
        assert_eq!(civil.body_name(1953), "临溪县人民政府民政科");
        assert_eq!(civil.body_name(1972), "临溪县革命委员会民政局");
        assert_eq!(civil.body_name(1999), "临溪县民政局");
        assert_eq!(civil.above(2001).0, "宁川市民政局");
        assert_eq!(TOWN.body_name(1976), "临溪县桥头公社");
    }
}
