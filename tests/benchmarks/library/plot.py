"""Draws how the times of `library_bench measure` grow with the library.

usage: plot.py MEASURED.jsonl PLOT.svg   (one line of JSON for each size; only the standard library is needed)
"""

import json
import sys

SERIES = [
    ("search", "search"),
    ("find_tools", "tools by conditions"),
    ("open", "open"),
    ("merge_of_40", "merge of 40 claims"),
    ("tool_page", "tool page"),
]
COLOURS = ["#b2182b", "#2166ac", "#1b7837", "#e08214", "#542788"]
WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 760, 400, 60, 20, 170, 50


def main() -> None:
    source, target = sys.argv[1:3]
    with open(source, encoding="utf-8") as file:
        sizes = [json.loads(line) for line in file]
    most = max(size["captures"] for size in sizes)
    highest = max(size[name]["processor"]["p95"] for size in sizes for name, _ in SERIES) * 1.1
    across = lambda captures: LEFT + (WIDTH - LEFT - RIGHT) * captures / most
    down = lambda time: HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * time / highest
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
    ]
    step = 10 if highest > 30 else 5
    for time in range(0, int(highest) + 1, step):
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{down(time):.1f}" y2="{down(time):.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{down(time) + 4:.1f}" text-anchor="end">{time} ms</text>')
    for size in sizes:
        x = across(size["captures"])
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{size["captures"]:,}</text>')
    parts.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 10}" text-anchor="middle">captures</text>')
    labels = []
    for (name, label), colour in zip(SERIES, COLOURS):
        points = [(across(size["captures"]), down(size[name]["processor"]["p95"])) for size in sizes]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.extend(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points)
        labels.append([points[-1][1], label, colour])
    # Labels that would cover each other are moved apart.
    labels.sort()
    for place in range(1, len(labels)):
        labels[place][0] = max(labels[place][0], labels[place - 1][0] + 15)
    for y, label, colour in labels:
        parts.append(f'<text x="{WIDTH - RIGHT + 10}" y="{y + 4:.1f}" fill="{colour}">{label}</text>')
    parts.append("</svg>")
    with open(target, "w", encoding="utf-8") as file:
        file.write("\n".join(parts) + "\n")


main()
