"""The vision-language model beside transformers and llama.cpp: same random weights, picture, tile count and tokens.

    python3 tests/benchmarks/vlm/run.py [--size 256m|500m] [--runs 5] [--peer-runs N] [--tokens 32] [--threads 2] [--tiles 4]
        [--ours target/release/examples/generate] [--llama WORK_FOLDER] [--dtype f32|q8_0] [--skip-transformers]

Writes the checkpoint first if it is not there (`models/reference/make_vlm_fixtures.py --full`). `--llama` names a work
folder in which `llama_cpp.py build` has run. The engines take turns, each answer in a process of its own, so that load
of the machine falls on all of them; the printed JSON has the median of each figure and every run. With --dtype q8_0
transformers, which has no such format here, runs in f32.
`cpu_seconds` is the whole process with its threads, loading included, and does not grow by waiting for a busy machine.
Invariant: an engine that answers from another number of frames is an error, not a figure. Must not: leave out runs.
"""

import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
PROMPT = "What does the page say?"
FIGURES = ["preprocess_seconds", "vision_seconds", "prefill_seconds", "first_token_seconds", "decode_tokens_per_second",
           "total_seconds", "cpu_seconds", "peak_memory_bytes"]


def commands(chosen, model, image):
    """Engine to command line."""
    shared = ["--model", model, "--image", image, "--prompt", PROMPT]
    several = [*shared, "--tokens", chosen.tokens, "--threads", chosen.threads]
    found = {}
    if not chosen.skip_transformers:
        found["transformers"] = [sys.executable, HERE / "transformers_once.py", *several, "--tiles", chosen.tiles]
    if chosen.llama:
        llama = [sys.executable, HERE / "llama_cpp.py"]
        subprocess.run([*llama, "convert", "--work", chosen.llama, "--model", model, "--dtype", chosen.dtype], check=True)
        found["llama.cpp"] = [*llama, "once", "--work", chosen.llama, *several, "--dtype", chosen.dtype]
    if chosen.ours:
        found["ours"] = [chosen.ours, *shared, "--max-tokens", chosen.tokens, "--tiles", chosen.tiles, "--dtype",
                         chosen.dtype, "--json"]
    return found


def answer(command, threads):
    environment = os.environ | {"RAYON_NUM_THREADS": str(threads), "CANDLE_NUM_THREADS": str(threads)}
    with tempfile.TemporaryFile() as printed, tempfile.TemporaryFile() as messages:
        process = subprocess.Popen(list(map(str, command)), stdout=printed, stderr=messages, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        printed.seek(0)
        messages.seek(0)
        if process.returncode:
            raise SystemExit(f"{command[0]} failed:\n{messages.read().decode('utf-8', 'replace')[-3000:]}")
        result = json.loads(printed.read().decode("utf-8").strip().splitlines()[-1])
    return result | {"cpu_seconds": usage.ru_utime + usage.ru_stime}


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--size", choices=("256m", "500m"), default="256m")
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--peer-runs", type=int, help="runs of the peers, where fewer")
    arguments.add_argument("--tokens", type=int, default=32)
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--tiles", type=int, default=4, help="N of longest_edge = N * tile; llama.cpp knows 4 only")
    arguments.add_argument("--ours", type=pathlib.Path, help="the built example `generate`")
    arguments.add_argument("--llama", type=pathlib.Path, help="work folder of llama_cpp.py")
    arguments.add_argument("--dtype", choices=("f32", "q8_0"), default="f32")
    arguments.add_argument("--skip-transformers", action="store_true")
    chosen = arguments.parse_args()
    model = ROOT / "models" / "reference" / "full" / f"smolvlm-{chosen.size}"
    if not (model / "model.safetensors").exists():
        script = ROOT / "models" / "reference" / "make_vlm_fixtures.py"
        subprocess.run([sys.executable, script, "--full", chosen.size, "--no-expected"], check=True, stdout=sys.stderr)
    engines = commands(chosen, model, model / "picture.png")
    runs = {engine: [] for engine in engines}
    for index in range(chosen.runs):
        for engine, command in engines.items():
            if engine != "ours" and index >= (chosen.peer_runs or chosen.runs):
                continue
            result = answer(command, chosen.threads)
            if result["answer_tokens"] != chosen.tokens:
                raise SystemExit(f"{engine} answered with {result['answer_tokens']} tokens")
            runs[engine].append(result)
            print(f"run {index + 1} {engine}: first token {result['first_token_seconds']:.2f} s, "
                  f"{result['decode_tokens_per_second']:.1f} tokens/s", file=sys.stderr)
    frames = {engine: results[0]["frames"] for engine, results in runs.items()}
    if len(set(frames.values())) > 1:
        raise SystemExit(f"the engines looked at different numbers of frames: {frames}")
    medians = {
        engine: {name: statistics.median(r[name] for r in results) for name in FIGURES if name in results[0]}
        for engine, results in runs.items()
    }
    print(json.dumps({
        "machine": platform.processor() or platform.machine(), "cores": os.cpu_count(), "load": os.getloadavg()[0],
        "size": chosen.size, "dtype": chosen.dtype, "threads": chosen.threads, "frames": frames, "median": medians, "runs": runs,
    }, indent=1))


if __name__ == "__main__":
    main()
