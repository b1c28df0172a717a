from __future__ import annotations

import numpy as np
import pyarrow as pa

from lookalike.neighbours.tokens import words_asked
from lookalike.vectors import Floats
from lookalike.words.full_text import FullText
from lookalike.words.joining import joined, of_kind, tinted
from lookalike.words.texts import Texts

LONG = "Red shoes with a very long name for shoes"
TITLES = ["Red dress", "Blue dress", LONG, "", "Grey T-Shirt", "Navy trousers"]
BRANDS = ["", "Red", "", "", "Acme", ""]
STORIES = ["", "", "for a dress", "", "", "red red red"]


def shop() -> FullText:
    return FullText(
        Texts({"title": pa.array(TITLES), "brand": pa.array(BRANDS), "description": pa.array(STORIES)})
    )


def shares(asked: str) -> Floats:
    text = shop()
    return text.shares(text.terms(words_asked(asked)))


def test_who_says_all_of_it_comes_before_who_says_a_part() -> None:
    said = shares("red dress")
    assert said[0] == np.nanmax(said) > 0.9
    assert said[0] > said[4] == 0


def test_a_product_without_words_is_not_judged_by_them() -> None:
    assert np.isnan(shares("red dress")[3])


def test_a_title_counts_more_than_a_description() -> None:
    said = shares("red")
    assert said[0] > said[5] > 0


def test_a_short_title_counts_more_than_a_long_one() -> None:
    said = shares("red")
    assert said[0] > said[2] > said[4]


def test_other_words_for_a_thing_count_less_than_the_word() -> None:
    assert 0.5 < shares("blue")[5] < shares("blue")[1]
    assert shares("gray tee")[4] > 0.7
    assert shares("pants")[5] > 0.7
    assert shares("tshirt")[4] > 0.7


def test_a_slip_finds_nearly_as_much() -> None:
    assert shares("red dresss")[0] > 0.85


def test_words_that_nobody_says_are_found_nowhere() -> None:
    assert np.nanmax(shares("xyzzyq")) == 0
    assert np.argsort(-shares("red xyzzyq")).tolist() == np.argsort(-shares("red")).tolist()


def test_who_says_one_of_two_words_says_less_than_half_when_nobody_says_the_other() -> None:
    assert 0 < np.nanmax(shares("red xyzzyq")) < 0.5


def test_a_word_that_names_a_kind_counts_more_than_one_that_describes() -> None:
    shop = {
        "title": ["High heels", "High socks", "High socks", "Low heels", "Low heels"],
        "category": [*"HSSHH"],
    }
    kinds = {"H": "Heels", "S": "Socks"}
    columns = {"title": pa.array(shop["title"]), "category": pa.array([kinds[c] for c in shop["category"]])}
    text = FullText(Texts(columns))
    said = text.shares(text.terms(["high", "heels"]))
    assert said[0] > said[3] > said[1]


def test_a_kind_in_the_title_of_another_kind_counts_less() -> None:
    columns = {"title": ["Plain top", "Roll-top backpack"], "category": ["Tops", "Bags"]}
    text = FullText(Texts({name: pa.array(column * 3) for name, column in columns.items()}))
    said = text.shares(text.terms(["top"]))
    assert said[0] > said[1] > 0


def test_words_that_name_nothing_hardly_count() -> None:
    text = FullText(Texts({"title": pa.array(["Shoe for men", "Running shoe", "Hat for women", "Cap"])}))
    said = text.shares(text.terms(words_asked("shoes for running")))
    assert said[1] > 0.9 and said[2] < 0.1


def test_no_products_and_no_words_give_no_shares() -> None:
    empty = FullText(Texts({"title": pa.array([], pa.string())}))
    assert empty.shares(empty.terms(["red"])).tolist() == []
    silent = FullText(Texts({"title": pa.array(["", ""])}))
    assert np.isnan(silent.shares(silent.terms(["red"]))).all()


NONE = np.nan


def floats(*values: float) -> Floats:
    return np.array(values, dtype=np.float32)


def test_a_full_match_leads_then_a_wordless_look_alike_then_half_a_match() -> None:
    scores = joined(floats(1, NONE, 0.5, 0, NONE), floats(0.6, 0.95, 1, 1, 0.1))
    assert np.argsort(-scores).tolist() == [0, 1, 2, 3, 4]


def test_of_equal_texts_the_picture_that_looks_right_is_first() -> None:
    scores = joined(floats(1, 1), floats(0.2, 0.9))
    assert scores[1] > scores[0]


def test_a_product_without_a_picture_is_found_by_its_words() -> None:
    scores = joined(floats(1, 0.3, NONE), floats(NONE, 1, NONE))
    assert scores[0] > scores[1] and np.isnan(scores[2])


def test_one_source_alone_is_its_own_order() -> None:
    assert joined(floats(1, 0.2), None).tolist() == joined(None, floats(1, 0.2)).tolist()


def test_a_picture_that_does_not_look_like_the_kind_looks_less_like_the_words() -> None:
    looks = of_kind(floats(0.8, 0.8, 0.8, NONE), floats(0.9, 0.3, 0, NONE))
    assert looks[0] == np.float32(0.8) and 0 < looks[1] < 0.5 and looks[2] == 0 and np.isnan(looks[3])


def test_measured_colours_bring_a_picture_nearer_and_lift_none_that_looks_like_chance() -> None:
    looks = tinted(floats(0.5, 0.5, 0), floats(1, 0, 1))
    assert looks[0] > looks[1] == 0.5 and looks[2] == 0


def test_words_that_name_a_kind_stand_in_categories() -> None:
    text = FullText(
        Texts({"title": pa.array(["Red mug", "Blue mug"]), "category": pa.array(["Mugs", "Mugs"])})
    )
    assert text.kinds(text.terms(["red", "mugs"])) == {"mugs"}
