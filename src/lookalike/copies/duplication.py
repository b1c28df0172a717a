"""What an index knows of its own copies: looking for them, checking a photo, and taking people's word."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from numbers import Integral
from pathlib import Path
from time import perf_counter
from typing import Any

from PIL import Image

from lookalike import settings
from lookalike.copies.answer import Check, Duplicates, dressed, resized
from lookalike.copies.looking import Look, LookProgress
from lookalike.copies.originals import Originals, whole_hash, worth
from lookalike.copies.review import JudgementReport, Row, no_picture, numbered, sifted
from lookalike.copies.table import read_table
from lookalike.duplicates import judgements as word
from lookalike.duplicates.catalogue import KeptThumbnails, without
from lookalike.duplicates.finding import (
    KINDS,
    SAME_PIXELS,
    THRESHOLDS,
    Arrival,
    Match,
    Pictures,
    check,
    require,
    thresholds,
)
from lookalike.duplicates.groups import PictureKey
from lookalike.duplicates.judgements import Judgement, Judgements
from lookalike.duplicates.known import revision_of
from lookalike.duplicates.sight import glances
from lookalike.errors import BadArgument, LookalikeError, UnknownProduct
from lookalike.glance import glance
from lookalike.hashing import content_hash, pixel_hash
from lookalike.images import Picture, open_image
from lookalike.ingest.measuring import detail, encode_pictures, no_vector, says_something, small_picture
from lookalike.ingest.report import IngestReport, Interrupted, StopRequested
from lookalike.photo import Photo, read_photo
from lookalike.products import Problem, product_id
from lookalike.questions import Questions
from lookalike.store.base import VersionGone
from lookalike.view import View

_PATIENCE = 5  # versions that are begun with before a look gives up on a busy writer
_NAMED = 20  # unknown ids of one table that are told which ones are near


class Duplication(Questions):
    """The part of an index that finds the same picture twice."""

    def duplicates(
        self,
        threshold: float | None = None,
        kinds: Iterable[str] | str | None = None,
        *,
        look: bool = True,
        progress: LookProgress | None = None,
        workers: int | None = None,
        memory: int | None = None,
    ) -> Duplicates:
        """Pictures that are the same, in groups; nothing is changed or deleted.

        ``kinds`` are some of "same-bytes", "same-pixels", "same-photograph" (edited) and "variant" (the
        photograph in another colour, which is no copy); all but the last unless told.
        ``threshold`` is how sure it must be, 0.5 to 1; each kind's own unless told. Pictures that nobody has
        looked at yet are looked at first, unless ``look`` is False; ``progress`` is told how many of how
        many. Stopped there, what was found until then is known. ``memory`` is how many bytes of scores are
        held at once. Raises `BadArgument`.
        """
        asked = _kinds(kinds)
        require(asked, threshold)
        _require_counts(workers=workers, memory=memory)
        if look:
            self._look(progress, workers, memory)
        return self._ask(partial(self._duplicates, kinds=asked, threshold=threshold))

    def check(
        self,
        image: Photo,
        threshold: float | None = None,
        kinds: Iterable[str] | str | None = None,
        *,
        allow_private: bool = False,
    ) -> Check:
        """Whether a picture is in the index already, and as what; nothing of it is kept.

        ``kinds`` and ``threshold`` as in `duplicates`. Raises `PictureError` when it cannot be read,
        `BadArgument`.
        """
        asked = _kinds(kinds)
        require(asked, threshold)
        began = perf_counter()
        data = read_photo(image, allow_private=allow_private)
        picture = open_image(data, detail=detail(self.encoder))
        opened = perf_counter()

        def ask(view: View) -> Check:  # encodes here, since a switch may have come between
            looks, _ = encode_pictures([picture], self._encoder_of(view.reader.manifest))
            if not says_something(looks[0]):
                raise no_vector()
            content = content_hash(data) if isinstance(data, bytes) else ""
            arrival = Arrival(
                content,
                pixel_hash(picture.image),
                looks[0],
                glances([glance(picture.image)]),
                small_picture(picture.image),
            )
            encoded = perf_counter()
            matches = _checked(arrival, view.pictures, asked, threshold)
            matches = _of_whole(matches, data, picture, Originals(view.reader))
            matches = [_sized(match, picture, view) for match in matches]
            spent = {
                "decode": opened - began,
                "encode": encoded - opened,
                "compare": perf_counter() - encoded,
            }
            return Check(tuple(matches), view.snapshot.version, spent)

        return self._ask(ask)

    def judge(self, judgements: Iterable[Judgement | Mapping[str, Any]]) -> JudgementReport:
        """Remember what a person said of pairs of pictures; what makes no sense is refused row by row.

        A judgement is a `Judgement`, or ``{"keep": {"id", "picture"}, "other": {"id", "picture"},
        "verdict"}`` with the verdict "same", "not-same", or "undo", which takes back what was said before.
        Nothing is deleted. Raises `StorageError` when it cannot be remembered.
        """
        return self._judge(numbered(judgements))

    def review(self, path: str | Path) -> JudgementReport:
        """Take the decisions of a table that `Duplicates.to_csv` wrote and a person filled in.

        Rows that cannot be taken are refused, each with its reason; the rest counts. Raises `CatalogError`
        when it is no such table, `StorageError`.
        """
        return self._judge(read_table(Path(path)))

    def judgements(self) -> list[Judgement]:
        """What people said of pictures that are in the index now, the oldest first."""
        return self._ask(lambda view: _sound(view).known.judged(view.keys, view.contents.to_pylist()))

    @property
    def revision(self) -> str:
        """A text that changes when the version does, or what is known of copies."""
        view = self._now()
        return f"{view.snapshot.version}:{view.known.revision}"

    def _look(
        self, progress: LookProgress | None = None, workers: int | None = None, memory: int | None = None
    ) -> None:
        """Look at what nobody has looked at. Whatever ends it, what was found is known."""
        for _ in range(_PATIENCE):
            with suppress(VersionGone):  # writers have gone on for long: the rest is looked at in a newer one
                self._look_at(self._now(), progress, workers, memory)
                return
            self.refresh()
        self._look_at(self._now(), progress, workers, memory)

    def _look_at(
        self, view: View, progress: LookProgress | None, workers: int | None, memory: int | None
    ) -> None:
        threads = workers or settings.workers()
        look = Look(view, self._store.notes, workers=threads, memory=memory, progress=progress)
        try:
            look.run()
        finally:
            if look.unsaved:
                with self._loading:
                    self._unsaved = look.news if self._unsaved is None else self._unsaved.joined(look.news)
                    if self._view is not None:
                        self._view = self._view.with_known(self._view.known.with_found(look.news))
            else:
                self._heed_notes()

    def _look_after(
        self,
        report: IngestReport,
        arrived: Collection[tuple[str, str]],
        looking: LookProgress | None,
        progress: Callable[[int], None] | None,
        workers: int | None,
    ) -> IngestReport:
        """The report of a run whose new pictures, by product id and content, were looked at.

        Nothing of the run is lost when that is stopped or fails.
        """
        if not arrived:
            return replace(report, copies=0)
        if looking is None and progress is not None:
            looking = _again(progress, report.rows)
        try:
            self.refresh()
            self._look(looking, workers)
            return replace(report, copies=self._ask(partial(_copies_among, arrived=arrived)))
        except (KeyboardInterrupt, StopRequested):
            raise Interrupted(report, looking=True) from None
        except LookalikeError as error:
            problem = Problem(None, "", "not-compared", f"Copies were not looked for: {error}", fatal=False)
            return replace(report, problems=(*report.problems, problem))

    def _heed_notes(self) -> None:
        """Answer from the newest notes, also where newer versions are not followed."""
        with self._loading:
            view = self._view
            if view is not None and view.known.revision != revision_of(self._notes):
                self._view = view.with_known(self._known())

    def _duplicates(self, view: View, kinds: Collection[str] | None, threshold: float | None) -> Duplicates:
        known, keys, contents = _sound(view).known, view.keys, view.contents.to_pylist()
        groups = known.groups(keys, contents, kinds, threshold)
        judged: dict[PictureKey, list[tuple[int, Judgement]]] = defaultdict(list)
        for number, judgement in enumerate(known.judged(keys, contents)):
            judged[judgement.keep].append((number, judgement))
        wanted = {member.picture for group in groups for member in group.members}
        places = [at for at, key in enumerate(keys) if key in wanted]
        sizes = {
            keys[at]: (width, height)
            for at, (width, height) in zip(places, view.sizes[places].tolist(), strict=True)
        }
        unseen = known.kept.unseen(contents)
        least = thresholds(kinds, threshold)
        return Duplicates(
            groups=tuple(dressed(group, sizes, judged) for group in groups),
            version=view.snapshot.version,
            pictures=len(keys),
            looked_at=len(keys) - int(unseen.sum()),
            kinds=tuple(kind for kind in KINDS if kind in least),
            thresholds={kind: value for kind, value in least.items() if kind in THRESHOLDS},
            unreadable=tuple(
                Problem(None, key[0], "damaged", f"Picture {key[1]}: {known.kept.damaged[own]}", fatal=False)
                for key, own, new in zip(keys, contents, unseen.tolist(), strict=True)
                if new and own in known.kept.damaged
            ),
            products=self.products,
            thumbnails=self.thumbnails,
        )

    def _judge(self, rows: list[Row]) -> JudgementReport:
        view = self._now()
        taken, refused = sifted(rows, partial(_content, view, set()))
        if taken:
            self._notes.change(word.NAME, lambda data: Judgements.from_bytes(data).joined(taken).to_bytes())
            self._heed_notes()
        return JudgementReport(len(taken), tuple(refused))


def _kinds(kinds: Iterable[str] | str | None) -> tuple[str, ...] | None:
    """Kinds as they are asked for: several, one, or several in one text with commas between.

    Raises `BadArgument`.
    """
    if isinstance(kinds, str):
        return tuple(kind.strip() for kind in kinds.split(","))
    if kinds is not None and not isinstance(kinds, Iterable):
        raise BadArgument(f"The kinds are {kinds!r}.", next_step=f"Choose from {', '.join(KINDS)}.")
    return None if kinds is None else tuple(kinds)


def _require_counts(**counts: int | None) -> None:
    """Raise `BadArgument` for what is no number from 1 on; None is one unless told."""
    for name, given in counts.items():
        number = isinstance(given, Integral) and not isinstance(given, bool)
        if given is not None and not (number and given >= 1):
            raise BadArgument(f"{name} is {given!r}.", next_step="Give a whole number from 1 on, or none.")


def _again(progress: Callable[[int], None], rows: int) -> LookProgress:
    """A progress that is told the same rows again, so that it can still stop the run."""
    return lambda *_: progress(rows)


def _copies_among(view: View, arrived: Collection[tuple[str, str]]) -> int:
    """How many of the pictures that came show what another does; of a group that all came one is no copy."""
    near = view.known.reached({content for _, content in arrived})
    own = [
        (key, content)
        for key, content in zip(view.keys, view.contents.to_pylist(), strict=True)
        if content in near
    ]
    keys, contents = [key for key, _ in own], [content for _, content in own]
    new = {key for key, content in own if (key[0], content) in arrived}
    count = 0
    for group in view.known.groups(keys, contents):
        came = sum(member.picture in new for member in group.members)
        count += came - (came == len(group.members))
    return count


def _sound(view: View) -> View:
    """The view, unless what people said cannot be read: then the answer would be wrong."""
    if view.known.error is not None:
        raise view.known.error
    return view


def _content(view: View, unknown: set[str], key: PictureKey) -> str:
    """The content hash of a picture. Raises `UnknownProduct`, `UnknownPicture`.

    ``unknown`` takes the ids that are not there. For the first of them near ones are named, which takes long.
    """
    own_id = product_id(key[0])
    if own_id not in view.snapshot.row_of:
        unknown.add(own_id)
        if len(unknown) > _NAMED:
            raise UnknownProduct(f"No product has the id {own_id!r}.", next_step="Look the id up.")
    own = view.snapshot.pictures_of(view.snapshot.row(own_id))
    positions = view.snapshot.position[own].tolist()
    if key[1] not in positions:
        raise no_picture(key, positions)
    content: str = view.contents[own.start + positions.index(key[1])].as_py()
    return content


def _checked(
    arrival: Arrival, pictures: Pictures, kinds: Collection[str] | None, threshold: float | None
) -> list[Match]:
    """The matches of a picture; thumbnails that are damaged are passed over."""
    hand = pictures.thumbnails
    try:
        found = check(arrival, pictures, kinds=kinds, threshold=threshold)
    except (LookalikeError, VersionGone):
        raise
    except Exception:  # decoders raise nearly anything on damaged bytes
        damaged = hand.damaged() if isinstance(hand, KeptThumbnails) else {}
        if not damaged:
            raise
        return _checked(arrival, without(pictures, damaged), kinds, threshold)
    if isinstance(hand, KeptThumbnails):
        hand.were_sound()
    return found


def _sized(match: Match, picture: Picture, view: View) -> Match:
    """A match that says how large the picture is beside the one that is there."""
    own = view.snapshot.pictures_of(view.snapshot.row(match.picture[0]))
    at = own.start + view.snapshot.position[own].tolist().index(match.picture[1])
    width, height = view.sizes[at].tolist()
    words = resized((picture.width, picture.height), (width, height))
    return replace(match, changes=(*match.changes, *words))


def _of_whole(
    matches: list[Match], data: bytes | Image.Image, picture: Picture, originals: Originals
) -> list[Match]:
    """Matches that turn out to have the same pixels, where both are decoded in full, as such."""
    size = (picture.width, picture.height)
    own: str | None = None
    found = []
    for match in matches:
        if worth(match) and originals.size(match.picture) == size:
            own = own or whole_hash(data)
            if originals.hash(match.picture) == own:
                match = replace(match, kind=SAME_PIXELS, similarity=1.0)
        found.append(match)
    return sorted(found, key=lambda match: (KINDS.index(match.kind), -match.similarity, match.picture))
