"""Pages about several tools: two side by side, tables with ticks, lists of the best, reviews with scorecards.

Invariant: a value belongs to the tool in whose column, card or section it stands; a tick makes the row's words a claim of
the column's tool, a cross or a dash makes none; rivals named in prose are no tools.
"""

import html

import texts


def name(p, index):
    return html.escape(p.facts[index].name)


def summary(p, index):
    """A tool's description: two statements of the site."""
    facts = p.facts[index]
    return f"{p.claim(facts.definition, 'feature', tool=index)} {p.claim(*facts.claim(sentence=True), tool=index)}"


def entry_price(p, index):
    price = p.r.choice(p.facts[index].prices())
    price.plan = None
    if price.amount is None or price.amount == 0:
        price.figure, price.unit, price.amount, price.currency, price.period = "Free", "", 0, None, None
    figure, unit = p.price(price, tool=index)
    return f"{figure} {unit}".strip()


def facts_of(p, index, form):
    share = p.r.choice([0, 25, 50, 75, 100])
    p.tools[index]["panel_ship_percent"] = share
    rows = [(p.pick(["Panel ship", "Panel", "Ship rate"]), f"{share}%"), ("Community", p.r.choice(["—", "—", "128 votes"])), (p.pick(["Entry", "Entry price", "Price"]), entry_price(p, index))]
    if form == "lines":
        return "".join(f"<p><span class=muted>{a}</span> <b style=margin-left:12px>{b}</b></p>" for a, b in rows)
    return f'<div class="row">{"".join(f"<div><div class=small>{a}</div><b>{b}</b></div>" for a, b in rows)}</div>'


def reviews(p, index):
    found = ""
    for _ in range(2):
        text, verdict = p.facts[index].verdict()
        if all(text not in known["quote"] for known in p.tools[index]["reviews"]):
            found += f"<p>{p.quote(text, verdict if p.shows_verdict else None, tool=index)}</p>"
            if p.shows_verdict:
                found += f"<p class=small><b>{verdict.capitalize()}</b></p>"
    return found


def versus_page(p):
    p.shows_verdict = p.r.random() < 0.5
    mark = p.pick(["vs", "vs.", "versus"])
    form = p.pick(["stats", "lines", "stats"])
    kicker = f'<p class="small">{p.pick(["AI tool comparison", "Side by side", "Head to head"])}</p>'
    cards = ""
    for index in range(2):
        category = f'<p class="small">{html.escape(p.facts[index].category)}</p>'
        cards += f'<div class="card">{category}<h2>{name(p, index)}</h2><p>{p.tagline(p.facts[index].tagline, index)}</p>{facts_of(p, index, form)}<p>{summary(p, index)}</p></div>'
    columns = "".join(f"<div><h3>{name(p, index)}</h3>{reviews(p, index)}</div>" for index in range(2))
    return f'<div class="wrap">{kicker}<h1>{name(p, 0)} {mark} {name(p, 1)}</h1><p class="lead">{p.pick(["Which one should you pick?", "A closer look at both.", "Two tools, one decision."])}</p><div class="grid" style="--n:2">{cards}</div><h2>{p.pick(["Reviewer scorecard", "What reviewers say", "The panel"])}</h2><div class="grid" style="--n:2">{columns}</div><div class="card mid"><h3>Weekly verdicts</h3><p>{p.say(texts.FILLER)}</p></div></div>'


def table_page(p):
    """Columns are tools; rows are features with ticks, and facts."""
    count = len(p.facts)
    yes, no = p.pick([("✓", "✗"), ("Yes", "No"), ("✓", "—")])
    head = "".join(f"<th>{name(p, i)}</th>" for i in range(count))
    rows = f"<tr><td>Price</td>{''.join(f'<td>{entry_price(p, i)}</td>' for i in range(count))}</tr>"
    licences = "".join(f"<td>{p.claim(facts.license, 'license', True, index)}</td>" for index, facts in enumerate(p.facts))
    rows += f"<tr><td>License</td>{licences}</tr>"
    for label in dict.fromkeys(p.facts[0].title() for _ in range(7)):
        cells = ""
        for index in range(count):
            has = p.r.random() < 0.6
            if has:
                p.facts[index].also[label] = p.facts[0].also[label]
                p.claim(label, "feature", True, index)
            cells += f"<td>{yes if has else no}</td>"
        rows += f"<tr><td>{html.escape(label)}</td>{cells}</tr>"
    title = " vs ".join(name(p, i) for i in range(count)) if count < 4 and p.r.random() < 0.6 else p.pick([f"The best {p.facts[0].what}s compared", f"{p.facts[0].what.capitalize()}s side by side", f"Comparing {count} {p.facts[0].what}s"])
    return f'<div class="wrap"><h1>{title}</h1><p class="lead">{p.say(texts.FILLER)}</p><table><tr><th></th>{head}</tr>{rows}</table><p class="small">{p.pick(["Prices were checked in spring.", "Last updated in June.", "All data from public pages."])}</p></div>'


