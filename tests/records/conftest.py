"""Where records may be: a folder, and a real PostgreSQL that is started for these tests."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from lookalike.testing.postgres import PostgresServer, postgres_server, programs

INSTALL = "PostgreSQL is not installed; install it with: make test-tools"
_NUMBERS = count(1)


def started(*settings: str) -> Iterator[PostgresServer]:
    """A server; skips where there is none to start, and fails where everything has to be there."""
    if programs() is None:
        (pytest.fail if os.environ.get("CI", "").lower() in ("1", "true") else pytest.skip)(INSTALL)
    with postgres_server(*settings) as server:
        yield server


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The server that all tests share; none of them stops it."""
    yield from started("fsync=off", "max_connections=60")


@pytest.fixture(scope="session")
def mortal() -> Iterator[PostgresServer]:
    """A server that tests may stop, and start again."""
    yield from started()


def empty_place(server: PostgresServer) -> str:
    """The URL of a place of a server in which nothing is."""
    name = f"shop_{next(_NUMBERS)}"
    server.sql(f"CREATE SCHEMA {name}")
    return server.url(more=f"options=-csearch_path%3D{name}")


@pytest.fixture
def empty(postgres: PostgresServer) -> Callable[[], str]:
    """Makes places of the shared server in which nothing is, each with a URL of its own."""
    return lambda: empty_place(postgres)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A folder, and then a database, in which nothing is; what holds of records holds of both."""
    if request.param == "sqlite":
        return str(tmp_path)
    made: str = request.getfixturevalue("empty")()
    return made
