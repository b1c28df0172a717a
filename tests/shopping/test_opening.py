"""Where an index keeps what shoppers did: where it is told, else in its folder, else in memory."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lookalike.index import Index
from lookalike.testing.grid import GridEncoder
from lookalike.testing.planted import plant, planted

TIME = 1_795_000_000_000
EVENT = {"user": "ada", "item": "a", "event": "view", "timestamp": TIME}


def count(index: Index) -> int:
    return index._records.count()


def test_events_are_in_the_folder_unless_it_is_said_where(tmp_path: Path) -> None:
    index = Index.create(tmp_path / "index", GridEncoder())
    index.record([EVENT])
    assert (tmp_path / "index" / "records.sqlite").is_file()
    elsewhere = f"sqlite:///{tmp_path / 'events.sqlite'}"
    assert count(Index.open(tmp_path / "index")) == 1
    assert count(Index.open(tmp_path / "index", events=elsewhere)) == 0
    Index.open_or_create(tmp_path / "index", events=elsewhere).record([EVENT, {**EVENT, "item": "b"}])
    assert count(Index.open(tmp_path / "index", events=elsewhere)) == 2


def test_the_environment_says_where_unless_a_caller_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOOKALIKE_EVENTS", f"sqlite:///{tmp_path / 'events.sqlite'}")
    index = Index.create(tmp_path / "index", GridEncoder())
    index.record([EVENT])
    assert not (tmp_path / "index" / "records.sqlite").exists()
    assert count(Index.open(tmp_path / "index")) == 1
    assert count(Index.open(tmp_path / "index", events=str(tmp_path / "index"))) == 0


def test_many_threads_find_one_memory() -> None:
    index = Index(plant([planted("a", (1.0, 0.0))]))
    with ThreadPoolExecutor(8) as pool:
        found = [*pool.map(lambda _: index._records, range(64))]
    assert {id(one) for one in found} == {id(index._records)}
