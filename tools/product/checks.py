"""How the trained part does on the pictures kept for choices, after each pass."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from product import network, views
from product.pictures import Photograph

SIZE = 128


class Check:
    """Labels of the first ten, and whether a customer's view finds its picture."""

    def __init__(self, photos: list[Photograph], trunk: Path, work: Path, workers: int) -> None:
        path = work / "choices.npy"
        if not path.exists():
            renderer = views.Renderer(photos, trunk, workers)
            renderer.render(path, SIZE, 7, network.TRUNK_CHANNELS)
            renderer.close()
        self._features = np.load(path, mmap_mode="r")
        self._fashion = np.array([photo.shop == "fashion" for photo in photos])
        self._kinds = np.array([photo.labels.get("kind", "") for photo in photos])
        names = [f"{p.labels.get('kind')}|{p.labels.get('gender')}|{p.labels.get('colour')}" for p in photos]
        self._triples = np.array(names)
        self._garments = np.array([photo.labels.get("garment", "") for photo in photos])
        same: dict[bytes, int] = {}
        self._pictures = np.array([same.setdefault(photo.content, len(same)) for photo in photos])

    def __call__(self, look: network.Look) -> str:
        """The figures of ``look`` in one line."""
        shop, customer = self._vectors(look)
        figures = self._same(shop, self._fashion)
        scores = customer @ shop.T
        first = self._pictures[scores.argmax(axis=1)] == self._pictures
        figures["view R@1"] = first.mean()
        clothes = ~self._fashion
        garments = _precision(shop[clothes], self._garments[clothes], self._pictures[clothes])
        figures["clothes P@10"] = garments
        return ", ".join(f"{name} {value:.3f}" for name, value in figures.items())

    def _same(self, shop: np.ndarray, rows: np.ndarray) -> dict[str, float]:
        return {
            "kind@10": _precision(shop[rows], self._kinds[rows], self._pictures[rows]),
            "all@10": _precision(shop[rows], self._triples[rows], self._pictures[rows]),
        }

    def _vectors(self, look: network.Look) -> tuple[np.ndarray, np.ndarray]:
        device = next(look.parameters()).device
        look.eval()
        rows = []
        with torch.no_grad():
            for start in range(0, len(self._features), 128):
                part = torch.from_numpy(self._features[start : start + 128].astype(np.float32)).to(device)
                count = len(part)
                values = part.permute(1, 0, 4, 2, 3).flatten(0, 1)
                rows.append(look(values).view(2, count, -1).cpu().numpy())
        shop, customer = np.concatenate(rows, axis=1)
        return shop, customer


def _precision(vectors: np.ndarray, labels: np.ndarray, pictures: np.ndarray) -> float:
    scores = vectors @ vectors.T
    scores[pictures[:, None] == pictures[None]] = -2
    near = np.argpartition(-scores, 10, axis=1)[:, :10]
    return float((labels[near] == labels[:, None]).mean())
