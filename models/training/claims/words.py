"""Word lists of the made pages: invented names, trades, people, companies.

Invariant: `share` gives each split entries of its own; no entry is in two splits. Names are invented from syllables.
Must not: read evaluation data or hold the name of an existing product as a tool.
"""

SPLITS = ("train", "validation", "test", "unseen")


def designs(split):
    """The split whose words and designs a split has: `unseen` has those of `test`."""
    return "test" if split == "unseen" else split


def share(entries, split):
    """The entries of a split: every third one."""
    return entries[SPLITS.index(designs(split))::3]


def sayings(entries, split):
    """The sentences of a split: every third one; those of `unseen` are all its own."""
    return [] if split == "unseen" else share(entries, split)


# Category | what it is | things | other things | verb | people
TRADES = [line.split("|") for line in """\
Finance|expense tracker|receipts|budgets|reconcile|bookkeepers
Developer Tools|log viewer|log files|stack traces|inspect|backend engineers
Scheduling|booking calendar|appointments|reminders|schedule|dentists
Databases|embedded database|tables|indexes|query|application developers
Design|icon editor|icons|colour palettes|draw|interface designers
Support|help desk|tickets|macros|answer|support agents
Writing|Markdown editor|drafts|outlines|write|technical writers
Monitoring|uptime monitor|endpoints|incidents|watch|site reliability engineers
Education|flash card app|decks|lessons|review|students
Networking|reverse proxy|routes|certificates|route|platform teams
Hiring|applicant tracker|candidates|interviews|shortlist|recruiters
Data|pipeline runner|datasets|jobs|transform|data engineers
Machine Learning|speech recogniser|recordings|transcripts|transcribe|podcasters
Commerce|inventory system|orders|warehouses|count|shop owners
Security|secrets vault|credentials|policies|rotate|security teams
Photography|photo organiser|albums|raw files|sort|photographers
Command Line|file finder|folders|matches|search|terminal users
Marketing|newsletter builder|campaigns|subscribers|segment|small publishers
Research|reference manager|papers|annotations|cite|doctoral students
Observability|tracing backend|spans|dashboards|sample|on-call engineers
Legal|contract reviewer|contracts|clauses|redline|in-house lawyers
Testing|snapshot tester|fixtures|screenshots|compare|front-end developers
Health|habit journal|habits|streaks|log|busy parents
Machine Learning|vision model|images|captions|label|robotics teams
Collaboration|shared whiteboard|boards|sticky notes|arrange|remote teams
Build Tools|bundler|modules|assets|bundle|web developers
Storage|backup program|snapshots|archives|restore|system administrators
Productivity|task planner|tasks|projects|plan|freelancers
Maps|route planner|stops|vehicles|dispatch|couriers
Media|podcast host|episodes|feeds|publish|independent hosts
Games|level editor|scenes|sprites|compose|indie studios
Machine Learning|retrieval library|documents|embeddings|rank|applied scientists
Documentation|docs generator|pages|code samples|publish|library maintainers
Email|shared inbox|threads|mailboxes|triage|customer teams
Analytics|event tracker|events|funnels|measure|product managers
Files|sync client|folders|shared links|sync|film crews""".splitlines()]

SYLLABLES = {
    "train": (["Bar", "Cal", "Dor", "Fen", "Gral", "Hol", "Jun", "Kes", "Lum", "Mer", "Nor", "Pell", "Quin", "Ras", "Sor", "Tam"], ["den", "lo", "mic", "nova", "phy", "rix", "sel", "ta", "via", "wick", "zen", "bird"]),
    "validation": (["Al", "Bro", "Cin", "Dal", "Ever", "Flo", "Gan", "Har", "Ibe", "Jas", "Kar", "Lor", "Mos", "Nim", "Oct", "Pra"], ["bit", "cast", "dex", "ello", "fold", "gate", "hub", "ify", "kit", "leaf", "mark", "nest"]),
    "test": (["Ash", "Bel", "Cor", "Drift", "Em", "Fros", "Glen", "Hex", "Ins", "Kib", "Lan", "Mav", "Nub", "Ost", "Pin", "Rov"], ["able", "base", "craft", "doc", "era", "flow", "grid", "ion", "line", "mint", "port", "ware"]),
}

