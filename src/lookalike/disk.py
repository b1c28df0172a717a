"""What has to be on disk before it counts as done."""

from __future__ import annotations

import os
from pathlib import Path


def flush_folder(path: Path) -> None:
    """Force the names in a folder to disk."""
    if os.name == "posix":
        folder = os.open(path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
