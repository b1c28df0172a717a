"""What an index can be asked: every question is answered from one version of its products and pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import RLock
from time import perf_counter
from typing import Any, TypeVar

from lookalike import colour, settings
from lookalike.asking.dressing import answered
from lookalike.asking.examples import Given
from lookalike.asking.kept_rules import NAME as RULES
from lookalike.asking.kept_rules import kept_rulebook
from lookalike.asking.recall import Recall, measured_recall
from lookalike.asking.ruled import ruled
from lookalike.asking.search import Seen, check_search, search_query, words_in
from lookalike.asking.similar import similar_query
from lookalike.asking.wishes import Wishes
from lookalike.duplicates.kept import Kept
from lookalike.duplicates.known import Known, revision_of
from lookalike.encoders.base import ImageEncoder
from lookalike.encoders.moved import FOLDER, load_made_with
from lookalike.errors import BadArgument
from lookalike.filters import parse_filter
from lookalike.fitted.fitted import Fitted
from lookalike.images import thumbnail
from lookalike.ingest.measuring import THUMBNAIL, detail, encode_pictures, no_vector, says_something
from lookalike.neighbours.exact import Metric
from lookalike.neighbours.orders import SORTS
from lookalike.neighbours.snapshot import search_named
from lookalike.palette import measure_palette
from lookalike.photo import Crop, Photo, SmallPicture, check_crop, open_photo
from lookalike.products import Product, product_id, product_ids
from lookalike.recommend.answer import Answer
from lookalike.recommend.page import Page, check_window
from lookalike.recommend.query import Stock
from lookalike.recommend.recommendation import Asked, Colour
from lookalike.store.base import Manifest, Notes, Store, VersionGone
from lookalike.store.place import Place
from lookalike.view import View, palette_vectors

_PATIENCE = 5  # times a reader starts anew because a busy writer cleaned its version away

_T = TypeVar("_T")


class Questions:
    """The reading side of an index. Many threads may ask at once.

    The newest version is looked for before each answer; with ``follow=False`` only `refresh` looks for it.
    """

    def __init__(
        self,
        store: Store,
        encoder: ImageEncoder | None,
        path: Path | None,
        *,
        follow: bool = True,
        search: str | None = None,
    ) -> None:
        """``search`` is "auto", "exact" or "approximate"; else ``LOOKALIKE_SEARCH`` says it."""
        self._store = store
        self._notes: Notes = store.notes
        self._encoders = {} if encoder is None else {encoder.space: encoder}
        self._follow = follow
        self._search = search_named(search or settings.search() or "auto")
        self._view: View | None = None
        self._kept = ""  # the kept version that the view was read beside
        self._recall: tuple[tuple[int, str], Recall] | None = None
        self._loading = RLock()
        self._unsaved: Kept | None = None  # what was found of copies where notes cannot be written
        self.path = path

    @property
    def place(self) -> Place | None:
        """Where the index lies, None in memory; ``str()`` of it is what `Index.open` takes."""
        return self._store.place

    @property
    def home(self) -> Path | None:
        """The folder that has the index's own encoders in ``encoders``: its own, or one of this machine."""
        return self.path if self.place is None or self.path else self.place.local(FOLDER).parent

    def similar(
        self,
        id: str | int,
        k: int = 12,
        where: str | None = None,
        exclude: Iterable[str | int] = (),
        weights: Mapping[str, float] | str | None = None,
        *,
        recipe: str | None = None,
        but: str | None = None,
        like: Given = None,
        unlike: Given = None,
        metric: Metric = "cosine",
        pictures: str = "main",
        variants: bool = False,
        duplicates: bool = False,
        diversity: float = 0.0,
        stock: Stock = "any",
        per_brand: int | None = None,
    ) -> Answer:
        """The k products that look most like this one; itself and its variants are left out.

        They are found exactly, or in a large catalogue where nothing is filtered by a graph of neighbours,
        which may miss one: ``explain["search"]`` of the answer says which.

        Of products that show the same picture only the best stays, with the ids of the others, and those
        that show this product's picture are left out; ``duplicates`` lets them all in. So it is with the
        products of one group, of which ``variants`` lets all in.

        ``where`` is a filter such as ``"category=Shoes price<=50 colour=blue"``; ``but`` is one as well, for
        what is to be otherwise than in this product: it lets its variants in. ``like`` and ``unlike`` are
        ids of other products, or ids with weights, that ask with it; they are left out as it is. ``exclude``
        are ids to leave out. ``recipe`` is "look", "combined" (looks and what the table says: the default but
        for a Euclidean distance) or "same-kind"; ``weights`` say instead what the score is made of, such as
        ``{"look": 1, "colour": 0.5}``. ``pictures`` is "main" (the main picture asks) or "all" (the best of
        all its pictures does). ``diversity`` is from 0 to 1, ``stock="first"`` puts what is sold out last,
        ``per_brand`` is how many of one brand there may be.
        Raises `UnknownProduct`, `BadFilter`, `BadArgument`.
        """
        asking = product_id(id)
        wishes = Wishes.of(
            k=k,
            where=where,
            but=but,
            exclude=exclude,
            weights=weights,
            recipe=recipe,
            like=like,
            unlike=unlike,
            metric=metric,
            variants=variants,
            duplicates=duplicates,
            diversity=diversity,
            stock=stock,
            per_brand=per_brand,
        )

        def ask(view: View) -> Answer:
            query = ruled(similar_query(view, asking, pictures, wishes), view, "similar")
            return answered(view, query, partial(self._asked, asking), self.thumbnails)

        return self._ask(ask)

    def search(
        self,
        image: Photo | None = None,
        k: int = 12,
        where: str | None = None,
        exclude: Iterable[str | int] = (),
        weights: Mapping[str, float] | str | None = None,
        *,
        text: str | None = None,
        like: Given = None,
        unlike: Given = None,
        crop: Crop | Iterable[float] | str | None = None,
        metric: Metric = "cosine",
        variants: bool = False,
        duplicates: bool = False,
        diversity: float = 0.0,
        stock: Stock = "any",
        per_brand: int | None = None,
        allow_private: bool = False,
    ) -> Answer:
        """The k products that look most like a photo that is not in the catalogue, or that words name.

        ``crop`` is the part of the upright photo that asks: left, top, width and height as shares of its
        sides, 0 to 1. ``text`` asks with words, alone or beside a photo: what products' texts say and what
        their pictures look like, joined in the evidence "words"; ``explain["words"]`` says how they were
        read. The others as in `similar`. Raises `PictureError` when the photo cannot be read, `BadArgument`,
        `BadFilter`.
        """
        wishes = Wishes.of(
            k=k,
            where=where,
            exclude=exclude,
            like=like,
            unlike=unlike,
            weights=weights,
            metric=metric,
            variants=variants,
            duplicates=duplicates,
            diversity=diversity,
            stock=stock,
            per_brand=per_brand,
        )
        check_search(wishes, text, image is not None, crop)
        if image is not None:
            return self._search_photo(image, check_crop(crop), text, wishes, allow_private)

        def ask(view: View) -> Answer:
            query = ruled(search_query(view, text, None, wishes), view, "search")
            return answered(view, query, None, self.thumbnails)

        return self._ask(ask)

    def _search_photo(
        self, image: Photo, crop: Crop | None, text: str | None, wishes: Wishes, allow_private: bool
    ) -> Answer:
        began = perf_counter()
        picture = open_photo(image, detail(self.encoder), crop=crop, allow_private=allow_private)
        opened = perf_counter()
        palette = measure_palette(picture.image)
        tints, colours = palette_vectors(palette), colour.describe(palette)
        asked = Asked("your photo", thumbnail(picture.image, THUMBNAIL), colours)

        def ask(view: View) -> Answer:  # encodes here, since a switch may have come between
            looks, norms = encode_pictures([picture], self._encoder_of(view.reader.manifest))
            if not says_something(looks[0]):
                raise no_vector()
            spent = {"decode": opened - began, "encode": perf_counter() - opened}
            query = search_query(view, text, Seen(looks, norms, tints, colours), wishes)
            query = ruled(query, view, "search")
            return answered(view, query, lambda: asked, self.thumbnails, colours=colours, spent=spent)

        return self._ask(ask)

    def browse(
        self,
        where: str | None = None,
        text: str | None = None,
        *,
        sort: str | None = None,
        limit: int = 24,
        offset: int = 0,
    ) -> Page:
        """Products that pass a filter and have every word of a text, ``limit`` of them from ``offset`` on.

        A word is found in title, brand and category, by its beginning. ``sort`` is "id", "title", "price",
        "-price" (dearest first) or "relevance", which is the order of words when there are any. Raises
        `BadFilter`, `BadArgument`.
        """
        words = words_in(text)
        sort = sort or ("relevance" if words else "id")
        if sort not in (*SORTS, "relevance") or (sort == "relevance" and not words):
            what = "Nothing is relevant without words." if sort == "relevance" else f"sort is {sort!r}."
            raise BadArgument(what, next_step=f"Choose {', '.join(SORTS)}, or with words relevance.")
        check_window(limit, offset)
        wishes = parse_filter(where)
        return self._ask(lambda view: view.page(wishes, words, sort, int(limit), int(offset)))

    def facets(self, where: str | None = None, text: str | None = None) -> dict[str, Any]:
        """What these products can be filtered by further, as one JSON-ready document.

        Each of category, brand, colour, availability, price and attributes is counted under all terms but
        its own; ``total`` is how many products pass. Raises `BadFilter`, `BadArgument`.
        """
        wishes, words = parse_filter(where), words_in(text)
        return self._ask(lambda view: view.facets_of(wishes, words))

    def variants(self, id: str | int) -> list[str]:
        """The ids of the products of the same group, sorted, itself left out. Raises `UnknownProduct`."""
        return self._ask(partial(View.variants, product_id=product_id(id)))

    def picture(self, id: str | int, position: int, width: int = THUMBNAIL) -> SmallPicture:
        """A JPEG of one picture for showing, with at most ``width`` pixels of its longest side.

        Up to 256 pixels it is the kept thumbnail, whole; above, it is made of the file or of the kept bytes
        while they are as they were measured, else it is the thumbnail. Never larger than the original, and
        never fetched. Raises `UnknownProduct`, `UnknownPicture`, `BadArgument`.
        """
        asking = product_id(id)
        return self._ask(lambda view: view.picture(asking, position, width))

    def select(self, where: str | None = None) -> list[str]:
        """The ids of the products that pass a filter, sorted. Raises `BadFilter`."""
        return self._now().snapshot.passing(parse_filter(where))

    def products(self, ids: Iterable[str | int]) -> dict[str, Product]:
        """Products by id, in the order asked; an id that does not exist is left out."""
        return self._ask(partial(View.products, ids=product_ids(ids)))

    def product(self, id: str | int) -> Product:
        """One product. Raises `UnknownProduct`."""
        return self._ask(partial(View.product, product_id=product_id(id)))

    def colours(self, id: str | int) -> list[Colour]:
        """The colours of a product's main picture, largest first. Raises `UnknownProduct`."""
        return self._ask(lambda view: [*view.colours(view.snapshot.row(product_id(id)))])

    def thumbnails(self, pictures: Sequence[tuple[str, int]]) -> dict[tuple[str, int], bytes]:
        """Small JPEGs by product id and position; a picture that does not exist is left out."""
        return self._ask(lambda view: view.reader.thumbnails(pictures))

    @property
    def ids(self) -> list[str]:
        """The ids of all products, sorted."""
        return list(self._now().snapshot.ids)

    def __len__(self) -> int:
        return len(self._now().snapshot)

    def __contains__(self, id: object) -> bool:
        return isinstance(id, str | int) and product_id(id) in self._now().snapshot.row_of

    @property
    def manifest(self) -> Manifest:
        """Version, encoder, and counts of what is stored now."""
        return self._now().reader.manifest

    @property
    def encoder(self) -> ImageEncoder:
        """The encoder that made the vectors, loaded when first needed. Raises `SpaceMismatch`."""
        return self._encoder_of(self.manifest)

    def refresh(self) -> int:
        """Load the newest version unless it is loaded already; returns its number.

        Whoever asks meanwhile is answered from the version before.
        """
        return self._newest().snapshot.version

    @property
    def loaded(self) -> tuple[int, str]:
        """What is loaded: the version, and the name of the kept one it was read beside: it may come later."""
        return self._now().snapshot.version, self._kept

    def recall(self) -> Recall:
        """How answers are found now, and what they hold of exact ones: measured once a version, in a second.

        Only the default question is asked, of products chosen by chance.
        """
        loaded, view = self.loaded, self._now()
        known = self._recall
        if known is None or known[0] != loaded:
            known = self._recall = loaded, measured_recall(view)
        return known[1]

    def _encoder_of(self, manifest: Manifest) -> ImageEncoder:
        if manifest.space not in self._encoders:
            self._encoders[manifest.space] = load_made_with(manifest.encoder, manifest.space, self.home)
        return self._encoders[manifest.space]

    def _asked(self, asking: str) -> Asked:
        return self._ask(partial(View.asked, product_id=asking))

    def _now(self) -> View:
        view = self._view
        if view is None or (self._follow and not self._is_newest(view)):
            return self._newest()
        return view

    def _is_newest(self, view: View) -> bool:
        notes = self._notes
        noted = view.known.revision == revision_of(notes) and view.rules.revision == notes.revision(RULES)
        return noted and self._is_read(view)

    def _is_read(self, view: View) -> bool:
        """Whether the tables are as they were read, and nothing was laid down for them since."""
        return view.snapshot.version == self._store.newest() and self._kept == self._store.kept()

    def _newest(self) -> View:
        """The newest version, loaded when it is not; a busy writer may clean it away while it is read."""
        with self._loading:
            for _ in range(_PATIENCE):
                with suppress(VersionGone):
                    return self._load()
            return self._load()

    def _load(self) -> View:
        view = self._view
        if view is None or not self._is_newest(view):
            known, kept = self._known(), self._store.kept()
            if view is None or not self._is_read(view):
                reader = self._store.reader()
                earlier = None if view is None else view.fitted
                fitted = Fitted.read(self._store.notes, reader.manifest, earlier)
                view = View(reader, view, known, fitted)
                view.snapshot.search = self._search
            else:
                view = view.with_known(known)
            view = view.with_rules(kept_rulebook(self._notes, view.snapshot))
            self._view, self._kept = view, kept
        return view

    def _known(self) -> Known:
        """What is known of copies now."""
        return Known.read(self._notes, self._unsaved)

    def _ask(self, question: Callable[[View], _T]) -> _T:
        """Answer from one version; when a writer has cleaned it away meanwhile, from a newer one."""
        for _ in range(_PATIENCE):
            view = self._now()
            try:
                return question(view)
            except VersionGone:
                with self._loading:
                    self._view = None if self._view is view else self._view
        return question(self._now())
