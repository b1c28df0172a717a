"""Jobs of several replicas on one board: each knows those of all, and none is waited for in vain."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from lookalike.errors import StorageAway
from lookalike.index import Index
from lookalike.records.board import LOST, Board, Posted
from lookalike.records.records import Records
from lookalike.service.jobs import Job, Jobs, Order, UnknownJob
from lookalike.service.problems import NotReady
from lookalike.testing.postgres import PostgresServer

from .conftest import empty_place
from .test_replicas import soon

LOOK = Order("duplicates", "duplicates")


def not_loaded() -> Index:
    raise NotReady("The index is being loaded.", next_step="Wait.")


@pytest.fixture
def place(mortal: PostgresServer) -> str:
    return empty_place(mortal)


@pytest.fixture
def board(place: str) -> Iterator[Board]:
    records = Records.open(place)
    yield records.board()
    records.close()


@pytest.fixture
def replicas(board: Board, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Jobs, Jobs]]:
    """Two that take jobs in, and do none."""
    monkeypatch.setattr("lookalike.service.jobs.replicas._TELL", 0.05)
    one, two = (Jobs(not_loaded, tmp_path / name, board=lambda: board) for name in ("one", "two"))
    one.start()
    yield one, two
    one.close()


def test_a_job_is_known_to_the_others_once_it_is_taken_in(replicas: tuple[Jobs, Jobs]) -> None:
    one, two = replicas
    with pytest.raises(UnknownJob):
        two.get("20261121-201705-482113-9f86d0")
    job = one.submit(LOOK)
    assert two.get(job.id) == one.get(job.id) == two.list()[0]
    assert job.replica and two.submit_once(LOOK) == job
    assert two.submit_once(Order("map", "map")).id not in (job.id, None)
    assert [found.order.kind for found in one.list()] == ["map", "duplicates"]


def test_a_job_is_stopped_by_way_of_any_replica(replicas: tuple[Jobs, Jobs]) -> None:
    one, two = replicas
    job = one.submit(LOOK)
    assert two.stop(job.id).state == "stopped"
    assert soon(lambda: one.get(job.id).state == "stopped")
    assert two.submit_once(LOOK).id != job.id


def test_a_job_of_a_replica_that_died_is_told_as_lost_until_that_is_back(
    replicas: tuple[Jobs, Jobs], mortal: PostgresServer, place: str
) -> None:
    one, two = replicas
    job = one.submit(LOOK)
    one.close()
    schema = place.rpartition("%3D")[2]
    mortal.sql(f"UPDATE {schema}.lookalike_jobs SET heard = heard - {LOST + 1}")
    lost = two.get(job.id)
    assert (lost.state, lost.is_finished) == ("failed", True)
    assert lost.error is not None and lost.error["code"] == "job-lost" and "again" in lost.error["next_step"]
    assert asyncio.run(two.finished(job.id, 60)).state == "failed"  # at once
    assert two.submit_once(LOOK).id != job.id
    one.start()
    assert soon(lambda: two.get(job.id).state == "queued")


def test_what_was_told_of_a_finished_job_stays_and_old_ones_are_forgotten(board: Board) -> None:
    def posted(id: str, done: int, *, over: bool) -> Posted:
        return Posted(id, "one", Job(id, LOOK, "running", 0.0, done=done).to_document(), over, report=b"row")

    board.post([posted("1", 5, over=True)])
    board.post([posted("1", 4, over=False), posted("2", 1, over=True), posted("3", 1, over=False)])
    assert [(one.id, one.document["done"], one.is_finished) for one in board.all()] == [
        ("3", 1, False),
        ("2", 1, True),
        ("1", 5, True),
    ]
    assert (board.finished(["1", "3", "4"]), board.report("1"), board.report("4")) == ({"1"}, b"row", None)
    board.sweep(1)
    assert [one.id for one in board.all()] == ["3", "2"]


def test_a_replica_takes_jobs_in_while_the_board_is_away_and_tells_of_them_later(
    replicas: tuple[Jobs, Jobs], mortal: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = replicas
    first = one.submit(LOOK)

    def away(*_: object) -> None:
        raise StorageAway("It is away.", next_step="Wait.")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Board, "_do", away)
        job = one.submit(Order("map", "map"))
        assert one.get(job.id).state == "queued"
        with pytest.raises(StorageAway):
            two.get(first.id)
    assert soon(lambda: two.list()[0].id == job.id)
