//! Proving anew who one is, for what is not done on the strength of a sign-in of long ago.

use std::net::IpAddr;

use kernel::{Code, Problem, Result};

use super::{Entrance, Present, SessionToken, Stage, staff};

impl Entrance {
    /// Proves anew with the password who is wholly in: a session begins in the place of the one before.
    ///
    /// # Errors
    /// [`Code::SignInRefused`] if the password is wrong; [`Code::LockedOut`]; the database's.
    pub async fn prove(&self, present: &Present, password: &str, from: IpAddr) -> Result<SessionToken> {
        if present.stage != Stage::Whole {
            return Err(Problem::new(Code::StaffSignInNeeded, "验证身份").because("登录还没有完成").into());
        }
        let tried = self.tried_by(present, from).await?;
        let held = staff::password(&mut self.ground.db.read().await?, present.staff).await?;
        if !self.is_password(password, held.clone()).await? {
            return Err(self.refused(&tried, "口令不对").await);
        }
        let mut tx = self.ground.db.begin().await?;
        let found = self.held(&mut tx, present).await?;
        if staff::password(&mut tx, found.id).await? != held {
            return Err(Problem::new(Code::Conflict, "口令").into());
        }
        let token = self.step_up(&mut tx, present, &found, &tried).await?;
        tx.commit().await?;
        Ok(token)
    }
}
