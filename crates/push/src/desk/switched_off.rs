//! Who switches pushes by list off after one was approved does not receive it.

use kernel::{Result, Tx};

use crate::store::{self, call::Row, roll};
use crate::{Audience, LEAST_LISTED};

/// Takes out of a call's part of a roll who has switched pushes by list off since it was frozen. Some words: why there is
/// nobody left to send to.
pub(super) async fn leave_out(tx: &mut Tx, account: &str, row: &Row) -> Result<Option<String>> {
    let Audience::Part(id, part) = store::call::frozen_audience(tx, row.plan, row.batch).await? else {
        return Ok(None);
    };
    let mut openids = roll::part(tx, (id, part)).await?;
    let off = account::pushes_off(tx, account, &openids).await?;
    if off.is_empty() {
        return Ok(None);
    }
    openids.retain(|openid| !off.contains(openid));
    let left = openids.len();
    if left < LEAST_LISTED {
        return Ok(Some(format!("名单上有人后来关闭了按名单推送，只剩 {left} 位，按名单群发至少要有 2 位")));
    }
    roll::replace_part(tx, (id, part), openids).await?;
    store::plan::reaches_fewer(tx, row.plan, i64::try_from(off.len()).unwrap_or_default()).await?;
    Ok(None)
}
