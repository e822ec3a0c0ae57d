//! The order in which a person reads the lines of a page: from top to bottom, column after column, tables row by row.
//!
//! A page is cut into bands that share their columns; within a band each column is read before the next, and cut again.
//! Invariants: every line comes exactly once; lines of a page without columns keep the order in which they came. Must
//! not: look at what a page is about.

use crate::{Line, PixelBox, Reading};

/// Gap between two columns, in heights of the text beside it.
const COLUMN_GAP: f32 = 1.2;
/// A gap between rows that is larger than this many heights, and than the usual gap of the band by [`LARGER`], ends a
/// band: cards that stand below other cards.
const BAND_GAP: f32 = 2.5;
const LARGER: f32 = 1.8;
/// A line that stands alone in its row is a heading over what follows when it is this much larger than text around it.
const HEADING: f32 = 1.15;
/// Boxes of neighbouring rows may touch: of each, this share of the height counts at neither end.
const TOUCH: f32 = 0.15;
/// Deeper than pages nest columns.
const DEEPEST: usize = 8;

impl Reading {
    /// The same lines in the order in which a person reads them.
    #[must_use]
    pub fn in_reading_order(mut self) -> Self {
        let order = reading_order(&self.lines);
        let mut lines: Vec<Option<Line>> = self.lines.into_iter().map(Some).collect();
        self.lines = order.into_iter().filter_map(|index| lines.get_mut(index)?.take()).collect();
        self
    }
}

/// Places of the lines in reading order.
pub fn reading_order(lines: &[Line]) -> Vec<usize> {
    let items: Vec<Item> = lines.iter().enumerate().map(|(index, line)| Item::new(index, line)).collect();
    let mut order = Vec::with_capacity(items.len());
    read(&items, 0, &mut order);
    order
}

#[derive(Clone, Copy)]
struct Item<'a> {
    index: usize,
    text: &'a str,
    bounds: PixelBox,
    /// Height of its letters.
    size: f32,
}

impl<'a> Item<'a> {
    fn new(index: usize, line: &'a Line) -> Self {
        let height = line.bounds.height as f32;
        let size = if line.font_height > 0.0 { line.font_height } else { height };
        Self { index, text: &line.text, bounds: line.bounds, size }
    }

    fn top(&self) -> f32 {
        self.bounds.y as f32 + TOUCH * self.bounds.height as f32
    }

    fn bottom(&self) -> f32 {
        self.bounds.bottom() as f32 - TOUCH * self.bounds.height as f32
    }
}

/// Rows that share their columns.
struct Band<'a> {
    items: Vec<Item<'a>>,
    /// The stretches from left to right in which there is text.
    columns: Vec<(u32, u32)>,
    top: f32,
    bottom: f32,
    /// Mean height of its letters.
    size: f32,
    /// Mean gap between its rows, and how many there are.
    gap: f32,
    gaps: f32,
}

impl<'a> Band<'a> {
    /// One row: lines through whose heights one horizontal line goes, directly or from one to the next.
    fn row(items: Vec<Item<'a>>) -> Self {
        let size = items.iter().map(|item| item.size).sum::<f32>() / items.len().max(1) as f32;
        let spans = items.iter().map(|item| (item.bounds.x, item.bounds.right())).collect();
        let top = items.iter().map(Item::top).fold(f32::INFINITY, f32::min);
        let bottom = items.iter().map(Item::bottom).fold(0.0, f32::max);
        Self { columns: columns(spans, size), items, top, bottom, size, gap: 0.0, gaps: 0.0 }
    }

    /// Takes the next row in, or gives it back where it belongs to other columns.
    fn take(&mut self, row: Self) -> Result<(), Self> {
        let (many, more) = (self.items.len() as f32, row.items.len() as f32);
        let size = (self.size * many + row.size * more) / (many + more);
        let gap = (row.top - self.bottom).max(0.0);
        if self.columns.len() < 2 || row.is_heading(self.size) || self.ends_at(gap, size) {
            return Err(row);
        }
        let together = columns(self.columns.iter().chain(&row.columns).copied().collect(), size);
        if together.len() != self.columns.len().max(row.columns.len()) {
            return Err(row);
        }
        self.gap = (self.gap * self.gaps + gap) / (self.gaps + 1.0);
        self.gaps += 1.0;
        self.bottom = self.bottom.max(row.bottom);
        (self.columns, self.size) = (together, size);
        self.items.extend(row.items);
        Ok(())
    }

