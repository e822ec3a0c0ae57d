"""Natural sentences with labels: written one by one for this purpose, or taken from the descriptions of packages.

Form: `written/SPLIT-NAME.txt`, one text a line: `LABEL[,further kinds that fit] | text`, `{N}` for the tool's name. A label is a
kind of claim or says why the text is none: tagline, filler, instruction, interface, heading, quote, aside (true, but not about
the tool). Files named `packages` hold sentences from READMEs and descriptions of the permissively licensed packages in
`written/packages.tsv`; whatever else stands here was invented.
Invariant: each file has writers, products and packages of its own, so no text of one split stands in another; second kinds were
given with the text and never after a result. Labels of the splits `validation` and `unseen` were given a second time by
somebody who did not know the first; a kind that either admits counts (`written/SPLIT-NAME.second.txt`).
Must not: quote an evaluation page.
"""

import collections
import functools
import pathlib
import re

FOLDER = pathlib.Path(__file__).parent / "written"
SEVERAL = re.compile(r"[.!?;][\"”)]* +(?=\S)")
# Of the texts on a page; the others come from patterns, which bring in numbers and names.
SHARE = 0.5
KINDS = ("feature", "performance", "benchmark", "compatibility", "license", "privacy_security", "pricing", "adoption", "availability", "limitation", "other")


def labels_of(line):
    labels, _, text = line.partition("|")
    return [label.strip() for label in labels.split(",")], text.strip()


@functools.cache
def lines(split):
    """Label -> [(text, other kinds that fit)] of a split; empty for a split without natural sentences."""
    found = collections.defaultdict(list)
    for path in sorted(FOLDER.glob(f"{split}-*.txt")):
        if path.name.endswith(".second.txt"):
            continue
        own = path.read_text(encoding="utf-8").splitlines()
        second = path.with_suffix(".second.txt")
        others = second.read_text(encoding="utf-8").splitlines() if second.exists() else [""] * len(own)
        for line, other in zip(own, others, strict=True):
            labels, text = labels_of(line)
            if labels[0] == "quote":
                text = text.strip("\"“”")
            fitting = [label for label in [*labels[1:], *labels_of(other)[0]] if label in KINDS and label != labels[0]]
            found[labels[0]].append((text, list(dict.fromkeys(fitting)) if labels[0] in KINDS + ("tagline",) else []))
    return found


@functools.cache
def single(split, label):
    """The texts of one sentence each: a page's truth states sentences."""
    return [entry for entry in lines(split).get(label, []) if not SEVERAL.search(entry[0])]


def choice(r, split, label):
    """(text, other kinds that fit) of a label, for about half of what a page says; None: take a pattern."""
    known = single(split, label)
    return r.choice(known) if known and r.random() < SHARE else None


def filled(text, name):
    """The text with the tool's name."""
    return text.replace("{N}", name)


def masked(text):
    """The text as the line model sees it: lower case, `{name}` for the tool's name."""
    return text.casefold().replace("{n}", "{name}")
