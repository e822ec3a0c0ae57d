//! The packs that the program knows by name.
//!
//! Invariant: what stands here was published with the models (repository, licence, languages, parameters, the size of
//! a file where it was stated); commits and hashes are not, they come from the Hub when it is asked.

use super::memory::Shape;

/// A published model that the program can run.
#[derive(Debug, Clone, Copy)]
pub struct KnownPack {
    pub id: &'static str,
    pub title: &'static str,
    pub about: &'static str,
    pub repository: &'static str,
    /// SPDX identifier.
    pub licence: &'static str,
    pub languages: &'static [&'static str],
    pub parameters: u64,
    /// Of the weights, as published; `None` where only the Hub knows.
    pub published_bytes: Option<u64>,
    /// `None` where the numbers of the text model are not published in a form we could check.
    pub shape: Option<Shape>,
}

impl KnownPack {
    /// Estimate of the memory it needs.
    pub fn memory_needed(&self) -> Option<u64> {
        self.shape.as_ref().map(super::memory::needed)
    }
}

// SigLIP-B/16 at 512 pixels: 32 by 32 patches. SigLIP-SO400M/14 at 384 pixels: 27 by 27.
const SMALL_VISION: Shape = Shape {
    parameters: 0,
    text_layers: 0,
    key_value_heads: 0,
    head_size: 64,
    vision_heads: 12,
    patches: 1024,
    vision_hidden: 768,
    vision_intermediate: 3072,
};
const SHAPE_256M: Shape =
    Shape { parameters: 256_500_000, text_layers: 30, key_value_heads: 3, ..SMALL_VISION };
const SHAPE_500M: Shape =
    Shape { parameters: 507_400_000, text_layers: 32, key_value_heads: 5, ..SMALL_VISION };
const SHAPE_2B: Shape = Shape {
    parameters: 2_246_300_000,
    text_layers: 24,
    key_value_heads: 32,
    head_size: 64,
    vision_heads: 16,
    patches: 729,
    vision_hidden: 1152,
    vision_intermediate: 4304,
};

/// Smallest first, older before newer.
pub const KNOWN: &[KnownPack] = &[
    KnownPack {
        id: "smolvlm-256m",
        title: "SmolVLM 256M Instruct",
        about: "The smallest: quick on any laptop, weak at long answers.",
        repository: "HuggingFaceTB/SmolVLM-256M-Instruct",
        licence: "Apache-2.0",
        languages: &["English"],
        parameters: SHAPE_256M.parameters,
        published_bytes: Some(513_000_000),
        shape: Some(SHAPE_256M),
    },
    KnownPack {
        id: "smolvlm2-256m-video",
        title: "SmolVLM2 256M Video Instruct",
        about: "The smallest of the second generation; used for pictures only.",
        repository: "HuggingFaceTB/SmolVLM2-256M-Video-Instruct",
        licence: "Apache-2.0",
        languages: &["English"],
        parameters: SHAPE_256M.parameters,
        published_bytes: None,
        shape: Some(SHAPE_256M),
    },
    KnownPack {
        id: "granite-docling-258m",
        title: "Granite Docling 258M",
        about: "Made for transcribing documents, not for answering questions.",
        repository: "ibm-granite/granite-docling-258M",
        licence: "Apache-2.0",
        languages: &["English", "experimental: Japanese, Arabic, Chinese"],
        parameters: 258_000_000,
        published_bytes: None,
        shape: None,
    },
    KnownPack {
        id: "smolvlm-500m",
        title: "SmolVLM 500M Instruct",
        about: "Reads pages better than the smallest and answers more reliably.",
        repository: "HuggingFaceTB/SmolVLM-500M-Instruct",
        licence: "Apache-2.0",
        languages: &["English"],
        parameters: SHAPE_500M.parameters,
        published_bytes: None,
        shape: Some(SHAPE_500M),
    },
    KnownPack {
        id: "smolvlm2-500m-video",
        title: "SmolVLM2 500M Video Instruct",
        about: "The middle one of the second generation; used for pictures only.",
        repository: "HuggingFaceTB/SmolVLM2-500M-Video-Instruct",
        licence: "Apache-2.0",
        languages: &["English"],
        parameters: SHAPE_500M.parameters,
        published_bytes: Some(2_030_000_000),
        shape: Some(SHAPE_500M),
    },
    KnownPack {
        id: "smolvlm-2.2b",
        title: "SmolVLM 2.2B Instruct",
        about: "The largest of the first generation; slow without a graphics processor.",
        repository: "HuggingFaceTB/SmolVLM-Instruct",
        licence: "Apache-2.0",
        languages: &["English"],
        parameters: SHAPE_2B.parameters,
        published_bytes: Some(4_500_000_000),
        shape: Some(SHAPE_2B),
    },
    KnownPack {
        id: "smolvlm2-2.2b",
        title: "SmolVLM2 2.2B Instruct",
        about: "The largest of the second generation; slow without a graphics processor.",
        repository: "HuggingFaceTB/SmolVLM2-2.2B-Instruct",
        licence: "Apache-2.0",
        languages: &["English"],
        parameters: SHAPE_2B.parameters,
        published_bytes: None,
        shape: Some(SHAPE_2B),
    },
];

/// The known pack with that id.
pub fn known(id: &str) -> Option<&'static KnownPack> {
    KNOWN.iter().find(|known| known.id == id)
}

/// What to call a pack in a sentence: its title where it is known, its id elsewhere.
pub(super) fn title(id: &str) -> String {
    known(id).map_or_else(|| id.to_owned(), |known| known.title.to_owned())
}
