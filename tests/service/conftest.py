"""The tiny shop behind a service: called in this process, or listening on loopback."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from lookalike.index import Index
from lookalike.service.app import create_app
from lookalike.service.config import ServiceConfig
from lookalike.testing.grid import GridEncoder
from lookalike.testing.serving import listening
from lookalike.testing.tiny_shop import tiny_shop

from .copies import served

HERE = ("127.0.0.1", 40000)
"""A client on this machine."""

Ask = Callable[..., TestClient]
Listen = Callable[..., str]


@pytest.fixture(scope="session")
def shop_index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The tiny shop, indexed with the quick encoder. Nobody writes to it."""
    index = Index.create(tmp_path_factory.mktemp("service") / "index", GridEncoder())
    index.add(list(tiny_shop().products))
    return index


@contextmanager
def asking(
    index: Index | Path,
    config: ServiceConfig | None = None,
    client: tuple[str, int] = HERE,
    host: str = "127.0.0.1",
) -> Iterator[TestClient]:
    """A client of a service in this process, once it is ready."""
    app = create_app(index, config)
    with TestClient(app, f"http://{host}", raise_server_exceptions=False, client=client) as one:
        assert app.state.served.wait(60)
        yield one


@pytest.fixture(scope="session")
def shop(shop_index: Index) -> Iterator[TestClient]:
    """A client on this machine, of a service without keys."""
    with asking(shop_index) as client:
        yield client


@pytest.fixture
def ask(shop_index: Index) -> Iterator[Ask]:
    """Makes clients: ``ask(config, client=("203.0.113.9", 1), host="shop.example")``."""
    with ExitStack() as stack:
        yield lambda config=None, **where: stack.enter_context(asking(shop_index, config, **where))


@pytest.fixture
def listen(shop_index: Index) -> Iterator[Listen]:
    """Starts servers: ``listen(config)`` gives the address."""
    with ExitStack() as stack:
        yield lambda config=None: stack.enter_context(listening(shop_index, config))


@pytest.fixture
def own_path(shop_index: Index, tmp_path: Path) -> Path:
    """The tiny shop's index, to be written to."""
    assert shop_index.path is not None
    return Path(shutil.copytree(shop_index.path, tmp_path / "index"))


@pytest.fixture
def own(own_path: Path) -> Iterator[TestClient]:
    with asking(served(own_path)) as client:
        yield client
