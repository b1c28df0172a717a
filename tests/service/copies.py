"""Groups of copies as a service answers them, and what people say of them, for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from lookalike.index import Index
from lookalike.testing.grid import GridEncoder

MUG, COPY, LOSSLESS = ("m1", 0), ("m1-bis", 0), ("m1-ter", 0)


def served(path: Path) -> Index:
    """An index as a worker of its own has it."""
    return Index.open(path, GridEncoder(), follow=False)


def groups_of(client: TestClient, **wishes: Any) -> Any:
    answer = client.get("/v1/duplicates", params={"limit": 100, **wishes})
    assert answer.status_code == 200, answer.text
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    return answer.json()


def judgement(keep: tuple[str, int], other: tuple[str, int], verdict: str) -> dict[str, Any]:
    return {
        "keep": {"id": keep[0], "picture": keep[1]},
        "other": {"id": other[0], "picture": other[1]},
        "verdict": verdict,
    }


def judge(client: TestClient, *judgements: Any) -> Any:
    answer = client.post("/v1/duplicates/judgements", json={"judgements": [*judgements]})
    assert answer.status_code == 200, answer.text
    return answer.json()


def together(document: Any) -> set[frozenset[str]]:
    """The products of each group."""
    return {frozenset(member["id"] for member in group["members"]) for group in document["groups"]}


def without_products(document: Any) -> list[Any]:
    return [
        {
            **group,
            "head": bare(group["head"]),
            "worst": bare(group["worst"]),
            "members": [*map(bare, group["members"])],
        }
        for group in document["groups"]
    ]


def bare(member: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in member.items() if name != "product"}
