"""Renders the emoji world: a colour glyph on a procedural background, at any size.

Every image is a pure function of (seed, split, index): the random stream is
`numpy.random.default_rng([seed, split, index])`, so that the splits below never share an image.
All lengths are relative to the shorter side, hence a 1600-pixel file, resized to 64 pixels with PIL's
bicubic filter and centre-cropped, looks like a training image.

Glyphs: Noto Color Emoji (SIL Open Font Licence 1.1), Debian package fonts-noto-color-emoji.
"""
from __future__ import annotations

import argparse
import io
import time
from functools import lru_cache
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageFont

from concepts import CONCEPTS, Concept
from pixels import resize_and_crop

FONT = "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"
FONT_SIZE = 109  # the only bitmap strike of the font
MODEL_SIZE = 64
SPLITS = {"train": 0, "heldout": 1, "calibration": 2, "demo": 3}
BLANK = len(CONCEPTS)  # class index of a picture with no subject
RENDER_SIDES = (64, 96, 128, 192)


@lru_cache(maxsize=None)
def glyph_image(text: str) -> Image.Image:
    """The glyph, cropped to its visible pixels and centred on a square transparent canvas."""
    font = ImageFont.truetype(FONT, FONT_SIZE)
    canvas = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    ImageDraw.Draw(canvas).text((30, 30), text, font=font, embedded_color=True)
    box = canvas.getbbox()
    if box is None:
        raise ValueError(f"the font has no glyph for {text!r}")
    cut = canvas.crop(box)
    side = max(cut.size)
    square = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    square.paste(cut, ((side - cut.width) // 2, (side - cut.height) // 2))
    return square


def _colour(rng: np.random.Generator) -> tuple[int, int, int]:
    return tuple(int(v) for v in rng.integers(20, 236, 3))


def background(rng: np.random.Generator, width: int, height: int) -> Image.Image:
    """Plain, gradient, blotches, stripes, or a horizon; smooth, so that large files stay small."""
    kind = rng.integers(0, 6)
    a, b = np.array(_colour(rng)), np.array(_colour(rng))
    if kind == 0:
        return Image.new("RGB", (width, height), tuple(int(v) for v in a))
    if kind in (1, 2):
        y, x = np.mgrid[0:32, 0:32] / 31.0
        if kind == 1:
            angle = rng.uniform(0, 2 * np.pi)
            t = np.clip(0.5 + (x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle), 0, 1)
        else:
            cx, cy = rng.uniform(0.2, 0.8, 2)
            t = np.clip(np.hypot(x - cx, y - cy) * rng.uniform(0.9, 1.6), 0, 1)
        pixels = a + (b - a) * t[..., None]
    elif kind == 3:
        cells = int(rng.integers(3, 8))
        pixels = a + (b - a) * rng.uniform(0, 1, (cells, cells, 1)) + rng.normal(0, 12, (cells, cells, 3))
    else:
        image = Image.new("RGB", (width, height), tuple(int(v) for v in a))
        draw = ImageDraw.Draw(image)
        second = tuple(int(v) for v in (0.6 * a + 0.4 * b if kind == 4 else b))
        if kind == 4:
            pitch, slope = min(width, height) * rng.uniform(0.12, 0.35), rng.uniform(-0.6, 0.6)
            start = -abs(slope) * height
            while start < width + abs(slope) * height:
                draw.polygon([(start, 0), (start + pitch / 2, 0), (start + pitch / 2 + slope * height, height),
                              (start + slope * height, height)], fill=second)
                start += pitch
        else:
            left, right = rng.uniform(0.35, 0.8, 2) * height
            draw.polygon([(0, left), (width, right), (width, height), (0, height)], fill=second)
        return image
    small = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    return small.resize((width, height), Image.Resampling.BICUBIC)


def _distractors(image: Image.Image, rng: np.random.Generator, count: int, largest: float) -> None:
    """Draws small plain shapes in place."""
    draw, side = ImageDraw.Draw(image), min(image.size)
    for _ in range(count):
        x, y = rng.uniform(0, 1, 2) * image.size
        r, shape = rng.uniform(0.02, largest) * side, rng.integers(0, 4)
        box, colour = (x - r, y - r, x + r, y + r), _colour(rng)
        if shape == 0:
            draw.ellipse(box, fill=colour)
        elif shape == 1:
            draw.rectangle(box, fill=colour)
        elif shape == 2:
            draw.polygon([(x, y - r), (x + r, y + r), (x - r, y + r * 0.6)], fill=colour)
        else:
            dx, dy = rng.uniform(-2.5, 2.5, 2) * r
            draw.line((x, y, x + dx, y + dy), fill=colour, width=max(1, int(side * 0.02)))


def _tint(glyph: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A small turn of the hue and a change of saturation; alpha is kept."""
    alpha = glyph.getchannel("A")
    hue, saturation, value = glyph.convert("RGB").convert("HSV").split()
    turn = int(rng.normal(0, 5)) % 256
    hue = ImageChops.add_modulo(hue, Image.new("L", glyph.size, turn))
    gain = rng.uniform(0.7, 1.2)
    saturation = saturation.point(lambda v: min(255, int(v * gain)))
    tinted = Image.merge("HSV", (hue, saturation, value)).convert("RGB")
    tinted.putalpha(alpha)
    return tinted


def _place_glyph(image: Image.Image, concept: Concept, rng: np.random.Generator) -> None:
    """Pastes the glyph near the centre, inside the centre square."""
    side = min(image.size)
    size = max(8, int(side * rng.uniform(0.55, 0.95)))
    stretch = rng.uniform(0.88, 1.14)
    glyph = _tint(glyph_image(concept.glyph), rng)
    if rng.random() < 0.5:
        glyph = glyph.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    glyph = glyph.resize((max(4, int(size * stretch)), max(4, int(size / stretch))), Image.Resampling.BICUBIC)
    glyph = glyph.rotate(rng.normal(0, 12), Image.Resampling.BICUBIC, expand=True)
    slack = max(0.0, (side - size) / 2) + side * 0.03
    x = image.width / 2 - glyph.width / 2 + rng.uniform(-slack, slack)
    y = image.height / 2 - glyph.height / 2 + rng.uniform(-slack, slack)
    image.paste(glyph, (int(x), int(y)), glyph)


def render(concept: Concept | None, rng: np.random.Generator, width: int, height: int,
           grain: bool = True) -> Image.Image:
    """One RGB image; `concept` None gives a picture without a subject. `grain` adds pixel noise."""
    image = background(rng, width, height)
    _distractors(image, rng, int(rng.integers(0, 5)), 0.13)
    if concept is not None:
        _place_glyph(image, concept, rng)
    if rng.random() < 0.4:
        _distractors(image, rng, int(rng.integers(1, 3)), 0.05)
    image = ImageEnhance.Brightness(image).enhance(rng.uniform(0.75, 1.2))
    image = ImageEnhance.Contrast(image).enhance(rng.uniform(0.75, 1.2))
    if rng.random() < 0.4:
        image = image.filter(ImageFilter.GaussianBlur(min(width, height) * rng.uniform(0.003, 0.014)))
    if grain and rng.random() < 0.5:
        pixels = np.asarray(image, np.float32)
        noise = rng.normal(0, rng.uniform(2, 12), pixels.shape)
        image = Image.fromarray(np.clip(pixels + noise, 0, 255).astype(np.uint8))
    return image


def random_stream(seed: int, split: str, index: int) -> np.random.Generator:
    return np.random.default_rng([seed, SPLITS[split], index])


def sample(seed: int, split: str, index: int, blank_share: float = 0.0) -> tuple[np.ndarray, int]:
    """Image number `index` of a split as the model sees it: uint8 [64, 64, 3], and its class."""
    rng = random_stream(seed, split, index)
    label = index % len(CONCEPTS)
    if blank_share and rng.random() < blank_share:
        label = BLANK
    short = int(rng.choice(RENDER_SIDES))
    aspect = rng.uniform(1, 1.6) if short > MODEL_SIZE else 1.0
    size = (int(short * aspect), short) if rng.random() < 0.5 else (short, int(short * aspect))
    image = render(None if label == BLANK else CONCEPTS[label], rng, *size)
    if rng.random() < 0.6:
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=int(rng.integers(45, 96)))
        image = Image.open(buffer).convert("RGB")
    return np.asarray(resize_and_crop(image, MODEL_SIZE)), label


def _job(arguments: tuple) -> tuple[np.ndarray, int]:
    return sample(*arguments)


def make_split(seed: int, split: str, count: int, workers: int, blank_share: float = 0.0):
    """Images uint8 [count, 64, 64, 3] and classes int64 [count]."""
    images = np.empty((count, MODEL_SIZE, MODEL_SIZE, 3), np.uint8)
    labels = np.empty(count, np.int64)
    jobs = ((seed, split, i, blank_share) for i in range(count))
    with Pool(workers) as pool:
        for i, (pixels, label) in enumerate(pool.imap(_job, jobs, chunksize=64)):
            images[i], labels[i] = pixels, label
    return images, labels


def write_folder(out: Path, images: np.ndarray, labels: np.ndarray, split: str) -> None:
    """OUT/LABEL-ID/SPLIT-INDEX.png, as the service's `redteam` and `calibrate` read it."""
    for index, (pixels, label) in enumerate(zip(images, labels)):
        folder = out / ("blank" if label == BLANK else CONCEPTS[label].id)
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(folder / f"{split}-{index:06}.png")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True,
                        help="an .npz file (images, labels), or a folder: PNG files of 64 pixels by label")
    parser.add_argument("--split", choices=SPLITS, default="train")
    parser.add_argument("--count", type=int, default=60000)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--blank-share", type=float, default=0.0, help="share of pictures without a subject")
    args = parser.parse_args()
    started = time.time()
    images, labels = make_split(args.seed, args.split, args.count, args.workers, args.blank_share)
    if args.out.suffix == ".npz":
        np.savez(args.out, images=images, labels=labels)
    else:
        write_folder(args.out, images, labels, args.split)
    print(f"{args.count} images in {time.time() - started:.0f} s -> {args.out}")


if __name__ == "__main__":
    main()
