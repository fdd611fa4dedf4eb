//! Files that readers sent: fetched from WeChat while it has them, and removed when nobody may see them any longer.

use account::Clients;
use kernel::blobs::Digest;
use kernel::jobs::{self, Claim, Job, Order, Outcome, Worker};
use kernel::{Ground, Id, Ids, Scanned, Scanner, Timestamp, Tx, cage, db};
use serde::{Deserialize, Serialize};
use wechat::client::{Client, Download, Error};
use wechat::errcode::{Class, Errcode};

use crate::cabinet::Cabinet;
use crate::file::{FileKind, FileState, MediaType, SentFile};
use crate::store::conversation;
use crate::store::file::{self as store, Coming};

/// How long WeChat keeps what followers send, in seconds (guide "接收普通消息": three days).
const AT_WECHAT: i64 = 3 * 86_400;
/// How long the first try is waited after, in seconds; doubled after each.
const AGAIN_SECONDS: i64 = 30;
/// The longest wait for the next try, in seconds.
const LONGEST_WAIT: i64 = 6 * 3600;
/// After so many tries it is given up, two days and a half after the first.
const TRIES: i64 = 20;
/// WeChat does not know the file, or not any longer.
const NO_FILE: Errcode = Errcode(40007);
/// Files removed before it is looked again.
const AT_ONCE: i64 = 100;

const OVER: &str = "微信只保留三天，已经取不到了。需要时请读者再发一次。";
const NOT_REACHED: &str =
    "三天里一直没有从微信取到，微信已不再保留。请系统管理员检查网络和公众号设置；需要时请读者再发一次。";
const NO_RIGHT: &str = "公众号没有取回读者文件的权限，认证以后才有。请读者改用文字，或带到馆里来。";
const NO_ACCOUNT: &str = "设置里已经没有这个公众号，取不到它收到的文件。";
const TOO_LARGE: &str = "超过 16 MB，没有取回。请读者压缩或剪短以后再发。";

/// Fetches a file from WeChat.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FetchFile {
    /// The file.
    pub file: Id<SentFile>,
}

impl Job for FetchFile {
    const KIND: &'static str = "consult.fetch-file";
}

/// Removes the files whose messages are gone or whose time is over.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct BurnFiles {}

impl Job for BurnFiles {
    const KIND: &'static str = "consult.burn-files";
}

/// Orders that what has to leave the cabinet leaves it.
pub(crate) async fn order_burning(tx: &mut Tx, ids: &Ids, now: Timestamp) -> db::Result<()> {
    jobs::enqueue(tx, ids, Order::at(now, BurnFiles {}).once("all")).await
}

/// What fetching stands on; cheap to clone.
#[derive(Clone, Debug)]
pub struct Fetching {
    /// The ground of the house.
    pub ground: Ground,
    /// The accounts' clients.
    pub clients: Clients,
    /// Where files are laid.
    pub cabinet: Cabinet,
    /// The virus scanner, if the house has one.
    pub scanner: Scanner,
}

/// Teaches a worker to fetch and to remove.
#[must_use]
pub fn fetching(worker: Worker, fetching: &Fetching) -> Worker {
    let (fetching, burning) = (fetching.clone(), fetching.clone());
    worker
        .on(move |job: FetchFile, claim| {
            let fetching = fetching.clone();
            async move { fetching.fetch(job.file, &claim).await }
        })
        .on(move |_: BurnFiles, _| {
            let burning = burning.clone();
            async move { burning.burn().await }
        })
}

/// What came of asking for a file.
enum Came {
    /// Its bytes, and what they are.
    Here(MediaType, Vec<u8>),
    /// It does not come.
    Never(FileState, String),
    /// It may come later; why it did not now.
    Later(String),
}

impl Fetching {
    async fn fetch(&self, id: Id<SentFile>, claim: &Claim) -> kernel::Result<Outcome> {
        let Some(coming) = store::coming(&mut self.ground.db.read().await?, id).await? else {
            return Ok(Outcome::Done);
        };
        match self.ask(&coming).await? {
            Came::Here(media_type, content) => self.keep(id, &coming, claim, (media_type, content)).await,
            Came::Never(state, told) => self.give_up(id, &coming, (state, &told)).await,
            Came::Later(why) => {
                let waited = self.ground.clock.now().seconds_since(coming.sent_at);
                if waited >= AT_WECHAT || claim.attempts >= TRIES {
                    return self.give_up(id, &coming, (FileState::Gone, NOT_REACHED)).await;
                }
                Ok(Outcome::Retry(wait(claim.attempts), why))
            }
        }
    }

    /// Asks WeChat, and looks at what came.
    async fn ask(&self, coming: &Coming) -> kernel::Result<Came> {
        let Some(client) = self.clients.get(&coming.account) else {
            return Ok(Came::Never(FileState::Refused, NO_ACCOUNT.to_owned()));
        };
        let content = match bytes(client, &coming.media_id).await {
            Ok(content) => content,
            Err(error) => return Ok(refused(&error)),
        };
        let Some(media_type) = MediaType::of_content(&content).filter(|one| one.fits(coming.kind)) else {
            return Ok(Came::Never(FileState::Refused, unfit(coming.kind)));
        };
        let mut file = cage::bytes(&content).map_err(kernel::Error::internal)?;
        match self.scanner.scan(&mut file).await {
            Ok(Scanned::Clean | Scanned::Unscanned) => Ok(Came::Here(media_type, content)),
            Ok(Scanned::Found(name)) => {
                let told = format!("病毒扫描发现 {name}，没有保存。请提醒读者检查自己的手机或电脑。");
                Ok(Came::Never(FileState::Refused, told))
            }
            Err(error) => Ok(Came::Later(error.to_string())),
        }
    }

