"""What a shop's engineer asks of shoppers and rules in a terminal, run in this process."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lookalike.cli.exits import EXIT_REPORTED
from lookalike.cli.main import main
from lookalike.index import Index
from lookalike.testing.grid import GridEncoder
from lookalike.testing.tiny_shop import tiny_shop

NOW = 1_795_000_000_000
Call = Callable[..., Result]
RULES = """[[rule]]
name = "Sneakers first"
action = "pin"
ids = ["s4", "nosuch"]
shelves = ["similar"]
until = 2100-01-01

[[rule]]
name = "Gone"
action = "exclude"
ids = ["s6"]
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shelves") / "index"
    Index.create(path, GridEncoder()).add(list(tiny_shop().products), duplicates=False, fit=False)
    return path


@pytest.fixture
def call(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Runs a verb on the index with events of its own, in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def called(*words: str, events: bool = True) -> Result:
        own = ["--events", f"sqlite:///{tmp_path / 'events.sqlite'}"] if events else []
        return CliRunner().invoke(main, [*words, "--index", str(made), *own])

    Path("events.csv").write_text(
        "user,item,event,timestamp\n"
        + f"ada,s5,bought,{NOW}\nada,0101,liked,{NOW + 1}\nada,s6,disliked,{NOW + 2}\n"
        + "".join(f"u{n},{item},bought,{NOW + n}\n" for n in range(4) for item in ("0101", "b3")),
        encoding="utf-8",
    )
    assert called("record", "events.csv").exit_code == 0
    return called


@pytest.fixture
def rules(made: Path) -> Any:
    """The index without rules, before and after."""
    yield Index.open(made).set_rules(None)
    Index.open(made).set_rules(None)


def document(done: Result) -> Any:
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def ids(done: Result) -> list[str]:
    return [result["id"] for result in document(done)["results"]]


def test_a_shopper_gets_what_they_neither_have_nor_dislike_and_is_told_why(call: Call) -> None:
    answer = document(call("recommend", "--user", "ada", "-k", "5", "--json"))
    found = [result["id"] for result in answer["results"]]
    assert len(found) == 5 and not {"s5", "s6"} & {*found}
    assert answer["explain"]["shopper"]["known"] == "history"
    printed = call("recommend", "--user", "ada", "-k", "5").stdout
    assert all(result["product"]["title"] in printed for result in answer["results"])
    assert "which you " in printed


def test_a_visit_alone_asks_with_what_it_looked_at(call: Call) -> None:
    one = document(call("recommend", "--recent", "s5,0101", "--json"))
    two = document(call("recommend", "--recent", "s5", "--recent", "0101", "--json"))
    assert one["explain"]["shopper"]["known"] == "session"
    assert [result["id"] for result in one["results"]] == [result["id"] for result in two["results"]]


def test_wishes_of_a_shelf_are_promises(call: Call) -> None:
    found = document(call("recommend", "--where", "price<=30EUR", "--exclude", "0009", "--json"))["results"]
    assert found
    assert all(result["product"]["price"]["amount"] <= 30 for result in found)
    assert "0009" not in [result["id"] for result in found]


def test_what_goes_with_a_product_is_of_other_kinds(call: Call) -> None:
    answer = document(call("goes-with", "0101", "-k", "4", "--json"))
    assert answer["results"][0]["id"] == "b3"
    shop = tiny_shop()
    assert all(shop.kind[result["id"]] != shop.kind["0101"] for result in answer["results"])
    assert "Bought together by 4 shoppers." in call("goes-with", "0101", "-k", "1").stdout
    assert call("goes-with", "nosuch").exit_code == 2


def test_a_look_keeps_to_its_budget_and_says_what_is_left(call: Call) -> None:
    words = ("outfit", "0101", "--kinds", "Handbags", "--budget", "300EUR")
    look = document(call(*words, "--json"))
    assert [piece["kind"] for piece in look["pieces"]] == ["Handbags"]
    assert look["total"]["amount"] + look["left"]["amount"] == pytest.approx(300)
    printed = call(*words).stdout
    assert "It asks." in printed
    assert f"In all {look['total']['amount']:.2f} EUR of 300.00 EUR:" in printed


def test_a_budget_of_nothing_buys_nothing_and_says_so(call: Call) -> None:
    done = call("outfit", "0101", "--kinds", "Handbags", "--budget", "0EUR")
    assert done.exit_code == 0
    assert "79.90 EUR" in done.stdout and "In all" not in done.stdout
    assert call("outfit", "--budget", "100").exit_code == 2


def test_shoppers_are_listed_shown_corrected_and_erased(call: Call) -> None:
    assert document(call("shoppers", "--json"))["shoppers"] == ["ada", "u0", "u1", "u2", "u3"]
    assert call("shoppers").stdout.split() == ["ada", "u0", "u1", "u2", "u3"]
    shown = call("shoppers", "show", "ada").stdout
    assert "known by" in shown and "liked 0101" in shown
    told = document(call("shoppers", "show", "ada", "--json"))
    told["declared"]["brands"]["avoid"] = ["Alderwick"]
    told["forgotten"] = ["0101"]
    Path("ada.json").write_text(json.dumps(told), encoding="utf-8")
    put = document(call("shoppers", "put", "ada", "ada.json", "--json"))
    assert put["declared"]["brands"]["avoid"] == ["Alderwick"]
    assert "0101" not in [item["id"] for item in put["learned"]["items"]]
    assert "avoids brands" in call("shoppers", "show", "ada").stdout
    assert call("shoppers", "erase", "ada").stdout == "Erased of ada: 3 events and the profile.\n"
    assert document(call("shoppers", "show", "ada", "--json"))["known"] == "nothing"
    assert call("shoppers", "erase", "ada").stdout == "Nothing was known of ada.\n"


def test_profiles_come_from_a_table(call: Call) -> None:
    Path("profiles.csv").write_text("user,budget,currency\nbo,50,EUR\n,9,EUR\n", encoding="utf-8")
    done = call("shoppers", "add", "profiles.csv")
    assert done.stdout.startswith("2 rows: 1 stored, 1 reported.\n")
    assert done.exit_code == EXIT_REPORTED
    assert "budget" in call("shoppers", "show", "bo").stdout
    found = document(call("recommend", "--user", "bo", "--json"))["results"]
    assert all(result["product"]["price"]["amount"] <= 50 for result in found)


@pytest.mark.parametrize(
    "words",
    [
        ("shoppers", "shw", "ada"),
        ("shoppers", "show"),
        ("shoppers", "put", "ada"),
        ("shoppers", "put", "ada", "no"),
    ],
)
def test_a_slip_in_shoppers_is_told_with_the_next_step(call: Call, words: tuple[str, ...]) -> None:
    done = call(*words)
    assert done.exit_code == 2
    assert done.stderr.startswith("lookalike: ")
    assert "Traceback" not in done.output


@pytest.mark.usefixtures("rules")
def test_rules_are_checked_kept_shown_followed_and_cleared(call: Call) -> None:
    Path("rules.toml").write_text(RULES, encoding="utf-8")
    before = ids(call("similar", "0101", "--json", events=False))
    checked = call("rules", "check", "rules.toml", events=False)
    assert "No mistakes. Nothing is kept yet." in checked.stdout
    assert "Line 1: not in the index: nosuch." in checked.stdout
    assert "There are no rules." in call("rules", events=False).stdout
    kept = document(call("rules", "set", "rules.toml", "--json", events=False))
    assert [rule["name"] for rule in kept["rules"]] == ["Sneakers first", "Gone"]
    assert ids(call("similar", "0101", "--json", events=False))[0] == "s4"
    assert "s6" in before and "s6" not in ids(call("similar", "0101", "--json", events=False))
    said = call("similar", "0101", events=False).stdout
    assert "By the shop's rules “Gone” leaves out 1 product, s4 is pinned to place 1." in said
    assert call("rules", "text", events=False).stdout == RULES
    assert "Sneakers first" in call("rules", events=False).stdout
    assert "There are no rules." in call("rules", "clear", events=False).stdout
    assert ids(call("similar", "0101", "--json", events=False)) == before


@pytest.mark.usefixtures("rules")
def test_mistakes_of_rules_are_told_with_their_lines(call: Call) -> None:
    Path("rules.toml").write_text(
        "[[rule]]\nname='a'\naction='pinn'\nids=['s4']\nplace=0\n", encoding="utf-8"
    )
    done = call("rules", "set", "rules.toml", "--json", events=False)
    assert done.exit_code == 2
    faults = json.loads(done.stdout)["error"]["faults"]
    assert [fault["line"] for fault in faults] == [3, 5]
    assert "line 3: action is 'pinn'." in done.stderr
    for words in (
        ("rules", "set"),
        ("rules", "clear", "rules.toml"),
        ("rules", "st"),
        ("rules", "set", "none"),
    ):
        assert call(*words, events=False).exit_code == 2
