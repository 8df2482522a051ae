"""The small CLIP of the demo: a ViT image encoder and a causal text transformer, both pre-norm.

Image: 64 tokens of 8 x 8 pixels, cut by a small residual convolutional stem (the hybrid form of the ViT
paper, arXiv 2010.11929; a plain patch projection learned several times slower on two CPU cores), mean
pooling. Text: CLIP's BPE ids, pruned to the rows that captions use, pooled at the end-of-text token as in
CLIP.
"""
from __future__ import annotations

from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from clip_tokenizer import CONTEXT_LENGTH, END_ID, START_ID, VOCABULARY_SIZE

MEAN, STD = (0.5, 0.5, 0.5), (0.25, 0.25, 0.25)


@dataclass(frozen=True)
class Shape:
    image_size: int = 64
    patch: int = 8
    width: int = 128
    depth: int = 4
    heads: int = 4
    text_width: int = 128
    text_depth: int = 2
    text_heads: int = 4
    embedding_dim: int = 129  # 128 and the constant coordinate of the cone

    def as_dict(self) -> dict:
        return asdict(self)


def in_cone(x: Tensor) -> Tensor:
    """[batch, dim] -> [batch, dim + 1]: unit rows plus a constant coordinate; cosines become (1 + cos) / 2.

    Real CLIP embeddings share such a cone: every image has a positive cosine with the blank anchor. Without
    it ours are nearly orthogonal to the anchor, where a CLIPure step of size 30 (88 degrees) no longer
    passes the anchor and ten steps mirror the image instead of returning it. Softmax scores do not change.
    """
    return F.pad(F.normalize(x, dim=-1), (0, 1), value=1.0)


