package io.clipure.stream.app;

/** The embedded broker, where this installation has it. */
final class EmbeddedCluster {
  private EmbeddedCluster() {}

  /**
   * Starts the broker.
   *
   * @throws RefusedException if its libraries are not beside the jar
   */
  static EmbeddedBroker start() {
    try {
      return EmbeddedBroker.start();
    } catch (NoClassDefFoundError e) {
      throw new RefusedException(
          "this installation has no embedded broker: the folder embedded/ is not beside the jar"
              + " (production images leave it out); use run with a real cluster, or build with:"
              + " mvn -DskipTests package",
          e);
    }
  }
}
