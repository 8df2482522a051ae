/**
 * The double-entry account of an audit: every offset of its source must have come out once, or have
 * held no record. Reads positions and reasons, never verdicts.
 */
package io.clipure.stream.audit.account;
