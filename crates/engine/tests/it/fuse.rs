//! A scripted model that is right, wrong, repeats itself, invents or swaps columns, fused with what the rules propose.

use std::sync::atomic::{AtomicUsize, Ordering};

use domain::{
    AnswerEnd, AnswerError, AnswerForm, AnswerProgress, AnswerStep, Control, Extraction, Line, MatchLevel,
    Money, PageKind, Period, Picture, PictureAnswer, PictureQuestion, PixelBox, ProposedClaim, ProposedTool,
    Reading, Speaker, Status, Value, VisionLanguageModel, Word,
};
use engine::fuse::{self, MODEL_ALONE, PROPOSERS_DISAGREE};
use engine::look::{Look, Page, PageAnswer, Task, look};

const MODEL: &str = "a scripted model";
const RULES: &str = "rules 1";

/// Answers with one text; a question with more lines than it reads at once is too long for it.
struct Scripted {
    answer: String,
    most_lines: usize,
    asked: AtomicUsize,
}

impl Scripted {
    fn new(answer: &str) -> Self {
        Self { answer: answer.to_owned(), most_lines: usize::MAX, asked: AtomicUsize::new(0) }
    }
}

impl VisionLanguageModel for Scripted {
    fn name(&self) -> String {
        MODEL.to_owned()
    }

    fn device(&self) -> String {
        "script".to_owned()
    }

    fn answer(
        &self,
        question: &PictureQuestion<'_>,
        _progress: &mut dyn AnswerProgress,
    ) -> Result<PictureAnswer, AnswerError> {
        let AnswerForm::OnPage { lines, .. } = question.form else {
            return Err(AnswerError::Question("free answers are not asked for".to_owned()));
        };
        if lines.len() > self.most_lines {
            return Err(AnswerError::TooLong { tokens: lines.len(), most: self.most_lines });
        }
        self.asked.fetch_add(1, Ordering::Relaxed);
        Ok(PictureAnswer { text: self.answer.clone(), tokens: vec![1], end: AnswerEnd::Complete })
    }
}

fn line(text: &str, x: u32, y: u32, height: u32) -> Line {
    let step = height / 2;
    let mut at = x;
    let words: Vec<Word> = text
        .split(' ')
        .map(|word| {
            let width = word.chars().count() as u32 * step;
            let bounds = PixelBox::new(at, y, width, height);
            at += width + step;
            Word { text: word.to_owned(), bounds, confidence: 0.98 }
        })
        .collect();
    let bounds = PixelBox::hull(words.iter().map(|word| &word.bounds)).expect("a word");
    Line {
        text: text.to_owned(),
        bounds,
        confidence: 0.98,
        characters: vec![0.98; text.chars().count()],
        words,
        font_height: height as f32,
        foreground: [20; 3],
        background: [250; 3],
        lettering: None,
    }
}

/// Two tools in two columns.
fn page() -> Reading {
    let column = |x: u32, texts: [&str; 4]| {
        [
            line(texts[0], x, 40, 40),
            line(texts[1], x, 100, 20),
            line(texts[2], x, 160, 20),
            line(texts[3], x, 200, 20),
        ]
    };
    let mut lines = Vec::from(column(60, ["Acme", "Notes for teams", "$10 per month", "Works offline"]));
    lines.extend(column(660, ["Bolt", "Docs without waiting", "$24 per month", "Syncs with Git"]));
    Reading { reader: "hand".to_owned(), width: 1280, height: 400, lines }
}

fn claim(property: &str, line: &Line) -> ProposedClaim {
    let dollars = line
        .text
        .strip_prefix('$')
        .and_then(|rest| rest.split(' ').next())
        .and_then(|text| text.parse().ok());
    let value = match (property, dollars) {
        ("price", Some(amount)) => Value::Money(Money {
            amount: Some(amount),
            currency: Some("USD".to_owned()),
            period: Some(Period::Month),
            plan: None,
            per_seat: false,
            qualifier: None,
        }),
        _ => Value::text(&line.text),
    };
    ProposedClaim {
        property: property.to_owned(),
        value,
        raw_text: line.text.clone(),
        speaker: Speaker::Site,
        confidence: 0.9,
        status: Status::Verified,
        reasons: Vec::new(),
        evidence: vec![domain::EvidenceLine { text: line.text.clone(), bounds: line.bounds }],
        matched: MatchLevel::Exact,
        opinions: Vec::new(),
    }
}

