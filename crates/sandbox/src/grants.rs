//! Web OAuth: codes and the tokens made from them (reference §12.3).

use serde::{Deserialize, Serialize};

use crate::random::Random;

/// How much the page may learn of the follower.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Scope {
    /// The openid only, without asking.
    #[serde(rename = "snsapi_base")]
    Base,
    /// Name and picture too, after the follower agreed.
    #[serde(rename = "snsapi_userinfo")]
    UserInfo,
}

impl Scope {
    /// Reads the parameter `scope`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "snsapi_base" => Some(Self::Base),
            "snsapi_userinfo" => Some(Self::UserInfo),
            _ => None,
        }
    }

    /// As the answers write it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Base => "snsapi_base",
            Self::UserInfo => "snsapi_userinfo",
        }
    }
}

/// One authorisation, from its code to the end of its refresh token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Grant {
    pub(crate) code: String,
    pub(crate) openid: String,
    pub(crate) scope: Scope,
    pub(crate) made_at: i64,
    pub(crate) used: bool,
    pub(crate) access_token: String,
    pub(crate) access_until: i64,
    pub(crate) refresh_token: String,
    pub(crate) refresh_until: i64,
    /// The page was shown as a snapshot, and the openid is nobody's.
    #[serde(default)]
    pub(crate) snapshot: bool,
}

/// Seconds a code is good.
const CODE_LIFE: i64 = 300;
/// Seconds an access token is good.
pub(crate) const ACCESS_LIFE: i64 = 7200;
/// Seconds a refresh token is good.
const REFRESH_LIFE: i64 = 30 * 86_400;

/// All authorisations of an account.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Grants(Vec<Grant>);

impl Grants {
    /// A code for `openid`, good once and for five minutes.
    pub(crate) fn code(&mut self, openid: &str, scope: Scope, now: i64, random: &Random) -> String {
        self.add((openid.to_owned(), false), scope, now, random)
    }

    /// A code for the virtual openid of a snapshot page.
    pub(crate) fn snapshot_code(&mut self, scope: Scope, now: i64, random: &Random) -> String {
        self.add((random.openid(), true), scope, now, random)
    }

    fn add(&mut self, (openid, snapshot): (String, bool), scope: Scope, now: i64, random: &Random) -> String {
        self.0.retain(|grant| now < grant.made_at.saturating_add(REFRESH_LIFE));
        let code = format!("0{}", random.id(31));
        self.0.push(Grant {
            code: code.clone(),
            openid,
            scope,
            made_at: now,
            used: false,
            access_token: String::new(),
            access_until: 0,
            refresh_token: String::new(),
            refresh_until: 0,
            snapshot,
        });
        code
    }

    /// Changes a code into tokens; the error is the errcode: 40029 unknown, 40163 used, 42003 expired.
    pub(crate) fn redeem(&mut self, code: &str, now: i64, random: &Random) -> Result<&Grant, i64> {
        let grant = self.0.iter_mut().find(|grant| grant.code == code).ok_or(40029)?;
        if grant.used {
            return Err(40163);
        }
        if now.saturating_sub(grant.made_at) >= CODE_LIFE {
            return Err(42003);
        }
        grant.used = true;
        grant.access_token = format!("83_{}", random.id(85));
        grant.access_until = now.saturating_add(ACCESS_LIFE);
        grant.refresh_token = format!("84_{}", random.id(85));
        grant.refresh_until = now.saturating_add(REFRESH_LIFE);
        Ok(grant)
    }

    /// Prolongs by a refresh token: 40030 unknown, 42002 expired.
    pub(crate) fn refresh(&mut self, token: &str, now: i64, random: &Random) -> Result<&Grant, i64> {
        let known = |grant: &&mut Grant| !token.is_empty() && grant.refresh_token == token;
        let grant = self.0.iter_mut().find(known).ok_or(40030)?;
        if now >= grant.refresh_until {
            return Err(42002);
        }
        if now >= grant.access_until {
            grant.access_token = format!("83_{}", random.id(85));
        }
        grant.access_until = now.saturating_add(ACCESS_LIFE);
        Ok(grant)
    }

    /// The grant of an access token: 40001 unknown, 42001 expired.
    pub(crate) fn by_access_token(&self, token: &str, now: i64) -> Result<&Grant, i64> {
        let known = |grant: &&Grant| !token.is_empty() && grant.access_token == token;
        let grant = self.0.iter().find(known).ok_or(40001)?;
        if now < grant.access_until { Ok(grant) } else { Err(42001) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Grants, Scope};
    use crate::testing::random;

    #[test]
    fn a_code_is_good_once_and_for_five_minutes() {
        let (mut grants, random) = (Grants::default(), random());
        let late = grants.code("o1", Scope::Base, 0, &random);
        assert_eq!(grants.redeem(&late, 300, &random).err(), Some(42003));
        let code = grants.code("o1", Scope::Base, 0, &random);
        let token = grants.redeem(&code, 299, &random).unwrap().access_token.clone();
        assert_eq!(grants.redeem(&code, 299, &random).err(), Some(40163));
        assert_eq!(grants.redeem("other", 0, &random).err(), Some(40029));
        assert_eq!(grants.by_access_token(&token, 299).unwrap().openid, "o1");
        assert_eq!(grants.by_access_token(&token, 299 + 7200).err(), Some(42001));
        assert_eq!(grants.by_access_token("", 0).err(), Some(40001));
    }
}
