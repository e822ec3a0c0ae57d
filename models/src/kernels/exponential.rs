//! The exponential function and what is made of it, in a form that the compiler turns into vector instructions.
//!
//! Invariant: relative error of [`exponential`] below 3e-7 between -87 and 88, 0 below; no tables, no branches, so that
//! a slice is worked on eight or more values at a time. Must not: know shapes.

/// e to the power of `x`.
#[inline(always)]
pub(super) fn exponential(x: f32) -> f32 {
    // Cephes, expf: x = n · ln 2 + r, e^r by a polynomial of degree six, 2^n through the exponent's bits.
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    // Adding it rounds to a whole number, which the lowest bits then hold: a conversion to an integer, which would also
    // have to look for values out of range, keeps compilers from using vectors.
    const ROUNDER: f32 = 12_582_912.0;
    let bounded = x.clamp(-87.0, 88.0);
    let shifted = bounded.mul_add(std::f32::consts::LOG2_E, ROUNDER);
    let n = shifted - ROUNDER;
    let r = n.mul_add(-LN_2_LOW, n.mul_add(-LN_2_HIGH, bounded));
    let mut p = 1.987_569_1e-4f32;
    for coefficient in [1.398_2e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5] {
        p = p.mul_add(r, coefficient);
    }
    let p = p.mul_add(r * r, r + 1.0);
    let power = f32::from_bits(shifted.to_bits().wrapping_sub(ROUNDER.to_bits()).wrapping_add(127) << 23);
    if x < -87.0 { 0.0 } else { p * power }
}

/// `gelu_pytorch_tanh`: x · (1 + tanh(√(2/π) · (x + 0.044715 · x³))) / 2, written as x · σ(2 · …).
#[inline(always)]
pub(super) fn gelu(x: f32) -> f32 {
    const TWICE_ROOT: f32 = 1.595_769;
    let inner = TWICE_ROOT * x * (0.044_715 * x).mul_add(x, 1.0);
    x / (1.0 + exponential(-inner))
}

/// [`gelu`] of each value.
pub(super) fn gelu_all(values: &mut [f32]) {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx512f") {
        #[expect(unsafe_code, reason = "wider registers exist on some processors only")]
        // SAFETY: the processor has AVX-512, as was just found.
        unsafe {
            gelu_wide(values);
        }
        return;
    }
    gelu_each(values);
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "it must become part of a caller with wider registers")]
fn gelu_each(values: &mut [f32]) {
    for value in values {
        *value = gelu(*value);
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,fma")]
fn gelu_wide(values: &mut [f32]) {
    gelu_each(values);
}

/// `silu`: x · σ(x).
#[inline(always)]
#[expect(clippy::inline_always, reason = "it must become part of the caller's vector loop")]
pub(super) fn silu(x: f32) -> f32 {
    x / (1.0 + exponential(-x))
}

/// The largest value.
#[inline(always)]
#[expect(clippy::inline_always, reason = "as for `softmax_numerators`")]
pub(super) fn largest(values: &[f32]) -> f32 {
    let mut lanes = [f32::NEG_INFINITY; 16];
    let mut chunks = values.chunks_exact(16);
    for chunk in &mut chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane = if *value > *lane { *value } else { *lane };
        }
    }
    lanes.iter().chain(chunks.remainder()).fold(f32::NEG_INFINITY, |most, value| most.max(*value))
}

/// Replaces each value by e^(scale · (value − the largest)) and returns the sum, so that dividing by it gives the
/// softmax of the scaled values.
#[inline(always)]
#[expect(clippy::inline_always, reason = "it must become part of a caller with wider registers")]
pub(super) fn softmax_numerators(values: &mut [f32], scale: f32) -> f32 {
    let shift = largest(values) * scale;
    let mut lanes = [0.0f32; 16];
    let mut chunks = values.chunks_exact_mut(16);
    for chunk in &mut chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *value = exponential(value.mul_add(scale, -shift));
            *lane += *value;
        }
    }
    let mut sum: f32 = lanes.iter().sum();
    for value in chunks.into_remainder() {
        *value = exponential(value.mul_add(scale, -shift));
        sum += *value;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::{exponential, gelu, silu, softmax_numerators};

    #[test]
    fn the_exponential_is_exact_to_single_precision() {
        for step in -87_000..88_000 {
            let x = step as f32 / 1000.0;
            let exact = f64::from(x).exp();
            let error = (f64::from(exponential(x)) - exact).abs() / exact;
            assert!(error < 3e-7, "e^{x} is off by {error}");
        }
        assert!(exponential(-200.0) == 0.0 && exponential(f32::NEG_INFINITY) == 0.0);
        assert!(exponential(200.0).is_finite());
    }

    #[test]
    fn activations_follow_their_definitions() {
        for step in -3000..3000 {
            let x = f64::from(step) / 200.0;
            let inner = (2.0 / std::f64::consts::PI).sqrt() * (x + 0.044_715 * x.powi(3));
            let exact = 0.5 * x * (1.0 + inner.tanh());
            assert!((f64::from(gelu(x as f32)) - exact).abs() < 2e-6 * (1.0 + exact.abs()), "gelu({x})");
            let exact = x / (1.0 + (-x).exp());
            assert!((f64::from(silu(x as f32)) - exact).abs() < 2e-6 * (1.0 + exact.abs()), "silu({x})");
        }
    }

    #[test]
    fn softmax_sums_to_one_for_any_length_and_size_of_values() {
        for length in [1usize, 2, 15, 16, 17, 100] {
            for shift in [-1e4f32, 0.0, 1e4] {
                let mut values: Vec<f32> = (0..length).map(|index| shift + (index % 7) as f32).collect();
                let sum = softmax_numerators(&mut values, 0.5);
                let total: f32 = values.iter().map(|value| value / sum).sum();
                assert!((total - 1.0).abs() < 1e-5, "{length} values around {shift} sum to {total}");
            }
        }
    }
}
