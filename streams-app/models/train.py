"""Trains the small CLIP of the demo on the emoji world, on a CPU.

1. Text: captions of one concept (name, synonyms, templates) attract, those of different concepts repel.
2. Image, against the frozen text tower: cross-entropy of each image over one random caption of every
   concept (CLIP's contrastive loss with all concepts as negatives). With --full-epochs below --epochs the
   first ones see a random part of the patch tokens (FLIP, arXiv 2212.00794): cheaper, and noisier.
Pictures without a subject are paired with templates around an empty name: that gives the blank anchor a
meaning.

    python emoji_world.py --out train.npz --split train --count 102900 --blank-share 0.012
    python emoji_world.py --out monitor.npz --split calibration --count 2940 --seed 7
    python train.py --data train.npz --monitor monitor.npz --out checkpoint.pt
"""
from __future__ import annotations

import argparse
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from captions import CaptionTable, caption, vocabulary
from clip_model import Shape, SmallClip, save_checkpoint
from clip_tokenizer import build_tokenizer, encode
from concepts import CONCEPTS, TEMPLATES


def augment(images: np.ndarray, rng: np.random.Generator, reach: int = 2) -> torch.Tensor:
    """Shift by up to `reach` pixels (edge repeated), flip, and a gain a channel. float32 [batch, 64, 64, 3]."""
    count, side = images.shape[:2]
    shift = rng.integers(-reach, reach + 1, (2, count, 1))
    rows = np.clip(np.arange(side) + shift[0], 0, side - 1)
    columns = np.clip(np.arange(side) + shift[1], 0, side - 1)
    flipped = rng.random(count) < 0.5
    columns[flipped] = columns[flipped, ::-1]
    moved = images[np.arange(count)[:, None, None], rows[:, :, None], columns[:, None, :]]
    gain = rng.uniform(0.88, 1.12, (count, 1, 1, 3)).astype(np.float32)
    return torch.from_numpy(np.clip(moved * gain, 0, 255))


@torch.no_grad()
def class_embeddings(model: SmallClip, tokenizer) -> torch.Tensor:
    """[concepts, dim]: the mean over templates of normalised text embeddings, normalised."""
    texts = [caption(t, c.name) for c in CONCEPTS for t in TEMPLATES]
    tokens = torch.tensor(encode(tokenizer, texts))[:, :24]
    embeddings = F.normalize(model.text(tokens), dim=-1).reshape(len(CONCEPTS), len(TEMPLATES), -1)
    return F.normalize(embeddings.mean(1), dim=-1)


@torch.no_grad()
def accuracy(model: SmallClip, tokenizer, images: np.ndarray, labels: np.ndarray) -> float:
    model.eval()
    classes, hits = class_embeddings(model, tokenizer), 0
    for start in range(0, len(images), 256):
        embeddings = model.image(torch.from_numpy(images[start:start + 256]))
        hits += int((((embeddings @ classes.T).argmax(1)).numpy() == labels[start:start + 256]).sum())
    model.train()
    return hits / len(images)


def optimizer_for(model: torch.nn.Module, rate: float, decay: float) -> torch.optim.AdamW:
    """No weight decay for vectors, positions, embeddings and the logit scale."""
    matrices = [p for n, p in model.named_parameters() if p.ndim > 1 and "position" not in n and "embedding" not in n]
    chosen = {id(p) for p in matrices}
    others = [p for p in model.parameters() if id(p) not in chosen]
    return torch.optim.AdamW([{"params": matrices, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}],
                             lr=rate, betas=(0.9, 0.98))


def train_text(model: SmallClip, table: CaptionTable, steps: int, seed: int) -> torch.Tensor:
    """Step 1; returns the unit embeddings of all captions [captions, dim]."""
    optimizer = optimizer_for(model.text, 2e-3, 0.01)
    tokens, target = torch.from_numpy(table.tokens), torch.arange(len(table.offsets))
    for step in range(steps):
        rng = np.random.default_rng([seed, 300, step])
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, steps, 2e-3, warm_up=20)
        rows = np.concatenate([table.draw(rng), table.draw(rng)])
        first, second = F.normalize(model.text(tokens[rows], unknown_share=0.02), dim=-1).chunk(2)
        similarity = 30.0 * first @ second.T
        loss = (F.cross_entropy(similarity, target) + F.cross_entropy(similarity.T, target)) / 2
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.text.parameters(), 1.0)
        optimizer.step()
        if step % 50 == 0 or step == steps - 1:
            print(f"text step {step}/{steps} loss {loss.item():.3f}", flush=True)
    with torch.no_grad():
        parts = [F.normalize(model.text(part), dim=-1) for part in tokens.split(512)]
    model.text.requires_grad_(False)
    return torch.cat(parts)


