"""HTML of training pages: random design tokens times random sections.

Purpose: pages like launch, pricing, comparison, README, documentation, changelog, application-window and table pages.
Invariant: seeded; visible text is always real DOM text and never overlaps other text, so that the browser can tell
every line's box. List bullets are style, not text. Must not: reproduce any existing page or use evaluation texts.
"""

import html
import pathlib

import icons

ROOT = pathlib.Path(__file__).resolve().parent
FONT_PACKAGES = ROOT / "node_modules" / "@fontsource"
SYSTEM_SANS = ["DejaVu Sans", "Liberation Sans", "Noto Sans", "Nimbus Sans", "FreeSans", "Cantarell", "Carlito", "Inter", "Lato", "Liberation Sans Narrow",
               "DejaVu Sans Condensed", "URW Gothic", "Roboto", "system-ui"]
SYSTEM_SERIF = ["DejaVu Serif", "Liberation Serif", "Noto Serif", "C059", "P052", "Nimbus Roman", "FreeSerif", "Caladea", "URW Bookman"]
SYSTEM_MONO = ["cascadia-code", "share-tech-mono", "anonymous-pro", "courier-prime", "cousine", "DejaVu Sans Mono", "Liberation Mono", "Hack", "Fira Code", "Nimbus Mono PS", "FreeMono", "Noto Sans Mono", "monospace"]
MONO = ["dm-mono", "fira-code", "ibm-plex-mono", "inconsolata", "jetbrains-mono", "roboto-mono", "source-code-pro", "space-mono", "ubuntu-mono"]
DISPLAY = ["abril-fatface", "anton", "bebas-neue", "unbounded", "league-spartan", "comfortaa", "dm-serif-display", "oswald", "josefin-sans", "syne", "bricolage-grotesque", "fraunces", "cormorant-garamond", "playfair-display"]
# Families and sections that only pages of one split may use; everything else is for training.
SPLIT_FAMILIES = {
    "validation": ["figtree", "rubik", "merriweather", "barlow", "space-mono", "cabin", "outfit", "zilla-slab"],
    "test": ["onest", "schibsted-grotesk", "literata", "geist-sans", "geist-mono", "kumbh-sans", "alegreya-sans", "ibm-plex-sans-condensed", "newsreader", "reddit-mono"],
}
SPLIT_SECTIONS = {"validation": ["stat_rows", "faq_two_column"], "test": ["timeline", "plan_matrix"]}
BULLETS = ["disc", "circle", "square", "none"]


def packages(split):
    every = sorted(p.name for p in FONT_PACKAGES.iterdir()) if FONT_PACKAGES.exists() else []
    if split != "train":
        return [name for name in every if name in SPLIT_FAMILIES[split]]
    return [name for name in every if not any(name in names for names in SPLIT_FAMILIES.values())]


def font_faces(package, family):
    rules = []
    for style in ("normal", "italic"):
        for weight in (300, 400, 500, 600, 700, 800, 900):
            path = FONT_PACKAGES / package / "files" / f"{package}-latin-{weight}-{style}.woff2"
            if path.exists():
                rules.append(f"@font-face{{font-family:'{family}';font-style:{style};font-weight:{weight};src:url('{path.as_uri()}')}}")
    return "".join(rules)


def colour(hue, saturation, lightness, alpha=1.0):
    return f"hsla({hue:.0f},{saturation:.0f}%,{lightness:.0f}%,{alpha:.2f})"


