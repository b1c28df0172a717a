"""Portions of a catalogue that are indexed elsewhere make the index that one run here makes."""

from __future__ import annotations

import pickle
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lookalike.catalog import catalog_of
from lookalike.errors import ClusterError, StorageError
from lookalike.index import Index
from lookalike.ingest import where
from lookalike.ingest.distributed import DistributedIngest
from lookalike.ingest.portions import Outcome, Portion, Work
from lookalike.ingest.report import Interrupted, StopRequested
from lookalike.products import PictureSource, Problem, Product
from lookalike.store.memory import MemoryStore
from lookalike.testing.drawn import assert_same_index, counts, draw, picture, product
from lookalike.testing.grid import GridEncoder

ON = "workers.example:6379"
PLAIN: dict[str, Any] = {"fit": False, "duplicates": False}


class Inside:
    """Workers in this process: they get copies, and are done in an order of chance."""

    width = 2

    def __init__(self, seed: int) -> None:
        self.work: Work | None = None
        self.portions: list[Portion] = []
        self._chance = random.Random(seed)

    def outcomes(self, portions: Iterator[Portion]) -> Iterator[Outcome]:
        """One for each portion."""
        out: list[Portion] = []
        more = True
        while more or out:
            portion = next(portions, None) if more else None
            more = portion is not None
            if portion is not None:
                out.append(copied(portion))
                self.portions.append(portion)
            if len(out) > 2 or not more:
                one = out.pop(self._chance.randrange(len(out))) if out else None
                if one is not None:
                    yield copied(copied(self.work).index(one))


def copied(thing: Any) -> Any:
    """A thing as another process gets it."""
    return pickle.loads(pickle.dumps(thing))


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> Inside:
    inside = Inside(7)

    @contextmanager
    def cluster(address: str, count: int | None) -> Iterator[Inside]:
        assert (address, count) == (ON, None)
        yield inside

    monkeypatch.setattr(where, "cluster", cluster)
    return inside


def index_at(folder: Path) -> Index:
    return Index.create(folder, GridEncoder())


def mixed(folder: Path) -> list[Product | Problem]:
    """Products of every kind that a catalogue may have, and rows that are none."""
    rows: list[Product | Problem] = [*draw(folder, 100)]
    rows[3] = product(folder, 3, more=2)
    rows[5] = replace(product(folder, 5), pictures=(PictureSource(data=png(5)), PictureSource(data=png(905))))
    rows[8] = replace(product(folder, 8), pictures=(PictureSource(data=b"not a picture"),))
    rows[9] = replace(product(folder, 9), pictures=(PictureSource("/nowhere.png"),))
    rows[11] = replace(product(folder, 11), pictures=())
    rows[12] = replace(product(folder, 12), pictures=(), title="")
    rows[20] = Problem(21, "", "malformed", "The row is broken.")
    rows[77] = replace(product(folder, 76), row=78)
    rows[90] = replace(
        product(folder, 3, more=2), id="90", pictures=product(folder, 3, more=2).pictures[::-1]
    )
    return rows


def png(number: int) -> bytes:
    from io import BytesIO

    sink = BytesIO()
    picture(number).save(sink, "PNG")
    return sink.getvalue()


@pytest.mark.parametrize("seed", range(2))
def test_the_index_is_the_one_that_is_made_here(tmp_path: Path, workers: Inside, seed: int) -> None:
    workers._chance.seed(seed)
    rows = mixed(tmp_path / "pictures")
    here, there = index_at(tmp_path / "here"), index_at(tmp_path / "there")
    expected, found = here.add(catalog_of(rows), fit=False), there.add(catalog_of(rows), on=ON, fit=False)
    assert len(workers.portions) > 3
    assert counts(found) == counts(expected)
    assert found.reported == 5
    assert found.copies == expected.copies
    assert_same_index(there, here)


def test_what_is_unchanged_is_not_encoded_again(tmp_path: Path, workers: Inside) -> None:
    folder = tmp_path / "pictures"
    rows = draw(folder, 60)
    here, there = index_at(tmp_path / "here"), index_at(tmp_path / "there")
    for index in (here, there):
        index.add(rows, **PLAIN)
    again = there.add(rows, on=ON, **PLAIN)
    assert (again.unchanged, again.encoded, again.indexed) == (60, 0, 0)
    assert there.manifest.version == here.manifest.version
    rows[1] = replace(rows[1], title="another")
    rows[2] = product(folder, 2, more=1)
    rows[4] = replace(rows[4], pictures=(PictureSource("/gone.png"),))
    rows[7] = replace(rows[7], pictures=())
    (folder / "00006-0.png").write_bytes(b"broken")
    (folder / "00010-0.png").write_bytes(png(910))
    renamed = folder / "renamed.png"
    (folder / "00013-0.png").rename(renamed)
    rows[13] = replace(rows[13], pictures=(PictureSource(str(renamed)),))
    rows += [product(folder, number) for number in (70, 71)]
    expected, found = here.add(rows, **PLAIN), there.add(rows, on=ON, **PLAIN)
    assert counts(found) == counts(expected)
    assert (found.added, found.encoded, found.stale) == (2, 4, expected.stale)
    assert_same_index(there, here)


