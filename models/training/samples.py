"""Training samples cut from rendered pages: detector crops with target maps, recogniser lines with their text.

Purpose: turn pages/ (picture + line boxes) into augmented arrays. A bounded pool of decoded pages is refreshed slowly.
Invariant: geometry agrees with postprocess.py (same map cells, same crop rule). Must not: touch evaluation data.
"""

import io
import json
import pathlib

import numpy
from PIL import Image, ImageFilter

import postprocess
from alphabet import encode, fold

PAGES = pathlib.Path(__file__).resolve().parent / "pages"
VALIDATION_FROM, TEST_FROM = 90000, 95000  # page numbers: below is for training


def split_of(number):
    return "train" if number < VALIDATION_FROM else "validation" if number < TEST_FROM else "test"


def page_stems(split="train"):
    stems = sorted(p.with_suffix("") for p in PAGES.glob("*/*.json"))
    return [s for s in stems if split_of(int(s.name)) == split]


def load_page(stem):
    truth = json.loads(stem.with_suffix(".json").read_text(encoding="utf-8"))
    with Image.open(stem.with_suffix(".png")) as file:
        picture = numpy.asarray(file.convert("RGB"))
    for line in truth["lines"]:
        line["clipped"] = line.get("clipped", False) or not has_ink_at_end(picture, line["box"])
    boxes = stem.with_suffix(".boxes")
    truth["detected"] = json.loads(boxes.read_text()) if boxes.exists() else []
    return picture, truth


def has_ink_at_end(picture, box):
    """Whether something is drawn at the right end of a line box; clipped or hidden text has nothing there."""
    left, top, right, bottom = box
    start = max(left, right - max(0.6 * (bottom - top), 4.0))
    part = picture[max(0, int(top)):max(0, int(bottom + 1)), max(0, int(start)):max(0, int(right + 1)), 1]
    return part.size > 0 and int(part.max()) - int(part.min()) >= 10


class PagePool:
    """Random pages, decoded; `refresh` swaps one page for another so that a small memory sees the whole set."""

    def __init__(self, random, size, prefer_detected=0.0):
        self.random, self.size, self.pages, self.stems, self.asked = random, size, [], [], 0
        self.prefer_detected, self.detected = prefer_detected, []

    def refresh(self):
        if self.asked % 50 == 0:
            self.stems = page_stems()
            self.detected = [s for s in self.stems if s.with_suffix(".boxes").exists()]
        self.asked += 1
        stems = self.detected if self.detected and self.random.random() < self.prefer_detected else self.stems
        try:
            page = load_page(stems[self.random.randrange(len(stems))])
        except (OSError, ValueError):
            return  # A page that is being written right now.
        if len(self.pages) < self.size:
            self.pages.append(page)
        else:
            self.pages[self.random.randrange(self.size)] = page

    def pick(self):
        return self.pages[self.random.randrange(len(self.pages))]


# ---------------------------------------------------------------------------------------------- colours and damage

def damage(picture, random, numbers):
    """Colour, contrast, compression, blur and noise on a uint8 RGB crop."""
    if random.random() < 0.25:
        picture = picture[..., random.sample(range(3), 3)]
    if random.random() < 0.12:
        picture = 255 - picture
    if random.random() < 0.35:
        gamma, gain, offset = random.uniform(0.7, 1.45), random.uniform(0.75, 1.0), random.uniform(0, 40)
        table = numpy.clip(255 * (numpy.arange(256) / 255.0) ** gamma * gain + offset * (1 - gain) * 4, 0, 255).astype(numpy.uint8)
        picture = table[picture]
    image = Image.fromarray(numpy.ascontiguousarray(picture))
    if random.random() < 0.10:
        image = image.filter(ImageFilter.GaussianBlur(random.uniform(0.3, 0.8)))
    if random.random() < 0.25:
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=random.randint(60, 95))
        image = Image.open(buffer).convert("RGB")
    picture = numpy.asarray(image)
    if random.random() < 0.06:
        picture = numpy.clip(picture + numbers.normal(0, random.uniform(1, 6), picture.shape), 0, 255).astype(numpy.uint8)
    return picture