    /// Lays a file in. Its digest is written down first: whatever happens to its message or to this process meanwhile, what
    /// lies in the cabinet is known and can be removed.
    async fn keep(
        &self,
        id: Id<SentFile>,
        coming: &Coming,
        claim: &Claim,
        (media_type, content): (MediaType, Vec<u8>),
    ) -> kernel::Result<Outcome> {
        if let Some(before) = &coming.digest {
            self.cabinet.burn(before).await?;
        }
        let bytes = i64::try_from(content.len()).unwrap_or(i64::MAX);
        let sealed = self.cabinet.seal(id, content).await?;
        let digest: Digest = sealed.digest;
        let mut tx = self.ground.db.begin().await?;
        if !claim.holds(&mut tx).await? {
            return Ok(Outcome::Done);
        }
        store::about_to_keep(&mut tx, id, &digest).await?;
        tx.commit().await?;
        self.cabinet.put(sealed).await?;
        let mut tx = self.ground.db.begin().await?;
        if store::keep(&mut tx, id, media_type, bytes).await? {
            conversation::touch(&mut tx, coming.conversation, self.ground.clock.now()).await?;
            tx.commit().await?;
        } else {
            // Its message was removed meanwhile.
            self.cabinet.burn(&digest).await?;
        }
        Ok(Outcome::Done)
    }

    async fn give_up(
        &self,
        id: Id<SentFile>,
        coming: &Coming,
        (state, told): (FileState, &str),
    ) -> kernel::Result<Outcome> {
        let mut tx = self.ground.db.begin().await?;
        store::give_up(&mut tx, id, state, told).await?;
        conversation::touch(&mut tx, coming.conversation, self.ground.clock.now()).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }

    async fn burn(&self) -> kernel::Result<Outcome> {
        loop {
            let leaving = store::leaving(&mut self.ground.db.read().await?, AT_ONCE).await?;
            if leaving.is_empty() {
                return Ok(Outcome::Done);
            }
            for (id, digest) in leaving {
                if let Some(digest) = digest {
                    self.cabinet.burn(&digest).await?;
                }
                let mut tx = self.ground.db.begin().await?;
                store::has_left(&mut tx, id).await?;
                tx.commit().await?;
            }
        }
    }
}

/// The bytes of a file; those of a film are behind a link.
async fn bytes(client: &Client, media_id: &str) -> Result<Vec<u8>, Error> {
    match client.media(media_id).await? {
        Download::File { bytes, .. } => Ok(bytes),
        Download::Video { url } => client.film(&url).await,
    }
}

/// What an error of WeChat means for a file. What a person can mend within three days is tried again.
fn refused(error: &Error) -> Came {
    let never = |told: &str| Came::Never(FileState::Refused, told.to_owned());
    match (error, error.code()) {
        (_, Some(NO_FILE)) => Came::Never(FileState::Gone, OVER.to_owned()),
        (_, Some(Errcode::UNAUTHORISED)) => never(NO_RIGHT),
        (Error::TooLarge, _) => never(TOO_LARGE),
        (_, Some(code)) if !code.needs_operator() && matches!(code.class(), Class::Stop | Class::Programming) => {
            never(&format!("微信没有给出这个文件（错误码 {code}）。请读者再发一次；仍不行请告诉系统管理员。"))
        }
        _ => Came::Later(error.to_string()),
    }
}

fn unfit(kind: FileKind) -> String {
    let (label, known) = match kind {
        FileKind::Image => ("图片", "JPG、PNG、GIF 图片"),
        FileKind::Voice => ("语音", "AMR、MP3 录音"),
        FileKind::Video => ("视频", "MP4 视频"),
    };
    format!("内容不是能认得的{label}，没有保存。请读者换成 {known}再发，或带到馆里来。")
}

/// How long to wait after so many tries, in seconds.
fn wait(tries: i64) -> i64 {
    let doublings = u32::try_from(tries.clamp(1, 12) - 1).unwrap_or(0);
    (AGAIN_SECONDS * 2_i64.pow(doublings)).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_are_spread_over_the_time_that_wechat_keeps_a_file() {
        let waited: i64 = (1..TRIES).map(wait).sum();
        assert!((AT_WECHAT / 2..AT_WECHAT).contains(&waited), "{waited}");
        assert_eq!((wait(1), wait(2), wait(TRIES)), (30, 60, LONGEST_WAIT));
    }

    #[test]
    fn t10_what_a_person_can_mend_is_tried_again_and_what_nobody_can_is_not() {
        let refusal = |code| refused(&Error::Refused { code: Errcode(code), message: String::new() });
        assert!([40164, 40125, 45009, -1].iter().all(|code| matches!(refusal(*code), Came::Later(_))));
        assert!(matches!(refusal(48001), Came::Never(FileState::Refused, _)));
        assert!(matches!(refusal(40007), Came::Never(FileState::Gone, _)));
        assert!(matches!(refused(&Error::TooLarge), Came::Never(FileState::Refused, _)));
    }
}
