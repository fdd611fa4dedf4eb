//! The query of a callback request.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// The longest query that is looked at, in bytes; real ones have about 200.
const MAX_QUERY: usize = 4096;

/// Why a query is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the query is too long, repeats a parameter or is not UTF-8")]
pub struct QueryError;

/// The parameters WeChat adds to the callback address; others are ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query<'a> {
    /// `signature` over token, timestamp and nonce.
    pub signature: Option<Cow<'a, str>>,
    /// `msg_signature` over token, timestamp, nonce and `<Encrypt>`.
    pub msg_signature: Option<Cow<'a, str>>,
    /// `timestamp` in Unix seconds, as written.
    pub timestamp: Option<Cow<'a, str>>,
    /// `nonce`
    pub nonce: Option<Cow<'a, str>>,
    /// `echostr`, only when the address is verified.
    pub echostr: Option<Cow<'a, str>>,
    /// `encrypt_type`: `aes`, or `raw` or absent for a body in clear.
    pub encrypt_type: Option<Cow<'a, str>>,
    /// `openid`; the message itself says who wrote it.
    pub openid: Option<Cow<'a, str>>,
}

impl<'a> Query<'a> {
    /// Reads the part of the address after `?`. A parameter given twice or as `name[]` is refused, because two readers
    /// could take different values.
    pub fn parse(raw: &'a str) -> Result<Self, QueryError> {
        if raw.len() > MAX_QUERY {
            return Err(QueryError);
        }
        let mut query = Self::default();
        for pair in raw.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decode(name)?;
            let slot = match name.split('[').next().unwrap_or_default() {
                "signature" => &mut query.signature,
                "msg_signature" => &mut query.msg_signature,
                "timestamp" => &mut query.timestamp,
                "nonce" => &mut query.nonce,
                "echostr" => &mut query.echostr,
                "encrypt_type" => &mut query.encrypt_type,
                "openid" => &mut query.openid,
                _ => continue,
            };
            if slot.is_some() || name.contains('[') {
                return Err(QueryError);
            }
            *slot = Some(decode(value)?);
        }
        Ok(query)
    }
}

fn decode(text: &str) -> Result<Cow<'_, str>, QueryError> {
    if !text.bytes().any(|byte| matches!(byte, b'%' | b'+')) {
        return Ok(Cow::Borrowed(text));
    }
    if text.contains('+') {
        let spaced = text.replace('+', " ");
        let decoded = percent_decode_str(&spaced).decode_utf8().map_err(|_| QueryError)?;
        return Ok(Cow::Owned(decoded.into_owned()));
    }
    percent_decode_str(text).decode_utf8().map_err(|_| QueryError)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded() {
        let query = Query::parse("signature=ab&timestamp=1&nonce=a+b%20c&&x=1&encrypt_type=aes").unwrap();
        assert_eq!(query.signature.as_deref(), Some("ab"));
        assert_eq!(query.nonce.as_deref(), Some("a b c"));
        assert_eq!(query.encrypt_type.as_deref(), Some("aes"));
        assert_eq!(query.msg_signature, None);
    }

    #[test]
    fn w06_repeated_parameters_are_refused() {
        for raw in [
            "signature=a&signature=a",
            "nonce=1&nonce[]=2",
            "nonce[]=2",
            "timestamp=1&%74imestamp=2",
            "echostr[0]=1",
            "msg_signature=a&x=1&msg_signature=b",
        ] {
            assert_eq!(Query::parse(raw), Err(QueryError), "{raw}");
        }
    }

    #[test]
    fn broken_queries_are_refused() {
        assert_eq!(Query::parse("nonce=%ff%fe"), Err(QueryError));
        assert_eq!(Query::parse(&format!("echostr={}", "1".repeat(10_240))), Err(QueryError));
        assert_eq!(Query::parse(""), Ok(Query::default()));
    }
}
