use kernel::testing::{both, ground};
use kernel::{Db, ManualClock, Role};

use super::*;
use crate::password::Password;
use crate::{Keeper, StaffAccounts};

const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
const ELSEWHERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 9));
const NAME: &str = "王莉";

/// A house with one member of staff.
struct House {
    entrance: Entrance,
    accounts: StaffAccounts,
    password: Password,
    hand: ManualClock,
}

impl House {
    async fn on(db: Db, rule: SecondFactorRule) -> Self {
        let (ground, hand) = ground(db);
        let accounts = StaffAccounts::new(ground.clone(), crate::Separation::Required);
        let password = Password::made(&ground.random);
        let name = StaffName::parse(NAME).unwrap();
        accounts.add(Keeper::Machine("命令行"), &name, &[Role::Archivist], &password).await.unwrap();
        Self {
            entrance: Entrance::new(ground, web::House { name: "临溪县档案馆".into(), ..web::House::default() }, rule),
            accounts,
            password,
            hand,
        }
    }

    async fn knock(&self, password: &str, from: IpAddr) -> Result<(SessionToken, Next)> {
        self.entrance.sign_in(NAME, password, from).await
    }

    async fn enter(&self, from: IpAddr) -> Result<(SessionToken, Next)> {
        self.knock(self.password.reveal(), from).await
    }

    async fn present(&self, token: &SessionToken) -> Option<Present> {
        self.entrance.present(token.clone()).await.unwrap()
    }

    /// Sets a second factor up; the factor and the recovery codes.
    async fn with_factor(&self) -> (SecondFactor, Vec<RecoveryCode>) {
        let (token, next) = self.enter(HERE).await.unwrap();
        assert_eq!(next, Next::SetUp);
        let present = self.present(&token).await.unwrap();
        self.entrance.set_up(&present).await.unwrap();
        let mut tx = self.entrance.ground.db.read().await.unwrap();
        let row = store::factor(&mut tx, present.staff).await.unwrap().unwrap();
        let found = staff::of_id(&mut tx, present.staff).await.unwrap().unwrap();
        drop(tx);
        let factor = self.entrance.factor(&found, &row.secret).unwrap();
        let code = factor.code(self.entrance.ground.clock.now());
        let (whole, codes) = self.entrance.confirm(&present, &code, HERE).await.unwrap();
        assert_eq!(self.present(&whole).await.unwrap().stage, Stage::Whole);
        assert!(self.present(&token).await.is_none(), "the token of before");
        (factor, codes)
    }
}

fn code(error: &Error) -> Option<Code> {
    match error {
        Error::Problem(problem) => Some(problem.code()),
        _ => None,
    }
}

#[tokio::test]
async fn a18_a_code_lets_in_once_and_a_recovery_code_too() {
    both(|db| async {
        let house = House::on(db, SecondFactorRule::Required).await;
        let (factor, codes) = house.with_factor().await;
        assert_eq!(codes.len(), RECOVERY_CODES);
        house.hand.advance(30);
        let now = house.entrance.ground.clock.now();
        let (token, next) = house.enter(HERE).await.unwrap();
        assert_eq!(next, Next::Code);
        let half = house.present(&token).await.unwrap();
        assert_eq!(half.stage, Stage::Password);
        let whole = house.entrance.give_code(&half, &factor.code(now), HERE).await.unwrap();
        assert_eq!(house.present(&whole).await.unwrap().actor.name(), NAME);

        let (token, _) = house.enter(HERE).await.unwrap();
        let half = house.present(&token).await.unwrap();
        let again = house.entrance.give_code(&half, &factor.code(now), HERE).await.unwrap_err();
        assert_eq!(code(&again), Some(Code::SignInRefused), "taken before");
        let earlier = factor.code(now.plus_seconds(-30));
        assert!(house.entrance.give_code(&half, &earlier, HERE).await.is_err(), "earlier than one taken");
        let spare = codes[3].reveal();
        assert!(house.entrance.give_code(&half, &spare, HERE).await.is_ok());
        let (token, _) = house.enter(HERE).await.unwrap();
        let half = house.present(&token).await.unwrap();
        assert!(house.entrance.give_code(&half, &spare, HERE).await.is_err());
        assert_eq!(code(&house.entrance.set_up(&half).await.unwrap_err()), Some(Code::Conflict));
    })
    .await;
}