def learning_rate(step: int, total: int, peak: float, warm_up: int) -> float:
    if step < warm_up:
        return peak * (step + 1) / warm_up
    return peak * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * (step - warm_up) / (total - warm_up))))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--monitor", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--text-steps", type=int, default=200)
    parser.add_argument("--epochs", type=float, default=2.3)
    parser.add_argument("--full-epochs", type=float, default=2.3,
                        help="last epochs, with all patch tokens (default: all)")
    parser.add_argument("--keep", type=int, default=36, help="patch tokens kept (of 64) before that")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--decay", type=float, default=0.05)
    parser.add_argument("--smoothing", type=float, default=0.02)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--resume", action="store_true", help="go on from OUT.resume")
    args = parser.parse_args()

    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    data, monitor = np.load(args.data), np.load(args.monitor)
    images, labels = data["images"], data["labels"]
    monitor_images, monitor_labels = monitor["images"], monitor["labels"]
    tokenizer = build_tokenizer()
    table = CaptionTable(lambda texts: encode(tokenizer, texts))
    model = SmallClip(Shape(), table.known_ids).train()
    resume_path, first, elapsed, began = args.out.with_suffix(".resume"), 0, 0.0, time.time()
    saved = torch.load(resume_path, weights_only=True) if args.resume and resume_path.exists() else None
    if saved:
        model.load_state_dict(saved["model"])
    embedded_captions = train_text(model, table, 0 if saved else args.text_steps, args.seed)
    trained = torch.nn.ModuleList([model.image])
    optimizer = optimizer_for(trained, args.rate, args.decay)
    optimizer.add_param_group({"params": [model.log_scale], "weight_decay": 0.0})
    if saved:
        optimizer.load_state_dict(saved["optimizer"])
        first, elapsed = saved["step"], saved["elapsed"]

    per_epoch = len(images) // args.batch
    total = int(args.epochs * per_epoch)
    masked = int((args.epochs - args.full_epochs) * per_epoch)
    print(f"{len(images)} images, {total} steps of {args.batch}, {masked} with {args.keep} tokens; "
          f"{sum(p.numel() for p in model.parameters())} parameters", flush=True)

    started, running = began - elapsed, None
    for step in range(first, total):
        epoch, place = divmod(step, per_epoch)
        if place == 0 or step == first:
            order = np.random.default_rng([args.seed, 100, epoch]).permutation(len(images))
        rng = np.random.default_rng([args.seed, 200, step])
        torch.manual_seed(args.seed + step)  # token masks; the same after a resume
        chosen = order[place * args.batch:(place + 1) * args.batch]
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, total, args.rate, warm_up=max(1, total // 25))
        with torch.autocast("cpu", torch.bfloat16):
            pixels = augment(images[chosen], rng)
            image = model.image(pixels, keep=args.keep if step < masked else None)
        text = embedded_captions[table.draw(rng)]
        logits = model.logit_scale * F.normalize(image.float(), dim=-1) @ text.T
        loss = F.cross_entropy(logits, torch.from_numpy(labels[chosen]), label_smoothing=args.smoothing)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        running = loss.item() if running is None else 0.98 * running + 0.02 * loss.item()
        if step % 50 == 0 or step == total - 1:
            print(f"step {step}/{total} loss {running:.3f} scale {model.logit_scale.item():.1f} "
                  f"{time.time() - started:.0f} s", flush=True)
        if (step + 1) % 200 == 0 or step == total - 1:
            top1 = accuracy(model, tokenizer, monitor_images[:1470], monitor_labels[:1470])
            print(f"step {step + 1} monitor top-1 {top1:.4f}", flush=True)
            torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step + 1,
                        "elapsed": time.time() - started}, resume_path)
            provenance = {"seed": args.seed, "images": len(images), "steps": step + 1,
                          "batch": args.batch, "epochs": args.epochs, "full_epochs": args.full_epochs,
                          "text_steps": args.text_steps, "rate": args.rate,
                          "seconds": round(time.time() - started),
                          "torch": str(torch.__version__)}
            save_checkpoint(args.out, model, vocabulary(), provenance)


if __name__ == "__main__":
    main()
