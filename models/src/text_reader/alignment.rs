//! Forced alignment: how well a given text stands on a line, against what the recogniser would read there freely.
//!
//! Viterbi over the CTC states of the text, with free ends: what stands before and behind it is followed at the cost
//! of the best class of each step (`log p(text) − log p(greedy)` over the same steps; Graves et al., "Connectionist
//! Temporal Classification", 2006, for the states). Invariant: no score is above zero; a text that begins or ends
//! with a letter or digit is not found inside a longer word or number. Must not: read, or know what a text means.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use super::recogniser::Logits;

/// Where a text stands best.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placement {
    /// For each character the natural logarithm of its likelihood, less that of the best class of the same steps.
    pub(super) characters: Vec<f32>,
    /// First and one past the last step of each character.
    places: Vec<Range<usize>>,
}

impl Placement {
    /// First and one past the last step of the text.
    pub(super) fn steps(&self) -> Range<usize> {
        let start = self.places.first().map_or(0, |place| place.start);
        start..self.places.last().map_or(start, |place| place.end)
    }

    fn score(&self) -> f32 {
        self.characters.iter().sum()
    }
}

/// The best place of a text on the steps of a line; `None` for a text that the charset cannot write, that is empty,
/// or that has more characters than there are steps.
pub(super) fn place(logits: &Logits, charset: &[String], text: &str) -> Option<Placement> {
    let labels = labels(charset, text)?;
    let (first, last) = (text.trim().chars().next()?, text.trim().chars().next_back()?);
    let steps = Steps::new(logits);
    let before = Edge::of(charset, first);
    let mut best = viterbi(&steps, &labels, &before, &Edge::of(charset, last));
    if last.is_ascii_digit() {
        // Behind a number a full stop or comma ends a sentence or goes on with decimals; a blank tells which.
        let blank = Edge { classes: Some(charset.iter().map(|text| text == " ").collect()) };
        for mark in [".", ","] {
            let Some(class) = charset.iter().position(|text| text == mark) else { continue };
            let longer: Vec<usize> = labels.iter().copied().chain([class]).collect();
            if let Some(mut found) = viterbi(&steps, &longer, &before, &blank) {
                let extra = found.characters.pop().unwrap_or(0.0);
                found.places.pop();
                if let Some(last) = found.characters.last_mut() {
                    *last += extra;
                }
                if best.as_ref().is_none_or(|best| found.score() > best.score()) {
                    best = Some(found);
                }
            }
        }
    }
    best
}

/// Classes of a text's characters, blanks collapsed; look-alikes outside the charset by their compatibility form.
fn labels(charset: &[String], text: &str) -> Option<Vec<usize>> {
    let class = |character: char| {
        charset.iter().skip(1).position(|text| text.chars().eq([character])).map(|index| index + 1)
    };
    let mut labels = Vec::new();
    for (index, word) in text.split_whitespace().enumerate() {
        if index > 0 {
            labels.push(class(' ')?);
        }
        for character in word.chars() {
            match class(character) {
                Some(class) => labels.push(class),
                None => {
                    for part in std::iter::once(character).nfkc() {
                        labels.push(class(part)?);
                    }
                }
            }
        }
    }
    Some(labels).filter(|labels| !labels.is_empty())
}

/// Log-probabilities of each step, less that of its best class.
struct Steps<'a> {
    logits: &'a Logits,
    best: Vec<f32>,
}

impl<'a> Steps<'a> {
    fn new(logits: &'a Logits) -> Self {
        let rows = logits.values.chunks_exact(logits.classes);
        let best = rows.map(|values| values.iter().copied().fold(f32::NEG_INFINITY, f32::max)).collect();
        Self { logits, best }
    }

    fn row(&self, step: usize) -> &[f32] {
        &self.logits.values[step * self.logits.classes..][..self.logits.classes]
    }
}

/// What may stand beside an end of the text.
struct Edge {
    /// Which classes; `None` for anything.
    classes: Option<Vec<bool>>,
}

impl Edge {
    fn of(charset: &[String], end: char) -> Self {
        if !end.is_alphanumeric() {
            return Self { classes: None };
        }
        let goes_on = |character: char| {
            character.is_alphanumeric() || end.is_numeric() && matches!(character, '.' | ',' | '%')
        };
        let parts = |text: &String| text.chars().next().is_some_and(|character| !goes_on(character));
        Self { classes: Some(charset.iter().map(parts).collect()) }
    }

    /// The best of the classes at a step, less the best of all; zero where anything may stand.
    fn cost(&self, values: &[f32], best: f32) -> f32 {
        let Some(classes) = &self.classes else { return 0.0 };
        let allowed = values.iter().zip(classes).filter(|(_, allowed)| **allowed);
        allowed.map(|(value, _)| *value).fold(f32::NEG_INFINITY, f32::max) - best
    }
}

