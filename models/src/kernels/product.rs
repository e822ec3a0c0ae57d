//! One matrix product on slices: `out += left · right`, where the rows of `left` may overlap in memory.
//!
//! Invariant: every access is checked against the slices before the call into `gemm`, on one thread.
//! Must not: start threads; the callers divide the work.

use gemm::Parallelism;

/// A row-major matrix whose rows start `stride` values apart; a stride below the width makes the rows overlap.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub(super) values: &'a [f32],
    pub(super) stride: usize,
    pub(super) width: usize,
}

/// `out` (`rows` × `columns`, row-major, dense) becomes, or is increased by, `left` (`rows` × depth) times `right`
/// (depth × `columns`, row-major, dense).
///
/// # Panics
/// When a slice is too short for the shape: a mistake of the calling kernel, never of the data.
pub(super) fn multiply(
    out: &mut [f32],
    rows: usize,
    columns: usize,
    left: Rows<'_>,
    right: &[f32],
    accumulate: bool,
) {
    if rows == 0 || columns == 0 {
        return;
    }
    assert!(out.len() >= rows * columns, "output of a product is too short");
    assert!(
        left.values.len() >= (rows - 1) * left.stride + left.width,
        "left side of a product is too short"
    );
    assert!(right.len() >= left.width * columns, "right side of a product is too short");
    #[expect(unsafe_code, reason = "gemm takes raw pointers; the lengths are asserted above")]
    // SAFETY: all three slices cover every index that the strides reach (asserted), `out` is borrowed mutably and so
    // does not overlap the inputs, and f32 is the element type of all three.
    unsafe {
        gemm::gemm(
            rows,
            columns,
            left.width,
            out.as_mut_ptr(),
            1,
            columns as isize,
            accumulate,
            left.values.as_ptr(),
            1,
            left.stride as isize,
            right.as_ptr(),
            1,
            columns as isize,
            1.0,
            1.0,
            false,
            false,
            false,
            Parallelism::None,
        );
    }
}