class Block(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm_attention, self.norm_mlp = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """x: [batch, tokens, width]; mask: additive [tokens, tokens]."""
        batch, tokens, width = x.shape
        qkv = self.qkv(self.norm_attention(x)).reshape(batch, tokens, 3, self.heads, width // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4).unbind(0)
        # spelt out: on a CPU the backward pass of the fused operator costs more than all other layers together
        similarity = (q * (width // self.heads) ** -0.5) @ k.transpose(-1, -2)
        weights = (similarity if mask is None else similarity + mask).softmax(-1).to(v.dtype)
        mixed = weights @ v
        x = x + self.out(mixed.transpose(1, 2).reshape(batch, tokens, width))
        return x + self.mlp(self.norm_mlp(x))


def _convolution(inputs: int, outputs: int, folded: bool, stride: int = 1) -> list[nn.Module]:
    """3 x 3. Folded: batch norm is part of the weights, as in an exported graph and for adversarial training."""
    convolution = nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=folded)
    return [convolution] if folded else [convolution, nn.BatchNorm2d(outputs)]


class Residual(nn.Module):
    """Two 3 x 3 convolutions around a shortcut."""

    def __init__(self, width: int, folded: bool) -> None:
        super().__init__()
        self.body = nn.Sequential(*_convolution(width, width, folded), nn.ReLU(), *_convolution(width, width, folded))

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.body(x))


class ImageEncoder(nn.Module):
    """`folded`: without batch norm, its affine map being part of each convolution."""

    def __init__(self, shape: Shape, folded: bool = False) -> None:
        super().__init__()
        w = shape.width

        def halve(inputs: int, outputs: int) -> list[nn.Module]:
            return [*_convolution(inputs, outputs, folded, stride=2), nn.ReLU()]

        self.stem = nn.Sequential(*halve(3, 32), *halve(32, 64), Residual(64, folded), *halve(64, 128),
                                  Residual(128, folded), nn.Conv2d(128, w, 1))
        self.position = nn.Parameter(0.02 * torch.randn((shape.image_size // shape.patch) ** 2, w))
        self.blocks = nn.ModuleList(Block(w, shape.heads) for _ in range(shape.depth))
        self.norm, self.projection = nn.LayerNorm(w), nn.Linear(w, shape.embedding_dim - 1, bias=False)
        self.register_buffer("mean", torch.tensor(MEAN).reshape(1, 3, 1, 1) * 255, persistent=False)
        self.register_buffer("std", torch.tensor(STD).reshape(1, 3, 1, 1) * 255, persistent=False)

    def forward(self, pixels: Tensor, keep: int | None = None) -> Tensor:
        """pixels: uint8 or float [batch, size, size, 3], 0..255. `keep`: random tokens kept (FLIP), training only."""
        x = (pixels.permute(0, 3, 1, 2).float() - self.mean) / self.std
        x = self.stem(x).flatten(2).transpose(1, 2) + self.position
        if keep is not None:
            chosen = torch.rand(x.shape[0], x.shape[1]).argsort(1)[:, :keep, None]
            x = x.gather(1, chosen.expand(-1, -1, x.shape[2]))
        for block in self.blocks:
            x = block(x)
        return in_cone(self.projection(self.norm(x).mean(1)))


class TextEncoder(nn.Module):
    """Takes CLIP ids; `remap` sends each to its row of the pruned embedding (row 0: unknown)."""

    def __init__(self, shape: Shape, known_ids: list[int]) -> None:
        super().__init__()
        w = shape.text_width
        remap = torch.zeros(VOCABULARY_SIZE, dtype=torch.int16)
        for row, token in enumerate(sorted(known_ids), start=1):
            remap[token] = row
        self.register_buffer("remap", remap)
        self.embedding = nn.Embedding(len(known_ids) + 1, w)
        self.position = nn.Parameter(0.01 * torch.randn(CONTEXT_LENGTH, w))
        nn.init.normal_(self.embedding.weight, std=0.3)
        self.blocks = nn.ModuleList(Block(w, shape.text_heads) for _ in range(shape.text_depth))
        self.norm, self.projection = nn.LayerNorm(w), nn.Linear(w, shape.embedding_dim - 1, bias=False)
        mask = torch.full((CONTEXT_LENGTH, CONTEXT_LENGTH), -1e4).triu(1)
        self.register_buffer("mask", mask, persistent=False)

    def forward(self, tokens: Tensor, unknown_share: float = 0.0) -> Tensor:
        """tokens: int64 [batch, length <= 77]; what follows the end token cannot matter (causal mask)."""
        length = tokens.shape[1]
        rows = self.remap[tokens].long()
        if unknown_share:
            forgotten = torch.rand(rows.shape) < unknown_share
            rows = rows.masked_fill(forgotten & (tokens != START_ID) & (tokens != END_ID), 0)
        x = self.embedding(rows) + self.position[:length]
        for block in self.blocks:
            x = block(x, self.mask[:length, :length])
        end = (tokens == END_ID).int().argmax(1)
        x = x.gather(1, end[:, None, None].expand(-1, 1, x.shape[2]))[:, 0]
        return in_cone(self.projection(self.norm(x)))


class SmallClip(nn.Module):
    def __init__(self, shape: Shape, known_ids: list[int]) -> None:
        super().__init__()
        self.shape, self.known_ids = shape, sorted(known_ids)
        self.image, self.text = ImageEncoder(shape), TextEncoder(shape, known_ids)
        self.log_scale = nn.Parameter(torch.tensor(3.7))

    @property
    def logit_scale(self) -> Tensor:
        return self.log_scale.clamp(max=4.6052).exp()


def save_checkpoint(path, model: SmallClip, vocabulary: list[str], provenance: dict) -> None:
    torch.save({"shape": model.shape.as_dict(), "known_ids": model.known_ids, "state": model.state_dict(),
                "vocabulary": vocabulary, "provenance": provenance}, path)


def load_checkpoint(path) -> tuple[SmallClip, list[str], dict]:
    saved = torch.load(path, weights_only=True)
    model = SmallClip(Shape(**saved["shape"]), saved["known_ids"])
    model.load_state_dict(saved["state"])
    return model.eval(), saved["vocabulary"], saved["provenance"]
