"""Any image encoder in ONNX works with a card beside it; what is wrong with either is said in one line."""

from __future__ import annotations

from pathlib import Path

import pytest
from onnx import TensorProto
from PIL import Image

from lookalike.encoders.loading import load_encoder
from lookalike.errors import EncoderError

from .conftest import MakeModel


def two_colours() -> Image.Image:
    picture = Image.new("RGB", (64, 32), (10, 20, 30))
    picture.paste((110, 120, 130), (32, 0, 64, 32))
    return picture


def vector_of(model: Path) -> list[float]:
    encoder = load_encoder(f"onnx:{model}")
    return [round(float(value), 4) for value in encoder.encode(encoder.prepare(two_colours())[None])[0]]


def refused(model: Path) -> str:
    with pytest.raises(EncoderError) as caught:
        load_encoder(f"onnx:{model}")
    assert "\n" not in caught.value.message + caught.value.next_step
    assert caught.value.next_step
    return str(caught.value)


def change(model: Path, old: str, new: str) -> Path:
    card = model.with_suffix(".toml")
    text = card.read_text(encoding="utf-8")
    assert old in text
    card.write_text(text.replace(old, new), encoding="utf-8")
    return model


@pytest.mark.parametrize("layout", ["NHWC", "NCHW"])
@pytest.mark.parametrize("dtype", [TensorProto.UINT8, TensorProto.FLOAT])
def test_a_graph_in_either_layout_and_number_type_works(
    make_model: MakeModel, layout: str, dtype: int
) -> None:
    found = vector_of(make_model(layout, dtype, 'interpolation = "nearest"'))
    assert found == [10, 20, 30, 110, 120, 130]


def test_colour_order_mean_and_scale_come_from_the_card(make_model: MakeModel) -> None:
    extra = 'colour_order = "BGR"\nmean = [0, 10, 20]\nscale = [1, 0.5, 2]\ninterpolation = "nearest"'
    found = vector_of(make_model("NCHW", TensorProto.FLOAT, extra))
    assert found == [30, 5, -20, 130, 55, 180]


def test_the_space_changes_with_the_weights_and_with_every_field_of_preprocessing(
    make_model: MakeModel,
) -> None:
    model = make_model("NHWC", TensorProto.FLOAT)
    before = load_encoder(f"onnx:{model}").space
    assert before.encoder == "halves" and before.dim == 6
    seen = {before.fingerprint}
    for line in (
        "pad = [0, 0, 0]",
        "trim = 0.1",
        'interpolation = "bicubic"',
        'colour_order = "BGR"',
        "mean = [0, 0, 0]\nscale = [1, 1, 1]",
        "mean = [1, 0, 0]\nscale = [1, 1, 1]",
    ):
        seen.add(load_encoder(f"onnx:{make_model('NHWC', TensorProto.FLOAT, line)}").space.fingerprint)
    seen.add(load_encoder(f"onnx:{make_model('NCHW', TensorProto.FLOAT)}").space.fingerprint)
    seen.add(load_encoder(f"onnx:{make_model('NHWC', TensorProto.UINT8)}").space.fingerprint)
    assert len(seen) == 9
    described = change(make_model("NHWC", TensorProto.FLOAT), "[input]", 'description = "x"\n[input]')
    assert load_encoder(f"onnx:{described}").space == before


