"""The reference pipeline: files -> PIL -> ONNX Runtime -> label set -> scores, as JSON lines.

    python reference_classify.py --bundle ../bundles/emoji --labels ../labels/demo.yaml ../demo/images

Written to be compared with the service's `classify`, so it shares nothing with the Java code and does
purification the long way: N gradient steps of CLIPure-Cos (arXiv 2502.18176, Algorithm 1) in float64, not
the closed form. Each line: {file, top_label, scores_before, scores_after, cos_before, cos_after}, the
cosines being those of image and blank anchor; a file that cannot be read gives {file, error}.
"""
from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import yaml

from onnx_clip import BundleModel, softmax, unit
from pixels import load_pixels

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp"}


def purify(u: np.ndarray, anchor: np.ndarray, steps: int, step_size: float, gradient_norm: str) -> np.ndarray:
    """CLIPure-Cos on unit rows u [batch, dim]; float64. The direction moves, the length does not.

    Gradient of cos(u, t) on the unit sphere: t - cos(u, t) u. `sample` divides it by its own norm, `batch`
    by the norm over all rows (the published script; results then depend on batch-mates), `none` leaves it.
    """
    if gradient_norm == "off":
        return u
    u, t = np.array(u, np.float64), unit(anchor)
    for _ in range(steps):
        gradient = t - (u @ t)[:, None] * u
        if gradient_norm == "sample":
            norm = np.linalg.norm(gradient, axis=1, keepdims=True)
            gradient = np.divide(gradient, norm, out=np.zeros_like(gradient), where=norm > 0)
        elif gradient_norm == "batch":
            gradient = gradient / np.linalg.norm(gradient)
        u = unit(u + step_size * gradient)
    return u


class LabelSet:
    """Labels, prompts and the prompt embeddings; scores are summed over a label's prompts."""

    def __init__(self, path: Path, model: BundleModel) -> None:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        self.ids = [label["id"] for label in document["labels"]]
        prompts = [(i, prompt) for i, label in enumerate(document["labels"]) for prompt in label["prompts"]]
        known = model.manifest["vocabulary"]
        for _, prompt in prompts:
            unknown = [w for w in prompt.lower().replace(".", " ").split() if known is not None and w not in known]
            if unknown:
                print(f"prompt {prompt!r}: the text encoder does not know {unknown}", file=sys.stderr)
        self._owner = np.array([i for i, _ in prompts])
        self._rows = model.embed_prompts([p for _, p in prompts], document.get("templates"))
        self._scale = model.logit_scale / ((model.manifest.get("calibration") or {}).get("temperature") or 1.0)

    def scores(self, u: np.ndarray) -> np.ndarray:
        """Unit rows [batch, dim] -> label scores [batch, labels]."""
        by_prompt = softmax(self._scale * u @ self._rows.T)
        by_label = np.zeros((len(u), len(self.ids)))
        np.add.at(by_label.T, self._owner, by_prompt.T)
        return by_label


def find_files(paths: list[Path]) -> list[Path]:
    files = []
    for path in paths:
        files += sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES) if path.is_dir() else [path]
    return files


def named(ids: list[str], row: np.ndarray) -> dict[str, float]:
    return {label: float(value) for label, value in zip(ids, row)}


def classify(files: list[Path], model: BundleModel, labels: LabelSet, args: argparse.Namespace):
    """Yields one result a file. Each file is its own batch: nothing depends on batch-mates."""
    for file in files:
        try:
            pixels = load_pixels(file, model.size)
        except Exception as unreadable:  # PIL raises many types; the reference reports, the service decides
            yield {"file": file.name, "error": f"{type(unreadable).__name__}: {unreadable}"}
            continue
        before = unit(model.embed_images(pixels[None]))
        after = purify(before, model.anchor, args.steps, args.step_size, args.gradient_norm)
        scores_before, scores_after = labels.scores(before)[0], labels.scores(after)[0]
        yield {"file": file.name, "top_label": labels.ids[int(scores_after.argmax())],
               "scores_before": named(labels.ids, scores_before), "scores_after": named(labels.ids, scores_after),
               "cos_before": float(before[0] @ model.anchor), "cos_after": float(after[0] @ model.anchor)}


def report_accuracy(results: list[dict], answers: Path) -> None:
    truth = {row["file"]: row["concept"] for row in json.loads(answers.read_text(encoding="utf-8"))}
    judged = [r for r in results if r["file"] in truth and "error" not in r]
    after = sum(r["top_label"] == truth[r["file"]] for r in judged)
    before = sum(max(r["scores_before"], key=r["scores_before"].get) == truth[r["file"]] for r in judged)
    wrong = [f"{r['file']}: {truth[r['file']]} -> {r['top_label']}" for r in judged
             if r["top_label"] != truth[r["file"]]]
    print(f"{len(judged)} files: top-1 {before} before, {after} after purification; wrong: {wrong}", file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", type=Path, nargs="+", help="image files and folders")
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--step-size", type=float, default=30.0)
    parser.add_argument("--gradient-norm", choices=("sample", "none", "off"), default="sample")
    parser.add_argument("--answers", type=Path, help="images.json: report top-1 on standard error")
    args = parser.parse_args()
    model = BundleModel(args.bundle)
    results = []
    for result in classify(find_files(args.paths), model, LabelSet(args.labels, model), args):
        print(json.dumps(result))
        results.append(result)
    if args.answers:
        report_accuracy(results, args.answers)


if __name__ == "__main__":
    main()
