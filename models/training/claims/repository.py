"""README pages on a made code host, model cards, documentation and changelogs.

Invariant: instructions, commands and credits are no claims; the About text is the tagline, the README's first line may be too.
"""

import html

import parts
import texts
import words


ABOUTS = ["A {what} for {people}", "{Things} and {others} in your terminal||compatibility", "Fast {what} with a small footprint||performance", "The {what} behind our own work||other", "{Verb} {things} from anywhere||compatibility,availability", "Self-hosted {what}||availability,privacy_security"]


def about(p, where):
    facts = p.facts[0]
    text = p.tagline(p.abouttext)
    topics = "".join(f'<span class="chip">{html.escape(t)}</span>' for t in [facts.category.lower().replace(" ", "-"), facts.things.replace(" ", "-"), "rust", "cli"][: p.r.randint(2, 4)])
    stars, forks = f"{p.r.randint(1, 60)}.{p.r.randint(0, 9)}k", p.r.randint(100, 999)
    chip = p.claim(f"{facts.license} license", "license", optional=True)
    count = p.claim(f"{stars} stars", "adoption", optional=True)
    lines = [("<b>About</b>" if where == "side" else "", text), ("", topics), ("", "Readme"), ("", chip), ("", count), ("", f"{p.r.randint(10, 300)} watching"), ("", f"{forks} forks")]
    if where == "bar":
        return f'<div class="card" style="margin:12px 0"><p>{text}</p><p>{topics}</p><p class="small"><span>{chip}</span> <span style="margin-left:30px">{count}</span> <span style="margin-left:30px">{forks} forks</span></p></div>'
    return "".join(f"<p>{head}</p><p class=small>{line}</p>" if head else f'<p class="small">{line}</p>' for head, line in lines)


def badges(p):
    return "<p>" + " ".join(f'<span style="font-size:11px;background:#555;color:#fff;padding:2px 6px">{a}</span><span style="font-size:11px;background:#2a7;color:#fff;padding:2px 6px;margin-right:6px">{b}</span>' for a, b in p.r.sample([("build", "passing"), ("coverage", "93%"), ("version", "v2.4.1"), ("license", p.facts[0].license), ("chat", "on matrix"), ("downloads", "120k")], 3)) + "</p>"


def command(p):
    return f"<pre>{p.say(texts.COMMANDS)}</pre>"


def install(p):
    lines = "".join(f"<p>{p.say(texts.INSTRUCTIONS)}</p>{command(p)}" for _ in range(p.r.randint(1, 3)))
    return f"<h2>{p.pick(['Installation', 'Install', 'Getting started', 'Quick start', 'Setup', 'How to install'])}</h2>{lines}"


def bullets(p, count):
    form = p.pick(["plain", "bold", "plain", "dash", "plain", "bold"])
    found = []
    for _ in range(count):
        text, kind = p.facts[0].claim()
        if form == "plain":
            found.append(f"<li>{p.claim(text, kind)}</li>")
        else:
            label = p.facts[0].label(kind)
            mark = ": " if form == "bold" else " - "
            p.facts[0].also[f"{label}{mark}{text}"] = p.facts[0].also.get(text, []) + p.facts[0].also.get(label, [])
            p.claim(f"{label}{mark}{text}", kind)
            found.append(f"<li><b>{html.escape(label)}</b>{mark}{html.escape(text)}</li>")
    return f"<ul>{''.join(found)}</ul>"


def readme(p):
    """The README's own text."""
    facts = p.facts[0]
    top = p.pick(["name", "name", "logo", "centre", "dash", "centre"])
    blocks = []
    if top == "logo":
        blocks.append('<div class="pic" style="min-height:70px;width:220px"></div>')
    elif top == "dash":
        blocks.append(f"<h1>{html.escape(facts.name)} - {p.also_tagline(facts.tagline)}</h1>")
    else:
        blocks.append(f'<h1 style="{"text-align:center" if top == "centre" else ""}">{html.escape(facts.name)}</h1>')
    if p.r.random() < 0.6:
        blocks.append(badges(p))
    if top == "centre":
        blocks.append(f'<p style="text-align:center">{p.also_tagline(facts.tagline)}</p>')
    intro = [p.claim(facts.definition, "feature")] + [p.claim(*facts.claim(sentence=True)) for _ in range(p.r.randint(0, 2))]
    blocks.append(f"<p>{' '.join(intro)}</p>")
    if p.r.random() < 0.25:
        blocks.append(f'<p><a>Docs</a> | <a>Website</a> | <a>Community</a></p>')
    sections = [lambda: f"<h2>{p.pick(['Features', 'Highlights', 'Why?', 'What it does', 'Key features', 'Benefits'])}</h2>{bullets(p, p.r.randint(3, 8))}", lambda: install(p)]
    if p.r.random() < 0.4:
        sections.reverse()
    blocks += [make() for make in sections]
    extras = [lambda: f"<h2>Usage</h2><p>{p.say(texts.INSTRUCTIONS)}</p>{command(p)}<table><tr><th>Option</th><th>Meaning</th></tr><tr><td><code>--watch</code></td><td>run again on change</td></tr><tr><td><code>--quiet</code></td><td>print less</td></tr></table>",
              lambda: f"<h2>Limitations</h2><p>{p.claim(*facts.claim('limitation', sentence=True))}</p>",
              lambda: f"<h2>Contributing</h2><p>{p.say(texts.INSTRUCTIONS)}</p>",
              lambda: f"<h2>License</h2><p>{p.claim(*facts.claim('license', sentence=True))}</p>",
              lambda: f"<h2>Sponsors</h2><p>{html.escape(p.r.choice(words.share(words.COMPANIES, p.split)))}</p>",
              lambda: f"<h2>Acknowledgements</h2><p>{p.say(texts.INSTRUCTIONS)}</p>"]
    blocks += [make() for make in p.r.sample(extras, p.r.randint(1, 4))]
    return "".join(blocks)


