"""Pricing parts of made pages: twelve designs of plan cards and tables.

Invariant: the figure, unit and plan on the page are those of the truth; a former price is struck through and not labelled.
"""

import html

import parts
import texts


def plan_items(p, count):
    return "".join(f"<li>{p.claim(p.facts[0].claim('feature')[0], 'feature', optional=True)}</li>" for _ in range(count))


def amount(p, price, order):
    figure, unit = p.price(price)
    former = f"<s>{html.escape(price.former)}</s> " if price.former else ""
    big = f'<span class="big">{figure}</span>'
    if order == "beside":
        return f'<p>{former}{big} <span class="muted">{unit}</span></p>'
    if order == "glued":
        return f'<p>{former}{big}<span class="small">{unit}</span></p>'
    return f'<p>{former}{big}</p><p class="small">{unit}</p>'


def column(p, price, order, name_at, style="card", call="Choose plan"):
    name = f"<h3>{html.escape(price.plan)}</h3>"
    badge = '<p class="small" style="float:right">Most popular</p>' if p.r.random() < 0.2 else ""
    note = f'<p class="small">{p.say(texts.FILLER)}</p>' if p.r.random() < 0.3 else ""
    head = name + note + amount(p, price, order) if name_at == "over" else amount(p, price, order) + name + note
    button = f'<p><span class="btn">{call}</span></p>'
    return f'<div class="{style}">{badge}{head}{button}<ul class="tick">{plan_items(p, p.r.randint(2, 4))}</ul></div>'


def plans(p):
    """A section of plans in one of twelve designs."""
    order, name_at, form = p.pick([
        ("beside", "over", "cards"), ("glued", "over", "cards"), ("under", "over", "cards"), ("beside", "over", "bare"), ("glued", "over", "bare"), ("under", "over", "cards"),
        ("beside", "over", "table"), ("glued", "over", "rows"), ("beside", "over", "rows"), ("glued", "under", "cards"), ("under", "over", "bare"), ("beside", "over", "table")])
    prices = p.facts[0].prices(p.r.choice([2, 3, 3]))
    call = p.r.choice(["Choose plan", "Get started", "Buy now", "Start trial"])
    note = p.claim(*p.facts[0].claim("pricing")) if p.r.random() < 0.6 else p.say(texts.FILLER)
    top = f'<h2 class="mid">{p.r.choice(["Pricing", "Plans", "Simple pricing", "Choose your plan", "Plans for every team"])}</h2><p class="mid muted">{note}</p>'
    switch = '<p class="mid"><span class="chip">Monthly</span><span class="chip">Yearly</span></p>' if p.r.random() < 0.3 else ""
    if form == "table":
        rows = "".join(f"<tr><td><b>{html.escape(x.plan)}</b></td><td>{' '.join(p.price(x))}</td><td>{p.claim(p.facts[0].claim('feature')[0], 'feature', optional=True)}</td></tr>" for x in prices)
        return f'<section class="wrap">{top}<table>{rows}</table></section>'
    if form == "rows":
        rows = "".join(f'<div class="card row" style="justify-content:space-between;margin-bottom:12px"><div><h3>{html.escape(x.plan)}</h3></div><div>{amount(p, x, order)}</div></div>' for x in prices)
        return f'<section class="wrap">{top}{rows}</section>'
    style = "card" if form == "cards" else ""
    centred = " mid" if p.r.random() < 0.3 else ""
    inside = "".join(column(p, x, order, name_at, style + centred, call) for x in prices)
    return f'<section class="wrap">{top}{switch}<div class="grid" style="--n:{len(prices)}">{inside}</div></section>'


def matrix(p):
    """What each plan holds, with ticks: the plan is a column, the tool stays one."""
    rows = "".join(f"<tr><td>{p.claim(p.facts[0].title(), 'feature', optional=True)}</td><td>✓</td><td>{p.r.choice(['✓', '—', '5', 'Unlimited'])}</td></tr>" for _ in range(4))
    return f'<section class="wrap"><h2>{p.r.choice(["Compare plans", "All features"])}</h2><table>{rows}</table></section>'


def pricing_page(p):
    top = f'<section class="wrap mid"><h1>{p.r.choice(["Pricing", "Plans and pricing", "Pick a plan", "Pricing that scales with you"])}</h1><p class="lead">{p.say(texts.FILLER)}</p></section>' if p.r.random() < 0.5 else ""
    body = [parts.bar(p), top, plans(p)]
    if p.r.random() < 0.4:
        body.append(matrix(p))
    if p.r.random() < 0.5:
        body.append(parts.questions(p))
    return "".join([*body, parts.footer(p)])
