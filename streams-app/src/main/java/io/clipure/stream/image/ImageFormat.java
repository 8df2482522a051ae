package io.clipure.stream.image;

import java.util.Locale;

/** The formats that are decoded, recognised by magic bytes. */
public enum ImageFormat {
  JPEG,
  PNG,
  GIF,
  WEBP,
  BMP;

  /** The name used in records: lower case. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
