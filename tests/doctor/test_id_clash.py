"""Ids that only a computer tells apart."""

from __future__ import annotations

import pytest

from lookalike.doctor.id_clash import clashing_ids
from lookalike.products import Problem

from .cases import Goods, case_of


def found(*ids: str) -> list[tuple[str, ...]]:
    return [finding.products for finding in clashing_ids(case_of([Goods(i) for i in ids]))]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("42", "00042"),
        ("42", "42.0"),
        ("SKU-7", "sku-7"),
        ("A1", "A1 "),
        ("A1", "A\u200b1"),
        ("A1", "A1\ufeff"),
        ("caf\u00e9", "cafe\u0301"),
        ("\uff21\uff11", "A1"),
    ],
)
def test_ids_that_a_spreadsheet_takes_for_one_clash(one: str, other: str) -> None:
    assert [set(ids) for ids in found(one, other, "B2", "77")] == [{one, other}]


@pytest.mark.parametrize(
    ("one", "other"), [("42", "420"), ("A-07", "A-7"), ("4.20", "4.2"), ("A 1", "A1"), ("0x1", "x1")]
)
def test_ids_that_every_program_tells_apart_do_not_clash(one: str, other: str) -> None:
    assert found(one, other) == []


def test_where_ids_are_random_letters_of_both_cases_case_tells_them_apart() -> None:
    assert found("aBcD", "AbCd", "xYzQ", "QwEr") == []


def test_a_clash_names_the_odd_one_first_and_shows_what_nobody_sees() -> None:
    (finding,) = clashing_ids(case_of([Goods("A1"), Goods("A1\u200b")]))
    assert finding.products == ("A1\u200b", "A1")
    assert finding.confidence == 1
    assert "A1[U+200B]" in finding.says


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("42", "42.0", "only by a trailing .0:"),
        ("42", "0042", "only by leading zeros:"),
        ("1.0", "0001", "only by a trailing .0 and leading zeros:"),
        ("1.0", "1.00", "only by a trailing .0:"),
    ],
)
def test_all_in_which_ids_differ_is_named(one: str, other: str, told: str) -> None:
    (finding,) = clashing_ids(case_of([Goods(one), Goods(other)]))
    assert told in finding.says


def test_an_id_that_stood_twice_in_the_table_is_told_with_its_rows() -> None:
    problem = Problem(9, "7", "repeated-id", "The id stands in row 3 already.")
    (finding,) = clashing_ids(case_of([Goods("7")], problems=[problem]))
    assert finding.products == ("7",)
    assert "row 9" in finding.says


def test_a_number_that_a_spreadsheet_rounded_is_told() -> None:
    assert found("1.23457E+12", "12E45", "E10") == [("1.23457E+12",)]


def test_no_products_have_no_clash() -> None:
    assert found() == []
