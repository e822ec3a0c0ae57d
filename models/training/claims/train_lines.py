"""Trains the line model on the passages of made pages: what each is for, and of which kind a claim is.

    cargo run --release -p models --example passages -- --out PASSAGES TRUTH/*.json      # for each split
    python3 train_lines.py --truth TRAIN --passages TRAIN_PASSAGES --validation VALID --validation-passages VALID_PASSAGES --out lines.safetensors

The weights go to `models/weights/lines.safetensors`, the `.json` beside them (answers to a few examples, the reference of
the port) to `models/tests/fixtures/lines.json`.

Labels come from a page's truth by text. A passage that is a part of a labelled text, or of two, teaches nothing and is
masked. The temperature of both answers is fitted on the validation split, whose wordings the training has not seen.
Invariant: the tensors are those that `models/src/line_model` reads. Must not: see the split `test`.
"""

import argparse
import functools
import json
import pathlib
import random
import re
import struct

import numpy
import torch
from torch import nn

import facts
import sentences
import surroundings
import vocabulary
import words
import written

ROLES = ["other", "claim", "title", "tagline", "name", "quote", "heading", "instruction", "filler", "navigation", "code", "price"]
KINDS = list(written.KINDS)
BUCKETS, WIDTH, HIDDEN, HEADS, LAYERS, FEATURES = 65536, 48, 96, 4, 2, 37
MOST_WORDS = 64
# Of the loose sentences; the others come from patterns and vocabulary.
NATURAL = 0.75
# Pages of loose sentences beside each eight made ones.
LOOSE_PAGES = 6
# What a natural sentence that claims nothing is for.
NOTHING = {"filler": "filler", "instruction": "instruction", "interface": "other", "heading": "heading", "quote": "quote", "aside": "other"}
# What the other texts of a page are for whose name is not their role.
PLACED = {"call": "navigation", "legal": "other", "category": "other"}
GATE_LIMIT = 4.0


def key(text):
    return re.sub(r"[^\w%$€£]+", " ", text.casefold()).strip()


def labels_of(truth):
    """Text -> (role, kind or None, admissible kinds)."""
    found = {key(text): ((NOTHING | PLACED).get(role, role), None, []) for text, role in truth.get("roles", {}).items()}
    for tool in truth["tools"]:
        for claim in tool["claims"]:
            short = len(claim["text"].split()) <= 4
            role = "title" if claim.get("optional") and short else "claim"
            found[key(claim["text"])] = (role, claim["kind"], claim.get("also", []))
        for price in tool["pricing"]:
            found[key(price["text"])] = ("price", None, [])
        for review in tool["reviews"]:
            found[key(review["quote"])] = ("quote", None, [])
        for text in [tool["tagline"], *tool["tagline_alts"]]:
            if text:
                found[key(text)] = ("tagline", "feature", [])
        for text in [tool["name"], *tool["aliases"]]:
            if text:
                found[key(text)] = ("name", None, [])
    found.pop("", None)
    return found


def label(text, known):
    """(role, kind, also) of a passage; None where it teaches nothing."""
    own = key(text)
    if own in known:
        return known[own]
    if not own:
        return None
    for other, entry in known.items():
        if len(other) > 8 and (own in other or other in own):
            # A claim with a word or two more, such as a tick that was read as a letter, is still that claim.
            if other in own and len(own) <= 1.25 * len(other):
                return entry
            # One sentence of a quote of several is quoted, too.
            return entry if entry[0] == "quote" and own in other else None
    return ("other", None, [])


@functools.cache
def bucket(sort, text):
    """FNV-1a over the sort and the text, as in `models/src/line_model/encode.rs`."""
    value = 0xCBF29CE484222325
    for byte in (sort + text).encode():
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return ((value >> 32) ^ value) % BUCKETS


def split(text):
    """Words without the marks around them; digits become one 0."""
    kept = lambda mark: mark.isalnum() or mark in "$€£%+{}?"
    found = []
    for word in re.split(r"[\s\-—–/]", text):
        while word and not kept(word[0]):
            word = word[1:]
        while word and not kept(word[-1]):
            word = word[:-1]
        if word:
            found.append(re.sub(r"[0-9][0-9.,]*", "0", word))
    return found[:MOST_WORDS]


