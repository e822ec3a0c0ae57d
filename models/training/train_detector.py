"""Train the line detector on crops of rendered pages; checkpointed and resumable.

Invariant: resumes from its checkpoint with the same schedule. Must not: read evaluation data.

    python3 train_detector.py --minutes 90 [--from-weights ../weights/detector.safetensors]
"""

import random

import numpy
import torch
from torch.nn import functional

import networks
import samples
import training_run
from training_run import TrainingRun


def loss_of(output, target):
    output = output.float()
    core, weight = target[:, 0], target[:, 5]
    bce = functional.binary_cross_entropy_with_logits(output[:, 0], core, reduction="none")
    probability = torch.sigmoid(output[:, 0])
    focal = bce * ((core - probability).abs().clamp(min=1e-4) ** 1.0)
    core_loss = (focal * weight).sum() / weight.sum().clamp(min=1.0)
    masked = (weight > 0).float()
    dice = 1 - (2 * (probability * core * masked).sum() + 1) / ((probability * masked).sum() + (core * masked).sum() + 1)
    share = target[:, 6]
    total = share.sum().clamp(min=1.0)
    distance = 0.0
    for channel in (1, 2):
        known = share * (target[:, channel] >= 0).float()
        near = known * (1.0 + 3.0 * (target[:, channel] < 3.0).float())
        distance = distance + (functional.smooth_l1_loss(output[:, channel], target[:, channel], reduction="none", beta=0.25) * near).sum() / total
    for channel in (3, 4):
        distance = distance + 2.0 * (functional.smooth_l1_loss(output[:, channel], target[:, channel], reduction="none", beta=0.1) * share).sum() / total
    return 5.0 * core_loss + dice + 0.5 * distance, core_loss.item(), dice.item(), float(distance)


def main():
    parser = training_run.parser_for(__doc__, "detector", 250)
    parser.add_argument("--batch", type=int, default=8)
    options = parser.parse_args()
    run = TrainingRun(networks.Detector, options, seed=11, decay=0.02, warm_up=150, averaging=0.998, save_seconds=150)
    generator, numbers = random.Random(run.step_count + 1), numpy.random.default_rng(run.step_count + 1)
    pool = samples.PagePool(generator, options.pool)
    while len(pool.pages) < 30:
        pool.refresh()
    sums = []
    while not run.finished:
        run.prepare()
        pool.refresh()
        pairs = [samples.detector_sample(pool.pick(), generator, numbers) for _ in range(options.batch)]
        picture = torch.from_numpy(numpy.stack([p for p, _ in pairs])).permute(0, 3, 1, 2).float() / 127.5 - 1.0
        target = torch.from_numpy(numpy.stack([t for _, t in pairs]))
        with torch.autocast("cpu", torch.bfloat16):
            output = run.network(picture)
        loss, *parts = loss_of(output, target)
        run.learn(loss, options.batch)
        sums.append([loss.item(), *parts])
        if run.step_count % 50 == 0:
            figures = (f"{v:.4f}" for v in numpy.mean(sums, axis=0))
            print(run.step_count, f"{run.used / 60:.1f} min rate {run.rate():.5f} loss core dice distance", *figures, f"pages {len(pool.stems)}", flush=True)
            sums = []
        if run.due():
            run.save()
            if run.stopping:
                return


if __name__ == "__main__":
    main()
