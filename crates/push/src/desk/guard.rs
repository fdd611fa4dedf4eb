//! Who knows what may be shown when a push goes out: the catalogue.

use catalogue::PublicId;
use catalogue::access::Access;
use futures::FutureExt;
use futures::future::BoxFuture;
use kernel::{Result, Tx};

use super::Guard;
use crate::{Content, Quoted};

/// Lets out what quotes records that everybody may see: their descriptions, and where an image is shown the originals too.
#[derive(Clone, Copy, Debug, Default)]
pub struct OpenRecords;

impl Guard for OpenRecords {
    fn withholds<'t>(&'t self, tx: &'t mut Tx, content: &'t Content) -> BoxFuture<'t, Result<Option<String>>> {
        async move {
            let Content::Articles { records, .. } = content else { return Ok(None) };
            let ids: Vec<PublicId> = records.iter().filter_map(|record| PublicId::parse(&record.id)).collect();
            let shown = catalogue::shown_to_everyone(tx, &ids).await?;
            Ok(records.iter().find_map(|record| {
                let found = PublicId::parse(&record.id).and_then(|id| shown.get(&id));
                withheld(record, found.map(|(name, access)| (name.as_str(), *access)))
            }))
        }
        .boxed()
    }
}

/// Why a quoted record may not be shown; none if it may.
fn withheld(record: &Quoted, found: Option<(&str, Access)>) -> Option<String> {
    match found {
        Some((_, Access::Full)) => None,
        Some((_, Access::Description)) if !record.is_pictured => None,
        Some((name, Access::Description)) => Some(format!("文中档案 {name} 的原件已停止公布，图片不能再发")),
        Some((name, Access::Hidden)) => Some(format!("文中引用的档案 {name} 已不开放")),
        None => Some("文中引用的一件档案已不在目录里".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p26_a_closed_record_and_an_image_no_longer_published_hold_a_push_back() {
        let quoted = |is_pictured| Quoted { id: "a".to_owned(), is_pictured };
        let told = |is_pictured, access| withheld(&quoted(is_pictured), Some(("X001《图》", access)));
        assert_eq!(told(true, Access::Full), None);
        assert_eq!(told(false, Access::Description), None);
        assert!(told(true, Access::Description).is_some_and(|why| why.contains("停止公布")));
        for is_pictured in [true, false] {
            assert!(told(is_pictured, Access::Hidden).is_some_and(|why| why.contains("X001《图》")));
            assert!(withheld(&quoted(is_pictured), None).is_some());
        }
    }
}
