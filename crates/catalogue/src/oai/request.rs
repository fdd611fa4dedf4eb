//! What a harvester asks, read strictly (protocol §3 and §4).

use kernel::Timestamp;

use super::token::Token;
use crate::PublicId;

/// A request that was understood.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Request {
    Identify,
    ListMetadataFormats(Option<PublicId>),
    ListSets,
    GetRecord(PublicId),
    List(List),
}

/// A page of a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct List {
    /// `ListRecords` rather than `ListIdentifiers`.
    pub(super) whole: bool,
    /// Where it begins.
    pub(super) at: Token,
}

/// Why a request is refused, as the protocol counts (§3.6).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum FaultCode {
    BadVerb,
    BadArgument,
    BadResumptionToken,
    CannotDisseminateFormat,
    IdDoesNotExist,
    NoRecordsMatch,
}

impl FaultCode {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::BadVerb => "badVerb",
            Self::BadArgument => "badArgument",
            Self::BadResumptionToken => "badResumptionToken",
            Self::CannotDisseminateFormat => "cannotDisseminateFormat",
            Self::IdDoesNotExist => "idDoesNotExist",
            Self::NoRecordsMatch => "noRecordsMatch",
        }
    }

    const fn sentence(self) -> &'static str {
        match self {
            Self::BadVerb => {
                "verb 应为 Identify、ListMetadataFormats、ListSets、ListIdentifiers、ListRecords、GetRecord 之一"
            }
            Self::BadArgument => "参数缺失、重复、多余，或取值不合规定",
            Self::BadResumptionToken => "resumptionToken 不能识别，请从头采集",
            Self::CannotDisseminateFormat => "只提供 oai_dc 格式",
            Self::IdDoesNotExist => "没有这个标识符",
            Self::NoRecordsMatch => "没有符合条件的记录",
        }
    }

    /// Whether the answer leaves the arguments out because they were not understood.
    pub(super) const fn hides_arguments(self) -> bool {
        matches!(self, Self::BadVerb | Self::BadArgument)
    }
}

/// A refusal: its code and a sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Fault {
    pub(super) code: FaultCode,
    pub(super) sentence: String,
}

impl From<FaultCode> for Fault {
    fn from(code: FaultCode) -> Self {
        Self { code, sentence: code.sentence().to_owned() }
    }
}

/// A fault of one argument, which is named.
fn bad(name: &str, why: &str) -> Fault {
    Fault { code: FaultCode::BadArgument, sentence: format!("参数 {name} {why}") }
}

/// The arguments of a request; each is taken once.
struct Arguments<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Arguments<'a> {
    /// An argument, which no other request may have twice.
    fn take(&mut self, name: &str) -> Result<Option<&'a str>, Fault> {
        let Some(place) = self.0.iter().position(|(known, _)| *known == name) else { return Ok(None) };
        let (_, value) = self.0.remove(place);
        if self.0.iter().any(|(known, _)| *known == name) {
            return Err(bad(name, "只能出现一次"));
        }
        Ok(Some(value))
    }

    fn need(&mut self, name: &str) -> Result<&'a str, Fault> {
        self.take(name)?.ok_or_else(|| bad(name, "不能缺少"))
    }

    /// What was not taken has no place here.
    fn done(self) -> Result<(), Fault> {
        self.0.first().map_or(Ok(()), |(name, _)| Err(bad(name, "不适用于这个 verb")))
    }
}

