"""A hub on this machine that answers huggingface_hub as the real one does, and small towers to put on it."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

WIDTH, DIM, PATCH = 12, 7, 4
WORDS = ["[unk]", "<s>", "</s>", "<pad>", "a", "red", "dress", "blue", "shoe", "very", "long", "text"]
CLIP = {
    "image_processor_type": "CLIPImageProcessor",
    "do_resize": True,
    "size": {"shortest_edge": 20},
    "resample": 3,
    "do_center_crop": True,
    "crop_size": {"height": 16, "width": 16},
    "do_rescale": True,
    "rescale_factor": 1 / 255,
    "do_normalize": True,
    "image_mean": [0.48, 0.45, 0.41],
    "image_std": [0.27, 0.26, 0.28],
    "do_convert_rgb": True,
}


class Parts:
    """Nodes and random weights of a graph under construction."""

    def __init__(self, seed: int) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []
        self.inputs: list[onnx.ValueInfoProto] = []
        self.outputs: list[onnx.ValueInfoProto] = []
        self.chance = np.random.default_rng(seed)

    def weight(self, name: str, *shape: int) -> str:
        return self.constant(name, self.chance.normal(0, 0.6, shape).astype(np.float32))

    def constant(self, name: str, value: Any) -> str:
        self.weights.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def step(self, operator: str, inputs: Iterable[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(operator, list(inputs), [output], name=output, **attributes))
        return output

    def gives(self, name: str, shape: list[Any]) -> None:
        self.outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))

    def model(self) -> onnx.ModelProto:
        graph = helper.make_graph(self.nodes, "towers", self.inputs, self.outputs, self.weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
        onnx.checker.check_model(model, full_check=True)
        return model


def add_vision(parts: Parts, output: str = "image_embeds", side: int | str = "side") -> None:
    """Patches, a class token before them, one layer, its first token, a projection."""
    parts.inputs.append(
        helper.make_tensor_value_info("pixel_values", TensorProto.FLOAT, ["batch", 3, side, side])
    )
    patches = parts.step(
        "Conv",
        ["pixel_values", parts.weight("v.patch", WIDTH, 3, PATCH, PATCH)],
        "v.map",
        strides=[PATCH, PATCH],
    )
    flat = parts.step("Reshape", [patches, parts.constant("v.flat", np.array([0, WIDTH, -1]))], "v.rows")
    rows = parts.step("Transpose", [flat], "v.tokens", perm=[0, 2, 1])
    tokens = parts.step("Concat", [parts.weight("v.class", 1, 1, WIDTH), rows], "v.all", axis=1)
    mixed = parts.step("ReduceMean", [tokens, parts.constant("v.one", np.array([1]))], "v.mean", keepdims=1)
    hidden = parts.step("Tanh", [parts.step("Add", [tokens, mixed], "v.sum")], "last_hidden_state")
    pooled = parts.step("Gather", [hidden, parts.constant("v.zero", np.array(0))], "pooler_output", axis=1)
    parts.step("MatMul", [pooled, parts.weight("v.project", WIDTH, DIM)], output)
    parts.gives("last_hidden_state", ["batch", "tokens", WIDTH])
    parts.gives(output, ["batch", DIM])


def add_text(
    parts: Parts,
    output: str = "text_embeds",
    masked: bool = True,
    length: int | str = "length",
    dim: int = DIM,
) -> None:
    """Words and places, averaged over the tokens that count, and a projection."""
    shape = ["texts", length]
    parts.inputs.append(helper.make_tensor_value_info("input_ids", TensorProto.INT64, shape))
    found = parts.step("Gather", [parts.weight("t.words", len(WORDS), WIDTH), "input_ids"], "t.found")
    long = parts.step("Shape", ["input_ids"], "t.long", start=1)
    cut = [parts.weight("t.places", 40, WIDTH), parts.constant("t.zero", np.array([0])), long]
    tokens = parts.step(
        "Tanh", [parts.step("Add", [found, parts.step("Slice", cut, "t.here")], "t.sum")], "t.tanh"
    )
    if masked:
        parts.inputs.append(helper.make_tensor_value_info("attention_mask", TensorProto.INT64, shape))
        mask = parts.step("Cast", ["attention_mask"], "t.mask", to=TensorProto.FLOAT)
        column = parts.step("Unsqueeze", [mask, parts.constant("t.two", np.array([2]))], "t.column")
        tokens = parts.step("Mul", [tokens, column], "t.counted")
    total = parts.step("ReduceSum", [tokens, parts.constant("t.one", np.array([1]))], "t.total", keepdims=0)
    parts.step("MatMul", [total, parts.weight("t.project", WIDTH, dim)], output)
    parts.gives(output, ["texts", dim])


def vision(**options: Any) -> onnx.ModelProto:
    parts = Parts(1)
    add_vision(parts, **options)
    return parts.model()


def text(**options: Any) -> onnx.ModelProto:
    parts = Parts(2)
    add_text(parts, **options)
    return parts.model()


def joint() -> onnx.ModelProto:
    """Both towers in one graph, and how well they agree."""
    parts = Parts(3)
    add_vision(parts)
    add_text(parts)
    turned = parts.step("Transpose", ["text_embeds"], "turned", perm=[1, 0])
    parts.step("MatMul", ["image_embeds", turned], "logits_per_image")
    parts.gives("logits_per_image", ["batch", "texts"])
    return parts.model()


def tokenizer() -> bytes:
    made = Tokenizer(models.WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="[unk]"))
    made.normalizer = normalizers.Lowercase()
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 1), ("</s>", 2)]
    )
    return made.to_str().encode()


def as_json(document: Any) -> bytes:
    return json.dumps(document).encode()


def clip_files() -> dict[str, bytes]:
    """A CLIP whose towers are two files, as most are on the hub."""
    return {
        "config.json": as_json({"model_type": "clip"}),
        "preprocessor_config.json": as_json(CLIP),
        "tokenizer.json": tokenizer(),
        "tokenizer_config.json": as_json({"model_max_length": 6, "pad_token": "<pad>"}),
        "onnx/vision_model.onnx": vision().SerializeToString(),
        "onnx/text_model.onnx": text().SerializeToString(),
    }


class Hub:
    """Repositories by name, each a dictionary of files, at one commit each."""

    def __init__(self) -> None:
        self.files: dict[str, dict[str, bytes]] = {}
        self.sent: dict[str, bytes] = {}
        """What is sent in place of a file, by its path: damage on the way."""
        self.refuses: dict[str, tuple[int, str]] = {}
        """Status and error code for everything of a repository, by its name."""
        self.requests: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Answers", (_Answers,), {"hub": self}))
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def commit(self, repo: str) -> str:
        content = b"".join(name.encode() + data for name, data in sorted(self.files[repo].items()))
        return hashlib.sha1(content).hexdigest()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def announced(name: str, data: bytes) -> dict[str, Any]:
    """What the hub's listing says of a file: large ones are kept aside and known by their sha256."""
    git = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
    entry: dict[str, Any] = {"rfilename": name, "size": len(data), "blobId": git}
    if ".onnx" in name:
        entry["lfs"] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 130}
    return entry


