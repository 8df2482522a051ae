"""Compares `clipure-stream classify` with the reference pipeline on the same images.

    java -jar ../target/clipure-stream.jar classify IMAGES > java.jsonl
    python reference_classify.py --bundle ../bundles/emoji --labels ../labels/demo.yaml \\
        --steps 10 --step-size 0.005 --gradient-norm none IMAGES > python.jsonl
    python compare_classify.py java.jsonl python.jsonl

Exits 1 if a top label differs or a score differs by more than the tolerance. With --golden it also writes
the reference's scores for the Java tests.
"""
from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path


def read(path: Path) -> dict[str, dict]:
    """Verdicts by file name; images that were rejected are left out."""
    lines = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return {Path(line["file"]).name: line for line in lines if "top_label" in line or "topLabel" in line}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("java", type=Path)
    parser.add_argument("python", type=Path)
    parser.add_argument("--tolerance", type=float, default=1e-4)
    parser.add_argument("--golden", type=Path, help="write the reference's scores of at least 5e-5 here")
    args = parser.parse_args()

    ours, reference = read(args.java), read(args.python)
    if set(ours) != set(reference):
        sys.exit(f"different images: {sorted(set(ours) ^ set(reference))[:5]}")
    labels, largest = 0, 0.0
    for name, expected in reference.items():
        labels += ours[name]["topLabel"] != expected["top_label"]
        for score in ours[name]["scores"]:
            largest = max(largest, abs(score["score"] - expected["scores_after"][score["label"]]),
                          abs(score["scoreBefore"] - expected["scores_before"][score["label"]]))
    print(f"{len(reference)} images: {labels} top labels differ, largest score difference {largest:.2e}")
    if args.golden:
        keep = ("scores_before", "scores_after")
        lines = [json.dumps({"file": name, "top_label": verdict["top_label"],
                             **{k: {label: round(s, 6) for label, s in verdict[k].items() if s >= 5e-5}
                                for k in keep}}, separators=(",", ":"))
                 for name, verdict in sorted(reference.items())]
        args.golden.parent.mkdir(parents=True, exist_ok=True)
        args.golden.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.exit(labels > 0 or largest > args.tolerance)


if __name__ == "__main__":
    main()
