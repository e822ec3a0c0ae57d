"""Sections and whole bodies of training pages, as functions of a page_templates.Page.

Invariant: every function returns HTML whose text nodes do not overlap. Must not: carry fixed texts from real pages.
"""


def navigation(page):
    r = page.random
    upper = "text-transform:uppercase" if r.random() < 0.08 else ""
    entries = "".join(f"<a style='white-space:nowrap;{upper}'>{page.escape(page.text.pick(page.text.nav))}{page.chevron(0.15)}</a>" for _ in range(r.randint(1, 3) if page.narrow else r.randint(3, 8)))
    brand = f"<span class='row' style='gap:8px'>{page.icon(22) if r.random() < 0.6 else ''}<b>{page.escape(page.text.name())}</b></span>"
    style = f"padding:{r.choice([8, 12, 16, 20])}px 0;font-size:{r.choice([12, 13, 14, 15, 16])}px"
    return f"<nav style='border-bottom:{r.choice([0, 1])}px solid {page.line};background:{r.choice(['none', page.surface])}'><div class='wrap row between' style='{style}'>{brand}<div class='row' style='gap:{r.choice([14, 18, 24, 32])}px'>{entries}</div>{page.button() if r.random() < 0.6 else ''}</div></nav>"


def hero(page):
    r = page.random
    centred = "center" if r.random() < 0.6 else ""
    band = r.random()
    style = ""
    if band < 0.3:
        dark = r.random() < 0.6
        ink = "#fff" if dark else "#111"
        one, two = (f"hsl({page.hue:.0f},{r.choice([40, 70])}%,{r.choice([18, 28, 38]) if dark else r.choice([75, 85])}%)", f"hsl({page.accent_hue:.0f},{r.choice([40, 70])}%,{r.choice([22, 32]) if dark else r.choice([80, 90])}%)")
        style = f"color:{ink};background:linear-gradient({r.randint(0, 360)}deg,{one},{two})"
    eyebrow = f"<div class='{r.choice(['eyebrow', 'pill', 'eyebrow'])}'>{page.label()}</div>" if r.random() < 0.6 else ""
    lead_class = r.choice(["m", "", ""]) if band >= 0.3 else ""
    buttons = f"<div class='row wrapline {centred}'>{''.join(page.button() for _ in range(r.randint(1, 3)))}</div>" if r.random() < 0.8 else ""
    note = f"<p class='s m'>{page.inline(page.text.sentence(60))}</p>" if r.random() < 0.4 and band >= 0.3 else ""
    side = page.picture() if r.random() < 0.35 else ""
    text = f"<div style='min-width:0;flex:1'>{eyebrow}<h1>{page.escape(page.text.heading())}</h1><p class='{lead_class}' style='font-size:{r.choice([15, 16, 18, 20, 22, 24])}px;max-width:{r.choice([480, 600, 720, 1000])}px;{'margin-left:auto;margin-right:auto' if centred else ''}'>{page.inline(page.text.paragraph(r.choice([1, 1, 2])))}</p>{buttons}{note}</div>"
    if side and not page.narrow and r.random() < 0.6:
        text = f"<div class='row'>{text}<div style='flex:1'>{side}</div></div>"
    elif side:
        text += side
    return f"<section class='hero {centred}' style='{style};padding:{r.choice([16, 32, 48, 72])}px 0'><div class='wrap'>{text}</div></section>"


def section_head(page):
    r = page.random
    if r.random() < 0.25:
        return ""
    centred = "center" if r.random() < 0.4 else ""
    eyebrow = f"<div class='eyebrow'>{page.label()}</div>" if r.random() < 0.4 else ""
    return f"<div class='{centred}'>{eyebrow}<h2>{page.escape(page.text.heading())}</h2>{page.paragraph(1, 2, extra='class=m') if r.random() < 0.5 else ''}</div>"


def grid(page, cells, most=4):
    return f"<div class='grid' style='grid-template-columns:repeat({page.columns(most)},minmax(0,1fr))'>{''.join(cells)}</div>"


