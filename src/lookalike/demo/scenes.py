"""Rooms, floors and table tops with nothing on them: pictures of what no shop sells."""

from __future__ import annotations

import numpy as np
from PIL import Image

from lookalike.demo.photography import room
from lookalike.demo.street import surface

WIDTH, HEIGHT = 160, 200


def empty_scene(seed: int) -> Image.Image:
    """A scene as a phone takes it, in light from one side and with noise; for ever the same for one seed."""
    chance = np.random.default_rng([seed, 7])
    scene = surface(WIDTH, HEIGHT, chance) if seed % 2 else room(WIDTH, HEIGHT, chance, 0.7, seed % 4 == 0)
    x = np.linspace(-1, 1, WIDTH, dtype=np.float32)[None, :, None]
    y = np.linspace(-1, 1, HEIGHT, dtype=np.float32)[:, None, None]
    slope = chance.uniform(-0.2, 0.2, 2)
    light = float(chance.uniform(0.7, 1.1)) + slope[0] * x + slope[1] * y
    picture = scene * light + chance.normal(0, 0.02, scene.shape)
    return Image.fromarray((np.clip(picture, 0, 1) * 255).astype(np.uint8))
