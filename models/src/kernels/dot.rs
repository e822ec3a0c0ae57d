//! Sums of products of 8-bit integers, in blocks of 32 with a scale each, on the instructions that this processor has:
//! AVX-512 VNNI, AVX2, or what the compiler makes of plain loops.
//!
//! Invariant: all ways give the same bits, because sums within a block are whole numbers and blocks are added up in the
//! same order; every slice is checked before a pointer is read. Must not: pack, round or start threads.

/// Values that share a scale.
pub(super) const BLOCK: usize = 32;
/// Outputs whose weights lie together.
pub(super) const GROUP: usize = 16;
/// Four inputs of each output of a group.
const STEP_BYTES: usize = 4 * GROUP;
const STEPS: usize = BLOCK / 4;
/// Rows of activations worked on together, as many as leave the sums in registers.
const ROWS: usize = 6;
const ROWS_IN_TWO_PARTS: usize = 4;

/// The instructions to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Instructions {
    #[cfg(target_arch = "x86_64")]
    Avx512Vnni,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    Plain,
}

impl Instructions {
    /// All that this processor has, the fastest first.
    pub(super) fn available() -> Vec<Self> {
        let mut available = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512vnni")
            {
                available.push(Self::Avx512Vnni);
            }
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                available.push(Self::Avx2);
            }
        }
        available.push(Self::Plain);
        available
    }
}

/// One step of a group's weights: 16 outputs × 4 inputs, each value plus 128.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(super) struct Step(pub(super) [u8; STEP_BYTES]);

/// Weights of a matrix: steps `[group][block][8]`, scales `[group][block][16]` as the upper halves of f32.
#[derive(Clone, Copy)]
pub(super) struct Weights<'a> {
    pub(super) steps: &'a [Step],
    pub(super) scales: &'a [[u16; GROUP]],
    /// Blocks of a row.
    pub(super) blocks: usize,
}

/// Rows of activations: values `[row][block · 32]` of one or two parts (a value is part 0 + 128 · part 1), scales and
/// `-128 · sum of the values` `[row][block]`.
#[derive(Clone, Copy)]
pub(super) struct Activations<'a> {
    pub(super) parts: &'a [&'a [i8]],
    pub(super) scales: &'a [f32],
    pub(super) corrections: &'a [i32],
    pub(super) rows: usize,
}

/// Results of up to six rows and two groups.
pub(super) type Tile = [[f32; 2 * GROUP]; ROWS];

/// An empty tile.
pub(super) const TILE: Tile = [[0.0; 2 * GROUP]; ROWS];

impl Activations<'_> {
    /// How many of the rows from `row` on make the next tile.
    pub(super) fn rows_of_tile(&self, row: usize) -> usize {
        let together = if self.parts.len() > 1 { ROWS_IN_TWO_PARTS } else { ROWS };
        if self.rows - row >= together { together } else { 1 }
    }
}

/// The products of the activation rows from `row` on with the groups from `group` on, into the first `rows` rows (as
/// [`Activations::rows_of_tile`] says) and the first `groups` (1 or 2) of `tile`.
///
/// # Panics
/// When a slice is too short for the shape: a mistake of the calling kernel, never of the data.
pub(super) fn products(
    instructions: Instructions,
    weights: Weights<'_>,
    (group, groups): (usize, usize),
    activations: Activations<'_>,
    (row, rows): (usize, usize),
    tile: &mut Tile,
) {
    let blocks = weights.blocks;
    assert!((group + groups) * blocks * STEPS <= weights.steps.len(), "weights are too short");
    assert!((group + groups) * blocks <= weights.scales.len(), "scales of weights are too short");
    let [low, more @ ..] = activations.parts else { panic!("activations without values") };
    assert!(row + rows <= activations.rows && more.len() <= 1, "rows outside of the activations");
    let places = activations.rows * blocks;
    assert!(activations.parts.iter().all(|part| part.len() >= places * BLOCK), "activations are too short");
    assert!(
        activations.scales.len() >= places && activations.corrections.len() >= places,
        "scales are too short"
    );
    let high = more.first().copied();
    match instructions {
        #[cfg(target_arch = "x86_64")]
        Instructions::Avx512Vnni | Instructions::Avx2 => {
            let place = vector::Place::new(&weights, group, &activations, row, low, high);
            vector::products(instructions, &place, groups, rows, tile);
        }
        Instructions::Plain => {
            for (index, results) in tile.iter_mut().enumerate().take(rows) {
                for (out, group) in results.chunks_exact_mut(GROUP).zip(group..group + groups) {
                    plain(&weights, group, &activations, row + index, low, high, out);
                }
            }
        }
    }
}

