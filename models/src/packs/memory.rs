//! How much memory a pack needs, and how much this computer has.
//!
//! Invariant: an estimate is worked out from the model's own numbers by one formula, before a byte is loaded.

use domain::pack::Memory;
use serde::{Deserialize, Serialize};

/// The numbers of a model that decide on memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    pub parameters: u64,
    pub text_layers: u64,
    pub key_value_heads: u64,
    pub head_size: u64,
    pub vision_heads: u64,
    /// Patches of one tile.
    pub patches: u64,
    pub vision_hidden: u64,
    pub vision_intermediate: u64,
}

/// Tokens of one capture: thirteen tiles, the page's lines and the answer.
const TOKENS: u64 = 4096;
const F32: u64 = 4;

/// Bytes for running a model on the processor: weights of 8 bits with their scales and a bf16 embedding table, keys
/// and values of one conversation, the widest layer of one tile (attention scores of all heads, or the feed-forward's
/// inside), and a fifth on top.
pub fn needed(shape: &Shape) -> u64 {
    let weights = shape.parameters / 4 * 5;
    let cache = 2 * shape.text_layers * shape.key_value_heads * shape.head_size * TOKENS * F32;
    let scores = shape.vision_heads * shape.patches * shape.patches;
    let inside = shape.patches * (shape.vision_intermediate + 4 * shape.vision_hidden);
    let tile = scores.max(inside) * F32;
    (weights + cache + tile) * 6 / 5
}

/// Free and total memory now; inside a container, of the container.
pub fn of_this_computer() -> Memory {
    let mut system = sysinfo::System::new();
    system.refresh_memory();
    let (mut free, mut total) = (system.available_memory(), system.total_memory());
    if let Some(limits) = system.cgroup_limits()
        && limits.total_memory < total
    {
        total = limits.total_memory;
        // Its "free" leaves out cached files, which the system gives back when memory is asked for.
        free = free.min(total.saturating_sub(limits.rss));
    }
    Memory { free, total }
}

#[cfg(test)]
mod tests {
    use super::{needed, of_this_computer};
    use crate::packs::catalogue;

    #[test]
    fn larger_models_need_more_and_more_than_their_weights() {
        let sizes: Vec<u64> = ["smolvlm-256m", "smolvlm-500m", "smolvlm-2.2b"]
            .iter()
            .map(|id| {
                let shape = catalogue::known(id).and_then(|known| known.shape).expect("a known shape");
                let bytes = needed(&shape);
                assert!(bytes > shape.parameters * 34 / 32, "{id} needs more than its weights");
                assert!(bytes < shape.parameters * 4, "{id} does not need the memory of its f32 weights");
                bytes
            })
            .collect();
        assert!(sizes.is_sorted(), "{sizes:?}");
    }

    #[test]
    fn this_computer_has_memory() {
        let memory = of_this_computer();
        assert!(memory.total > 0 && memory.free <= memory.total, "{memory:?}");
    }
}
