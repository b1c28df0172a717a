"""What a shop's engineer does about pictures that are there twice, in a terminal."""

from __future__ import annotations

import csv
import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lookalike.index import Index
from lookalike.testing.tiny_shop import tiny_shop

from .conftest import document

Run = Callable[..., subprocess.CompletedProcess[str]]
COPIES = {frozenset(copies | {i}) for i, copies in tiny_shop().copies.items()}


def test_copies_are_counted_found_decided_and_stay_decided(
    lookalike: Run, tmp_path: Path, shop_table: Path
) -> None:
    added = lookalike("add", shop_table, "--index", "ix")
    assert added.returncode == 0, added.stderr
    assert "of pictures that were there. See:" in added.stdout
    listed = lookalike("duplicates", "--index", "ix", "--csv", "copies.csv", "--sheet", "copies.html")
    assert listed.returncode == 0, listed.stderr
    assert "were looked at" in listed.stdout
    assert "--review copies.csv" in listed.stdout
    assert (tmp_path / "copies.html").read_text(encoding="utf-8").startswith("<!doctype html")
    with (tmp_path / "copies.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    group = next(row["group"] for row in rows if row["id"] == "m1")
    own = [row for row in rows if row["group"] == group]
    own[0]["decision"], own[1]["decision"], own[2]["decision"] = "keep", "same", "not-same"
    stranger = {**own[1], "id": "nobody"}
    with (tmp_path / "copies.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, rows[0])
        table.writeheader()
        table.writerows([*rows, stranger])
    unread = lookalike("duplicates", "--index", "ix", "--csv", "copies.csv")
    assert unread.returncode == 2
    assert "not handed in" in unread.stderr
    taken = lookalike("duplicates", "--index", "ix", "--review", "copies.csv")
    assert taken.returncode == 3, "a row was refused"
    assert "2 decisions taken, 1 refused" in taken.stdout
    assert "nobody" in taken.stdout
    after = document(lookalike("duplicates", "--index", "ix", "--json"))
    decided = next(group for group in after["groups"] if group["keep"])
    assert decided["keep"] == {"id": own[0]["id"], "picture": int(own[0]["picture"])}
    assert own[2]["id"] not in [member["id"] for member in decided["members"]]
    again = lookalike("duplicates", "--index", "ix", "--csv", "copies.csv")
    assert again.returncode == 2, "the refused decision is still only in that file"
    assert lookalike("duplicates", "--index", "ix", "--csv", "other.csv").returncode == 0


def test_what_was_taken_back_is_not_waiting_to_be_handed_in(
    lookalike: Run, tmp_path: Path, shop_table: Path
) -> None:
    lookalike("add", shop_table, "--index", "ix")
    asked = ("duplicates", "--index", "ix", "--kinds", "same-bytes", "--csv", "copies.csv")
    table = tmp_path / "copies.csv"
    assert lookalike(*asked).returncode == 0
    lines = table.read_text(encoding="utf-8").splitlines()
    for decision in ("not-same", "undo"):
        said = lines[2].split(",")
        said[2] = decision
        table.write_text("\n".join([*lines[:2], ",".join(said), *lines[3:]]), encoding="utf-8")
        if decision == "not-same":
            assert "not handed in" in lookalike(*asked).stderr
        assert lookalike("duplicates", "--index", "ix", "--review", "copies.csv").returncode == 0
    assert lookalike(*asked).returncode == 0
    assert table.read_text(encoding="utf-8").splitlines() == lines


def test_kinds_and_json_say_what_python_says(lookalike: Run, index_path: Path) -> None:
    found = document(
        lookalike("duplicates", "--index", index_path, "--kinds", "same-bytes,same-pixels", "--json")
    )
    groups = {frozenset(member["id"] for member in group["members"]) for group in found["groups"]}
    assert groups == COPIES
    assert found == Index.open(index_path).duplicates(kinds=["same-bytes", "same-pixels"]).to_dict()


def test_a_picture_is_checked_before_it_is_added(lookalike: Run, index_path: Path, shop_table: Path) -> None:
    picture = shop_table.parent / "images" / "m1-0.png"
    known = document(lookalike("check", picture, "--index", index_path, "--json"))
    assert known["known"]
    assert known["matches"][0]["kind"] == "same-bytes"
    table = lookalike("check", picture, "--index", index_path)
    assert table.returncode == 0
    assert "is here already" in table.stdout
    for line in table.stdout.splitlines():
        assert len(line) <= 140


def test_nobody_looks_when_told_so(lookalike: Run, tmp_path: Path, shop_table: Path) -> None:
    report = document(lookalike("add", shop_table, "--index", "ix", "--no-duplicates", "--json"))
    assert report["copies"] is None
    known = lookalike("duplicates", "--index", "ix", "--no-look")
    assert "0 of 50 pictures were looked at." in known.stdout
    assert "without --no-look" in known.stdout
    assert document(lookalike("duplicates", "--index", "ix", "--json"))["complete"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["duplicates", "--kinds", "equal"], "same-photograph"),
        (["duplicates", "--threshold", "0.1"], "to 1"),
        (["duplicates", "--review", "nowhere.csv"], "--csv FILE"),
        (["duplicates", "--csv", "IX/inside.csv"], "Name another file"),
        (["check", "nowhere.jpg"], "Check the path"),
        (["check", "IX/manifest.json"], "Replace the picture"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_to_do(
    lookalike: Run, index_path: Path, words: list[str], said: str
) -> None:
    given = [word.replace("IX", str(index_path)) for word in words]
    done = lookalike(*given, "--index", index_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    refused = lookalike(*given, "--index", index_path, "--json")
    assert json.loads(refused.stdout)["error"]["next_step"]


def test_a_table_of_groups_fits_a_narrow_terminal(index_path: Path) -> None:
    """On a terminal of 80 columns no line is wider, and ids are whole."""
    main, end = pty.openpty()
    environment = {**os.environ, "COLUMNS": "80", "LINES": "24", "TERM": "dumb"}
    command = [sys.executable, "-m", "lookalike", "duplicates", "--index", str(index_path), "--limit", "3"]
    process = subprocess.Popen(command, stdout=end, stderr=subprocess.DEVNULL, env=environment)
    os.close(end)
    shown = b""
    try:
        while part := os.read(main, 65536):
            shown += part
    except OSError:  # the other end is closed
        pass
    assert process.wait(timeout=60) == 0
    lines = shown.decode().splitlines()
    assert max(map(len, lines[:8])) <= 80
    assert "m1-bis" in shown.decode() or "0007-bis" in shown.decode()


def test_ctrl_c_while_comparing_leaves_what_is_stored(
    lookalike: Run, tmp_path: Path, shop_table: Path
) -> None:
    """In the middle of the look, which is made to last."""
    held = tmp_path / "held.py"
    held.write_text(
        "import sys, time\n"
        "from lookalike.copies import looking\n"
        "real = looking.find_pairs\n"
        "def slow(*given, **how):\n"
        "    for piece in real(*given, **how):\n"
        "        yield piece\n"
        "        print('PIECE', file=sys.stderr, flush=True)\n"
        "        time.sleep(60)\n"
        "looking.find_pairs = slow\n"
        "from lookalike.cli.main import main\n"
        "main()\n",
        encoding="utf-8",
    )
    process = subprocess.Popen(
        [sys.executable, str(held), "add", str(shop_table), "--index", "ix"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        while "PIECE" not in (line := process.stderr.readline()):
            assert line, "it ended without a piece"
        time.sleep(0.2)
        os.kill(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    assert "All rows are stored" in said
    assert "Traceback" not in said
    left: Any = document(lookalike("duplicates", "--index", "ix", "--json"))
    assert left["complete"]
    assert left["pictures"] == 50
