"""Train the line detector on crops of rendered pages; checkpointed and resumable.

Invariant: the learning rate follows the share of `--minutes` of processor time used so far, also across restarts.
Must not: read evaluation data.

    python3 train_detector.py --minutes 90 [--from-weights ../weights/detector.safetensors]
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
import samples
import weights_file

RUNS = pathlib.Path(__file__).resolve().parent / "runs"


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
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=90)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--pool", type=int, default=250)
    parser.add_argument("--checkpoint", default=str(RUNS / "detector.pt"))
    parser.add_argument("--from-weights")
    options = parser.parse_args()
    stopping = []
    signal.signal(signal.SIGTERM, lambda *_: stopping.append(True))  # save, then leave
    torch.set_num_threads(1)
    torch.manual_seed(11)
    network = networks.Detector().to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(network.parameters(), lr=options.rate, weight_decay=0.02)
    step, used = 0, 0.0
    path = pathlib.Path(options.checkpoint)
    if path.exists():
        state = torch.load(path)
        network.load_state_dict(state["network"])
        optimiser.load_state_dict(state["optimiser"])
        step, used = state["step"], state["used"]
    elif options.from_weights:
        tensors, _ = weights_file.read(options.from_weights)
        networks.load_exported(network, {k: torch.tensor(v.astype(numpy.float32)) for k, v in tensors.items()})
    average = copy.deepcopy(network)
    if path.exists():
        average.load_state_dict(state["average"])
    generator, numbers = random.Random(step + 1), numpy.random.default_rng(step + 1)
    pool = samples.PagePool(generator, options.pool)
    while len(pool.pages) < 30:
        pool.refresh()
    networks.training_mode(network, frozen_norms=bool(options.from_weights))
    last, saved, sums = time.process_time(), time.time(), []
    while used < options.minutes * 60:
        progress = used / (options.minutes * 60)
        rate = options.rate * min(1.0, (step + 1) / 150) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress)))
        for group in optimiser.param_groups:
            group["lr"] = rate
        pool.refresh()
        pairs = [samples.detector_sample(pool.pick(), generator, numbers) for _ in range(options.batch)]
        picture = torch.from_numpy(numpy.stack([p for p, _ in pairs])).permute(0, 3, 1, 2).float() / 127.5 - 1.0
        target = torch.from_numpy(numpy.stack([t for _, t in pairs]))
        with torch.autocast("cpu", torch.bfloat16):
            output = network(picture)
        loss, *parts = loss_of(output, target)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 2.0)
        optimiser.step()
        step += 1
        decay = min(0.998, (step + 1) / (step + 20))
        with torch.no_grad():
            for a, b in zip(average.state_dict().values(), network.state_dict().values()):
                if a.dtype.is_floating_point:
                    a.lerp_(b, 1 - decay)
        used += time.process_time() - last
        last = time.process_time()
        sums.append([loss.item(), *parts])
        if step % 50 == 0:
            print(step, f"{used / 60:.1f} min rate {rate:.5f} loss core dice distance", *(f"{v:.4f}" for v in numpy.mean(sums, axis=0)), f"pages {len(pool.stems)}", flush=True)
            sums = []
        if time.time() - saved > 150 or used >= options.minutes * 60 or stopping:
            torch.save({"network": network.state_dict(), "average": average.state_dict(), "optimiser": optimiser.state_dict(), "step": step, "used": used}, str(path) + ".new")
            pathlib.Path(str(path) + ".new").replace(path)
            saved = time.time()
            if stopping:
                return


if __name__ == "__main__":
    main()
