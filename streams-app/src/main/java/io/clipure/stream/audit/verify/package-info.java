/**
 * Whether a verdict can be derived again: what is compared, and what the outcome is called. Pure
 * functions of a record and of what was derived now; no Kafka client, no file and no image may
 * enter.
 */
package io.clipure.stream.audit.verify;
