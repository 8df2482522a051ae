"""Adds the gradient of the image tower to a model bundle, so that a loss can be differentiated down to pixels.

    python gradient.py --bundle ../bundles/emoji

Two more graphs: `image-float.onnx`, the image graph on real-valued pixels (float32 [batch, size, size, 3], in
the uint8 scale 0..255), and `image-vjp.onnx`, which answers the gradient of <embedding(pixels), cotangent>.
Both are derived from `image.onnx` itself (`onnx_vjp.py`) and read the same weights: the three graphs share the
file `image.weights`, so a gradient costs a bundle kilobytes. The arithmetic of `image.onnx` does not change.
"""
from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, numpy_helper
from torch import Tensor, nn

import bundle
from onnx_vjp import COTANGENT, GRADIENT, vjp, with_float_input

SMALLEST_SHARED_BYTES, ALIGNMENT = 1024, 64


def share_weights(model: onnx.ModelProto, path: Path) -> None:
    """Moves the larger initialisers to `path`, which lies beside the graphs."""
    with path.open("wb") as file:
        for tensor in model.graph.initializer:
            data = numpy_helper.to_array(tensor).tobytes()
            if len(data) < SMALLEST_SHARED_BYTES:
                continue
            file.write(bytes(-file.tell() % ALIGNMENT))
            name, kind, dims = tensor.name, tensor.data_type, list(tensor.dims)
            tensor.Clear()
            tensor.name, tensor.data_type, tensor.data_location = name, kind, TensorProto.EXTERNAL
            tensor.dims.extend(dims)
            for key, value in (("location", path.name), ("offset", file.tell()), ("length", len(data))):
                tensor.external_data.add(key=key, value=str(value))
            file.write(data)


def add_gradient_graphs(out: Path, size: int, dim: int) -> list[str]:
    """Rewrites OUT/image.onnx to share its weights, writes the other files; returns the names of all four."""
    model = onnx.load(str(out / bundle.IMAGE_FILE))
    share_weights(model, out / bundle.WEIGHTS_FILE)
    forward = with_float_input(model)
    graphs = {bundle.IMAGE_FILE: model, bundle.FORWARD_FILE: forward, bundle.VJP_FILE: vjp(forward, str(out), size, dim)}
    for name, graph in graphs.items():
        onnx.save(graph, str(out / name))
        onnx.checker.check_model(str(out / name))
    return [*graphs, bundle.WEIGHTS_FILE]


def export_image_graphs(module: nn.Module, size: int, dim: int, out: Path, half_storage: bool = False) -> list[str]:
    """Exports an image tower (uint8 pixels [batch, size, size, 3] -> [batch, dim]) with its gradient.

    Returns the names of the files written in OUT. `half_storage` keeps large weights as float16 on disk.
    """
    bundle.export_image(module, size, out / bundle.IMAGE_FILE)
    if half_storage:
        bundle.store_weights_as_half(out / bundle.IMAGE_FILE)
    return add_gradient_graphs(out, size, dim)


