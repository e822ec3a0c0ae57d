"""A page under construction: HTML on one side, what is true of it on the other.

Invariant: every labelled text is written through one of the methods here, so that page and truth cannot differ.
Must not: render or measure.
"""

import html
import re

import facts
import sentences
import surroundings
import texts
import words
import written

# What a line of a list is for, and the list's further lines.
SORTS = ((texts.FILLER, "filler", surroundings.FILLER), (texts.HEADINGS, "heading", surroundings.HEADINGS), (texts.INSTRUCTIONS, "instruction", surroundings.INSTRUCTIONS),
         (texts.COMMANDS, "code", None), (texts.COOKIES, "legal", None), (texts.NOTICES, "filler", None))

PALETTES = {  # background, ink, muted ink, card, accent, ink on accent
    "train": [("#ffffff", "#1a1a1a", "#5c5c66", "#f4f5f7", "#2563eb", "#ffffff"), ("#0f1117", "#f1f1f4", "#a3a7b3", "#1b1e27", "#7c9cff", "#0b0d12"), ("#fbf7f0", "#2b2118", "#6e6257", "#f1e9dc", "#b4542d", "#ffffff")],
    "validation": [("#ffffff", "#0b1b2b", "#54606c", "#eef4f8", "#0f766e", "#ffffff"), ("#14213d", "#f5f7fb", "#b8c1d6", "#1f2f52", "#fca311", "#14213d"), ("#f6fff8", "#122b1a", "#4c6353", "#e3f3e6", "#2b8a3e", "#ffffff")],
    "test": [("#ffffff", "#221133", "#655a70", "#f5f0fa", "#7e22ce", "#ffffff"), ("#101010", "#ededed", "#9c9c9c", "#202020", "#34d399", "#101010"), ("#fffdf5", "#332b00", "#6b6443", "#fbf4d5", "#a16207", "#ffffff")],
}


AMOUNT = re.compile(r"([$€£])(\d+(?:\.\d+)?)")
PERIODS = (("month", r"\bmonth|/mo\b"), ("year", r"\byear|/yr\b"), ("once", r"one[- ]time|\bonce\b|for life|lifetime"))


def said_prices(text):
    """The prices that a sentence about prices states: proposing them as prices is right, and leaving them is no miss."""
    periods = [period for period, pattern in PERIODS if re.search(pattern, text, re.I)] or [None]
    found = AMOUNT.findall(text)
    return [{"text": text, "plan": None, "amount": float(amount), "currency": {"$": "USD", "€": "EUR", "£": "GBP"}[sign], "period": period} for sign, amount in found for period in periods]


