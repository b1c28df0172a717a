"""How an index finds answers may be said where it is opened; how well it finds them can be asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from lookalike.errors import BadArgument
from lookalike.index import Index
from lookalike.neighbours.nearest import Nearest
from lookalike.neighbours.plan import Plan
from lookalike.testing.grid import GridEncoder
from lookalike.testing.keeping import keep_always
from lookalike.testing.tiny_shop import tiny_shop
from lookalike.vectors import Floats, Rows

SHOP = tiny_shop()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The tiny shop with all that a large index keeps."""
    folder = tmp_path_factory.mktemp("shop") / "index"
    with pytest.MonkeyPatch.context() as patch:
        keep_always(patch)
        Index.create(folder, GridEncoder()).add(SHOP.products)
        yield folder


@pytest.fixture
def graph(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neighbours are told truly, as a graph that is quicker than comparing all would tell them."""
    plan = Plan(len(SHOP.products), exact=2.0, approximate=1.0, recall=1.0, asked=50, depth=16, size=1)
    monkeypatch.setattr(Nearest, "plan", property(lambda _: plan, lambda *_: None), raising=False)
    monkeypatch.setattr(Nearest, "around", Nearest.top)


def first(index: Index) -> str:
    return index.ids[0]


def test_an_index_without_a_graph_answers_exactly_and_recalls_all(shop: Path) -> None:
    index = Index.open(shop, search="auto")
    assert index.similar(first(index)).explain["search"] == "exact"
    found = index.recall()
    assert (found.search, found.recall, found.asked, found.by_graph) == ("exact", 1.0, 0, 0)


@pytest.mark.usefixtures("graph")
def test_an_index_may_be_opened_for_exact_answers_only(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = Index.open(shop)
    assert index.similar(first(index), k=3).explain["search"] == "approximate"
    assert Index.open(shop, search="exact").similar(first(index), k=3).explain["search"] == "exact"
    monkeypatch.setenv("LOOKALIKE_SEARCH", "exact")
    assert Index.open(shop).similar(first(index), k=3).explain["search"] == "exact"
    assert Index.open(shop, search="auto").similar(first(index), k=3).explain["search"] == "approximate"


@pytest.mark.usefixtures("graph")
def test_what_is_found_is_the_same_either_way_where_the_graph_is_true(shop: Path) -> None:
    index, exact = Index.open(shop), Index.open(shop, search="exact")
    for asking in index.ids[::5]:
        found, truth = index.similar(asking, k=3), exact.similar(asking, k=3)
        assert [(one.id, one.score) for one in found] == [(one.id, one.score) for one in truth]


@pytest.mark.usefixtures("graph")
def test_recall_is_measured_by_products_that_ask_both_ways(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Index.open(shop, search="approximate").recall()
    assert (whole.search, whole.recall, whole.asked) == ("approximate", 1.0, len(SHOP.products))

    def forgetful(self: Nearest, look: Floats, count: int) -> Rows:
        near = self.top(look, len(self.vectors))
        return np.delete(near, [1])[:count]  # it never meets what is nearest but the asker

    monkeypatch.setattr(Nearest, "around", forgetful)
    found = Index.open(shop, search="approximate").recall()
    assert found.by_graph > 0
    assert found.recall < 1
    assert set(found.to_dict()) == {"version", "search", "recall", "asked", "by_graph"}


def test_a_search_that_does_not_exist_is_refused(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadArgument, match="no search 'quick'"):
        Index.open(shop, search="quick")
    monkeypatch.setenv("LOOKALIKE_SEARCH", "quick")
    with pytest.raises(BadArgument, match="no search 'quick'"):
        Index.open(shop)
