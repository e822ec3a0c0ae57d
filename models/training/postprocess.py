"""Reference pre- and post-processing of the text reader in plain numpy: pictures to maps to boxes to text.

Purpose: say exactly what the runtime repeats around the two networks of networks.py.
Invariant: no torch and no training code here; every number comes from DETECTOR_DEFAULTS / RECOGNISER_DEFAULTS, which
the export writes into the safetensors metadata. Must not: know anything about how the weights were trained.

Order of work for one picture (`detect_lines`, then `recogniser_input` per box):
 1. PASSES. Run the detector on the picture reduced by 2 (each output pixel the mean of 2x2, an odd last row or column
    repeated). If at least `skip_full_minimum_lines` lines are found and the 20th percentile of their heights, in
    full-resolution pixels, is at least `skip_full_height`, the picture is a capture of a dense screen: the base scale
    is 1/2, otherwise it is 1. Run the base scale and half of the base scale (one of them has been run already).
    Small text comes from the base pass, large headings from the reduced pass (`merge_passes`).
 2. BOXES. `boxes_from_maps`: components of the core map, one box per component, edges by weighted medians.
 3. CROPS. Always from the full-resolution picture (`recogniser_input`): grey, box plus margins, height 32.
 4. The network is fully convolutional, so a line may have any width; cut lines wider than `maximum_width` at the widest
    blank gap only to bound memory.
"""

import numpy

DETECTOR_DEFAULTS = {
    "core_threshold": 0.45,       # a map cell belongs to a line core from this probability on
    "component_peak": 0.80,       # a component needs one cell at least this sure
    "component_cells": 3,         # and this many cells
    "minimum_height": 6.5,        # pixels of the pass; smaller boxes are dropped
    "edge_columns": 4,            # columns at each end that vote on the left and right edge
    "edge_reach": 16.0,           # pixels that a voted edge may lie away from the end of the component
    "cut_distance": 7.0,          # both sides must see the end of their line within this many pixels to cut there
    "join_gap": 0.30,             # pieces of one line closer than this many heights are joined
    "large_height": 44.0,         # base-scale pixels; higher boxes are taken from the reduced pass
    "skip_full_height": 22.0,
    "skip_full_minimum_lines": 8,
}
RECOGNISER_DEFAULTS = {
    "height": 32,
    "text_height": 26.0,          # the line box fills this many of the 32 rows, the rest is margin above and below
    "side_margin": 0.25,          # margin left and right in box heights
    "low_percentile": 0.5,        # of the grey levels, for the span below and above the background
    "minimum_span": 12.0,         # grey levels; weaker crops are not stretched further
    "maximum_width": 4096,
}


# ---------------------------------------------------------------------------------------------- detector

