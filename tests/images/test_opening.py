"""What comes out of a picture: upright RGB pixels on white, whatever it was stored as."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, features

from lookalike.errors import BadArgument
from lookalike.images import Picture, open_image, thumbnail

RED, GREEN, BLUE, WHITE = (220, 20, 20), (20, 180, 40), (20, 40, 200), (255, 255, 255)
LOSSY = 12  # how far a flat colour may move in a lossy file


def stored(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def corners() -> Image.Image:
    """64 x 48: red top left, green top right, blue bottom left, white bottom right."""
    image = Image.new("RGB", (64, 48), WHITE)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 31, 23), RED)
    draw.rectangle((32, 0, 63, 23), GREEN)
    draw.rectangle((0, 24, 31, 47), BLUE)
    return image


def colours_of(picture: Picture) -> list[tuple[int, ...]]:
    width, height = picture.image.size
    places = [(x, y) for y in (height // 4, 3 * height // 4) for x in (width // 4, 3 * width // 4)]
    return [picture.image.getpixel(place) for place in places]


def assert_near(found: object, wanted: object, tolerance: int = LOSSY) -> None:
    assert np.abs(np.asarray(found, dtype=int) - np.asarray(wanted, dtype=int)).max() <= tolerance


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
def test_every_format_gives_the_same_four_corners(kind: str) -> None:
    if kind == "AVIF" and not features.check("avif"):
        pytest.skip("Pillow was built without AVIF")
    picture = open_image(stored(corners(), kind))
    assert picture.image.mode == "RGB"
    assert (picture.width, picture.height) == (64, 48)
    assert_near(colours_of(picture), [RED, GREEN, BLUE, WHITE], 20)


def test_bytes_a_path_and_a_pillow_image_give_the_same_pixels(tmp_path) -> None:
    data = stored(corners(), "PNG")
    path = tmp_path / "ä picture.bin"
    path.write_bytes(data)
    wanted = corners().tobytes()
    for source in (data, path, str(path), corners()):
        assert open_image(source).image.tobytes() == wanted


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_picture_stored_turned_comes_back_upright(orientation: int, kind: str) -> None:
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    turned = corners().transpose(undo[orientation]) if orientation in undo else corners()
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = open_image(stored(turned, kind, exif=exif))
    assert (picture.width, picture.height) == picture.image.size == (64, 48)
    assert_near(colours_of(picture), [RED, GREEN, BLUE, WHITE], 20)


def test_an_upright_picture_is_not_turned_a_second_time() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    once = open_image(stored(corners(), "PNG", exif=exif))
    assert open_image(once.image).image.tobytes() == once.image.tobytes()


def test_a_pillow_image_handed_in_is_left_as_it_is() -> None:
    image = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    image.info["dpi"] = (72, 72)
    assert open_image(image, detail=2).image.getpixel((0, 0)) == WHITE
    assert (image.mode, image.size, image.info) == ("RGBA", (8, 8), {"dpi": (72, 72)})


def test_a_clear_background_becomes_white_and_half_clear_red_becomes_pink() -> None:
    image = Image.new("RGBA", (4, 1), (0, 0, 0, 0))
    image.putpixel((1, 0), (255, 0, 0, 255))
    image.putpixel((2, 0), (255, 0, 0, 128))
    pixels = open_image(stored(image, "PNG")).image
    assert [pixels.getpixel((x, 0)) for x in range(4)] == [WHITE, (255, 0, 0), (255, 127, 127), WHITE]


def test_transparency_of_grey_and_palette_pictures_is_laid_on_white() -> None:
    grey = Image.new("LA", (2, 1), (0, 0))
    grey.putpixel((1, 0), (90, 255))
    keyed = Image.new("L", (2, 1), 7)
    keyed.putpixel((1, 0), 90)
    palette = Image.new("P", (2, 1), 0)
    palette.putpalette([0, 0, 0, 90, 90, 90])
    palette.putpixel((1, 0), 1)
    files = [
        stored(grey, "PNG"),
        stored(keyed, "PNG", transparency=7),
        stored(palette, "PNG", transparency=0),
        stored(palette, "PNG", transparency=b"\0\xff"),
        stored(palette, "GIF", transparency=0),
    ]
    for data in files:
        pixels = open_image(data).image
        assert [pixels.getpixel((x, 0)) for x in range(2)] == [WHITE, (90, 90, 90)]


def test_a_clear_colour_of_an_rgb_png_is_white() -> None:
    image = Image.new("RGB", (2, 1), (1, 2, 3))
    image.putpixel((1, 0), RED)
    pixels = open_image(stored(image, "PNG", transparency=(1, 2, 3))).image
    assert [pixels.getpixel((x, 0)) for x in range(2)] == [WHITE, RED]


def test_a_cmyk_jpeg_keeps_its_colours() -> None:
    cmyk = Image.new("CMYK", (16, 16), (0, 255, 255, 0))
    assert_near(open_image(stored(cmyk, "JPEG", quality=95)).image.getpixel((8, 8)), (255, 0, 0))
    black = Image.new("CMYK", (16, 16), (0, 0, 0, 255))
    assert_near(open_image(stored(black, "JPEG", quality=95)).image.getpixel((8, 8)), (0, 0, 0))


def test_sixteen_bits_are_scaled_and_not_clipped() -> None:
    values = np.array([[0, 257, 32896, 65535]], dtype=np.uint16)
    for kind in ("PNG", "TIFF"):
        pixels = open_image(stored(Image.fromarray(values), kind)).image
        assert [pixels.getpixel((x, 0))[0] for x in range(4)] == [0, 1, 128, 255]


def test_sixteen_bits_with_a_clear_value_are_laid_on_white() -> None:
    values = np.array([[1000, 32896]], dtype=np.uint16)
    pixels = open_image(stored(Image.fromarray(values), "PNG", transparency=1000)).image
    assert [pixels.getpixel((x, 0))[0] for x in range(2)] == [255, 128]


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        (np.array([[0, 128, 255]], dtype=np.int32), [0, 128, 255]),
        (np.array([[-5, 32896, 65535]], dtype=np.int32), [0, 128, 255]),
        (np.array([[0.0, 0.5, 1.0]], dtype=np.float32), [0, 128, 255]),
        (np.array([[0.0, 128.0, 255.0]], dtype=np.float32), [0, 128, 255]),
        (np.array([[np.nan, 5e5, 1e6]], dtype=np.float32), [0, 128, 255]),
    ],
)
def test_wide_integers_and_floats_reach_from_black_to_white(values: np.ndarray, wanted: list[int]) -> None:
    pixels = open_image(stored(Image.fromarray(values), "TIFF")).image
    assert [pixels.getpixel((x, 0))[1] for x in range(3)] == wanted


def test_one_bit_and_grey_pictures_become_grey_rgb() -> None:
    bits = Image.new("1", (2, 1), 0)
    bits.putpixel((1, 0), 1)
    grey = Image.new("L", (2, 1), 0)
    grey.putpixel((1, 0), 77)
    assert [open_image(stored(bits, "PNG")).image.getpixel((x, 0)) for x in range(2)] == [(0, 0, 0), WHITE]
    assert open_image(stored(grey, "PNG")).image.getpixel((1, 0)) == (77, 77, 77)


def test_only_the_first_frame_of_an_animation_is_read() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in (RED, GREEN, BLUE)]
    for kind in ("GIF", "WEBP"):
        options = {"lossless": True} if kind == "WEBP" else {}
        data = stored(frames[0], kind, save_all=True, append_images=frames[1:], duration=50, **options)
        assert open_image(data).image.getpixel((4, 4)) == RED


def test_a_phone_file_of_several_jpegs_opens_as_its_first() -> None:
    data = stored(corners(), "MPO", save_all=True, append_images=[Image.new("RGB", (64, 48), BLUE)])
    assert_near(colours_of(open_image(data)), [RED, GREEN, BLUE, WHITE], 20)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("size", [(2000, 1500), (700, 600), (300, 1000), (200, 100)])
def test_detail_shrinks_but_keeps_both_sides_long_enough(kind: str, size: tuple[int, int]) -> None:
    picture = open_image(stored(corners().resize(size), kind), detail=256)
    assert (picture.width, picture.height) == size
    short = min(picture.image.size)
    assert short >= min(256, *size)
    assert short < 512 or short == min(size)
    assert picture.image.width / picture.image.height == pytest.approx(size[0] / size[1], rel=0.01)
    assert_near(colours_of(picture), [RED, GREEN, BLUE, WHITE], 25)


def test_a_detail_of_no_pixels_is_a_bad_argument() -> None:
    with pytest.raises(BadArgument):
        open_image(stored(corners(), "PNG"), detail=0)


def test_a_reduced_picture_that_was_stored_turned_reports_its_upright_size() -> None:
    exif = Image.Exif()
    exif[0x0112] = 8
    picture = open_image(stored(Image.new("RGB", (1600, 1200)), "JPEG", exif=exif), detail=100)
    assert (picture.width, picture.height) == (1200, 1600)
    assert picture.image.width < picture.image.height


def test_a_picture_decoded_twice_has_the_same_pixels() -> None:
    data = stored(corners().resize((1000, 800)), "JPEG")
    assert open_image(data, detail=200).image.tobytes() == open_image(data, detail=200).image.tobytes()


def test_a_thumbnail_is_a_small_jpeg_of_the_same_shape_and_is_never_enlarged() -> None:
    large = open_image(thumbnail(corners().resize((1000, 750)), 256))
    assert (large.width, large.height) == (256, 192)
    assert_near(colours_of(large), [RED, GREEN, BLUE, WHITE], 20)
    small = open_image(thumbnail(corners(), 256))
    assert (small.width, small.height) == (64, 48)
    sliver = open_image(thumbnail(Image.new("RGB", (5000, 3)), 256))
    assert (sliver.width, sliver.height) == (256, 1)
    assert thumbnail(corners()).startswith(b"\xff\xd8\xff")
