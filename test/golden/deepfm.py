"""Golden values for DeepFM by PyTorch autograd. Run: npx node test/golden/pair-cases.ts && python3 test/golden/deepfm.py"""
import torch

from pair_values import embedded, inputs, linear_terms, perceptron, write


def logits(c, p, users, items):
    names, vectors = embedded(c, p, users, items)
    z = linear_terms(c, p, users, items) + perceptron(c, p, names, torch.cat(vectors, 1))
    for a in range(len(vectors)):  # every pair of fields
        for b in range(a):
            z = z + (vectors[a] * vectors[b]).sum(1)
    return z


write("deepfm", inputs()["deepfm"], logits)