def reduce_by_two(picture):
    """Mean of 2x2 pixels, uint8 [height, width, 3] -> uint8, rounded half up."""
    height, width = picture.shape[:2]
    picture = numpy.pad(picture, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge").astype(numpy.uint16)
    total = picture[0::2, 0::2] + picture[1::2, 0::2] + picture[0::2, 1::2] + picture[1::2, 1::2]
    return ((total + 2) // 4).astype(numpy.uint8)


def detector_input(picture):
    """uint8 RGB [height, width, 3] -> float32 [1, 3, height', width'], sides padded to multiples of 32."""
    height, width = picture.shape[:2]
    picture = numpy.pad(picture, ((0, -height % 32), (0, -width % 32), (0, 0)), mode="edge")
    return (picture.astype(numpy.float32) / 127.5 - 1.0).transpose(2, 0, 1)[None]


def components(mask):
    """Lists of (row, first column, last column) runs, one list per 4-connected component of a boolean map."""
    padded = numpy.zeros((mask.shape[0], mask.shape[1] + 2), dtype=numpy.int8)
    padded[:, 1:-1] = mask
    change = numpy.diff(padded, axis=1)
    start_rows, starts = numpy.nonzero(change == 1)
    _, ends = numpy.nonzero(change == -1)
    parent = list(range(len(starts)))

    def root(index):
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    row_first = numpy.searchsorted(start_rows, numpy.arange(mask.shape[0] + 1))
    for row in range(1, mask.shape[0]):
        above, here = row_first[row - 1], row_first[row]
        while above < row_first[row] and here < row_first[row + 1]:
            if starts[above] < ends[here] and starts[here] < ends[above]:
                parent[root(here)] = root(above)
            if ends[above] < ends[here]:
                above += 1
            else:
                here += 1
    groups = {}
    for index in range(len(starts)):
        groups.setdefault(root(index), []).append((int(start_rows[index]), int(starts[index]), int(ends[index]) - 1))
    return list(groups.values())


def weighted_median(values, weights):
    order = numpy.argsort(values, kind="stable")
    cumulative = numpy.cumsum(weights[order])
    return float(values[order][numpy.searchsorted(cumulative, cumulative[-1] * 0.5)])


def boxes_from_maps(maps, settings=DETECTOR_DEFAULTS):
    """Maps [5, rows, columns] of one pass -> list of [left, top, right, bottom, confidence] in pixels of the pass."""
    core = 1.0 / (1.0 + numpy.exp(-maps[0]))
    boxes = []
    for runs in components(core > settings["core_threshold"]):
        rows = numpy.concatenate([numpy.full(last - first + 1, row) for row, first, last in runs])
        columns = numpy.concatenate([numpy.arange(first, last + 1) for _, first, last in runs])
        for low, high in column_pieces(maps, rows, columns, settings):
            inside = (columns >= low) & (columns <= high)
            box = box_of_cells(maps, core, rows[inside], columns[inside], settings)
            if box is not None:
                boxes.append(box)
    return join_pieces(drop_duplicates(boxes), settings)


def column_pieces(maps, rows, columns, settings):
    """Cut a component where the cells on the left see their right end and the cells on the right their left end."""
    low, high = int(columns.min()), int(columns.max())
    count = numpy.bincount(columns - low, minlength=high - low + 1)
    count = numpy.maximum(count, 1)
    to_left = numpy.bincount(columns - low, weights=maps[1][rows, columns]) / count * 8.0
    to_right = numpy.bincount(columns - low, weights=maps[2][rows, columns]) / count * 8.0
    pieces, first = [], low
    column = low + 2
    while column <= high - 2:
        at = column - low
        if to_right[at - 1] < settings["cut_distance"] and to_left[at + 1] < settings["cut_distance"]:
            pieces.append((first, column - 1))
            first = column
            column += 2
        column += 1
    return pieces + [(first, high)]


def box_of_cells(maps, core, rows, columns, settings):
    if len(rows) < settings["component_cells"]:
        return None
    weights = core[rows, columns]
    if weights.max() < settings["component_peak"]:
        return None
    y, x = rows * 2.0 + 1.0, columns * 4.0 + 2.0
    top = weighted_median(y - numpy.exp(numpy.clip(maps[3][rows, columns], -2.0, 6.0)), weights)
    bottom = weighted_median(y + numpy.exp(numpy.clip(maps[4][rows, columns], -2.0, 6.0)), weights)
    if bottom - top < settings["minimum_height"]:
        return None
    first, last = columns.min(), columns.max()
    at_left = columns < first + settings["edge_columns"]
    at_right = columns > last - settings["edge_columns"]
    left = weighted_median((x - 8.0 * maps[1][rows, columns])[at_left], weights[at_left])
    right = weighted_median((x + 8.0 * maps[2][rows, columns])[at_right], weights[at_right])
    reach = settings["edge_reach"]
    left = float(numpy.clip(left, first * 4.0 - reach, first * 4.0 + reach))
    right = float(numpy.clip(right, last * 4.0 + 4.0 - reach, last * 4.0 + 4.0 + reach))
    if right - left < 2.0:
        return None
    return [left, top, right, bottom, float(weights.mean())]


def intersection(a, b):
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))


def area(box):
    return (box[2] - box[0]) * (box[3] - box[1])


