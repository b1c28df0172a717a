"""A drawing surface in design units: anti-aliased masks, light from relief, shadows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

Array = npt.NDArray[np.float32]
Point = tuple[float, float]
Outline = Sequence[Point]
Rgb = tuple[float, float, float]

WIDTH, HEIGHT = 400, 500
"""Size of a design in units; a canvas of scale 1 has as many pixels."""

_LIGHT = np.array([-0.42, -0.58, 0.70], dtype=np.float32)
_LIGHT /= np.linalg.norm(_LIGHT)


@dataclass(frozen=True, slots=True)
class Mask:
    """A part of a canvas: ``alpha`` (h, w) in 0..1, its upper left pixel at (``left``, ``top``)."""

    left: int
    top: int
    alpha: Array

    @property
    def rows(self) -> slice:
        """The rows of the canvas that the mask covers."""
        return slice(self.top, self.top + self.alpha.shape[0])

    @property
    def columns(self) -> slice:
        """The columns of the canvas that the mask covers."""
        return slice(self.left, self.left + self.alpha.shape[1])

    def on(self, other: Mask) -> Array:
        """This mask's alpha in the box of ``other``, zero where they do not meet."""
        result = np.zeros_like(other.alpha)
        top, left = max(self.top, other.top), max(self.left, other.left)
        bottom = min(self.top + self.alpha.shape[0], other.top + other.alpha.shape[0])
        right = min(self.left + self.alpha.shape[1], other.left + other.alpha.shape[1])
        if top < bottom and left < right:
            result[top - other.top : bottom - other.top, left - other.left : right - other.left] = self.alpha[
                top - self.top : bottom - self.top, left - self.left : right - self.left
            ]
        return result

    def within(self, other: Mask) -> Mask:
        """What both masks cover."""
        return Mask(self.left, self.top, self.alpha * other.on(self))

    def without(self, other: Mask) -> Mask:
        """What this mask covers and ``other`` does not."""
        return Mask(self.left, self.top, self.alpha * (1 - other.on(self)))


def gaussian(values: Array, radius: float) -> Array:
    """Blur by about ``radius`` pixels (three box passes on a reduced copy), zero beyond the border."""
    factor = max(1, int(radius / 2))
    height, width = values.shape
    if factor > 1:
        size = (max(1, round(width / factor)), max(1, round(height / factor)))
        small = np.asarray(Image.fromarray(values).resize(size, Image.Resampling.BOX))
    else:
        small = values
    reach = max(1, round(radius / factor))
    for _ in range(3):
        small = _box(_box(small, reach).T, reach).T
    if factor > 1:
        small = np.asarray(
            Image.fromarray(np.ascontiguousarray(small)).resize((width, height), Image.Resampling.BICUBIC)
        )
    return small.astype(np.float32)


def _box(values: Array, reach: int) -> Array:
    """Mean of each value and ``reach`` neighbours on either side, down the columns."""
    height, width = values.shape
    sums = np.zeros((height + 2 * reach + 1, width), dtype=np.float32)
    np.cumsum(values, axis=0, out=sums[reach + 1 : reach + 1 + height])
    sums[reach + 1 + height :] = sums[reach + height]
    return np.asarray((sums[2 * reach + 1 :] - sums[:height]) / np.float32(2 * reach + 1))


