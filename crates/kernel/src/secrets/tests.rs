use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::testing;

fn secrets() -> (Secrets, Random) {
    let random = Random::seeded(1);
    (Secrets::fresh(&random), random)
}

#[test]
fn d03_a_value_copied_to_another_row_does_not_open() {
    let (secrets, random) = secrets();
    let sealed = secrets.seal(&random, "person/1/phone", "13800138000".as_bytes()).unwrap();
    assert_eq!(&**secrets.open_sealed("person/1/phone", &sealed).unwrap(), "13800138000".as_bytes());
    assert!(secrets.open_sealed("person/2/phone", &sealed).is_err());
}

#[test]
fn d02_equal_values_look_different_sealed_and_equal_hashed() {
    let (secrets, random) = secrets();
    let seal = || secrets.seal(&random, "row", b"110101199003070000").unwrap();
    assert_ne!(seal(), seal());
    let hash = secrets.lookup("id-number", "110101199003070000").unwrap();
    assert_eq!(hash, secrets.lookup("id-number", "110101199003070000").unwrap());
    assert_ne!(hash, secrets.lookup("phone", "110101199003070000").unwrap());
    assert_eq!(secrets.lookups("id-number", "110101199003070000"), [hash]);
}

#[test]
fn an_altered_value_does_not_open() {
    let (secrets, random) = secrets();
    let sealed = secrets.seal(&random, "row", b"value").unwrap();
    for broken in ["", "k1", "k1:sm4-gcm:", "k2:sm4-gcm:AAAA", &sealed.replace("sm4-gcm", "aes-256-gcm"), &sealed[..40]]
    {
        assert!(secrets.open_sealed("row", broken).is_err(), "{broken}");
    }
}

#[test]
fn public_ids_are_stable_and_tell_fonds_apart() {
    let (secrets, _) = secrets();
    let id = secrets.public_id("441900", "A001-WS·1986·Y-0001");
    assert_eq!(id, secrets.public_id("441900", "A001-WS·1986·Y-0001"));
    assert_ne!(id, secrets.public_id("441901", "A001-WS·1986·Y-0001"));
    assert!(
        id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_lowercase() || (b'2'..=b'7').contains(&byte)),
        "{id}"
    );
}

#[test]
fn base32_agrees_with_rfc_4648() {
    let mut bytes = [0; 32];
    bytes[..10].copy_from_slice(b"foobarfoob");
    assert_eq!(base32(&bytes), "mzxw6ytbojtg633c");
}

#[test]
fn d08_debug_shows_no_key() {
    let (secrets, _) = secrets();
    assert_eq!(format!("{secrets:?}"), "Secrets { keys: [\"k1\"], cipher: Sm4Gcm }");
}

#[tokio::test]
async fn the_first_start_makes_a_private_key_file_and_the_second_reads_it() {
    testing::both(|db| async move {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        let (source, random) = (Source::File(path.clone()), Random::system());
        let first = Secrets::open(&source, Cipher::Sm4Gcm, &random, &db).await.unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let second = Secrets::open(&source, Cipher::Sm4Gcm, &random, &db).await.unwrap();
        assert_eq!(first.public_id("a", "b"), second.public_id("a", "b"));
    })
    .await;
}

#[tokio::test]
async fn d04_a_missing_or_other_key_is_refused_and_none_is_made() {
    testing::both(|db| async move {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        let (source, random) = (Source::File(path.clone()), Random::system());
        Secrets::open(&source, Cipher::Sm4Gcm, &random, &db).await.unwrap();

        std::fs::remove_file(&path).unwrap();
        let missing = Secrets::open(&source, Cipher::Sm4Gcm, &random, &db).await.unwrap_err();
        assert_eq!(missing.shown().code(), Code::KeyMissing, "{missing}");
        assert!(!path.try_exists().unwrap());

        let other = Source::File(folder.path().join("other"));
        other.make_if_absent(&random).unwrap();
        let differs = Secrets::open(&other, Cipher::Sm4Gcm, &random, &db).await.unwrap_err();
        assert!(differs.to_string().contains("不是加密数据时所用的那一把"), "{differs}");
    })
    .await;
}

#[tokio::test]
async fn d05_after_a_rotation_old_values_open_and_new_ones_use_the_new_key() {
    testing::both(|db| async move {
        let folder = tempfile::tempdir().unwrap();
        let (source, random) = (Source::File(folder.path().join("keys")), Random::system());
        let before = Secrets::open(&source, Cipher::Sm4Gcm, &random, &db).await.unwrap();
        let old = before.seal(&random, "row", b"value").unwrap();
        let hash = before.lookup("phone", "1").unwrap();

        source.add_key(&random).unwrap();
        let after = Secrets::open(&source, Cipher::Aes256Gcm, &random, &db).await.unwrap();
        assert_eq!(&**after.open_sealed("row", &old).unwrap(), b"value");
        let new = after.seal(&random, "row", b"value").unwrap();
        assert!(new.starts_with("k2:aes-256-gcm:"), "{new}");
        assert!(after.is_current(&new) && !after.is_current(&old));
        assert_eq!(after.lookups("phone", "1")[1], hash);
        assert_eq!(after.public_id("a", "b"), before.public_id("a", "b"));
        assert_eq!(&**after.open_sealed("row", &new).unwrap(), b"value");
    })
    .await;
}

#[test]
fn keys_that_cannot_be_read_are_named_by_line() {
    let given = |text: &str| Source::Given(text.into()).read().map(|_| ()).unwrap_err().to_string();
    assert!(given("# c\nk1 short\n").contains("第 2 行"));
    assert!(given("").contains("里面没有密钥"));
    let key = "k1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
    assert!(given(&format!("{key}{key}")).contains("出现了两次"));
}

#[test]
fn hmac_sm3_gives_the_codes_of_gm_t_0042_appendix_d_3() {
    let key: Vec<u8> = (1..=37).collect();
    let text = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".repeat(2);
    assert_eq!(
        hex(&hmac_sm3(&key[..32], &[&text])),
        "ca05e144ed05d1857840d1f318a4a8669e559fc8391f414485bfdf7bb408963a"
    );
    assert_eq!(
        hex(&hmac_sm3(&key, &[&[0xcd; 20], &[0xcd; 30]])),
        "220bf579ded555393f0159f66c99877822a3ecf610d1552154b41d44b94db3ae"
    );
}

proptest::proptest! {
    #[test]
    fn what_is_sealed_opens_again_and_nothing_else_does(plain: Vec<u8>, binding: String, other: String, flip: usize) {
        let (secrets, random) = secrets();
        let sealed = secrets.seal(&random, &binding, &plain).unwrap();
        proptest::prop_assert_eq!(&**secrets.open_sealed(&binding, &sealed).unwrap(), &plain);
        proptest::prop_assert_eq!(secrets.open_sealed(&other, &sealed).is_ok(), other == binding);

        // One character changed anywhere, for another of its kind.
        let at = flip % sealed.len();
        let changed: String = sealed
            .char_indices()
            .map(|(index, letter)| match letter {
                letter if index != at => letter,
                'A' => 'B',
                _ => 'A',
            })
            .collect();
        proptest::prop_assert!(secrets.open_sealed(&binding, &changed).is_err());
        proptest::prop_assert!(secrets.open_sealed(&binding, &other).is_err());
    }
}
