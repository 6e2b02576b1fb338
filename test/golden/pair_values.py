"""What deepfm.py, wide-deep.py and mvcnn.py share: inputs, weights by the formula of pair-cases.ts, the loss over pairs, and the files they write.
No code is shared with Crossreel: every pair is computed on its own, from the concatenation of its embeddings on."""
import base64
import json
import math
import os

import numpy as np
import torch
import torch.nn.functional as F

here = os.path.dirname(os.path.abspath(__file__))


def inputs():
    with open(os.path.join(here, "pair-inputs.json")) as f:
        return json.load(f)


def parameters(specs):
    total = sum(math.prod(shape) for _, shape in specs)
    flat = (0.35 * np.sin(1.7 * np.arange(total) + 0.4)).astype(np.float32)
    out, at = {}, 0
    for name, shape in specs:
        size = math.prod(shape)
        out[name] = torch.tensor(flat[at : at + size].reshape(shape), dtype=torch.float64, requires_grad=True)
        at += size
    return out


def perceptron(c, p, fields, joined):
    """The whole perceptron over concatenated embeddings."""
    x = F.relu(joined @ torch.cat([p[f"deep.0.{name}"] for name in fields]) + p["deep.0.bias"])
    for k in range(1, len(c["widths"])):
        x = F.relu(x @ p[f"deep.{k}.weight"] + p[f"deep.{k}.bias"])
    return (x @ p["deep.out"])[:, 0]


def item_fields(c):
    """Names of the fields on the item's side, and each item's share of each value."""
    fields, items = [], c["domains"][-1][1]
    if c.get("facts"):
        names, years = c["facts"]["names"], [y // 5 for y in c["facts"]["year"] if y > 0]
        genres, period = np.zeros((items, names)), np.zeros((items, max(years) - min(years) + 1))
        for i in range(items):
            own = [g for g in range(names) if c["facts"]["genres"][i] >> g & 1]
            genres[i, own] = 1 / len(own) if own else 0
            if c["facts"]["year"][i] > 0:
                period[i, c["facts"]["year"][i] // 5 - min(years)] = 1
        fields += [("genres", genres), ("period", period)]
    if len(c["domains"]) == 2:
        fields.append(("domain", np.eye(2)[[int(i >= c["domains"][1][0]) for i in range(items)]]))
    return [(name, torch.tensor(rows)) for name, rows in fields]


def embedded(c, p, users, items):
    """[pairs, d] of user, item and each field."""
    fields = item_fields(c)
    names = ["user", "item"] + [name for name, _ in fields]
    vectors = [p["user.embedding"][users], p["item.embedding"][items]]
    return names, vectors + [rows[items] @ p[f"{name}.embedding"] for name, rows in fields]


def linear_terms(c, p, users, items):
    terms = p["user.linear"][users, 0] + p["item.linear"][items, 0]
    for name, rows in item_fields(c):
        terms = terms + (rows[items] @ p[f"{name}.linear"])[:, 0]
    return terms


def loss_of(c, p, logits):
    users, items = torch.tensor(c["users"]), torch.tensor(c["items"])
    positives = len(c["positiveWeights"])
    weights = torch.tensor(c["positiveWeights"] + c["negativeWeights"], dtype=torch.float64)
    labels = (torch.arange(len(users)) < positives).double()
    terms = F.binary_cross_entropy_with_logits(logits(c, p, users, items), labels, reduction="none")
    total = (1 + c["negatives"]) * sum(c["positiveWeights"])
    loss = (terms * weights).sum()
    for name, ids in (("user.embedding", users), ("item.embedding", items)):
        if name in p:
            loss = loss + c["l2"] * (p[name][ids] ** 2).sum() / 2
    return loss / total


def write(name, cases, logits):
    values = []
    for c in cases:
        p = parameters(c["specs"])
        loss = loss_of(c, p, logits)
        loss.backward()
        grads = [p[n].grad if p[n].grad is not None else torch.zeros_like(p[n]) for n, _ in c["specs"]]
        flat = np.concatenate([g.numpy().ravel() for g in grads]).astype("<f4")
        values.append({"name": c["name"], "loss": loss.item(), "gradient": base64.b64encode(flat.tobytes()).decode()})
    with open(os.path.join(here, f"{name}.json"), "w") as f:
        json.dump(values, f)
