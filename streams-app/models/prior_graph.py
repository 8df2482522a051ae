"""The prior for serving: conditioning folded into constants, and its vector-Jacobian product written out.

The transformer is causal and text comes first, so the keys and values of text tokens depend on neither the image nor
the timestep: they are computed once at export and become constants of each layer. What is left to compute is the
time, image and query tokens, 3 rows instead of 80 or 260, with the same answer. The backward pass is plain operators
as well, so both directions run on any ONNX engine, with a free batch axis and no graph rewriting.
"""
from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import nn

from prior_model import Attention, Norm, PriorNetwork, Rotary

HIDDEN = -1e9  # exactly zero after softmax, in float32
FACTOR_ERROR = 1e-6


class Gain(nn.Module):
    """Layer norm with gain, and its backward pass."""

    def __init__(self, norm: Norm) -> None:
        super().__init__()
        self.g, self.eps, self.stable = nn.Parameter(norm.g.detach().clone()), norm.eps, norm.stable

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, tuple]:
        scale = x.amax(-1, keepdim=True) if self.stable else None
        x = x / scale if self.stable else x
        centred = x - x.mean(-1, keepdim=True)
        rate = 1 / torch.sqrt((centred * centred).mean(-1, keepdim=True) + self.eps)
        unit = centred * rate
        return unit * self.g, (unit, rate, scale)

    def backward(self, kept: tuple, grad: torch.Tensor) -> torch.Tensor:
        unit, rate, scale = kept
        grad = grad * self.g
        grad = rate * (grad - grad.mean(-1, keepdim=True) - unit * (grad * unit).mean(-1, keepdim=True))
        return grad / scale if self.stable else grad


class Identity(nn.Module):
    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, tuple]:
        return x, ()

    def backward(self, kept: tuple, grad: torch.Tensor) -> torch.Tensor:
        return grad


def gain(norm: nn.Module) -> nn.Module:
    return Gain(norm) if isinstance(norm, Norm) else Identity()


def matrix(linear: nn.Linear) -> nn.Parameter:
    """As [in, out], the way MatMul wants it."""
    return nn.Parameter(linear.weight.detach().t().contiguous())


def rotation(rotary: Rotary | None, features: int, first: int, tokens: int) -> tuple[torch.Tensor, ...]:
    """cos and sin [tokens, features] of positions first.., and T with rotate(x) = x * cos + (x @ T) * sin."""
    cos, sin, turn = torch.ones(tokens, features), torch.zeros(tokens, features), torch.zeros(features, features)
    if rotary:
        width = 2 * rotary.freqs.numel()
        angles = torch.arange(first, first + tokens)[:, None] * rotary.freqs.detach().repeat_interleave(2)
        cos[:, :width], sin[:, :width] = angles.cos(), angles.sin()
        for even in range(0, width, 2):
            turn[even + 1, even], turn[even, even + 1] = -1, 1
    return cos, sin, turn


