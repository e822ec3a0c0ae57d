//! A region that a person names on a capture: read again, and proposed.
//!
//! Invariant: where reading it again fails, the words of the first reading are proposed instead, and that is said.

use api::domain::{ChangeSet, Speaker};
use api::types::{AddProposal, RegionWords};
use api::{Core, Error};

use crate::arguments::{Review, SpeakerName};
use crate::outcome::Exit;
use crate::upkeep::region;

/// Adds the proposal that `review` draws, if it draws one.
pub(crate) fn draw(core: &Core, review: &Review, set: ChangeSet) -> Result<(ChangeSet, Exit), Error> {
    let (Some(drawn), Some(tool), Some(property)) = (&review.draw, &review.tool, &review.property) else {
        return Ok((set, Exit::Ok));
    };
    let words = if review.first_reading { RegionWords::First } else { RegionWords::Again };
    let mut request = AddProposal {
        change_set: set.id.clone(),
        revision: set.revision,
        tool: tool.clone(),
        property: property.clone(),
        speaker: speaker(review.speaker),
        region: region(drawn)?,
        words,
    };
    match core.add_proposal(request.clone()) {
        Err(error) if error.code.starts_with("worker_") || error.code == "reader_failed" => {
            request.words = RegionWords::First;
            let set = core.add_proposal(request)?;
            eprintln!("{} ({}) The words of the first reading were proposed.", error.message, error.code);
            Ok((set, Exit::SomeFailed))
        }
        added => added.map(|set| (set, Exit::Ok)),
    }
}

const fn speaker(name: SpeakerName) -> Speaker {
    match name {
        SpeakerName::Vendor => Speaker::Vendor,
        SpeakerName::Site => Speaker::Site,
        SpeakerName::Reviewer => Speaker::Reviewer,
        SpeakerName::User => Speaker::User,
        SpeakerName::Analyst => Speaker::Analyst,
    }
}
