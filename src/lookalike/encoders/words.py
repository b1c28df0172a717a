"""Words into the space of an image encoder: a text tower in ONNX."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from lookalike.encoders.graph import ELEMENTS, Graph
from lookalike.encoders.session import out_of_memory, session, too_little_memory
from lookalike.errors import EncoderError
from lookalike.vectors import Floats, Space

Tokenise = Callable[[str], tuple[list[int], list[int]]]
"""A text as the numbers of its tokens, and 1 for each token that counts, 0 for one that only fills up."""

_INPUTS = frozenset(("input_ids", "attention_mask", "token_type_ids"))
_NEXT = "Take another file or repository: its text tower must take input_ids and give one vector of float32."


class TextTower:
    """Runs one graph on the CPU, one thread a call, one text at a time. Several threads may share it."""

    def __init__(
        self,
        weights: bytes,
        graph: Graph,
        tokenise: Tokenise,
        *,
        encoder: str,
        fingerprint: str,
        side_files: Mapping[str, Path] | None = None,
    ) -> None:
        """``graph`` is that of ``weights``, with one output; ``encoder`` and ``fingerprint`` name the space.

        Raises `EncoderError` when the graph takes something else than tokens, or gives no vector.
        """
        self._origin = graph.origin
        self._tokenise = tokenise
        self._output = graph.outputs[0].name
        self._types = {}
        for value in graph.inputs:
            if value.name not in _INPUTS or value.element not in (6, 7):
                kind = ELEMENTS.get(value.element, "another type")
                raise EncoderError(f"{self._origin} takes {value.name} of {kind}.", next_step=_NEXT)
            self._types[value.name] = np.int32 if value.element == 6 else np.int64
        self._session = session(weights, self._origin, side_files or {})
        self.space = Space(encoder, fingerprint, self._vector("a").size)

    def encode_text(self, texts: Sequence[str]) -> Floats:
        """Vectors, shape (n, dim), not normalised, of texts. Raises `EncoderError`."""
        vectors = np.empty((len(texts), self.space.dim), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._vector(text)
        return vectors

    def _vector(self, text: str) -> Floats:
        ids, counts = self._tokenise(text)
        feeds = {"input_ids": ids, "attention_mask": counts, "token_type_ids": [0] * len(ids)}
        feed = {name: np.array([feeds[name]], dtype) for name, dtype in self._types.items()}
        try:
            output = self._session.run([self._output], feed)[0]
        except Exception as error:  # onnxruntime's errors share no base class
            if out_of_memory(error):
                raise too_little_memory(self._origin) from None
            said = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise EncoderError(f"{self._origin} does not run: {said}.", next_step=_NEXT) from None
        if output.ndim != 2 or output.shape[0] != 1 or output.dtype != np.float32:
            shape = ", ".join(str(side) for side in output.shape)
            raise EncoderError(
                f"{self._origin} gives {self._output} as ({shape}) of {output.dtype} for one text.",
                next_step=_NEXT,
            )
        vector: Floats = output[0]
        return vector
