"""Indexes a drawn shop on a cluster, slowly; says each time how many products are stored. To be killed."""

from __future__ import annotations

import sys
from pathlib import Path

from lookalike.index import Index
from lookalike.testing.drawn import draw
from lookalike.testing.grid import GridEncoder


def main(folder: Path, count: int, address: str) -> None:
    """Index ``count`` products into ``folder/index``."""
    index = Index.open_or_create(folder / "index", GridEncoder(seconds=0.02))
    rows = draw(folder / "pictures", count)

    def tell(done: int) -> None:
        sys.stdout.write(f"{done} {len(index)}\n")
        sys.stdout.flush()

    index.add(rows, on=address, fit=False, duplicates=False, progress=tell)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
