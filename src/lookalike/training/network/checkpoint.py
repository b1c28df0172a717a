"""Where a training stands, on disk: whole or not at all, so that a killed one goes on."""

from __future__ import annotations

import hashlib
import io
import os
import pickle
from pathlib import Path
from typing import Any

import torch
from torch import nn

from lookalike.errors import StorageError

FILE = "checkpoint.pt"
_FORMAT = 1
_DIGEST = 32  # bytes of a hash, which stand before the rest: torch overlooks damage


class Checkpoint:
    """One file, replaced as a whole, of one training: another one's is not gone on from."""

    def __init__(self, folder: Path, training: str) -> None:
        """``training`` names, as a hash, everything that makes a training another one."""
        self.path = folder / FILE
        self._training = training

    def load(self) -> dict[str, Any] | None:
        """What was saved last; None where nothing was, or it is damaged, or of another training."""
        try:
            content = self.path.read_bytes()
        except OSError:
            return None
        state = read_state(content)
        return state["state"] if state and state.get("training") == self._training else None

    def save(self, state: dict[str, Any]) -> bytes:
        """Replace what was saved, and return it. Raises `StorageError` when the disk refuses."""
        buffer = io.BytesIO()
        torch.save({"format": _FORMAT, "training": self._training, "state": state}, buffer)
        written = buffer.getvalue()
        content = hashlib.sha256(written).digest() + written
        partial = self.path.with_name(f"{FILE}.{os.getpid()}.partial")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with partial.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(self.path)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise StorageError(
                f"Where the training stands cannot be kept in {self.path.parent}: {error.strerror or error}.",
                next_step=f"Make {len(content) // 2**20 + 1:,} MB of room there, then train again: "
                "it goes on where it was saved last.",
            ) from None
        return content

    def forget(self) -> None:
        """Remove what was saved, and what killed runs left of a file."""
        for path in self.path.parent.glob(f"{FILE}*"):
            path.unlink(missing_ok=True)


def read_state(content: bytes) -> dict[str, Any] | None:
    """What a checkpoint says; None where it is damaged or of another version. Runs no code in it."""
    digest, written = content[:_DIGEST], content[_DIGEST:]
    if hashlib.sha256(written).digest() != digest:
        return None
    try:
        found = torch.load(io.BytesIO(written), weights_only=True, map_location="cpu")
    except (RuntimeError, EOFError, ValueError, KeyError, pickle.UnpicklingError):
        return None
    return found if isinstance(found, dict) and found.get("format") == _FORMAT else None


def weights_digest(module: nn.Module) -> str:
    """A hash of the names and numbers of a module."""
    digest = hashlib.sha256()
    for name, value in module.state_dict().items():
        digest.update(f"{name} {tuple(value.shape)} {value.dtype}\n".encode())
        digest.update(value.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()
