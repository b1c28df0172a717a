"""PostgreSQL: what it refuses and what that means, and what becomes of records when it goes away."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from lookalike.errors import BadArgument, IndexLocked, StorageAway, StorageError
from lookalike.events import Event
from lookalike.records import postgresql
from lookalike.records.records import Records
from lookalike.testing.postgres import PostgresServer

CHILD = Path(__file__).with_name("appending_child.py")
Opened = Callable[[str], Records]


def viewed(item: str, user: str = "ann", time: int = 1) -> Event:
    return Event(user=user, item=item, kind="viewed", time=time)


@pytest.fixture
def opened() -> Iterator[Opened]:
    """Opens records that are closed after the test."""
    made: list[Records] = []

    def open(place: str) -> Records:
        made.append(Records.open(place))
        return made[-1]

    yield open
    for records in made:
        records.close()


def refusal(records: Records) -> StorageError:
    """What reading and writing raise, which is the same."""
    with pytest.raises(StorageError) as read:
        records.touches("ann")
    with pytest.raises(StorageError) as written:
        records.append([viewed("a")])
    assert (type(read.value), read.value.message) == (type(written.value), written.value.message)
    return written.value


def test_every_way_to_write_the_url_is_the_same_database(empty: Callable[[], str], opened: Opened) -> None:
    place = empty()
    for number, name in enumerate(("postgresql", "postgres", "postgresql+psycopg")):
        records = opened(place.replace("postgresql", name, 1))
        assert records.append([viewed(name)]).recorded == 1
        assert records.count() == number + 1


@pytest.mark.parametrize("name", ["postgresql+psycopg2", "postgresql+asyncpg", "postgresql+nothing"])
def test_other_drivers_are_refused(name: str) -> None:
    with pytest.raises(BadArgument, match="psycopg") as caught:
        Records.open(f"{name}://ann:secret@127.0.0.1/shop")
    assert "postgresql://" in caught.value.next_step and "secret" not in str(caught.value)


def test_where_the_driver_is_not_installed_it_says_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(BadArgument, match="not installed") as caught:
        Records.open("postgresql://127.0.0.1/shop")
    assert "pip install 'lookalike[postgres]'" in caught.value.next_step


def test_a_wrong_password_is_told_without_telling_it(postgres: PostgresServer, opened: Opened) -> None:
    place = postgres.url(user="somebody:hunter2")
    error = refusal(opened(place))
    assert "password authentication failed" in error.message and "password" in error.next_step
    assert "hunter2" not in str(error)


def test_a_user_or_a_database_that_is_not_there_is_named(postgres: PostgresServer, opened: Opened) -> None:
    error = refusal(opened(postgres.url("elsewhere")))
    assert '"elsewhere" does not exist' in error.message and "createdb" in error.next_step
    assert refusal(opened("postgresql://u@host.invalid/shop")).next_step == "Correct the host in the URL."
    error = refusal(opened(postgres.url(more="colour=blue")))
    assert "colour" in error.message and error.next_step == "Take it out of the URL."


def test_a_server_that_nobody_runs_is_told_at_once(opened: Opened) -> None:
    began = time.monotonic()
    error = refusal(opened("postgresql://ann:hunter2@127.0.0.1:9/shop"))
    assert isinstance(error, StorageAway) and error.code == "storage-away"
    assert "127.0.0.1:9" in error.message and "runs" in error.next_step and "hunter2" not in str(error)
    assert time.monotonic() - began < 4


def test_a_server_that_is_too_old_is_refused(
    empty: Callable[[], str], opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "OLDEST", 99)
    error = refusal(opened(empty()))
    assert "too old" in error.message and "99" in error.next_step


def test_a_database_that_cannot_hold_every_text_is_refused(postgres: PostgresServer, opened: Opened) -> None:
    postgres.sql("CREATE DATABASE ascii ENCODING 'SQL_ASCII' TEMPLATE template0")
    error = refusal(opened(postgres.url("ascii")))
    assert "SQL_ASCII" in error.message and "UTF8" in error.next_step


def test_who_may_not_make_tables_is_told_what_to_grant(postgres: PostgresServer, opened: Opened) -> None:
    postgres.sql("CREATE ROLE clerk LOGIN PASSWORD 'x'", "CREATE DATABASE offices")
    records = opened(postgres.url("offices", "clerk:x"))
    assert (records.count(), records.touches("ann")) == (0, [])
    with pytest.raises(StorageError, match="permission denied") as caught:
        records.append([viewed("a")])
    assert "GRANT" in caught.value.next_step


def test_a_server_that_only_lets_read_is_read(empty: Callable[[], str], opened: Opened) -> None:
    place = empty()
    opened(place).append([viewed("a")])
    standby = opened(place + "%20-cdefault_transaction_read_only%3Don")
    assert [touch.item for touch in standby.touches("ann")] == ["a"]
    with pytest.raises(StorageError, match="read-only") as caught:
        standby.append([viewed("b")])
    assert "primary" in caught.value.next_step


@pytest.mark.parametrize("size", ["0", "many", "-1"])
def test_a_pool_that_is_no_number_is_refused(size: str) -> None:
    with pytest.raises(BadArgument, match="pool_size"):
        Records.open(f"postgresql://127.0.0.1/shop?pool_size={size}")


def test_a_pool_has_as_many_connections_as_the_url_says(
    postgres: PostgresServer, empty: Callable[[], str], opened: Opened
) -> None:
    records = opened(empty() + "&pool_size=2&application_name=counted")
    records.append([viewed("a")])
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda _: bool(records.touches("ann")), range(64)))
    told = postgres.sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'counted'")
    assert int(told) <= 2


def test_through_a_pooler_nothing_stays_with_a_connection(postgres: PostgresServer, opened: Opened) -> None:
    postgres.sql("CREATE DATABASE pooled")
    records = opened(postgres.url("pooled", more="pooler=yes&pool_size=1"))
    for number in range(8):
        records.append([viewed(f"{number}")])
        records.touches("ann")
    limit = "current_setting('lock_timeout')"
    asked = f"SELECT concat({limit}, ' ', (SELECT count(*) FROM pg_prepared_statements))"
    written = records._database.write(lambda found, _: found.exec_driver_sql(asked).scalar())
    read = records._database.read(lambda found: found.exec_driver_sql(asked).scalar(), None)
    assert (written, read) == ("30s 0", "0 0")


def test_a_url_says_yes_or_no_of_a_pooler() -> None:
    with pytest.raises(BadArgument, match="pooler"):
        Records.open("postgresql://127.0.0.1/shop?pooler=perhaps")


def test_replicas_that_begin_at_once_make_the_tables_once(empty: Callable[[], str], opened: Opened) -> None:
    for _ in range(3):
        place = empty()
        replicas = [opened(place) for _ in range(6)]
        begin = threading.Barrier(len(replicas))

        def work(number: int, replicas: list[Records] = replicas, begin: threading.Barrier = begin) -> int:
            begin.wait()
            return replicas[number].append([viewed("a"), viewed(f"own-{number}")]).recorded

        with ThreadPoolExecutor(len(replicas)) as pool:
            assert sorted(pool.map(work, range(6))) == [1, 1, 1, 1, 1, 2]
        assert (opened(place).count(), opened(place).flaws()) == (7, [])


def test_events_that_two_processes_tell_at_once_count_once(empty: Callable[[], str], opened: Opened) -> None:
    place = empty()
    command = [sys.executable, str(CHILD), place, "ann", "60"]
    children = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [child.communicate()[0].split() for child in children]
    assert [child.returncode for child in children] == [0, 0]
    records = opened(place)
    assert sorted(map(int, said[0] + said[1])) == list(range(60))  # each was recorded by one of both
    assert (records.count(), sum(touch.weight for touch in records.touches("ann"))) == (60, 60.0)
    assert records.flaws() == []


def test_nothing_of_a_shopper_comes_back_who_is_erased_while_events_arrive(
    empty: Callable[[], str], opened: Opened
) -> None:
    place = empty()
    writer, eraser = opened(place), opened(place)
    stop = threading.Event()

    def write(number: int) -> None:
        while not stop.is_set():
            told = [viewed(f"{number}-{n}", user) for n in range(20) for user in ("ann", "bob")]
            writer.append(told, now=10)
            writer.set_profiles({"bob": {"n": number}, "ann2": {}, "cyd": {"n": number}})

    with ThreadPoolExecutor(3) as pool:
        writing = [pool.submit(write, number) for number in range(3)]
        while not eraser.touches("ann"):
            time.sleep(0.005)
        for moment in range(20, 30):
            eraser.erase("ann", now=moment)
            eraser.erase("ann2", now=moment)
        stop.set()
        assert all(one.result() is None for one in writing)
    assert (eraser.touches("ann"), eraser.count(), eraser.flaws()) == ([], 60, [])
    assert writer.append([viewed("late")], now=40).fates == ("erased",)


def test_a_writer_that_does_not_end_is_told_of_and_readers_do_not_wait(
    empty: Callable[[], str], opened: Opened
) -> None:
    place = empty()
    opened(place).append([viewed("a")])
    waiting = opened(place + "%20-clock_timeout%3D200")
    other = create_engine(place.replace("postgresql", "postgresql+psycopg", 1))
    with other.begin() as held:
        held.execute(text(postgresql._TURN))
        with pytest.raises(IndexLocked):
            waiting.append([viewed("b")])
        assert waiting.count() == 1
    other.dispose()
    assert waiting.append([viewed("b")]).recorded == 1


def test_a_replica_that_stands_still_while_it_writes_holds_nobody_up_for_long(
    empty: Callable[[], str], opened: Opened
) -> None:
    place = empty()
    opened(place).append([viewed("a")])
    limit = "%20-cidle_in_transaction_session_timeout%3D300"
    other = create_engine(place.replace("postgresql", "postgresql+psycopg", 1) + limit)
    held = other.connect()
    held.execute(text(postgresql._TURN))  # and then it stands still
    assert opened(place).append([viewed("b")]).recorded == 1
    held.invalidate()
    held.close()
    other.dispose()


def test_what_takes_too_long_is_ended_and_told(empty: Callable[[], str], opened: Opened) -> None:
    records = opened(empty() + "%20-cstatement_timeout%3D1")
    with pytest.raises(StorageError, match="timeout") as caught:
        for _ in range(50):
            records.append([viewed(f"{n}", f"user-{n}") for n in range(20_000)])
    assert "statement_timeout" in caught.value.next_step
