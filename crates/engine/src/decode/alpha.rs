//! Transparent pixels laid on a plain ground: what an alpha channel becomes before reading.
//!
//! Invariant: white is the ground, black only where the picture would be all but invisible on white. Must not: hold a
//! second copy of the picture.

/// Share of pixels that have to differ from white for a page to count as showing something on white.
const VISIBLE_SHARE: f64 = 0.0005;
/// A channel below this is darker than paper.
const PAPER: u8 = 225;

/// What was seen of a picture's pixels, on white.
#[derive(Default)]
pub(super) struct Seen {
    transparent: bool,
    visible: u64,
    pixels: u64,
}

impl Seen {
    /// Takes note of one pixel and returns it on white.
    pub(super) fn on_white(&mut self, [red, green, blue, alpha]: [u8; 4]) -> [u8; 3] {
        let pixel = over([red, green, blue], alpha, u8::MAX);
        self.pixels += 1;
        self.transparent |= alpha < u8::MAX;
        self.visible += u64::from(pixel.iter().any(|channel| *channel < PAPER));
        pixel
    }

    /// Whether the picture has to be laid on black to be seen.
    pub(super) fn needs_black(&self) -> bool {
        self.transparent && (self.visible as f64) < self.pixels as f64 * VISIBLE_SHARE
    }
}

/// RGBA pixels to RGB pixels in the same memory.
pub(super) fn flattened(mut pixels: Vec<u8>) -> Vec<u8> {
    let mut seen = Seen::default();
    for pixel in pixels.as_chunks::<4>().0 {
        seen.on_white(*pixel);
    }
    let ground = if seen.needs_black() { 0 } else { u8::MAX };
    let count = pixels.len() / 4;
    for index in 0..count {
        let [red, green, blue, alpha] = std::array::from_fn(|channel| pixels[index * 4 + channel]);
        pixels[index * 3..index * 3 + 3].copy_from_slice(&over([red, green, blue], alpha, ground));
    }
    pixels.truncate(count * 3);
    pixels.shrink_to_fit();
    pixels
}

/// One pixel over a plain ground, rounded.
pub(super) fn over(pixel: [u8; 3], alpha: u8, ground: u8) -> [u8; 3] {
    let (alpha, ground) = (u32::from(alpha), u32::from(ground));
    pixel.map(|channel| ((u32::from(channel) * alpha + ground * (255 - alpha) + 127) / 255) as u8)
}
