//! Requests made of what stands in both houses, whole and in pieces, with all that can be set.

use kernel::{Random, Secrets};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::testing::INSTITUTION;
use crate::{Description, PublicId};

/// Makes requests, the same ones from run to run.
pub(super) struct Requests<'a> {
    all: Vec<&'a Description>,
    secrets: &'a Secrets,
    random: Random,
}

impl<'a> Requests<'a> {
    pub(super) fn new(open: &'a [Description], others: &'a [Description], secrets: &'a Secrets) -> Self {
        Self { all: open.iter().chain(others).collect(), secrets, random: Random::seeded(20_261_128) }
    }

    /// The next one: each door in its turn.
    pub(super) fn next(&mut self, n: usize) -> String {
        let id = self.id();
        match n % 17 {
            0 => {
                format!("/search?{}", self.narrowed(&["year_from", "year_to", "fonds", "creator", "doctype", "page"]))
            }
            1 => {
                let field = ["phrase", "not", "title", "number", "by", "code"][self.below(6)];
                format!("/search?{}", self.narrowed(&["within", "category", "sort", "group", field]))
            }
            2 | 3 => {
                format!("/api/public/v1/search?{}", self.narrowed(&["year_from", "fonds", "creator", "page", "size"]))
            }
            4 => format!("/suggest?{}", pair("q", &self.typed())),
            5 => format!("/records/{id}"),
            6 => format!("/browse/{id}"),
            7 => format!("/browse/{}?page={}", self.id_of_fonds(), 1 + self.below(3)),
            8 => match self.below(5) {
                0 => "/".to_owned(),
                1 => "/guide".to_owned(),
                2 => "/search/advanced".to_owned(),
                _ => format!("/browse?page={}", 1 + self.below(2)),
            },
            9 => format!("/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:archives.example:{id}"),
            10 => match self.below(4) {
                0 => "/oai?verb=Identify".to_owned(),
                1 => "/oai?verb=ListSets".to_owned(),
                2 => "/oai?verb=ListRecords&metadataPrefix=oai_dc".to_owned(),
                _ => format!("/oai?verb=ListIdentifiers&metadataPrefix=oai_dc&set={}", self.id_of_fonds()),
            },
            11 => match self.below(3) {
                0 => format!("/browse/{}/finding-aid", self.id_of_fonds()),
                1 => format!("/browse/{}/finding-aid.xml", self.id_of_fonds()),
                _ => "/subjects".to_owned(),
            },
            12 => match self.below(2) {
                0 => format!("/subjects/{}", self.id_of_heading()),
                _ => format!("/authorities/{}", self.id_of_authority()),
            },
            13 => match self.below(4) {
                0 => "/opened".to_owned(),
                one => format!("/opened/{}", self.id_of_opening(one)),
            },
            14 => {
                let ids: Vec<String> = (0..self.below(9)).map(|_| pair("id", self.id().as_str())).collect();
                let form = ["", "/citations", "/records.csv", "/request"][self.below(4)];
                format!("/list{form}?{}&order={}", ids.join("&"), ["code", "added"][self.below(2)])
            }
            15 => match self.below(4) {
                0 => "/sitemap.xml".to_owned(),
                1 => "/sitemap.xml?part=site".to_owned(),
                2 => "/sitemap.xml?part=records-".to_owned(),
                _ => "/robots.txt".to_owned(),
            },
            _ => format!("/search?{}", pair("q", &self.typed())),
        }
    }

    /// A list that a reader brings along, of records that are there, may not be seen, and never were.
    pub(super) fn cookie(&self) -> String {
        let some = self.all.iter().step_by(9).map(|one| Self::id_of(self.secrets, one));
        let never = PublicId::of(self.secrets, INSTITUTION, "X009-001-001").to_string();
        format!("lantai-list={}", some.chain([never]).collect::<Vec<String>>().join("."))
    }

    /// The id of a batch that opened records, of one whose records are closed again, or of one that never was.
    fn id_of_opening(&self, number: usize) -> PublicId {
        PublicId::of(self.secrets, INSTITUTION, &format!("opened/{number}"))
    }