def encoded(text):
    """Buckets of words, pairs and letters of a masked text."""
    parts = split(text)
    pairs = [bucket("p", f"{a} {b}") for a, b in zip(["^", *parts], [*parts, "$end"])]
    letters = []
    for word in parts:
        if not word.startswith("{") and len(word) >= 4:
            marked = "<" + word[:24] + ">"
            letters += [bucket("c", marked[i : i + 4]) for i in range(len(marked) - 3)]
    return [bucket("w", word) for word in parts], pairs, letters


def kind_target(kind, also):
    """Shares of the kinds for a claim: the first one twice as likely as each other that fits."""
    target = [0.0] * len(KINDS)
    for other in [kind, kind, *also]:
        target[KINDS.index(other)] += 1 / (2 + len(also))
    return target


def loose_sentences(r, count, vocabulary_share=0.3):
    """Claims that stand on no page: (buckets, shares of kinds), from the sentences of the split `train` and its vocabulary."""
    patterns = {kind: facts.patterns(kind, "train") for kind in KINDS}
    # A pattern with many choices says many things.
    weights = {kind: [1 + pattern.count("|") ** 0.7 for pattern, _ in patterns[kind]] for kind in KINDS}
    made, tool = [], None
    while len(made) < count:
        if len(made) % 40 == 0:
            tool = facts.Tool(r, "train", r.choice(words.names(r, "train", 4)))
        kind = r.choice(KINDS)
        natural = r.choice(written.lines("train")[kind]) if r.random() < NATURAL else None
        if natural:
            text, also = written.masked(natural.text), natural.also
        elif r.random() < vocabulary_share:
            text, kind = vocabulary.loose(r)
            also = []
        else:
            pattern, also = r.choices(patterns[kind], weights[kind])[0]
            text = tool.fill(pattern)
            if not sentences.apart(text):
                continue
            if r.random() < 0.15:
                text = f"{tool.label(kind)}{r.choice([': ', ' - ', ' — '])}{text}"
            text = text.casefold().replace(tool.name.casefold(), "{name}")
        made.append((*encoded(text), kind_target(kind, also)))
    return made


class LoosePage:
    """Sentences without a page: claims and what is none, each with the features of any passage, so that words decide."""

    def __init__(self, r, claims, nothing, features):
        chosen = [(s[:3], 1) for s in r.sample(claims, 10)] + [(s[:3], s[3]) for s in r.sample(nothing, 12)]
        r.shuffle(chosen)
        self.ids = [[c[0][sort] for c in chosen] for sort in range(3)] + [[[] for _ in chosen]]
        self.features = features[torch.tensor([r.randrange(len(features)) for _ in chosen])]
        self.roles = torch.tensor([c[1] for c in chosen])


def loose_nothings(r, count):
    """Sentences that claim nothing: (buckets, role), from the lists of the split `train` and its vocabulary."""
    lists = [(surroundings.FILLER, "filler"), (surroundings.INSTRUCTIONS, "instruction"), (surroundings.INTERFACE, "other"), (surroundings.HEADINGS, "heading"), (surroundings.QUOTES, "quote")]
    made = []
    while len(made) < count:
        if len(made) % 40 == 0:
            tool = facts.Tool(r, "train", r.choice(words.names(r, "train", 4)))
        sort = r.random()
        label = r.choice(list(NOTHING))
        natural = r.choice(written.lines("train")[label]) if r.random() < NATURAL else None
        if natural:
            made.append((*encoded(written.masked(natural.text)), ROLES.index(NOTHING[label])))
            continue
        if sort < 0.5:
            role = r.choices(["filler", "instruction", "other", "heading", "quote"], [5, 3, 3, 1, 2])[0]
            pattern = r.choice(sentences.lines(f"nothing/{role}"))[0]
        elif sort < 0.75:
            pattern, role = vocabulary.loose_nothing(r)
            pattern = pattern.replace("{name}", "{N}")
        else:
            table, role = r.choice(lists)
            pattern = r.choice(surroundings.lines(table, "train"))
        text = tool.fill(pattern).casefold().replace(tool.name.casefold(), "{name}")
        made.append((*encoded(text), ROLES.index(role)))
    return made


