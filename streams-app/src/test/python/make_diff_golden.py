"""Makes a small random prior and the expected results of CLIPure-Diff on it, for the Java tests.

    PYTHONPATH=../../../models python make_diff_golden.py --out ../resources/io/clipure/stream/clip/prior

Independent of what it checks: the whole network in float64 (not the exported graph), PyTorch's automatic
differentiation (not a vector-Jacobian product), and the noise generator written again from its description.
"""
from __future__ import annotations

import argparse
import hashlib
import json
import math
import struct
from pathlib import Path

import torch
import torch.nn.functional as F

from export_prior import export, round_to_half
from prior_model import PriorNetwork, PriorShape, cosine_alphas_cumprod

DIM, IMAGES, STEPS = 24, 4, 1000


def make_network() -> PriorNetwork:
    torch.manual_seed(11)
    network = PriorNetwork(PriorShape(dim=DIM, depth=2, dim_head=16, heads=2, ff_mult=2, num_timesteps=STEPS,
                                      max_text_len=3, normformer=True))
    with torch.no_grad():
        for name, value in network.named_parameters():
            if name.endswith(".g"):
                value.copy_(1 + 0.2 * torch.randn_like(value))
            elif value.ndim >= 2 and "null" not in name:
                value.copy_(0.3 * torch.randn_like(value))
        x = torch.linspace(0, 1, STEPS)[:, None] * math.pi * torch.arange(4)
        network.to_time_embeds[0].weight.copy_(x.cos() @ torch.randn(4, DIM))
    round_to_half(network)
    return network.eval()


class DigestNoise:
    """Key = SHA-256("clipure-diff/1", seed, digest, view); block = SHA-256(key, step, draw, index), big-endian."""

    def __init__(self, seed: int, digest: bytes, view: int) -> None:
        self.key = hashlib.sha256(b"clipure-diff/1" + struct.pack(">q", seed) + digest
                                  + struct.pack(">i", view)).digest()

    def uniforms(self, step: int, draw: int, index: int) -> list[float]:
        block = hashlib.sha256(self.key + struct.pack(">iii", step, draw, index)).digest()
        return [(word >> 11) / 2 ** 53 for word in struct.unpack(">4Q", block)]

    def timestep(self, step: int, draw: int, least: int, most: int) -> int:
        return least + int(self.uniforms(step, draw, -1)[0] * (most - least + 1))

    def gaussian(self, step: int, draw: int, dim: int) -> list[float]:
        values = []
        for index in range((dim + 3) // 4):
            a, b, c, d = self.uniforms(step, draw, index)
            for u, v in ((a, b), (c, d)):
                radius, angle = math.sqrt(-2 * math.log(1 - u)), 2 * math.pi * v
                values += [radius * math.cos(angle), radius * math.sin(angle)]
        return values[:dim]


def purify(network: PriorNetwork, text: torch.Tensor, z: torch.Tensor, t: torch.Tensor, noise: torch.Tensor,
           settings: dict) -> tuple[torch.Tensor, list[float]]:
    """z [images, dim], t [steps, draws, images], noise [steps, draws, images, dim] -> unit vectors, first losses."""
    alphas, scale = cosine_alphas_cumprod(STEPS), DIM ** 0.5
    u, first = F.normalize(z, dim=-1), None
    for step in range(settings["steps"]):
        u = u.detach().requires_grad_(True)
        clean, losses = scale * u, []
        for draw in range(settings["noise_draws"]):
            alpha = alphas[t[step, draw]][:, None]
            noised = alpha.sqrt() * clean + (1 - alpha).sqrt() * noise[step, draw]
            predicted = network(noised, t[step, draw], text.expand(len(z), -1))
            losses.append((predicted - clean).square().mean(-1))
        loss = torch.stack(losses).mean(0)
        first = loss.tolist() if first is None else first
        ascent, = torch.autograd.grad(-loss.sum(), u)
        if settings["gradient_norm"] == "sample":
            ascent = F.normalize(ascent, dim=-1)
        u = F.normalize(u + settings["step_size"] * ascent, dim=-1)
    return u.detach(), first


def case(name: str, network: PriorNetwork, text: torch.Tensor, z: torch.Tensor, settings: dict, digests: bool) -> dict:
    shape = (settings["steps"], settings["noise_draws"], len(z))
    least, most = settings["least_timestep"], settings["most_timestep"]
    record = {"name": name, **settings}
    if digests:
        hashes = [hashlib.sha256(f"image {i}".encode()).digest() for i in range(len(z))]
        sources = [DigestNoise(settings["seed"], h, view) for view, h in enumerate(hashes)]
        record["digests"] = [h.hex() for h in hashes]
        draws = [(s, d) for s in range(shape[0]) for d in range(shape[1])]
        t = torch.tensor([[n.timestep(s, d, least, most) for n in sources] for s, d in draws]).reshape(shape)
        noise = torch.tensor([[n.gaussian(s, d, DIM) for n in sources] for s, d in draws], dtype=torch.float64)
        noise = noise.reshape(*shape, DIM)
    else:
        generator = torch.Generator().manual_seed(3)
        t = torch.randint(least, most + 1, shape, generator=generator)
        noise = torch.randn(*shape, DIM, generator=generator).double()
    purified, losses = purify(network, text, z, t, noise, settings)
    record |= {"timesteps": t.tolist(), "noise": noise.tolist(), "purified": purified.tolist(), "first_losses": losses}
    return record


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    network = make_network()
    text = F.normalize(torch.randn(DIM), dim=-1)
    config = {"condition_on_text_encodings": False}
    export(network, config, text, None, "a random unit vector", args.out, "random weights")

    network, text = network.double(), text.double()
    z = torch.randn(IMAGES, DIM, dtype=torch.float64) * 3
    z = z.float().double()
    published = dict(steps=10, step_size=30.0, gradient_norm="sample", least_timestep=900, most_timestep=999,
                     noise_draws=1, seed=0)
    cases = [case("published settings, given noise", network, text, z, published, False),
             case("small steps, two draws, no norm, all timesteps", network, text, z,
                  {**published, "steps": 4, "step_size": 0.02, "gradient_norm": "none", "noise_draws": 2,
                   "least_timestep": 0}, False),
             case("noise from the digests", network, text, z,
                  {**published, "steps": 5, "step_size": 0.1, "noise_draws": 2, "seed": -20261125}, True)]
    x = torch.randn(3, DIM, dtype=torch.float64, requires_grad=True)
    t, v = torch.tensor([0, 950, 999]), torch.randn(3, DIM, dtype=torch.float64)
    predicted = network(x, t, text.expand(3, -1))
    gradient, = torch.autograd.grad(predicted, x, v)
    alphas = cosine_alphas_cumprod(STEPS)
    golden = {"dim": DIM, "embeddings": z.tolist(),
              "network": {"noised": x.tolist(), "timesteps": t.tolist(), "cotangents": v.tolist(),
                          "predicted": predicted.tolist(), "gradient": gradient.tolist()},
              "alphas_cumprod": {str(i): float(alphas[i]) for i in (0, 1, 250, 500, 900, 950, 998, 999)},
              "cases": cases}
    (args.out / "diff-golden.json").write_text(json.dumps(golden) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
