"""Write the fixtures that tie the Candle port of the SmolVLM family to transformers.

    python3 models/reference/make_vlm_fixtures.py                  the committed fixtures
    python3 models/reference/make_vlm_fixtures.py --full 256m      one full-size checkpoint (256m or 500m), not committed

Needs torch, transformers 5 or later, torchvision, num2words, pillow and safetensors. A fixture is a checkpoint folder
in the Hub's layout with seeded random weights, `picture.png`, and what transformers computes from both in f32 with the
PIL image processor:

    expected.safetensors  input_ids i64 [1, T], pixel_values f32 [1, n, 3, S, S], logits f32 [1, T, V],
                          image_features f32 [n, tokens, H], greedy_ids i64 [24], greedy_margins f32 [24]
    expected.json         prompt before and after expansion, tile rows and columns, SHA-256 of pixel_values, versions

`greedy_margins` holds the distance of the two best logits at each step; generation ignores the end-of-utterance token.
Where pixel_values would be larger than the fixture may be, only its SHA-256 (of the little-endian f32 bytes) is kept.
A pixel attention mask is never needed: the script stops if the processor gives one that is not all ones.
Invariant: running it twice with the same library versions gives the same bytes. Must not: use published weights.
"""

import argparse
import hashlib
import json
import os
import pathlib
import shutil

os.environ["HF_HUB_OFFLINE"] = "1"

import torch  # noqa: E402
import transformers
from PIL import Image, ImageDraw
from safetensors.torch import save_file
from transformers import AutoModelForImageTextToText, AutoTokenizer, Idefics3Processor, SmolVLMProcessor, SmolVLMVideoProcessor
from transformers.models.idefics3.image_processing_pil_idefics3 import Idefics3ImageProcessorPil
from transformers.models.smolvlm.image_processing_pil_smolvlm import SmolVLMImageProcessorPil

import vlm_checkpoint as checkpoint

HERE = pathlib.Path(__file__).resolve().parent
PIXELS_KEPT = 20_000
GREEDY_STEPS = 24


def vision(size, patch, hidden, heads, layers, intermediate, **more):
    return {
        "hidden_size": hidden,
        "image_size": size,
        "intermediate_size": intermediate,
        "num_attention_heads": heads,
        "num_hidden_layers": layers,
        "patch_size": patch,
    } | more


def text(hidden, heads, key_value_heads, layers, intermediate, **more):
    return {
        "hidden_size": hidden,
        "intermediate_size": intermediate,
        "max_position_embeddings": 8192,
        "model_type": "llama",
        "num_attention_heads": heads,
        "num_hidden_layers": layers,
        "num_key_value_heads": key_value_heads,
        "rms_norm_eps": 1e-05,
        "rope_theta": 100000,
    } | more


