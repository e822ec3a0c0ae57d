"""Reads one picture with rapidocr as it comes from its package and writes the lines: PICTURE RESULT.json"""
import json
import sys

from rapidocr import RapidOCR

result = RapidOCR()(sys.argv[1])
lines = []
for corners, text in zip(result.boxes if result.boxes is not None else [], result.txts or []):
    xs, ys = [float(x) for x, _ in corners], [float(y) for _, y in corners]
    lines.append({"text": text, "box": [min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)]})
with open(sys.argv[2], "w", encoding="utf-8") as file:
    json.dump({"lines": lines}, file, ensure_ascii=False)
