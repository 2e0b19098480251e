"""Build `minilm.onnx`: the shape of all-MiniLM-L6-v2 without its weights.

Run `python -m folkmoot.methods.themes.build_graph` after changing it; needs the development dependency
`onnx`. Every weight is declared as an external initialiser under its name in `model.safetensors`, and is
handed over when the session starts (see minilm.py), so that the file shipped here stays at some 24 KB.

Architecture: BERT (Devlin et al. 2019, doi:10.18653/v1/N19-1423) with 6 layers, 12 heads, width 384; mean
pooling over the tokens of a text, then length one (Reimers and Gurevych 2019, doi:10.18653/v1/D19-1410).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

LAYERS, HEADS, WIDTH, INNER, VOCABULARY, POSITIONS = 6, 12, 384, 1536, 30522, 512
EPSILON = 1e-12
OPSET, IR_VERSION = 20, 9
TARGET = Path(__file__).with_name("minilm.onnx")


class Graph:
    """Nodes and initialisers in the order in which they are asked for."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.initialisers: list[onnx.TensorProto] = []

    def node(self, operator: str, *inputs: str, **attributes: Any) -> str:
        name = f"{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [name], name=name, **attributes))
        return name

    def constant(self, value: np.ndarray) -> str:
        name = f"constant_{len(self.initialisers)}"
        self.initialisers.append(numpy_helper.from_array(value, name))
        return name

    def integers(self, *values: int) -> str:
        return self.constant(np.array(values, dtype=np.int64))

    def number(self, value: float) -> str:
        return self.constant(np.array(value, dtype=np.float32))

    def weight(self, name: str, *shape: int) -> str:
        tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=shape)
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value="model.safetensors")
        self.initialisers.append(tensor)
        return name

    def dense(self, x: str, name: str, inputs: int, outputs: int) -> str:
        turned = self.node("Transpose", self.weight(f"{name}.weight", outputs, inputs), perm=[1, 0])
        return self.node("Add", self.node("MatMul", x, turned), self.weight(f"{name}.bias", outputs))

    def normalised(self, x: str, name: str) -> str:
        scale, bias = self.weight(f"{name}.weight", WIDTH), self.weight(f"{name}.bias", WIDTH)
        return self.node("LayerNormalization", x, scale, bias, axis=-1, epsilon=EPSILON)


def embeddings(graph: Graph) -> str:
    """Word, position and segment vectors, added: texts × tokens × width."""
    name = "embeddings"
    words = graph.node(
        "Gather", graph.weight(f"{name}.word_embeddings.weight", VOCABULARY, WIDTH), "input_ids"
    )
    length = graph.node("Shape", "input_ids", start=1, end=2)
    table = graph.weight(f"{name}.position_embeddings.weight", POSITIONS, WIDTH)
    positions = graph.node("Slice", table, graph.integers(0), length, graph.integers(0))
    segments = graph.weight(f"{name}.token_type_embeddings.weight", 2, WIDTH)
    segment = graph.node("Slice", segments, graph.integers(0), graph.integers(1), graph.integers(0))
    total = graph.node("Add", graph.node("Add", words, segment), positions)
    return graph.normalised(total, f"{name}.LayerNorm")


def attention(graph: Graph, x: str, name: str, mask: str) -> str:
    """What each token takes from the others, by scaled dot products in twelve heads."""
    depth = WIDTH // HEADS
    apart = graph.integers(0, 0, HEADS, depth)

    def heads(part: str, perm: list[int]) -> str:
        dense = graph.dense(x, f"{name}.self.{part}", WIDTH, WIDTH)
        return graph.node("Transpose", graph.node("Reshape", dense, apart), perm=perm)

    query, key = heads("query", [0, 2, 1, 3]), heads("key", [0, 2, 3, 1])
    scores = graph.node("Div", graph.node("MatMul", query, key), graph.number(depth**0.5))
    shares = graph.node("Softmax", graph.node("Add", scores, mask), axis=-1)
    mixed = graph.node("MatMul", shares, heads("value", [0, 2, 1, 3]))
    together = graph.node("Transpose", mixed, perm=[0, 2, 1, 3])
    flat = graph.node("Reshape", together, graph.integers(0, 0, WIDTH))
    output = graph.dense(flat, f"{name}.output.dense", WIDTH, WIDTH)
    return graph.normalised(graph.node("Add", output, x), f"{name}.output.LayerNorm")


def layer(graph: Graph, x: str, name: str, mask: str) -> str:
    attended = attention(graph, x, f"{name}.attention", mask)
    inner = graph.node("Gelu", graph.dense(attended, f"{name}.intermediate.dense", WIDTH, INNER))
    output = graph.dense(inner, f"{name}.output.dense", INNER, WIDTH)
    return graph.normalised(graph.node("Add", output, attended), f"{name}.output.LayerNorm")


def pooled(graph: Graph, x: str, present: str) -> None:
    """The mean over a text's own tokens, brought to length one."""
    weights = graph.node("Unsqueeze", present, graph.integers(2))
    total = graph.node("ReduceSum", graph.node("Mul", x, weights), graph.integers(1), keepdims=0)
    count = graph.node("ReduceSum", present, graph.integers(1), keepdims=1)
    mean = graph.node("Div", total, count)
    length = graph.node("ReduceL2", mean, graph.integers(1), keepdims=1)
    graph.nodes.append(helper.make_node("Div", [mean, length], ["embedding"], name="embedding"))


def build() -> onnx.ModelProto:
    """The whole graph: `input_ids` and `attention_mask` (texts × tokens) in, `embedding` out."""
    graph = Graph()
    present = graph.node("Cast", "attention_mask", to=TensorProto.FLOAT)
    absent = graph.node("Sub", graph.number(1.0), present)
    lowered = graph.node("Mul", absent, graph.number(-1e9))
    mask = graph.node("Unsqueeze", lowered, graph.integers(1, 2))
    x = embeddings(graph)
    for number in range(LAYERS):
        x = layer(graph, x, f"encoder.layer.{number}", mask)
    pooled(graph, x, present)
    ids, attention_mask = (
        helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"])
        for name in ("input_ids", "attention_mask")
    )
    embedding = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["texts", WIDTH])
    inside = helper.make_graph(graph.nodes, "minilm", [ids, attention_mask], [embedding], graph.initialisers)
    return helper.make_model(
        inside,
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="folkmoot",
    )


if __name__ == "__main__":
    TARGET.write_bytes(build().SerializeToString(deterministic=True))
