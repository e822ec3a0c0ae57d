//! Backups: made, listed with what they hold, and gone back to while the library is open.
//!
//! Invariant: nothing is read while the library is another one for a moment; reading goes on afterwards, whatever came of
//! it.

use crate::convert;
use crate::core::Core;
use crate::error::Error;
use crate::types::{BackedUp, BackupContents, BackupNumber, BackupView, Nothing, Tag, WentBack};

impl Core {
    pub fn backup(&self, _: Nothing) -> Result<BackedUp, Error> {
        let path = self.library().backup("by hand").map_err(convert::error)?;
        Ok(BackedUp { path: path.display().to_string() })
    }

    pub fn list_backups(&self, _: Nothing) -> Result<Vec<BackupView>, Error> {
        crate::moving::backups(self.settings())
    }

    /// What a backup holds, beside what the library holds now.
    pub fn backup_contents(&self, request: BackupNumber) -> Result<BackupContents, Error> {
        let backups = store::Library::backups(self.library().directory()).map_err(convert::error)?;
        let backup = backups.into_iter().find(|backup| backup.number == request.number);
        let backup = backup.ok_or_else(|| {
            Error::new(
                "not_found",
                "This backup is not there any more. Nothing was changed. Look at the list again.",
            )
        })?;
        self.library().backup_contents(&backup).map_err(convert::error)
    }

    /// Makes the library what it was when the backup was made; see [`store::Library::go_back`].
    pub fn go_back(&self, request: BackupNumber) -> Result<WentBack, Error> {
        let went = self.without_reading(|| self.library().go_back(request.number));
        self.forget_picture();
        self.changed(&[Tag::Captures, Tag::ChangeSets, Tag::Tools, Tag::Status]);
        let went = went?.map_err(convert::error)?;
        Ok(WentBack {
            kept: went.kept.display().to_string(),
            captures_kept: went.captures_kept,
            removed_again: went.removed_again,
            notices: went.notices.into_iter().map(|notice| notice.message).collect(),
        })
    }
}
