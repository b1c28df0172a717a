"""A process that rebuilds an index and is killed on the way, or by itself at one moment of the switch.

Arguments: the index, and when: "never", "before" the new state is published, or just "after" it.
"""

import os
import signal
import sys
import time
from typing import Any

from lookalike.index import Index
from lookalike.ingest import rebuild
from lookalike.store import lance_writer
from lookalike.testing.grid import GridEncoder


def die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def say(done: int, total: int) -> None:
    sys.stdout.write(f"{done} of {total}\n")
    sys.stdout.flush()
    time.sleep(0.05)


def main(path: str, when: str) -> None:
    rebuild._SAFE_PICTURES = 2  # pictures; a handful has to do
    if when == "before":
        lance_writer.write_manifest = die
    elif when == "after":
        publish = lance_writer.LanceWriter.switch

        def switch(*args: Any, **kwargs: Any) -> None:
            publish(*args, **kwargs)
            die()

        lance_writer.LanceWriter.switch = switch
    Index.open(path).rebuild(GridEncoder("other"), workers=1, progress=say)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
