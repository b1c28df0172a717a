"""The thread that does the jobs: in order, once, resumed, stopped, parked."""

from __future__ import annotations

import json
import shutil
import threading
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from lookalike.errors import StorageError
from lookalike.index import Index
from lookalike.ingest.report import StopRequested
from lookalike.service.jobs import Job, Jobs, Order
from lookalike.service.jobs.progress import Pace, Watch
from lookalike.service.jobs.shelf import Shelf
from lookalike.store.memory import MemoryStore

from .wares import PatientEncoder, rows, until


def add(jobs: Jobs, numbers: range, *, order: Order | None = None) -> str:
    """The id of a job that adds some products."""
    with jobs.incoming() as upload:
        (upload / "products.json").write_text(json.dumps(rows(numbers)))
        return jobs.submit(order or Order("add", "things"), upload).id


def remove(jobs: Jobs, *ids: str) -> str:
    return jobs.submit(Order("remove", ", ".join(ids), ids=ids)).id


def ended(jobs: Jobs, id: str) -> Job:
    until(lambda: jobs.get(id).finished)
    return jobs.get(id)


def test_what_was_added_is_found(jobs: Jobs, index: Index) -> None:
    jobs.start()
    done = ended(jobs, add(jobs, range(4)))
    assert (done.state, done.done, done.total) == ("done", 4, 4)
    assert done.report is not None
    assert done.report["added"] == 4
    assert len(index.similar("p0", 3).results) == 3


def test_jobs_are_done_in_the_order_they_came_in(jobs: Jobs, index: Index) -> None:
    ids = [add(jobs, range(3)), remove(jobs, "p1"), add(jobs, range(1, 2)), remove(jobs, "p1", "p2")]
    jobs.start()
    done = [ended(jobs, id) for id in ids]
    assert [job.state for job in done] == ["done"] * 4
    assert [job.finished for job in done] == sorted(job.finished or 0 for job in done)
    assert index.ids == ["p0"]


def test_a_job_whose_process_died_is_done_again_without_encoding_twice(
    jobs: Jobs, index: Index, encoder: PatientEncoder, folder: Path
) -> None:
    id = add(jobs, range(5))
    index.add(jobs_catalog(folder, id))  # what the process that died had done
    shelf = Shelf(folder)
    shelf.write(replace(shelf.job(id), state="running", attempts=1, done=3))
    assert encoder.calls == 5
    jobs.start()
    report = ended(jobs, id).report
    assert report is not None
    assert (report["rows"], report["unchanged"]) == (5, 5)
    assert encoder.calls == 5


def jobs_catalog(folder: Path, id: str):  # type: ignore[no-untyped-def]
    from lookalike.service.jobs.uploaded import open_upload

    return open_upload(Shelf(folder).upload(id))


def test_a_job_under_which_every_process_dies_is_given_up(jobs: Jobs, folder: Path) -> None:
    id, after = add(jobs, range(2)), add(jobs, range(2, 4))
    shelf = Shelf(folder)
    shelf.write(replace(shelf.job(id), state="running", attempts=3))
    jobs.start()
    given_up = ended(jobs, id)
    assert given_up.state == "failed"
    assert given_up.error is not None
    assert given_up.error["code"] == "job-crashed"
    assert ended(jobs, after).state == "done"


def test_a_running_job_that_is_stopped_keeps_what_it_measured(
    jobs: Jobs, index: Index, encoder: PatientEncoder, folder: Path
) -> None:
    encoder.seconds = 0.05
    jobs.start()
    id = add(jobs, range(400))
    until(lambda: jobs.get(id).done > 3)
    shown = jobs.get(id)
    assert (shown.state, shown.total) == ("running", 400)
    assert shown.rate > 0
    assert shown.seconds_left is not None
    jobs.stop(id)
    stopped = ended(jobs, id)
    assert (stopped.state, stopped.total) == ("stopped", 400)
    assert stopped.report is not None
    assert 0 < stopped.report["added"] == stopped.report["rows"] < 400
    assert len(index) == stopped.report["added"]
    until(lambda: not Shelf(folder).upload(id).exists())


