"""One answer by transformers on the CPU, as JSON: times, tokens per second, peak memory.

    python3 transformers_once.py --model DIR --image FILE [--prompt TEXT] [--tokens N] [--threads N] [--tiles N] [--dtype f32|bf16]

Needs what `models/reference/make_vlm_fixtures.py` needs. Decoding is greedy with the key-value cache and goes on past
an end of utterance, so that every engine answers with the same number of tokens.
Invariant: nothing but the answer itself is timed; loading is reported apart. Must not: write files.
"""

import argparse
import json
import os
import pathlib
import resource
import sys
import time

os.environ["HF_HUB_OFFLINE"] = "1"
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "models" / "reference"))

import torch
import transformers
from PIL import Image

import make_vlm_fixtures as fixtures


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--model", type=pathlib.Path, required=True)
    arguments.add_argument("--image", type=pathlib.Path, required=True)
    arguments.add_argument("--prompt", default="What does the page say?")
    arguments.add_argument("--tokens", type=int, default=32)
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--tiles", type=int, default=4)
    arguments.add_argument("--dtype", choices=("f32", "bf16"), default="f32")
    chosen = arguments.parse_args()
    torch.set_num_threads(chosen.threads)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    began = time.perf_counter()
    dtype = torch.float32 if chosen.dtype == "f32" else torch.bfloat16
    processor, network = fixtures.load(chosen.model, dtype=dtype, attention="sdpa")
    tile = processor.image_processor.max_image_size["longest_edge"]
    processor.image_processor.size = {"longest_edge": chosen.tiles * tile}
    loaded = time.perf_counter()
    with torch.inference_mode():
        _, inputs = fixtures.inputs_of(processor, Image.open(chosen.image), chosen.prompt)
        prepared = time.perf_counter()
        image = network.model.get_image_features(inputs["pixel_values"].to(dtype), return_dict=True)
        seen = time.perf_counter()
        out = network(
            input_ids=inputs["input_ids"], mm_encoder_outputs={"image": image}, use_cache=True, logits_to_keep=1
        )
        token = out.logits[:, -1].argmax(-1, keepdim=True)
        first = time.perf_counter()
        for _ in range(chosen.tokens - 1):
            out = network(input_ids=token, past_key_values=out.past_key_values, use_cache=True)
            token = out.logits[:, -1].argmax(-1, keepdim=True)
        ended = time.perf_counter()
    print(json.dumps({
        "engine": "transformers",
        "version": f"{transformers.__version__}, torch {torch.__version__}",
        "dtype": chosen.dtype,
        "frames": inputs["pixel_values"].shape[1],
        "prompt_tokens": inputs["input_ids"].shape[1],
        "answer_tokens": chosen.tokens,
        "load_seconds": loaded - began,
        "preprocess_seconds": prepared - loaded,
        "vision_seconds": seen - prepared,
        "prefill_seconds": first - seen,
        "first_token_seconds": first - loaded,
        "decode_tokens_per_second": (chosen.tokens - 1) / (ended - first),
        "total_seconds": ended - loaded,
        "peak_memory_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }))


if __name__ == "__main__":
    main()
