/**
 * Audits of what was decided: read a fixed stretch of the past, decide it anew, compare, prove.
 * Only audit work lives here; the command line, its files and its terminal stay in app, and nothing
 * of the live service may depend on this room.
 */
package io.clipure.stream.audit;
