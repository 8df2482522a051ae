"""Makes the image tower of a demo bundle robust: adversarial fine-tuning against the frozen text tower.

Supervised as TeCoA (arXiv 2212.07016): cross-entropy of perturbed images over one random caption of every concept.
The attack is amortised as in "free" adversarial training (arXiv 1904.12843): the backward pass that updates the
weights also gives the next step of each image's perturbation. A batch holds images at all stages side by side: the
first sees a random point of its ball (close to clean), the last has had STAGES - 1 steps of projected gradient
ascent. Radii are drawn per image, so that small and large perturbations are learnt together.

    python robust.py --bundle ../bundles/emoji-plain --data train.npz --monitor monitor.npz --out robust.pt
"""
from __future__ import annotations

import argparse
import copy
import hashlib
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from bundle import MANIFEST_FILE
from bundle_weights import load_image_encoder
from captions import CaptionTable
from concepts import CONCEPTS
from onnx_clip import BundleModel, unit
from train import augment, optimizer_for


def caption_embeddings(bundle: BundleModel) -> tuple[CaptionTable, Tensor]:
    """All training captions and their unit embeddings [captions, dim], by the bundle's text graph."""
    table = CaptionTable(bundle.token_ids)
    return table, torch.from_numpy(unit(bundle.embed_texts(table.texts)).astype(np.float32))


class Pool:
    """A batch of images at different stages of their perturbation; replaced one by one when done."""

    def __init__(self, images: np.ndarray, labels: np.ndarray, args: argparse.Namespace) -> None:
        self.images, self.labels, self.args = images, labels, args
        self.rng = np.random.default_rng([args.seed, 300])
        self.order, self.place = self.rng.permutation(len(images)), 0
        side, count = images.shape[1], args.batch
        self.stage = np.arange(count) % args.stages
        self.pixels = torch.empty(count, side, side, 3)
        self.radius = torch.empty(count, 1, 1, 1)
        self.delta = torch.empty_like(self.pixels)
        self.label = torch.empty(count, dtype=torch.int64)
        self._refill(np.arange(count))

    def _refill(self, slots: np.ndarray) -> None:
        if self.place + len(slots) > len(self.order):
            self.order, self.place = self.rng.permutation(len(self.images)), 0
        chosen = self.order[self.place:self.place + len(slots)]
        self.place += len(slots)
        self.pixels[slots] = augment(self.images[chosen], self.rng, self.args.reach)
        self.label[slots] = torch.from_numpy(self.labels[chosen])
        radius = self.rng.uniform(self.args.smallest, self.args.largest, (len(slots), 1, 1, 1)).astype(np.float32)
        self.radius[slots] = torch.from_numpy(radius)
        noise = self.rng.uniform(-1, 1, self.pixels[slots].shape).astype(np.float32)
        self.delta[slots] = torch.from_numpy(noise) * self.radius[slots]

    def perturbed(self) -> Tensor:
        return (self.pixels + self.delta).clamp(0, 255)

    def advance(self, gradient: Tensor) -> None:
        """One ascent step of every image; those that have had all their steps make room for others."""
        stride = self.radius * self.args.stride
        moved = self.delta + stride * gradient.sign()
        self.delta = torch.maximum(torch.minimum(moved, self.radius), -self.radius)
        self.stage += 1
        done = np.flatnonzero(self.stage >= self.args.stages)
        self.stage[done] = 0
        if len(done):
            self._refill(done)


@torch.no_grad()
def top1(encoder: torch.nn.Module, classes: Tensor, images: Tensor, labels: Tensor) -> float:
    predicted = [(encoder(part) @ classes.T).argmax(1) for part in images.split(128)]
    return float((torch.cat(predicted) == labels).float().mean())


