"""Train the micro SmolVLM on made pictures of short words.

    nice -n 12 python3 models/training/micro_vlm/train.py [--steps N] [--threads 1]

Needs torch, transformers 5 or later, pillow and numpy. The network is transformers' own SmolVLM class with random
weights. Each step draws its batch from (seed, step), so a run that was stopped goes on exactly where it was; the state
lies in models/training/runs/micro_vlm (ignored). First the vision tower alone names the characters in pictures of three
lines, through a linear layer that is not exported; then everything learns to answer with the one word of a picture,
from one letter to five. The learning rate is constant and falls to nothing over the last part of the steps, so more
steps can be asked for later.
Invariant: pictures of `export.py` come from other seeds. Must not: read anything but fonts.
"""

import argparse
import functools
import json
import os
import time

os.environ["HF_HUB_OFFLINE"] = "1"

import numpy
import torch
from torch.nn import functional
from transformers import AutoConfig, AutoModelForImageTextToText

import pictures
import recipe

SEED = 20261121
BATCH = 64
AGAIN = (30, 75)
"""Steps after which a picture is seen a second and third time: drawing it costs a quarter of learning from it."""
PEAK_RATE = 3e-3
WARM_UP = 100
FALL = 0.25
"""Part of the steps over which the rate falls to nothing."""
VISION_STEPS = 600
GROWTH = 100
"""Steps of the second part after which words may be one character longer."""
VALIDATION_SEED = 5


class Reader(torch.nn.Module):
    """The network and the layer that names each patch's characters during training."""

    def __init__(self, folder):
        super().__init__()
        configuration = AutoConfig.from_pretrained(folder)
        self.network = AutoModelForImageTextToText.from_config(
            configuration, attn_implementation="sdpa", dtype=torch.float32
        )
        self.classes = len(pictures.CHARACTERS) + 1
        self.patch_head = torch.nn.Linear(configuration.vision_config.hidden_size, len(pictures.PLACES) * self.classes)

    def patches(self, image):
        """Logits of the characters at the places of each patch [B, P, 2, classes]."""
        return self.patch_head(image.last_hidden_state).unflatten(-1, (len(pictures.PLACES), self.classes))

    def image(self, pixel_values):
        return self.network.model.get_image_features(pixel_values, return_dict=True)

    def answers(self, image, input_ids, keep):
        """Logits of the last `keep` positions [B, keep, V]."""
        return self.network(
            input_ids=input_ids, mm_encoder_outputs={"image": image}, logits_to_keep=keep, use_cache=False
        ).logits


def initialise(reader):
    """Fan-in scaled weights: transformers' 0.02 leaves so narrow a network almost without signal."""
    for name, parameter in reader.named_parameters():
        if parameter.dim() >= 2:
            table = "position_embedding" in name or "embed_tokens" in name
            scale = 0.3 if table else parameter[0].numel() ** -0.5
            torch.nn.init.normal_(parameter, std=scale)
            if name.endswith(("o_proj.weight", "down_proj.weight", "out_proj.weight", "fc2.weight")):
                parameter.data *= 0.4


def pixels_of(drawn):
    """pixel_values [B, 1, 3, T, T]"""
    return torch.from_numpy(numpy.stack([pictures.pixel_values(image) for image, _, _ in drawn]))[:, None]


def classes_of(drawn):
    return torch.from_numpy(numpy.stack([classes for _, _, classes in drawn]))


def answers_of(random, drawn, made):
    """input_ids [B, T], targets of the answer [B, A] with -100 behind its end."""
    question = recipe.QUESTION
    if random.random() < 0.2:
        question = recipe.OTHER_QUESTIONS[random.integers(len(recipe.OTHER_QUESTIONS))]
    prompt = recipe.prompt_ids(made, question)
    answers = [recipe.answer_ids(made, texts[0]) for _, texts, _ in drawn]
    length = max(len(answer) for answer in answers)
    ids = torch.tensor([prompt + answer + [2] * (length - len(answer)) for answer in answers])
    return ids, torch.tensor([answer + [-100] * (length - len(answer)) for answer in answers])


def rate(step, steps):
    """Linear warm-up at the start of either part, constant, linear fall at the end."""
    since = step if step < VISION_STEPS else step - VISION_STEPS
    return PEAK_RATE * min(1.0, (since + 1) / WARM_UP, (steps - step) / (FALL * steps))


