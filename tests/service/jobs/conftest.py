"""An index of a quick encoder, and a service over it on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from lookalike.index import Index
from lookalike.service.app import create_app
from lookalike.service.jobs import Jobs

from .wares import PatientEncoder


@pytest.fixture
def encoder() -> PatientEncoder:
    return PatientEncoder()


@pytest.fixture
def index(tmp_path: Path, encoder: PatientEncoder) -> Index:
    return Index.create(tmp_path / "index", encoder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the jobs of `index` are."""
    return tmp_path / "index" / "jobs"


@pytest.fixture
def jobs(index: Index, folder: Path) -> Iterator[Jobs]:
    """Jobs that nobody works at before `Jobs.start`."""
    made = Jobs(lambda: index, folder)
    yield made
    made.close()


@pytest.fixture
def app(index: Index) -> FastAPI:
    return create_app(index)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """A caller on this machine."""
    here = ("127.0.0.1", 50000)
    with TestClient(app, base_url="http://127.0.0.1", client=here, raise_server_exceptions=False) as made:
        assert app.state.served.wait(60)
        yield made
