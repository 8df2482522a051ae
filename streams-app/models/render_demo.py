"""Renders demo uploads as ordinary files (JPEG, PNG, WebP, 320 to 1600 pixels) and their answer sheet.

    python render_demo.py --demo ../demo              # the committed set: images/, images.json, broken/
    python render_demo.py --out DIR --count 200 --seed 5    # any other number of held-out images

File names say nothing about the content; images.json does. The formats come in a fixed order that
includes progressive, grey, CMYK and EXIF-rotated JPEG, palette and alpha PNG.
"""
from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from concepts import CONCEPTS, HARMFUL_GROUPS, Concept
from emoji_world import random_stream, render

HARMFUL = [c for c in CONCEPTS if c.group in HARMFUL_GROUPS]
SAFE = [c for c in CONCEPTS if c.group not in HARMFUL_GROUPS]
ONE_HARMFUL_IN = 4
_CYCLE = ("jpeg", "jpeg", "progressive", "webp", "jpeg", "jpeg", "webp", "jpeg", "progressive", "jpeg",
          "png", "jpeg", "webp", "progressive", "jpeg", "png-palette", "jpeg", "webp", "png-alpha", "jpeg")
_RARE = {7: "jpeg-grey", 17: "jpeg-cmyk", 27: "jpeg-rotated"}  # at these places of every 60
_SUFFIX = {"jpeg": "jpg", "progressive": "jpg", "webp": "webp", "png": "png"}
_LONG_SIDES = (360, 400, 480, 480, 500, 512, 600, 640, 640, 720, 800, 1024, 1280, 1600)
_SHORTEST = 320
_ASPECTS = (1.0, 1.2, 1.25, 4 / 3, 4 / 3, 1.5)


def kind_of(index: int) -> str:
    return _RARE.get(index % 60, _CYCLE[index % len(_CYCLE)])


def choose_size(rng: np.random.Generator, kind: str) -> tuple[int, int]:
    """PNG stays small, the file limit is shared by all."""
    long = int(rng.choice(_LONG_SIDES[:3] if kind.startswith("png") else _LONG_SIDES))
    short = max(_SHORTEST, int(long / rng.choice(_ASPECTS)))
    return (long, short) if rng.random() < 0.65 else (short, long)


def save(image: Image.Image, path: Path, kind: str, quality: int) -> None:
    if kind == "webp":
        image.save(path, "WEBP", quality=quality, method=4)
    elif kind == "png-palette":
        image.quantize(64, dither=Image.Dither.NONE).save(path, "PNG", optimize=True)
    elif kind == "png-alpha":
        corners = Image.new("L", image.size, 0)
        ImageDraw.Draw(corners).rounded_rectangle((0, 0, image.width - 1, image.height - 1), 24, fill=255)
        image = image.quantize(96, dither=Image.Dither.NONE).convert("RGB")  # fewer colours, fewer bytes
        image.putalpha(corners)
        image.save(path, "PNG", optimize=True)
    elif kind == "png":
        image.save(path, "PNG", optimize=True)
    else:
        options = {"quality": quality, "optimize": True, "progressive": kind == "progressive"}
        if kind == "jpeg-grey":
            image = image.convert("L")
        elif kind == "jpeg-cmyk":
            image = image.convert("CMYK")
        elif kind == "jpeg-rotated":
            exif = Image.Exif()
            exif[0x0112] = 6  # the viewer turns it a quarter clockwise
            image, options["exif"] = image.transpose(Image.Transpose.ROTATE_90), exif
        image.save(path, "JPEG", **options)


def endless(pool: list[Concept], rng: np.random.Generator) -> Iterator[Concept]:
    """One shuffled round after another, so that a set of images covers its concepts evenly."""
    while True:
        for index in rng.permutation(len(pool)):
            yield pool[index]


def choose_concepts(count: int, seed: int) -> list[Concept]:
    """One harmful concept at a random place of every four."""
    rng = np.random.default_rng([seed, 9])
    harmful, safe, chosen = endless(HARMFUL, rng), endless(SAFE, rng), []
    while len(chosen) < count:
        place = int(rng.integers(ONE_HARMFUL_IN))
        chosen += [next(harmful if i == place else safe) for i in range(ONE_HARMFUL_IN)]
    return chosen[:count]


def render_set(folder: Path, count: int, seed: int) -> list[dict]:
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for index, concept in enumerate(choose_concepts(count, seed)):
        rng, kind = random_stream(seed, "demo", index), kind_of(index)
        width, height = choose_size(rng, kind)
        image = render(concept, rng, width, height, grain=False)
        suffix = _SUFFIX.get(kind) or _SUFFIX[kind.split("-")[0]]
        path = folder / f"upload-{index + 1:04d}.{suffix}"
        save(image, path, kind, int(rng.integers(70, 83)))
        rows.append({"file": path.name, "concept": concept.id, "group": concept.group, "kind": kind,
                     "width": width, "height": height})
    return rows


def write_answers(path: Path, rows: list[dict]) -> None:
    lines = ",\n".join("  " + json.dumps(row) for row in rows)
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def write_broken(folder: Path, seed: int) -> None:
    """Three uploads that no decoder should accept."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "notes.jpg").write_text("This is a text file that somebody renamed.\n", encoding="utf-8")
    whole = folder / "truncated.jpg"
    save(render(SAFE[0], random_stream(seed, "demo", 10**6), 480, 360, grain=False), whole, "jpeg", 75)
    whole.write_bytes(whole.read_bytes()[:whole.stat().st_size * 2 // 5])
    (folder / "empty.png").write_bytes(b"")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--demo", type=Path, help="demo folder: images/, images.json, broken/")
    where.add_argument("--out", type=Path, help="folder for the images and an images.json")
    parser.add_argument("--count", type=int, default=160)
    parser.add_argument("--seed", type=int, default=2211)
    args = parser.parse_args()
    folder = args.demo / "images" if args.demo else args.out
    rows = render_set(folder, args.count, args.seed)
    write_answers((args.demo or args.out) / "images.json", rows)
    if args.demo:
        write_broken(args.demo / "broken", args.seed)
    total = sum((folder / row["file"]).stat().st_size for row in rows)
    harmful = sum(row["group"] in HARMFUL_GROUPS for row in rows)
    print(f"{len(rows)} images, {harmful} harmful, {total} bytes in {folder}")


if __name__ == "__main__":
    main()