def repository_page(p):
    facts = p.facts[0]
    owner = html.escape(p.r.choice(words.share(words.COMPANIES, p.split)).split()[0].lower())
    p.abouttext = facts.tagline if p.r.random() < 0.3 else facts.told(ABOUTS)
    head = f'<div class="wrap row" style="padding-top:10px;padding-bottom:10px"><span>{owner} / <b>{html.escape(facts.package)}</b></span> <span class="chip">Public</span></div><div class="wrap row muted small" style="padding-bottom:8px">{"".join(f"<span>{x}</span>" for x in ["Code", f"Issues {p.r.randint(3, 400)}", f"Pull requests {p.r.randint(1, 60)}", "Actions", "Security", "Insights"][: 3 if p.narrow else 6])}</div>'
    where = p.pick(["side", "side", "bar", "side", "bar", "side"]) if not p.narrow else "bar"
    side = about(p, where)
    files = "".join(f'<tr><td>{f}</td><td class="small">{p.r.choice(["fix typo", "update lock file", "bump version", "move tests", "add option"])}</td><td class="small">{p.r.randint(2, 11)} months ago</td></tr>' for f in ["src", "tests", "Cargo.toml", "README.md"]) if p.r.random() < 0.4 else ""
    body = f'<div style="border:1px solid {p.muted}55;padding:20px"><p class="small"><b>README</b> <span style="margin-left:30px">{html.escape(facts.license)} license</span></p>{readme(p)}</div>'
    listing = f'<table style="margin-bottom:16px">{files}</table>' if files else ""
    if where == "bar":
        return head + f'<div class="wrap">{side}{listing}{body}</div>'
    return head + f'<div class="wrap" style="display:grid;grid-template-columns:minmax(0,1fr) 260px;gap:26px"><div>{listing}{body}</div><div>{side}</div></div>'


def card_page(p):
    """A model card with a table of results."""
    facts = p.facts[0]
    rows, size = [], p.r.choice(["0.6B", "1.5B", "3B", "7B"])
    for name in p.r.sample(words.share(texts.BENCHMARKS, p.split), 2):
        rows.append(f"<tr><td>{name}</td><td>{p.r.randint(40, 92)}.{p.r.randint(0, 9)}</td><td>{p.r.randint(30, 92)}.{p.r.randint(0, 9)}</td></tr>")
    tags = "".join(f'<span class="chip">{t}</span>' for t in ["Text Generation", "Safetensors", "English", p.claim(f"License: {facts.license.lower()}", "license", optional=True)])
    claims = "".join(f"<li>{p.claim(*facts.claim())}</li>" for _ in range(3))
    intro = p.claim(f"{facts.name} is a {size} parameter {facts.what} trained for {facts.people}.", "feature")
    return f'<div class="wrap"><p style="padding-top:14px">models / <b>{html.escape(facts.name)}</b></p><p>{tags}</p><h1>{html.escape(facts.name)}</h1><p>{intro} {p.claim(*facts.claim(sentence=True))}</p><h2>{p.pick(["Highlights", "Key points", "At a glance"])}</h2><ul>{claims}</ul><h2>Evaluation</h2><table><tr><th>Benchmark</th><th>{html.escape(facts.name)}</th><th>Baseline</th></tr>{"".join(rows)}</table><h2>How to use</h2>{command(p)}<h2>Limitations</h2><p>{p.claim(*facts.claim("limitation", sentence=True))}</p></div>'


def docs_page(p):
    """Documentation: a side menu and a page of instructions with one statement."""
    facts = p.facts[0]
    side = "".join(f"<p class=small>{x}</p>" for x in ["Introduction", *p.r.sample(texts.SPECIAL_HEADINGS, 5), "FAQ"])
    statement = p.claim(facts.definition, "feature")
    body = f"<h1>{p.r.choice(['Introduction', 'Overview', 'What is ' + facts.name + '?'])}</h1><p>{statement} {p.claim(*facts.claim(sentence=True))}</p><h2>{p.r.choice(texts.SPECIAL_HEADINGS)}</h2><p>{p.say(texts.INSTRUCTIONS)}</p>{command(p)}<p>{p.say(texts.INSTRUCTIONS)}</p>"
    menu = "" if p.narrow else f"<div>{side}</div>"
    return f'{parts.bar(p)}<div class="wrap" style="display:grid;grid-template-columns:{"1fr" if p.narrow else "200px 1fr"};gap:30px">{menu}<div>{body}</div></div>'


def changelog_page(p):
    """Releases: what is new in a version is a claim, a fix is optional."""
    facts = p.facts[0]
    releases = "".join(f'<h2>{p.r.randint(1, 6)}.{p.r.randint(0, 20)}.0</h2><p class="small">{p.r.randint(1, 28)} {p.r.choice(["March", "June", "October"])} 2025</p><ul>{"".join(f"<li>{p.claim(*facts.claim(), optional=True)}</li>" for _ in range(2))}<li>Fixed a crash when a file was moved</li></ul>' for _ in range(3))
    return f'{parts.bar(p)}<div class="wrap"><h1>Changelog</h1>{releases}</div>'
