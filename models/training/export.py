"""Write models/weights/{detector,recogniser}.safetensors from a checkpoint (or from random weights).

Purpose: the one place that turns training state into the shipped files.
Invariant: the layout is the one networks.py documents; settings come from postprocess.py.
Must not: change numbers on the way other than folding batch norm and rounding to float16.

    python3 export.py detector  [--checkpoint runs/detector.pt]
    python3 export.py recogniser [--checkpoint runs/recogniser.pt]
"""

import argparse
import json
import pathlib

import torch

import networks
import postprocess
import weights_file
from alphabet import CHARSET

WEIGHTS = pathlib.Path(__file__).resolve().parent.parent / "weights"


def metadata(kind):
    if kind == "detector":
        return {"format": "shortlist-text-detector-1", **postprocess.DETECTOR_DEFAULTS}
    return {
        "format": "shortlist-text-recogniser-2",
        "charset": json.dumps(CHARSET, ensure_ascii=False),
        **postprocess.RECOGNISER_DEFAULTS,
    }


def build(kind):
    return networks.Detector() if kind == "detector" else networks.Recogniser()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=["detector", "recogniser"])
    parser.add_argument("--checkpoint")
    options = parser.parse_args()
    torch.manual_seed(1)
    network = build(options.kind)
    if options.checkpoint:
        state = torch.load(options.checkpoint, map_location="cpu")
        network.load_state_dict(state["average"])
    WEIGHTS.mkdir(exist_ok=True)
    tensors = {name: tensor.numpy() for name, tensor in networks.exported_tensors(network).items()}
    path = WEIGHTS / f"{options.kind}.safetensors"
    weights_file.write(path, tensors, metadata(options.kind))
    print(path, path.stat().st_size, "bytes", len(tensors), "tensors")


if __name__ == "__main__":
    main()
