//! Captures: what came in, where it stands, and the queue that reads it.

use crate::convert;
use crate::core::Core;
use crate::error::Error;
use crate::types::{AddOutcome, ById, CaptureDetail, CaptureView, Nothing, Tag};

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
        Ok(captures.into_iter().map(convert::capture).collect())
    }

    pub fn get_capture(&self, request: ById) -> Result<CaptureDetail, Error> {
        let capture = self.library().capture(&request.id).map_err(convert::error)?;
        let reading = self.library().reading(&request.id).map_err(convert::error)?;
        Ok(CaptureDetail { capture: convert::capture(capture), reading })
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
