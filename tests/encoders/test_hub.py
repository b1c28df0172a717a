"""An ONNX encoder of the hub is fetched once, checked, pinned to its commit, and then works offline."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx.reference import ReferenceEvaluator
from PIL import Image

from lookalike.encoders.loading import load_encoder
from lookalike.errors import EncoderError, LookalikeError, StorageError
from lookalike.ingest.measuring import detail

from . import loopback_hub as towers
from .loopback_hub import Hub, as_json

FILE = "onnx/vision_model.onnx"


def picture(width: int = 61, height: int = 43) -> Image.Image:
    chance = np.random.default_rng(5)
    small = Image.fromarray(chance.integers(0, 256, (9, 12, 3), dtype=np.uint8))
    return small.resize((width, height), Image.Resampling.BICUBIC)


def expected_pixels(image: Image.Image) -> np.ndarray:
    """What CLIP's processor makes of a picture wider than high: written down a second time."""
    image = image.resize((int(20 * image.width / image.height), 20), Image.Resampling.BICUBIC)
    left, top = (image.width - 16) // 2, (image.height - 16) // 2
    values = np.asarray(image.crop((left, top, left + 16, top + 16)), np.float64) / 255
    values = (values - towers.CLIP["image_mean"]) / towers.CLIP["image_std"]
    return values.astype(np.float32).transpose(2, 0, 1)[None]


def expected_vector(model: onnx.ModelProto, output: str = "image_embeds") -> np.ndarray:
    outputs = {value.name for value in model.graph.output}
    if output not in outputs:
        model.graph.output.append(onnx.ValueInfoProto(name=output))
    return ReferenceEvaluator(model).run([output], {"pixel_values": expected_pixels(picture())})[0]


def vector(name: str) -> np.ndarray:
    encoder = load_encoder(name)
    return encoder.encode(encoder.prepare(picture())[None])[0]


def cosine(one: np.ndarray, other: np.ndarray) -> float:
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


def refused(name: str, kind: type[LookalikeError] = EncoderError) -> str:
    with pytest.raises(kind) as caught:
        load_encoder(name)
    assert "\n" not in str(caught.value) and caught.value.next_step
    return str(caught.value)


def test_the_image_tower_gives_the_vectors_of_the_reference(hub: Hub) -> None:
    found = vector("hub:owner/clip")
    assert found.shape == (towers.DIM,)
    assert cosine(found, expected_vector(towers.vision())[0]) >= 0.99999


def test_pictures_are_decoded_in_full_for_it(hub: Hub) -> None:
    assert detail(load_encoder("hub:owner/clip")) is None
    assert detail(load_encoder("imagenet")) == 256


def test_what_an_index_remembers_loads_the_same_weights_without_a_network(hub: Hub) -> None:
    first = load_encoder("hub:owner/clip")
    commit = hub.commit("owner/clip")
    assert first.name == f"hub:owner/clip@{commit}#{FILE}"
    hub.files["owner/clip"][FILE] = b"the next version"
    hub.requests.clear()
    again = load_encoder(first.name)
    assert again.space == first.space and again.name == first.name
    assert hub.requests == []


def test_a_branch_a_tag_and_a_commit_lead_to_the_same_space(hub: Hub) -> None:
    names = ("hub:owner/clip", "hub:owner/clip@v1", f"hub:owner/clip@{hub.commit('owner/clip')}")
    assert len({load_encoder(name).space for name in names}) == 1
    assert len({load_encoder(name).name for name in names}) == 1


def test_a_name_without_a_commit_falls_back_to_the_cache_when_the_hub_is_away(hub: Hub) -> None:
    before = load_encoder("hub:owner/clip")
    hub.refuses["owner/clip"] = (503, "")
    assert load_encoder("hub:owner/clip").name == before.name


