//! What the chosen model does for a capture: look at it, answer a question, describe it; and how fast it is.
//!
//! Invariant: without a model everything else works, and the error says what would be needed; no answer is given that
//! does not stand on the page.

use domain::pack::Measured;
use engine::second_reader::{Granted, Wish};

use crate::convert;
use crate::core::Core;
use crate::error::Error;
use crate::types::{AltTextView, AskCapture, ById, CaptureAnswer, Nothing, SetAltText, Tag};

impl Core {
    /// Queues a look of the chosen model.
    pub fn look_at_capture(&self, request: ById) -> Result<Nothing, Error> {
        let pack = engine::second_reader::chosen(self.packs()?).map_err(convert::failure)?;
        self.library().queue_look(&request.id, &pack.id).map_err(convert::error)?;
        if let Some(second_reader) = self.second_reader() {
            second_reader.wake();
        }
        self.changed(&[Tag::Captures, Tag::Status]);
        Ok(Nothing {})
    }

    /// Stops what a model does or is to do for a capture or a pack; what it does not do needs no stopping.
    pub fn cancel_model(&self, request: ById) -> Result<Nothing, Error> {
        if let Some(second_reader) = self.second_reader() {
            second_reader.cancel(&request.id).map_err(convert::error)?;
        }
        self.changed(&[Tag::Captures, Tag::Status]);
        Ok(Nothing {})
    }

    pub fn ask_capture(&self, request: AskCapture) -> Result<CaptureAnswer, Error> {
        let wish = Wish::Ask { capture: request.capture, question: request.question };
        match self.wish(wish)? {
            Granted::Answered { answer, model, seconds } => {
                Ok(CaptureAnswer { text: answer.text, evidence: answer.evidence, model, seconds })
            }
            _ => Err(out_of_turn()),
        }
    }

    /// Writes alt text and keeps it, unless a person wrote one: by the chosen model, or from the reading where none is.
    pub fn describe_capture(&self, request: ById) -> Result<Option<AltTextView>, Error> {
        let (text, by) = match engine::second_reader::chosen(self.packs()?) {
            Ok(_) => match self.wish(Wish::Describe { capture: request.id.clone() })? {
                Granted::Described { text, model } => (text, model),
                _ => return Err(out_of_turn()),
            },
            Err(_) => self.described_by_rules(&request.id)?,
        };
        self.keep_alt_text(&request.id, &text, Some(&by))
    }

    pub fn set_alt_text(&self, request: SetAltText) -> Result<Option<AltTextView>, Error> {
        self.keep_alt_text(&request.capture, &request.text, None)
    }

    pub fn measure_pack(&self, request: ById) -> Result<Measured, Error> {
        match self.wish(Wish::Measure { pack: request.id.clone() })? {
            Granted::Measured(measured) => {
                let noted = self.packs()?.note_measured(&request.id, &measured);
                self.changed(&[Tag::Packs]);
                noted?;
                Ok(measured)
            }
            _ => Err(out_of_turn()),
        }
    }

    fn wish(&self, wish: Wish) -> Result<Granted, Error> {
        let second_reader = self.second_reader().ok_or_else(|| {
            Error::new("no_packs", "This program was started without model packs. Nothing was changed.")
        })?;
        second_reader.wish(wish).map_err(convert::failure)
    }

    fn described_by_rules(&self, capture: &str) -> Result<(String, String), Error> {
        let reading = self.library().reading(capture).map_err(convert::error)?;
        let reading = reading.ok_or_else(|| {
            Error::new(
                "not_read",
                "The text reader has not read this capture yet, so there is nothing to describe. Nothing was changed; \
                 wait until it is read, or retry it.",
            )
        })?;
        let extraction = self.library().extraction(capture).map_err(convert::error)?.unwrap_or_default();
        let names: Vec<String> =
            extraction.tools.iter().filter_map(|tool| tool.name().map(str::to_owned)).collect();
        let by = if extraction.proposed_by.is_empty() { "rules".to_owned() } else { extraction.proposed_by };
        Ok((engine::look::alt_text(extraction.page_kind, &names, &reading), by))
    }

    fn keep_alt_text(
        &self,
        capture: &str,
        text: &str,
        by: Option<&str>,
    ) -> Result<Option<AltTextView>, Error> {
        let kept = self.library().set_alt_text(capture, text, by).map_err(convert::error)?;
        self.changed(&[Tag::Captures]);
        Ok(kept.map(convert::alt_text))
    }
}

fn out_of_turn() -> Error {
    Error::new(
        "internal",
        "The model's process answered something else than it was asked. Nothing was changed.",
    )
}
