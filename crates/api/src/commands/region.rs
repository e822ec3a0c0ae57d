//! A region that a person drew on a capture: read again by itself, and proposed as a claim.
//!
//! Invariant: words and boxes of such a proposal come from a reading of the picture, never from the request; the first
//! reading stays as it is, whatever becomes of the second.

use std::sync::PoisonError;
use std::time::Instant;

use domain::{ChangeSet, EvidenceLine, MatchLevel, PixelBox, ProposedClaim, Status, Value};

use crate::convert;
use crate::core::Core;
use crate::error::Error;
use crate::types::{AddProposal, ById, Nothing, ReadRegion, RegionReading, RegionWords, Tag};

/// The region that was read last: it is proposed with the words that were shown.
#[derive(Debug, Clone)]
pub(crate) struct LastRegion {
    capture: String,
    region: PixelBox,
    evidence: Vec<EvidenceLine>,
}

impl Core {
    /// Reads a region of a capture again, by itself and enlarged where its type is small; answers when that is done.
    /// [`crate::types::AppEvent::RegionProgress`] tells how far it is, [`Core::cancel_region`] stops it.
    pub fn read_region(&self, request: ReadRegion) -> Result<RegionReading, Error> {
        let first = self.first_words(&request.capture, request.region)?;
        let queue = self.queue().ok_or_else(|| {
            Error::new(
                "read_only",
                "The library is open for looking only, so nothing is read. Nothing was changed. Close the program that holds it and open the library again.",
            )
        })?;
        let started = Instant::now();
        let read = queue.read_region(&request.capture, request.region).map_err(convert::failure)?;
        let seconds = (started.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
        let evidence = read.reading.words_within(request.region);
        let last =
            LastRegion { capture: request.capture, region: request.region, evidence: evidence.clone() };
        *self.last_region().lock().unwrap_or_else(PoisonError::into_inner) = Some(last);
        Ok(RegionReading {
            first: text_of(&first),
            again: text_of(&evidence),
            evidence,
            enlarged: read.enlarged,
            reader: read.reading.reader,
            seconds,
        })
    }

    /// Stops reading regions of a capture.
    pub fn cancel_region(&self, request: ById) -> Result<Nothing, Error> {
        if let Some(queue) = self.queue() {
            queue.cancel_region(&request.id);
        }
        Ok(Nothing {})
    }

    /// Proposes what stands in a region that a person drew, in the words of the reading that the request names.
    pub fn add_proposal(&self, request: AddProposal) -> Result<ChangeSet, Error> {
        let set = self.library().change_set(&request.change_set).map_err(convert::error)?;
        let (evidence, reasons) = match request.words {
            RegionWords::First => {
                (self.first_words(&set.capture, request.region)?, vec!["drawn_by_hand".to_owned()])
            }
            RegionWords::Again => {
                let reasons = vec!["drawn_by_hand".to_owned(), "read_again".to_owned()];
                (self.words_read_again(&set.capture, request.region)?, reasons)
            }
        };
        if evidence.is_empty() {
            return Err(Error::new(
                "nothing_read_there",
                "No text was read in this region. Nothing was changed. Draw it around the words, or type the value by editing a proposal.",
            ));
        }
        let raw_text = text_of(&evidence);
        let value = domain::edit::edit_value(&request.property, &Value::text(""), &raw_text);
        let value = value.map_err(|error| Error::new("invalid_edit", error.to_string()))?;
        let proposal = ProposedClaim {
            property: request.property,
            value,
            raw_text,
            speaker: request.speaker,
            confidence: 1.0,
            status: Status::NeedsReview,
            reasons,
            evidence,
            matched: MatchLevel::Exact,
            opinions: Vec::new(),
        };
        let added = self.library().add_proposal(&set.id, request.revision, &request.tool, proposal);
        let change_set = added.map_err(convert::error)?;
        self.changed(&[Tag::ChangeSets]);
        Ok(change_set)
    }

    /// What the stored reading holds in a region.
    fn first_words(&self, capture: &str, region: PixelBox) -> Result<Vec<EvidenceLine>, Error> {
        let held = self.library().capture(capture).map_err(convert::error)?;
        let (Some(width), Some(height)) = (held.width, held.height) else {
            return Err(Error::new(
                "not_read",
                "This capture has not been read yet. Nothing was changed; wait until it is read, or retry it.",
            ));
        };
        if region.intersection(&PixelBox::new(0, 0, width, height)).is_empty() {
            return Err(Error::new(
                "outside",
                "This region lies outside the picture. Nothing was changed. Draw it on the picture.",
            ));
        }
        let reading = self.library().reading(capture).map_err(convert::error)?.unwrap_or_default();
        Ok(reading.words_within(region))
    }

    fn words_read_again(&self, capture: &str, region: PixelBox) -> Result<Vec<EvidenceLine>, Error> {
        let last = self.last_region().lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(last) = last.filter(|last| last.capture == capture && last.region == region) {
            return Ok(last.evidence);
        }
        let capture = capture.to_owned();
        Ok(self.read_region(ReadRegion { capture, region })?.evidence)
    }
}

fn text_of(evidence: &[EvidenceLine]) -> String {
    evidence.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" ")
}