def list_page(p):
    """A listicle: numbered or plain sections, each about one tool."""
    numbered = p.pick([True, False, True])
    sections = ""
    for index, facts in enumerate(p.facts):
        label = f"{index + 1}. {name(p, index)}" if numbered else name(p, index)
        price = f"<p><b>Price:</b> {entry_price(p, index)}</p>" if p.r.random() < 0.7 else ""
        sections += f"<h2>{label}</h2><p>{summary(p, index)}</p><ul>{''.join(f'<li>{p.claim(*facts.claim(), tool=index)}</li>' for _ in range(2))}</ul>{price}"
    count = len(p.facts)
    title = p.pick([f"{count} {p.facts[0].what}s worth a look", f"The {count} best {p.facts[0].what}s this year", f"Top {count} picks for {p.facts[0].people}"])
    return f'<div class="wrap"><h1>{html.escape(title)}</h1><p class="lead">{p.say(texts.FILLER)}</p>{sections}</div>'


def review_page(p):
    """One tool reviewed: scores, for and against, and quotes."""
    facts = p.facts[0]
    scores = "".join(f"<tr><td>{x}</td><td>{p.r.randint(5, 9)}.{p.r.randint(0, 9)} / 10</td></tr>" for x in p.r.sample(["Ease of use", "Value", "Features", "Support"], 3))
    good = "".join(f"<li>{p.claim(*facts.claim())}</li>" for _ in range(3))
    bad = "".join(f"<li>{p.claim(*facts.claim('limitation'))}</li>" for _ in range(2))
    heads = p.pick([("Pros", "Cons"), ("What we like", "What we miss"), ("For", "Against")])
    return f'<div class="wrap"><p class="small">Reviews</p><h1>{html.escape(facts.name)} {p.pick(["review", "in practice", "tested"])}</h1><p class="lead">{p.claim(facts.definition, "feature")}</p><table>{scores}</table><div class="grid" style="--n:2"><div><h3>{heads[0]}</h3><ul>{good}</ul></div><div><h3>{heads[1]}</h3><ul>{bad}</ul></div></div><h2>Verdict</h2><p>{p.say(texts.FILLER)}</p></div>'


def blog_page(p):
    return f'<div class="wrap"><div class="row" style="padding-top:14px"><b>{p.pick(["The Daily Note", "Field Letters", "Margins"])}</b><span class="muted">Home</span><span class="muted">Archive</span></div><h1>{p.say(texts.FILLER)}</h1><p class="small">{p.r.randint(1, 28)} May 2025 · 4 min read</p><p>{p.say(texts.FILLER)} {p.say(texts.FILLER)}</p><p>{p.say(texts.FILLER)}</p></div>'


def login_page(p):
    return f'<div class="wrap" style="max-width:380px;padding-top:90px"><h2>{p.pick(["Sign in", "Welcome back", "Log in to your account"])}</h2><p>Email</p><div class="card">&nbsp;</div><p>Password</p><div class="card">&nbsp;</div><p class="small">Forgot your password?</p>{button("Sign in")}</div>'


def button(label):
    return f'<span class="btn">{label}</span>'


def missing_page(p):
    return f'<div class="wrap mid" style="padding-top:120px"><p class="big">404</p><h2>{p.pick(["Page not found", "Nothing to see here", "This page has moved"])}</h2><p>{p.pick(["The address may be wrong.", "Try the search instead.", "Go back to where you came from."])}</p>{button("Back to home")}</div>'
