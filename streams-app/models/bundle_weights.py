"""Loads the image tower of a demo bundle back into PyTorch, so that training can go on from a bundle."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from bundle import IMAGE_FILE
from clip_model import ImageEncoder, Shape


def _tensors(path: Path) -> dict[str, np.ndarray]:
    """Initialisers by name, in graph order; half-precision storage is undone."""
    graph = onnx.load(str(path)).graph
    return {t.name.removesuffix("_half"): numpy_helper.to_array(t).astype(np.float32) for t in graph.initializer}


def load_image_encoder(bundle: Path) -> ImageEncoder:
    """The folded image tower with exactly the weights of the bundle's image graph.

    The exporter renames what it folds or transposes, but keeps the order of use: convolutions by their four
    axes, matrices transposed.
    """
    tensors = _tensors(bundle / IMAGE_FILE)
    encoder = ImageEncoder(Shape(), folded=True).eval()
    state = encoder.state_dict()
    last = f"stem.{len(encoder.stem) - 1}."  # not followed by batch norm, so it kept its name, but not its number
    tensors = {last + k.rsplit(".", 1)[1] if k.startswith("stem.") else k: v for k, v in tensors.items()}
    anonymous = {kind: iter([v for k, v in tensors.items() if k.startswith(f"onnx::{kind}_")])
                 for kind in ("Conv", "MatMul")}
    for name, value in state.items():
        if name in tensors:
            found = tensors[name]
        elif name.startswith("stem."):
            found = next(anonymous["Conv"])
        else:
            found = next(anonymous["MatMul"]).T
        if found.shape != tuple(value.shape):
            raise ValueError(f"{bundle}: {name} has shape {tuple(value.shape)}, the graph gives {found.shape}")
        state[name] = torch.from_numpy(np.ascontiguousarray(found))
    if any(next(rest, None) is not None for rest in anonymous.values()):
        raise ValueError(f"{bundle}: the image graph has weights that the demo's tower has no place for")
    encoder.load_state_dict(state)
    return encoder
