"""What is said of pictures with nearly the same colours: the votes for what a picture's colour is called."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lookalike import colour
from lookalike.doctor.colour_words import UNKNOWN, ColourWords
from lookalike.neighbours.snapshot import Snapshot
from lookalike.neighbours.yardstick import id_hashes
from lookalike.vectors import Floats, Mask, Rows

_VOTES = 30  # pictures of nearly the same colours
_FEWEST, _SHARE_OF = 8, 25  # fewer in a small shop: a share of all, but some
_GALLERY = 2500  # among so many
_BLOCK = 512
_AREA = 0.05  # share of a picture from which a colour is on it

Bits = npt.NDArray[np.int32]


class ColourVotes:
    """Of n products whose texts name colours beyond doubt, ``rows`` (n,), what their pictures are called.

    ``meant`` (n,) are the colours that each text means, as bits; ``judged`` (n,) those that are measured.
    """

    def __init__(self, snapshot: Snapshot, words: ColourWords, own: Mask) -> None:
        """``own`` (p,) says which products show a picture of their own."""
        sure = np.array(words.certain, dtype=np.bool_)
        self.rows: Rows = np.flatnonzero((words.meant > 0) & sure & own)
        self.meant: Bits = words.meant[self.rows]
        self.judged = self.meant < UNKNOWN
        self._palettes = snapshot.palettes.values[self.rows]
        self._votes = self._voted(snapshot)
        bits = (self._votes[:, :, None] >> np.arange(len(colour.NAMES))) & 1
        shares = bits.mean(axis=1) if self._votes.size else np.zeros((len(self.rows), len(colour.NAMES)))
        self.best: Rows = shares.argmax(axis=1)
        self.agreed: Floats = shares.max(axis=1).astype(np.float32)

    def _voted(self, snapshot: Snapshot) -> Bits:
        """What is said of the pictures nearest by colours, (n, votes), of other families."""
        rows = self.rows
        hashes = id_hashes([snapshot.ids[row] for row in rows.tolist()])
        chosen = np.sort(np.argsort(hashes, kind="stable")[:_GALLERY])
        gallery = rows[chosen]
        held = min(max(_FEWEST, min(_VOTES, len(gallery) // _SHARE_OF)), len(gallery))
        found = np.zeros((len(rows), held), dtype=np.int32)
        families = snapshot.kin.group
        vectors = snapshot.palettes.all_vectors()
        theirs = vectors[gallery].T
        for start in range(0, len(rows), _BLOCK):
            block = rows[start : start + _BLOCK]
            cosines = vectors[block] @ theirs
            kin = (families[block][:, None] == families[gallery]) & (families[block][:, None] >= 0)
            cosines[kin | (block[:, None] == gallery)] = -np.inf
            near = np.argpartition(-cosines, held - 1, axis=1)[:, :held]
            found[start : start + _BLOCK] = self.meant[chosen[near]]
        return found

    def share(self, places: Rows, meant: Bits) -> Floats:
        """How many of the nearest are said to be of one of these colours, (m,), for products by place."""
        if not self._votes.size:
            return np.zeros(len(places), dtype=np.float32)
        said = (self._votes[places] & meant[:, None]) != 0
        found: Floats = said.mean(axis=1, dtype=np.float32)
        return found

    def apart(self, place: int, meant: int) -> float:
        """How far the nearest colour of a picture is from what is typical of these; see `colour.apart`."""
        palette = self._palettes[place]
        own = palette[palette[:, 3] >= _AREA, :3]
        names = [name for at, name in enumerate(colour.NAMES) if meant >> at & 1]
        return float(min((colour.apart(own, name).min() for name in names), default=0.0))
