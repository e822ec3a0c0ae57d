"""Train the line recogniser (CTC) on lines cut from rendered pages; checkpointed and resumable.

Invariant: the learning rate follows the share of `--minutes` of processor time used so far, also across restarts; early views are short
lines. Must not: read evaluation data.

    python3 train_recogniser.py --minutes 90 [--from-weights ../weights/recogniser.safetensors]
"""

import argparse
import copy
import math
import pathlib
import random
import signal
import time

import numpy
import torch
from torch.nn import functional

import networks
import postprocess
import samples
import weights_file
from alphabet import CHARSET

RUNS = pathlib.Path(__file__).resolve().parent / "runs"


def edit_distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
    return row[-1]


class LinePool:
    """Lines of many pages; one page is added per call and the oldest lines fall out."""

    def __init__(self, generator, size):
        self.generator, self.size, self.lines = generator, size, []
        self.pages = samples.PagePool(generator, 1, prefer_detected=0.5)

    def add_page(self):
        self.pages.pages.clear()
        self.pages.refresh()
        if self.pages.pages:
            self.lines += samples.lines_of_page(self.pages.pages[0])
            if len(self.lines) > self.size:
                del self.lines[: len(self.lines) - self.size]

    def batches(self, columns, limit, count, generator, numbers):
        """Views sorted by width, packed to about `columns` pixel columns per batch, in random order."""
        chosen = []
        while len(chosen) < count:
            line = self.lines[generator.randrange(len(self.lines))]
            # Labels and table cells are the most numerous; pages are read mostly as long lines.
            if len(line.labels) <= limit and generator.random() < 0.4 + len(line.labels) / 40:
                chosen.append(line)
        views = sorted(((samples.recogniser_view(line, generator, numbers), line) for line in chosen), key=lambda v: v[0].shape[1])
        packed, current = [], []
        for view in views:
            if current and (len(current) + 1) * view[0].shape[1] > columns:
                packed.append(current)
                current = []
            current.append(view)
        packed.append(current)
        generator.shuffle(packed)
        return packed


def collate(batch):
    width = max(view.shape[1] for view, _ in batch)
    pictures = numpy.zeros((len(batch), 1, 32, width), dtype=numpy.float32)
    for index, (view, _) in enumerate(batch):
        pictures[index, 0, :, : view.shape[1]] = view
    labels = torch.tensor([label for _, line in batch for label in line.labels], dtype=torch.long)
    lengths = torch.tensor([len(line.labels) for _, line in batch])
    steps = torch.tensor([view.shape[1] // 2 for view, _ in batch])
    return torch.from_numpy(pictures), labels, lengths, steps


def held_out_error(network, lines):
    network.eval()
    errors = total = exact = 0
    with torch.no_grad():
        for line in lines:
            view = torch.from_numpy(samples.exact_view(line))[None, None]
            with torch.autocast("cpu", torch.bfloat16):
                logits = network(view)
            text, _, _ = postprocess.greedy_reading(functional.log_softmax(logits.float(), 1)[0].numpy(), CHARSET)
            distance = edit_distance(text, line.text)
            errors, total, exact = errors + distance, total + len(line.text), exact + (distance == 0)
    return errors / max(total, 1), exact / max(len(lines), 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=90)
    parser.add_argument("--columns", type=int, default=12800)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--pool", type=int, default=60000)
    parser.add_argument("--checkpoint", default=str(RUNS / "recogniser.pt"))
    parser.add_argument("--from-weights")
    parser.add_argument("--grow-from", help="a checkpoint of the smaller version one, to train on with more layers")
    options = parser.parse_args()
    stopping = []
    signal.signal(signal.SIGTERM, lambda *_: stopping.append(True))  # save, then leave
    torch.set_num_threads(1)
    torch.manual_seed(12)
    network = networks.Recogniser().to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(network.parameters(), lr=options.rate, weight_decay=0.01)
    step, used, seen = 0, 0.0, 0
    path = pathlib.Path(options.checkpoint)
    if path.exists():
        state = torch.load(path)
        network.load_state_dict(state["network"])
        optimiser.load_state_dict(state["optimiser"])
        step, used, seen = state["step"], state["used"], state["seen"]
    elif options.from_weights:
        tensors, _ = weights_file.read(options.from_weights)
        networks.load_exported(network, {k: torch.tensor(v.astype(numpy.float32)) for k, v in tensors.items()})
    elif options.grow_from:
        network.load_state_dict(torch.load(options.grow_from)["average"], strict=False)
        networks.grow(network)
    average = copy.deepcopy(network)
    if path.exists():
        average.load_state_dict(state["average"])
    generator, numbers = random.Random(step + 2), numpy.random.default_rng(step + 2)
    pool = LinePool(generator, options.pool)
    while len(pool.lines) < 5000:
        pool.add_page()
    held_out = []
    last, saved, sums, mark = time.process_time(), time.time(), [], seen
    while used < options.minutes * 60:
        for _ in range(10):
            pool.add_page()
        limit = 25 if seen < 20000 and not (options.from_weights or options.grow_from) else 140
        for batch in pool.batches(options.columns, limit, 640, generator, numbers):
            progress = min(1.0, used / (options.minutes * 60))
            rate = options.rate * min(1.0, (step + 1) / 200) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress)))
            for group in optimiser.param_groups:
                group["lr"] = rate
            networks.training_mode(network, frozen_norms=bool(options.from_weights))
            pictures, labels, lengths, steps = collate(batch)
            with torch.autocast("cpu", torch.bfloat16):
                logits = network(pictures)
            logarithms = functional.log_softmax(logits.float(), 1).permute(2, 0, 1)
            loss = functional.ctc_loss(logarithms, labels, steps, lengths, reduction="sum", zero_infinity=True) / lengths.sum()
            # A little pressure towards uniform keeps the probabilities usable as confidence.
            loss = loss - 0.002 * logarithms.mean()
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 2.0)
            optimiser.step()
            step, seen = step + 1, seen + len(batch)
            decay = min(0.999, (step + 1) / (step + 20))
            with torch.no_grad():
                for a, b in zip(average.state_dict().values(), network.state_dict().values()):
                    if a.dtype.is_floating_point:
                        a.lerp_(b, 1 - decay)
            used += time.process_time() - last
            last = time.process_time()
            sums.append(loss.item())
        if seen - mark >= 5000:
            mark = seen
            print(step, f"seen {seen} {used / 60:.1f} min rate {rate:.5f} loss {numpy.mean(sums):.4f} lines {len(pool.lines)} pages {len(pool.pages.stems)}", flush=True)
            sums = []
        if time.time() - saved > 180 or used >= options.minutes * 60 or stopping:
            if not held_out:
                for stem in samples.page_stems("validation")[:12]:
                    held_out += samples.lines_of_page(samples.load_page(stem))
                held_out = held_out[::4]
            if held_out and not stopping:
                error, exact = held_out_error(average, held_out)
                print(f"   validation: CER {error:.4f} exact lines {exact:.3f} of {len(held_out)}", flush=True)
            torch.save({"network": network.state_dict(), "average": average.state_dict(), "optimiser": optimiser.state_dict(), "step": step, "used": used, "seen": seen}, str(path) + ".new")
            pathlib.Path(str(path) + ".new").replace(path)
            saved = time.time()
            if stopping:
                return


if __name__ == "__main__":
    main()
