"""One question, three doors: Python, the command line and HTTP give the same answer."""

from __future__ import annotations

import csv
import json
import shutil
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from inspect import signature
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

import pytest
from click import Context
from click.testing import CliRunner

from lookalike.cli.main import main
from lookalike.errors import LookalikeError
from lookalike.index import Index
from lookalike.service.schemas import BATCH_REQUEST, PHOTO_FORM
from lookalike.service.shopping.schemas import OUTFIT_REQUEST
from lookalike.service.wishes import GOES_WITH, OUTFIT, RECOMMEND, SEARCH, SIMILAR
from lookalike.testing.serving import listening

WISHES: list[dict[str, Any]] = [
    {},
    {"k": 3},
    {"k": 5, "where": "price<=60EUR"},
    {"where": "colour=red", "weights": "look=1,colour=0.5"},
    {"exclude": ["0008", "0009"], "metric": "euclidean"},
    {"pictures": "all", "variants": True},
    {"k": 30},
    {"k": 30, "duplicates": True},
    {"but": "colour=blue price<=60EUR"},
    {"where": ["colour=blue", "price<=60EUR"]},
    {"recipe": "look"},
    {"recipe": "combined", "k": 5},
    {"recipe": "same-kind", "k": 5},
    {"like": ["m1", "b6"], "unlike": ["t5"], "k": 5},
    {"diversity": 0.5, "k": 5},
    {"stock": "first", "k": 30},
    {"per_brand": 1},
    {"where": "colour=blue price<=0EUR"},
    {"where": "colour=blue", "but": "price<=0EUR", "k": 2},
]
REFUSED: list[dict[str, Any]] = [
    {"k": 0},
    {"where": "colour=mauvish"},
    {"where": "nothing=1"},
    {"but": "colour=mauvish"},
    {"but": "price<=cheap"},
    {"like": ["nobody"]},
    {"like": ["m1"], "unlike": ["m1"]},
    {"weights": "smell=1"},
    {"metric": "manhattan"},
    {"pictures": "some"},
    {"recipe": "soup"},
    {"diversity": 1.5},
    {"diversity": -1.0},
    {"stock": "last"},
    {"per_brand": 0},
]
UNDER_OTHER_NAMES = {"index_path", "as_json", "sheet", "product_id", "words", "encoder"}
"""Options of the commands that are no parameters of a question."""


@pytest.fixture(scope="module")
def address(made_index: Path) -> Iterator[str]:
    """Where the index is served."""
    with listening(made_index) as place:
        yield place


def by_command(verb: str, *arguments: str, **wishes: Any) -> Any:
    options: list[str] = []
    for name, value in wishes.items():
        option = "-k" if name == "k" else f"--{name.replace('_', '-')}"
        for one in value if isinstance(value, list) else [value]:
            options += [option] if one is True else [option, str(one)]
    words = [verb, *arguments, *options, "--json"]
    with patch.object(sys, "argv", ["lookalike", *words]):
        return json.loads(CliRunner().invoke(main, words).stdout)


def by_http(address: str, **wishes: Any) -> Any:
    asked = {name: str(value).lower() if value is True else value for name, value in wishes.items()}
    try:
        with urllib.request.urlopen(f"{address}?{urlencode(asked, doseq=True)}", timeout=20) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        return json.load(error)


def posted(address: str, document: Any) -> Any:
    data, headers = json.dumps(document).encode(), {"content-type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(address, data, headers), timeout=20) as answer:
        return json.load(answer)


def essence(document: Any) -> list[Any]:
    """An answer without its products, which the service shows with addresses of its own."""
    said = {name: document[name] for name in ("complete", "nothing_close", "explain")}
    instead = [{**one, "results": _bare(one["results"])} for one in document["instead"]]
    return [said, instead, *_bare(document["results"])]


def _bare(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in one.items() if name != "product"} for one in results]


def of_python(question: Callable[..., Any], *but: str) -> set[str]:
    return {*signature(question).parameters} - {"self", "id", "image", "text", "crop", "allow_private", *but}


