/** The command line: one class a command, wiring and shutdown. Nothing imports this room. */
package io.clipure.stream.app;