/// What the rules propose for [`page`], all of it right.
fn rules() -> Extraction {
    let reading = page();
    let tool = |lines: &[Line]| ProposedTool {
        claims: ["name", "tagline", "price", "feature"]
            .iter()
            .zip(lines)
            .map(|(property, line)| claim(property, line))
            .collect(),
    };
    let tools = vec![tool(&reading.lines[..4]), tool(&reading.lines[4..])];
    Extraction { proposed_by: RULES.to_owned(), page_kind: PageKind::Comparison, tools }
}

fn run(model: &Scripted, task: &Task) -> Look {
    let reading = page();
    let pixels = vec![255; reading.width as usize * reading.height as usize * 3];
    let picture = Picture { width: reading.width, height: reading.height, pixels };
    let page = Page { picture: &picture, reading: &reading, kind: PageKind::Comparison };
    look(model, page, task, &mut |_: AnswerStep| Control::Continue).expect("an answer")
}

fn proposed(answer: &str) -> Extraction {
    match run(&Scripted::new(answer), &Task::Propose) {
        Look::Proposed { extraction } => extraction,
        other => panic!("{other:?}"),
    }
}

fn fused(answer: &str) -> Extraction {
    fuse::extractions(rules(), &proposed(answer))
}

fn find<'a>(extraction: &'a Extraction, tool: usize, property: &'a str) -> Vec<&'a ProposedClaim> {
    extraction.tools[tool].all(property).collect()
}

fn tool(name: &str, tagline: &str, price: &str, statement: &str) -> String {
    format!(
        r#"{{"name":"{name}","category":null,"tagline":"{tagline}","prices":[{{"plan":null,"price":"{price}"}}],"statements":[{{"kind":"feature","text":"{statement}"}}]}}"#
    )
}

