//! Tickets: short-lived proofs in chat links that the opener is the follower the link was sent to.

use kernel::{Random, Result, Secrets, Timestamp};

/// How long a ticket opens the door.
pub(crate) const LIFE_SECONDS: i64 = 30 * 60;
/// What a ticket is sealed for: nothing else that was sealed opens as one.
const BINDING: &str = "identity.ticket";
/// The longest text that is looked at.
const LONGEST: usize = 512;

/// What a ticket says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ticket {
    /// Its number, 16 hexadecimal digits: by it one remembers that it was used.
    pub number: String,
    /// The account's name.
    pub account: String,
    /// The follower.
    pub openid: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl Ticket {
    /// A new ticket for a follower of an account, good for half an hour.
    pub fn new(random: &Random, account: &str, openid: &str, now: Timestamp) -> Self {
        Self {
            number: kernel::hex(&random.bytes::<8>()),
            account: account.to_owned(),
            openid: openid.to_owned(),
            expires_at: now.plus_seconds(LIFE_SECONDS),
        }
    }

    /// The ticket as it stands in an address: letters, digits, `-`, `_` and `.` only. It is encrypted and
    /// authenticated, so an address that ends up in a log names nobody.
    pub fn seal(&self, secrets: &Secrets, random: &Random) -> Result<String> {
        let Self { number, account, openid, expires_at } = self;
        let plain = format!("1 {} {number} {account} {openid}", expires_at.seconds());
        let sealed = secrets.seal(random, BINDING, plain.as_bytes())?;
        let [key, cipher, text] = three(&sealed, ':');
        Ok(format!("{key}.{cipher}.{}", text.trim_end_matches('=').replace('+', "-").replace('/', "_")))
    }

    /// Reads a ticket that is genuine and still good.
    pub fn open(secrets: &Secrets, text: &str, now: Timestamp) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let [key, cipher, text] = three(text, '.');
        let mut text = text.replace('-', "+").replace('_', "/");
        text.push_str(match text.len() % 4 {
            2 => "==",
            3 => "=",
            _ => "",
        });
        let plain = secrets.open_sealed(BINDING, &format!("{key}:{cipher}:{text}")).ok()?;
        let plain = std::str::from_utf8(&plain).ok()?;
        let words: Vec<&str> = plain.split(' ').collect();
        let ["1", seconds, number, account, openid] = words.as_slice() else { return None };
        let expires_at = Timestamp::from_seconds(seconds.parse().ok()?);
        (now < expires_at).then(|| Self {
            number: (*number).to_owned(),
            account: (*account).to_owned(),
            openid: (*openid).to_owned(),
            expires_at,
        })
    }
}

fn three(text: &str, separator: char) -> [&str; 3] {
    let mut parts = text.splitn(3, separator);
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn sealed() -> (Secrets, Ticket, String) {
        let random = Random::seeded(3);
        let secrets = Secrets::fresh(&random);
        let ticket = Ticket::new(&random, "demo-sub", "oReader_00000000000000000001", NOW);
        let text = ticket.seal(&secrets, &random).unwrap();
        (secrets, ticket, text)
    }

    #[test]
    fn a_ticket_says_who_for_half_an_hour_and_names_nobody_in_clear() {
        let (secrets, ticket, text) = sealed();
        assert_eq!(Ticket::open(&secrets, &text, NOW), Some(ticket.clone()));
        assert_eq!(Ticket::open(&secrets, &text, NOW.plus_seconds(LIFE_SECONDS - 1)), Some(ticket));
        assert_eq!(Ticket::open(&secrets, &text, NOW.plus_seconds(LIFE_SECONDS)), None);
        assert!(!text.contains("oReader"));
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)), "{text}");
    }

    #[test]
    fn another_house_and_another_purpose_do_not_open_it() {
        let (secrets, _, text) = sealed();
        assert_eq!(Ticket::open(&Secrets::fresh(&Random::seeded(4)), &text, NOW), None);
        let other = secrets.seal(&Random::seeded(5), "something.else", b"1 1900000000 00 demo-sub oX").unwrap();
        assert_eq!(Ticket::open(&secrets, &other.replace(':', "."), NOW), None);
    }

    proptest! {
        #[test]
        fn nothing_forged_or_altered_opens(at in 0_usize..200, byte in "[A-Za-z0-9_.-]", text in "\\PC{0,80}") {
            let (secrets, _, sealed) = sealed();
            prop_assert_eq!(Ticket::open(&secrets, &text, NOW), None);
            let at = at % sealed.len();
            let altered = format!("{}{byte}{}", &sealed[..at], &sealed[at + 1..]);
            // The last letter of base64 may hold bits that mean nothing.
            if altered != sealed && at + 1 < sealed.len() {
                prop_assert_eq!(Ticket::open(&secrets, &altered, NOW), None);
            }
        }
    }
}