fn plain(
    weights: &Weights<'_>,
    group: usize,
    activations: &Activations<'_>,
    row: usize,
    low: &[i8],
    high: Option<&[i8]>,
    out: &mut [f32],
) {
    out.fill(0.0);
    for block in 0..weights.blocks {
        let (from, place) = (row * weights.blocks + block, group * weights.blocks + block);
        let mut totals = [activations.corrections[from]; GROUP];
        for step in 0..STEPS {
            let at = from * BLOCK + 4 * step;
            let four: [i32; 4] = std::array::from_fn(|index| {
                i32::from(low[at + index]) + high.map_or(0, |high| 128 * i32::from(high[at + index]))
            });
            for (total, weights) in
                totals.iter_mut().zip(weights.steps[place * STEPS + step].0.chunks_exact(4))
            {
                for (weight, value) in weights.iter().zip(four) {
                    *total += i32::from(*weight) * value;
                }
            }
        }
        for ((out, total), scale) in out.iter_mut().zip(totals).zip(weights.scales[place]) {
            let scale = activations.scales[from] * f32::from_bits(u32::from(scale) << 16);
            *out = (total as f32).mul_add(scale, *out);
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[expect(unsafe_code, reason = "vector instructions read through pointers and exist on some processors only")]
mod vector {
    #[allow(
        clippy::wildcard_imports,
        reason = "names of instructions; the lint is silent in test builds"
    )]
    use std::arch::x86_64::*;

    use super::{
        Activations, BLOCK, GROUP, Instructions, ROWS, ROWS_IN_TWO_PARTS, STEP_BYTES, STEPS, Tile, Weights,
    };

    /// Where one tile's inputs start.
    pub(super) struct Place {
        steps: *const u8,
        weight_scales: *const u16,
        low: *const i8,
        high: *const i8,
        two_parts: bool,
        scales: *const f32,
        corrections: *const i32,
        blocks: usize,
    }

    impl Place {
        pub(super) fn new(
            weights: &Weights<'_>,
            group: usize,
            activations: &Activations<'_>,
            row: usize,
            low: &[i8],
            high: Option<&[i8]>,
        ) -> Self {
            let blocks = weights.blocks;
            Self {
                steps: weights.steps[group * blocks * STEPS..].as_ptr().cast(),
                weight_scales: weights.scales[group * blocks..].as_ptr().cast(),
                low: low[row * blocks * BLOCK..].as_ptr(),
                high: high.unwrap_or(low)[row * blocks * BLOCK..].as_ptr(),
                two_parts: high.is_some(),
                scales: activations.scales[row * blocks..].as_ptr(),
                corrections: activations.corrections[row * blocks..].as_ptr(),
                blocks,
            }
        }
    }

    /// The caller has checked that `place` covers the groups and the rows, and asked the processor for its instructions.
    pub(super) fn products(
        instructions: Instructions,
        place: &Place,
        groups: usize,
        rows: usize,
        tile: &mut Tile,
    ) {
        // SAFETY: as said above; the tile has room for six rows and two groups.
        unsafe {
            match (instructions, rows, groups, place.two_parts) {
                (Instructions::Avx512Vnni, ROWS, 2, false) => wide::<ROWS, 2, 1>(place, tile),
                (Instructions::Avx512Vnni, ROWS, 1, false) => wide::<ROWS, 1, 1>(place, tile),
                (Instructions::Avx512Vnni, 1, 2, false) => wide::<1, 2, 1>(place, tile),
                (Instructions::Avx512Vnni, 1, 1, false) => wide::<1, 1, 1>(place, tile),
                (Instructions::Avx512Vnni, ROWS_IN_TWO_PARTS, 2, true) => {
                    wide::<ROWS_IN_TWO_PARTS, 2, 2>(place, tile);
                }
                (Instructions::Avx512Vnni, ROWS_IN_TWO_PARTS, 1, true) => {
                    wide::<ROWS_IN_TWO_PARTS, 1, 2>(place, tile);
                }
                (Instructions::Avx512Vnni, 1, 2, true) => wide::<1, 2, 2>(place, tile),
                (Instructions::Avx512Vnni, 1, 1, true) => wide::<1, 1, 2>(place, tile),
                (Instructions::Avx2, 1..=ROWS, 1 | 2, _) => {
                    for (row, results) in tile.iter_mut().enumerate().take(rows) {
                        for (group, out) in results.chunks_exact_mut(GROUP).enumerate().take(groups) {
                            narrow(place, group, row, out);
                        }
                    }
                }
                _ => panic!("{rows} rows and {groups} groups are not a tile"),
            }
        }
    }

    /// Where one row of activations starts.
    struct Row {
        values: [*const i8; 2],
        scales: *const f32,
        corrections: *const i32,
    }

    /// # Safety
    /// The processor has the named features, and `place` covers `R` rows and `G` groups.
    #[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
    #[expect(clippy::needless_range_loop, reason = "indices of several registers, known when compiling")]
    unsafe fn wide<const R: usize, const G: usize, const P: usize>(place: &Place, tile: &mut Tile) {
        let blocks = place.blocks;
        let mut sums = [[_mm512_setzero_ps(); G]; R];
        // SAFETY: as the function's, for all pointers made here.
        let rows: [Row; R] = std::array::from_fn(|row| unsafe {
            Row {
                values: [place.low.add(row * blocks * BLOCK), place.high.add(row * blocks * BLOCK)],
                scales: place.scales.add(row * blocks),
                corrections: place.corrections.add(row * blocks),
            }
        });
        // SAFETY: as above.
        let groups: [(*const u8, *const u16); G] = std::array::from_fn(|group| unsafe {
            let first = group * blocks;
            (place.steps.add(first * STEPS * STEP_BYTES), place.weight_scales.add(first * GROUP))
        });
        for block in 0..blocks {
            // The instruction multiplies unsigned by signed bytes. Weights are stored with 128 added, and what that adds
            // to the sum is where the sum starts from.
            let mut totals = [[[_mm512_setzero_si512(); P]; G]; R];
            for row in 0..R {
                // SAFETY: as the function's.
                let start = _mm512_set1_epi32(unsafe { *rows[row].corrections.add(block) });
                for group in 0..G {
                    totals[row][group][0] = start;
                }
            }
            for step in 0..STEPS {
                let mut weights = [_mm512_setzero_si512(); G];
                for group in 0..G {
                    // SAFETY: as the function's; steps are aligned to 64 bytes.
                    weights[group] = unsafe {
                        _mm512_load_si512(groups[group].0.add((block * STEPS + step) * STEP_BYTES).cast())
                    };
                }
                for row in 0..R {
                    for part in 0..P {
                        // SAFETY: as the function's.
                        let four = unsafe {
                            rows[row].values[part]
                                .add(block * BLOCK + 4 * step)
                                .cast::<i32>()
                                .read_unaligned()
                        };
                        let four = _mm512_set1_epi32(four);
                        for group in 0..G {
                            totals[row][group][part] =
                                _mm512_dpbusd_epi32(totals[row][group][part], weights[group], four);
                        }
                    }
                }
            }
            let mut weight_scales = [_mm512_setzero_ps(); G];
            for group in 0..G {
                // SAFETY: as the function's.
                let halves = unsafe { _mm256_loadu_si256(groups[group].1.add(block * GROUP).cast()) };
                weight_scales[group] =
                    _mm512_castsi512_ps(_mm512_slli_epi32::<16>(_mm512_cvtepu16_epi32(halves)));
            }
            for row in 0..R {
                // SAFETY: as the function's.
                let scale = _mm512_set1_ps(unsafe { *rows[row].scales.add(block) });
                for group in 0..G {
                    let mut total = totals[row][group][0];
                    if P == 2 {
                        total = _mm512_add_epi32(total, _mm512_slli_epi32::<7>(totals[row][group][P - 1]));
                    }
                    let scale = _mm512_mul_ps(scale, weight_scales[group]);
                    sums[row][group] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(total), scale, sums[row][group]);
                }
            }
        }
        for row in 0..R {
            for group in 0..G {
                // SAFETY: a row of the tile has room for two groups, and `G` is 1 or 2.
                unsafe { _mm512_storeu_ps(tile[row].as_mut_ptr().add(group * GROUP), sums[row][group]) };
            }
        }
    }

    /// # Safety
    /// The processor has AVX2 and FMA, `place` covers the row and the group, and `out` has room for a group.
    #[target_feature(enable = "avx2,fma")]
    unsafe fn narrow(place: &Place, group: usize, row: usize, out: &mut [f32]) {
        let blocks = place.blocks;
        let flip = _mm256_set1_epi8(i8::MIN);
        let ones = _mm256_set1_epi16(1);
        let mut sums = [_mm256_setzero_ps(); 2];
        for block in 0..blocks {
            let mut totals = [_mm256_setzero_si256(); 2];
            for step in 0..STEPS {
                let at = (row * blocks + block) * BLOCK + 4 * step;
                // SAFETY: as the function's.
                let low = _mm256_set1_epi32(unsafe { place.low.add(at).cast::<i32>().read_unaligned() });
                // SAFETY: as the function's; without a second part this is the first.
                let high = _mm256_set1_epi32(unsafe { place.high.add(at).cast::<i32>().read_unaligned() });
                for (half, total) in totals.iter_mut().enumerate() {
                    let at = ((group * blocks + block) * STEPS + step) * STEP_BYTES + half * 32;
                    // SAFETY: as the function's.
                    let stored = unsafe { _mm256_load_si256(place.steps.add(at).cast()) };
                    // |weight| · (activation with the weight's sign): two products of at most 127 · 127 fit 16 bits.
                    let weights = _mm256_xor_si256(stored, flip);
                    let sizes = _mm256_abs_epi8(weights);
                    let product = |values: __m256i| {
                        _mm256_madd_epi16(
                            _mm256_maddubs_epi16(sizes, _mm256_sign_epi8(values, weights)),
                            ones,
                        )
                    };
                    *total = _mm256_add_epi32(*total, product(low));
                    if place.two_parts {
                        *total = _mm256_add_epi32(*total, _mm256_slli_epi32::<7>(product(high)));
                    }
                }
            }
            // SAFETY: as the function's.
            let scale = _mm256_set1_ps(unsafe { *place.scales.add(row * blocks + block) });
            for (half, (total, sum)) in totals.into_iter().zip(&mut sums).enumerate() {
                let at = (group * blocks + block) * GROUP + half * 8;
                // SAFETY: as the function's.
                let halves = unsafe { _mm_loadu_si128(place.weight_scales.add(at).cast()) };
                let weight_scale =
                    _mm256_castsi256_ps(_mm256_slli_epi32::<16>(_mm256_cvtepu16_epi32(halves)));
                *sum = _mm256_fmadd_ps(_mm256_cvtepi32_ps(total), _mm256_mul_ps(scale, weight_scale), *sum);
            }
        }
        for (half, sum) in sums.into_iter().enumerate() {
            let out = &mut out[half * 8..][..8];
            // SAFETY: the slice has eight values.
            unsafe { _mm256_storeu_ps(out.as_mut_ptr(), sum) };
        }
    }
}
