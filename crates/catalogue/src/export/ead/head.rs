//! What a finding aid says about itself.

use std::borrow::Cow;
use std::io;

use kernel::Timestamp;
use quick_xml::events::BytesText;

use super::elements::Values;
use super::{Edition, Text, clean};
use crate::{Element, Fonds};

/// The rules descriptions follow.
const RULES: &str = "DA/T 18-2022";

/// What a document is about and who made it when.
#[derive(Clone, Copy, Debug)]
pub(in crate::export) struct Head<'a> {
    /// The code of the institution (档案馆代码).
    pub(in crate::export) institution: &'a str,
    /// The name of the institution.
    pub(in crate::export) keeper: &'a str,
    /// The fonds it is about; all of them without one.
    pub(in crate::export) fonds: Option<&'a Fonds>,
    /// When it is written.
    pub(in crate::export) now: Timestamp,
}

impl Head<'_> {
    /// What a document of all fonds says about the institution.
    pub(super) fn keeper_values(&self) -> Values<'static> {
        let mut values = Values::default();
        values.text(Element::InstitutionCode, Cow::Owned(self.institution.to_owned()));
        values.text(Element::Title, Cow::Owned(self.keeper.to_owned()));
        values
    }

    fn id(&self) -> String {
        let fonds = self.fonds.map(|fonds| format!("-{}", fonds.code)).unwrap_or_default();
        clean(&format!("{}{fonds}", self.institution))
    }

    fn title(&self) -> String {
        let fonds = self.fonds.map(Fonds::label).unwrap_or_default();
        clean(&format!("{}{fonds}档案目录", self.keeper))
    }

    pub(super) fn write(&self, edition: Edition, text: &mut Text) -> io::Result<()> {
        match edition {
            Edition::Ead2002 => self.header(text),
            Edition::Ead3 => self.control(text),
        }
    }

    /// `eadheader` of EAD 2002.
    fn header(&self, text: &mut Text) -> io::Result<()> {
        let attributes = [
            ("countryencoding", "iso3166-1"),
            ("dateencoding", "iso8601"),
            ("langencoding", "iso639-2b"),
            ("relatedencoding", RULES),
        ];
        let day = self.now.utc_text();
        text.create_element("eadheader").with_attributes(attributes).write_inner_content(|text| {
            let id = self.id();
            text.create_element("eadid")
                .with_attribute(("countrycode", "CN"))
                .write_text_content(BytesText::new(&id))?;
            self.description(text)?;
            text.create_element("profiledesc").write_inner_content(|text| {
                text.create_element("creation").write_inner_content(|text| {
                    text.create_element("date").write_text_content(BytesText::new(&day))?;
                    Ok(())
                })?;
                text.create_element("langusage").write_inner_content(language)?;
                text.create_element("descrules").write_text_content(BytesText::new(RULES))?;
                Ok(())
            })?;
            Ok(())
        })?;
        Ok(())
    }

    /// `control` of EAD3.
    fn control(&self, text: &mut Text) -> io::Result<()> {
        let attributes = [
            ("countryencoding", "iso3166-1"),
            ("dateencoding", "iso8601"),
            ("langencoding", "iso639-2b"),
            ("relatedencoding", RULES),
        ];
        text.create_element("control").with_attributes(attributes).write_inner_content(|text| {
            text.create_element("recordid").write_text_content(BytesText::new(&self.id()))?;
            self.description(text)?;
            text.create_element("maintenancestatus").with_attribute(("value", "derived")).write_empty()?;
            self.agency(text)?;
            text.create_element("languagedeclaration").write_inner_content(|text| {
                language(text)?;
                let script = text.create_element("script").with_attribute(("scriptcode", "Hans"));
                script.write_text_content(BytesText::new("简体汉字"))?;
                Ok(())
            })?;
            text.create_element("conventiondeclaration").write_inner_content(|text| {
                text.create_element("abbr").write_text_content(BytesText::new(RULES))?;
                text.create_element("citation").write_text_content(BytesText::new("档案著录规则"))?;
                Ok(())
            })?;
            text.create_element("maintenancehistory").write_inner_content(|text| self.event(text))?;
            Ok(())
        })?;
        Ok(())
    }

    /// `filedesc`, alike in both editions.
    fn description(&self, text: &mut Text) -> io::Result<()> {
        text.create_element("filedesc").write_inner_content(|text| {
            text.create_element("titlestmt").write_inner_content(|text| {
                text.create_element("titleproper").write_text_content(BytesText::new(&self.title()))?;
                Ok(())
            })?;
            text.create_element("publicationstmt").write_inner_content(|text| {
                text.create_element("publisher").write_text_content(BytesText::new(&clean(self.keeper)))?;
                Ok(())
            })?;
            Ok(())
        })?;
        Ok(())
    }

    fn agency(&self, text: &mut Text) -> io::Result<()> {
        let agency = text.create_element("maintenanceagency").with_attribute(("countrycode", "CN"));
        agency.write_inner_content(|text| {
            let code = text.create_element("otheragencycode").with_attribute(("localtype", "institution_code"));
            code.write_text_content(BytesText::new(&clean(self.institution)))?;
            text.create_element("agencyname").write_text_content(BytesText::new(&clean(self.keeper)))?;
            Ok(())
        })?;
        Ok(())
    }

    fn event(&self, text: &mut Text) -> io::Result<()> {
        let moment = self.now.utc_text();
        text.create_element("maintenanceevent").write_inner_content(|text| {
            text.create_element("eventtype").with_attribute(("value", "derived")).write_empty()?;
            let at = text.create_element("eventdatetime").with_attribute(("standarddatetime", moment.as_str()));
            at.write_text_content(BytesText::new(&moment))?;
            text.create_element("agenttype").with_attribute(("value", "machine")).write_empty()?;
            text.create_element("agent").write_text_content(BytesText::new("兰台"))?;
            Ok(())
        })?;
        Ok(())
    }
}

fn language(text: &mut Text) -> io::Result<()> {
    let language = text.create_element("language").with_attribute(("langcode", "chi"));
    language.write_text_content(BytesText::new("中文"))?;
    Ok(())
}