class LiveAttention(nn.Module):
    """Attention of the live tokens [batch, n, dim] to the text, which is constant, and to themselves.

    The heads share one key and value, so queries are [batch, n * heads, features]: no transposition is needed.
    """

    def __init__(self, attention: Attention, prefix: torch.Tensor, bias: torch.Tensor, live: int) -> None:
        super().__init__()
        first = prefix.shape[1]
        self.heads, self.live, self.cosine, self.scale = attention.heads, live, attention.cosine, attention.scale
        self.norm, self.norm_out = gain(attention.norm), gain(attention.to_out[1])
        self.to_q, self.to_kv, self.to_out = (
            matrix(m) for m in (attention.to_q, attention.to_kv, attention.to_out[0]))
        self.features = self.to_kv.shape[1] // 2
        keys, values = attention.keys_values(attention.norm(prefix))
        self.register_buffer("text_keys", keys[0].t().contiguous())
        self.register_buffer("text_values", values[0].contiguous())
        cos, sin, turn = rotation(attention.rotary_emb, self.features, first, live)
        for name, table in (("key_cos", cos), ("key_sin", sin)):
            self.register_buffer(name, table)
            self.register_buffer(name.replace("key", "query"), table.repeat_interleave(self.heads, 0))
        self.register_buffer("turn", turn)
        self.register_buffer("bias", bias.transpose(0, 1).reshape(live * self.heads, -1).clamp(min=HIDDEN))

    def position(self, x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> tuple[torch.Tensor, tuple]:
        """Rotates and scales queries or keys."""
        x = x * cos + (x @ self.turn) * sin
        if not self.cosine:
            return x * math.sqrt(self.scale), ()
        norm = torch.sqrt((x * x).sum(-1, keepdim=True)).clamp(min=1e-12)
        return x / norm * math.sqrt(self.scale), (x / norm, norm)

    def position_backward(self, kept: tuple, grad: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
        grad = grad * math.sqrt(self.scale)
        if self.cosine:
            unit, norm = kept
            grad = (grad - unit * (grad * unit).sum(-1, keepdim=True)) / norm
        return grad * cos + (grad * sin) @ self.turn.t()

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, tuple]:
        x, normed = self.norm(x)
        scale = 1.0 if self.cosine else self.scale
        q = (x @ self.to_q).reshape(-1, self.live * self.heads, self.features) * scale
        q, turned_q = self.position(q, self.query_cos, self.query_sin)
        kv = x @ self.to_kv
        k, turned_k = self.position(kv[..., :self.features], self.key_cos, self.key_sin)
        v = kv[..., self.features:]
        weights = torch.softmax(torch.cat((q @ self.text_keys, q @ k.transpose(1, 2)), -1) + self.bias, -1)
        text = self.text_values.shape[0]
        mixed = weights[..., :text] @ self.text_values + weights[..., text:] @ v
        out, normed_out = self.norm_out(mixed.reshape(-1, self.live, self.heads * self.features) @ self.to_out)
        return out, (normed, turned_q, turned_k, q, k, v, weights, normed_out)

    def backward(self, kept: tuple, grad: torch.Tensor) -> torch.Tensor:
        normed, turned_q, turned_k, q, k, v, weights, normed_out = kept
        grad = self.norm_out.backward(normed_out, grad) @ self.to_out.t()
        grad = grad.reshape(-1, self.live * self.heads, self.features)
        text = self.text_values.shape[0]
        grad_v = weights[..., text:].transpose(1, 2) @ grad
        grad_w = torch.cat((grad @ self.text_values.t(), grad @ v.transpose(1, 2)), -1)
        grad_s = weights * (grad_w - (grad_w * weights).sum(-1, keepdim=True))
        grad_q = grad_s[..., :text] @ self.text_keys.t() + grad_s[..., text:] @ k
        grad_k = grad_s[..., text:].transpose(1, 2) @ q
        grad_q = self.position_backward(turned_q, grad_q, self.query_cos, self.query_sin)
        grad_k = self.position_backward(turned_k, grad_k, self.key_cos, self.key_sin)
        grad_q = grad_q.reshape(-1, self.live, self.heads * self.features) * (1.0 if self.cosine else self.scale)
        return self.norm.backward(normed, grad_q @ self.to_q.t() + torch.cat((grad_k, grad_v), -1) @ self.to_kv.t())


class LiveFeedForward(nn.Module):
    def __init__(self, feed: nn.Sequential) -> None:
        super().__init__()
        self.norm, self.norm_in = gain(feed[0]), gain(feed[3])
        self.widen, self.narrow = matrix(feed[1]), matrix(feed[5])

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, tuple]:
        x, normed = self.norm(x)
        values, gates = (x @ self.widen).chunk(2, -1)
        open_ = torch.sigmoid(gates)
        x, normed_in = self.norm_in(values * gates * open_)
        return x @ self.narrow, (normed, values, gates, open_, normed_in)

    def backward(self, kept: tuple, grad: torch.Tensor) -> torch.Tensor:
        normed, values, gates, open_, normed_in = kept
        grad = self.norm_in.backward(normed_in, grad @ self.narrow.t())
        grad_gates = grad * values * open_ * (1 + gates * (1 - open_))
        return self.norm.backward(normed, torch.cat((grad * gates * open_, grad_gates), -1) @ self.widen.t())


