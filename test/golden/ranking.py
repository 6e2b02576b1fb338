"""Golden values for ranking: the best K unseen items and the mid-ranks of held-out ones, by NumPy in float64 from small random float32 inputs.

Run with any Python 3 that has NumPy:  python3 test/golden/ranking.py
Writes ranking.json beside itself. Scores are at least 1e-4 apart unless they are equal, so that float32 sums order them as float64 ones do.
"""

import json
from pathlib import Path

import numpy as np

K = 7


def ranked(scores, seen, held):
    """Lists by stable sort of -score (equal scores keep item order), ranks as the mean position among candidates."""
    best = []
    ranks = []
    for row, hidden, asked in zip(scores, seen, held):
        candidates = np.setdiff1d(np.arange(row.size), hidden)
        order = candidates[np.argsort(-row[candidates], kind="stable")]
        best.append(order[:K].tolist())
        others = row[candidates]
        ranks.append([float((others > row[i]).sum() + ((others == row[i]).sum() + 1) / 2) for i in asked])
    return {"seen": [s.tolist() for s in seen], "held": [h.tolist() for h in held], "lists": best, "midranks": ranks}


def lists(rng, users, items):
    seen = [np.sort(rng.choice(items, rng.integers(0, items // 3), replace=False)) for _ in range(users)]
    seen[0] = np.array([], int)
    seen[1] = np.arange(items)  # nothing left
    left = [np.setdiff1d(np.arange(items), s) for s in seen]
    held = [rng.choice(x, min(x.size, 4), replace=False) for x in left]
    return seen, held


def apart(scores):
    """Whether no two scores of a row are nearly equal."""
    gaps = np.diff(np.sort(scores, axis=1), axis=1)
    return bool(np.all((gaps == 0) | (gaps > 1e-4)))


def numbers(x):
    return [[round(float(v), 9) for v in row] for row in x]


def vectors(rng):
    while True:
        users = rng.normal(size=(9, 5)).astype(np.float32)
        items = rng.normal(size=(43, 5)).astype(np.float32)
        items[40:] = items[3:6]  # ties
        bias = rng.normal(size=43).astype(np.float32)
        bias[40:] = bias[3:6]
        scores = users.astype(float) @ items.astype(float).T + bias
        if apart(scores):
            seen, held = lists(rng, 9, 43)
            return {"kind": "vectors", "users": numbers(users), "items": numbers(items), "bias": bias.tolist(), **ranked(scores, seen, held)}


def sums(rng):
    while True:
        histories = [rng.choice(31, rng.integers(0, 9), replace=False) for _ in range(8)]
        factors = [rng.integers(1, 5, h.size) / 2 for h in histories]
        matrix = (rng.normal(size=(31, 31)) * (rng.random((31, 31)) < 0.4)).astype(np.float32)
        scores = np.array([f @ matrix[h].astype(float) if h.size else np.zeros(31) for h, f in zip(histories, factors)])
        if apart(scores):
            seen, held = lists(rng, 8, 31)
            return {
                "kind": "sums",
                "histories": [h.tolist() for h in histories],
                "factors": [f.tolist() for f in factors],
                "matrix": numbers(matrix),
                **ranked(scores, seen, held),
            }


rng = np.random.default_rng(4)
cases = {"k": K, "vectors": vectors(rng), "sums": sums(rng)}
Path(__file__).with_name("ranking.json").write_text(json.dumps(cases))
