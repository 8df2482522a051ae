/**
 * Judging results anew from the embeddings they carry: pure functions, without pixels or encoder.
 */
package io.clipure.stream.audit.rescore;