def icon_rows(page):
    """Short labels behind icons, in rows and columns: menus, lists of abilities, settings."""
    r = page.random
    size, gap = r.choice([12, 14, 16, 18, 20, 24]), r.choice([3, 4, 6, 8, 10, 12, 16])
    box = f"padding:{r.choice([2, 6, 10])}px {r.choice([0, 8, 14])}px"
    cells = "".join(f"<div class='row' style='gap:{gap}px;{box}'>{page.icon(size)}<span>{page.label()}</span>{page.chevron(.15)}</div>" for _ in range(r.randint(4, 16)))
    layout = r.choice(["display:block", "display:flex;flex-wrap:wrap;column-gap:20px", f"display:grid;grid-template-columns:repeat({page.columns(4)},minmax(0,1fr))"])
    return f"<div class='wrap'><div style='{layout};font-size:{r.choice([11, 12, 13, 14, 15, 16, 18])}px'>{cells}</div></div>"


def features(page):
    r = page.random
    card = r.choice(["card", "card", ""])
    cells = [f"<div class='{card}'>{page.icon() if r.random() < 0.5 else ''}<h3>{page.escape(page.text.heading())}</h3>{page.paragraph(1, 3, extra=r.choice(['class=m', 'class=s', '']))}{'<a>' + page.label() + ' →</a>' if r.random() < 0.3 else ''}</div>" for _ in range(r.choice([2, 3, 3, 4, 6, 6, 8]))]
    return f"<div class='wrap'>{section_head(page)}{grid(page, cells)}</div>"


def price_cards(page):
    r = page.random
    big = r.choice([24, 28, 32, 36, 40, 48, 56])
    cells = []
    for _ in range(r.choice([2, 3, 3, 4])):
        price = page.text.price()
        cut = min([price.find(mark) for mark in (" ", "/") if price.find(mark) > 0] or [len(price)])
        unit = f"<span class='m' style='font-size:{r.choice([12, 14, 16])}px'>{page.escape(price[cut:])}</span>" if r.random() < 0.7 else f"<span>{page.escape(price[cut:])}</span>"
        mark = r.choice(["✓ ", "", "", "• ", "✓ ", page.icon(14) + " "])
        items = "".join(f"<li>{mark}{page.inline(page.text.sentence(r.choice([20, 30, 45, 70])) if r.random() < .7 else page.text.fact() + ' ' + page.text.word())}</li>" for _ in range(r.randint(2, 8)))
        badge = f"<span class='pill'>{page.label()}</span>" if r.random() < 0.3 else ""
        old = f"<s class='m'>${r.randint(1, 999)}</s> " if r.random() < 0.15 else ""
        cells.append(f"<div class='card'>{badge}<h3>{page.escape(page.text.label())}</h3><p class='m s'>{page.inline(page.text.sentence(60))}</p><div style='font-size:{big}px;line-height:1.2;font-weight:{r.choice([400, 600, 700, 800])}'>{old}{page.escape(price[:cut])}{unit}</div>{page.button()}<ul style='list-style:{'none;padding:0' if mark else r.choice(['disc', 'circle', 'square'])}'>{items}</ul></div>")
    return f"<div class='wrap'>{section_head(page)}{grid(page, cells)}</div>"


def quotes(page):
    r = page.random
    cells = []
    for _ in range(r.choice([2, 2, 3, 4, 6])):
        mark = r.choice(["“{}”", "\"{}\"", "{}", "‘{}’"])
        body = page.inline(mark.format(page.text.paragraph(r.choice([1, 2, 4, 6, 8]))), 0.2)
        who = f"<div class='row' style='gap:10px'>{page.icon(32) if r.random() < .5 else ''}<div><div><b>{page.escape(page.text.person())}</b></div><div class='m s'>{page.escape(page.text.pick(page.text.titles) + r.choice([', ', ' at ', ' · ', ' @ ']) + page.text.name())}</div></div></div>"
        verdict = f"<span class='pill'>{page.label()}</span>" if r.random() < 0.4 else ""
        cells.append(f"<div class='card'>{verdict}<p style='font-size:{r.choice([13, 14, 14.4, 15, 16, 18])}px'>{body}</p>{who if r.random() < .7 else ''}</div>")
    return f"<div class='wrap'>{section_head(page)}{grid(page, cells, 3)}</div>"


