"""Text for training pages: launch-page prose, prices, versions, commands, names and random strings.

Purpose: an endless, seeded, diverse stream of short texts whose characters the recogniser must read literally.
Invariant: everything comes from the word lists below, a Debian word list and doc strings of permissively licensed
Python packages (see the model card); nothing comes from evaluation pages. Must not: lay text out or draw it.
"""

import pathlib
import re

from alphabet import INDEX, fold

DICTIONARY = pathlib.Path("/usr/share/dict/american-english")
PROSE = pathlib.Path(__file__).resolve().parent / "runs" / "prose.txt"

FUNCTION = """the a of and to in for with on that is it by from as at your you are not be this or an we our can when
if but all no more into than without its every one just only up out so has have how what which they their them will
do does any I I'd I'm you're who've isn't don't they're it's It's we've can't won't that's here's doesn't you’ll we’re it’s don’t while where after before between over under per each most less very still never always about like""".split()
DOMAIN = """agent agents code model models API data team teams workflow workflows pipeline deploy deployment build builds
test tests open source cloud local private security privacy fast faster simple powerful production developer developers
platform tool tools app apps editor terminal plugin plugins database query search index vector embedding inference GPU CPU
token tokens context window latency throughput benchmark accuracy pricing plan plans free pro enterprise business starter
seat user users month year billing credits trial upgrade cancel support email chat Slack GitHub pull request review merge
branch commit repository issue docs documentation guide tutorial example changelog release version beta launch ship shipping
install download license MIT Apache integration integrations automate automation dashboard analytics report metric metrics
monitor alert log logs trace traces cache storage backup sync realtime streaming async server serverless edge runtime
container cluster Kubernetes Docker Linux macOS Windows browser mobile desktop web page pages form component components
design template templates theme layout color font icon image video audio voice document file files folder upload export
import share link invite member role permission account login password key secret encryption compliance SOC GDPR SSO audit
customer customers growth revenue sales marketing product products feature features roadmap feedback community partner
startup founder engineer engineering designer manager research paper dataset training fine-tuned prompt prompts chatbot
assistant copilot memory reasoning multimodal vision language speech translation summary generate generated write edit
read compare comparison verdict panel score rating reviewer competitor wedge moat adoption default primitive bet AI ML CI VLM LLM VLMs LLMs UI IDE URL CLI SDK OCR ONNX HTTP JSON YAML CSV HTML CSS SQL AWS on-device
open-source self-hosted end-to-end real-time cross-platform long-running second-order production-ready 10-30 24/7 A/B iOS uv go cli k8s rust zsh vim""".split()
VERBS = """build ship deploy run test write read create manage track share connect automate scale monitor review generate
launch explore start stop install configure import export search index query stream sync cache protect encrypt invite
upgrade compare measure improve replace reduce remove add keep make get use try find save join learn see take turn bring
give let help move work handle support provide deliver unlock discover transform simplify accelerate streamline""".split()
NAV = """Product Products Pricing Docs Blog Changelog About Careers Contact Login Sign in|Sign up|Get started|Features
Integrations Customers Enterprise Solutions Resources Community Support Help center|Status Security Privacy Terms
Privacy Policy|Terms of Service|Cookies Download GitHub Discord Twitter LinkedIn YouTube RSS API Reference|Guides Examples
Templates Showcase Roadmap Partners Press Brand Legal Imprint Code Issues Pull requests|Actions Projects Wiki Insights
Settings Releases Packages Contributors Languages Readme License Activity Stars Watchers Forks Report repository|Topics
Home Overview Quickstart Installation Usage Configuration FAQ Team Company Jobs Newsletter Learn more|Read more|View all
Book a demo|Talk to sales|Contact sales|Start free trial|Try it free|Buy now|Subscribe Compare plans|Watch demo|See docs
Add to cart|Copy Edit Save Cancel Delete Share Export Open Close Back Next Previous Search Filter Sort Upgrade""".replace("\n", " ")
COMMANDS = ["npm install {n}", "npx {n} init", "pip install {n}", "cargo install {n}", "brew install {n}", "docker run -it {n}:{v}",
            "curl -fsSL https://{d}/install.sh | sh", "git clone https://github.com/{n}/{n2}.git", "cd {n} && make -j{k}",
            "{n} --help", "{n} run --port {port}", "export {N}_API_KEY=sk-{hex}", "const {c} = await {n}.{f}({{ {f2}: {k} }});",
            "from {n} import {C}", "{c} = {C}({f}=\"{n2}\", {f2}={k})", "def {f}({c}, {f2}=None):", "return {c}.{f}({k})",
            "if {c} == {k}: {f}()", "let {c}: Vec<{C}> = Vec::new();", "fn {f}(&self) -> Result<{C}> {{", "}}", "sudo apt-get install {n}",
            "# {s}", "// {s}", "$ {n} {f} --{f2}={k}", "> {n} {f}", "\"{f}\": \"{n2}\",", "\"{f2}\": {k},", "{f}: [{k}, {k2}]",
            "<div class=\"{n}-{n2}\">{C}</div>", "[{f}]", "{f2} = \"{n}\"", "uv tool install {n}", "go install {d}/{n}@latest",
            "{n} -{l} '*.{n2}' ./{f}/{c}", "{k}: error[E{port}]: {s}", "    {f}({c}, **{f2})", "/usr/bin/{n} -{l}{l2} {f}/{c}.txt",
            "{n}@{v} added {k} packages in {k2}s", "SELECT {f}, {c} FROM {n} WHERE {f2} >= {k};", "kubectl get {n} -n {f}",
            "- [{s}](#{n})", "{n}/{f}.{c} | {k} ++--", "127.0.0.1:{port}", "{hex}{hex}", "ssh {n}@{d}", "~/.config/{n}/{f}.toml"]
