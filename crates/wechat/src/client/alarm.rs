//! What a person must look at: nothing the program does will mend it.

use std::sync::{Mutex, PoisonError};

use crate::errcode::Errcode;

/// So many stale tokens within [`STALE_SECONDS`] are no accident.
const STALE_TOKENS: usize = 3;
const STALE_SECONDS: i64 = 600;

/// Something a person must look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alarm {
    /// WeChat refused tokens that should have been good three times within ten minutes. As a rule other software
    /// fetches tokens for the same account.
    StaleTokens,
    /// WeChat refused a call and will go on refusing it until somebody changes something in its console.
    Refused {
        /// The call.
        path: String,
        /// WeChat's code, one of [`Errcode::needs_operator`].
        code: Errcode,
    },
}

type Told = Box<dyn Fn(&Alarm) + Send + Sync>;

/// Whom to tell, and what is remembered until it is worth telling.
#[derive(Default)]
pub(super) struct Watch {
    tell: Option<Told>,
    /// When tokens were refused lately, in Unix seconds.
    stale: Mutex<Vec<i64>>,
}

impl Watch {
    pub(super) fn telling(tell: impl Fn(&Alarm) + Send + Sync + 'static) -> Self {
        Self { tell: Some(Box::new(tell)), stale: Mutex::default() }
    }

    pub(super) fn refused(&self, path: &str, code: Errcode) {
        self.raise(&Alarm::Refused { path: path.to_owned(), code });
    }

    pub(super) fn stale_token(&self, now: i64) {
        let enough = {
            let mut stale = self.stale.lock().unwrap_or_else(PoisonError::into_inner);
            stale.retain(|at| (0..STALE_SECONDS).contains(&(now - at)));
            stale.push(now);
            let enough = stale.len() >= STALE_TOKENS;
            if enough {
                stale.clear();
            }
            enough
        };
        if enough {
            self.raise(&Alarm::StaleTokens);
        }
    }

    fn raise(&self, alarm: &Alarm) {
        if let Some(tell) = &self.tell {
            tell(alarm);
        }
    }
}