def drop_duplicates(boxes, kept=()):
    """Keep boxes in the given order, larger first within one pass, unless mostly covered by a kept box."""
    result = list(kept)
    for box in sorted(boxes, key=lambda b: -(b[2] - b[0]) * b[4]):
        if all(intersection(box, other) < 0.55 * min(area(box), area(other)) for other in result):
            result.append(box)
    return result[len(kept):]


def join_pieces(boxes, settings):
    """Join pieces of one line: nearly the same top and bottom, and nearly touching."""
    boxes = sorted(boxes, key=lambda b: b[0])
    changed = True
    while changed:
        changed = False
        for i, a in enumerate(boxes):
            for j in range(i + 1, len(boxes)):
                b = boxes[j]
                height = min(a[3] - a[1], b[3] - b[1])
                if b[0] - a[2] > settings["join_gap"] * height:
                    continue
                shared = min(a[3], b[3]) - max(a[1], b[1])
                if shared > 0.8 * max(a[3] - a[1], b[3] - b[1]):
                    boxes[i] = [a[0], min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]), min(a[4], b[4])]
                    del boxes[j]
                    changed = True
                    break
            if changed:
                break
    return boxes


def merge_passes(base, reduced, settings):
    """Boxes of both passes in base-scale pixels -> one list. Each pass is believed first in its own height range."""
    large = settings["large_height"]
    preferred = [b for b in reduced if b[3] - b[1] >= large] + [b for b in base if b[3] - b[1] < large]
    others = [b for b in base if b[3] - b[1] >= large] + [b for b in reduced if b[3] - b[1] < large]
    kept = drop_duplicates([b for b in preferred if b[3] - b[1] >= large])
    kept += drop_duplicates([b for b in preferred if b[3] - b[1] < large], kept)
    # What only the other pass saw still counts, but not as a second reading of the same place.
    kept += drop_duplicates([b for b in others if all(intersection(b, k) < 0.25 * min(area(b), area(k)) for k in kept)],
                            kept)
    return kept