def test_an_encoder_knows_the_name_that_loads_it_again(
    make_model: MakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = make_model()
    monkeypatch.chdir(model.parent)
    encoder = load_encoder(f"onnx:{model.name}")
    monkeypatch.chdir("/")
    assert load_encoder(encoder.name).space == encoder.space
    assert load_encoder("imagenet").name == "imagenet"


def test_an_unknown_name_lists_what_there_is() -> None:
    with pytest.raises(EncoderError, match="imagenet, or onnx:PATH"):
        load_encoder("resnet")


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    assert "absent.onnx" in refused(tmp_path / "absent.onnx")


def test_a_missing_card_is_told_what_to_hold(make_model: MakeModel) -> None:
    model = make_model()
    model.with_suffix(".toml").unlink()
    message = refused(model)
    for word in ("halves.toml", "name", "sha256", "width", "height", "layout", "resize", "[output]", "dim"):
        assert word in message


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('name = "halves"', 'name = "halves', "is not TOML"),
        ('name = "halves"', "", "name must be given"),
        ('name = "halves"', "name = 3", "name must be given"),
        ("sha256 = ", 'sha256 = "abc" # ', "64 hexadecimal digits"),
        ("[output]", "[exit]", "exit is not a field"),
        ("[input]", 'file = "../other.onnx"\n[input]', "without a folder"),
        ("[input]", 'file = "other.onnx"\n[input]', "not for halves.onnx"),
        ("width = 8", "width = 0", "input.width must be a whole number"),
        ("width = 8", "width = true", "input.width must be a whole number"),
        ("height = 8", "", "input.height must be a whole number"),
        ('"NHWC"', '"HWC"', "input.layout must be one of NHWC, NCHW"),
        ('"stretch"', '"squash"', "input.resize must be one of letterbox, stretch, crop"),
        ("dim = 6", "dim = 6\n[reference]\nvector = [1, 2]", "reference.vector must be 6 numbers"),
        ("dim = 6", 'dim = 6\n[scores]\nhits = "many"', "[scores] must hold numbers"),
        ('"stretch"', '"stretch"\ncolor = 1', "input.color is not a field"),
        ('"stretch"', '"stretch"\npad = [1, 2]', "input.pad must be three numbers"),
        ('"stretch"', '"stretch"\npad = [1, 2, 300]', "from 0 to 255"),
        ('"stretch"', '"stretch"\ntrim = 1.0', "input.trim must be a number"),
        ('"stretch"', '"stretch"\nmean = [1, 2, 3]', "mean and scale go together"),
    ],
)
def test_a_wrong_card_says_which_field(make_model: MakeModel, old: str, new: str, complaint: str) -> None:
    message = refused(change(make_model(), old, new))
    assert complaint in message
    assert "halves.toml" in message


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('name = "pixels"', 'name = "image"', "its inputs are pixels; the card says image"),
        ('name = "vector"', 'name = "embedding"', "its outputs are vector; the card says embedding"),
        ("dim = 6", "dim = 7", "is 6 numbers of float32 a picture; the card says 7"),
        ("width = 8", "width = 9", "its input is (n, 8, 8, 3); the card says (n, 8, 9, 3)"),
        ('"NHWC"', '"NCHW"', "its input is (n, 8, 8, 3); the card says (n, 3, 8, 8)"),
        ('"stretch"', '"stretch"\nmean = [0, 0, 0]\nscale = [1, 1, 1]', "takes uint8 pixels as they are"),
    ],
)
def test_a_card_of_another_graph_says_how_they_differ(
    make_model: MakeModel, old: str, new: str, complaint: str
) -> None:
    assert complaint in refused(change(make_model(), old, new))


def test_a_graph_of_other_numbers_is_refused(make_model: MakeModel) -> None:
    assert "tensor(int64)" in refused(make_model(dtype=TensorProto.INT64))


def test_a_changed_model_is_refused_and_both_hashes_are_shown(make_model: MakeModel) -> None:
    model = make_model()
    load_encoder(f"onnx:{model}")
    model.write_bytes(model.read_bytes() + b"\x00")
    assert refused(model).count("sha256") >= 2


def test_a_file_that_is_not_onnx_is_refused(make_model: MakeModel) -> None:
    from hashlib import sha256

    model = make_model()
    model.write_bytes(b"GIF89a")
    card = model.with_suffix(".toml")
    lines = card.read_text(encoding="utf-8").splitlines()
    lines = [f'sha256 = "{sha256(b"GIF89a").hexdigest()}"' if "sha256" in line else line for line in lines]
    card.write_text("\n".join(lines), encoding="utf-8")
    assert "is not an ONNX file" in refused(model)


def test_a_card_that_is_not_text_is_refused(make_model: MakeModel) -> None:
    model = make_model()
    model.with_suffix(".toml").write_bytes(b"\xff\xfe\x00\x01")
    assert "not UTF-8" in refused(model)
