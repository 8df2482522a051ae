"""Makes a tiny image tower with its gradient, and PyTorch's answers to it, beside this script.

    PYTHONPATH=streams-app/models python make_gradient.py

The tower has every kind of layer of the demo's: convolutions of stride 1 and 2, a shortcut, tokens, attention,
layer norm, GELU, mean pooling, the cone. Its weights are rounded to half precision before anything else, so that
storing them loses nothing, and reference.json is autograd's answer in float64 on the same weights.
"""
import json
from pathlib import Path

import torch
from torch import nn

import bundle
import gradient
from clip_model import Block, Residual, in_cone

HERE, SIZE, DIMENSION, IMAGES = Path(__file__).parent, 8, 9, 5


class TinyTower(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.ReLU(), Residual(8, folded=True),
                                  nn.Conv2d(8, 16, 1))
        self.position = nn.Parameter(torch.randn(16, 16))
        self.block, self.norm = Block(16, 2), nn.LayerNorm(16)
        self.projection = nn.Linear(16, DIMENSION - 1, bias=False)

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        x = pixels.permute(0, 3, 1, 2).to(self.position.dtype) / 255 - 0.5
        x = self.stem(x).flatten(2).transpose(1, 2) + self.position
        return in_cone(self.projection(self.norm(self.block(x)).mean(1)))


torch.manual_seed(4)
tower = TinyTower().eval()
with torch.no_grad():
    for parameter in tower.parameters():
        parameter.copy_((parameter * 1.5).half().float())
gradient.export_image_graphs(tower, SIZE, DIMENSION, HERE, half_storage=True)

pixels = torch.randint(0, 256, (IMAGES, SIZE, SIZE, 3)).double().requires_grad_()
cotangents = torch.randn(IMAGES, DIMENSION).round(decimals=3).double()
embeddings = tower.double()(pixels)
(embeddings * cotangents).sum().backward()
rows = [{"pixels": p.int().flatten().tolist(), "cotangent": v.tolist(), "embedding": e.tolist(),
         "gradient": g.flatten().tolist()}
        for p, v, e, g in zip(pixels.detach(), cotangents, embeddings.detach(), pixels.grad)]
document = {"size": SIZE, "dimension": DIMENSION, "files": {
    name: bundle.describe_file(HERE / name)
    for name in (bundle.IMAGE_FILE, bundle.FORWARD_FILE, bundle.VJP_FILE, bundle.WEIGHTS_FILE)}, "images": rows}
(HERE / "reference.json").write_text(json.dumps(document) + "\n", encoding="utf-8")
