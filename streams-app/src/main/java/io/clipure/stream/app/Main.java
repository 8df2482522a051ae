package io.clipure.stream.app;

/** The command line. */
public final class Main {
  private Main() {}

  /** Entry point. */
  public static void main(String[] args) {
    System.out.println("clipure-stream");
  }
}
