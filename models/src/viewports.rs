//! Which parts of a page a tiling model looks at, one after the other, and into how many tiles each is cut.
//!
//! A page is enlarged or reduced until its small print is just legible; what then fits the model's longest side is one
//! viewport, and a longer page is cut between its lines into pieces of nearly equal height. Invariant: the viewports
//! cover every row of the page, and a line of at most a quarter of a viewport stands whole in one of them. Must not:
//! look at pixels.

use domain::{PixelBox, Viewport};

/// Height in tile pixels at which a line of small print is still read; taken from the 14 px text of web pages at scale
/// one, whose line boxes are this high.
const LEGIBLE_LINE: f64 = 14.0;
/// A line this far up the sorted heights stands for the small print.
const SMALL_PRINT: f64 = 0.25;
/// Bounds of the scale that a page is looked at with.
const LEAST_SCALE: f64 = 0.3;
const MOST_SCALE: f64 = 1.5;
/// A side may be this much longer than its tiles before it gets another one.
const TOLERANCE: f64 = 1.05;

/// How a model cuts a picture: the side of a tile in pixels, and most tiles along the longer side.
#[derive(Debug, Clone, Copy)]
pub struct Tiling {
    pub side: usize,
    pub most: usize,
}

/// The viewports of a page of `width` × `height` pixels with these lines, top to bottom; none for an empty page.
pub fn viewports(width: u32, height: u32, lines: &[PixelBox], tiling: Tiling) -> Vec<Viewport> {
    if width == 0 || height == 0 {
        return Vec::new();
    }
    let scale = scale(lines);
    let longest = (tiling.side * tiling.most) as f64 / scale;
    // A page too wide for the scale is looked at as wide as the tiles go, without a row of tiles that only stretches.
    let landscape =
        f64::from(width) * tiling.most.saturating_sub(1).max(1) as f64 / tiling.most.max(1) as f64;
    let tallest = (longest.max(landscape) as u32).max(1);
    let spans = if height <= tallest.max(width) {
        vec![(0, height)]
    } else {
        cuts(height, tallest, &Rows::of(lines, height))
    };
    spans
        .into_iter()
        .map(|(top, bottom)| Viewport {
            bounds: PixelBox::new(0, top, width, bottom - top),
            tile_budget: Some(budget(f64::from(width.max(bottom - top)) * scale, tiling)),
        })
        .collect()
}

/// Tiles along a longer side of this many pixels.
fn budget(longest: f64, tiling: Tiling) -> usize {
    let tiles = (longest / (tiling.side.max(1) as f64 * TOLERANCE)).ceil() as usize;
    tiles.clamp(1, tiling.most.max(1))
}

/// The scale at which small print has its legible height.
fn scale(lines: &[PixelBox]) -> f64 {
    let mut heights: Vec<u32> =
        lines.iter().filter(|line| !line.is_empty()).map(|line| line.height).collect();
    heights.sort_unstable();
    match heights.get((heights.len() as f64 * SMALL_PRINT) as usize) {
        Some(height) => (LEGIBLE_LINE / f64::from(*height)).clamp(LEAST_SCALE, MOST_SCALE),
        None => 1.0,
    }
}

/// The pixel rows that lines of text cover.
struct Rows {
    /// Top and bottom of each line, by top.
    lines: Vec<(u32, u32)>,
}

impl Rows {
    fn of(lines: &[PixelBox], height: u32) -> Self {
        let mut lines: Vec<(u32, u32)> = lines
            .iter()
            .filter(|line| !line.is_empty())
            .map(|line| (line.y.min(height), line.bottom().min(height)))
            .collect();
        lines.sort_unstable();
        Self { lines }
    }

    /// The lines that a cut above pixel row `row` goes through.
    fn crossing(&self, row: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.lines.iter().copied().take_while(move |line| line.0 < row).filter(move |line| line.1 > row)
    }

    /// Between `first` and `last` the row that crosses the fewest lines, in the middle of the widest such gap; of equal
    /// ones the nearest to `wanted`.
    fn best_cut(&self, first: u32, last: u32, wanted: u32) -> u32 {
        // The number of crossed lines changes only at their edges.
        let mut edges: Vec<u32> = self.lines.iter().flat_map(|line| [line.0, line.1]).collect();
        edges.retain(|edge| (first..=last).contains(edge));
        edges.extend([first, last]);
        edges.sort_unstable();
        edges.dedup();
        let gap = |(start, end): (u32, u32)| {
            let middle = start + (end - start) / 2;
            let crossed = self.crossing(middle).count();
            (crossed, std::cmp::Reverse(end - start), middle.abs_diff(wanted), middle)
        };
        let gaps = edges.windows(2).map(|pair| (pair[0], pair[1]));
        // Without two edges the window is a single row.
        gaps.chain(edges.iter().map(|edge| (*edge, *edge))).map(gap).min().map_or(first, |best| best.3)
    }
}

/// Tops and bottoms of pieces of at most `tallest` rows.
fn cuts(height: u32, tallest: u32, rows: &Rows) -> Vec<(u32, u32)> {
    let mut spans = Vec::new();
    let mut top = 0;
    while height - top > tallest {
        let rest = height - top;
        let pieces = rest.div_ceil(tallest);
        let even = rest.div_ceil(pieces);
        // The pieces behind this one must be able to hold the rest, and the last must not become a sliver.
        let least = (rest - (pieces - 1) * tallest).max(tallest / 2).max(1);
        let most = tallest.min(rest - even / 4).max(least);
        let cut = rows.best_cut(top + least, top + most, top + even);
        spans.push((top, cut));
        // Lines that the cut goes through stand whole in the next piece, unless they are too high for that.
        let lowest_start = top + tallest / 4;
        let whole = rows.crossing(cut).map(|line| line.0).filter(|start| *start >= lowest_start).min();
        top = whole.unwrap_or(cut).max(top + 1);
    }
    spans.push((top, height));
    spans
}
