//! The house put together: settings, wiring, commands.
//!
//! [`cli`] is the command line with its fixed names. Each command is one file under `commands`; what a server needs is
//! put together in `hall` and runs until the machine asks it to stop. `demo` brings the sample holdings and both sides
//! of WeChat into one process.

#![deny(clippy::print_stdout)]

pub mod cli;

mod commands;
mod demo;
mod hall;
mod installation;
mod settings;

use std::process::ExitCode;

use cli::{Audit, Batch, Cli, Command, Config};
use kernel::{Code, Error, telemetry};

/// Runs a command to its end. The exit code is 0 when the work finished, 1 when it was refused.
pub fn run(cli: Cli) -> ExitCode {
    if let Command::Cage(cage) = &cli.command {
        return commands::cage::run(cage);
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return refused(&Error::internal(error)),
    };
    match runtime.block_on(command(cli.command)) {
        Ok(code) => code,
        Err(error) => refused(&error),
    }
}

async fn command(command: Command) -> kernel::Result<ExitCode> {
    // What a command has to say it prints; its log is for faults.
    let loudness = if matches!(command, Command::Serve(_)) { "info" } else { "warn" };
    telemetry::start(telemetry::Format::suitable(), loudness)?;
    match command {
        Command::Demo(options) => Box::pin(commands::demo::run(&options)).await,
        Command::Serve(options) => Box::pin(commands::serve::run(&options)).await,
        Command::Sandbox(options) => commands::sandbox::run(options).await,
        Command::Import(options) => commands::import::run(&options).await,
        Command::Batch(Batch::List(options)) => commands::batch::list(&options).await,
        Command::Batch(Batch::Show(options)) => commands::batch::show(&options).await,
        Command::Batch(Batch::RollBack(options)) => commands::batch::roll_back(&options).await,
        Command::Export(options) => commands::export::run(&options).await,
        Command::Find(options) => commands::find::run(&options).await,
        Command::Gaps(asked) => commands::find::gaps(&asked).await,
        Command::Authority(asked) => commands::directory::authority(&asked).await,
        Command::Subjects(asked) => commands::directory::subjects(&asked).await,
        Command::Staff(staff) => commands::staff::run(&staff).await,
        Command::Reindex(options) => commands::reindex::run(&options).await,
        Command::Review(review) => commands::review::run(&review).await,
        Command::Originals(options) => commands::originals::run(&options).await,
        Command::Audit(Audit::Verify(place)) => commands::audit::verify(&place).await,
        Command::Doctor(place) => commands::doctor::run(&place).await,
        Command::Config(Config::Sample) => {
            commands::say(kernel::settings::sample(&settings::schema()));
            Ok(ExitCode::SUCCESS)
        }
        Command::Cage(_) => Ok(ExitCode::FAILURE),
    }
}

/// One clear sentence on standard error.
fn refused(error: &Error) -> ExitCode {
    match error {
        Error::Problem(problem) if problem.code() == Code::SecondPersonNeeded => {
            eprintln!("lantai：{problem}命令行加上 --as 和 --approved-by。");
        }
        Error::Problem(problem) => eprintln!("lantai：{problem}"),
        Error::Db(source) if source.kind() == kernel::db::Kind::Newer => {
            eprintln!("lantai：数据库是由更新版本的程序建立的，本程序不能打开。请换用新版本的程序。");
        }
        other => eprintln!("lantai：{}（{other}）", other.shown()),
    }
    ExitCode::FAILURE
}
