"""Writes the demo's label set: one label a concept, its name as the prompt.

    python make_labels.py --out ../labels/demo.yaml
"""
from __future__ import annotations

import argparse
from pathlib import Path

from captions import vocabulary
from concepts import CONCEPTS, HARMFUL_GROUPS

ACTIONS = {"weapons": "BLOCK", "drugs": "BLOCK", "gore": "BLOCK", "alcohol": "REVIEW", "gambling": "REVIEW"}


def label_set(threshold: float, low_confidence: tuple[float, float] | None, calibrated: str | None) -> str:
    """The YAML text. Only labels that act carry a threshold."""
    known = set(vocabulary())
    lines = ["# Label set of the demo bundle. Written by models/make_labels.py; edit freely.",
             "name: demo",
             f"description: The {len(CONCEPTS)} concepts of the emoji world, "
             f"{sum(c.group in HARMFUL_GROUPS for c in CONCEPTS)} of them in harmful groups."]
    if low_confidence:
        lines.append(f"low_confidence: {{ score: {low_confidence[0]}, margin: {low_confidence[1]} }}")
    if calibrated:
        lines.append(f"# {calibrated}")
    lines += [f"calibrated: {'true' if calibrated else 'false'}", "labels:"]
    group = None
    for concept in CONCEPTS:
        unknown = set(concept.name.lower().split()) - known
        if unknown:
            raise ValueError(f"{concept.id}: words outside the bundle's vocabulary: {sorted(unknown)}")
        if concept.group != group:
            group = concept.group
            lines.append(f"  # {group}")
        action = ACTIONS.get(group, "ALLOW")
        name = concept.name[0].upper() + concept.name[1:]
        lines += [f"  - id: {concept.id}", f'    name: "{name}"', f"    group: {group}", f"    action: {action}"]
        if action != "ALLOW":
            lines.append(f"    threshold: {threshold}")
        lines.append(f'    prompts: ["{concept.name}"]')
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--threshold", type=float, default=0.5, help="of BLOCK and REVIEW labels")
    parser.add_argument("--low-confidence", type=float, nargs=2, metavar=("SCORE", "MARGIN"))
    parser.add_argument("--calibrated", help="how the thresholds were measured; sets calibrated: true")
    args = parser.parse_args()
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(label_set(args.threshold, args.low_confidence, args.calibrated), encoding="utf-8")


if __name__ == "__main__":
    main()