SENTENCES = ["{V} {a} {w} {w} {f} {w} {w}", "{N} is {a} {w} {w} {f} {w} {w} {f} {f} {w}", "The {w} here is {w}: {a} {w}, {w} {w} that {v}s {w} {f} {f} {w}",
             "{f1} {w} {v} {f} {w} {f} {w} — {f} that {w} is {w}", "{w1} {w}—{v} {f} {w} for {a} {w} {v} is {a} {w} {f} {w} {v}—so {f} {w} {f} {w}",
             "{N} {v}s {f} {w} {f} {w} {f} {w} and {w}", "{V} your {w} {w} in {k} minutes", "No {w}. No {w}. Just {w}", "It's {a} {w} that {v}s {f} {w}, not {a} {w}",
             "We {v} {f} {w} {f} {w} so you don't have to {v} it", "{V} {f} {w}, {v} {f} {w} and {v} {f} {w} ({w} {w}, {w})", "{N}'s {w} is {k}% {w} than {N} on {w}-{w}",
             "Up to {k}x faster {w} with {n} {w}", "“{f1} {w} {f} {w} {v}s {w} in {y}, {f} {w} {w} isn't {w}”", "\"{f1} {w} {f} {f} {w} {f} {w}; {w} {v} {f} {w}\"",
             "{w1} {w} {w} {f} {f} {w} {f} {w} {f} {f} {w} {w} {f} {w}", "By {y}, {f} {w} of {w} {v}s {f} {w}", "Released under the {l} license", "Used by {K} {w} in {k} countries",
             "{f1} {w} {f} {w} `{n} {v}` {f} {f} {w} {w}", "{f1} {w} that {v}s {f} {N}: {w}, {w}, and {w}-{w} {w}", "{p}, so this is {a} {w} {f} {w}—{a} {w} {f} {w}",
             "{w1} {v}s: {w}/{w}, {w} & {w}, {w} + {w}", "{N} ({y}) {v}s {k}–{k} {w} per {w}", "What {v}s this in {k} months isn't {w}—it's {N} {v}ing {w}",
             "\"{w1} {w} {f} {w} {f} {w}.\" — {P} on {N}", "\"It's {a} {w} {w}... {N}'s {w} {f} {w} {f} {w}.\" — {P} on {N}", "\"It {f} {w} {w} than I {v} {f} {w} {f} {w}!\" – {P}", "“I {v} {f} {w}... {f1} {w} {v}s {w}” — {P}, {N}",
             "{w1} {w} {f} {w} ({w}, {w} and {w})", "{w1} {w} ({f} {w} {f} {w}) {f} {w} {f} {w}", "{v1} {f} {w} ({N})", "{k}.{k}.{k}, released {w1} {k}, {y} ({w})", "Works on {U}, {U} and {U}.", "{w1} {w} {f} {w}, in {U}, {U} or {U}. {f1} {w}",
             "{w1} {k} {w} in {m}ms", "{w1} {f} {w} `{n}` at `/{w}/{w}/{n}`", "{v1} with :{w1} {f} {w}; {v} :{w} {f} {w}", "Same as {l2}, {l2} and {l2} ({f} {w})", "{w1} {f} {w} ~{k} {w}, {v} ~/.{w}/{w}", "{w1} [{w}] [{w}] {f} {w} ({f} {w})*", "{x}, {x} & {x}, {x}, but {f} {w} {f} {w}",
             "{w1} {w} in {k}-{k} {w}, {f} {w} {w}-{w} {f} {w}", "{f1} {w} {v}s {f} {w}; {f} {w}, '{w} {w},' {f} {w}", "“{w1} {w} {w} {f} {w}”", "‘{w1} {w}’ {f} {w} {w}"]
