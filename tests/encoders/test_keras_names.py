"""A network's name says the same in any folder; a misspelt one is answered with what was meant."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from lookalike.cli.main import main
from lookalike.cli.options import encoder_options
from lookalike.encoders.keras_names import ARCHITECTURES, KerasName, keras_name, parse_keras_name
from lookalike.errors import BadArgument, EncoderError


def refused(name: str) -> EncoderError:
    with pytest.raises(EncoderError) as caught:
        parse_keras_name(name)
    assert caught.value.next_step
    return caught.value


def test_a_bare_name_is_average_pooling_with_weights_of_imagenet() -> None:
    assert parse_keras_name("keras:ResNet50") == KerasName("ResNet50", "avg", None)
    assert str(parse_keras_name("keras:ResNet50?pooling=avg")) == "keras:ResNet50"


def test_options_may_come_in_any_order() -> None:
    one = parse_keras_name("keras:InceptionV3?pooling=max&weights=/w/a.h5")
    assert one == parse_keras_name("keras:InceptionV3?weights=/w/a.h5&pooling=max")
    assert (one.pooling, one.weights, one.side) == ("max", Path("/w/a.h5"), 299)
    assert str(one) == "keras:InceptionV3?pooling=max&weights=/w/a.h5"


def test_the_space_is_called_without_the_file_which_may_move() -> None:
    assert parse_keras_name("keras:VGG16?weights=/w/a.h5").label == "keras:VGG16"
    assert parse_keras_name("keras:VGG16?weights=/w/a.h5&pooling=max").label == "keras:VGG16?pooling=max"


def test_a_relative_file_is_remembered_from_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    full = str(parse_keras_name("keras:ResNet50?weights=own.h5"))
    monkeypatch.chdir("/")
    assert parse_keras_name(full).weights == tmp_path / "own.h5"


@pytest.mark.parametrize(
    "file", ["a&b=c.h5", "100%.h5", "50%25.h5", "?.h5", "a b+ü.h5", "line\nend.h5", "#1.h5"]
)
def test_any_path_survives_in_a_name(tmp_path: Path, file: str) -> None:
    name = str(keras_name("ResNet50", "max", tmp_path / file))
    assert "\n" not in name
    assert parse_keras_name(name).weights == tmp_path / file


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("keras:resnet50", "ResNet50"),
        ("keras:ResNet-50", "ResNet50"),
        ("keras:InceptionV4", "InceptionV3"),
        ("keras:mobilenetv3small", "MobileNetV3Small"),
        ("keras:EfficentNetB0", "EfficientNetB0"),
    ],
)
def test_a_misspelt_network_is_answered_with_the_one_meant(written: str, meant: str) -> None:
    assert f"Did you mean {meant}" in refused(written).next_step


def test_a_network_like_no_other_is_answered_with_all_there_are() -> None:
    assert all(known in refused("keras:zzz").next_step for known in ARCHITECTURES)


@pytest.mark.parametrize(
    "name",
    [
        "keras:",
        "keras:?pooling=max",
        "ResNet50",
        "keras:ResNet50?",
        "keras:ResNet50?pooling",
        "keras:ResNet50?pooling=",
        "keras:ResNet50?pooling=mean",
        "keras:ResNet50?pool=max",
        "keras:ResNet50?pooling=max&pooling=max",
        "keras:ResNet50?pooling=max&",
        "keras:ResNet50?weights=a%00b",
    ],
)
def test_what_is_not_understood_is_refused(name: str) -> None:
    refused(name)


def told(*arguments: str) -> str | None:
    """What a command with the shared options gets for its encoder."""
    heard: list[str | None] = []

    @click.command()
    @encoder_options
    def command(encoder: str | None) -> None:
        heard.append(encoder)

    result = CliRunner().invoke(command, arguments, standalone_mode=False)
    if result.exception:
        raise result.exception
    return heard[0]


def test_the_options_become_one_name(tmp_path: Path) -> None:
    assert told() is None
    assert told("--encoder", "imagenet") == "imagenet"
    assert told("--encoder", "keras:ResNet50") == "keras:ResNet50"
    file = str(tmp_path / "own.h5")
    full = f"keras:ResNet50?pooling=max&weights={file}"
    assert told("--encoder", "keras:ResNet50", "--weights-file", file, "--pooling", "max") == full
    assert told("--encoder", "keras:ResNet50?pooling=max", "--weights-file", file) == full
    assert told("--encoder", full, "--pooling", "max") == full


@pytest.mark.parametrize(
    "arguments",
    [
        ("--pooling", "max"),
        ("--weights-file", "a.h5"),
        ("--encoder", "imagenet", "--weights-file", "a.h5"),
        ("--encoder", "onnx:a.onnx", "--pooling", "avg"),
        ("--encoder", "keras:ResNet50?weights=a.h5", "--weights-file", "b.h5"),
        ("--encoder", "keras:ResNet50?pooling=max", "--pooling", "avg"),
    ],
)
def test_options_that_contradict_the_encoder_are_refused(arguments: tuple[str, ...]) -> None:
    with pytest.raises(BadArgument) as caught:
        told(*arguments)
    assert caught.value.next_step


def test_create_says_which_network_was_meant_and_makes_nothing(tmp_path: Path) -> None:
    place = tmp_path / "index"
    arguments = ["create", "--index", str(place), "--encoder", "keras:Resnet50"]
    result = CliRunner().invoke(main, arguments)
    assert isinstance(result.exception, (EncoderError, SystemExit))
    assert "ResNet50" in (result.output + str(result.exception))
    assert not place.exists()
