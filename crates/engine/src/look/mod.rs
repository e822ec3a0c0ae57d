//! What a vision-language model is asked about a page that the text reader has read, and what its answers become.
//!
//! Invariants: every text of an answer is looked for on the page, and what is not there is said to be not there; page
//! text goes into a question as fenced data only. Must not: know a model family, or touch the library.

mod alt_text;
mod answer;
mod places;
mod prompt;

use domain::{
    AnswerEnd, AnswerError, AnswerForm, AnswerStep, Control, EvidenceLine, Extraction, PageKind, Picture,
    PictureAnswer, PictureQuestion, PixelBox, ProposedTool, Reading, Viewport, VisionLanguageModel,
};
use serde::{Deserialize, Serialize};

use crate::{Failure, ground};
pub use alt_text::of_reading as alt_text;

/// Longest question that is put to a model, in characters.
pub const LONGEST_QUESTION: usize = 500;
/// Most tokens of an answer with proposals, of one to a question, of a description.
const PROPOSE_TOKENS: usize = 768;
const ASK_TOKENS: usize = 128;
const DESCRIBE_TOKENS: usize = 160;
/// Most tools that all parts of one page together may propose.
const MOST_TOOLS: usize = 24;

/// What the model is to do with a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Task {
    Propose,
    Ask { question: String },
    Describe,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Look {
    /// `proposed_by` names the model; each claim is checked against the page.
    Proposed {
        extraction: Extraction,
    },
    Answered {
        answer: PageAnswer,
    },
    Described {
        text: String,
    },
}

/// The answer to a question about a page.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PageAnswer {
    /// Words of the page; nothing where the model found none.
    pub text: Option<String>,
    /// Where they stand, one entry for each visual line.
    pub evidence: Vec<EvidenceLine>,
}

/// Hears how far the work is, and may stop it.
pub type Steps<'a> = dyn FnMut(AnswerStep) -> Control + 'a;

/// A page with what was read on it.
#[derive(Clone, Copy)]
pub struct Page<'a> {
    pub picture: &'a Picture,
    pub reading: &'a Reading,
    pub kind: PageKind,
}

/// Carries out one task.
pub fn look(
    model: &dyn VisionLanguageModel,
    page: Page<'_>,
    task: &Task,
    steps: &mut Steps<'_>,
) -> Result<Look, Failure> {
    // A model is told the lines as a person reads them: a sentence that goes on in the next line goes on there.
    let reading = page.reading.clone().in_reading_order();
    let page = Page { reading: &reading, ..page };
    match task {
        Task::Propose => propose(model, page, steps).map(|extraction| Look::Proposed { extraction }),
        Task::Ask { question } => ask(model, page, question, steps).map(|answer| Look::Answered { answer }),
        Task::Describe => describe(model, page, steps).map(|text| Look::Described { text }),
    }
}

fn propose(
    model: &dyn VisionLanguageModel,
    page: Page<'_>,
    steps: &mut Steps<'_>,
) -> Result<Extraction, Failure> {
    let schema = prompt::propose_schema().to_string();
    let mut tools: Vec<ProposedTool> = Vec::new();
    for part in parts(model, page) {
        let form = Form { schema: &schema, tokens: PROPOSE_TOKENS, question: &prompt::propose };
        for answer in part.answers(model, &form, steps)? {
            let within = part.reading(page.reading);
            tools.extend(answer::tools(&answer.text, &within, page.kind).unwrap_or_default());
        }
    }
    tools.truncate(MOST_TOOLS);
    let mut extraction = Extraction { proposed_by: model.name(), page_kind: page.kind, tools };
    ground::ground(&mut extraction, page.reading);
    Ok(extraction)
}

#[derive(Deserialize)]
struct Answer {
    answer: Option<String>,
}

fn ask(
    model: &dyn VisionLanguageModel,
    page: Page<'_>,
    question: &str,
    steps: &mut Steps<'_>,
) -> Result<PageAnswer, Failure> {
    if question.trim().is_empty() {
        return Err(Failure::new("bad_request", "The question is empty. Nothing was changed."));
    }
    let schema = prompt::ask_schema().to_string();
    let put = |lines: &[&str]| prompt::ask(lines, question);
    let mut parts = parts(model, page);
    // The part of a long page that shares most words with the question is asked first; the first answer counts.
    let words: Vec<String> = domain::text::fold(question).split_whitespace().map(str::to_owned).collect();
    parts.sort_by_cached_key(|part| {
        let text = domain::text::fold(&part.lines.join(" "));
        std::cmp::Reverse(words.iter().filter(|word| word.len() > 3 && text.contains(word.as_str())).count())
    });
    for part in parts {
        let form = Form { schema: &schema, tokens: ASK_TOKENS, question: &put };
        for answer in part.answers(model, &form, steps)? {
            let said = answer::parsed::<Answer>(&answer.text).and_then(|answer| answer.answer);
            let place =
                said.and_then(|text| places::best(places::places(&part.reading(page.reading), &text), None));
            if let Some(place) = place {
                let text = Some(place.evidence.text.clone());
                return Ok(PageAnswer { text, evidence: vec![place.evidence] });
            }
        }
    }
    Ok(PageAnswer::default())
}