# ---------------------------------------------------------------------------------------------- detector

def detector_sample(page, random, numbers, size=512):
    """(uint8 RGB [size, size, 3], target maps float32 [7, size/2, size/4]).

    Targets: 0 core, 1..4 distances as the network outputs them, 5 weight of the core loss, 6 weight of the distance
    loss (left and right are additionally ignored where the end lies outside the crop: value -1).
    """
    picture, truth = page
    chance = random.random()
    relative = 1.0 if chance < 0.5 else 0.5 if chance < 0.7 else 2.0 ** random.uniform(-1.0, 1.15)
    factor = relative / truth["scale"]
    if truth["scale"] == 1 and relative > 1.0 and random.random() < 0.5:
        factor = 1.0
    height, width = picture.shape[:2]
    span = size / factor
    x0 = random.uniform(-0.05 * span, max(0.0, width - span * 0.95))
    y0 = random.uniform(-0.05 * span, max(0.0, height - span * 0.95))
    if factor == 1.0:
        x0, y0 = round(x0), round(y0)
    left, top = int(numpy.floor(x0)), int(numpy.floor(y0))
    count = int(numpy.ceil(span)) + 2
    columns = numpy.clip(numpy.arange(left, left + count), 0, width - 1)
    rows = numpy.clip(numpy.arange(top, top + count), 0, height - 1)
    region = picture[rows[:, None], columns[None, :]]
    if factor == 1.0:
        crop = region[:size, :size]
    else:
        image = Image.fromarray(region)
        filter_ = Image.BOX if factor < 1 and random.random() < 0.7 else Image.BILINEAR if random.random() < 0.6 else Image.BICUBIC
        crop = numpy.asarray(image.resize((size, size), filter_, box=(x0 - left, y0 - top, x0 - left + span, y0 - top + span)))
    return damage(crop, random, numbers), detector_targets(truth, x0, y0, factor, size, width, height)


def detector_targets(truth, x0, y0, factor, size, page_width, page_height):
    rows, columns = size // 2, size // 4
    maps = numpy.zeros((7, rows, columns), dtype=numpy.float32)
    maps[5] = 1.0
    for picture in truth.get("pictures", ()):  # an icon beside a label must not be read into it
        left, top, right, bottom = ((v - o) * factor for v, o in zip(picture, (x0, y0, x0, y0)))
        maps[5][cells(left, top, right, bottom, rows, columns)] = 4.0 if bottom - top < 60 else 2.0
    visible = []
    for line in truth["lines"]:
        left, top, right, bottom = ((v - o) * factor for v, o in zip(line["box"], (x0, y0, x0, y0)))
        if right > 0 and bottom > 0 and left < size and top < size:
            visible.append((left, top, right, bottom, line["box"], line["clipped"]))
    for a in visible:  # narrow gaps between neighbours on one row must stay background
        for b in visible:
            gap, h = b[0] - a[2], max(a[3] - a[1], b[3] - b[1])
            if 0 < gap < 3 * h and min(a[3], b[3]) - max(a[1], b[1]) > 0.4 * min(a[3] - a[1], b[3] - b[1]):
                area = cells(a[2], max(a[1], b[1]), b[0], min(a[3], b[3]), rows, columns)
                maps[5][area] = 4.0
    for left, top, right, bottom, box, clipped in visible:
        h = bottom - top
        whole = cells(left, top, right, bottom, rows, columns)
        maps[5][whole] = numpy.maximum(maps[5][whole], 2.0)
    for left, top, right, bottom, box, clipped in visible:
        h = bottom - top
        if h < 6.0 or right - left < 3 or clipped or box[3] > page_height + 0.2 * (box[3] - box[1]) or box[2] > page_width + 2 or box[0] < -2 or h > 150:
            maps[5][cells(left - 2, top - 2, right + 2, bottom + 2, rows, columns)] = 0.0
            continue
        middle, half = (top + bottom) / 2, max(0.25 * h, 2.0)
        area = cells(left, middle - half, right, middle + half, rows, columns)
        y, x = numpy.mgrid[area[0], area[1]]
        if y.size == 0:
            continue
        centre_x, centre_y = x * 4.0 + 2.0, y * 2.0 + 1.0
        maps[0][area] = 1.0
        # A two-letter badge has few cells and must still be found.
        maps[5][area] = 2.0 * min(4.0, max(1.0, (200.0 / y.size) ** 0.5))
        maps[1][area] = numpy.clip((centre_x - left) / 8.0, 0, 8) if left > -1 else -1.0
        maps[2][area] = numpy.clip((right - centre_x) / 8.0, 0, 8) if right < size + 1 else -1.0
        maps[3][area] = numpy.log(numpy.maximum(centre_y - top, 0.5))
        maps[4][area] = numpy.log(numpy.maximum(bottom - centre_y, 0.5))
        maps[6][area] = 1.0 / numpy.sqrt(y.size)
    return maps


