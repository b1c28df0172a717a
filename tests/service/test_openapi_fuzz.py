"""Whatever the document allows, and much of what it forbids, is never answered with a 5xx."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from lookalike.index import Index
from lookalike.service.config import ServiceConfig
from lookalike.testing.grid import GridEncoder
from lookalike.testing.serving import listening
from lookalike.testing.tiny_shop import tiny_shop

QUICK = settings(
    max_examples=12,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The document of a service over a few products of the tiny shop, which writes may change."""
    index = Index.create(tmp_path_factory.mktemp("fuzz") / "index", GridEncoder())
    index.add(list(tiny_shop().products[:12]))
    with listening(index, ServiceConfig(write_keys=("writer",))) as place:
        yield schemathesis.openapi.from_url(f"{place}/openapi.json")


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_nothing_that_is_sent_makes_the_service_fail(document: Any, mode: GenerationMode) -> None:
    called = set()
    for found in document.get_all_operations():
        operation = found.ok()

        @QUICK
        @given(operation.as_strategy(generation_mode=mode))
        def send(case: schemathesis.Case) -> None:
            answer = case.call(headers={"X-API-Key": "writer"})
            assert answer.status_code < 500, answer.text
            if answer.status_code >= 400:
                assert answer.headers["content-type"] == ["application/problem+json"]
                problem = answer.json()
                assert problem["status"] == answer.status_code
                assert problem["code"] and problem["detail"] and problem["next_step"]

        with suppress(Unsatisfiable):  # what takes nothing cannot be asked wrongly
            send()
            called.add(operation.label)
    assert len(called) >= 12
