"""Every operator does in torch what it does in ONNX Runtime."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

torch = pytest.importorskip("torch")

from lookalike.training.network.operators import OPERATORS  # noqa: E402
from lookalike.training.network.program import _step  # noqa: E402

CHANCE = np.random.default_rng(0)


def numbers(*shape: int) -> np.ndarray:
    return CHANCE.normal(size=shape).astype(np.float32)


def positive(*shape: int) -> np.ndarray:
    return np.abs(numbers(*shape)) + np.float32(0.5)


def whole(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


MAP = numbers(2, 4, 7, 9)
SINGLE = ("Abs", "Exp", "Erf", "Neg", "Reciprocal", "Sigmoid", "Tanh", "Relu", "Floor", "Ceil", "Round",
          "Sin", "Cos", "Sign", "Softplus", "HardSwish", "Mish", "Identity", "Dropout", "GlobalAveragePool",
          "GlobalMaxPool", "LeakyRelu", "Elu", "HardSigmoid", "Softmax", "LogSoftmax", "Flatten", "Transpose",
          "LpNormalization", "Shape")  # fmt: skip
PAIRS = ("Add", "Sub", "Mul", "Div", "Equal", "Less", "Greater", "LessOrEqual", "GreaterOrEqual", "PRelu",
         "Sum", "Min", "Max")  # fmt: skip
REDUCED = ("ReduceMean", "ReduceMax", "ReduceMin", "ReduceL2", "ReduceSumSquare")
Case = tuple[str, Sequence[np.ndarray | None], dict[str, Any]]
CASES: list[Case] = [
    *((name, [MAP], {}) for name in SINGLE),
    *((name, [MAP, numbers(4, 1, 1)], {}) for name in PAIRS),
    *((name, [MAP], {"axes": [1, -1], "keepdims": keep}) for name in REDUCED for keep in (0, 1)),
    ("ReduceMean", [MAP], {}),
    ("ReduceSum", [MAP, whole(0, 2)], {"keepdims": 0}),
    ("ReduceSum", [MAP], {"noop_with_empty_axes": 1}),
    ("Sqrt", [positive(3, 2)], {}),
    ("Log", [positive(3, 2)], {}),
    ("Pow", [positive(3, 2), numbers(2)], {}),
    ("Div", [whole(7, -7, 9), whole(2, 2, -4)], {}),
    ("Mod", [whole(7, -7, 9), whole(2, 4, -4)], {}),
    ("And", [MAP > 0, MAP > 1], {}),
    ("Or", [MAP > 0, MAP > 1], {}),
    ("Not", [MAP > 0], {}),
    ("MatMul", [numbers(2, 3, 4), numbers(4, 5)], {}),
    ("Gemm", [numbers(3, 4), numbers(5, 4), numbers(5)], {"transB": 1, "alpha": 0.5, "beta": 2.0}),
    ("Gemm", [numbers(4, 3), numbers(4, 5)], {"transA": 1}),
    ("Einsum", [numbers(2, 3), numbers(3, 4)], {"equation": "ij,jk->ik"}),
    ("Clip", [MAP, np.float32(-0.3), np.float32(0.5)], {}),
    ("Clip", [MAP, np.float32(-0.3)], {}),
    ("Clip", [MAP, None, np.float32(0.5)], {}),
    ("Softmax", [MAP], {"axis": 1}),
    ("LayerNormalization", [MAP, numbers(9), numbers(9)], {"epsilon": 1e-3}),
    ("LayerNormalization", [MAP, numbers(7, 9)], {"axis": 2}),
    ("BatchNormalization", [MAP, numbers(4), numbers(4), numbers(4), positive(4)], {}),
    ("InstanceNormalization", [MAP, numbers(4), numbers(4)], {}),
    ("Conv", [MAP, numbers(6, 4, 3, 3), numbers(6)], {"strides": [2, 1], "pads": [0, 1, 1, 1]}),
    ("Conv", [MAP, numbers(4, 1, 3, 3)], {"group": 4, "auto_pad": "SAME_UPPER", "strides": [2, 2]}),
    ("Conv", [MAP, numbers(4, 1, 4, 3)], {"group": 4, "auto_pad": "SAME_LOWER", "strides": [2, 2]}),
    ("Conv", [MAP, numbers(6, 2, 3, 2)], {"group": 2, "dilations": [2, 3], "auto_pad": "VALID"}),
    ("Conv", [MAP, numbers(6, 4, 1, 1), numbers(6)], {"strides": [2, 3]}),
    ("Conv", [numbers(2, 4, 9), numbers(6, 4, 3)], {"pads": [1, 1]}),
    ("MaxPool", [MAP], {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]}),
    ("MaxPool", [MAP], {"kernel_shape": [2, 3], "strides": [2, 2], "auto_pad": "SAME_UPPER"}),
    ("MaxPool", [MAP], {"kernel_shape": [3, 2], "strides": [2, 2], "ceil_mode": 1}),
    ("AveragePool", [MAP], {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]}),
    ("AveragePool", [MAP], {"kernel_shape": [3, 3], "pads": [0, 1, 1, 0]}),
    ("AveragePool", [MAP], {"kernel_shape": [3, 3], "pads": [0, 1, 1, 0], "count_include_pad": 1}),
    ("Pad", [MAP, whole(0, 0, 1, 2, 0, 1, 3, 0), np.float32(2.5)], {}),
    ("Pad", [MAP, whole(0, 0, 1, 2, 0, 0, 3, 0)], {"mode": "reflect"}),
    ("Pad", [MAP, whole(0, 0, 1, 2, 0, 0, 3, 0)], {"mode": "edge"}),
    ("Resize", [MAP, None, None, whole(2, 4, 14, 18)], {"mode": "linear"}),
    ("Resize", [MAP, None, np.array([1, 1, 2, 2], np.float32)], {
        "mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}),
    ("Resize", [MAP, None, None, whole(2, 4, 10, 13)], {
        "mode": "cubic", "coordinate_transformation_mode": "pytorch_half_pixel"}),
    ("DepthToSpace", [MAP], {"blocksize": 2}),
    ("DepthToSpace", [MAP], {"blocksize": 2, "mode": "CRD"}),
    ("SpaceToDepth", [numbers(2, 3, 4, 6)], {"blocksize": 2}),
    ("Reshape", [MAP, whole(0, -1, 9)], {}),
    ("Flatten", [MAP], {"axis": 2}),
    ("Flatten", [MAP], {"axis": -1}),
    ("Transpose", [MAP], {"perm": [0, 2, 3, 1]}),
    ("Squeeze", [numbers(2, 1, 3, 1), whole(1)], {}),
    ("Squeeze", [numbers(2, 1, 3, 1)], {}),
    ("Unsqueeze", [numbers(2, 3), whole(0, -1)], {}),
    ("Split", [MAP, whole(1, 3)], {"axis": 1}),
    ("Slice", [MAP, whole(-1, 0), whole(-100, 2), whole(3, 1), whole(-1, 1)], {}),
    ("Slice", [MAP, whole(1, 0), whole(100, -1), whole(2, 3), whole(2, 3)], {}),
    ("Gather", [MAP, whole(-1, 0)], {"axis": 2}),
    ("Gather", [MAP, np.array(0, np.int64)], {"axis": 1}),
    ("Expand", [numbers(3, 1), whole(2, 1, 4)], {}),
    ("Concat", [MAP, numbers(2, 1, 7, 9)], {"axis": 1}),
    ("Tile", [numbers(2, 3), whole(2, 1)], {}),
    ("Shape", [MAP], {"start": 1, "end": -1}),
    ("ConstantOfShape", [whole(2, 3)], {"value": numpy_helper.from_array(np.array([7], np.int64))}),
    ("Constant", [], {"value_floats": [1.5, 2.5]}),
    ("Where", [MAP > 0, MAP, np.float32(0.0)], {}),
    ("Range", [np.array(1, np.int64), np.array(9, np.int64), np.array(3, np.int64)], {}),
    ("Cast", [MAP], {"to": TensorProto.INT64}),
    ("QuantizeLinear", [MAP, np.float32(0.02), np.uint8(100)], {}),
    ("DequantizeLinear", [
        CHANCE.integers(-128, 127, (4, 3)).astype(np.int8), positive(4), np.zeros(4, np.int8)], {"axis": 0}),
]  # fmt: skip


def reference(name: str, given: Sequence[np.ndarray | None], attributes: dict[str, Any], outputs: int) -> Any:
    """The operator's node and what ONNX Runtime makes of it."""
    names = ["" if one is None else f"in{at}" for at, one in enumerate(given)]
    node = helper.make_node(name, names, [f"out{at}" for at in range(outputs)], **attributes)
    known = [(label, one) for label, one in zip(names, given, strict=True) if one is not None]
    inputs = [
        helper.make_tensor_value_info(
            label, helper.np_dtype_to_tensor_dtype(np.asarray(one).dtype), one.shape
        )
        for label, one in known
    ]
    kinds = [onnxruntime.SessionOptions()]
    kinds[0].log_severity_level = 4
    results = [helper.make_empty_tensor_value_info(label) for label in node.output]
    model = helper.make_model(
        helper.make_graph([node], "one", inputs, results),
        opset_imports=[helper.make_opsetid("", 22 if name == "Mish" else 17)],
        ir_version=8,
    )
    run = onnxruntime.InferenceSession(model.SerializeToString(), *kinds, providers=["CPUExecutionProvider"])
    return node, run.run(None, {label: np.asarray(one) for label, one in known})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_an_operator_gives_what_onnx_runtime_gives(case: Case) -> None:
    name, given, attributes = case
    node, wanted = reference(name, given, attributes, 2 if name == "Split" else 1)
    tensors = [None if one is None else torch.from_numpy(np.asarray(one)) for one in given]
    found = _step(node).run(tensors, 17)
    assert len(found) == len(wanted)
    for one, other in zip(found, wanted, strict=True):
        assert tuple(one.shape) == other.shape
        assert np.allclose(one.numpy(), other, atol=1e-5)


