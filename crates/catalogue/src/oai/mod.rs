//! `/oai`: what everybody may see, for harvesters, by the Open Archives Initiative Protocol for Metadata Harvesting 2.0.
//!
//! Every description that everybody may see is offered as simple Dublin Core; one that was seen and is closed again is
//! told as deleted, one that was never to be seen is told in no way. Sets are the fonds, named by their ids. A list is
//! cut into pages of [`PAGE`]; its token says where to go on, so that nothing is kept between two requests.

pub(crate) mod dublin_core;
pub(crate) mod request;
mod token;

#[cfg(test)]
mod tests;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use kernel::{Clock, Error};
use web::{Failure, HouseBook};

use crate::plain::is_xml;
use crate::{Catalogue, Harvest, Harvested};
use dublin_core::DublinCore;
use request::{Fault, FaultCode, List, Request};
use token::Token;

/// Entries of a page.
const PAGE: u32 = 100;
/// Sets told at once: more than any house has fonds.
const SETS: u32 = 1_000_000;

/// The repository as it presents itself.
#[derive(Clone, Debug)]
pub struct Repository {
    /// The address of the readers' site, without a slash at its end: what addresses of records begin with.
    pub site: String,
    /// The institution.
    pub house: HouseBook,
    /// The house's clock.
    pub clock: Clock,
}

impl Repository {
    /// The host in the address of the site, without its port.
    pub fn host(&self) -> &str {
        let address = self.site.split_once("://").map_or("", |(_, rest)| rest);
        address.split(['/', ':']).next().unwrap_or_default()
    }

    /// What the institution is called.
    pub fn name(&self) -> String {
        self.house.now().name.clone()
    }

    /// Where to write to, an e-mail address. Who gave none is written to at the one that every host has (RFC 5321 §4.5.1).
    pub fn contact(&self) -> String {
        self.house.now().email.clone().unwrap_or_else(|| format!("postmaster@{}", self.host()))
    }
}

#[derive(Clone, Debug)]
struct Oai {
    catalogue: Catalogue,
    repository: Repository,
}

/// The route; every answer is an OAI-PMH document, refusals too.
pub fn routes(catalogue: Catalogue, repository: Repository) -> Router {
    Router::new().route("/oai", get(by_query).post(by_form)).with_state(Oai { catalogue, repository })
}

async fn by_query(State(oai): State<Oai>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    oai.answer(query.unwrap_or_default().as_bytes()).await
}

async fn by_form(State(oai): State<Oai>, form: Bytes) -> Result<Response, Failure> {
    oai.answer(&form).await
}

#[derive(askama::Template)]
#[template(path = "oai.xml")]
struct Document<'a> {
    now: String,
    address: String,
    repository: &'a Repository,
    /// The arguments as they came; none if they were not understood.
    arguments: Vec<(String, String)>,
    body: Body,
}

/// What an answer holds.
enum Body {
    Fault(Fault),
    Identify { earliest: String },
    Formats,
    Sets(Vec<(String, String)>),
    Record(Box<Entry>),
    List { whole: bool, entries: Vec<Entry>, token: Option<(Option<Token>, u64)> },
}

/// A record's header, and what it says.
struct Entry {
    identifier: String,
    at: String,
    set: String,
    /// Whether nobody may see it any more.
    is_gone: bool,
    /// Only in whole records.
    said: Option<DublinCore>,
}

impl Oai {
    async fn answer(&self, arguments: &[u8]) -> Result<Response, Failure> {
        let arguments: Vec<(String, String)> = url::form_urlencoded::parse(arguments).into_owned().collect();
        let body = match request::parse(&arguments, &self.prefix()) {
            Ok(request) => self.body(request).await?,
            Err(fault) => Body::Fault(fault),
        };
        // Arguments that were not understood are not repeated (protocol §3.2).
        let repeated = !matches!(&body, Body::Fault(fault) if fault.code.hides_arguments());
        let document = Document {
            now: self.repository.clock.now().utc_text(),
            address: format!("{}/oai", self.repository.site),
            repository: &self.repository,
            arguments: if repeated { arguments } else { Vec::new() },
            body,
        };
        let text = askama::Template::render(&document).map_err(Error::internal)?;
        let text: String = text.chars().filter(|c| is_xml(*c)).collect();
        Ok(([(CONTENT_TYPE, "text/xml; charset=utf-8")], text).into_response())
    }

    async fn body(&self, request: Request) -> kernel::Result<Body> {
        Ok(match request {
            Request::Identify => {
                let earliest = self.catalogue.first_harvest().await?.unwrap_or_else(|| self.repository.clock.now());
                Body::Identify { earliest: earliest.utc_text() }
            }
            Request::ListMetadataFormats(None) => Body::Formats,
            Request::ListMetadataFormats(Some(id)) => match self.catalogue.harvested(&id).await? {
                Some(_) => Body::Formats,
                None => Body::Fault(FaultCode::IdDoesNotExist.into()),
            },
            Request::ListSets => {
                let (fonds, _) = self.catalogue.fonds(1, SETS).await?;
                Body::Sets(fonds.into_iter().map(|one| (one.place.id.to_string(), one.place.title)).collect())
            }
            Request::GetRecord(id) => match self.catalogue.harvested(&id).await? {
                Some(one) => Body::Record(Box::new(self.entry(one))),
                None => Body::Fault(FaultCode::IdDoesNotExist.into()),
            },
            Request::List(list) => self.list(list).await?,
        })
    }

    async fn list(&self, List { whole, at }: List) -> kernel::Result<Body> {
        let Token { from, until, fonds, after, told } = at.clone();
        // One more than a page tells whether there is another.
        let mut found = self.catalogue.harvest(&Harvest { from, until, fonds, after, most: PAGE + 1, whole }).await?;
        let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
        let more = found.len() > page;
        found.truncate(page);
        let Some(last) = found.last() else { return Ok(Body::Fault(FaultCode::NoRecordsMatch.into())) };
        let next = Token { after: Some((last.at, last.id.clone())), told: told + u64::from(PAGE), ..at };
        // The last of several pages says that it is the last, and a list of one page says nothing.
        let token = (more || told > 0).then(|| (more.then_some(next), told));
        Ok(Body::List { whole, entries: found.into_iter().map(|one| self.entry(one)).collect(), token })
    }

    fn entry(&self, one: Harvested) -> Entry {
        let address = format!("{}/records/{}", self.repository.site, one.id);
        Entry {
            identifier: format!("{}{}", self.prefix(), one.id),
            at: one.at.utc_text(),
            set: one.fonds.to_string(),
            is_gone: one.is_gone,
            said: one.said.map(|said| DublinCore::of(&said, Some(address), &self.repository.name())),
        }
    }

    /// What all identifiers begin with: the scheme and the house's host (oai-identifier guideline, §2.1).
    fn prefix(&self) -> String {
        format!("oai:{}:", self.repository.host())
    }
}
