//! What the disk says of a file beside its content: as long as none of it changes, the content is taken for the same.

use std::fs::Metadata;
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

/// Nothing but zeros where the disk says nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Stamp {
    size: u64,
    /// Nanoseconds since 1970 of the last change of the content.
    modified: i64,
    /// The same of the last change of anything, which no program can set back.
    changed: i64,
    inode: u64,
}

impl Stamp {
    pub fn of(meta: &Metadata) -> Stamp {
        let modified = meta.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        let modified = modified.and_then(|since| i64::try_from(since.as_nanos()).ok()).unwrap_or_default();
        if modified == 0 {
            return Stamp::default();
        }
        #[cfg(unix)]
        let (changed, inode) = {
            use std::os::unix::fs::MetadataExt;
            (meta.ctime().saturating_mul(1_000_000_000).saturating_add(meta.ctime_nsec()), meta.ino())
        };
        #[cfg(not(unix))]
        let (changed, inode) = (modified, 0);
        Stamp { size: meta.len(), modified, changed, inode }
    }

    /// When something of it changed last.
    pub fn latest(self) -> i128 {
        i128::from(self.modified.max(self.changed))
    }
}
