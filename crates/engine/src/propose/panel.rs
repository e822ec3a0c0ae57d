//! The reviewers' quotes of a comparison page, each with the tool it is about.
//!
//! Invariant: a quote is whole, with its marks, even where it was read in several blocks; it goes to one tool.

use std::ops::Range;

use domain::text::name_key;

use super::comparison::{Arrangement, Side};
use super::page::overlap_x;
use super::roles::{Layout, Role};
use super::shape;

/// Blocks, their said parts and the side.
pub(super) type QuoteParts = (Vec<usize>, Vec<Range<usize>>, usize);

/// Reviewer quotes, each with its side.
pub(super) fn quotes(
    layout: &Layout,
    sides: &[Side],
    arrangement: &Arrangement,
    owner: &[Option<usize>],
    taken: &mut [bool],
) -> Vec<QuoteParts> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (index, block) in layout.blocks.iter().enumerate() {
        if taken[index]
            || block.words() < 3
            || matches!(layout.roles[index], Role::Code | Role::Legal | Role::Navigation)
        {
            continue;
        }
        let open = groups.iter_mut().find(|group| {
            group.last().is_some_and(|&last| {
                let before = &layout.blocks[last];
                let unfinished = !before.text.trim_end().ends_with(['”', '"']);
                unfinished
                    && !shape::opens_quote(&block.text)
                    && (before.left() - block.left()).abs() < layout.body
                    && (before.size / block.size - 1.0).abs() < 0.2
                    && block.top() - before.bottom() < 2.2 * block.size
                    && block.top() > before.top()
            })
        });
        if let Some(group) = open {
            group.push(index);
            taken[index] = true;
        } else if shape::opens_quote(&block.text)
            || block.words() >= 10 && block.text.trim_end().ends_with(['”', '"'])
        {
            groups.push(vec![index]);
            taken[index] = true;
        }
    }
    let count = groups.len();
    let columns = columns(layout, &groups, sides.len());
    // Quotes that all stand in the first column stand under each other, whatever the cards do.
    let stacked = matches!(arrangement, Arrangement::Stacked(_))
        || columns.is_none()
            && count >= sides.len()
            && groups
                .iter()
                .all(|group| group.first().is_some_and(|&first| owner[first].is_none_or(|side| side == 0)));
    let grouped = stacked && stacked_in_groups(layout, sides, &groups);
    groups
        .into_iter()
        .enumerate()
        .filter_map(|(position, group)| {
            let first = *group.first()?;
            let side = match labelled_side(layout, sides, first) {
                Some(side) => side,
                None if columns.is_some() => column_of(layout, columns.as_deref().unwrap_or_default(), first),
                None if !stacked => owner[first]?,
                None if grouped => position * sides.len() / count.max(1),
                None => position % sides.len().max(1),
            };
            let ranges: Vec<Range<usize>> = group.iter().map(|&index| said(layout.text(index))).collect();
            Some((group, ranges, side))
        })
        .collect()
}

/// The left edges of the quotes, when they stand in as many columns as there are tools.
fn columns(layout: &Layout, groups: &[Vec<usize>], sides: usize) -> Option<Vec<f32>> {
    let mut lefts: Vec<f32> =
        groups.iter().filter_map(|group| group.first()).map(|&first| layout.blocks[first].left()).collect();
    lefts.sort_by(f32::total_cmp);
    let mut edges: Vec<f32> = Vec::new();
    for left in lefts {
        if edges.last().is_none_or(|edge| left - edge > 4.0 * layout.body) {
            edges.push(left);
        }
    }
    (edges.len() == sides && sides > 1).then_some(edges)
}

fn column_of(layout: &Layout, edges: &[f32], block: usize) -> usize {
    let left = layout.blocks[block].left();
    edges.iter().rposition(|&edge| left >= edge - layout.body).unwrap_or(0)
}

/// Without a person or verdict behind the closing mark.
fn said(text: &str) -> Range<usize> {
    match shape::closing_quote(text) {
        Some(end) if shape::word_count(&text[end..]) <= 8 => 0..end,
        _ => 0..text.len(),
    }
}

/// A label with the tool's name right over the quote says whose it is.
fn labelled_side(layout: &Layout, sides: &[Side], quote: usize) -> Option<usize> {
    let block = &layout.blocks[quote];
    // The quotes of one tool stand together under its name.
    let heading = layout.headings[quote].map(|heading| name_key(layout.text(heading)));
    let under = heading.and_then(|key| {
        sides.iter().position(|side| shape::edits(&side.key, &key, 2) <= usize::from(key.len() > 7))
    });
    if under.is_some() {
        return under;
    }
    sides.iter().position(|side| {
        layout.blocks.iter().any(|label| {
            let gap = block.top() - label.bottom();
            gap > -0.3 * label.size
                && gap < 3.0 * layout.body
                && overlap_x(&label.bounds, &block.bounds) > 0.0
                && label.words() <= 8
                && name_key(&label.text).contains(&side.key)
        })
    })
}

/// On a narrow page quotes alternate between the tools, or stand tool by tool: the names in them tell.
fn stacked_in_groups(layout: &Layout, sides: &[Side], groups: &[Vec<usize>]) -> bool {
    let mut alternating = 0_i32;
    let mut blocked = 0_i32;
    let count = groups.len();
    for (position, group) in groups.iter().enumerate() {
        let text = name_key(&group.iter().map(|&index| layout.text(index)).collect::<Vec<_>>().join(" "));
        for (side_index, side) in sides.iter().enumerate() {
            if side.key.is_empty() || !text.contains(&side.key) {
                continue;
            }
            alternating += if position % sides.len() == side_index { 1 } else { -1 };
            blocked += if position * sides.len() / count.max(1) == side_index { 1 } else { -1 };
        }
    }
    blocked > alternating
}
