"""Made pictures of short words, with the place of every character.

A picture is one word on a plain ground: a word of the list below, a string of random small letters, or a number or
price. Fonts, sizes, colours, places and slight blur vary; everything follows from the seed and the installed fonts.
Invariant: the text is drawn completely inside the picture. Must not: read captured pages or other people's word lists.
"""

import functools
import pathlib

import numpy
from PIL import Image, ImageDraw, ImageFilter, ImageFont

TILE = 48
SIDES = (48, 48, 48, 72)
LONGEST_WORD = 5
SMALLEST_FONT, LARGEST_FONT = 13, 16
"""Font sizes in pixels of a picture that is TILE pixels wide; wide words are drawn smaller, so that they fit."""
MIDDLES = (8, 24, 40)
"""Where the middle of small letters lies, give or take a pixel, in pictures of three lines; one line stands in the middle."""

FONTS = [
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf",
    "/usr/share/fonts/truetype/crosextra/Carlito-Regular.ttf",
    "/usr/share/fonts/opentype/inter/Inter-Regular.otf",
    "/usr/share/fonts/opentype/urw-base35/NimbusSans-Regular.otf",
]
"""Debian packages fonts-dejavu-core, fonts-crosextra-carlito, fonts-inter and fonts-urw-base35. A missing file ends the
run: other fonts would be another data set."""

WORDS = """
able about above add after again age air all also any app area arm ask away back badge bar base beam begin below best
big bill bird blue board boat body bold book both box brand bread brick brief bring build bus buy call calm camp card
care case chart chat check city class clean clear click clock close cloud coast code cold color cost count cover craft
cross crowd cup cycle daily dance dark data date day deal deep demo desk diff dish dock door down draft draw dream drive
early earth east easy edge edit eight empty end enter equal event every exact exit extra eye face fact fair fall farm
fast field file fill film final find fire first fish five fix flag flat floor flow fly focus food foot form four frame
free fresh front full game gate gear gift give glass globe goal gold good grand grass green grid group grow guest guide
half hand happy hard hat head heart heavy help here high hill home hope hour house huge idea inbox index inner issue
item jazz join judge jump keep key kind king kite knock label lake large last late layer lead leaf learn left lemon less
level light like lime line link list live local lock logo long look loud low lunch magic mail main map mark market
match maybe meal mean media merge metal mild milk mind minor mint mix model money month moon more most mouse move much
music name near neat need never new next nice night nine noise none north note novel ocean offer often old olive one
open order other out oven over owner pack page paint pair paper park part past path pause peak pen phone photo pick
piece pilot pin pixel place plain plan plant plus point pool port post power press price pride prime print prize proof
pull pure push queue quick quiet quote radio rain range rapid rate reach read ready real red reply rest rich ride right
ring rise river road rock role roof room root round route rule run safe sail salt same sand save scale scan score sea
search seat second see sell send serve set seven shape share shelf ship shop short show side sign silk six size skill
sky sleep slow small smart smile snow soft solid song soon sort sound south space speak spoon sport spot stack staff
stage star start stay steel step stone store storm study style sugar sun sure swim table tag take talk task team tell
ten term test text thank thick thin third three tide tiger time tiny title toast today token tool top touch town track
trade train tree trip true trust try tune turn twice two type under unit up upper urban use user value video view visit
voice vote wait walk wall warm wash watch water wave way week well west wheel white whole wide wild win wind wise with
wood word work world write yard year yes young zero zone
""".split()
"""Common English words, written for this recipe; those longer than the limit are skipped."""


LETTERS = "abcdefghijklmnopqrstuvwxyz"
DIGITS = "0123456789"
CHARACTERS = LETTERS + DIGITS + "$"
BACKGROUND = 0
"""Class of a place that no character covers; character i of CHARACTERS is class i + 1."""
PLACES = (0.25, 0.75)
"""Where in a patch's width the two places lie whose characters the training names."""


def random_text(random, longest):
    """A word, a random string or a number of at most `longest` characters."""
    kind = random.random()
    if kind < 0.35 and longest >= 2:
        while True:
            word = WORDS[random.integers(len(WORDS))]
            if len(word) <= longest:
                return word
    length = int(random.integers(1, longest + 1))
    if kind < 0.8:
        return "".join(LETTERS[i] for i in random.integers(26, size=length))
    digits = "".join(DIGITS[i] for i in random.integers(10, size=length))
    return "$" + digits[1:] if length > 1 and random.random() < 0.5 else digits


