"""Reverse-mode differentiation of an ONNX graph: the vector-Jacobian product as another ONNX graph.

Written on ONNX rather than traced from PyTorch, because then the gradient graph uses the very initialisers of
the forward graph (one weights file serves both), keeps its dynamic batch axis, and can be made for a bundle
whose checkpoint is lost. The operators are those of exported CLIP image towers; any other is refused by name.

Shapes are seen, not inferred: the forward graph runs at two batch sizes with every intermediate tensor as an
output. An axis that differs between the runs is the batch's, and what does not differ is a constant.
"""
from __future__ import annotations

import math

import numpy as np
import onnx
import onnxruntime
from onnx import NodeProto, TensorProto, helper, numpy_helper

BATCHES = (2, 3)
COTANGENT, GRADIENT = "cotangent", "gradient"


class NotDifferentiable(ValueError):
    """The graph has something this module knows no derivative of."""


class Seen:
    """Every tensor of a graph at the two batch sizes."""

    def __init__(self, model: onnx.ModelProto, weights_directory: str, size: int) -> None:
        whole = onnx.ModelProto()
        whole.CopyFrom(model)
        known = {o.name for o in whole.graph.output}
        for name in (o for node in whole.graph.node for o in node.output):
            if name and name not in known:
                whole.graph.output.append(onnx.ValueInfoProto(name=name))
        onnx.external_data_helper.load_external_data_for_model(whole, weights_directory)
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        options.log_severity_level = 3
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(whole.SerializeToString(), options, providers=["CPUExecutionProvider"])
        names = [o.name for o in session.get_outputs()]
        self.runs = []
        for batch in BATCHES:
            pixels = np.random.default_rng(batch).uniform(0, 255, (batch, size, size, 3)).astype(np.float32)
            source = {model.graph.input[0].name: pixels}
            self.runs.append(source | dict(zip(names, session.run(names, source))))
        for tensor in whole.graph.initializer:
            for run in self.runs:
                run[tensor.name] = numpy_helper.to_array(tensor)

    def dtype(self, name: str) -> np.dtype:
        return self.runs[0][name].dtype

    def rank(self, name: str) -> int:
        return self.runs[0][name].ndim

    def shape(self, name: str) -> list[int]:
        """-1: the axis grows with the batch."""
        first, second = (run[name].shape for run in self.runs)
        return [a if a == b else -1 for a, b in zip(first, second, strict=True)]

    def value(self, name: str, owner: NodeProto) -> np.ndarray:
        first, second = (run[name] for run in self.runs)
        if first.shape != second.shape or not np.array_equal(first, second):
            raise NotDifferentiable(f"{owner.op_type} {owner.name}: its input {name} depends on the batch")
        return first


