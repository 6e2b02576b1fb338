"""Golden values for SASRec: loss and gradients by PyTorch autograd with PyTorch's own layers, sharing no code with Crossreel.
Run: npx node test/golden/sasrec-cases.ts && /usr/bin/python3 test/golden/sasrec.py   (writes sasrec.json beside it)"""
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

    n, t, h = c["sequences"], c["length"], c["heads"]
    item = torch.tensor(c["item"]).reshape(n, t)
    d = p["item"].shape[1]
    x = math.sqrt(d) * p["item"][item] + p["position"][None, :t]
    future = torch.ones(t, t).triu(1).bool()
    for layer in range(c["layers"]):
        a = norm(f"layer{layer}.attention.norm", x)
        weights = [p[f"layer{layer}.attention.{part}.weight"] for part in ("query", "key", "value", "out")]
        biases = [p[f"layer{layer}.attention.{part}.bias"] for part in ("query", "key", "value", "out")]
        attended, _ = F.multi_head_attention_forward(
            *(a.transpose(0, 1),) * 3,
            embed_dim_to_check=d,
            num_heads=h,
            in_proj_weight=torch.cat([w.T for w in weights[:3]]),
            in_proj_bias=torch.cat(biases[:3]),
            bias_k=None,
            bias_v=None,
            add_zero_attn=False,
            dropout_p=0.0,
            out_proj_weight=weights[3].T,
            out_proj_bias=biases[3],
            attn_mask=future,
        )
        x = x + attended.transpose(0, 1)
        f = F.gelu(dense(f"layer{layer}.forward.hidden", norm(f"layer{layer}.forward.norm", x)), approximate="tanh")
        x = x + dense(f"layer{layer}.forward.out", f)
    table = torch.cat([norm("encoder.norm", x).reshape(n * t, d), p["noHistory"]])

    total, count = 0, 0
    for target in c["targets"]:
        scores = table[torch.tensor(target["states"])] @ p["item"].T
        for row, (own, label) in enumerate(zip(target["own"], target["item"])):
            rated = torch.tensor([i for i in own if i != label])
            scores = scores.index_put((torch.tensor(row), rated), torch.tensor(-math.inf).double())
        weight = torch.tensor(target["weight"], dtype=torch.float64)
        total = total + F.cross_entropy(scores, torch.tensor(target["item"]), reduction="none") @ weight
        count += weight.sum()
    return total / count


def main():
    with open(os.path.join(here, "sasrec-inputs.json")) as f:
        cases = json.load(f)
    out = []
    for c in cases:
        p = parameters(c["specs"])
        loss = loss_of(c, p)
        loss.backward()
        grads = [p[name].grad if p[name].grad is not None else torch.zeros_like(p[name]) for name, _ in c["specs"]]
        flat = np.concatenate([g.numpy().ravel() for g in grads]).astype("<f4")
        out.append({"name": c["name"], "loss": loss.item(), "gradient": base64.b64encode(flat.tobytes()).decode()})
    with open(os.path.join(here, "sasrec.json"), "w") as f:
        json.dump(out, f)


main()