def test_a_question_has_the_same_words_on_every_door() -> None:
    similar, search = of_python(Index.similar), of_python(Index.search)
    assert (set(SIMILAR), set(SEARCH)) == (similar, search)
    imagine = of_python(Index.imagine)
    assert imagine == search | {"count", "seed"}
    for verb, words in (("similar", similar), ("search", imagine)):
        options = {option.name for option in main.get_command(Context(main), verb).params}  # type: ignore[union-attr]
        assert options - UNDER_OTHER_NAMES - {"image", "crop", "allow_private", "imagine", "save"} == words
    one = BATCH_REQUEST["properties"]["requests"]["items"]["properties"]
    assert {*one} - {"id"} == similar
    assert {*PHOTO_FORM["properties"]} - {"image", "text", "crop"} == search


def test_a_shelf_for_shoppers_has_the_same_words_on_every_door() -> None:
    for verb, question, words in (
        ("recommend", Index.recommend, RECOMMEND),
        ("goes-with", Index.goes_with, GOES_WITH),
        ("outfit", Index.outfit, ("id", *OUTFIT)),
    ):
        python = {*signature(question).parameters} - {"self", "id"}
        options = {option.name for option in main.get_command(Context(main), verb).params}  # type: ignore[union-attr]
        assert options - UNDER_OTHER_NAMES - {"events"} == {*words} - {"id"} == python, verb
    assert {*OUTFIT_REQUEST["properties"]} == {*OUTFIT}


SHELVES: list[tuple[str, str, dict[str, Any]]] = [
    ("recommend", "", {"k": 4}),
    ("recommend", "", {"recent": ["m1", "0007"], "k": 5, "where": "price<=60EUR"}),
    ("recommend", "", {"recent": "m1,0007", "seen": True, "variants": True}),
    ("goes-with", "0007", {"k": 5}),
    ("goes-with", "0007", {"per_kind": 1, "exclude": ["m1"], "stock": "any"}),
]


@pytest.mark.parametrize(("verb", "asks", "wishes"), SHELVES, ids=str)
def test_what_is_right_for_a_visit_and_what_goes_with_a_product(
    made_index: Path, address: str, verb: str, asks: str, wishes: dict[str, Any]
) -> None:
    question = getattr(Index.open(made_index), verb.replace("-", "_"))
    recent = wishes.get("recent")
    visit = {"recent": recent.split(",")} if isinstance(recent, str) else {}
    said = question(*filter(None, [asks]), **wishes | visit).to_dict()
    assert said["results"]
    assert essence(by_command(verb, *filter(None, [asks]), index=made_index, **wishes)) == essence(said)
    place = f"{address}/v1/{verb}" + (f"/{asks}" if asks else "")
    assert essence(by_http(place, **wishes)) == essence(said)


def test_a_look_under_a_budget(made_index: Path, address: str) -> None:
    said = Index.open(made_index).outfit("0007", kinds=["Mugs"], budget="90EUR").to_dict()
    assert said["pieces"]
    wishes = {"kinds": "Mugs", "budget": "90EUR"}
    for document in (
        by_command("outfit", "0007", index=made_index, **wishes),
        by_http(f"{address}/v1/outfit", id="0007", **wishes),
        posted(f"{address}/v1/outfit", {"id": "0007", "kinds": ["Mugs"], "budget": "90EUR"}),
    ):
        assert _bare(document["pieces"]) != [] and document["total"] == said["total"]
        assert [piece["id"] for piece in document["pieces"]] == [piece["id"] for piece in said["pieces"]]
        assert document["explain"] == said["explain"]


