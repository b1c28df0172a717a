"""The report as a page: everything is inside, the surest first, and nothing that a shop wrote is obeyed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from PIL import Image

from lookalike.checkup import sheet
from lookalike.checkup.findings import Findings
from lookalike.doctor.finding import Finding, Unjudged
from lookalike.images import thumbnail
from lookalike.products import Product

JPEG = thumbnail(Image.new("RGB", (120, 160), "teal"))


def wrong(product: str, confidence: float = 0.9, **more: Any) -> Finding:
    evidence = {"says": "Those that look most like it are mugs.", **more}
    return Finding("wrong-tag", (product,), confidence, "category", "Shoes", "Mugs", 0, evidence)


def found(*findings: Finding, unjudged: tuple[Unjudged, ...] = (), **more: Any) -> Findings:
    """Findings of a shop in which every product has a picture but those that begin with "bare"."""
    return Findings(
        kinds=("wrong-tag",),
        findings=findings,
        unjudged=unjudged,
        version=1,
        examined_at=1_795_000_000_000,
        products=50,
        pictures=60,
        seconds=1.5,
        read=lambda ids: {i: Product(i, (), title=f"Vase {i}") for i in ids},
        thumbnails=lambda keys: {key: JPEG for key in keys if not key[0].startswith("bare")},
        **more,
    )


def test_a_finding_has_its_picture_its_sentence_and_what_it_should_say() -> None:
    page = sheet.page(found(wrong("v1")))
    assert page.startswith("<!doctype html>")
    assert "1 finding among 50 products and 60 pictures" in page
    assert "18 November 2026" in page
    assert 'alt="Vase v1"' in page
    assert "Those that look most like it are mugs." in page
    assert "<s>Shoes</s> <b>Mugs</b>" in page
    assert "sure, 90%" in page


def test_pictures_are_inside_and_nothing_is_loaded_from_elsewhere() -> None:
    page = sheet.page(found(wrong("v1", products=[{"id": "v2", "picture": 1, "value": "Mugs"}])))
    sources = re.findall(r'src="([^"]*)"', page)
    assert len(sources) == 2
    assert all(source.startswith("data:image/jpeg;base64,") for source in sources)
    assert "http" not in page and "url(" not in page and "<script" not in page


def test_what_was_compared_stands_beside_it_with_its_tag_of_a_path_the_last() -> None:
    beside = [
        {"id": "v2", "picture": 0, "value": "Home > Mugs & cups"},
        {"id": "bare", "picture": 0, "value": ""},
    ]
    page = sheet.page(found(wrong("v1", products=beside)))
    assert "<figcaption>Mugs &amp; cups</figcaption>" in page
    assert "<figcaption>bare</figcaption>" in page
    assert "no picture" in page


def test_the_other_products_of_a_finding_stand_beside_it_where_nothing_was_compared() -> None:
    clash = Finding("id-clash", ("7", "007"), 1.0, "id", "7", evidence={"says": "They differ by zeros."})
    page = sheet.page(found(clash))
    assert "<figcaption>007</figcaption>" in page
    assert page.count("<img") == 2


def test_what_a_shop_wrote_is_shown_and_not_obeyed() -> None:
    evil = "<script>alert(1)</script>"
    one = Finding("wrong-tag", (evil,), 0.6, evil, evil, evil, 0, {"says": evil})
    page = sheet.page(found(one, unjudged=(Unjudged("wrong-tag", evil, evil),)))
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_of_very_many_findings_the_surest_are_shown_and_the_others_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sheet, "CARDS", 20)
    page = sheet.page(found(*(wrong(f"v{at}", 0.9 - at / 100) for at in range(30))))
    assert page.count('<li><div class="shots">') == 20
    assert "Vase v19" in page and "Vase v20" not in page
    assert "and 10 more, less sure." in page
    assert "<small>30</small>" in page


def test_a_product_that_is_nowhere_and_a_damaged_picture_leave_the_page_whole() -> None:
    gone = Finding("unreadable", (), 1.0, "", "row 7", evidence={"says": "It is cut off."})
    broken = found(wrong("v1"), gone)
    object.__setattr__(broken, "thumbnails", lambda keys: dict.fromkeys(keys, b"no picture"))
    object.__setattr__(broken, "read", lambda _: {})
    page = sheet.page(broken)
    assert "It is cut off." in page and "row 7" in page
    assert "<img" not in page


def test_where_nothing_is_found_the_page_says_so_and_what_could_not_be_judged() -> None:
    assert "Nothing is wrong." in sheet.page(found())
    page = sheet.page(found(unjudged=(Unjudged("wrong-tag", "season", "It cannot be told."),)))
    assert "Nothing was found in what could be judged." in page
    assert "Tags that contradict the picture (season):</b> It cannot be told." in page


def test_what_is_new_is_marked_where_not_all_is() -> None:
    old, new = wrong("v1"), wrong("v2")
    assert sheet.page(found(old, new, new=frozenset({new.id}))).count('class="new"') == 1
    assert 'class="new"' not in sheet.page(found(new, new=frozenset({new.id})))
