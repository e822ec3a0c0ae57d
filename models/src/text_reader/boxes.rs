//! Line boxes: duplicates dropped, pieces of one line joined, the boxes of two scales merged.
//!
//! Invariant: the rules are those of `models/training/postprocess.py`; only the search for neighbours is faster.
//! Must not: look at pixels.

use super::settings::DetectorSettings;

/// What is left of a box after trimming, in heights, must hold a narrow letter.
const LEAST_WIDTH: f32 = 0.15;

/// A line box in fractions of pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct TextBox {
    pub(super) left: f32,
    pub(super) top: f32,
    pub(super) right: f32,
    pub(super) bottom: f32,
    pub(super) confidence: f32,
}

impl TextBox {
    pub(super) fn width(&self) -> f32 {
        self.right - self.left
    }

    pub(super) fn height(&self) -> f32 {
        self.bottom - self.top
    }

    fn area(&self) -> f32 {
        self.width() * self.height()
    }

    fn intersection(&self, other: &Self) -> f32 {
        let width = self.right.min(other.right) - self.left.max(other.left);
        let height = self.bottom.min(other.bottom) - self.top.max(other.top);
        width.max(0.0) * height.max(0.0)
    }

    /// The shared area as a share of the smaller box.
    fn covered(&self, other: &Self) -> f32 {
        self.intersection(other) / self.area().min(other.area()).max(1e-6)
    }

    pub(super) fn scaled(&self, factor: f32) -> Self {
        Self {
            left: self.left * factor,
            top: self.top * factor,
            right: self.right * factor,
            bottom: self.bottom * factor,
            confidence: self.confidence,
        }
    }

    pub(super) fn clipped(&self, width: f32, height: f32) -> Self {
        Self {
            left: self.left.clamp(0.0, width),
            top: self.top.clamp(0.0, height),
            right: self.right.clamp(0.0, width),
            bottom: self.bottom.clamp(0.0, height),
            confidence: self.confidence,
        }
    }
}

/// Indices of boxes by the height at which they stand, so that only near ones are compared.
#[derive(Default)]
struct Bands {
    bands: Vec<Vec<usize>>,
}

impl Bands {
    const HEIGHT: f32 = 64.0;

    fn range(item: &TextBox) -> std::ops::RangeInclusive<usize> {
        (item.top.max(0.0) / Self::HEIGHT) as usize..=(item.bottom.max(0.0) / Self::HEIGHT) as usize
    }

    fn insert(&mut self, index: usize, item: &TextBox) {
        for band in Self::range(item) {
            if self.bands.len() <= band {
                self.bands.resize_with(band + 1, Vec::new);
            }
            self.bands[band].push(index);
        }
    }

    fn near(&self, item: &TextBox) -> impl Iterator<Item = usize> {
        Self::range(item).filter_map(|band| self.bands.get(band)).flatten().copied()
    }
}

/// Boxes that were kept so far.
#[derive(Default)]
struct Kept {
    boxes: Vec<TextBox>,
    bands: Bands,
}

impl Kept {
    fn covers(&self, item: &TextBox, share: f32) -> bool {
        self.bands.near(item).any(|index| item.covered(&self.boxes[index]) >= share)
    }

    /// Adds the boxes that are not mostly covered by a kept one, those with more certain text first.
    fn add(&mut self, mut boxes: Vec<TextBox>) {
        boxes.sort_by(|left, right| {
            (right.width() * right.confidence).total_cmp(&(left.width() * left.confidence))
        });
        for item in boxes {
            if item.area() > 0.0 && !self.covers(&item, 0.55) {
                self.bands.insert(self.boxes.len(), &item);
                self.boxes.push(item);
            }
        }
    }
}

/// The boxes of one pass without duplicates, pieces of one line joined.
pub(super) fn clean(boxes: Vec<TextBox>, settings: &DetectorSettings) -> Vec<TextBox> {
    let mut kept = Kept::default();
    kept.add(boxes);
    join_pieces(kept.boxes, settings.join_gap)
}