class Page:
    def __init__(self, passages, truth):
        known = labels_of(truth)
        labels = [label(p["text"], known) for p in passages]
        self.masked = [p["masked"] for p in passages]
        self.ids = [[p[name] for p in passages] for name in ("words", "pairs", "letters", "heading")]
        self.features = torch.tensor([p["features"] for p in passages], dtype=torch.float32)
        self.roles = torch.tensor([ROLES.index(l[0]) if l else -100 for l in labels])
        self.kinds = torch.tensor([KINDS.index(l[1]) if l and l[1] else -100 for l in labels])
        self.targets = torch.tensor([kind_target(l[1], l[2]) if l and l[1] else [0.0] * len(KINDS) for l in labels])
        self.also = [l[2] if l else [] for l in labels]
        self.score = [p["score"] for p in passages]
        self.cues = [p["cues"] for p in passages]
        self.group = truth["group"]


def load(truths, folder):
    pages = []
    for path in sorted(pathlib.Path(truths).glob("*.json")):
        passages = json.loads((pathlib.Path(folder) / path.name).read_text(encoding="utf-8"))
        if passages:
            pages.append(Page(passages, json.loads(path.read_text(encoding="utf-8"))))
    return pages


def bag(lists, drop):
    """Flat ids and offsets for an EmbeddingBag; `drop` leaves ids out by chance."""
    flat, offsets = [], []
    for ids in lists:
        offsets.append(len(flat))
        flat += [i for i in ids if random.random() >= drop] if drop else ids
    return torch.tensor(flat, dtype=torch.long), torch.tensor(offsets)


def soft_loss(logits, targets, smoothing=0.05):
    """Cross entropy against shares of kinds."""
    targets = (1 - smoothing) * targets + smoothing / len(KINDS)
    return -(targets * torch.log_softmax(logits, -1)).sum(-1).mean()


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.EmbeddingBag(BUCKETS, WIDTH, mode="sum")
        nn.init.normal_(self.table.weight, std=0.1)
        # How much a word, pair, letter group or word of the heading counts.
        self.gate = nn.Parameter(torch.zeros(4, WIDTH))
        self.input = nn.Linear(4 * WIDTH + FEATURES, HIDDEN)
        self.layers = nn.ModuleList(nn.ModuleDict({name: nn.Linear(HIDDEN, HIDDEN) for name in ("query", "key", "value", "out")} | {"up": nn.Linear(HIDDEN, 2 * HIDDEN), "down": nn.Linear(2 * HIDDEN, HIDDEN), "norm1": nn.LayerNorm(HIDDEN), "norm2": nn.LayerNorm(HIDDEN)}) for _ in range(LAYERS))
        self.norm = nn.LayerNorm(HIDDEN)
        self.roles = nn.Linear(HIDDEN, len(ROLES))
        # A kind follows from the words alone: the rest of the page would only be learnt by heart.
        self.wording, self.kinds = nn.Linear(4 * WIDTH, HIDDEN), nn.Linear(HIDDEN, len(KINDS))
        self.dropout = nn.Dropout(0.2)

    def pooled(self, lists, drop, sort):
        flat, offsets = bag(lists, drop)
        weights = torch.exp((nn.functional.embedding(flat, self.table.weight) @ self.gate[sort]).clamp(-GATE_LIMIT, GATE_LIMIT))
        owner = torch.searchsorted(offsets, torch.arange(len(flat)), right=True) - 1
        squares = torch.zeros(len(lists)).index_add(0, owner, weights * weights)
        return self.table(flat, offsets, per_sample_weights=weights) / torch.sqrt(squares + 1e-6)[:, None]

    def kind_logits(self, pooled):
        return self.kinds(self.dropout(torch.relu(self.wording(self.dropout(pooled)))))

    def loose(self, sentences, drop):
        """Kind logits of sentences without a page."""
        pooled = [self.pooled([s[sort] for s in sentences], drop, sort) for sort in range(3)]
        return self.kind_logits(torch.cat([*pooled, torch.zeros(len(sentences), WIDTH)], 1))

    def forward(self, pages, drop=0.0):
        """Logits of the passages of several pages, one page behind the other."""
        count = [len(p.roles) for p in pages]
        pooled = torch.cat([self.pooled([ids for p in pages for ids in p.ids[sort]], drop, sort) for sort in range(4)], 1)
        features = torch.cat([p.features for p in pages])
        if self.training:
            features = features + 0.03 * torch.randn_like(features)
            features = features * (torch.rand(len(features), FEATURES) > 0.1)
        hidden = self.dropout(torch.relu(self.input(self.dropout(torch.cat([pooled, features], 1)))))
        owner = torch.repeat_interleave(torch.arange(len(pages)), torch.tensor(count))
        apart = owner[:, None] != owner[None, :]
        for layer in self.layers:
            x = layer["norm1"](hidden)
            q, k, v = (layer[n](x).reshape(len(x), HEADS, -1).transpose(0, 1) for n in ("query", "key", "value"))
            scores = (q @ k.transpose(1, 2)) / q.shape[-1] ** 0.5
            mixed = torch.softmax(scores.masked_fill(apart, float("-inf")), -1) @ v
            hidden = hidden + self.dropout(layer["out"](mixed.transpose(0, 1).reshape(len(x), -1)))
            hidden = hidden + self.dropout(layer["down"](torch.relu(layer["up"](layer["norm2"](hidden)))))
        hidden = self.norm(hidden)
        return self.roles(hidden), self.kind_logits(pooled)


