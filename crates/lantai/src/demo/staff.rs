//! The demo's staff: one account for each role, with the passwords written beside the data for whoever tries them.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;

use identity::{Keeper, Password, Separation, StaffAccounts, StaffName};
use kernel::{Code, Error, Folder, Ground, Problem, Role};
use serde_json::{Value, json};

/// The file with the sign-ins.
const FILE: &str = "sign-ins.json";

/// Makes the accounts of a new demo and writes their passwords down; an earlier start's stay.
pub(crate) async fn engage(ground: &Ground, folder: &Folder) -> kernel::Result<()> {
    let accounts = StaffAccounts::new(ground.clone(), Separation::Required);
    if !accounts.all().await?.is_empty() {
        return Ok(());
    }
    let mut sign_ins: Vec<Value> = Vec::new();
    for role in Role::ALL {
        let name = StaffName::parse(role.name())
            .map_err(|why| Problem::new(Code::BadRequest, "演示账号").because(why.to_string()))?;
        let password = Password::made(&ground.random);
        let machine = Keeper::Machine("演示");
        accounts.add(machine, &name, &[role], &password).await?;
        // The administrators show how it is with a second factor; the others come in without, to be tried at once.
        let is_administrator = !Role::administrators(&[role]).is_empty();
        let secret = if is_administrator { Some(accounts.give_second_factor(machine, &name).await?) } else { None };
        sign_ins.push(
            json!({"role": role.name(), "user": name.written(), "password": password.reveal(), "totp_secret": secret}),
        );
    }
    let mut options = std::fs::OpenOptions::new();
    let mut file =
        options.write(true).create(true).truncate(true).mode(0o600).open(folder.join(FILE)).map_err(Error::internal)?;
    file.write_all(format!("{:#}\n", Value::from(sign_ins)).as_bytes()).map_err(Error::internal)
}