    /// The id of a record in addresses.
    pub(super) fn id_of(secrets: &Secrets, one: &Description) -> String {
        PublicId::of(secrets, INSTITUTION, one.code.key()).to_string()
    }

    fn below(&self, bound: usize) -> usize {
        usize::try_from(self.random.below(u64::try_from(bound).unwrap())).unwrap()
    }

    fn one(&self) -> &'a Description {
        self.all[self.below(self.all.len())]
    }

    /// The address of a record that is there, may not be seen, or never was.
    fn id(&self) -> PublicId {
        let code = match self.below(8) {
            0 => format!("X009-001-{}", self.below(50)),
            _ => self.one().code.key().to_owned(),
        };
        PublicId::of(self.secrets, INSTITUTION, &code)
    }

    fn id_of_fonds(&self) -> PublicId {
        PublicId::of(self.secrets, INSTITUTION, self.one().code.fonds())
    }

    fn id_of_heading(&self) -> PublicId {
        let code = ["01", "0101", "0102", "02", "03", "09"][self.below(6)];
        PublicId::of(self.secrets, INSTITUTION, &format!("subject\n{code}"))
    }

    fn id_of_authority(&self) -> PublicId {
        let name = ["县水库局", "县小学局", "县水库局秘", "县无此局"][self.below(4)];
        PublicId::of(self.secrets, INSTITUTION, &format!("authority\nbody\n{name}"))
    }

    /// Something to type: a piece of a title, a number, a code, a year, or several of them, now and then with a slip.
    fn typed(&self) -> String {
        let one = self.one();
        let letters: Vec<char> = one.title.chars().collect();
        let start = self.below(letters.len());
        let mut piece: String = letters.iter().skip(start).take(1 + self.below(6)).collect();
        let year = 1950 + self.below(50);
        let creator = one.creator.clone().unwrap_or_default();
        match self.below(12) {
            0 => String::new(),
            1 => one.document_number.clone().unwrap_or(piece),
            2 => one.document_number.as_deref().unwrap_or("").replace('〔', "(").replace('〕', ")"),
            3 => one.code.written().to_owned(),
            4 => one.code.written().chars().take(4 + self.below(9)).collect(),
            5 => format!("{piece} {year}"),
            6 => format!("{creator} {year}年"),
            7 => {
                // A slip: one character that stands somewhere else.
                piece.push(letters[self.below(letters.len())]);
                piece
            }
            8 => format!("“{piece}”"),
            9 => format!("{}年代 {piece}", year / 10 * 10),
            10 => format!("秘 {piece}"),
            _ => piece,
        }
    }

    fn narrowed(&self, names: &[&str]) -> String {
        let mut query = pair("q", &self.typed());
        for name in names {
            if self.below(4) > 0 {
                continue;
            }
            let one = self.one();
            let value = match *name {
                "year_from" => (1940 + self.below(40)).to_string(),
                "year_to" => (1970 + self.below(40)).to_string(),
                "fonds" => one.code.fonds().to_owned(),
                "creator" | "by" => one.creator.clone().unwrap_or_default(),
                "doctype" => one.document_type.clone().unwrap_or_default(),
                "within" => self.id().to_string(),
                "category" => ["WS", "KJ", "ZP"][self.below(3)].to_owned(),
                "sort" => ["oldest", "newest", "code"][self.below(3)].to_owned(),
                "group" => "volume".to_owned(),
                "phrase" | "title" => one.title.chars().take(1 + self.below(4)).collect(),
                "not" => one.title.chars().rev().take(2).collect(),
                "number" => one.document_number.clone().unwrap_or_default(),
                "code" => one.code.written().chars().take(4 + self.below(9)).collect(),
                _ => (1 + self.below(4)).to_string(),
            };
            query.push('&');
            query.push_str(&pair(name, &value));
        }
        query
    }
}

fn pair(name: &str, value: &str) -> String {
    format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC))
}
