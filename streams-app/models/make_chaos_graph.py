"""Writes the image graph of the chaos harness: a few kilobytes that hang, throw or run out of memory on demand.

    python make_chaos_graph.py --out ../src/main/resources/io/clipure/stream/app/chaos/image.onnx

It takes uint8 pixels [batch, 16, 16, 3] and answers [batch, 129], the width of the demo bundle's text
encoder. An ordinary image gets a linear function of its four quadrants' mean colours. An image whose first
pixel is (254, 1, CODE) sets off a fault for the whole batch it is in, as a real device's fault would be:

    1         throws (a Gather beyond its data)
    2         throws in one run of two (RandomUniform)
    3         wants 16 TiB, but only in a batch of more than two rows
    4         computes for HANG_ROUNDS rounds of a Loop: a device that hangs, and comes back at last
    5         the same, in one run of two
    16..255   computes for CODE - 15 rounds: a slow image

A round is about a millisecond of one core, a hang about a quarter of a minute. Apart from the faults, batch-mates do not influence each other.
"""
from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SIZE, DIMENSION, HANG_ROUNDS, ROUND_WIDTH = 16, 129, 12_000, 384


def constant(name: str, value: np.ndarray) -> onnx.TensorProto:
    return numpy_helper.from_array(value, name)


def node(op: str, inputs: list[str], output: str, **attributes) -> onnx.NodeProto:
    return helper.make_node(op, inputs, [output], name=output, **attributes)


def loop_body() -> onnx.GraphProto:
    """state <- tanh(state @ mixer), as long as the Loop asks."""
    square = [ROUND_WIDTH, ROUND_WIDTH]
    return helper.make_graph(
        [node("MatMul", ["state", "mixer"], "mixed"), node("Tanh", ["mixed"], "next"),
         node("Identity", ["going"], "go_on")],
        "round",
        [helper.make_tensor_value_info("round_number", TensorProto.INT64, []),
         helper.make_tensor_value_info("going", TensorProto.BOOL, []),
         helper.make_tensor_value_info("state", TensorProto.FLOAT, square)],
        [helper.make_tensor_value_info("go_on", TensorProto.BOOL, []),
         helper.make_tensor_value_info("next", TensorProto.FLOAT, square)])


def any_row(code: int, name: str) -> list[onnx.NodeProto]:
    """name: int64 [1], 1 if an image of the batch has this code, else 0."""
    return [node("Equal", ["code", f"code_{code}"], name + "_rows"),
            node("Cast", [name + "_rows"], name + "_ints", to=TensorProto.INT64),
            node("ReduceMax", [name + "_ints"], name, axes=[0], keepdims=1)]


