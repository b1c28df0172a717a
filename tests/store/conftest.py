"""Object storage for the tests of this room."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from lookalike.testing.broken_line import BrokenLine
from lookalike.testing.object_storage import BUCKET, ObjectStorage, is_installed, object_storage

INSTALL = "install it with: pip install 'lookalike[test]'"
_NUMBERS = count()


@pytest.fixture(scope="session")
def server() -> Iterator[ObjectStorage]:
    """One server of moto for all tests of a process."""
    if not is_installed():
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail(f"moto or obstore is missing; {INSTALL}")
        pytest.skip(f"moto or obstore is missing; {INSTALL}")
    with object_storage() as started:
        yield started


@pytest.fixture
def storage(server: ObjectStorage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ObjectStorage:
    """The server, reached by this process and those it starts; what it keeps on disk goes with the test."""
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("LOOKALIKE_CACHE", str(tmp_path / "cache"))
    return server


@pytest.fixture
def address(storage: ObjectStorage) -> str:
    """An address in the bucket at which nothing is yet."""
    return f"s3://{BUCKET}/shop-{next(_NUMBERS)}"


@pytest.fixture
def line(storage: ObjectStorage, monkeypatch: pytest.MonkeyPatch) -> Iterator[BrokenLine]:
    """A line to the storage that can be cut."""
    line = BrokenLine(storage.port)
    monkeypatch.setenv("AWS_ENDPOINT_URL", line.endpoint)
    yield line
    line.close()
