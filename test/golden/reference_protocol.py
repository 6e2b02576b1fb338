"""The reference protocol in NumPy, apart from everything in this repository: ml-latest-small, user-ratio 8:1:1 by RecBole's counting rule, every
rating positive, 5-core, no domains, full ranking of what is neither in training nor (at test) in validation, history = training. Seven models,
each tuned on validation NDCG@10 over a small grid, for each of three splits. Everything is dense: 610 users, 3,650 movies. BPR alone uses PyTorch.

Run: python3 test/golden/reference_protocol.py [folder of ml-latest-small]   (some minutes on one core; writes reference-protocol.json beside it)
check-reference.ts runs the same protocol and grids through this repository's own models.

Run: python3 test/golden/reference_protocol.py --split FILE   (a minute; writes reference-split.json beside it)
the models without chance on a split that check-reference.ts --write-split FILE wrote: there the numbers have to be the same.
"""
import csv
import itertools
import json
import os
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import numpy as np
import torch

torch.set_num_threads(1)
here = os.path.dirname(os.path.abspath(__file__))
root = os.environ.get("CROSSREEL_DATA", os.path.join(here, "..", "..", "..", "shared", "data"))
folder = sys.argv[1] if len(sys.argv) == 2 else os.path.join(root, "ml-latest-small")
SEEDS = [1, 2, 3]
K = 10


# ---- data: CSV, 5-core, split ----
def read_ratings():
    with open(os.path.join(folder, "ratings.csv"), newline="") as f:
        return [(int(r["userId"]), int(r["movieId"])) for r in csv.DictReader(f)]


def five_core(pairs):
    while True:
        users, movies = {}, {}
        for u, m in pairs:
            users[u] = users.get(u, 0) + 1
            movies[m] = movies.get(m, 0) + 1
        kept = [(u, m) for u, m in pairs if users[u] >= 5 and movies[m] >= 5]
        if len(kept) == len(pairs):
            return kept
        pairs = kept


def counts(n, ratios=(0.8, 0.1, 0.1)):
    """RecBole's _calcu_split_ids: whole parts, the rest to training, then test and validation take one where they had a fraction of one."""
    part = [int(r * n) for r in ratios]
    part[0] = n - sum(part[1:])
    for i in range(1, len(ratios)):
        if part[0] <= 1:
            break
        if 0 < ratios[-i] * n < 1:
            part[-i] += 1
            part[0] -= 1
    return part


def split(pairs, seed):
    """-> three boolean matrices [users, items]"""
    rng = np.random.default_rng(seed)
    user_of = {u: k for k, u in enumerate(sorted({u for u, _ in pairs}))}
    item_of = {m: k for k, m in enumerate(sorted({m for _, m in pairs}))}
    parts = [np.zeros((len(user_of), len(item_of)), bool) for _ in range(3)]
    rows = {u: [] for u in user_of}
    for u, m in pairs:
        rows[u].append(item_of[m])
    for u in sorted(rows):
        order = rng.permutation(rows[u])
        bounds = np.cumsum([0] + counts(len(order)))
        for p in range(3):
            parts[p][user_of[u], order[bounds[p]:bounds[p + 1]]] = True
    return parts


# ---- NDCG@10 over full rankings ----
def ndcg(scores, relevant, seen):
    """Binary gain, mean over the users with something relevant; equal scores by item index."""
    scores = np.where(seen, -np.inf, scores)
    discount = 1 / np.log2(np.arange(2, K + 2))
    values = []
    for u in np.flatnonzero(relevant.any(1)):
        best = np.argsort(-scores[u], kind="stable")[:K]
        ideal = discount[:min(K, int(relevant[u].sum()))].sum()
        values.append((relevant[u, best] * discount).sum() / ideal)
    return float(np.mean(values))


# ---- models: X [users, items] in {0, 1} -> scores [users, items]; `grid` lists the configurations, `rank` yields (configuration, scores) ----
def keep_best(matrix, order, k, axis):
    """Zero but for the k best along an axis; `order` sorts it, best first."""
    kept = np.zeros_like(matrix)
    best = np.take(order, range(min(k, matrix.shape[axis])), axis)
    np.put_along_axis(kept, best, np.take_along_axis(matrix, best, axis), axis)
    return kept


