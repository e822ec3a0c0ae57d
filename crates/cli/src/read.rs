//! `shortlist read`: pictures in, lines and proposals out, no library.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use api::prediction::prediction;
use api::{Error, WorkerCommand};
use models::packs::{Options, PackFolder};

use crate::arguments::Read;
use crate::outcome::{self, Exit};
use crate::packs::from_failure;

pub(crate) fn worker() -> Result<WorkerCommand, Error> {
    WorkerCommand::current_program().map_err(|error| {
        Error::new("no_worker", format!("The program's own file was not found ({error}). Nothing was read."))
    })
}

pub(crate) fn run(packs: Options, read: &Read) -> Result<Exit, Error> {
    let worker = worker()?;
    let model = match &read.model {
        Some(pack) => {
            let packs = PackFolder::new(packs);
            Some(api::model_worker(&packs, pack, &worker).map_err(from_failure)?)
        }
        None => None,
    };
    let mut outputs = Outputs::new(read.out.as_deref(), &read.images)?;
    let mut exit = Exit::Ok;
    let mut failed = None;
    api::read_images(&read.images, &worker, model.as_ref(), |path, result| {
        let name = path.display().to_string();
        match result {
            Ok(read) => {
                if let Some(Err(failure)) = &read.model {
                    exit = Exit::SomeFailed;
                    eprintln!("{}: {} ({})", shown(&name), failure.message, failure.code);
                }
                let looked = read.model.as_ref().and_then(|model| model.as_ref().ok());
                let written = outputs.write(path, &prediction(&name, &read.outcome, looked));
                if let Err(error) = written {
                    failed.get_or_insert(error);
                }
            }
            Err(failure) => {
                exit = Exit::SomeFailed;
                eprintln!("{}: {} ({})", shown(&name), failure.message, failure.code);
            }
        }
    });
    failed.map_or(Ok(exit), Err)
}

fn shown(name: &str) -> String {
    api::domain::text::visible(name, 400)
}

/// Where results go: the standard output, or one file for each picture.
struct Outputs<'a> {
    folder: Option<&'a Path>,
    inputs: HashSet<PathBuf>,
    written: HashSet<PathBuf>,
}

impl<'a> Outputs<'a> {
    fn new(folder: Option<&'a Path>, images: &[PathBuf]) -> Result<Self, Error> {
        if let Some(folder) = folder {
            std::fs::create_dir_all(folder).map_err(|error| not_written(folder, &error.to_string()))?;
        }
        let inputs = images.iter().filter_map(|image| image.canonicalize().ok()).collect();
        Ok(Self { folder, inputs, written: HashSet::new() })
    }

    fn write(&mut self, picture: &Path, value: &serde_json::Value) -> Result<(), Error> {
        let Some(folder) = self.folder else { return outcome::json(value) };
        let mut file = folder.join(picture.file_stem().unwrap_or_default());
        file.as_mut_os_string().push(".json");
        if file.canonicalize().is_ok_and(|existing| self.inputs.contains(&existing)) {
            return Err(not_written(&file, "it is one of the inputs"));
        }
        if !self.written.insert(file.clone()) {
            return Err(not_written(&file, "another picture of this run has the same name"));
        }
        std::fs::write(&file, format!("{value}\n")).map_err(|error| not_written(&file, &error.to_string()))
    }
}

fn not_written(path: &Path, why: &str) -> Error {
    let name = shown(&path.display().to_string());
    Error::new("not_written", format!("{name} was not written: {why}. No input was changed."))
}
