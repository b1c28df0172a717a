"""The counts of a drawn shop are what is in it, and each bar's filter finds what it counts."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from lookalike.exploring.counts import MOST_BARS
from lookalike.exploring.documents import Chart
from lookalike.index import Index
from lookalike.products import Price, Product
from lookalike.store.memory import MemoryStore
from lookalike.testing.grid import GridEncoder
from lookalike.testing.planted import plant, planted
from lookalike.testing.tiny_shop import tiny_shop


@pytest.fixture(scope="module")
def index() -> Index:
    encoder = GridEncoder()
    made = Index(MemoryStore(encoder.space, encoder.name), encoder)
    made.add(tiny_shop().products, duplicates=False, fit=False)
    return made


@pytest.fixture(scope="module")
def charts(index: Index) -> dict[str, Chart]:
    return {chart.name: chart for chart in index.explore.counts().charts}


def matching(index: Index, where: str) -> int:
    return len(index.select(where))


def test_every_bar_that_has_a_filter_counts_what_the_filter_finds(
    index: Index, charts: dict[str, Chart]
) -> None:
    bars = [bar for chart in charts.values() for bar in chart.bars if bar.where]
    assert len(bars) > 60
    for bar in bars:
        assert matching(index, bar.where) == bar.count, bar


def test_all_products_and_pictures_are_counted(index: Index) -> None:
    found = index.explore.counts()
    products = tiny_shop().products
    assert (found.products, found.pictures) == (len(products), sum(len(one.pictures) for one in products))
    assert found.version == index.manifest.version


def test_categories_are_counted_level_by_level(charts: dict[str, Chart]) -> None:
    top = Counter(one.category.split(" > ")[0] for one in tiny_shop().products)
    assert {bar.name: bar.count for bar in charts["category"].bars} == top
    second = Counter(one.category.split(" > ")[1] for one in tiny_shop().products)
    assert {bar.name: bar.count for bar in charts["category, level 2"].bars} == second


def test_values_come_most_frequent_first(charts: dict[str, Chart]) -> None:
    for chart in charts.values():
        if chart.kind == "values":
            counts = [bar.count for bar in chart.bars if bar.name != "others"]
            assert counts == sorted(counts, reverse=True), chart.name


def test_each_currency_has_prices_of_its_own(charts: dict[str, Chart]) -> None:
    currencies = Counter(one.price.currency for one in tiny_shop().products if one.price)
    for currency, count in currencies.items():
        name = "price" if len(currencies) == 1 else f"price in {currency}"
        assert charts[name].unit == currency
        assert sum(bar.count for bar in charts[name].bars) == count


def test_pictures_of_a_product_are_counted(charts: dict[str, Chart]) -> None:
    each = Counter(len(one.pictures) for one in tiny_shop().products)
    drawn = {bar.name: bar.count for bar in charts["pictures of a product"].bars if bar.count}
    assert drawn == {str(count): number for count, number in each.items()}


def test_products_without_a_value_are_told(charts: dict[str, Chart]) -> None:
    brands = [one.brand for one in tiny_shop().products]
    assert charts["brand"].missing == brands.count("") > 0
    assert sum(bar.count for bar in charts["brand"].bars) == len(brands) - brands.count("")


def test_values_beyond_the_most_frequent_are_one_bar() -> None:
    names = [f"kind {at:02}" for at in range(MOST_BARS + 5)]
    items = [planted(f"{at}-{name}", [1.0, float(at)], category=name) for name in names for at in range(2)]
    chart = Index(plant(items)).explore.counts().charts[0]
    assert (len(chart.bars), chart.distinct) == (MOST_BARS + 1, MOST_BARS + 5)
    assert (chart.bars[-1].name, chart.bars[-1].count, chart.bars[-1].where) == ("others", 10, "")


def test_spellings_of_one_value_are_one_bar() -> None:
    said = ["Red", "red", "RED", "Blue"] * 5
    items = [planted(str(at), [1.0, 0.5], attributes={"finish": word}) for at, word in enumerate(said)]
    chart = next(one for one in Index(plant(items)).explore.counts().charts if one.name == "finish")
    assert [(bar.name.casefold(), bar.count) for bar in chart.bars] == [("red", 15), ("blue", 5)]


def test_years_are_counted_in_their_order() -> None:
    years = [2012, 2011, 2012, 2015, 2012]
    items = [planted(str(at), [1.0, 0.5], attributes={"year": str(year)}) for at, year in enumerate(years)]
    chart = next(one for one in Index(plant(items)).explore.counts().charts if one.name == "year")
    assert chart.kind == "histogram"
    assert [(bar.name, bar.count) for bar in chart.bars] == [("2011", 1), ("2012", 3), ("2015", 1)]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_tiny_shop_is_counted_without_complaint(count: int) -> None:
    items = [Product(str(at), price=Price(Decimal("5"), "EUR")) for at in range(count)]
    store = MemoryStore(GridEncoder().space, "grid")
    with store.writer() as writer:
        writer.commit(items)
    index = Index(store)
    found = index.explore.counts()
    assert (found.products, found.pictures) == (count, 0)
    assert all(bar.count <= count for chart in found.charts for bar in chart.bars)


def test_titles_and_numbers_of_their_own_are_no_charts() -> None:
    items = [
        planted(str(at), [1.0, 0.5], attributes={"ean": f"40{at:09}x", "story": "long " * 40})
        for at in range(40)
    ]
    assert not {"ean", "story"} & {chart.name for chart in Index(plant(items)).explore.counts().charts}
