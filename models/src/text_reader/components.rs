//! Connected parts of the line-core map, found row by row, and the box that each part's cells vote for.
//!
//! Invariant: rows arrive once each, from top to bottom, whatever tiles they were computed in, so nothing is found
//! twice or cut at a seam; finished parts are turned into boxes and forgotten. Must not: compare boxes with each other.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::boxes::TextBox;
use super::detector::{CELL_COLUMNS, CELL_ROWS, MAP_CHANNELS};
use super::settings::DetectorSettings;

/// What the network says about one cell of a line core.
#[derive(Clone, Copy)]
struct Cell {
    row: u32,
    column: u32,
    certainty: f32,
    /// Distances to the ends of the line, pixels.
    to_left: f32,
    to_right: f32,
    /// Distances to the edges of the line, pixels.
    to_top: f32,
    to_bottom: f32,
}

/// Neighbouring cells of one row.
struct Run {
    row: u32,
    columns: Range<u32>,
    cells: Range<usize>,
    parent: usize,
}

pub(super) struct Components<'a> {
    settings: &'a DetectorSettings,
    runs: Vec<Run>,
    cells: Vec<Cell>,
    /// Runs of the row that came last.
    last_row: Range<usize>,
    boxes: Vec<TextBox>,
}

impl<'a> Components<'a> {
    pub(super) fn new(settings: &'a DetectorSettings) -> Self {
        Self { settings, runs: Vec::new(), cells: Vec::new(), last_row: 0..0, boxes: Vec::new() }
    }

    /// Takes the next row of the map, [`MAP_CHANNELS`] values per cell.
    pub(super) fn push_row(&mut self, row: u32, map: &[f32]) {
        let threshold = self.settings.core_threshold;
        let logit_threshold = (threshold / (1.0 - threshold)).ln();
        let first = self.runs.len();
        let mut open: Option<(u32, usize)> = None;
        for (column, values) in map.chunks_exact(MAP_CHANNELS).enumerate() {
            let column = column as u32;
            if values[0] > logit_threshold {
                open.get_or_insert((column, self.cells.len()));
                self.cells.push(Cell {
                    row,
                    column,
                    certainty: 1.0 / (1.0 + (-values[0]).exp()),
                    to_left: values[1] * 8.0,
                    to_right: values[2] * 8.0,
                    to_top: values[3].clamp(-2.0, 6.0).exp(),
                    to_bottom: values[4].clamp(-2.0, 6.0).exp(),
                });
            } else if let Some((start, cells)) = open.take() {
                self.push_run(row, start..column, cells);
            }
        }
        if let Some((start, cells)) = open {
            self.push_run(row, start..(map.len() / MAP_CHANNELS) as u32, cells);
        }
        let here = first..self.runs.len();
        self.link(self.last_row.clone(), here.clone());
        self.last_row = here;
    }

    fn push_run(&mut self, row: u32, columns: Range<u32>, first_cell: usize) {
        let parent = self.runs.len();
        self.runs.push(Run { row, columns, cells: first_cell..self.cells.len(), parent });
    }

    fn link(&mut self, mut above: Range<usize>, mut here: Range<usize>) {
        while !above.is_empty() && !here.is_empty() {
            let (upper, lower) = (&self.runs[above.start].columns, &self.runs[here.start].columns);
            let (meet, upper_ends_first) =
                (upper.start < lower.end && lower.start < upper.end, upper.end < lower.end);
            if meet {
                let (upper_root, lower_root) = (self.root(above.start), self.root(here.start));
                self.runs[lower_root].parent = upper_root;
            }
            if upper_ends_first {
                above.start += 1;
            } else {
                here.start += 1;
            }
        }
    }

    fn root(&mut self, mut index: usize) -> usize {
        while self.runs[index].parent != index {
            let grandparent = self.runs[self.runs[index].parent].parent;
            self.runs[index].parent = grandparent;
            index = grandparent;
        }
        index
    }

    /// Turns the parts that no later row can reach into boxes, and keeps the others.
    pub(super) fn settle(&mut self) {
        let open: HashSet<usize> = self.last_row.clone().map(|index| self.root(index)).collect();
        self.finish(|root| !open.contains(&root));
    }

    /// The boxes of all parts, in order of each part's first cell.
    pub(super) fn into_boxes(mut self) -> Vec<TextBox> {
        self.finish(|_| true);
        self.boxes
    }

    fn finish(&mut self, done: impl Fn(usize) -> bool) {
        let mut order = Vec::new();
        let mut parts: HashMap<usize, Vec<usize>> = HashMap::new();
        for index in 0..self.runs.len() {
            let root = self.root(index);
            parts
                .entry(root)
                .or_insert_with(|| {
                    order.push(root);
                    Vec::new()
                })
                .push(index);
        }
        let old_runs = std::mem::take(&mut self.runs);
        let old_cells = std::mem::take(&mut self.cells);
        let last = self.last_row.clone();
        self.last_row = 0..0;
        let mut kept: Vec<(usize, usize)> = Vec::new();
        for root in order {
            let members = &parts[&root];
            if done(root) {
                let cells: Vec<Cell> = members
                    .iter()
                    .flat_map(|&run| &old_cells[old_runs[run].cells.clone()])
                    .copied()
                    .collect();
                self.boxes.extend(boxes_of_part(&cells, self.settings));
            } else {
                kept.extend(members.iter().map(|&run| (run, root)));
            }
        }
        // Runs keep their order, so that the runs of the last row stay together at the end.
        kept.sort_unstable();
        let mut moved: HashMap<usize, usize> = HashMap::new();
        for (old, root) in kept {
            let run = &old_runs[old];
            let start = self.cells.len();
            self.cells.extend_from_slice(&old_cells[run.cells.clone()]);
            let index = self.runs.len();
            let parent = *moved.entry(root).or_insert(index);
            self.runs.push(Run {
                row: run.row,
                columns: run.columns.clone(),
                cells: start..self.cells.len(),
                parent,
            });
            if last.contains(&old) {
                if self.last_row.is_empty() {
                    self.last_row = index..index;
                }
                self.last_row.end = index + 1;
            }
        }
    }
}

