"""Golden values for src-main/evaluation: an independent implementation with sets, sorted() and scikit-learn, one user at a time.
Run: python3 test/golden/metrics.py   (writes metrics.json beside it)"""
import itertools
import json
import math
import os

import numpy as np
from scipy.spatial.distance import cosine
from sklearn.metrics import roc_auc_score

rng = np.random.default_rng(7)
USERS, ITEMS, BOUNDARY, CUTOFFS, POSITIVE = 24, 60, 34, [3, 10, 20], 4.0

events = {"train": [], "validation": [], "test": []}
for u in range(USERS):
    n = int(rng.integers(4, 45))
    items = rng.permutation(ITEMS)[:n]
    parts = rng.choice(["train", "validation", "test"], size=n, p=[0.5, 0.2, 0.3])
    parts[0] = "train"
    for t, (i, part) in enumerate(zip(items, parts)):
        events[part].append([u, int(i), float(rng.integers(1, 11)) / 2, t])
scores = np.round(rng.normal(size=(USERS, ITEMS)), 1)  # rounded: many ties
GENRES, DIM = 32, 6  # the last genre is the sign bit of a 32-bit word
genres = [sorted(int(g) for g in rng.choice([0, 1, 2, 5, GENRES - 1], size=int(rng.integers(0, 4)), replace=False)) for _ in range(ITEMS)]
text = np.round(rng.normal(size=(ITEMS, DIM)), 2)
has_text = (rng.random(ITEMS) < 0.8).astype(int)
text[has_text == 0] = 0
text[3], has_text[3] = 0, 1  # present, and yet nothing: it has no direction


def diversity(items, known, distance):
    pairs = list(itertools.combinations([i for i in items if known(i)], 2))
    return float(np.mean([distance(i, j) for i, j in pairs])) if pairs else 0.0


def jaccard(i, j):
    a, b = set(genres[i]), set(genres[j])
    return 1 - len(a & b) / len(a | b)


def of(part, u):
    return [e for e in events[part] if e[0] == u]


def evaluate(part, lo, hi):
    users, per_user, lists = [], {}, []
    popularity = {i: sum(1 for e in events["train"] if e[1] == i and e[2] >= POSITIVE) for i in range(lo, hi)}
    for u in range(USERS):
        seen = {e[1] for e in of("train", u)}
        if part == "test":
            seen |= {e[1] for e in of("validation", u)}
        relevant = {e[1] for e in of(part, u) if e[2] >= POSITIVE and lo <= e[1] < hi}
        if not relevant:
            continue
        users.append(u)
        candidates = [i for i in range(lo, hi) if i not in seen]
        ranked = sorted(candidates, key=lambda i: (-scores[u, i], i))
        lists.append(ranked)
        row = {}
        for k in CUTOFFS:
            top = ranked[:k]
            hit = [1 if i in relevant else 0 for i in top]
            dcg = sum(h / math.log(r + 2, 2) for r, h in enumerate(hit))
            ideal = sum(1 / math.log(r + 2, 2) for r in range(min(k, len(relevant))))
            row[f"ndcg@{k}"] = dcg / ideal
            row[f"recall@{k}"] = len(set(top) & relevant) / len(relevant)
            row[f"precision@{k}"] = len(set(top) & relevant) / k
            row[f"hitrate@{k}"] = float(bool(set(top) & relevant))
            row[f"mrr@{k}"] = next((1 / (r + 1) for r, h in enumerate(hit) if h), 0.0)
            row[f"map@{k}"] = sum(np.mean(hit[: r + 1]) for r, h in enumerate(hit) if h) / min(k, len(relevant))
            row[f"popularity@{k}"] = float(np.mean([popularity[i] for i in top])) if top else 0.0
            row[f"novelty@{k}"] = float(np.mean([-math.log(max(1, popularity[i]) / USERS, 2) for i in top])) if top else 0.0
            row[f"diversity@{k}"] = diversity(top, lambda i: genres[i], jaccard)
            row[f"textdiversity@{k}"] = diversity(top, lambda i: np.any(text[i]), lambda i, j: cosine(text[i], text[j]))
        labels = [1 if i in relevant else 0 for i in candidates]
        row["auc"] = roc_auc_score(labels, [scores[u, i] for i in candidates]) if 0 in labels else 1.0
        for key, value in row.items():
            per_user.setdefault(key, []).append(value)
    mean = {key: float(np.mean(v)) for key, v in per_user.items()}
    for k in CUTOFFS:
        counts = np.zeros(hi - lo)
        for ranked in lists:
            for i in ranked[:k]:
                counts[i - lo] += 1
        mean[f"coverage@{k}"] = float((counts > 0).mean())
        pairs = np.abs(counts[:, None] - counts[None, :]).sum()  # Gini by its mean absolute difference
        mean[f"gini@{k}"] = float(pairs / (2 * len(counts) * counts.sum()))
    top = [ranked[: max(CUTOFFS)] for ranked in lists]
    known = [sum(1 for e in of("train", u) if lo <= e[1] < hi) for u in users]
    return {"users": users, "historyLengths": known, "perUser": per_user, "mean": mean, "top": top}


out = {
    "users": USERS, "items": ITEMS, "boundary": BOUNDARY, "cutoffs": CUTOFFS, "positive": POSITIVE,
    "events": events, "scores": scores.tolist(),
    "genres": genres, "text": text.tolist(), "hasText": has_text.tolist(),
    "expected": {part: [evaluate(part, 0, BOUNDARY), evaluate(part, BOUNDARY, ITEMS)] for part in ("validation", "test")},
}
with open(os.path.join(os.path.dirname(__file__), "metrics.json"), "w") as f:
    json.dump(out, f, separators=(",", ":"))