class Page:
    """One page under construction; `random` and `text` decide everything."""

    def __init__(self, random, text, split="train"):
        self.random, self.text, self.split = random, text, split
        self.faces = ""
        self.choose_tokens()

    # ------------------------------------------------------------------ tokens

    def family(self, kinds):
        r = self.random
        if self.split == "train" and r.random() < 0.33:
            return "'" + r.choice(kinds["system"]) + "'"
        choices = [p for p in packages(self.split) if kinds["keep"](p)] or packages(self.split)
        package = r.choice(choices)
        name = "F " + package
        if name not in self.faces:
            self.faces += font_faces(package, name)
        return f"'{name}'"

    def choose_tokens(self):
        r = self.random
        display = lambda p: p in DISPLAY
        mono = lambda p: p.endswith("mono") or p in MONO
        serif = r.random() < 0.15
        self.body_font = self.family({"system": SYSTEM_SERIF if serif else SYSTEM_SANS, "keep": lambda p: not mono(p) and not display(p)})
        self.head_font = self.body_font if r.random() < 0.55 else self.family({"system": SYSTEM_SANS + SYSTEM_SERIF, "keep": lambda p: not mono(p)})
        self.code_font = self.family({"system": SYSTEM_MONO, "keep": mono})
        if r.random() < 0.09:
            self.body_font = self.code_font
        self.dark = r.random() < 0.45
        hue = r.random() * 360
        self.hue = hue
        self.accent_hue = (hue + r.choice([0, 30, 120, 180, 210])) % 360
        if self.dark:
            base = r.choice([0, 4, 6, 8, 10, 13, 17, 22])
            self.background = colour(hue, r.choice([0, 10, 25, 45]), base)
            self.surface = colour(hue, r.choice([0, 10, 25]), base + r.choice([3, 5, 8]))
            self.ink = colour(hue, r.choice([0, 10, 20]), r.choice([100, 96, 92, 88, 82]))
            self.muted = colour(hue, r.choice([0, 8, 15]), r.choice([75, 65, 58, 50, 45, 40, 36]))
            self.line = colour(hue, 10, base + 12)
            self.accent = colour(self.accent_hue, r.choice([60, 80, 100]), r.choice([55, 62, 70, 78]))
        else:
            base = r.choice([100, 100, 100, 98, 96, 94, 90])
            self.background = colour(hue, r.choice([0, 20, 50]), base)
            self.surface = colour(hue, r.choice([0, 15, 40]), r.choice([100, base - 3, base - 5]))
            self.ink = colour(hue, r.choice([0, 15, 40]), r.choice([0, 7, 12, 18, 25]))
            self.muted = colour(hue, r.choice([0, 8, 15]), r.choice([35, 42, 48, 55, 62, 67, 72]))
            self.line = colour(hue, 10, base - 10)
            self.accent = colour(self.accent_hue, r.choice([60, 80, 100]), r.choice([25, 33, 40, 47]))
        self.size = r.choice([12, 13, 14, 14, 14.4, 15, 15, 16, 16, 16, 16, 17, 17.6, 18, 20])
        self.small = r.choice([10, 11, 11, 12, 12, 12, 13, 13, 14])
        self.line_height = r.choice([1.2, 1.3, 1.4, 1.45, 1.5, 1.5, 1.55, 1.6, 1.65, 1.7, 1.8])
        self.radius = r.choice([0, 2, 4, 6, 8, 12, 16, 24])
        self.pad = r.choice([8, 10, 12, 14, 16, 20, 24, 28])
        self.gap = r.choice([8, 10, 12, 16, 20, 24, 32])
        self.width = r.choice([640, 760, 860, 960, 1040, 1120, 1200, 1320, 1600])

    def css(self):
        r = self.random
        heading_weight = r.choice([400, 500, 600, 700, 700, 800, 900])
        code_dark = r.random() < 0.5
        code_background = colour(self.hue, 15, r.choice([8, 12, 18])) if code_dark or self.dark else colour(self.hue, 15, r.choice([97, 94, 91]))
        code_ink = colour(self.hue, 10, r.choice([85, 92])) if code_dark or self.dark else colour(self.hue, 20, r.choice([15, 25]))
        chip = colour(self.hue, 15, 25 if self.dark else 92)
        return f"""{self.faces}
*{{box-sizing:border-box}} body{{margin:0;background:{self.background};color:{self.ink};font:{self.size}px/{self.line_height} {self.body_font},'Noto Sans',sans-serif;letter-spacing:{r.choice([0] * 12 + [-.01, .01, .02, .05])}em;word-spacing:{r.choice([0] * 14 + [.1, .25])}em}}
h1,h2,h3,h4{{font-family:{self.head_font},'Noto Sans',sans-serif;font-weight:{heading_weight};line-height:{r.choice([1.0, 1.05, 1.1, 1.15, 1.2, 1.25, 1.3])};margin:.5em 0 .4em;letter-spacing:{r.choice([0, 0, 0, -.01, -.02, -.03, .01])}em;text-transform:{r.choice(['none'] * 9 + ['uppercase'])}}}
h1{{font-size:{r.choice([24, 28, 32, 32, 36, 40, 44, 48, 56, 64, 72, 84, 96])}px}} h2{{font-size:{r.choice([18, 20, 22, 24, 24, 28, 32, 36, 40, 48])}px}} h3{{font-size:{r.choice([15, 16, 17, 18, 20, 22, 24])}px}} h4{{font-size:{r.choice([13, 14, 15, 16])}px}}
.hero h1{{{self.hero_heading()}}}
p,ul,ol,pre,blockquote,table,dl{{margin:{r.choice(['.4em', '.7em', '1em'])} 0}} ul,ol{{padding-left:{r.choice([1.2, 1.5, 2])}em}} li{{margin:{r.choice([0, 2, 4, 8])}px 0}}
a{{color:{self.accent};text-decoration:{r.choice(['none', 'none', 'underline'])}}} .m{{color:{self.muted}}} .s{{font-size:{self.small}px}} .a{{color:{self.accent}}} b,strong{{font-weight:{r.choice([600, 700])}}}
code{{font-family:{self.code_font},monospace;font-size:{r.choice([.8, .85, .875, .9, .95, 1])}em;background:{chip};padding:{r.choice(['0 .2em', '.1em .3em', '.2em .4em'])};border-radius:{r.choice([0, 3, 6])}px}}
pre{{font-family:{self.code_font},monospace;font-size:{r.choice([11, 12, 13, 13, 13.6, 14, 15])}px;line-height:{r.choice([1.2, 1.35, 1.45, 1.5, 1.6])};background:{code_background};color:{code_ink};padding:{self.pad}px;border-radius:{self.radius}px;overflow:hidden}} pre code{{background:none;padding:0;font-size:1em}}
.wrap{{max-width:{self.width}px;margin:0 auto;padding:0 {r.choice([12, 16, 20, 24, 32])}px}} .row{{display:flex;gap:{self.gap}px;align-items:{r.choice(['center', 'center', 'flex-start', 'baseline'])}}} .wrapline{{flex-wrap:wrap}} .between{{justify-content:space-between}} .center{{text-align:center;justify-content:center}}
.card{{background:{self.surface};border:{r.choice([0, 1, 1, 1, 2])}px solid {self.line};border-radius:{self.radius}px;padding:{self.pad}px;min-width:0;overflow-wrap:anywhere{r.choice([';box-shadow:0 4px 18px rgba(0,0,0,.15)', '', ''])}}}
.grid{{display:grid;gap:{self.gap}px}} .btn{{display:inline-block;text-transform:{r.choice(['none'] * 7 + ['uppercase'])};letter-spacing:{r.choice([0, 0, 0, .05])}em;padding:{r.choice(['4px 10px', '6px 12px', '8px 16px', '10px 20px', '12px 28px'])};border-radius:{r.choice([0, 4, 6, 8, 999])}px;font-weight:{r.choice([400, 500, 600, 700])};white-space:nowrap;font-size:{r.choice([11, 12, 13, 14, 15, 16, 18])}px;line-height:1.4}}
.solid{{background:{self.button_fill()};color:{self.button_ink};}} .ghost{{border:1px solid {self.line};color:{self.ink}}} .pill{{display:inline-block;padding:1px {r.choice([6, 8, 10])}px;border-radius:99px;font-size:{self.small}px;background:{chip};color:{r.choice([self.accent, self.muted, self.ink])};white-space:nowrap;margin:1px}}
.eyebrow{{font-size:{self.small}px;letter-spacing:{r.choice([0, .05, .08, .12, .2])}em;text-transform:{r.choice(['uppercase', 'uppercase', 'none'])};font-weight:{r.choice([500, 600, 700])};color:{r.choice([self.accent, self.muted])}}}
table{{border-collapse:collapse;{r.choice(['width:100%', ''])};font-size:{r.choice([12, 13, 14, 15, 16])}px}} td,th{{padding:{r.choice(['3px 8px', '6px 12px', '10px 16px'])};border-bottom:{r.choice([0, 1, 1])}px solid {self.line};text-align:{r.choice(['left', 'left', 'center'])}}}
blockquote{{border-left:4px solid {self.line};padding-left:1em;margin-left:0;color:{self.muted}}} hr{{border:0;border-top:1px solid {self.line}}} .photo{{display:block;border-radius:{self.radius}px}}
nav a,footer a{{text-decoration:none;color:{r.choice([self.ink, self.muted, self.accent])}}}"""

    def hero_heading(self):
        r = self.random
        if r.random() < 0.15:
            return f"background:linear-gradient(90deg,{self.accent},{self.ink});-webkit-background-clip:text;color:transparent"
        return ""

    def button_fill(self):
        r = self.random
        dark_fill = r.random() < 0.6
        one = colour(self.accent_hue, r.choice([60, 80, 100]), r.choice([22, 32, 42]) if dark_fill else r.choice([62, 72, 85]))
        two = colour(self.accent_hue + 50, 80, 38 if dark_fill else 72)
        self.button_ink = "#fff" if dark_fill else "#111"
        return r.choice([one, one, one, f"linear-gradient(90deg,{one},{two})"])

    # ------------------------------------------------------------------ inline pieces

    @staticmethod
    def escape(text):
        return html.escape(text, quote=False)

    def inline(self, text, links=0.25):
        """A paragraph's text with links, bold, italics and code chips inside."""
        r, words = self.random, text.split(" ")
        if r.random() > links or len(words) < 3:
            return self.escape(text)
        pieces, position = [], 0
        while position < len(words):
            if r.random() < 0.12:
                count = r.choice([1, 1, 2, 3])
                piece = self.escape(" ".join(words[position:position + count]))
                tag = r.choice(["a", "a", "b", "em", "code", "code", "strong"])
                before, after = r.choice([("", ""), ("", ""), ("", ""), ("", "."), ("", ","), ("", "'s"), ("", ":"), ("(", ")"), ("(", ")"), ("(", ")."), ("[", "]"), ("'", "'"), ('"', '"'), ("", "…"), ("", ")")])
                pieces.append(f"{before}<{tag}>{piece}</{tag}>{after}")
                position += count
            else:
                pieces.append(self.escape(words[position]))
                position += 1
        return " ".join(pieces)

    def paragraph(self, low=1, high=4, tag="p", extra=""):
        return f"<{tag} {extra}>{self.inline(self.text.paragraph(self.random.randint(low, high)), 0.45)}</{tag}>"

    def label(self):
        return self.escape(self.text.label())

    def icon(self, size=None):
        r = self.random
        size = size or r.choice([12, 14, 16, 18, 20, 24, 32, 40])
        body = icons.icon_body(r, r.choice([self.accent, self.muted, self.ink, self.ink, "currentColor"]), r.choice([self.accent, self.line]))
        return f'<svg width="{size}" height="{size}" viewBox="0 0 24 24" style="flex:none;vertical-align:middle">{body}</svg>'

    def chevron(self, chance):
        """A small drop-down or forward mark behind a label; a drawing, not a character."""
        r = self.random
        if r.random() > chance:
            return ""
        if r.random() < 0.35:  # drawn by borders, as style sheets do it
            edge = r.choice([3, 4, 5])
            return f'<span class="photo" style="display:inline-block;vertical-align:{r.choice(["middle", ".2em"])};margin-left:{r.choice([2, 4, 6])}px;border:{edge}px solid transparent;border-bottom:0;border-top-color:currentColor;border-radius:0"></span>'
        size = r.choice([8, 10, 12])
        path = r.choice(["M2 4L6 8L10 4", "M4 2L8 6L4 10", "M2 4L6 9L10 4Z"])
        return f'<svg width="{size}" height="{size}" viewBox="0 0 12 12" style="margin-left:{r.choice([2, 4, 6])}px"><path d="{path}" fill="{"currentColor" if path.endswith("Z") else "none"}" stroke="currentColor" stroke-width="1.5"/></svg>'

    def picture(self, width="100%", height=None):
        """Something that is not text: gradient, drawn photo noise, chart, stripes."""
        r = self.random
        height = height or r.choice([60, 120, 180, 260])
        h1, h2 = r.random() * 360, r.random() * 360
        kind = r.random()
        style = f"width:{width if isinstance(width, str) else f'{width}px'};height:{height}px;max-width:100%"
        if kind < 0.3:
            return f'<canvas class="photo" data-noise="{r.randint(1, 10 ** 6)}" width="{r.choice([80, 160, 320])}" height="{r.choice([60, 120, 200])}" style="{style}"></canvas>'
        if kind < 0.5:
            bars = "".join(f'<rect x="{i * 10 + 2}" y="{y}" width="{r.choice([2, 5, 7])}" height="{100 - y}" fill="hsl({h1 + i * 5:.0f},60%,50%)"/>' for i, y in enumerate(r.randint(5, 95) for _ in range(12)))
            return f'<svg class="photo" preserveAspectRatio="none" viewBox="0 0 124 100" style="{style}">{bars}</svg>'
        if kind < 0.65:
            points = " ".join(f"{i * 5},{r.randint(5, 95)}" for i in range(25))
            return f'<svg class="photo" preserveAspectRatio="none" viewBox="0 0 120 100" style="{style};background:{self.surface}"><polyline points="{points}" fill="none" stroke="{self.accent}"/></svg>'
        if kind < 0.8:
            rows = "".join(f'<rect x="{r.choice([4, 8, 12])}" y="{6 + i * 8}" width="{r.randint(10, 80)}" height="{r.choice([2, 3, 4])}" rx="2" fill="{r.choice([self.muted, self.line, self.accent])}"/>' for i in range(11))
            return f'<svg class="photo" preserveAspectRatio="none" viewBox="0 0 100 100" style="{style};background:{self.surface}">{rows}</svg>'
        return f'<div class="photo" style="{style};background:{r.choice([f"linear-gradient({r.randint(0, 360)}deg,hsl({h1:.0f},70%,60%),hsl({h2:.0f},70%,40%))", f"repeating-linear-gradient({r.randint(0, 180)}deg,hsl({h1:.0f},40%,50%) 0 {r.randint(2, 12)}px,hsl({h2:.0f},40%,60%) 0 {r.randint(14, 30)}px)", f"radial-gradient(hsl({h1:.0f},70%,60%),hsl({h2:.0f},70%,30%))"])}"></div>'

    def backdrop(self):
        """A drawn photo under a veil, to lie behind text: (html, ink colour)."""
        r = self.random
        dark = r.random() < 0.7
        veil = f"rgba(0,0,0,{r.choice([.45, .55, .65, .75])})" if dark else f"rgba(255,255,255,{r.choice([.65, .75, .85])})"
        soft = "data-soft" if r.random() < 0.7 else ""
        canvas = f'<canvas data-noise="{r.randint(1, 10 ** 6)}" {soft} width="{r.choice([200, 320, 640])}" height="{r.choice([120, 200, 320])}" style="position:absolute;inset:0;width:100%;height:100%"></canvas>'
        return f'{canvas}<div style="position:absolute;inset:0;background:{veil}"></div>', "#fff" if dark else "#111"

    def button(self):
        r = self.random
        text = self.label()
        mark = self.icon(r.choice([12, 14, 16])) + r.choice([" ", "", "&nbsp;"]) if r.random() < 0.3 else ""
        wide = "display:block;text-align:center;" if r.random() < 0.2 else ""
        return f'<a class="btn {r.choice(["solid", "solid", "ghost"])}" style="{wide}">{mark}{text}{self.chevron(0.1)}</a>'

    def decoration(self):
        """Things that look a little like text lines but are not: fields, bars, rules, toggles, tab underlines."""
        r = self.random
        width = r.choice([30, 40, 60, 120, 240, 320, 600])
        height = r.choice([1, 2, 3, 4, 6, 8, 12, 16, 28, 36, 44])
        edge = r.choice([self.line, self.muted, self.accent])
        fill = r.choice(["none", "none", self.accent, self.muted, self.surface])
        if r.random() < 0.35:
            height = r.choice([60, 90, 120, 180])
            fill = r.choice(["none", self.surface])
            inside = f"<div style='padding:{r.choice([10, 20])}px;text-align:center'>{self.icon(r.choice([40, 56, 90]))}</div>"
            shadow = r.choice(["", "box-shadow:0 2px 10px rgba(0,0,0,.3);"])
            return f"<div style='flex:1;min-width:80px;height:{height}px;{shadow}border:{r.choice([1, 1, 2])}px solid {edge};background:{fill};border-radius:{r.choice([0, 4, 8, 16])}px'>{inside}</div>"
        return f"<div style='margin:{r.choice([2, 6, 12])}px 0;width:{width}px;max-width:100%;height:{height}px;border:{r.choice([0, 1, 2])}px solid {edge};background:{fill};border-radius:{r.choice([0, 2, 4, 8, 99])}px'></div>"

    def decorations(self):
        if self.random.random() < 0.6:
            return ""
        return f"<div class='wrap row wrapline'>{''.join(self.decoration() for _ in range(self.random.randint(1, 6)))}</div>"

    def columns(self, most):
        return self.random.randint(2, most) if not self.narrow else self.random.choice([1, 1, 1, 2])

    def build(self, kind, css_width):
        """The whole document; `css_width` decides how many columns fit."""
        import page_sections
        self.narrow = css_width < 600
        body = page_sections.BODIES[kind](self)
        extra = f"zoom:{self.random.choice([0.9, 1.1, 1.25])};" if self.random.random() < 0.06 else ""
        css = self.css()
        return f"<!doctype html><html><head><meta charset='utf-8'><style>{css}</style></head><body style='{extra}'>{body}</body></html>"
