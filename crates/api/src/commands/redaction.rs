//! Removing parts of captures for good.
//!
//! Invariant: the picture is decoded here only because the worker has decoded it before; nothing of the old pixels stays
//! in memory afterwards.

use crate::convert;
use crate::core::Core;
use crate::error::Error;
use crate::types::{PlanRedaction, Redact, Redacted, Tag};

impl Core {
    /// What [`Core::redact`] would remove. Nothing is changed.
    pub fn plan_redaction(&self, request: PlanRedaction) -> Result<Redacted, Error> {
        self.library().plan_redaction(&request.capture, &request.regions).map_err(convert::error)
    }

    pub fn redact(&self, request: Redact) -> Result<Redacted, Error> {
        let plan = self.library().plan_redaction(&request.capture, &request.regions);
        let plan = plan.map_err(convert::error)?;
        let sha256 = self.library().capture(&request.capture).map_err(convert::error)?.sha256;
        let picture = self.decoded_picture(&sha256)?;
        let png = engine::picture::redacted(&picture, &plan.regions).map_err(convert::failure)?;
        drop(picture);
        self.forget_picture();
        let redacted = self.library().redact(&request.capture, &request.regions, &png, request.older_copies);
        self.changed(&[Tag::Captures, Tag::ChangeSets, Tag::Tools, Tag::Status]);
        redacted.map_err(convert::error)
    }
}
