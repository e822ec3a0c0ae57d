//! Attention of a few query rows over many keys, as one token of an answer needs it: keys and values are read once, in
//! the order in which they lie in memory.
//!
//! Invariant: a row's result depends on that row and the keys and values it sees. Must not: be used for many rows, where
//! blocked products do less.

use rayon::prelude::*;

use super::attention::{Heads, Rows};
use super::exponential::softmax_numerators;
use super::few_rows::product;

/// Columns of a value that are summed up together: a few registers of any width.
const COLUMNS: usize = 32;

/// Shapes as in [`super::attend`]; `output` is `[rows, heads · width]`.
pub(super) fn attend_few(
    queries: &Rows<'_>,
    keys: &Rows<'_>,
    values: &Rows<'_>,
    heads: Heads,
    output: &mut [f32],
) {
    let width = heads.width;
    let together = heads.queries / heads.keys;
    let scale = 1.0 / (width as f32).sqrt();
    let one_head = |key_head: usize| {
        let (keys_of_head, values_of_head) = (keys.head(0, key_head, width), values.head(0, key_head, width));
        let mut results = vec![0.0f32; queries.count * together * width];
        let mut scores = Vec::with_capacity(keys.count);
        for (index, result) in results.chunks_exact_mut(width).enumerate() {
            let (row, head) = (index / together, key_head * together + index % together);
            let query = &queries.head(row, head, width).values[..width];
            let seen = heads.first.map_or(keys.count, |first| first + row + 1);
            let seen_keys = keys_of_head.values.chunks(keys_of_head.row_stride).take(seen);
            scores.clear();
            scores.extend(seen_keys.map(|key| product(query, &key[..width])));
            let sum = softmax_numerators(&mut scores, scale);
            for (part, result) in result.chunks_mut(COLUMNS).enumerate() {
                let columns = &values_of_head.values[part * COLUMNS..];
                weighted_sum(&scores, columns, values_of_head.row_stride, result);
            }
            for value in result {
                *value /= sum;
            }
        }
        results
    };
    let results: Vec<Vec<f32>> = (0..heads.keys).into_par_iter().map(one_head).collect();
    for (row, output) in output.chunks_exact_mut(heads.queries * width).enumerate() {
        for (results, output) in results.iter().zip(output.chunks_exact_mut(together * width)) {
            output.copy_from_slice(&results[row * together * width..][..together * width]);
        }
    }
}

/// The sum of rows of values, `pitch` apart, each times its weight, over the first columns, as many as `result` has.
// Apart from its caller, so that compilers keep the sums in registers.
#[inline(never)]
fn weighted_sum(weights: &[f32], values: &[f32], pitch: usize, result: &mut [f32]) {
    let mut sums = [0.0f32; COLUMNS];
    for (weight, row) in weights.iter().zip(values.chunks(pitch)) {
        if let Some(row) = row.first_chunk::<COLUMNS>() {
            for column in 0..COLUMNS {
                sums[column] = weight.mul_add(row[column], sums[column]);
            }
        } else {
            for (sum, value) in sums.iter_mut().zip(row) {
                *sum = weight.mul_add(*value, *sum);
            }
        }
    }
    result.copy_from_slice(&sums[..result.len()]);
}
