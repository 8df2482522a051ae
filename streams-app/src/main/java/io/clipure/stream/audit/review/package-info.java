/**
 * Human review of verdicts: what is drawn for it, the lines that go out and come back, and what
 * follows for precision and recall. No Kafka client and no file may enter.
 */
package io.clipure.stream.audit.review;