def test_nothing_in_the_cache_and_no_network_says_what_to_do(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    message = refused("hub:owner/clip")
    assert "cannot be reached" in message and "onnx:PATH" in message and "HF_HOME" in message
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    assert "cannot be reached" in refused("hub:owner/clip")
    assert "cannot be reached" in refused(f"hub:owner/clip@{'0' * 40}")


def test_the_settings_of_the_library_are_its_own(hub: Hub, tmp_path: Path) -> None:
    code = "from lookalike.encoders.loading import load_encoder as load; print(load('hub:owner/clip').space)"
    given = {**os.environ, "HF_ENDPOINT": hub.url, "HF_HOME": str(tmp_path / "home"), "OMP_NUM_THREADS": "1"}
    seen = []
    for offline in ("0", "1"):
        out = subprocess.run(
            [sys.executable, "-c", code],
            env={**given, "HF_HUB_OFFLINE": offline},
            capture_output=True,
            text=True,
            check=True,
        )
        seen.append(out.stdout.strip())
        hub.refuses["owner/clip"] = (500, "")
    hub.refuses.clear()
    assert seen == [str(load_encoder("hub:owner/clip").space)] * 2
    assert (tmp_path / "home" / "hub").is_dir()


def test_another_file_of_the_repository_is_another_space(hub: Hub) -> None:
    files = hub.files["owner/clip"]
    quantised = onnx.load_model_from_string(files[FILE])
    quantised.producer_name = "smaller"
    files["onnx/vision_model_quantized.onnx"] = quantised.SerializeToString()
    usual = load_encoder("hub:owner/clip")
    other = load_encoder("hub:owner/clip#onnx/vision_model_quantized.onnx")
    assert other.space.fingerprint != usual.space.fingerprint
    assert load_encoder(other.name).space == other.space


def test_a_layer_can_be_named(hub: Hub) -> None:
    found = vector("hub:owner/clip#pooler_output")
    assert cosine(found, expected_vector(towers.vision(), "pooler_output")[0]) >= 0.99999
    tokens = vector(f"hub:owner/clip#{FILE}#last_hidden_state")
    assert cosine(tokens, expected_vector(towers.vision(), "last_hidden_state")[0, 0]) >= 0.99999
    name = load_encoder("hub:owner/clip#pooler_output").name
    assert name.endswith(f"#{FILE}#pooler_output") and load_encoder(name).name == name


def test_an_image_tower_is_taken_out_of_a_graph_of_pictures_and_words(hub: Hub) -> None:
    files = hub.files["owner/clip"]
    hub.files["owner/joint"] = {
        **{name: files[name] for name in files if not name.startswith("onnx/")},
        "onnx/model.onnx": towers.joint().SerializeToString(),
    }
    model = towers.joint()
    words = {"input_ids": np.array([[1, 5, 2]]), "attention_mask": np.array([[1, 1, 1]])}
    both = {"pixel_values": expected_pixels(picture()), **words}
    expected = ReferenceEvaluator(model).run(["image_embeds"], both)[0][0]
    assert cosine(vector("hub:owner/joint"), expected) >= 0.99999


def test_weights_in_a_file_beside_the_graph_are_fetched_checked_and_part_of_the_space(
    hub: Hub, tmp_path: Path
) -> None:
    onnx.save(
        towers.vision(),
        tmp_path / "v.onnx",
        save_as_external_data=True,
        location="vision_model.onnx_data",
        size_threshold=300,
    )
    files = hub.files["owner/clip"]
    files[FILE] = (tmp_path / "v.onnx").read_bytes()
    files[f"{FILE}_data"] = (tmp_path / "vision_model.onnx_data").read_bytes()
    first = load_encoder("hub:owner/clip")
    assert cosine(vector("hub:owner/clip"), expected_vector(towers.vision())[0]) >= 0.99999
    files[f"{FILE}_data"] = bytes(len(files[f"{FILE}_data"]))
    assert load_encoder("hub:owner/clip").space.fingerprint != first.space.fingerprint
    del files[f"{FILE}_data"]
    assert "has no file onnx/vision_model.onnx_data" in refused("hub:owner/clip")


def test_a_repository_or_revision_that_is_not_there_is_named(hub: Hub) -> None:
    assert "no repository owner/clop" in refused("hub:owner/clop")
    assert "owner/clip has no revision v7" in refused("hub:owner/clip@v7")
    assert "no revision 1111" in refused(f"hub:owner/clip@{'1' * 40}")
    assert "is not the name of a repository" in refused("hub:owner/clip/onnx")
    assert "names no encoder" in refused("hub:owner/clip@@#")


def test_a_gated_repository_says_where_to_agree_and_a_private_one_asks_for_a_token(hub: Hub) -> None:
    hub.refuses["owner/clip"] = (403, "GatedRepo")
    assert "is gated" in refused("hub:owner/clip")
    hub.refuses["owner/clip"] = (403, "")
    message = refused("hub:owner/clip")
    assert "403" in message and "HF_TOKEN" in message
    hub.refuses["owner/clip"] = (401, "")
    assert "HF_TOKEN" in refused("hub:owner/clip")


def test_a_repository_without_onnx_lists_none_and_one_with_others_lists_them(hub: Hub) -> None:
    files = hub.files["owner/clip"]
    del files[FILE]
    assert "name one, #FILE.onnx" in refused("hub:owner/clip") and "text_model" in refused("hub:owner/clip")
    del files["onnx/text_model.onnx"]
    assert "has no image encoder as ONNX" in refused("hub:owner/clip")


def test_a_repository_without_a_processor_is_refused(hub: Hub) -> None:
    del hub.files["owner/clip"]["preprocessor_config.json"]
    assert "has no file preprocessor_config.json" in refused("hub:owner/clip")
    hub.files["owner/clip"]["preprocessor_config.json"] = b"{"
    assert "is not JSON" in refused("hub:owner/clip")


def test_a_file_that_was_changed_on_the_way_is_refused_and_fetched_anew_once_deleted(hub: Hub) -> None:
    good = hub.files["owner/clip"][FILE]
    hub.sent[f"owner/clip/{FILE}"] = good[:-9] + bytes(9)
    message = refused("hub:owner/clip")
    assert "is damaged" in message and "Delete" in message
    hub.sent.clear()
    Path(message.split("Delete ")[1].split(" and try")[0]).unlink()
    assert load_encoder("hub:owner/clip").space.dim == towers.DIM


def test_a_file_that_was_cut_short_on_the_way_is_refused(hub: Hub) -> None:
    hub.sent[f"owner/clip/{FILE}"] = hub.files["owner/clip"][FILE][:500]
    assert f"{FILE} of owner/clip was not fetched" in refused("hub:owner/clip")


@pytest.mark.parametrize("file", [FILE, "preprocessor_config.json"])
def test_a_file_that_changed_in_the_cache_is_noticed_without_a_network(hub: Hub, file: str) -> None:
    from huggingface_hub import try_to_load_from_cache

    name = load_encoder("hub:owner/clip").name
    path = try_to_load_from_cache("owner/clip", file, revision=hub.commit("owner/clip"))
    assert isinstance(path, str)
    real = Path(path).resolve()
    real.write_bytes(real.read_bytes().replace(b"0", b"1"))
    hub.requests.clear()
    assert "is damaged" in refused(name)
    assert hub.requests == []


def test_a_cache_that_cannot_be_written_is_a_matter_of_the_disk(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import file_download

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(file_download, "http_get", full)
    message = refused("hub:owner/clip", StorageError)
    assert "No space left" in message and "HF_HOME" in message


def test_an_output_that_is_no_vector_of_a_picture_leads_to_the_layer_before_it(hub: Hub) -> None:
    parts = towers.Parts(4)
    towers.add_vision(parts, output="logits")
    del parts.outputs[0]
    hub.files["owner/clip"][FILE] = parts.model().SerializeToString()
    message = refused("hub:owner/clip")
    assert "logits" in message and "#LAYER, for example #pooler_output" in message
    assert load_encoder("hub:owner/clip#pooler_output").space.dim == towers.WIDTH


def test_a_graph_of_another_size_than_its_processor_is_refused(hub: Hub) -> None:
    hub.files["owner/clip"][FILE] = towers.vision(side=32).SerializeToString()
    message = refused("hub:owner/clip")
    assert "preprocessor_config.json says (n, 3, 16, 16)" in message and "(batch, 3, 32, 32)" in message


def test_a_tower_that_needs_more_than_a_picture_is_refused(hub: Hub) -> None:
    hub.files["owner/clip"][FILE] = towers.joint().SerializeToString()
    assert "takes pixel_values, input_ids, attention_mask" in refused("hub:owner/clip#logits_per_image")
    hub.files["owner/clip"][FILE] = towers.text(output="image_embeds").SerializeToString()
    assert "not one picture alone" in refused("hub:owner/clip")


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    assert "lookalike[hub]" in refused("hub:owner/clip")


def test_a_processor_of_an_unknown_kind_is_refused(hub: Hub) -> None:
    files = hub.files["owner/clip"]
    files["preprocessor_config.json"] = as_json(
        {**towers.CLIP, "image_processor_type": "DonutImageProcessor"}
    )
    assert "DonutImageProcessor" in refused("hub:owner/clip")
