"""Jobs as files: whole or not there, the same for everybody, in order, and never in the way of the index."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from lookalike.index import Index
from lookalike.service.jobs import Jobs, Order, UnknownJob
from lookalike.service.jobs import shelf as shelves
from lookalike.service.jobs.shelf import Shelf
from lookalike.store.folder import Folder
from lookalike.testing.grid import GridEncoder

from .wares import rows


def accepted(jobs: Jobs, count: int = 1, name: str = "things") -> str:
    """The id of a job that adds some products."""
    with jobs.incoming() as upload:
        (upload / "products.json").write_text(json.dumps(rows(range(count))))
        return jobs.submit(Order("add", name), upload).id


def finished(shelf: Shelf, id: str) -> None:
    shelf.finish(replace(shelf.job(id), state="done", finished=time.time()))


def test_an_accepted_job_is_the_same_for_every_process(jobs: Jobs, folder: Path) -> None:
    order = Order("sync", "feed.csv", {"Photo": "picture"}, "csv", 0.5)
    id = Shelf(folder).accept(order).id
    other = Shelf(folder).job(id)
    assert (other.order, other.state, other.id) == (order, "queued", id)
    assert [job.id for job in Shelf(folder).waiting()] == [id] == [job.id for job in jobs.list()]


def test_ids_sort_by_the_time_of_acceptance(index: Index, folder: Path) -> None:
    shelf = Shelf(folder)
    made = [shelf.accept(Order("remove", str(n), ids=(str(n),))).id for n in range(20)]
    assert made == sorted(made) == shelf.ids()


def test_an_upload_that_is_not_submitted_leaves_nothing(jobs: Jobs, folder: Path) -> None:
    with pytest.raises(RuntimeError), jobs.incoming() as upload:
        (upload / "half.csv").write_text("id,im")
        raise RuntimeError
    assert list(folder.iterdir()) == []


HARMS = {
    "empty": None,
    "half written": '{"version": 1, "id": "x", "ord',
    "nothing in it": "",
    "a list": "[]",
    "another version": '{"version": 99}',
    "wrong types": '{"version": 1, "state": "done", "order": 3}',
    "zeros": "\0" * 300,
}


@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_job_is_shown_as_failed_and_hides_no_other(jobs: Jobs, folder: Path, harm: str) -> None:
    sound = accepted(jobs)
    torn = folder / "20200101-000000-000000-abcdef"
    torn.mkdir()
    (torn / "foreign.bin").write_bytes(b"\xff\x00")
    if (text := HARMS[harm]) is not None:
        (torn / "job.json").write_text(text)
    (folder / "notes.txt").write_text("a file is no job")
    shown = {job.id: job.shown() for job in jobs.list()}
    assert set(shown) == {sound, torn.name}
    assert shown[sound]["state"] == "queued"
    assert shown[torn.name]["state"] == "failed"
    assert shown[torn.name]["error"]["code"] == "job-damaged"
    assert [job.id for job in Shelf(folder).waiting()] == [sound]
    json.dumps(shown)


def test_a_document_with_any_one_value_broken_is_damage_or_sound(jobs: Jobs, folder: Path) -> None:
    id = accepted(jobs)
    document = json.loads((folder / id / "job.json").read_text())
    for key in document:
        values = [None, "?", -1, [], {}, [1, {}], float("inf"), -1e300]
        if key == "order":
            values += [{**document[key], inner: value} for inner in document[key] for value in ([], 3, "?")]
        for value in values:
            (folder / id / "job.json").write_text(json.dumps({**document, key: value}))
            (shown,) = [job.shown() for job in Shelf(folder).jobs()]
            assert shown["state"] in ("failed", "queued"), (key, value)


@pytest.mark.parametrize(
    "id", ["", ".", "..", "../index", "a/b", "a\\b", "\0", "x" * 300, ".new-1", "runner.lock", "nothing"]
)
def test_what_is_no_job_is_unknown(jobs: Jobs, folder: Path, id: str) -> None:
    accepted(jobs)
    (folder / ".new-1").mkdir()
    (folder / "runner.lock").touch()
    for look in (jobs.get, jobs.stop, jobs.report):
        with pytest.raises(UnknownJob):
            look(id)


def test_only_the_newest_finished_jobs_are_kept(
    jobs: Jobs, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "KEPT", 3)
    shelf = Shelf(folder)
    waiting = accepted(jobs)
    (folder / "foreign").mkdir()
    done = [accepted(jobs) for _ in range(5)]
    for id in done:
        finished(shelf, id)
    assert shelf.ids() == [waiting, *done[-3:], "foreign"]
    assert not list(folder.glob(".*"))


def test_a_finished_job_keeps_its_document_and_loses_its_upload(jobs: Jobs, folder: Path) -> None:
    id = accepted(jobs)
    assert (folder / id / "upload" / "products.json").exists()
    finished(Shelf(folder), id)
    assert [path.name for path in (folder / id).iterdir()] == ["job.json"]
    assert jobs.get(id).state == "done"


def test_a_queued_job_is_stopped_at_once(jobs: Jobs, folder: Path) -> None:
    id = accepted(jobs)
    assert jobs.stop(id).state == "stopped"
    assert Shelf(folder).job(id).state == "stopped"


def test_a_finished_job_cannot_be_stopped(jobs: Jobs, folder: Path) -> None:
    id = accepted(jobs)
    finished(Shelf(folder), id)
    assert jobs.stop(id).state == "done"


def test_what_dead_processes_left_is_swept_and_an_upload_under_way_is_not(jobs: Jobs, folder: Path) -> None:
    left, half = folder / ".new-dead", folder / ".old-20200101-000000-000000-abcdef"
    for place in (left / "upload", half):
        place.mkdir(parents=True)
        (place / "a.jpg").write_bytes(b"1")
    for place in (left, left / "upload", left / "upload" / "a.jpg"):
        os.utime(place, (1e9, 1e9))
    done = accepted(jobs)
    shelf = Shelf(folder)
    shelf.write(replace(shelf.job(done), state="done", finished=time.time()))  # killed before it cleared
    with jobs.incoming() as upload:
        shelf.sweep()
        assert upload.exists()
    assert shelf.ids() == [done]
    assert not left.exists()
    assert not half.exists()
    assert not shelf.upload(done).exists()


def test_jobs_do_not_disturb_the_index(jobs: Jobs, index: Index, folder: Path, tmp_path: Path) -> None:
    before = Folder(tmp_path / "index").size()
    accepted(jobs, 3)
    (folder / ".tmp-kept").touch()
    assert Folder(tmp_path / "index").size() == before
    assert index.info()["bytes"] == before
    assert index.verify().ok
    with index._store.writer() as writer:  # type: ignore[attr-defined]
        writer.commit()
    assert (folder / ".tmp-kept").exists()
    assert len(jobs.list()) == 1
    assert len(Index.open(tmp_path / "index", GridEncoder())) == 0


def test_an_index_can_be_made_where_only_jobs_are(tmp_path: Path) -> None:
    (tmp_path / "new" / "jobs").mkdir(parents=True)
    assert len(Index.create(tmp_path / "new", GridEncoder())) == 0
