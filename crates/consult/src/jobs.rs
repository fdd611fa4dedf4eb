//! Sending what staff wrote to readers, and asking readers how content they are.

use account::notice::{self, Fact, Notice, Purpose};
use account::{Mouth, Said};
use kernel::jobs::{Claim, Job, Outcome, Worker};
use kernel::{Ground, Id, Timestamp, Tx, db};
use serde::{Deserialize, Serialize};
use wechat::wire::custom::{CustomContent, CustomText};

use crate::conversation::{Conversation, Delivery, Message, State};
use crate::satisfaction::ASKED;
use crate::store::{conversation, message, satisfaction};
use crate::switchboard::Switchboard;

/// Sends a reply of staff.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SendReply {
    /// The message.
    pub message: Id<Message>,
}

impl Job for SendReply {
    const KIND: &'static str = "consult.send-reply";
}

/// Asks a reader how content they are with a conversation that staff ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AskSatisfaction {
    /// The conversation.
    pub conversation: Id<Conversation>,
}

impl Job for AskSatisfaction {
    const KIND: &'static str = "consult.ask-satisfaction";
}

/// What a notice says it is about: nothing of what was asked.
const MATTER: &str = "您向工作人员的咨询";
/// How long a reply that could not leave the house waits for the next try, in seconds.
const AGAIN_SECONDS: i64 = 30;

/// Teaches a worker the jobs of consultation.
#[must_use]
pub fn jobs(worker: Worker, ground: &Ground, mouth: &Mouth, switchboard: &Switchboard) -> Worker {
    let (ground, mouth, switchboard) = (ground.clone(), mouth.clone(), switchboard.clone());
    let (asking, asker) = (ground.clone(), mouth.clone());
    worker
        .on(move |job: SendReply, claim| {
            let (ground, mouth, switchboard) = (ground.clone(), mouth.clone(), switchboard.clone());
            async move {
                let sent = send(&ground, &mouth, job.message, &claim).await;
                switchboard.refresh().await?;
                sent
            }
        })
        .on(move |job: AskSatisfaction, claim| {
            let (ground, mouth) = (asking.clone(), asker.clone());
            async move { ask(&ground, &mouth, job.conversation, &claim).await }
        })
}

/// Asks once: a question that may have been sent is never sent again, and one that was not is taken back.
async fn ask(ground: &Ground, mouth: &Mouth, id: Id<Conversation>, claim: &Claim) -> kernel::Result<Outcome> {
    let mut tx = ground.db.read().await?;
    let of = conversation::one(&mut tx, id).await?.filter(|of| of.state == State::Closed && of.satisfaction.is_none());
    drop(tx);
    let Some((account, openid)) = of.and_then(|of| of.follower).filter(|_| claim.attempts == 1) else {
        return Ok(Outcome::Done);
    };
    let content =
        CustomContent::Text { text: CustomText { content: format!("工作人员结束了这次咨询。{ASKED}") } };
    if !matches!(mouth.say(&account, &openid, content).await, Ok(Said::Sent | Said::Unknown)) {
        let mut tx = ground.db.begin().await?;
        satisfaction::not_asked(&mut tx, id).await?;
        tx.commit().await?;
    }
    Ok(Outcome::Done)
}

