"""The same Transformer, trained in PyTorch in float32: the same start, the same batches, items of a batch encoded once, Adam on the same parameters, item
tables moved in the rows that a step looks at. Takes a step whenever a line on its input asks for one (see peer.ts).

python3 test/bench/train/torch_peer.py PROBLEM.safetensors THREADS [padded|packed]

padded: streams of a batch are filled up to its longest one, as is usual. packed: the rows of all streams lie one behind the other, and only attention
fills them up."""

import json
import math
import os
import resource
import sys
import time

path, threads, layout = sys.argv[1], int(sys.argv[2]), (sys.argv[3:] + ["padded"])[0]
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(threads)
os.environ["OMP_WAIT_POLICY"] = "passive"

import numpy as np  # noqa: E402  (after the number of threads is set)
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402

torch.set_num_threads(threads)
torch.manual_seed(1)
types = {"F32": np.float32, "F64": np.float64, "I32": np.int32, "U32": np.uint32, "U8": np.uint8}


def tensor(array):
    return torch.from_numpy(array.astype(np.int64) if array.dtype.kind in "iu" else array)


def arrays_of(stream):
    """The arrays of a safetensors file or of one that comes through a pipe, and what is said about them."""
    header = json.loads(stream.read(int.from_bytes(stream.read(8), "little")))
    said = header.pop("__metadata__", {})
    found = {}
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        array = np.empty(entry["shape"], types[entry["dtype"]])
        left = memoryview(array.reshape(-1)).cast("B") if array.size > 0 else b""
        while len(left) > 0:
            left = left[stream.readinto(left) :]
        found[name] = tensor(array)
    return found, said


with open(path, "rb") as file:
    given, about = arrays_of(file)
c = json.loads(about["about"])
tables = {name: given[name] for name in c["tables"]}
moments = {name: (torch.zeros_like(table), torch.zeros_like(table)) for name, table in tables.items()}
dense = {name: given[name].requires_grad_() for name in c["parameters"] if name not in tables}
features = {name: given[f"features.{name}"] for name in c["modalities"]}
del given
if c["loss"] not in ("softmax", "bce") or c["contrastive"] > 0:
    sys.exit("This peer has the losses softmax and bce, without the contrastive term.")
sampled = c["loss"] == "bce"
adam = torch.optim.Adam(dense.values(), c["learningRate"], foreach=True)


def domains_of(batch):
    return [k for k in range(len(c["domains"])) if f"targets{k}.item" in batch]


def unique_items(batch, real):
    """The items that the step looks at, each once, and the row of each."""
    looked_at = [batch["item"][real]]
    for k in domains_of(batch):
        looked_at += [batch[f"targets{k}.item"], batch[f"targets{k}.negatives"]]
    items = torch.unique(torch.cat(looked_at))
    row = torch.zeros(next(iter(tables.values())).shape[0], dtype=torch.int64)
    row[items] = torch.arange(len(items))
    return items, row