fn describe(
    model: &dyn VisionLanguageModel,
    page: Page<'_>,
    steps: &mut Steps<'_>,
) -> Result<String, Failure> {
    let schema = prompt::describe_schema().to_string();
    // The top of a long page says what it is.
    let Some(part) = parts(model, page).into_iter().next() else {
        return Ok(alt_text(page.kind, &[], page.reading));
    };
    let form = Form { schema: &schema, tokens: DESCRIBE_TOKENS, question: &prompt::describe };
    let answers = part.answers(model, &form, steps)?;
    let described = answers.iter().find_map(|answer| answer::parsed::<alt_text::Description>(&answer.text));
    let within = part.reading(page.reading);
    Ok(described.map_or_else(|| alt_text(page.kind, &[], page.reading), |said| said.sentence(&within)))
}

/// What is asked, and how the answer is bounded.
struct Form<'a> {
    schema: &'a str,
    tokens: usize,
    question: &'a dyn Fn(&[&str]) -> String,
}

/// A part of a page that is looked at in one go.
struct Part<'a> {
    picture: std::borrow::Cow<'a, Picture>,
    bounds: PixelBox,
    tile_budget: Option<usize>,
    lines: Vec<&'a str>,
}

/// The parts of a page, as the model wants it cut; lines belong where their middle lies.
fn parts<'a>(model: &dyn VisionLanguageModel, page: Page<'a>) -> Vec<Part<'a>> {
    let boxes: Vec<PixelBox> = page.reading.lines.iter().map(|line| line.bounds).collect();
    let (width, height) = (page.picture.width, page.picture.height);
    let viewports = model.viewports(width, height, &boxes);
    let part = |viewport: Viewport| {
        let whole = viewport.bounds == PixelBox::new(0, 0, width, height);
        let picture = if whole {
            std::borrow::Cow::Borrowed(page.picture)
        } else {
            std::borrow::Cow::Owned(page.picture.cropped(viewport.bounds))
        };
        let inside = page.reading.lines.iter().filter(|line| holds(&viewport.bounds, &line.bounds));
        let lines = inside.map(|line| line.text.as_str()).collect();
        Part { picture, bounds: viewport.bounds, tile_budget: viewport.tile_budget, lines }
    };
    viewports.into_iter().map(part).filter(|part| !part.lines.is_empty()).collect()
}

fn holds(part: &PixelBox, line: &PixelBox) -> bool {
    let (x, y) = line.center();
    x >= part.x as f32 && x < part.right() as f32 && y >= part.y as f32 && y < part.bottom() as f32
}

impl Part<'_> {
    /// The lines of this part, in pixels of the whole page.
    fn reading(&self, reading: &Reading) -> Reading {
        let lines = reading.lines.iter().filter(|line| holds(&self.bounds, &line.bounds)).cloned().collect();
        Reading { lines, reader: reading.reader.clone(), ..*reading }
    }

    /// One answer, or several where the lines are more than the model reads at once.
    fn answers(
        &self,
        model: &dyn VisionLanguageModel,
        form: &Form<'_>,
        steps: &mut Steps<'_>,
    ) -> Result<Vec<PictureAnswer>, Failure> {
        let mut waiting = vec![self.lines.as_slice()];
        let mut answers = Vec::new();
        while let Some(lines) = waiting.pop() {
            let question = PictureQuestion {
                picture: &self.picture,
                text: &(form.question)(lines),
                form: AnswerForm::OnPage { schema: form.schema, lines },
                most_tokens: form.tokens,
                tile_budget: self.tile_budget,
            };
            match model.answer(&question, &mut |step: AnswerStep| steps(step)) {
                Ok(answer) if answer.end == AnswerEnd::Cancelled => return Err(stopped()),
                Ok(answer) => answers.push(answer),
                Err(AnswerError::TooLong { .. }) if lines.len() > 1 => {
                    let (first, second) = lines.split_at(lines.len() / 2);
                    waiting.extend([second, first]);
                }
                Err(error) => return Err(failed(&error)),
            }
        }
        Ok(answers)
    }
}

fn stopped() -> Failure {
    Failure::new("cancelled", "The model was stopped. What the text reader proposed stands unchanged.")
}

fn failed(error: &AnswerError) -> Failure {
    Failure::new(
        "model_failed",
        format!(
            "The model could not look at this page: {error}. What the text reader proposed stands unchanged; try \
             again, or choose another pack on the Models screen."
        ),
    )
}
