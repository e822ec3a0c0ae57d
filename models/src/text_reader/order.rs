//! Order of lines: rows from top to bottom, within a row from left to right.
//!
//! Invariant: the order depends on the boxes only, not on the order in which they came. Must not: guess columns or
//! cards; layout comes later.

use super::boxes::TextBox;

pub(super) fn sort(boxes: &mut [TextBox]) {
    let middle = |item: &TextBox| f32::midpoint(item.top, item.bottom);
    boxes.sort_by(|a, b| {
        middle(a).total_cmp(&middle(b)).then(a.left.total_cmp(&b.left)).then(a.right.total_cmp(&b.right))
    });
    let mut start = 0;
    while start < boxes.len() {
        let first = boxes[start];
        let same_row = |item: &TextBox| {
            let shared = first.bottom.min(item.bottom) - first.top.max(item.top);
            shared > 0.5 * first.height().max(item.height())
        };
        let count = boxes[start..].iter().take_while(|item| same_row(item)).count().max(1);
        boxes[start..start + count].sort_by(|a, b| a.left.total_cmp(&b.left).then(a.top.total_cmp(&b.top)));
        start += count;
    }
}
