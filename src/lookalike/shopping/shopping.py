"""The part of an index that knows shoppers: what they did is recorded, and answers are made of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lookalike.asking import kept_rules
from lookalike.asking.beside import goes_with
from lookalike.asking.chosen import for_shopper
from lookalike.asking.outfit import Ask, outfit
from lookalike.asking.placed import Placed
from lookalike.asking.shopper import Shopper
from lookalike.asking.wishes import Wishes
from lookalike.checkup import decided
from lookalike.deliveries import RecordReport, delivery_of
from lookalike.deliveries.reading import Given
from lookalike.duplicates import judgements
from lookalike.encoders.base import ImageEncoder
from lookalike.errors import BadArgument, LookalikeError, StorageAway
from lookalike.events import Kind
from lookalike.products import product_id, product_ids
from lookalike.recommend.answer import Answer
from lookalike.recommend.outfit import Outfit
from lookalike.recommend.query import Stock
from lookalike.records import is_server
from lookalike.shopping.recording import Progress, Recording
from lookalike.shopping.report import Moment, Report, moment, report_of
from lookalike.shopping.ruling import Ruling
from lookalike.shopping.shoppers import Shoppers, known_shopper, milliseconds, user_id
from lookalike.shopping.signals import KeptSignals
from lookalike.store.base import Store
from lookalike.view import View

if TYPE_CHECKING:
    from lookalike.records.board import Board
    from lookalike.records.records import Records

DECISIONS: Final = (judgements.NAME, decided.NAME, kept_rules.NAME)
"""The notes of what people decide: nobody can work them out again."""


class Shopping(Ruling):
    """What shoppers did, and what is right for them."""

    def __init__(
        self,
        store: Store,
        encoder: ImageEncoder | None,
        path: Path | None,
        *,
        follow: bool = True,
        events: str | None = None,
        search: str | None = None,
    ) -> None:
        """``events`` is the URL of the database of events; None leaves them in the folder ``path``.

        On a server what people decide is kept beside them.
        """
        super().__init__(store, encoder, path, follow=follow, search=search)
        self._events = events
        self._opened: Records | None = None
        self._behaviour = KeptSignals()
        self._events_away: StorageAway | None = None
        if is_server(events):
            self._notes = self._records.notes(store.notes, DECISIONS)

    @property
    def shoppers(self) -> Shoppers:
        """What is known of shoppers: to be read, corrected and erased."""
        return Shoppers(self)

    @property
    def _records(self) -> Records:
        """What shoppers did, opened when first needed, and once: in memory there is nothing else of it."""
        if self._opened is None:
            from lookalike.records.records import Records

            with self._loading:
                if self._opened is None:
                    self._opened = Records.open(self._events or self.path)
        return self._opened

    def refresh(self) -> int:
        """Load the newest version unless it is loaded already; returns its number.

        Signals that were asked for are fitted anew where events have changed them enough. Whoever asks
        meanwhile is answered from the version and the signals before; so it stays while the database of
        events is away, of which `trouble` tells.
        """
        version = super().refresh()
        away = None
        if self._behaviour.asked:
            try:
                self._behaviour.refit(self._records, beside=not self._follow)
            except StorageAway as error:
                away = error
        self._events_away = away
        return version

    @property
    def trouble(self) -> LookalikeError | None:
        """Why answers may be older than they should: the storage, or the database of events, is away."""
        return self._events_away or (None if self.place is None else self.place.trouble)

    @cached_property
    def board(self) -> Board | None:
        """Where the replicas of a service tell each other of jobs; None where no server keeps events."""
        return self._records.board() if is_server(self._events) else None

    @property
    def _recorded(self) -> Records:
        """The same, to be written. Raises `BadArgument` where they would be gone with this process."""
        if self._events is None and self.place is not None and self.path is None:
            raise BadArgument(
                f"Events of the index at {self.place} have no place: object storage takes none.",
                next_step="Name a database: --events postgresql://USER@HOST/DATABASE, or LOOKALIKE_EVENTS.",
            )
        return self._records

    def _signals(self, view: View) -> Placed:
        """What behaviour says of the products of this version."""
        return self._behaviour.placed(self._records, view.snapshot, follow=self._follow)

    def recommend(
        self,
        user: str | None = None,
        k: int = 12,
        where: str | None = None,
        exclude: Iterable[str | int] = (),
        *,
        recent: Sequence[str | int] = (),
        variants: bool = False,
        duplicates: bool = False,
        diversity: float | None = None,
        stock: Stock = "first",
        per_brand: int | None = None,
        seen: bool = False,
    ) -> Answer:
        """The k products that are right for a shopper; what they own or have seen is left out.

        ``recent`` are ids of what this visit looked at, the last one last: alone they ask for a visit without
        an account. A shopper of whom nothing is known gets what is popular and varied, and
        ``explain["shopper"]`` says so. ``seen`` lets in what was seen and not bought. ``diversity`` None
        leaves it to what is known. The others as in `similar`. Raises `BadFilter`, `BadArgument`.
        """
        wishes = Wishes.of(
            k=k,
            where=where,
            exclude=exclude,
            variants=variants,
            duplicates=duplicates,
            diversity=0.0 if diversity is None else diversity,
            stock=stock,
            per_brand=per_brand,
        )
        shopper = known_shopper(
            self._records,
            None if user is None else user_id(user),
            milliseconds(),
            tuple(product_ids(recent)),
        )

        def ask(view: View) -> Answer:
            return for_shopper(
                view,
                self._signals(view),
                shopper,
                wishes,
                self.thumbnails,
                seen=seen,
                diversity=diversity,
            )

        return self._ask(ask)

    def goes_with(
        self,
        id: str | int,
        k: int = 12,
        where: str | None = None,
        exclude: Iterable[str | int] = (),
        *,
        user: str | None = None,
        variants: bool = False,
        duplicates: bool = False,
        diversity: float = 0.0,
        stock: Stock = "first",
        per_brand: int | None = None,
        per_kind: int | None = 3,
    ) -> Answer:
        """Products of other kinds that go with this one.

        First those that the merchant tied to it, then those bought or seen together with it; where both are
        silent those of its style. ``per_kind`` is how many of one kind there may be; what ``user`` owns,
        dislikes or avoids is left out. The others as in `similar`. Raises `UnknownProduct`, `BadFilter`,
        `BadArgument`.
        """
        wishes = Wishes.of(
            k=k,
            where=where,
            exclude=exclude,
            variants=variants,
            duplicates=duplicates,
            diversity=diversity,
            stock=stock,
            per_brand=per_brand,
        )
        asking, shopper = product_id(id), self._shopper(user)

        def ask(view: View) -> Answer:
            placed = self._signals(view)
            return goes_with(
                view, placed, asking, wishes, self.thumbnails, per_kind=per_kind, shopper=shopper
            )

        return self._ask(ask)

    def _shopper(self, user: str | None) -> Shopper | None:
        """What is known of a shopper, where one is named."""
        return None if user is None else known_shopper(self._records, user_id(user), milliseconds())

    def outfit(
        self,
        id: str | int | None = None,
        *,
        kinds: Sequence[str] = (),
        budget: Decimal | float | str | None = None,
        where: str | None = None,
        exclude: Iterable[str | int] = (),
        user: str | None = None,
        currency: str | None = None,
    ) -> Outfit:
        """One product of each kind that fit best together, and cost no more than a budget in all.

        ``id`` is a product that is in it already, whose price counts; without ``kinds`` those that go best
        with it are taken. ``budget`` is an amount such as 120 or "120 EUR". Solved exactly: no other choice
        within the budget fits better. Only what is in stock, in one currency. Where the budget is too small
        ``unmet`` says what the look costs at least, and what to leave out. Raises `UnknownProduct`,
        `BadFilter`, `BadArgument`.
        """
        wishes = Wishes.of(where=where, exclude=exclude)
        ask = Ask.of(None if id is None else product_id(id), kinds, budget, currency, wishes)
        shopper = self._shopper(user)
        return self._ask(lambda view: outfit(view, self._signals(view), ask, shopper, self.thumbnails))

    def record(
        self,
        events: Given,
        *,
        mapping: Mapping[str, str] | None = None,
        kind: Kind | None = None,
        progress: Progress | None = None,
    ) -> RecordReport:
        """Write down what shoppers did; what the report calls recorded is on disk.

        ``events`` are a file, or events or documents in a format that is known; ``mapping`` is column ->
        field and word -> kind, ``kind`` is of what names none: see `lookalike.deliveries.open_events`. What
        was recorded before is not counted again, and what cannot be read is in the report. ``progress`` is
        told how many documents of how many are done. Raises `EventsError`, `BadArgument`, `StorageError`, and
        `RecordStopped` for Ctrl-C.
        """
        delivery = delivery_of(events, mapping=mapping, kind=kind)
        return Recording(self._recorded, lambda: self._now().snapshot.row_of, progress).run(delivery)

    def report(self, since: Moment = None, until: Moment = None) -> Report:
        """What came of answers, shelf by shelf: how many products were shown, clicked and bought.

        Of events that name an answer, from ``since`` on and before ``until``: a time or a date, ISO 8601,
        milliseconds since 1970, or "30d" for the last thirty days. Raises `BadArgument`.
        """
        bounds = moment(since), moment(until)
        return report_of(self._records.funnel(bounds[0] or 0, bounds[1]), *bounds)
