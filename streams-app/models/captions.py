"""Captions of the emoji world: what the text encoder reads in training, and the words it therefore knows."""
from __future__ import annotations

import re

import numpy as np

from concepts import CONCEPTS, EXTRA_CAPTION_TEMPLATES, TEMPLATES

CAPTION_TEMPLATES = TEMPLATES + EXTRA_CAPTION_TEMPLATES
# one row a class; the last is the picture with no subject, whose captions are templates with an empty name
CLASS_NAMES: tuple[tuple[str, ...], ...] = tuple(c.names for c in CONCEPTS) + (("",),)


def caption(template: str, name: str) -> str:
    return template.replace("{}", name)


class CaptionTable:
    """All (class, name, template) captions as token rows, cut to the longest; draws one a class."""

    def __init__(self, encode) -> None:
        """encode: list of texts -> list of CLIP id lists of length 77."""
        texts, self.offsets, self.name_counts = [], [], []
        for names in CLASS_NAMES:
            self.offsets.append(len(texts))
            self.name_counts.append(len(names))
            texts += [caption(t, n) for n in names for t in CAPTION_TEMPLATES]
        self.texts = texts
        ids = np.array(encode(texts), np.int64)
        longest = int((ids != 0).sum(1).max())
        self.tokens = ids[:, :longest]
        self.known_ids = sorted({int(i) for i in ids.flat})

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """Row numbers [classes] of one caption a class: the name half of the time, else a synonym; any template."""
        rows = []
        for offset, names in zip(self.offsets, self.name_counts):
            name = 0 if names == 1 or rng.random() < 0.5 else int(rng.integers(1, names))
            rows.append(offset + name * len(CAPTION_TEMPLATES) + int(rng.integers(len(CAPTION_TEMPLATES))))
        return np.array(rows)


def vocabulary() -> list[str]:
    """Lower-case words of all captions; a hyphenated word is listed whole and in parts."""
    words: set[str] = set()
    for names in CLASS_NAMES:
        for name in names:
            words.update(re.findall(r"[a-z0-9]+", name.lower()))
    for template in CAPTION_TEMPLATES:
        text = template.replace("{}", " ").lower()
        words.update(re.findall(r"[a-z0-9]+", text))
        words.update(re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)+", text))
    return sorted(words)