def popularity(x, _valid):
    yield {}, np.tile(x.sum(0), (len(x), 1))


def item_knn(x, _valid):
    norms = np.sqrt(x.sum(0))
    common = x.T @ x
    np.fill_diagonal(common, 0)
    for shrink in [0, 5, 20, 50]:
        s = common / np.maximum(np.outer(norms, norms) + shrink, 1e-12)
        order = np.argsort(-s, axis=0, kind="stable")  # column i: the neighbours of item i
        for k in [10, 20, 50, 100]:
            yield {"neighbours": k, "shrink": shrink}, x.astype(np.float32) @ keep_best(s, order, k, 0).astype(np.float32)


def user_knn(x, _valid):
    norms = np.sqrt(x.sum(1))
    common = x @ x.T
    np.fill_diagonal(common, 0)
    for shrink in [0, 10, 50]:
        s = common / (np.outer(norms, norms) + shrink)
        order = np.argsort(-s, axis=1, kind="stable")
        for k in [10, 20, 30, 50, 100]:
            yield {"neighbours": k, "shrink": shrink}, keep_best(s, order, k, 1) @ x


def rp3beta(x, _valid):
    raters = np.maximum(x.sum(0), 1)
    to_users = (x / raters).T
    to_items = x / x.sum(1, keepdims=True)
    for alpha in [0.3, 0.5, 0.8]:
        walks = to_users**alpha @ to_items**alpha
        np.fill_diagonal(walks, 0)
        for beta in [0.3, 0.5, 0.7]:
            w = walks / raters**beta
            order = np.argsort(-w, axis=1, kind="stable")
            for k in [50, 100, 200]:
                yield {"neighbours": k, "alpha": alpha, "beta": beta}, x.astype(np.float32) @ keep_best(w, order, k, 1).astype(np.float32)


def ease(x, _valid):
    """Steck 2019. The inverse of the item side by that of the user side (Woodbury): P = (I - X^T (X X^T + lam I)^-1 X) / lam."""
    for lam in [50, 100, 200, 300, 500, 1000]:
        p = (np.eye(x.shape[1]) - x.T @ np.linalg.solve(x @ x.T + lam * np.eye(len(x)), x)) / lam
        b = -p / np.diag(p)
        np.fill_diagonal(b, 0)
        yield {"lambda": lam}, x @ b


def ials(x, _valid, dim=64, epochs=16):
    def solve(rows, fixed, reg, w0):
        gram = w0 * fixed.T @ fixed
        out = np.zeros((len(rows), dim))
        for r, row in enumerate(rows):
            f = fixed[row > 0]
            if len(f):
                penalty = reg * (len(f) + w0 * len(fixed))
                out[r] = np.linalg.solve(gram + f.T @ f + penalty * np.eye(dim), f.sum(0))
        return out

    for reg, w0 in itertools.product([0.003, 0.01, 0.03], [0.1, 0.3]):
        h = np.random.default_rng(7).normal(0, 0.1 / np.sqrt(dim), (x.shape[1], dim))
        for _ in range(epochs):
            w = solve(x, h, reg, w0)
            h = solve(x.T, w, reg, w0)
        yield {"regularisation": reg, "unobservedWeight": w0}, solve(x, h, reg, w0) @ h.T


