"""A PostgreSQL that keeps its connections open and says nothing: nobody waits for it for long."""

from collections.abc import Iterator

import pytest

from lookalike.errors import StorageAway
from lookalike.events import Event
from lookalike.records.records import Records
from lookalike.testing.postgres import PostgresServer

from .conftest import empty_place


@pytest.fixture
def records(mortal: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Records]:
    monkeypatch.setattr("lookalike.records.line.SILENCE", 0.2)
    monkeypatch.setattr("lookalike.records.line.KNOCK", 2)
    records = Records.open(empty_place(mortal))
    records.append([Event(user="ann", item="a", kind="viewed", time=1)])
    yield records
    records.close()


def test_a_server_that_stands_still_is_left_alone_until_it_answers(
    mortal: PostgresServer, records: Records
) -> None:
    late = [Event(user="ann", item="b", kind="viewed", time=2)]
    knocks = 0
    pulse = records._database.dialect._lines.pulse  # type: ignore[attr-defined]
    knock = pulse._knock

    def counted() -> bool:
        nonlocal knocks
        knocks += 1
        return bool(knock())

    pulse._knock = counted
    with mortal.standing_still():
        for act in (lambda: records.touches("ann"), lambda: records.append(late), records.count):
            with pytest.raises(StorageAway) as caught:
                act()
            assert "runs" in caught.value.next_step
        assert knocks <= 2  # that of whoever asked first, and one beside
    pulse._knocking.join(30)
    assert records.append(late).recorded == 1
    assert (records.count(), records.flaws()) == (2, [])


def test_a_statement_that_takes_its_time_is_waited_for(records: Records) -> None:
    slow = "SELECT 'done' FROM pg_sleep(0.7)"
    assert records._database.read(lambda found: found.exec_driver_sql(slow).scalar(), None) == "done"