fn answer(tools: &[String]) -> String {
    format!(r#"{{"tools":[{}]}}"#, tools.join(","))
}

fn right() -> String {
    answer(&[
        tool("Acme", "Notes for teams", "$10 per month", "Works offline"),
        tool("Bolt", "Docs without waiting", "$24 per month", "Syncs with Git"),
    ])
}

#[test]
fn a_model_that_is_right_raises_confidence_and_adds_nothing() {
    let fused = fused(&right());
    assert_eq!(fused.tools.len(), 2);
    for (tool, before) in fused.tools.iter().zip(&rules().tools) {
        assert_eq!(tool.claims.len(), before.claims.len());
        for (claim, before) in tool.claims.iter().zip(&before.claims) {
            assert!(claim.confidence > before.confidence && claim.confidence < 1.0, "{claim:?}");
            assert_eq!((claim.status, &claim.value), (Status::Verified, &before.value));
            assert_eq!(claim.proposers(RULES), [RULES, MODEL]);
        }
    }
    assert_eq!(fused.proposed_by, "rules 1 and a scripted model");
}

#[test]
fn part_of_a_text_at_the_same_place_is_agreement() {
    let fused = fused(&answer(&[tool("Acme", "for teams", "$10", "offline")]));
    for property in ["tagline", "price", "feature"] {
        let claims = find(&fused, 0, property);
        assert_eq!(claims.len(), 1, "{property}");
        assert_eq!(claims[0].proposers(RULES), [RULES, MODEL], "{property}");
    }
}

#[test]
fn a_model_that_is_wrong_lowers_to_review_and_both_readings_are_shown() {
    let fused = fused(&answer(&[tool("Acme", "Works offline", "$10 per month", "Works offline")]));
    let taglines = find(&fused, 0, "tagline");
    assert_eq!(taglines.len(), 2, "both are there");
    for (claim, other) in [(taglines[0], "Works offline"), (taglines[1], "Notes for teams")] {
        assert_eq!(claim.status, Status::NeedsReview);
        assert!(claim.reasons.iter().any(|reason| reason == PROPOSERS_DISAGREE));
        let instead =
            claim.opinions.iter().find_map(|opinion| opinion.instead.as_ref()).expect("the other reading");
        assert_eq!(instead.text, other);
        assert!(!instead.evidence.is_empty(), "with its place");
    }
    assert_eq!((taglines[0].proposers(RULES), taglines[1].proposers(RULES)), (vec![RULES], vec![MODEL]));
    // The rest of the page is not drawn in.
    assert_eq!(find(&fused, 1, "tagline")[0].status, Status::Verified);
}

#[test]
fn another_kind_of_the_same_words_is_a_dispute_without_a_second_proposal() {
    let said = right().replacen("feature", "limitation", 1);
    let fused = fused(&said);
    assert!(find(&fused, 0, "limitation").is_empty());
    let feature = find(&fused, 0, "feature")[0];
    assert_eq!(feature.status, Status::NeedsReview);
    let instead =
        feature.opinions.iter().find_map(|opinion| opinion.instead.as_ref()).expect("the other kind");
    assert_eq!(instead.property.as_deref(), Some("limitation"));
}

#[test]
fn a_model_that_repeats_itself_has_said_it_once() {
    let acme = tool("Acme", "Notes for teams", "$10 per month", "Syncs with Git");
    let once = fused(&answer(std::slice::from_ref(&acme)));
    let many = fused(&answer(&[acme.clone(), acme.clone(), acme]));
    assert_eq!(once, many);
    let again = fuse::extractions(
        once.clone(),
        &proposed(&answer(&[tool("Acme", "Notes for teams", "$10", "offline")])),
    );
    let confidences = |extraction: &Extraction| {
        extraction
            .tools
            .iter()
            .flat_map(|tool| &tool.claims)
            .map(|claim| claim.confidence)
            .collect::<Vec<_>>()
    };
    assert_eq!(confidences(&again)[..3], confidences(&once)[..3], "agreeing again raises nothing");
}

#[test]
fn several_kinds_for_the_same_words_are_one_statement_of_the_only_tool() {
    let mut first = rules();
    first.tools.truncate(1);
    let statements: Vec<String> = ["pricing", "limitation", "adoption"]
        .iter()
        .map(|kind| format!(r#"{{"kind":"{kind}","text":"Syncs with Git"}}"#))
        .collect();
    let said = format!(
        r#"{{"tools":[{{"name":null,"statements":[{0}]}},{{"name":null,"statements":[{0}]}}]}}"#,
        statements.join(",")
    );
    let fused = fuse::extractions(first, &proposed(&said));
    assert_eq!(fused.tools.len(), 1, "nameless tools of a page of one tool are that one");
    let added: Vec<&str> = fused.tools[0].claims[4..].iter().map(|claim| claim.property.as_str()).collect();
    assert_eq!(added, ["pricing"]);
}

#[test]
fn what_a_model_invents_is_not_found_and_disputes_nothing() {
    let said = answer(&[tool("Acme", "The best notes ever", "$5 per month", "Runs on Mars")]);
    let fused = fused(&said);
    let before = rules();
    for (place, claim) in before.tools[0].claims.iter().enumerate() {
        assert_eq!(fused.tools[0].claims[place].status, claim.status, "{claim:?}");
    }
    let invented: Vec<&ProposedClaim> =
        fused.tools[0].claims[before.tools[0].claims.len()..].iter().collect();
    assert_eq!(invented.len(), 3);
    for claim in invented {
        assert_eq!((claim.status, claim.matched), (Status::NotFound, MatchLevel::None), "{claim:?}");
        assert!(claim.evidence.is_empty() && claim.confidence < 0.1);
    }
}

#[test]
fn swapped_columns_are_seen_on_both_sides() {
    let fused = fused(&answer(&[
        tool("Acme", "Notes for teams", "$24 per month", "Works offline"),
        tool("Bolt", "Docs without waiting", "$10 per month", "Syncs with Git"),
    ]));
    for (tool, (own, other)) in [("Acme", "Bolt"), ("Bolt", "Acme")].into_iter().enumerate() {
        let prices = find(&fused, tool, "price");
        assert_eq!(prices.len(), 2, "{own}");
        assert!(prices.iter().all(|price| price.status == Status::NeedsReview), "{own}");
        for price in prices {
            let instead =
                price.opinions.iter().find_map(|opinion| opinion.instead.as_ref()).expect("the other column");
            assert_eq!(instead.tool.as_deref(), Some(other), "{own}");
        }
    }
}

#[test]
fn what_only_the_model_sees_waits_for_a_person() {
    let mut first = rules();
    first.tools.truncate(1);
    let fused = fuse::extractions(first, &proposed(&right()));
    assert_eq!(fused.tools.len(), 2, "the second tool is new");
    for claim in &fused.tools[1].claims {
        assert_eq!(claim.status, Status::NeedsReview, "{claim:?}");
        assert_eq!(claim.reasons, [MODEL_ALONE]);
        assert_eq!(claim.proposers(RULES), [MODEL]);
        assert!(!claim.evidence.is_empty());
    }
}

#[test]
fn an_answer_that_was_cut_gives_what_was_complete() {
    let whole = right();
    let cut = &whole[..whole.find("Syncs").expect("the last statement")];
    let extraction = proposed(cut);
    assert_eq!(extraction.tools.len(), 2);
    assert!(extraction.tools[1].first("feature").is_none());
    assert!(proposed("no JSON at all").tools.is_empty());
}

#[test]
fn a_page_that_is_too_long_for_the_model_is_asked_in_parts() {
    let mut model = Scripted::new(&answer(&[tool("Acme", "Notes for teams", "$10", "Works offline")]));
    model.most_lines = 3;
    let Look::Proposed { extraction } = run(&model, &Task::Propose) else { panic!("proposals") };
    assert_eq!(model.asked.load(Ordering::Relaxed), 4, "eight lines, no more than three at once, halved");
    assert!(!extraction.tools.is_empty());
    model.most_lines = 0;
    let reading = page();
    let picture = Picture { width: 1280, height: 400, pixels: vec![0; 1280 * 400 * 3] };
    let page = Page { picture: &picture, reading: &reading, kind: PageKind::Unknown };
    let failed = look(&model, page, &Task::Propose, &mut |_: AnswerStep| Control::Continue);
    assert_eq!(failed.expect_err("not one line fits").code, "model_failed");
}

fn asked(answer: &str) -> PageAnswer {
    match run(&Scripted::new(answer), &Task::Ask { question: "How much is Bolt?".to_owned() }) {
        Look::Answered { answer } => answer,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_question_is_answered_with_words_of_the_page_or_not_at_all() {
    let answer = asked(r#"{"answer":"$24 per"}"#);
    assert_eq!(answer.text.as_deref(), Some("$24 per"));
    assert_eq!(answer.evidence[0].bounds, PixelBox::new(660, 160, 70, 20), "the two words, not the line");
    for nothing in [r#"{"answer":null}"#, r#"{"answer":"$25 per"}"#, r#"{"answer":""}"#, "", "{"] {
        assert_eq!(asked(nothing), PageAnswer::default(), "{nothing}");
    }
}

#[test]
fn a_description_holds_words_of_the_page_only() {
    let described = |answer: &str| match run(&Scripted::new(answer), &Task::Describe) {
        Look::Described { text } => text,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        described(r#"{"kind":"comparison page","heading":"Acme","texts":["Bolt","Bolt","A sunset"]}"#),
        "Screenshot of a comparison page with the heading “Acme”. It shows “Bolt”."
    );
    assert_eq!(described("nonsense"), "Screenshot of a comparison page with the heading “Acme”.");
}
