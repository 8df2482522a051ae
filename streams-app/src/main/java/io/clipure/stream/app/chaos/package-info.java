/**
 * The chaos harness: breaks the service, its brokers, registry and devices on purpose and accounts
 * for every event. It drives child processes from outside; nothing in the service knows of it.
 */
package io.clipure.stream.app.chaos;
