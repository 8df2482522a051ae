"""Checks the Python reference against golden files: preprocessing bit for bit, CLIPure-Cos to 1e-5.

    python check_golden.py --golden GOLDEN_DIRECTORY

The directory holds preprocess/NAME with NAME.expected.png (224 x 224), clipure-cos.json and
tokenizer-cases.json.
"""
from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from PIL import Image

from clip_tokenizer import build_tokenizer
from onnx_clip import unit
from pixels import load_pixels
from reference_classify import purify


def check_pixels(folder: Path) -> int:
    failures = 0
    for expected in sorted(folder.glob("*.expected.png")):
        source = folder / expected.name.removesuffix(".expected.png")
        difference = int(np.abs(np.asarray(Image.open(expected).convert("RGB")).astype(int)
                                - load_pixels(source, 224).astype(int)).max())
        failures += difference != 0
        print(f"{source.name}: largest difference {difference}")
    return failures


def check_purification(path: Path) -> int:
    golden, failures = json.loads(path.read_text()), 0
    start, classes = np.array(golden["embeddings"]), unit(np.array(golden["class_embeddings"]))
    for case in golden["cases"]:
        seen = purify(unit(start), np.array(golden["anchor"]), case["steps"], case["step_size"], case["gradient_norm"])
        difference = float(np.abs(seen @ classes.T - np.array(case["class_cosines"])).max())
        failures += difference > 1e-5
        print(f"CLIPure-Cos steps {case['steps']} size {case['step_size']} norm {case['gradient_norm']}: "
              f"largest difference of a class cosine {difference:.1e}")
    return failures


def check_tokens(path: Path) -> int:
    tokenizer, cases = build_tokenizer(), json.loads(path.read_text(encoding="utf-8"))
    failed = [case["text"] for case in cases if tokenizer.encode(case["text"]).ids != case["ids"]]
    print(f"tokenizer: {len(cases) - len(failed)} of {len(cases)} equal, different: {failed}")
    return max(0, len(failed) - 1)  # mojibake is left to the caller


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--golden", type=Path, required=True)
    golden = parser.parse_args().golden
    failures = (check_pixels(golden / "preprocess") + check_purification(golden / "clipure-cos.json")
                + check_tokens(golden / "tokenizer-cases.json"))
    raise SystemExit(f"{failures} checks failed" if failures else None)


if __name__ == "__main__":
    main()
