"""What the statuses and confidences of proposals are worth: against truth files, beside the scorer's own figures.

Purpose: the share of right proposals that are verified, every verified value that is wrong with its reason, and how often
what is shown at a confidence is right. Matching is the scorer's.
A value is wrong if it is not what the page states: other words, amount, period or tool, no claim about the tool, no slogan, no
name. The kind that a right claim is filed under is counted by itself: a claim whose truth admits several kinds (`also`, given
with the sentence) is right under each of them here; the scorer counts the first one only.
Must not: change or judge what the scorer counts.

    python3 report.py --scorer SCORE.PY --truth DIR --pred DIR
"""

import argparse
import collections
import importlib.util
import pathlib


def load_scorer(path):
    spec = importlib.util.spec_from_file_location("scorer", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# Reasons that say no more than that the proposer was not sure.
UNSURE = {"weak_evidence", "kind_uncertain", "vague", "conditional"}


class Judged:
    """One proposed value: what it is, whether it is right, if not, why, and whether a right claim is filed under another kind."""

    def __init__(self, page, sort, value, wrong=None, misfiled=None):
        self.page, self.sort, self.wrong, self.misfiled = page, sort, wrong, misfiled
        self.text = value.get("quote") or value.get("text")
        self.status, self.confidence, self.reasons = value.get("status"), value.get("confidence"), value.get("reasons") or []


def judge_prices(scorer, identity, truth, predicted):
    left = list(truth.get("pricing") or [])
    for price in predicted.get("pricing") or []:
        match = next((known for known in left if scorer.price_eq(known, price)), None)
        if match:
            left.remove(match)
        # A sentence that states a price was labelled as a claim; its price is right, too.
        match = match or next((said for said in truth.get("said") or [] if scorer.price_eq(said, price)), None)
        yield Judged(identity, "price", price, None if match else "wrong price")


def judge_reviews(scorer, identity, truth, predicted):
    for review in predicted.get("reviews") or []:
        found = any(scorer.claim_ok(known["quote"], review.get("quote")) for known in truth.get("reviews") or [])
        yield Judged(identity, "review", review, None if found else "no quote of a person")


def judge_claims(scorer, identity, truths, tools, pairs, page):
    known = [(index, claim) for index, tool in enumerate(truths) for claim in tool.get("claims") or []]
    for position, tool in enumerate(tools):
        for claim in tool.get("claims") or []:
            matches = [(index, truth) for index, truth in known if scorer.claim_ok(truth["text"], claim["text"])]
            own = [truth for index, truth in matches if pairs.get(position) == index]
            if page.locate(claim["text"])[0] < 0.8:
                wrong = "not on the page"
            elif not matches:
                wrong = "no claim of the truth"
            elif not own:
                wrong = "another tool's"
            else:
                wrong = None
            fits = any(claim.get("kind") in (truth["kind"], *truth.get("also", [])) for truth in own)
            yield Judged(identity, "claim", claim, wrong, None if wrong or fits else f"{claim.get('kind')} for {own[0]['kind']}")


def judge(scorer, truth, prediction):
    """Every value of a page's prediction, judged."""
    identity, truths, tools = truth["id"], truth.get("tools") or [], prediction.get("tools") or []
    page = scorer.Page(scorer.with_ignored(truth, prediction) if truth.get("ignore") else truth)
    named = {position: index for position, tool in enumerate(tools) for index, known in enumerate(truths) if tool.get("name") and scorer.name_exact(known, tool["name"])}
    free = [index for index in range(len(truths)) if index not in named.values()]
    pairs = {position: named.get(position, free.pop(0) if position not in named and free else None) for position in range(len(tools))}
    for position, tool in enumerate(tools):
        fields = {field["property"]: field for field in tool.get("fields") or []}
        known = truths[pairs[position]] if pairs[position] is not None else {}
        for sort in ("name", "tagline"):
            if not tool.get(sort):
                continue
            options = scorer.names(known) if sort == "name" else [known.get("tagline"), *(known.get("tagline_alts") or [])]
            right = scorer.name_exact(known, tool[sort]) if sort == "name" else any(scorer.sim(scorer.norm(o).rstrip("."), scorer.norm(tool[sort]).rstrip(".")) >= 0.9 for o in options if o)
            yield Judged(identity, sort, {**fields.get(sort, {}), "text": tool[sort]}, None if right else f"wrong {sort}" if any(options) else f"the truth has no {sort}")
        yield from judge_prices(scorer, identity, known, tool)
        yield from judge_reviews(scorer, identity, known, tool)
    yield from judge_claims(scorer, identity, truths, tools, pairs, page)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scorer", type=pathlib.Path, required=True)
    parser.add_argument("--truth", type=pathlib.Path, required=True)
    parser.add_argument("--pred", type=pathlib.Path, required=True)
    parser.add_argument("--list", action="store_true", help="print every verified value that is wrong")
    options = parser.parse_args()
    scorer = load_scorer(options.scorer)
    truths, predictions = scorer.load(str(options.truth)), scorer.load(str(options.pred))
    judged = [value for truth in truths.values() if "lines" in truth for value in judge(scorer, truth, predictions.get(truth["id"]) or {})]

    checked = [value for value in judged if value.status]
    right = [value for value in checked if not value.wrong]
    verified = [value for value in checked if value.status == "verified"]
    wrong = [value for value in verified if value.wrong]
    share = lambda part, whole: f"{len(part)} of {len(whole)} ({100 * len(part) / max(1, len(whole)):.1f} %)"
    print(f"\nright proposals that are verified: {share([v for v in right if v.status == 'verified'], right)}")
    print(f"verified and wrong: {share(wrong, verified)}")
    for (sort, reason), count in collections.Counter((v.sort, v.wrong) for v in wrong).most_common():
        print(f"  {count:5}  {sort}: {reason}")
    claims = [value for value in verified if value.sort == "claim" and not value.wrong]
    misfiled = [value for value in claims if value.misfiled]
    marked = [value for value in claims if "kind_uncertain" in value.reasons]
    print(f"right and verified claims under another kind: {share(misfiled, claims)}; without the mark that the kind is uncertain: {share([v for v in misfiled if v not in marked], [v for v in claims if v not in marked])}")
    for reason, count in collections.Counter(v.misfiled for v in misfiled).most_common(12):
        print(f"  {count:5}  {reason}")
    if options.list:
        for value in wrong:
            print(f"    {value.page}  {value.sort}  {value.wrong}: {value.text}")
    print("\nif claims were verified from a confidence on, all else being equal: wrong among the verified, verified among the right")
    for least in (0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95):
        open_to_all = lambda v: v.status == "verified" or v.sort == "claim" and not set(v.reasons) - UNSURE
        kept = [v for v in checked if open_to_all(v) and (v.sort != "claim" or (v.confidence or 0) >= least)]
        bad = [v for v in kept if v.wrong]
        print(f"  {least:.2f}   {100 * len(bad) / max(1, len(kept)):5.1f} %   {100 * (len(kept) - len(bad)) / max(1, len(right)):5.1f} %")
    spent = sorted(page["timings"]["propose_ms"] for page in predictions.values() if "propose_ms" in (page.get("timings") or {}))
    if spent:
        print(f"\ntime for proposing and checking: median {spent[len(spent) // 2]} ms, longest {spent[-1]} ms a page")
    print("\nconfidence   proposals   right")
    for low in range(0, 10):
        inside = [v for v in judged if v.confidence is not None and low <= min(9, int(10 * v.confidence)) < low + 1]
        if inside:
            print(f"  {low / 10:.1f}-{(low + 1) / 10:.1f}   {len(inside):7}   {sum(not v.wrong for v in inside) / len(inside):.3f}")


if __name__ == "__main__":
    main()
