//! From the recogniser's own probability of a character to the share of such characters that are right.
//!
//! The map is fitted on made pages that were never trained on (`models/training/calibrate.py`) and travels with the
//! weights. Invariant: monotone, from [0, 1] to [0, 1]. Must not: be asked before the rules that judge by the raw
//! probability have run.

use super::weights::WeightFile;
use crate::ModelError;

const KEY: &str = "confidence_map";
/// Confidences are given in steps of a thousandth, which keeps stored readings small.
const STEPS: f32 = 1000.0;

/// Points of a piecewise linear map; none means that the weights were not calibrated.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Calibration {
    points: Vec<[f32; 2]>,
}

impl Calibration {
    pub(super) fn load(file: &WeightFile<'_>) -> Result<Self, ModelError> {
        let Some(text) = file.optional_setting(KEY) else { return Ok(Self::default()) };
        let points: Vec<[f32; 2]> =
            serde_json::from_str(text).map_err(|error| file.bad_setting(KEY, &error.to_string()))?;
        let inside = points.iter().flatten().all(|value| (0.0..=1.0).contains(value));
        let rising = points.windows(2).all(|pair| pair[0][0] < pair[1][0] && pair[0][1] <= pair[1][1]);
        if inside && rising {
            Ok(Self { points })
        } else {
            Err(file.bad_setting(KEY, "its points do not rise from 0 to 1"))
        }
    }

    /// The share of characters of this raw probability that are right, 0 to 1.
    pub(super) fn confidence(&self, raw: f32) -> f32 {
        let after = self.points.partition_point(|point| point[0] < raw);
        let mapped =
            match (after.checked_sub(1).and_then(|before| self.points.get(before)), self.points.get(after)) {
                (Some(&[left, low]), Some(&[right, high])) => {
                    low + (high - low) * (raw - left) / (right - left)
                }
                (Some(point), None) | (None, Some(point)) => point[1],
                (None, None) => raw,
            };
        (mapped.clamp(0.0, 1.0) * STEPS).round() / STEPS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confidence_lies_between_its_neighbours() {
        let map = Calibration { points: vec![[0.2, 0.1], [0.6, 0.5], [1.0, 0.9]] };
        for (raw, expected) in [(0.0, 0.1), (0.2, 0.1), (0.4, 0.3), (0.8, 0.7), (1.0, 0.9)] {
            assert!((map.confidence(raw) - expected).abs() < 1e-6, "{raw} became {}", map.confidence(raw));
        }
        assert!((Calibration::default().confidence(0.123_456) - 0.123).abs() < 1e-6);
    }
}
