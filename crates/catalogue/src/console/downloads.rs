//! Large files as answers.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;

use axum::body::Body;
use futures::stream;

/// Bytes that are read at a time.
const PIECE: usize = 256 * 1024;

/// So many bytes of a file from its beginning, piece by piece. Two may read the same file at once.
pub(super) fn stream(file: Arc<File>, bytes: u64) -> Body {
    let pieces = stream::try_unfold(0, move |at: u64| {
        let file = Arc::clone(&file);
        async move {
            let length = usize::try_from(bytes.saturating_sub(at)).unwrap_or(PIECE).min(PIECE);
            if length == 0 {
                return Ok::<_, std::io::Error>(None);
            }
            let read = move || {
                let mut piece = vec![0; length];
                file.read_exact_at(&mut piece, at).map(|()| piece)
            };
            let piece = tokio::task::spawn_blocking(read).await.map_err(std::io::Error::other)??;
            Ok(Some((piece, at + u64::try_from(length).unwrap_or_default())))
        }
    });
    Body::from_stream(pieces)
}
