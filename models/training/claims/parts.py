"""Parts of marketing pages: bars, heroes, features, numbers, quotes, questions, endings. Each list holds twelve designs.

Invariant: `Page.pick` gives every split designs of its own; claims, taglines and quotes pass through the page's methods.
Must not: say something about a tool that the truth does not hold.
"""

import html

import texts
import words


def brand(p):
    return html.escape(p.facts[0].name)


def buttons(p, count=2):
    labels = p.r.sample(words.share(texts.CALLS, p.split), min(count, len(words.share(texts.CALLS, p.split))))
    return "".join(f"<span class='btn{' ghost' if index else ''}'>{p.mark(label, 'call')}</span>" for index, label in enumerate(labels))


def links(p, count):
    return [p.mark(item, "navigation") for item in p.r.sample(words.share(texts.MENUS, p.split), min(count, 6))]


# ---- bars at the top
def bar(p):
    name = f'<b style="font-size:{p.r.choice([1, 1.15, 1.3])}em">{brand(p)}</b>'
    logo = f'<span style="display:inline-block;width:22px;height:22px;border-radius:6px;background:{p.accent}"></span>'
    menu = "" if p.narrow else "".join(f"<span>{item}</span>" for item in links(p, p.r.randint(3, 5)))
    style = p.r.choice(["justify-content:space-between", "justify-content:flex-start;gap:28px", "justify-content:center"])
    return f'<div class="row wrap" style="padding-top:14px;padding-bottom:14px;{style}"><span class="row" style="gap:8px">{logo if p.r.random() < 0.6 else ""}{name}</span><span class="row muted">{menu}</span>{buttons(p, 1) if not p.narrow and p.r.random() < 0.7 else ""}</div>'


def notice(p):
    return f'<div style="background:{p.accent};color:{p.on_accent};text-align:center;padding:7px;font-size:.9em">{p.say(texts.NOTICES)}</div>'


def cookies(p):
    return f'<div style="position:fixed;left:12px;bottom:12px;max-width:340px;background:{p.card};border:1px solid {p.muted};padding:14px;font-size:.85em">{p.say(texts.COOKIES)} <div>{"".join(f"<span class=btn>{t}</span>" for t in ("Accept", "Decline"))}</div></div>'


# ---- heroes: tagline as the headline, or the name as the headline with the tagline under it
def lead(p):
    """What stands under the headline: the definition, a claim, or filler."""
    kind = p.r.random()
    if kind < 0.55:
        return f'<p class="lead">{p.claim(p.facts[0].definition, "feature")}</p>'
    if kind < 0.85:
        return f'<p class="lead">{p.claim(*p.facts[0].claim("feature", sentence=True))}</p>'
    return f'<p class="lead">{p.say(texts.FILLER)}</p>'


def slogan(p):
    return f"<h1>{p.tagline(p.facts[0].tagline)}</h1>"


def hero_plain(p):
    return f'<section class="wrap mid">{slogan(p)}{lead(p)}{buttons(p)}</section>'


def hero_split(p):
    return f'<section class="wrap grid" style="--n:2"><div>{slogan(p)}{lead(p)}{buttons(p, 1)}</div><div class="pic"></div></section>'


def hero_named(p):
    return f'<section class="wrap mid"><h1>{brand(p)}</h1><p class="lead">{p.tagline(p.facts[0].tagline)}</p>{buttons(p)}<p class="small">{p.claim(*p.facts[0].claim("pricing"))}</p></section>'


def hero_kicker(p):
    return f'<section class="wrap mid"><p class="small" style="letter-spacing:.08em;text-transform:uppercase">{html.escape(p.facts[0].category)}</p>{slogan(p)}{lead(p)}{buttons(p)}</section>'


def hero_card(p):
    return f'<section class="wrap"><div class="card mid" style="padding:56px 40px">{slogan(p)}{lead(p)}{buttons(p)}</div></section>'


def hero_right(p):
    return f'<section class="wrap grid" style="--n:2"><div class="pic"></div><div><h1>{brand(p)}</h1><h2>{p.tagline(p.facts[0].tagline)}</h2><p>{p.claim(p.facts[0].definition, "feature")}</p>{buttons(p, 1)}</div></section>'


def hero_command(p):
    return f'<section class="wrap mid">{slogan(p)}{lead(p)}<pre style="display:inline-block">$ {p.say(texts.COMMANDS)}</pre><div>{buttons(p, 1)}</div></section>'


def hero_dash(p):
    return f'<section class="wrap mid"><h1>{brand(p)} — {p.tagline(p.facts[0].tagline)}</h1>{lead(p)}{buttons(p)}</section>'


def hero_long(p):
    return f'<section class="wrap mid">{slogan(p)}{lead(p)}<p>{p.claim(*p.facts[0].claim(sentence=True))}</p>{buttons(p, 1)}</section>'


