//! The embedded text reader: a picture's lines with boxes, words, colours and confidences.
//!
//! Detector, crops, recogniser, decoding, in that order; weights and settings are embedded in the binary.
//! Invariant: the same pixels give the same answer on any number of threads; every box lies inside the picture.
//! Must not: interpret the text, or keep anything between two pictures.

mod alignment;
mod boxes;
mod calibration;
mod components;
mod crop;
mod decode;
mod detector;
mod digits;
mod icons;
mod ink;
mod lettering;
mod lines;
mod order;
mod pixels;
mod recogniser;
#[cfg(test)]
mod samples;
mod scan;
mod settings;
mod shapes;
mod support;
mod unread;
mod weights;

use domain::{
    Control, PassageModel, Picture, PixelBox, Progress, ReadError, Reading, TextReader, TextSupport,
};
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::ModelError;
use crate::line_model::LineModel;
use boxes::TextBox;
use detector::{Detector, Interrupted};
use pixels::Pixels;
use recogniser::Recogniser;
use settings::{DetectorSettings, RecogniserSettings};
use weights::WeightFile;

const DETECTOR_FILE: &str = "detector.safetensors";
const RECOGNISER_FILE: &str = "recogniser.safetensors";
const DETECTOR_FORMAT: &str = "shortlist-text-detector-1";
const RECOGNISER_FORMAT: &str = "shortlist-text-recogniser-2";
const DETECTOR_WEIGHTS: &[u8] = include_bytes!("../../weights/detector.safetensors");
const RECOGNISER_WEIGHTS: &[u8] = include_bytes!("../../weights/recogniser.safetensors");

/// Crop columns read between two questions whether to go on: well under 100 ms of work on one core.
const BATCH_COLUMNS: usize = 6144;

/// Name and version of the embedded reader, without loading it.
pub fn embedded_name() -> String {
    name_of(DETECTOR_WEIGHTS, RECOGNISER_WEIGHTS)
}

fn name_of(detector: &[u8], recogniser: &[u8]) -> String {
    let digest = Sha256::new().chain_update(detector).chain_update(recogniser).finalize();
    let digest = digest.iter().take(6).fold(0u64, |number, byte| number << 8 | u64::from(*byte));
    format!("shortlist-reader {} ({digest:012x})", env!("CARGO_PKG_VERSION"))
}

/// The reader whose weights are part of the program.
pub struct EmbeddedReader {
    name: String,
    detector: Detector,
    detector_settings: DetectorSettings,
    recogniser: Recogniser,
    recogniser_settings: RecogniserSettings,
    /// Travels with the reader; reading itself does not ask it.
    line_model: LineModel,
}

impl EmbeddedReader {
    /// Loads the embedded weights.
    pub fn load() -> Result<Self, ModelError> {
        Self::from_weights(DETECTOR_WEIGHTS, RECOGNISER_WEIGHTS)
    }

    /// Loads weights given as the bytes of two safetensors files.
    pub fn from_weights(detector: &[u8], recogniser: &[u8]) -> Result<Self, ModelError> {
        let detector_file = WeightFile::open(DETECTOR_FILE, detector, DETECTOR_FORMAT)?;
        let recogniser_file = WeightFile::open(RECOGNISER_FILE, recogniser, RECOGNISER_FORMAT)?;
        let recogniser_settings = RecogniserSettings::load(&recogniser_file)?;
        Ok(Self {
            name: name_of(detector, recogniser),
            detector: Detector::load(&detector_file)?,
            detector_settings: DetectorSettings::load(&detector_file)?,
            recogniser: Recogniser::load(&recogniser_file, recogniser_settings.charset.len())?,
            recogniser_settings,
            line_model: LineModel::load()?,
        })
    }

    /// The same reader with the recogniser's own probabilities as confidences: what the calibration is fitted on.
    #[must_use]
    pub fn uncalibrated(mut self) -> Self {
        self.recogniser_settings.calibration = None;
        self
    }

    /// The raw maps of the detector for a picture whose sides are multiples of 32: for each cell of half the rows and
    /// a quarter of the columns, five values. For comparison with the reference implementation.
    pub fn detector_maps(&self, picture: &Picture) -> Result<Vec<f32>, ReadError> {
        let pixels = checked(picture)?;
        scan::maps(&self.detector, &pixels).map_err(outer)
    }

    /// The raw line boxes of a picture, `[left, top, right, bottom, confidence]`.
    pub fn line_boxes(&self, picture: &Picture) -> Result<Vec<[f32; 5]>, ReadError> {
        let pixels = checked(picture)?;
        let boxes = scan::detect_lines(&self.detector, &self.detector_settings, &pixels, &mut |_, _| true)
            .map_err(outer)?;
        Ok(boxes.iter().map(|item| [item.left, item.top, item.right, item.bottom, item.confidence]).collect())
    }

