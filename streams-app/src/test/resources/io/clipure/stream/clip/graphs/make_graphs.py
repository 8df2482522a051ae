"""Makes the tiny ONNX graphs beside this script (pip install onnx numpy).

image.onnx      uint8 [batch, 4, 4, 3] -> float32 [batch, 3]: mean of each channel / 255
nan.onnx        the same, then log(x - 1): NaN for every image that is not white
batch-size.onnx the number of rows it was called with, three times
float-input.onnx, fixed-batch.onnx, two-outputs.onnx, half.onnx: what an export gone wrong looks like
"""
import pathlib

import onnx
from onnx import TensorProto, helper

HERE = pathlib.Path(__file__).parent


def save(
    name,
    nodes,
    input_type=TensorProto.UINT8,
    batch="batch",
    outputs=("embedding",),
    output_type=TensorProto.FLOAT,
):
    constants = [
        helper.make_tensor("scale", TensorProto.FLOAT, [], [255.0]),
        helper.make_tensor("one", TensorProto.FLOAT, [], [1.0]),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("pixels", input_type, [batch, 4, 4, 3])],
        [helper.make_tensor_value_info(o, output_type, [batch, 3]) for o in outputs],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, HERE / name)


def mean(output):
    return [
        helper.make_node("Cast", ["pixels"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("Div", ["float", "scale"], ["unit"]),
        helper.make_node("ReduceMean", ["unit"], [output], axes=[1, 2], keepdims=0),
    ]


save("image.onnx", mean("embedding"))
save(
    "nan.onnx",
    mean("m")
    + [helper.make_node("Sub", ["m", "one"], ["s"]), helper.make_node("Log", ["s"], ["embedding"])],
)
save("float-input.onnx", mean("embedding"), input_type=TensorProto.FLOAT)
save("fixed-batch.onnx", mean("embedding"), batch=1)
save(
    "two-outputs.onnx",
    mean("embedding") + [helper.make_node("Neg", ["embedding"], ["extra"])],
    outputs=("embedding", "extra"),
)
save(
    "half.onnx",
    mean("m") + [helper.make_node("Cast", ["m"], ["embedding"], to=TensorProto.FLOAT16)],
    output_type=TensorProto.FLOAT16,
)
save(
    "batch-size.onnx",
    mean("m")
    + [
        helper.make_node("Shape", ["pixels"], ["rows"], start=0, end=1),
        helper.make_node("Cast", ["rows"], ["count"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["m", "scale"], ["zero"]),
        helper.make_node("Sub", ["zero", "zero"], ["nothing"]),
        helper.make_node("Add", ["nothing", "count"], ["embedding"]),
    ],
)