class TimeTable(nn.Module):
    """What the network says of each of the `steps` timesteps, tabulated; stored as two factors where its rank is low."""

    def __init__(self, network: PriorNetwork, steps: int) -> None:
        super().__init__()
        table = network.time_tokens(torch.arange(steps)).flatten(1)
        u, s, v = torch.linalg.svd(table.double(), full_matrices=False)
        rank = max(1, int((s > FACTOR_ERROR * s[0]).sum()))
        self.factored = rank * sum(table.shape) < table.numel()
        self.table = nn.Parameter((u[:, :rank] * s[:rank]).float() if self.factored else table)
        self.factor = nn.Parameter(v[:rank].float()) if self.factored else None

    def forward(self, t: torch.Tensor) -> torch.Tensor:
        rows = self.table[t]
        return rows @ self.factor if self.factored else rows


class PriorForward(nn.Module):
    """(noised [batch, dim], timestep int64 [batch]) -> predicted clean embedding [batch, dim], both scaled."""

    def __init__(self, network: PriorNetwork, steps: int, text_embed: torch.Tensor,
                 text_encodings: torch.Tensor | None = None) -> None:
        super().__init__()
        shape, transformer = network.shape, network.causal_transformer
        self.dim, self.images = shape.dim, shape.num_image_embeds
        self.time, self.image = TimeTable(network, steps), None
        if shape.num_image_embeds > 1:
            linear = network.to_image_embeds[0]
            self.image, self.image_bias = matrix(linear), nn.Parameter(linear.bias.detach().clone())
        self.last = nn.Parameter(network.last_tokens())
        prefix = network.prefix(text_embed[None], None if text_encodings is None else text_encodings[None])
        self.first_image = shape.num_time_embeds
        live = self.first_image + self.images + len(self.last)
        self.init_norm, self.norm = gain(transformer.init_norm), gain(transformer.norm)
        self.project_out = matrix(transformer.project_out) if shape.final_proj else None
        bias = transformer.rel_pos_bias(prefix.shape[1] + live)
        text = transformer.init_norm(prefix)
        self.attentions, self.feeds = nn.ModuleList(), nn.ModuleList()
        for attention, feed in transformer.layers:
            self.attentions.append(LiveAttention(attention, text, bias[:, -live:], live))
            self.feeds.append(LiveFeedForward(feed))
            text = text + attention(text, bias[:, :text.shape[1], :text.shape[1] + 1])
            text = text + feed(text)
        self.requires_grad_(False)

    def run(self, noised: torch.Tensor, t: torch.Tensor) -> tuple[torch.Tensor, list, tuple, tuple]:
        image = noised if self.image is None else noised @ self.image + self.image_bias
        time = self.time(t).reshape(-1, self.first_image, self.dim)
        # not expand: it would write the traced batch size into the graph
        last = self.last + torch.zeros_like(noised[:, :1, None])
        x, first = self.init_norm(torch.cat((time, image.reshape(-1, self.images, self.dim), last), 1))
        kept = []
        for attention, feed in zip(self.attentions, self.feeds):
            change, kept_attention = attention(x)
            x = x + change
            change, kept_feed = feed(x)
            x = x + change
            kept.append((kept_attention, kept_feed))
        out, final = self.norm(x[:, -1])
        return out if self.project_out is None else out @ self.project_out, kept, first, final

    def forward(self, noised: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        return self.run(noised, t)[0]


class PriorVjp(nn.Module):
    """(noised, timestep, v [batch, dim]) -> d<predicted, v>/d noised [batch, dim]."""

    def __init__(self, prior: PriorForward) -> None:
        super().__init__()
        self.prior = prior

    def forward(self, noised: torch.Tensor, t: torch.Tensor, cotangent: torch.Tensor) -> torch.Tensor:
        prior = self.prior
        _, kept, first, final = prior.run(noised, t)
        grad = cotangent if prior.project_out is None else cotangent @ prior.project_out.t()
        before = prior.first_image + prior.images + prior.last.shape[0] - 1
        grad = F.pad(prior.norm.backward(final, grad)[:, None], (0, 0, before, 0))
        for attention, feed, (kept_attention, kept_feed) in reversed(
                list(zip(prior.attentions, prior.feeds, kept))):
            grad = grad + feed.backward(kept_feed, grad)
            grad = grad + attention.backward(kept_attention, grad)
        grad = prior.init_norm.backward(first, grad)[:, prior.first_image:prior.first_image + prior.images]
        grad = grad.reshape(-1, prior.images * prior.dim)
        return grad if prior.image is None else grad @ prior.image.t()
