//! A worker process for the tests: the real loop with a reader that returns the same lines for every picture.

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use domain::{
    AnswerEnd, AnswerError, AnswerForm, AnswerProgress, AnswerStep, Control, Line, Picture, PictureAnswer,
    PictureQuestion, PixelBox, Progress, ReadError, Reading, TextReader, VisionLanguageModel, Word,
};
use engine::worker::{Cancellation, Loaders, ModelStart, Process, ReadRequest, WorkerCommand};

struct Scripted;

impl TextReader for Scripted {
    fn name(&self) -> String {
        "scripted 1".to_owned()
    }

    fn read(&self, picture: &Picture, progress: &mut dyn Progress) -> Result<Reading, ReadError> {
        for step in 0..3 {
            if progress.report(step, 3) == Control::Stop {
                return Err(ReadError::Cancelled);
            }
        }
        // A strip of one shade says which.
        if (picture.width, picture.height) == (64, 16) {
            let said = match picture.pixels[0] / 50 {
                0 => "Loading",
                1 => "Type a prompt",
                2 => "Type a prompt and wait",
                _ => "The answer is there",
            };
            let lines = vec![line(said, 2, picture)];
            return Ok(Reading { reader: self.name(), width: 64, height: 16, lines });
        }
        Ok(Reading {
            reader: self.name(),
            width: picture.width,
            height: picture.height,
            lines: vec![careless(line("Acme", 2, picture)), line("$20/month", 20, picture)],
        })
    }
}

fn line(text: &str, top: u32, picture: &Picture) -> Line {
    let bounds =
        PixelBox::new(2, top, 30, 10).intersection(&PixelBox::new(0, 0, picture.width, picture.height));
    Line {
        text: text.to_owned(),
        bounds,
        confidence: 0.99,
        characters: vec![0.99; text.chars().count()],
        words: vec![Word { text: text.to_owned(), bounds, confidence: 0.99 }],
        font_height: 10.0,
        foreground: [0; 3],
        background: [255; 3],
        lettering: None,
    }
}

/// A reader's mistakes that must not cost the reading: a box beyond the picture, a confidence that is no number.
fn careless(mut line: Line) -> Line {
    line.bounds.width = 10_000;
    line.characters[0] = f32::NAN;
    line.confidence = 1.5;
    line
}

/// Owns a worker itself and says so on standard output: the test then kills this process.
fn own(picture: OsString) {
    let this = std::env::current_exe().expect("the path of this program");
    let request = ReadRequest { id: "one".to_owned(), name: String::new(), path: picture, sha256: None };
    let _ = Process::new(WorkerCommand::new(this, [] as [&str; 0])).read(
        &request,
        &Cancellation::new(),
        |_, _, _| {
            let _ = writeln!(std::io::stdout(), "started");
        },
    );
}

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    match (arguments.next(), arguments.next()) {
        (Some(mode), Some(picture)) if mode == "own" => {
            own(picture);
            ExitCode::SUCCESS
        }
        _ => engine::worker::serve(&Loaders {
            text: &|| Ok(Box::new(Scripted)),
            model: &|start| Model::load(start),
        }),
    }
}

/// Answers every question with the text of the file `answer.json` in its folder.
struct Model {
    answer: String,
}

impl Model {
    fn load(start: &ModelStart) -> Result<Box<dyn VisionLanguageModel>, String> {
        let path = std::path::Path::new(&start.folder).join("answer.json");
        let answer = std::fs::read_to_string(path).map_err(|error| format!("answer.json: {error}"))?;
        Ok(Box::new(Self { answer }))
    }
}

impl VisionLanguageModel for Model {
    fn name(&self) -> String {
        "the folder's name".to_owned()
    }

    fn device(&self) -> String {
        "script".to_owned()
    }

    fn answer(
        &self,
        question: &PictureQuestion<'_>,
        progress: &mut dyn AnswerProgress,
    ) -> Result<PictureAnswer, AnswerError> {
        assert!(
            matches!(question.form, AnswerForm::Free) || question.text.contains("===="),
            "lines are fenced"
        );
        let steps = [
            AnswerStep::Tiles { done: 0, total: 2 },
            AnswerStep::Tiles { done: 1, total: 2 },
            AnswerStep::Prompt { tokens: 40 },
            AnswerStep::Answer { done: 0, most: question.most_tokens },
            AnswerStep::Answer { done: 1, most: question.most_tokens },
            AnswerStep::Answer { done: 2, most: question.most_tokens },
        ];
        for step in steps {
            if progress.report(step) == Control::Stop {
                return Ok(PictureAnswer {
                    text: String::new(),
                    tokens: Vec::new(),
                    end: AnswerEnd::Cancelled,
                });
            }
        }
        Ok(PictureAnswer { text: self.answer.clone(), tokens: vec![1, 2, 3], end: AnswerEnd::Complete })
    }
}
