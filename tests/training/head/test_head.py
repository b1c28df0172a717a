"""A linear map over stored vectors finds what the shop says belongs together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lookalike.encoders.base import ImageEncoder
from lookalike.encoders.loading import load_encoder
from lookalike.encoders.onnx import OnnxEncoder
from lookalike.encoders.reference import reference_picture
from lookalike.errors import TrainingError
from lookalike.training.head.finding_again import FoundAgain
from lookalike.training.head.head import recipe
from lookalike.training.head.pulls import LOOK, PENALTIES, pulls_of
from lookalike.training.head.signals import TITLES, signals
from lookalike.training.judging import OTHER, TOGETHER, judged, metric_of
from lookalike.training.learnt import Learnt, Wishes, silent
from lookalike.training.lessons import CHOOSE, LEARN, UNSEEN, Lessons
from lookalike.vectors import Floats, unit

DIM = 256
KINDS = ("cup", "mug", "jug", "pot", "pan", "lid")
COUNT = 360


@pytest.fixture(scope="module")
def encoder() -> ImageEncoder:
    return load_encoder("imagenet")


def kind_of(number: int) -> str:
    return KINDS[number % len(KINDS)]


def hidden_looks(count: int = COUNT, strength: float = 0.25, seed: int = 1) -> Floats:
    """Vectors in which six axes tell the kind, quietly, and twenty others loudly tell nothing."""
    chance = np.random.default_rng(seed)
    looks = np.zeros((count, DIM))
    looks[:, 6:26] = chance.standard_normal((count, 20)) / np.sqrt(20)
    looks += 0.01 * chance.standard_normal((count, DIM))
    looks[np.arange(count), np.arange(count) % len(KINDS)] += strength
    return unit(looks)[0]


def unopened(row: int, pixels: int | None) -> object:
    raise AssertionError("no picture is read")


def lessons_of(encoder: ImageEncoder, looks: Floats, **given: object) -> Lessons:
    count = len(looks)
    ids = [f"p{number:04}" for number in range(count)]
    parts = np.array([(LEARN, LEARN, LEARN, CHOOSE, UNSEEN)[number // 6 % 5] for number in range(count)])
    plain: dict[str, object] = {
        "ids": ids,
        "labels": {},
        "titles": [""] * count,
        "groups": [""] * count,
        "parts": parts,
        "families": ids,
        "copies": {},
        "product": np.arange(count),
        "contents": ids,
        "looks": looks,
        "encoder": encoder,
        "open": unopened,
    }
    return Lessons(**{**plain, **given})  # type: ignore[arg-type]


def kinds(count: int = COUNT) -> dict[str, list[str]]:
    return {"kind": [kind_of(number) for number in range(count)]}


def learnt(lessons: Lessons, minutes: float | None = None, most: int | None = None) -> Learnt:
    """What is learnt; in no ``minutes`` the weights are those it begins with."""
    return recipe(lessons, Wishes(Path("unused"), minutes=minutes, most=most), silent)


def found(lessons: Lessons, vectors: Floats | None, question: str) -> float:
    assert vectors is not None
    return float(judged(lessons, vectors).judgements[question].values[metric_of(question)].mean())


def test_what_labels_say_is_found_on_products_that_nothing_was_learnt_from(encoder: ImageEncoder) -> None:
    lessons = lessons_of(encoder, hidden_looks(), labels=kinds())
    made = learnt(lessons)
    assert found(lessons, lessons.looks, "kind") < 0.6
    assert found(lessons, made.vectors, "kind") > 0.85


def titled() -> dict[str, object]:
    return {"titles": [f"A {kind_of(number)}, number {number}" for number in range(COUNT)]}


def grouped() -> dict[str, object]:
    return {"groups": [f"{kind_of(number)}{number // 30}" for number in range(COUNT)]}


def visited() -> dict[str, object]:
    part = [number // 6 % 5 for number in range(COUNT)]
    ours = {kind: [n for n in range(COUNT) if kind_of(n) == kind] for kind in KINDS}
    pairs = [(one, other) for own in ours.values() for one in own for other in own if one < other]
    return {"sessions": [[a, b] for a, b in pairs if (a + 7 * b) % 5 == 0 and (part[a] < 3) == (part[b] < 3)]}


@pytest.mark.parametrize(("said", "question"), [(titled, "kind"), (grouped, "kind"), (visited, TOGETHER)])
def test_titles_groups_and_sessions_each_teach_alone(
    encoder: ImageEncoder, said: Callable[[], Mapping[str, object]], question: str
) -> None:
    lessons = lessons_of(encoder, hidden_looks(), tags=kinds(), **said())
    made = learnt(lessons)
    assert found(lessons, made.vectors, "kind") > found(lessons, lessons.looks, "kind") + 0.2
    assert found(lessons, made.vectors, question) >= found(lessons, lessons.looks, question)


def test_other_pictures_of_a_product_teach_which_differences_are_none(encoder: ImageEncoder) -> None:
    chance = np.random.default_rng(3)
    own = np.repeat(chance.standard_normal((COUNT, 12)), 2, axis=0)  # twelve axes that a product keeps
    looks = np.zeros((2 * COUNT, DIM))
    looks[:, :12], looks[:, 12:20] = own, 3 * chance.standard_normal((2 * COUNT, 8))
    product, contents = np.repeat(np.arange(COUNT), 2), [str(row) for row in range(2 * COUNT)]
    parts = np.array([(LEARN, LEARN, LEARN, CHOOSE, UNSEEN)[number % 5] for number in range(COUNT)])
    plain = lessons_of(encoder, hidden_looks())
    lessons = replace(plain, looks=unit(looks)[0], product=product, contents=contents, parts=parts)
    made = learnt(lessons)
    assert found(lessons, made.vectors, OTHER) > found(lessons, lessons.looks, OTHER) + 0.2


def test_the_same_lessons_give_the_same_map_whatever_unseen_products_are_labelled(
    encoder: ImageEncoder,
) -> None:
    lessons = lessons_of(encoder, hidden_looks(), labels=kinds())
    told = [
        "?" if part == UNSEEN else kind for part, kind in zip(lessons.parts, kinds()["kind"], strict=True)
    ]
    assert learnt(lessons, 0).model == learnt(replace(lessons, labels={"kind": told}), 0).model


def test_the_file_gives_for_a_picture_what_stored_vectors_are_mapped_to(encoder: ImageEncoder) -> None:
    picture = reference_picture(*encoder.size)[None]
    looks = hidden_looks()
    looks[0] = unit(encoder.encode(picture))[0][0]
    made = learnt(lessons_of(encoder, looks, labels=kinds()), 0)
    whole = OnnxEncoder(made.card, made.model, origin="the head")
    assert made.vectors is not None
    assert float(unit(whole.encode(picture))[0][0] @ made.vectors[0]) > 0.999
    assert made.card.head is not None and made.card.head.over == encoder.space.fingerprint


def test_labels_of_chance_on_sixty_products_do_little_harm_and_make_no_nan(encoder: ImageEncoder) -> None:
    chance = np.random.default_rng(5)
    said = [KINDS[at] for at in chance.integers(0, 3, 60)]
    lessons = lessons_of(encoder, hidden_looks(60, 0.5), labels={"luck": said}, tags=kinds(60))
    made = learnt(lessons)
    assert made.vectors is not None and np.allclose(np.linalg.norm(made.vectors, axis=1), 1, atol=1e-3)
    assert found(lessons, made.vectors, "kind") > found(lessons, lessons.looks, "kind") - 0.1


def test_no_more_is_learnt_from_than_is_wished(encoder: ImageEncoder) -> None:
    said: dict[str, Sequence[str]] = {"kind": kinds()["kind"]}
    lessons = lessons_of(encoder, hidden_looks(), labels=said)
    assert "of 132 products" in learnt(lessons, 0, most=60).card.data  # 60 are learnt from, 72 chosen on
    assert "of 288 products" in learnt(lessons, 0).card.data


@pytest.mark.parametrize(
    "labels", [{}, {"kind": ["cup"] * COUNT}, {"kind": [f"{number}" for number in range(COUNT)]}]
)
def test_labels_that_tell_nothing_apart_or_together_are_an_error(
    encoder: ImageEncoder, labels: dict[str, list[str]]
) -> None:
    lessons = lessons_of(encoder, hidden_looks(), labels=labels, tags=kinds())
    with pytest.raises(TrainingError, match="ties pictures together"):
        learnt(lessons)


def test_vectors_that_are_all_the_same_are_an_error(encoder: ImageEncoder) -> None:
    looks = np.tile(hidden_looks(1), (COUNT, 1))
    with pytest.raises(TrainingError):
        learnt(lessons_of(encoder, looks, labels=kinds()))


def test_a_form_points_where_the_kinds_differ_and_chance_is_smoothed_away(encoder: ImageEncoder) -> None:
    luck = [KINDS[at] for at in np.random.default_rng(2).integers(0, 6, COUNT)]
    lessons = lessons_of(encoder, hidden_looks(), labels={**kinds(), "luck": luck})
    pulls = pulls_of(lessons.looks, lessons.pictures_in(LEARN), signals(lessons))
    assert pulls is not None
    held = np.linalg.eigh(pulls.forms["kind"])[1][:6, -5:]  # five axes tell six kinds apart
    assert (held**2).sum() > 0.85 * 5
    assert pulls.penalties["luck"] == max(PENALTIES) > pulls.penalties["kind"]
    assert np.isclose((pulls.forms["kind"] * pulls.covariance).sum(), 1.0)
    own = {LOOK: 1.0, "kind": 2.0}
    assert np.allclose(pulls.map(own) @ pulls.map(own).T, pulls.factor(own) @ pulls.factor(own).T)
    kept = pulls.map({LOOK: 2.0})
    assert np.allclose(kept, np.eye(DIM) * kept[0, 0], atol=1e-9)


def test_words_of_few_titles_and_of_products_kept_apart_teach_nothing(encoder: ImageEncoder) -> None:
    titles = ["plain"] * COUNT
    titles[0] = titles[1] = "rare"
    for number in range(24, 30):
        titles[number] = "unseen"  # the fifth six of each thirty are
    for number in range(6, 12):
        titles[number] = "gilded"
    lessons = lessons_of(encoder, hidden_looks(), titles=titles)
    (only,) = signals(lessons)
    assert only.name == TITLES and only.said.shape == (208 + 8, 1) and only.said.getnnz() == 6


def test_a_map_that_forgets_small_differences_finds_fewer_products_again(encoder: ImageEncoder) -> None:
    lessons = lessons_of(encoder, hidden_looks(), labels=kinds())
    pulls = pulls_of(lessons.looks, lessons.pictures_in(LEARN), [])
    assert pulls is not None
    again = FoundAgain.of(lessons, pulls.covariance)
    assert again.share(lambda looks: looks) == again.before > 0.5
    assert again.share(lambda looks: looks[:, :3]) < 0.3
