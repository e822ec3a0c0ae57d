"""Count the errors of predictions by kind: which mistakes are left, and how often.

Invariant: every edit on a matched line is counted under exactly one kind. Must not: change a prediction.

    python3 error_kinds.py TRUTH PREDICTIONS [--examples 3]
"""

import argparse
import collections
import json
import pathlib

import compare_lines
from alphabet import fold

LOOK_ALIKE = [set("Il1|!i"), set("0OoQ"), set("5Ss$"), set("8B"), set("2Zz"), set("6b"), set("9gq")]


def punctuation(character):
    return not character.isalnum() and character != " "


def kind(expected, found, i, j):
    """The kind of one step of an alignment that is not a match."""
    if i is None:
        character = found[j]
        if character == " ":
            return "blank added"
        if character in (found[j - 1] if j else "", found[j + 1] if j + 1 < len(found) else ""):
            return "letter doubled"
        word = (" " + found + " ")[: j + 1].rpartition(" ")[2] + found[j:].partition(" ")[0]
        at_end = j < 3 or j > len(found) - 4
        return "mark or icon read into the line" if at_end and len(word) <= 3 else "character added"
    if j is None:
        character = expected[i]
        if character == " ":
            return "blank dropped"
        if character in (expected[i - 1] if i else "", expected[i + 1] if i + 1 < len(expected) else ""):
            return "one of a pair dropped"
        return "punctuation dropped" if punctuation(character) else "character dropped"
    a, b = expected[i], found[j]
    if a.lower() == b.lower():
        return "case of a letter"
    for group in LOOK_ALIKE:
        if a in group and b in group:
            return "look-alike " + ("I l 1" if "l" in group else "0 O" if "0" in group else "other")
    if punctuation(a) and punctuation(b):
        return "punctuation for punctuation"
    return "other character"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("truth")
    parser.add_argument("predictions")
    parser.add_argument("--examples", type=int, default=0)
    options = parser.parse_args()
    counts, examples, lines, length = collections.Counter(), collections.defaultdict(list), 0, 0
    for path in sorted(pathlib.Path(options.truth).glob("*.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        file = pathlib.Path(options.predictions) / path.name
        prediction = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {"lines": []}
        matched, missed, extra = compare_lines.pairs(truth, prediction)
        lines += len(truth["lines"])
        for expected, found in matched:
            a, b = fold(expected["text"]), fold(found["text"])
            length += len(a)
            for i, j in compare_lines.alignment(a, b):
                if i is None or j is None or a[i] != b[j]:
                    name = kind(a, b, i, j)
                    counts[name] += 1
                    examples[name].append(f"{path.stem}: {a!r} as {b!r}")
        whole = [found for _, found in matched] + extra
        for line in missed:
            near = [f for f in whole if compare_lines.shared(f["box"], line["box"]) > 0.5 * line["box"][2] * line["box"][3]]
            name = "line: read together with a neighbour" if near else "line: missed or in pieces"
            counts[name] += 1
            examples[name].append(f"{path.stem}: {line['text']!r}")
        for line in extra:
            touches = any(compare_lines.shared(line["box"], e["box"]) > 0 for e in truth["lines"])
            if not touches and not compare_lines.ignored(line, truth):
                counts["line: nothing stands there"] += 1
                examples["line: nothing stands there"].append(f"{path.stem}: {line['text']!r}")
    print(f"{lines} lines, {length} characters on matched lines\n\n| kind | count |\n| --- | --- |")
    for name, count in counts.most_common():
        print(f"| {name} | {count} |")
        for example in examples[name][: options.examples]:
            print(f"|   {example.replace('|', '¦')} | |")


if __name__ == "__main__":
    main()
