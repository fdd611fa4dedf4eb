//! The demo's staff: one account for each role, with the passwords written beside the data for whoever tries them.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;

use identity::{Keeper, Password, StaffAccounts, StaffName};
use kernel::{Code, Error, Folder, Ground, Problem, Role};
use serde_json::{Value, json};

/// The file with the sign-ins.
const FILE: &str = "sign-ins.json";

/// Makes the accounts of a new demo and writes their passwords down; an earlier start's stay.
pub(crate) async fn engage(ground: &Ground, folder: &Folder) -> kernel::Result<()> {
    let accounts = StaffAccounts::new(ground.clone());
    if !accounts.all().await?.is_empty() {
        return Ok(());
    }
    let mut sign_ins: Vec<Value> = Vec::new();
    for role in Role::ALL {
        let name = StaffName::parse(role.name())
            .map_err(|why| Problem::new(Code::BadRequest, "演示账号").because(why.to_string()))?;
        let password = Password::made(&ground.random);
        accounts.add(Keeper::Machine("演示"), &name, &[role], &password).await?;
        sign_ins.push(
            json!({"role": role.name(), "user": name.written(), "password": password.reveal(), "totp_secret": null}),
        );
    }
    let mut options = std::fs::OpenOptions::new();
    let mut file =
        options.write(true).create(true).truncate(true).mode(0o600).open(folder.join(FILE)).map_err(Error::internal)?;
    file.write_all(format!("{:#}\n", Value::from(sign_ins)).as_bytes()).map_err(Error::internal)
}
