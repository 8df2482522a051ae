package io.clipure.stream.image;

/** The decoders that are not written here; made once, shared by all images. Thread-safe. */
record NativeReaders(JpegComponentReader jpeg, WebpFrameReader webp) {
  NativeReaders() {
    this(new JpegComponentReader(), new WebpFrameReader());
  }
}
