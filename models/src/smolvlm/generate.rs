//! Answers: the frames through the vision tower, the prompt through the text model, then token after token.
//!
//! Invariant: the answer depends on the question only; what is kept between two questions (tokens of frames, keys and
//! values of the longest common start) saves work and changes nothing. Must not: cache an answer.

use std::sync::PoisonError;
use std::time::{Duration, Instant};

use candle_core::Tensor;
use domain::{
    AnswerEnd, AnswerError, AnswerForm, AnswerProgress, AnswerStep, Control, PictureAnswer, PictureQuestion,
    PixelBox, Viewport, VisionLanguageModel,
};

use super::SmolVlm;
use super::grammar::Grammars;
use super::preprocess::Frames;
use super::text::Cache;
use super::tile_cache::TileCache;
use crate::ModelError;
use crate::viewports::viewports;
use crate::vision_language::Precision;

/// Where the time of an answer went.
#[derive(Debug, Clone, Copy, Default)]
pub struct Timings {
    pub preprocess: Duration,
    pub vision: Duration,
    pub prefill: Duration,
    pub decode: Duration,
    pub frames: usize,
    /// Frames whose tokens were known from before.
    pub frames_known: usize,
    pub prompt_tokens: usize,
    /// Prompt tokens whose keys and values were known from before.
    pub prompt_tokens_known: usize,
    pub answer_tokens: usize,
}

/// What stands at a position of the text model: a token, and for an image token the frame and the row within it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Position {
    token: u32,
    row: Option<(blake3::Hash, usize)>,
}

/// What is kept between two questions.
pub(super) struct State {
    tiles: TileCache,
    cache: Cache,
    /// What the positions of `cache` are.
    positions: Vec<Position>,
}

impl State {
    pub(super) fn new(cache: Cache) -> Self {
        Self { tiles: TileCache::default(), cache, positions: Vec::new() }
    }
}

/// The work was stopped by the caller.
struct Stopped;

/// A step's result, or that it was stopped.
type Step<T> = Result<Result<T, Stopped>, ModelError>;

impl SmolVlm {
    /// Answers a question and says where the time went.
    pub fn answer_timed(
        &self,
        question: &PictureQuestion<'_>,
        progress: &mut dyn AnswerProgress,
    ) -> Result<(PictureAnswer, Timings), ModelError> {
        let mut timings = Timings::default();
        let start = Instant::now();
        let frames = self.processor.preprocessor.frames(question.picture, question.tile_budget)?;
        let prompt = self.processor.prompter.picture_prompt(frames.grid, question.text)?;
        timings.preprocess = start.elapsed();
        let longest = self.config.text.positions;
        if prompt.len() >= longest {
            return Err(ModelError::TooLong { tokens: prompt.len(), most: longest });
        }
        let mut constraint = match question.form {
            AnswerForm::Free => None,
            AnswerForm::OnPage { schema, lines } => {
                Some(self.grammars()?.on_page(schema, lines, self.processor.prompter.specials())?)
            }
        };
        let most = question.most_tokens.min(longest - prompt.len());
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let nothing = || PictureAnswer { text: String::new(), tokens: Vec::new(), end: AnswerEnd::Cancelled };
        let Ok(features) = self.look(&frames, &mut state, progress, &mut timings)? else {
            return Ok((nothing(), timings));
        };
        let Ok(mut logits) = self.read(&prompt, &features, &mut state, progress, &mut timings)? else {
            return Ok((nothing(), timings));
        };
        let start = Instant::now();
        let mut tokens: Vec<u32> = Vec::new();
        // How many of them the text model has read.
        let mut given = 0;
        let end = loop {
            if let Some(constraint) = &mut constraint {
                tokens.extend(constraint.forced());
                if constraint.is_complete()? && tokens.len() <= most {
                    break AnswerEnd::Complete;
                }
            }
            tokens.truncate(most);
            if progress.report(AnswerStep::Answer { done: tokens.len(), most }) == Control::Stop {
                break AnswerEnd::Cancelled;
            }
            if tokens.len() == most {
                break AnswerEnd::Budget;
            }
            if given < tokens.len() {
                logits = self.step(&tokens[given..], &mut state)?;
                given = tokens.len();
            }
            let token = match &mut constraint {
                None => best(&logits, |_| true),
                Some(constraint) => {
                    let allowed = constraint.allowed()?;
                    best(&logits, |token| allowed.is_allowed(token))
                }
            };
            let Some(token) = token else {
                return Err(ModelError::Grammar { reason: "no token fits".to_owned() });
            };
            if self.processor.prompter.ends(token) {
                break AnswerEnd::Complete;
            }
            if let Some(constraint) = &mut constraint {
                constraint.take(token)?;
            }
            tokens.push(token);
        };
        timings.decode = start.elapsed();
        timings.answer_tokens = tokens.len();
        Ok((PictureAnswer { text: self.processor.prompter.text(&tokens)?, tokens, end }, timings))
    }