class _Answers(BaseHTTPRequestHandler):
    hub: Hub

    def log_message(self, *_: Any) -> None:
        pass

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.hub.requests.append(f"{self.command} {self.path}")
        path = unquote(parts.path).lstrip("/")
        if path.startswith("api/models/"):
            repo, _, revision = path.removeprefix("api/models/").partition("/revision/")
            self._listing(repo, revision or "main", "blobs" in parse_qs(parts.query))
        elif "/resolve/" in path:
            repo, _, rest = path.partition("/resolve/")
            revision, _, file = rest.partition("/")
            self._file(repo, revision, file)
        else:
            self._say(404, b"{}")  # such as the library asks for about itself

    def _found(self, repo: str, revision: str) -> bool:
        if repo in self.hub.refuses:
            status, code = self.hub.refuses[repo]
            self._say(status, b"{}", {"X-Error-Code": code} if code else {})
        elif repo not in self.hub.files:  # as the hub answers those who are not signed in
            self._say(401, b"{}", {"X-Error-Code": "RepoNotFound", "X-Error-Message": "Invalid credentials"})
        elif revision not in ("main", "v1", self.hub.commit(repo)):
            self._say(404, b"{}", {"X-Error-Code": "RevisionNotFound"})
        else:
            return True
        return False

    def _listing(self, repo: str, revision: str, blobs: bool) -> None:
        if self._found(repo, revision):
            siblings = [announced(name, data) for name, data in self.hub.files[repo].items()]
            if not blobs:
                siblings = [{"rfilename": sibling["rfilename"]} for sibling in siblings]
            document = {"id": repo, "modelId": repo, "sha": self.hub.commit(repo), "siblings": siblings}
            self._say(200, as_json(document | {"private": False, "tags": [], "downloads": 0}))

    def _file(self, repo: str, revision: str, file: str) -> None:
        if not self._found(repo, revision):
            return
        commit = {"X-Repo-Commit": self.hub.commit(repo)}
        if file not in self.hub.files[repo]:
            self._say(404, b"", {**commit, "X-Error-Code": "EntryNotFound"})
            return
        data = self.hub.files[repo][file]
        entry = announced(file, data)
        head = {**commit, "ETag": f'"{entry["blobId"]}"'}
        if "lfs" in entry:
            head |= {"X-Linked-Etag": f'"{entry["lfs"]["sha256"]}"', "X-Linked-Size": str(len(data))}
        self._say(200, self.hub.sent.get(f"{repo}/{file}", data), head)

    def _say(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