def loss_of(batch, total, dropout):
    n, t = batch["item"].shape
    real = torch.arange(t)[None, :] < batch["lengths"][:, None]
    if sampled:
        items, row = unique_items(batch, real)
        looked_up = {name: table.index_select(0, items).requires_grad_() for name, table in tables.items()}
        shown = [features[name].index_select(0, items) for name in c["modalities"]]
    else:
        items, row, looked_up = None, torch.arange(dense["item.id"].shape[0]), {}
        shown = list(features.values())
    p = {**dense, **looked_up}

    def linear(name, x):
        return torch.addmm(p[f"{name}.bias"], x, p[f"{name}.weight"])

    def norm(name, x):
        return F.layer_norm(x, (x.shape[-1],), p[f"{name}.gain"], p[f"{name}.bias"], eps=1e-5)

    def gelu(x):
        return F.gelu(x, approximate="tanh")

    def drop(x):
        return F.dropout(x, dropout) if dropout > 0 else x

    def perceptron(name, x):
        return linear(f"{name}.skip", x) + linear(f"{name}.out", gelu(linear(f"{name}.hidden", x)))

    # the last two columns of the features choose the bias or the missing token among the projection's last rows
    parts = [p["item.id"]] + [x @ p[f"{name}.projection"] for name, x in zip(c["modalities"], shown)]
    first = p.get("item.candidateId", p["item.id"])
    z = perceptron("item", norm("item.norm", first + sum(parts[1:])))

    # streams: rows of `kept` places, which in a packed batch are the real ones (and one of each stream without any)
    m, h = c["tokens"], c["heads"]
    lengths = batch["lengths"].clamp(min=1) if layout == "packed" else torch.full((n,), t)
    kept = (torch.arange(t)[None, :] < lengths[:, None]).reshape(-1).nonzero()[:, 0]
    at = torch.where(real, row[batch["item"]], 0).reshape(-1)[kept]
    if m == 1:
        x = (sum(parts) + p["modality"].sum(0)).index_select(0, at)[:, None, :]
    else:
        x = torch.stack([(part + p["modality"][k]).index_select(0, at) for k, part in enumerate(parts)], 1)
    place = torch.arange(t).repeat(n)[kept]
    about = p["rating"].index_select(0, batch["bucket"].reshape(-1)[kept])
    about = about + p["domain"].index_select(0, batch["domain"].reshape(-1)[kept]) + p["position"].index_select(0, place)
    d = x.shape[-1]
    x = drop((x + about[:, None, :]).reshape(-1, d))
    rows = (kept[:, None] * m + torch.arange(m)).reshape(-1)
    position = torch.arange(t * m) // m
    mask = torch.where(position[None, :] > position[:, None], -math.inf, 0.0)

    def heads(y):
        if layout == "packed":
            y = y.new_zeros(n * t * m, d).index_copy(0, rows, y)
        return y.reshape(n, t * m, h, d // h).transpose(1, 2)

    for layer in range(c["layers"]):
        a = norm(f"layer{layer}.attention.norm", x)
        q, k, v = (heads(linear(f"layer{layer}.attention.{part}", a)) for part in ("query", "key", "value"))
        weights = torch.softmax((q * (d // h) ** -0.5) @ k.transpose(-1, -2) + mask, -1)
        mixed = (weights @ v).transpose(1, 2).reshape(n * t * m, d)
        if layout == "packed":
            mixed = mixed.index_select(0, rows)
        x = x + drop(linear(f"layer{layer}.attention.out", mixed))
        f = drop(gelu(linear(f"layer{layer}.forward.hidden", norm(f"layer{layer}.forward.norm", x))))
        x = x + drop(linear(f"layer{layer}.forward.out", f))
    states = norm("encoder.norm", x).reshape(-1, m, d).mean(1)
    state_row = torch.zeros(n * t + p["noHistory"].shape[0], dtype=torch.int64)
    state_row[kept] = torch.arange(len(kept))
    state_row[n * t :] = len(kept) + torch.arange(p["noHistory"].shape[0])
    table = torch.cat([states, p["noHistory"]])

    losses = []
    for k in domains_of(batch):
        used = [batch[name] for name in sorted(batch) if name.startswith(f"targets{k}.states")]
        user = torch.cat([table.index_select(0, state_row[rows]) for rows in used], 1)
        user = perceptron("user", linear("user.shared", user))
        chosen, weight = batch[f"targets{k}.item"], batch[f"targets{k}.weight"]
        if not sampled:
            start, end = c["domains"][k]
            scores = user @ z[start:end].T + p["item.bias"][start:end, 0]
            hidden = batch[f"targets{k}.hidden"]
            inside = hidden[(hidden[:, 1] >= start) & (hidden[:, 1] < end)]
            mask = torch.zeros_like(scores)
            mask[inside[:, 0], inside[:, 1] - start] = -1e9
            losses.append(F.cross_entropy(scores + mask, chosen - start, reduction="none") @ weight)
            continue
        wanted, drawn = row[chosen], row[batch[f"targets{k}.negatives"]]
        positive = (user * z.index_select(0, wanted)).sum(1) + p["item.bias"].index_select(0, wanted)[:, 0]
        negative = user @ z.index_select(0, drawn).T + p["item.bias"].index_select(0, drawn)[:, 0]
        each = (weight / (1 + len(drawn)))[:, None]
        pairs = batch[f"targets{k}.pairs"] * each
        losses.append(
            F.binary_cross_entropy_with_logits(positive, torch.ones_like(positive), each[:, 0], reduction="sum")
            + F.binary_cross_entropy_with_logits(negative, torch.zeros_like(negative), pairs, reduction="sum")
        )
    return sum(losses) / total, items, looked_up


steps = 0


def move_rows(table, moments, items, gradient):
    """Lazy Adam: rows that are not looked at keep their moments."""
    first, second = (moment.index_select(0, items) for moment in moments)
    first.lerp_(gradient, 0.1)
    second.mul_(0.999).addcmul_(gradient, gradient, value=0.001)
    step = (second / (1 - 0.999**steps)).sqrt_().add_(1e-8)
    table.index_add_(0, items, first / step, alpha=-c["learningRate"] / (1 - 0.9**steps))
    moments[0].index_copy_(0, items, first)
    moments[1].index_copy_(0, items, second)


def train(batch, about):
    global steps
    steps += 1
    adam.zero_grad(set_to_none=True)
    loss, items, looked_up = loss_of(batch, about["total"], c["dropout"])
    (loss * about["weight"]).backward()
    if c["clip"] > 0:
        torch.nn.utils.clip_grad_norm_([*dense.values(), *looked_up.values()], c["clip"])
    adam.step()
    with torch.no_grad():
        for name, rows in looked_up.items():
            move_rows(tables[name], moments[name], items, rows.grad)
    return loss.item()


def status(word):
    with open("/proc/self/status") as lines:
        return next((1024 * int(line.split()[1]) for line in lines if line.startswith(word)), 0)


def memory():
    # what the system's usual call says includes the process that started this one
    linux = sys.platform == "linux"
    peak = status("VmHWM") if linux else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"peak": peak, "resident": status("VmRSS") if linux else 0, "heap": 0, "wasm": 0, "tensors": 0}


def gflops():
    a, b = torch.randn(512, 512), torch.randn(512, 512)
    best = math.inf
    for _ in range(10):
        begun = time.perf_counter()
        a @ b
        best = min(best, time.perf_counter() - begun)
    return 2 * 512**3 / best / 1e9


def say(answer):
    print(json.dumps(answer), flush=True)


say({"device": f"PyTorch {torch.__version__}, {layout}, threads: {threads}", "gflops": gflops()})
while line := sys.stdin.buffer.readline():
    asked = json.loads(line)
    batch = {}
    if asked["bytes"] > 0:
        batch, _ = arrays_of(sys.stdin.buffer)
    if asked["ask"] == "memory":
        say(memory())
        continue
    begun, used = time.perf_counter(), time.process_time()
    if asked["ask"] == "loss":
        with torch.no_grad():
            loss = loss_of(batch, asked["total"], 0)[0].item()
    else:
        loss = train(batch, asked)
    wall, processor = time.perf_counter() - begun, time.process_time() - used
    say({"wall": 1000 * wall, "processor": 1000 * processor, "loss": loss})
