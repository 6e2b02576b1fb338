"""Golden values for BPR: loss and gradients by PyTorch autograd, and the losses of thirty steps of torch.optim.SparseAdam. Shares no code with
Crossreel.
Run: python3 test/golden/bpr.py   (writes bpr.json beside it)"""
import json
import os

import numpy as np
import torch
import torch.nn.functional as F

USERS, ITEMS, DIM, TRIPLES, STEPS = 6, 9, 5, 16, 30
L2, RATE = 0.03, 0.02
# SparseAdam adds it to the moment before the correction for its start, Crossreel after: made too small to matter
EPSILON = 1e-11


def loss_of(user, item, bias, triples):
    u, i, j = (torch.tensor(side) for side in triples)
    w, hi, hj, bi, bj = user(u), item(i), item(j), bias(i), bias(j)
    margin = (w * hi).sum(1) + bi[:, 0] - (w * hj).sum(1) - bj[:, 0]
    held = sum((rows**2).sum() for rows in (w, hi, hj, bi, bj)) / len(u)
    return -F.logsigmoid(margin).mean() + L2 / 2 * held


def table(values, sparse):
    return torch.nn.Embedding.from_pretrained(torch.tensor(values, dtype=torch.float64), freeze=False, sparse=sparse)


def main():
    rng = np.random.default_rng(5)
    start = {
        "user": rng.normal(0, 0.5, (USERS, DIM)).astype(np.float32),
        "item": rng.normal(0, 0.5, (ITEMS, DIM)).astype(np.float32),
        "bias": rng.normal(0, 0.3, (ITEMS, 1)).astype(np.float32),
    }
    # few users and items, so that rows come more than once in a step; the last item of all comes in no step
    steps = [[rng.integers(0, n, TRIPLES).tolist() for n in (USERS, ITEMS - 1, ITEMS - 1)] for _ in range(STEPS)]

    dense = {name: table(values, False) for name, values in start.items()}
    loss = loss_of(dense["user"], dense["item"], dense["bias"], steps[0])
    loss.backward()

    sparse = {name: table(values, True) for name, values in start.items()}
    optimiser = torch.optim.SparseAdam([t.weight for t in sparse.values()], lr=RATE, eps=EPSILON)
    losses = []
    for triples in steps:
        optimiser.zero_grad()
        each = loss_of(sparse["user"], sparse["item"], sparse["bias"], triples)
        each.backward()
        optimiser.step()
        losses.append(each.item())

    golden = {
        "users": USERS,
        "items": ITEMS,
        "dim": DIM,
        "l2": L2,
        "rate": RATE,
        "start": {name: values.astype(float).ravel().tolist() for name, values in start.items()},
        "steps": steps,
        "loss": loss.item(),
        "gradient": {name: t.weight.grad.numpy().ravel().tolist() for name, t in dense.items()},
        "losses": losses,
    }
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "bpr.json"), "w") as f:
        json.dump(golden, f)


main()
