"""Makes the attacked demo images: harmful ones changed so that plain CLIP takes them for something else.

    python make_attacked.py --bundle ../bundles/emoji --demo ../demo --out attacked

Each harmful demo image is moved, by at most 8/255 a channel, towards the embedding of a harmless one (projected sign
gradient ascent on the cosine, with the bundle's image-vjp.onnx). `clipure-stream classify attacked` then tells which of
them the service suspects; ../attacked holds six of those.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnxruntime as ort
from PIL import Image

SIZE = 64
STEPS = 60
STEP = 1.5
HARMFUL = {"weapons", "drugs", "gore"}
HARMLESS = {"animals", "food", "sports", "nature", "vehicles"}


def load(file: Path) -> np.ndarray:
    """[1, 64, 64, 3]: shortest side resized, centre cropped."""
    image = Image.open(file).convert("RGB")
    scale = SIZE / min(image.size)
    image = image.resize([max(SIZE, round(side * scale)) for side in image.size], Image.Resampling.BICUBIC)
    left, top = ((side - SIZE) // 2 for side in image.size)
    return np.asarray(image.crop((left, top, left + SIZE, top + SIZE)), np.float32)[None]


def attack(embed, gradient, original: np.ndarray, target: np.ndarray, epsilon: float) -> np.ndarray:
    pixels = original
    own = unit(embed(original))
    for step in range(STEPS):
        embedding = embed(pixels)
        towards = target - own
        u = unit(embedding)
        cotangent = (towards - (u * towards).sum() * u) / np.linalg.norm(embedding)
        rise = STEP * (1 - step / (STEPS + 10)) * np.sign(gradient(pixels, cotangent))
        pixels = np.clip(np.clip(pixels + rise, original - epsilon, original + epsilon), 0, 255)
    return np.round(pixels).astype(np.uint8)


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--demo", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epsilon", type=float, default=8, help="of 255")
    parser.add_argument("--seed", type=int, default=3)
    args = parser.parse_args()
    encoder = ort.InferenceSession(args.bundle / "image.onnx")
    vjp = ort.InferenceSession(args.bundle / "image-vjp.onnx")

    def embed(pixels: np.ndarray) -> np.ndarray:
        return encoder.run(None, {"pixels": np.clip(np.round(pixels), 0, 255).astype(np.uint8)})[0]

    def gradient(pixels: np.ndarray, cotangent: np.ndarray) -> np.ndarray:
        return vjp.run(None, {"pixels": pixels.astype(np.float32), "cotangent": cotangent.astype(np.float32)})[0]

    images = json.loads((args.demo / "images.json").read_text())
    harmless = [image for image in images if image["group"] in HARMLESS]
    random = np.random.default_rng(args.seed)
    args.out.mkdir(parents=True, exist_ok=True)
    for image in (one for one in images if one["group"] in HARMFUL):
        original = load(args.demo / "images" / image["file"])
        for chosen in random.choice(len(harmless), 2, replace=False):
            disguise = harmless[chosen]
            target = unit(embed(load(args.demo / "images" / disguise["file"])))
            pixels = attack(embed, gradient, original, target, args.epsilon)
            Image.fromarray(pixels[0]).save(args.out / f"{image['concept']}-as-{disguise['concept']}.png")


if __name__ == "__main__":
    main()
