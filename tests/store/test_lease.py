"""A lease that runs out: one holder at a time, whoever sleeps or dies; and what is known of far storage."""

from __future__ import annotations

import threading
from itertools import count

import pytest

from lookalike.errors import IndexLocked, StorageAway
from lookalike.store.following import Following
from lookalike.store.lease import Lease, hold_lease


class Kept:
    """Objects in memory, with a clock that tests set; see `lookalike.store.lease.Objects`."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.all: dict[str, tuple[bytes, float]] = {}
        self.away = False
        self._lock = threading.Lock()

    def create(self, name: str, data: bytes) -> bool:
        with self._lock:
            if name in self.all:
                return False
            self.all[name] = data, self.now
        if self.away:
            raise StorageAway("The answer was lost.", next_step="")
        return True

    def put(self, name: str, data: bytes) -> float:
        self.all[name] = data, self.now
        return self.now

    def get(self, name: str) -> bytes | None:
        return self.all[name][0] if name in self.all else None

    def times(self) -> dict[str, float]:
        return {name: at for name, (_, at) in self.all.items()}

    def delete(self, names: list[str]) -> None:
        for name in names:
            self.all.pop(name, None)


def lease_of(objects: Kept, seconds: float = 60.0) -> Lease:
    return Lease(objects, "here", "writing to", seconds)


def test_who_comes_after_one_that_let_go_comes_at_once_and_finds_it_clean() -> None:
    objects, tokens = Kept(), []
    for _ in range(3):
        with hold_lease(objects, "here", "writing to", 0.0, 60.0) as lease:
            assert lease.clean
            tokens.append(lease.token)
            with pytest.raises(IndexLocked, match="writing to"):
                lease_of(objects).take(0.0)
    assert tokens == sorted(set(tokens))
    assert len(objects.all) <= 2  # the last one, and the clock


def test_only_the_storages_clock_says_that_a_lease_has_run_out() -> None:
    objects = Kept()
    dead, late = lease_of(objects), lease_of(objects)
    dead.take(0.0)
    objects.now += 61.0
    with pytest.raises(IndexLocked, match="runs out in 1 s"):
        late.take(0.0)
    objects.now += 2.0
    late.take(0.0)
    assert not late.clean
    assert late.token > dead.token
    dead.renew()
    with pytest.raises(IndexLocked, match="did not renew"):
        dead.require()
    late.require()


def test_a_holder_that_renews_is_never_overtaken() -> None:
    objects = Kept()
    lease = lease_of(objects)
    lease.take(0.0)
    for _ in range(10):
        objects.now += 50.0
        lease.renew()
        with pytest.raises(IndexLocked):
            lease_of(objects).take(0.0)
        lease.require()


def test_a_number_that_was_taken_and_swept_away_is_not_taken_again() -> None:
    objects = Kept()
    asleep, awake = lease_of(objects), lease_of(objects)
    asleep.take(0.0)
    objects.now += 100.0
    awake.take(0.0)
    for _ in range(3):
        awake.renew()  # the number after that of the sleeper is gone by now
    asleep.renew()
    with pytest.raises(IndexLocked):
        asleep.require()
    awake.renew()
    awake.require()


def test_of_many_that_come_at_once_one_is_let_in() -> None:
    objects, inside = Kept(), []
    leases = [lease_of(objects) for _ in range(8)]

    def come(lease: Lease) -> None:
        try:
            lease.take(0.0)
        except IndexLocked:
            return
        inside.append(lease)

    threads = [threading.Thread(target=come, args=(lease,)) for lease in leases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(inside) == 1


def test_an_answer_that_was_lost_costs_no_lease() -> None:
    objects = Kept()
    objects.away = True
    lease = lease_of(objects)
    lease.take(0.0)
    lease.renew()
    lease.require()


def test_what_is_far_away_is_looked_at_seldom_and_told_at_last_while_it_is_away() -> None:
    looks, away = count(1), threading.Event()

    def look() -> dict[str, str]:
        if away.is_set():
            raise StorageAway("It does not answer.", next_step="")
        return {"a": str(next(looks))}

    rarely = Following(look, 60.0)
    assert {rarely.marks()["a"] for _ in range(5)} == {"1"}
    rarely.learn("b", "mine")
    assert rarely.marks() == {"a": "1", "b": "mine"}
    rarely.forget()
    assert rarely.marks() == {"a": "2"}
    away.set()
    rarely.forget()
    assert rarely.marks() == {"a": "2"}
    assert rarely.trouble is not None
    away.clear()
    rarely.forget()
    for _ in range(1000):
        rarely.marks()
        if rarely.trouble is None:
            break
        threading.Event().wait(0.01)
        rarely.forget()
    assert rarely.trouble is None
    assert int(rarely.marks()["a"]) >= 3


def test_what_never_was_known_cannot_be_told() -> None:
    def look() -> dict[str, str]:
        raise StorageAway("It does not answer.", next_step="")

    with pytest.raises(StorageAway):
        Following(look, 1.0).marks()
