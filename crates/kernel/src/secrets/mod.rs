//! Secrets: what is encrypted at rest, found by keyed hash, or named to the outside without telling what it is.
//!
//! A ring holds master keys by id, oldest first. New values are sealed with the newest; all of them open. From each
//! master key come the working keys, one for each use (RFC 5869, HKDF-Expand with HMAC-SM3).

mod cipher;
mod file;

pub use cipher::Cipher;
pub use file::Source;

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sm3::Sm3;
use zeroize::Zeroizing;

use crate::{Code, Db, Error, Problem, Random, Result, Tx, db, hex, house};

/// The name under which the database remembers which keys its data need.
const CHECKS: &str = "secrets.checks";

/// The key ring of the house; cheap to clone. `Debug` shows the ids only.
#[derive(Clone)]
pub struct Secrets(Arc<Ring>);

struct Ring {
    cipher: Cipher,
    /// Oldest first; never empty.
    keys: Vec<Key>,
}

/// One master key's working keys.
struct Key {
    id: String,
    seal: Zeroizing<[u8; 32]>,
    lookup: Zeroizing<[u8; 32]>,
    public: Zeroizing<[u8; 32]>,
    proof: Zeroizing<[u8; 32]>,
    check: String,
}

impl Key {
    fn derive(id: &str, master: &[u8; 32]) -> Self {
        let expand = |info: &str| Zeroizing::new(hmac_sm3(master, &[b"lantai ", info.as_bytes(), &[1]]));
        let check = hex(expand("check").get(..16).unwrap_or_default());
        Self {
            id: id.to_owned(),
            seal: expand("seal"),
            lookup: expand("lookup"),
            public: expand("public"),
            proof: expand("proof"),
            check,
        }
    }
}

impl Secrets {
    /// A ring with one new key that is kept nowhere: for tests, and for the first start.
    pub fn fresh(random: &Random) -> Self {
        let master = Zeroizing::new(random.bytes::<32>());
        Self(Arc::new(Ring { cipher: Cipher::Sm4Gcm, keys: vec![Key::derive("k1", &master)] }))
    }

    /// Opens the ring and makes sure that it is the one the database's data were sealed with. A key file that is not
    /// there is made, unless the database already needs one.
    ///
    /// # Errors
    /// [`Code::KeyMissing`] if a key is missing, differs, or cannot be read.
    pub async fn open(source: &Source, cipher: Cipher, random: &Random, db: &Db) -> Result<Self> {
        let known = checks(&mut db.read().await?).await?;
        if known.is_empty() {
            source.make_if_absent(random)?;
        }
        let keys = source.read()?;
        let ring = Self(Arc::new(Ring { cipher, keys }));
        let mut tx = db.begin().await?;
        ring.agree(&mut tx, source).await?;
        tx.commit().await?;
        Ok(ring)
    }

    /// Compares the ring with what the database remembers, and lets it remember new keys.
    async fn agree(&self, tx: &mut Tx, source: &Source) -> Result<()> {
        let known = checks(tx).await?;
        for (id, check) in &known {
            let wrong = match self.0.keys.iter().find(|key| key.id == *id) {
                None => format!("缺少编号为 {id} 的密钥，数据库里有用它加密的数据"),
                Some(key) if key.check != *check => format!("编号为 {id} 的密钥不是加密数据时所用的那一把"),
                Some(_) => continue,
            };
            return Err(Problem::new(Code::KeyMissing, source.to_string()).because(wrong).into());
        }
        let all: Vec<String> = self.0.keys.iter().map(|key| format!("{}:{}", key.id, key.check)).collect();
        if all.len() != known.len() {
            house::set_value(tx, CHECKS, &all.join(" ")).await?;
        }
        Ok(())
    }

    /// Encrypts a value for one place: the binding (table, row and column, say) must be given again to open it, so a
    /// value copied to another row does not open there. The result is `key:cipher:base64(nonce ‖ text ‖ tag)`.
    ///
    /// # Errors
    /// If the value is longer than the cipher allows (64 GiB).
    pub fn seal(&self, random: &Random, binding: &str, plain: &[u8]) -> Result<String> {
        let key = self.current()?;
        let nonce = random.bytes::<12>();
        let sealed = self.0.cipher.seal(&key.seal, &nonce, binding.as_bytes(), plain)?;
        Ok(format!("{}:{}:{}", key.id, self.0.cipher.name(), STANDARD.encode([nonce.as_slice(), &sealed].concat())))
    }