def graph() -> onnx.ModelProto:
    random = np.random.default_rng(20261122)
    weights = random.normal(0, 1, (12, DIMENSION)).astype(np.float32)
    bias = random.normal(0, 0.05, DIMENSION).astype(np.float32)
    bias[-1] = 3.0
    mixer = random.normal(0, 1 / np.sqrt(ROUND_WIDTH), (ROUND_WIDTH, ROUND_WIDTH)).astype(np.float32)
    constants = [constant(f"code_{code}", np.array([code], np.int64)) for code in (1, 2, 3, 4, 5)]
    constants += [
        constant("zero", np.array([0], np.int64)), constant("one", np.array([1], np.int64)),
        constant("two", np.array([2], np.int64)), constant("three", np.array([3], np.int64)),
        constant("slow_from", np.array([15], np.int64)), constant("hang_rounds", np.array([HANG_ROUNDS], np.int64)),
        constant("many", np.array([1 << 42], np.int64)), constant("half", np.array([0.5], np.float32)),
        constant("red", np.array([254], np.int64)), constant("green", np.array([1], np.int64)),
        constant("scale", np.array([1 / 127.5], np.float32)), constant("shift", np.array([1], np.float32)),
        constant("nothing", np.array([1e-30], np.float32)), constant("single", np.array([0], np.float32)),
        constant("scalar", np.array([], np.int64)), constant("yes", np.array(True)),
        constant("quadrants", np.array([0, 2, SIZE // 2, 2, SIZE // 2, 3], np.int64)),
        constant("flat", np.array([0, 12], np.int64)), constant("far", np.array([7], np.int64)),
        constant("weights", weights), constant("bias", bias),
        constant("state_shape", np.array([ROUND_WIDTH, ROUND_WIDTH], np.int64)),
        # The mixer is an outer product, so that the file holds one row of it.
        constant("mixer_seed", mixer[0]), constant("index_0", np.array(0, np.int64)),
        constant("index_1", np.array(1, np.int64)), constant("index_2", np.array(2, np.int64)),
        constant("column", np.array([ROUND_WIDTH, 1], np.int64)), constant("row", np.array([1, ROUND_WIDTH], np.int64)),
    ]
    nodes = [
        # The first pixel's code; 0 for an ordinary image.
        node("Gather", ["pixels", "index_0"], "first_row", axis=1),
        node("Gather", ["first_row", "index_0"], "first", axis=1),
        node("Cast", ["first"], "first_ints", to=TensorProto.INT64),
        node("Gather", ["first_ints", "index_0"], "r", axis=1),
        node("Gather", ["first_ints", "index_1"], "g", axis=1),
        node("Gather", ["first_ints", "index_2"], "b", axis=1),
        node("Equal", ["r", "red"], "is_red"), node("Equal", ["g", "green"], "is_green"),
        node("And", ["is_red", "is_green"], "is_magic"),
        node("Where", ["is_magic", "b", "zero"], "code"),
        # One draw a run decides about the faults that come in one run of two.
        node("RandomUniform", [], "draw", shape=[1], low=0.0, high=1.0),
        node("Less", ["draw", "half"], "drawn"), node("Cast", ["drawn"], "coin", to=TensorProto.INT64),
        *any_row(1, "throws"), *any_row(2, "may_throw"), *any_row(3, "large"), *any_row(4, "hangs"),
        *any_row(5, "may_hang"),
        node("Mul", ["may_throw", "coin"], "throws_now"), node("Add", ["throws", "throws_now"], "throwing"),
        node("Mul", ["throwing", "far"], "beyond"), node("Gather", ["single", "beyond"], "gathered"),
        # Memory, in large batches only.
        node("Shape", ["code"], "rows"), node("Greater", ["rows", "two"], "is_many"),
        node("Cast", ["is_many"], "many_rows", to=TensorProto.INT64), node("Mul", ["large", "many_rows"], "hungry"),
        node("Mul", ["hungry", "many"], "extra"), node("Add", ["extra", "one"], "elements"),
        node("ConstantOfShape", ["elements"], "allocated"), node("Gather", ["allocated", "index_0"], "touched"),
        # Rounds: the slowest image's, and those of a hang.
        node("Sub", ["code", "slow_from"], "slow_code"), node("Max", ["slow_code", "zero"], "slow_rounds"),
        node("ReduceMax", ["slow_rounds"], "slowest", axes=[0], keepdims=1),
        node("Mul", ["may_hang", "coin"], "hangs_now"), node("Add", ["hangs", "hangs_now"], "hanging"),
        node("Mul", ["hanging", "hang_rounds"], "hang_work"), node("Add", ["slowest", "hang_work"], "work"),
        node("Reshape", ["work", "scalar"], "rounds"),
        node("Reshape", ["mixer_seed", "column"], "mixer_column"), node("Reshape", ["mixer_seed", "row"], "mixer_row"),
        node("MatMul", ["mixer_column", "mixer_row"], "mixer"),
        node("Loop", ["rounds", "yes", "mixer"], "last_state", body=loop_body()),
        node("ReduceMean", ["last_state"], "mean_state", keepdims=0), node("Mul", ["mean_state", "nothing"], "worked"),
        # The embedding, plus nothing of the above, so that no optimiser can leave it out.
        node("Cast", ["pixels"], "floats", to=TensorProto.FLOAT), node("Mul", ["floats", "scale"], "scaled"),
        node("Sub", ["scaled", "shift"], "centred"), node("Reshape", ["centred", "quadrants"], "split"),
        node("ReduceMean", ["split"], "means", axes=[2, 4], keepdims=0), node("Reshape", ["means", "flat"], "features"),
        node("MatMul", ["features", "weights"], "linear"), node("Add", ["linear", "bias"], "plain"),
        node("Add", ["plain", "worked"], "plain_1"), node("Add", ["plain_1", "gathered"], "plain_2"),
        node("Add", ["plain_2", "touched"], "embedding"),
    ]
    model = helper.make_model(
        helper.make_graph(
            nodes, "chaos",
            [helper.make_tensor_value_info("pixels", TensorProto.UINT8, ["batch", SIZE, SIZE, 3])],
            [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", DIMENSION])], constants),
        opset_imports=[helper.make_opsetid("", 17)], producer_name="make_chaos_graph.py")
    model.ir_version = 8
    onnx.checker.check_model(model, full_check=True)
    return model


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    onnx.save(graph(), str(arguments.out))
    print(arguments.out, arguments.out.stat().st_size, "bytes")