/// Reads the arguments of a request to a repository whose identifiers begin with `prefix`.
pub(super) fn parse(arguments: &[(String, String)], prefix: &str) -> Result<Request, Fault> {
    let mut arguments = Arguments(arguments.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect());
    let verb = arguments.take("verb").ok().flatten().ok_or(FaultCode::BadVerb)?;
    let request = match verb {
        "Identify" => Request::Identify,
        "ListMetadataFormats" => {
            let asked = arguments.take("identifier")?;
            Request::ListMetadataFormats(asked.map(|text| identifier(text, prefix)).transpose()?)
        }
        // All sets are told at once, so there is no token that could be right.
        "ListSets" if arguments.take("resumptionToken")?.is_some() => {
            return Err(FaultCode::BadResumptionToken.into());
        }
        "ListSets" => Request::ListSets,
        "GetRecord" => {
            let asked = arguments.need("identifier")?;
            format(arguments.need("metadataPrefix")?)?;
            Request::GetRecord(identifier(asked, prefix)?)
        }
        "ListIdentifiers" => Request::List(List { whole: false, at: list(&mut arguments)? }),
        "ListRecords" => Request::List(List { whole: true, at: list(&mut arguments)? }),
        _ => return Err(FaultCode::BadVerb.into()),
    };
    arguments.done()?;
    Ok(request)
}

fn identifier(text: &str, prefix: &str) -> Result<PublicId, Fault> {
    text.strip_prefix(prefix).and_then(PublicId::parse).ok_or_else(|| FaultCode::IdDoesNotExist.into())
}

fn format(prefix: &str) -> Result<(), Fault> {
    if prefix == "oai_dc" { Ok(()) } else { Err(FaultCode::CannotDisseminateFormat.into()) }
}

fn list(arguments: &mut Arguments<'_>) -> Result<Token, Fault> {
    if let Some(token) = arguments.take("resumptionToken")? {
        return Token::parse(token).ok_or_else(|| FaultCode::BadResumptionToken.into());
    }
    let prefix = arguments.need("metadataPrefix")?;
    let (from, until) = (arguments.take("from")?, arguments.take("until")?);
    let fonds = arguments.take("set")?;
    if from.zip(until).is_some_and(|(from, until)| from.len() != until.len()) {
        return Err(bad("from", "与 until 应精确到同一单位"));
    }
    let from = from.map(|text| moment("from", text, "T00:00:00Z")).transpose()?;
    let until = until.map(|text| moment("until", text, "T23:59:59Z")).transpose()?;
    let (from, until) = (from.unwrap_or(Token::FIRST), until.unwrap_or(Token::LAST));
    if from > until {
        return Err(bad("from", "晚于 until"));
    }
    format(prefix)?;
    let fonds = match fonds {
        Some(text) => Some(PublicId::parse(text).ok_or(FaultCode::NoRecordsMatch)?),
        None => None,
    };
    Ok(Token { from, until, fonds, after: None, told: 0 })
}

/// A moment to the second, or a day, which is completed.
fn moment(name: &str, text: &str, rest: &str) -> Result<Timestamp, Fault> {
    let whole = if text.len() == "2026-11-22".len() { format!("{text}{rest}") } else { text.to_owned() };
    let moment = Timestamp::from_utc_text(&whole).filter(|moment| (Token::FIRST..=Token::LAST).contains(moment));
    moment.ok_or_else(|| bad(name, "应写作 2026-11-22 或 2026-11-22T09:05:00Z"))
}