SMALL = {
    "smolvlm-tiny": {
        "seed": 1,
        "model_type": "smolvlm",
        "scale_factor": 4,
        "vision": vision(32, 4, 16, 2, 2, 32),
        "text": text(24, 3, 1, 2, 32, head_dim=8),
        "tiles": 2,
        "picture": (150, 100),
    },
    "idefics3-scale-three": {
        "seed": 2,
        "model_type": "idefics3",
        "scale_factor": 3,
        "vision": vision(36, 6, 24, 3, 2, 40),
        "text": text(24, 4, 4, 2, 40, rope_theta=273768, max_position_embeddings=16384),
        "tiles": 2,
        "picture": (90, 200),
        "row_tokens": False,
    },
    "grouped-nine-three-bfloat16": {
        "seed": 3,
        "model_type": "smolvlm",
        "scale_factor": 2,
        "vision": vision(32, 8, 24, 3, 2, 48),
        "text": text(36, 9, 3, 2, 48, head_dim=4),
        "tiles": 2,
        "picture": (61, 47),
        "dtype": torch.bfloat16,
    },
    "grouped-fifteen-five-tied-sharded": {
        "seed": 4,
        "model_type": "smolvlm",
        "scale_factor": 2,
        "vision": vision(32, 8, 24, 2, 3, 32),
        "text": text(60, 15, 5, 2, 40, head_dim=4),
        "tiles": 2,
        "picture": (33, 70),
        "tied": True,
        "dtype": torch.float16,
        "shards": 3,
    },
    "absent-keys": {
        "seed": 5,
        "model_type": "smolvlm",
        "scale_factor": 2,
        "vision": vision(32, 8, 16, 16, 12, 16),
        "text": text(64, 32, 32, 1, 24, rope_theta=10000),
        "tiles": 1,
        "picture": (64, 50),
        "dtype": torch.bfloat16,
        "absent": {
            "": ["scale_factor", "tie_word_embeddings"],
            "vision_config": ["num_attention_heads", "num_hidden_layers"],
            "text_config": ["num_attention_heads", "num_key_value_heads", "rms_norm_eps", "rope_theta"],
        },
    },
    "patch-fourteen-384": {
        "seed": 6,
        "model_type": "idefics3",
        "scale_factor": 3,
        "vision": vision(384, 14, 18, 2, 2, 43),
        "text": text(24, 3, 3, 2, 48),
        "tiles": 1,
        "picture": (320, 200),
        "row_tokens": False,
        "dtype": torch.bfloat16,
        "merges": 8,
    },
    "patch-sixteen-512": {
        "seed": 17,
        "model_type": "smolvlm",
        "scale_factor": 4,
        "vision": vision(512, 16, 16, 2, 2, 32),
        "text": text(24, 3, 1, 2, 48, head_dim=8),
        "tiles": 1,
        "picture": (256, 300),
        "dtype": torch.bfloat16,
        "merges": 8,
    },
    # As granite-docling: the Idefics3 class with patches of 16, squares of four by four and the head tied to the table.
    "idefics3-tied-scale-four": {
        "seed": 21,
        "model_type": "idefics3",
        "scale_factor": 4,
        "vision": vision(128, 16, 24, 3, 2, 48),
        "text": text(36, 9, 3, 3, 48, head_dim=4),
        "tiles": 2,
        "picture": (200, 260),
        "tied": True,
        "dtype": torch.bfloat16,
        "merges": 8,
    },
    # As SmolVLM2 2.2B: patches of 14, squares of three by three, and a configuration that leaves out its 32 heads.
    "smolvlm-fourteen-scale-three": {
        "seed": 22,
        "model_type": "smolvlm",
        "scale_factor": 3,
        "vision": vision(84, 14, 36, 4, 3, 54),
        "text": text(64, 32, 32, 2, 48, rope_theta=130000),
        "tiles": 3,
        "picture": (250, 120),
        "dtype": torch.bfloat16,
        "merges": 8,
        "absent": {"text_config": ["num_attention_heads", "num_key_value_heads"]},
    },
}
"""The committed fixtures. `tiles` is N of `longest_edge = N * tile`; `absent` lists keys left out of config.json."""

FULL_VISION = vision(512, 16, 768, 12, 12, 3072)
FULL = {
    "256m": {
        "seed": 8,
        "model_type": "smolvlm",
        "scale_factor": 4,
        "vision": FULL_VISION,
        "text": text(576, 9, 3, 30, 1536, head_dim=64, architectures=["VLlama3ForCausalLM"]),
    },
    "500m": {
        "seed": 9,
        "model_type": "smolvlm",
        "scale_factor": 4,
        "vision": FULL_VISION,
        "text": text(960, 15, 5, 32, 2560, head_dim=64, architectures=["VLlama3ForCausalLM"]),
    },
}
"""The published shapes with random weights and a made tokenizer of the published vocabulary size."""
FULL_DEFAULTS = {"tiles": 4, "picture": (1280, 800), "vocabulary_size": 49280, "dtype": torch.bfloat16}


