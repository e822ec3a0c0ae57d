"""Fit what a character's probability is worth, and store it with the recogniser's weights.

Purpose: a confidence of 0.9 means that nine of ten such characters are right. The runtime reads held-out pages with
its raw probabilities; its characters are aligned with the truth; a monotone map is fitted on every other page and
checked on the rest. Invariant: made pages only, none of which was trained on. Must not: see the evaluation kit.

    python3 calibrate.py [--pages DIR] [--count 60] [--dry] [--keep]
"""

import argparse
import bisect
import json
import math
import pathlib
import subprocess

import numpy

import compare_lines
import export_truth
import samples
import weights_file
from alphabet import fold

ROOT = pathlib.Path(__file__).resolve().parent
WEIGHTS = ROOT.parent / "weights" / "recogniser.safetensors"
WORK = ROOT / "runs" / "calibration"
READ = ["cargo", "run", "--quiet", "--release", "--package", "models", "--example", "read", "--", "--raw", "--out"]


def characters(truth, prediction):
    """[(raw probability, right)] for every character but blanks."""
    result = []
    matched, _, alone = compare_lines.pairs(truth, prediction)
    for expected, found in matched:
        # A box that also covers a neighbour is a mistake of the detector; its characters are not compared.
        others = (e for e in truth["lines"] if e is not expected)
        if any(compare_lines.shared(found["box"], e["box"]) > 0.3 * e["box"][2] * e["box"][3] for e in others):
            continue
        text, raw = found["text"], found["characters"]
        wanted = fold(expected["text"])
        for i, j in compare_lines.alignment(wanted, text):
            if j is not None and text[j] != " ":
                result.append((raw[j], i is not None and wanted[i] == text[j]))
    for found in alone:
        # Parts of a line that was cut elsewhere may well be right; what stands on no text at all is wrong.
        if compare_lines.ignored(found, truth) or any(compare_lines.shared(found["box"], e["box"]) for e in truth["lines"]):
            continue
        result += [(raw, False) for raw, c in zip(found["characters"], found["text"]) if c != " "]
    return result


def logit(raw):
    raw = min(max(raw, 1e-6), 1 - 1e-5)
    return math.log(raw / (1 - raw))


def platt(pairs):
    """Slope and offset of the logistic regression of right on the logit of the probability (Platt 1999), by Newton.

    Two numbers: the few hundred errors of the fitted half, which come a page at a time, do not carry an isotonic map.
    """
    x = numpy.array([logit(raw) for raw, _ in pairs])
    y = numpy.array([float(right) for _, right in pairs])
    slope, offset = 1.0, 0.0
    for _ in range(50):
        q = 1 / (1 + numpy.exp(-(slope * x + offset)))
        gradient = numpy.array([((y - q) * x).sum(), (y - q).sum()])
        w = q * (1 - q) + 1e-9
        step = numpy.linalg.solve([[(w * x * x).sum(), (w * x).sum()], [(w * x).sum(), w.sum()]], gradient)
        slope, offset = slope + step[0], offset + step[1]
        if abs(step).max() < 1e-8:
            break
    if slope <= 0:
        raise SystemExit("the probabilities say nothing about right and wrong; nothing was written")
    return slope, offset


KNOTS = [0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.87, 0.92, 0.95, 0.97, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999, 1.0]


def points(pairs):
    """Corners of the piecewise linear map that travels with the weights."""
    slope, offset = platt(pairs)
    return [[raw, round(1 / (1 + math.exp(-(slope * logit(raw) + offset))), 5)] for raw in KNOTS]


def mapped(corners, raw):
    """As the runtime does it."""
    after = bisect.bisect_left([c[0] for c in corners], raw)
    if after == 0:
        return corners[0][1]
    if after == len(corners):
        return corners[-1][1]
    (left, low), (right, high) = corners[after - 1], corners[after]
    return low + (high - low) * (raw - left) / (right - left)


BINS = [0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 1.0001]


def reliability(pairs):
    """Expected calibration error and a table of (from, to, count, mean confidence, share right)."""
    rows, error = [], 0.0
    for low, high in zip(BINS, BINS[1:]):
        part = [(c, right) for c, right in pairs if low <= c < high]
        if part:
            mean, share = (sum(p[k] for p in part) / len(part) for k in (0, 1))
            rows.append((low, min(high, 1.0), len(part), mean, share))
            error += abs(mean - share) * len(part) / len(pairs)
    return error, rows


def show(title, pairs):
    error, rows = reliability(pairs)
    wrong = sum(not right for _, right in pairs)
    print(f"\n{title}: {len(pairs)} characters, {wrong} wrong, expected calibration error {100 * error:.2f} %\n")
    print("| confidence | characters | mean confidence | right |\n| --- | --- | --- | --- |")
    for low, high, count, mean, share in rows:
        print(f"| {low:g} to {high:g} | {count} | {mean:.4f} | {share:.4f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", default=samples.PAGES)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--dry", action="store_true", help="print, but leave the weights as they are")
    parser.add_argument("--keep", action="store_true", help="use the readings of the last run")
    options = parser.parse_args()
    truths, readings = WORK / "truth", WORK / "readings"
    if not options.keep:
        for folder in (truths, readings):
            for old in folder.glob("*"):
                old.unlink()
        ids = export_truth.export(truths, "validation", options.pages, options.count)
        if len(ids) < 20:
            raise SystemExit(f"{len(ids)} held-out pages are too few: python3 make_pages.py --first 90000 --count 60")
        subprocess.run(READ + [str(readings)] + [str(truths / f"{name}.png") for name in ids], check=True, cwd=ROOT)
    names = sorted(path.stem for path in readings.glob("*.json"))
    halves = [[], []]
    for index, name in enumerate(names):
        truth, reading = (json.loads((f / f"{name}.json").read_text(encoding="utf-8")) for f in (truths, readings))
        halves[index % 2] += characters(truth, reading)
    corners = points(halves[0])
    print("map:", json.dumps(corners))
    show("other half, raw", halves[1])
    show("other half, calibrated", [(mapped(corners, raw), right) for raw, right in halves[1]])
    if not options.dry:
        tensors, metadata = weights_file.read(WEIGHTS)
        weights_file.write(WEIGHTS, tensors, {**metadata, "confidence_map": json.dumps(corners)})
        print("\nwritten to", WEIGHTS.name)


if __name__ == "__main__":
    main()