fn join_pieces(mut boxes: Vec<TextBox>, gap: f32) -> Vec<TextBox> {
    loop {
        boxes.sort_by(|left, right| left.left.total_cmp(&right.left).then(left.top.total_cmp(&right.top)));
        let mut bands = Bands::default();
        for (index, item) in boxes.iter().enumerate() {
            bands.insert(index, item);
        }
        let mut joined = vec![false; boxes.len()];
        let mut changed = false;
        for first in 0..boxes.len() {
            if joined[first] {
                continue;
            }
            let mut candidates: Vec<usize> =
                bands.near(&boxes[first]).filter(|other| *other > first).collect();
            candidates.sort_unstable();
            candidates.dedup();
            for other in candidates {
                if !joined[other] && belong_together(&boxes[first], &boxes[other], gap) {
                    let (a, b) = (boxes[first], boxes[other]);
                    boxes[first] = TextBox {
                        left: a.left,
                        top: a.top.min(b.top),
                        right: a.right.max(b.right),
                        bottom: a.bottom.max(b.bottom),
                        confidence: a.confidence.min(b.confidence),
                    };
                    joined[other] = true;
                    changed = true;
                }
            }
        }
        let mut flags = joined.into_iter();
        boxes.retain(|_| !flags.next().unwrap_or(false));
        if !changed {
            return boxes;
        }
    }
}

/// Whether `right`, which starts further right, goes on where `left` ends.
fn belong_together(left: &TextBox, right: &TextBox, gap: f32) -> bool {
    let shared = left.bottom.min(right.bottom) - left.top.max(right.top);
    right.left - left.right <= gap * left.height().min(right.height())
        && shared > 0.8 * left.height().max(right.height())
}

/// Boxes of both passes in the same pixels. Each pass is believed first in its own range of heights.
pub(super) fn merge_passes(
    base: Vec<TextBox>,
    reduced: Vec<TextBox>,
    settings: &DetectorSettings,
) -> Vec<TextBox> {
    let is_large = |item: &TextBox| item.height() >= settings.large_height;
    let (base_large, base_small): (Vec<_>, Vec<_>) = base.into_iter().partition(is_large);
    let (reduced_large, reduced_small): (Vec<_>, Vec<_>) = reduced.into_iter().partition(is_large);
    let mut kept = Kept::default();
    kept.add(reduced_large);
    kept.add(base_small);
    // What only the other pass saw still counts, but not as a second reading of the same place.
    let others =
        base_large.into_iter().chain(reduced_small).filter(|item| !kept.covers(item, 0.25)).collect();
    kept.add(others);
    trim_overlaps(kept.boxes)
}

/// Where two boxes of one row overlap, the narrower ends where the wider begins: nothing is read twice.
fn trim_overlaps(mut boxes: Vec<TextBox>) -> Vec<TextBox> {
    boxes.sort_by(|a, b| {
        b.width().total_cmp(&a.width()).then(a.top.total_cmp(&b.top)).then(a.left.total_cmp(&b.left))
    });
    let mut kept = Kept::default();
    for mut item in boxes {
        for index in kept.bands.near(&item).collect::<Vec<_>>() {
            let other = kept.boxes[index];
            let shared = item.bottom.min(other.bottom) - item.top.max(other.top);
            if shared < 0.6 * item.height().min(other.height())
                || shared < 0.4 * item.height().max(other.height())
            {
                continue;
            }
            if item.left < other.left && item.right > other.left {
                item.right = other.left;
            } else if item.right > other.right && item.left < other.right {
                item.left = other.right;
            }
        }
        if item.width() >= LEAST_WIDTH * item.height() {
            kept.bands.insert(kept.boxes.len(), &item);
            kept.boxes.push(item);
        }
    }
    kept.boxes
}
