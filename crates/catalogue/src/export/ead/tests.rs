//! What a finding aid says is read back from it.

use std::collections::BTreeMap;

use kernel::testing::{both, sqlite};
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::export::{Export, Format};
use crate::record::tests::item;
use crate::testing::{House, INSTITUTION};
use crate::{ArchivalDate, Description, Element, Level, Openness};

/// What may identify a description.
const DID: [&str; 9] = [
    "unitid",
    "unittitle",
    "unitdate",
    "origination",
    "physdesc",
    "langmaterial",
    "physloc",
    "container",
    "repository",
];

/// An element of a document that was read back.
#[derive(Clone, Debug, Default)]
struct Node {
    name: String,
    attributes: BTreeMap<String, String>,
    text: String,
    children: Vec<Node>,
}

impl Node {
    fn read(text: &[u8]) -> Self {
        let mut reader = Reader::from_reader(text);
        let mut open = vec![Self::default()];
        loop {
            match reader.read_event().unwrap() {
                Event::Start(start) => open.push(Self::begun(&start)),
                Event::Empty(start) => {
                    let node = Self::begun(&start);
                    open.last_mut().unwrap().children.push(node);
                }
                Event::End(_) => {
                    let node = open.pop().unwrap();
                    open.last_mut().unwrap().children.push(node);
                }
                Event::Text(text) => open.last_mut().unwrap().text.push_str(&text),
                Event::GeneralRef(name) => {
                    let name = &*name;
                    let plain = quick_xml::escape::unescape(&format!("&{name};")).unwrap().into_owned();
                    open.last_mut().unwrap().text.push_str(&plain);
                }
                Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(open.len(), 1, "everything is closed");
        open.pop().unwrap().children.pop().unwrap()
    }

    fn begun(start: &quick_xml::events::BytesStart<'_>) -> Self {
        let attributes = start.attributes().map(|one| {
            let one = one.unwrap();
            let value = quick_xml::escape::unescape(&one.value).unwrap().into_owned();
            (one.key.as_ref().to_owned(), value)
        });
        let name = start.name().as_ref().to_owned();
        Self { name, attributes: attributes.collect(), ..Self::default() }
    }

    fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    fn whole_text(&self) -> String {
        let mut text = self.text.clone();
        for child in &self.children {
            text.push_str(&child.whole_text());
        }
        text
    }

    /// The texts that say what an element of ours says, in this description alone.
    fn says(&self, element: Element) -> Vec<String> {
        let mut found = Vec::new();
        for child in self.children.iter().filter(|child| child.name != "c" && child.name != "dsc") {
            if child.attributes.get("encodinganalog").map(String::as_str) == Some(element.name()) {
                found.push(child.whole_text());
            }
            found.extend(child.says(element));
        }
        found
    }

    /// All components with the code of what they stand in.
    fn components<'n>(&'n self, above: &str, found: &mut Vec<(String, &'n Self)>) {
        for child in &self.children {
            match child.name.as_str() {
                "c" => {
                    found.push((above.to_owned(), child));
                    child.components(&child.says(Element::ReferenceCode).concat(), found);
                }
                "dsc" => child.components(above, found),
                _ => {}
            }
        }
    }

    /// The order the standards ask for: first what identifies, then paragraphs and access points, then components.
    fn must_be_in_order(&self) {
        let rank = |node: &Self| match node.name.as_str() {
            "did" => 0,
            "c" | "dsc" => 2,
            _ => 1,
        };
        let ranks: Vec<i32> = self.children.iter().map(rank).collect();
        assert!(ranks.is_sorted() && ranks.iter().filter(|rank| **rank == 0).count() == 1, "{ranks:?}");
        let did = self.child("did").unwrap();
        assert!(did.children.iter().all(|child| DID.contains(&child.name.as_str())), "{did:?}");
    }
}

async fn finding_aid(house: &House, format: Format, fonds: Option<&str>, open_only: bool) -> Node {
    let fonds = fonds.map(str::to_owned);
    let (institution, keeper) = (INSTITUTION.to_owned(), "临溪县档案馆".to_owned());
    let mut file = Vec::new();
    Export { institution, keeper, fonds, format, open_only }
        .run(&house.ground, &mut file, &mut |_, _| ())
        .await
        .unwrap();
    Node::read(&file)
}

fn at(level: Level, code: &str, parent: &str, title: &str) -> Description {
    Description { level, parent_key: parent.to_owned(), ..item(code, title) }
}

fn holdings() -> Vec<Description> {
    let mut secret = at(Level::Volume, "X001-001-002", "X001", "控制卷");
    secret.statuses.openness = Openness::Controlled;
    let mut many = at(Level::Item, "X001-001-001-010", "X001-001-001", "<甲>&“乙”\u{1}");
    many.creator = Some("县水利局；县财政局".to_owned());
    many.date = ArchivalDate::parse("[民国三十五年八月]").unwrap();
    many.elements.insert("location".to_owned(), "三库二架".to_owned());
    vec![
        at(Level::Fonds, "X001", "", "县水利局档案"),
        at(Level::Volume, "X001-001-001", "X001", "水利卷"),
        secret,
        many,
        at(Level::Item, "X001-001-001-009", "X001-001-001", "乙"),
        at(Level::Item, "X001-001-002-001", "X001-001-002", "开放的件"),
        at(Level::Item, "X001-009-001", "X001-001-001", "档号不随卷的件"),
        at(Level::Series, "X002-KJ", "X002", "科技档案"),
    ]
}

#[tokio::test]
async fn every_description_stands_below_what_it_belongs_to_in_archival_order() {
    both(|db| async move {
        let house = House::on(db);
        house.land(&holdings()).await;
        for format in [Format::Ead, Format::Ead3] {
            let read = finding_aid(&house, format, None, false).await;
            let description = read.child("archdesc").unwrap();
            let mut found = Vec::new();
            description.components("", &mut found);
            let places: Vec<(String, String)> =
                found.iter().map(|(above, one)| (one.says(Element::ReferenceCode).concat(), above.clone())).collect();
            let want = [
                ("X001", ""),
                ("X001-001-001", "X001"),
                ("X001-001-001-009", "X001-001-001"),
                ("X001-001-001-010", "X001-001-001"),
                ("X001-009-001", "X001-001-001"),
                ("X001-001-002", "X001"),
                ("X001-001-002-001", "X001-001-002"),
                ("X002", ""),
                ("X002-KJ", "X002"),
            ];
            assert_eq!(places, want.map(|(code, above)| (code.to_owned(), above.to_owned())), "{format:?}");
            description.must_be_in_order();
            for (_, one) in &found {
                one.must_be_in_order();
            }
            let levels: Vec<&str> = found.iter().map(|(_, one)| one.attributes["level"].as_str()).collect();
            assert_eq!(levels, ["fonds", "file", "item", "item", "item", "file", "item", "fonds", "otherlevel"]);

            let one = finding_aid(&house, format, Some("X001"), false).await;
            let fonds = one.child("archdesc").unwrap();
            assert_eq!(fonds.attributes["level"], "fonds");
            assert_eq!(fonds.says(Element::Title), ["县水利局档案"]);
            let mut below = Vec::new();
            fonds.components("X001", &mut below);
            assert_eq!(below.len(), 6);
        }
    })
    .await;
}

#[tokio::test]
async fn each_value_stands_in_an_element_of_its_own_with_its_meaning() {
    let (_folder, db) = sqlite().await;
    let house = House::on(db);
    house.land(&holdings()).await;
    for (format, kind) in [(Format::Ead, "type"), (Format::Ead3, "localtype")] {
        let read = finding_aid(&house, format, Some("X001"), false).await;
        let mut found = Vec::new();
        read.child("archdesc").unwrap().components("X001", &mut found);
        let of = |code: &str| found.iter().find(|(_, one)| one.says(Element::ReferenceCode) == [code]).unwrap().1;
        let many = of("X001-001-001-010");
        assert_eq!(many.says(Element::Title), ["<甲>&“乙”"]);
        assert_eq!(many.says(Element::Creator), ["县水利局", "县财政局"]);
        assert_eq!(many.says(Element::Location), ["三库二架"]);
        let did = many.child("did").unwrap();
        assert_eq!(did.child("physloc").unwrap().attributes["audience"], "internal");
        let date = did.child("unitdate").unwrap();
        assert_eq!((date.text.as_str(), date.attributes["normal"].as_str()), ("[民国三十五年八月]", "1946-08"));
        assert_eq!(date.attributes["certainty"], "conjectured");
        let access = |one: &Node| one.child("accessrestrict").unwrap().attributes[kind].clone();
        assert_eq!((access(many), access(of("X001-001-002"))), ("open".to_owned(), "controlled".to_owned()));
    }
}

#[tokio::test]
async fn l14_the_open_part_holds_what_everybody_may_see_and_nothing_else() {
    let (_folder, db) = sqlite().await;
    let house = House::on(db);
    house.land(&holdings()).await;
    for format in [Format::Ead, Format::Ead3] {
        let read = finding_aid(&house, format, Some("X001"), true).await;
        let mut found = Vec::new();
        read.child("archdesc").unwrap().components("X001", &mut found);
        let place = |code: &str| found.iter().find(|(_, one)| one.says(Element::ReferenceCode) == [code]);
        assert!(place("X001-001-002").is_none(), "a closed volume");
        assert_eq!(place("X001-001-002-001").unwrap().0, "X001", "what it holds stands where it would");
        let text = read.whole_text();
        assert!(!text.contains("控制卷") && !text.contains("三库二架"), "{text}");
    }
}

/// Texts as catalogues may write them, the signs of XML and of several values among them.
const TEXTS: [&str; 8] = ["甲", "a < b & c", "「乙」", "\"丙\"'", "丁；戊", "]]>", "𠮷", "己|庚;辛"];

#[tokio::test]
async fn every_element_of_a_generated_description_is_read_back() {
    let (_folder, db) = sqlite().await;
    let house = House::on(db);
    let text = || {
        let most = u64::try_from(TEXTS.len()).unwrap();
        TEXTS[usize::try_from(house.ground.random.below(most)).unwrap()].to_owned()
    };
    let described = |n: u32| {
        let mut one = item(&format!("X001-WS·2001·Y-{n:04}"), &text());
        (one.document_number, one.creator, one.document_type) = (Some(text()), Some(text()), Some(text()));
        for element in Element::ALL.into_iter().filter(|element| element.is_kept_aside()) {
            if house.ground.random.below(2) == 0 {
                one.elements.insert(element.name().to_owned(), text());
            }
        }
        one
    };
    let all: Vec<Description> = (1..=60).map(described).collect();
    house.land(&all).await;
    for format in [Format::Ead, Format::Ead3] {
        let read = finding_aid(&house, format, None, false).await;
        let mut found = Vec::new();
        read.child("archdesc").unwrap().components("", &mut found);
        for said in &all {
            let code = said.code.written();
            let (_, one) = found.iter().find(|(_, one)| one.says(Element::ReferenceCode) == [code]).unwrap();
            one.must_be_in_order();
            assert_eq!(one.says(Element::Title), [said.title.as_str()]);
            assert_eq!(one.says(Element::Retention), ["永久"]);
            let optional = [
                (Element::DocumentNumber, &said.document_number),
                (Element::Creator, &said.creator),
                (Element::DocumentType, &said.document_type),
            ];
            for (element, value) in optional {
                let want = crate::values::values(element, value.as_deref().unwrap());
                assert_eq!(one.says(element), want, "{element:?}");
            }
            for element in Element::ALL.into_iter().filter(|element| element.is_kept_aside()) {
                let want = said.element(element).map(|value| crate::values::values(element, value));
                assert_eq!(one.says(element), want.unwrap_or_default(), "{element:?}");
            }
        }
    }
}