def attacked_top1(encoder, classes: Tensor, scale: float, images: Tensor, labels: Tensor, radius: float,
                  steps: int = 10) -> float:
    """Under plain projected gradient ascent on the cross-entropy: a quick look, no evaluation."""
    delta = torch.zeros_like(images)
    for _ in range(steps):
        delta.requires_grad_(True)
        embedding = F.normalize(encoder((images + delta).clamp(0, 255)), dim=-1)
        gradient, = torch.autograd.grad(F.cross_entropy(scale * embedding @ classes.T, labels), delta)
        delta = (delta.detach() + radius / 4 * gradient.sign()).clamp(-radius, radius)
    return top1(encoder, classes, (images + delta).clamp(0, 255), labels)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bundle", type=Path, required=True, help="the demo bundle to start from")
    parser.add_argument("--weights", type=Path, help="go on from another robust.pt instead of the bundle's tower")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--monitor", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=3600)
    parser.add_argument("--minutes", type=float, default=math.inf, help="shorten the schedule to end by then")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--stages", type=int, default=5)
    parser.add_argument("--smallest", type=float, default=1.0, help="radius of the perturbation, of 255")
    parser.add_argument("--largest", type=float, default=8.0)
    parser.add_argument("--stride", type=float, default=0.5, help="step of the perturbation, in radii")
    parser.add_argument("--reach", type=int, default=4, help="largest shift of the augmentation, pixels")
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--decay", type=float, default=0.02)
    parser.add_argument("--smoothing", type=float, default=0.02)
    parser.add_argument("--average", type=float, default=0.995, help="decay of the running mean of the weights")
    parser.add_argument("--seed", type=int, default=20261125)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()

    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    bundle = BundleModel(args.bundle, threads=args.threads)
    manifest_digest = hashlib.sha256((args.bundle / MANIFEST_FILE).read_bytes()).hexdigest()
    scale = bundle.logit_scale
    table, captions = caption_embeddings(bundle)
    classes = torch.from_numpy(bundle.embed_prompts([c.name for c in CONCEPTS]).astype(np.float32))
    data, monitor = np.load(args.data), np.load(args.monitor)
    probe = torch.from_numpy(monitor["images"][:588]).float(), torch.from_numpy(monitor["labels"][:588])

    encoder = load_image_encoder(args.bundle)
    if args.weights:
        encoder.load_state_dict(torch.load(args.weights, weights_only=True)["image"])
    encoder.train()
    average = copy.deepcopy(encoder).eval().requires_grad_(False)
    optimizer = optimizer_for(torch.nn.ModuleList([encoder]), args.rate, args.decay)
    pool = Pool(data["images"], data["labels"], args)
    print(f"{sum(p.numel() for p in encoder.parameters())} parameters, logit scale {scale:.1f}, "
          f"clean top-1 {top1(average, classes, *probe):.4f}", flush=True)

    started, running, step, progress = time.time(), None, 0, 0.0
    while progress < 1:
        warm = min(1.0, (step + 1) / 100)
        for group in optimizer.param_groups:
            group["lr"] = args.rate * warm * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * progress)))
        rng = np.random.default_rng([args.seed, 200, step])
        pixels = pool.perturbed().requires_grad_(True)
        logits = scale * F.normalize(encoder(pixels), dim=-1) @ captions[table.draw(rng)].T
        loss = F.cross_entropy(logits, pool.label, label_smoothing=args.smoothing)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
        optimizer.step()
        pool.advance(pixels.grad)
        with torch.no_grad():
            pull = 1 - min(args.average, (step + 1) / (step + 20))
            for mean, value in zip(average.parameters(), encoder.parameters()):
                mean.lerp_(value, pull)
        running = loss.item() if running is None else 0.98 * running + 0.02 * loss.item()
        step += 1
        progress = max(step / args.steps, (time.time() - started) / 60 / args.minutes)
        if step % 25 == 0:
            print(f"step {step} ({progress:.1%}) loss {running:.3f} {time.time() - started:.0f} s", flush=True)
        if step % 250 == 0 or progress >= 1:
            few = probe[0][:128], probe[1][:128]
            print(f"step {step} clean top-1 {top1(average, classes, *probe):.4f}, under attack at 4/255 "
                  f"{attacked_top1(average, classes, scale, *few, 4.0):.3f}, 8/255 "
                  f"{attacked_top1(average, classes, scale, *few, 8.0):.3f}", flush=True)
            provenance = {"from": bundle.manifest["name"], "manifest": manifest_digest[:12], "seed": args.seed, "images": step * args.batch // args.stages, "updates": step,
                          "batch": args.batch, "stages": args.stages, "radii": [args.smallest, args.largest],
                          "rate": args.rate, "seconds": round(time.time() - started),
                          "torch": str(torch.__version__)}
            torch.save({"image": average.state_dict(), "provenance": provenance}, args.out)


if __name__ == "__main__":
    main()