class Canvas:
    """One item being drawn: colour premultiplied by ``alpha``, and the shadow that it casts.

    All coordinates are design units, x to the right in 0..400, y down in 0..500; ``scale`` is pixels a unit.
    """

    def __init__(self, scale: float = 1.0) -> None:
        self.scale = scale
        self.width, self.height = round(WIDTH * scale), round(HEIGHT * scale)
        self.rgb = np.zeros((self.height, self.width, 3), dtype=np.float32)
        self.alpha = np.zeros((self.height, self.width), dtype=np.float32)
        self.shadow = np.zeros((self.height, self.width), dtype=np.float32)
        self._fine = 3 if scale >= 0.6 else 4

    def area(self, *outlines: Outline, holes: Sequence[Outline] = ()) -> Mask:
        """The filled outlines less the holes, drawn three times finer and averaged."""
        left, top, image = self._sheet([point for outline in outlines for point in outline], 2.0)
        draw = ImageDraw.Draw(image)
        for fill, group in ((255, outlines), (0, holes)):
            for outline in group:
                draw.polygon(self._fine_points(outline, left, top), fill=fill)
        return self._averaged(image, left, top)

    def inside(self, *rows: Sequence[tuple[float, ...]]) -> Mask:
        """The area inside one closed curve through points written in rows; see `smooth`."""
        return self.area(smooth(knots(*rows)))

    def symmetric(self, *rows: Sequence[tuple[float, ...]]) -> Mask:
        """The area inside a curve whose right half goes through points written in rows, top to bottom."""
        return self.area(smooth(mirrored(knots(*rows))))

    def line(self, points: Outline, width: float) -> Mask:
        """A stroke with round ends, ``width`` units wide."""
        left, top, image = self._sheet(points, width)
        draw = ImageDraw.Draw(image)
        fine = self._fine_points(points, left, top)
        thickness = max(1, round(width * self.scale * self._fine))
        draw.line(fine, fill=255, width=thickness, joint="curve")
        for x, y in (fine[0], fine[-1]):
            r = thickness / 2
            draw.ellipse((x - r, y - r, x + r, y + r), fill=255)
        return self._averaged(image, left, top)

    def _sheet(self, points: Sequence[Point], margin: float) -> tuple[int, int, Image.Image]:
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        left = min(max(0, int((min(xs) - margin) * self.scale) - 1), self.width - 2)
        top = min(max(0, int((min(ys) - margin) * self.scale) - 1), self.height - 2)
        right = max(min(self.width, int((max(xs) + margin) * self.scale) + 2), left + 2)
        bottom = max(min(self.height, int((max(ys) + margin) * self.scale) + 2), top + 2)
        return left, top, Image.new("L", ((right - left) * self._fine, (bottom - top) * self._fine))

    def _fine_points(self, points: Outline, left: int, top: int) -> list[Point]:
        fine, scale = self._fine, self.scale
        return [((x * scale - left) * fine, (y * scale - top) * fine) for x, y in points]

    def _averaged(self, image: Image.Image, left: int, top: int) -> Mask:
        return Mask(left, top, np.asarray(image.reduce(self._fine), dtype=np.float32) / np.float32(255))

    def grid(self, mask: Mask) -> tuple[Array, Array]:
        """Design coordinates x (1, w) and y (h, 1) of the pixels of a mask."""
        height, width = mask.alpha.shape
        x = (np.arange(mask.left, mask.left + width) + 0.5) / self.scale
        y = (np.arange(mask.top, mask.top + height) + 0.5) / self.scale
        return x.astype(np.float32)[None, :], y.astype(np.float32)[:, None]

    def relief(
        self,
        mask: Mask,
        round_by: float,
        folds: Sequence[tuple[Outline, float, float]] = (),
        steep: float = 1.0,
    ) -> tuple[Array, Array]:
        """Slopes (dh/dx, dh/dy) of a puffed-up mask: rounded over ``round_by`` units, with folds.

        A fold is (points, width, height): a soft ridge (height > 0) or groove (height < 0).
        """
        height = gaussian(mask.alpha, round_by * self.scale) * np.float32(round_by * 1.7 * steep)
        if folds:
            sheet = Image.new("F", (mask.alpha.shape[1], mask.alpha.shape[0]))
            draw = ImageDraw.Draw(sheet)
            for points, width, rise in folds:
                at = [(x * self.scale - mask.left, y * self.scale - mask.top) for x, y in points]
                draw.line(at, fill=rise, width=max(1, round(width * self.scale)), joint="curve")
            blur = float(np.mean([width for _, width, _ in folds])) * 0.55
            height = height + gaussian(np.asarray(sheet, dtype=np.float32), max(0.6, blur * self.scale))
        dy, dx = np.gradient(height)
        return _slope(dx, self.scale), _slope(dy, self.scale)

    def paint(
        self,
        mask: Mask,
        colour: Rgb | Array,
        light: Array | float = 1.0,
        opacity: float = 1.0,
    ) -> None:
        """Lay a colour over the item: ``light`` 1 leaves it, less darkens, more lifts it towards white."""
        tone = np.asarray(colour, dtype=np.float32)
        if isinstance(light, np.ndarray):
            tone = lit(tone, light[..., None])
        elif light != 1:
            tone = lit(tone, light)
        cover = mask.alpha * np.float32(opacity)
        pixels, alpha = self.rgb[mask.rows, mask.columns], self.alpha[mask.rows, mask.columns]
        pixels += cover[..., None] * (tone - pixels)
        alpha += cover * (1 - alpha)

    def cast(self, mask: Mask, dx: float, dy: float, blur: float, strength: float) -> None:
        """A soft shadow of a mask, moved by (dx, dy), on whatever lies behind the item."""
        radius = max(1.0, blur * self.scale)
        margin = int(3 * radius) + 2
        soft = gaussian(np.pad(mask.alpha, margin), radius) * np.float32(strength)
        top = mask.top - margin + round(dy * self.scale)
        left = mask.left - margin + round(dx * self.scale)
        above, before = max(0, -top), max(0, -left)
        part = soft[above : self.height - top, before : self.width - left]
        rows = slice(top + above, top + above + part.shape[0])
        columns = slice(left + before, left + before + part.shape[1])
        self.shadow[rows, columns] = np.maximum(self.shadow[rows, columns], part)

    def ground(self, x: float, y: float, rx: float, ry: float, strength: float = 0.5) -> None:
        """The shadow on the floor under something standing: dark where it touches, soft around."""
        for grow, blur, part in ((1.0, 0.5, 0.6), (1.25, 1.6, 0.55)):
            mask = self.area(ellipse(x, y, rx * grow, ry * grow))
            self.cast(mask, 6 * (grow - 1) * 4, 1, ry * blur + 2, strength * part)


def _slope(change: npt.NDArray[np.floating], scale: float) -> Array:
    return np.asarray(change * scale, dtype=np.float32)