    /// The logits of one line box, one row of classes per step, and their greedy text. For comparison with the
    /// reference implementation.
    pub fn line_logits(
        &self,
        picture: &Picture,
        [left, top, right, bottom]: [f32; 4],
    ) -> Result<(Vec<f32>, String), ReadError> {
        let pixels = checked(picture)?;
        let item = TextBox { left, top, right, bottom, confidence: 1.0 };
        let crop = crop::crop_of(&pixels, &item, 1.0, &self.recogniser_settings);
        let logits = self.recogniser.run(&crop.values, crop.width).map_err(failed)?;
        let text = decode::greedy(&logits)
            .iter()
            .map(|character| self.recogniser_settings.charset[character.class].as_str())
            .collect();
        Ok((logits.values, text))
    }
}

/// The line boxes of given maps (five values per cell, `columns` cells per row), with the settings of a detector file.
/// For comparison with the reference implementation.
pub fn boxes_of_maps(detector: &[u8], maps: &[f32], columns: usize) -> Result<Vec<[f32; 5]>, ModelError> {
    let file = WeightFile::open(DETECTOR_FILE, detector, DETECTOR_FORMAT)?;
    let boxes = scan::boxes_of_maps(&DetectorSettings::load(&file)?, maps, columns);
    Ok(boxes.iter().map(|item| [item.left, item.top, item.right, item.bottom, item.confidence]).collect())
}

impl TextReader for EmbeddedReader {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn read(&self, picture: &Picture, progress: &mut dyn Progress) -> Result<Reading, ReadError> {
        let mut reading =
            Reading { reader: self.name(), width: picture.width, height: picture.height, lines: Vec::new() };
        if picture.width == 0 || picture.height == 0 {
            return Ok(reading);
        }
        let pixels = checked(picture)?;
        let mut proceed = |done, total| progress.report(done, total) == Control::Continue;
        let mut boxes = scan::detect_lines(&self.detector, &self.detector_settings, &pixels, &mut proceed)
            .map_err(outer)?;
        order::sort(&mut boxes);
        let total = boxes.len();
        let mut rest = boxes.as_slice();
        while !rest.is_empty() {
            if !proceed(total - rest.len(), total) {
                return Err(ReadError::Cancelled);
            }
            let (batch, later) = rest.split_at(self.batch_size(rest));
            let read: Result<Vec<_>, ModelError> = batch
                .par_iter()
                .map(|item| lines::read_box(&pixels, item, &self.recogniser, &self.recogniser_settings))
                .collect();
            reading.lines.extend(read.map_err(failed)?.into_iter().flatten());
            rest = later;
        }
        if !proceed(total, total) {
            return Err(ReadError::Cancelled);
        }
        Ok(reading)
    }

    fn passages(&self) -> Option<&dyn PassageModel> {
        Some(&self.line_model)
    }

    fn support(
        &self,
        picture: &Picture,
        line: PixelBox,
        text: &str,
    ) -> Result<Option<TextSupport>, ReadError> {
        if !line.fits(picture.width, picture.height) {
            return Ok(None);
        }
        let pixels = checked(picture)?;
        support::support(&pixels, line, text, &self.recogniser, &self.recogniser_settings).map_err(failed)
    }
}

impl EmbeddedReader {
    /// How many of the next boxes make one batch.
    fn batch_size(&self, boxes: &[TextBox]) -> usize {
        let mut columns = 0.0;
        let fits = |item: &&TextBox| {
            columns += item.width() / item.height().max(1.0) * self.recogniser_settings.text_height;
            columns <= BATCH_COLUMNS as f32
        };
        boxes.iter().take_while(fits).count().max(1)
    }
}

fn checked(picture: &Picture) -> Result<Pixels<'_>, ReadError> {
    let (width, height) = (picture.width as usize, picture.height as usize);
    let size = width.checked_mul(height).and_then(|count| count.checked_mul(3));
    if size != Some(picture.pixels.len()) || picture.pixels.is_empty() {
        return Err(ReadError::Failed(format!(
            "a picture of {width} by {height} pixels came with {} bytes",
            picture.pixels.len()
        )));
    }
    Ok(Pixels::new(width, height, &picture.pixels))
}

fn outer(interrupted: Interrupted) -> ReadError {
    match interrupted {
        Interrupted::Stopped => ReadError::Cancelled,
        Interrupted::Failed(error) => failed(error),
    }
}

fn failed(error: ModelError) -> ReadError {
    ReadError::Failed(error.to_string())
}
