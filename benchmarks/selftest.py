"""Does every catalogue's index find its own pictures?

Pictures are read, decoded and encoded again; each has to find itself, or one with the same pixels, first
(`lookalike verify`; gate 99.9%).

    python benchmarks/selftest.py
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import data
import record

SAMPLE = 2500


def verified(path: object) -> dict[str, Any]:
    """The counts of `lookalike verify`."""
    command = [sys.executable, "-m", "lookalike", "verify", "--index", str(path), "--sample", str(SAMPLE)]
    done = subprocess.run([*command, "--json"], check=False, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr)
    counts: dict[str, Any] = json.loads(done.stdout)
    return counts


def main() -> int:
    data.require(*data.FILES)
    counts = {}
    with data.work_folder() as work:
        for name in data.FILES:
            index = data.indexed(name, work)
            counts[name] = {"products": len(index), **verified(index.path)}
    record.write("selftest", {"sample": SAMPLE, "gate": 0.999, "indexes": counts})
    shown = ("products", "sampled", "found", "changed", "unreadable")
    record.table(
        ("index", *shown, "lost", "sound"),
        [
            (name, *(row[column] for column in shown), len(row["lost"]), row["ok"])
            for name, row in counts.items()
        ],
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