    /// The tokens of all frames.
    fn look(
        &self,
        frames: &Frames,
        state: &mut State,
        progress: &mut dyn AnswerProgress,
        timings: &mut Timings,
    ) -> Step<Vec<(blake3::Hash, Tensor)>> {
        let start = Instant::now();
        let total = frames.pictures.len();
        let mut features = Vec::with_capacity(total);
        for (done, frame) in frames.pictures.iter().enumerate() {
            let mut proceed = || progress.report(AnswerStep::Tiles { done, total }) == Control::Continue;
            if !proceed() {
                return Ok(Err(Stopped));
            }
            let key = blake3::hash(&frame.bytes);
            if let Some(tokens) = state.tiles.get(&key) {
                timings.frames_known += 1;
                features.push((key, tokens));
                continue;
            }
            let values = self.processor.preprocessor.values(frame);
            let values = Tensor::from_vec(values, (3, frames.side, frames.side), &self.device)?;
            let Some(tokens) = self.vision.encode(&values.to_dtype(self.data_type)?, &mut proceed)? else {
                return Ok(Err(Stopped));
            };
            state.tiles.put(key, &tokens);
            features.push((key, tokens));
        }
        timings.frames = total;
        timings.vision = start.elapsed();
        Ok(Ok(features))
    }

    /// Brings the cache to the end of the prompt; logits of what follows it.
    fn read(
        &self,
        prompt: &[u32],
        features: &[(blake3::Hash, Tensor)],
        state: &mut State,
        progress: &mut dyn AnswerProgress,
        timings: &mut Timings,
    ) -> Step<Vec<f32>> {
        let start = Instant::now();
        let positions = self.positions(prompt, features);
        let common = positions.iter().zip(&state.positions).take_while(|(new, old)| new == old).count();
        // The last position is computed again, because its logits are needed.
        let known = common.min(prompt.len() - 1);
        state.cache.truncate(known);
        state.positions.truncate(known);
        let image = self.config.image_token_id;
        let skipped = prompt[..known].iter().filter(|token| **token == image).count();
        let rows = self.embed_from(prompt, known, skipped, features)?;
        let tokens = prompt.len();
        let mut proceed = || progress.report(AnswerStep::Prompt { tokens }) == Control::Continue;
        let Some(rows) = self.text.forward(rows, &mut state.cache, &mut proceed)? else {
            return Ok(Err(Stopped));
        };
        state.positions = positions;
        let logits = self.text.last_logits(&rows)?;
        timings.prompt_tokens = prompt.len();
        timings.prompt_tokens_known = known;
        timings.prefill = start.elapsed();
        Ok(Ok(logits))
    }

