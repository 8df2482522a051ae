package io.clipure.stream.app;

/** The embedded broker, where this installation has it. */
public final class EmbeddedCluster {
  private EmbeddedCluster() {}

  /**
   * Starts the broker.
   *
   * @throws RefusedException if its libraries are not beside the jar
   */
  static EmbeddedBroker start() {
    return start(1, EmbeddedBroker.Options.PLAIN);
  }

  /**
   * Starts a cluster.
   *
   * @param nodes how many
   * @param options security and further broker properties
   * @throws RefusedException if its libraries are not beside the jar
   */
  public static EmbeddedBroker start(int nodes, EmbeddedBroker.Options options) {
    try {
      return EmbeddedBroker.start(nodes, options);
    } catch (NoClassDefFoundError e) {
      throw new RefusedException(
          "this installation has no embedded broker: the folder embedded/ is not beside the jar"
              + " (production images leave it out); use run with a real cluster, or build with:"
              + " mvn -DskipTests package",
          e);
    }
  }
}