def comparison_cards(page):
    r = page.random
    cells = []
    for _ in range(2):
        stats = "".join(f"<div><div style='font-size:{r.choice([16, 20, 24, 28])}px;font-weight:700'>{page.escape(r.choice([page.text.fact, page.text.price, lambda: '—', lambda: 'Free', lambda: '100%'])())}</div><div class='s m'>{page.label()}</div></div>" for _ in range(r.choice([2, 3, 3, 4])))
        cells.append(f"<div class='card'><div class='s m'>{page.label()}</div><h3>{page.escape(page.text.name())}</h3>{page.paragraph(1, 1)}<hr><div class='row between wrapline'>{stats}</div><hr>{page.paragraph(2, 5)}</div>")
    return f"<div class='wrap'>{section_head(page)}<div class='grid' style='grid-template-columns:repeat({1 if page.narrow else 2},minmax(0,1fr))'>{''.join(cells)}</div></div>"


def table(page):
    r = page.random
    columns = r.randint(2, 3) if page.narrow else r.randint(3, 7)
    cell = lambda: page.escape(r.choice([page.text.label, page.text.fact, page.text.price, page.text.word, page.text.number, lambda: page.text.pick(["✓", "✕", "—", "Yes", "No"]), lambda: page.text.sentence(30)])())
    head = "".join(f"<th>{page.label()}</th>" for _ in range(columns))
    rows = "".join(f"<tr style='background:{page.surface if i % 2 and page.radius > 4 else 'none'}'>" + "".join(f"<td>{cell()}</td>" for _ in range(columns)) + "</tr>" for i in range(r.randint(3, 12)))
    return f"<div class='wrap'>{section_head(page)}<div style='overflow:hidden'><table><tr>{head}</tr>{rows}</table></div></div>"


def logos(page):
    r = page.random
    entries = "".join(f"<span style='font-size:{r.choice([14, 16, 18, 20, 24])}px;font-weight:{r.choice([400, 600, 800])};white-space:nowrap'>{page.icon(20) if r.random() < .4 else ''} {page.escape(page.text.name())}</span>" for _ in range(r.randint(3, 6)))
    return f"<div class='wrap center'><p class='m s'>{page.inline(page.text.sentence(50))}</p><div class='row wrapline between m' style='gap:24px'>{entries}</div></div>"


def stat_rows(page):
    r = page.random
    cells = [f"<div class='center'><div style='font-size:{r.choice([28, 36, 44, 60])}px;font-weight:700;line-height:1.15;overflow-wrap:anywhere'>{page.escape(page.text.fact())}</div><div class='m s'>{page.inline(page.text.sentence(35))}</div></div>" for _ in range(r.choice([3, 4]))]
    return f"<div class='wrap'>{grid(page, cells)}</div>"


def faq_two_column(page):
    cells = [f"<div><h4>{page.escape(page.text.heading())}?</h4>{page.paragraph(1, 3, extra='class=m')}</div>" for _ in range(6)]
    return f"<div class='wrap'>{section_head(page)}{grid(page, cells, 2)}</div>"


def photo_band(page):
    """Text on a drawn photo: hero bands, cards with a picture behind."""
    r = page.random
    backdrop, ink = page.backdrop()
    shadow = f"text-shadow:0 {r.choice([1, 2])}px {r.choice([2, 4, 8])}px rgba(0,0,0,.5);" if ink == "#fff" and r.random() < 0.4 else ""
    centred = "center" if r.random() < 0.5 else ""
    body = f"<h2 style='font-size:{r.choice([24, 32, 40, 52, 64])}px'>{page.escape(page.text.heading())}</h2><p style='max-width:{r.choice([420, 600, 900])}px;{'margin-left:auto;margin-right:auto' if centred else ''}'>{page.escape(page.text.paragraph(r.choice([1, 2])))}</p><div class='row wrapline {centred}'>{page.button()}{page.button() if r.random() < .5 else ''}</div>"
    return f"<div style='position:relative;overflow:hidden;color:{ink};{shadow}'>{backdrop}<div class='wrap {centred}' style='position:relative;padding-top:{r.choice([20, 40, 80])}px;padding-bottom:{r.choice([20, 40, 80])}px'>{body}</div></div>"


