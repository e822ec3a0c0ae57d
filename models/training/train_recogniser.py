"""Train the line recogniser (CTC) on lines cut from rendered pages; checkpointed and resumable.

Invariant: resumes from its checkpoint with the same schedule; early views are short lines. Must not: read evaluation data.

    python3 train_recogniser.py --minutes 90 [--from-weights ../weights/recogniser.safetensors]
"""

import random

import numpy
import torch
from torch.nn import functional

import networks
import postprocess
import samples
import training_run
from alphabet import CHARSET
from training_run import TrainingRun


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
    parser = training_run.parser_for(__doc__, "recogniser", 60000)
    parser.add_argument("--columns", type=int, default=12800)
    parser.add_argument("--grow-from", help="a checkpoint of the smaller version one, to train on with more layers")
    options = parser.parse_args()

    def grow(network):
        if options.grow_from:
            network.load_state_dict(torch.load(options.grow_from)["average"], strict=False)
            networks.grow(network)

    run = TrainingRun(networks.Recogniser, options, seed=12, decay=0.01, warm_up=200, averaging=0.999, save_seconds=180, before=grow)
    generator, numbers = random.Random(run.step_count + 2), numpy.random.default_rng(run.step_count + 2)
    pool = LinePool(generator, options.pool)
    while len(pool.lines) < 5000:
        pool.add_page()
    held_out = []
    sums, mark = [], run.counts["seen"]
    while not run.finished:
        for _ in range(10):
            pool.add_page()
        seen = run.counts["seen"]
        limit = 25 if seen < 20000 and not (options.from_weights or options.grow_from) else 140
        for batch in pool.batches(options.columns, limit, 640, generator, numbers):
            run.prepare()
            pictures, labels, lengths, steps = collate(batch)
            with torch.autocast("cpu", torch.bfloat16):
                logits = run.network(pictures)
            logarithms = functional.log_softmax(logits.float(), 1).permute(2, 0, 1)
            loss = functional.ctc_loss(logarithms, labels, steps, lengths, reduction="sum", zero_infinity=True) / lengths.sum()
            # A little pressure towards uniform keeps the probabilities usable as confidence.
            loss = loss - 0.002 * logarithms.mean()
            run.learn(loss, len(batch))
            sums.append(loss.item())
        seen = run.counts["seen"]
        if seen - mark >= 5000:
            mark = seen
            where = f"seen {seen} {run.used / 60:.1f} min rate {run.rate():.5f}"
            print(run.step_count, f"{where} loss {numpy.mean(sums):.4f} lines {len(pool.lines)} pages {len(pool.pages.stems)}", flush=True)
            sums = []
        if run.due():
            if not held_out:
                for stem in samples.page_stems("validation")[:12]:
                    held_out += samples.lines_of_page(samples.load_page(stem))
                held_out = held_out[::4]
            if held_out and not run.stopping:
                error, exact = held_out_error(run.average, held_out)
                print(f"   validation: CER {error:.4f} exact lines {exact:.3f} of {len(held_out)}", flush=True)
            run.save()
            if run.stopping:
                return


if __name__ == "__main__":
    main()