def answers(network, pages):
    """Role and kind logits of every page, without chance."""
    network.eval()
    with torch.no_grad():
        return [network([page]) for page in pages]


def temperature(logits, labels):
    """The scale of the logits under which the labels are likeliest."""
    scales = torch.arange(0.3, 1.6, 0.02)
    losses = [nn.functional.cross_entropy(logits * s, labels, ignore_index=-100).item() for s in scales]
    return float(scales[int(numpy.argmin(losses))])


def says(kind, page, index):
    return KINDS[kind] == KINDS[page.kinds[index]] or KINDS[kind] in page.also[index]


def report(network, pages, name):
    network.eval()
    right = wrong = tp = fp = fn = role_right = role_all = cue_right = 0
    for page, (roles, kinds) in zip(pages, answers(network, pages)):
        for i in range(len(page.roles)):
            if page.roles[i] == -100:
                continue
            role_all += 1
            role_right += int(roles[i].argmax() == page.roles[i])
            told = ROLES[roles[i].argmax()] in ("claim", "title", "tagline")
            true = ROLES[page.roles[i]] in ("claim", "title", "tagline")
            tp, fp, fn = tp + (told and true), fp + (told and not true), fn + (true and not told)
            if ROLES[page.roles[i]] == "claim":
                right += says(int(kinds[i].argmax()), page, i)
                cue_right += says(int(numpy.argmax([c + (1.25 if k == 0 and c == 0 else 0) for k, c in enumerate(page.cues[i])])), page, i)
                wrong += 1
    print(f"{name}: roles {role_right / role_all:.3f}  statements P {tp / max(1, tp + fp):.3f} R {tp / max(1, tp + fn):.3f}  kinds {right / max(1, wrong):.3f} (cues of the rules {cue_right / max(1, wrong):.3f}) of {wrong}", flush=True)


