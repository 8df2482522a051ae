"""Trains a small DALL-E 2 prior on a bundle's own embeddings, on a CPU, for CLIPure-Diff.

    python emoji_world.py --out train.npz --split train --count 102900 --blank-share 0.012
    python train_prior.py --bundle ../bundles/emoji --data train.npz --out prior.pt
    python export_prior.py --checkpoint prior.pt --out ../bundles/emoji

Pairs are (text embedding of a caption, image embedding), as the prior's paper has them. CLIPure-Diff conditions on
the blank anchor only, so that stands in for the caption in a share of the samples (--blank-share) and the network
need not guess what an unseen condition means. Loss: the squared error of the predicted clean embedding (x0), over
all 1000 steps of the cosine schedule. The averaged weights are rounded to half precision and saved in the form of a
DALLE2-pytorch checkpoint together with their configuration.
"""
from __future__ import annotations

import argparse
import copy
import json
import math
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from captions import caption
from concepts import CONCEPTS, TEMPLATES
from export_prior import STEPS, round_to_half
from onnx_clip import BundleModel
from prior_model import PriorNetwork, PriorShape, cosine_alphas_cumprod

DROP = 0.1
AVERAGE = 0.999
TIME_RANK = 8


def demo_shape(dim: int) -> PriorShape:
    return PriorShape(dim=dim, depth=2, dim_head=32, heads=2, ff_mult=1, num_timesteps=STEPS, max_text_len=1,
                      normformer=True)


def embed(model: BundleModel, data: Path, count: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Unit embeddings [count, dim] and labels of a seeded choice of the rendered images."""
    archive = np.load(data)
    images, labels = archive["images"], archive["labels"]
    chosen = np.sort(np.random.default_rng(seed).permutation(len(images))[:count])
    embeddings = model.embed_images(np.ascontiguousarray(images[chosen]))
    return F.normalize(torch.from_numpy(embeddings), dim=-1), torch.from_numpy(labels[chosen].astype(np.int64))


def caption_embeddings(model: BundleModel) -> torch.Tensor:
    """Unit [concepts + 1, templates, dim]; the last row is of pictures without a subject."""
    names = [c.name for c in CONCEPTS] + [""]
    texts = [caption(t, n) for n in names for t in TEMPLATES]
    return F.normalize(torch.from_numpy(model.embed_texts(texts)), dim=-1).reshape(len(names), len(TEMPLATES), -1)


class LowRankTime(torch.nn.Module):
    """The time table as [steps, rank] @ [rank, dim]: neighbouring steps need no rows of their own, and the bundle
    has no room for them. Plain DALLE2-pytorch embeddings once trained."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        x = torch.linspace(0, 1, STEPS)[:, None] * math.pi * torch.arange(TIME_RANK)
        self.register_buffer("features", x.cos())
        self.factor = torch.nn.Parameter(torch.randn(TIME_RANK, dim) * 0.3)

    def forward(self, t: torch.Tensor) -> torch.Tensor:
        return self.features[t] @ self.factor


def losses(network: PriorNetwork, clean: torch.Tensor, text: torch.Tensor, alphas: torch.Tensor,
           t: torch.Tensor, generator: torch.Generator, drop: float) -> torch.Tensor:
    """Squared error of x0 per sample [batch]."""
    alpha = alphas[t][:, None]
    noised = alpha.sqrt() * clean + (1 - alpha).sqrt() * torch.randn(clean.shape, generator=generator)
    keep = torch.rand(2, len(clean), generator=generator) >= drop
    return (network(noised, t, text, None, *keep) - clean).square().mean(-1)


def train(network: PriorNetwork, embeddings: torch.Tensor, labels: torch.Tensor, captions: torch.Tensor,
          anchor: torch.Tensor, args) -> PriorNetwork:
    generator = torch.Generator().manual_seed(args.seed)
    alphas = cosine_alphas_cumprod(STEPS).float()
    network.to_time_embeds[0] = LowRankTime(network.shape.dim)
    averaged = copy.deepcopy(network)
    optimiser = torch.optim.AdamW([p for p in network.parameters() if p.requires_grad], lr=args.rate, weight_decay=1e-2)
    started, running = time.time(), 0.0
    for step in range(args.steps):
        for group in optimiser.param_groups:
            group["lr"] = args.rate * min(1, (step + 1) / 100) * (0.02 + 0.98 * math.cos(step / args.steps * math.pi / 2))
        rows = torch.randint(len(embeddings), (args.batch,), generator=generator)
        which = torch.randint(captions.shape[1], (args.batch,), generator=generator)
        blank = torch.rand(args.batch, generator=generator) < args.blank_share
        text = torch.where(blank[:, None], anchor, captions[labels[rows], which])
        t = torch.randint(STEPS, (args.batch,), generator=generator)
        loss = losses(network, embeddings[rows] * network.shape.dim ** 0.5, text, alphas, t, generator, DROP).mean()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 0.5)
        optimiser.step()
        with torch.no_grad():
            for mean, value in zip(averaged.parameters(), network.parameters()):
                mean.lerp_(value, 1 - min(AVERAGE, step / (step + 10)))
        running += (loss.item() - running) / min(step + 1, 100)
        if step % 250 == 249:
            print(f"step {step + 1} loss {running:.4f} {time.time() - started:.0f} s", flush=True)
    table = averaged.to_time_embeds[0](torch.arange(STEPS)).detach()
    averaged.to_time_embeds[0] = torch.nn.Embedding.from_pretrained(table)
    return averaged.eval()


