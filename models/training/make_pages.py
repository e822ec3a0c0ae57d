"""Write seeded pages as HTML, render them in Chromium, and keep picture + line boxes under pages/.

Purpose: the page set that both networks learn from. Each split (samples.split_of) has fonts, sections and texts of its own.
Invariant: page N is the same for the same code; finished pages are skipped, so the command may be stopped and repeated.
Must not: read evaluation data.

    python3 make_pages.py --first 0 --count 1500
"""

import argparse
import json
import pathlib
import random
import subprocess

import page_sections
from page_templates import Page
from samples import PAGES, split_of
from text_source import TextSource

ROOT = pathlib.Path(__file__).resolve().parent
SHAPES = [  # css width, css height, device scale, weight
    (1280, 800, 1, 26), (1440, 900, 1, 18), (1920, 1080, 1, 6), (1024, 768, 1, 8), (768, 1024, 1, 8), (390, 844, 2, 8), (390, 844, 3, 2),
    (390, 844, 1, 3), (1280, 800, 2, 5), (768, 1024, 2, 4), (1440, 900, 2, 2), (1280, 800, 1.25, 5), (1280, 800, 1.5, 5), (1100, 700, 1.75, 2), (600, 500, 1, 4),
]


def job_of(number):
    r = random.Random(number * 7919 + 17)
    text = TextSource(r)
    split = split_of(number)
    tenth = len(text.prose) // 10
    text.prose = {"validation": text.prose[:tenth], "test": text.prose[tenth:2 * tenth], "train": text.prose[2 * tenth:]}[split]
    text.dictionary = {"validation": text.dictionary[::10], "test": text.dictionary[1::10], "train": [w for i, w in enumerate(text.dictionary) if i % 10 > 1]}[split]
    kinds = list(page_sections.WEIGHTS)
    kind = r.choices(kinds, [page_sections.WEIGHTS[k] for k in kinds])[0]
    width, height, scale, _ = r.choices(SHAPES, [s[3] for s in SHAPES])[0]
    document = Page(r, text, split=split).build(kind, width)
    full = r.choice([0, 0, 1600, 2400]) if scale <= 1.5 else 0
    stem = PAGES / f"{number // 500:03d}" / f"{number:06d}"
    stem.parent.mkdir(parents=True, exist_ok=True)
    source = stem.with_suffix(".html")
    source.write_text(document, encoding="utf-8")
    return {"html": str(source), "png": str(stem.with_suffix(".png")), "json": str(stem.with_suffix(".json")), "width": width, "height": height, "scale": scale, "full": full, "words": split != "train"}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=1500)
    parser.add_argument("--batch", type=int, default=100)
    options = parser.parse_args()
    for start in range(options.first, options.first + options.count, options.batch):
        numbers = range(start, min(start + options.batch, options.first + options.count))
        numbers = [n for n in numbers if not (PAGES / f"{n // 500:03d}" / f"{n:06d}.json").exists()]
        if not numbers:
            continue
        jobs = [job_of(n) for n in numbers]
        path = PAGES / f"jobs-{options.first}.jsonl"
        path.write_text("\n".join(json.dumps(job) for job in jobs), encoding="utf-8")
        subprocess.run(["node", str(ROOT / "render_pages.mjs"), str(path)], check=False, cwd=ROOT)
        for job in jobs:
            pathlib.Path(job["html"]).unlink(missing_ok=True)


if __name__ == "__main__":
    main()
