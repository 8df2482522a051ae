/**
 * The contracts of clipure-stream: Avro records, their Confluent-format serdes and nothing else. No
 * business rule may enter.
 */
package io.clipure.schemas;
