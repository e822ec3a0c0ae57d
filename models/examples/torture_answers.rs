//! Asks models about made pages under a grammar: `torture_answers --count N [--seed N] [MODEL…]`.
//!
//! Without models named, the micro SmolVLM and two checkpoints with random weights take turns. Each page has its own
//! picture, lines and token budget. Prints what was asked; exit status 1 when a complete answer was invalid or had a
//! word that does not stand on its page, or when one stopped early without being marked so.

mod common;
#[path = "common/pages.rs"]
mod pages;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use common::{Arguments, Failure, finish};
use domain::{
    AnswerEnd, AnswerError, AnswerForm, AnswerStep, Control, Picture, PictureQuestion, VisionLanguageModel,
};
use models::vision_language::{LoadOptions, load};
use pages::{Numbers, SCHEMA, page, violation};

const MOST_TOKENS: usize = 500;

fn main() -> ExitCode {
    finish(run())
}

#[expect(clippy::print_stdout, reason = "an example reports on the terminal")]
fn run() -> Result<(), Failure> {
    let arguments = Arguments::read(&["count", "seed"], &[])?;
    let count = arguments.number("count")?.unwrap_or(500);
    let mut numbers = Numbers::new(arguments.number("seed")?.unwrap_or(1) as u64);
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders: Vec<PathBuf> = if arguments.plain.is_empty() {
        ["weights/micro-smolvlm", "reference/fixtures/smolvlm-tiny", "reference/fixtures/absent-keys"]
            .map(|folder| own.join(folder))
            .to_vec()
    } else {
        arguments.plain.iter().map(PathBuf::from).collect()
    };
    let options = LoadOptions::default();
    let models = folders.iter().map(|folder| load(folder, &options)).collect::<Result<Vec<_>, _>>()?;
    let mut wrong = 0;
    for model in &models {
        let (mut complete, mut stopped, mut tokens) = (0, 0, 0);
        for _ in 0..count {
            let page = page(&mut numbers);
            let lines: Vec<&str> = page.iter().map(String::as_str).collect();
            let most = 1 + numbers.below(MOST_TOKENS);
            let failure = ask(model.as_ref(), &picture(&mut numbers), &lines, most, &mut |end, count| {
                complete += usize::from(end == AnswerEnd::Complete);
                stopped += usize::from(end != AnswerEnd::Complete);
                tokens += count;
            })?;
            if let Some(failure) = failure {
                wrong += 1;
                println!("{}: {failure}; the page was {lines:?}", model.name());
            }
        }
        println!(
            "{}: {count} pages, {complete} answers complete, {stopped} stopped at their budget and marked so, {tokens} tokens",
            model.name()
        );
    }
    if wrong > 0 {
        return Err(format!("{wrong} answers were invalid or not on their page").into());
    }
    println!("0 invalid answers, 0 words that do not stand on their page");
    Ok(())
}

/// What is wrong with the answer to one page.
fn ask(
    model: &dyn VisionLanguageModel,
    picture: &Picture,
    lines: &[&str],
    most_tokens: usize,
    count: &mut dyn FnMut(AnswerEnd, usize),
) -> Result<Option<String>, Failure> {
    let form = AnswerForm::OnPage { schema: SCHEMA, lines };
    let question =
        PictureQuestion { picture, text: "What is claimed?", form, most_tokens, tile_budget: Some(1) };
    let answer = match model.answer(&question, &mut |_: AnswerStep| Control::Continue) {
        Ok(answer) => answer,
        // Without a word that may be quoted there is no answer, and the refusal says so.
        Err(AnswerError::Question(_)) if !has_words(lines) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    count(answer.end, answer.tokens.len());
    Ok(match answer.end {
        AnswerEnd::Complete => violation(&answer.text, lines),
        _ if answer.tokens.len() == most_tokens => None,
        end => Some(format!("it ended as {end:?} after {} of {most_tokens} tokens", answer.tokens.len())),
    })
}

/// Whether a page has words besides those that spell special tokens.
fn has_words(lines: &[&str]) -> bool {
    let special = |word: &str| ["<image>", "<end_of_utterance>"].contains(&word);
    lines.iter().flat_map(|line| line.split_whitespace()).any(|word| !special(word))
}

/// A picture of stripes and dots.
fn picture(numbers: &mut Numbers) -> Picture {
    let (width, height) = (8 + numbers.below(120), 8 + numbers.below(120));
    let (stripe, colour) = (1 + numbers.below(9), numbers.below(256) as u8);
    let pixel =
        |index: usize| if (index / stripe).is_multiple_of(2) { colour } else { colour.wrapping_add(97) };
    let mut pixels: Vec<u8> = (0..width * height * 3).map(pixel).collect();
    for _ in 0..numbers.below(200) {
        let at = numbers.below(pixels.len());
        pixels[at] = numbers.below(256) as u8;
    }
    Picture { width: width as u32, height: height as u32, pixels }
}
