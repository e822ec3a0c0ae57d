//! From logits to characters, by prefix beam search where the network hesitates, with the runners-up kept.
//!
//! Invariant: the text follows from the logits alone. Must not: correct a text by a dictionary.

use std::collections::HashMap;

use super::recogniser::Logits;

/// Runners-up kept for each character.
pub(super) const ALTERNATIVES: usize = 3;

/// One character as it was read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Character {
    pub(super) class: usize,
    /// The step at which it was most certain.
    pub(super) step: usize,
    /// First and one past the last step at which it was the best class.
    pub(super) steps: std::ops::Range<usize>,
    /// 0 to 1.
    pub(super) probability: f32,
    /// Other classes at that step with their probabilities, best first; class 0 is "no character".
    pub(super) alternatives: Vec<(usize, f32)>,
}

/// Prefixes followed at the same time.
const BEAMS: usize = 8;
/// Classes less likely than this are not followed.
const LEAST_PROBABILITY: f32 = 0.003;

/// The likeliest text of one crop, summed over all ways to place its characters; where the network is sure at every
/// step, that is the best class of each step.
pub(super) fn read(logits: &Logits) -> Vec<Character> {
    let steps: Vec<Step> = logits.values.chunks_exact(logits.classes).map(Step::new).collect();
    if steps.iter().all(|step| step.candidates.len() == 1) {
        return greedy(logits);
    }
    align(logits, &steps, &best_prefix(&steps))
}

/// Likely classes of one step.
struct Step {
    /// Class and probability, by class.
    candidates: Vec<(usize, f32)>,
    level: f32,
    sum: f32,
}

impl Step {
    fn new(values: &[f32]) -> Self {
        let best = arg_max(values);
        let level = values[best];
        // A class this far below the best one cannot reach the least probability.
        let floor = level + LEAST_PROBABILITY.ln();
        let sum = exponential_sum(values, level);
        let mut candidates: Vec<(usize, f32)> = values
            .iter()
            .enumerate()
            .filter(|(_, value)| **value >= floor)
            .map(|(class, value)| (class, (value - level).exp() / sum))
            .filter(|(class, probability)| *class == best || *probability >= LEAST_PROBABILITY)
            .collect();
        if candidates.is_empty() {
            candidates.push((best, 1.0 / sum));
        }
        Self { candidates, level, sum }
    }
}

/// A prefix of the text: probabilities of having ended in a blank and in its last class.
struct Beam {
    /// Index of its last character in the tree of prefixes; 0 is the empty prefix.
    node: usize,
    blank: f64,
    letter: f64,
}

/// Prefix beam search. Prefixes are nodes of a tree: parent and class.
fn best_prefix(steps: &[Step]) -> Vec<usize> {
    let mut tree: Vec<(usize, usize)> = vec![(0, 0)];
    let mut children: HashMap<(usize, usize), usize> = HashMap::new();
    let mut beams = vec![Beam { node: 0, blank: 1.0, letter: 0.0 }];
    for step in steps {
        let mut next: Vec<Beam> = Vec::with_capacity(beams.len() * 2);
        let mut add =
            |node: usize, blank: f64, letter: f64| match next.iter_mut().find(|beam| beam.node == node) {
                Some(beam) => {
                    beam.blank += blank;
                    beam.letter += letter;
                }
                None => next.push(Beam { node, blank, letter }),
            };
        for beam in &beams {
            let all = beam.blank + beam.letter;
            let last = tree[beam.node].1;
            for &(class, probability) in &step.candidates {
                let probability = f64::from(probability);
                if class == 0 {
                    add(beam.node, all * probability, 0.0);
                    continue;
                }
                let before = if class == last && beam.node != 0 {
                    add(beam.node, 0.0, beam.letter * probability);
                    beam.blank
                } else {
                    all
                };
                if before > 0.0 {
                    let child = *children.entry((beam.node, class)).or_insert_with(|| {
                        tree.push((beam.node, class));
                        tree.len() - 1
                    });
                    add(child, 0.0, before * probability);
                }
            }
        }
        next.sort_by(|a, b| (b.blank + b.letter).total_cmp(&(a.blank + a.letter)).then(a.node.cmp(&b.node)));
        next.truncate(BEAMS);
        // Scaled at each step, so that long lines do not run out of range.
        let most = next.first().map_or(1.0, |beam| beam.blank + beam.letter).max(f64::MIN_POSITIVE);
        for beam in &mut next {
            beam.blank /= most;
            beam.letter /= most;
        }
        beams = next;
    }
    let mut classes = Vec::new();
    let mut node = beams.first().map_or(0, |beam| beam.node);
    while node != 0 {
        classes.push(tree[node].1);
        node = tree[node].0;
    }
    classes.reverse();
    classes
}

