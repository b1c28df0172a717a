"""How long does a process take until it can do something?

Fresh processes, their files in the page cache: the command line saying its help, and a program that imports
the index, opens one of 34,455 products, answers, loads the encoder and encodes a picture. Seconds by the
clock and of the processor for each step, and the memory that is held after it. Needs Linux.

    python benchmarks/starting.py
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from importlib.util import find_spec

import data
import record

TURNS = 7
BARS = {"import Index": 1.0, "lookalike --help": 0.5}
"""Seconds by the clock that each may take."""

PROGRAM = """
import json, os, sys, time
told, since = {}, [time.perf_counter(), time.process_time()]
def tell(step):
    clock, processor = time.perf_counter(), time.process_time()
    with open("/proc/self/statm") as pages:
        memory = int(pages.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    told[step] = [clock - since[0], processor - since[1], memory]
    since[:] = time.perf_counter(), time.process_time()
import lookalike
tell("import lookalike")
from lookalike import Index
tell("import Index")
index = Index.open(sys.argv[1])
tell("open 34,455 products")
index.similar(sys.argv[2])
tell("first answer")
from lookalike.encoders.loading import load_encoder
encoder = load_encoder()
tell("load the encoder")
import numpy
encoder.encode(numpy.zeros((1, *encoder.size[::-1], 3), numpy.uint8))
tell("first picture")
print(json.dumps(told))
"""


def timed(command: Sequence[str]) -> tuple[float, float, str]:
    """Seconds by the clock and of the processor of a process, and what it said."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run([sys.executable, *command], check=True, capture_output=True, text=True)
    clock = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return clock, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, done.stdout


def main() -> int:
    data.require("fashion-small")
    clocks: dict[str, list[float]] = defaultdict(list)
    processor: dict[str, list[float]] = defaultdict(list)
    memory: dict[str, float] = {}
    loads = []
    commands = {"python alone": ["-c", ""]}
    commands |= {f"lookalike {word}": ["-m", "lookalike", word] for word in ("--version", "--help")}
    with data.work_folder() as work:
        index = data.indexed("fashion-small", work)
        asker = data.sample(index.ids, 1)[0]
        for turn in range(TURNS + 1):
            loads.append(record.load())
            taken = {name: timed(command)[:2] for name, command in commands.items()}
            told = json.loads(timed(["-c", PROGRAM, str(index.path), asker])[2])
            for step, (clock, busy, held) in told.items():
                taken[step] = clock, busy
                memory[step] = held
            for step, (clock, busy) in taken.items() if turn else ():  # the first turn warms the page cache
                clocks[step].append(clock)
                processor[step].append(busy)
    figures = {
        "load_before": loads[1:],
        "bars": BARS,
        "pandas": find_spec("pandas") is not None,
        "seconds": {step: record.spread(taken, 3) for step, taken in clocks.items()},
        "processor_seconds": {step: record.spread(taken, 3) for step, taken in processor.items()},
        "megabytes": {step: round(held / 1e6) for step, held in memory.items()},
    }
    record.write("starting", figures)
    record.table(
        ("step", "seconds", "of the processor", "MB then"),
        [
            (
                step,
                row["median"],
                figures["processor_seconds"][step]["median"],
                figures["megabytes"].get(step, ""),
            )
            for step, row in figures["seconds"].items()
        ],
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
