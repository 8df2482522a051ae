// Prints verdicts and dead letters, a line of JSON each: node read.mjs BROKERS REGISTRY GROUP TOPIC...
import kafkajs from 'kafkajs';
import { decompress } from 'fzstd';
import { AvroDeserializer, SchemaRegistryClient, SerdeType } from '@confluentinc/schemaregistry';

const [brokers, registry, groupId, ...topics] = process.argv.slice(2);
// The service compresses with zstd, which kafkajs leaves to its users.
kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = () => ({
  decompress: async (buffer) => Buffer.from(decompress(buffer)),
});
const kafka = new kafkajs.Kafka({ brokers: brokers.split(','), logLevel: kafkajs.logLevel.WARN });
const consumer = kafka.consumer({ groupId });
const schemas = new SchemaRegistryClient({ baseURLs: [registry] });
const deserializer = new AvroDeserializer(schemas, SerdeType.VALUE, {});

/** The numbers of an embedding: half-precision floats, little endian. */
function halves(bytes) {
  return Array.from({ length: bytes.length / 2 }, (_, i) => {
    const bits = bytes.readUInt16LE(2 * i);
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    if (exponent === 31) return fraction ? NaN : sign * Infinity;
    return exponent ? sign * (1024 + fraction) * 2 ** (exponent - 25) : sign * fraction * 2 ** -24;
  });
}

async function decode(topic, message, headers) {
  // A dead letter is the original bytes, whatever they were; its headers say what is wrong.
  if ('clipure.reason' in headers) return message.value?.toString('base64') ?? null;
  const verdict = await deserializer.deserialize(topic, message.value);
  verdict.embedding &&= halves(verdict.embedding);
  verdict.viewEmbeddings = verdict.viewEmbeddings.map(halves);
  return verdict;
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => consumer.disconnect());
await consumer.connect();
await consumer.subscribe({ topics, fromBeginning: true });
await consumer.run({
  eachMessage: async ({ topic, partition, message }) => {
    const text = Object.entries(message.headers).map(([name, value]) => [name, String(value)]);
    const headers = Object.fromEntries(text);
    const value = await decode(topic, message, headers);
    const { offset, key } = message;
    console.log(JSON.stringify({ topic, partition, offset, key: key && String(key), headers, value }));
  },
});
