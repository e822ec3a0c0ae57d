"""Write the trained micro SmolVLM as a checkpoint folder, and what transformers reads with it from 300 unseen pictures.

    python3 models/training/micro_vlm/export.py

Needs the state that `train.py` left. Written: models/weights/micro-smolvlm (bf16, the Hub's layout) and
models/reference/fixtures/micro-smolvlm: words.png, a sheet of 300 pictures, and expected.json with each picture's place
on the sheet, its text, and the greedy token ids and the margins of the two best logits that transformers computes in
f32 with the PIL image processor from the folder just written. The figures at the end of the output go into the model
card: exactly read pictures, also with image features of zero, which tells reading from guessing.
Invariant: the pictures come from a seed that training does not use. Must not: choose pictures by their result.
"""

import json
import os
import time

os.environ["HF_HUB_OFFLINE"] = "1"

import numpy
import torch
import transformers
from PIL import Image

import pictures
import recipe
import train
from recipe import checkpoint

import make_vlm_fixtures as fixtures

FOLDER = recipe.MODELS / "weights" / "micro-smolvlm"
EXPECTED = recipe.MODELS / "reference" / "fixtures" / "micro-smolvlm"
SEED = 77
COUNT, COLUMNS = 300, 20
STEPS = 12


def write_folder():
    """The checkpoint in bf16; returns the training's step count and processor seconds."""
    state = torch.load(recipe.RUNS / "state.pt", weights_only=True)
    checkpoint.remove_weights(FOLDER) if FOLDER.is_dir() else None
    recipe.write_folder(FOLDER)
    reader = train.Reader(FOLDER)
    reader.load_state_dict(state["reader"])
    checkpoint.write_weights(FOLDER, reader.network.state_dict(), torch.bfloat16)
    return state["step"], state["spent"]


def sheet():
    """The sheet, and per picture its place and text."""
    random = numpy.random.default_rng([train.SEED, SEED])
    cell = max(pictures.SIDES)
    page = Image.new("RGB", (COLUMNS * cell, COUNT // COLUMNS * cell), (255, 255, 255))
    placed = []
    for index in range(COUNT):
        image, texts, _ = pictures.sample(random, patch=recipe.PATCH)
        left, top = index % COLUMNS * cell, index // COLUMNS * cell
        page.paste(image, (left, top))
        placed.append({"left": left, "top": top, "side": image.width, "text": texts[0]})
    return page, placed


def read(processor, network, images):
    """Per picture the new token ids up to the end of utterance, and the margin at each of their steps."""
    eos = processor.tokenizer.convert_tokens_to_ids(checkpoint.END_OF_UTTERANCE)
    found = []
    for image in images:
        _, inputs = fixtures.inputs_of(processor, image, recipe.QUESTION)
        inputs.pop("pixel_attention_mask")
        out = network.generate(
            **inputs,
            do_sample=False,
            eos_token_id=eos,
            max_new_tokens=STEPS,
            output_logits=True,
            return_dict_in_generate=True,
        )
        best = torch.stack(out.logits)[:, 0].topk(2, dim=-1).values
        ids = out.sequences[0, inputs["input_ids"].shape[1] :].tolist()
        found.append((ids, (best[:, 0] - best[:, 1]).tolist()))
    return found


def share_exact(processor, found, placed):
    answers = [processor.tokenizer.decode(ids, skip_special_tokens=True).strip() for ids, _ in found]
    return sum(answer == place["text"] for answer, place in zip(answers, placed, strict=True)) / len(placed), answers


def main():
    torch.set_num_threads(1)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    steps, spent = write_folder()
    EXPECTED.mkdir(parents=True, exist_ok=True)
    page, placed = sheet()
    page.save(EXPECTED / "words.png", optimize=True)
    images = [page.crop((p["left"], p["top"], p["left"] + p["side"], p["top"] + p["side"])) for p in placed]
    processor, network = fixtures.load(FOLDER)
    started = time.process_time()
    found = read(processor, network, images)
    exact, answers = share_exact(processor, found, placed)
    network.model.connector.register_forward_hook(lambda module, inputs, output: torch.zeros_like(output))
    blind, _ = share_exact(processor, read(processor, network, images), placed)
    prompt, inputs = fixtures.inputs_of(processor, images[0], recipe.QUESTION)
    value = {
        "question": recipe.QUESTION,
        "prompt": prompt,
        "input_ids": inputs["input_ids"][0].tolist(),
        "transformers": transformers.__version__,
        "torch": torch.__version__,
        "exact": exact,
        "exact_with_zero_image_features": blind,
        "pictures": [
            place | {"answer": answer, "ids": ids, "margins": [round(m, 6) for m in margins]}
            for place, answer, (ids, margins) in zip(placed, answers, found, strict=True)
        ],
    }
    text = json.dumps(value, ensure_ascii=False).replace(', {"left"', ',\n{"left"').replace('[{"left"', '[\n{"left"')
    (EXPECTED / "expected.json").write_text(text + "\n", encoding="utf-8")
    size = sum(file.stat().st_size for file in FOLDER.iterdir())
    lowest = min(margin for _, margins in found for margin in margins)
    print(f"{steps} steps, {spent / 60:.1f} processor minutes, folder {size / 1e6:.2f} MB, {time.process_time() - started:.0f} s")
    print(f"read exactly {exact:.3f}, with image features of zero {blind:.3f}, smallest margin {lowest:.5f}")
    wrong = [(place["text"], answer) for place, answer in zip(placed, answers, strict=True) if place["text"] != answer]
    print(f"wrong: {wrong[:20]}")


if __name__ == "__main__":
    main()