@pytest.mark.parametrize("wishes", WISHES, ids=str)
def test_what_looks_like_a_product(made_index: Path, address: str, wishes: dict[str, Any]) -> None:
    terms = {name: joined(wishes[name]) for name in ("where",) if name in wishes}
    said = Index.open(made_index).similar("0007", **wishes | terms).to_dict()
    assert said["results"] or "price<=0EUR" in str(wishes)
    batch = posted(f"{address}/v1/similar", {"requests": [{"id": "0007", **wishes, **terms}]})
    assert essence(batch["answers"][0]) == essence(said)
    assert essence(by_command("similar", "0007", index=made_index, **wishes)) == essence(said)
    assert essence(by_http(f"{address}/v1/similar/0007", **wishes)) == essence(said)


def joined(terms: str | list[str]) -> str:
    return terms if isinstance(terms, str) else " ".join(terms)


SEARCHED: list[dict[str, Any]] = [
    {"k": 4},
    {"k": 4, "duplicates": True},
    {"k": 4, "where": "price<=60EUR", "exclude": ["m1"]},
    {"variants": True, "diversity": 0.4, "stock": "first", "per_brand": 2},
    {"like": ["0008"], "unlike": ["t5"], "k": 5},
    {"where": "colour=red price<=0EUR"},
]


@pytest.mark.parametrize("wishes", SEARCHED, ids=str)
def test_what_words_find(made_index: Path, address: str, wishes: dict[str, Any]) -> None:
    said = Index.open(made_index).search(text="red mug", **wishes).to_dict()
    assert said["results"] or "price<=0EUR" in str(wishes)
    assert essence(by_command("search", "red mug", index=made_index, **wishes)) == essence(said)
    assert essence(by_http(f"{address}/v1/search", text="red mug", **wishes)) == essence(said)


@pytest.mark.parametrize("wishes", [*SEARCHED, {"metric": "euclidean"}, {"crop": "0.1,0.1,0.8,0.8"}], ids=str)
def test_what_a_photo_finds(made_index: Path, shop_table: Path, address: str, wishes: dict[str, Any]) -> None:
    photo = shop_table.parent / "photos" / "photo-1.jpg"
    said = Index.open(made_index).search(photo, **wishes).to_dict()
    assert essence(by_command("search", image=photo, index=made_index, **wishes)) == essence(said)
    assert essence(sent_photo(f"{address}/v1/search", photo, **wishes)) == essence(said)


def test_a_photo_and_words_ask_together(made_index: Path, shop_table: Path, address: str) -> None:
    photo = shop_table.parent / "photos" / "photo-1.jpg"
    said = Index.open(made_index).search(photo, text="red", k=5).to_dict()
    assert said["results"]
    assert essence(by_command("search", "red", image=photo, index=made_index, k=5)) == essence(said)
    assert essence(sent_photo(f"{address}/v1/search", photo, text="red", k=5)) == essence(said)


def test_products_that_are_liked_ask_alone_with_weights(made_index: Path, address: str) -> None:
    index = Index.open(made_index)
    said = index.search(like={"0007": 1, "m1": 0.5}, unlike={"t5": 2}, k=6).to_dict()
    assert said["results"]
    wishes = {"like": ["0007", "m1=0.5"], "unlike": ["t5=2"], "k": 6}
    assert essence(by_command("search", index=made_index, **wishes)) == essence(said)
    assert essence(by_http(f"{address}/v1/search", **wishes)) == essence(said)
    said = index.similar("0007", like={"m1": 0.5}).to_dict()
    asked = {"id": "0007", "like": {"m1": 0.5}}
    assert essence(posted(f"{address}/v1/similar", {"requests": [asked]})["answers"][0]) == essence(said)
    assert essence(by_http(f"{address}/v1/similar/0007", like="m1=0.5")) == essence(said)


@pytest.mark.parametrize(
    ("asks", "colour", "variant"),
    [
        ("0007", "blue", "0008"),
        ("0007", "white", "0009"),
        ("0100", "blue", "0101"),
        ("0000300", "brown", "0000301"),
        ("d1", "green", "d2"),
        ("l1", "white", "l2"),
        ("m1", "blue", "m2"),
        ("s4", "green", "s5"),
        ("t5", "red", "t6"),
    ],
)
def test_this_but_in_another_colour_is_its_own_variant_first(
    made_index: Path, asks: str, colour: str, variant: str
) -> None:
    answer = Index.open(made_index).similar(asks, but=f"colour={colour}")
    assert answer.ids[0] == variant


