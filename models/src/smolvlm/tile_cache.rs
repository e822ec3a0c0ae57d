//! Tokens of frames that were looked at before, by the BLAKE3 hash of their pixels.
//!
//! Blank tiles, repeated headers and further questions about a picture then cost nothing. Frames are encoded each for
//! itself, so this changes no number. Invariant: the kept tensors never exceed a fixed number of bytes. Must not: hold
//! pixels.

use std::collections::{HashMap, VecDeque};

use candle_core::Tensor;

/// Bytes of tokens that are kept: some 400 frames of the 256M model.
const MOST_BYTES: usize = 64 << 20;

#[derive(Default)]
pub(super) struct TileCache {
    tokens: HashMap<blake3::Hash, Tensor>,
    /// Least recently used first.
    order: VecDeque<blake3::Hash>,
    bytes: usize,
}

fn size(tokens: &Tensor) -> usize {
    tokens.elem_count() * tokens.dtype().size_in_bytes()
}

impl TileCache {
    pub(super) fn get(&mut self, key: &blake3::Hash) -> Option<Tensor> {
        let found = self.tokens.get(key)?.clone();
        self.order.retain(|other| other != key);
        self.order.push_back(*key);
        Some(found)
    }

    pub(super) fn put(&mut self, key: blake3::Hash, tokens: &Tensor) {
        if let Some(old) = self.tokens.insert(key, tokens.clone()) {
            self.bytes -= size(&old);
            self.order.retain(|other| *other != key);
        }
        self.bytes += size(tokens);
        self.order.push_back(key);
        while self.bytes > MOST_BYTES && self.order.len() > 1 {
            if let Some(tokens) = self.order.pop_front().and_then(|oldest| self.tokens.remove(&oldest)) {
                self.bytes -= size(&tokens);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use candle_core::{DType, Device, Tensor};

    use super::{MOST_BYTES, TileCache};

    #[test]
    fn the_least_recently_used_frames_make_room() {
        let mut cache = TileCache::default();
        let third = MOST_BYTES / 4 / 3;
        let frame = Tensor::zeros(third, DType::F32, &Device::Cpu).expect("a tensor");
        let keys = [b"a", b"b", b"c", b"d"].map(|name| blake3::hash(name));
        for key in &keys[..3] {
            cache.put(*key, &frame);
        }
        assert!(cache.get(&keys[0]).is_some());
        cache.put(keys[3], &frame);
        let kept = keys.map(|key| cache.get(&key).is_some());
        assert_eq!(kept, [true, false, true, true]);
    }
}
