"""The DALL-E 2 diffusion prior, at the architecture and with the parameter names of DALLE2-pytorch.

Written from the shapes and the behaviour of `DiffusionPriorNetwork`, so that its checkpoints load strictly; no code
is taken from it. A causal transformer reads [text encodings.., text embeddings, time embeddings, noised image
embeddings, learned query] and answers, at the query, with the clean image embedding (x0). Attention has many query
heads over one key/value head, a learned null key, rotary positions, T5-style relative bias and, by default, cosine
similarity; feed-forward layers are SwiGLU; norms have a gain and no bias.
"""
from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields

import torch
import torch.nn.functional as F
from torch import nn

ROTARY_DIM, ROTARY_BASE = 32, 10_000.0
BUCKETS, MAX_DISTANCE = 32, 128
COSINE_SCALE = 16.0
COSINE_OFFSET, MAX_BETA = 0.008, 0.999


@dataclass(frozen=True)
class PriorShape:
    """Arguments of DiffusionPriorNetwork that change the network's function, with its defaults."""
    dim: int
    depth: int
    dim_head: int = 64
    heads: int = 8
    ff_mult: float = 4
    num_timesteps: int | None = None
    num_time_embeds: int = 1
    num_image_embeds: int = 1
    num_text_embeds: int = 1
    max_text_len: int = 256
    self_cond: bool = False
    norm_in: bool = False
    norm_out: bool = True
    final_proj: bool = True
    normformer: bool = False
    rotary_emb: bool = True
    cosine_sim: bool = True

    @staticmethod
    def of(config: dict) -> PriorShape:
        """From the `net` section of a training configuration; dropout rates mean nothing here."""
        known = {f.name for f in fields(PriorShape)}
        unknown = set(config) - known - {"attn_dropout", "ff_dropout"}
        if unknown:
            raise ValueError(f"prior network options {sorted(unknown)} are not known; expected some of {sorted(known)}")
        return PriorShape(**{k: v for k, v in config.items() if k in known})

    def as_dict(self) -> dict:
        return asdict(self)


class Norm(nn.Module):
    """Layer norm with a gain alone; `stable` first divides by the largest entry, which carries no gradient."""

    def __init__(self, dim: int, stable: bool = False) -> None:
        super().__init__()
        self.stable, self.eps = stable, 1e-5
        self.g = nn.Parameter(torch.ones(dim))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.stable:
            x = x / x.amax(-1, keepdim=True).detach()
        return F.layer_norm(x, x.shape[-1:], eps=self.eps) * self.g


class Rotary(nn.Module):
    """Rotates interleaved pairs of the first `dim` features by position times frequency."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.freqs = nn.Parameter(ROTARY_BASE ** -(torch.arange(0, dim, 2) / dim), requires_grad=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[..., positions, features]."""
        angles = torch.arange(x.shape[-2], dtype=x.dtype)[:, None] * self.freqs.to(x.dtype)
        cos, sin, width = angles.cos(), angles.sin(), 2 * self.freqs.numel()
        even, odd = x[..., 0:width:2], x[..., 1:width:2]
        turned = torch.stack((even * cos - odd * sin, odd * cos + even * sin), -1).flatten(-2)
        return torch.cat((turned, x[..., width:]), -1)


