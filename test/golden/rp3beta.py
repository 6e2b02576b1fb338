"""Golden values for RP3beta: walks counted one after the other over all paths item -> user -> item, not as a product of matrices. The ratings are
those of knn.py. Run: python3 test/golden/rp3beta.py   (writes rp3beta.json beside it)"""
import json
import os

import numpy as np

from knn import nearest, ratings


def weights(x, alpha, beta):
    users, items = x.shape
    w = np.zeros((items, items))
    for i in range(items):
        for u in np.flatnonzero(x[:, i]):
            for j in np.flatnonzero(x[u]):
                if i != j:
                    to_user = x[u, i] / x[:, i].sum()
                    to_item = x[u, j] / x[u].sum()
                    w[i, j] += to_user**alpha * to_item**alpha / np.count_nonzero(x[:, j]) ** beta
    return w


def case(users, items, density, seed, k, alpha, beta, stars, threshold):
    r = ratings(users, items, density, seed)
    x = np.where(r >= max(threshold, 0.5), r if stars else 1.0, 0.0)
    w = nearest(weights(x, alpha, beta), k)
    return {
        "users": users, "items": items, "density": density, "seed": seed, "k": k, "alpha": alpha, "beta": beta, "stars": stars, "threshold": threshold,
        "weights": w.round(12).tolist(),
        "scores": (x @ w).round(12).tolist(),
    }


cases = [case(12, 9, 0.3, 1, 3, 1.0, 0.5, False, 0), case(20, 13, 0.25, 2, 40, 0.6, 0.3, True, 0), case(16, 10, 0.3, 3, 4, 1.4, 0.0, False, 3.5)]
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "rp3beta.json"), "w") as f:
    json.dump(cases, f, separators=(",", ":"))
