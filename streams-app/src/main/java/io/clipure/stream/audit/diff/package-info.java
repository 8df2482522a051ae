/**
 * Two runs over the same events, compared: the join that is larger than memory, the figures, the
 * budgets and the report. Reads no topic and opens no file but its own temporary ones; whoever
 * reads the topics hands records in.
 */
package io.clipure.stream.audit.diff;
