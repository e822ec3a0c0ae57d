"""Make pages about invented tools with exact truth: HTML, picture, and ID.json in the format of the screenshot evaluation.

Purpose: measure (and fit) what finds names, prices and claims, on pages that nobody tuned for.
Invariant: page N of a split is the same for the same code; splits share no design, sentence, word list or font; the truth
keeps what can be seen on the picture, word for word.
Must not: read evaluation data; be looked at while rules are written, for the split `test`.

    python3 make.py --split validation --count 120 --out DIR
"""

import argparse
import json
import pathlib
import random
import re
import subprocess

import comparisons
import facts
import parts
import plans
import repository
import windows
import words
from page import Page

TRAINING = pathlib.Path(__file__).resolve().parent.parent
SHAPES = [(1280, 800, 1, 8), (1440, 900, 1, 6), (1024, 768, 1, 2), (768, 1024, 1, 3), (390, 844, 2, 4), (1280, 800, 2, 2), (390, 844, 1, 1), (768, 1024, 2, 1)]
KINDS = {"landing": 30, "pricing": 12, "repository": 26, "versus": 8, "table": 5, "list": 5, "review": 4, "card": 5, "docs": 4, "changelog": 2, "blog": 2, "login": 1, "missing": 1, "window": 6, "store": 5}
GROUPS = {"pricing": "pricing", "repository": "readme", "versus": "comparison", "table": "comparison", "list": "comparison", "blog": "none", "login": "none", "missing": "none"}
# Pages that speak to developers: the sentences of packages are found there and not on a page that sells.
DEVELOPERS = ("repository", "card", "docs", "changelog")


def landing_page(p):
    """Bar, hero, sections in random order, footer; sometimes scrolled past the hero."""
    sections = [p.pick(parts.FEATURES)]
    sections += p.r.sample([parts.numbers, parts.quotes, parts.logos, parts.questions, parts.filler, parts.closing, parts.posts, plans.plans, p.pick(parts.FEATURES)], p.r.randint(1, 4))
    if p.r.random() < 0.3:
        p.r.shuffle(sections)
    top = [parts.notice] if p.r.random() < 0.15 else []
    order = [*top, parts.bar, p.pick(parts.HEROES), *sections, parts.footer]
    body = "".join(make(p) for make in order)
    return body + (parts.cookies(p) if p.r.random() < 0.15 else "")


BUILDERS = {"landing": landing_page, "pricing": plans.pricing_page, "repository": repository.repository_page, "versus": comparisons.versus_page, "table": comparisons.table_page, "list": comparisons.list_page, "review": comparisons.review_page, "card": repository.card_page, "docs": repository.docs_page, "changelog": repository.changelog_page, "blog": comparisons.blog_page, "login": comparisons.login_page, "missing": comparisons.missing_page, "window": windows.window_page, "store": windows.store_page}


def build(split, number):
    """(page kind, page, HTML, render job without paths) of page `number`."""
    r = random.Random(f"{split}-{number}")
    kind = r.choices(list(KINDS), list(KINDS.values()))[0]
    width, height, scale, _ = r.choices(SHAPES, [s[3] for s in SHAPES])[0]
    p = Page(r, split, width, kind in DEVELOPERS)
    count = {"versus": 2, "table": r.choice([2, 3, 4]), "list": r.choice([3, 4])}.get(kind, 0 if GROUPS.get(kind) == "none" else 1)
    trade = r.choice(words.share(words.TRADES, split))
    if kind == "card":
        trade = r.choice([t for t in words.TRADES if t[0] == "Machine Learning"])
    for name in words.names(r, split, count):
        p.tool(facts.Tool(r, split, name, trade, p.developers))
    body = BUILDERS[kind](p)
    full = r.random() < 0.45 and scale == 1
    skip = r.choice([0, 0, 0, 0, r.randint(200, 900)]) if kind in ("landing", "repository") and not full else 0
    job = {"width": width, "height": height, "scale": scale, "full": 4000 if full else 0, "words": True}
    return kind, p, p.document(body, skip), job


def inside(box, size):
    return box[0] >= 0 and box[1] >= 0 and box[2] <= size[0] and box[3] <= size[1]


def squash(text):
    return re.sub(r"\s+", " ", text).strip()


def whole_words(pieces):
    """Words with boxes: the renderer cuts a word that wraps into letters, and says which pieces follow a blank."""
    found = []
    for text, left, top, width, height, spaced in pieces:
        if found and not spaced:
            before = found[-1]
            before[0] += text
            before[3] = round(left + width - before[1], 1)
        else:
            found.append([text, *(round(v, 1) for v in (left, top, width, height))])
    return found


