"""The characters the recogniser can write, and how other characters are folded onto them.

Invariant: index 0 of CHARSET is the CTC blank; the order is part of the exported weights and is only ever
appended to together with a retrained head.
Must not: look at pictures, fonts or evaluation data.
"""

BLANK = ""

SYMBOLS = "€£¥₹©®™°·•–—…‘’“”«»×÷±≤≥≈→←↑↓↗✓✕★☆²³µ½¼∞§¹▲▼▶⌘†"
LATIN = (
    "áàâäãåæçéèêëíìîïñóòôöõøœúùûüýßšžčćłğışěřőűęąńśźż"
    "ÁÀÂÄÅÆÇÉÈÊÍÎÑÓÔÖÕØÚÜŠŽČĆŁİŞ"
)

CHARSET = [BLANK] + [chr(code) for code in range(0x20, 0x7F)] + list(SYMBOLS) + list(LATIN)
INDEX = {character: index for index, character in enumerate(CHARSET) if index > 0}

# Glyphs that cannot be told apart on a picture share one class.
FOLDED = {
    "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u2003": " ", "\u2002": " ", "\t": " ",
    "−": "–", "‑": "-", "‐": "-", "✔": "✓", "✗": "✕", "✖": "✕", "✘": "✕", "●": "•", "∙": "·", "⋅": "·",
    "′": "'", "″": '"', "º": "°", "➜": "→", "➔": "→", "μ": "µ", "►": "▶", "▸": "▶", "⭐": "★",
    "ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl", "\u200b": "", "\u00ad": "", "\ufeff": "",
}


def is_picture(character):
    """Emoji, their modifiers and private-use glyphs: pictures inside text, which the recogniser passes over."""
    code = ord(character)
    return code >= 0x1F000 or 0xE000 <= code <= 0xF8FF or character in "\u26a1\u2699\u2764\u2601\u23f1\u2728\ufe0f\ufe0e\u200d"


def fold(text):
    """The text as the recogniser is asked to write it: look-alikes folded, pictures dropped, blanks collapsed."""
    return " ".join("".join(FOLDED.get(character, character) for character in text if not is_picture(character)).split())


def encode(text):
    """Class indices of a folded text, or None when it has a character outside the charset."""
    indices = [INDEX.get(character) for character in text]
    return None if None in indices else indices
