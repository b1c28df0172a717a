"""Words go into the space of the pictures, through the tokens that the repository's own tokenizer makes."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto
from onnx.reference import ReferenceEvaluator

from lookalike.encoders.base import TextEncoder
from lookalike.encoders.loading import load_encoder, load_text_encoder
from lookalike.errors import EncoderError

from . import loopback_hub as towers
from .loopback_hub import Hub, as_json

A, RED, DRESS, VERY, LONG = (towers.WORDS.index(word) for word in ("a", "red", "dress", "very", "long"))
START, END, FILL, UNKNOWN = 1, 2, 3, 0


def expected(model: onnx.ModelProto, ids: list[int], output: str = "text_embeds") -> np.ndarray:
    feed = {"input_ids": np.array([ids]), "attention_mask": np.array([[int(i != FILL) for i in ids]])}
    taken = {value.name for value in model.graph.input}
    return ReferenceEvaluator(model).run([output], {k: v for k, v in feed.items() if k in taken})[0][0]


def agrees(one: np.ndarray, other: np.ndarray) -> bool:
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other)) > 0.99999


def refused(name: str = "hub:owner/clip") -> str:
    with pytest.raises(EncoderError) as caught:
        load_text_encoder(name)
    assert "\n" not in str(caught.value) and caught.value.next_step
    return str(caught.value)


def siglip(hub: Hub, dim: int = towers.WIDTH) -> dict[str, bytes]:
    """SigLIP's towers call their vectors pooler_output, and see every text filled up to one length."""
    parts = towers.Parts(1)
    towers.add_vision(parts, output="projected")
    del parts.outputs[1]
    parts.gives("pooler_output", ["batch", towers.WIDTH])
    files = hub.files["owner/clip"]
    files["config.json"] = as_json({"model_type": "siglip"})
    files["onnx/vision_model.onnx"] = parts.model().SerializeToString()
    words = towers.text(output="pooler_output", masked=False, dim=dim)
    files["onnx/text_model.onnx"] = words.SerializeToString()
    return files


def test_words_give_the_vectors_of_the_reference_in_the_space_of_the_pictures(hub: Hub) -> None:
    pictures = load_encoder("hub:owner/clip")
    words: TextEncoder = load_text_encoder(pictures.name)
    assert words.space == pictures.space
    found = words.encode_text(["A red dress", "zebra"])
    assert found.shape == (2, towers.DIM) and found.dtype == np.float32
    assert agrees(found[0], expected(towers.text(), [START, A, RED, DRESS, END]))
    assert agrees(found[1], expected(towers.text(), [START, UNKNOWN, END]))
    assert words.encode_text([]).shape == (0, towers.DIM)


def test_a_text_does_not_depend_on_its_neighbours_nor_on_the_thread(hub: Hub) -> None:
    words = load_text_encoder("hub:owner/clip")
    texts = ["red", "a very long red dress", "blue shoe"]
    together = words.encode_text(texts)
    with ThreadPoolExecutor(3) as pool:
        alone = list(pool.map(lambda text: words.encode_text([text])[0], texts))
    assert np.array_equal(together, np.stack(alone))


def test_a_long_text_is_cut_off_before_the_token_that_ends_it(hub: Hub) -> None:
    found = load_text_encoder("hub:owner/clip").encode_text(["a very very very long text", ""])
    assert agrees(found[0], expected(towers.text(), [START, A, VERY, VERY, VERY, END]))
    assert agrees(found[1], expected(towers.text(), [START, END]))


def test_words_work_without_a_network_once_they_were_fetched(hub: Hub) -> None:
    name = load_encoder("hub:owner/clip").name
    before = load_text_encoder(name).encode_text(["red"])
    hub.requests.clear()
    assert np.array_equal(load_text_encoder(name).encode_text(["red"]), before)
    assert hub.requests == []


def test_both_towers_are_taken_out_of_one_graph(hub: Hub) -> None:
    files = hub.files["owner/clip"]
    del files["onnx/vision_model.onnx"], files["onnx/text_model.onnx"]
    files["onnx/model.onnx"] = towers.joint().SerializeToString()
    words = load_text_encoder("hub:owner/clip")
    model = towers.joint()
    feed = {"input_ids": np.array([[START, RED, END]]), "attention_mask": np.ones((1, 3), np.int64)}
    feed["pixel_values"] = np.zeros((1, 3, 16, 16), np.float32)
    wanted = ReferenceEvaluator(model).run(["text_embeds"], feed)[0][0]
    assert agrees(words.encode_text(["red"])[0], wanted)
    assert words.space == load_encoder("hub:owner/clip").space


