"""What shoppers did is told to the service, and what it answers for them."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from lookalike import attribution
from lookalike.index import Index
from lookalike.service.config import ServiceConfig
from lookalike.service.limits import EVENTS, MOST_EVENTS
from lookalike.service.logs import TextLines, access
from lookalike.testing.grid import GridEncoder

from .conftest import asking
from .copies import served

WRITER = {"X-API-Key": "writer"}
ANN = "ann of 3/4 Mill Lane"
RULES = '[[rule]]\nname = "No mugs"\naction = "exclude"\nwhere = "category=Mugs"\n'


@pytest.fixture
def path(own_path: Path) -> Path:
    return own_path


@pytest.fixture
def shop(path: Path) -> Iterator[TestClient]:
    """A service of its own: events and rules are written there."""
    with asking(served(path)) as client:
        yield client


def did(event: str, *items: str, user: str = ANN, **more: Any) -> list[dict[str, Any]]:
    return [{"user": user, "item": item, "event": event, **more} for item in items]


def ids(answer: Any) -> list[str]:
    return [one["id"] for one in answer.json()["results"]]


def test_what_is_acknowledged_is_on_disk_and_counts_once(shop: TestClient, path: Path) -> None:
    event = did("viewed", "0007", timestamp="2026-11-20T10:00:00Z")[0]
    first, again = (shop.post("/v1/events", json=event).json() for _ in range(2))
    assert (first["recorded"], first["kinds"]) == (1, {"viewed": 1})
    assert (again["recorded"], again["repeated"]) == (0, 1)
    assert [touch.item for touch in Index.open(path)._records.touches(ANN)] == ["0007"]


def test_a_list_is_recorded_as_far_as_it_can_be_read(shop: TestClient) -> None:
    told = [*did("carted", "0007", "gone-long-ago"), {"user": ANN}, "0008"]
    report = shop.post("/v1/events", json=told).json()
    assert {name: report[name] for name in ("rows", "recorded", "reported", "unknown")} == {
        "rows": 4,
        "recorded": 2,
        "reported": 2,
        "unknown": 1,
    }
    assert [problem["row"] for problem in report["problems"]] == [3, 4]


def test_a_document_of_another_system_and_a_shops_own_words_are_read(shop: TestClient) -> None:
    purchase = {"name": "purchase", "params": {"items": [{"item_id": "m1"}, {"item_id": "m2"}]}}
    sent = shop.post("/v1/events", json={"client_id": "c1", "events": [purchase]}).json()
    assert sent["kinds"] == {"bought": 2}
    own = [{"who": "c2", "item": "m1", "event": "pinned"}]
    assert shop.post("/v1/events?map=who%3Duser&map=pinned%3Dliked", json=own).json()["kinds"] == {"liked": 1}
    bare = [{"user": "c3", "item": "m1"}]
    assert shop.post("/v1/events?kind=bought", json=bare).json()["kinds"] == {"bought": 1}


@pytest.mark.parametrize(
    ("query", "body", "status", "code"),
    [
        ("", "nothing", 400, "bad-argument"),
        ("", "/etc/hostname", 400, "bad-argument"),
        ("", ["/etc/hostname"], 400, "bad-events"),
        ("", {"user": "u"}, 400, "bad-events"),
        ("", [{"user": "u", "item": "i", "event": "viewed", "weight": -1}], 400, "bad-events"),
        ("?kind=baught", [], 400, "bad-argument"),
        ("?map=user", [], 400, "bad-argument"),
        ("", [{}] * (MOST_EVENTS + 1), 413, "too-large"),
        ("", {"events": [{}] * (MOST_EVENTS + 1)}, 413, "too-large"),
        ("", " " * EVENTS, 413, "too-large"),
    ],
    ids=range(10),
)
def test_what_is_no_event_is_refused(shop: TestClient, query: str, body: Any, status: int, code: str) -> None:
    answer = shop.post(f"/v1/events{query}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["next_step"]


def test_what_a_shopper_does_changes_what_is_right_for_them(shop: TestClient) -> None:
    before = shop.get("/v1/recommend", params={"user": ANN, "k": 40})
    assert before.json()["explain"]["shopper"]["known"] == "nothing"
    assert {"0007", "m1"} <= {*ids(before)} | {
        other for one in before.json()["results"] for other in (*one["copies"], *one["variants"])
    }
    shop.post("/v1/events", json=did("liked", "0007"))
    shop.post("/v1/events", json=did("bought", "m1"))
    after = shop.get("/v1/recommend", params={"user": ANN, "k": 40})
    assert after.json()["explain"]["shopper"]["known"] == "history"
    assert not {"0007", "m1"} & {*ids(after)}
    assert attribution.read(after.json()["attribution"]).door == "recommend"
    seen = shop.get("/v1/recommend", params={"user": ANN, "k": 60, "seen": "true", "variants": "true"})
    assert "0007" in ids(seen) and "m1" not in ids(seen)


def test_a_visit_asks_with_its_last_products(shop: TestClient) -> None:
    several = shop.get("/v1/recommend", params={"recent": ["m1", "0007"], "k": 6})
    in_one = shop.get("/v1/recommend", params={"recent": "m1,0007", "k": 6})
    assert several.json()["explain"]["shopper"]["known"] == "session"
    assert ids(several) == ids(in_one) and not {"m1", "0007"} & {*ids(several)}


def test_the_shelf_and_what_came_of_it(shop: TestClient) -> None:
    answer = shop.get("/v1/goes-with/0007", params={"k": 3}).json()
    first = answer["results"][0]["id"]
    token = answer["attribution"]
    assert (attribution.read(token).door, attribution.read(token).seed) == ("goes-with", "0007")
    shown = [one["id"] for one in answer["results"]]
    shop.post("/v1/events", json=did("shown", *shown, answer=token))
    shop.post("/v1/events", json=did("clicked", first, answer=token) + did("bought", first, answer=token))
    (shelf,) = shop.get("/v1/report?since=1d").json()["shelves"]
    assert (shelf["shelf"], shelf["answers"], shelf["clicked"], shelf["bought"]) == ("goes-with", 1, 1, 1)
    assert shelf["shown"] == len(shown)
    assert shop.get("/v1/report?since=yesterday").json()["code"] == "bad-argument"


def test_a_look_costs_no_more_than_its_budget(shop: TestClient) -> None:
    wishes = {"kinds": ["Mugs", "Table lamps"], "budget": "200 EUR"}
    look = shop.get("/v1/outfit", params=wishes).json()
    assert look["complete"] and look["total"]["amount"] <= 200
    assert [piece["kind"] for piece in look["pieces"]] == ["Mugs", "Table lamps"]
    assert attribution.read(look["attribution"]).door == "outfit"
    said = {name: told for name, told in look.items() if name not in ("request_id", "attribution")}
    posted = shop.post("/v1/outfit", json=wishes).json()
    assert {name: posted[name] for name in said} == said
    assert shop.get("/v1/outfit?kinds=Mugs,Table lamps&budget=200EUR").json()["pieces"] == look["pieces"]
    nothing = shop.post("/v1/outfit", json={"kinds": ["Mugs"], "budget": 0}).json()
    assert (nothing["complete"], nothing["pieces"]) == (False, [])
    assert nothing["unmet"]


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"kinds": 5},
        {"kinds": "Mugs"},
        {"kinds": [5]},
        {"kinds": ["Mugs"], "budget": -1},
        {"kinds": ["Mugs"], "budget": [1]},
        {"kinds": ["Mugs"], "where": 5},
        {"kinds": ["Mugs"], "currency": 5},
        {"kinds": ["Mugs"], "user": 5},
        {"kinds": ["Mugs"], "exclude": "m1"},
        {"kinds": ["Dragons"]},
        {"kind": ["Mugs"]},
        {"id": {}},
    ],
    ids=str,
)
def test_what_is_no_look_is_refused(shop: TestClient, body: Any) -> None:
    answer = shop.post("/v1/outfit", json=body)
    assert answer.status_code == 400 and answer.json()["next_step"]


def test_what_is_known_of_a_shopper_is_read_corrected_and_erased(shop: TestClient) -> None:
    shop.post("/v1/events", json=did("liked", "0007", "m1"))
    place = "/v1/shoppers/ann%20of%203%2F4%20Mill%20Lane"
    document = shop.get(place).json()
    assert document["user"] == ANN and {item["id"] for item in document["learned"]["items"]} == {"0007", "m1"}
    declared = {"colours": {"avoid": ["red"]}, "budget": {"max": 60, "currency": "EUR"}}
    told = shop.put(place, json={"declared": declared, "forgotten": ["m1"]}).json()
    assert told["declared"]["colours"]["avoid"] == ["red"] and told["forgotten"] == ["m1"]
    for one in shop.get("/v1/recommend", params={"user": ANN, "k": 60}).json()["results"]:
        assert one["product"]["price"]["amount"] <= 60
        assert one["product"]["colours"][0]["name"] != "red"
    assert shop.put(place, json={"learned": {}}).json()["code"] == "bad-argument"
    assert shop.put(place, json=[]).json()["code"] == "bad-argument"
    assert shop.get(place).json()["forgotten"] == ["m1"]
    gone = shop.delete(place).json()
    assert (gone["events"], gone["profile"]) == (2, True)
    assert shop.get(place).json()["known"] == "nothing"
    late = did("liked", "0007", timestamp="2026-01-01T00:00:00Z")
    assert shop.post("/v1/events", json=late).json()["erased"] == 1


def test_rules_hold_from_the_next_answer_on(shop: TestClient) -> None:
    assert any(id.startswith("m") for id in ids(shop.get("/v1/search?text=mug")))
    for body, kind in ((RULES, "text/plain"), (json.dumps({"toml": RULES}), "application/json")):
        told = shop.put("/v1/rules", content=body, headers={"content-type": kind}).json()
        assert told["toml"] == RULES and told["rules"][0]["products"] > 0
        assert not [id for id in ids(shop.get("/v1/search?text=mug")) if id in ("m1", "m2")]
    assert shop.get("/v1/rules").json()["rules"] == told["rules"]
    assert shop.delete("/v1/rules").json()["toml"] is None
    assert any(id in ("m1", "m2") for id in ids(shop.get("/v1/search?text=mug")))


def test_rules_with_mistakes_change_nothing_and_all_are_told(shop: TestClient) -> None:
    shop.put("/v1/rules", json={"toml": RULES})
    wrong = shop.put("/v1/rules", json={"toml": '[[rule]]\naction = "explode"\nids = []\n'})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "bad-rules")
    assert len(wrong.json()["faults"]) > 1 and all(fault["line"] for fault in wrong.json()["faults"])
    assert shop.put("/v1/rules?check=true", json={"toml": ""}).json()["rules"] == []
    assert shop.get("/v1/rules").json()["toml"] == RULES


@pytest.mark.parametrize(
    "more",
    [
        "by = " + "[" * 3000,
        "by = 1" + "0" * 400,
        "by = 1" + "0" * 5000,
        "from = 0001-01-01T00:00:00+14:00",
        "until = 0001-01-01T00:00:00Z",
        "# \ud800",
        f"[{'a.' * 50_000}a]",
    ],
)
def test_no_text_of_rules_is_too_much_to_be_read(shop: TestClient, more: str) -> None:
    text = f'[[rule]]\nname = "a"\naction = "boost"\nids = ["m1"]\n{more}\n'
    body = json.dumps({"toml": text})
    wrong = shop.put("/v1/rules", content=body, headers={"content-type": "application/json"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "bad-rules")
    assert [fault["line"] for fault in wrong.json()["faults"]] == [5]


def test_a_question_is_answered_though_the_kept_rules_cannot_be_read(path: Path) -> None:
    index = Index.open(path, GridEncoder())
    index._store.notes.write("rules.toml", b"[[rule]]\nby = 1e")
    with asking(served(path)) as shop:
        for place in ("/v1/search?text=mug", "/v1/similar/0007", "/v1/recommend"):
            answer = shop.get(place)
            assert answer.status_code == 200
            assert "cannot be read" in answer.json()["explain"]["rules"][0]["problem"]
    report = index.verify(3)
    assert not report.ok
    assert "cannot be read" in report.rules[0]


@pytest.mark.parametrize("text", ["/etc/hostname", "lookalike.toml", ""])
def test_rules_are_a_text_and_never_a_file_of_the_server(shop: TestClient, text: str) -> None:
    answer = shop.put("/v1/rules", json={"toml": text}).json()
    assert answer.get("rules") == [] if not text else answer["code"] == "bad-rules"


def test_another_process_sees_rules_and_events(path: Path) -> None:
    with asking(served(path)) as one, asking(served(path)) as other:
        one.put("/v1/rules", json={"toml": RULES})
        one.post("/v1/events", json=did("bought", "0007"))
        other.app.state.served.refresh()  # type: ignore[attr-defined]
        assert "m1" not in ids(other.get("/v1/search?text=mug"))
        assert "0007" not in ids(other.get("/v1/recommend", params={"user": ANN, "k": 60}))


def test_who_may_read_may_tell_and_only_who_may_write_sees_shoppers(path: Path) -> None:
    config = ServiceConfig(read_keys=("reader",), write_keys=("writer",))
    reader = {"X-API-Key": "reader"}
    with asking(served(path), config, client=("203.0.113.9", 1), host="shop.example") as far:
        event = did("viewed", "0007")
        assert far.post("/v1/events", json=event).status_code == 401
        assert far.post("/v1/events", json=event, headers=reader).status_code == 200
        for asked in ("/v1/recommend", "/v1/goes-with/0007", "/v1/outfit?kinds=Mugs"):
            assert far.get(asked).status_code == 401
            assert far.get(asked, headers=reader).status_code == 200
        for asked in ("/v1/shoppers/ann", "/v1/rules", "/v1/report"):
            assert far.get(asked).status_code == 401
            assert far.get(asked, headers=reader).status_code == 403
            assert far.get(asked, headers=WRITER).status_code == 200
        assert far.put("/v1/rules", json={"toml": ""}, headers=reader).status_code == 403
        assert far.delete("/v1/shoppers/ann", headers=reader).status_code == 403


def test_a_page_of_another_site_tells_nothing_unless_it_is_named(path: Path) -> None:
    event = did("viewed", "0007")
    foreign = {"Origin": "https://shop.example", "Sec-Fetch-Site": "cross-site"}
    with asking(served(path)) as client:
        assert client.post("/v1/events", json=event, headers=foreign).status_code == 403
        own = {"Origin": "http://127.0.0.1", "Sec-Fetch-Site": "same-origin"}
        assert client.post("/v1/events", json=event, headers=own).status_code == 200
    with asking(served(path), ServiceConfig(cors=("https://shop.example",))) as client:
        assert client.post("/v1/events", json=event, headers=foreign).status_code == 200


def test_no_log_names_a_shopper(shop: TestClient) -> None:
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(TextLines())
    access.addHandler(handler)
    level = access.level
    access.setLevel(logging.INFO)
    try:
        shop.post("/v1/events", json=did("viewed", "0007", user="ann-of-mill-lane"))
        shop.get("/v1/recommend?user=ann-of-mill-lane")
        for method in ("GET", "PUT", "DELETE", "PATCH"):
            shop.request(method, "/v1/shoppers/ann-of-mill-lane", json={})
    finally:
        access.removeHandler(handler)
        access.setLevel(level)
    assert len(lines.getvalue().splitlines()) == 6
    assert "ann-of" not in lines.getvalue()
    assert "/v1/shoppers/..." in lines.getvalue()


def test_metrics_count_what_became_of_events(shop: TestClient) -> None:
    event = did("viewed", "0007", timestamp="2026-11-20T10:00:00Z")
    for _ in range(3):
        shop.post("/v1/events", json=event)
    page = shop.get("/metrics").text
    assert 'lookalike_events_total{fate="recorded"} 1.0' in page
    assert 'lookalike_events_total{fate="repeated"} 2.0' in page


def test_events_may_be_in_a_database_of_their_own(path: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'events.sqlite'}"
    with asking(Index.open(path, GridEncoder(), follow=False, events=url)) as client:
        client.post("/v1/events", json=did("bought", "0007"))
    assert Index.open(path)._records.count() == 0
    assert Index.open(path, events=url)._records.count() == 1
    assert url not in repr(ServiceConfig(events=url))