def lit(base: Array, light: Array | float) -> Array:
    """A colour under light: multiplied below 1 (shade leans to blue a little), lifted to white above."""
    level = np.asarray(light, dtype=np.float32)
    dark = np.minimum(level, 1)
    shade = base * (dark + dark * (1 - dark) * np.array([-0.04, -0.01, 0.07], dtype=np.float32))
    lift = np.clip(level - 1, 0, 0.95)
    return np.asarray(shade + (1 - shade) * lift, dtype=np.float32)


def lambert(dx: Array, dy: Array, depth: float = 0.9, gloss: float = 0.0) -> Array:
    """Light on a surface with these slopes, 1 where it faces the viewer.

    ``gloss`` adds a highlight (Blinn 1977, Models of light reflection).
    """
    length = np.sqrt(dx * dx + dy * dy + 1)
    facing = (-dx * _LIGHT[0] - dy * _LIGHT[1] + _LIGHT[2]) / length
    light = 1 + np.float32(depth) * (facing - _LIGHT[2])
    light = np.where(light > 1, 1 + (light - 1) * np.float32(0.45), light)
    if gloss > 0:
        half = _LIGHT + np.array([0, 0, 1], dtype=np.float32)
        half /= np.linalg.norm(half)
        shine = np.clip((-dx * half[0] - dy * half[1] + half[2]) / length, 0, 1) ** 36
        light = light + np.float32(gloss) * shine
    return np.asarray(np.clip(light, 0.12, 1.9), dtype=np.float32)


def toned(colour: Rgb, by: float, lift: float = 0.0) -> Rgb:
    """A darker (``by`` below 1) or lifted relative of a colour."""
    red, green, blue = (min(1.0, by * part + lift) for part in colour)
    return red, green, blue


def ellipse(x: float, y: float, rx: float, ry: float, turn: float = 0.0) -> list[Point]:
    """Outline of an ellipse, turned clockwise by ``turn`` degrees."""
    angle = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    c, s = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    u, v = rx * np.cos(angle), ry * np.sin(angle)
    return list(zip((x + u * c - v * s).tolist(), (y + u * s + v * c).tolist(), strict=True))


def smooth(points: Sequence[tuple[float, ...]], closed: bool = True, steps: int = 10) -> list[Point]:
    """A curve through points (Catmull and Rom 1974); a point with a third number is a sharp corner."""
    n = len(points)
    curve: list[Point] = []
    t = np.linspace(0, 1, steps, endpoint=False)
    for i in range(n if closed else n - 1):
        a, b = points[i], points[(i + 1) % n]
        before = points[i - 1] if (closed or i > 0) and len(a) == 2 else a
        after = points[(i + 2) % n] if (closed or i + 2 < n) and len(b) == 2 else b
        if len(a) == 3 and len(b) == 3:
            curve.append((a[0], a[1]))
            continue
        xs, ys = (_spline(before[k], a[k], b[k], after[k], t) for k in (0, 1))
        curve.extend(zip(xs, ys, strict=True))
    if not closed:
        curve.append((points[-1][0], points[-1][1]))
    return curve


def knots(*rows: Sequence[tuple[float, ...]]) -> list[tuple[float, ...]]:
    """Points written in rows, as one list."""
    return [point for row in rows for point in row]


def _spline(p0: float, p1: float, p2: float, p3: float, t: npt.NDArray[np.float64]) -> list[float]:
    cubic = (
        2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3
    )
    values: list[float] = (0.5 * cubic).tolist()
    return values


def mirrored(half: Sequence[tuple[float, ...]], axis: float = WIDTH / 2) -> list[tuple[float, ...]]:
    """The right half of an outline, top to bottom, and its mirror image back up; points on the axis once."""
    return [*half, *((2 * axis - p[0], *p[1:]) for p in reversed(half) if p[0] != axis)]


def bar(start: Point, end: Point, w0: float, w1: float | None = None) -> list[Point]:
    """A straight tapering bar from one point to another, ``w0`` and ``w1`` wide at its ends."""
    (x0, y0), (x1, y1) = start, end
    w1 = w0 if w1 is None else w1
    length = max(1e-6, float(np.hypot(x1 - x0, y1 - y0)))
    nx, ny = -(y1 - y0) / length / 2, (x1 - x0) / length / 2
    return [
        (x0 + nx * w0, y0 + ny * w0),
        (x1 + nx * w1, y1 + ny * w1),
        (x1 - nx * w1, y1 - ny * w1),
        (x0 - nx * w0, y0 - ny * w0),
    ]


def rounded(x0: float, y0: float, x1: float, y1: float, radius: float) -> list[Point]:
    """Outline of a rectangle with round corners."""
    r = min(radius, abs(x1 - x0) / 2, abs(y1 - y0) / 2)
    points: list[Point] = []
    for cx, cy, start in (
        (x1 - r, y0 + r, -90),
        (x1 - r, y1 - r, 0),
        (x0 + r, y1 - r, 90),
        (x0 + r, y0 + r, 180),
    ):
        for angle in np.radians(np.linspace(start, start + 90, 7)):
            points.append((cx + r * float(np.cos(angle)), cy + r * float(np.sin(angle))))
    return points
