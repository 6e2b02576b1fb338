"""Golden values for Wide & Deep by PyTorch autograd. Run: npx node test/golden/pair-cases.ts && python3 test/golden/wide-deep.py"""
import torch

from pair_values import embedded, inputs, linear_terms, perceptron, write


def preferred(c, has):
    """A genre is preferred when its share of the user's positives is above its share of all."""
    train = c["train"]
    rows = [n for n, r in enumerate(train["rating"]) if r >= c["minRating"]]
    share = has[[train["item"][n] for n in rows]].mean(0)
    out = torch.zeros(len(train["indptr"]) - 1, has.shape[1]).double()
    for u in range(len(out)):
        own = [train["item"][n] for n in rows if train["indptr"][u] <= n < train["indptr"][u + 1]]
        if own:
            out[u] = (has[own].mean(0) > share).double()
    return out


def logits(c, p, users, items):
    names, vectors = embedded(c, p, users, items)
    wide = linear_terms(c, p, users, items)
    if c.get("facts"):
        genres = range(c["facts"]["names"])
        has = torch.tensor([[g >> k & 1 for k in genres] for g in c["facts"]["genres"]]).double()
        likes = preferred(c, has)
        for a in genres:
            for b in genres:
                wide = wide + p["crosses"][a, b] * likes[users, a] * has[items, b]
    return c["factor"] * wide + perceptron(c, p, names, torch.cat(vectors, 1))


write("wide-deep", inputs()["wideDeep"], logits)
