"""Run the exported detector over training pages and keep its boxes, so that the recogniser also learns from them.

Invariant: boxes are in picture pixels, written beside each page as N.boxes; existing files are kept.
Must not: touch held-out pages or evaluation data.

    python3 detect_pages.py [--count 600]
"""

import argparse
import json
import random

import samples
from evaluate import WEIGHTS, Reader


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=600)
    parser.add_argument("--weights", default=str(WEIGHTS))
    options = parser.parse_args()
    reader = Reader(options.weights)
    # The newest pages first: their templates are the ones that hold what earlier weights missed.
    stems = sorted(samples.page_stems(), reverse=True)[: 2 * options.count]
    random.Random(5).shuffle(stems)
    for stem in stems[: options.count]:
        path = stem.with_suffix(".boxes")
        if not path.exists():
            picture, _ = samples.load_page(stem)
            path.write_text(json.dumps([[round(v, 2) for v in box] for box in reader.boxes(picture)]))


if __name__ == "__main__":
    main()
