"""The records of an index: counted by ``info``, proved by ``verify``, kept when the index is made again."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from lookalike.cli.main import main
from lookalike.events import Event
from lookalike.index import Index
from lookalike.records import EVENTS_FILE
from lookalike.records.records import Records
from lookalike.store.lance import RECORDS
from lookalike.testing.grid import GridEncoder


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An empty index."""
    Index.create(tmp_path / "index", GridEncoder())
    return tmp_path / "index"


def record(place: Path | str) -> None:
    records = Records.open(place)
    records.append([Event(user="ann", item=item, kind="viewed", time=1) for item in "abc"])
    records.close()


def test_an_index_says_how_many_events_it_has(path: Path, tmp_path: Path) -> None:
    assert "events" not in Index.open(path, GridEncoder()).info()
    record(path)
    assert Index.open(path, GridEncoder()).info()["events"] == 3
    said = CliRunner().invoke(main, ["info", "--index", str(path)])
    assert "events    3\n" in said.output
    elsewhere = f"sqlite:///{tmp_path}/elsewhere.sqlite"
    assert "events" not in Index.open(path, GridEncoder(), events=elsewhere).info()


def test_asking_an_index_without_events_makes_no_records(path: Path) -> None:
    index = Index.open(path, GridEncoder())
    index.info()
    index.verify()
    assert not (path / EVENTS_FILE).exists()


def test_an_index_with_damaged_records_does_not_prove_itself(path: Path) -> None:
    record(path)
    assert Index.open(path, GridEncoder()).verify().ok
    (path / EVENTS_FILE).write_text("no database at all, but a long text" * 100)
    report = Index.open(path, GridEncoder()).verify()
    assert not report.ok
    assert "not a database" in report.to_dict()["records"][0]


def test_an_index_that_is_made_again_keeps_its_events(path: Path) -> None:
    record(path)
    for entry in path.iterdir():
        if not entry.name.startswith(EVENTS_FILE):
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    assert Index.create(path, GridEncoder()).info()["events"] == 3
    assert RECORDS == EVENTS_FILE