def cells(left, top, right, bottom, rows, columns):
    """Slices of the map cells whose centres lie inside a pixel rectangle."""
    r0, r1 = int(numpy.ceil((top - 1.0) / 2.0)), int(numpy.floor((bottom - 1.0) / 2.0))
    c0, c1 = int(numpy.ceil((left - 2.0) / 4.0)), int(numpy.floor((right - 2.0) / 4.0))
    r0, c0 = min(max(r0, 0), rows), min(max(c0, 0), columns)
    return slice(r0, max(min(r1 + 1, rows), r0)), slice(c0, max(min(c1 + 1, columns), c0))


# ---------------------------------------------------------------------------------------------- recogniser

class Line:
    """A grey piece of a page round one line, with the line box in its own coordinates."""
    __slots__ = ("grey", "box", "labels", "text", "size", "icon", "mark", "detected")

    def __init__(self, grey, box, labels, text, size, icon, mark, detected):
        self.grey, self.box, self.labels, self.text, self.size = grey, box, labels, text, size
        self.mark = mark  # right edge of an icon just behind the line, or None
        self.detected = detected  # the detector's box of this line, or None
        self.icon = icon  # left edge of an icon just before the line, in the same coordinates, or None


def lines_of_page(page, longest=140):
    picture, truth = page
    grey = postprocess.grey_picture(picture)
    height, width = grey.shape
    result = []
    for entry in truth["lines"]:
        left, top, right, bottom = entry["box"]
        h = bottom - top
        text = fold(entry["text"])
        labels = encode(text)
        if entry["clipped"] or labels is None or not 0 < len(labels) <= longest or h < 6.5 or h > 200:
            continue
        if left < 0 or top < -0.02 * h or right > width or bottom > height + 0.02 * h or right - left < 2:
            continue
        margin_x, margin_y = 0.8 * h + 4, 0.5 * h + 4
        icon = min((p[0] for p in truth.get("pictures", ()) if 0 < left - p[2] < 1.3 * h and p[3] - p[1] < 3 * h and p[1] < bottom and p[3] > top), default=None)
        mark = max((p[2] for p in truth.get("pictures", ()) if 0 < p[0] - right < 0.9 * h and p[2] - p[0] < 2 * h and p[3] - p[1] < 3 * h and p[1] < bottom and p[3] > top), default=None)
        x0, y0 = max(0, int((left if icon is None else icon) - margin_x)), max(0, int(top - margin_y))
        x1, y1 = min(width, int((right if mark is None else mark) + margin_x) + 1), min(height, int(bottom + margin_y) + 1)
        detected = max(truth["detected"], key=lambda b: postprocess.intersection(b, entry["box"]), default=None)
        if detected is not None and (detected[0] > left + 0.3 * h or detected[2] < right - 0.3 * h or detected[2] > right + h or detected[0] < left - 2 * h
                                     or not 0.7 * h < detected[3] - detected[1] < 1.5 * h or postprocess.intersection(detected, entry["box"]) < 0.6 * postprocess.area(entry["box"])):
            detected = None
        if detected is not None:
            detected = (detected[0] - x0, detected[1] - y0, detected[2] - x0, detected[3] - y0)
        result.append(Line(grey[y0:y1, x0:x1].copy(), (left - x0, top - y0, right - x0, bottom - y0), labels, text, entry["size"], None if icon is None else icon - x0, None if mark is None else mark - x0, detected))
    return result