def truth_of(identity, split, kind, page, job, rendered):
    """The truth file: rendered lines that are wholly on the picture, and the labels whose words stand on them."""
    size, lines, ignore = rendered["size"], [], []
    for line in rendered["lines"]:
        left, top, right, bottom = line["box"]
        if inside(line["box"], size) and not line["clipped"]:
            boxes = whole_words(line["words"])
            lines.append({"text": line["text"], "box": [round(v, 1) for v in (left, top, right - left, bottom - top)], "font_px": round(line["size"], 1), "words": boxes})
        elif top < size[1] and bottom > 0:
            ignore.append([round(v, 1) for v in (left, max(0, top), right - left, min(size[1], bottom) - max(0, top))] + ["cut by the edge"])
    for left, top, right, bottom in rendered["pictures"]:
        ignore.append([left, top, right - left, bottom - top, "picture"])
    # A word may wrap behind its hyphen.
    joined = lambda words: re.sub(r"(?<=[\w.]-) ", "", squash(words))
    text = " " + joined(" ".join(line["text"] for line in lines)) + " "
    seen = lambda words: f" {joined(words)}" in text
    tools = []
    for facts_of, tool in zip(page.facts, page.tools):
        kept = dict(tool)
        kept["name"] = tool["name"] if re.search(r"(?<!\w)" + re.escape(tool["name"]) + r"(?!\w)", text) or any(re.search(r"(?<!\w)" + re.escape(a) + r"(?!\w)", text) for a in tool["aliases"]) else None
        kept["tagline"] = tool["tagline"] if tool["tagline"] and seen(tool["tagline"]) else None
        kept["tagline_alts"] = [alternative for alternative in tool["tagline_alts"] if seen(alternative)]
        if kept["tagline"] is None and kept["tagline_alts"]:
            kept["tagline"] = kept["tagline_alts"].pop(0)
        kept["pricing"] = [price for price in tool["pricing"] if seen(price["text"])]
        kept["said"] = [price for price in tool["said"] if seen(price["text"])]
        kept["claims"] = [claim for claim in tool["claims"] if seen(claim["text"])]
        for slogan in [kept["tagline"], *kept["tagline_alts"]]:
            if slogan and all(claim["text"] != slogan for claim in kept["claims"]):
                also = [kind for kind in facts_of.also.get(slogan, []) if kind != "feature"]
                kept["claims"].append({"text": slogan, "kind": "feature", "optional": True} | ({"also": also} if also else {}))
        kept["reviews"] = [review for review in tool["reviews"] if seen(review["quote"])]
        if kept["panel_ship_percent"] is not None and f" {kept['panel_ship_percent']}% " not in text:
            kept["panel_ship_percent"] = None
        tools.append(kept)
    return {"id": identity, "split": split, "group": GROUPS.get(kind, kind), "source": None, "viewport": [job["width"], job["height"]], "scale": job["scale"], "theme": "light" if int(page.background[1:3], 16) > 127 else "dark",
            "crop": "full" if job["full"] else "viewport", "image": f"{identity}.png", "size": size, "lines": lines, "ignore": ignore, "tools": tools, "roles": {squash(text): role for text, role in page.roles.items()}}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--split", choices=words.SPLITS, required=True)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=120)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--no-pictures", action="store_true", help="lines and truth only, in a third of the time")
    options = parser.parse_args()
    work = options.out / "work"
    work.mkdir(parents=True, exist_ok=True)
    made, jobs = [], []
    for number in range(options.first, options.first + options.count):
        kind, page, document, job = build(options.split, number)
        identity = f"{options.split[0]}_{kind}_{number:04d}"
        if (options.out / f"{identity}.json").exists():
            continue
        source, lines, picture = work / f"{identity}.html", work / f"{identity}.json", options.out / f"{identity}.png"
        # What was rendered before and has not changed is kept: labels can be mended without a browser.
        kept = lines.exists() and source.exists() and source.read_text(encoding="utf-8") == document and (options.no_pictures or picture.exists())
        if not kept:
            lines.unlink(missing_ok=True)
            source.write_text(document, encoding="utf-8")
            jobs.append({**job, "html": str(source.resolve()), "png": "" if options.no_pictures else str(picture.resolve()), "json": str(lines.resolve())})
        made.append((identity, kind, page, job))
    if jobs:
        listing = work / f"jobs-{options.first}.jsonl"
        listing.write_text("\n".join(json.dumps(job) for job in jobs), encoding="utf-8")
        subprocess.run(["node", str(TRAINING / "render_pages.mjs"), str(listing)], check=True, cwd=TRAINING)
    for identity, kind, page, job in made:
        rendered = json.loads((work / f"{identity}.json").read_text(encoding="utf-8"))
        truth = truth_of(identity, options.split, kind, page, job, rendered)
        (options.out / f"{identity}.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1), encoding="utf-8")
    print(len(made), "pages")


if __name__ == "__main__":
    main()
