"""Sentences of the split `train` that lie in `sentences/`: a file for each kind of claim, and `nothing/` for what claims none.

Form: as in `wordings`, one pattern a line. Written to be many and unlike each other: they teach words, so a choice may make
a clumsy sentence.
Invariant: no sentence says what a wording of `validation` or `test` says: `apart` drops those that share four words in a row.
"""

import functools
import pathlib
import re

import texts
import wordings
import words

FOLDER = pathlib.Path(__file__).parent / "sentences"


@functools.cache
def lines(name):
    """The patterns of a file as (pattern, other kinds that fit)."""
    found = []
    for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        text, _, others = line.partition("||")
        found.append((text.rstrip(), others.strip().split(",") if others else []))
    return found


def runs(text):
    """All runs of four words; slots and numbers stand for anything and break a run."""
    found = set()
    for part in re.split(r"\{\w+\}|\d[\d.,]*", text.casefold()):
        own = re.findall(r"[a-z']+", part)
        found.update(zip(own, own[1:], own[2:], own[3:]))
    return found


@functools.cache
def held():
    """Runs of the wordings of claims that are held back, less those that training's own wordings hold."""
    back, own = set(), set()
    for split in words.SPLITS:
        into = own if split == "train" else back
        for kind in texts.CLAIMS.values():
            for line in words.sayings(kind.splitlines(), split):
                into.update(runs(line))
        for kind in wordings.MORE[split].values():
            for line in kind.splitlines():
                into.update(runs(line.partition("||")[0]))
    return back - own


def apart(text):
    """The text says nothing that is held back."""
    return not runs(text) & held()
