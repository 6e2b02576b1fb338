"""Golden values for the Transformer: loss and gradients by PyTorch autograd, and the losses of thirty steps, written out step by step and sharing
no code with Crossreel.
Run: npx node test/golden/transformer-cases.ts && python3 test/golden/transformer.py   (writes transformer.json beside it)"""
import base64
import json
import math
import os

import numpy as np
import torch
import torch.nn.functional as F

here = os.path.dirname(os.path.abspath(__file__))


def parameters(specs):
    total = sum(math.prod(shape) for _, shape in specs)
    flat = (0.6 * np.sin(1.7 * np.arange(total) + 0.4)).astype(np.float32)
    out, at = {}, 0
    for name, shape in specs:
        size = math.prod(shape)
        out[name] = torch.tensor(flat[at : at + size].reshape(shape), dtype=torch.float64, requires_grad=True)
        at += size
    return out


def loss_of(c, batch, p):
    def dense(name, x):
        return x @ p[f"{name}.weight"] + p[f"{name}.bias"]

    def norm(name, x):
        return F.layer_norm(x, (x.shape[-1],), p[f"{name}.gain"], p[f"{name}.bias"], eps=1e-5)

    def gelu(x):
        return F.gelu(x, approximate="tanh")

    def perceptron(name, x):
        return dense(f"{name}.skip", x) + dense(f"{name}.out", gelu(dense(f"{name}.hidden", x)))

    # items: id, then W x + bias for those that have the modality, a learned token for those that miss it
    parts = [p["item.id"]]
    for f in c["features"]:
        rows = torch.tensor(f["rows"], dtype=torch.float64).reshape(-1, f["width"])
        x, has = rows[:, :-2], rows[:, -2] > 0.5
        w = p[f"{f['name']}.projection"]
        parts.append(torch.where(has[:, None], x @ w[:-2] + w[-2], w[-1]))
    first = p["item.candidateId"] if "item.candidateId" in p else p["item.id"]
    tower_input = first + sum(parts[1:])
    direct = c["tower"] == "direct"
    z = tower_input if direct else perceptron("item", norm("item.norm", tower_input))
    read = [part * math.sqrt(part.shape[1]) if direct else part for part in parts]

    # streams
    s = batch["streams"]
    n, t, m = s["sequences"], s["length"], c["tokens"]
    item = torch.tensor(s["item"]).reshape(n, t)
    bucket = torch.tensor(s["bucket"]).reshape(n, t)
    domain = torch.tensor(s["domain"]).reshape(n, t)
    if m == 1:
        tokens = (sum(read) + p["modality"].sum(0))[item][:, :, None, :]
    else:
        tokens = torch.stack([part[item] + p["modality"][k] for k, part in enumerate(read)], dim=2)
    about = p["rating"][bucket] + p["domain"][domain] + p["position"][None, :t]
    x = (tokens + about[:, :, None, :]).reshape(n, t * m, -1)
    d = x.shape[-1]
    h = c["heads"]
    place = torch.arange(t * m) // m
    hidden = place[None, :] > place[:, None]
    for layer in range(c["layers"]):
        a = norm(f"layer{layer}.attention.norm", x)
        q, k, v = (
            dense(f"layer{layer}.attention.{part}", a).reshape(n, t * m, h, d // h).transpose(1, 2)
            for part in ("query", "key", "value")
        )
        score = (q @ k.transpose(-1, -2) / math.sqrt(d // h)).masked_fill(hidden, -math.inf)
        mixed = (torch.softmax(score, -1) @ v).transpose(1, 2).reshape(n, t * m, d)
        x = x + dense(f"layer{layer}.attention.out", mixed)
        x = x + dense(
            f"layer{layer}.forward.out",
            gelu(dense(f"layer{layer}.forward.hidden", norm(f"layer{layer}.forward.norm", x))),
        )
    states = norm("encoder.norm", x).reshape(n * t, m, d).mean(1)
    table = torch.cat([states, p["noHistory"]])

    total, count = 0, 0
    for target in batch["targets"]:
        joined = torch.cat([table[torch.tensor(rows)] for rows in target["states"]], dim=1)
        shared = dense("user.shared", joined)
        user = shared if direct else perceptron("user", shared)
        chosen = torch.tensor(target["item"])
        counts = torch.tensor(target["weight"], dtype=torch.float64)
        scores = user @ z.T + p["item.bias"][:, 0]
        start, end = c["domains"][target["domain"]]
        if c["candidates"] == "all" and c["loss"] == "softmax":
            start, end = 0, len(p["item.bias"])
        if c["loss"] == "softmax":
            for row, (own, label) in enumerate(zip(target["own"], target["item"])):
                scores = scores.index_put(
                    (torch.tensor(row), torch.tensor([i for i in own if i != label])), torch.tensor(-math.inf).double()
                )
            total = total + F.cross_entropy(scores[:, start:end], chosen - start, reduction="none") @ counts
        else:
            drawn = torch.tensor(target["negatives"]["item"])
            k = len(drawn)
            weight = torch.tensor(target["negatives"]["weight"], dtype=torch.float64).reshape(len(chosen), k)
            positive = scores[torch.arange(len(chosen)), chosen]
            negative = scores[:, drawn]
            if c["loss"] == "bce":
                pairs = F.binary_cross_entropy_with_logits(positive, torch.ones_like(positive), reduction="none")
                pairs = pairs + F.binary_cross_entropy_with_logits(
                    negative, torch.zeros_like(negative), weight=weight, reduction="none"
                ).sum(1)
                total = total + pairs @ counts / (1 + k)
            elif c["loss"] == "bpr":
                total = total - (F.logsigmoid(positive[:, None] - negative) * weight).sum(1) @ counts / k
            else:
                # the sum over all items is estimated from the drawn ones: each stands for 1 / (k q) items
                seen = torch.tensor(c["counts"][start:end], dtype=torch.float64)
                q = (seen + 1) ** 0.75 if c["negativeDistribution"] == "popularity" else torch.ones_like(seen)
                q = (q / q.sum())[drawn - start]
                estimate = positive.exp() + (negative.exp() * weight / (k * q)).sum(1)
                total = total + (estimate.log() - positive) @ counts
        count += counts.sum()
    if c["contrastive"] > 0:
        total = total + c["contrastive"] * count * contrast(c, batch, parts)
    if c["idPenalty"] > 0:
        # of the items that the step looks at: all of them for full softmax
        rows = slice(None) if c["loss"] == "softmax" else touched(batch)
        tables = [p[name][rows] for name in ("item.id", "item.candidateId") if name in p]
        total = total + c["idPenalty"] * count * sum((table**2).sum() for table in tables)
    return total / count


def contrast(c, batch, parts):
    """Mean over pairs of modalities and both ways of the cross-entropy of finding an item's other modality by cosine."""
    items = sorted({i for target in batch["targets"] for i in target["item"]})
    has = [np.array(f["rows"]).reshape(-1, f["width"])[:, -2] > 0.5 for f in c["features"]]
    terms = []
    for a in range(len(has)):
        for b in range(a + 1, len(has)):
            both = torch.tensor([i for i in items if has[a][i] and has[b][i]])
            if len(both) < 2:
                continue
            x, y = (F.normalize(parts[1 + m][both], dim=1) for m in (a, b))
            labels = torch.arange(len(both))
            similarity = x @ y.T / c["temperature"]
            terms.append((F.cross_entropy(similarity, labels) + F.cross_entropy(similarity.T, labels)) / 2)
    return sum(terms) / len(terms)


def touched(batch):
    s = batch["streams"]
    rows = np.array(s["item"]).reshape(s["sequences"], s["length"])
    items = {int(i) for row, n in zip(rows, s["lengths"]) for i in row[:n]}
    for target in batch["targets"]:
        items |= set(target["item"]) | set(target["negatives"]["item"])
    return sorted(items)


def train(c, steps=30, rate=0.01, limit=1.0):
    """Adam; with a sampled loss, the item tables move in the rows that a step looks at, and nowhere else."""
    p = parameters(c["specs"])
    beta1, beta2, epsilon = (c["adam"][name] for name in ("beta1", "beta2", "epsilon"))
    lazy = {"item.id", "item.candidateId", "item.bias"} if c["loss"] != "softmax" else set()
    first = {name: torch.zeros_like(value) for name, value in p.items()}
    second = {name: torch.zeros_like(value) for name, value in p.items()}
    losses = []
    for step in range(steps):
        batch = c["batches"][step % len(c["batches"])]
        for value in p.values():
            value.grad = None
        loss = loss_of(c, batch, p)
        loss.backward()
        losses.append(loss.item())
        grads = {n: torch.zeros_like(v) if v.grad is None else v.grad for n, v in p.items()}
        norm = math.sqrt(sum(float((g**2).sum()) for g in grads.values()))
        with torch.no_grad():
            for name, value in p.items():
                rows = touched(batch) if name in lazy else slice(None)
                g = grads[name][rows] * min(1, limit / norm)
                first[name][rows] = beta1 * first[name][rows] + (1 - beta1) * g
                second[name][rows] = beta2 * second[name][rows] + (1 - beta2) * g * g
                m = first[name][rows] / (1 - beta1 ** (step + 1))
                v = second[name][rows] / (1 - beta2 ** (step + 1))
                value[rows] -= rate * m / (v.sqrt() + epsilon)
    return losses


def main():
    with open(os.path.join(here, "transformer-inputs.json")) as f:
        inputs = json.load(f)
    cases = []
    for c in inputs["cases"]:
        p = parameters(c["specs"])
        loss = loss_of(c, c["batches"][0], p)
        loss.backward()
        flat = np.concatenate([p[name].grad.numpy().ravel() for name, _ in c["specs"]]).astype("<f4")
        cases.append({"name": c["name"], "loss": loss.item(), "gradient": base64.b64encode(flat.tobytes()).decode()})
    trainings = [{"name": c["name"], "losses": train(c)} for c in inputs["trainings"]]
    with open(os.path.join(here, "transformer.json"), "w") as f:
        json.dump({"cases": cases, "trainings": trainings}, f)


main()
