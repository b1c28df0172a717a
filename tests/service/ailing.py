"""An index whose doctor has found what a test says, and its service asked, for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from lookalike.checkup import kept
from lookalike.checkup.kept import Examined, Kept, Run
from lookalike.doctor.finding import KINDS, Finding, Unjudged
from lookalike.index import Index
from lookalike.testing.grid import GridEncoder

_BESIDE = {"id": "0008", "picture": 0, "value": "Clothing > Dresses"}
FOUND = (
    Finding(
        "unreadable",
        ("gone",),
        1.0,
        value="/srv/shop/in/gone.jpg",
        evidence={"says": "There is no file /srv/shop/in/gone.jpg."},
    ),
    Finding("blurred", ("m1",), 0.9, picture=0, evidence={"says": "It is out of focus."}),
    Finding("blurred", ("t5",), 0.6, picture=0, evidence={"says": "It is out of focus."}),
    Finding("blurred", ("b6",), 0.3, picture=0, evidence={"says": "It may be out of focus."}),
    Finding(
        "wrong-tag",
        ("0007",),
        0.85,
        field="category",
        value="Clothing > Tops > T-shirts",
        suggestion="Clothing > Dresses",
        evidence={"says": "It looks like Dresses.", "products": [_BESIDE]},
    ),
    Finding("variants-split", ("m1", "0008"), 0.7, field="group", suggestion="G1"),
)
GONE, BLURRED, _, _, WRONG, SPLIT = FOUND
UNJUDGED = (Unjudged("missing-tag", "season", "The season cannot be told from the pictures."),)


def note(index: Index, *findings: Finding, at: int = 1000, kinds: tuple[str, ...] = tuple(KINDS)) -> None:
    """Let an examination have found these, of the version that is now."""
    run = Run(at, index.manifest.version, len(index), index.manifest.pictures, 1.5)
    news = Examined(kinds, findings, UNJUDGED, run)
    index._store.notes.change(kept.NAME, lambda data: Kept.from_bytes(data).renewed(news).to_bytes())


def opened(path: Path) -> Index:
    """An index as a worker of its own has it."""
    return Index.open(path, GridEncoder(), follow=False)


def findings_of(client: TestClient, **wishes: Any) -> Any:
    answer = client.get("/v1/doctor", params={"limit": 100, **wishes})
    assert answer.status_code == 200, answer.text
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    return answer.json()


def decision(finding: Finding | str, what: str, value: str | None = None) -> dict[str, Any]:
    id = finding if isinstance(finding, str) else finding.id
    return {"finding": id, "decision": what, **({} if value is None else {"value": value})}


def decide(client: TestClient, *decisions: Any) -> Any:
    answer = client.post("/v1/doctor/decisions", json={"decisions": [*decisions]})
    assert answer.status_code == 200, answer.text
    return answer.json()
