//! The parent's half of taking an original in: runs the caged child and puts the public copies together.

use bytes::Bytes;
use kernel::cage::{Cage, Outcome, Running, bytes as as_file};
use kernel::{Blobs, Error, Result, blobs};

use super::Kind;
use super::caged::{Orders, Said};
use super::finding::{Finding, Property, Verdict};
use super::pack::{Level, Pack};

/// The most bytes that the tiles of one page may have in all.
const MOST_OF_PAGE: usize = 256 << 20;

/// What the child said about a file.
#[derive(Default, Debug)]
pub(super) struct Examined {
    pub(super) kind: Option<Kind>,
    pub(super) findings: Vec<Finding>,
    /// The pages: width, height and the public copy, which is stored already.
    pub(super) pages: Vec<(u32, u32, blobs::Digest)>,
}

/// Lets the caged child examine a file, and stores the public copies of its pages as they come.
pub(super) async fn examine(cage: &Cage, blobs: &Blobs, content: &[u8], orders: &Orders) -> Result<Examined> {
    let mut cage = cage.clone();
    cage.arguments.push(serde_json::to_string(orders).map_err(Error::internal)?.into());
    let mut running = cage.start(as_file(content).map_err(Error::internal)?).map_err(Error::internal)?;
    let mut examined = Examined::default();
    let ended = listen(&mut running, blobs, &mut examined).await?;
    let outcome = running.outcome().await.map_err(Error::internal)?;
    let why = match &outcome {
        Outcome::Finished if ended => return Ok(examined),
        Outcome::OutOfMemory => "打开它需要的内存太多，已停止，请分成几个文件或缩小",
        Outcome::TimedOut => "打开它用的时间太长，已停止，请分成几个文件",
        Outcome::Finished | Outcome::Crashed { .. } => "不能打开，文件可能已损坏，请重新传来",
    };
    if let Outcome::Crashed { code, signal, errors } = &outcome {
        tracing::warn!(code, signal, errors, "the child that examines originals broke down");
    }
    examined.findings.push(Finding::new(Property::Usability, "能否打开", Verdict::Failed, why));
    Ok(examined)
}

/// Takes in what the child says; whether it came to its end.
async fn listen(running: &mut Running, blobs: &Blobs, examined: &mut Examined) -> Result<bool> {
    let mut page: Option<(Vec<Level>, Vec<Bytes>)> = None;
    while let Some(frame) = running.next().await {
        if !frame.starts_with(b"{") {
            let Some((_, tiles)) = &mut page else { return Ok(false) };
            tiles.push(frame.freeze());
            if tiles.iter().map(Bytes::len).sum::<usize>() > MOST_OF_PAGE {
                return Ok(false);
            }
            continue;
        }
        let Ok(said) = serde_json::from_slice::<Said>(&frame) else { return Ok(false) };
        match said {
            Said::Finding(finding) => examined.findings.push(finding),
            Said::Page(levels) => {
                if !keep(page.replace((levels, Vec::new())), blobs, examined).await? {
                    return Ok(false);
                }
            }
            Said::End(kind) => {
                examined.kind = kind;
                return keep(page.take(), blobs, examined).await;
            }
        }
    }
    Ok(false)
}

/// Stores the public copy of a page that is complete.
async fn keep(page: Option<(Vec<Level>, Vec<Bytes>)>, blobs: &Blobs, examined: &mut Examined) -> Result<bool> {
    let Some((levels, tiles)) = page else { return Ok(true) };
    let (Some(first), Some(pack)) = (levels.first(), Pack::build(&levels, &tiles)) else { return Ok(false) };
    examined.pages.push((first.width, first.height, blobs.put(pack).await?));
    Ok(true)
}
