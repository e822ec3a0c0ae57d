"""An invented tool and everything that is true of it, from the split's own words and sentence patterns.

Invariant: same random source and split, same facts; a price's text is made from its amount, never the other way round.
Must not: know how a page looks.
"""

import dataclasses
import re

import sentences
import surroundings
import texts
import wordings
import words
import written

CITIES = ["Ghent", "Leipzig", "Porto", "Tartu", "Graz", "Malmo"]
MONTHS = ["March", "June", "October", "January", "September", "May"]


def singular(noun):
    """The singular of a regular plural."""
    for ending, single in (("ies", "y"), ("ches", "ch"), ("sses", "ss"), ("shes", "sh"), ("xes", "x"), ("s", "")):
        if noun.endswith(ending):
            return noun[: -len(ending)] + single
    return noun


def third_person(verb):
    """"review" -> "review": patterns add the s; a hissing verb takes an e before it."""
    return verb + "e" if verb.endswith(("ch", "sh", "ss", "x")) else verb


@dataclasses.dataclass
class Price:
    """One plan: amount in units of the currency (None: on request), and how the page writes it."""
    plan: str
    amount: float | None
    currency: str | None
    period: str | None
    figure: str
    unit: str
    former: str = ""

    def truth(self):
        text = (self.figure + " " + self.unit).strip()
        return {"text": text, "plan": self.plan, "amount": self.amount, "currency": self.currency, "period": self.period}


CHOICE = re.compile(r"\[([^\[\]]*)\]")


def chosen(r, pattern):
    """A pattern with its choices made."""
    while CHOICE.search(pattern):
        pattern = CHOICE.sub(lambda found: r.choice(found[1].split("|")), pattern, count=1)
    return re.sub(r"\s+([.,:;?!])", r"\1", re.sub(r"\s+", " ", pattern)).strip()


def patterns(kind, split):
    """(pattern, other kinds that fit) of a kind in a split."""
    old = [(line, wordings.ALSO.get(line, [])) for line in words.sayings(texts.CLAIMS[kind].splitlines(), split)]
    new = [line.partition("||") for line in wordings.MORE[split][kind].splitlines()]
    own = sentences.lines(kind) if split == "train" else []
    return old + [(text.rstrip(), others.split(",") if others else []) for text, _, others in new] + own


