"""Images that fool a demo bundle's image tower, as PNG files by true label: what `calibrate --attacked` learns from.

Plain projected gradient ascent on the cross-entropy over the concepts, at several sizes; kept are those that get
another top label after rounding to 8 bits. They teach the suspicion model; they evaluate nothing.

    python attacked_images.py --bundle ../bundles/emoji --data calibration.npz --out attacked
"""
from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from bundle_weights import load_image_encoder
from concepts import CONCEPTS
from emoji_world import write_folder
from onnx_clip import BundleModel


def attack(encoder, classes: torch.Tensor, scale: float, images: np.ndarray, labels: np.ndarray, radius: float,
           steps: int) -> np.ndarray:
    """uint8 images within `radius`/255 of the given ones (Linf), after `steps` steps that shrink along a cosine."""
    pixels, truth = torch.from_numpy(images).float(), torch.from_numpy(labels)
    delta = torch.zeros_like(pixels)
    for step in range(steps):
        delta.requires_grad_(True)
        embedding = F.normalize(encoder((pixels + delta).clamp(0, 255)), dim=-1)
        gradient, = torch.autograd.grad(F.cross_entropy(scale * embedding @ classes.T, truth), delta)
        stride = radius / 2 * (1 + np.cos(np.pi * step / steps)) / 2
        delta = (delta.detach() + stride * gradient.sign()).clamp(-radius, radius)
    return (pixels + delta).clamp(0, 255).round().to(torch.uint8).numpy()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help="images of the calibration split, .npz")
    parser.add_argument("--out", type=Path, required=True, help="a folder")
    parser.add_argument("--radii", type=float, nargs="+", default=[4.0, 8.0, 12.0, 16.0], help="of 255")
    parser.add_argument("--count", type=int, default=1200, help="images attacked at each radius")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()

    torch.set_num_threads(args.threads)
    bundle = BundleModel(args.bundle, threads=args.threads)
    encoder = load_image_encoder(args.bundle).requires_grad_(False)
    classes = torch.from_numpy(bundle.embed_prompts([c.name for c in CONCEPTS]).astype(np.float32))
    data = np.load(args.data)
    for number, radius in enumerate(args.radii):
        part = slice(number * args.count, (number + 1) * args.count)  # no image twice
        images, labels = data["images"][part], data["labels"][part]
        made = np.concatenate([attack(encoder, classes, bundle.logit_scale, images[i:i + 128], labels[i:i + 128],
                                      radius, args.steps) for i in range(0, len(images), 128)])
        with torch.no_grad():
            top = torch.cat([(encoder(torch.from_numpy(made[i:i + 128]).float()) @ classes.T).argmax(1)
                             for i in range(0, len(made), 128)]).numpy()
        fooled = top != labels
        write_folder(args.out, made[fooled], labels[fooled], f"pgd-{radius:g}")
        print(f"{radius:g}/255: {fooled.sum()} of {len(made)} fool the tower", flush=True)


if __name__ == "__main__":
    main()
