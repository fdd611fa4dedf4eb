//! Whether what everybody may see names somebody or something.

use kernel::Error;
use search::Query;

use super::Catalogue;

impl Catalogue {
    /// How many records that everybody may see hold a name, as it is.
    ///
    /// # Errors
    /// If the index fails.
    pub(crate) fn naming(&self, name: &str) -> kernel::Result<u64> {
        let parts = Query::typed(name).parts;
        if parts.is_empty() {
            return Ok(0);
        }
        Ok(self.reader().search(&Query { parts, limit: 0, ..Query::default() }).map_err(Error::internal)?.total)
    }
}