def bpr(x, valid, dim=64, batch=1024, epochs=200, every=2, patience=10):
    """Autograd and dense Adam. The L2 weight counts the rows of a triple; its mean over the batch is the loss. Stops on validation, best weights kept."""
    users, items = np.nonzero(x)
    unseen = [np.flatnonzero(row == 0) for row in x]
    for lr, l2 in itertools.product([0.001, 0.003], [0.01, 0.03]):
        rng = np.random.default_rng(7)
        w = torch.tensor(rng.normal(0, 0.1, (x.shape[0], dim)), dtype=torch.float32, requires_grad=True)
        h = torch.tensor(rng.normal(0, 0.1, (x.shape[1], dim)), dtype=torch.float32, requires_grad=True)
        b = torch.zeros(x.shape[1], requires_grad=True)
        adam = torch.optim.Adam([w, h, b], lr=lr)
        best, kept, at = -1.0, None, 0
        for epoch in range(1, epochs + 1):
            order = rng.permutation(len(users))
            draw = rng.random(len(users))
            for part in np.array_split(order, -(-len(order) // batch)):
                u, i = users[part], items[part]
                j = np.array([unseen[a][int(r * len(unseen[a]))] for a, r in zip(u, draw[part])])
                wu, hi, hj, bi, bj = w[u], h[i], h[j], b[i], b[j]
                loss = -torch.nn.functional.logsigmoid((wu * (hi - hj)).sum(1) + bi - bj).mean()
                loss = loss + l2 / 2 * ((wu**2 + hi**2 + hj**2).sum(1) + bi**2 + bj**2).mean()
                adam.zero_grad()
                loss.backward()
                adam.step()
            if epoch % every == 0:
                scores = (w @ h.T + b).detach().numpy()
                value = ndcg(scores, valid, x > 0)
                if value > best:
                    best, kept, at = value, scores, epoch
                elif epoch - at >= patience:
                    break
        yield {"learningRate": lr, "regularisation": l2}, kept


MODELS = {"popularity": popularity, "item-knn": item_knn, "rp3beta": rp3beta, "user-knn": user_knn, "bpr": bpr, "ials": ials, "ease": ease}


def main():
    pairs = five_core(read_ratings())
    size = {"users": len({u for u, _ in pairs}), "items": len({m for _, m in pairs}), "ratings": len(pairs)}
    print(size)
    parts = [int(part.sum()) for part in split(pairs, SEEDS[0])]
    results = {name: {"grid": [], "chosen": [], "validation": [], "test": []} for name in MODELS}
    for seed in SEEDS:
        train, valid, test = split(pairs, seed)
        x = train.astype(float)
        for name, model in MODELS.items():
            begun = time.time()
            best, grid = None, []
            for config, scores in model(x, valid):
                grid.append(config)
                value = ndcg(scores, valid, train)
                if best is None or value > best[0]:
                    best = (value, config, ndcg(scores, test, train | valid))
            found = results[name]
            found["grid"] = grid
            found["chosen"].append(best[1])
            found["validation"].append(round(best[0], 5))
            found["test"].append(round(best[2], 5))
            print(f"split {seed} {name:10s} validation {best[0]:.4f} test {best[2]:.4f} {best[1]} {time.time() - begun:.0f} s", flush=True)
    for name, found in results.items():
        found["mean"] = round(float(np.mean(found["test"])), 5)
        found["deviation"] = round(float(np.std(found["test"], ddof=1)), 5)
        print(f"{name:10s} {found['mean']:.4f} ({found['deviation']:.4f})")
    with open(os.path.join(here, "reference-protocol.json"), "w") as f:
        json.dump({"seeds": SEEDS, **size, "parts": parts, "models": results}, f, indent=1)
        f.write("\n")


ON_SPLIT = {
    "popularity": {}, "item-knn": {"neighbours": 50, "shrink": 5}, "user-knn": {"neighbours": 50, "shrink": 0},
    "rp3beta": {"neighbours": 200, "alpha": 0.5, "beta": 0.5}, "ease": {"lambda": 100},
}


def on_split(path):
    with open(path) as f:
        given = json.load(f)
    parts = [np.zeros((len(lists), given["items"]), bool) for lists in given["parts"]]
    for part, lists in zip(parts, given["parts"]):
        for u, row in enumerate(lists):
            part[u, row] = True
    train, valid, test = parts
    sums = [int(((np.add(np.nonzero(part), 1)).prod(0)).sum()) for part in parts]
    found = {}
    for name, config in ON_SPLIT.items():
        scores = next(scores for tried, scores in MODELS[name](train.astype(float), valid) if tried == config)
        found[name] = {"config": config, "validation": ndcg(scores, valid, train), "test": ndcg(scores, test, train | valid)}
        print(name, found[name], flush=True)
    with open(os.path.join(here, "reference-split.json"), "w") as f:
        json.dump({"sums": sums, "models": found}, f, indent=1)
        f.write("\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--split"]:
        on_split(sys.argv[2])
    else:
        main()