def test_every_operator_that_is_claimed_is_tried() -> None:
    tried = {case[0] for case in CASES}
    assert set(OPERATORS) - tried == {"Gelu", "GroupNormalization", "CastLike"}


def test_operators_of_newer_sets_give_what_is_known_of_them() -> None:
    one = torch.from_numpy(MAP)
    halves = OPERATORS["GroupNormalization"]([one, torch.ones(4), torch.zeros(4)], {"num_groups": 2})
    assert torch.allclose(halves[:, :2].mean((1, 2, 3)), torch.zeros(2), atol=1e-6)
    assert torch.allclose(halves[:, :2].var((1, 2, 3), correction=0), torch.ones(2), atol=1e-4)
    gelu = OPERATORS["Gelu"]([one], {})
    assert torch.allclose(gelu, one * 0.5 * (1 + torch.erf(one / 2**0.5)), atol=1e-6)
    assert OPERATORS["CastLike"]([one, torch.zeros(1, dtype=torch.int64)], {}).dtype == torch.int64


def test_softmax_of_old_sets_goes_over_all_axes_that_follow() -> None:
    found = OPERATORS["Softmax"]([torch.from_numpy(MAP)], {"opset": 11, "axis": 1})
    assert torch.allclose(found.sum((1, 2, 3)), torch.ones(2))