PEOPLE = """Ada Moor|Bruno Keller|Chiara Lenz|Dmitri Sand|Elif Aksoy|Farid Nouri|Greta Holm|Hana Sato|Ivo Brand|Jules Martin|Kaya Demir|Luis Ortega|Maren Vogt|Nadia Petrov|Oskar Lind|Priya Raman|Quentin Roux|Rosa Silva|Samir Haddad|Tess Walker|Uma Patel|Viktor Novak|Wanda Kowal|Yusuf Ali|Zoe Adler|Anton Berg|Bianca Neri|Carlo Russo|Dana Weiss|Erik Dahl""".split("|")
POSTS = """CTO|Head of Operations|Staff Engineer|Founder|Product Lead|Research Engineer|Design Director|Freelance Developer|IT Manager|Data Analyst|VP Engineering|Maintainer""".split("|")
COMPANIES = """Northwind Rail|Talus Labs|Brightwater|Corvid Health|Dune Retail|Eastgate|Fathom Bank|Gable & Co|Hinterland|Iris Freight|Junction Studio|Kestrel Aero|Lakeside Schools|Mosaic Foods|Nimbus Print|Orchard Media|Paragon Steel|Quarry|Redwood Clinic|Saltworks|Tern Shipping|Umber Design|Verdant|Westmark""".split("|")
RIVALS = """Notable|Sheetwise|Opsbook|Trackly|Docuflow|Queryable|Pagelane|Signalbox|Batchworks|Formcraft|Boardly|Paperplane|Clockwork Desk|Mailroom|Flowchart Pro|Gridmate|Taskwell|Logbook|Vaultage|Planwise""".split("|")
FONTS = {
    "train": ["Inter", "Liberation Sans", "Noto Serif", "Fira Code"],
    "validation": ["Noto Sans", "DejaVu Serif", "Carlito", "DejaVu Sans Mono"],
    "test": ["Lato", "Cantarell", "Liberation Serif", "FreeSans", "Hack"],
}
PLATFORMS = """Windows, macOS and Linux|Linux and macOS|iOS and Android|Windows 10 and later|macOS 13 or newer|Debian, Fedora and Arch|Chrome, Firefox and Safari|any POSIX shell|ARM and x86|Kubernetes 1.24 and up|Node 18 or newer|Python 3.9 to 3.13""".split("|")
INTEGRATIONS = """Slack|Google Sheets|Postgres|GitHub|Jira|Zapier|S3|Stripe|Notion|Microsoft Teams|Salesforce|Figma|Snowflake|BigQuery|Grafana|Terraform|HubSpot|Discord""".split("|")
LICENSES = """MIT|Apache-2.0|GPL-3.0|BSD-3-Clause|MPL-2.0|AGPL-3.0|ISC|LGPL-2.1|Unlicense""".split("|")
PLANS = {
    "train": [["Free", "Pro", "Business"], ["Starter", "Team", "Enterprise"], ["Hobby", "Plus", "Scale"], ["Personal", "Studio"]],
    "validation": [["Basic", "Standard", "Premium"], ["Solo", "Group", "Company"], ["Community", "Cloud", "Dedicated"], ["Lite", "Max"]],
    "test": [["Seed", "Growth", "Corporate"], ["Individual", "Crew", "Organization"], ["Core", "Advanced", "Unlimited"], ["Bronze", "Silver", "Gold"]],
}


def names(r, split, count):
    """Distinct invented names of a split: one word, two words, lower case, with a digit or a suffix."""
    split = "test" if split == "unseen" else split
    heads, tails = SYLLABLES[split]
    found = []
    while len(found) < count:
        name = r.choice(heads) + r.choice(tails)
        form = r.random()
        if form < 0.12:
            name = name.lower()
        elif form < 0.2:
            name += " " + r.choice({"train": ["Cloud", "Desk", "Studio"], "validation": ["Notes", "Works", "Engine"], "test": ["Suite", "Space", "Lab"]}[split])
        elif form < 0.26:
            name += r.choice({"train": ["2", ".io", "-cli"], "validation": ["3", ".app", "-rs"], "test": ["4", ".dev", "-js"]}[split])
        elif form < 0.3:
            name = name.upper()
        if name not in found:
            found.append(name)
    return found
