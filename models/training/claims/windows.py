"""Windows of programs and shops: pages that show a tool at work, or offer it, instead of describing it.

Invariant: labels, entries and dialogs claim nothing; a shop's description does. The shop's own name is no tool.
Must not: name an existing shop.
"""

import html

import surroundings
import texts
import written


def labels(p, count):
    """Interface texts of the split."""
    lines = surroundings.lines(surroundings.INTERFACE, p.split)

    def label():
        natural = written.choice(p.r, p.split, "interface", p.developers)
        return written.filled(natural.text, p.facts[0].name) if natural else p.fill(p.r.choice(lines))

    return [p.mark(label(), "interface") for _ in range(count)]


def side(p, count):
    entries = p.r.sample(["Home", "Inbox", "Search", "Projects", "History", "Settings", "Recent", "Archive", "Models", "Extensions", "Activity", "Trash", "Favourites"], count)
    return "".join(f"<p style='padding:6px 14px'>{p.mark(entry, 'navigation')}</p>" for entry in entries)


def window_page(p):
    """A program's window: title bar, entries at the side, a pane of settings or a dialog."""
    facts = p.facts[0]
    name = html.escape(facts.name)
    label = labels(p, 1)[0]
    title = p.pick([name, f"{name} - {label}", f"{label} – {name}", name])
    if title != name:
        p.mark(html.unescape(title), "interface")
    dots = p.pick(["", "<span style='letter-spacing:6px'>● ● ●</span>", ""])
    bar = f"<div class=row style='background:{p.card};padding:8px 14px'>{dots}<span>{title}</span></div>"
    rows = "".join(f"<div class=row style='justify-content:space-between;padding:12px 0'><span>{label}</span><span class=muted>{state}</span></div>" for label, state in zip(labels(p, p.r.randint(3, 7)), p.r.sample(["On", "Off", "Auto", "3", "12", "Weekly", "English", "None"], 7)))
    pane = f"<h2>{p.mark(p.pick(['Settings', 'Preferences', 'Overview', 'Library', 'Getting started', 'Account']), 'heading')}</h2>{rows}"
    if p.r.random() < 0.4:
        note = "".join(f"<p>{label}</p>" for label in labels(p, 2))
        pane += f"<div class=card style='max-width:420px;margin:20px auto'>{note}<span class=btn>OK</span><span class='btn ghost'>Cancel</span></div>"
    if p.r.random() < 0.3:
        pane += f"<p class=small>{p.claim(*facts.claim(), optional=True)}</p>"
    return f"{bar}<div style='display:grid;grid-template-columns:{'1fr' if p.narrow else '200px 1fr'};gap:20px'><div>{'' if p.narrow else side(p, p.r.randint(4, 8))}</div><div style='padding:18px'>{pane}</div></div>"


def store_page(p):
    """A shop's page about one tool: name, maker, rating, description."""
    facts = p.facts[0]
    shop = p.pick(["Tool Store", "App Market", "Software Directory", "Add-on Gallery", "Program Store", "Extension Market"])
    maker = html.escape(p.pick(["Lindqvist Software", "Two Pines", "Studio Aster", "Opal Works", "Harbour Labs", "Kite Makers"]))
    description = f"<p>{p.claim(facts.definition, 'feature')} {p.claim(*facts.claim(sentence=True))}</p><ul>{''.join(f'<li>{p.claim(*facts.claim())}</li>' for _ in range(p.r.randint(2, 5)))}</ul>"
    tagline = f"<p class=muted>{p.tagline(facts.tagline)}</p>" if p.r.random() < 0.7 else ""
    facts_line = f"<p class=small>{p.r.randint(3, 4)}.{p.r.randint(0, 9)} ★ <span style='margin-left:24px'>{p.mark(facts.category, 'category')}</span></p>"
    menu = "".join(f"<span>{p.mark(x, 'navigation')}</span>" for x in ["Apps", "Games", "New", "Search"])
    return f"<div class='row wrap small' style='padding-top:10px'><span>{p.mark(shop, 'navigation')}</span>{menu}</div><div class=wrap><div class=row style='padding:24px 0'><span style='width:72px;height:72px;border-radius:16px;background:{p.accent}'></span><div><h1 style='margin:0'>{html.escape(facts.name)}</h1><p class=small>{maker}</p>{tagline}</div></div>{facts_line}<span class=btn>{p.mark(p.pick(['Get', 'Install', 'Add', 'Free', 'Open', 'Download']), 'call')}</span><h2>{p.mark(p.pick(['Description', 'About this app', 'Overview', 'Details', 'About', 'What it does']), 'heading')}</h2>{description}</div>"
