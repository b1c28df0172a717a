"""``lookalike record`` and ``lookalike report`` as a shop's engineer runs them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lookalike import attribution
from lookalike.cli.main import main
from lookalike.index import Index
from lookalike.records.records import Records
from lookalike.testing.grid import GridEncoder
from lookalike.testing.tiny_shop import tiny_shop

TIME = 1_767_225_600_000
HEADER = "user,item,event,timestamp,answer\n"
Call = Callable[..., Result]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("record") / "index"
    Index.create(path, GridEncoder()).add(list(tiny_shop().products[:4]), duplicates=False, fit=False)
    return path


@pytest.fixture
def call(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Runs a verb on the index with events of its own, in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def called(*words: str) -> Result:
        own = ["--index", str(made), "--events", f"sqlite:///{tmp_path / 'events.sqlite'}"]
        return CliRunner().invoke(main, [words[0], *own, *words[1:]])

    return called


def write(rows: list[str], header: str = HEADER, name: str = "events.csv") -> None:
    Path(name).write_text(header + "".join(f"{row}\n" for row in rows), encoding="utf-8")


def test_a_file_is_recorded_once_and_said_to_be_known_afterwards(call: Call) -> None:
    write([f"u,0007,view,{TIME + at}," for at in range(30)])
    first = call("record", "events.csv")
    assert first.exit_code == 0, first.output
    assert "30 rows: 30 recorded, 0 known already, 0 reported" in first.output
    assert "Recorded: 30 viewed" in first.output
    again = json.loads(call("record", "events.csv", "--json").stdout)
    assert (again["rows"], again["recorded"], again["repeated"]) == (30, 0, 30)


def test_bad_rows_are_listed_and_too_many_of_them_leave_with_three(call: Call) -> None:
    others = ["u,0007,sniffed,2026-02-01", "u,,view,2026-01-01", "u,7,page_view,2026-01-01"]
    write([f"u,0007,view,{TIME}", *others])
    done = call("record", "events.csv")
    assert done.exit_code == 3
    assert "row 2, 0007: unknown-event: There is no event 'sniffed'." in done.output
    assert "row 3, no item: no-item" in done.output
    assert "Passed over, being nothing done with a product: 1 page_view." in done.output
    assert "2 of 3 rows could not be read, more than 5%." in done.output
    told = call("record", "events.csv", "--tolerate", "40%", "--map", "sniffed=viewed")
    assert told.exit_code == 0
    assert "1 recorded, 1 known already, 1 reported" in told.output


def test_columns_and_kinds_can_be_said(call: Call) -> None:
    write(["c1,0007,2026-01-01"], header="buyer,thing,day\n", name="orders.csv")
    refused = call("record", "orders.csv")
    assert refused.exit_code == 2
    assert "No column of orders.csv is read as: user or session, item, event." in refused.output
    done = call("record", "orders.csv", "--map", "buyer=user", "--map", "thing=item", "--kind", "bought")
    assert done.exit_code == 0
    assert "Recorded: 1 bought" in done.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["missing.csv"], "There is no file or folder missing.csv."),
        (["events.csv", "--map", "nothing"], "maps nothing"),
        (["events.csv", "--map", "user=hat"], "cannot be read as 'hat'"),
        (["events.csv", "--kind", "sniffed"], "There is no event 'sniffed'."),
        (["events.csv", "--tolerate", "lots"], "is not a share"),
        (["events.csv", "--events", "nonsense://x"], ""),
    ],
)
def test_mistakes_are_refused_in_a_line(call: Call, words: list[str], said: str) -> None:
    write([])
    Path("events.csv").write_text(HEADER + f"u,7,view,{TIME},\n")
    done = call("record", *words)
    assert done.exit_code == 2
    assert said in done.output
    assert "Traceback" not in done.output
    as_json = json.loads(call("record", *words, "--json").stdout)
    assert set(as_json["error"]) >= {"code", "message", "next_step"}


def test_products_that_are_not_there_and_clocks_that_are_ahead_are_kept_and_said(call: Call) -> None:
    write(["u,never-heard-of,view,2026-01-01", "u,never-heard-of,view,2099-01-01"])
    done = call("record", "events.csv")
    assert done.exit_code == 0
    assert "2 are of products that the catalogue does not hold; they are kept." in done.output
    assert "1 came from clocks that are ahead; they are kept as of now." in done.output


def test_a_report_shows_each_shelf_with_its_rates(call: Call) -> None:
    assert "No event names an answer." in call("report").output
    token = attribution.token("similar", 1, "0007")
    rows = [f"u,{item},{event},{TIME},{token}" for item in "abcd" for event in ("shown",)]
    write([*rows, f"u,a,clicked,{TIME},{token}", f"u,a,bought,{TIME},{token}"])
    assert call("record", "events.csv").exit_code == 0
    shown = call("report").output.splitlines()
    assert shown[0].split("  ")[0] == "shelf"
    assert shown[1].split()[:5] == ["similar", "1", "4", "1", "1"]
    assert "25.0% (4.6% to 69.9%)" in shown[1]
    document = json.loads(call("report", "--json", "--since", "2025-12-31").stdout)
    assert document["shelves"][0]["shelf"] == "similar"
    assert json.loads(call("report", "--json", "--until", "2025-12-31").stdout)["shelves"] == []
    assert call("report", "--since", "soon").exit_code == 2


HELD = """
import sys, time
from lookalike.shopping.recording import Recording

real = Recording._write

def held(self, delivery):
    real(self, delivery)
    print("WRITTEN", file=sys.stderr, flush=True)
    time.sleep(60)

Recording._write = held
from lookalike.cli.main import main
main()
"""
"""The command, which waits after what it writes first."""


def test_ctrl_c_says_what_stays_and_the_same_command_goes_on(made: Path, call: Call, tmp_path: Path) -> None:
    write([f"u,{at},view,{TIME + at}," for at in range(12_000)], name=str(tmp_path / "events.csv"))
    (tmp_path / "held.py").write_text(HELD, encoding="utf-8")
    place = f"sqlite:///{tmp_path / 'own.sqlite'}"
    words = ["record", str(tmp_path / "events.csv"), "--events", place]
    process = subprocess.Popen(
        [sys.executable, str(tmp_path / "held.py"), *words, "--index", str(made)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        while "WRITTEN" not in (line := process.stderr.readline()):
            assert line, "it ended before anything was written"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130, err
    assert "Stopped. What was recorded stays" in err
    kept = Records.open(place).count()
    assert 0 < kept < 12_000
    assert f"{kept:,} recorded" in out
    assert f"{12_000 - kept:,} recorded" in call(*words).output
    assert Records.open(place).count() == 12_000
