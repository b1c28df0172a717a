"""Does indexing ten times as many products take more memory?

The first 3,400 and the first 34,000 rows of the fashion table, as Parquet files with the pictures inside and
row groups as in the original, each indexed by a fresh process. The peak is what the operating system saw.

    python benchmarks/memory.py
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import data
import pyarrow.parquet as pq
import record

SIZES = (3_400, 34_000)
BAR = 1.2


def cut(source: Path, rows: int, target: Path) -> None:
    """The first rows of a Parquet file, in row groups of the same size."""
    with pq.ParquetFile(source) as file:
        size = file.metadata.row_group(0).num_rows
        with pq.ParquetWriter(target, file.schema_arrow) as writer:
            for batch in file.iter_batches(size):
                part = batch.slice(0, min(rows, batch.num_rows))
                writer.write_batch(part, row_group_size=size)
                rows -= part.num_rows
                if rows == 0:
                    break


def index_alone(table: Path, folder: Path) -> None:
    """What the fresh process does: index, and print rows and its own peak in kilobytes."""
    from lookalike import Index

    report = Index.create(folder).add(table)
    # Not getrusage: its peak is handed down from the process that started this one.
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    print(report.added, status["VmHWM"].split()[0])


def peak(table: Path, folder: Path) -> tuple[int, float]:
    """Rows indexed and peak memory in MB."""
    shutil.rmtree(folder, ignore_errors=True)
    command = [sys.executable, __file__, str(table), str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    shutil.rmtree(folder)
    rows, kilobytes = map(int, done.stdout.split())
    return rows, round(kilobytes * 1024 / 1e6, 1)


def main() -> int:
    if sys.argv[1:]:
        index_alone(Path(sys.argv[1]), Path(sys.argv[2]))
        return 0
    data.require("fashion-small")
    measured = []
    with data.work_folder() as work:
        for size in SIZES:
            table = work / f"first-{size}.parquet"
            cut(data.unpacked("fashion-small", work), size, table)
            rows, megabytes = peak(table, work / "memory")
            table.unlink()
            measured.append({"rows": size, "indexed": rows, "peak_megabytes": megabytes})
    ratio = measured[-1]["peak_megabytes"] / measured[0]["peak_megabytes"]
    record.write("memory", {"bar": BAR, "ratio": round(ratio, 3), "runs": measured})
    record.table(("rows", "peak MB"), [(run["rows"], run["peak_megabytes"]) for run in measured])
    print(f"ratio {ratio:.3f}, at most {BAR} wanted")
    return 0


if __name__ == "__main__":
    sys.exit(main())
