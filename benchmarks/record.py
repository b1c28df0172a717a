"""How a benchmark's figures are kept: one JSON file with the machine, the versions and the date."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from lookalike.encoders.loading import load_encoder

RESULTS = Path(__file__).resolve().parent / "results"
PACKAGES = ("lookalike", "numpy", "onnxruntime", "pillow", "pyarrow", "pylance")


def machine(*packages: str) -> dict[str, Any]:
    """What the figures were taken on, and how busy it was with other things."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "cores": os.cpu_count(),
        "processor": _processor(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9),
        "system": platform.system(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in (*PACKAGES, *packages)},
        "encoder": str(load_encoder().space.fingerprint[:16]),
    }


def load() -> float:
    """How many processes wanted a core in the last minute."""
    return round(os.getloadavg()[0], 2)


def write(name: str, figures: dict[str, Any], *packages: str) -> None:
    """Keep the figures of one benchmark."""
    RESULTS.mkdir(exist_ok=True)
    document = {"machine": machine(*packages), **figures}
    (RESULTS / f"{name}.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def spread(values: Sequence[float], digits: int = 2) -> dict[str, float]:
    """Median, least and most."""
    return {
        "median": round(statistics.median(values), digits),
        "min": round(min(values), digits),
        "max": round(max(values), digits),
    }


def interval(values: Any, groups: Sequence[Any] | None = None, seed: int = 0) -> dict[str, float]:
    """The mean, and its 95% bootstrap interval (2,000 resamples of the values, or of whole groups)."""
    values = np.asarray(values, dtype=np.float64)
    chance = np.random.default_rng(seed)
    members = np.arange(len(values)) if groups is None else np.unique(groups, return_inverse=True)[1]
    sums = np.bincount(members, values)
    counts = np.bincount(members)
    drawn = chance.integers(0, len(sums), (2000, len(sums)))
    means = sums[drawn].sum(1) / counts[drawn].sum(1)
    low, high = np.percentile(means, [2.5, 97.5])
    return {
        "mean": round(float(values.mean()), 4),
        "low": round(float(low), 4),
        "high": round(float(high), 4),
    }


def table(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a table with aligned columns."""
    cells = [list(header), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(header))]
    for row in cells:
        first, *others = (
            cell.ljust(w) if at == 0 else cell.rjust(w)
            for at, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        print("  ".join([first, *others]).rstrip())


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
