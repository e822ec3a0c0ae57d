"""Write the fixture that ties the Candle reader to the PyTorch networks and the numpy post-processing.

    python3 models/reference/make_fixtures.py        (needs torch and numpy; run from anywhere)

The weights come from a formula that the test repeats (`value`), so the fixture does not depend on the weights that the
program ships. Written: tests/fixtures/parity.safetensors with a small picture, the detector's maps of it, line boxes,
and the recogniser's logits for them; the texts are in the metadata. Made-up maps and their boxes tie the
post-processing. Invariant: running it twice gives the same bytes. Must not: read pictures or shipped weights.
"""

import json
import pathlib
import struct
import sys

import numpy
import torch

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "training"))

import networks  # noqa: E402
import postprocess  # noqa: E402
from alphabet import CHARSET  # noqa: E402


def value(seed, count):
    """`count` numbers in [-1, 1) from SplitMix64, the same on every machine."""
    with numpy.errstate(over="ignore"):
        x = (numpy.arange(1, count + 1, dtype=numpy.uint64) + numpy.uint64(seed) * numpy.uint64(1_000_003))
        x *= numpy.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        x ^= x >> numpy.uint64(31)
    return (x >> numpy.uint64(40)).astype(numpy.float64) / float(1 << 23) - 1.0


def seeded_weights(network, first_seed):
    """Weights of every layer, in order of their names: fan-in scaled, rounded to float16."""
    tensors = {}
    for index, (name, tensor) in enumerate(sorted(networks.exported_tensors(network).items())):
        numbers = value(first_seed + index, tensor.numel())
        if name.endswith("norm.weight"):
            numbers = 1.0 + 0.1 * numbers
        elif name.endswith("bias"):
            numbers = 0.1 * numbers
        else:
            numbers = numbers * (6.0 / (tensor.numel() / tensor.shape[0])) ** 0.5
        half = numbers.astype(numpy.float32).astype(numpy.float16)
        tensors[name] = torch.from_numpy(half.astype(numpy.float32)).reshape(tensor.shape)
    networks.load_exported(network, tensors)
    return network.eval()


def picture():
    """96 × 128 RGB: noise on a gradient, with dark and bright bars where lines could be."""
    noise = value(7, 96 * 128 * 3).reshape(96, 128, 3)
    rows = numpy.arange(96)[:, None, None]
    columns = numpy.arange(128)[None, :, None]
    level = 140.0 + 60.0 * numpy.sin(rows / 9.0 + numpy.arange(3) * 0.7) + 40.0 * numpy.cos(columns / 5.0) + 15.0 * noise
    level[20:30, 10:100] -= 90.0
    level[60:66, 30:120] += 70.0
    return level.clip(0.0, 255.0).astype(numpy.uint8)


def line_maps():
    """Maps of a 160 × 256 picture with three lines, two of which touch in the core map, and one that is cut."""
    rows, columns = 80, 64
    maps = numpy.zeros((5, rows, columns), dtype=numpy.float32)
    maps[0] = -4.0 + 0.5 * value(11, rows * columns).reshape(rows, columns)
    for left, top, right, bottom in [(12, 20, 103, 36), (104, 14, 200, 42), (30, 70, 220, 110), (40, 130, 52, 141)]:
        y, x = numpy.mgrid[0:rows, 0:columns]
        y, x = y * 2.0 + 1.0, x * 4.0 + 2.0
        quarter = (bottom - top) / 4.0
        core = (y >= top + quarter) & (y <= bottom - quarter) & (x >= left) & (x <= right)
        maps[0][core] = 3.0
        maps[1][core] = numpy.minimum(8.0, (x - left) / 8.0)[core]
        maps[2][core] = numpy.minimum(8.0, (right - x) / 8.0)[core]
        maps[3][core] = numpy.log(numpy.maximum(0.5, y - top))[core]
        maps[4][core] = numpy.log(numpy.maximum(0.5, bottom - y))[core]
    return maps


def write(path, tensors, metadata):
    """Safetensors with its own types, in order of names."""
    types = {"float32": "F32", "uint8": "U8"}
    header, offset, blobs = {"__metadata__": metadata}, 0, []
    for name in sorted(tensors):
        data = numpy.ascontiguousarray(tensors[name])
        blob = data.tobytes()
        kind = types[str(data.dtype)]
        header[name] = {"dtype": kind, "shape": list(data.shape), "data_offsets": [offset, offset + len(blob)]}
        offset += len(blob)
        blobs.append(blob)
    text = json.dumps(header, ensure_ascii=False).encode("utf-8")
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def main():
    torch.manual_seed(0)
    torch.set_num_threads(1)
    pixels = picture()
    tensors = {"picture": pixels}
    detector = seeded_weights(networks.Detector(), 100)
    with torch.no_grad():
        maps = detector(torch.from_numpy(postprocess.detector_input(pixels)))[0]
    tensors["maps"] = maps.permute(1, 2, 0).contiguous().numpy().astype(numpy.float32)

    recogniser = seeded_weights(networks.Recogniser(), 500)
    grey = postprocess.grey_picture(pixels)
    boxes = [[10.3, 18.9, 101.7, 31.2], [28.0, 58.0, 121.5, 68.4], [-3.0, -2.0, 40.0, 12.0], [60.0, 4.0, 66.0, 14.0]]
    boxes = numpy.array(boxes, dtype=numpy.float32).astype(numpy.float64).tolist()
    texts = []
    for index, box in enumerate(boxes):
        with torch.no_grad():
            logits = recogniser(torch.from_numpy(postprocess.recogniser_input(grey, box)))[0]
        log_probabilities = torch.log_softmax(logits, dim=0).numpy()
        best = log_probabilities.argmax(axis=0)
        kept = [CHARSET[c] for s, c in enumerate(best) if c and not (s and best[s - 1] == c)]
        texts.append("".join(kept))
        tensors[f"logits{index}"] = logits.T.contiguous().numpy().astype(numpy.float32)
    tensors["boxes"] = numpy.array(boxes, dtype=numpy.float32)

    made_up = line_maps()
    tensors["line_maps"] = numpy.ascontiguousarray(made_up.transpose(1, 2, 0))
    found = postprocess.boxes_from_maps(made_up)
    tensors["line_boxes"] = numpy.array(sorted(found, key=lambda b: (b[1], b[0])), dtype=numpy.float32)

    settings = {key: str(number) for key, number in postprocess.DETECTOR_DEFAULTS.items()}
    settings |= {key: str(number) for key, number in postprocess.RECOGNISER_DEFAULTS.items()}
    metadata = settings | {"texts": json.dumps(texts, ensure_ascii=False),
                           "charset": json.dumps(CHARSET, ensure_ascii=False)}
    target = HERE.parent / "tests" / "fixtures" / "parity.safetensors"
    target.parent.mkdir(parents=True, exist_ok=True)
    write(target, tensors, metadata)
    print(f"{target.name}: {target.stat().st_size} bytes, texts {texts}, boxes {len(found)}")


if __name__ == "__main__":
    main()
