"""Shape, tokenizer and prompt of the micro SmolVLM.

Invariant: what is written here is what `train.py` trains and `export.py` writes. Must not: import training state.
"""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
MODELS = HERE.parent.parent
RUNS = HERE.parent / "runs" / "micro_vlm"
sys.path.insert(0, str(MODELS / "reference"))

import vlm_checkpoint as checkpoint  # noqa: E402

from pictures import TILE  # noqa: E402

PATCH = 8
SCALE_FACTOR = 2
IMAGE_SEQUENCE_LENGTH = (TILE // PATCH) ** 2 // SCALE_FACTOR**2
QUESTION = "Read."
OTHER_QUESTIONS = ["", "Read the word.", "What does it say?", "Which text stands in the picture?", "Answer with the text."]
"""The network learns to read whatever is asked; the figures of the model card are for QUESTION."""


def tokenizer():
    return checkpoint.make_tokenizer(characters=True, whole=("User:", "Assistant:"))


def configuration(vocabulary_size, image_token):
    """SmolVLM2's keys with micro sizes: about half a million parameters."""
    return {
        "architectures": ["SmolVLMForConditionalGeneration"],
        "image_token_id": image_token,
        "model_type": "smolvlm",
        "scale_factor": SCALE_FACTOR,
        "text_config": {
            "head_dim": 16,
            "hidden_size": 96,
            "intermediate_size": 192,
            "max_position_embeddings": 8192,
            "model_type": "llama",
            "num_attention_heads": 6,
            "num_hidden_layers": 2,
            "num_key_value_heads": 2,
            "rms_norm_eps": 1e-05,
            "rope_theta": 10000,
            "vocab_size": vocabulary_size,
        },
        "tie_word_embeddings": False,
        "torch_dtype": "bfloat16",
        "vision_config": {
            "hidden_size": 96,
            "image_size": TILE,
            "intermediate_size": 192,
            "model_type": "smolvlm_vision",
            "num_attention_heads": 6,
            "num_hidden_layers": 3,
            "patch_size": PATCH,
        },
    }


def write_folder(folder):
    """The checkpoint folder without weights; returns its tokenizer."""
    made = tokenizer()
    checkpoint.write_checkpoint_files(
        folder,
        configuration(made.get_vocab_size(), made.token_to_id(checkpoint.IMAGE)),
        made,
        TILE,
        TILE,
        IMAGE_SEQUENCE_LENGTH,
    )
    return made


def prompt_ids(made, question):
    """Token ids of the expanded prompt for one frame."""
    picture = checkpoint.FAKE_IMAGE + checkpoint.GLOBAL_IMAGE + checkpoint.IMAGE * IMAGE_SEQUENCE_LENGTH + checkpoint.FAKE_IMAGE
    return made.encode(f"<|im_start|>User:{picture}{question}{checkpoint.END_OF_UTTERANCE}\nAssistant:").ids


def answer_ids(made, text):
    """What stands behind "Assistant:" for a picture that says `text`."""
    return made.encode(f" {text}{checkpoint.END_OF_UTTERANCE}").ids
