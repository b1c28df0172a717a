"""Words ask, alone or with a photo, a catalogue whose words and looks are known."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lookalike.asking.search import Seen, search_query
from lookalike.asking.wishes import Wishes
from lookalike.errors import BadArgument
from lookalike.index import Index
from lookalike.recommend.recommender import recommend
from lookalike.testing.planted import BLUE, RED, WHITE, Planted, plant, planted
from lookalike.view import View

KINDS = ("dress", "sneakers", "jeans", "watch", "mug")
COLOURS = {"red": RED, "blue": BLUE, "white": WHITE}
DIM = 10


def looks(kind: str, colour: str, chance: np.random.Generator) -> list[float]:
    """A direction of its kind, one of its colour, a little noise, and what all pictures share."""
    vector = chance.normal(scale=0.05, size=DIM)
    vector[KINDS.index(kind)] += 1.0
    vector[len(KINDS) + [*COLOURS].index(colour)] += 0.8
    vector[-1] += 0.5
    return [float(number) for number in vector]


def shop(each: int = 3) -> list[Planted]:
    """``each`` products of every kind in every colour, and for each kind one blue one that has no words."""
    chance = np.random.default_rng(0)
    items = [
        planted(
            f"{kind}-{colour}-{number}",
            looks(kind, colour, chance),
            title=f"Acme {colour} {kind} no {number}",
            category=kind,
            palette=palette,
        )
        for kind in KINDS
        for colour, palette in COLOURS.items()
        for number in range(each)
    ]
    silent = [planted(f"{kind}-silent", looks(kind, "blue", chance), palette=BLUE) for kind in KINDS]
    return [*items, *silent]


def indexed(items: Sequence[Planted]) -> Index:
    """An index of them that knows how its words look."""
    made = Index(plant(items))
    made.refit()
    return made


@pytest.fixture(scope="module")
def index() -> Index:
    return indexed(shop())


def test_words_find_what_says_them_and_what_looks_like_them(index: Index) -> None:
    answer = index.search(text="blue dress", k=4)
    assert sorted(answer.ids) == ["dress-blue-0", "dress-blue-1", "dress-blue-2", "dress-silent"]
    assert answer.ids[-1] == "dress-silent"  # it looks so, and nobody says it
    assert "text" not in answer[3].evidence
    assert answer[3].evidence["shown"] > 0.6
    assert answer[0].evidence.keys() == {"words", "text", "shown"}
    assert all(0 < result.score <= 1 for result in answer)
    assert answer.explain["words"] == {"unknown": [], "read_as": [], "colours": ["blue"]}
    assert not answer.nothing_close


def test_a_slip_another_word_for_it_and_the_plural_find_the_same(index: Index) -> None:
    wanted = sorted(index.search(text="white jeans", k=3).ids)
    assert wanted == ["jeans-white-0", "jeans-white-1", "jeans-white-2"]
    for asked, note in (
        ("whtie jeans", "whtie was read as white"),
        ("ivory jean", "ivory was read as white"),
    ):
        answer = index.search(text=asked, k=3)
        assert sorted(answer.ids) == wanted, asked
        assert answer.explain["words"]["read_as"] == [note]


def test_words_that_mean_nothing_here_find_nothing_and_say_what_there_is(index: Index) -> None:
    answer = index.search(text="zeppelin")
    assert answer.ids == []
    assert answer.explain["words"]["unknown"] == ["zeppelin"]
    (said,) = answer.explain["unmet"]
    assert said.startswith("This catalogue knows none of these words. It has, for example: dress,")


def test_half_understood_words_have_an_answer_that_is_not_close(index: Index) -> None:
    answer = index.search(text="red zeppelin")
    assert answer.nothing_close
    assert {result.product.title.split()[1] for result in answer if result.product.title} == {"red"}
    assert index.search(text="dress of a zeppelin").explain["words"]["unknown"] == ["zeppelin"]


def test_the_best_of_several_pictures_counts() -> None:
    chance = np.random.default_rng(1)
    views = [looks("mug", "white", chance), looks("watch", "red", chance)]
    index = indexed([*shop(), planted("two", *views)])
    assert index.search(text="red watch", k=4).ids[-1] == "two"
    assert index.search(text="white mug", k=4).ids[-1] == "two"


def test_a_catalogue_too_small_to_teach_is_found_by_its_texts() -> None:
    index = Index(plant(shop(1)[:6]))
    answer = index.search(text="blue dress", k=3)
    assert answer.ids[0] == "dress-blue-0"
    assert "shown" not in answer[0].evidence
    with_one = Index(plant([planted("only", (1.0, 0.0), title="Red dress")]))
    assert with_one.search(text="red").ids == ["only"]


def test_texts_that_are_all_the_same_tell_nothing_apart_and_fail_nothing() -> None:
    same = [planted(f"p{number:02}", (1.0, 0.1 * number), title="Thing") for number in range(30)]
    index = indexed(same)
    assert len(index.search(text="thing", k=5)) == 5
    assert index.search(text="red").ids == []


def test_a_catalogue_without_words_knows_none() -> None:
    silent = [planted(f"p{number}", (1.0, float(number))) for number in range(25)]
    answer = Index(plant(silent)).search(text="red dress")
    assert answer.ids == []
    assert answer.explain["unmet"] == [
        "This catalogue knows none of these words. Ask with words of its titles, or with a photo."
    ]


def test_a_colour_is_found_on_pictures_that_no_text_names() -> None:
    tints = {"navy": BLUE, "rose": RED, "snow": WHITE}
    silent = [planted(name, (1.0, float(at)), palette=tint) for at, (name, tint) in enumerate(tints.items())]
    answer = Index(plant(silent)).search(text="blue")
    assert answer.ids == ["navy"]
    assert answer.explain["words"] == {"unknown": [], "read_as": [], "colours": ["blue"]}
    half = Index(plant(silent)).search(text="blue zeppelin")
    assert half.ids == ["navy"] and half[0].score < 0.6 < answer[0].score
    assert half.explain["words"]["unknown"] == ["zeppelin"]


def test_a_slip_is_told_by_the_word_that_the_title_has(index: Index) -> None:
    assert "title says blue and sneakers" in index.search(text="blue sneekers", k=1)[0].sentence
    untitled = [planted(f"p{at}", (1.0, float(at)), category="hat") for at in range(3)]
    assert Index(plant(untitled)).search(text="hats")[0].sentence == "Its texts say what you typed."


def test_a_catalogue_without_pictures_is_found_by_its_texts() -> None:
    items = [*shop(1), planted("bare", title="Green dress")]
    assert indexed(items).search(text="green dress").ids[0] == "bare"


ODD = ["red\0dress", '"red" dress', "red (dress) - 'new'", "RED—DRESS!", "red dress 👗", "\tred\n\ndress "]


@pytest.mark.parametrize("text", ODD)
def test_signs_between_words_do_not_matter(index: Index, text: str) -> None:
    assert index.search(text=text, k=3).ids == index.search(text="red dress", k=3).ids


@pytest.mark.parametrize("text", ["赤いドレス", "красное платье", "فستان أحمر", "שמלה אדומה"])
def test_words_of_another_script_that_nobody_says_are_unknown(index: Index, text: str) -> None:
    answer = index.search(text=text)
    assert answer.ids == [] and answer.explain["words"]["unknown"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "?!",
        "👗",
        "\0",
        "a " * 600_000,
        " ".join(map(str, range(51))),
        "x" * 2001,
        5,
        b"red",
        "\ud800",
    ],
    ids=lambda text: repr(text)[:20],
)
def test_what_cannot_ask_is_refused_with_a_next_step(index: Index, text: Any) -> None:
    with pytest.raises(BadArgument) as caught:
        index.search(text=text)
    assert caught.value.next_step


def test_a_long_word_is_looked_up_quickly_and_unknown(index: Index) -> None:
    assert index.search(text="x" * 2000).ids == []


def photo_of(view: View, product: str) -> Seen:
    own = view.snapshot.pictures_of(view.snapshot.row(product))
    tints = view.snapshot.colours_of([view.snapshot.row(product)])
    return Seen(view.snapshot.looks[own], view.snapshot.norms[own], tints, ())


def found(index: Index, product: str, text: str, k: int = 3, **wishes: Any) -> list[str]:
    view = index._now()
    query = search_query(view, text, photo_of(view, product), Wishes.of(k=k, **wishes))
    return [view.snapshot.ids[row] for row in recommend(query, view.snapshot).rows]


def test_a_photo_and_a_colour_find_its_kind_in_that_colour(index: Index) -> None:
    assert set(found(index, "mug-red-0", "in blue")) == {"mug-blue-0", "mug-blue-1", "mug-blue-2"}


def test_a_photo_and_a_kind_find_that_kind_in_its_colour(index: Index) -> None:
    assert all(one.startswith("watch-white") for one in found(index, "mug-white-0", "watch"))


def test_words_with_a_photo_that_mean_nothing_leave_the_question_to_the_photo(index: Index) -> None:
    assert found(index, "mug-red-0", "zeppelin")[0] == "mug-red-0"


def test_weights_of_a_photo_and_words_are_the_default_or_the_callers(index: Index) -> None:
    view = index._now()
    seen = photo_of(view, "mug-red-0")
    assert search_query(view, "in blue", seen, Wishes.of()).weights == {"look": 1.0, "words": 1.0}
    assert search_query(view, "watch", seen, Wishes.of()).weights == {
        "look": 1.0,
        "words": 2.0,
        "colour": 0.2,
    }
    assert search_query(view, "zeppelin", seen, Wishes.of()).weights == {"look": 1.0}
    own = search_query(view, "watch", seen, Wishes.of(weights="look=1,words=0.1"))
    assert own.weights == {"look": 1.0, "words": 0.1}
    assert found(index, "mug-red-0", "watch", weights="words=1")[0].startswith("watch")


def test_the_filter_holds_for_words_too(index: Index) -> None:
    answer = index.search(text="blue dress", where="category=mug", k=3)
    assert all(one.startswith("mug-blue") for one in answer.ids)


def test_words_know_a_picture_that_came_later(index: Index) -> None:
    store = index._store
    before = index.search(text="blue jeans", k=10).ids
    assert "jeans-silent" in before
    with store.writer() as writer:
        writer.commit(remove=["jeans-silent"])
    assert "jeans-silent" not in index.search(text="blue jeans", k=10).ids


def jpeg() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(file, "jpeg")
    return file.getvalue()


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"text": "red", "crop": (0, 0, 1, 1)},
        {"text": "red", "metric": "euclidean"},
        {"text": "red", "image": jpeg(), "metric": "euclidean"},
        {"text": "red", "weights": "look=1"},
        {"text": "red", "image": jpeg(), "weights": "content=1"},
        {"text": "", "image": jpeg()},
    ],
    ids=lambda wrong: ",".join(f"{name}={str(value)[:9]}" for name, value in wrong.items()) or "nothing",
)
def test_what_does_not_go_together_is_refused_with_a_next_step(index: Index, wrong: dict[str, Any]) -> None:
    with pytest.raises(BadArgument) as caught:
        index.search(**wrong)
    assert caught.value.next_step
