"""Write what transformers' PIL image processor makes of 200 pictures of varied sizes and modes.

    python3 models/reference/make_preprocess_fixtures.py

Needs what `make_vlm_fixtures.py` needs, and its fixtures (for two tokenizers). Written to fixtures/preprocess:

    cases.json   per picture: where it comes from, tile size, longest edge, splitting, the tile grid, the shape and the
                 SHA-256 of pixel_values (little-endian f32 bytes, [n, 3, S, S]); per distinct grid and tokenizer: the
                 expanded prompt and its token ids
    *.png, …     the pictures that a formula cannot give: palettes, bits, 16-bit samples, transparent colours

Most pictures are made of integers that any language repeats. Byte i of seed s is the top byte of SplitMix64's output
for the state (i + 1 + s * 1000003) * 0x9E3779B97F4A7C15, all modulo 2^64. With x, y, channel c of C and width w:

    noise     byte((y * w + x) * C + c)
    blocks    b = 1 + s % 13, byte(((y / b) * ceil(w / b) + x / b) * C + c), divisions rounding down
    gradient  (x * (3 + c) + y * (5 + 2 c) + s) % 256
    strokes   17 * c if byte(x / 3 + 977 * (y / 11)) < 96, otherwise 255 - 9 * c

JPEG is left out: decoders differ in the last bit before any processing begins.
Invariant: running it twice with the same library versions gives the same bytes. Must not: read captured pages.
"""

import hashlib
import json
import os
import pathlib
import shutil
import struct
import zlib

os.environ["HF_HUB_OFFLINE"] = "1"

import numpy
import transformers
from PIL import Image
from transformers.models.smolvlm.image_processing_pil_smolvlm import SmolVLMImageProcessorPil

import make_vlm_fixtures as fixtures
import vlm_checkpoint as checkpoint

FOLDER = fixtures.HERE / "fixtures" / "preprocess"
COUNT = 200
KINDS = ("noise", "blocks", "gradient", "strokes")
MODES = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4}
TOKENIZERS = ("smolvlm-tiny", "idefics3-scale-three")
QUESTION = "Read 2 words."

SMALL_SETTINGS = [(32, 1), (32, 2), (32, 3), (32, 4), (36, 4), (48, 3), (64, 2), (64, 3), (28, 5)]
"""(tile, N) of most pictures; the published ones are used for a few, because they are large."""
LARGE_CASES = [
    ("RGB", 1280, 800, 512, 4),
    ("RGB", 1280, 800, 512, 3),
    ("RGB", 1280, 800, 512, 2),
    ("RGBA", 1170, 2532, 512, 1),
    ("RGB", 390, 844, 512, 4),
    ("L", 640, 480, 384, 4),
    ("RGB", 1536, 1024, 384, 3),
    ("RGB", 1440, 900, 384, 2),
    ("RGB", 300, 200, 384, 1),
    ("RGB", 1280, 854, 512, 3),
    ("RGB", 1280, 855, 512, 3),
]
EDGE_CASES = [
    ("RGB", 1, 1, 32, 2),
    ("RGB", 1, 300, 32, 2),
    ("RGB", 300, 1, 32, 2),
    ("L", 2, 3, 32, 4),
    ("RGB", 64, 64, 32, 2),
    ("RGB", 65, 64, 32, 2),
    ("RGB", 64, 65, 32, 2),
    ("RGB", 32, 32, 32, 1),
    ("RGB", 33, 32, 32, 1),
    ("RGB", 128, 96, 32, 4),
    ("RGBA", 31, 7, 64, 1),
    ("RGB", 4000, 3, 64, 80),
]
"""Thin pictures, sizes at and beside the tile's multiples, and one longest edge above the limit of 4096."""


def byte(seed, index):
    """The byte of each index, as the heading defines it."""
    with numpy.errstate(over="ignore"):
        x = (index.astype(numpy.uint64) + numpy.uint64(1) + numpy.uint64(seed) * numpy.uint64(1_000_003))
        x *= numpy.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        x ^= x >> numpy.uint64(31)
    return (x >> numpy.uint64(56)).astype(numpy.uint8)