    /// Decrypts a sealed value with whichever key and cipher it names.
    ///
    /// # Errors
    /// If the key is not in the ring, or the value was altered, or belongs to another place.
    pub fn open_sealed(&self, binding: &str, sealed: &str) -> Result<Zeroizing<Vec<u8>>> {
        let broken = || Error::internal("a sealed value does not open");
        let mut parts = sealed.splitn(3, ':');
        let mut next = || parts.next().ok_or_else(broken);
        let (id, cipher, text) = (next()?, next()?, next()?);
        let key = self.0.keys.iter().find(|key| key.id == id).ok_or_else(broken)?;
        let cipher = Cipher::parse(cipher).ok_or_else(broken)?;
        let bytes = STANDARD.decode(text).map_err(|_| broken())?;
        let (nonce, text) = bytes.split_first_chunk::<12>().ok_or_else(broken)?;
        cipher.open(&key.seal, nonce, binding.as_bytes(), text).ok_or_else(broken)
    }

    /// Whether a sealed value is of the newest key and the cipher in force: if not, rotation has work to do.
    pub fn is_current(&self, sealed: &str) -> bool {
        let current = self.0.keys.last().map(|key| format!("{}:{}:", key.id, self.0.cipher.name()));
        current.is_some_and(|prefix| sealed.starts_with(&prefix))
    }

    /// The keyed hash (HMAC-SM3) to store beside a sealed value so that it can be found again: `key:64 hex digits`.
    /// The purpose keeps the hashes of an ID number and of a telephone number apart.
    ///
    /// # Errors
    /// None in a ring that was opened.
    pub fn lookup(&self, purpose: &str, value: &str) -> Result<String> {
        self.current().map(|key| key.lookup(purpose, value))
    }

    /// The keyed hashes to search for: one for each key, the newest first.
    pub fn lookups(&self, purpose: &str, value: &str) -> Vec<String> {
        self.0.keys.iter().rev().map(|key| key.lookup(purpose, value)).collect()
    }

    /// The public id of a record: 16 characters of base 32 (80 bits of HMAC-SM3 over institution and reference code).
    /// It comes from the oldest key, which is never retired, so that addresses live on.
    pub fn public_id(&self, institution: &str, reference_code: &str) -> String {
        let Some(key) = self.0.keys.first() else { return String::new() };
        base32(&hmac_sm3(&key.public[..], &[institution.as_bytes(), &[0], reference_code.as_bytes()]))
    }

    /// A message authentication code (HMAC-SM3 with the oldest key) for a purpose, in hexadecimal: tickets, the head
    /// of the audit chain.
    pub fn authenticate(&self, purpose: &str, message: &[u8]) -> String {
        let Some(key) = self.0.keys.first() else { return String::new() };
        hex(&hmac_sm3(&key.proof[..], &[purpose.as_bytes(), &[0], message]))
    }

    fn current(&self) -> Result<&Key> {
        self.0.keys.last().ok_or_else(|| Error::internal("a key ring without keys"))
    }
}

impl Key {
    fn lookup(&self, purpose: &str, value: &str) -> String {
        format!("{}:{}", self.id, hex(&hmac_sm3(&self.lookup[..], &[purpose.as_bytes(), &[0], value.as_bytes()])))
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ids: Vec<&str> = self.0.keys.iter().map(|key| key.id.as_str()).collect();
        f.debug_struct("Secrets").field("keys", &ids).field("cipher", &self.0.cipher).finish()
    }
}

/// HMAC (RFC 2104) with SM3 (GB/T 32905-2016) over the parts, one after the other.
fn hmac_sm3(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // A key of any length is taken, so there is no error to lose.
    let Ok(mut mac) = Hmac::<Sm3>::new_from_slice(key) else { return [0; 32] };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// The first ten bytes in base 32 (RFC 4648 §6), lower case, without padding.
fn base32(bytes: &[u8; 32]) -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let number = bytes.iter().take(10).fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    let digit = |place: u32| usize::try_from(number >> (5 * place) & 31).ok().and_then(|index| ALPHABET.get(index));
    (0..16).rev().filter_map(digit).map(|digit| char::from(*digit)).collect()
}

async fn checks(tx: &mut Tx) -> db::Result<Vec<(String, String)>> {
    let text = house::value(tx, CHECKS).await?.unwrap_or_default();
    let pairs = text.split(' ').filter_map(|pair| pair.split_once(':'));
    Ok(pairs.map(|(id, check)| (id.to_owned(), check.to_owned())).collect())
}

#[cfg(test)]
mod tests;
