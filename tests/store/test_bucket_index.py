"""A shop in object storage: indexed, asked, served; moto stands in for the storage."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from lookalike.cli.main import main
from lookalike.errors import BadArgument
from lookalike.index import Index
from lookalike.neighbours import making
from lookalike.service.app import create_app
from lookalike.service.config import ServiceConfig
from lookalike.testing.broken_line import BrokenLine
from lookalike.testing.grid import GridEncoder
from lookalike.testing.keeping import keep_always
from lookalike.testing.tiny_shop import tiny_shop


def test_answers_are_those_of_the_same_index_in_a_folder(address: str, tmp_path: Path) -> None:
    shop = tiny_shop()
    far, near = (Index.create(place, GridEncoder()) for place in (address, tmp_path / "index"))
    for index in (far, near):
        index.add(shop.products[:12])
        index.remove([shop.products[3].id])
    again = Index.open(address, GridEncoder())
    assert again.path is None
    assert str(again.place) == again.info()["path"] == address
    for one in near.ids:
        assert again.similar(one).ids == near.similar(one).ids
    assert again.vectors()[1].tobytes() == near.vectors()[1].tobytes()
    assert again.verify().ok


def test_what_shoppers_do_needs_a_database(address: str, tmp_path: Path) -> None:
    index = Index.create(address, GridEncoder())
    index.add(tiny_shop().products[:4])
    seen = [{"user": "u", "product": index.ids[0], "kind": "view"}]
    assert index.recommend("u", 2).ids
    for act in (lambda: index.record(seen), lambda: index.shoppers.put("u", {"forgotten": True})):
        with pytest.raises(BadArgument, match="Events of the index") as caught:
            act()
        assert "postgresql://" in caught.value.next_step
    assert "events" not in index.info()
    kept = Index.open(address, GridEncoder(), events=f"sqlite:///{tmp_path / 'events.sqlite'}")
    assert kept.record(seen).recorded == 1


def test_a_service_goes_on_answering_while_the_storage_is_away(address: str, line: BrokenLine) -> None:
    index = Index.create(address, GridEncoder())
    index.add(tiny_shop().products[:6])
    served = Index.open(address, GridEncoder(), follow=False)
    with TestClient(create_app(served, ServiceConfig(refresh_seconds=0.1))) as client:
        until = time.monotonic() + 60
        while client.get("/health/ready").status_code != 200 and time.monotonic() < until:
            time.sleep(0.05)
        line.cut()
        while "error" not in (ready := client.get("/health/ready").json()) and time.monotonic() < until:
            time.sleep(0.05)
        assert ready["status"] == "ready"
        assert ready["error"]["code"] == "storage-away"
        assert client.get(f"/v1/similar/{index.ids[0]}").status_code == 200
        line.mend()
        index.remove([index.ids[-1]])
        while client.get("/health/ready").json()["products"] != 5 and time.monotonic() < until:
            time.sleep(0.05)
        assert client.get("/health/ready").json()["products"] == 5


def test_the_command_line_takes_an_address(address: str) -> None:
    Index.create(address, "product").add(tiny_shop().products[:3])
    told = CliRunner().invoke(main, ["info", "--index", address, "--json"])
    assert told.exit_code == 0, told.output
    assert (json.loads(told.output)["path"], json.loads(told.output)["products"]) == (address, 3)
    missing = CliRunner().invoke(main, ["info", "--index", f"{address}-not"])
    assert missing.exit_code != 0


def test_an_encoder_that_one_machine_learnt_is_fetched_by_others(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = Index.create(address, GridEncoder())
    assert index.place is not None
    for name in ("head", "head-2"):
        learnt = index.place.beside("encoders") / name
        learnt.mkdir(parents=True)
        (learnt / f"{name}.onnx").write_bytes(name.encode())
        index.place.share("encoders", learnt, beside=True)
    monkeypatch.setenv("LOOKALIKE_CACHE", str(tmp_path / "other machine"))
    home = Index.open(address, GridEncoder()).home
    assert home is not None
    assert home.is_relative_to(tmp_path / "other machine")
    found = {file.stem: file.read_bytes() for file in home.glob("encoders/*/*.onnx")}
    assert found == {"head": b"head", "head-2": b"head-2"}


def test_lists_of_neighbours_that_one_machine_made_answer_on_others(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_always(monkeypatch)
    monkeypatch.setattr(making, "_ASKERS", 12)
    monkeypatch.setenv("LOOKALIKE_NEIGHBOURS", "lists")
    shop = tiny_shop()
    Index.create(address, GridEncoder()).add(shop.products, fit=False)
    monkeypatch.setenv("LOOKALIKE_CACHE", str(tmp_path / "other machine"))
    index = Index.open(address, GridEncoder(), search="approximate")
    plan = index.similar(index.ids[0], k=3).explain["plan"]
    assert plan["by"] == "lists"
    assert [*(tmp_path / "other machine").rglob("*.idx")]