class Reverse:
    """Collects backward nodes; one rule an operator, each `(node, dy...) -> [(input name, gradient name)]`."""

    def __init__(self, graph: onnx.GraphProto, seen: Seen, active: set[str]) -> None:
        self.seen, self.active = seen, active
        self.nodes: list[NodeProto] = []
        self.initializers: dict[str, TensorProto] = {}
        self.forward = list(graph.node)
        self._count = 0

    # building blocks

    def emit(self, op: str, *inputs: str, **attributes) -> str:
        self._count += 1
        output = f"vjp/{self._count}_{op}"
        self.nodes.append(helper.make_node(op, list(inputs), [output], name=output, **attributes))
        return output

    def constant(self, value, dtype=np.float32) -> str:
        array = np.asarray(value, dtype)
        name = f"vjp/{array.dtype}_{array.tolist()}".replace(" ", "")
        self.initializers.setdefault(name, numpy_helper.from_array(array, name))
        return name

    def ints(self, *values: int) -> str:
        return self.constant(values, np.int64)

    def reshape_like(self, gradient: str, name: str) -> str:
        shape = self.seen.shape(name)
        if shape.count(-1) > 1:
            raise NotDifferentiable(f"{name}: more than one of its axes grows with the batch, {shape}")
        return self.emit("Reshape", gradient, self.ints(*shape))

    def transposed(self, name: str) -> str:
        """The last two axes exchanged."""
        axes = list(range(self.seen.rank(name)))
        return self.emit("Transpose", name, perm=axes[:-2] + [axes[-1], axes[-2]])

    def unbroadcast(self, gradient: str, output: str, name: str) -> str:
        """Sums over the axes along which `name` was repeated to become `output`."""
        wide, narrow = self.seen.shape(output), self.seen.shape(name)
        missing = len(wide) - len(narrow)
        axes = [i for i in range(len(wide)) if i < missing or (narrow[i - missing] == 1 and wide[i] != 1)]
        if not axes:
            return gradient
        return self.reshape_like(self.emit("ReduceSum", gradient, self.ints(*axes), keepdims=1), name)

    def negative(self, name: str) -> str:
        return self.emit("Mul", name, self.constant(-1.0))  # on a processor seven times as fast as Neg

    def mask(self, condition: str, gradient: str) -> str:
        return self.emit("Where", condition, gradient, self.constant(0.0))

    # driver

    def differentiate(self, output: str, cotangent: str, source: str) -> str:
        arrived: dict[str, list[str]] = {output: [cotangent]}
        for node in reversed(self.forward):
            if not any(o in arrived for o in node.output) or not any(i in self.active for i in node.input):
                continue
            rule = getattr(self, f"_{node.op_type.lower()}", None)
            if rule is None or node.domain not in ("", "ai.onnx"):
                raise NotDifferentiable(f"no derivative is written for the operator {node.op_type} ({node.name}); "
                                        "add a rule to onnx_vjp.py")
            gradients = [self._sum(arrived.pop(o, [])) for o in node.output if o]
            attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
            for name, gradient in rule(node, attributes, *gradients):
                if name in self.active:
                    arrived.setdefault(name, []).append(gradient)
        if source not in arrived:
            raise NotDifferentiable(f"{output} does not depend on {source} in a differentiable way")
        return self._sum(arrived[source])

    def _sum(self, gradients: list[str]) -> str | None:
        if not gradients:
            return None
        total = gradients[0]
        for gradient in gradients[1:]:
            total = self.emit("Add", total, gradient)
        return total

    # element-wise

    def _identity(self, node, attributes, dy):
        return [(node.input[0], dy)]

    def _cast(self, node, attributes, dy):
        return [(node.input[0], dy)]  # float32 to float32: all others are inactive or refused

    def _neg(self, node, attributes, dy):
        return [(node.input[0], self.negative(dy))]

    def _add(self, node, attributes, dy):
        return [(name, self.unbroadcast(dy, node.output[0], name)) for name in node.input if name in self.active]

    def _sub(self, node, attributes, dy):
        a, b = node.input
        result = [(a, self.unbroadcast(dy, node.output[0], a))] if a in self.active else []
        if b in self.active:
            result.append((b, self.unbroadcast(self.negative(dy), node.output[0], b)))
        return result

    def _mul(self, node, attributes, dy):
        a, b = node.input
        return [(this, self.unbroadcast(self.emit("Mul", dy, other), node.output[0], this))
                for this, other in ((a, b), (b, a)) if this in self.active]

    def _div(self, node, attributes, dy):
        a, b = node.input
        over = self.emit("Div", dy, b)
        result = [(a, self.unbroadcast(over, node.output[0], a))] if a in self.active else []
        if b in self.active:
            gradient = self.negative(self.emit("Mul", over, node.output[0]))
            result.append((b, self.unbroadcast(gradient, node.output[0], b)))
        return result

    def _pow(self, node, attributes, dy):
        base, exponent = node.input
        if exponent in self.active:
            raise NotDifferentiable(f"Pow {node.name}: its exponent depends on the pixels")
        power = float(self.seen.value(exponent, node))
        slope = base if power == 2 else self.emit("Pow", base, self.constant(power - 1))
        return [(base, self.emit("Mul", dy, self.emit("Mul", slope, self.constant(power))))]

    def _sqrt(self, node, attributes, dy):
        return [(node.input[0], self.emit("Div", self.emit("Mul", dy, self.constant(0.5)), node.output[0]))]

    def _exp(self, node, attributes, dy):
        return [(node.input[0], self.emit("Mul", dy, node.output[0]))]

    def _erf(self, node, attributes, dy):
        x = node.input[0]
        bell = self.emit("Exp", self.negative(self.emit("Mul", x, x)))
        return [(x, self.emit("Mul", dy, self.emit("Mul", bell, self.constant(2 / math.sqrt(math.pi)))))]

    def _sigmoid(self, node, attributes, dy):
        y = node.output[0]
        slope = self.emit("Mul", y, self.emit("Sub", self.constant(1.0), y))
        return [(node.input[0], self.emit("Mul", dy, slope))]

    def _tanh(self, node, attributes, dy):
        y = node.output[0]
        slope = self.emit("Sub", self.constant(1.0), self.emit("Mul", y, y))
        return [(node.input[0], self.emit("Mul", dy, slope))]

    def _relu(self, node, attributes, dy):
        return [(node.input[0], self.mask(self.emit("Greater", node.output[0], self.constant(0.0)), dy))]

    def _clip(self, node, attributes, dy):
        x, inside = node.input[0], None
        for bound, beyond in zip(node.input[1:], ("Less", "Greater")):
            if bound:
                within = self.emit("Not", self.emit(beyond, x, bound))
                inside = within if inside is None else self.emit("And", inside, within)
        return [(x, dy if inside is None else self.mask(inside, dy))]

    # normalisation and reduction

    def _softmax(self, node, attributes, dy):
        y, axis = node.output[0], attributes.get("axis", -1)
        product = self.emit("Mul", y, dy)
        share = self.emit("ReduceSum", product, self.ints(axis), keepdims=1)
        return [(node.input[0], self.emit("Sub", product, self.emit("Mul", y, share)))]

    def _layernormalization(self, node, attributes, dy, *unused):
        """dx = s (g - mean(g) - n mean(g n)), n the normalised input, s = 1 / deviation, g = dy * scale."""
        x, scale = node.input[:2]
        rank = self.seen.rank(x)
        axes = list(range(attributes.get("axis", -1) % rank, rank))
        while len(node.output) < 3:  # the operator keeps both for us
            node.output.append(f"vjp/{node.output[0]}/{('mean', 'inverse_deviation')[len(node.output) - 1]}")
        _, mean, inverse = node.output[:3]
        normalised = self.emit("Mul", self.emit("Sub", x, mean), inverse)
        g = self.emit("Mul", dy, scale)
        along = self.emit("ReduceMean", self.emit("Mul", g, normalised), axes=axes, keepdims=1)
        centred = self.emit("Sub", g, self.emit("ReduceMean", g, axes=axes, keepdims=1))
        return [(x, self.emit("Mul", self.emit("Sub", centred, self.emit("Mul", normalised, along)), inverse))]

    def _spread(self, node, attributes, dy) -> tuple[str, int]:
        """dy of a reduction, with the reduced axes restored as 1, and how many elements went into each sum."""
        x = node.input[0]
        shape = self.seen.shape(x)
        axes = attributes.get("axes")
        if axes is None and len(node.input) > 1:
            axes = self.seen.value(node.input[1], node).tolist()
        axes = [a % len(shape) for a in (axes if axes is not None else range(len(shape)))]
        if any(shape[a] == -1 for a in axes):
            raise NotDifferentiable(f"{node.op_type} {node.name} mixes the images of a batch")
        if not attributes.get("keepdims", 1):
            dy = self.emit("Unsqueeze", dy, self.ints(*sorted(axes)))
        return dy, math.prod(shape[a] for a in axes)

    def _repeat(self, gradient: str, name: str) -> str:
        return self.emit("Expand", gradient, self.emit("Shape", name))

    def _reducesum(self, node, attributes, dy):
        dy, _ = self._spread(node, attributes, dy)
        return [(node.input[0], self._repeat(dy, node.input[0]))]

    def _reducemean(self, node, attributes, dy):
        dy, count = self._spread(node, attributes, dy)
        return [(node.input[0], self._repeat(self.emit("Div", dy, self.constant(count)), node.input[0]))]

    def _globalaveragepool(self, node, attributes, dy):
        count = math.prod(self.seen.shape(node.input[0])[2:])
        return [(node.input[0], self._repeat(self.emit("Div", dy, self.constant(count)), node.input[0]))]

    def _reducel2(self, node, attributes, dy):
        y, _ = self._spread(node, attributes, node.output[0])
        dy, _ = self._spread(node, attributes, dy)
        # the norm has no derivative at 0; PyTorch answers 0 there, and so does 0 / tiny
        direction = self.emit("Div", node.input[0], self.emit("Max", y, self.constant(1e-30)))
        return [(node.input[0], self.emit("Mul", dy, direction))]

    # products

    def _matmul(self, node, attributes, dy):
        a, b = node.input
        if min(self.seen.rank(a), self.seen.rank(b)) < 2:
            raise NotDifferentiable(f"MatMul {node.name} of a vector")
        result = []
        if a in self.active:
            result.append((a, self._unbroadcast_product(self.emit("MatMul", dy, self.transposed(b)), a, b)))
        if b in self.active:
            result.append((b, self._unbroadcast_product(self.emit("MatMul", self.transposed(a), dy), b, a)))
        return result

    def _unbroadcast_product(self, gradient: str, name: str, other: str) -> str:
        own, theirs = (self.seen.shape(n)[:-2] for n in (name, other))
        wide = max(len(own), len(theirs))
        own, theirs = [1] * (wide - len(own)) + own, [1] * (wide - len(theirs)) + theirs
        axes = [i for i in range(wide) if own[i] == 1 and theirs[i] != 1]
        if not axes:
            return gradient
        return self.reshape_like(self.emit("ReduceSum", gradient, self.ints(*axes), keepdims=1), name)

    def _gemm(self, node, attributes, dy):
        a, b = node.input[:2]
        if attributes.get("transA", 0) or a not in self.active or any(i in self.active for i in node.input[1:]):
            raise NotDifferentiable(f"Gemm {node.name}: only its first input, not transposed, may depend on the pixels")
        gradient = self.emit("MatMul", dy, b if attributes.get("transB", 0) else self.transposed(b))
        alpha = attributes.get("alpha", 1.0)
        return [(a, gradient if alpha == 1.0 else self.emit("Mul", gradient, self.constant(alpha)))]

    def _conv(self, node, attributes, dy):
        x, weight = node.input[:2]
        if x not in self.active or any(i in self.active for i in node.input[1:]):
            raise NotDifferentiable(f"Conv {node.name}: only its first input may depend on the pixels")
        if attributes.get("auto_pad", b"NOTSET") not in (b"NOTSET", b""):
            raise NotDifferentiable(f"Conv {node.name}: auto_pad is not supported, export explicit pads")
        kernel = self.seen.shape(weight)[2:]
        spatial = len(kernel)
        strides = attributes.get("strides", [1] * spatial)
        dilations = attributes.get("dilations", [1] * spatial)
        pads, group = attributes.get("pads", [0] * (2 * spatial)), attributes.get("group", 1)
        reach = [dilations[i] * (kernel[i] - 1) for i in range(spatial)] * 2
        if group == 1 and set(strides) == {1} and all(p <= r for p, r in zip(pads, reach)):
            return [(x, self._mirrored(dy, weight, kernel, dilations, [r - p for r, p in zip(reach, pads)]))]
        inputs, outputs = self.seen.shape(x)[2:], self.seen.shape(node.output[0])[2:]
        # rows at the end that no window reaches get no gradient, but must be there
        rest = [inputs[i] + pads[i] + pads[spatial + i] - dilations[i] * (kernel[i] - 1) - 1
                - strides[i] * (outputs[i] - 1) for i in range(spatial)]
        return [(x, self.emit("ConvTranspose", dy, weight, strides=strides, dilations=dilations, pads=pads, group=group,
                              kernel_shape=kernel, output_padding=rest))]

    def _mirrored(self, dy: str, weight: str, kernel: list[int], dilations: list[int], pads: list[int]) -> str:
        """The transposed convolution of stride 1 as the convolution it also is, which engines run faster."""
        spatial = len(kernel)
        swapped = self.emit("Transpose", weight, perm=[1, 0, *range(2, 2 + spatial)])
        last, before_first = self.ints(*[-1] * spatial), self.ints(*[np.iinfo(np.int64).min] * spatial)
        mirrored = self.emit("Slice", swapped, last, before_first, self.ints(*range(2, 2 + spatial)), last)
        return self.emit("Conv", dy, mirrored, dilations=dilations, kernel_shape=kernel, pads=pads)

    # shape

    def _reshape(self, node, attributes, dy):
        return [(node.input[0], self.reshape_like(dy, node.input[0]))]

    _flatten = _squeeze = _unsqueeze = _reshape

    def _expand(self, node, attributes, dy):
        return [(node.input[0], self.unbroadcast(dy, node.output[0], node.input[0]))]

    def _transpose(self, node, attributes, dy):
        permutation = attributes.get("perm", list(range(self.seen.rank(node.input[0])))[::-1])
        return [(node.input[0], self.emit("Transpose", dy, perm=np.argsort(permutation).tolist()))]

    def _split(self, node, attributes, *gradients):
        parts = [g or self.emit("ConstantOfShape", self.emit("Shape", o)) for g, o in zip(gradients, node.output)]
        return [(node.input[0], self.emit("Concat", *parts, axis=attributes.get("axis", 0)))]

    def _concat(self, node, attributes, dy):
        axis, start, result = attributes["axis"] % self.seen.rank(node.output[0]), 0, []
        for name in node.input:
            extent = self.seen.shape(name)[axis]
            if extent == -1:
                raise NotDifferentiable(f"Concat {node.name} along the batch")
            if name in self.active:
                result.append((name, self.emit("Slice", dy, self.ints(start), self.ints(start + extent),
                                               self.ints(axis))))
            start += extent
        return result

    def _padded(self, gradient: str, name: str, axis: int, before: int, after: int) -> str:
        rank = self.seen.rank(name)
        pads = [0] * (2 * rank)
        pads[axis], pads[rank + axis] = before, after
        return self.emit("Pad", gradient, self.ints(*pads)) if before or after else gradient

    def _pad(self, node, attributes, dy):
        x = node.input[0]
        pads, rank = self.seen.value(node.input[1], node).tolist(), self.seen.rank(x)
        if attributes.get("mode", b"constant") != b"constant" or min(pads) < 0 or len(node.input) > 3:
            raise NotDifferentiable(f"Pad {node.name}: only with a constant, on all axes, and never cropping")
        for axis in range(rank):
            if pads[axis] or pads[rank + axis]:
                end = -pads[rank + axis] or np.iinfo(np.int64).max
                dy = self.emit("Slice", dy, self.ints(pads[axis]), self.ints(end), self.ints(axis))
        return [(x, dy)]

    def _gather(self, node, attributes, dy):
        x, axis = node.input[0], attributes.get("axis", 0) % self.seen.rank(node.input[0])
        index, extent = self.seen.value(node.input[1], node), self.seen.shape(x)[axis]
        if index.size != 1 or extent == -1:
            raise NotDifferentiable(f"Gather {node.name}: only of one index, and not along the batch")
        at = int(index.reshape(())) % extent
        if index.ndim == 0:
            dy = self.emit("Unsqueeze", dy, self.ints(axis))
        return [(x, self._padded(dy, x, axis, at, extent - at - 1))]

    def _slice(self, node, attributes, dy):
        x = node.input[0]
        starts, ends, axes, steps = ([*self.seen.value(name, node).tolist()] if name else None
                                     for name in (list(node.input[1:]) + [""] * 2)[:4])
        axes = [a % self.seen.rank(x) for a in (axes if axes is not None else range(len(starts)))]
        for start, end, axis, step in zip(starts, ends, axes, steps or [1] * len(starts)):
            extent = self.seen.shape(x)[axis]
            if extent == -1 or step != 1:
                raise NotDifferentiable(f"Slice {node.name}: only with step 1, and not along the batch")
            begin, stop, _ = slice(start, end).indices(extent)
            dy = self._padded(dy, x, axis, begin, extent - stop)
        return [(x, dy)]


