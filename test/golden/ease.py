"""Golden values for EASE (Steck 2019, equation 8) with NumPy's inverse. X comes from a small generator that the test has too.
Run: python3 test/golden/ease.py   (writes ease.json beside it)"""
import json
import os

import numpy as np


def lcg(seed):
    state = seed
    while True:
        state = (1103515245 * state + 12345) % 2**31
        yield state / 2**31


def case(users, items, density, lam, samples, seed):
    g = lcg(seed)
    x = np.array([[1.0 if next(g) < density * (1 + 2 * (i % 5 == u % 5)) else 0.0 for i in range(items)] for u in range(users)])
    p = np.linalg.inv(x.T @ x + lam * np.eye(items))
    b = np.eye(items) - p @ np.diag(1 / np.diag(p))
    np.fill_diagonal(b, 0)
    rng = np.random.default_rng(seed)
    at = [[int(rng.integers(items)), int(rng.integers(items))] for _ in range(samples)]
    return {
        "users": users, "items": items, "density": density, "lambda": lam, "seed": seed, "ones": int(x.sum()),
        "entries": [[i, j, float(b[i, j])] for i, j in at],
        "absoluteSum": float(np.abs(b).sum()),
        "scoresOfUser0": (x[0] @ b)[:40].tolist(),
    }


cases = [case(30, 11, 0.15, 2.5, 121, 1), case(300, 197, 0.08, 30.0, 300, 2), case(500, 401, 0.05, 5.0, 300, 3)]
with open(os.path.join(os.path.dirname(__file__), "ease.json"), "w") as f:
    json.dump(cases, f, separators=(",", ":"))
