"""
Golden values of the light text encoder's two halves, from scikit-learn and NumPy: cosines of sublinear smooth TF-IDF rows over words and
word pairs, FNV-1a columns, and the leading singular values and left subspace of a sparse matrix.
Run: python3 test/golden/tfidf.py > test/golden/tfidf.json
"""
import json

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

texts = [
    "The ferry pilot crosses the strait before the gale, and the gale comes.",
    "A lighthouse keeper, a ferry pilot and the gale.",
    "Two rivals cook a feast; the feast is cold.",
    "The bakery before dawn: a village baker and the night train.",
    "The night train crosses the plains before dawn.",
    "Keeper of the night, pilot of the dawn.",
    "",
]
# Single letters carry no meaning and are dropped, as features/tokens.ts does.
vectoriser = TfidfVectorizer(
    lowercase=True, token_pattern=r"(?u)\b\w\w+\b", ngram_range=(1, 2), sublinear_tf=True, smooth_idf=True, norm="l2"
)
rows = vectoriser.fit_transform(texts).toarray()


def fnv(term, bits):
    h = 0x811C9DC5
    units = term.encode("utf-16-le")
    for i in range(0, len(units), 2):
        h = ((h ^ int.from_bytes(units[i : i + 2], "little")) * 0x01000193) & 0xFFFFFFFF
    return (h ^ (h >> bits)) & ((1 << bits) - 1)


terms = ["w:gale", "c: tide", "g:Sci-Fi", "w:новый", "w:東京 物語", ""]

rng = np.random.default_rng(7)
m, n, rank = 90, 140, 12
dense = np.where(rng.random((m, n)) < 0.12, np.round(rng.random((m, n)) + 0.1, 4), 0)
for k in range(rank):  # a decaying spectrum on top of noise, as texts have it
    members = rng.choice(m, 12, replace=False)
    words = rng.choice(n, 10, replace=False)
    dense[np.ix_(members, words)] += round(3.0 * 0.85**k, 4)
dense = np.round(dense, 4)
u, s, _ = np.linalg.svd(dense, full_matrices=False)

indptr, index, value = [0], [], []
for row in dense:
    (columns,) = np.nonzero(row)
    index += columns.tolist()
    value += row[columns].tolist()
    indptr.append(len(index))

print(
    json.dumps(
        {
            "texts": texts,
            "cosines": (rows @ rows.T).tolist(),
            "hashes": [{"term": t, "bits": b, "column": fnv(t, b)} for t in terms for b in (16, 20)],
            "matrix": {"rows": m, "cols": n, "indptr": indptr, "index": index, "value": [round(x, 4) for x in value]},
            "rank": rank,
            "singularValues": s[:rank].tolist(),
            "leftVectors": u[:, :rank].tolist(),
        }
    )
)