def test_a_queued_job_that_is_stopped_is_never_begun(
    jobs: Jobs, index: Index, encoder: PatientEncoder
) -> None:
    encoder.gate.clear()
    jobs.start()
    first, second = add(jobs, range(2)), add(jobs, range(2, 4))
    assert jobs.stop(second).state == "stopped"
    encoder.gate.set()
    assert ended(jobs, first).state == "done"
    assert ended(jobs, second).state == "stopped"
    assert index.ids == ["p0", "p1"]


def test_closing_parks_the_running_job_and_starting_resumes_it(
    jobs: Jobs, index: Index, encoder: PatientEncoder, folder: Path
) -> None:
    encoder.seconds = 0.05
    jobs.start()
    id = add(jobs, range(60))
    until(lambda: jobs.get(id).done > 3)
    jobs.close()
    parked = jobs.get(id)
    assert (parked.state, parked.attempts) == ("queued", 0)
    there = len(index)
    assert 0 < there < 60
    encoder.seconds = 0.0
    again = Jobs(lambda: index, folder)
    again.start()
    assert ended(again, id).state == "done"
    again.close()
    assert len(index) == 60
    assert encoder.calls <= 60 + (60 - there)  # what was stored when it was parked is not encoded again


def test_a_job_waits_for_another_writer_of_the_index(jobs: Jobs, index: Index, tmp_path: Path) -> None:
    other = Index.open(tmp_path / "index", index.encoder)
    with other._store.writer() as writer:  # type: ignore[attr-defined]
        jobs.start()
        id = add(jobs, range(2))
        until(lambda: jobs.get(id).state == "running")
        writer.commit()
        assert jobs.get(id).state == "running"
    assert ended(jobs, id).state == "done"


def test_a_job_that_waits_for_another_writer_can_be_stopped(jobs: Jobs, index: Index, tmp_path: Path) -> None:
    with Index.open(tmp_path / "index", index.encoder)._store.writer():  # type: ignore[attr-defined]
        jobs.start()
        id = add(jobs, range(2))
        until(lambda: jobs.get(id).state == "running")
        jobs.stop(id)
        assert ended(jobs, id).state == "stopped"
    assert len(index) == 0


def test_a_feed_that_would_remove_too_much_changes_nothing_until_it_is_allowed(
    jobs: Jobs, index: Index
) -> None:
    jobs.start()
    ended(jobs, add(jobs, range(4)))
    refused = ended(jobs, add(jobs, range(1), order=Order("sync", "feed")))
    assert refused.state == "failed"
    assert refused.error is not None
    assert (refused.error["code"], refused.error["status"]) == ("too-many-removals", 409)
    assert "max_removed=1" in refused.error["next_step"]
    assert len(index) == 4
    allowed = ended(jobs, add(jobs, range(1), order=Order("sync", "feed", max_removed=1.0)))
    assert allowed.report is not None
    assert allowed.report["removed"] == 3
    assert index.ids == ["p0"]


def test_a_removal_that_was_done_before_a_crash_is_done(jobs: Jobs, index: Index) -> None:
    jobs.start()
    ended(jobs, add(jobs, range(2)))
    first, again = ended(jobs, remove(jobs, "p0")), ended(jobs, remove(jobs, "p0"))
    assert ((first.report or {})["removed"], (again.report or {})["removed"]) == (1, 0)
    assert (again.state, index.ids) == ("done", ["p1"])