class GradientGraphs:
    """The bundle's three image graphs in ONNX Runtime."""

    def __init__(self, out: Path, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._image, self._forward, self._vjp = (
            onnxruntime.InferenceSession(str(out / name), options, providers=["CPUExecutionProvider"])
            for name in (bundle.IMAGE_FILE, bundle.FORWARD_FILE, bundle.VJP_FILE))
        self.size, self.dim = self._image.get_inputs()[0].shape[1], self._vjp.get_inputs()[1].shape[1]

    def image(self, pixels: np.ndarray) -> np.ndarray:
        return self._image.run(None, {self._image.get_inputs()[0].name: pixels})[0]

    def encode(self, pixels: np.ndarray) -> np.ndarray:
        return self._forward.run(None, {self._forward.get_inputs()[0].name: pixels})[0]

    def vjp(self, pixels: np.ndarray, cotangents: np.ndarray) -> np.ndarray:
        return self._vjp.run([GRADIENT], {self._vjp.get_inputs()[0].name: pixels, COTANGENT: cotangents})[0]


def random_images(size: int, batch: int, seed: int) -> np.ndarray:
    """float32 [batch, size, size, 3], whole numbers 0..255: colour noise at four scales, as pictures have."""
    random, total = np.random.default_rng([seed, batch]), 0
    for cells in (2, 4, 8, size):
        coarse = torch.from_numpy(random.uniform(0, 255, (batch, 3, cells, cells)))
        total = total + nn.functional.interpolate(coarse, (size, size), mode="bilinear").permute(0, 2, 3, 1).numpy() / 4
    return np.rint(total).astype(np.float32)


def relative_error(seen: np.ndarray, expected: np.ndarray) -> float:
    """The largest over images of |seen - expected| / |expected|."""
    rows = len(seen)
    difference = np.linalg.norm((seen - expected).reshape(rows, -1).astype(np.float64), axis=1)
    return float((difference / np.linalg.norm(expected.reshape(rows, -1).astype(np.float64), axis=1)).max())


def torch_vjp(module: nn.Module, pixels: np.ndarray, cotangents: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Embeddings and gradients by PyTorch's autograd."""
    x: Tensor = torch.from_numpy(pixels).requires_grad_()
    embeddings = module(x)
    (embeddings * torch.from_numpy(cotangents).to(embeddings.dtype)).sum().backward()
    return embeddings.detach().numpy(), x.grad.numpy()


def check_parity(module: nn.Module, out: Path, batches: tuple[int, ...] = (1, 2, 5, 16)) -> None:
    """Prints ONNX Runtime's error against PyTorch; `module` must have the weights as they are stored."""
    graphs = GradientGraphs(out)
    for batch in batches:
        pixels = random_images(graphs.size, batch, 1)
        cotangents = np.random.default_rng(batch).standard_normal((batch, graphs.dim)).astype(np.float32)
        embeddings, gradients = torch_vjp(module, pixels, cotangents)
        print(f"gradient parity, ONNX Runtime against PyTorch, batch {batch}: relative error of embeddings "
              f"{relative_error(graphs.encode(pixels), embeddings):.1e}, of gradients "
              f"{relative_error(graphs.vjp(pixels, cotangents), gradients):.1e}")


def measure(out: Path, batches: tuple[int, ...], threads: tuple[int, ...], seconds: float = 4) -> None:
    """Prints images a second, forward and vector-Jacobian product."""
    for count in threads:
        graphs = GradientGraphs(out, count)
        for batch in batches:
            pixels = random_images(graphs.size, batch, 2)
            cotangents = np.ones((batch, graphs.dim), np.float32)
            for name, run in (("forward", lambda: graphs.encode(pixels)), ("vjp", lambda: graphs.vjp(pixels, cotangents))):
                run()
                rounds, start = 0, time.perf_counter()
                while time.perf_counter() - start < seconds:
                    run()
                    rounds += 1
                rate = rounds * batch / (time.perf_counter() - start)
                print(f"{name}, batch {batch}, threads {count}: {rate:.1f} images/s, {1000 / rate:.2f} ms an image")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bundle", type=Path, required=True, help="rewritten in place; its digest changes")
    parser.add_argument("--measure", action="store_true", help="also print the speed on this processor")
    args = parser.parse_args()
    manifest = json.loads((args.bundle / bundle.MANIFEST_FILE).read_text(encoding="utf-8"))
    size, dim = manifest["image"]["size"], manifest["embedding_dim"]
    before = onnxruntime.InferenceSession((args.bundle / bundle.IMAGE_FILE).read_bytes()) \
        if bundle.WEIGHTS_FILE not in manifest["files"] else None
    add_gradient_graphs(args.bundle, size, dim)
    bundle.rewrite_files(args.bundle)
    graphs, pixels = GradientGraphs(args.bundle), random_images(size, 8, 0)
    embeddings = graphs.image(pixels.astype(np.uint8))
    if before is not None and not np.array_equal(embeddings, before.run(None, {manifest["image"]["input"]:
                                                                               pixels.astype(np.uint8)})[0]):
        raise SystemExit(f"{args.bundle}: embeddings changed when the weights moved; restore the bundle")
    error = relative_error(graphs.encode(pixels), embeddings)
    print(f"{bundle.IMAGE_FILE}: embeddings as before; {bundle.FORWARD_FILE} differs by {error:.1e}")
    print(", ".join(f"{f.name} {f.stat().st_size}" for f in sorted(args.bundle.iterdir())))
    if args.measure:
        measure(args.bundle, batches=(32, 64), threads=(1, 2))


if __name__ == "__main__":
    main()
