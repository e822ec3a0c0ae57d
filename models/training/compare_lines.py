"""Predicted lines beside the lines of a truth folder: which belong together, and which characters agree.

Purpose: shared by the calibration and by the count of error kinds. Invariant: a line is matched at most once, at an
overlap (IoU) of at least 0.5. Must not: read pictures.
"""


def shared(a, b):
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    return max(0.0, width) * max(0.0, height)


def overlap(a, b):
    both = shared(a, b)
    return both / max(a[2] * a[3] + b[2] * b[3] - both, 1e-9)


def pairs(truth, prediction):
    """[(truth line, predicted line)], truth lines without one, predicted lines without one."""
    expected, found = truth["lines"], prediction["lines"]
    candidates = [(overlap(e["box"], f["box"]), i, j) for i, e in enumerate(expected) for j, f in enumerate(found)]
    matched, left, right = [], set(range(len(expected))), set(range(len(found)))
    for score, i, j in sorted(candidates, reverse=True):
        if score < 0.5:
            break
        if i in left and j in right:
            matched.append((expected[i], found[j]))
            left.discard(i)
            right.discard(j)
    return matched, [expected[i] for i in sorted(left)], [found[j] for j in sorted(right)]


def ignored(line, truth):
    """Whether the middle of a line lies where text is neither right nor wrong."""
    x, y, width, height = line["box"]
    x, y = x + width / 2, y + height / 2
    return any(b[0] <= x <= b[0] + b[2] and b[1] <= y <= b[1] + b[3] for b in truth.get("ignore", []))


def alignment(expected, found):
    """The cheapest way from one text to the other: [(expected index or None, found index or None)], by position."""
    rows, columns = len(expected), len(found)
    cost = [list(range(columns + 1))]
    for i in range(1, rows + 1):
        above, row = cost[-1], [i]
        for j in range(1, columns + 1):
            change = above[j - 1] + (expected[i - 1] != found[j - 1])
            row.append(min(change, above[j] + 1, row[j - 1] + 1))
        cost.append(row)
    steps, i, j = [], rows, columns
    while i or j:
        if i and j and cost[i][j] == cost[i - 1][j - 1] + (expected[i - 1] != found[j - 1]):
            i, j = i - 1, j - 1
            steps.append((i, j))
        elif i and cost[i][j] == cost[i - 1][j] + 1:
            i -= 1
            steps.append((i, None))
        else:
            j -= 1
            steps.append((None, j))
    return steps[::-1]
