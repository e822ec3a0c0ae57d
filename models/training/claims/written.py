"""Natural sentences with labels: written one by one for this purpose, or taken from the descriptions of packages.

Form: `written/SPLIT-NAME.txt`, one text a line: `LABEL[,further kinds that fit] | text`, `{N}` for the tool's name. A label is a
kind of claim or says why the text is none: tagline, filler, instruction, interface, heading, quote, aside (true, but not about
the tool). Files named `packages` hold sentences from READMEs and descriptions of the permissively licensed packages in
`written/packages.tsv`; whatever else stands here was invented.
Invariant: each file has writers, products and packages of its own, so no text of one split stands in another; second kinds were
given with the text and never after a result. Labels of the splits `validation` and `unseen` were given a second time by
somebody who did not know the first; what either admits counts (`written/SPLIT-NAME.second.txt`). Sentences of packages stand
on pages that speak to developers, where such sentences are found.
Must not: quote an evaluation page.
"""

import collections
import functools
import pathlib
import re
import typing

FOLDER = pathlib.Path(__file__).parent / "written"
SEVERAL = re.compile(r"[.!?;][\"”)]* +(?=\S)")
# Of the texts on a page; the others come from patterns, which bring in numbers and names.
SHARE = 0.5
KINDS = ("feature", "performance", "benchmark", "compatibility", "license", "privacy_security", "pricing", "adoption", "availability", "limitation", "other")


def labels_of(line):
    labels, _, text = line.partition("|")
    return [label.strip() for label in labels.split(",")], text.strip()


class Natural(typing.NamedTuple):
    """A text, the other kinds of claim that fit it, and whether one reader took it for a claim and another for none."""

    text: str
    also: list
    doubtful: bool = False


@functools.cache
def lines(split, developers=True):
    """Label -> natural texts of a split, those of packages only for `developers`; empty for a split without any."""
    found = collections.defaultdict(list)
    for path in sorted(FOLDER.glob(f"{split}-*.txt")):
        if path.name.endswith(".second.txt") or path.stem.partition("-")[2].startswith("packages") and not developers:
            continue
        own = path.read_text(encoding="utf-8").splitlines()
        second = path.with_suffix(".second.txt")
        others = second.read_text(encoding="utf-8").splitlines() if second.exists() else own
        for line, other in zip(own, others, strict=True):
            labels, text = labels_of(line)
            if labels[0] == "quote":
                text = text.strip("\"“”")
            admitted = labels_of(other)[0]
            fitting = [kind for kind in dict.fromkeys([*labels[1:], *admitted]) if kind in KINDS and kind != labels[0]]
            doubtful = labels[0] in KINDS and not set(admitted) & set(KINDS) or labels[0] not in (*KINDS, "tagline") and admitted[0] in KINDS
            found[labels[0]].append(Natural(text, fitting, doubtful))
    return found


@functools.cache
def single(split, label, developers=True):
    """The texts of one sentence each: a page's truth states sentences."""
    return [entry for entry in lines(split, developers).get(label, []) if not SEVERAL.search(entry.text)]


def choice(r, split, label, developers):
    """A natural text of a label, for about half of what a page says; None: take a pattern."""
    known = single(split, label, developers)
    return r.choice(known) if known and r.random() < SHARE else None


def filled(text, name):
    """The text with the tool's name."""
    return text.replace("{N}", name)


def masked(text):
    """The text as the line model sees it: lower case, `{name}` for the tool's name."""
    return text.casefold().replace("{n}", "{name}")
