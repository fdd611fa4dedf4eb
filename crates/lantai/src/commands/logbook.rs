//! The audit lines of commands.

use kernel::Ground;
use kernel::audit::{self, Line, Outcome};
use serde_json::Value;

/// Who acts on the command line.
pub(crate) const ACTOR: &str = "命令行";

/// Notes that a command begins; without the line the command must not go on.
pub(crate) async fn begin(ground: &Ground, action: &str, detail: Value) -> kernel::Result<()> {
    audit::alone(ground, &Line { actor: ACTOR, action, object: "command", outcome: Outcome::Done, detail }).await
}
