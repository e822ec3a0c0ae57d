//! One matrix product on slices whose rows and columns may lie apart: `out = left · right`, on one thread.
//!
//! Invariant: every access is checked against the slices before the call into `gemm`. Must not: start threads.

use gemm::Parallelism;

/// A matrix in a slice: the value of row `i` and column `j` is `values[i · row_stride + j · column_stride]`.
#[derive(Clone, Copy)]
pub(super) struct Matrix<'a> {
    pub(super) values: &'a [f32],
    pub(super) row_stride: usize,
    pub(super) column_stride: usize,
}

impl Matrix<'_> {
    fn holds(&self, rows: usize, columns: usize) -> bool {
        (rows - 1) * self.row_stride + (columns - 1) * self.column_stride < self.values.len()
    }
}

/// `out` (rows `pitch` apart, columns neighbours) becomes `left` (rows × depth) times `right` (depth × columns).
///
/// # Panics
/// When a slice is too short for the shape: a mistake of the calling kernel, never of the data.
pub(super) fn multiply_into(
    out: &mut [f32],
    pitch: usize,
    (rows, depth, columns): (usize, usize, usize),
    left: Matrix<'_>,
    right: Matrix<'_>,
) {
    if rows == 0 || depth == 0 || columns == 0 {
        return;
    }
    assert!(
        pitch >= columns && (rows - 1) * pitch + columns <= out.len(),
        "output of a product is too short"
    );
    assert!(left.holds(rows, depth), "left side of a product is too short");
    assert!(right.holds(depth, columns), "right side of a product is too short");
    #[expect(unsafe_code, reason = "gemm takes raw pointers; the lengths are asserted above")]
    // SAFETY: all three slices cover every index that the strides reach (asserted), `out` is borrowed mutably and so
    // does not overlap the inputs, and f32 is the element type of all three.
    unsafe {
        gemm::gemm(
            rows,
            columns,
            depth,
            out.as_mut_ptr(),
            1,
            pitch as isize,
            false,
            left.values.as_ptr(),
            left.column_stride as isize,
            left.row_stride as isize,
            right.values.as_ptr(),
            right.column_stride as isize,
            right.row_stride as isize,
            0.0,
            1.0,
            false,
            false,
            false,
            Parallelism::None,
        );
    }
}
