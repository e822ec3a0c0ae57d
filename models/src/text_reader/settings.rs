//! The numbers of pre- and post-processing that travel with the weights.
//!
//! Invariant: every number comes from the weight file and lies within bounds that keep the arithmetic safe.
//! Must not: have defaults of its own.

use super::calibration::Calibration;
use super::recogniser::HEIGHT;
use super::weights::WeightFile;
use crate::ModelError;

/// How maps become boxes; see `models/training/postprocess.py`.
pub(super) struct DetectorSettings {
    pub(super) core_threshold: f32,
    pub(super) component_peak: f32,
    pub(super) component_cells: usize,
    pub(super) minimum_height: f32,
    pub(super) edge_columns: u32,
    pub(super) edge_reach: f32,
    pub(super) cut_distance: f32,
    pub(super) join_gap: f32,
    pub(super) large_height: f32,
    pub(super) skip_full_height: f32,
    pub(super) skip_full_minimum_lines: usize,
}

impl DetectorSettings {
    pub(super) fn load(file: &WeightFile<'_>) -> Result<Self, ModelError> {
        Ok(Self {
            core_threshold: file.number("core_threshold", 0.01, 0.99)?,
            component_peak: file.number("component_peak", 0.0, 1.0)?,
            component_cells: file.number("component_cells", 1.0, 1e6)? as usize,
            minimum_height: file.number("minimum_height", 1.0, 1e3)?,
            edge_columns: file.number("edge_columns", 1.0, 1e3)? as u32,
            edge_reach: file.number("edge_reach", 0.0, 1e3)?,
            cut_distance: file.number("cut_distance", 0.0, 1e3)?,
            join_gap: file.number("join_gap", 0.0, 10.0)?,
            large_height: file.number("large_height", 1.0, 1e4)?,
            skip_full_height: file.number("skip_full_height", 1.0, 1e4)?,
            skip_full_minimum_lines: file.number("skip_full_minimum_lines", 1.0, 1e6)? as usize,
        })
    }
}

/// How a line box becomes a crop, and steps become characters.
pub(super) struct RecogniserSettings {
    /// Class index to text; index 0 is the blank.
    pub(super) charset: Vec<String>,
    /// Rows of the crop that the line box fills.
    pub(super) text_height: f32,
    /// Margin left and right in box heights.
    pub(super) side_margin: f32,
    pub(super) low_percentile: f32,
    pub(super) minimum_span: f32,
    pub(super) maximum_width: usize,
    /// What a character's probability is worth; `None` for the raw probabilities that it is fitted on.
    pub(super) calibration: Option<Calibration>,
}

impl RecogniserSettings {
    pub(super) fn load(file: &WeightFile<'_>) -> Result<Self, ModelError> {
        let charset: Vec<String> = serde_json::from_str(&file.setting::<String>("charset")?)
            .map_err(|error| file.bad_setting("charset", &error.to_string()))?;
        let one_each = charset.iter().skip(1).all(|text| text.chars().count() == 1);
        if charset.len() < 2 || charset.len() > 4096 || !charset[0].is_empty() || !one_each {
            return Err(file.bad_setting("charset", "it is not a blank followed by single characters"));
        }
        file.number("height", HEIGHT as f32, HEIGHT as f32)?;
        Ok(Self {
            charset,
            text_height: file.number("text_height", 8.0, HEIGHT as f32)?,
            side_margin: file.number("side_margin", 0.0, 2.0)?,
            low_percentile: file.number("low_percentile", 0.0, 40.0)?,
            minimum_span: file.number("minimum_span", 1.0, 255.0)?,
            maximum_width: file.number("maximum_width", 64.0, 65536.0)? as usize / 4 * 4,
            calibration: Some(Calibration::load(file)?),
        })
    }
}
