"""A Ray cluster that is started once for these tests: two nodes of a processor each, on loopback.

One says that it has a graphics card: what asks for none does not notice."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.util import find_spec

import pytest

from lookalike.testing.ray_cluster import LocalCluster, local_cluster

INSTALL = "Ray is not installed; install it with: pip install 'lookalike[ray]'"


@pytest.fixture(scope="session")
def ray_cluster() -> Iterator[LocalCluster]:
    """Two nodes; a test that kills one adds another."""
    if find_spec("ray") is None:
        (pytest.fail if os.environ.get("CI", "").lower() in ("1", "true") else pytest.skip)(INSTALL)
    with local_cluster() as cluster:
        cluster.add(gpus=1)
        yield cluster
