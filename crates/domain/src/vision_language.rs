//! The trait through which a vision-language model answers a question about a picture.
//!
//! Invariant: nothing here knows a model family; page text inside a question is data. Must not: hold pixels longer
//! than a call, or say what an answer means.

use crate::geometry::PixelBox;
use crate::reader::Control;
use crate::reading::Picture;

/// How the answer's text is bounded.
#[derive(Debug, Clone, Copy)]
pub enum AnswerForm<'a> {
    /// Whatever the model says.
    Free,
    /// JSON that fits this schema; every string without fixed values is a run of words of one of these lines.
    OnPage { schema: &'a str, lines: &'a [&'a str] },
}

/// One question about one picture.
#[derive(Clone, Copy)]
pub struct PictureQuestion<'a> {
    pub picture: &'a Picture,
    pub text: &'a str,
    pub form: AnswerForm<'a>,
    /// Most tokens of the answer.
    pub most_tokens: usize,
    /// Most tiles along the longer side; without it, the model's own number.
    pub tile_budget: Option<usize>,
}

/// A part of a page that is looked at in one go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Viewport {
    /// The part, in pixels of the page.
    pub bounds: PixelBox,
    /// The tile budget for a question about it.
    pub tile_budget: Option<usize>,
}

/// Where the work stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerStep {
    /// Tiles of the picture looked at, of all.
    Tiles { done: usize, total: usize },
    /// The prompt is read: tokens of it.
    Prompt { tokens: usize },
    /// Tokens of the answer so far, of the most allowed.
    Answer { done: usize, most: usize },
}

/// Receives progress and may stop the work; asked several times for each tile and once for each token.
pub trait AnswerProgress {
    fn report(&mut self, step: AnswerStep) -> Control;
}

impl<F: FnMut(AnswerStep) -> Control> AnswerProgress for F {
    fn report(&mut self, step: AnswerStep) -> Control {
        self(step)
    }
}

/// Why the answer ends where it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerEnd {
    /// The model said that it is done, or the form left nothing to add.
    Complete,
    /// The token budget, or the model's longest text, was reached: the answer is cut.
    Budget,
    /// The caller stopped the work: the answer is cut.
    Cancelled,
}

/// What a model answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureAnswer {
    pub text: String,
    /// The answer's tokens, without the one that ends it.
    pub tokens: Vec<u32>,
    pub end: AnswerEnd,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// The question cannot be put to this model, for example because it is too long for it.
    #[error("the question cannot be answered: {0}")]
    Question(String),
    /// The question has that many tokens, and the model reads fewer than `most`.
    #[error("the question has {tokens} tokens, and the model reads {most}")]
    TooLong { tokens: usize, most: usize },
    #[error("the model failed: {0}")]
    Failed(String),
}

/// A vision-language model. Greedy and deterministic: same question, same answer, whatever was asked before.
pub trait VisionLanguageModel: Send + Sync {
    /// Name and version, recorded with every proposal.
    fn name(&self) -> String;

    /// The device that computes, to be shown to the user, for example "CPU, 8-bit".
    fn device(&self) -> String;

    /// The parts of a page of this size, with these text lines, that it should be asked about one by one, top to bottom;
    /// together they cover the page, and no line is cut that a part can hold.
    fn viewports(&self, width: u32, height: u32, _lines: &[PixelBox]) -> Vec<Viewport> {
        vec![Viewport { bounds: PixelBox::new(0, 0, width, height), tile_budget: None }]
    }

    fn answer(
        &self,
        question: &PictureQuestion<'_>,
        progress: &mut dyn AnswerProgress,
    ) -> Result<PictureAnswer, AnswerError>;
}