def write(path, tensors):
    """A safetensors file: 8 bytes of header length, JSON header, data."""
    header, data = {}, b""
    for name, array in sorted(tensors.items()):
        raw = numpy.ascontiguousarray(array).tobytes()
        header[name] = {"dtype": {"float16": "F16", "float32": "F32"}[str(array.dtype)], "shape": list(array.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    head = json.dumps(header).encode()
    head += b" " * (-len(head) % 8)
    pathlib.Path(path).write_bytes(struct.pack("<Q", len(head)) + head + data)


def export(network, path, scales):
    tensors = {}
    for name, value in network.state_dict().items():
        array = value.numpy()
        tensors["table" if name == "table.weight" else name] = array.astype(numpy.float16 if array.ndim == 2 else numpy.float32)
    for name, scale in scales.items():
        tensors[f"{name}.scale"] = numpy.array(scale, dtype=numpy.float32)
    write(path, tensors)


EXAMPLES = ["{name} keeps every {name} file on your machine.", "trusted by 12,000 teams", "how it works", "$12/mo", "run the command below to install it.", "works with slack and google drive"]


class Example:
    """A page of a few passages without headings, with features that follow a simple rule."""

    def __init__(self):
        self.ids = [*(list(part) for part in zip(*(encoded(text) for text in EXAMPLES))), [[] for _ in EXAMPLES]]
        self.features = torch.tensor([[((row * 7 + column * 3) % 10) / 10 for column in range(FEATURES)] for row in range(len(EXAMPLES))])
        self.roles = [0] * len(EXAMPLES)


def write_example(network, path, scales):
    """What the network answers for the examples: the reference for the port."""
    roles, kinds = answers(network, [Example()])[0]
    rounded = lambda logits, scale: [[round(v, 5) for v in row] for row in torch.softmax(logits * scale, -1).tolist()]
    path.write_text(json.dumps({"texts": EXAMPLES, "roles": rounded(roles, scales["roles"]), "kinds": rounded(kinds, scales["kinds"])}, indent=1), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("truth", "passages", "validation", "validation-passages", "out"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random.seed(options.seed)
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    train, held = load(options.truth, options.passages), load(options.validation, options.validation_passages)
    print(len(train), "pages to learn from,", len(held), "held back", flush=True)
    for page in held:
        assert page.ids[:3] == [list(part) for part in zip(*(encoded(text) for text in page.masked))], "the buckets here and in Rust differ"
    network = Network()
    r = random.Random(options.seed)
    loose, nothing = loose_sentences(r, 120000), loose_nothings(r, 60000)
    # Vocabulary without grammar is no sentence: claims for the roles come from the wordings alone.
    claims = loose_sentences(r, 60000, vocabulary_share=0.0)
    places = torch.cat([p.features[p.roles != 9] for p in train])
    optimiser = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=0.02)
    batch = 8
    steps = options.epochs * (len(train) // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=steps + 1, pct_start=0.15)
    for epoch in range(options.epochs):
        network.train()
        random.shuffle(train)
        total = 0.0
        for at in range(0, len(train) - batch + 1, batch):
            pages = train[at : at + batch]
            roles, kinds = network(pages, drop=0.25)
            apart = [LoosePage(random, claims, nothing, places) for _ in range(LOOSE_PAGES)]
            loss = 0.5 * nn.functional.cross_entropy(network(apart, drop=0.25)[0], torch.cat([p.roles for p in apart]), label_smoothing=0.03)
            loss = loss + nn.functional.cross_entropy(roles, torch.cat([p.roles for p in pages]), ignore_index=-100, label_smoothing=0.03)
            known = torch.cat([p.kinds for p in pages]) >= 0
            if known.any():
                loss = loss + 0.5 * soft_loss(kinds[known], torch.cat([p.targets for p in pages])[known])
            sample = random.sample(loose, 256)
            loss = loss + soft_loss(network.loose(sample, 0.3), torch.tensor([s[3] for s in sample]))
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            total += loss.item()
        print(f"epoch {epoch + 1}: loss {total / max(1, len(train) // batch):.3f}", flush=True)
        if epoch % 3 == 2 or epoch + 1 == options.epochs:
            report(network, held, "  held back")
    found = answers(network, held)
    roles, kinds = (torch.cat([answer[sort] for answer in found]) for sort in range(2))
    scales = {"roles": temperature(roles, torch.cat([p.roles for p in held])), "kinds": temperature(kinds, torch.cat([p.kinds for p in held]))}
    print("scales", scales)
    export(network, options.out, scales)
    write_example(network, pathlib.Path(options.out).with_suffix(".json"), scales)


if __name__ == "__main__":
    main()
