"""Style across kinds: what makes a product different from others of its kind, found in those of other kinds.

A shoe and a shirt do not look alike; but a shoe that is sportier than shoes are goes with a shirt that is
sportier than shirts are. Source: looks with the mean of their kind taken away are the "style" of bilinear
models (Tenenbaum, Freeman, "Separating style and content with bilinear models", 2000), in its additive form.
What agreement in an attribute tells is learnt on the catalogue, see `lookalike.content.fields`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from lookalike.content.catalogue import folded
from lookalike.content.fields import LEAST_TRUST, Codes, Wide, trust
from lookalike.filters import fold_category
from lookalike.neighbours.kinds import Kinds
from lookalike.neighbours.links import is_link
from lookalike.neighbours.roles import Roles
from lookalike.neighbours.snapshot import Snapshot
from lookalike.neighbours.yardstick import hashes_of
from lookalike.vectors import Floats, Mask, Rows

LOOKS = 0.5
"""What one deviation of the cosine of styles from chance counts beside the logarithms of odds of fields."""

FIELDS = 2.0
"""What the logarithms of odds of fields are multiplied with."""

MOST = 1.0
"""What agreement in a field tells at most: a rare pattern or brand is a match, and not the only one."""

CLASH = 1.0
"""What two strong colours on opposite sides of the colour circle count against each other."""

DEPARTMENT = 2.0
"""What it counts that the paths of two kinds begin alike, where paths have several levels."""

_STRONG = 30.0  # chroma (CIELAB) from which a colour is strong; white, grey, black and denim go with all
_ASKED, _AMONG, _NEAREST = 512, 16_384, 3  # products of which pairs are made, as in a yardstick
_FIXED = 0.95  # a field that is the same for so many of each kind says which kind, not which style
_LEAST_DEVIATION = 0.05  # of cosines that few pairs tell
_LEAST_SAID = 0.2  # share of the products that say something in a field that is compared
_MOST_FIELDS = 24
_BLOCK = 64
_CACHED = 1024  # vectors that fit a cache
_TOGETHER = 16  # products that are compared with all at once: of a million 64 MB of cosines


@dataclass(frozen=True, slots=True)
class Agreeing:
    """A field with one value a product: ``codes`` (p,), -1 where it says nothing; see `trust` for ``trust``.

    ``agreed`` (values,) and ``differed`` are what it tells to agree with a product and to differ from it.
    """

    codes: Codes
    trust: float
    agreed: Floats
    differed: float

    @classmethod
    def of(cls, codes: Codes, kinds: Codes, near: Rows) -> Agreeing:
        """A field as it is trusted by pairs of one style, against others of the same two kinds."""
        said = codes >= 0
        shares = np.bincount(codes[said]) / max(int(said.sum()), 1)
        pairs = near[said[near].all(axis=1)]
        one, other = codes[pairs].T
        kind = kinds[pairs[:, 1]]
        counts: dict[int, Wide] = {}
        for code in np.unique(kind).tolist():
            own = np.bincount(codes[said & (kinds == code)], minlength=len(shares))
            counts[code] = own / max(int(own.sum()), 1)
        chance = np.array([counts[k][v] for k, v in zip(kind.tolist(), one.tolist(), strict=True)])
        agreeing = float((one == other).mean()) if len(pairs) else 0.0
        trusted = trust(agreeing, float(chance.mean()) if len(pairs) else 0.0, len(pairs))
        agreed = np.log1p(trusted * (1 / np.maximum(shares, 1e-9) - 1))
        agreed = (FIELDS * np.minimum(agreed, MOST)).astype(np.float32)
        return cls(codes, trusted, agreed, FIELDS * float(np.log1p(-trusted)))

    def told(self, row: int, rows: Rows) -> Floats:
        """What the agreement of c products with one tells, (c,); 0 where either says nothing."""
        own = int(self.codes[row])
        if own < 0:
            return np.zeros(len(rows), dtype=np.float32)
        codes = self.codes[rows]
        told = np.where(codes == own, self.agreed[own], np.float32(self.differed))
        found: Floats = np.where(codes >= 0, told, np.float32(0))
        return found


class Style:
    """How well products of other kinds go with one, by style alone."""

    def __init__(self, snapshot: Snapshot, kinds: Kinds) -> None:
        self._snapshot = snapshot
        self.codes = kinds.codes
        self.roles = Roles.of(snapshot, self.codes, kinds.names)
        self._department = _departments(kinds.names)
        self._said: Mask = (self.codes >= 0) & snapshot.pictured
        self._lengths = self._residual_lengths()
        near, chance = self._pairs()
        self.fields = self._fields(near)
        cosines = self._pair_cosines(chance)
        self._deviation = max(float(cosines.std()), _LEAST_DEVIATION) if len(cosines) else 1.0
        self._tints = _tints(snapshot.palettes.values)
        self._chroma = np.hypot(*self._tints.T)
        self._low, self._high = self._range(near)

    def told(self, row: int, *, instead: bool = False) -> Floats:
        """How well each product goes with one, (p,), as logarithms of odds; NaN where nothing tells.

        Of those whose kind is not known nothing is told, and of those that do its job only for ``instead``.
        """
        if self.codes[row] < 0:
            return np.full(len(self.codes), np.nan, dtype=np.float32)
        own = self._own(row)
        return self._told(row, self._cosines(own, self._snapshot.vectors @ own), instead=instead)

    def _told(self, row: int, cosines: Floats, *, instead: bool = False) -> Floats:
        """See `told`; of a product of a known kind, with its `_cosines`."""
        told = np.full(len(self.codes), np.nan, dtype=np.float32)
        own = int(self.codes[row])
        same = np.arange(len(self.roles.counts)) == own if instead else self.roles.instead[own]
        rows = np.flatnonzero(~np.append(same, True)[self.codes])
        found = np.zeros(len(rows), dtype=np.float32)
        for field in self.fields.values():
            found += field.told(row, rows)
        found -= np.float32(CLASH) * self._clash(row, rows)
        if self._said[row]:
            found += np.float32(LOOKS / self._deviation) * cosines[rows]
        told[rows] = found
        return told

    def fits(self, row: int, kinds: Floats | None = None, *, instead: bool = False) -> Floats:
        """The same from 0 to 1, (p,): 0.1 as good as any two products, 0.9 as good as the best mostly are.

        ``kinds`` (k,) are logarithms of odds of each kind, where more is known than departments.
        """
        told = self.told(row, instead=instead)
        if self.codes[row] >= 0:
            kinds = self.department(int(self.codes[row])) if kinds is None else kinds
            told += np.append(kinds, np.float32(0))[self.codes]
        steep = np.float32(2 * np.log(9) / max(self._high - self._low, 1e-3))
        middle = np.float32((self._high + self._low) / 2)
        fits: Floats = 1 / (1 + np.exp(-np.clip(steep * (told - middle), -30, 30)))
        return fits

    def typical(self) -> Floats:
        """How typical of its kind each product looks, (p,), 0 to 0.5; 0 for one without kind or picture."""
        found = np.zeros(len(self.codes), dtype=np.float32)
        rows = np.flatnonzero(self._said)
        middles = self.roles.middles / np.maximum(np.linalg.norm(self.roles.middles, axis=1), 1e-6)[:, None]
        for start in range(0, len(rows), _BLOCK**2):
            part = rows[start : start + _BLOCK**2]
            cosines = np.einsum("ij,ij->i", self._snapshot.looks_of(part), middles[self.codes[part]])
            found[part] = np.clip(cosines, 0, 1) / 2
        return found

    def department(self, kind: int) -> Floats:
        """What it tells that kinds lie in the department of one, (k,), as logarithms of odds."""
        same: Mask = (self._department == self._department[kind]) & (self._department >= 0)
        return np.float32(DEPARTMENT) * same.astype(np.float32)

    def _own(self, row: int) -> Floats:
        """The direction of a product's style, (dim,)."""
        own = self._snapshot.looks_of(np.array([row]))[0] - self.roles.middles[self.codes[row]]
        direction: Floats = own / max(float(np.linalg.norm(own)), 1e-6)
        return direction

    def _cosines(self, own: Floats, products: Floats) -> Floats:
        """Cosines of the styles of all products with one, (p,); 0 for a product without a picture.

        ``own`` is its direction, ``products`` (n,) are the dot products of all pictures with that.
        """
        owner = self._snapshot.picture_product
        cosines = np.zeros(len(self.codes), dtype=np.float32)
        first = np.unique(owner, return_index=True)[1] if len(owner) != len(cosines) else slice(None)
        cosines[owner[first]] = products[first]
        cosines -= np.append(self.roles.middles @ own, np.float32(0))[self.codes]
        return np.where(self._said, cosines / self._lengths, np.float32(0))

    def _residual_lengths(self) -> Floats:
        """The length of each look without the mean of its kind, (p,)."""
        lengths = np.ones(len(self.codes), dtype=np.float32)
        rows = np.flatnonzero(self._said)
        for start in range(0, len(rows), _BLOCK**2):
            part = rows[start : start + _BLOCK**2]
            lengths[part] = np.linalg.norm(self._styles(part), axis=1)
        return np.maximum(lengths, np.float32(1e-3))

    def _styles(self, rows: Rows) -> Floats:
        styles: Floats = self._snapshot.looks_of(rows) - self.roles.middles[self.codes[rows]]
        return styles

    def _pairs(self) -> tuple[Rows, Rows]:
        """Rows (m, 2) of products and those of other jobs that are nearest in style; and pairs by chance."""
        rows = np.flatnonzero(self._said)
        rows = rows[np.argsort(hashes_of(self._snapshot)[rows], kind="stable")]
        asking, among = rows[:_ASKED], rows[:_AMONG]
        styles = self._styles(among) / self._lengths[among][:, None]
        instead = self.roles.instead
        near, chance = [np.empty((0, 2), np.intp)], [np.empty((0, 2), np.intp)]
        for start in range(0, len(asking), _BLOCK):
            part = asking[start : start + _BLOCK]
            cosines = styles[start : start + len(part)] @ styles.T
            cosines[instead[self.codes[part]][:, self.codes[among]]] = -np.inf
            count = min(_NEAREST, len(among))
            best = np.argpartition(-cosines, count - 1, axis=1)[:, :count]
            kept = np.isfinite(np.take_along_axis(cosines, best, axis=1)).ravel()
            near.append(np.stack([np.repeat(part, count), among[best].ravel()], axis=1)[kept])
            others = among[(np.arange(start, start + len(part)) + len(among) // 2) % len(among)]
            apart = ~instead[self.codes[part], self.codes[others]]
            chance.append(np.stack([part, others], axis=1)[apart])
        return np.concatenate(near), np.concatenate(chance)

    def _pair_cosines(self, pairs: Rows) -> Floats:
        one, other = (self._styles(rows) / self._lengths[rows][:, None] for rows in pairs.T)
        cosines: Floats = np.einsum("ij,ij->i", one, other)
        return cosines

    def _fields(self, near: Rows) -> Mapping[str, Agreeing]:
        """The fields in which products of one style agree more often than by chance."""
        columns = self._snapshot.columns
        given = columns.attributes().items()
        brand = columns.text("brand")
        coded = {} if brand is None else {"brand": brand}
        coded |= {name: column for name, column in given if not (is_link(name) or columns.is_colour(name))}
        found: dict[str, Agreeing] = {}
        for name, column in coded.items():
            codes = folded(column, [value.strip().casefold() for value in column.values])
            if (codes >= 0).mean() >= _LEAST_SAID and not self._fixed(codes):
                field = Agreeing.of(codes, self.codes, near)
                if field.trust >= LEAST_TRUST:
                    found[name] = field
        return dict(sorted(found.items(), key=lambda item: -item[1].trust)[:_MOST_FIELDS])

    def _fixed(self, codes: Codes) -> bool:
        """Whether a field has one value for each kind, or each value once."""
        said = (codes >= 0) & (self.codes >= 0)
        if not said.any():
            return True
        width = int(codes.max()) + 1
        pairs, counts = np.unique(self.codes[said].astype(np.int64) * width + codes[said], return_counts=True)
        most = np.zeros(len(self.roles.counts), dtype=np.int64)
        np.maximum.at(most, pairs // width, counts)
        return bool(most.sum() >= _FIXED * said.sum() and width > 1) or width >= said.sum()

    def _clash(self, row: int, rows: Rows) -> Floats:
        """How far strong colours of products are from one's on the colour circle, (len(rows),), 0 to 1."""
        own, chroma = self._tints[row], self._chroma[rows]
        both = np.minimum(self._chroma[row], chroma) / _STRONG
        turned = 1 - (self._tints[rows] @ own) / np.maximum(self._chroma[row] * chroma, 1e-6)
        clash: Floats = np.minimum(both, 1) * turned / 2
        return clash

    def _range(self, near: Rows) -> tuple[float, float]:
        """What is told of products by chance, and of the best of some, in the mean."""
        asking = np.unique(near[:, 0])[:: max(1, _ASKED // _BLOCK)][:_BLOCK].tolist()
        means, best = [], []
        for start in range(0, len(asking), _TOGETHER):
            rows = asking[start : start + _TOGETHER]
            own = np.stack([self._own(row) for row in rows])
            products = self._snapshot.vectors.each(partial(_products, own=own)).T
            for at, row in enumerate(rows):
                told = self._told(row, self._cosines(own[at], products[at]))
                told = told[~np.isnan(told)]
                if len(told):
                    means.append(told.mean())
                    best.append(told.max())
        return (float(np.mean(means)), float(np.mean(best))) if means else (0.0, 1.0)


def _products(vectors: Floats, own: Floats) -> Floats:
    """Dot products of vectors (m, dim) with some (r, dim), (m, r), each to the last bit as it is alone.

    A few vectors meet all of the others before the next do, while they are in the processor's caches.
    """
    found = np.empty((len(own), len(vectors)), dtype=np.float32)
    for start in range(0, len(vectors), _CACHED):
        part = vectors[start : start + _CACHED]
        for one, row in zip(own, found, strict=True):
            np.dot(part, one, out=row[start : start + _CACHED])
    return found.T


def _departments(names: Sequence[str]) -> Codes:
    """The first level of each kind's path as a number, (k,); -1 for a kind without further levels."""
    known: dict[str, int] = {}
    paths = [fold_category(name).split(" > ") for name in names]
    firsts = [known.setdefault(path[0], len(known)) if len(path) > 1 else -1 for path in paths]
    return np.array(firsts, dtype=np.int32)


def _tints(palettes: Floats) -> Floats:
    """The mean a and b (CIELAB) of items, by the shares of their colours, (n, 2)."""
    tints: Floats = np.einsum("nkc,nk->nc", palettes[:, :, 1:3], palettes[:, :, 3])
    shares: Floats = np.maximum(palettes[:, :, 3].sum(axis=1), 1e-6)
    tints /= shares[:, None]
    return tints
