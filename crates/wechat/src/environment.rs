//! Time and randomness, given by the caller.

/// Where this crate takes the time and random bytes from, so that tests and an emulator can decide both.
pub trait Environment: Send + Sync {
    /// The present time in Unix seconds.
    fn now(&self) -> i64;

    /// Fills `bytes` with random bytes fit for cryptography.
    fn fill(&self, bytes: &mut [u8]);
}

/// `length` random lower-case letters and digits, for nonces.
pub(crate) fn random_text(environment: &dyn Environment, length: usize) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = vec![0; length];
    environment.fill(&mut bytes);
    bytes.iter().filter_map(|byte| LETTERS.get(usize::from(byte % 32))).map(|letter| char::from(*letter)).collect()
}

#[cfg(test)]
pub(crate) mod manual {
    use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};

    use super::Environment;

    /// A clock that stands until moved, and bytes that count up.
    pub(crate) struct Manual {
        now: AtomicI64,
        next: AtomicU8,
    }

    impl Manual {
        pub(crate) fn at(now: i64) -> Self {
            Self { now: AtomicI64::new(now), next: AtomicU8::new(0) }
        }

        pub(crate) fn advance(&self, seconds: i64) {
            self.now.fetch_add(seconds, Ordering::SeqCst);
        }
    }

    impl Environment for Manual {
        fn now(&self) -> i64 {
            self.now.load(Ordering::SeqCst)
        }

        fn fill(&self, bytes: &mut [u8]) {
            for byte in bytes {
                *byte = self.next.fetch_add(1, Ordering::SeqCst);
            }
        }
    }
}
