"""Run the reference reader (postprocess.py + exported weights) and measure it.

Purpose: prediction files for the screenshot evaluation kit, and error figures on our own held-out pages.
Invariant: reads only exported weights, exactly as the runtime does. Must not: train, or keep evaluation pictures.

    python3 evaluate.py predict PICTURES_DIR OUTPUT_DIR     # ID.json with {"lines": [...]} per picture
    python3 evaluate.py held-out [--pages 40]               # CER by font size, line recall and precision
"""

import argparse
import json
import pathlib
import time

import numpy
import torch
from PIL import Image

import networks
import postprocess
import samples
import weights_file
from alphabet import fold

WEIGHTS = pathlib.Path(__file__).resolve().parent.parent / "weights"


def load(kind, directory):
    tensors, metadata = weights_file.read(pathlib.Path(directory) / f"{kind}.safetensors")
    network = networks.Detector() if kind == "detector" else networks.Recogniser()
    networks.load_exported(network, {k: torch.tensor(v.astype(numpy.float32)) for k, v in tensors.items()})
    return network.eval(), metadata


class Reader:
    def __init__(self, directory=WEIGHTS):
        torch.set_num_threads(1)
        self.detector, metadata = load("detector", directory)
        self.settings = {k: float(metadata[k]) for k in postprocess.DETECTOR_DEFAULTS}
        self.recogniser, metadata = load("recogniser", directory)
        self.charset = json.loads(metadata["charset"])

    def maps(self, array):
        with torch.no_grad():
            return self.detector(torch.from_numpy(array))[0].numpy()

    def read_line(self, array):
        with torch.no_grad():
            logits = self.recogniser(torch.from_numpy(array))
        return postprocess.greedy_reading(torch.log_softmax(logits, 1)[0].numpy(), self.charset)

    def boxes(self, picture):
        return postprocess.detect_lines(picture, self.maps, self.settings)

    def read(self, picture):
        grey = postprocess.grey_picture(picture)
        lines = []
        for box in sorted(self.boxes(picture), key=lambda b: (b[1], b[0])):
            text, confidence, _ = self.read_line(postprocess.recogniser_input(grey, box))
            if text:
                lines.append({"text": text, "box": [box[0], box[1], box[2] - box[0], box[3] - box[1]], "confidence": round(confidence * box[4], 4)})
        return lines


def predict(options):
    reader, output = Reader(options.weights), pathlib.Path(options.output)
    output.mkdir(parents=True, exist_ok=True)
    for path in sorted(pathlib.Path(options.pictures).iterdir()):
        if path.suffix not in (".png", ".jpg", ".webp"):
            continue
        started = time.time()
        picture = numpy.asarray(Image.open(path).convert("RGB"))
        lines = reader.read(picture)
        (output / f"{path.stem}.json").write_text(json.dumps({"lines": lines}, ensure_ascii=False), encoding="utf-8")
        print(path.name, len(lines), "lines", f"{time.time() - started:.1f} s", flush=True)


def overlap(a, b):
    shared = postprocess.intersection(a, b)
    return shared / (postprocess.area(a) + postprocess.area(b) - shared)


def held_out(options):
    from train_recogniser import edit_distance
    reader = Reader(options.weights)
    bands = {"<=11": [0, 0], "12-13": [0, 0], "14-16": [0, 0], "17-26": [0, 0], ">26": [0, 0]}
    exact_bands = {name: [0, 0] for name in bands}
    found = truth_count = predicted_count = 0
    for stem in samples.page_stems(options.split)[: options.pages]:
        picture, truth = samples.load_page(stem)
        grey, boxes = postprocess.grey_picture(picture), reader.boxes(picture)
        height, width = grey.shape
        predicted_count += len(boxes)
        for line in truth["lines"]:
            box, text = line["box"], fold(line["text"])
            if box[3] > height or box[2] > width or box[0] < 0 or not text:
                continue
            band = next(n for n, top in zip(bands, (11.5, 13.5, 16.5, 26.5, 1e9)) if line["size"] <= top)
            reading, _, _ = reader.read_line(postprocess.recogniser_input(grey, box))
            exact_bands[band][0] += edit_distance(reading, text)
            exact_bands[band][1] += len(text)
            truth_count += 1
            best = max(boxes, key=lambda b: overlap(b, box), default=None)
            if best is not None and overlap(best, box) >= 0.5:
                found += 1
                reading, _, _ = reader.read_line(postprocess.recogniser_input(grey, best))
                bands[band][0] += edit_distance(reading, text)
                bands[band][1] += len(text)
    print(f"lines {truth_count}, found at IoU 0.5 {found / truth_count:.4f}, boxes {predicted_count} (also cut lines)")
    for name, table in (("own boxes", bands), ("exact boxes", exact_bands)):
        errors, total = (sum(v[i] for v in table.values()) for i in (0, 1))
        print(f"CER {name}: {errors / max(total, 1):.4f}", {k: f"{v[0] / max(v[1], 1):.4f} of {v[1]}" for k, v in table.items()})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("predict")
    command.add_argument("pictures")
    command.add_argument("output")
    command = commands.add_parser("held-out")
    command.add_argument("--pages", type=int, default=40)
    command.add_argument("--split", choices=["validation", "test"], default="validation")
    parser.add_argument("--weights", default=str(WEIGHTS))
    options = parser.parse_args()
    predict(options) if options.command == "predict" else held_out(options)


if __name__ == "__main__":
    main()