class Attention(nn.Module):
    def __init__(self, shape: PriorShape, rotary: Rotary | None) -> None:
        super().__init__()
        inner = shape.heads * shape.dim_head
        self.heads, self.cosine = shape.heads, shape.cosine_sim
        self.scale = COSINE_SCALE if shape.cosine_sim else shape.dim_head ** -0.5
        self.norm = Norm(shape.dim)
        self.null_kv = nn.Parameter(torch.randn(2, shape.dim_head))
        self.to_q = nn.Linear(shape.dim, inner, bias=False)
        self.to_kv = nn.Linear(shape.dim, 2 * shape.dim_head, bias=False)
        self.rotary_emb = rotary
        self.to_out = nn.Sequential(nn.Linear(inner, shape.dim, bias=False), Norm(shape.dim))

    def queries(self, x: torch.Tensor) -> torch.Tensor:
        """Normalised input -> [batch, heads, tokens, features], scaled."""
        q = self.to_q(x).unflatten(-1, (self.heads, -1)).transpose(1, 2) * self.scale
        return self.scaled(self.rotary_emb(q) if self.rotary_emb else q)

    def keys_values(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Normalised input -> two [batch, 1 + tokens, features], the null key and value first."""
        k, v = self.to_kv(x).chunk(2, -1)
        k = self.rotary_emb(k) if self.rotary_emb else k
        null_k, null_v = (t.expand(len(x), 1, -1) for t in self.null_kv)
        return self.scaled(torch.cat((null_k, k), 1)), torch.cat((null_v, v), 1)

    def scaled(self, t: torch.Tensor) -> torch.Tensor:
        return (F.normalize(t, dim=-1) if self.cosine else t) * math.sqrt(self.scale)

    def forward(self, x: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        x = self.norm(x)
        q, (k, v) = self.queries(x), self.keys_values(x)
        weights = (q @ k[:, None].transpose(-1, -2) + bias).softmax(-1)
        return self.to_out((weights @ v[:, None]).transpose(1, 2).flatten(-2))


class SwiGLU(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        values, gates = x.chunk(2, -1)
        return values * F.silu(gates)


def feed_forward(shape: PriorShape) -> nn.Sequential:
    inner = int(shape.ff_mult * shape.dim)
    return nn.Sequential(Norm(shape.dim), nn.Linear(shape.dim, 2 * inner, bias=False), SwiGLU(),
                         Norm(inner) if shape.normformer else nn.Identity(), nn.Identity(),
                         nn.Linear(inner, shape.dim, bias=False))


class RelativeBias(nn.Module):
    def __init__(self, heads: int) -> None:
        super().__init__()
        self.relative_attention_bias = nn.Embedding(BUCKETS, heads)

    def forward(self, tokens: int) -> torch.Tensor:
        """[heads, tokens, 1 + tokens], with the causal mask: a query sees the null key and keys up to its own."""
        distance = (torch.arange(tokens)[:, None] - torch.arange(tokens + 1)).clamp(min=0)
        exact = BUCKETS // 2
        far = exact + (torch.log(distance.clamp(min=1).float() / exact) / math.log(MAX_DISTANCE / exact)
                       * (BUCKETS - exact)).long()
        bias = self.relative_attention_bias(torch.where(distance < exact, distance, far.clamp(max=BUCKETS - 1)))
        hidden = torch.ones(tokens, tokens + 1, dtype=torch.bool).triu(2)
        return bias.permute(2, 0, 1).masked_fill(hidden, -math.inf)


class CausalTransformer(nn.Module):
    def __init__(self, shape: PriorShape) -> None:
        super().__init__()
        self.init_norm = Norm(shape.dim) if shape.norm_in else nn.Identity()
        self.rel_pos_bias = RelativeBias(shape.heads)
        rotary = Rotary(min(ROTARY_DIM, shape.dim_head)) if shape.rotary_emb else None
        self.layers = nn.ModuleList(nn.ModuleList([Attention(shape, rotary), feed_forward(shape)])
                                    for _ in range(shape.depth))
        self.norm = Norm(shape.dim, stable=True) if shape.norm_out else nn.Identity()
        self.project_out = nn.Linear(shape.dim, shape.dim, bias=False) if shape.final_proj else nn.Identity()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x, bias = self.init_norm(x), self.rel_pos_bias(x.shape[1])
        for attention, feed in self.layers:
            x = x + attention(x, bias)
            x = x + feed(x)
        return self.project_out(self.norm(x))


class SinusoidalTime(nn.Module):
    def __init__(self, dim: int) -> None:
        super().__init__()
        if dim % 2:
            raise ValueError(f"continuous time needs an even embedding width, seen {dim}: set num_timesteps")
        self.half = dim // 2

    def forward(self, t: torch.Tensor) -> torch.Tensor:
        rates = torch.exp(torch.arange(self.half, dtype=t.dtype) * -(math.log(10_000) / (self.half - 1)))
        angles = t[:, None] * rates
        return torch.cat((angles.sin(), angles.cos()), -1)


class TimeMlp(nn.Module):
    def __init__(self, dim: int, out: int) -> None:
        super().__init__()
        hidden = 2 * out
        self.net = nn.Sequential(nn.Sequential(nn.Linear(dim, hidden), nn.SiLU(), nn.Identity()),
                                 nn.Sequential(nn.Linear(hidden, hidden), nn.SiLU(), nn.Identity()),
                                 nn.Linear(hidden, out))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.net(x)


class PriorNetwork(nn.Module):
    def __init__(self, shape: PriorShape) -> None:
        super().__init__()
        self.shape, dim = shape, shape.dim

        def widen(count: int) -> nn.Sequential:
            return nn.Sequential(nn.Linear(dim, dim * count) if count > 1 else nn.Identity())

        self.to_text_embeds, self.to_image_embeds = widen(shape.num_text_embeds), widen(shape.num_image_embeds)
        times = dim * shape.num_time_embeds
        self.to_time_embeds = nn.Sequential(
            nn.Embedding(shape.num_timesteps, times) if shape.num_timesteps
            else nn.Sequential(SinusoidalTime(dim), TimeMlp(dim, times)))
        self.learned_query = nn.Parameter(torch.randn(dim))
        self.causal_transformer = CausalTransformer(shape)
        self.null_text_encodings = nn.Parameter(torch.randn(1, shape.max_text_len, dim))
        self.null_text_embeds = nn.Parameter(torch.randn(1, shape.num_text_embeds, dim))
        self.null_image_embed = nn.Parameter(torch.randn(1, dim))

    def prefix(self, text_embed: torch.Tensor, text_encodings: torch.Tensor | None,
               text_keep: torch.Tensor | None = None) -> torch.Tensor:
        """[batch, max_text_len + text embeds, dim]; rows of zeros, and what is not kept, become null tokens."""
        batch, limit = len(text_embed), self.shape.max_text_len
        encodings = self.null_text_encodings.expand(batch, -1, -1)
        if text_encodings is not None:
            given = text_encodings[:, :limit]
            given = F.pad(given, (0, 0, 0, limit - given.shape[1]))
            encodings = torch.where((given != 0).any(-1, keepdim=True), given, encodings)
        embeds = self.tokens(self.to_text_embeds(text_embed))
        if text_keep is not None:
            keep = text_keep[:, None, None]
            encodings = torch.where(keep, encodings, self.null_text_encodings)
            embeds = torch.where(keep, embeds, self.null_text_embeds)
        return torch.cat((encodings, embeds), 1)

    def time_tokens(self, t: torch.Tensor) -> torch.Tensor:
        continuous = self.shape.num_timesteps is None
        return self.tokens(self.to_time_embeds(t.to(self.learned_query.dtype) if continuous else t))

    def image_tokens(self, image_embed: torch.Tensor) -> torch.Tensor:
        return self.tokens(self.to_image_embeds(image_embed))

    def tokens(self, flat: torch.Tensor) -> torch.Tensor:
        return flat.unflatten(-1, (-1, self.shape.dim))

    def last_tokens(self) -> torch.Tensor:
        """[1 or 2, dim]: the learned query, after an all-zero estimate where the network knows self-conditioning."""
        zero = torch.zeros_like(self.learned_query)
        return torch.stack(([zero] if self.shape.self_cond else []) + [self.learned_query])

    def forward(self, image_embed: torch.Tensor, t: torch.Tensor, text_embed: torch.Tensor,
                text_encodings: torch.Tensor | None = None, text_keep: torch.Tensor | None = None,
                image_keep: torch.Tensor | None = None) -> torch.Tensor:
        """Noised scaled embeddings [batch, dim] at steps [batch] -> predicted clean ones [batch, dim].

        `text_keep` and `image_keep`, bool [batch], replace what is not kept by null tokens (training only).
        """
        image = self.image_tokens(image_embed)
        if image_keep is not None:
            image = torch.where(image_keep[:, None, None], image, self.null_image_embed)
        tokens = torch.cat((self.prefix(text_embed, text_encodings, text_keep), self.time_tokens(t), image,
                            self.last_tokens().expand(len(image), -1, -1)), 1)
        return self.causal_transformer(tokens)[:, -1]


def cosine_alphas_cumprod(steps: int) -> torch.Tensor:
    """Cumulative products of the cosine schedule (Nichol & Dhariwal 2021, eq. 17), float64 [steps]."""
    x = torch.linspace(0, 1, steps + 1, dtype=torch.float64)
    f = torch.cos((x + COSINE_OFFSET) / (1 + COSINE_OFFSET) * math.pi / 2) ** 2
    return torch.cumprod(1 - (1 - f[1:] / f[:-1]).clamp(0, MAX_BETA), 0)


LEGACY_NAMES = {"null_text_embed": "null_text_encodings"}  # before August 2022, with no other null tokens


def load_network(config: dict, state: dict[str, torch.Tensor]) -> PriorNetwork:
    """Loads the network of a DiffusionPrior checkpoint strictly.

    `config` is the `prior` section of a DALLE2-pytorch training configuration; `state` the state dict of
    `DiffusionPrior` (keys `net.*`; the frozen CLIP and the schedule's buffers beside it are left out) or of the
    network alone. Old checkpoints lack null tokens that only training draws: these become zero.
    """
    problems = [f"{key} is {config.get(key)}, expected {good}" for key, good in
                (("predict_x_start", True), ("predict_v", False), ("training_clamp_l2norm", False),
                 ("beta_schedule", "cosine")) if config.get(key, good) != good]
    if problems:
        raise ValueError("; ".join(problems) + ": this export is for priors of the paper's form")
    shape = PriorShape.of(config["net"])
    net = {k.removeprefix("net."): v for k, v in state.items() if k.startswith("net.")} or dict(state)
    net = {LEGACY_NAMES.get(k, k): v for k, v in net.items()}
    if "null_image_embed" not in net and "null_text_embeds" not in net:
        net["null_image_embed"] = torch.zeros(1, shape.dim)
        net["null_text_embeds"] = torch.zeros(1, shape.num_text_embeds, shape.dim)
    network = PriorNetwork(shape)
    network.load_state_dict(net)
    return network.eval()
