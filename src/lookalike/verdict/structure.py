"""Questions that a catalogue answers by its structure: which product does this picture show?"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from PIL import Image

from lookalike import distortions
from lookalike.distortions import COPIES, Distortion
from lookalike.errors import PictureError
from lookalike.evaluation.cases import Case, CaseSet, Listed, label_cases
from lookalike.evaluation.question import Question
from lookalike.evaluation.split import position
from lookalike.training.learnt import Tell
from lookalike.verdict.panel import Panel

OTHER: Final = "other picture"
VARIANTS: Final = "variants"
PHOTO: Final = "photo"
METRIC: Final = "recall_at_1"
VARIANTS_METRIC: Final = "hit_rate_at_1"

PHOTOS: Final = 300
"""Pictures that ask as photographs, and further ones that ask for their product, unless said otherwise."""

EFFECTS: Final = 100
"""Pictures that ask under each single effect and each edit, unless said otherwise."""

SIDE: Final = 512
"""Pixels of the longer side above which a picture is reduced first, so that an effect is the same to all."""

_HELD = 256 << 20  # bytes of opened pictures that are held; the others are opened again when they ask


def _light(seed: int) -> Distortion:
    rng = np.random.default_rng(seed)
    return distortions.chain(
        distortions.brightness(float(rng.choice([0.7, 1.3]))),
        distortions.white_balance(float(rng.uniform(0.85, 1.15)), float(rng.uniform(0.85, 1.15))),
    )


def _cropped(seed: int) -> Distortion:
    across, down = np.random.default_rng(seed).random(2).tolist()
    return distortions.crop(0.8, across, down)


EFFECTS_OF_PHONES: Final[Mapping[str, Callable[[int], Distortion]]] = {
    "perspective": lambda seed: distortions.perspective(0.08, seed),
    "blur": lambda _: distortions.blur(1.5),
    "noise": lambda seed: distortions.noise(8, seed),
    "light": _light,
    "background": lambda seed: distortions.background(distortions.room(seed)),
    "crop": _cropped,
    "jpeg": lambda _: distortions.jpeg(35),
}
"""The single effects of a phone's photograph, as strong as `lookalike.distortions.phone` may make them, and
another background; each by a seed of the product's own."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture that asks. Calling it opens and changes it, and gives RGB pixels.

    ``row`` is the picture's row in the panel where it asks as it is, else None.
    """

    shown: Callable[[], Image.Image] = field(repr=False)
    edit: Distortion | None = field(default=None, repr=False)
    row: int | None = None

    def __call__(self) -> Image.Image:
        """What asks, as RGB pixels. Raises `PictureError` where it has gone since it was opened."""
        picture = self.shown()
        return picture.copy() if self.edit is None else self.edit(picture)


class Album:
    """Pictures of a panel, opened before anybody is asked with them, and reduced to `SIDE`."""

    def __init__(self, panel: Panel, rows: Sequence[int], tell: Tell) -> None:
        """Opens all ``rows`` of the panel's pictures, some threads at once; ``unread`` are those that cannot
        be, with the reason (a stable word of `PictureError`)."""
        self._open = panel.open
        self._held: dict[int, Image.Image] = {}
        self.unread: dict[int, str] = {}
        size, done = 0, 0
        with ThreadPoolExecutor(panel.workers) as threads:
            for start in range(0, len(rows), 8 * panel.workers):
                some = rows[start : start + 8 * panel.workers]
                for row, opened in zip(some, threads.map(self._tried, some), strict=True):
                    if isinstance(opened, str):
                        self.unread[row] = opened
                    elif size < _HELD:
                        self._held[row] = opened
                        size += 3 * opened.width * opened.height
                done += len(some)
                tell("Opening pictures", done, len(rows))

    def __call__(self, row: int) -> Image.Image:
        """The picture of a row. Raises `PictureError` where it has gone meanwhile."""
        return self._held[row] if row in self._held else self._opened(row)

    def shown(self, row: int) -> Callable[[], Image.Image]:
        """A call that gives the picture of a row."""
        return lambda: self(row)

    def _tried(self, row: int) -> Image.Image | str:
        try:
            return self._opened(row)
        except PictureError as error:
            return error.reason

    def _opened(self, row: int) -> Image.Image:
        picture = self._open(row, SIDE)
        picture.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
        return picture


def variant_question(panel: Panel, asking: Sequence[str]) -> tuple[Question | None, str]:
    """Products ask for others of their group, of which one is to come first; else why nobody can."""
    groups = dict(zip(panel.ids, panel.groups, strict=True))
    cases = label_cases(groups, asking, copies=panel.copies, clusters=panel.families)
    if not cases.cases:
        return None, "No two products that look different share a group."
    cases = CaseSet(cases.cases, cases.truth, {"no variant": sum(cases.left_out.values())})
    said = "Products ask for their variants: one of them is to come first."
    return Question(VARIANTS, "structure", VARIANTS_METRIC, said, cases), ""


def further_pictures(panel: Panel, most: int) -> tuple[dict[int, str], dict[str, int]]:
    """Rows of pictures that ask for their product, the first further one of each that differs, with its id;
    and how many products have none, by reason. At most ``most``, drawn by hash."""
    ends = np.append(panel.main[1:], len(panel.product)).tolist()
    mains = {panel.contents[row] for row in panel.main.tolist()}
    found: dict[int, str] = {}
    left_out = {"one picture only": 0, "same bytes as a main picture": 0}
    for i, first, end in zip(panel.ids, panel.main.tolist(), ends, strict=True):
        row = next((row for row in range(first + 1, end) if panel.contents[row] not in mains), None)
        if row is not None:
            found[row] = i
        else:
            left_out["one picture only" if end - first < 2 else "same bytes as a main picture"] += 1
    chosen = sorted(found, key=lambda row: position(found[row], f"asked {panel.seed}"))[:most]
    return {row: found[row] for row in sorted(chosen)}, left_out


def photo_questions(
    panel: Panel, wanted: Callable[[str], bool], most: int | None, tell: Tell
) -> tuple[dict[str, Question], Counter[str], dict[str, str]]:
    """The questions that pictures ask, of those ``wanted`` by name; what was excluded, and why, of those
    nobody can be asked.

    ``most`` is how many pictures ask each question, where None `PHOTOS` and `EFFECTS`. Pictures are opened
    here, and changed when they ask.
    """
    names = [name for name in photo_names() if wanted(name)]
    counts = {name: most or (PHOTOS if name in (PHOTO, OTHER) else EFFECTS) for name in names}
    edited = [name for name in names if name != OTHER]
    asking = asked_of(panel, max((counts[name] for name in edited), default=0))
    further, left_out = further_pictures(panel, counts[OTHER]) if OTHER in names else ({}, {})
    mains = panel.main[[panel.place_of[i] for i in asking]].tolist() if asking else []
    album = Album(panel, [*mains, *further], tell)
    excluded = Counter(f"picture that cannot be opened ({reason})" for reason in album.unread.values())
    shown = {i: row for i, row in zip(asking, mains, strict=True) if row not in album.unread}
    found: dict[str, Question] = {}
    unasked: dict[str, str] = {}
    for name in names:
        if name == OTHER:
            asks = {
                i: Shot(album.shown(row), row=row) for row, i in further.items() if row not in album.unread
            }
        else:
            own = [*shown][: counts[name]]
            asks = {i: Shot(album.shown(shown[i]), _edit(name, i, panel.seed)) for i in own}
        if asks:
            found[name] = _question(panel, name, asks, left_out if name == OTHER else {})
        else:
            unasked[name] = _nobody(name, album)
    return found, excluded, unasked


def photo_names() -> list[str]:
    """What the questions are called that pictures ask."""
    effects = [f"{PHOTO}: {name}" for name in EFFECTS_OF_PHONES]
    return [OTHER, PHOTO, *effects, *(f"copy: {name}" for name in COPIES)]


def asked_of(panel: Panel, most: int) -> list[str]:
    """The ids of a panel that ask, ``most`` of them, by hash: the same ones whatever else is there."""
    return sorted(panel.ids, key=lambda i: position(i, f"asked {panel.seed}"))[:most]


def _edit(name: str, product_id: str, seed: int) -> Distortion:
    """What is done to the picture of a product, for ever the same for one seed."""
    kind, _, effect = name.partition(": ")
    if kind == "copy":
        return COPIES[effect]
    text = f"{seed}\n{name}\n{product_id}".encode("utf-8", "surrogatepass")
    own = int.from_bytes(hashlib.blake2b(text, digest_size=4).digest(), "big")
    made = EFFECTS_OF_PHONES[effect] if effect else distortions.phone
    return made(own)


def _question(panel: Panel, name: str, asks: Mapping[str, Shot], left_out: Mapping[str, int]) -> Question:
    groups: dict[str, set[str]] = {}
    for i, group in zip(panel.ids, panel.groups, strict=True):
        groups.setdefault(group, set()).add(i)
    cases = []
    for i, shot in asks.items():
        group = panel.groups[panel.place_of[i]]
        neither = (groups[group] if group else set()) | panel.copies.get(i, frozenset())
        cases.append(Case(i, shot, frozenset(neither - {i}), panel.families[i]))
    truth = Listed({i: frozenset({i}) for i in asks})
    return Question(
        name,
        "structure",
        METRIC,
        _said(name),
        CaseSet(tuple(cases), truth, left_out),
        pictures="main" if name == OTHER else "all",
    )


def _said(name: str) -> str:
    kind, _, effect = name.partition(": ")
    if name == OTHER:
        return "A further picture of a product asks for it, among the main pictures."
    if name == PHOTO:
        return "The main picture, as a customer's phone might take it, asks for its product."
    if kind == PHOTO:
        return f"The main picture under one effect of a phone's camera, {effect}, asks for its product."
    return f"An edited copy of the main picture ({effect}) asks for its product."


def _nobody(name: str, album: Album) -> str:
    if album.unread:
        reasons = ", ".join(sorted(set(album.unread.values())))
        return (
            f"None of the pictures that were to ask can be opened ({reasons}). Small ones may stand in for "
            "them: --thumbnails"
        )
    return "No product has a further picture of its own." if name == OTHER else "No product has a picture."
