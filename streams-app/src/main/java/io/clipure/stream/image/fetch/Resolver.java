package io.clipure.stream.image.fetch;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** A name service. Thread-safe; blocks. */
@FunctionalInterface
interface Resolver {
  /** The addresses of a name, at least one. */
  InetAddress[] lookUp(String host) throws UnknownHostException;
}