def with_float_input(model: onnx.ModelProto) -> onnx.ModelProto:
    """The image graph on float32 pixels: its first Cast then has nothing to do."""
    result = onnx.ModelProto()
    result.CopyFrom(model)
    del result.graph.value_info[:]
    result.graph.input[0].type.tensor_type.elem_type = TensorProto.FLOAT
    return result


def _active(graph: onnx.GraphProto, seen: Seen) -> set[str]:
    """Real-valued tensors through which the pixels reach the embedding; a shape is none."""
    active = {graph.input[0].name}
    for node in graph.node:
        if node.op_type != "Shape" and any(i in active for i in node.input):
            for output in node.output:
                kind = seen.dtype(output)
                if kind in (np.float16, np.float64):
                    raise NotDifferentiable(f"{node.op_type} {node.name} computes in {kind}; the gradient of a graph "
                                            "in half precision vanishes: export in float32")
                if kind == np.float32:
                    active.add(output)
    return active


def _needed(nodes: list[NodeProto], output: str) -> list[NodeProto]:
    wanted, kept = {output}, []
    for node in reversed(nodes):
        if any(o in wanted for o in node.output):
            wanted.update(node.input)
            kept.append(node)
    return kept[::-1]


def vjp(forward: onnx.ModelProto, weights_directory: str, size: int, dim: int) -> onnx.ModelProto:
    """(pixels [batch, size, size, 3], cotangent [batch, dim]) -> gradient of <forward(pixels), cotangent>.

    `forward` takes float32 pixels; its tensors may lie in a file of `weights_directory`, and stay there.
    """
    result = onnx.ModelProto()
    result.CopyFrom(forward)
    graph, source = result.graph, result.graph.input[0].name
    seen = Seen(forward, weights_directory, size)
    reverse = Reverse(graph, seen, _active(graph, seen))
    last = reverse.differentiate(graph.output[0].name, COTANGENT, source)
    nodes = _needed([*reverse.forward, *reverse.nodes, helper.make_node("Identity", [last], [GRADIENT])], GRADIENT)
    used = {name for node in nodes for name in node.input}
    tensors = [t for t in [*graph.initializer, *reverse.initializers.values()] if t.name in used]
    for field in (graph.node, graph.initializer, graph.output, graph.value_info):
        del field[:]
    graph.node.extend(nodes)
    graph.initializer.extend(tensors)
    graph.input.append(helper.make_tensor_value_info(COTANGENT, TensorProto.FLOAT, ["batch", dim]))
    graph.output.append(helper.make_tensor_value_info(GRADIENT, TensorProto.FLOAT, ["batch", size, size, 3]))
    return result
