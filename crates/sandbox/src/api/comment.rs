//! Comments on articles (reference §10).

use serde_json::json;
use wechat::wire::comment::{Comment, CommentPage, CommentReply, CommentRequest};

use super::Call;
use crate::fail::{Answer, Fail, Outcome};
use crate::page::{Page, Remark, Way, whole};

/// Characters of a reply.
const REPLY: usize = 300;
/// Comments of one article that may be public.
const ELECTED: usize = 100;

/// The article a call names: 88001 if there is none.
fn page<'a>(call: &'a mut Call<'_>, request: &CommentRequest) -> Result<&'a mut Page, Fail> {
    let fits = |page: &&mut Page| {
        i64::try_from(page.msg_data_id) == Ok(request.msg_data_id)
            && i64::from(page.index) == request.index + 1
            && page.way != Way::Preview
    };
    call.account.pages.values_mut().find(fits).ok_or_else(|| Fail::new(88001))
}

fn remark<'a>(page: &'a mut Page, request: &CommentRequest) -> Result<&'a mut Remark, Fail> {
    let fits = |remark: &&mut Remark| Some(remark.id) == request.user_comment_id;
    page.comments.iter_mut().find(fits).ok_or_else(|| Fail::new(88008))
}

/// Lets readers comment.
pub(super) fn open(call: &mut Call<'_>) -> Outcome {
    set_open(call, true)
}

/// Lets them no longer.
pub(super) fn close(call: &mut Call<'_>) -> Outcome {
    set_open(call, false)
}

fn set_open(call: &mut Call<'_>, open: bool) -> Outcome {
    let request: CommentRequest = call.json()?;
    page(call, &request)?.comments_open = open;
    Ok(Answer::ok())
}

/// Up to 49 comments.
pub(super) fn list(call: &mut Call<'_>) -> Outcome {
    let request: CommentRequest = call.json()?;
    let count = usize::try_from(request.count.unwrap_or(0)).ok().filter(|count| (1..50).contains(count));
    let count = count.ok_or_else(|| Fail::new(88010))?;
    let begin = usize::try_from(request.begin.unwrap_or(0)).map_err(|_| Fail::new(40035))?;
    let wanted = |remark: &&Remark| match request.kind {
        Some(1) => !remark.elected,
        Some(2) => remark.elected,
        _ => true,
    };
    let found: Vec<&Remark> = page(call, &request)?.comments.iter().rev().filter(wanted).collect();
    let shown = |remark: &&Remark| Comment {
        user_comment_id: remark.id,
        openid: Some(remark.openid.clone()),
        create_time: remark.at,
        content: remark.content.clone(),
        comment_type: remark.elected,
        reply: remark.reply.clone().map(|(content, create_time)| CommentReply { content, create_time }),
    };
    let comment = found.iter().skip(begin).take(count).map(shown).collect();
    Ok(Answer::Json(json!(CommentPage { total: whole(found.len()), comment })))
}

/// Makes one public.
pub(super) fn elect(call: &mut Call<'_>) -> Outcome {
    set_elected(call, true)
}

/// Takes that back.
pub(super) fn unelect(call: &mut Call<'_>) -> Outcome {
    set_elected(call, false)
}

fn set_elected(call: &mut Call<'_>, elected: bool) -> Outcome {
    let request: CommentRequest = call.json()?;
    let page = page(call, &request)?;
    let public = page.comments.iter().filter(|remark| remark.elected).count();
    let remark = remark(page, &request)?;
    if elected && !remark.elected && public >= ELECTED {
        return Err(Fail::new(88003));
    }
    remark.elected = elected;
    Ok(Answer::ok())
}

/// Deletes one.
pub(super) fn delete(call: &mut Call<'_>) -> Outcome {
    let request: CommentRequest = call.json()?;
    let page = page(call, &request)?;
    let id = remark(page, &request)?.id;
    page.comments.retain(|remark| remark.id != id);
    Ok(Answer::ok())
}

/// Replies to one: 88005 if it has a reply, 88007 for an empty or too long one.
pub(super) fn reply(call: &mut Call<'_>) -> Outcome {
    let request: CommentRequest = call.json()?;
    let content = request.content.clone().unwrap_or_default();
    if content.trim().is_empty() || content.chars().count() > REPLY {
        return Err(Fail::new(88007));
    }
    let now = call.now;
    let remark = remark(page(call, &request)?, &request)?;
    if remark.reply.is_some() {
        return Err(Fail::new(88005));
    }
    remark.reply = Some((content, now));
    Ok(Answer::ok())
}

/// Deletes the reply: 88009 if there is none.
pub(super) fn unreply(call: &mut Call<'_>) -> Outcome {
    let request: CommentRequest = call.json()?;
    let remark = remark(page(call, &request)?, &request)?;
    remark.reply.take().map(|_| Answer::ok()).ok_or_else(|| Fail::new(88009))
}
