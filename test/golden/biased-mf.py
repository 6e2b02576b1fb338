"""Golden values for biased matrix factorisation: PyTorch's autograd and plain SGD on one sample after the other, in float64.
Run: python3 test/golden/biased-mf.py   (writes biased-mf.json beside it)"""
import json
import os

import numpy as np
import torch


def case(users, items, width, loss, rate, l2, mean, samples, seed):
    rng = np.random.default_rng(seed)
    start = {
        "users": rng.normal(0, 0.3, (users, width)), "items": rng.normal(0, 0.3, (items, width)),
        "userBias": rng.normal(0, 0.1, users), "itemBias": rng.normal(0, 0.1, items),
    }
    start = {name: np.round(value, 4) for name, value in start.items()}
    p = {name: torch.tensor(value, requires_grad=True) for name, value in start.items()}
    sgd = torch.optim.SGD(p.values(), lr=rate)
    given = [[int(rng.integers(users)), int(rng.integers(items)), float(rng.integers(2) if loss == "logistic" else rng.integers(1, 11) / 2)] for _ in range(samples)]
    losses = []
    for u, i, y in given:
        w, h, bu, bi = p["users"][u], p["items"][i], p["userBias"][u], p["itemBias"][i]
        x = mean + bu + bi + w @ h
        target = torch.tensor(y, dtype=torch.float64)
        value = torch.nn.functional.binary_cross_entropy_with_logits(x, target) if loss == "logistic" else (x - target) ** 2 / 2
        losses.append(float(value))
        sgd.zero_grad()
        (value + l2 / 2 * (w @ w + h @ h + bu**2 + bi**2)).backward()
        sgd.step()
    return {
        "width": width, "loss": loss, "rate": rate, "l2": l2, "mean": mean, "samples": given, "losses": [round(v, 10) for v in losses],
        "start": {name: value.ravel().tolist() for name, value in start.items()},
        "end": {name: value.detach().numpy().ravel().round(10).tolist() for name, value in p.items()},
    }


cases = [case(5, 6, 4, "logistic", 0.1, 0.02, -1.5, 60, 1), case(6, 5, 3, "squared", 0.05, 0.1, 3.5, 60, 2), case(3, 3, 1, "logistic", 1.0, 0.0, 0.0, 30, 3)]
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "biased-mf.json"), "w") as f:
    json.dump(cases, f, separators=(",", ":"))
