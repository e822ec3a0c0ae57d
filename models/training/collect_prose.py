"""Collect English sentences from doc strings of permissively licensed Python packages into runs/prose.txt.

Invariant: sources are the standard library (PSF), numpy (BSD), torch (BSD) and Pillow (HPND) of this machine; every
sentence can be written with the charset. Must not: read evaluation data or the network.

    python3 collect_prose.py
"""

import ast
import pathlib
import random
import re
import sys

from alphabet import encode, fold

OUTPUT = pathlib.Path(__file__).resolve().parent / "runs" / "prose.txt"


def doc_strings(path):
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, ValueError, OSError):
        return
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            text = ast.get_docstring(node)
            if text:
                yield text


def main():
    roots = [pathlib.Path(ast.__file__).parent, pathlib.Path("/usr/lib/python3/dist-packages/numpy"),
             pathlib.Path("/usr/lib/python3/dist-packages/torch"), pathlib.Path("/usr/lib/python3/dist-packages/PIL")]
    sentences = set()
    for root in roots:
        for path in sorted(root.rglob("*.py")):
            if "/test" in str(path) or "site-packages" in str(path):
                continue
            for text in doc_strings(path):
                for paragraph in re.split(r"\n\s*\n", text):
                    if ">>>" in paragraph or ".." in paragraph:
                        continue
                    for sentence in re.split(r"(?<=[.!?])\s+", fold(paragraph.replace("`", "").replace("*", ""))):
                        if 20 < len(sentence) < 220 and sentence[0].isupper() and encode(sentence) and sentence.count(" ") > 3:
                            sentences.add(sentence.rstrip("."))
    ordered = sorted(sentences)
    random.Random(1).shuffle(ordered)
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text("\n".join(ordered[:60000]), encoding="utf-8")
    print(len(ordered), "sentences", file=sys.stderr)


if __name__ == "__main__":
    main()
