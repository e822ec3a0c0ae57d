//! Boxes in upright original pixels: origin top left, whole pixels, never negative.

use serde::{Deserialize, Serialize};

/// A rectangle of picture pixels. `x` and `y` are the left and top edge; a box of zero width or height is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, PartialOrd, Ord)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PixelBox {
    pub x: u32,
    pub y: u32,
    pub width: u32,
    pub height: u32,
}

impl PixelBox {
    pub const fn new(x: u32, y: u32, width: u32, height: u32) -> Self {
        Self { x, y, width, height }
    }

    pub const fn right(&self) -> u32 {
        self.x.saturating_add(self.width)
    }

    pub const fn bottom(&self) -> u32 {
        self.y.saturating_add(self.height)
    }

    pub const fn is_empty(&self) -> bool {
        self.width == 0 || self.height == 0
    }

    pub const fn area(&self) -> u64 {
        self.width as u64 * self.height as u64
    }

    pub fn center(&self) -> (f32, f32) {
        (self.x as f32 + self.width as f32 / 2.0, self.y as f32 + self.height as f32 / 2.0)
    }

    /// The smallest box that holds both.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let x = self.x.min(other.x);
        let y = self.y.min(other.y);
        Self {
            x,
            y,
            width: self.right().max(other.right()) - x,
            height: self.bottom().max(other.bottom()) - y,
        }
    }

    /// The smallest box that holds all of them; `None` for none.
    pub fn hull<'a>(boxes: impl IntoIterator<Item = &'a Self>) -> Option<Self> {
        boxes.into_iter().copied().reduce(|left, right| left.union(&right))
    }

    /// The shared part, empty when they do not meet.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let x = self.x.max(other.x);
        let y = self.y.max(other.y);
        let width = self.right().min(other.right()).saturating_sub(x);
        let height = self.bottom().min(other.bottom()).saturating_sub(y);
        Self { x, y, width, height }
    }

    /// Intersection over union, 0 to 1.
    pub fn overlap(&self, other: &Self) -> f32 {
        let shared = self.intersection(other).area();
        let whole = self.area() + other.area() - shared;
        if whole == 0 { 0.0 } else { shared as f32 / whole as f32 }
    }

    /// Whether the middle of another box lies inside this one.
    pub const fn holds_middle(&self, other: &Self) -> bool {
        let (x, y) = (other.x + other.width / 2, other.y + other.height / 2);
        x >= self.x && x < self.right() && y >= self.y && y < self.bottom()
    }

    /// Whether this box lies wholly inside a picture of that size.
    pub const fn fits(&self, width: u32, height: u32) -> bool {
        !self.is_empty() && self.right() <= width && self.bottom() <= height
    }

    /// Grown by `margin` on each side and clipped to the picture.
    #[must_use]
    pub fn padded(&self, margin: u32, width: u32, height: u32) -> Self {
        let x = self.x.saturating_sub(margin);
        let y = self.y.saturating_sub(margin);
        let right = self.right().saturating_add(margin).min(width);
        let bottom = self.bottom().saturating_add(margin).min(height);
        Self { x, y, width: right.saturating_sub(x), height: bottom.saturating_sub(y) }
    }
}