def picture(size, seed):
    """A page-like RGB picture: a pale ground, a dark bar, blocks and strokes; the same on every machine."""
    width, height = size
    image = Image.new("RGB", size, (246, 244, 238))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width, height // 8), fill=(38, 44, 71))
    state = seed * 7919 + 17
    for index in range(24):
        state = (state * 1103515245 + 12345) % (1 << 31)
        left, top = state % width, (state // 7) % height
        right, bottom = left + 2 + state % (width // 4), top + 1 + (state // 31) % (height // 6)
        colour = (state % 200, (state // 3) % 220, (state // 11) % 240)
        if index % 3:
            draw.rectangle((left, top, right, bottom), fill=colour)
        else:
            draw.line((left, top, right, bottom), fill=colour, width=1 + index % 2)
    return image


def configuration(recipe, vocabulary_size, image_token):
    vision_configuration = {"model_type": f"{recipe['model_type']}_vision" if recipe["model_type"] == "smolvlm" else "idefics3_vision"}
    value = {
        "architectures": ["SmolVLMForConditionalGeneration" if recipe["model_type"] == "smolvlm" else "Idefics3ForConditionalGeneration"],
        "image_token_id": image_token,
        "model_type": recipe["model_type"],
        "pad_token_id": 128002,
        "scale_factor": recipe["scale_factor"],
        "text_config": recipe["text"] | {"vocab_size": vocabulary_size},
        "tie_word_embeddings": recipe.get("tied", False),
        "torch_dtype": str(recipe.get("dtype", torch.float32)).removeprefix("torch."),
        "vision_config": recipe["vision"] | vision_configuration,
    }
    for part, keys in recipe.get("absent", {}).items():
        for key in keys:
            del (value[part] if part else value)[key]
    return value


def write_checkpoint(folder, recipe):
    """A complete checkpoint folder with seeded random weights."""
    shutil.rmtree(folder, ignore_errors=True)
    tokenizer = checkpoint.make_tokenizer(
        merges=recipe.get("merges", 24),
        row_tokens=recipe.get("row_tokens", True),
        vocabulary_size=recipe.get("vocabulary_size"),
    )
    tile, patch = recipe["vision"]["image_size"], recipe["vision"]["patch_size"]
    checkpoint.write_checkpoint_files(
        folder,
        configuration(recipe, tokenizer.get_vocab_size(), tokenizer.token_to_id(checkpoint.IMAGE)),
        tokenizer,
        tile,
        recipe["tiles"] * tile,
        (tile // patch) ** 2 // recipe["scale_factor"] ** 2,
    )
    weights = checkpoint.random_weights(folder, recipe["seed"])
    checkpoint.write_weights(folder, weights, recipe.get("dtype", torch.float32), recipe.get("shards", 1))


def sha256(tensor):
    return hashlib.sha256(tensor.contiguous().numpy().astype("<f4").tobytes()).hexdigest()


def processor_settings(folder):
    settings = json.loads((folder / "processor_config.json").read_text(encoding="utf-8"))
    template = json.loads((folder / "chat_template.json").read_text(encoding="utf-8"))
    return {"image_seq_len": settings["image_seq_len"], "chat_template": template["chat_template"]}


def load(folder, dtype=torch.float32, attention="eager"):
    """The processor with the PIL back end, and the network."""
    if json.loads((folder / "config.json").read_text(encoding="utf-8"))["model_type"] == "smolvlm":
        processor = SmolVLMProcessor(
            SmolVLMImageProcessorPil.from_pretrained(folder),
            AutoTokenizer.from_pretrained(folder),
            SmolVLMVideoProcessor.from_pretrained(folder),
            **processor_settings(folder),
        )
    else:
        processor = Idefics3Processor(
            Idefics3ImageProcessorPil.from_pretrained(folder), AutoTokenizer.from_pretrained(folder), **processor_settings(folder)
        )
    network, report = AutoModelForImageTextToText.from_pretrained(
        folder, dtype=dtype, attn_implementation=attention, output_loading_info=True
    )
    wrong = {kind: names for kind, names in report.items() if names}
    if wrong:
        raise SystemExit(f"{folder.name}: weights and class disagree: {wrong}")
    return processor, network.eval()


def inputs_of(processor, image, question):
    """Prompt before expansion, and the processor's tensors for one picture followed by one question."""
    message = {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": question}]}
    prompt = processor.apply_chat_template([message], add_generation_prompt=True)
    inputs = processor(text=prompt, images=[image], return_tensors="pt")
    if not bool(inputs["pixel_attention_mask"].all()):
        raise SystemExit("the pixel attention mask is not all ones")
    return prompt, inputs


def greedy(network, inputs, steps):
    """The best token of each step and its distance to the second best, from full forward passes' cache."""
    out = network.generate(
        **{key: value for key, value in inputs.items() if key != "pixel_attention_mask"},
        do_sample=False,
        eos_token_id=None,
        max_new_tokens=steps,
        min_new_tokens=steps,
        output_logits=True,
        return_dict_in_generate=True,
    )
    best = torch.stack(out.logits)[:, 0].topk(2, dim=-1).values
    return out.sequences[0, inputs["input_ids"].shape[1] :], (best[:, 0] - best[:, 1]).contiguous()


def write_expected(folder, recipe, question):
    image = picture(recipe["picture"], recipe["seed"])
    image.save(folder / "picture.png", optimize=True)
    processor, network = load(folder)
    prompt, inputs = inputs_of(processor, image, question)
    tile_grid = processor.image_processor([image], return_row_col_info=True)
    pixels = inputs["pixel_values"]
    with torch.no_grad():
        features = network.model.get_image_features(pixels, return_dict=True).pooler_output
        logits = network(input_ids=inputs["input_ids"], pixel_values=pixels).logits
        greedy_ids, greedy_margins = greedy(network, inputs, GREEDY_STEPS)
    tensors = {
        "greedy_ids": greedy_ids,
        "greedy_margins": greedy_margins,
        "image_features": torch.cat(tuple(features)).reshape(pixels.shape[1], -1, network.config.text_config.hidden_size),
        "input_ids": inputs["input_ids"],
        "logits": logits,
    }
    if pixels.numel() <= PIXELS_KEPT or recipe.get("vocabulary_size"):
        tensors["pixel_values"] = pixels
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, folder / "expected.safetensors")
    facts = {
        "question": question,
        "prompt": prompt,
        "expanded_prompt": processor.tokenizer.decode(inputs["input_ids"][0], skip_special_tokens=False),
        "rows": tile_grid["rows"][0][0],
        "columns": tile_grid["cols"][0][0],
        "pixel_values_shape": list(pixels.shape),
        "pixel_values_sha256": sha256(pixels),
        "transformers": transformers.__version__,
        "torch": torch.__version__,
        "pillow": Image.__version__,
    }
    checkpoint.write_json(folder / "expected.json", facts)
    size = sum(file.stat().st_size for file in folder.iterdir())
    print(
        f"{folder.name}: {size / 1000:.0f} kB, ids {tuple(inputs['input_ids'].shape)}, pixels {tuple(pixels.shape)}, "
        f"logits {tuple(logits.shape)} std {logits.std():.2f}, smallest margin {greedy_margins.min():.4f}, "
        f"distinct greedy ids {len(set(greedy_ids.tolist()))}"
    )


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--full", choices=sorted(FULL), help="write one full-size checkpoint into reference/full")
    arguments.add_argument("--only", choices=sorted(SMALL), help="write one of the committed fixtures")
    arguments.add_argument("--no-expected", action="store_true", help="with --full: the checkpoint and picture only")
    chosen = arguments.parse_args()
    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    if chosen.full:
        recipe = FULL_DEFAULTS | FULL[chosen.full]
        folder = HERE / "full" / f"smolvlm-{chosen.full}"
        write_checkpoint(folder, recipe)
        if chosen.no_expected:
            picture(recipe["picture"], recipe["seed"]).save(folder / "picture.png", optimize=True)
        else:
            write_expected(folder, recipe, "What does the page say?")
        return
    torch.set_num_threads(1)
    for name, recipe in SMALL.items():
        if chosen.only in (None, name):
            folder = HERE / "fixtures" / name
            write_checkpoint(folder, recipe)
            write_expected(folder, recipe, "Read 2 words.\n\nThen stop.")


if __name__ == "__main__":
    main()
