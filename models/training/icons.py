"""Small line and solid icons drawn for the training pages: things beside labels that look like letters and are not.

Invariant: every icon is a 24 x 24 SVG body using {c} for its colour and {w} for its stroke width; own drawings, with
random variation. Must not: contain text elements.
"""

SHAPES = [
    '<circle cx="10" cy="10" r="6.5"/><path d="M15 15L21 21"/>',  # magnifier
    '<path d="M4 11L12 4L20 11V20H4Z"/><path d="M10 20V14H14V20"/>',  # house
    '<circle cx="12" cy="8" r="4"/><path d="M4 21C4 15 20 15 20 21"/>',  # person
    '<circle cx="12" cy="12" r="9"/>', '<circle cx="12" cy="12" r="9"/><path d="M8 12L11 15L16 9"/>',  # ring, check in ring
    '<path d="M5 13L10 18L20 6"/>', '<path d="M6 6L18 18M18 6L6 18"/>', '<path d="M12 5V19M5 12H19"/>', '<path d="M5 12H19"/>',
    '<path d="M4 7H20M4 12H20M4 17H20"/>', '<path d="M4 6H20V16H12L7 20V16H4Z"/>',  # menu, chat
    '<path d="M3 7H10L12 9H21V19H3Z"/>', '<path d="M6 3H14L19 8V21H6Z"/><path d="M9 12H16M9 16H16"/>',  # folder, document
    '<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8C8 3 16 3 16 8V11"/>',  # lock
    '<circle cx="8" cy="15" r="4"/><path d="M11 12L20 3M17 6L20 9"/>',  # key
    '<path d="M8 6L3 12L8 18M16 6L21 12L16 18"/>', '<path d="M5 7L10 12L5 17M12 18H20"/>',  # code, prompt
    '<circle cx="12" cy="12" r="9"/><path d="M3 12H21M12 3C7 8 7 16 12 21C17 16 17 8 12 3"/>',  # globe
    '<path d="M7 4L20 12L7 20Z"/>', '<path d="M6 9L12 15L18 9"/>', '<path d="M9 6L15 12L9 18"/>', '<path d="M15 6L9 12L15 18"/>',
    '<path d="M12 3L14.8 9L21 9.6L16.3 13.8L17.7 20L12 16.7L6.3 20L7.7 13.8L3 9.6L9.2 9Z"/>',  # star
    '<path d="M12 20C2 12 5 4 12 9C19 4 22 12 12 20Z"/>',  # heart
    '<path d="M6 17V11C6 4 18 4 18 11V17L20 19H4Z"/><path d="M10 21H14"/>',  # bell
    '<circle cx="12" cy="12" r="3.5"/><path d="M12 2V6M12 18V22M2 12H6M18 12H22M5 5L8 8M16 16L19 19M5 19L8 16M16 8L19 5"/>',  # sun, gear
    '<rect x="3" y="5" width="18" height="14" rx="2"/><path d="M3 8L12 14L21 8"/>',  # mail
    '<rect x="3" y="4" width="18" height="12" rx="1"/><path d="M9 20H15M12 16V20"/>',  # screen
    '<path d="M3 5H6L8 16H18L21 8H7"/><circle cx="9" cy="20" r="1.5"/><circle cx="17" cy="20" r="1.5"/>',  # cart
    '<path d="M12 4V16M7 11L12 16L17 11M4 20H20"/>', '<path d="M12 16V4M7 9L12 4L17 9M4 20H20"/>',  # down, up load
    '<path d="M13 2L4 14H11L10 22L20 9H12Z"/>',  # bolt
    '<circle cx="6" cy="6" r="2.5"/><circle cx="6" cy="18" r="2.5"/><circle cx="18" cy="8" r="2.5"/><path d="M6 8.5V15.5M18 10.5C18 15 6 12 6 15.5"/>',  # branch
    '<rect x="4" y="4" width="7" height="7"/><rect x="13" y="4" width="7" height="7"/><rect x="4" y="13" width="7" height="7"/><rect x="13" y="13" width="7" height="7"/>',
    '<path d="M4 20V12M10 20V6M16 20V10M22 20V3"/>', '<path d="M4 18L9 11L13 15L20 5"/>',  # charts
    '<circle cx="12" cy="12" r="9"/><path d="M12 7V12L16 14"/>', '<circle cx="12" cy="12" r="9"/><path d="M12 11V17M12 7V8"/>',  # clock, info
    '<path d="M3 20L12 4L21 20Z"/><path d="M12 10V14M12 17V18"/>',  # warning
    '<path d="M12 3L20 6V12C20 17 16 20 12 22C8 20 4 17 4 12V6Z"/>',  # shield
    '<path d="M10 14C6 10 12 4 15 7L18 5M14 10C18 14 12 20 9 17L6 19"/>',  # link
    '<path d="M4 4H20V20H4Z"/>', '<rect x="3" y="8" width="18" height="8" rx="4"/><circle cx="17" cy="12" r="3"/>',  # box, toggle
    '<path d="M6 3V21L12 16L18 21V3Z"/>', '<path d="M4 12C8 4 16 4 20 12C16 20 8 20 4 12Z"/><circle cx="12" cy="12" r="3"/>',  # bookmark, eye
    '<path d="M17 3L21 7L8 20H4V16Z"/>', '<path d="M5 7H19M9 7V4H15V7M7 7L8 21H16L17 7"/>',  # pencil, bin
    '<path d="M12 2C6 2 3 6 3 11C3 16 6 19 9 20V16C6 16 6 13 5 13M15 20V16C20 15 21 12 21 10C21 5 18 2 12 2"/>',  # cat-like mark
    '<path d="M4 4L20 20M4 20L20 4" />', '<path d="M20 12C20 17 16 20 12 20C7 20 4 16 4 12C4 7 8 4 12 4C15 4 18 6 19 8M19 3V8H14"/>',  # refresh
    '<path d="M7 4C7 10 17 14 17 20M17 4C17 10 7 14 7 20"/>', '<path d="M12 4L4 8L12 12L20 8ZM4 13L12 17L20 13"/>',  # helix, layers
]


def icon_body(random, colour, second):
    """Shapes of one icon: a drawn one, a solid one, or a logo-like pile of two."""
    solid = random.random() < 0.3
    width = random.choice([1.2, 1.5, 2, 2, 2.5])
    fill = colour if solid else "none"
    body = random.choice(SHAPES)
    extra = ""
    if random.random() < 0.15:
        extra = f'<rect x="1" y="1" width="22" height="22" rx="{random.choice([2, 6, 11])}" fill="{second}" stroke="none"/>'
    elif random.random() < 0.15:
        extra = f'<g fill="{second}" stroke="none" transform="translate({random.randint(-4, 4)} {random.randint(-4, 4)})">{random.choice(SHAPES)}</g>'
    return f'{extra}<g fill="{fill}" stroke="{colour}" stroke-width="{width}" stroke-linecap="round" stroke-linejoin="round">{body}</g>'
