"""open_clip's image preprocessing with nothing but PIL, up to the uint8 square the graph takes."""
from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps


def resize_and_crop(image: Image.Image, size: int) -> Image.Image:
    """torchvision's Resize(size, BICUBIC) on the shorter side, then CenterCrop(size)."""
    width, height = image.size
    if width <= height:
        scaled = (size, int(size * height / width))
    else:
        scaled = (int(size * width / height), size)
    if scaled != image.size:
        image = image.resize(scaled, Image.Resampling.BICUBIC)
    left, top = int(round((image.width - size) / 2.0)), int(round((image.height - size) / 2.0))
    return image.crop((left, top, left + size, top + size))


def load_pixels(path: Path, size: int) -> np.ndarray:
    """uint8 [size, size, 3]: EXIF orientation applied, RGB first, then resize and crop."""
    with Image.open(path) as image:
        upright = ImageOps.exif_transpose(image)
        return np.asarray(resize_and_crop(upright.convert("RGB"), size))