    fn ends_at(&self, gap: f32, size: f32) -> bool {
        let usual = if self.gaps > 0.0 { self.gap } else { size };
        gap > BAND_GAP * size && gap > LARGER * usual
    }

    /// Whether it is a heading over the whole width: one line alone, larger than the text around it.
    fn is_heading(&self, size: f32) -> bool {
        self.items.len() == 1 && self.size >= HEADING * size
    }
}

fn read(items: &[Item<'_>], depth: usize, order: &mut Vec<usize>) {
    let mut bands: Vec<Band<'_>> = Vec::new();
    for row in rows(items) {
        let row = Band::row(row);
        let left_over = match bands.last_mut() {
            Some(last) => last.take(row).err(),
            None => Some(row),
        };
        bands.extend(left_over);
    }
    for band in bands {
        if band.columns.len() < 2 || depth == DEEPEST || is_table(&band) {
            // As they came: row after row, within one from left to right.
            let mut indices: Vec<usize> = band.items.iter().map(|item| item.index).collect();
            indices.sort_unstable();
            order.extend(indices);
            continue;
        }
        for (left, right) in &band.columns {
            let column: Vec<Item<'_>> = band
                .items
                .iter()
                .filter(|item| item.bounds.x >= *left && item.bounds.right() <= *right)
                .copied()
                .collect();
            read(&column, depth + 1, order);
        }
    }
}

/// Items in groups between which a horizontal line could be drawn.
fn rows<'a>(items: &[Item<'a>]) -> Vec<Vec<Item<'a>>> {
    let mut sorted = items.to_vec();
    sorted.sort_by(|a, b| a.top().total_cmp(&b.top()).then(a.index.cmp(&b.index)));
    let mut rows: Vec<Vec<Item<'a>>> = Vec::new();
    let mut bottom = f32::NEG_INFINITY;
    for item in sorted {
        match rows.last_mut() {
            Some(row) if item.top() < bottom => row.push(item),
            _ => rows.push(vec![item]),
        }
        bottom = bottom.max(item.bottom());
    }
    rows
}

/// Spans put together where no gap between them is wide enough to be seen as one.
fn columns(mut spans: Vec<(u32, u32)>, size: f32) -> Vec<(u32, u32)> {
    let gap = ((COLUMN_GAP * size) as u32).max(1);
    spans.sort_unstable();
    let mut columns: Vec<(u32, u32)> = Vec::new();
    for (left, right) in spans {
        match columns.last_mut() {
            Some(column) if left < column.1.saturating_add(gap) => column.1 = column.1.max(right),
            _ => columns.push((left, right)),
        }
    }
    columns
}

/// A table has labels in its first column and what they are about beside them; cards side by side have both in each.
fn is_table(band: &Band<'_>) -> bool {
    let inside = |column: &(u32, u32)| -> Vec<Item<'_>> {
        let within = |item: &&Item<'_>| item.bounds.x >= column.0 && item.bounds.right() <= column.1;
        band.items.iter().filter(within).copied().collect()
    };
    let [first, rest @ ..] = band.columns.as_slice() else { return false };
    let labels = inside(first);
    let others: Vec<Item<'_>> = rest.iter().flat_map(inside).collect();
    let share = |items: &[Item<'_>], has: &dyn Fn(&Item<'_>) -> bool| {
        items.iter().filter(|item| has(item)).count() as f32 / items.len().max(1) as f32
    };
    let value = |item: &Item<'_>| is_value(item.text);
    if labels.len() < 2 || others.len() < 2 || share(&labels, &value) > 0.2 {
        return false;
    }
    let short = |item: &Item<'_>| item.text.split_whitespace().count() <= 3;
    let beside = |label: &Item<'_>| {
        others.iter().any(|item| item.top() < label.bottom() && label.top() < item.bottom())
    };
    let width = |column: &(u32, u32)| (column.1 - column.0) as f32;
    let narrow = width(first) < 0.6 * rest.iter().map(width).sum::<f32>() / rest.len() as f32;
    share(&others, &value) >= 0.6 || narrow && share(&labels, &short) >= 0.8 && share(&labels, &beside) >= 0.8
}

/// A mark, a word or two, or something with a number in it: what a table says about a label.
fn is_value(text: &str) -> bool {
    let words = text.split_whitespace().count();
    words <= 4 && text.chars().any(|character| character.is_ascii_digit())
        || !text.chars().any(char::is_alphabetic)
        || words == 1 && text.chars().count() <= 3
}
