//! The Hub's layout: which files make a pack, and whether a folder is one.
//!
//! Invariant: weights are never loaded or mapped here; only the header of a safetensors file is read, its size
//! bounded first. What comes from a file is checked before it is used to reserve memory.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use domain::PackError;
use serde_json::Value;

use super::disk;
use super::memory::Shape;
use crate::vision_language;

/// Files that a pack may have besides weights; the licence and the model card travel with the bytes.
const COMPANIONS: &[&str] = &[
    "config.json",
    "tokenizer.json",
    "preprocessor_config.json",
    "processor_config.json",
    "tokenizer_config.json",
    "generation_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "chat_template.json",
    "chat_template.jinja",
    "model.safetensors.index.json",
    "LICENSE",
    "README.md",
];
const WEIGHTS: &str = "model.safetensors";
const INDEX: &str = "model.safetensors.index.json";

/// Largest header of a safetensors file, as its reference implementation has it.
const LARGEST_HEADER: u64 = 100_000_000;
/// Largest file beside the weights, and most bytes of a pack.
const LARGEST_COMPANION: u64 = 64 * 1024 * 1024;
const LARGEST_PACK: u64 = 64_000_000_000;

/// What a folder turned out to be.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// Names of the files that belong to the pack, in name order.
    pub(super) files: Vec<String>,
    pub(super) parameters: u64,
    pub(super) shape: Option<Shape>,
}

/// Whether a name is a plain file name that may stand in a pack.
pub(super) fn is_file_name(name: &str) -> bool {
    COMPANIONS.contains(&name) || name == WEIGHTS || is_shard(name)
}

/// `model-00001-of-00002.safetensors`
fn is_shard(name: &str) -> bool {
    let digits = |text: &str| text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit());
    name.strip_prefix("model-")
        .and_then(|rest| rest.strip_suffix(".safetensors"))
        .and_then(|rest| rest.split_once("-of-"))
        .is_some_and(|(number, of)| digits(number) && digits(of))
}

fn is_weights(name: &str) -> bool {
    name == WEIGHTS || is_shard(name)
}

fn bad(file: &str, why: impl Into<String>) -> PackError {
    PackError::BadLayout { file: file.to_owned(), why: why.into() }
}

/// Chooses the files of a pack from all names of a repository or folder.
pub(super) fn choose<'a>(names: impl Iterator<Item = &'a str>) -> Result<Vec<String>, PackError> {
    let mut chosen: BTreeSet<&str> = names.filter(|name| is_file_name(name)).collect();
    if chosen.contains(WEIGHTS) {
        // A repository may hold the weights twice, whole and in parts.
        chosen.retain(|name| !is_shard(name) && *name != INDEX);
    }
    for needed in ["config.json", "tokenizer.json"] {
        if !chosen.contains(needed) {
            return Err(bad(needed, "it is not there"));
        }
    }
    if !chosen.iter().any(|name| is_weights(name)) {
        return Err(bad(WEIGHTS, "there are no weights in the safetensors format"));
    }
    if chosen.iter().any(|name| is_shard(name)) && !chosen.contains(INDEX) {
        return Err(bad(INDEX, "the weights are in several files, and their index is not there"));
    }
    Ok(chosen.into_iter().map(str::to_owned).collect())
}

/// Refuses sizes that no pack has, before anything is fetched or copied.
pub(super) fn demand_sizes<'a>(files: impl Iterator<Item = (&'a str, u64)>) -> Result<u64, PackError> {
    let mut total = 0_u64;
    for (name, bytes) in files {
        if !is_weights(name) && bytes > LARGEST_COMPANION {
            return Err(bad(name, format!("it is {bytes} bytes long, and no such file is that large")));
        }
        total = total.saturating_add(bytes);
        if total > LARGEST_PACK {
            return Err(bad(name, "the pack would be larger than 64 GB"));
        }
    }
    Ok(total)
}

/// Looks at a folder: which files belong to the pack, and whether config and weights are what they should be.
pub(super) fn inspect(folder: &Path) -> Result<Layout, PackError> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| disk::cannot_read(folder, &error))? {
        let entry = entry.map_err(|error| disk::cannot_read(folder, &error))?;
        if let Some(name) = entry.file_name().to_str() {
            names.push(name.to_owned());
        }
    }
    let files = choose(names.iter().map(String::as_str))?;
    let mut sizes = Vec::new();
    for name in &files {
        let path = folder.join(name);
        // A Hub cache consists of links, so links are followed; anything but a file is refused.
        let described = std::fs::metadata(&path).map_err(|error| disk::cannot_read(&path, &error))?;
        if !described.is_file() {
            return Err(bad(name, "it is not a file"));
        }
        sizes.push((name.as_str(), described.len()));
    }
    demand_sizes(sizes.iter().copied())?;
    let config = json(folder, "config.json")?;
    let family = config["model_type"].as_str().unwrap_or_default();
    if !vision_language::is_known(family) {
        let family = domain::text::visible(family, 40);
        return Err(bad("config.json", format!("the model type \"{family}\" is not one that can be run")));
    }
    json(folder, "tokenizer.json")?;
    let mut parameters = 0_u64;
    for name in files.iter().filter(|name| is_weights(name)) {
        parameters = parameters.saturating_add(count_parameters(folder, name)?);
    }
    if files.iter().any(|name| name == INDEX) {
        demand_shards(&json(folder, INDEX)?, &files)?;
    }
    let shape = shape(&config, parameters);
    Ok(Layout { files, parameters, shape })
}