def test_what_there_is_instead_is_said_on_every_door(made_index: Path, address: str) -> None:
    wishes: dict[str, Any] = {"where": "category=Mugs", "but": "price<=0EUR"}
    for document in (
        Index.open(made_index).similar("m1", **wishes).to_dict(),
        by_command("similar", "m1", index=made_index, **wishes),
        by_http(f"{address}/v1/similar/m1", **wishes),
    ):
        assert document["results"] == []
        assert document["explain"]["unmet"]
        (one, *_) = document["instead"]
        assert one["said"].startswith("Without the price limit")
        assert one["where"] == "category=Mugs"
        assert one["results"][0]["product"]["title"]


def test_products_that_show_the_same_picture_are_one_on_every_door(made_index: Path, address: str) -> None:
    index = Index.open(made_index)
    for folded in (
        index.similar("b6", k=60, variants=True).to_dict(),
        by_command("similar", "b6", index=made_index, k=60, variants=True),
        by_http(f"{address}/v1/similar/b6", k=60, variants=True),
        posted(f"{address}/v1/similar", {"requests": [{"id": "b6", "k": 60, "variants": True}]})["answers"][
            0
        ],
    ):
        copies = {one["id"]: one["copies"] for one in folded["results"] if one["copies"]}
        assert copies == {"0007": ["0007-bis"], "m1": ["m1-bis", "m1-ter"], "t5": ["t5-bis"]}
        assert folded["explain"]["folded"] == 4
        assert folded["complete"]
    for whole in (
        index.similar("b6", k=60, variants=True, duplicates=True).to_dict(),
        by_command("similar", "b6", index=made_index, k=60, variants=True, duplicates=True),
        by_http(f"{address}/v1/similar/b6", k=60, variants=True, duplicates=True),
    ):
        assert len(whole["results"]) == len(folded["results"]) + 4
        assert not any(one["copies"] for one in whole["results"])


def test_what_there_is(made_index: Path, address: str) -> None:
    wishes = {"where": "price<=60EUR", "text": "mug", "sort": "-price"}
    said = [one.product.id for one in Index.open(made_index).browse(**wishes).products]  # type: ignore[arg-type]
    assert said
    for document in (
        by_command("list", index=made_index, **wishes),
        by_http(f"{address}/v1/products", **wishes),
    ):
        assert [one["id"] for one in document["products"]] == said


COPIES: list[dict[str, Any]] = [{}, {"kinds": "same-bytes"}, {"kinds": "same-photograph", "threshold": 0.9}]


@pytest.mark.parametrize("wishes", COPIES, ids=str)
def test_which_pictures_are_there_twice(made_index: Path, address: str, wishes: dict[str, Any]) -> None:
    said = Index.open(made_index).duplicates(look=False, **wishes).to_dict()
    assert said["groups"] and said["complete"]
    assert by_command("duplicates", "--no-look", index=made_index, **wishes) == said
    assert unproduced(by_http(f"{address}/v1/duplicates", limit=100, **wishes), said) == said


@pytest.mark.parametrize("wishes", COPIES, ids=str)
@pytest.mark.parametrize("which", ["images/m1-0.png", "photos/photo-1.jpg"])
def test_whether_a_picture_is_there_already(
    made_index: Path, shop_table: Path, address: str, which: str, wishes: dict[str, Any]
) -> None:
    photo = shop_table.parent / which
    said = Index.open(made_index).check(photo, **wishes).to_dict()
    assert said["known"] is ("m1" in which and "same-photograph" not in str(wishes))
    assert by_command("check", str(photo), index=made_index, **wishes) == said
    answered = sent_photo(f"{address}/v1/check", photo, **wishes)
    assert {name: answered[name] for name in said} == said