/// States: 0 anything before, 1 the edge, then blank, character, blank, …, character, blank, then the edge behind and
/// anything behind.
fn viterbi(steps: &Steps<'_>, labels: &[usize], before: &Edge, behind: &Edge) -> Option<Placement> {
    let count = steps.best.len();
    if count < labels.len() {
        return None;
    }
    let (first, last) = (3, 2 * labels.len() + 1);
    let states = last + 4;
    let class = |state: usize| if state % 2 == 1 { labels[(state - first) / 2] } else { 0 };
    let cost = |step: usize, state: usize| {
        let (values, best) = (steps.row(step), steps.best[step]);
        match state {
            0 => 0.0,
            1 => before.cost(values, best),
            state if state == last + 2 => behind.cost(values, best),
            state if state == last + 3 => 0.0,
            state => values[class(state)] - best,
        }
    };
    let mut scores = vec![f32::NEG_INFINITY; states];
    for (state, score) in scores.iter_mut().enumerate().take(first + 1) {
        *score = cost(0, state);
    }
    // How many states back the best way to each state came from.
    let mut moves = vec![0u8; count * states];
    let mut next = scores.clone();
    for step in 1..count {
        let edges = (cost(step, 1), cost(step, last + 2));
        for state in 0..states {
            // The last character may be followed by the edge at once, without a blank.
            let skips = match state {
                0..=2 => false,
                state if state == last + 3 => false,
                state if state == first || state == last + 2 => true,
                state => state % 2 == 1 && class(state) != class(state - 2),
            };
            let (mut best, mut back) = (scores[state], 0);
            for distance in 1..=if skips { 2 } else { 1 } {
                if state >= distance && scores[state - distance] > best {
                    (best, back) = (scores[state - distance], distance as u8);
                }
            }
            next[state] = best
                + match state {
                    1 => edges.0,
                    state if state == last + 2 => edges.1,
                    state => cost(step, state),
                };
            moves[step * states + state] = back;
        }
        std::mem::swap(&mut scores, &mut next);
    }
    let mut state = (last..states).max_by(|a, b| scores[*a].total_cmp(&scores[*b]))?;
    if !scores[state].is_finite() {
        return None;
    }
    let mut characters = vec![0.0; labels.len()];
    let mut places = vec![count..0; labels.len()];
    for step in (0..count).rev() {
        // What a blank or an edge costs counts for the character beside it.
        let character = (state.max(first) - first).div_ceil(2).min(labels.len() - 1);
        characters[character] += cost(step, state);
        if (first..=last).contains(&state) && state % 2 == 1 {
            let place = &mut places[(state - first) / 2];
            *place = step..place.end.max(step + 1);
        }
        state -= usize::from(moves[step * states + state]);
    }
    Some(Placement { characters, places })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn charset() -> Vec<String> {
        ["", " ", "$", "9", "1", ".", "0", "a", "b", "o"].map(str::to_owned).to_vec()
    }

    /// Steps that are sure of a text, two each, with a blank between; `doubts` names a second class of the same step.
    fn steps(text: &str, doubts: &[(usize, char)]) -> Logits {
        let charset = charset();
        let class =
            |character: char| charset.iter().position(|text| text.chars().eq([character])).expect("known");
        let mut values = Vec::new();
        for (index, character) in text.chars().enumerate() {
            for class in [class(character), class(character), 0] {
                let mut row = vec![0.0; charset.len()];
                row[class] = 10.0;
                values.extend(row);
            }
            for (_, other) in doubts.iter().filter(|(at, _)| *at == index) {
                let start = index * 3 * charset.len();
                values[start + class(*other)] = 9.0;
                values[start + charset.len() + class(*other)] = 9.0;
            }
        }
        Logits { values, classes: charset.len() }
    }

    fn score(logits: &Logits, text: &str) -> f32 {
        place(logits, &charset(), text).expect("it can be written").score()
    }

    #[test]
    fn what_was_read_costs_nothing_and_anything_else_does() {
        let read = steps("ab $99.", &[(1, 'o')]);
        assert!(score(&read, "ab $99.").abs() < 1e-6);
        assert!(score(&read, "$99").abs() < 1e-6);
        assert!(score(&read, "ab").abs() < 1e-6);
        let close = score(&read, "ao $99.");
        assert!((-3.0..-1.0).contains(&close), "{close}");
        assert!(score(&read, "a1 $99.") < -15.0);
        let placed = place(&read, &charset(), "$99").expect("it can be written");
        assert_eq!((placed.steps(), placed.characters.len()), (9..17, 3));
    }

    #[test]
    fn a_text_is_not_found_inside_a_longer_word_or_number() {
        let read = steps("ab $99.90", &[]);
        for text in ["a", "b", "$9", "$99", "9.90", "99"] {
            assert!(score(&read, text) < -5.0, "{text}");
        }
        assert!(score(&read, "$99.90").abs() < 1e-6);
    }

    #[test]
    fn what_cannot_be_written_or_is_too_long_has_no_place() {
        let read = steps("ab", &[]);
        assert_eq!(place(&read, &charset(), "ж"), None);
        assert_eq!(place(&read, &charset(), "  "), None);
        assert_eq!(place(&read, &charset(), "abababababab"), None);
        // The full-width form is the same letter.
        assert!(score(&steps("a b", &[]), "ａ  b").abs() < 1e-6);
    }
}