def timeline(page):
    r = page.random
    entries = "".join(f"<div class='row' style='align-items:flex-start;margin:{r.choice([8, 14])}px 0'><div class='m s' style='width:120px;flex:none'>{page.escape(page.text.fact())}</div><div style='border-left:2px solid {page.line};padding-left:16px;min-width:0'><h4>{page.escape(page.text.heading())}</h4>{page.paragraph(1, 2)}</div></div>" for _ in range(r.randint(3, 6)))
    return f"<div class='wrap'>{section_head(page)}{entries}</div>"


def plan_matrix(page):
    """Plans as columns under large prices, rows of tick marks and amounts."""
    r = page.random
    count = 2 if page.narrow else r.choice([3, 4])
    head = "".join(f"<th><div>{page.label()}</div><div style='font-size:{r.choice([22, 28, 36])}px'>{page.escape(page.text.price().split(' ')[0])}</div></th>" for _ in range(count))
    rows = "".join(f"<tr><td>{page.escape(page.text.word().capitalize() + ' ' + page.text.word())}</td>" + "".join(f"<td>{page.escape(r.choice(['✓', '✕', '—', page.text.number(), page.text.fact()]))}</td>" for _ in range(count)) + "</tr>" for _ in range(r.randint(4, 12)))
    return f"<div class='wrap'>{section_head(page)}<table><tr><th></th>{head}</tr>{rows}</table></div>"


def call_to_action(page):
    r = page.random
    fill = page.button_fill()
    return f"<div class='wrap'><div class='center' style='background:{fill};color:{page.button_ink};border-radius:{page.radius}px;padding:{r.choice([20, 40, 60])}px'><h2>{page.escape(page.text.heading())}</h2><p>{page.escape(page.text.sentence(90))}</p><div class='row center wrapline'>{page.button()}{page.button()}</div></div></div>"


def footer(page):
    r = page.random
    cells = [f"<div><div style='text-transform:{r.choice(['none', 'none', 'uppercase'])}'><b>{page.label()}</b></div>{''.join(f'<div><a>{page.escape(page.text.pick(page.text.nav))}</a></div>' for _ in range(r.randint(2, 6)))}</div>" for _ in range(r.choice([2, 3, 4, 5]))]
    legal = f"<div class='row between wrapline m'><span>{page.escape(f'© {r.randint(2012, 2030)} {page.text.name()}, Inc. All rights reserved.')}</span><span>{page.escape(page.text.sentence(40))}</span></div>"
    return f"<footer class='s' style='margin-top:{r.choice([16, 32])}px;padding:24px 0;background:{r.choice(['none', page.surface])};border-top:1px solid {page.line}'><div class='wrap'>{grid(page, cells, 5)}<hr>{legal}</div></footer>"


def code_block(page):
    r = page.random
    count = r.randint(1, 10)
    lines = []
    for _ in range(count):
        line = page.escape(page.text.command())
        if r.random() < 0.6:
            words = line.split(" ")
            index = r.randrange(len(words))
            words[index] = f"<span style='color:hsl({r.randint(0, 360)},{r.choice([50, 80])}%,{r.choice([35, 45, 55, 60, 70, 80])}%)'>{words[index]}</span>"
            line = " ".join(words)
        lines.append("  " * r.choice([0, 0, 1, 2]) + line)
    return f"<pre><code>{chr(10).join(lines)}</code></pre>"


