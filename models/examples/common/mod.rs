//! What the examples share: arguments by name, pictures as the processor sees them, printing.

#![allow(dead_code, reason = "each example uses a part")]

use std::collections::HashMap;
use std::process::ExitCode;

use models::vision_language::Precision;

pub(crate) type Failure = Box<dyn std::error::Error>;

/// `--name value` pairs, flags (with an empty value) and what stands alone.
pub(crate) struct Arguments {
    named: HashMap<String, String>,
    pub(crate) plain: Vec<String>,
}

impl Arguments {
    /// Reads the command line; the names in `flags` take no value.
    pub(crate) fn read(names: &[&str], flags: &[&str]) -> Result<Self, Failure> {
        let (mut named, mut plain) = (HashMap::new(), Vec::new());
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            match argument.strip_prefix("--") {
                Some(flag) if flags.contains(&flag) => named.insert(flag.to_owned(), String::new()),
                Some(name) if names.contains(&name) => {
                    let value = arguments.next().ok_or_else(|| format!("--{name} needs a value"))?;
                    named.insert(name.to_owned(), value)
                }
                Some(name) => return Err(format!("--{name} is not known").into()),
                None => {
                    plain.push(argument);
                    None
                }
            };
        }
        Ok(Self { named, plain })
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.named.get(name).map(String::as_str)
    }

    pub(crate) fn needed(&self, name: &str) -> Result<&str, Failure> {
        Ok(self.get(name).ok_or_else(|| format!("--{name} is missing"))?)
    }

    /// The weights' precision as `--dtype` names it.
    pub(crate) fn precision(&self) -> Result<Precision, Failure> {
        match self.get("dtype") {
            None | Some("f32") => Ok(Precision::Full),
            Some("q8_0") => Ok(Precision::EightBit),
            Some(other) => Err(format!("--dtype {other} is not known").into()),
        }
    }

    pub(crate) fn number(&self, name: &str) -> Result<Option<usize>, Failure> {
        let number = self.get(name).map(str::parse).transpose();
        Ok(number.map_err(|error| format!("--{name}: {error}"))?)
    }
}

/// Runs an example; a failure is printed and makes exit code 2.
#[expect(clippy::print_stderr, reason = "an example reports on the terminal")]
pub(crate) fn finish(result: Result<(), Failure>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}
