/**
 * What an audit reads, under which candidate, where it writes and how far it is. What records mean
 * must not enter.
 */
package io.clipure.stream.audit.plan;