@functools.lru_cache(maxsize=1024)
def font(path, size):
    if not pathlib.Path(path).is_file():
        raise SystemExit(f"the font {path} is not installed; the list is in {pathlib.Path(__file__).name}")
    return ImageFont.truetype(path, size)


def colours(random):
    """A pale ground and a dark ink with at least 110 grey levels between them."""
    while True:
        both = random.integers(256, size=(2, 3))
        if float((both[0] - both[1]) @ (0.299, 0.587, 0.114)) >= 110:
            return tuple(both[0].tolist()), tuple(both[1].tolist())


def draw_line(random, draw, text, ink, side, middle):
    """Draw `text` with the middle of its small letters near `middle`; the boxes of its characters: (left, top, right,
    bottom) of the band that small letters and digits fill."""
    path = FONTS[random.integers(len(FONTS))]
    scale = side / TILE
    margin = round(scale)
    reference = font(path, 100).getlength(text) / 100
    largest = max(1, min(int(LARGEST_FONT * scale), int((side - 2 * margin) / reference)))
    size = int(random.integers(min(largest, int(SMALLEST_FONT * scale)), largest + 1))
    chosen = font(path, size)
    edges = [chosen.getlength(text[:count]) for count in range(len(text) + 1)]
    left = margin + int(random.random() * min(10 * scale, side - 2 * margin - edges[-1]))
    baseline = round((middle + random.uniform(-1.0, 1.0)) * scale + 0.27 * size)
    draw.text((left, baseline), text, font=chosen, fill=ink, anchor="ls")
    band = (baseline - 0.7 * size, baseline + 0.05 * size)
    return [(left + edges[i], band[0], left + edges[i + 1], band[1]) for i in range(len(text))]


def render(random, lines, side):
    """An RGB picture of `side` × `side` pixels with the lines below each other, and the boxes of each line's characters."""
    ground, ink = colours(random)
    image = Image.new("RGB", (side, side), ground)
    draw = ImageDraw.Draw(image)
    middles = MIDDLES if len(lines) > 1 else MIDDLES[1:2]
    boxes = [draw_line(random, draw, text, ink, side, middle) for text, middle in zip(lines, middles, strict=True)]
    if random.random() < 0.1:
        image = image.filter(ImageFilter.GaussianBlur(float(random.uniform(0.3, 0.5)) * side / TILE))
    return image, boxes


def patch_classes(lines, boxes, side, patch):
    """Classes of the two places of each patch, row-major [patches, 2]; BACKGROUND where no character is."""
    per_side = TILE // patch
    classes = numpy.full((per_side, per_side, len(PLACES)), BACKGROUND, dtype=numpy.int64)
    rows = (numpy.arange(per_side) + 0.5) * patch * side / TILE
    columns = (numpy.arange(per_side)[:, None] + numpy.array(PLACES)) * patch * side / TILE
    for text, line in zip(lines, boxes, strict=True):
        top, bottom = line[0][1], line[0][3]
        inside = (rows >= top) & (rows < bottom)
        for character, (left, _, right, _) in zip(text, line, strict=True):
            classes[inside[:, None, None] & ((columns >= left) & (columns < right))[None]] = CHARACTERS.index(character) + 1
    return classes.reshape(-1, len(PLACES))


def sample(random, longest=LONGEST_WORD, lines=1, patch=8):
    """Picture at its own size, the texts of its lines, and the classes of each patch."""
    texts = [random_text(random, longest) for _ in range(lines)]
    side = SIDES[random.integers(len(SIDES))]
    image, boxes = render(random, texts, side)
    return image, texts, patch_classes(texts, boxes, side, patch)


def pixel_values(image):
    """What the PIL image processor gives for one frame: f32 [3, TILE, TILE] in [-1, 1]."""
    pixels = numpy.asarray(image.resize((TILE, TILE), resample=Image.Resampling.LANCZOS))
    scaled = (pixels.astype(numpy.float64) * (1 / 255)).astype(numpy.float32)
    return ((scaled - numpy.float32(0.5)) / numpy.float32(0.5)).transpose(2, 0, 1)
