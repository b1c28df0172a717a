"""A process that rebuilds an index until it is killed. Arguments: the index."""

import sys
import time

from lookalike.index import Index
from lookalike.ingest import rebuild
from lookalike.testing.grid import GridEncoder

rebuild._SAFE_PICTURES = 2


def say(done: int, total: int) -> None:
    sys.stdout.write(f"{done}\n")
    sys.stdout.flush()
    time.sleep(0.02)


Index.open(sys.argv[1]).rebuild(GridEncoder("other"), workers=1, progress=say)
say(-1, -1)
