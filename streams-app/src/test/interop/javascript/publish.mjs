// Publishes image files to be classified: node publish.mjs BROKERS REGISTRY FILE...
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import kafkajs from 'kafkajs';
import { AvroSerializer, SchemaRegistryClient, SerdeType } from '@confluentinc/schemaregistry';

const [brokers, registry, ...files] = process.argv.slice(2);
const topic = 'images';
const schemas = new SchemaRegistryClient({ baseURLs: [registry] });
// Writes by the newest schema of the subject images-value, and registers none.
const serializer = new AvroSerializer(schemas, SerdeType.VALUE, { useLatestVersion: true });
const kafka = new kafkajs.Kafka({ brokers: brokers.split(','), logLevel: kafkajs.logLevel.WARN });
// The partition of a key is the one that Java's clients choose.
const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });

await producer.connect();
for (const file of files) {
  const event = {
    id: `uploads/${basename(file)}`,
    // Or {'io.clipure.schemas.ImageReference': {uri: 'https://...'}}
    content: { 'io.clipure.schemas.InlineImage': { data: await readFile(file) } },
    source: 'javascript',
    uploadedAt: Date.now(),
    attributes: { user: '42', album: 'größer & schöner' },
  };
  const value = await serializer.serialize(topic, event);
  await producer.send({ topic, messages: [{ key: event.id, value }] });
}
await producer.disconnect();