/// The likeliest placement of a text's characters on the steps.
fn align(logits: &Logits, steps: &[Step], classes: &[usize]) -> Vec<Character> {
    if classes.is_empty() || steps.is_empty() {
        return Vec::new();
    }
    // States: blank, first character, blank, second character, …, blank.
    let states = 2 * classes.len() + 1;
    let class_of = |state: usize| if state % 2 == 1 { classes[state / 2] } else { 0 };
    let log = |step: usize, class: usize| {
        logits.values[step * logits.classes + class] - steps[step].level - steps[step].sum.ln()
    };
    let mut scores = vec![f32::NEG_INFINITY; states];
    scores[0] = log(0, 0);
    scores[1] = log(0, classes[0]);
    // How many states back the best way to each state came from.
    let mut moves = vec![0u8; steps.len() * states];
    for step in 1..steps.len() {
        let previous = scores.clone();
        for state in 0..states {
            let (mut best, mut back) = (previous[state], 0);
            if state >= 1 && previous[state - 1] > best {
                (best, back) = (previous[state - 1], 1);
            }
            let skips = state >= 2 && state % 2 == 1 && class_of(state) != class_of(state - 2);
            if skips && previous[state - 2] > best {
                (best, back) = (previous[state - 2], 2);
            }
            scores[state] = best + log(step, class_of(state));
            moves[step * states + state] = back;
        }
    }
    let mut state = if scores[states - 1] >= scores[states - 2] { states - 1 } else { states - 2 };
    let mut places = vec![(usize::MAX, 0); classes.len()];
    for step in (0..steps.len()).rev() {
        if state % 2 == 1 {
            let (start, end) = &mut places[state / 2];
            *start = step;
            *end = (*end).max(step + 1);
        }
        state -= usize::from(moves[step * states + state]);
    }
    let character = |(class, (start, end)): (&usize, (usize, usize))| {
        let best = (start..end).max_by(|a, b| log(*a, *class).total_cmp(&log(*b, *class)))?;
        let values = &logits.values[best * logits.classes..][..logits.classes];
        Some(Character {
            class: *class,
            step: best,
            steps: start..end,
            probability: log(best, *class).exp(),
            alternatives: runners_up(values, *class),
        })
    };
    classes.iter().zip(places).filter_map(character).collect()
}

/// The best class of each step, repeats merged.
pub(super) fn greedy(logits: &Logits) -> Vec<Character> {
    let mut characters: Vec<Character> = Vec::new();
    let mut previous = 0;
    for (step, values) in logits.values.chunks_exact(logits.classes).enumerate() {
        let best = arg_max(values);
        if best != 0 {
            let probability = 1.0 / exponential_sum(values, values[best]);
            match characters.last_mut() {
                Some(last) if previous == best => {
                    last.steps.end = step + 1;
                    if probability > last.probability {
                        last.step = step;
                        last.probability = probability;
                    }
                }
                _ => characters.push(Character {
                    class: best,
                    step,
                    steps: step..step + 1,
                    probability,
                    alternatives: Vec::new(),
                }),
            }
        }
        previous = best;
    }
    for character in &mut characters {
        let values = &logits.values[character.step * logits.classes..][..logits.classes];
        character.alternatives = runners_up(values, character.class);
    }
    characters
}

fn arg_max(values: &[f32]) -> usize {
    let mut best = 0;
    for (index, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = index;
        }
    }
    best
}

/// `Σ exp(value − level)`.
fn exponential_sum(values: &[f32], level: f32) -> f32 {
    values.iter().map(|value| (value - level).exp()).sum()
}

fn runners_up(values: &[f32], best: usize) -> Vec<(usize, f32)> {
    let level = values[arg_max(values)];
    let sum = exponential_sum(values, level);
    let mut order: Vec<usize> = (0..values.len()).filter(|index| *index != best).collect();
    let by_value =
        |left: &usize, right: &usize| values[*right].total_cmp(&values[*left]).then(left.cmp(right));
    if order.len() > ALTERNATIVES {
        order.select_nth_unstable_by(ALTERNATIVES, by_value);
        order.truncate(ALTERNATIVES);
    }
    order.sort_unstable_by(by_value);
    order.into_iter().map(|index| (index, (values[index] - level).exp() / sum)).collect()
}
