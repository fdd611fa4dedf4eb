//! Giving the password anew: before another one is taken, and before grave acts.

use std::net::IpAddr;

use kernel::{Code, Problem, Result, Tx};
use web::SessionToken;

use super::{Entrance, Present, Tried};
use crate::staff::Staff;
use crate::staff_session::Stage;
use crate::store::staff;

impl Entrance {
    /// Proves anew with the password who is wholly in: a session begins in the place of the one before.
    ///
    /// # Errors
    /// [`Code::SignInRefused`] if the password is wrong; [`Code::LockedOut`]; the database's.
    pub async fn prove(&self, present: &Present, password: &str, from: IpAddr) -> Result<SessionToken> {
        let (tried, held) = self.given_anew(present, password, from).await?;
        let mut tx = self.ground.db.begin().await?;
        let found = self.with_password(&mut tx, present, &held).await?;
        let token = self.step_up(&mut tx, present, &found, &tried).await?;
        tx.commit().await?;
        Ok(token)
    }

    /// The digest of the password of whoever is wholly in and gave it anew.
    pub(super) async fn given_anew(&self, present: &Present, password: &str, from: IpAddr) -> Result<(Tried, String)> {
        if present.stage != Stage::Whole {
            return Err(Problem::new(Code::StaffSignInNeeded, "口令").because("登录还没有完成").into());
        }
        let tried = self.tried_by(present, from).await?;
        let held = staff::password(&mut self.ground.db.read().await?, present.staff).await?;
        if !self.is_password(password, held.clone()).await? {
            return Err(self.refused(&tried, "现在的口令不对").await);
        }
        Ok((tried, held))
    }

    /// The account of a session, held, if it still has the password.
    pub(super) async fn with_password(&self, tx: &mut Tx, present: &Present, held: &str) -> Result<Staff> {
        let found = self.held(tx, present).await?;
        if staff::password(tx, found.id).await? != held {
            return Err(Problem::new(Code::Conflict, "口令").into());
        }
        Ok(found)
    }
}