def test_what_a_person_says_of_two_pictures(index_path: Path, tmp_path: Path) -> None:
    """Said to Python, in a table given to the command, and over HTTP: afterwards the groups are the same."""
    places = [index_path, *(Path(shutil.copytree(index_path, tmp_path / name)) for name in ("table", "http"))]
    told = [
        {"keep": place("m1-bis"), "other": place("m1"), "verdict": "same"},
        {"keep": place("m1-bis"), "other": place("m1-ter"), "verdict": "same"},
        {"keep": place("t5"), "other": place("t5-bis"), "verdict": "not-same"},
        {"keep": place("t5"), "other": place("nobody"), "verdict": "same"},
    ]
    index = Index.open(places[0])
    report = index.judge(told)
    assert (report.taken, len(report.refused)) == (3, 1)

    filled_in(tmp_path / "copies.csv", places[1])
    reviewed = by_command("duplicates", index=places[1], review=tmp_path / "copies.csv")
    assert (reviewed["taken"], reviewed["refused"]) == (3, [])

    with listening(places[2]) as address:
        answered = posted(f"{address}/v1/duplicates/judgements", {"judgements": told})
        assert {name: answered[name] for name in report.to_dict()} == report.to_dict()
        said = index.duplicates(look=False).to_dict()
        assert unproduced(by_http(f"{address}/v1/duplicates", limit=100), said) == said
    assert by_command("duplicates", "--no-look", index=places[1]) == said
    (group,) = (group for group in said["groups"] if group["reviewed"])
    assert group["keep"] == place("m1-bis")
    assert "t5-bis" not in {member["id"] for group in said["groups"] for member in group["members"]}


def place(id: str) -> dict[str, Any]:
    return {"id": id, "picture": 0}


def filled_in(table: Path, index: Path) -> None:
    """The table of copies with what a person decides of the mugs and the T-shirts."""
    Index.open(index).duplicates(look=False).to_csv(table)
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    decided = {"m1-bis": "keep", "m1": "same", "m1-ter": "same", "t5-bis": "not-same"}
    with table.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows({**row, "decision": decided.get(row["id"], "")} for row in rows)


def unproduced(document: Any, like: dict[str, Any]) -> dict[str, Any]:
    """A page of groups without what the service adds to them."""
    for group in document["groups"]:
        for member in (group["head"], group["worst"], *group["members"]):
            member.pop("product", None)
    return {name: document[name] for name in like}


def sent_photo(address: str, photo: Path, **wishes: Any) -> Any:
    fields = [(name, one) for name, value in wishes.items() for one in _each(value)]
    parts = [
        f'--cut\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields
    ]
    head = b'--cut\r\nContent-Disposition: form-data; name="image"; filename="p"\r\n\r\n'
    data = b"".join((*parts, head, photo.read_bytes(), b"\r\n--cut--\r\n"))
    headers = {"content-type": "multipart/form-data; boundary=cut"}
    with urllib.request.urlopen(urllib.request.Request(address, data, headers), timeout=20) as answer:
        return json.load(answer)


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [str(value).lower() if value is True else value]


@pytest.mark.parametrize("wishes", REFUSED, ids=str)
def test_what_cannot_be_asked(made_index: Path, address: str, wishes: dict[str, Any]) -> None:
    with pytest.raises(LookalikeError) as refused:
        Index.open(made_index).similar("0007", **wishes)
    error = refused.value
    by_name = by_command("similar", "0007", index=made_index, **wishes)["error"]
    problem = by_http(f"{address}/v1/similar/0007", **wishes)
    assert by_name == error.to_dict()
    assert {name: problem[name] for name in ("code", "next_step")} == {
        name: by_name[name] for name in ("code", "next_step")
    }
    batch = posted(f"{address}/v1/similar", {"requests": [{"id": "0007", **wishes}]})
    assert batch["answers"][0]["error"]["next_step"] == by_name["next_step"]
