//! Simple Dublin Core (ISO 15836-1:2017), a record of `oai_dc` for each description.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};

use crate::oai::dublin_core::DublinCore;
use crate::plain::is_xml;

/// The list of records being written.
pub(super) struct List(Writer<Vec<u8>>);

impl List {
    pub(super) fn begin() -> io::Result<Self> {
        let mut text = Writer::new(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_vec());
        let root = BytesStart::new("records").with_attributes([
            ("xmlns:oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc/"),
            ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
        ]);
        text.write_event(Event::Start(root))?;
        Ok(Self(text))
    }

    pub(super) fn record(&mut self, said: &DublinCore) -> io::Result<()> {
        let Self(text) = self;
        text.write_event(Event::Text(BytesText::new("\n")))?;
        text.create_element("oai_dc:dc").write_inner_content(|text| {
            for (name, value) in &said.0 {
                let clean: String = value.chars().filter(|c| is_xml(*c)).collect();
                text.create_element(format!("dc:{name}")).write_text_content(BytesText::new(&clean))?;
            }
            Ok(())
        })?;
        Ok(())
    }

    pub(super) fn finish(&mut self) -> io::Result<()> {
        self.0.write_event(Event::End(BytesEnd::new("records")))
    }

    /// What was written since this was asked last.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(self.0.get_mut())
    }
}