CONFUSABLE = ["0O", "oO0", "1lI|", "S5$", "B8", "Z2z", "rnm", "cld", "vvw", ".,·", "-–—", "'’‘", "\"“”", "il1", "QO0", "gq9", "6b", "UV", "uv", "xX", "wW",
              "kK", "sS", "cC", "pP", "zZ", "vV", "tf", "ff", "fi", "ll", "tt", "//", "::", "..", "00", "11", "99", "88", "77", "!!", "ee", "oo", "()", "[]", "{}", "<>"]
SYLLABLES = """ka lo mi ra ve zen tra qui flo nex syn dra pod lum ork bit zy hub ly ai io vo cel gro plex fy ton dex mo ri sa
bu jo fen wick stra pha zu ba ne tor vi cu hex gly jet nim bus ora cle spa rk wen do tu ma ki ja lin da ro so pa""".split()
FIRST = "Ana Ben Carla Dmitri Elif Farah Gabor Hana Ivan José Kaito Lena Marco Nora Olu Petra Quinn Rafa Søren Tomáš Uma Vera Wei Xenia Yusuf Zoë Łukasz Chloé Jürgen Åsa Begüm".split()
LAST = "Okafor Lindqvist Nakamura Silva Müller Rossi Novák Kowalski O'Neill Haddad Petrov Nguyen Castellanos Fontaine Björk Yıldız Schäfer Dvořák García Peña Çelik Smith Jones Lee Patel Kim".split()
TITLES = "CTO CEO Founder Engineer Designer Head of Product|VP Engineering|Staff Engineer|Developer Advocate|Data Scientist|The Skeptic|The Builder|Analyst"
MONTHS = "January February March April May June July August September October November December Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec".split()
ACRONYMS = "IDE CLI CI API AI UI II III IV VI XI IPs PRs IO iOS ID SDK GUI TUI WiFi IRC LLM OCR I/O SIEM IAM RFI KPI ROI VIP DIY CRI CSI GIF TIFF SIP ISP".split()
WRAPPERS = [("(", ")"), ("(", ")"), ("(", ")"), ("(", "),"), ("(", ")."), ("[", "]"), ("'", "'"), ("'", "'"), ('"', '"'), ('"', '",'), ("`", "`"), ("`", "`"), ("<", ">"), ("{", "}"), ("*", "*"), ("**", "**"), ("", "..."), ("", "…"), ("", "…)."),
            ("", "*"), ("", "™"), ("", "®"), ("~", ""), ("@", ""), ("#", ""), (":", ""), ("/", ""), ("", "/"), ("-", ""), ("--", ""), ("", " \\"), ("\\", ""), ("'*", "*'"), ("", "()"), ("(", ""), ("", ")"), ("\"", ""), ("", "\"")]
