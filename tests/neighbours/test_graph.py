"""A graph of neighbours is written whole, or says why it is not."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from lookalike.neighbours.graph import Graph
from lookalike.vectors import unit


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk here that is always full")
def test_a_full_disk_refuses_a_graph_as_it_refuses_any_file(tmp_path: Path) -> None:
    graph = Graph.empty(16, 64)
    assert graph is not None
    vectors = unit(np.random.default_rng(0).normal(size=(500, 16)))[0]
    graph.add(np.arange(500), vectors, lambda _: None)
    (tmp_path / f".tmp-{os.getpid()}-graph").symlink_to("/dev/full")
    with pytest.raises(OSError, match="not written") as refused:
        graph.save(tmp_path / "graph")
    assert refused.value.errno == errno.ENOSPC
    assert not [*tmp_path.iterdir()]
