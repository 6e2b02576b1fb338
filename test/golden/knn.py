"""Golden values for item-kNN and user-kNN with dense NumPy matrices, binary and with stars. The ratings come from a small generator that the test
has too (made-ratings.ts). Run: python3 test/golden/knn.py   (writes knn.json beside it)"""
import json
import os

import numpy as np


def lcg(seed):
    state = seed
    while True:
        state = (1103515245 * state + 12345) % 2**31
        yield state / 2**31


def ratings(users, items, density, seed):
    """0 = not rated; half stars"""
    g = lcg(seed)
    r = np.zeros((users, items))
    for u in range(users):
        for i in range(items):
            if next(g) < density * (1 + 2 * (i % 3 == u % 3)):
                r[u, i] = (1 + int(next(g) * 10)) / 2
    r[1] = 0  # a user without history
    r[:, 2] = 0  # an item nobody has
    return r


def similarities(rows, shrink):
    """Cosines of rows, shrunk; 0 on the diagonal and where nothing is shared."""
    s = np.zeros((len(rows), len(rows)))
    for a in range(len(rows)):
        for b in range(len(rows)):
            product = float(np.dot(rows[a], rows[b]))
            if a != b and product > 0:
                s[a, b] = product / (np.linalg.norm(rows[a]) * np.linalg.norm(rows[b]) + shrink)
    return s


def nearest(s, k):
    """Of every row the k largest, equal ones by column."""
    kept = np.zeros_like(s)
    for r in range(len(s)):
        for c in sorted(range(s.shape[1]), key=lambda c: (-round(s[r, c], 12), c))[:k]:
            kept[r, c] = s[r, c]
    return kept


def case(users, items, density, seed, k, shrink, stars, threshold):
    r = ratings(users, items, density, seed)
    x = np.where(r >= max(threshold, 0.5), r if stars else 1.0, 0.0)
    of_items = nearest(similarities(x.T, shrink), k)
    of_users = nearest(similarities(x, shrink), k)
    return {
        "users": users, "items": items, "density": density, "seed": seed, "k": k, "shrink": shrink, "stars": stars, "threshold": threshold,
        "neighbours": of_items.round(12).tolist(),
        "itemScores": (x @ of_items.T).round(12).tolist(),
        "userScores": (of_users @ x).round(12).tolist(),
    }


if __name__ == "__main__":
    cases = [case(12, 9, 0.3, 1, 3, 0, False, 0), case(20, 13, 0.25, 2, 4, 2.5, True, 0), case(16, 10, 0.3, 3, 50, 10, False, 3.5)]
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "knn.json"), "w") as f:
        json.dump(cases, f, separators=(",", ":"))
