"""Success rates of the reference AutoAttack on a model small enough to be written out in a test.

Trains a two-layer tanh network on 8 x 8 emoji renders, attacks it with the reference implementation of
APGD-CE, APGD-T, FAB-T and Square (the package `autoattack` of https://github.com/fra31/auto-attack,
which must be importable and is not part of this repository), several seeds each, and writes weights,
images and robust accuracies to one JSON file: what the Java attacks are compared with.

    PYTHONPATH=AUTO_ATTACK_CHECKOUT python reference_attacks.py --out attacks.json
"""
from __future__ import annotations

import argparse
import base64
import json

import numpy as np
import torch
from PIL import Image
from torch.nn import functional as F

from concepts import CONCEPTS
from emoji_world import random_stream, render

SIDE = 8
CLASSES = 12
HIDDEN = 48
STEPS = 100
QUERIES = 1000
BUDGETS = (("Linf", 4 / 255), ("Linf", 8 / 255), ("L2", 0.25), ("L2", 0.5))


def images(split: str, count: int) -> tuple[np.ndarray, np.ndarray]:
    """`count` renders of the first concept of every group and its neighbours, uint8 [count, 8, 8, 3]."""
    chosen = [CONCEPTS[i * len(CONCEPTS) // CLASSES] for i in range(CLASSES)]
    pixels = np.empty((count, SIDE, SIDE, 3), np.uint8)
    for i in range(count):
        image = render(chosen[i % CLASSES], random_stream(4, split, i), 64, 64)
        pixels[i] = np.asarray(image.resize((SIDE, SIDE), Image.Resampling.BOX))
    return pixels, np.arange(count) % CLASSES


class Network(torch.nn.Module):
    """Pixels [batch, 3, 8, 8] in [0, 1], as the reference wants them, to logits."""

    def __init__(self) -> None:
        super().__init__()
        self.first = torch.nn.Linear(SIDE * SIDE * 3, HIDDEN)
        self.second = torch.nn.Linear(HIDDEN, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.second(torch.tanh(self.first(x.reshape(x.shape[0], -1) - 0.5)))

    def weights(self) -> dict[str, str]:
        """The parameters, float32; the first layer's columns in the order height, width, channel."""
        state = {k: v.detach().numpy() for k, v in self.state_dict().items()}
        columns = state["first.weight"].reshape(HIDDEN, 3, SIDE, SIDE).transpose(0, 2, 3, 1)
        state["first.weight"] = columns.reshape(HIDDEN, -1)
        return {k: text(np.ascontiguousarray(v, "<f4")) for k, v in state.items()}


def planes(pixels: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(pixels.transpose(0, 3, 1, 2))).float() / 255


def train(network: Network, pixels: np.ndarray, labels: np.ndarray) -> None:
    x, y = planes(pixels), torch.from_numpy(labels)
    optimiser = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=1e-2)
    for _ in range(60):
        for rows in torch.randperm(len(x)).split(128):
            noisy = x[rows] + 0.06 * torch.randn_like(x[rows])
            loss = F.cross_entropy(network(noisy), y[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()


def attack(name: str, network: Network, norm: str, eps: float, seed: int, x, y) -> torch.Tensor:
    """Adversarial images of the reference; 100 steps, one restart, 9 target classes, 1,000 queries."""
    from autoattack.autopgd_base import APGDAttack, APGDAttack_targeted
    from autoattack.fab_pt import FABAttack_PT
    from autoattack.square import SquareAttack
    common = dict(norm=norm, eps=eps, seed=seed, device="cpu")
    if name == "apgd-ce":
        return APGDAttack(network, n_iter=STEPS, loss="ce", **common).perturb(x, y)
    if name == "apgd-t":
        return APGDAttack_targeted(network, n_iter=STEPS, n_target_classes=9, **common).perturb(x, y)
    if name == "fab-t":
        fab = FABAttack_PT(network, n_restarts=1, n_iter=STEPS, targeted=True, n_target_classes=9, **common)
        return fab.perturb(x, y)

    class Square(SquareAttack):
        """With `high` itself among the draws: without, no square ever reaches the last row or column, which
        on 8 pixels costs success (the paper draws from all places)."""

        def random_int(self, low=0, high=1, shape=(1,)):
            return torch.randint(low, high + 1, tuple(shape))

    return Square(network, n_queries=QUERIES, p_init=0.8, resc_schedule=True, **common).perturb(x, y)


def inside(norm: str, eps: float, adversarial: torch.Tensor, x: torch.Tensor) -> bool:
    change = (adversarial - x).flatten(1)
    size = change.abs().amax(1) if norm == "Linf" else change.norm(dim=1)
    return bool((size <= eps * 1.0001).all())


def text(array: np.ndarray) -> str:
    return base64.b64encode(array.tobytes()).decode()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True)
    parser.add_argument("--train-images", type=int, default=4800)
    parser.add_argument("--victims", type=int, default=120)
    parser.add_argument("--attacks", default="apgd-ce,apgd-t,fab-t,square")
    parser.add_argument("--seeds", type=int, default=3)
    args = parser.parse_args()
    torch.manual_seed(4)
    torch.set_num_threads(1)
    network = Network()
    train(network, *images("train", args.train_images))
    pixels, labels = images("heldout", args.victims)
    x, y = planes(pixels), torch.from_numpy(labels)
    network.eval()
    correct = network(x).argmax(1) == y
    cells = []
    for norm, eps in BUDGETS:
        for name in args.attacks.split(","):
            robust = []
            for seed in range(args.seeds):
                adversarial = attack(name, network, norm, eps, seed, x, y)
                if not inside(norm, eps, adversarial, x):
                    raise SystemExit(f"{name} left the ball")
                robust.append(round(float(((network(adversarial).argmax(1) == y) & correct).float().mean()), 4))
            epsilon = round(eps * 255) if norm == "Linf" else eps
            cells.append({"attack": name, "norm": norm.lower(), "epsilon": epsilon, "robust": robust})
            print(name, norm, epsilon, robust, flush=True)
    logits = network(x).detach().numpy()
    result = {
        "side": SIDE, "classes": CLASSES, "hidden": HIDDEN, "steps": STEPS, "queries": QUERIES,
        "weights": network.weights(), "pixels": text(pixels), "labels": labels.tolist(),
        "clean": float(correct.float().mean()),
        "firstLogits": [round(float(v), 5) for v in logits[0]], "cells": cells,
    }
    with open(args.out, "w", encoding="utf-8") as out:
        json.dump(result, out, indent=1)
        out.write("\n")


if __name__ == "__main__":
    main()
