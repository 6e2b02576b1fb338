"""Golden values for iALS: dense NumPy solves over all pairs with explicit weights, not the Gramian trick.
Run: python3 test/golden/ials.py   (writes ials.json beside it)"""
import json
import os

import numpy as np


def solve_side(x, fixed, reg, w0, nu):
    """Row r minimises sum_c x_rc (1 - w.f_c)^2 + w0 sum_c (w.f_c)^2 + reg (n_r + w0 m)^nu |w|^2."""
    out = np.zeros((x.shape[0], fixed.shape[1]))
    for r in range(x.shape[0]):
        weight = x[r] + w0  # observed pairs carry 1 (target 1) and w0 (target 0)
        penalty = reg * (x[r].sum() + w0 * x.shape[1]) ** nu
        a = (fixed * weight[:, None]).T @ fixed + penalty * np.eye(fixed.shape[1])
        out[r] = np.linalg.solve(a, fixed.T @ x[r])
    return out


def loss(x, w, h, reg, w0, nu):
    y = w @ h.T
    total = (x * (1 - y) ** 2).sum() + w0 * (y**2).sum()
    total += (reg * (x.sum(1) + w0 * x.shape[1]) ** nu * (w**2).sum(1)).sum()
    return total + (reg * (x.sum(0) + w0 * x.shape[0]) ** nu * (h**2).sum(1)).sum()


def case(users, items, dim, reg, w0, nu, epochs, density, seed):
    rng = np.random.default_rng(seed)
    x = (rng.random((users, items)) < density).astype(float)
    x[1] = 0  # a user without history
    x[:, 2] = 0  # an item nobody has
    h = np.round(rng.normal(0, 0.1 / np.sqrt(dim), (items, dim)), 6)
    start, losses = h.copy(), []
    for _ in range(epochs):
        w = solve_side(x, h, reg, w0, nu)
        h = solve_side(x.T, w, reg, w0, nu)
        losses.append(loss(x, w, h, reg, w0, nu))
    return {
        "users": users, "items": items, "dim": dim, "regularisation": reg, "unobservedWeight": w0, "exponent": nu, "epochs": epochs,
        "rows": [np.flatnonzero(row).tolist() for row in x], "start": start.tolist(),
        "userFactors": w.tolist(), "itemFactors": h.tolist(), "losses": losses,
        "folded": solve_side(x[:3], h, reg, w0, nu).tolist(),
    }


cases = [case(14, 11, 5, 0.02, 0.3, 1.0, 4, 0.35, 1), case(40, 23, 16, 0.003, 0.1, 0.5, 6, 0.2, 2)]
with open(os.path.join(os.path.dirname(__file__), "ials.json"), "w") as f:
    json.dump(cases, f, separators=(",", ":"))
