//! Captures: what came in, where it stands, and the queue that reads it.

use std::collections::HashMap;

use crate::convert;
use crate::core::Core;
use crate::error::Error;
use crate::types::{AddOutcome, ById, CaptureDetail, CaptureView, ModelState, Nothing, Tag};

impl Core {
    pub fn choose_images(&self, _: Nothing) -> Result<Vec<AddOutcome>, Error> {
        let paths = self.host().choose_images();
        Ok(if paths.is_empty() { Vec::new() } else { self.add_paths(&paths) })
    }

    pub fn paste_image(&self, _: Nothing) -> Result<Vec<AddOutcome>, Error> {
        self.paste()
    }

    pub fn add_samples(&self, _: Nothing) -> Result<Vec<AddOutcome>, Error> {
        Ok(self.insert_samples())
    }

    pub fn list_captures(&self, _: Nothing) -> Result<Vec<CaptureView>, Error> {
        let captures = self.library().captures().map_err(convert::error)?;
        let mut looks: HashMap<String, ModelState> =
            (self.library().look_states().map_err(convert::error)?)
                .into_iter()
                .map(|(capture, state)| (capture, convert::look_state(state)))
                .collect();
        let view = |capture: store::Capture| {
            let model = looks.remove(&capture.id);
            CaptureView { model, ..convert::capture(capture) }
        };
        Ok(captures.into_iter().map(view).collect())
    }

    pub fn get_capture(&self, request: ById) -> Result<CaptureDetail, Error> {
        let reading = self.library().reading(&request.id).map_err(convert::error)?;
        let reading = reading.map(domain::Reading::in_reading_order);
        let alt_text = self.library().alt_text(&request.id).map_err(convert::error)?;
        let note = self.library().note("capture", &request.id).map_err(convert::error)?;
        let capture = self.capture_view(&request.id)?;
        Ok(CaptureDetail { capture, reading, alt_text: alt_text.map(convert::alt_text), note })
    }

    /// A capture with where its model stands.
    pub(crate) fn capture_view(&self, id: &str) -> Result<CaptureView, Error> {
        let capture = self.library().capture(id).map_err(convert::error)?;
        let model = self.library().look_state(id).map_err(convert::error)?.map(convert::look_state);
        Ok(CaptureView { model, ..convert::capture(capture) })
    }

    pub fn cancel_capture(&self, request: ById) -> Result<Nothing, Error> {
        match self.queue() {
            Some(queue) => queue.cancel(&request.id).map_err(convert::error)?,
            None => self.library().cancel_job(&request.id).map_err(convert::error)?,
        }
        self.changed(&[Tag::Captures, Tag::Status]);
        Ok(Nothing {})
    }

    pub fn retry_capture(&self, request: ById) -> Result<Nothing, Error> {
        self.library().retry_capture(&request.id).map_err(convert::error)?;
        self.wake_queue();
        self.changed(&[Tag::Captures, Tag::Status]);
        Ok(Nothing {})
    }

    pub fn pause_reading(&self, _: Nothing) -> Result<Nothing, Error> {
        if let Some(queue) = self.queue() {
            queue.pause();
        }
        self.changed(&[Tag::Status]);
        Ok(Nothing {})
    }

    pub fn resume_reading(&self, _: Nothing) -> Result<Nothing, Error> {
        if let Some(queue) = self.queue() {
            queue.resume();
        }
        self.changed(&[Tag::Status]);
        Ok(Nothing {})
    }
}