class Tool:
    """The facts of one tool. `also` holds the other kinds that fit a claim's text; `doubtful` the claims that not every
    reader takes for one; `developers`: its page speaks to developers."""

    def __init__(self, r, split, name, trade=None, developers=False):
        self.r, self.split, self.name, self.developers = r, split, name, developers
        self.category, self.what, self.things, self.others, self.verb, self.people = trade or r.choice(words.share(words.TRADES, split))
        self.package = "".join(c for c in name.lower().replace(" ", "-") if c.isalnum() or c == "-")
        self.license = r.choice(words.share(words.LICENSES, split))
        self.used, self.also, self.doubtful = set(), {}, set()
        self.tagline = self.told(texts.TAGLINES, surroundings.TAGLINES, "tagline").rstrip(".")
        self.also[self.tagline] = self.also.get(self.tagline + ".", self.also.get(self.tagline, []))
        self.definition = self.told(texts.DEFINITIONS, surroundings.DEFINITIONS)

    def told(self, shared, table=None, label=None):
        """A text of the split, from both lists; the other kinds that fit it are noted."""
        natural = written.choice(self.r, self.split, label, self.developers)
        if natural:
            text = written.filled(natural.text, self.name)
            self.also[text] = natural.also + self.nature("feature")
            return text
        pattern = self.r.choice((words.sayings(shared, self.split) if table else words.share(shared, self.split)) + (surroundings.lines(table, self.split) if table else []))
        pattern, _, others = pattern.partition("||")
        text = self.fill(pattern.rstrip())
        self.also[text] = (others.split(",") if others else wordings.ALSO.get(pattern, [])) + self.nature("feature")
        return text

    def fill(self, pattern):
        r, split = self.r, self.split
        pattern = chosen(r, pattern)
        i1, i2, i3 = r.sample(words.share(words.INTEGRATIONS, split), 3)
        c1, c2, c3 = r.sample(words.share(words.COMPANIES, split), 3)
        r1, r2 = r.sample(words.share(words.RIVALS, split), 2)
        verb = third_person(self.verb) if "{verb}s" in pattern else self.verb
        text = pattern.format(
            N=self.name, what=self.what, things=self.things, others=self.others, thing=singular(self.things), verb=verb, people=self.people,
            Things=self.things.capitalize(), Verb=self.verb.capitalize(), i1=i1, i2=i2, i3=i3, c1=c1, c2=c2, c3=c3, R1=r1, R2=r2,
            platforms=r.choice(words.share(words.PLATFORMS, split)), lic=self.license, person=r.choice(words.share(words.PEOPLE, split)), n=r.choice([2, 4, 5, 8, 12, 20, 40, 60, 75, 90]),
            small=r.randint(2, 9), ms=r.choice([8, 15, 40, 60, 120]), mb=r.choice([30, 64, 90, 200]), pct=r.randint(11, 94), days=r.choice([7, 14, 30]), yy=r.randint(12, 24),
            caps=r.choice(words.share(texts.BENCHMARKS, split)), city=r.choice(words.share(CITIES, split)), month=r.choice(words.share(MONTHS, split)), pkg=self.package)
        for vowel in "aeiou":
            text = text.replace(f" a {vowel}", f" an {vowel}")
        return text[0].upper() + text[1:] if not text.startswith(self.name) else text

    def claim(self, kind=None, sentence=False):
        """A fresh claim as (text, kind); `sentence` asks for one that ends in a full stop."""
        weights = {"feature": 12, "performance": 3, "compatibility": 3, "privacy_security": 3, "license": 1, "pricing": 1, "adoption": 1, "availability": 1, "limitation": 1, "benchmark": 1, "other": 1}
        for _ in range(40):
            sort = kind or self.r.choices(list(weights), list(weights.values()))[0]
            if sort == "benchmark" and self.category != "Machine Learning" and not kind:
                continue
            natural = written.choice(self.r, self.split, sort, self.developers)
            if natural:
                pattern, also, doubtful = natural
                text = written.filled(pattern, self.name)
                if doubtful:
                    self.doubtful.add(text)
            else:
                pattern, also = self.r.choice(patterns(sort, self.split))
                text = self.fill(pattern)
            if pattern in self.used or sentence and not text.endswith(".") or self.split == "train" and not sentences.apart(text):
                continue
            self.used.add(pattern)
            break
        self.also[text] = also + self.nature(sort)
        return text, sort

    def nature(self, sort):
        """What a tool for security does for its users is of that kind, too."""
        return ["privacy_security"] if sort == "feature" and self.category == "Security" else []

    def claims(self, count, kind=None, sentence=False):
        found = []
        for _ in range(count):
            text, chosen = self.claim(kind, sentence)
            if text not in [t for t, _ in found]:
                found.append((text, chosen))
        return found

    def title(self):
        return self.told(texts.CARD_TITLES, surroundings.CARD_TITLES)

    def label(self, kind):
        """A title that stands before a claim of a kind: of its own subject where the kind has some, else any."""
        own = surroundings.labels(self.split).get(kind)
        return self.fill(self.r.choice(own.split("|"))) if own else self.title()

    def quote(self):
        if self.split == "train" and self.r.random() < 0.5:
            return self.fill(self.r.choice(sentences.lines("nothing/quote"))[0])
        return self.told(texts.QUOTES, surroundings.QUOTES, "quote")

    def verdict(self):
        text, verdict = self.r.choice(words.share(texts.VERDICTS, self.split))
        return self.fill(text), verdict

    def prices(self, count=3):
        r = self.r
        plans = r.choice(words.PLANS[words.designs(self.split)])[:count]
        sign, currency = r.choice([("$", "USD"), ("$", "USD"), ("$", "USD"), ("€", "EUR"), ("£", "GBP")])
        period, units = r.choice([("month", ["/month", "/mo", "per month", "/ month", "a month", "per user / month", "/user/month"]), ("month", ["/month", "/mo", "per month"]), ("year", ["/year", "per year", "/yr"]), ("once", ["one-time", "once"])])
        unit, cents, amount, found = r.choice(units), r.random() < 0.3, 0, []
        for index, plan in enumerate(plans):
            amount = amount * r.choice([2, 2.5, 3, 4]) if amount else (0 if r.random() < 0.45 else r.choice([5, 7, 9, 12, 15, 19, 29]))
            amount = round(amount) + 0 if amount or index == 0 else r.choice([6, 8, 10, 16, 24, 49])
            if index == len(plans) - 1 and index and r.random() < 0.3:
                found.append(Price(plan, None, None, None, r.choice(["Custom", "Contact us", "Let's talk"]), ""))
            elif amount == 0 and r.random() < 0.6:
                found.append(Price(plan, 0, None, None, "Free", r.choice(["", "", "forever"])))
            else:
                shown = amount - 0.01 if cents and amount else amount
                figure = f"{sign}{shown:,.2f}" if cents and amount else f"{sign}{shown:,}"
                former = f"{sign}{round(amount * 1.4)}" if amount and r.random() < 0.12 else ""
                found.append(Price(plan, round(float(shown), 2), currency, period, figure, unit, former))
        return found
