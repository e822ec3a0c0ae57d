"""Write the trained micro SmolVLM as a checkpoint folder, and what transformers reads with it from 300 unseen pictures.

    python3 models/training/micro_vlm/export.py

Needs the state that `train.py` left. Written: models/weights/micro-smolvlm (bf16, the Hub's layout) and
models/reference/fixtures/micro-smolvlm: words.png, a sheet of 300 pictures, and expected.json with each picture's place
on the sheet, its text, and the greedy token ids and the margins of the two best logits that transformers computes in
f32 with the PIL image processor from the folder just written. The figures are written into the model card: exactly read
pictures, also with image features of zero, which tells reading from guessing.
Invariant: the pictures come from a seed that training does not use. Must not: choose pictures by their result.
"""

import json
import os

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
CARD = recipe.MODELS / "cards" / "micro-smolvlm.md"
EXPECTED = recipe.MODELS / "reference" / "fixtures" / "micro-smolvlm"
SEED = 77
COUNT, COLUMNS = 300, 20
BATCH = 50
STEPS = 12


def write_folder():
    """The checkpoint in bf16; returns the steps made, the steps planned and the processor seconds."""
    state = torch.load(recipe.RUNS / "state.pt", weights_only=True)
    recipe.write_folder(FOLDER)
    reader = train.Reader(FOLDER)
    reader.load_state_dict(state["reader"])
    checkpoint.write_weights(FOLDER, reader.network.state_dict(), torch.bfloat16)
    return state["step"], state["planned"], state["spent"]


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
    for first in range(0, len(images), BATCH):
        prepared = [fixtures.inputs_of(processor, image, recipe.QUESTION)[1] for image in images[first : first + BATCH]]
        out = network.generate(
            input_ids=torch.cat([inputs["input_ids"] for inputs in prepared]),
            attention_mask=torch.cat([inputs["attention_mask"] for inputs in prepared]),
            pixel_values=torch.cat([inputs["pixel_values"] for inputs in prepared]),
            do_sample=False,
            eos_token_id=eos,
            pad_token_id=2,
            max_new_tokens=STEPS,
            output_logits=True,
            return_dict_in_generate=True,
        )
        best = torch.stack(out.logits, dim=1).topk(2, dim=-1).values
        margins = best[..., 0] - best[..., 1]
        for row, ids in enumerate(out.sequences[:, prepared[0]["input_ids"].shape[1] :].tolist()):
            length = ids.index(eos) + 1 if eos in ids else len(ids)
            found.append((ids[:length], margins[row, :length].tolist()))
    return found


def share_exact(processor, found, placed):
    answers = [processor.tokenizer.decode(ids, skip_special_tokens=True).strip() for ids, _ in found]
    return sum(answer == place["text"] for answer, place in zip(answers, placed, strict=True)) / len(placed), answers


def write_figures(text):
    """Put `text` under the card's heading Figures."""
    card = CARD.read_text(encoding="utf-8")
    before, rest = card.split("## Figures\n", 1)
    after = rest[rest.index("## ") :]
    CARD.write_text(f"{before}## Figures\n\n{text}\n\n{after}", encoding="utf-8")


def main():
    torch.set_num_threads(1)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    steps, planned, spent = write_folder()
    EXPECTED.mkdir(parents=True, exist_ok=True)
    page, placed = sheet()
    page.save(EXPECTED / "words.png", optimize=True)
    images = [page.crop((p["left"], p["top"], p["left"] + p["side"], p["top"] + p["side"])) for p in placed]
    processor, network = fixtures.load(FOLDER)
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
    write_figures(
        f"After {steps} of the planned {planned} steps, {spent / 60:.1f} processor minutes on a shared machine, from the "
        f"bf16 weights computed in f32\nby transformers {transformers.__version__}: {COUNT} unseen pictures, greedy.\n\n"
        "| pictures read exactly | with image features of zero | smallest margin of the two best logits |\n"
        "| --- | --- | --- |\n"
        f"| {100 * exact:.1f} % | {100 * blind:.1f} % | {lowest:.5f} |\n\n"
        "Goal: at least 90 % and under 20 %."
    )
    print(f"{steps} of {planned} steps, {spent / 60:.1f} processor minutes, folder {size / 1e6:.2f} MB")
    print(f"read exactly {exact:.3f}, with image features of zero {blind:.3f}, smallest margin {lowest:.5f}")
    wrong = [(place["text"], answer) for place, answer in zip(placed, answers, strict=True) if place["text"] != answer]
    print(f"wrong: {wrong[:20]}")


if __name__ == "__main__":
    main()
