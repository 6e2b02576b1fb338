"""Golden values for splits: the parts of a small rating table, by plain Python from the rules as they are written down.

Run with any Python 3:  python3 test/golden/splits.py
Writes splits.json beside itself. `counts` follows RecBole 1.2.1 (`Dataset._calcu_split_ids`), `leaveLastOne` its
`_split_index_by_leave_one_out` with two left out; `globalTime` cuts the whole table, sorted by time, at two moments.
"""

import json
import random
from itertools import accumulate
from pathlib import Path

RATIOS = ([0.8, 0.1, 0.1], [0.6, 0.2, 0.2], [0.7, 0.2, 0.1], [0.9, 0.0, 0.1])


def recbole_counts(total, ratios):
    counts = [int(ratio * total) for ratio in ratios]
    counts[0] = total - sum(counts[1:])
    for i in range(1, len(ratios)):
        if counts[0] <= 1:
            break
        if 0 < ratios[-i] * total < 1:
            counts[-i] += 1
            counts[0] -= 1
    ends = list(accumulate(counts))
    return [ends[0], ends[1] - ends[0], ends[2] - ends[1]]


def leave_last_one(rows):
    """rows: one user's (item, time). Two are left out: next_index[0] is train, the last one is test."""
    rows = sorted(rows, key=lambda row: row[1])
    out = min(2, len(rows) - 1)
    parts = [rows[: len(rows) - out], [], []]
    for i, row in enumerate(rows[len(rows) - out :]):
        parts[3 - out + i].append(row)
    return [[item for item, _ in part] for part in parts]


def global_time(table, ratios):
    """Events from the first moment on are for validation, from the second on for test; who has nothing before the first is out."""
    times = sorted(time for rows in table for _, time in rows)
    test = int(ratios[2] * len(times))
    validation = int(ratios[1] * len(times))
    second = times[len(times) - test]
    first = times[len(times) - test - validation]
    users = []
    for user, rows in enumerate(table):
        rows = sorted(rows, key=lambda row: row[1])
        parts = [
            [item for item, time in rows if time < first],
            [item for item, time in rows if first <= time < second],
            [item for item, time in rows if time >= second],
        ]
        if parts[0]:
            users.append({"user": user + 1, "parts": parts})
    return {"ratios": ratios, "moments": [first, second], "users": users}


rng = random.Random(11)
table = []
for user in range(14):
    size = [1, 2, 3][user] if user < 3 else rng.randrange(4, 25)
    start = rng.randrange(0, 120)
    # times of one user are distinct, so that nothing is left to chance; over the users many coincide, also at the moments
    times = rng.sample(range(start, start + 60), size)
    table.append([[item, time] for item, time in zip(rng.sample(range(60), size), times)])

golden = {
    "counts": [
        {"ratios": ratios, "of": [recbole_counts(n, ratios) for n in range(1, 121)]} for ratios in RATIOS
    ],
    "table": table,
    "leaveLastOne": [leave_last_one(rows) for rows in table],
    "globalTime": [global_time(table, ratios) for ratios in RATIOS[:3]],
}
Path(__file__).with_name("splits.json").write_text(json.dumps(golden) + "\n")
