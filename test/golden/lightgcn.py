"""Golden values for LightGCN: embeddings propagated with powers of the dense normalised adjacency matrix in NumPy; loss and gradients by PyTorch
autograd through the same powers, and the losses of thirty steps of torch.optim.Adam. Shares no code with Crossreel.
Run: python3 test/golden/lightgcn.py   (writes lightgcn.json beside it)"""
import json
import os

import numpy as np
import torch
import torch.nn.functional as F

USERS, ITEMS, TRIPLES, STEPS = 6, 10, 12, 30
L2, RATE = 0.02, 0.02


def normalised(edges):
    """D^-1/2 A D^-1/2 over users, then items; a node without an edge has a row of zeros."""
    a = np.zeros((USERS + ITEMS, USERS + ITEMS))
    for u, i in edges:
        a[u, USERS + i] = a[USERS + i, u] = 1
    degree = a.sum(1)
    root = np.where(degree > 0, 1 / np.sqrt(np.maximum(degree, 1)), 0)
    return root[:, None] * a * root[None, :]


def layer_mean(a, layers):
    return sum(np.linalg.matrix_power(a, k) for k in range(layers + 1)) / (layers + 1)


def loss_of(mean, embeddings, triples):
    u, i, j = (torch.tensor(side) for side in triples)
    e = mean @ embeddings
    margin = (e[u] * e[USERS + i]).sum(1) - (e[u] * e[USERS + j]).sum(1)
    held = sum((embeddings[rows] ** 2).sum() for rows in (u, USERS + i, USERS + j)) / len(u)
    return -F.logsigmoid(margin).mean() + L2 / 2 * held


def case(dim, layers, seed):
    rng = np.random.default_rng(seed)
    # the last user and the last item have no edge
    edges = [(u, i) for u in range(USERS - 1) for i in range(ITEMS - 1) if rng.random() < 0.4]
    start = rng.normal(0, 0.5, (USERS + ITEMS, dim)).astype(np.float32)
    steps = [[rng.integers(0, n, TRIPLES).tolist() for n in (USERS, ITEMS, ITEMS)] for _ in range(STEPS)]
    mean = layer_mean(normalised(edges), layers)
    torch_mean = torch.tensor(mean)

    embeddings = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    loss = loss_of(torch_mean, embeddings, steps[0])
    loss.backward()

    moving = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.Adam([moving], lr=RATE)
    losses = []
    for triples in steps:
        optimiser.zero_grad()
        each = loss_of(torch_mean, moving, triples)
        each.backward()
        optimiser.step()
        losses.append(each.item())
    return {
        "users": USERS,
        "items": ITEMS,
        "dim": dim,
        "layers": layers,
        "l2": L2,
        "rate": RATE,
        "edges": edges,
        "start": start.astype(float).ravel().tolist(),
        "propagated": (mean @ start).ravel().tolist(),
        "steps": steps,
        "loss": loss.item(),
        "gradient": embeddings.grad.numpy().ravel().tolist(),
        "losses": losses,
    }


def main():
    # 11 columns: one block of eight, and three more
    cases = [case(4, 0, 1), case(8, 1, 2), case(11, 3, 3)]
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "lightgcn.json"), "w") as f:
        json.dump(cases, f)


main()
