"""What a shop's engineer asks the doctor in a terminal, run in this process."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lookalike.checkup.doctor import Doctor
from lookalike.checkup.kept import NAME, Examined, Kept, Run
from lookalike.cli.exits import EXIT_FAILED, EXIT_REFUSED, EXIT_REPORTED, EXIT_STOPPED
from lookalike.cli.main import main
from lookalike.doctor.finding import Finding, Unjudged
from lookalike.index import Index
from lookalike.products import PictureSource, Product
from lookalike.testing.grid import GridEncoder
from lookalike.testing.tiny_shop import tiny_shop

Call = Callable[..., Result]
PICTURES = ("--kind", "unreadable", "--kind", "no-picture")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny shop, a product without a picture, and one whose picture is none."""
    path = tmp_path_factory.mktemp("doctor") / "index"
    broken = Product("broken", (PictureSource("broken.jpg", b"no picture"),), title="Broken vase")
    bare = Product("bare", (), title="Bare vase")
    Index.create(path, GridEncoder()).add([*tiny_shop().products, bare, broken], duplicates=False, fit=False)
    return path


@pytest.fixture
def index(made: Path, tmp_path: Path) -> Index:
    return Index.open(shutil.copytree(made, tmp_path / "index"))


@pytest.fixture
def call(index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Runs the doctor on the index, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(main, ["doctor", *words, "--index", str(index.path)])


def document(done: Result) -> Any:
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def known(index: Index, *findings: Finding, unjudged: tuple[Unjudged, ...] = ()) -> None:
    """Let the last examination have found this."""
    kinds = tuple({one.kind for one in findings} | {one.kind for one in unjudged})
    run = Run(1_795_000_000_000, index.doctor.examine("no-picture").version, 50, 60, 1.5)
    index._store.notes.change(
        NAME, lambda data: Kept.from_bytes(data).renewed(Examined(kinds, findings, unjudged, run)).to_bytes()
    )


def wrong(product: str = "s5", confidence: float = 0.9, **more: Any) -> Finding:
    evidence = {"says": "Those that look most like it are mugs.", **more}
    return Finding("wrong-tag", (product,), confidence, "category", "Shoes", "Mugs", 0, evidence)


def test_what_is_found_is_printed_with_its_kind_its_product_and_what_to_do(call: Call) -> None:
    done = call(*PICTURES)
    assert done.exit_code == 0
    assert done.stdout.startswith("2 findings (pictures 2): ")
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert "Products without a picture  no-picture · 1" in lines
    assert any(line.startswith("1.00  bare") and "Bare vase" in line for line in lines)
    assert "Add a picture." in lines
    assert "Pictures that cannot be read  unreadable · 1" in lines
    assert "--csv FILE.csv" in done.stdout


def test_json_is_what_python_says(call: Call, index: Index) -> None:
    said = document(call(*PICTURES, "--json"))
    assert [one["kind"] for one in said["findings"]] == ["unreadable", "no-picture"]
    kept = index.doctor.findings(["unreadable", "no-picture"]).to_dict()
    assert said == json.loads(json.dumps(kept))


def test_only_the_surest_are_printed_and_how_many_more_there_are(call: Call, index: Index) -> None:
    ids = [product.id for product in tiny_shop().products[:6]]
    known(index, *(wrong(id, 0.9 - 0.05 * at) for at, id in enumerate(ids)))
    done = call("--kept", "--kind", "tags", "--limit", "2")
    assert "wrong-tag · 6, 3 sure" in done.stdout
    assert all(id in done.stdout for id in ids[:2])
    assert "0.80" not in done.stdout
    assert "and 4 more. Look, and correct the tag." in done.stdout
    assert done.stdout.count("Those that look most like it are mugs.") == 2
    assert done.stdout.count("Suggested for category: Mugs") == 2


def test_what_could_not_be_judged_is_said_with_its_field_and_why(call: Call, index: Index) -> None:
    known(index, unjudged=(Unjudged("wrong-tag", "season", "The season cannot be told from pictures."),))
    done = call("--kept", "--kind", "wrong-tag")
    assert "Nothing wrong" in done.stdout
    assert "wrong-tag (season): The season cannot be told from pictures." in done.stdout


def test_what_could_not_be_judged_for_one_reason_is_said_once(call: Call, index: Index) -> None:
    why = "No product has a category."
    known(index, unjudged=(Unjudged("wrong-tag", "category", why), Unjudged("missing-tag", "category", why)))
    done = call("--kept", "--kind", "tags")
    assert "wrong-tag, missing-tag (category): No product has a category." in done.stdout
    assert done.stdout.count(why) == 1


def test_an_empty_index_has_nothing_to_look_at(tmp_path: Path) -> None:
    Index.create(tmp_path / "index")
    done = CliRunner().invoke(main, ["doctor", "--index", str(tmp_path / "index")])
    assert done.exit_code == 0
    assert done.stdout.startswith("The index is empty: add a catalogue first.")


def test_a_gate_that_does_not_hold_ends_with_one_and_says_what_it_counted(call: Call) -> None:
    done = call(*PICTURES, "--gate", "no-picture<=5", "--gate", "unreadable<=0")
    assert done.exit_code == EXIT_FAILED
    assert "no-picture<=5 holds: it is 1." in done.stdout
    assert "unreadable<=0 FAILS: it is 1." in done.stdout
    assert call(*PICTURES, "--gate", "unreadable<2").exit_code == 0
    failed = call(*PICTURES, "--gate", "unreadable<=0", "--json")
    assert failed.exit_code == EXIT_FAILED
    assert json.loads(failed.stdout)["gates"][0]["passed"] is False


@pytest.mark.parametrize("gate", ["unreadible<=0", "unreadable", "wrong-tag<=3"])
def test_a_gate_that_is_none_is_refused_before_anybody_waits(
    call: Call, gate: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Doctor, "examine", None)
    done = call(*PICTURES, "--gate", gate)
    assert done.exit_code == EXIT_REFUSED
    assert done.stderr.startswith("lookalike: ")


def test_who_watches_is_told_only_what_is_new(call: Call, index: Index) -> None:
    assert len(document(call(*PICTURES, "--watch", "--json"))["findings"]) == 2
    assert call(*PICTURES, "--watch").stdout.startswith("Nothing new: ")
    Index.open(index.path or "", GridEncoder()).add(
        [Product("barer", (), title="Barer vase")], duplicates=False, fit=False
    )
    done = call(*PICTURES, "--watch", "--gate", "no-picture<=0")
    assert done.exit_code == EXIT_FAILED
    assert done.stdout.startswith("1 finding since the examination before (pictures 1): ")
    assert "barer" in done.stdout and "no-picture<=0 FAILS: it is 1." in done.stdout


def test_what_is_dismissed_is_not_told_again_until_it_is_restored(call: Call) -> None:
    (name,) = [one["id"] for one in document(call(*PICTURES, "--json"))["findings"] if one["kind"][0] == "n"]
    assert call("--dismiss", name).stdout.startswith("0 applied, 1 dismissed, 0 taken back, 0 refused.")
    assert "no-picture" not in call(*PICTURES).stdout
    decided = call("--dismissed")
    assert decided.stdout.startswith("1 finding was decided.")
    assert f"Take it back: --restore {name}" in decided.stdout
    assert call("--restore", name).exit_code == 0
    assert "no-picture" in call(*PICTURES, "--kept").stdout
    assert call("--dismissed").stdout.startswith("Nothing was dismissed or applied.")


def test_a_decision_that_cannot_be_taken_is_named_and_ends_with_three(call: Call) -> None:
    call(*PICTURES)
    done = call("--dismiss", "nosuch")
    assert done.exit_code == EXIT_REPORTED
    assert "row 1, nosuch: " in done.stdout


def test_a_table_is_filled_in_and_handed_back_and_corrected_rows_are_written(
    call: Call, index: Index
) -> None:
    category = index.product("s5").category
    known(index, Finding("wrong-tag", ("s5",), 0.9, "category", category, "Mugs", 0, {"says": "A mug."}))
    done = call("--kept", "--csv", "found.csv", "--kind", "wrong-tag")
    assert "Decide in found.csv, then: lookalike doctor --apply found.csv" in done.stdout
    text = Path("found.csv").read_text(encoding="utf-8")
    Path("found.csv").write_text(text.replace("\n,", "\napply,"), encoding="utf-8")
    refused = call("--kept", "--csv", "found.csv")
    assert refused.exit_code == EXIT_REFUSED
    assert "1 decisions that were not handed in" in refused.stderr
    taken = call("--apply", "found.csv", "--fixes", "fixes.csv")
    assert taken.stdout.startswith("1 applied, ")
    assert index.product("s5").category == "Mugs"
    (row,) = csv.DictReader(Path("fixes.csv").read_text(encoding="utf-8-sig").splitlines())
    assert (row["id"], row["category"]) == ("s5", "Mugs")
    assert call("--kept", "--csv", "found.csv").exit_code == 0


def test_what_was_applied_is_listed_with_the_value_that_a_person_chose(call: Call, index: Index) -> None:
    category = index.product("s5").category
    found = Finding("wrong-tag", ("s5",), 0.9, "category", category, "Mugs", 0, {"says": "Mugs, it seems."})
    known(index, found)
    Path("own.csv").write_text(f"decision,finding,suggestion\napply,{found.id},Bowls\n", encoding="utf-8")
    call("--apply", "own.csv")
    decided = call("--dismissed", "--fixes", "fixes.csv").stdout
    assert f"Applied with Bowls. Take it back: --restore {found.id}" in decided
    assert "The corrected rows are in fixes.csv, for your own table." in decided


def test_rows_with_what_is_suggested_are_written_to_be_added_after_a_look(call: Call, index: Index) -> None:
    category = index.product("s5").category
    known(index, Finding("wrong-tag", ("s5",), 0.9, "category", category, "Mugs"))
    call("--kept", "--fixes", "fixes.csv")
    (row,) = csv.DictReader(Path("fixes.csv").read_text(encoding="utf-8-sig").splitlines())
    assert row["category"] == "Mugs"
    assert index.product("s5").category == category


def test_a_page_is_written_where_nothing_is_harmed(call: Call, index: Index) -> None:
    assert call(*PICTURES, "--html", "found.html").exit_code == 0
    assert Path("found.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    Path("precious.txt").write_text("mine", encoding="utf-8")
    for target in ("precious.txt", f"{index.path}/manifest.json"):
        assert call(*PICTURES, "--html", target).exit_code == EXIT_REFUSED
    assert Path("precious.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    "words",
    [
        ("--kept",),
        ("--kind", "nosuch"),
        ("--confidence", "2", "--kind", "no-picture"),
        ("--apply", "nosuch.csv"),
        ("--apply", "found.csv", "--csv", "other.csv"),
        ("--dismissed", "--watch"),
    ],
)
def test_a_mistake_is_one_line_and_a_next_step(call: Call, words: tuple[str, ...]) -> None:
    done = call(*words)
    assert done.exit_code == EXIT_REFUSED
    assert done.stderr.startswith("lookalike: ") and len(done.stderr.splitlines()) == 1


def test_ctrl_c_stops_and_what_was_kept_before_stays(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    call(*PICTURES)

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Doctor, "examine", stopped)
    assert call(*PICTURES).exit_code == EXIT_STOPPED
    assert call(*PICTURES, "--kept").stdout.startswith("2 findings")
