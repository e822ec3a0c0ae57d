//! From logits to characters: the best class of each step, repeats merged, with the runners-up kept.
//!
//! Invariant: the greedy text is the one that training measures. Must not: correct a text by a dictionary.

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

/// The greedy reading of one crop.
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
    let sum = exponential_sum(values, values[best]);
    let mut order: Vec<usize> = (0..values.len()).filter(|index| *index != best).collect();
    let by_value =
        |left: &usize, right: &usize| values[*right].total_cmp(&values[*left]).then(left.cmp(right));
    if order.len() > ALTERNATIVES {
        order.select_nth_unstable_by(ALTERNATIVES, by_value);
        order.truncate(ALTERNATIVES);
    }
    order.sort_unstable_by(by_value);
    order.into_iter().map(|index| (index, (values[index] - values[best]).exp() / sum)).collect()
}