def hero_band(p):
    return f'<section style="background:{p.accent};color:{p.on_accent}"><div class="wrap mid">{slogan(p)}<p>{p.claim(p.facts[0].definition, "feature")}</p></div></section>'


def hero_meet(p):
    return f'<section class="wrap mid"><h1>Meet {brand(p)}</h1><p class="lead">{p.tagline(p.facts[0].tagline)}</p>{lead(p)}{buttons(p)}</section>'


def hero_users(p):
    return f'<section class="wrap mid">{slogan(p)}{lead(p)}{buttons(p)}<p class="small">{p.claim(*p.facts[0].claim("adoption"))}</p></section>'


HEROES = [hero_plain, hero_split, hero_named, hero_kicker, hero_card, hero_right, hero_command, hero_dash, hero_long, hero_band, hero_meet, hero_users]


# ---- features
def item(p, tool=0):
    text, kind = p.facts[tool].claim()
    return p.claim(text, kind, tool=tool)


def title(p, tool=0):
    return f"<h3>{p.claim(p.facts[tool].title(), 'feature', optional=True, tool=tool)}</h3>"


def cards(p, count, card):
    inside = "".join(f'<div class="{card}">{title(p)}<p class="muted">{item(p)}</p></div>' for _ in range(count))
    return f'<div class="grid" style="--n:{p.r.choice([2, 3, 3])}">{inside}</div>'


def features_cards(p):
    return f'<section class="wrap"><h2 class="mid">{p.heading()}</h2>{cards(p, p.r.choice([3, 6]), "card")}</section>'


def features_bare(p):
    return f'<section class="wrap"><h2 class="mid">{p.heading()}</h2><p class="mid muted">{p.say(texts.FILLER)}</p>{cards(p, p.r.choice([3, 4, 6]), "")}</section>'


def features_list(p):
    return f'<section class="wrap"><h2>{p.heading()}</h2><ul>{"".join(f"<li>{item(p)}</li>" for _ in range(p.r.randint(4, 7)))}</ul></section>'


def features_ticks(p):
    return f'<section class="wrap grid" style="--n:2"><div><h2>{p.heading()}</h2><p class="muted">{p.say(texts.FILLER)}</p></div><ul class="tick">{"".join(f"<li>{item(p)}</li>" for _ in range(p.r.randint(3, 6)))}</ul></section>'


def features_rows(p):
    rows = "".join(f'<div class="grid" style="--n:2;margin-bottom:30px">{"<div class=pic></div>" if i % 2 else ""}<div><h2>{p.claim(p.facts[0].title(), "feature", optional=True)}</h2><p>{item(p)}</p><p class="small">Learn more</p></div>{"" if i % 2 else "<div class=pic></div>"}</div>' for i in range(3))
    return f'<section class="wrap">{rows}</section>'


def features_numbered(p):
    return f'<section class="wrap"><h2 class="mid">{p.heading()}</h2>{"".join(f"<div class=row style=align-items:flex-start;flex-wrap:nowrap><span class=big>{i + 1}</span><div>{title(p)}<p>{item(p)}</p></div></div>" for i in range(3))}</section>'


def features_prose(p):
    sentences = [p.claim(text, kind) for text, kind in p.facts[0].claims(3, sentence=True)]
    return f'<section class="wrap"><h2>{p.heading()}</h2><p>{" ".join(sentences)}</p><p>{p.say(texts.FILLER)}</p></section>'


def features_band(p):
    return f'<section style="background:{p.card}"><div class="wrap"><h2 class="mid">{p.heading()}</h2>{cards(p, 3, "mid")}</div></section>'


def features_bold(p):
    """A title in bold before each claim; with the claim it makes one statement."""
    rows = ""
    for _ in range(4):
        text, kind = p.facts[0].claim()
        label = p.facts[0].label(kind)
        p.facts[0].also[f"{label}: {text}"] = p.facts[0].also.get(text, []) + p.facts[0].also.get(label, [])
        p.claim(f"{label}: {text}", kind)
        rows += f"<li><b>{html.escape(label)}:</b> {html.escape(text)}</li>"
    return f'<section class="wrap"><h2>{p.heading()}</h2><ul>{rows}</ul></section>'


def features_two(p):
    column = lambda: f'<div>{title(p)}{"".join(f"<p>{item(p)}</p>" for _ in range(2))}</div>'
    return f'<section class="wrap"><h2>{p.heading()}</h2><div class="grid" style="--n:2">{column()}{column()}</div></section>'


def features_chips(p):
    return f'<section class="wrap mid"><h2>{p.heading()}</h2><p>{item(p)}</p><p>{" ".join(f"<span class=chip>{x}</span>" for x in links(p, 4))}</p><p>{item(p)}</p></section>'


