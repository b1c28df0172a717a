"""Ways of finding the nearest of n unit vectors: ours, and those of libraries as they come.

Each is made of vectors in a folder of its own, and is then asked for one look at a time. Graphs look at 64
candidates; LanceDB compares ten times as many as are wanted once more, with the vectors as they are.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lookalike.neighbours.making import make_nearest
from lookalike.neighbours.nearest import Nearest
from lookalike.stacked import Stacked
from lookalike.vectors import Floats, Mask, Rows

DEPTH = 64


@dataclass(frozen=True)
class Given:
    """What a way is made of: vectors (n, dim), a folder, and a number between 0 and 1 of each, (n,)."""

    looks: Floats
    folder: Path
    shares: Floats


@dataclass(frozen=True)
class Passing:
    """Which vectors to keep, (n,): those whose number is below ``share``."""

    keep: Mask
    share: float


class Way:
    """A way to find the nearest; ``filters`` says whether it can be told which vectors to keep."""

    filters = True
    forks = True
    package: str | None = None

    def __init__(self, given: Given) -> None:
        raise NotImplementedError

    def ask(self, look: Floats, count: int) -> Rows:
        """The rows of about the ``count`` nearest."""
        raise NotImplementedError

    def among(self, look: Floats, count: int, passing: Passing) -> Rows:
        """As `ask`, of those that pass."""
        raise NotImplementedError


def _nobody(*_: object) -> None:
    """Is told how far a graph is."""


class _Exact(Way):
    """Ours, exact: by bounds, which are made in memory here."""

    def __init__(self, given: Given) -> None:
        self.nearest = Nearest.of(Stacked(given.looks))

    def ask(self, look: Floats, count: int) -> Rows:
        return self.nearest.top(look, count)

    def among(self, look: Floats, count: int, passing: Passing) -> Rows:
        return self.nearest.top(look, count, passing.keep)


class _ByGraph(Way):
    """Ours, by the graph that another process has made; what a filter keeps is always found exactly."""

    filters = False
    way = "graph"

    def __init__(self, given: Given) -> None:
        if (child := os.fork()) == 0:
            make_nearest(given.folder, given.looks, _nobody, self.way)
            os._exit(0)
        os.waitpid(child, 0)
        self.nearest = Nearest.of(Stacked(given.looks), given.folder)

    def ask(self, look: Floats, count: int) -> Rows:
        found = self.nearest.approximate(look, count)
        assert found is not None
        return found


class _InLists(_ByGraph):
    """Ours, by lists in files that another process has made: what is asked where memory is short."""

    forks = False
    way = "lists"


class _FaissFlat(Way):
    package = "faiss-cpu"

    def __init__(self, given: Given) -> None:
        import faiss

        faiss.omp_set_num_threads(2)
        self.index = self._empty(faiss, given.looks.shape[1])
        self.index.add(given.looks)
        faiss.omp_set_num_threads(1)

    def _empty(self, faiss: Any, dim: int) -> Any:
        return faiss.IndexFlatIP(dim)

    def ask(self, look: Floats, count: int) -> Rows:
        return self.index.search(look[None], count)[1][0]

    def among(self, look: Floats, count: int, passing: Passing) -> Rows:
        import faiss

        bits = np.packbits(passing.keep, bitorder="little")
        chosen = faiss.IDSelectorBitmap(bits)
        return self.index.search(look[None], count, params=self._params(faiss, chosen))[1][0]

    def _params(self, faiss: Any, chosen: Any) -> Any:
        return faiss.SearchParameters(sel=chosen)


class _FaissHnsw(_FaissFlat):
    def _empty(self, faiss: Any, dim: int) -> Any:
        index = faiss.IndexHNSWFlat(dim, 32, faiss.METRIC_INNER_PRODUCT)
        index.hnsw.efSearch = DEPTH
        return index

    def _params(self, faiss: Any, chosen: Any) -> Any:
        return faiss.SearchParametersHNSW(sel=chosen, efSearch=DEPTH)


class _Usearch(Way):
    filters = False  # its Python side has none
    package = "usearch"

    def __init__(self, given: Given) -> None:
        from usearch.index import Index

        self.index = Index(ndim=given.looks.shape[1], metric="ip", dtype="f32")
        self.index.add(np.arange(len(given.looks)), given.looks, threads=2)

    def ask(self, look: Floats, count: int) -> Rows:
        return self.index.search(look, count, threads=1).keys.astype(np.intp)


class _Hnswlib(Way):
    package = "hnswlib"

    def __init__(self, given: Given) -> None:
        import hnswlib

        self.index = hnswlib.Index("ip", given.looks.shape[1])
        self.index.init_index(len(given.looks), ef_construction=200, M=16)
        self.index.add_items(given.looks, num_threads=2)
        self.index.set_ef(DEPTH)
        self.index.set_num_threads(1)

    def ask(self, look: Floats, count: int) -> Rows:
        return self.index.knn_query(look, count, num_threads=1)[0][0]

    def among(self, look: Floats, count: int, passing: Passing) -> Rows:
        try:
            return self.index.knn_query(look, count, num_threads=1, filter=passing.keep.__getitem__)[0][0]
        except RuntimeError:  # it found fewer than were asked for
            return np.empty(0, np.intp)


class _ScikitLearn(Way):
    filters = False
    package = "scikit-learn"

    def __init__(self, given: Given) -> None:
        from sklearn.neighbors import NearestNeighbors

        self.index = NearestNeighbors(algorithm="brute", metric="cosine", n_jobs=1).fit(given.looks)

    def ask(self, look: Floats, count: int) -> Rows:
        return self.index.kneighbors(look[None], count, return_distance=False)[0]


class _LanceDb(Way):
    forks = False
    package = "lancedb"

    def __init__(self, given: Given) -> None:
        import lancedb
        import pyarrow as pa

        flat = pa.array(np.ascontiguousarray(given.looks).reshape(-1))
        table = pa.table(
            {
                "row": np.arange(len(given.looks)),
                "share": given.shares,
                "vector": pa.FixedSizeListArray.from_arrays(flat, given.looks.shape[1]),
            }
        )
        self.table = lancedb.connect(str(given.folder / "lancedb")).create_table(
            "looks", table, mode="overwrite"
        )
        self.table.create_index(metric="cosine", index_type="IVF_PQ", vector_column_name="vector")

    def ask(self, look: Floats, count: int) -> Rows:
        return self._rows(self._asked(look), count)

    def among(self, look: Floats, count: int, passing: Passing) -> Rows:
        return self._rows(self._asked(look).where(f"share < {passing.share}", prefilter=True), count)

    def _asked(self, look: Floats) -> Any:
        return self.table.search(look).distance_type("cosine").nprobes(20).refine_factor(10)

    def _rows(self, asked: Any, count: int) -> Rows:
        return asked.limit(count).select(["row"]).to_arrow()["row"].to_numpy().astype(np.intp)


WAYS: dict[str, type[Way]] = {
    "Lookalike, graph": _ByGraph,
    "Lookalike, lists": _InLists,
    "Lookalike, exact": _Exact,
    "usearch, HNSW": _Usearch,
    "LanceDB, IVF_PQ": _LanceDb,
    "faiss, flat": _FaissFlat,
    "scikit-learn, brute": _ScikitLearn,
    "faiss, HNSW": _FaissHnsw,
    "hnswlib": _Hnswlib,
}
"""Those that take longest to build come last."""