class Page:
    """Collects truth while parts write HTML. `tools` are truth objects in the kit's format."""

    def __init__(self, r, split, width, developers):
        self.r, self.split, self.width, self.developers = r, split, width, developers
        self.narrow = width < 700
        self.background, self.ink, self.muted, self.card, self.accent, self.on_accent = r.choice(PALETTES[words.designs(split)])
        self.font = r.choice(words.FONTS[words.designs(split)])
        self.centred = r.random() < 0.5
        self.tools, self.facts = [], []
        self.roles = {}
        self.radius = r.choice([0, 6, 14])
        self.size = r.choice([15, 16, 16, 17, 18])

    def pick(self, variants):
        """A variant of the split's own share."""
        return self.r.choice(words.share(list(variants), self.split))

    def say(self, lines):
        """A line of the split's share of a list of texts."""
        role, table = next(((role, table) for known, role, table in SORTS if known is lines), ("filler", None))
        own = words.sayings(lines, self.split) + surroundings.lines(table, self.split) if table else words.share(lines, self.split)
        if self.split == "train" and table and self.r.random() < 0.6:
            own = [pattern for pattern, _ in sentences.lines(f"nothing/{role}")]
        # What is true of something else than the tool stands where filler stands.
        label = "aside" if role == "filler" and written.single(self.split, "aside") and self.r.random() < 0.35 else role
        natural = written.choice(self.r, self.split, label, self.developers)
        if natural:
            text = written.filled(natural.text, self.facts[0].name if self.facts else "it")
            # Where readers disagree whether it is a claim, neither answer is wrong.
            return self.claim(text, natural.also[0], optional=True) if natural.doubtful and self.facts else self.mark(text, label)
        text = self.fill(self.r.choice(own))
        return self.mark(text[0].lower() + text[1:] if role == "code" else text, role)

    def fill(self, pattern):
        """A pattern filled with the first tool's facts; a page without a tool borrows the facts of a nameless one."""
        if not self.facts and not hasattr(self, "borrowed"):
            self.borrowed = facts.Tool(self.r, self.split, "it")
        return (self.facts[0] if self.facts else self.borrowed).fill(pattern)

    def mark(self, text, role):
        """Notes what a text that claims nothing is for."""
        self.roles[text] = role
        return html.escape(text)

    def tool(self, tool):
        self.facts.append(tool)
        self.tools.append({"name": tool.name, "aliases": [tool.package] if tool.package != tool.name.lower() else [], "tagline": None, "tagline_alts": [], "pricing": [], "said": [], "claims": [], "panel_ship_percent": None, "reviews": []})
        return len(self.tools) - 1

    def claim(self, text, kind, optional=False, tool=0):
        entry = {"text": text, "kind": kind}
        also = [other for other in self.facts[tool].also.get(text, []) if other != kind]
        if also:
            entry["also"] = also
        if optional or text in self.facts[tool].doubtful:
            entry["optional"] = True
        if kind == "pricing":
            self.tools[tool]["said"] += said_prices(text)
        if all(known["text"] != text for known in self.tools[tool]["claims"]):
            self.tools[tool]["claims"].append(entry)
        return html.escape(text)

    def tagline(self, text, tool=0):
        self.tools[tool]["tagline"] = text
        return html.escape(text)

    def also_tagline(self, text, tool=0):
        self.tools[tool]["tagline_alts"].append(text)
        return html.escape(text)

    def price(self, price, tool=0):
        self.tools[tool]["pricing"].append(price.truth())
        return html.escape(price.figure), html.escape(price.unit)

    def quote(self, text, verdict=None, tool=0, marks=("“", "”")):
        shown = marks[0] + text + marks[1]
        self.tools[tool]["reviews"].append({"quote": shown, "verdict": verdict})
        return html.escape(shown)

    def heading(self):
        return self.say(texts.HEADINGS)

    def document(self, body, skip=0):
        """The whole page; `skip` CSS pixels are scrolled away at the top."""
        align = "center" if self.centred else "left"
        return f"""<!doctype html><html><head><meta charset="utf-8"><style>
*{{box-sizing:border-box}} body{{margin:0;background:{self.background};color:{self.ink};font:{self.size}px/1.5 '{self.font}',sans-serif}}
main,.wrap{{max-width:{self.r.choice([960, 1080, 1180])}px;margin:0 auto;padding:0 20px}} section{{padding:{self.r.choice([28, 44, 60])}px 0}} h1,h2,h3,p,ul{{margin:0 0 .6em}}
h1{{font-size:{min(self.r.choice([36, 44, 54, 64]), self.width // 11)}px;line-height:1.15}} h2{{font-size:{self.r.choice([24, 28, 34])}px;line-height:1.2}} h3{{font-size:{self.r.choice([16, 18, 20])}px}}
.mid{{text-align:{align}}} .muted{{color:{self.muted}}} .lead{{font-size:1.2em;color:{self.muted}}} .small{{font-size:.85em;color:{self.muted}}}
.grid{{display:grid;gap:24px;grid-template-columns:repeat({1 if self.narrow else 'var(--n,3)'},minmax(0,1fr))}} .card{{background:{self.card};border-radius:{self.radius}px;padding:22px}}
.btn{{display:inline-block;background:{self.accent};color:{self.on_accent};padding:9px 18px;border-radius:{self.radius}px;margin:4px 8px 4px 0;font-weight:600}} .btn.ghost{{background:none;color:{self.accent};border:1px solid {self.accent}}}
.row{{display:flex;gap:20px;align-items:center;flex-wrap:wrap}} .pic{{background:linear-gradient(120deg,{self.accent},{self.card});border-radius:{self.radius}px;min-height:180px}}
table{{border-collapse:collapse;width:100%}} td,th{{padding:9px 12px;border-bottom:1px solid {self.muted}55;text-align:left;vertical-align:top}} code,pre{{font-family:'DejaVu Sans Mono',monospace;font-size:.88em}}
pre{{background:{self.card};padding:12px;margin:0 0 1em;white-space:pre-wrap}} a{{color:{self.accent};text-decoration:none}} .chip{{display:inline-block;background:{self.card};border-radius:12px;padding:1px 10px;margin:2px;font-size:.8em}}
.big{{font-size:2.2em;font-weight:700;line-height:1.1}} .tick li{{list-style:none;margin-left:-22px}} .tick li::before{{content:"✓ ";color:{self.accent}}} s{{color:{self.muted}}}
</style></head><body><div style="margin-top:-{skip}px">{body}</div></body></html>"""
