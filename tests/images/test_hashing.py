"""Two hashes: one for the same bytes, one for the same pixels."""

import io

import numpy as np
from PIL import Image

from lookalike.hashing import content_hash, pixel_hash
from lookalike.images import open_image


def picture() -> Image.Image:
    return Image.fromarray(np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3))


def stored(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def test_the_content_hash_of_known_bytes_is_known() -> None:
    assert content_hash(b"") == "cae66941d9efbd404e4d88758ea67670"
    assert content_hash(b"a") != content_hash(b"b")


def test_the_same_pixels_in_two_formats_share_a_pixel_hash_but_no_content_hash() -> None:
    png, bmp = stored(picture(), "PNG"), stored(picture(), "BMP")
    assert content_hash(png) != content_hash(bmp)
    assert pixel_hash(open_image(png).image) == pixel_hash(open_image(bmp).image) == pixel_hash(picture())


def test_a_picture_stored_turned_has_the_hash_of_the_upright_one() -> None:
    exif = Image.Exif()
    exif[0x0112] = 3
    turned = stored(picture().transpose(Image.Transpose.ROTATE_180), "PNG", exif=exif)
    assert pixel_hash(open_image(turned).image) == pixel_hash(picture())


def test_one_changed_pixel_or_another_shape_changes_the_pixel_hash() -> None:
    changed = picture()
    changed.putpixel((5, 3), (0, 0, 1))
    assert pixel_hash(changed) != pixel_hash(picture())
    flat = Image.new("RGB", (6, 4), (9, 9, 9))
    assert pixel_hash(flat) != pixel_hash(Image.new("RGB", (4, 6), (9, 9, 9)))
