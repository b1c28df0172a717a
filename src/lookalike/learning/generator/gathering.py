"""What one version of an index teaches a generator: its pictures, and what its words look like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from lookalike.errors import TrainingError
from lookalike.fitted.spoken import SpokenLooks
from lookalike.imagining.eigenpictures import Pixels
from lookalike.ingest.lasting import LastingPictures
from lookalike.learning.generator.pictures import small_pictures
from lookalike.learning.generator.prompts import Asked, folded, prompts_of, said_by_labels
from lookalike.training.generator.material import SIDE, Material
from lookalike.training.generator.wording import LookOf, wordings
from lookalike.training.learnt import Tell, Wishes
from lookalike.training.lessons import CHOOSE, LEARN, UNSEEN, Lessons
from lookalike.vectors import Floats, Rows, unit
from lookalike.words.word_map import LEAST

MOST = 50_000
"""Pictures that are learnt from where nobody says how many: 600 MB of pixels."""

_CHOSEN, _UNSEEN = 2000, 300  # products that losses and distances are told of
_READABLE = 0.5
_INSTEAD = "Meanwhile lookalike search WORDS finds products by words."


@dataclass(frozen=True, eq=False)
class Gathered:
    """``material`` is of the products ``rows`` of the lessons; ``asked`` are what it is shown by.

    ``unseen`` (n, side, side, 3) are pictures of products that nothing is learnt from.
    """

    material: Material
    rows: Rows
    asked: Sequence[Asked]
    unseen: Pixels = field(repr=False)
    unread: int


def require_words(lessons: Lessons, spoken: SpokenLooks | None) -> SpokenLooks:
    """What knows how words look. Raises `TrainingError` where there are no words to learn from."""
    if not (lessons.labels or any(title.strip() for title in lessons.titles)):
        raise TrainingError(
            "Nothing is said of the products: there is no title, and no column with labels that several "
            "share. So nothing tells what words look like.",
            next_step="Add titles or a column such as category to the catalogue, then lookalike sync. "
            "Meanwhile lookalike search --image PHOTO finds products by looks.",
        )
    if spoken is None:
        raise TrainingError(
            "This index does not know what words look like. It learns that from products with both words and "
            f"a picture, once there are {LEAST}.",
            next_step=f"Give more products titles and sync, or learn it now: lookalike refit. {_INSTEAD}",
        )
    return spoken


def look_of(spoken: SpokenLooks) -> LookOf:
    """What words look like, as a unit vector."""

    def found(words: Sequence[str]) -> Floats | None:
        direction = spoken.direction(spoken.terms(words))
        if direction is None:
            return None
        look: Floats = unit(direction.vector[None])[0][0]
        return look if look.any() else None

    return found


def material_of(
    lessons: Lessons,
    opened: LastingPictures,
    spoken: SpokenLooks,
    wishes: Wishes,
    *,
    workers: int,
    tell: Tell,
) -> Gathered:
    """Pictures and words of the products that teach.

    Raises `TrainingError` where most pictures are gone, or no word says anything of looks.
    """
    drawn = np.random.default_rng(wishes.seed)
    counts = {LEARN: wishes.most or MOST, CHOOSE: _CHOSEN, UNSEEN: _UNSEEN}
    parts = {part: _some(lessons.products_in(part), most, drawn) for part, most in counts.items()}
    rows = np.sort(np.concatenate([parts[LEARN], parts[CHOOSE]]))
    every = np.concatenate([rows, parts[UNSEEN]])
    pixels, read = small_pictures(opened, lessons.main[every], SIDE, workers=workers, tell=tell)
    unread = int((~read).sum())
    if unread > (1 - _READABLE) * len(every):
        raise TrainingError(
            f"Of {len(every):,} pictures {unread:,} cannot be had any more: neither they nor the small ones "
            "that the index kept.",
            next_step=f"Put them back where they were, then lookalike sync and train again. {_INSTEAD}",
        )
    count = len(rows)
    kept, rows = read[:count], rows[read[:count]]
    titles, said = _texts(lessons, rows)
    say = look_of(spoken)
    words = wordings(titles, said, say, lessons.looks.shape[1], seed=wishes.seed, tell=tell)
    learnt = lessons.parts[rows] == LEARN
    if not any(own[learnt].any() for own in words):
        raise TrainingError(
            "No word of the products says anything of how they look.",
            next_step=f"Name columns that do, such as a colour: --labels A,B. {_INSTEAD}",
        )
    asked = prompts_of(lessons, rows, say)
    material = Material(
        lessons.encoder.space,
        pixels[:count][kept],
        lessons.looks[lessons.main[rows]],
        words,
        ~learnt,
        [one.prompt for one in asked],
    )
    return Gathered(material, rows, asked, pixels[count:][read[count:]], unread)


def _texts(lessons: Lessons, rows: Rows) -> tuple[list[list[str]], list[list[str]]]:
    """The words of titles, and those of labels."""
    return folded([lessons.titles[row] for row in rows.tolist()]), folded(said_by_labels(lessons, rows))


def _some(rows: Rows, most: int, drawn: np.random.Generator) -> Rows:
    return np.sort(drawn.permutation(rows)[:most])