@torch.no_grad()
def validate(reader, made, count=200):
    """Share of unseen pictures whose answer is right token by token under teacher forcing, which greedy then repeats."""
    random = numpy.random.default_rng([SEED, VALIDATION_SEED])
    drawn = [pictures.sample(random, patch=recipe.PATCH) for _ in range(count)]
    ids, targets = answers_of(numpy.random.default_rng(0), drawn, made)
    logits = reader.answers(reader.image(pixels_of(drawn)), ids, targets.shape[1] + 1)
    right = (logits[:, :-1].argmax(-1) == targets) | (targets == -100)
    return float(right.all(-1).float().mean()), float(right[targets != -100].float().mean())


@functools.lru_cache(maxsize=AGAIN[-1] + 2)
def fresh(step):
    """The third of a batch that no earlier step has seen."""
    random = numpy.random.default_rng([SEED, 1, step])
    lines = 3 if step < VISION_STEPS else 1
    longest = min(pictures.LONGEST_WORD, 1 + (step - VISION_STEPS) // GROWTH) if lines == 1 else pictures.LONGEST_WORD
    return [pictures.sample(random, longest, lines, recipe.PATCH) for _ in range(BATCH // (1 + len(AGAIN)))]


def loss_of(reader, made, step):
    """The losses of one step by name."""
    first = 0 if step < VISION_STEPS else VISION_STEPS
    drawn = [drawn for ago in (0, *AGAIN) if step - ago >= first for drawn in fresh(step - ago)]
    image = reader.image(pixels_of(drawn))
    losses = {"patch": functional.cross_entropy(reader.patches(image).flatten(0, 2), classes_of(drawn).flatten())}
    if step >= VISION_STEPS:
        ids, targets = answers_of(numpy.random.default_rng([SEED, 2, step]), drawn, made)
        logits = reader.answers(image, ids, targets.shape[1] + 1)
        losses["answer"] = functional.cross_entropy(logits[:, :-1].flatten(0, 1), targets.flatten(), ignore_index=-100)
    return losses


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--steps", type=int, default=5000)
    arguments.add_argument("--threads", type=int, default=1)
    chosen = arguments.parse_args()
    torch.set_num_threads(chosen.threads)
    torch.manual_seed(SEED)
    recipe.RUNS.mkdir(parents=True, exist_ok=True)
    made = recipe.write_folder(recipe.RUNS / "folder")
    reader = Reader(recipe.RUNS / "folder")
    initialise(reader)
    decayed = [p for p in reader.parameters() if p.dim() >= 2]
    plain = [p for p in reader.parameters() if p.dim() < 2]
    optimiser = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.02}, {"params": plain, "weight_decay": 0.0}], lr=PEAK_RATE, betas=(0.9, 0.98)
    )
    state_file, step, spent = recipe.RUNS / "state.pt", 0, 0.0
    if state_file.exists():
        state = torch.load(state_file, weights_only=True)
        reader.load_state_dict(state["reader"])
        optimiser.load_state_dict(state["optimiser"])
        step, spent = state["step"], state["spent"]
    print(f"{sum(p.numel() for p in reader.network.parameters())} parameters, from step {step}", flush=True)
    started = time.process_time() - spent
    sums, counted = {}, 0
    while step < chosen.steps:
        for group in optimiser.param_groups:
            group["lr"] = rate(step, chosen.steps)
        losses = loss_of(reader, made, step)
        optimiser.zero_grad(set_to_none=True)
        sum(losses.values()).backward()
        torch.nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimiser.step()
        step, counted = step + 1, counted + 1
        for name, value in losses.items():
            sums[name] = sums.get(name, 0.0) + float(value.detach())
        done, spent = step == chosen.steps, time.process_time() - started
        if step % 50 == 0 or done:
            shown = " ".join(f"{name} {total / counted:.4f}" for name, total in sums.items())
            print(f"step {step} {shown} processor minutes {spent / 60:.2f}", flush=True)
            sums, counted = {}, 0
        if step > VISION_STEPS and step % 250 == 0 or done:
            exact, tokens = validate(reader, made)
            print(json.dumps({"step": step, "exact": exact, "tokens": tokens}), flush=True)
        if step % 100 == 0 or done:
            state = {
                "reader": reader.state_dict(),
                "optimiser": optimiser.state_dict(),
                "step": step,
                "planned": chosen.steps,
                "spent": spent,
            }
            torch.save(state, state_file.with_suffix(".part"))
            state_file.with_suffix(".part").replace(state_file)


if __name__ == "__main__":
    main()
