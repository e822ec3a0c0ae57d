"""Fits how the rules' scores and the line model's answers count together, and how sure both are in the end.

    python3 fit_joint.py --truth VALIDATION --passages VALIDATION_PASSAGES

Prints the constants of `crates/engine/src/propose/passages.rs`, what rules, model and both reach on the same passages, and
how often a joint certainty is right. Only sentences that the rules score count: their filters of place stay as they are.
"""

import argparse

import numpy

import train_lines as lines


def logit(p):
    p = numpy.clip(p, 0.005, 0.995)
    return numpy.log(p / (1 - p))


def logistic(x, y, rounds=2000):
    """Weights (last: offset) of a logistic regression by Newton steps."""
    x = numpy.c_[x, numpy.ones(len(x))]
    w = numpy.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + numpy.exp(-x @ w))
        gradient = x.T @ (y - p) - 1e-3 * w
        hessian = (x * (p * (1 - p))[:, None]).T @ x + 1e-3 * numpy.eye(len(w))
        w += numpy.linalg.solve(hessian, gradient)
    return w


def figures(said, y):
    tp = (said & y).sum()
    return f"P {tp / max(1, said.sum()):.3f} R {tp / max(1, y.sum()):.3f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--truth", required=True)
    parser.add_argument("--passages", required=True)
    options = parser.parse_args()
    import json
    import pathlib
    rows, kinds = [], []
    for path in sorted(pathlib.Path(options.truth).glob("*.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        known = lines.labels_of(truth)
        for p in json.loads((pathlib.Path(options.passages) / path.name).read_text(encoding="utf-8")):
            found = lines.label(p["text"], known)
            if not found or p["roles"] is None:
                continue
            if p["score"] is not None and p["score"] > 0 and len(truth["tools"]) == 1:
                rows.append((min(5, max(-2, p["score"])), logit(sum(p["roles"][1:4])), found[0] in ("claim", "title", "tagline"), p["text"]))
            if found[0] == "claim":
                kinds.append((p["kinds"], p["cues"], lines.KINDS.index(found[1]), found[2], p["text"]))
    score, model, y = (numpy.array([r[i] for r in rows]) for i in range(3))
    w = logistic(numpy.c_[score, model], y)
    joint = 1 / (1 + numpy.exp(-(w[0] * score + w[1] * model + w[2])))
    print(f"SCORE_SLOPE {w[0]:.3f}  MODEL_SLOPE {w[1]:.3f}  OFFSET {w[2]:.3f}   ({len(y)} passages, {y.sum()} statements)")
    print("rules alone ", figures(score >= 1.19, y))
    print("model alone ", figures(model >= 0, y))
    for least in (0.4, 0.5, 0.6, 0.7):
        print(f"both at {least}", figures(joint >= least, y))
    for low in numpy.arange(0.3, 1.0, 0.1):
        inside = (joint >= low) & (joint < low + 0.1)
        print(f"  certainty {low:.1f}-{low + 0.1:.1f}: {inside.sum():5} passages, right {y[inside].mean() if inside.any() else 0:.3f}")
    for at in (0.95, 0.97, 0.98, 0.99):
        print(f"  at least {at}: {(joint >= at).sum()} passages, right {y[joint >= at].mean():.4f}")

    p, cues = numpy.log(numpy.clip([k[0] for k in kinds], 1e-4, 1)), numpy.minimum([k[1] for k in kinds], 5)
    truth = numpy.array([k[2] for k in kinds])
    fits = [lambda k, i=i: k == kinds[i][2] or lines.KINDS[k] in kinds[i][3] for i in range(len(kinds))]
    best = None
    for a in numpy.arange(0.2, 1.6, 0.1):
        for b in numpy.arange(0, 2.4, 0.1):
            z = a * p + b * cues
            z -= z.max(1, keepdims=True)
            share = numpy.exp(z) / numpy.exp(z).sum(1, keepdims=True)
            loss = -numpy.log(share[numpy.arange(len(truth)), truth]).mean()
            if best is None or loss < best[0]:
                best = (loss, a, b, share)
    _, a, b, share = best
    right = lambda answers: numpy.mean([fits[i](k) for i, k in enumerate(answers)])
    own = cues.copy()
    own[:, 0] = numpy.maximum(own[:, 0], 1.25)
    print(f"MODEL_SHARE {a:.2f}  CUE_SHARE {b:.2f}   ({len(truth)} claims)")
    print(f"kinds: rules alone {right(own.argmax(1)):.3f}  model alone {right(p.argmax(1)):.3f}  both {right(share.argmax(1)):.3f}")
    # As in `joined_kind`: a clear cue decides, else both together where they are sure enough, else the cues.
    answer, rows = own.argmax(1), numpy.arange(len(own))
    rest = own.copy()
    rest[rows, answer] = 0
    lead = own[rows, answer] - rest.max(1)
    for clear in (1.0, 2.0, 3.0, 9.0):
        for overruled in (0.0, 0.5, 0.7):
            decided = (answer != 0) & (lead >= clear)
            joint = numpy.where(share.max(1) >= overruled, share.argmax(1), answer)
            print(f"  CLEAR {clear}  OVERRULED {overruled}: {right(numpy.where(decided, answer, joint)):.3f}")
    sure = share.max(1)
    for at in (0.5, 0.6, 0.7, 0.8, 0.9, 0.95):
        kept = sure >= at
        print(f"  at least {at}: {kept.mean():.3f} of the claims, right {numpy.mean([fits[i](share[i].argmax()) for i in numpy.flatnonzero(kept)]):.4f}")
    for i in numpy.argsort(-sure):
        if sure[i] > 0.8 and not fits[i](share[i].argmax()):
            print(f"    {sure[i]:.2f} {lines.KINDS[share[i].argmax()]} for {lines.KINDS[truth[i]]}: {kinds[i][4]}")


if __name__ == "__main__":
    main()
