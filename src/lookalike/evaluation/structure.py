"""Questions that a catalogue answers by its structure, without labels: which product does this picture show?

One product is right for each case. ``alike`` names, for a product, others that count neither way: variants
of one style, and products with the same picture, which nobody could tell apart
(`lookalike.evaluation.split.companions`). ``clusters`` names what makes products depend on each other, such
as their family; by default each product stands for itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from PIL import Image

from lookalike.distortions import Distortion, phone
from lookalike.evaluation.cases import Case, CaseSet, Listed
from lookalike.evaluation.pictures import Edited, asking

Names = Mapping[str, Iterable[str]]


def photo_cases(
    photos: Mapping[str, Any],
    shows: Mapping[str, str],
    known: Iterable[str],
    alike: Names | None = None,
    clusters: Mapping[str, str] | None = None,
) -> CaseSet:
    """Photographs that each show one product, by the photograph's name; ``known`` are the catalogue's ids.

    A photograph of a product that is not in the catalogue is left out and counted.
    """
    stocked = set(known)
    asked = [(name, photo, shows[name]) for name, photo in photos.items() if shows.get(name) in stocked]
    return _cases(asked, alike, clusters, {"not in the catalogue": len(photos) - len(asked)})


def other_picture_cases(
    pictures: Mapping[str, Sequence[Any]],
    alike: Names | None = None,
    contents: Mapping[str, Sequence[str]] | None = None,
    clusters: Mapping[str, str] | None = None,
) -> CaseSet:
    """Each further picture of a product asks for it, among the **main pictures only**.

    The gallery has to hold the first picture of each product and no other, so that no picture ever finds
    itself. ``pictures`` gives each product's in order. ``contents`` gives their content hashes in the same
    order: a further picture with the bytes of any main picture is left out and counted, and so are products
    with one picture.
    """
    mains = {own[0] for own in (contents or {}).values() if own}
    asked: list[tuple[str, Any, str]] = []
    left_out = {"one picture only": 0, "same bytes as a main picture": 0}
    for i, own in pictures.items():
        left_out["one picture only"] += len(own) < 2
        hashes = (contents or {}).get(i, ())
        for place in range(1, len(own)):
            if place < len(hashes) and hashes[place] in mains:
                left_out["same bytes as a main picture"] += 1
            else:
                asked.append((f"{i}#{place}", own[place], i))
    return _cases(asked, alike, clusters, left_out)


def distorted_cases(
    pictures: Mapping[str, Any],
    distortion: Distortion,
    alike: Names | None = None,
    clusters: Mapping[str, str] | None = None,
) -> CaseSet:
    """Each product's picture, changed in one known way, asks for the product.

    Pictures are read and changed when a case is asked, by calling its ``ask``.
    """
    return _edited_cases(pictures, lambda _: distortion, alike, clusters)


def phone_cases(
    pictures: Mapping[str, Any],
    alike: Names | None = None,
    clusters: Mapping[str, str] | None = None,
    seed: int = 0,
) -> CaseSet:
    """Each product's picture as a customer's phone might take it asks for the product.

    Every product has chances of its own (`lookalike.distortions.phone`), for ever the same for one ``seed``.
    """

    def own(i: str) -> Distortion:
        digest = hashlib.blake2b(f"{seed}\n{i}".encode("utf-8", "surrogatepass"), digest_size=4).digest()
        return _Phone(int.from_bytes(digest, "big"))

    return _edited_cases(pictures, own, alike, clusters)


class _Phone:
    """`phone` of one seed, made when it is used: a case holds the number alone."""

    __slots__ = ("seed",)

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def __call__(self, picture: Image.Image) -> Image.Image:
        return phone(self.seed)(picture)


def _edited_cases(
    pictures: Mapping[str, Any],
    distortion_of: Callable[[str], Distortion],
    alike: Names | None,
    clusters: Mapping[str, str] | None,
) -> CaseSet:
    asked = [(i, Edited(picture, distortion_of(i)), i) for i, picture in pictures.items()]
    return _cases(asked, alike, clusters, {})


def _cases(
    asked: Iterable[tuple[str, Any, str]],
    alike: Names | None,
    clusters: Mapping[str, str] | None,
    left_out: Mapping[str, int],
) -> CaseSet:
    """Cases of (key, what to ask, the product that is right)."""
    cases, right = [], {}
    for key, ask, i in asked:
        neither = frozenset((alike or {}).get(i, ())) - {i}
        cases.append(Case(key, asking(ask), neither, (clusters or {}).get(i, i)))
        right[key] = frozenset({i})
    return CaseSet(tuple(cases), Listed(right), left_out)