def test_a_smaller_image_tower_gets_the_text_tower_of_its_kind(hub: Hub) -> None:
    files = hub.files["owner/clip"]
    files["onnx/vision_model_q4.onnx"] = files["onnx/vision_model.onnx"]
    parts = towers.Parts(77)
    towers.add_text(parts)
    files["onnx/text_model_q4.onnx"] = parts.model().SerializeToString()
    found = load_text_encoder("hub:owner/clip#onnx/vision_model_q4.onnx").encode_text(["red"])[0]
    assert agrees(found, expected(parts.model(), [START, RED, END]))


def test_siglip_fills_up_every_text(hub: Hub) -> None:
    siglip(hub)
    words = load_text_encoder("hub:owner/clip")
    assert words.space == load_encoder("hub:owner/clip").space
    model = towers.text(output="pooler_output", masked=False, dim=towers.WIDTH)
    wanted = expected(model, [START, RED, END, FILL, FILL, FILL], "pooler_output")
    assert agrees(words.encode_text(["red"])[0], wanted)


def test_a_tower_of_one_length_is_filled_up_to_it(hub: Hub) -> None:
    files = hub.files["owner/clip"]
    files["onnx/text_model.onnx"] = towers.text(length=5).SerializeToString()
    found = load_text_encoder("hub:owner/clip").encode_text(["red", "a very very long text"])
    assert agrees(found[0], expected(towers.text(length=5), [START, RED, END, FILL, FILL]))
    assert agrees(found[1], expected(towers.text(length=5), [START, A, VERY, VERY, END]))


def test_the_length_may_stand_in_the_tokenizer_itself(hub: Hub) -> None:
    files = hub.files["owner/clip"]
    del files["tokenizer_config.json"]
    document = json.loads(files["tokenizer.json"])
    document["truncation"] = {"max_length": 4, "strategy": "LongestFirst", "stride": 0, "direction": "Right"}
    files["tokenizer.json"] = as_json(document)
    found = load_text_encoder("hub:owner/clip").encode_text(["a very long text"])[0]
    assert agrees(found, expected(towers.text(), [START, A, VERY, END]))


def test_an_encoder_of_pictures_alone_says_so(hub: Hub) -> None:
    assert "no words" in refused("imagenet")
    assert "no counterpart in words" in refused("hub:owner/clip#pooler_output")
    del hub.files["owner/clip"]["onnx/text_model.onnx"]
    assert "no text tower" in refused()


def test_towers_that_do_not_belong_together_are_refused(hub: Hub) -> None:
    siglip(hub, dim=towers.WIDTH + 1)
    assert "gives 13 numbers, and onnx/vision_model.onnx 12" in refused()


def test_a_missing_or_broken_tokenizer_is_named(hub: Hub) -> None:
    files = hub.files["owner/clip"]
    good = files.pop("tokenizer.json")
    assert "a text tower and no tokenizer.json" in refused()
    files["tokenizer.json"] = b'{"version": "1.0"}'
    assert "tokenizer.json of owner/clip is no tokenizer" in refused()
    files["tokenizer.json"] = good
    siglip(hub)["tokenizer_config.json"] = as_json({"model_max_length": 1e30, "pad_token": "<pad>"})
    assert "does not say how long texts are" in refused()
    files["tokenizer_config.json"] = as_json({"model_max_length": 6, "pad_token": {"content": "<none>"}})
    assert "does not say what to fill them up with" in refused()


def test_a_text_tower_that_takes_something_else_is_refused(hub: Hub) -> None:
    files = hub.files["owner/clip"]
    model = towers.text()
    for value in model.graph.input:
        value.type.tensor_type.elem_type = TensorProto.FLOAT
    files["onnx/text_model.onnx"] = model.SerializeToString()
    assert "takes input_ids of float32" in refused()
    parts = towers.Parts(1)
    towers.add_vision(parts, output="text_embeds")
    files["onnx/text_model.onnx"] = parts.model().SerializeToString()
    assert "takes pixel_values" in refused()


def test_without_the_library_of_tokenizers_the_extra_is_named(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    assert "lookalike[hub]" in refused()


def test_a_text_tower_that_was_changed_in_the_cache_is_noticed(hub: Hub) -> None:
    from huggingface_hub import try_to_load_from_cache

    load_text_encoder("hub:owner/clip")
    path = try_to_load_from_cache("owner/clip", "tokenizer.json", revision=hub.commit("owner/clip"))
    assert isinstance(path, str)
    Path(path).resolve().write_bytes(towers.tokenizer().replace(b"red", b"rot"))
    assert "is damaged" in refused()