def features_steps(p):
    return f'<section class="wrap"><h2 class="mid">{p.heading()}</h2><div class="grid">{"".join(f"<div class=card><p class=small>Step {i + 1}</p><p>{item(p)}</p></div>" for i in range(3))}</div></section>'


FEATURES = [features_cards, features_bare, features_list, features_ticks, features_rows, features_numbered, features_prose, features_band, features_bold, features_two, features_chips, features_steps]


# ---- numbers, quotes, questions, filler, ends
def numbers(p):
    r, facts = p.r, p.facts[0]
    pool = [(f"{r.randint(10, 90)}k+", f"{facts.people} on board", "adoption"), (f"99.9{r.randint(1, 9)}%", "uptime last year", "availability"), (f"{r.randint(2, 9)}x", "faster than before", "performance"), (f"{r.choice([12, 30, 45])} ms", "median response time", "performance"), (f"{r.randint(10, 60)}+", "integrations included", "compatibility"), (f"{r.randint(2, 9)}M", f"{facts.things} every day", "adoption")]
    chosen = r.sample(pool, 3)
    inside = "".join(f'<div class="mid"><div class="big">{html.escape(a)}</div><div class="muted">{html.escape(b)}</div></div>' for a, b, _ in chosen)
    for a, b, kind in chosen:
        p.claim(f"{a} {b}", kind)
    return f'<section class="wrap"><div class="grid">{inside}</div></section>'


def person(p, dash=""):
    return html.escape(f"{dash}{p.r.choice(words.share(words.PEOPLE, p.split))}, {p.r.choice(words.share(words.POSTS, p.split))} at {p.r.choice(words.share(words.COMPANIES, p.split))}")


def quotes(p):
    marks = p.r.choice([("“", "”"), ('"', '"'), ("“", "”")])
    form = p.pick(["cards", "large", "dash", "cards", "large", "dash", "plain", "plain", "plain"])
    if form == "large":
        return f'<section class="wrap mid"><h2 style="font-weight:400">{p.quote(p.facts[0].quote(), marks=marks)}</h2><p class="small">{person(p, "— ")}</p></section>'
    count = p.r.choice([2, 3])
    marks = ("", "") if form == "plain" else marks
    inside = "".join(f'<div class="card"><p>{p.quote(p.facts[0].quote(), marks=marks)}</p><p class="small">{person(p, "— " if form == "dash" else "")}</p></div>' for _ in range(count))
    return f'<section class="wrap"><h2 class="mid">{p.pick(["What people say", "Words from our users", "Loved by teams", "Customer stories", "Kind words", "In their words"])}</h2><div class="grid" style="--n:{count}">{inside}</div></section>'


def logos(p):
    return f'<section class="wrap mid"><p class="small">{p.claim(*p.facts[0].claim("adoption"))}</p><div class="row" style="justify-content:center">{"".join(f"<b class=muted>{html.escape(c)}</b>" for c in p.r.sample(words.share(words.COMPANIES, p.split), 4))}</div></section>'


def questions(p):
    pairs = p.r.sample(words.share(texts.FAQ, p.split), 2)
    shown = "".join(f"<h3>{p.mark(q, 'heading')}</h3><p>{p.mark(a, 'filler')}</p>" for q, a in pairs)
    return f'<section class="wrap"><h2>Frequently asked questions</h2>{shown}</section>'


def filler(p):
    return f'<section class="wrap mid"><h2>{p.heading()}</h2><p>{p.say(texts.FILLER)} {p.say(texts.FILLER)}</p></section>'


def closing(p):
    return f'<section style="background:{p.card}"><div class="wrap mid"><h2>{p.say(texts.HEADINGS)}</h2><p>{p.say(texts.FILLER)}</p>{buttons(p)}</div></section>'


def posts(p):
    return f'<section class="wrap"><h2>From the blog</h2><div class="grid">{"".join(f"<div class=card><p class=small>{p.r.randint(1, 28)} May 2025</p><h3>{p.say(texts.FILLER)}</h3><p class=small>Read more</p></div>" for _ in range(3))}</div></section>'


def footer(p):
    entries = lambda column: "".join(f"<div class=small>{p.mark(entry, 'navigation')}</div>" for entry in column)
    columns = "".join(f"<div><b>{c[0]}</b>{entries(c[1:])}</div>" for c in p.r.sample(texts.FOOTERS, 3))
    return f'<section style="border-top:1px solid {p.muted}55"><div class="wrap"><div class="grid" style="--n:4"><div><b>{brand(p)}</b><div class="small">{p.say(texts.FILLER)}</div></div>{columns}</div><p class="small">© {p.r.randint(2021, 2026)} {brand(p)}. All rights reserved.</p></div></section>'