def test_an_error_of_one_job_does_not_end_the_next(
    jobs: Jobs, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = index.add
    faults: list[BaseException] = [
        StorageError("The disk is full.", next_step="Wait."),
        OSError("odd"),
        SystemExit(),
    ]

    def failing(*given, **named):  # type: ignore[no-untyped-def]
        if faults:
            raise faults.pop(0)
        return real(*given, **named)

    monkeypatch.setattr(index, "add", failing)
    jobs.start()
    ids = [add(jobs, range(1)) for _ in range(4)]
    found = [ended(jobs, id) for id in ids]
    assert [job.state for job in found] == ["failed"] * 3 + ["done"]
    assert [(job.error or {}).get("code") for job in found] == ["storage", "error", "error", None]


def test_the_new_version_is_there_before_the_job_is_done(index: Index, folder: Path) -> None:
    seen: list[tuple[str, int]] = []
    made = Jobs(lambda: index, folder, on_written=lambda: seen.append((made.list()[0].state, len(index))))
    made.start()
    ended(made, add(made, range(3)))
    made.close()
    assert seen == [("running", 3)]


def test_a_new_version_that_cannot_be_loaded_does_not_undo_the_job(index: Index, folder: Path) -> None:
    def broken() -> None:
        raise StorageError("The disk is away.", next_step="Wait.")

    made = Jobs(lambda: index, folder, on_written=broken)
    made.start()
    assert ended(made, add(made, range(2))).state == "done"
    made.close()


def test_an_index_that_was_deleted_is_not_made_again_by_an_upload(jobs: Jobs, folder: Path) -> None:
    shutil.rmtree(folder.parent)
    with pytest.raises(StorageError):
        add(jobs, range(1))
    assert not folder.parent.exists()


def test_two_runners_of_one_folder_do_each_job_once(index: Index, folder: Path) -> None:
    runners = [Jobs(lambda: index, folder) for _ in range(3)]
    ids: list[str] = []
    threads = [
        threading.Thread(target=lambda n=n, one=one: ids.append(add(one, range(n * 4, n * 4 + 4))))
        for n, one in enumerate(runners * 3)
    ]
    for one in runners:
        one.start()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done = sorted((ended(runners[0], id) for id in ids), key=lambda job: job.started or 0)
    for one in runners:
        one.close()
    assert [job.state for job in done] == ["done"] * 9
    assert [(job.report or {})["added"] for job in done] == [4] * 9
    for first, second in pairwise(done):
        assert (first.finished or 0) <= (second.started or 0)
    assert len(index) == 36


def test_jobs_of_an_index_in_memory_are_gone_when_it_is_closed(encoder: PatientEncoder) -> None:
    index = Index(MemoryStore(encoder.space, encoder.name), encoder)
    made = Jobs(lambda: index, None)
    made.start()
    assert ended(made, add(made, range(2))).state == "done"
    folder = made._shelf.folder
    assert folder.exists()
    made.close()
    assert not folder.exists()
    assert len(index) == 2


def test_pace_is_that_of_the_last_seconds() -> None:
    now = [0.0]
    pace = Pace(1000, clock=lambda: now[0])
    for second in range(1, 21):
        now[0] = float(second)
        pace.note(second * 10 if second <= 10 else 100 + (second - 10) * 40)
    assert (pace.rate, pace.done, pace.total) == (40.0, 500, 1000)
    assert pace.seconds_left == 12.5
    pace.note(1200)
    assert (pace.total, pace.seconds_left) == (1200, 0.0)


def test_where_nobody_knows_the_total_there_is_no_time_left() -> None:
    now = [0.0]
    pace = Pace(None, clock=lambda: now[0])
    assert (pace.rate, pace.seconds_left) == (0.0, None)
    now[0] = 2.0
    pace.note(10)
    assert (pace.rate, pace.total, pace.seconds_left) == (5.0, None, None)


def test_a_run_is_noted_at_most_four_times_a_second_and_stops_when_told() -> None:
    now, told, noted = [0.0], [False], []
    pace = Pace(1000, clock=lambda: now[0])
    watch = Watch(pace, lambda p: noted.append(p.done), lambda: told[0], clock=lambda: now[0])
    for done in range(1, 101):
        now[0] += 0.01
        watch(done)
    assert len(noted) in (3, 4)
    told[0] = True
    with pytest.raises(StopRequested):
        for done in range(101, 200):
            now[0] += 0.01
            watch(done)