def pattern(kind, seed, width, height, channels):
    """u8 [height, width, channels] by the formulas of the heading."""
    y, x, c = numpy.meshgrid(numpy.arange(height), numpy.arange(width), numpy.arange(channels), indexing="ij")
    if kind == "noise":
        return byte(seed, (y * width + x) * channels + c)
    if kind == "blocks":
        side = 1 + seed % 13
        return byte(seed, ((y // side) * -(-width // side) + x // side) * channels + c)
    if kind == "gradient":
        return ((x * (3 + c) + y * (5 + 2 * c) + seed) % 256).astype(numpy.uint8)
    return numpy.where(byte(seed, x // 3 + 977 * (y // 11)) < 96, 17 * c, 255 - 9 * c).astype(numpy.uint8)


def png(path, width, height, depth, colour_type, rows, extra=()):
    """A PNG file as bytes of rows, for the kinds that Pillow does not write."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    chunks = [(b"IHDR", head), *extra, (b"IDAT", body), (b"IEND", b"")]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunk(name, data) for name, data in chunks))


def write_files():
    """Pictures in modes that need a file; their names in order."""
    width, height = 53, 37
    rgb = Image.fromarray(pattern("blocks", 71, width, height, 3))
    rgba = Image.fromarray(pattern("blocks", 72, width, height, 4))
    grey = Image.fromarray(pattern("gradient", 73, width, height, 1)[:, :, 0])
    palette = rgb.quantize(23)
    grey.convert("1").save(FOLDER / "bits.png")
    palette.save(FOLDER / "palette.png")
    palette.save(FOLDER / "palette-transparent-index.png", transparency=3)
    palette.save(FOLDER / "palette-alpha.png", transparency=bytes(range(0, 253, 11)))
    grey.save(FOLDER / "grey-transparent.png", transparency=90)
    rgb.save(FOLDER / "rgb-transparent.png", transparency=rgb.getpixel((20, 20)))
    rgb.save(FOLDER / "lossless.webp", lossless=True)
    rgba.save(FOLDER / "lossless-alpha.webp", lossless=True, exact=True)
    rgb.save(FOLDER / "rgb.bmp")
    palette.save(FOLDER / "palette.gif")
    grey.resize((30, 90)).convert("1").save(FOLDER / "bits-tall.png")
    rgb.resize((200, 20), Image.Resampling.NEAREST).quantize(5).save(FOLDER / "palette-two-bit.png", bits=2)
    samples = pattern("noise", 74, width, height, 6)
    for name, colour_type, channels in [("rgb-sixteen", 2, 3), ("rgba-sixteen", 6, 4), ("grey-alpha-sixteen", 4, 2)]:
        data = pattern("noise", 75 + channels, width, height, 2 * channels)
        png(FOLDER / f"{name}.png", width, height, 16, colour_type, [row.tobytes() for row in data])
    png(FOLDER / "rgb-sixteen-transparent.png", width, height, 16, 2, [row.tobytes() for row in samples],
        [(b"tRNS", samples[5, 5].tobytes())])
    return sorted(file.name for file in FOLDER.iterdir() if file.suffix != ".json")


def cases():
    """(source, image, tile, tiles, splitting) of every picture."""
    for number, (mode, width, height, tile, tiles) in enumerate(LARGE_CASES + EDGE_CASES):
        yield made(mode, width, height, number, tile, tiles, True)
    for number, name in enumerate(write_files()):
        tile, tiles = SMALL_SETTINGS[number % len(SMALL_SETTINGS)]
        yield {"file": name}, Image.open(FOLDER / name), tile, tiles, True
    random = numpy.random.default_rng(20261121)
    while True:
        mode = list(MODES)[random.integers(4)]
        width, height = (int(2 ** random.uniform(2.0, 8.6)) for _ in range(2))
        tile, tiles = SMALL_SETTINGS[random.integers(len(SMALL_SETTINGS))]
        yield made(mode, width, height, int(random.integers(1000)), tile, tiles, bool(random.random() < 0.9))


def made(mode, width, height, seed, tile, tiles, splitting):
    kind = KINDS[seed % len(KINDS)]
    data = pattern(kind, seed, width, height, MODES[mode])
    image = Image.fromarray(data[:, :, 0] if mode == "L" else data)
    assert image.mode == mode, image.mode
    return {"kind": kind, "seed": seed, "mode": mode, "width": width, "height": height}, image, tile, tiles, splitting


def main():
    transformers.logging.set_verbosity_error()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    listed, grids = [], {}
    for _, (source, image, tile, tiles, splitting) in zip(range(COUNT), cases()):
        processor = SmolVLMImageProcessorPil(
            size={"longest_edge": tile * tiles}, max_image_size={"longest_edge": tile}, do_image_splitting=splitting
        )
        out = processor([image], return_row_col_info=True, return_tensors="pt")
        pixels = out["pixel_values"]
        rows, columns = int(out["rows"][0][0]), int(out["cols"][0][0])
        if not bool(out["pixel_attention_mask"].all()):
            raise SystemExit(f"{source}: the pixel attention mask is not all ones")
        listed.append(source | {
            "tile": tile,
            "longest_edge": tile * tiles,
            "splitting": splitting,
            "rows": rows,
            "columns": columns,
            "frames": pixels.shape[1],
            "pixel_values_sha256": fixtures.sha256(pixels),
        })
        grids.setdefault((rows, columns), image)
    prompts = []
    for name in TOKENIZERS:
        processor, _ = fixtures.load(fixtures.HERE / "fixtures" / name)
        sequence = processor.image_seq_len
        for rows, columns in sorted(grids):
            if max(rows, columns) > checkpoint.GRID_LIMIT:
                continue
            template = processor.apply_chat_template(
                [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": QUESTION}]}], add_generation_prompt=True
            )
            expanded = template.replace(
                checkpoint.IMAGE, processor.replace_image_token({"rows": [[rows]], "cols": [[columns]]}, 0)
            )
            prompts.append({
                "tokenizer": name, "rows": rows, "columns": columns, "image_sequence_length": sequence,
                "expanded": expanded, "input_ids": processor.tokenizer(expanded)["input_ids"],
            })
    value = {"question": QUESTION, "pillow": Image.__version__, "transformers": transformers.__version__,
             "cases": listed, "prompts": prompts}
    text = json.dumps(value, ensure_ascii=False)
    for first_key in ("kind", "file", "tokenizer"):
        text = text.replace(f'{{"{first_key}"', f'\n{{"{first_key}"')
    text = text.replace(", \n", ",\n")
    (FOLDER / "cases.json").write_text(text + "\n", encoding="utf-8")
    size = sum(file.stat().st_size for file in FOLDER.iterdir())
    print(f"{len(listed)} cases, {len(set((c['rows'], c['columns']) for c in listed))} grids, {size / 1000:.0f} kB, "
          f"{len(set(c['pixel_values_sha256'] for c in listed))} distinct hashes")


if __name__ == "__main__":
    main()