#[tokio::test]
async fn a18_five_wrong_codes_lock() {
    both(|db| async {
        let house = House::on(db, SecondFactorRule::Required).await;
        let (factor, _) = house.with_factor().await;
        house.hand.advance(60);
        let (token, _) = house.enter(HERE).await.unwrap();
        let half = house.present(&token).await.unwrap();
        for wrong in ["", "12345", "abcdef", "00000-00000", "1234567"] {
            let refused = house.entrance.give_code(&half, wrong, HERE).await.unwrap_err();
            assert_eq!(code(&refused), Some(Code::SignInRefused), "{wrong}");
        }
        let right = factor.code(house.entrance.ground.clock.now());
        assert_eq!(code(&house.entrance.give_code(&half, &right, HERE).await.unwrap_err()), Some(Code::LockedOut));
    })
    .await;
}

#[tokio::test]
async fn a18_codes_tried_at_once_are_no_more_than_one_after_the_other() {
    both(|db| async {
        let house = House::on(db, SecondFactorRule::Required).await;
        house.with_factor().await;
        let (token, _) = house.enter(HERE).await.unwrap();
        let half = house.present(&token).await.unwrap();
        let (entrance, half) = (&house.entrance, &half);
        let tries = (0..40).map(|number| async move { entrance.give_code(half, &format!("{number:05}x"), HERE).await });
        let mut looked_at = 0;
        for tried in futures::future::join_all(tries).await {
            match code(&tried.unwrap_err()) {
                Some(Code::SignInRefused) => looked_at += 1,
                other => assert_eq!(other, Some(Code::LockedOut)),
            }
        }
        assert_eq!(looked_at, 5);
    })
    .await;
}

#[tokio::test]
async fn what_is_no_account_is_not_repeated_in_the_audit_log() {
    both(|db| async {
        let house = House::on(db, SecondFactorRule::Optional).await;
        for _ in 0..9 {
            let name = house.password.reveal();
            assert!(house.entrance.sign_in(name, "x", ELSEWHERE).await.is_err());
        }
        let mut tx = house.entrance.ground.db.read().await.unwrap();
        let lines: Vec<(String, String)> =
            tx.sql("SELECT actor, object FROM audit WHERE action = 'identity.sign-in'").all().await.unwrap();
        assert_eq!(lines, vec![("nobody".to_owned(), "staff/?".to_owned()); 5]);
    })
    .await;
}

#[tokio::test]
async fn a07_an_older_session_does_not_outlive_a_second_factor() {
    both(|db| async {
        let house = House::on(db, SecondFactorRule::Optional).await;
        let (stolen, _) = house.enter(ELSEWHERE).await.unwrap();
        let (own, _) = house.enter(HERE).await.unwrap();
        let present = house.present(&own).await.unwrap();
        house.entrance.set_up(&present).await.unwrap();
        let row = store::factor(&mut house.entrance.ground.db.read().await.unwrap(), present.staff).await.unwrap();
        let found = staff::of_name(&mut house.entrance.ground.db.read().await.unwrap(), NAME).await.unwrap().unwrap();
        let factor = house.entrance.factor(&found, &row.unwrap().secret).unwrap();
        let now = house.entrance.ground.clock.now();
        let (whole, _) = house.entrance.confirm(&present, &factor.code(now), HERE).await.unwrap();
        assert!(house.present(&stolen).await.is_none() && house.present(&whole).await.is_some());
    })
    .await;
}

#[tokio::test]
async fn a19_the_secret_is_not_readable_in_the_database() {
    both(|db| async {
        let house = House::on(db, SecondFactorRule::Required).await;
        let (factor, codes) = house.with_factor().await;
        let mut tx = house.entrance.ground.db.read().await.unwrap();
        let (sealed,): (String,) = tx.sql("SELECT secret FROM staff_factor").one().await.unwrap();
        let (hash,): (String,) =
            tx.sql("SELECT hash FROM staff_recovery_code ORDER BY hash LIMIT 1").one().await.unwrap();
        assert!(!sealed.contains(&factor.written().replace(' ', "")) && sealed.contains(':'));
        assert!(codes.iter().all(|code| !hash.contains(code.bare())));
    })
    .await;
}