def detect_lines(picture, run_detector, settings=DETECTOR_DEFAULTS):
    """uint8 RGB picture -> boxes [left, top, right, bottom, confidence] in picture pixels.

    `run_detector` takes the array of `detector_input` and returns the maps [5, rows, columns].
    """
    def one_pass(reduced_picture):
        height, width = reduced_picture.shape[:2]
        boxes = boxes_from_maps(run_detector(detector_input(reduced_picture)), settings)
        return [[max(0.0, b[0]), max(0.0, b[1]), min(float(width), b[2]), min(float(height), b[3]), b[4]]
                for b in boxes]

    def scaled(boxes, factor):
        return [[b[0] * factor, b[1] * factor, b[2] * factor, b[3] * factor, b[4]] for b in boxes]

    half = reduce_by_two(picture)
    half_boxes = one_pass(half)
    heights = sorted(2.0 * (b[3] - b[1]) for b in half_boxes)
    dense = (len(heights) >= settings["skip_full_minimum_lines"]
             and heights[len(heights) // 5] >= settings["skip_full_height"])
    if dense:
        quarter_boxes = one_pass(reduce_by_two(half))
        return scaled(merge_passes(half_boxes, scaled(quarter_boxes, 2.0), settings), 2.0)
    return merge_passes(one_pass(picture), scaled(half_boxes, 2.0), settings)


# ---------------------------------------------------------------------------------------------- recogniser

def triangle_weights(start, end, count, limit):
    """Matrix [count, limit] that resamples [start, end) of a row of `limit` samples to `count` samples.

    Triangle (bilinear) filter, widened by the reduction factor when reducing, weights normalised per output sample:
    what Pillow calls BILINEAR and the image crate calls Triangle.
    """
    scale = (end - start) / count
    support = max(scale, 1.0)
    centres = start + (numpy.arange(count) + 0.5) * scale
    samples = numpy.arange(limit) + 0.5
    weights = numpy.maximum(0.0, 1.0 - numpy.abs(samples[None, :] - centres[:, None]) / support)
    return weights / weights.sum(axis=1, keepdims=True)


def crop_geometry(box, settings=RECOGNISER_DEFAULTS):
    """Source rectangle (left, top, right, bottom; may leave the picture) and output width for a line box."""
    left, top, right, bottom = box[:4]
    scale = settings["text_height"] / (bottom - top)
    margin = (settings["height"] - settings["text_height"]) / 2.0 / scale
    side = settings["side_margin"] * (bottom - top)
    left, right, top, bottom = left - side, right + side, top - margin, bottom + margin
    width = int(round((right - left) * scale / 4.0)) * 4
    return (left, top, right, bottom), min(max(width, 8), settings["maximum_width"])


def grey_picture(picture):
    """uint8 RGB -> uint8 grey: (299 R + 587 G + 114 B + 500) / 1000, integer division."""
    red, green, blue = (picture[..., channel].astype(numpy.uint32) for channel in range(3))
    return ((299 * red + 587 * green + 114 * blue + 500) // 1000).astype(numpy.uint8)


def recogniser_crop(grey, box, settings=RECOGNISER_DEFAULTS):
    """uint8 grey picture and a line box -> uint8 [32, width]. Outside the picture its edge pixels are repeated."""
    (left, top, right, bottom), width = crop_geometry(box, settings)
    pad = 2
    x0, x1 = int(numpy.floor(left)) - pad, int(numpy.ceil(right)) + pad
    y0, y1 = int(numpy.floor(top)) - pad, int(numpy.ceil(bottom)) + pad
    columns = numpy.clip(numpy.arange(x0, x1), 0, grey.shape[1] - 1)
    rows = numpy.clip(numpy.arange(y0, y1), 0, grey.shape[0] - 1)
    source = grey[rows][:, columns].astype(numpy.float64)
    vertical = triangle_weights(top - y0, bottom - y0, settings["height"], y1 - y0)
    horizontal = triangle_weights(left - x0, right - x0, width, x1 - x0)
    return numpy.floor(vertical @ source @ horizontal.T + 0.5).clip(0, 255).astype(numpy.uint8)


def normalise(crop, settings=RECOGNISER_DEFAULTS):
    """uint8 [32, width] -> float32, background (the median) 0, ink positive.

    The levels below which `low_percentile` % and above which the same share of the pixels lie give the span to either
    side of the median (index floor(share * (n - 1)) of the sorted pixels, counted from both ends). The larger span is
    the ink: its sign is made positive and its size one.
    """
    ordered = numpy.sort(crop, axis=None).astype(numpy.float32)
    n = len(ordered)
    background = ordered[(n - 1) // 2]
    offset = int(settings["low_percentile"] / 100.0 * (n - 1))
    darker, lighter = background - ordered[offset], ordered[n - 1 - offset] - background
    sign = 1.0 if lighter > darker else -1.0
    span = max(darker, lighter, settings["minimum_span"])
    return numpy.clip((crop.astype(numpy.float32) - background) * (sign / span), -1.0, 1.5)


def recogniser_input(grey, box, settings=RECOGNISER_DEFAULTS):
    """float32 [1, 1, 32, width] for one line box."""
    return normalise(recogniser_crop(grey, box, settings), settings)[None, None]


def greedy_reading(log_probabilities, charset):
    """Log-probabilities [classes, steps] -> (text, confidence, [(character, step, probability)])."""
    best = log_probabilities.argmax(axis=0)
    level = log_probabilities.max(axis=0)
    characters = []
    for step, index in enumerate(best):
        if index == 0:
            continue
        if step and best[step - 1] == index:
            if level[step] > characters[-1][2]:
                characters[-1] = (charset[index], step, level[step])
        else:
            characters.append((charset[index], step, level[step]))
    text = "".join(character for character, _, _ in characters).strip()
    confidence = float(numpy.exp(numpy.mean([c[2] for c in characters]))) if characters else 0.0
    return text, confidence, [(c, s, float(numpy.exp(p))) for c, s, p in characters]