/// Whether a request of a harvester is understood, and whether the token of a list, written, is read as it was. `None`
/// where it is refused without a sentence.
pub fn understood(arguments: &[(String, String)], prefix: &str) -> Option<(bool, bool)> {
    match parse(arguments, prefix) {
        Ok(Request::List(list)) => Some((true, Token::parse(&list.at.to_string()).as_ref() == Some(&list.at))),
        Ok(_) => Some((true, true)),
        Err(fault) => (!fault.sentence.is_empty()).then_some((false, true)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PREFIX: &str = "oai:archives.example:";
    const ID: &str = "abcdefghijklmnop";

    fn ask(query: &str) -> Result<Request, FaultCode> {
        let arguments: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        parse(&arguments, PREFIX).map_err(|fault| fault.code)
    }

    #[test]
    fn what_is_understood() {
        let id = PublicId::parse(ID).unwrap();
        assert_eq!(ask("verb=Identify"), Ok(Request::Identify));
        assert_eq!(ask("verb=ListSets"), Ok(Request::ListSets));
        assert_eq!(ask("verb=ListMetadataFormats"), Ok(Request::ListMetadataFormats(None)));
        let asked = format!("verb=GetRecord&metadataPrefix=oai_dc&identifier={PREFIX}{ID}");
        assert_eq!(ask(&asked), Ok(Request::GetRecord(id.clone())));
        let asked = format!("metadataPrefix=oai_dc&set={ID}&from=2026-11-22&until=2026-11-22&verb=ListIdentifiers");
        let Ok(Request::List(List { whole: false, at })) = ask(&asked) else { panic!("a list") };
        assert_eq!(at.until.seconds_since(at.from), 86_399);
        assert_eq!(at.fonds, Some(id));
        assert_eq!(ask(&format!("verb=ListRecords&resumptionToken={at}")), Ok(Request::List(List { whole: true, at })));
    }

    #[test]
    fn what_is_refused_and_how() {
        use FaultCode::*;
        for (query, code) in [
            ("", BadVerb),
            ("verb=", BadVerb),
            ("verb=identify", BadVerb),
            ("verb=Identify&verb=Identify", BadVerb),
            ("verb=Identify&x=1", BadArgument),
            ("verb=ListSets&resumptionToken=1", BadResumptionToken),
            ("verb=GetRecord", BadArgument),
            ("verb=GetRecord&metadataPrefix=oai_dc", BadArgument),
            (
                "verb=GetRecord&metadataPrefix=ead&identifier=oai:archives.example:abcdefghijklmnop",
                CannotDisseminateFormat,
            ),
            ("verb=GetRecord&metadataPrefix=oai_dc&identifier=abcdefghijklmnop", IdDoesNotExist),
            ("verb=ListMetadataFormats&identifier=oai:other.example:abcdefghijklmnop", IdDoesNotExist),
            ("verb=ListRecords", BadArgument),
            ("verb=ListRecords&metadataPrefix=marc", CannotDisseminateFormat),
            ("verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc", BadArgument),
            ("verb=ListRecords&metadataPrefix=oai_dc&from=2026", BadArgument),
            ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-02-30", BadArgument),
            ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-11-22T09:05:00%2B08:00", BadArgument),
            ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-11-22&until=2026-11-22T00:00:00Z", BadArgument),
            ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-11-22&until=2026-11-21", BadArgument),
            ("verb=ListRecords&metadataPrefix=oai_dc&set=nothing", NoRecordsMatch),
            ("verb=ListRecords&resumptionToken=abc", BadResumptionToken),
            ("verb=ListRecords&resumptionToken=abc&metadataPrefix=oai_dc", BadResumptionToken),
        ] {
            assert_eq!(ask(query), Err(code), "{query}");
        }
        let token = Token { from: Token::FIRST, until: Token::LAST, fonds: None, after: None, told: 0 };
        assert_eq!(ask(&format!("verb=ListRecords&resumptionToken={token}&metadataPrefix=oai_dc")), Err(BadArgument));
    }

    proptest! {
        #[test]
        fn nothing_a_stranger_sends_is_answered_with_a_panic(
            verb in prop_oneof![Just("ListRecords"), Just("GetRecord"), Just("ListMetadataFormats"), Just("x")],
            arguments in proptest::collection::vec(
                (
                    prop_oneof![Just("from"), Just("until"), Just("set"), Just("identifier"), Just("resumptionToken"), Just("metadataPrefix")],
                    prop_oneof![Just("oai_dc".to_owned()), "[0-9TZ:-]{0,24}", ".{0,12}", "[0-9.a-z]{0,60}"],
                ),
                0..5,
            ),
        ) {
            let mut all = vec![("verb".to_owned(), verb.to_owned())];
            all.extend(arguments.into_iter().map(|(name, value)| (name.to_owned(), value)));
            if let Err(fault) = parse(&all, PREFIX) {
                prop_assert!(!fault.sentence.is_empty());
            }
        }
    }
}