#[tokio::test]
async fn a15_five_failures_lock_and_nobody_elsewhere_locks_a_known_place_out() {
    both(|db| async {
        let house = House::on(db, SecondFactorRule::Optional).await;
        house.enter(HERE).await.unwrap();
        for _ in 0..5 {
            assert_eq!(code(&house.knock("wrong", ELSEWHERE).await.unwrap_err()), Some(Code::SignInRefused));
        }
        assert_eq!(code(&house.enter(ELSEWHERE).await.unwrap_err()), Some(Code::LockedOut));
        // From everywhere else, twenty failures in all.
        for last in 0..15 {
            let from = IpAddr::from([198, 51, 100, last]);
            assert_eq!(code(&house.knock("wrong", from).await.unwrap_err()), Some(Code::SignInRefused), "{last}");
        }
        assert_eq!(code(&house.enter(IpAddr::from([198, 51, 100, 99])).await.unwrap_err()), Some(Code::LockedOut));
        assert!(house.enter(HERE).await.is_ok(), "where the account has come in before");
        house.hand.advance(WINDOW_SECONDS);
        assert!(house.enter(ELSEWHERE).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a16_a_network_that_tries_one_password_on_many_accounts_is_locked() {
    both(|db| async {
        let house = House::on(db, SecondFactorRule::Optional).await;
        for number in 0..50 {
            let tried = house.entrance.sign_in(&format!("staff{number}"), "Spring-2026", ELSEWHERE).await;
            assert_eq!(code(&tried.unwrap_err()), Some(Code::SignInRefused));
        }
        assert_eq!(code(&house.enter(ELSEWHERE).await.unwrap_err()), Some(Code::LockedOut));
        assert!(house.enter(HERE).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a17_who_is_not_there_gets_the_same_answer() {
    both(|db| async {
        let house = House::on(db, SecondFactorRule::Optional).await;
        let wrong = house.knock("wrong", HERE).await.unwrap_err().to_string();
        for name in ["nobody", "", "a/b"] {
            assert_eq!(house.entrance.sign_in(name, "wrong", ELSEWHERE).await.unwrap_err().to_string(), wrong);
        }
        house.accounts.set_state(Keeper::Machine("命令行"), NAME, StaffState::Disabled).await.unwrap();
        assert_eq!(house.enter(HERE).await.unwrap_err().to_string(), wrong);
    })
    .await;
}

#[tokio::test]
async fn a07_sessions_end_with_the_password_the_roles_and_the_account() {
    both(|db| async {
        let house = House::on(db, SecondFactorRule::Optional).await;
        let machine = Keeper::Machine("命令行");
        let (token, _) = house.enter(HERE).await.unwrap();
        house.accounts.set_roles(machine, NAME, &[Role::Editor]).await.unwrap();
        assert!(house.present(&token).await.is_none());
        let (token, _) = house.enter(HERE).await.unwrap();
        house.accounts.set_password(machine, NAME, &house.password).await.unwrap();
        assert!(house.present(&token).await.is_none());
        let (token, _) = house.enter(HERE).await.unwrap();
        house.accounts.set_state(machine, NAME, StaffState::Disabled).await.unwrap();
        assert!(house.present(&token).await.is_none());
    })
    .await;
}

#[tokio::test]
async fn a09_a_session_left_alone_ends() {
    both(|db| async {
        let house = House::on(db, SecondFactorRule::Optional).await;
        let (token, _) = house.enter(HERE).await.unwrap();
        house.hand.advance(IDLE_SECONDS - 1);
        assert!(house.present(&token).await.is_some());
        house.hand.advance(IDLE_SECONDS - 1);
        assert!(house.present(&token).await.is_some(), "it was used meanwhile");
        house.hand.advance(IDLE_SECONDS);
        assert!(house.present(&token).await.is_none());
        assert_eq!(house.entrance.sweep().await.unwrap(), 0, "it was removed when it was asked for");
        house.enter(HERE).await.unwrap();
        house.hand.advance(IDLE_SECONDS);
        assert_eq!(house.entrance.sweep().await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn t18_the_password_given_anew_proves_who_is_in_for_ten_minutes() {
    both(|db| async {
        let house = House::on(db, SecondFactorRule::Optional).await;
        let (token, _) = house.enter(HERE).await.unwrap();
        assert!(house.present(&token).await.unwrap().is_proved, "who has just come in");
        house.hand.advance(10 * 60);
        let present = house.present(&token).await.unwrap();
        assert!(!present.is_proved);
        let refused = house.entrance.prove(&present, "not the password", HERE).await.unwrap_err();
        assert_eq!(code(&refused), Some(Code::SignInRefused));
        assert!(!house.present(&token).await.unwrap().is_proved, "nor does a wrong one end the session");
        let proved = house.entrance.prove(&present, house.password.reveal(), HERE).await.unwrap();
        assert!(house.present(&proved).await.unwrap().is_proved);
        assert!(house.present(&token).await.is_none(), "the token of before");
    })
    .await;
}
