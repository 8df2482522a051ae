"""Prints verdicts and dead letters, a line of JSON each: read_labelled.py BROKERS REGISTRY GROUP TOPIC..."""

import base64
import functools
import io
import json
import signal
import struct
import sys
import urllib.request

from confluent_kafka import Consumer, KafkaException
from fastavro import parse_schema, schemaless_reader

brokers, registry, group, *topics = sys.argv[1:]


@functools.lru_cache
def schema(number):
    with urllib.request.urlopen(f"{registry}/schemas/ids/{number}") as answer:
        return parse_schema(json.loads(json.load(answer)["schema"]))


def halves(data):
    """The numbers of an embedding; with NumPy: numpy.frombuffer(data, "<f2")."""
    return struct.unpack(f"<{len(data) // 2}e", data)


def decode(value):
    """One verdict: a zero byte, the schema's id, Avro."""
    zero, number = struct.unpack(">bI", value[:5])
    if zero != 0:
        raise ValueError(f"not in the Confluent wire format: it begins with {value[:5].hex()}")
    verdict = schemaless_reader(io.BytesIO(value[5:]), schema(number))
    if verdict["embedding"] is not None:
        verdict["embedding"] = halves(verdict["embedding"])
    verdict["viewEmbeddings"] = [halves(data) for data in verdict["viewEmbeddings"]]
    verdict["timings"]["labelledAt"] = verdict["timings"]["labelledAt"].isoformat()
    return verdict


def line(message):
    headers = {name: value.decode() for name, value in message.headers() or []}
    value = message.value()
    # A dead letter is the original bytes, whatever they were; its headers say what is wrong.
    if "clipure.reason" in headers:
        value = None if value is None else base64.b64encode(value).decode()
    else:
        value = decode(value)
    key = None if message.key() is None else message.key().decode()
    return {
        "topic": message.topic(),
        "partition": message.partition(),
        "offset": message.offset(),
        "key": key,
        "headers": headers,
        "value": value,
    }


signal.signal(signal.SIGTERM, lambda *_: sys.exit())
consumer = Consumer(
    {"bootstrap.servers": brokers, "group.id": group, "auto.offset.reset": "earliest"}
)
consumer.subscribe(topics)
try:
    while True:
        message = consumer.poll(1)
        if message is None:
            continue
        if message.error():
            raise KafkaException(message.error())
        print(json.dumps(line(message)), flush=True)
finally:
    consumer.close()
