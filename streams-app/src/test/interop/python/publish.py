"""Publishes image files to be classified: publish.py BROKERS REGISTRY FILE..."""

import io
import json
import pathlib
import struct
import sys
import time
import urllib.request

from confluent_kafka import Producer
from fastavro import parse_schema, schemaless_writer

brokers, registry, *files = sys.argv[1:]
with urllib.request.urlopen(f"{registry}/subjects/images-value/versions/latest") as answer:
    latest = json.load(answer)
schema = parse_schema(json.loads(latest["schema"]))
# The partition of a key is the one that Java's clients choose; images may be larger than 1 MB.
producer = Producer(
    {
        "bootstrap.servers": brokers,
        "partitioner": "murmur2_random",
        "message.max.bytes": 21 * 1024 * 1024,
    }
)


def acknowledged(error, message):
    if error:
        sys.exit(f"{message.key().decode()}: {error}")


for file in map(pathlib.Path, files):
    event = {
        "id": f"uploads/{file.name}",
        # Or ("io.clipure.schemas.ImageReference", {"uri": "https://..."})
        "content": ("io.clipure.schemas.InlineImage", {"data": file.read_bytes()}),
        "source": "python",
        "uploadedAt": int(time.time() * 1000),
        "attributes": {"user": "42", "album": "größer & schöner"},
    }
    value = io.BytesIO()
    value.write(struct.pack(">bI", 0, latest["id"]))
    schemaless_writer(value, schema, event)
    producer.produce("images", value.getvalue(), key=event["id"], on_delivery=acknowledged)
producer.flush()