def prose(page):
    """README or documentation body."""
    r = page.random
    parts = []
    for _ in range(r.randint(3, 9)):
        parts.append(r.choice([
            lambda: f"<h2 style='border-bottom:{r.choice([0, 1])}px solid {page.line};padding-bottom:.3em'>{page.escape(page.text.heading())}</h2>",
            lambda: f"<h3>{page.escape(page.text.heading())}</h3>",
            lambda: page.paragraph(1, 5), lambda: page.paragraph(2, 6), lambda: page.paragraph(1, 3),
            lambda: code_block(page), lambda: code_block(page),
            lambda: f"<{'ul'} style='list-style:{r.choice(['disc', 'circle', 'square', 'disc'])}'>{''.join(f'<li>{page.inline(page.text.paragraph(r.choice([1, 1, 1, 2])), .5)}</li>' for _ in range(r.randint(2, 8)))}</ul>",
            lambda: f"<blockquote>{page.paragraph(1, 3)}</blockquote>",
            lambda: f"<div>{''.join(f'<span class=pill style=border-radius:{r.choice([3, 12])}px>{page.label()}</span> ' for _ in range(r.randint(2, 5)))}</div>",
            lambda: table(page).replace("class='wrap'", ""),
            lambda: page.picture(r.choice(["60%", "100%"])), lambda: page.decoration(),
            lambda: f"<p>{' • '.join(f'<a>{page.label()}</a>' for _ in range(3))}</p>",
            lambda: f"<p>{r.choice(['|', '·', '—']).join(f' <a>{page.label()}</a> ' for _ in range(4))}</p>",
        ])())
    return "".join(parts)


def readme(page):
    r = page.random
    side = f"<aside style='width:{r.choice([240, 296, 320])}px;flex:none;font-size:{r.choice([12, 13, 14])}px'><h4>{page.label()}</h4><p>{page.escape(page.text.sentence())}</p><div>{''.join(f'<span class=pill>{page.escape(page.text.word().lower()[:r.choice([2, 3, 3, 4, 5, 8, 20, 20])])}</span> ' for _ in range(r.randint(2, 9)))}</div>{''.join(f'<div class=m style=margin-top:8px>{page.icon(14) if r.random() < .5 else str()} {page.escape(page.text.fact() if r.random() < .5 else page.text.label())}</div>' for _ in range(r.randint(2, 8)))}</aside>"
    tabs = "".join(f"<span style='padding-bottom:6px;border-bottom:{r.choice([0, 0, 0, 2, 3])}px solid {page.accent}'>{page.icon(14) if r.random() < .3 else ''} {page.escape(page.text.pick(page.text.nav))}{f' <span class=pill>{r.randint(1, 999)}</span>' if r.random() < .2 else ''}</span>" for _ in range(r.randint(2, 4) if page.narrow else r.randint(4, 8)))
    head = f"<div style='background:{page.surface};padding:12px 24px 8px;border-bottom:1px solid {page.line}'><div class='row between wrapline'><div><a>{page.escape(page.text.name().lower())}</a> / <a><b>{page.escape(page.text.name().lower())}</b></a> <span class='pill'>{r.choice(['Public', 'Private', 'Template', 'Archived'])}</span></div><div class='row' style='gap:8px'>{'' if page.narrow else ''.join(f'<span class=btn style=border:1px&#32;solid>{page.label()} {page.escape(page.text.fact()) if r.random() < .3 else str()}</span>' for _ in range(3))}</div></div><div class='row' style='gap:{r.choice([16, 24, 32])}px;font-size:14px;margin-top:10px;overflow:hidden'>{tabs}</div></div>"
    files = ""
    if r.random() < 0.4:
        files = "<div class='card' style='padding:0'>" + "".join(f"<div class='row between' style='padding:6px 12px;border-bottom:1px solid {page.line};font-size:14px'><span>{page.icon(14)} {page.escape(page.text.word().lower() + r.choice(['.md', '.rs', '', '.toml', '.py', '.json']))}</span>{'' if page.narrow else f'<span class=m>{page.escape(page.text.sentence(35))}</span>'}<span class='m s'>{r.randint(1, 30)} days ago</span></div>" for _ in range(r.randint(3, 9))) + "</div>"
    body = f"<div style='flex:1;min-width:0'>{files}<div class='card'><div class='s'><b>README</b></div><hr><h1>{page.escape(page.text.name())}</h1>{prose(page)}</div></div>"
    return f"{head}<div style='max-width:{r.choice([1100, 1280, 1400])}px;margin:16px auto;padding:0 {r.choice([12, 24])}px'><div class='row' style='align-items:flex-start'>{body}{'' if page.narrow or r.random() < .2 else side}</div></div>"


