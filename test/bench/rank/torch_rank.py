"""The same ranking in PyTorch: a product of matrices for a block of users, what is seen masked, torch.topk. Prints one line of JSON.

python3 test/bench/rank/torch_rank.py USERS ITEMS WIDTH K SEEN THREADS
"""

import json
import os
import resource
import sys
import time

users, items, width, k, seen, threads = map(int, sys.argv[1:7])
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(threads)

import torch  # noqa: E402  (after the number of threads is set)

BLOCK = 256
torch.set_num_threads(threads)
torch.manual_seed(5)
u = torch.randn(users, width)
v = torch.randn(items, width).T.contiguous()
masked = torch.randint(0, items, (users, seen))


def rank(first, count):
    scores = u[first : first + count] @ v
    scores.scatter_(1, masked[first : first + count], float("-inf"))
    return torch.topk(scores, k)


with torch.no_grad():
    begun = time.perf_counter()
    rank(0, 64)
    # a slow matrix library would take minutes: as many users as fit into about ten seconds
    count = int(min(users, max(BLOCK, 10 * 64 / (time.perf_counter() - begun)))) // BLOCK * BLOCK
    used, begun = time.process_time(), time.perf_counter()
    for first in range(0, count, BLOCK):
        rank(first, min(BLOCK, count - first))
    wall, processor = time.perf_counter() - begun, time.process_time() - used

print(
    json.dumps(
        {
            "users": count,
            "milliseconds": 1000 * wall,
            "processor": 1000 * processor,
            "preparation": 0,
            "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
            "version": torch.__version__,
        }
    )
)
