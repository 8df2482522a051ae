"""Measures CLIPure-Diff on a demo bundle: accuracy on clean images and on images attacked without it in mind.

    python measure_diff.py --bundle ../bundles/emoji --data heldout.npz

The attack (PGD on the cross-entropy of the undefended encoder) is a transfer attack: what it shows is an upper bound
of the robustness, and only a low figure says something. Purification runs through the bundle's own graphs.
"""
from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnxruntime
import torch
import torch.nn.functional as F

from bundle_weights import load_image_encoder
from concepts import CONCEPTS
from onnx_clip import BundleModel, unit
from prior_model import cosine_alphas_cumprod

SETTINGS = [  # name, steps, step size, least and most timestep, draws
    ("published: N 10, step 30", 10, 30.0, 900, 999, 1),
    ("N 9, step 30", 9, 30.0, 900, 999, 1),
    ("N 10, step 0.01", 10, 0.01, 900, 999, 1),
    ("N 10, step 0.03", 10, 0.03, 900, 999, 1),
    ("N 10, step 0.1", 10, 0.1, 900, 999, 1),
    ("N 10, step 0.03, t 100-500, 4 draws", 10, 0.03, 100, 500, 4),
    ("N 10, step 0.1, t 100-500, 4 draws", 10, 0.1, 100, 500, 4),
    ("N 10, step 0.1, t 500-900, 4 draws", 10, 0.1, 500, 900, 4),
]


class Purifier:
    """CLIPure-Diff with the gradient normalised per image, on ONNX Runtime."""

    def __init__(self, model: BundleModel) -> None:
        prior = model.manifest["prior"]
        self.scale, self.alphas = prior["scale"], cosine_alphas_cumprod(prior["timesteps"]).numpy()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.forward, self.vjp = (onnxruntime.InferenceSession(str(model.directory / prior[f]), options,
                                                               providers=["CPUExecutionProvider"])
                                  for f in ("file", "vjp_file"))

    def __call__(self, embeddings: np.ndarray, steps: int, size: float, least: int, most: int, draws: int,
                 seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """Purified unit vectors, and the loss before the first step [images]."""
        rng, u, first = np.random.default_rng(seed), unit(embeddings), None
        for _ in range(steps):
            ascent, loss = np.zeros_like(u), np.zeros(len(u))
            for _ in range(draws):
                t = rng.integers(least, most + 1, len(u))
                signal = np.sqrt(self.alphas[t])[:, None]
                noised = signal * self.scale * u + np.sqrt(1 - signal ** 2) * rng.standard_normal(u.shape)
                feeds = {"noised": noised.astype(np.float32), "timestep": t}
                residual = self.forward.run(None, feeds)[0] - self.scale * u
                pulled = self.vjp.run(None, {**feeds, "cotangent": residual.astype(np.float32)})[0]
                ascent += residual - signal * pulled
                loss += np.square(residual).mean(-1) / draws
            first = loss if first is None else first
            u = unit(u + size * unit(ascent))
        return u, first


def attack(encoder: torch.nn.Module, images: np.ndarray, labels: np.ndarray, classes: torch.Tensor, scale: float,
           eps: float, steps: int) -> np.ndarray:
    """PGD in Linf from the image itself; returns the real-valued pixels rounded to uint8."""
    clean = torch.from_numpy(images).float()
    target, delta = torch.from_numpy(labels.astype(np.int64)), torch.zeros_like(clean)
    for _ in range(steps):
        delta.requires_grad_(True)
        logits = scale * F.normalize(encoder(clean + delta), dim=-1) @ classes.T
        gradient, = torch.autograd.grad(F.cross_entropy(logits, target, reduction="sum"), delta)
        delta = (delta.detach() + eps / 4 * gradient.sign()).clamp(-eps, eps)
        delta = (clean + delta).clamp(0, 255) - clean
    return (clean + delta).round().to(torch.uint8).numpy()


def auc(clean: np.ndarray, attacked: np.ndarray) -> float:
    return float((attacked[:, None] > clean[None]).mean() + 0.5 * (attacked[:, None] == clean[None]).mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--images", type=int, default=1_000, help="clean images")
    parser.add_argument("--attacked", type=int, default=200, help="of those, attacked")
    parser.add_argument("--steps", type=int, default=20, help="of the attack")
    args = parser.parse_args()
    torch.set_num_threads(1)

    model = BundleModel(args.bundle, threads=1)
    archive = np.load(args.data)
    chosen = np.random.default_rng(1).permutation(np.flatnonzero(archive["labels"] < len(CONCEPTS)))[:args.images]
    images, labels = archive["images"][chosen], archive["labels"][chosen]
    classes = model.embed_prompts([c.name for c in CONCEPTS])
    sets = {"clean": (model.embed_images(images), labels)}
    if args.attacked:
        encoder, some = load_image_encoder(args.bundle), slice(args.attacked)
        for eps in (1, 2, 4):
            moved = np.concatenate([
                attack(encoder, images[i:i + 50], labels[i:i + 50], torch.from_numpy(classes).float(),
                       model.logit_scale, eps, args.steps) for i in range(0, args.attacked, 50)])
            sets[f"PGD {eps}/255"] = (model.embed_images(moved), labels[some])

    def accuracy(rows: np.ndarray, truth: np.ndarray) -> str:
        return f"{np.mean((rows @ classes.T).argmax(1) == truth):9.3f}"

    print(f"{'setting':38s}" + "".join(f"{name:>12s}" for name in sets) + "    mean turn, degrees")
    print(f"{'none':38s}" + "".join(f"{accuracy(unit(e), truth):>12s}" for e, truth in sets.values()), flush=True)
    purifier = Purifier(model)
    for name, *setting in SETTINGS:
        cells, turn = [], 0.0
        for key, (embeddings, truth) in sets.items():
            rows, _ = purifier(embeddings, *setting)
            cells.append(accuracy(rows, truth))
            if key == "clean":
                cosine = np.sum(rows * unit(embeddings), -1).clip(-1, 1)
                turn = float(np.degrees(np.arccos(cosine)).mean())
        print(f"{name:38s}" + "".join(f"{c:>12s}" for c in cells) + f"{turn:12.1f}", flush=True)
    for least, most in ((900, 999), (300, 700)):
        losses = {k: purifier(e, 1, 0.0, least, most, 8)[1] for k, (e, _) in sets.items()}
        print(f"evidence bound as a detector, t {least}-{most}, 8 draws, AUC against clean: "
              + ", ".join(f"{k} {auc(losses['clean'], v):.2f}" for k, v in losses.items() if k != "clean"))


if __name__ == "__main__":
    main()