EMOJI = "🚀 🎉 ✨ 🔥 💡 📦 🔒 🧠 🤖 📝 🐛 🛠 🌍 🎯 💬 📈 🧪 👋 🟢 🔴 ⚡ ⚙ ❤ 🏆 📚 🎨 🔍 💻 ☁ 🐍 🦀 🪟 🐧 🍎 📷 🗂 ⏱ 🔑 🧩 🙌".split()
LICENCES = ["MIT", "Apache-2.0", "Apache 2.0", "BSD-3-Clause", "GPL-3.0", "AGPLv3", "MPL-2.0", "ISC", "CC BY-SA 4.0", "Unlicense", "LGPL-2.1"]


class TextSource:
    def __init__(self, random):
        self.random = random
        words = [w for w in DICTIONARY.read_text(encoding="utf-8").split() if "'" not in w] if DICTIONARY.exists() else []
        self.dictionary = [w for w in words if len(w) < 15] or DOMAIN
        self.prose = PROSE.read_text(encoding="utf-8").splitlines() if PROSE.exists() else []
        self.nav = [entry for group in NAV.split("|") for entry in ([group.strip()] if False else self.nav_entries(group))]
        self.titles = [t.strip() for t in TITLES.replace("CTO CEO Founder Engineer Designer ", "CTO|CEO|Founder|Engineer|Designer|").split("|")]

    @staticmethod
    def nav_entries(group):
        words = group.split()
        # A group ends with a two-word entry; everything before it is single words.
        if len(words) >= 2:
            return words[:-2] + [" ".join(words[-2:])]
        return words

    def pick(self, items):
        return items[self.random.randrange(len(items))]

    def word(self):
        chance = self.random.random()
        if chance < 0.04:
            return self.pick(["AI", "AI", "AI", "UI", "API", "API", "CI", "CLI", "OCR", "ML", "VLM", "LLM", "SSO", "IDE", "II", "URL", "APIs", "iOS", "All", "Ill", "I'll", "I'd"])
        if chance < 0.50:
            return self.pick(DOMAIN)
        if chance < 0.89:
            return self.pick(self.dictionary)
        if chance < 0.915:
            return self.foreign()
        if chance < 0.945:
            return self.mixed()
        return self.name()

    def name(self):
        r = self.random
        chance = r.random()
        base = "".join(self.pick(SYLLABLES) for _ in range(r.choice([2, 2, 3])))
        if chance < 0.45:
            return base.capitalize()
        if chance < 0.55:
            return base.capitalize() + self.pick(SYLLABLES).capitalize()
        if chance < 0.65:
            return base.capitalize() + str(r.choice([2, 3, 4, 5, 7, 8, 9, 10, 360]))
        if chance < 0.72:
            return base.capitalize() + self.pick([".ai", ".dev", ".io", ".js", ".py", "-rs", "DB", "ML", "AI", "OS", "VL", "GPT", "HQ"])
        if chance < 0.78:
            return "".join(self.pick("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(r.randint(2, 5)))
        if chance < 0.83:
            return base
        if chance < 0.9:
            return f"{base.capitalize()}-{r.choice([0.5, 1, 1.5, 2, 3, 3.5, 4, 7, 8, 13, 34, 70])}{self.pick(['B', 'b', '', 'M', '-mini', ' Turbo', '-Instruct'])}"
        return f"{base.capitalize()} {self.pick(DOMAIN).capitalize()}"

    def mixed(self):
        """Letters and digits side by side, as in model names, identifiers, paths and escapes."""
        r = self.random
        letter = lambda letters="abcdefghijklmnopqrstuvwxyz": r.choice(letters)
        capital = lambda: letter("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        digit = lambda count=1: "".join(r.choice("0123456789") for _ in range(count))
        return r.choice([
            lambda: letter("oOlIsSBGTVvxm") + digit(), lambda: digit() + letter("oODBKMGxkmb"), lambda: f"{capital()}{digit(r.randint(1, 4))}",
            lambda: f"{self.name()}-{digit()}{letter('obBmM')}", lambda: f"{self.name()}-{digit()}{letter('oO')}-mini", lambda: f"{self.name()} {digit()}.{digit()}{letter('bBoO ')}".strip(),
            lambda: f"{capital()}{digit()}{capital()}", lambda: f"x{digit(2)}_{digit(2)}", lambda: f"{letter()}{digit(2)}{letter()}", lambda: f"{digit()}{capital()}{digit()}",
            lambda: "".join(r.choice("0123456789abcdef") for _ in range(r.choice([6, 7, 8, 12]))), lambda: "".join(r.choice("0O1lI5S8B2Z6b9gq") for _ in range(r.randint(2, 6))),
            lambda: f"~{r.choice([self.number(), '/.' + self.word().lower(), '/' + self.word().lower()])}", lambda: f"C:\\{self.word().capitalize()}\\{self.word()}", lambda: f"\\{letter()}{letter('+*')}\\{letter()}",
            lambda: f"#{''.join(r.choice('0123456789ABCDEF') for _ in range(6))}", lambda: f"{digit(r.randint(1, 3))}{r.choice(['px', 'em', 'x', 'K', 'M', 'B', 'GB', 'MB', 'ms', 's', 'k', '+', '%', 'th', 'bn', 'T'])}",
            lambda: f"{digit(r.randint(1, 2))}.{digit(r.randint(1, 3))}{r.choice(['', 'B', 'M', 'x', 's', '%', 'K'])}", lambda: f"v{digit()}.{digit(r.randint(1, 2))}.{digit()}-{r.choice(['rc', 'beta', 'alpha'])}.{digit()}",
            lambda: f"{digit()}-{self.word().lower()}", lambda: f"{self.word().lower()}{digit()}", lambda: f"{capital()}{capital()}-{digit(4)}", lambda: f"{digit()}:{digit()}", lambda: f"{digit(3)}-{digit(4)}",
        ])()

    def foreign(self):
        """A dictionary word with other languages' letters in it: shapes to read, no language to know."""
        r = self.random
        near = {"a": "áàâäãåąæ", "e": "éèêëęě", "i": "íìîïı", "o": "óòôöõøőœ", "u": "úùûüůű", "y": "ýÿ", "s": "šśşß", "c": "çčć", "z": "žźż", "n": "ñńň", "l": "ł", "r": "ř", "g": "ğ",
                "A": "ÁÀÂÄÅÆ", "E": "ÉÈÊ", "I": "ÍÎİ", "O": "ÓÔÖÕØ", "U": "ÚÜ", "S": "ŠŞ", "C": "ÇČĆ", "Z": "Ž", "L": "Ł", "N": "Ñ"}
        word = self.pick(self.dictionary)
        word = word.capitalize() if r.random() < 0.3 else word.upper() if r.random() < 0.1 else word
        return "".join(r.choice([c for c in near[c_] if c in INDEX] or [c_]) if c_ in near and r.random() < 0.35 else c_ for c_ in word)

    def number(self):
        r = self.random
        digits = "".join(r.choice("0123456789") if r.random() < 0.6 else r.choice("00119") for _ in range(r.choice([1, 1, 2, 2, 3, 3, 4, 5])))
        if r.random() < 0.15:
            digits = r.choice("0123456789") * r.choice([2, 3, 4])
        return digits

    def grouped(self):
        value = self.random.choice([self.random.randint(1000, 99999), self.random.randint(100000, 9999999)])
        return f"{value:,}"

    def price(self):
        r = self.random
        amount = r.choice([str(r.choice([0, 5, 8, 9, 10, 12, 15, 19, 20, 24, 25, 29, 30, 39, 40, 49, 50, 59, 79, 99, 100, 149, 199, 200, 249, 299, 499, 999, 1000])),
                           self.number(), f"{r.randint(0, 99)}.{r.choice(['99', '00', '50', '49', '95', '9', '5'])}", self.grouped(), f"0.{r.randint(0, 999):03d}",
                           f"{r.randint(1, 9)}.{r.randint(0, 9)}K"])
        currency = r.choice(["$"] * 8 + ["€", "£", "¥", "₹", "US$", "C$", "A$"])
        money = r.choice([currency + amount] * 7 + [amount + " €", currency + " " + amount, amount + " USD"])
        unit = r.choice(["", "", "/mo", "/month", " / month", "/yr", "/year", " per month", " per seat", "/user/mo", " per user / month", " / 1M tokens", "/seat",
                         " per month, billed annually", " once", "/hr", "/GB", "+", " per 1M input tokens", " one-time", " mo", "/mo.", " / user", "–" + currency + self.number()])
        return money + unit

    def fact(self):
        r = self.random
        n = self.number
        return r.choice([
            lambda: f"{r.randint(0, 100)}%", lambda: f"{r.randint(0, 99)}.{r.randint(0, 9)}%", lambda: f"{n()}x {self.word()}", lambda: f"v{r.randint(0, 12)}.{r.randint(0, 30)}.{r.randint(0, 20)}",
            lambda: f"{r.randint(0, 12)}.{r.randint(0, 99)}", lambda: f"{self.pick(MONTHS)} {r.randint(1, 31)}, {r.randint(1998, 2031)}", lambda: f"{r.randint(2015, 2031)}-{r.randint(1, 12):02d}-{r.randint(1, 28):02d}",
            lambda: f"{r.randint(1, 31)} {self.pick(MONTHS)} {r.randint(2015, 2031)}", lambda: f"{n()} ms", lambda: f"{n()}ms p95", lambda: f"{n()} tok/s", lambda: f"{n()}GB", lambda: f"{n()} MB",
            lambda: f"{r.randint(1, 99)}.{r.randint(0, 9)}k", lambda: f"{r.randint(1, 99)}K+", lambda: self.grouped(), lambda: f"{r.randint(0, 9)}.{r.randint(0, 9)} / {r.choice([5, 10])}",
            lambda: f"{r.randint(0, 23):02d}:{r.randint(0, 59):02d}", lambda: f"Save {r.randint(5, 60)}%", lambda: f"+{n()}%", lambda: f"−{n()}", lambda: f"#{n()}", lambda: f"{n()} {self.word()}",
            lambda: f"MMLU {r.randint(10, 99)}.{r.randint(0, 9)}", lambda: f"{r.randint(1, 9)} of {r.randint(2, 10)}", lambda: f"{n()} stars", lambda: f"© {r.randint(2010, 2030)} {self.name()}, Inc.",
            lambda: f"{r.randint(1, 59)} {self.pick(['minutes', 'hours', 'days', 'weeks', 'months'])} ago", lambda: f"{self.pick(['≥', '≤', '~', '<', '>', '≈', '±', '×'])} {n()}", lambda: f"{n()}–{n()}", lambda: f"{n()}-{n()}", lambda: f"{n()} – {n()}", lambda: "—",
            lambda: f"Q{r.randint(1, 4)} {r.randint(2020, 2030)}", lambda: f"{n()}/{n()}", lambda: f"({n()})", lambda: f"{n()}°C", lambda: f"{n()}²", lambda: f"{self.pick(LICENCES)}",
        ])()

    def address(self):
        r = self.random
        host = f"{self.name().lower().replace(' ', '')}.{r.choice(['com', 'io', 'dev', 'ai', 'org', 'app', 'sh', 'co.uk', 'rs'])}"
        host = re.sub(r"\.+", ".", host)
        return r.choice([host, f"https://{host}", f"https://www.{host}/{self.word().lower()}", f"{self.pick(FIRST).lower()}@{host}", f"@{self.name().lower().replace(' ', '_')}",
                         f"{self.name().lower().replace(' ', '-')}/{self.name().lower().replace(' ', '-')}", f"docs.{host}/{self.word().lower()}#{self.word().lower()}",
                         f"{host}/?{self.word().lower()}={self.number()}&{r.choice('abcxyz')}={self.number()}"])

    def command(self):
        r = self.random
        pattern = self.pick(COMMANDS)
        identifier = lambda: r.choice([self.pick(DOMAIN).lower(), self.pick(VERBS), self.pick(DOMAIN).lower() + "_" + self.pick(VERBS), self.pick(VERBS) + self.pick(DOMAIN).capitalize()]).replace("-", "_")
        return pattern.format(n=self.name().lower().replace(" ", "-"), n2=self.name().lower().replace(" ", "-"), N=self.name().upper().replace(" ", "_").replace(".", "_"), v=f"{r.randint(0, 9)}.{r.randint(0, 20)}.{r.randint(0, 9)}",
                              d=self.name().lower().replace(" ", "") + r.choice([".dev", ".io", ".sh", ".com"]), k=self.number(), k2=self.number(), port=r.randint(1000, 9999), hex="".join(r.choice("0123456789abcdef") for _ in range(r.randint(4, 12))),
                              c=identifier(), f=identifier(), f2=identifier(), C=identifier().title().replace("_", ""), s=self.sentence(40), l=r.choice("abcdefghijlnoprstuvxz"), l2=r.choice("abcdefhilrtvx"))

    def noise(self):
        r = self.random
        if r.random() < 0.5:
            pool = "".join(self.pick(CONFUSABLE) for _ in range(3))
            return "".join(r.choice(pool) for _ in range(r.randint(2, 10)))
        letters = r.choice(["abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", "0123456789$%.,", "".join(INDEX), "".join(INDEX), "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"])
        return fold("".join(r.choice(letters) if r.random() < 0.93 else " " for _ in range(r.randint(1, 14)))) or "·"

    def sentence(self, limit=None):
        r = self.random
        if self.prose and r.random() < 0.30:
            text = self.pick(self.prose)
            return text if limit is None else text[:limit].rsplit(" ", 1)[0]
        text = self.pick(SENTENCES)
        fill = {"{w}": lambda: self.word() if r.random() < 0.93 else self.pick([self.fact, self.price, self.number, self.address])(), "{w1}": lambda: self.word().capitalize(), "{v}": lambda: self.pick(VERBS), "{V}": lambda: self.pick(VERBS).capitalize(),
                "{f}": lambda: self.pick(FUNCTION), "{f1}": lambda: self.pick(FUNCTION).capitalize(), "{a}": lambda: self.pick(["a", "an", "the"]), "{N}": self.name,
                "{n}": lambda: self.name().lower(), "{k}": self.number, "{K}": self.grouped, "{y}": lambda: str(r.randint(2019, 2031)), "{l}": lambda: self.pick(LICENCES), "{p}": self.price,
                "{P}": lambda: r.choice([self.person(), self.name().lower(), self.pick(FIRST)]), "{U}": lambda: self.pick(ACRONYMS), "{m}": lambda: r.choice(["1", "1", "11", self.number()]), "{l2}": lambda: self.pick(["ls", "ll", "cd", "uv", "fd", "rg", "vi", "sh", "jq", "go", "ps", "cp", "mv", "rm", "os", "ok", "us", "vs"]),
                "{x}": self.mixed, "{v1}": lambda: self.pick(VERBS).capitalize()}
        text = re.sub(r"\{[A-Za-z][12]?\}", lambda match: fill[match.group(0)](), text)
        if r.random() < 0.25:
            words = text.split(" ")
            for _ in range(r.choice([1, 1, 2])):
                index = r.randrange(len(words))
                before, after = r.choice(WRAPPERS)
                words[index] = before + words[index] + after
            text = " ".join(words)
        if r.random() < 0.08:
            words = text.split(" ")
            words.insert(r.randrange(len(words)), self.pick([lambda: self.pick(FIRST) + " " + self.pick(LAST), self.fact, self.noise, self.price, lambda: "→", lambda: "•", lambda: "·", lambda: "&", lambda: "|", lambda: "~", lambda: "\\", lambda: ":-)", lambda: ":)"])())
            text = " ".join(words)
        return text if limit is None else text[:limit].rsplit(" ", 1)[0]

    def paragraph(self, sentences):
        ends = [". "] * 12 + ["! ", "? ", "; ", ": ", " — ", "... ", "… "]
        return "".join(self.sentence().rstrip(".") + self.pick(ends) for _ in range(sentences)).strip()

    def with_emoji(self, text):
        """Now and then an emoji, or the empty box of a missing one, before or behind a text; readers leave it out."""
        r = self.random
        if r.random() > 0.05:
            return text
        mark = r.choice(EMOJI) if r.random() < 0.6 else "\U000F0000"
        return f"{mark} {text}" if r.random() < 0.7 else f"{text} {mark}"

    def heading(self):
        return self.with_emoji(self.plain_heading())

    def plain_heading(self):
        r = self.random
        return r.choice([
            lambda: self.name(), lambda: f"{self.pick(VERBS).capitalize()} {self.word()} {self.pick(FUNCTION)} {self.word()}", lambda: self.sentence(48), lambda: f"{self.name()} vs {self.name()}",
            lambda: self.pick(DOMAIN).capitalize(), lambda: " ".join(self.word().capitalize() for _ in range(r.randint(2, 5))), lambda: f"Introducing {self.name()}", lambda: f"{r.randint(1, 9)}. {self.word().capitalize()}",
            lambda: f"What's new in {self.name()}?", lambda: f"The {self.word()} {self.word()} for {self.word()}", lambda: self.pick(self.nav), lambda: f"{self.name()}: {self.word()} {self.word()} {self.word()}",
        ])()

    def label(self):
        """A short text: menu entry, button, badge, cell."""
        return self.with_emoji(self.plain_label())

    def plain_label(self):
        r = self.random
        return r.choice([lambda: self.pick(self.nav), lambda: self.pick(self.nav), lambda: self.word().capitalize(), self.name, self.fact, lambda: f"{self.pick(VERBS).capitalize()} {self.word()}", lambda: f"{self.pick(self.nav)} →",
                         lambda: f"{self.word()}", lambda: f"{self.word().capitalize()} {self.word()}", lambda: self.pick(["Yes", "No", "Free", "Custom", "—", "✓", "✕", "N/A", "Unlimited", "Included", "Coming soon", "New", "Beta", "Popular", "Most popular", "Free forever", "Contact us", "Ship", "Skip"])])()

    def person(self):
        return f"{self.pick(FIRST)} {self.pick(LAST)}"

    def any_line(self):
        """One line of any kind, for lines drawn without a page."""
        r = self.random
        chance = r.random()
        if chance < 0.34:
            text = self.sentence()
        elif chance < 0.46:
            text = self.label()
        elif chance < 0.56:
            text = self.price()
        elif chance < 0.66:
            text = self.fact()
        elif chance < 0.72:
            text = self.heading()
        elif chance < 0.79:
            text = self.command()
        elif chance < 0.84:
            text = self.address()
        elif chance < 0.89:
            text = " ".join(self.pick([self.word, self.name, self.noise, self.fact, self.word, self.mixed, self.mixed, self.foreign])() for _ in range(r.randint(1, 6)))
        elif chance < 0.92:
            text = self.person() + r.choice(["", ", " + self.pick(self.titles), " · " + self.pick(self.titles)])
        else:
            text = self.noise()
        if r.random() < 0.12:
            text = text.upper()
        elif r.random() < 0.05:
            text = text.lower()
        text = fold(text)
        limit = r.choice([12, 25, 40, 70, 110])
        if len(text) > limit:
            start = r.randrange(len(text) - limit)
            text = text[start:start + limit].strip()
        return text
