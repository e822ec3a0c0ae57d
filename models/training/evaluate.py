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


SIZES = {"up to 10": 10.5, "11-12": 12.5, "13-16": 16.5, "17-26": 26.5, "27-48": 48.5, "over 48": 1e9}


def groups_of(line, text, truth, dark):
    """The groups of the model card that a line belongs to."""
    yield "all", "all"
    yield "size", next(name for name, top in SIZES.items() if line["size"] <= top)
    yield "theme", "dark" if dark else "light"
    yield "scale", f"{truth['scale']}x"
    letters = [c for c in text if c.isalpha()]
    yield "script", "diacritics" if any(ord(c) > 127 for c in letters) else "ASCII letters" if letters else "digits and signs"


def held_out(options):
    from train_recogniser import edit_distance
    reader = Reader(options.weights)
    table = {}  # (group, name) -> [edits own box, characters, edits exact box, characters, lines, lines found]
    predicted_count = 0
    for stem in samples.page_stems(options.split)[: options.pages]:
        picture, truth = samples.load_page(stem)
        grey, boxes = postprocess.grey_picture(picture), reader.boxes(picture)
        dark = float(numpy.median(grey)) < 128
        height, width = grey.shape
        predicted_count += len(boxes)
        for line in truth["lines"]:
            box, text = line["box"], fold(line["text"])
            if line["clipped"] or box[3] > height or box[2] > width or box[0] < 0 or box[1] < 0 or not text:
                continue
            rows = [table.setdefault(key, [0] * 6) for key in groups_of(line, text, truth, dark)]
            exact = edit_distance(reader.read_line(postprocess.recogniser_input(grey, box))[0], text)
            best = max(boxes, key=lambda b: overlap(b, box), default=None)
            found = best is not None and overlap(best, box) >= 0.5
            own = edit_distance(reader.read_line(postprocess.recogniser_input(grey, best))[0], text) if found else 0
            for row in rows:
                for index, value in enumerate((own, len(text) * found, exact, len(text), 1, int(found))):
                    row[index] += value
    print(f"{options.split}: {predicted_count} boxes (those of cut lines too)")
    print("| group | lines | found at IoU 0.5 | CER, own boxes | CER, exact boxes |\n| --- | --- | --- | --- | --- |")
    for (group, name), (own, own_total, exact, exact_total, lines, found) in sorted(table.items()):
        print(f"| {group}: {name} | {lines} | {found / lines:.3f} | {own / max(own_total, 1):.2%} | {exact / max(exact_total, 1):.2%} |")


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
