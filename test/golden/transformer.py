"""Golden values for the Transformer: loss and gradients by PyTorch autograd, written out step by step and sharing no code with Crossreel.
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


def loss_of(c, p):
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
    z = perceptron("item", norm("item.norm", tower_input))

    # streams
    s = c["streams"]
    n, t, m = s["sequences"], s["length"], c["tokens"]
    item = torch.tensor(s["item"]).reshape(n, t)
    bucket = torch.tensor(s["bucket"]).reshape(n, t)
    domain = torch.tensor(s["domain"]).reshape(n, t)
    if m == 1:
        tokens = (sum(parts) + p["modality"].sum(0))[item][:, :, None, :]
    else:
        tokens = torch.stack([part[item] + p["modality"][k] for k, part in enumerate(parts)], dim=2)
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
    for target in c["targets"]:
        joined = torch.cat([table[torch.tensor(rows)] for rows in target["states"]], dim=1)
        user = perceptron("user", dense("user.shared", joined))
        chosen = torch.tensor(target["item"])
        counts = torch.tensor(target["weight"], dtype=torch.float64)
        scores = user @ z.T + p["item.bias"][:, 0]
        if target["negatives"] is None:
            start, end = c["domains"][target["domain"]]
            for row, (own, label) in enumerate(zip(target["own"], target["item"])):
                scores = scores.index_put(
                    (torch.tensor(row), torch.tensor([i for i in own if i != label])), torch.tensor(-math.inf).double()
                )
            total = total + F.cross_entropy(scores[:, start:end], chosen - start, reduction="none") @ counts
        else:
            drawn = torch.tensor(target["negatives"]["item"])
            weight = torch.tensor(target["negatives"]["weight"], dtype=torch.float64).reshape(len(chosen), len(drawn))
            positive = scores[torch.arange(len(chosen)), chosen]
            pairs = F.binary_cross_entropy_with_logits(positive, torch.ones_like(positive), reduction="none")
            negative = scores[:, drawn]
            pairs = pairs + F.binary_cross_entropy_with_logits(
                negative, torch.zeros_like(negative), weight=weight, reduction="none"
            ).sum(1)
            total = total + pairs @ counts / (1 + len(drawn))
        count += counts.sum()
    return total / count


def main():
    with open(os.path.join(here, "transformer-inputs.json")) as f:
        cases = json.load(f)
    out = []
    for c in cases:
        p = parameters(c["specs"])
        loss = loss_of(c, p)
        loss.backward()
        flat = np.concatenate([p[name].grad.numpy().ravel() for name, _ in c["specs"]]).astype("<f4")
        out.append(
            {"name": c["name"], "loss": loss.item(), "gradient": base64.b64encode(flat.tobytes()).decode()}
        )
    with open(os.path.join(here, "transformer.json"), "w") as f:
        json.dump(out, f)


main()