fn boxes_of_part(cells: &[Cell], settings: &DetectorSettings) -> Vec<TextBox> {
    let pieces = column_pieces(cells, settings);
    if let [_] = pieces.as_slice() {
        return box_of_cells(cells, settings).into_iter().collect();
    }
    pieces
        .into_iter()
        .filter_map(|piece| {
            let inside: Vec<Cell> =
                cells.iter().filter(|cell| piece.contains(&cell.column)).copied().collect();
            box_of_cells(&inside, settings)
        })
        .collect()
}

/// Cuts a part where the cells on the left see the end of their line and those on the right its start.
fn column_pieces(cells: &[Cell], settings: &DetectorSettings) -> Vec<Range<u32>> {
    let low = cells.iter().map(|cell| cell.column).min().unwrap_or(0);
    let high = cells.iter().map(|cell| cell.column).max().unwrap_or(0);
    let mut columns = vec![(0.0f32, 0.0f32, 0.0f32); (high - low + 1) as usize];
    for cell in cells {
        let (count, to_left, to_right) = &mut columns[(cell.column - low) as usize];
        *count += 1.0;
        *to_left += cell.to_left;
        *to_right += cell.to_right;
    }
    let cut = settings.cut_distance;
    let sees_end = |column: u32| {
        let (count, _, to_right) = columns[(column - low) as usize];
        to_right / count.max(1.0) < cut
    };
    let sees_start = |column: u32| {
        let (count, to_left, _) = columns[(column - low) as usize];
        to_left / count.max(1.0) < cut
    };
    let (mut pieces, mut first, mut column) = (Vec::new(), low, low + 2);
    while column + 2 <= high {
        if sees_end(column - 1) && sees_start(column + 1) {
            pieces.push(first..column);
            first = column;
            column += 2;
        }
        column += 1;
    }
    pieces.push(first..high + 1);
    pieces
}

fn box_of_cells(cells: &[Cell], settings: &DetectorSettings) -> Option<TextBox> {
    let peak = cells.iter().map(|cell| cell.certainty).fold(0.0, f32::max);
    if cells.len() < settings.component_cells || peak < settings.component_peak {
        return None;
    }
    let vote = |cells: &mut dyn Iterator<Item = &Cell>, value: &dyn Fn(&Cell) -> f32| {
        weighted_median(cells.map(|cell| (value(cell), cell.certainty)).collect())
    };
    let y = |cell: &Cell| (cell.row as usize * CELL_ROWS) as f32 + CELL_ROWS as f32 / 2.0;
    let x = |cell: &Cell| (cell.column as usize * CELL_COLUMNS) as f32 + CELL_COLUMNS as f32 / 2.0;
    let top = vote(&mut cells.iter(), &|cell| y(cell) - cell.to_top)?;
    let bottom = vote(&mut cells.iter(), &|cell| y(cell) + cell.to_bottom)?;
    if bottom - top < settings.minimum_height {
        return None;
    }
    let first = cells.iter().map(|cell| cell.column).min()?;
    let last = cells.iter().map(|cell| cell.column).max()?;
    let votes = settings.edge_columns;
    let left =
        vote(&mut cells.iter().filter(|cell| cell.column < first + votes), &|cell| x(cell) - cell.to_left)?;
    let right =
        vote(&mut cells.iter().filter(|cell| cell.column + votes > last), &|cell| x(cell) + cell.to_right)?;
    let reach = settings.edge_reach;
    let start = (first as usize * CELL_COLUMNS) as f32;
    let end = ((last + 1) as usize * CELL_COLUMNS) as f32;
    let left = left.clamp(start - reach, start + reach);
    let right = right.clamp(end - reach, end + reach);
    let confidence = cells.iter().map(|cell| cell.certainty).sum::<f32>() / cells.len() as f32;
    (right - left >= 2.0).then_some(TextBox { left, top, right, bottom, confidence })
}

/// The first value at which half of the weight is reached; `None` without values or with one that is no number.
fn weighted_median(mut values: Vec<(f32, f32)>) -> Option<f32> {
    values.sort_by(|left, right| left.0.total_cmp(&right.0));
    let half = values.iter().map(|(_, weight)| weight).sum::<f32>() * 0.5;
    let mut reached = 0.0;
    let found = values.iter().find(|(_, weight)| {
        reached += weight;
        reached >= half
    });
    found.or(values.last()).map(|(value, _)| *value).filter(|value| value.is_finite())
}
