/**
 * Bundles, label sets and calibrations under their digests, in a folder: what an audit needs to say
 * again what was said then. Nothing is believed without its digest. No Kafka client may enter.
 */
package io.clipure.stream.audit.store;
