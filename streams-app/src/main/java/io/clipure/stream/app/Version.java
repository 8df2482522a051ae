package io.clipure.stream.app;

import picocli.CommandLine.IVersionProvider;

/** Version of the program, from its jar's manifest. */
final class Version implements IVersionProvider {
  /** The version, or {@code development} when not run from the jar. */
  static String application() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "clipure-stream " + application(),
      "JVM " + System.getProperty("java.vm.version") + " on " + System.getProperty("os.name")
    };
  }
}
