"""A PostgreSQL that goes away: nothing is lost, nothing counts twice, and nobody waits for long."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from lookalike.errors import StorageAway
from lookalike.events import Event
from lookalike.records.polled import Polled
from lookalike.records.records import Records
from lookalike.testing.postgres import PostgresServer

from .conftest import empty_place


def viewed(item: str, user: str = "ann", time: int = 1) -> Event:
    return Event(user=user, item=item, kind="viewed", time=time)


@pytest.fixture
def records(mortal: PostgresServer) -> Iterator[Records]:
    """Records with one event, on a server that may be stopped."""
    records = Records.open(empty_place(mortal) + "&application_name=replica")
    records.append([viewed("a")])
    yield records
    records.close()


def wait_for_ever(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records._database.dialect, "patience", 60.0)  # a machine may be slow


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_server_that_was_restarted_is_asked_again(
    mortal: PostgresServer, records: Records, mode: Any
) -> None:
    records.touches("ann")
    mortal.restart(mode)
    assert [touch.item for touch in records.touches("ann")] == ["a"]
    mortal.restart(mode)
    assert records.append([viewed("a"), viewed("b")]).fates == ("repeated", "recorded")
    assert (records.count(), records.flaws()) == (2, [])


def test_whoever_writes_while_the_server_restarts_waits_and_loses_nothing(
    mortal: PostgresServer, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_for_ever(records, monkeypatch)
    stop = threading.Event()

    def write(number: int) -> list[str]:
        acknowledged = []
        while not stop.is_set():
            item = f"{number}-{len(acknowledged)}"
            assert records.append([viewed(item)]).recorded == 1
            acknowledged.append(item)
        return acknowledged

    with ThreadPoolExecutor(3) as pool:
        writing = [pool.submit(write, number) for number in range(3)]
        for mode in ("fast", "immediate"):
            time.sleep(0.2)
            mortal.restart(mode)  # type: ignore[arg-type]
        stop.set()
        items = {"a"}.union(*(one.result() for one in writing))
    assert {touch.item for touch in records.touches("ann", limit=10**6)} == items
    assert {touch.weight for touch in records.touches("ann", limit=10**6)} == {1.0}
    assert (records.count(), records.flaws()) == (len(items), [])


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_line_that_breaks_in_a_commit_changes_nothing_of_what_is_told(
    mortal: PostgresServer, records: Records, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    dialect: Any = records._database.dialect.engine.dialect
    commit = dialect.do_commit
    broken = []

    def breaking(connection: Any) -> None:
        if when == "after":
            commit(connection)
        broken.append(when)
        monkeypatch.setattr(dialect, "do_commit", commit)
        mortal.sql(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name = 'replica'"
        )
        connection.driver_connection.execute("SELECT 1")

    def break_next() -> None:
        monkeypatch.setattr(dialect, "do_commit", breaking)

    break_next()
    assert records.append([viewed("a"), viewed("b"), viewed("c")]).fates == (
        "repeated",
        "recorded",
        "recorded",
    )
    assert (records.count(), {touch.weight for touch in records.touches("ann")}) == (3, {1.0})
    break_next()
    assert records.erase("ann", now=9) == 3
    assert (records.count(), records.users(), records.flaws()) == (0, [], [])
    break_next()
    records.change_profile("bob", lambda before: {"times": (before or {"times": 0})["times"] + 1})
    assert records.profile("bob") == {"times": 1}
    assert broken == [when] * 3


def test_a_server_that_stays_away_is_waited_for_once_and_found_when_it_is_back(
    mortal: PostgresServer, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records._database.dialect, "patience", 0.5)
    mortal.stop()
    began = time.monotonic()
    with pytest.raises(StorageAway) as caught:
        records.append([viewed("b")])
    assert "runs" in caught.value.next_step
    assert time.monotonic() - began >= 0.5
    tries = 0

    def count(*_: Any) -> None:
        nonlocal tries
        tries += 1

    monkeypatch.setattr("lookalike.records.database.time.sleep", count)
    for ask in (lambda: records.touches("ann"), lambda: records.append([viewed("b")])):
        with pytest.raises(StorageAway):
            ask()
    assert tries == 0  # it was waited for already
    monkeypatch.undo()
    mortal.start()
    assert records.append([viewed("b")]).recorded == 1
    assert records.count() == 2


def test_what_is_polled_is_asked_once_in_a_while_and_after_a_change() -> None:
    asked: list[int] = []
    polled = Polled(lambda: asked.append(1) or len(asked), 60.0)
    assert (polled(), polled()) == (1, 1)
    polled.drop()
    assert (polled(), polled()) == (2, 2)
    always = Polled(lambda: asked.append(1) or len(asked), 0.0)
    assert (always(), always()) == (3, 4)


@pytest.mark.parametrize("keep", [True, False])
def test_a_poll_that_fails_is_told_or_the_last_answer_stands(keep: bool) -> None:
    answers: list[Any] = ["first"]

    def ask() -> str:
        if not answers:
            raise StorageAway("It is away.", next_step="Wait.")
        return str(answers.pop())

    polled = Polled(ask, 60.0, keep=keep)
    assert polled() == "first"
    polled.drop()
    for _ in range(2):
        if keep:
            assert polled() == "first"
        else:
            with pytest.raises(StorageAway):
                polled()
    answers.append("second")
    polled.drop()
    assert polled() == "second"


def test_an_answer_that_stands_is_not_waited_for() -> None:
    answering, asking = threading.Event(), threading.Event()

    def ask() -> int:
        if asking.is_set():
            answering.wait(30)
        return 1

    polled = Polled(ask, 0.001, keep=True)
    assert polled() == 1
    asking.set()
    time.sleep(0.002)
    slow = threading.Thread(target=polled)
    slow.start()
    while polled._lock.acquire(blocking=False):
        polled._lock.release()
    assert polled() == 1  # though the other thread is still asking
    answering.set()
    slow.join()
