//! A worker process for the tests: the real loop with a reader that returns the same lines for every picture.

use std::process::ExitCode;

use domain::{Control, Line, Picture, PixelBox, Progress, ReadError, Reading, TextReader, Word};

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
        Ok(Reading {
            reader: self.name(),
            width: picture.width,
            height: picture.height,
            lines: vec![line("Acme", 2, picture), line("$20/month", 20, picture)],
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
    }
}

fn main() -> ExitCode {
    engine::worker::serve(&Scripted)
}