@torch.no_grad()
def report(network: PriorNetwork, embeddings: torch.Tensor, anchor: torch.Tensor) -> dict[str, float]:
    """Mean squared error of x0 at some steps, conditioned on the anchor; the mean embedding's is 'guess'."""
    clean = embeddings * network.shape.dim ** 0.5
    figures = {"guess": float((clean - clean.mean(0)).square().mean())}
    alphas, generator = cosine_alphas_cumprod(STEPS).float(), torch.Generator().manual_seed(5)
    for t in (100, 300, 500, 700, 900, 950, 999):
        steps = torch.full((len(clean),), t)
        figures[str(t)] = float(losses(network, clean, anchor.expand(len(clean), -1), alphas, steps, generator, 0.0)
                                .mean())
    return {k: round(v, 4) for k, v in figures.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("prior.pt"))
    parser.add_argument("--images", type=int, default=20_000)
    parser.add_argument("--held-out", type=int, default=1_000, help="of those, to report on")
    parser.add_argument("--steps", type=int, default=2_000)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--blank-share", type=float, default=0.5)
    parser.add_argument("--seed", type=int, default=20261125)
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)

    model = BundleModel(args.bundle, threads=1)
    started = time.time()
    embeddings, labels = embed(model, args.data, args.images, args.seed)
    print(f"{len(embeddings)} embeddings in {time.time() - started:.0f} s", flush=True)
    anchor = F.normalize(torch.from_numpy(model.anchor).float(), dim=0)
    kept = args.images - args.held_out
    order = torch.randperm(args.images)
    training, testing = order[:kept], embeddings[order[kept:]]
    network = PriorNetwork(demo_shape(embeddings.shape[1]))
    started = time.time()
    network = train(network, embeddings[training], labels[training], caption_embeddings(model), anchor, args)
    seconds = time.time() - started
    round_to_half(network)
    figures = report(network, testing, anchor)
    print("held-out squared error of x0 by step:", json.dumps(figures))
    provenance = (f"Trained by streams-app/models/train_prior.py (seed {args.seed}, {kept} images, steps {args.steps}, "
                  f"batch {args.batch}, seconds {seconds:.0f}, torch {torch.__version__}) on this bundle's embeddings; "
                  f"held-out squared error of x0 by step {json.dumps(figures)}")
    config = {"prior": {"net": network.shape.as_dict(), "image_embed_dim": network.shape.dim, "timesteps": STEPS,
                        "predict_x_start": True, "beta_schedule": "cosine", "condition_on_text_encodings": False,
                        "cond_drop_prob": DROP, "provenance": provenance}}
    state = {f"net.{name}": value.clone() for name, value in network.state_dict().items()}
    torch.save({"config": config, "model": state}, args.out)
    print(f"{sum(v.numel() for v in state.values())} parameters in {args.out}")


if __name__ == "__main__":
    main()
