"""Exports a robust image tower to a bundle: all but the image tower is the plain bundle's.

    python export_robust.py --plain ../bundles/emoji-plain --weights robust.pt --out ../bundles/emoji

The text tower was frozen while the image tower was tuned, so text graph, tokenizer, anchor and logit scale stay.
The accuracy in the manifest is that of the exported graphs on fresh renders of the `heldout` split. Thresholds
come from the service's own `calibrate` command: --calibration takes the file that it writes.
"""
from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
import torch

import bundle
from bundle_weights import load_image_encoder
from concepts import CONCEPTS
from emoji_world import make_split
from export_demo import concept_scores
from gradient import export_image_graphs
from onnx_clip import BundleModel

def provenance_text(plain: dict, start: dict, facts: dict) -> str:
    """Where the tower comes from; a tower tuned twice tells both rounds."""
    tuned = ", ".join(f"{key} {value}" for key, value in facts.items())
    tower = start["provenance"].split(" Everything else: ")[0] if start["name"] != plain["name"] else (
        f"Image tower: that of {plain['name']}.")
    return (f"{tower} Then adversarially fine-tuned by streams-app/models/robust.py ({tuned}). "
            f"Everything else: {plain['name']}. {plain['provenance']}")


def measure(model: BundleModel, count: int, seed: int, workers: int) -> dict:
    images, labels = make_split(seed, "heldout", count, workers)
    predicted = concept_scores(model, images).argmax(1)
    per_concept = {c.id: round(float(np.mean(predicted[labels == i] == i)), 3) for i, c in enumerate(CONCEPTS)}
    weakest = dict(sorted(per_concept.items(), key=lambda item: item[1])[:10])
    return {"clean_top1": round(float(np.mean(predicted == labels)), 4), "images": count, "concepts": len(CONCEPTS),
            "split": "heldout", "seed": seed, "runtime": "onnxruntime", "weakest": weakest}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plain", type=Path, required=True)
    parser.add_argument("--weights", type=Path, help="robust.pt of robust.py; without it only the manifest is rewritten")
    parser.add_argument("--start", type=Path, help="the bundle that robust.py started from, if not the plain one")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--name", default="emoji-robust-vit-p8")
    parser.add_argument("--calibration", type=Path, help="file of the service's calibrate command")
    parser.add_argument("--images", type=int, default=2940)
    parser.add_argument("--seed", type=int, default=424242)
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()

    plain = json.loads((args.plain / bundle.MANIFEST_FILE).read_text(encoding="utf-8"))
    start = json.loads(((args.start or args.plain) / bundle.MANIFEST_FILE).read_text(encoding="utf-8"))
    manifest_path = args.out / bundle.MANIFEST_FILE
    if args.weights:
        args.out.mkdir(parents=True, exist_ok=True)
        for name in (bundle.TEXT_FILE, bundle.TOKENIZER_FILE):
            shutil.copyfile(args.plain / name, args.out / name)
        saved = torch.load(args.weights, weights_only=True)
        tower = load_image_encoder(args.plain)
        tower.load_state_dict(saved["image"])
        export_image_graphs(tower, plain["image"]["size"], plain["embedding_dim"], args.out, half_storage=True)
        manifest = plain | {"name": args.name, "provenance": provenance_text(plain, start, saved["provenance"]),
                            "calibration": None, "evaluation": {}}
        manifest_path.write_text(json.dumps(manifest), encoding="utf-8")
        bundle.rewrite_files(args.out)
        evaluation = measure(BundleModel(args.out), args.images, args.seed, args.workers)
        print(evaluation)
        manifest_path.write_text(json.dumps(manifest | {"evaluation": evaluation}), encoding="utf-8")
    if args.calibration:
        manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
        measured = json.loads(args.calibration.read_text(encoding="utf-8"))
        measured["calibration"].pop("label_thresholds", None)  # the demo's label set has thresholds of its own
        manifest["calibration"] = measured["calibration"] | {
            "note": f"{measured['measured']['images']} fresh renders (split calibration), by the service's calibrate"}
        manifest_path.write_text(json.dumps(manifest), encoding="utf-8")
    bundle.rewrite_files(args.out)


if __name__ == "__main__":
    main()
