"""Golden values for src-main/evaluation/statistics.ts from SciPy and NumPy.
Run: python3 test/golden/statistics_values.py   (writes statistics.json beside it)"""
import json
import os

import numpy as np
from scipy import special, stats

rng = np.random.default_rng(11)


def wilcoxon(d):
    """As scipy.stats.wilcoxon does by default; since 1.13 ties lead to the normal approximation too, which earlier versions have to be told."""
    tied = len(np.unique(np.abs(d[d != 0]))) < np.sum(d != 0)
    return float(stats.wilcoxon(d, method="approx" if tied or np.any(d == 0) else "auto").pvalue)


tests = []
for n, shift, digits in [(5, 0.5, 6), (12, 0.2, 6), (40, 0.1, 6), (51, 0.3, 6), (60, 0.05, 1), (610, 0.02, 3), (610, 0.4, 2), (3000, 0.01, 6), (20, 0.1, 1), (30, 0.3, 6)]:
    d = np.round(rng.normal(shift, 0.5, n), digits)
    if (n, digits) == (30, 6):
        d[:4] = 0  # zeros, no ties
    tests.append({
        "differences": d.tolist(),
        "t": float(stats.ttest_1samp(d, 0).pvalue),
        "wilcoxon": wilcoxon(d),
        "sd": float(np.std(d, ddof=1)),
    })


def holm(p):
    order, out, running = np.argsort(p), np.zeros(len(p)), 0.0
    for rank, index in enumerate(order):
        running = max(running, min(1.0, (len(p) - rank) * p[index]))
        out[index] = running
    return out.tolist()


p = [0.01, 0.04, 0.03, 0.005, 0.2, 0.04]
sample = np.sort(rng.normal(size=37))
boot = rng.normal(0.2, 1.0, 200)
means = np.sort([rng.choice(boot, len(boot)).mean() for _ in range(200000)])

# four models, 80 users, two seeds each: everything is paired by user on the mean over seeds, Holm covers all six pairs
seeds = np.round(np.clip(rng.normal(0.3, 0.2, (1, 1, 80)) + rng.normal(0, 0.1, (4, 2, 80)) + np.array([0.06, 0.05, 0.02, 0])[:, None, None], 0, 1), 3)
columns = seeds.mean(axis=1)
order = sorted(range(4), key=lambda m: -columns[m].mean())
draws = rng.integers(0, 80, (200000, 80), dtype=np.uint8)
paired = []
for x in range(4):
    for y in range(x + 1, 4):
        a, b = columns[order[x]], columns[order[y]]
        resampled = (a - b)[draws].mean(axis=1)
        paired.append({
            "first": f"m{order[x]}", "second": f"m{order[y]}", "value": float((a - b).mean()),
            "low": float(np.percentile(resampled, 2.5)), "high": float(np.percentile(resampled, 97.5)),
            "t": float(stats.ttest_rel(a, b).pvalue), "wilcoxon": wilcoxon(np.round(a - b, 12)),
        })
for pair, adjusted in zip(paired, holm([pair["t"] for pair in paired])):
    pair["holm"] = adjusted

out = {
    "pairs": {"seeds": seeds.tolist(), "expected": paired},
    "tests": tests,
    "holm": {"p": p, "adjusted": holm(p)},
    "percentiles": {"sorted": sample.tolist(), "shares": [0, 0.025, 0.3, 0.975, 1], "values": np.percentile(sample, [0, 2.5, 30, 97.5, 100]).tolist()},
    "beta": [[x, a, b, float(special.betainc(a, b, x))] for x, a, b in [(0.1, 0.5, 0.5), (0.5, 2, 3), (0.9, 30, 0.5), (0.999, 300, 0.5), (0.3, 10, 20)]],
    "normal": [[z, float(2 * stats.norm.sf(z))] for z in [0.0, 0.3, 1.0, 1.96, 3.0, 3.6, 5.0, 9.0]],
    "student": [[t, f, float(2 * stats.t.sf(t, f))] for t, f in [(0.5, 1), (2.0, 3), (2.5, 30), (4.0, 609), (9.0, 609), (3.0, 160000)]],
    "bootstrap": {"values": boot.tolist(), "low": float(np.percentile(means, 2.5)), "high": float(np.percentile(means, 97.5))},
}
with open(os.path.join(os.path.dirname(__file__), "statistics.json"), "w") as f:
    json.dump(out, f, separators=(",", ":"))
