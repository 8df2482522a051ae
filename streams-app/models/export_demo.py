"""Exports the trained demo model to a bundle, then measures the bundle with ONNX Runtime.

    python export_demo.py --checkpoint checkpoint.pt --out ../bundles/emoji-plain --date 2026-11-22

The accuracy in the manifest is that of the exported graphs (half-precision storage included) on freshly
rendered images of the `heldout` split; the calibration figures come from the `calibration` split.
"""
from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

import bundle
from clip_model import MEAN, STD, load_checkpoint
from clip_tokenizer import write_tokenizer
from concepts import CONCEPTS, TEMPLATES
from emoji_world import make_split
from gradient import export_image_graphs
from onnx_clip import BundleModel, softmax, unit

LOW_CONFIDENCE_SHARE = 0.04


def provenance_text(facts: dict) -> str:
    trained = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in facts.items())
    return (f"Trained from scratch by streams-app/models/train.py ({trained}) on images rendered by "
            "streams-app/models/emoji_world.py: glyphs of Noto Color Emoji (SIL Open Font Licence 1.1) on procedural "
            "backgrounds, captions from concepts.py. No photographs, no scraped data, no pre-trained weights. "
            "tokenizer.json holds CLIP's byte-pair vocabulary (MIT, OpenAI), taken from open_clip_torch (MIT).")


def write_bundle(checkpoint: Path, out: Path, calibration: dict | None, evaluation: dict | None) -> BundleModel:
    model, vocabulary, facts = load_checkpoint(checkpoint)
    shape = model.shape
    out.mkdir(parents=True, exist_ok=True)
    if not evaluation:  # the graphs do not change when only figures are added
        export_image_graphs(model.image, shape.image_size, shape.embedding_dim, out, half_storage=True)
        bundle.export_text(model.text, out / bundle.TEXT_FILE)
        bundle.store_weights_as_half(out / bundle.TEXT_FILE)
        write_tokenizer(out / bundle.TOKENIZER_FILE)
    fields = dict(
        name="emoji-vit-p8",
        architecture=(f"ViT-{shape.image_size}/{shape.patch}, width {shape.width}, depth {shape.depth}, "
                      f"heads {shape.heads}, hybrid (residual convolutional stem), mean pooling; text transformer, "
                      f"width {shape.text_width}, depth {shape.text_depth}, heads {shape.text_heads}, pruned "
                      f"embedding of {len(model.known_ids)} tokens"),
        licence="Apache-2.0", provenance=provenance_text(facts), embedding_dim=shape.embedding_dim,
        logit_scale=float(model.logit_scale.item()), size=shape.image_size, mean=list(MEAN), std=list(STD),
        vocabulary=vocabulary, templates=list(TEMPLATES))
    # the anchor comes from the exported text graph; a first manifest makes the bundle loadable
    bundle.write_manifest(out, **fields, anchor=[0.0] * shape.embedding_dim)
    anchor = bundle.blank_anchor(BundleModel(out).embed_texts, list(TEMPLATES))
    bundle.write_manifest(out, **fields, anchor=anchor, calibration=calibration, evaluation=evaluation)
    return BundleModel(out)


def concept_scores(model: BundleModel, images: np.ndarray) -> np.ndarray:
    """Softmax scores [images, concepts] with one prompt (the name) a concept, before purification."""
    classes = model.embed_prompts([c.name for c in CONCEPTS])
    return softmax(model.logit_scale * unit(model.embed_images(images)) @ classes.T)


def calibrate(scores: np.ndarray, calibration_id: str, note: str) -> dict:
    """Thresholds such that about 4 % of clean images have a low score or a low margin."""
    ordered = np.sort(scores, axis=1)
    top, margin = ordered[:, -1], ordered[:, -1] - ordered[:, -2]
    share, quantile = 1.0, LOW_CONFIDENCE_SHARE
    while share > LOW_CONFIDENCE_SHARE and quantile > 0:
        low_score, low_margin = (round(float(np.quantile(v, quantile)), 3) for v in (top, margin))
        share = float(np.mean((top < low_score) | (margin < low_margin)))
        quantile -= 0.001
    percentiles = {p: [round(float(np.percentile(v, p)), 3) for v in (top, margin)] for p in (1, 2, 5, 10, 25, 50)}
    print(f"calibration: low share {share:.4f}; percentiles of [score, margin]: {percentiles}")
    return {"id": calibration_id, "low_confidence_score": low_score, "low_confidence_margin": low_margin,
            "suspicion_threshold": None, "note": f"{note}; {share:.1%} of these clean images fall below"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--date", required=True, help="for the calibration id, YYYY-MM-DD")
    parser.add_argument("--images", type=int, default=2940, help="fresh renders for accuracy, and as many to calibrate")
    parser.add_argument("--seed", type=int, default=424242, help="of those renders")
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()

    model = write_bundle(args.checkpoint, args.out, None, None)
    images, labels = make_split(args.seed, "heldout", args.images, args.workers)
    predicted = concept_scores(model, images).argmax(1)
    top1 = float(np.mean(predicted == labels))
    per_concept = {CONCEPTS[i].id: round(float(np.mean(predicted[labels == i] == i)), 3) for i in range(len(CONCEPTS))}
    weakest = dict(sorted(per_concept.items(), key=lambda item: item[1])[:10])
    print(f"top-1 {top1:.4f} on {len(images)} fresh renders, {len(CONCEPTS)} concepts; weakest {weakest}")

    clean, _ = make_split(args.seed, "calibration", args.images, args.workers)
    calibration = calibrate(concept_scores(model, clean), f"emoji-{args.date}-1",
                            f"label set demo, {len(clean)} fresh renders, split calibration, seed {args.seed}")
    evaluation = {"clean_top1": round(top1, 4), "images": len(images), "concepts": len(CONCEPTS),
                  "split": "heldout", "seed": args.seed, "runtime": "onnxruntime", "weakest": weakest,
                  "command": f"python export_demo.py --checkpoint checkpoint.pt --out ../bundles/emoji-plain "
                             f"--date {args.date} --images {args.images} --seed {args.seed}"}
    write_bundle(args.checkpoint, args.out, calibration, evaluation)
    total = sum(f.stat().st_size for f in args.out.iterdir())
    print(f"bundle {total} bytes: " + ", ".join(f"{f.name} {f.stat().st_size}" for f in sorted(args.out.iterdir())))


if __name__ == "__main__":
    main()