def documentation(page):
    r = page.random
    entry = lambda: f"<div style='padding:{r.choice([1, 2, 4])}px 0 0 {r.choice([0, 0, 12])}px'><a>{page.label()}</a></div>"
    left = f"<aside style='width:{r.choice([180, 220, 260])}px;flex:none;font-size:{r.choice([12, 13, 14])}px'>{''.join(entry() for _ in range(r.randint(6, 22)))}</aside>"
    right = f"<aside style='width:180px;flex:none' class='s m'>{''.join(entry() for _ in range(r.randint(3, 9)))}</aside>" if r.random() < 0.5 else ""
    body = f"<main style='flex:1;min-width:0'><h1>{page.escape(page.text.heading())}</h1>{prose(page)}{prose(page)}</main>"
    return navigation(page) + f"<div style='padding:16px {r.choice([12, 24, 40])}px' class='row' ><div class='row' style='align-items:flex-start;width:100%'>{'' if page.narrow else left}{body}{'' if page.narrow else right}</div></div>"


def changelog(page):
    r = page.random
    entries = "".join(f"<div style='margin:24px 0'><div class='m s'>{page.escape(page.text.fact())}</div><h2>{page.escape(page.text.heading())}</h2>{page.paragraph(1, 3)}<ul>{''.join(f'<li>{page.inline(page.text.sentence(), .5)}</li>' for _ in range(r.randint(2, 7)))}</ul></div>" for _ in range(r.randint(2, 4)))
    return navigation(page) + f"<div class='wrap'>{entries}</div>" + footer(page)


def application(page):
    """An application window: dense side bar, list, panel with rows of small text."""
    r = page.random
    item = lambda: f"<div class='row' style='padding:{r.choice([2, 4, 7])}px 10px;gap:8px;font-size:{r.choice([11, 12, 13, 14])}px'>{page.icon(14)}<span style='white-space:nowrap'>{page.label()}</span></div>"
    rows = "".join(f"<div class='row between' style='padding:{r.choice([4, 8])}px 12px;border-bottom:1px solid {page.line};font-size:{r.choice([11, 12, 13])}px'><span style='min-width:0'>{page.escape(page.text.sentence(r.choice([20, 40])))}</span><span class='m' style='white-space:nowrap'>{page.escape(page.text.fact())}</span><span class='pill'>{page.label()}</span></div>" for _ in range(r.randint(6, 20)))
    log = "".join(f"<div style='white-space:nowrap;overflow:hidden'>{r.randint(0, 23):02d}:{r.randint(0, 59):02d}:{r.randint(0, 59):02d} {r.choice(['INFO', 'WARN', 'DEBUG', 'ERROR'])} {page.escape(page.text.sentence(60))}</div>" for _ in range(r.randint(3, 14)))
    stats = "".join(f"<div class='card' style='flex:1'><div class='s m'>{page.label()}</div><div style='font-size:{r.choice([18, 22, 28])}px'>{page.escape(page.text.fact())}</div></div>" for _ in range(2 if page.narrow else r.randint(3, 5)))
    side = f"<div style='width:200px;flex:none;background:{page.surface};min-height:700px'>{''.join(item() for _ in range(r.randint(6, 20)))}</div>"
    return f"<div class='row between' style='padding:8px 12px;background:{page.surface};font-size:12px'><b>{page.escape(page.text.name())}</b><span>{page.escape(page.text.sentence(30))}</span></div><div class='row' style='align-items:flex-start'>{'' if page.narrow else side}<div style='flex:1;min-width:0;padding:12px'><div class='row'>{stats}</div><div class='card' style='margin:12px 0;padding:0'>{rows}</div>{page.picture(height=120) if r.random() < .5 else ''}<pre>{log}</pre></div></div>"


def text_wall(page):
    """Long lines of body text over the full width, one or more columns."""
    r = page.random
    columns = 1 if page.narrow else r.choice([1, 1, 1, 2, 3])
    body = "".join(page.paragraph(3, 9) for _ in range(r.randint(3, 8)))
    return f"<div style='max-width:{r.choice([700, 900, 1100, 1500])}px;margin:20px auto;padding:0 16px;columns:{columns};column-gap:32px'>{body}</div>"


