/** The operator's HTTP port. Says nothing of what is served there. */
package io.clipure.stream.ops.http;
