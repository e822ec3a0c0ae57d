"""What the training programs share: options, optimiser, learning rate, weight averaging, checkpoints, stopping.

Invariant: the learning rate follows the share of `--minutes` of processor time used so far, also across restarts; SIGTERM and the end
of the time both leave a whole checkpoint. Must not: know what is trained or on which data.
"""

import argparse
import copy
import math
import pathlib
import signal
import time

import numpy
import torch

import networks
import weights_file

RUNS = pathlib.Path(__file__).resolve().parent / "runs"


def parser_for(description, name, pool):
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=90)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--pool", type=int, default=pool)
    parser.add_argument("--checkpoint", default=str(RUNS / f"{name}.pt"))
    parser.add_argument("--from-weights")
    return parser


class TrainingRun:
    """A network, the moving average of its weights that is exported, AdamW, and where the run stands (`counts`)."""

    def __init__(self, network, options, *, seed, decay, warm_up, averaging, save_seconds, before=None):
        self.options, self.warm_up, self.averaging, self.save_seconds = options, warm_up, averaging, save_seconds
        self.stopping = False
        signal.signal(signal.SIGTERM, self._stop)
        torch.set_num_threads(1)
        torch.manual_seed(seed)
        self.network = network().to(memory_format=torch.channels_last)
        self.optimiser = torch.optim.AdamW(self.network.parameters(), lr=options.rate, weight_decay=decay)
        self.path = pathlib.Path(options.checkpoint)
        self.counts, self.used = {"step": 0, "seen": 0}, 0.0
        state = torch.load(self.path) if self.path.exists() else None
        if state:
            self.network.load_state_dict(state["network"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.counts = {name: state.get(name, 0) for name in self.counts}
            self.used = state["used"]
        elif options.from_weights:
            tensors, _ = weights_file.read(options.from_weights)
            networks.load_exported(self.network, {k: torch.tensor(v.astype(numpy.float32)) for k, v in tensors.items()})
        elif before:
            before(self.network)
        self.average = copy.deepcopy(self.network)
        if state:
            self.average.load_state_dict(state["average"])
        self.clock, self.saved = time.process_time(), time.time()

    def _stop(self, *_):
        self.stopping = True  # the checkpoint is written after the step under way

    @property
    def step_count(self):
        return self.counts["step"]

    @property
    def progress(self):
        return min(1.0, self.used / (self.options.minutes * 60))

    @property
    def finished(self):
        return self.used >= self.options.minutes * 60

    def rate(self):
        return self.options.rate * min(1.0, (self.step_count + 1) / self.warm_up) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * self.progress)))

    def prepare(self):
        """Training mode and this step's learning rate; called before the forward pass."""
        networks.training_mode(self.network, frozen_norms=bool(self.options.from_weights))
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate()

    def learn(self, loss, examples):
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 2.0)
        self.optimiser.step()
        self.counts["step"] += 1
        self.counts["seen"] += examples
        decay = min(self.averaging, (self.step_count + 1) / (self.step_count + 20))
        with torch.no_grad():
            for a, b in zip(self.average.state_dict().values(), self.network.state_dict().values()):
                if a.dtype.is_floating_point:
                    a.lerp_(b, 1 - decay)
        self.used += time.process_time() - self.clock
        self.clock = time.process_time()

    def due(self):
        return time.time() - self.saved > self.save_seconds or self.finished or self.stopping

    def save(self):
        state = {"network": self.network.state_dict(), "average": self.average.state_dict(), "optimiser": self.optimiser.state_dict()}
        new = pathlib.Path(str(self.path) + ".new")
        torch.save({**state, **self.counts, "used": self.used}, new)
        new.replace(self.path)
        self.saved = time.time()