fn json(folder: &Path, name: &str) -> Result<Value, PackError> {
    let path = folder.join(name);
    let text = std::fs::read(&path).map_err(|error| disk::cannot_read(&path, &error))?;
    let value: Value =
        serde_json::from_slice(&text).map_err(|error| bad(name, format!("it is no JSON ({error})")))?;
    if value.is_object() { Ok(value) } else { Err(bad(name, "it is no JSON object")) }
}

/// Every file that the index names must be there.
fn demand_shards(index: &Value, files: &[String]) -> Result<(), PackError> {
    let map =
        index["weight_map"].as_object().ok_or_else(|| bad(INDEX, "it lists no weights (\"weight_map\")"))?;
    for (tensor, file) in map {
        let file = file.as_str().unwrap_or_default();
        if !files.iter().any(|held| held == file) {
            let tensor = domain::text::visible(tensor, 100);
            let file = domain::text::visible(file, 100);
            return Err(bad(
                INDEX,
                format!("the tensor {tensor} is said to be in {file}, which is not there"),
            ));
        }
    }
    Ok(())
}

/// Number of values in a safetensors file, from its header alone.
///
/// Format: <https://github.com/huggingface/safetensors#format>: eight bytes with the length of the header, a JSON
/// object of names with `dtype`, `shape` and `data_offsets`, then the data without gaps.
fn count_parameters(folder: &Path, name: &str) -> Result<u64, PackError> {
    let path = folder.join(name);
    let unreadable = |error: std::io::Error| disk::cannot_read(&path, &error);
    let mut file = File::open(&path).map_err(unreadable)?;
    let size = file.metadata().map_err(unreadable)?.len();
    let mut length = [0_u8; 8];
    if size < 8 {
        return Err(bad(name, "it is too short to be a safetensors file"));
    }
    file.read_exact(&mut length).map_err(unreadable)?;
    let length = u64::from_le_bytes(length);
    if length > LARGEST_HEADER || length > size - 8 {
        return Err(bad(name, "its header is longer than the file or than any header"));
    }
    let mut header = vec![0_u8; length as usize];
    file.read_exact(&mut header).map_err(unreadable)?;
    let header: serde_json::Map<String, Value> = serde_json::from_slice(&header)
        .map_err(|error| bad(name, format!("its header is no JSON ({error})")))?;
    let data = size - 8 - length;
    let mut parameters = 0_u64;
    let mut end_of_all = 0_u64;
    for (tensor, value) in header.iter().filter(|(tensor, _)| *tensor != "__metadata__") {
        let wrong = |why: &str| bad(name, format!("the tensor {} {why}", domain::text::visible(tensor, 100)));
        let width = match value["dtype"].as_str() {
            Some("F32") => 4,
            Some("F16" | "BF16") => 2,
            _ => return Err(wrong("has a type other than F32, F16 and BF16")),
        };
        let shape = value["shape"].as_array().ok_or_else(|| wrong("has no shape"))?;
        let values = shape.iter().try_fold(1_u64, |product, side| product.checked_mul(side.as_u64()?));
        let values = values.ok_or_else(|| wrong("has an impossible shape"))?;
        let offset = |index: usize| value["data_offsets"][index].as_u64();
        let (Some(start), Some(end)) = (offset(0), offset(1)) else {
            return Err(wrong("has no place in the file"));
        };
        if end > data || start.checked_add(values.saturating_mul(width)) != Some(end) {
            return Err(wrong("does not fit into the file; the file may be cut short"));
        }
        end_of_all = end_of_all.max(end);
        parameters = parameters.saturating_add(values);
    }
    if parameters == 0 {
        return Err(bad(name, "it holds no tensors"));
    }
    if end_of_all != data {
        return Err(bad(name, "it is longer or shorter than its header says"));
    }
    Ok(parameters)
}

/// The numbers for the estimate of memory; absent keys take the defaults of transformers 5
/// (`configuration_smolvlm.py`, `configuration_llama.py`). `None` when a number is absurd.
fn shape(config: &Value, parameters: u64) -> Option<Shape> {
    let number = |part: &str, key: &str, default: u64| {
        let value = config[part][key].as_u64().unwrap_or(default);
        (1..=1_000_000).contains(&value).then_some(value)
    };
    let heads = number("text_config", "num_attention_heads", 32)?;
    let hidden = number("text_config", "hidden_size", 4096)?;
    let side = number("vision_config", "image_size", 224)? / number("vision_config", "patch_size", 32)?;
    Some(Shape {
        parameters,
        text_layers: number("text_config", "num_hidden_layers", 32)?,
        key_value_heads: number("text_config", "num_key_value_heads", heads)?,
        head_size: number("text_config", "head_dim", (hidden / heads).max(1))?,
        vision_heads: number("vision_config", "num_attention_heads", 16)?,
        patches: side.checked_mul(side).filter(|patches| (1..=100_000).contains(patches))?,
        vision_hidden: number("vision_config", "hidden_size", 1152)?,
        vision_intermediate: number("vision_config", "intermediate_size", 3072)?,
    })
}
