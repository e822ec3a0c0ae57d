//! The line model of the program, or one from a file that is being tried.

use std::path::Path;

use models::line_model::LineModel;

pub(crate) fn load(weights: Option<&Path>) -> Result<LineModel, Box<dyn std::error::Error>> {
    Ok(match weights {
        Some(weights) => LineModel::from_weights(&std::fs::read(weights)?)?,
        None => LineModel::load()?,
    })
}
