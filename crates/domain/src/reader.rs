//! The traits through which the engine uses models; `models` implements them, `engine` never sees Candle.

use crate::geometry::PixelBox;
use crate::passage::PassageModel;
use crate::reading::{Picture, Reading};

/// What the caller wants a long computation to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    Continue,
    Stop,
}

/// Receives progress and may stop the work; called at least once per strip or batch.
pub trait Progress {
    /// `done` of `total` units of the current stage.
    fn report(&mut self, done: usize, total: usize) -> Control;
}

impl<F: FnMut(usize, usize) -> Control> Progress for F {
    fn report(&mut self, done: usize, total: usize) -> Control {
        self(done, total)
    }
}

/// Why a reading failed.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("the work was cancelled")]
    Cancelled,
    #[error("the reader failed: {0}")]
    Failed(String),
}

/// Reads every text line of a picture. Deterministic: same pixels, same answer, on any number of threads.
pub trait TextReader: Send + Sync {
    /// Name and version, recorded with every reading.
    fn name(&self) -> String;

    fn read(&self, picture: &Picture, progress: &mut dyn Progress) -> Result<Reading, ReadError>;

    /// The model of passages that travels with this reader, if it has one.
    fn passages(&self) -> Option<&dyn PassageModel> {
        None
    }

    /// How well a given text stands on the pixels of a line's box. `None` when the reader cannot tell: it does not
    /// look at pixels again, cannot write one of the text's characters, or the box lies outside the picture.
    fn support(
        &self,
        _picture: &Picture,
        _line: PixelBox,
        _text: &str,
    ) -> Result<Option<TextSupport>, ReadError> {
        Ok(None)
    }
}

/// A text held against the pixels of one line.
#[derive(Debug, Clone, PartialEq)]
pub struct TextSupport {
    /// Natural logarithm of each character's likelihood, less that of what would be read there freely: 0 where both
    /// agree, the further below the less the pixels allow it. One for each character, blanks collapsed.
    pub characters: Vec<f32>,
    /// Where in the line the text stands best.
    pub bounds: PixelBox,
}

impl TextSupport {
    /// The mean over the characters.
    pub fn per_character(&self) -> f32 {
        self.characters.iter().sum::<f32>() / self.characters.len().max(1) as f32
    }

    /// The least supported character: one wrong digit in a long text shows here and hardly in the mean.
    pub fn weakest(&self) -> f32 {
        self.characters.iter().copied().fold(0.0, f32::min)
    }
}