    fn positions(&self, prompt: &[u32], features: &[(blake3::Hash, Tensor)]) -> Vec<Position> {
        let per_frame = self.config.tokens_per_frame();
        let mut places = features.iter().flat_map(|(key, _)| (0..per_frame).map(|row| (*key, row)));
        let position = |token: &u32| {
            let row = if *token == self.config.image_token_id { places.next() } else { None };
            Position { token: *token, row }
        };
        prompt.iter().map(position).collect()
    }

    /// Embedding rows of the prompt from position `known` on, before which `skipped` image tokens stand.
    fn embed_from(
        &self,
        prompt: &[u32],
        known: usize,
        skipped: usize,
        features: &[(blake3::Hash, Tensor)],
    ) -> Result<Tensor, ModelError> {
        let per_frame = self.config.tokens_per_frame();
        let mut rest = Vec::new();
        for (index, (_, tokens)) in features.iter().enumerate() {
            let gone = skipped.saturating_sub(index * per_frame).min(per_frame);
            if gone < per_frame {
                rest.push(tokens.narrow(0, gone, per_frame - gone)?);
            }
        }
        self.embed(&prompt[known..], &rest)
    }

    /// Gives tokens of the answer to the text model; logits of what follows them.
    fn step(&self, tokens: &[u32], state: &mut State) -> Result<Vec<f32>, ModelError> {
        // A token takes hundreds of short products: from within the pool none of them has to wake a waiting thread.
        let logits = rayon::scope(|_| {
            let rows = self.text.embed(tokens)?;
            let rows = self.text.forward(rows, &mut state.cache, &mut || true)?;
            rows.map(|rows| self.text.last_logits(&rows)).transpose()
        })?;
        let Some(logits) = logits else {
            return Err(ModelError::Input { reason: "there is nothing to read".to_owned() });
        };
        state.positions.extend(tokens.iter().map(|token| Position { token: *token, row: None }));
        Ok(logits)
    }

    /// The grammars of this checkpoint's tokens, made when the first is needed.
    fn grammars(&self) -> Result<&Grammars, ModelError> {
        if let Some(grammars) = self.grammars.get() {
            return Ok(grammars);
        }
        let prompter = &self.processor.prompter;
        let vocabulary = self.config.text.vocab_size;
        let made = Grammars::new(prompter.tokenizer_bytes(), prompter.end_tokens(), vocabulary)?;
        Ok(self.grammars.get_or_init(|| made))
    }
}

/// The allowed token with the largest logit; of several equal ones the first.
fn best(logits: &[f32], allowed: impl Fn(u32) -> bool) -> Option<u32> {
    let mut best: Option<(u32, f32)> = None;
    for (token, logit) in (0u32..).zip(logits) {
        if best.is_none_or(|(_, most)| *logit > most) && allowed(token) {
            best = Some((token, *logit));
        }
    }
    best.map(|(token, _)| token)
}

impl VisionLanguageModel for SmolVlm {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn device(&self) -> String {
        let device = if self.device.is_cuda() {
            "CUDA"
        } else if self.device.is_metal() {
            "Metal"
        } else {
            "CPU"
        };
        let weights = match self.precision {
            Precision::Full => self.data_type.as_str(),
            Precision::EightBit => "8-bit",
        };
        format!("{device}, {weights}")
    }

    fn viewports(&self, width: u32, height: u32, lines: &[PixelBox]) -> Vec<Viewport> {
        viewports(width, height, lines, self.processor.preprocessor.tiling())
    }

    fn answer(
        &self,
        question: &PictureQuestion<'_>,
        progress: &mut dyn AnswerProgress,
    ) -> Result<PictureAnswer, AnswerError> {
        match self.answer_timed(question, progress) {
            Ok((answer, _)) => Ok(answer),
            Err(ModelError::TooLong { tokens, most }) => Err(AnswerError::TooLong { tokens, most }),
            Err(error @ (ModelError::Input { .. } | ModelError::Grammar { .. })) => {
                Err(AnswerError::Question(error.to_string()))
            }
            Err(error) => Err(AnswerError::Failed(error.to_string())),
        }
    }
}