async fn send(ground: &Ground, mouth: &Mouth, id: Id<Message>, claim: &Claim) -> kernel::Result<Outcome> {
    let mut tx = ground.db.begin().await?;
    let Some(reply) = message::one(&mut tx, id).await? else { return Ok(Outcome::Done) };
    let Some(of) = conversation::one(&mut tx, reply.conversation).await? else { return Ok(Outcome::Done) };
    let Some((account, openid)) = of.follower.clone() else { return Ok(Outcome::Done) };
    if !message::deliver(&mut tx, id, (Delivery::Waiting, Delivery::Sending), None).await? {
        // Begun by a process that ended while it was sending: whether it arrived, nobody knows.
        if claim.attempts > 1 {
            let told = "发送时服务中断，可能已经送达；请先问读者，再决定是否重发";
            message::deliver(&mut tx, id, (Delivery::Sending, Delivery::Unknown), Some(told)).await?;
            conversation::touch(&mut tx, of.id, ground.clock.now()).await?;
            tx.commit().await?;
        }
        return Ok(Outcome::Done);
    }
    tx.commit().await?;
    let content = CustomContent::Text { text: CustomText { content: reply.text.clone() } };
    let said = mouth.say(&account, &openid, content).await;
    let (to, told, outcome) = outcome(&said);
    let mut tx = ground.db.begin().await?;
    let now = ground.clock.now();
    message::deliver(&mut tx, id, (Delivery::Sending, to), told.as_deref()).await?;
    if said.as_ref().is_ok_and(|said| *said == Said::NoWindow) {
        ring(&mut tx, ground, (&account, &openid), (id, now)).await?;
    }
    conversation::touch(&mut tx, of.id, now).await?;
    tx.commit().await?;
    said.map(|_| outcome)
}

/// Asks that a reader who allowed it is told that an answer waits: once, however many wait. The oldest of them names it.
async fn ring(
    tx: &mut Tx,
    ground: &Ground,
    (account, openid): (&str, &str),
    (id, now): (Id<Message>, Timestamp),
) -> db::Result<()> {
    let waiting = message::waiting(tx, account, openid).await?;
    let oldest = waiting.first().map_or(id, |message| message.id);
    let facts =
        [(Fact::Matter, MATTER.to_owned()), (Fact::When, notice::moment(now)), (Fact::Hint, "点此查看答复".to_owned())];
    let wanted = Notice {
        account: account.to_owned(),
        openid: openid.to_owned(),
        purpose: Purpose::ReplyWaits,
        about: format!("message/{}", oldest.uuid()),
        page: "/questions".to_owned(),
        facts: facts.into(),
    };
    notice::want(tx, &ground.ids, now, wanted).await
}

/// What becomes of a reply: its state, what staff are told, and whether it is tried again.
fn outcome(said: &kernel::Result<Said>) -> (Delivery, Option<String>, Outcome) {
    let words = |text: &str| Some(text.to_owned());
    match said {
        Ok(Said::Sent) => (Delivery::Sent, None, Outcome::Done),
        Ok(Said::NoWindow) => {
            let told = "读者 48 小时内没有再来信，或者已用完 5 条，微信不让公众号先开口；读者下次来信时自动送达";
            (Delivery::Waiting, words(told), Outcome::Done)
        }
        Ok(Said::Refused(code)) => (Delivery::Failed, Some(refused(*code)), Outcome::Done),
        Ok(Said::Unknown) => {
            let told = "微信没有明确答复，可能已经送达；请先问读者，再决定是否重发";
            (Delivery::Unknown, words(told), Outcome::Done)
        }
        Ok(Said::NotSent) => {
            let told = "暂时连不上微信，半分钟后自动再发";
            (Delivery::Waiting, words(told), Outcome::Retry(AGAIN_SECONDS, "WeChat cannot be reached".to_owned()))
        }
        Err(_) => (Delivery::Unknown, words("发送时出了错，可能已经送达；请先问读者，再决定是否重发"), Outcome::Done),
    }
}

/// A refusal of WeChat in words: what happened, and what to do.
fn refused(code: i64) -> String {
    let why = match code {
        40003 | 46004 => "读者已取消关注，收不到了",
        40001 | 42001 | 40014 => "公众号的凭证失效了，请系统管理员检查公众号设置，然后点“重试”",
        40164 => "本机的地址不在公众号的 IP 白名单里，请系统管理员到公众平台添加，然后点“重试”",
        48001 | 48004 => "公众号没有客服消息的权限；读者下次来信时可以再答",
        45009 | 45011 => "今天的调用次数用完了，请明天再发，或请读者再来信",
        87014 => "微信认为内容违规，没有发出；请改写后再发",
        _ => "微信没有接收，请稍后点“重试”；仍不行请告诉系统管理员",
    };
    format!("{why}（错误码 {code}）")
}