def test_a_feed_is_followed(tmp_path: Path, workers: Inside) -> None:
    rows = draw(tmp_path / "pictures", 50)
    here, there = index_at(tmp_path / "here"), index_at(tmp_path / "there")
    for index, on in ((here, None), (there, ON)):
        index.sync(rows, on=on, **PLAIN)
        report = index.sync(rows[5:], on=on, **PLAIN)
        assert (report.removed, report.unchanged) == (5, 45)
    assert_same_index(there, here)


def test_a_run_that_is_stopped_keeps_what_is_whole_and_goes_on(tmp_path: Path, workers: Inside) -> None:
    rows = draw(tmp_path / "pictures", 150)
    here, there = index_at(tmp_path / "here"), index_at(tmp_path / "there")

    def stop(done: int) -> None:
        if done > 60:
            raise StopRequested

    with pytest.raises(Interrupted) as stopped:
        there.add(rows, on=ON, **PLAIN, progress=stop)
    kept = stopped.value.report
    assert 60 < kept.rows == kept.added == len(there) < 150
    assert there._store.reader().check() == []
    report = there.add(rows, on=ON, **PLAIN)
    assert (report.unchanged, report.added) == (kept.added, 150 - kept.added)
    here.add(rows, **PLAIN)
    assert_same_index(there, here)


def test_what_was_written_and_never_committed_is_swept(tmp_path: Path, workers: Inside) -> None:
    rows = draw(tmp_path / "pictures", 40)
    index = index_at(tmp_path / "index")
    index.add(rows[:10], **PLAIN)
    data = tmp_path / "index" / "pictures.lance" / "data"
    before = {path.name for path in data.iterdir()}

    def stop(done: int) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        index.add(rows, on=ON, **PLAIN, progress=stop)
    assert workers.portions
    assert {path.name for path in data.iterdir()} == before
    assert (len(index), index._store.reader().check()) == (10, [])


def test_a_worker_that_writes_to_another_disk_is_noticed(
    tmp_path: Path, workers: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = draw(tmp_path / "pictures", 40)
    index = index_at(tmp_path / "index")
    index.add(rows[:1], **PLAIN)

    def lost(self: Work, portion: Portion) -> Outcome:
        outcome = self._index(portion)
        for path in (tmp_path / "index" / "pictures.lance" / "data").iterdir():
            path.unlink()
        return outcome

    monkeypatch.setattr(Work, "index", lost)
    with pytest.raises(StorageError, match="is missing") as error:
        index.add(rows[1:], on=ON, **PLAIN)
    assert "share" in error.value.next_step
    assert workers.portions


def test_what_a_worker_cannot_do_comes_out_as_it_would_here(tmp_path: Path, workers: Inside) -> None:
    index = index_at(tmp_path / "index")
    rows = draw(tmp_path / "pictures", 2)
    with index._store.writer() as writer:
        work = Work.of(GridEncoder("other"), writer.elsewhere(), threads=1, private=False, files=True)
        for wrong, said in (
            (replace(work, space=index.manifest.space), "vectors of grid"),
            (replace(work, versions=("0", "3.0.0")), "two versions"),
            (replace(work, elsewhere=replace(work.elsewhere, uri=str(tmp_path / "none"))), "cannot use"),  # type: ignore[type-var]
        ):
            workers.work = wrong
            with pytest.raises(Exception, match=said):
                DistributedIngest(writer, workers).run(rows)
    assert len(index) == 0


def test_a_store_in_memory_can_be_written_from_elsewhere_too(tmp_path: Path, workers: Inside) -> None:
    encoder = GridEncoder()
    index = Index(MemoryStore(encoder.space, "grid"), encoder)
    assert index.add(draw(tmp_path / "pictures", 20), on=ON, **PLAIN).added == 20
    assert len(index) == 20


def test_errors_are_of_their_own_kind() -> None:
    assert ClusterError("It is away.", next_step="Wait.").to_dict()["code"] == "cluster"
