"""Golden values for VBPR: scaled features in NumPy; loss and gradients by PyTorch autograd, and the losses of thirty steps (torch.optim.SparseAdam for
the tables, Adam for the projection). Shares no code with Crossreel.
Run: python3 test/golden/vbpr.py   (writes vbpr.json beside it)"""
import json
import os

import numpy as np
import torch
import torch.nn.functional as F

USERS, ITEMS, DIM, VISUAL, TRIPLES, STEPS = 6, 11, 4, 3, 16, 30
L2, PROJECTION_L2, RATE = 0.03, 0.004, 0.02
TABLES = ["user", "item", "item.bias"]
# SparseAdam adds it to the moment before the correction for its start, Crossreel after: made too small to matter
EPSILON = 1e-11


def unit(rows, present):
    """Centred over the items that have the modality, each row of length 1, then 1 for an item that misses it."""
    centred = rows - rows[present].mean(0)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    scaled = np.where(present[:, None], centred / lengths, 0)
    return np.concatenate([scaled, 1.0 - present[:, None]], axis=1)


def loss_of(p, features, triples):
    u, i, j = (torch.tensor(side) for side in triples)
    user, item_i, item_j = p["user"](u), p["item"](i), p["item"](j)
    latent, taste = user[:, :DIM], user[:, DIM:]
    bias_i, bias_j = p["item.bias"](i)[:, 0], p["item.bias"](j)[:, 0]
    score = lambda item, bias, f: bias + (latent * item).sum(1) + (taste * (f @ p["projection"])).sum(1) + (f @ p["feature.bias"])[:, 0]
    margin = score(item_i, bias_i, features[i]) - score(item_j, bias_j, features[j])
    held = sum((rows**2).sum() for rows in (user, item_i, item_j, bias_i, bias_j)) / len(u)
    whole = (p["projection"] ** 2).sum() + (p["feature.bias"] ** 2).sum()
    return -F.logsigmoid(margin).mean() + L2 / 2 * held + PROJECTION_L2 / 2 * whole


def parameters(start, sparse):
    def of(name, values):
        if name in TABLES:
            weights = torch.tensor(values, dtype=torch.float64)
            return torch.nn.Embedding.from_pretrained(weights, freeze=False, sparse=sparse)
        return torch.tensor(values, dtype=torch.float64, requires_grad=True)

    return {name: of(name, values) for name, values in start.items()}


def main():
    rng = np.random.default_rng(7)
    tables = []
    for name, dim in (("text", 5), ("image", 3)):
        present = rng.random(ITEMS) < 0.7
        rows = np.where(present[:, None], rng.normal(1, 2, (ITEMS, dim)), 0).astype(np.float32)
        tables.append({"name": name, "dim": dim, "present": present, "rows": rows})
    features = np.concatenate([unit(t["rows"].astype(float), t["present"]) for t in tables], axis=1)
    width = features.shape[1]
    normal = lambda *shape: rng.normal(0, 0.5, shape).astype(np.float32)
    start = {
        "user": normal(USERS, DIM + VISUAL),
        "item": normal(ITEMS, DIM),
        "item.bias": normal(ITEMS, 1),
        "projection": normal(width, VISUAL),
        "feature.bias": normal(width, 1),
    }
    steps = [[rng.integers(0, n, TRIPLES).tolist() for n in (USERS, ITEMS - 1, ITEMS - 1)] for _ in range(STEPS)]
    torch_features = torch.tensor(features)

    p = parameters(start, False)
    loss = loss_of(p, torch_features, steps[0])
    loss.backward()
    gradient = {name: (v.weight if name in TABLES else v).grad.numpy().ravel().tolist() for name, v in p.items()}

    p = parameters(start, True)
    optimisers = [
        torch.optim.SparseAdam([p[name].weight for name in TABLES], lr=RATE, eps=EPSILON),
        torch.optim.Adam([v for name, v in p.items() if name not in TABLES], lr=RATE),
    ]
    losses = []
    for triples in steps:
        for optimiser in optimisers:
            optimiser.zero_grad()
        each = loss_of(p, torch_features, triples)
        each.backward()
        for optimiser in optimisers:
            optimiser.step()
        losses.append(each.item())

    golden = {
        "users": USERS,
        "items": ITEMS,
        "settings": {
            "dim": DIM,
            "visualDim": VISUAL,
            "regularisation": L2,
            "projectionRegularisation": PROJECTION_L2,
            "initialDeviation": 0.1,
        },
        "rate": RATE,
        "tables": [
            {
                "name": t["name"],
                "dim": t["dim"],
                "present": t["present"].astype(int).tolist(),
                "rows": t["rows"].astype(float).ravel().tolist(),
            }
            for t in tables
        ],
        "features": features.ravel().tolist(),
        "start": {name: values.astype(float).ravel().tolist() for name, values in start.items()},
        "steps": steps,
        "loss": loss.item(),
        "gradient": gradient,
        "losses": losses,
    }
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "vbpr.json"), "w") as f:
        json.dump(golden, f)


main()
