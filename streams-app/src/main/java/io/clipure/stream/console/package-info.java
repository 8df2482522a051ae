/**
 * The read-only page: what flows now, the latest verdicts and why. A feed that stream threads write
 * to without waiting, a bounded history, and the HTTP that shows both. It never changes anything,
 * and nothing it does may slow the service: what it cannot keep up with it counts and leaves out.
 */
package io.clipure.stream.console;
