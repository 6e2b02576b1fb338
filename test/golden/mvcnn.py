"""Golden values for MVCNN by PyTorch autograd and its own convolutions. Run: npx node test/golden/pair-cases.ts && python3 test/golden/mvcnn.py"""
import torch
import torch.nn.functional as F

from pair_values import inputs, perceptron, write

views = inputs()["views"]


def dense(p, name, x):
    return x @ p[f"{name}.weight"] + p[f"{name}.bias"]


def text_view(p, item):
    row = views["tokens"][item * views["length"] : (item + 1) * views["length"]]
    words = [t for t in row if t > 0]
    if not words:
        return None
    found = []
    for size in (2, 3, 4):
        tokens = words + [0] * (size - len(words))
        x = p["text.token"][torch.tensor(tokens)].T[None]  # [1, d, words]
        w = p[f"text.window{size}.weight"]
        kernel = w.reshape(size, -1, w.shape[1]).permute(2, 1, 0)
        found.append(F.conv1d(x, kernel, p[f"text.window{size}.bias"]).amax(2))
    return dense(p, "text.view", F.relu(torch.cat(found, 1)))


def image_view(p, item):
    if not views["hasPoster"][item]:
        return None
    h, w = views["height"], views["width"]
    pixels = torch.tensor(views["pixels"][item * h * w * 3 : (item + 1) * h * w * 3]).double()
    x = ((pixels - 127.5) / 64).reshape(1, h, w, 3).permute(0, 3, 1, 2)
    for k in range(3):
        weight = p[f"image.{k}.weight"]
        kernel = weight.reshape(3, 3, -1, weight.shape[1]).permute(3, 2, 0, 1)
        x = F.conv2d(x, kernel, p[f"image.{k}.bias"])
        x = F.relu(F.max_pool2d(x, 2) if k < 2 else x.amax((2, 3)))
    return dense(p, "image.view", x)


def item_vector(c, p, item):
    found = [text_view(p, item) if c["text"] else None, image_view(p, item) if c["image"] else None]
    found = [v for v in found if v is not None]
    pooled = torch.stack(found).amax(0) if found else p["view.missing"]
    return pooled[0] + (p["item.embedding"][item] if c["ids"] else 0)


def logits(c, p, users, items):
    vectors = torch.stack([item_vector(c, p, i) for i in items.tolist()])
    own = p["user.embedding"][users]
    deep = perceptron(c, p, ["user", "item"], torch.cat([own, vectors], 1))
    return (own * vectors).sum(1) + p["item.linear"][items, 0] + deep


write("mvcnn", inputs()["mvcnn"], logits)