def recogniser_view(line, random, numbers):
    """Augmented, normalised float32 [32, width] of a line."""
    image, (left, top, right, bottom) = Image.fromarray(line.grey), line.box
    own = line.detected is not None and random.random() < 0.6
    if own:
        left, top, right, bottom = line.detected
    else:
        if line.icon is not None and random.random() < 0.4:
            left = line.icon if random.random() < 0.6 else random.uniform(line.icon, left)
        if line.mark is not None and random.random() < 0.5:
            right = line.mark if random.random() < 0.6 else random.uniform(right, line.mark)
    h = bottom - top
    factor = 1.0
    chance = random.random()
    if h > 17 and chance < 0.30:
        factor = 0.5
    elif chance < 0.45:
        factor = random.uniform(max(0.65, min(1.0, 8.0 / h)), 1.35)
    if factor != 1.0:
        width, height = max(8, round(image.width * factor)), max(8, round(image.height * factor))
        fx, fy = width / image.width, height / image.height
        image = image.resize((width, height), Image.BOX if factor == 0.5 else random.choice([Image.BILINEAR, Image.BILINEAR, Image.BICUBIC, Image.LANCZOS]))
        left, right, top, bottom = left * fx, right * fx, top * fy, bottom * fy
        h = bottom - top
    chance = random.random()
    if chance < 0.08:
        image = image.filter(ImageFilter.GaussianBlur(random.uniform(0.2, 0.06 * h + 0.1)))
    elif chance < 0.16:
        array = numpy.asarray(image).astype(numpy.float32)
        padded = numpy.pad(array, ((0, 0), (1, 1)), mode="edge")
        share = random.uniform(0.1, 0.33)
        image = Image.fromarray((padded[:, :-2] * share + padded[:, 1:-1] * (1 - 2 * share) + padded[:, 2:] * share).astype(numpy.uint8))
    elif chance < 0.24:
        thick = image.filter(random.choice([ImageFilter.MaxFilter(3), ImageFilter.MinFilter(3)]))
        image = Image.blend(image, thick, random.uniform(0.1, 0.45 if h > 14 else 0.25))
    if random.random() < 0.15:
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=random.randint(55, 95))
        image = Image.open(buffer).convert("L")
    sigma = 0.018 * h + 0.25
    limit = 0.05 * h + 0.35
    if own:
        sigma, limit = 0.3 * sigma, 0.3 * limit
    elif random.random() < 0.25:  # a detector that misjudged the letter heights
        sigma, limit = 2.2 * sigma, 2.2 * limit
    shift = lambda: max(-limit, min(limit, random.gauss(0, sigma)))
    side = 0.2 if own else 1.0
    box = (left + side * random.uniform(-0.18, 0.12) * h, top + shift(), right + side * random.uniform(-0.14, 0.20) * h, bottom + shift())
    rectangle, width = postprocess.crop_geometry(box)
    if random.random() < 0.5:
        width = max(8, round(width * random.uniform(0.92, 1.08) / 4) * 4)
    x0, y0, x1, y1 = max(0.0, rectangle[0]), max(0.0, rectangle[1]), min(image.width, rectangle[2]), min(image.height, rectangle[3])
    crop = numpy.asarray(image.resize((width, 32), Image.BILINEAR, box=(x0, y0, x1, y1)))
    if random.random() < 0.5:
        gamma = random.uniform(0.65, 1.5)
        crop = (255 * (numpy.arange(256) / 255.0) ** gamma).astype(numpy.uint8)[crop]
    if random.random() < 0.10:
        crop = numpy.clip(crop + numbers.normal(0, random.uniform(1, 7), crop.shape), 0, 255).astype(numpy.uint8)
    view = postprocess.normalise(crop)
    if random.random() < 0.02:
        view = -view  # mixed-polarity lines exist; the sign alone must not carry the reading
    return view


def exact_view(line):
    return postprocess.normalise(postprocess.recogniser_crop(line.grey, line.box))
