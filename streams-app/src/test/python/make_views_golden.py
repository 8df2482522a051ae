"""Writes src/test/resources/views/golden.json: views and suspicion by an independent implementation.

    python make_views_golden.py ../resources/views/golden.json

Views are computed with numpy in float64; the quantised one is also compared with Pillow's JPEG codec
(quality 75, no chroma subsampling), whose output is stored beside. Suspicion is computed from vectors by
the definitions in SuspicionSignals and ModelInfo.SuspicionModel. Seeds are fixed.
"""
import base64
import hashlib
import hmac
import io
import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

SIZE = 20  # no multiple of 8


def picture() -> np.ndarray:
    """Soft blobs with an edge and some noise, [size, size, 3] uint8."""
    rng = np.random.default_rng(7)
    noise = Image.fromarray(rng.integers(0, 256, (SIZE, SIZE, 3), dtype=np.uint8))
    image = np.asarray(noise.filter(ImageFilter.GaussianBlur(2)), dtype=np.float64)
    image = (image - image.mean()) * 4 + 128
    image[:, SIZE // 2:, 0] += 60
    return np.clip(image + rng.normal(0, 6, image.shape), 0, 255).astype(np.uint8)


def half_up(values: np.ndarray) -> np.ndarray:
    return np.clip(np.floor(values + 0.5), 0, 255).astype(np.uint8)


def shift(image: np.ndarray, dx: int, dy: int) -> np.ndarray:
    padded = np.pad(image, ((8, 8), (8, 8), (0, 0)), mode="edge")
    return padded[8 - dy:8 - dy + SIZE, 8 - dx:8 - dx + SIZE]


def blur(image: np.ndarray) -> np.ndarray:
    padded = np.pad(image.astype(np.float64), ((1, 1), (1, 1), (0, 0)), mode="edge")
    kernel = np.outer([1, 2, 1], [1, 2, 1]) / 16
    return half_up(sum(kernel[i, j] * padded[i:i + SIZE, j:j + SIZE] for i in range(3) for j in range(3)))


def crop(image: np.ndarray, margin: int) -> np.ndarray:
    inner = image[margin:-margin, margin:-margin].astype(np.float64)
    side = inner.shape[0]
    at = (np.arange(SIZE) + 0.5) * side / SIZE - 0.5
    low = np.floor(at).astype(int)
    share = at - low
    first, second = np.clip(low, 0, side - 1), np.clip(low + 1, 0, side - 1)
    rows = inner[first] * (1 - share)[:, None, None] + inner[second] * share[:, None, None]
    return half_up(rows[:, first] * (1 - share)[None, :, None] + rows[:, second] * share[None, :, None] + 1e-9)


LUMA = np.array([
    [16, 11, 10, 16, 24, 40, 51, 61], [12, 12, 14, 19, 26, 58, 60, 55], [14, 13, 16, 24, 40, 57, 69, 56],
    [14, 17, 22, 29, 51, 87, 80, 62], [18, 22, 37, 56, 68, 109, 103, 77], [24, 35, 55, 64, 81, 104, 113, 92],
    [49, 64, 78, 87, 103, 121, 120, 101], [72, 92, 95, 98, 112, 100, 103, 99]])
CHROMA = np.full((8, 8), 99)
CHROMA[:4, :4] = [[17, 18, 24, 47], [18, 21, 26, 66], [24, 26, 56, 99], [47, 66, 99, 99]]


def dct75(image: np.ndarray) -> np.ndarray:
    """By a full 64 x 64 transform of each block, not by rows and columns."""
    side = -(-SIZE // 8) * 8
    rgb = np.pad(image.astype(np.float64), ((0, side - SIZE), (0, side - SIZE), (0, 0)), mode="edge")
    to = np.array([[0.299, 0.587, 0.114],
                   [-0.299 / 1.772, -0.587 / 1.772, 0.5], [0.5, -0.587 / 1.402, -0.114 / 1.402]])
    planes = rgb @ to.T - [128, 0, 0]
    u = np.arange(8)
    basis = np.sqrt(np.where(u == 0, 1, 2) / 8)[:, None] * np.cos((2 * u[None] + 1) * u[:, None] * np.pi / 16)
    full = np.kron(basis, basis)
    for c, table in enumerate((LUMA, CHROMA, CHROMA)):
        steps = np.clip((table * 50 + 50) // 100, 1, 255).reshape(-1)
        for y in range(0, side, 8):
            for x in range(0, side, 8):
                block = full @ planes[y:y + 8, x:x + 8, c].reshape(-1)
                block = np.rint(block / steps) * steps
                planes[y:y + 8, x:x + 8, c] = (full.T @ block).reshape(8, 8)
    return half_up(((planes + [128, 0, 0]) @ np.linalg.inv(to).T)[:SIZE, :SIZE])


def pillow_jpeg(image: np.ndarray) -> np.ndarray:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "JPEG", quality=75, subsampling=0)
    return np.asarray(Image.open(buffer))


def draw(key: str, digest: bytes, count: int, reach: int) -> list[list[int]]:
    side, found, counter, words = 2 * reach + 1, [], 0, b""
    limit = 2**32 // side**2 * side**2
    while len(found) < count:
        if not words:
            words = hmac.new(key.encode(), digest + counter.to_bytes(4, "big"), hashlib.sha256).digest()
            counter += 1
        word, words = int.from_bytes(words[:4], "big"), words[4:]
        offset = word % side**2
        move = [offset % side - reach, offset // side - reach]
        if word < limit and move != [0, 0] and move not in found:
            found.append(move)
    return found


def unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)


def suspicion() -> dict:
    """Three views of one image, three labels with two prompts each, CLIPure-Cos with ten small steps."""
    rng = np.random.default_rng(11)
    dim, scale, temperature = 12, 20.0, 1.25
    anchor = unit(rng.normal(size=dim)).astype(np.float32).astype(np.float64)
    prompts = rng.normal(size=(6, dim)).astype(np.float32).astype(np.float64)
    image = rng.normal(size=dim) + 0.4 * prompts[4]
    views = np.stack([image, image + 0.7 * rng.normal(size=dim), image + 0.5 * prompts[0]]).astype(np.float32)
    w = np.stack([unit(p) for p in prompts])
    t = unit(anchor)

    def purify(u: np.ndarray) -> np.ndarray:
        for _ in range(10):
            u = unit(u + 0.02 * (t - (u @ t) * u))
        return u

    def scores(u: np.ndarray) -> np.ndarray:
        logits = scale / temperature * (w @ u)
        weights = np.exp(logits - logits.max())
        return (weights / weights.sum()).reshape(3, 2).sum(1)

    units = [unit(v.astype(np.float64)) for v in views]
    moved = [purify(u) for u in units]
    before = scores(units[0])
    after = [scores(u) for u in moved]
    tv = [float(np.abs(s - after[0]).sum() / 2) for s in after[1:]]
    harm = [float(s[:2].sum()) for s in after]  # labels 0 (BLOCK) and 1 (REVIEW)
    best = np.sort(after[0])[::-1]
    signals = {
        "view-tv-mean": float(np.mean(tv)),
        "view-tv-max": max(tv),
        "view-embedding-distance": float(np.mean([1 - units[0] @ u for u in units[1:]])),
        "view-top-changed": float(np.mean([s.argmax() != after[0].argmax() for s in after[1:]])),
        "view-harm-gap": max(harm[1:]) - harm[0],
        "purification-tv": float(np.abs(before - after[0]).sum() / 2),
        "label-change": float(before.argmax() != after[0].argmax()),
        "displacement": float(np.arccos(units[0] @ moved[0])),
        "anchor-cosine": float(units[0] @ t),
        "margin": float(best[0] - best[1]),
        "entropy": float(-(after[0] * np.log(after[0])).sum()),
        "prompt-distance": float(1 - (w @ units[0]).max()),
    }
    terms = [{"name": name, "mean": round(float(rng.uniform(0, 0.2)), 3), "scale": round(float(rng.uniform(0.1, 0.4)), 3),
              "weight": round(float(rng.normal()), 3)} for name in signals]
    logit = -1.5 + sum(x["weight"] * (signals[x["name"]] - x["mean"]) / x["scale"] for x in terms)
    return {"anchor": anchor.tolist(), "prompts": prompts.tolist(), "views": views.tolist(), "logitScale": scale,
            "temperature": temperature, "signals": signals, "bias": -1.5, "terms": terms,
            "score": float(1 / (1 + np.exp(-logit))), "scores": [s.tolist() for s in after]}


def main() -> None:
    image = picture()
    encode = lambda pixels: base64.b64encode(np.ascontiguousarray(pixels).tobytes()).decode()
    quantised, codec = dct75(image), pillow_jpeg(image)
    apart = np.abs(quantised.astype(int) - codec.astype(int))
    print(f"against Pillow's JPEG: mean difference {apart.mean():.3f}, largest {apart.max()}")
    digest = hashlib.sha256(image.tobytes()).digest()
    golden = {
        "size": SIZE, "image": encode(image),
        "views": {"shift:2,-1": encode(shift(image, 2, -1)), "blur": encode(blur(image)),
                  "crop2": encode(crop(image, 2)), "dct75": encode(quantised)},
        "pillowJpeg": encode(codec),
        "draws": [{"key": key, "count": count, "reach": reach, "shifts": draw(key, digest, count, reach)}
                  for key, count, reach in (("a", 2, 3), ("another key", 4, 3), ("a", 8, 1))],
        "keyId": hmac.new(b"a", b"key-id", hashlib.sha256).hexdigest()[:8],
        "suspicion": suspicion(),
    }
    Path(sys.argv[1]).write_text(json.dumps(golden, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
