"""A process that keeps a version, says when it has come to a moment of that, and waits there to be killed.

Arguments: folder of the index, and the moment: "columns", "made" or "published".
"""

import sys
import time
from pathlib import Path

from lookalike.store import keeping, lance_reader
from lookalike.store.base import Columns, KeepProgress
from lookalike.store.lance import LanceStore


def wait() -> None:
    sys.stdout.write("there\n")
    sys.stdout.flush()
    time.sleep(600)


def main(folder: str, moment: str) -> None:
    def tell(what: str, done: int, count: int) -> None:
        if moment == what and done == count:
            wait()

    def make(columns: Columns, folder: Path, tell: KeepProgress) -> None:
        if moment == "made":
            wait()

    keeping.KEPT_FROM, keeping._ROWS, keeping._SHARE = 0, 0, 0
    lance_reader._MOST_CHANGED = 1e9
    if moment == "published":
        keeping.sweep_kept = lambda *_: wait()
    LanceStore.open(folder).keep([make], tell)


main(*sys.argv[1:])
