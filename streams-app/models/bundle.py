"""Writes a model bundle ("clipure-bundle/1"): ONNX graphs, tokenizer.json and the manifest that pins them.

Shared by `export_demo.py` and `export_open_clip.py`. The graphs take uint8 pixels [batch, size, size, 3]
and int64 tokens [batch, 77]; both return un-normalised float32 embeddings, with a dynamic batch axis.
"""
from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from clip_tokenizer import CONTEXT_LENGTH, END_ID, PAD_ID, START_ID

FORMAT = "clipure-bundle/1"
OPSET = 17
MANIFEST_FILE = "manifest.json"
IMAGE_FILE, TEXT_FILE, TOKENIZER_FILE = "image.onnx", "text.onnx", "tokenizer.json"
# optional: the image tower's gradient (gradient.py), and the weights that its graphs share with IMAGE_FILE
FORWARD_FILE, VJP_FILE, WEIGHTS_FILE = "image-float.onnx", "image-vjp.onnx", "image.weights"


def export_graph(module: nn.Module, example: torch.Tensor, path: Path, input_name: str) -> None:
    """One ONNX file (no external data: protobuf's limit of 2 GB applies)."""
    with torch.no_grad():
        torch.onnx.export(module.eval(), (example,), str(path), dynamo=False, opset_version=OPSET,
                          input_names=[input_name], output_names=["embedding"],
                          dynamic_axes={input_name: {0: "batch"}, "embedding": {0: "batch"}})


def export_image(module: nn.Module, size: int, path: Path) -> None:
    pixels = torch.randint(0, 256, (2, size, size, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    export_graph(module, pixels, path, "pixels")


def export_text(module: nn.Module, path: Path) -> None:
    tokens = torch.zeros(2, CONTEXT_LENGTH, dtype=torch.int64)
    tokens[:, 0], tokens[:, 1], tokens[0, 2], tokens[1, 2] = START_ID, 320, END_ID, 2368
    tokens[1, 3] = END_ID
    export_graph(module, tokens, path, "tokens")


def store_weights_as_half(path: Path, smallest: int = 128) -> None:
    """Keeps float32 arithmetic but stores large float32 initialisers as float16 behind a Cast."""
    model = onnx.load(str(path))
    graph, casts = model.graph, []
    for tensor in graph.initializer:
        if tensor.data_type != TensorProto.FLOAT or np.prod(tensor.dims) < smallest:
            continue
        name, half = tensor.name, numpy_helper.to_array(tensor).astype(np.float16)
        tensor.CopyFrom(numpy_helper.from_array(half, name + "_half"))
        casts.append(helper.make_node("Cast", [name + "_half"], [name], name=name + "_cast", to=TensorProto.FLOAT))
    nodes = casts + list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def blank_anchor(embed_texts, templates: list[str]) -> list[float]:
    """Unit mean over templates, with an empty class name, of the normalised text embeddings."""
    embeddings = embed_texts([t.replace("{}", "") for t in templates]).astype(np.float64)
    mean = (embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)).mean(0)
    return [float(np.float32(v)) for v in mean / np.linalg.norm(mean)]


def describe_file(path: Path) -> dict:
    return {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "bytes": path.stat().st_size}


def write_manifest(out: Path, *, name: str, architecture: str, licence: str, provenance: str, embedding_dim: int,
                   logit_scale: float, size: int, mean: list[float], std: list[float], vocabulary: list[str] | None,
                   templates: list[str], anchor: list[float], calibration: dict | None = None,
                   evaluation: dict | None = None, precision: str | None = None) -> dict:
    """Writes OUT/manifest.json for the files already in OUT, gradient graphs included, and returns it."""
    manifest = {
        "format": FORMAT,
        "name": name,
        "architecture": architecture,
        "license": licence,
        "provenance": provenance,
        "embedding_dim": embedding_dim,
        "logit_scale": logit_scale,
        "image": {"file": IMAGE_FILE, "input": "pixels", "output": "embedding", "size": size,
                  "mean": mean, "std": std, "resize": "bicubic-shortest-side", "crop": "center"},
        "text": {"file": TEXT_FILE, "input": "tokens", "output": "embedding", "context_length": CONTEXT_LENGTH},
        "tokenizer": {"file": TOKENIZER_FILE, "pad_id": PAD_ID},
        "vocabulary": vocabulary,
        "templates": templates,
        "blank_anchor": anchor,
        "calibration": calibration,
        "evaluation": evaluation or {},
    }
    if precision:
        manifest["precision"] = precision
    return _pin_files(out, manifest)


def rewrite_files(out: Path) -> dict:
    """Writes OUT/manifest.json again, for the files that lie in OUT now."""
    return _pin_files(out, json.loads((out / MANIFEST_FILE).read_text(encoding="utf-8")))


def _pin_files(out: Path, manifest: dict) -> dict:
    files = {file: describe_file(out / file) for file in (IMAGE_FILE, TEXT_FILE, TOKENIZER_FILE)}
    optional = {file: describe_file(out / file) for file in (FORWARD_FILE, VJP_FILE, WEIGHTS_FILE)
                if (out / file).is_file()}
    # an entry of another maker (a prior) stays, and is pinned anew
    others = {file: describe_file(out / file) for file in manifest.pop("files", {})
              if file not in files and (out / file).is_file()}
    manifest.pop("gradient", None)
    if VJP_FILE in optional:
        manifest["gradient"] = {"forward": FORWARD_FILE, "vjp": VJP_FILE, "input": "pixels",
                                "output": "embedding", "cotangent": "cotangent", "gradient": "gradient"}
    manifest["files"] = files | optional | others
    text = json.dumps(manifest, indent=1, ensure_ascii=False)
    (out / MANIFEST_FILE).write_text(text + "\n", encoding="utf-8")
    return manifest
