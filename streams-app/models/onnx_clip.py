"""Runs a model bundle with ONNX Runtime: the Python twin of what the service does in Java."""
from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer


def unit(rows: np.ndarray) -> np.ndarray:
    rows = np.asarray(rows, np.float64)
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


def softmax(logits: np.ndarray) -> np.ndarray:
    shifted = np.exp(logits - logits.max(-1, keepdims=True))
    return shifted / shifted.sum(-1, keepdims=True)


class BundleModel:
    """Digests are checked; embeddings are un-normalised float32, batches cut to `batch`."""

    def __init__(self, directory: Path, threads: int = 2, batch: int = 64) -> None:
        self.directory, self.batch = Path(directory), batch
        self.manifest = json.loads((self.directory / "manifest.json").read_text(encoding="utf-8"))
        for file, expected in self.manifest["files"].items():
            seen = hashlib.sha256((self.directory / file).read_bytes()).hexdigest()
            if seen != expected["sha256"]:
                raise ValueError(f"{file}: sha256 is {seen}, the manifest says {expected['sha256']}")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        # the last level, ENABLE_ALL, crashes the process on half-precision graphs (ONNX Runtime 1.30, CPU)
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._image, self._text = (
            onnxruntime.InferenceSession(str(self.directory / self.manifest[side]["file"]), options,
                                         providers=["CPUExecutionProvider"]) for side in ("image", "text"))
        self._tokenizer = Tokenizer.from_file(str(self.directory / self.manifest["tokenizer"]["file"]))

    @property
    def size(self) -> int:
        return self.manifest["image"]["size"]

    @property
    def logit_scale(self) -> float:
        return self.manifest["logit_scale"]

    @property
    def anchor(self) -> np.ndarray:
        return np.array(self.manifest["blank_anchor"], np.float64)

    def _run(self, session, input_name: str, values: np.ndarray) -> np.ndarray:
        parts = [session.run(["embedding"], {input_name: values[i:i + self.batch]})[0]
                 for i in range(0, len(values), self.batch)]
        return np.concatenate(parts)

    def embed_images(self, pixels: np.ndarray) -> np.ndarray:
        """uint8 [n, size, size, 3] -> float32 [n, dim]."""
        return self._run(self._image, self.manifest["image"]["input"], pixels)

    def embed_texts(self, texts: list[str]) -> np.ndarray:
        return self._run(self._text, self.manifest["text"]["input"], np.array(self.token_ids(texts), np.int64))

    def token_ids(self, texts: list[str]) -> list[list[int]]:
        """Padded to the context length."""
        return [e.ids for e in self._tokenizer.encode_batch(texts)]

    def embed_prompts(self, prompts: list[str], templates: list[str] | None = None) -> np.ndarray:
        """Unit float64 [prompts, dim]: per prompt the mean over templates, normalised again."""
        templates = templates or self.manifest["templates"]
        texts = [t.replace("{}", p) for p in prompts for t in templates]
        rows = unit(self.embed_texts(texts)).reshape(len(prompts), len(templates), -1)
        return unit(rows.mean(1))
