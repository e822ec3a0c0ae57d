"""Turn held-out pages into a truth folder in the evaluation kit's format: ID.png and ID.json for each page.

Purpose: the bench, the scorer and the calibration run on our own pages as they run on the kit.
Invariant: only pages that are never trained on; texts are folded as the reader is asked to write them; what is cut,
has no ink or lies in a picture is in `ignore`. Must not: change a picture.

    python3 export_truth.py OUT [--split test] [--pages DIR] [--count 60]
"""

import argparse
import json
import pathlib
import shutil

import numpy

import samples
from alphabet import fold


def sides(box):
    left, top, right, bottom = box
    return [round(left, 2), round(top, 2), round(right - left, 2), round(bottom - top, 2)]


def whole_words(pieces):
    """[text, x, y, width, height] of each word; bold letters inside a word come as pieces without a blank before."""
    words = []
    for text, x, y, width, height, space in pieces:
        if words and not space:
            last = words[-1]
            right, bottom = max(last[1] + last[3], x + width), max(last[2] + last[4], y + height)
            left, top = min(last[1], x), min(last[2], y)
            words[-1] = [last[0] + fold(text), left, top, round(right - left, 2), round(bottom - top, 2)]
        else:
            words.append([fold(text), x, y, width, height])
    return words


def truth_of(stem):
    picture, page = samples.load_page(stem)
    height, width = picture.shape[:2]
    lines, ignore = [], [sides(box) + ["picture"] for box in page["pictures"]]
    for line in page["lines"]:
        left, top, right, bottom = line["box"]
        if right <= 0 or bottom <= 0 or left >= width or top >= height:
            continue
        text = fold(line["text"])
        if line["clipped"] or not text or left < 0 or top < 0 or right > width or bottom > height:
            ignore.append(sides(line["box"]) + ["cut"])
            continue
        entry = {"text": text, "box": sides(line["box"]), "font_px": line["size"]}
        words = whole_words(line.get("words", []))
        if [word[0] for word in words] == text.split(" "):
            entry["words"] = words
        lines.append(entry)
    grey = picture.mean(axis=2)
    return {
        "id": stem.name, "split": "own", "group": "own", "source": None, "scale": page["scale"],
        "theme": "dark" if numpy.median(grey) < 128 else "light", "crop": "full", "image": f"{stem.name}.png",
        "size": [width, height], "lines": lines, "ignore": ignore, "tools": [],
    }


def export(output, split, pages=samples.PAGES, count=60):
    """Writes the folder and returns the ids."""
    stems = sorted(path.with_suffix("") for path in pathlib.Path(pages).glob("*/*.json"))
    stems = [s for s in stems if samples.split_of(int(s.name)) == split and s.with_suffix(".png").exists()][:count]
    output = pathlib.Path(output)
    output.mkdir(parents=True, exist_ok=True)
    for stem in stems:
        shutil.copyfile(stem.with_suffix(".png"), output / f"{stem.name}.png")
        (output / f"{stem.name}.json").write_text(json.dumps(truth_of(stem), ensure_ascii=False), encoding="utf-8")
    return [stem.name for stem in stems]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("output")
    parser.add_argument("--pages", default=samples.PAGES)
    parser.add_argument("--split", choices=["validation", "test"], default="test")
    parser.add_argument("--count", type=int, default=60)
    options = parser.parse_args()
    print(len(export(options.output, options.split, options.pages, options.count)), "pages in", options.output)


if __name__ == "__main__":
    main()
