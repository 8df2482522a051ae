"""Writes history/v*/*.bin, one raw Avro record a schema, with an Avro implementation that is not ours.

    pip install fastavro==1.12.2 && python golden.py
"""
import datetime
import json
import pathlib

import fastavro

HERE = pathlib.Path(__file__).parent
UTC = datetime.timezone.utc
AT = datetime.datetime(2026, 11, 22, 10, 20, 30, 456000, tzinfo=UTC)

RECORDS = {
    "ImageEvent": {
        "id": "upload-1",
        "content": ("io.clipure.schemas.InlineImage", {"data": bytes([0xFF, 0xD8, 0xFF])}),
        "mediaType": "image/jpeg",
        "source": "forum-é",
        "uploadedAt": AT,
        "attributes": {"tenant": "a"},
    },
    "LabelSet": {
        "name": "demo",
        "description": "for people",
        "digest": "ab" * 32,
        "templates": ["a photo of a {}."],
        "labels": [
            {"id": "pistol", "name": "Pistol", "group": "weapons", "action": "BLOCK",
             "threshold": 0.5, "prompts": ["pistol", "gun"]},
            {"id": "cat", "name": "Cat", "group": "safe", "action": "ALLOW",
             "threshold": None, "prompts": ["cat"]},
        ],
        "lowConfidenceScore": 0.4,
        "lowConfidenceMargin": None,
        "calibrated": True,
    },
    "LabelledImage": {
        "id": "upload-1",
        "source": None,
        "attributes": {"tenant": "a"},
        "origin": {"topic": "images", "partition": 3, "offset": 5_000_000_000},
        "image": {"sha256": "cd" * 32, "format": "jpeg", "width": 640, "height": 480,
                  "bytes": 12345, "orientation": 6},
        "decision": "BLOCK",
        "decidedBy": "pistol",
        "topLabel": "pistol",
        "topScore": 0.75,
        "margin": 0.5,
        "scores": [
            {"label": "pistol", "group": "weapons", "score": 0.75, "scoreBefore": 0.7, "threshold": 0.5},
            {"label": "cat", "group": "safe", "score": 0.25, "scoreBefore": 0.3, "threshold": None},
        ],
        "flags": [{"kind": "SUSPECTED_ADVERSARIAL", "reason": "suspicion 0.9 is above 0.8"}],
        "suspicion": {"rule": "displacement/1", "score": 0.9, "threshold": 0.8, "signals": {"angle": 0.9}},
        "purification": {"method": "off", "cosineBefore": 0.25, "cosineAfter": 0.25,
                         "displacement": 0.0, "topLabelChanged": False},
        "provenance": {"modelName": "emoji-vit-p8", "modelDigest": "ef" * 32, "labelSetName": "demo",
                       "labelSetDigest": "ab" * 32, "labelSetVersion": 7, "calibrationId": None,
                       "preprocessing": "pil-bicubic-center-64/1", "engine": "onnxruntime 1.29.0",
                       "precision": "fp32", "device": "cpu", "applicationVersion": "0.1.0"},
        "timings": {"loadMicros": 1, "queueMicros": 2, "encodeMicros": 3, "batchSize": 32,
                    "labelledAt": AT},
        "embedding": bytes([0x00, 0x3C]),
    },
}


def version_2() -> dict:
    """Version 1 and what came with the views of an image."""
    image = dict(RECORDS["LabelledImage"])
    image["image"] = {**image["image"], "pixelsSha256": "12" * 32}
    image["provenance"] = {**image["provenance"], "viewPlan": "shift:2(reach=3)", "viewKeyId": "0011aabb"}
    image["views"] = [
        {"transform": "shift(+2,-1)", "topLabel": "cat", "topScore": 0.5, "decision": "ALLOW", "totalVariation": 0.25},
        {"transform": "shift(-3,+0)", "topLabel": "pistol", "topScore": 0.875, "decision": "BLOCK",
         "totalVariation": 0.125},
    ]
    image["viewEmbeddings"] = [bytes([0x00, 0x3C]), bytes([0x00, 0x40])]
    return {**RECORDS, "LabelledImage": image}


def version_3() -> dict:
    """Version 2 and what people decide."""
    review = {
        "id": "upload-1",
        "decision": "ALLOW",
        "labels": ["cat"],
        "reviewer": "reviewer-é",
        "note": "a toy",
        "reviewedAt": AT,
        "sampling": {"stratum": "random", "inclusionProbability": 0.015625},
        "verdict": {"topic": "images", "partition": 3, "offset": 5_000_000_000, "imageSha256": "cd" * 32,
                    "decision": "BLOCK", "topLabel": "pistol", "modelDigest": "ef" * 32,
                    "labelSetDigest": "ab" * 32, "calibrationId": None},
    }
    return {**version_2(), "ReviewDecision": review}


def write(version: str, records: dict) -> None:
    folder, names = HERE / version, {}
    fastavro.parse_schema(json.loads((folder / "Decision.avsc").read_text()), named_schemas=names)
    for name, record in records.items():
        schema = fastavro.parse_schema(
            json.loads((folder / f"{name}.avsc").read_text()), named_schemas=dict(names))
        with open(folder / f"{name}.bin", "wb") as out:
            fastavro.schemaless_writer(out, schema, record)


write("v1", RECORDS)
write("v2", version_2())
write("v3", version_3())