SECTIONS = {"features": features, "price_cards": price_cards, "quotes": quotes, "comparison_cards": comparison_cards, "table": table, "logos": logos,
            "call_to_action": call_to_action, "icon_rows": icon_rows, "photo_band": photo_band, "stat_rows": stat_rows,
            "faq_two_column": faq_two_column, "timeline": timeline, "plan_matrix": plan_matrix}


def sections(page, names, count):
    from page_templates import SPLIT_SECTIONS
    kept = [n for names_ in SPLIT_SECTIONS.values() for n in names_]
    allowed = [n for n in names if n not in kept] + 2 * SPLIT_SECTIONS.get(page.split, [])
    space = page.random.choice([12, 24, 40])
    return "".join(f"<div style='margin:{space}px 0'>{SECTIONS[page.random.choice(allowed)](page)}</div>{page.decorations()}" for _ in range(count))


def launch(page):
    return navigation(page) + hero(page) + sections(page, list(SECTIONS), page.random.randint(2, 4)) + footer(page)


def pricing(page):
    return navigation(page) + (hero(page) if page.random.random() < 0.3 else "") + f"<div style='height:20px'></div>" + price_cards(page) + sections(page, ["table", "price_cards", "quotes", "icon_rows", "stat_rows"], page.random.randint(0, 2)) + footer(page)


def comparison(page):
    return (navigation(page) if page.random.random() < 0.5 else "") + (hero(page) if page.random.random() < 0.5 else f"<div class='wrap' style='padding-top:32px'><div class='eyebrow'>{page.label()}</div><h1>{page.escape(page.text.name() + ' vs ' + page.text.name())}</h1>{page.paragraph(1, 2, extra='class=m')}</div>") + comparison_cards(page) + quotes(page) + sections(page, ["table", "quotes", "icon_rows", "call_to_action"], page.random.randint(0, 2))


def specimen(page):
    """Many short lines of every kind, each in its own family, size, weight and colours: food for the recogniser."""
    r = page.random
    kinds = {"system": ["DejaVu Sans", "Liberation Sans", "Liberation Serif", "Noto Sans", "Noto Serif", "Nimbus Sans", "C059", "P052", "FreeSans", "Cantarell", "Carlito", "Caladea", "Hack", "Liberation Mono", "DejaVu Sans Mono", "URW Gothic"], "keep": lambda name: True}
    families = [page.family(kinds) for _ in range(9)]
    cells = []
    for _ in range(r.choice([60, 80, 110])):
        size = r.choice([9, 10, 10, 11, 11, 12, 12, 13, 13, 14, 14, 15, 16, 17, 18, 20, 22, 24, 28, 34, 44, 60, 84, 112]) * r.choice([1, 1, 1, 1.04, .97])
        style = f"font:{r.choice(['normal', 'normal', 'normal', 'italic'])} {r.choice([300, 400, 400, 400, 500, 600, 700, 800])} {size:.2f}px/{r.choice([1.1, 1.3, 1.6])} {r.choice(families)},sans-serif;letter-spacing:{r.choice([0, 0, 0, 0, -.02, .03, .08, .15])}em"
        if r.random() < .4:
            dark, hue = r.random() < .5, r.randint(0, 360)
            style += f";padding:2px 8px;background:hsl({hue},{r.choice([0, 30, 80])}%,{r.randint(0, 38) if dark else r.randint(66, 100)}%);color:hsl({r.randint(0, 360)},{r.choice([0, 30, 90])}%,{r.randint(72, 100) if dark else r.randint(0, 30)}%)"
        cells.append(f"<div style=\"{style}\">{page.escape(page.text.any_line())}</div>")
    return f"<div style='padding:10px;columns:{1 if page.narrow else r.choice([2, 3, 4])};column-gap:20px;overflow-wrap:anywhere'>{''.join(cells)}</div>"


BODIES = {"launch": launch, "pricing": pricing, "comparison": comparison, "readme": readme, "documentation": documentation, "changelog": changelog,
          "application": application, "text_wall": text_wall, "specimen": specimen}
WEIGHTS = {"launch": 26, "pricing": 14, "comparison": 16, "readme": 18, "documentation": 9, "changelog": 4, "application": 7, "text_wall": 6, "specimen": 22}
