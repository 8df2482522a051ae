package io.clipure.stream.image.hostile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** A sound JPEG taken apart into its segments, to be put together wrongly. */
final class JpegEditor {
  static final int FRAME = 0xc0;
  static final int PROGRESSIVE_FRAME = 0xc2;

  private record Segment(int marker, byte[] body) {}

  private final List<Segment> head = new ArrayList<>();
  private byte[] tail;

  /** Takes a file of {@link Originals} apart. */
  static JpegEditor of(String original) {
    byte[] bytes = Originals.read(original);
    JpegEditor editor = new JpegEditor();
    int at = 2;
    while ((bytes[at + 1] & 0xff) != 0xda) {
      int length = (bytes[at + 2] & 0xff) << 8 | bytes[at + 3] & 0xff;
      editor.head.add(
          new Segment(bytes[at + 1] & 0xff, Arrays.copyOfRange(bytes, at + 4, at + 2 + length)));
      at += 2 + length;
    }
    editor.tail = Arrays.copyOfRange(bytes, at, bytes.length);
    return editor;
  }

  /** Puts a segment before all others. */
  JpegEditor first(int marker, byte[] body) {
    head.add(0, new Segment(marker, body));
    return this;
  }

  /** Puts segments before the first scan. */
  JpegEditor last(int times, int marker, byte[] body) {
    for (int i = 0; i < times; i++) {
      head.add(new Segment(marker, body));
    }
    return this;
  }

  JpegEditor without(int marker) {
    head.removeIf(segment -> segment.marker() == marker);
    return this;
  }

  /** Rewrites the body of the frame header. */
  JpegEditor frame(UnaryOperator<byte[]> edit) {
    head.replaceAll(s -> isFrame(s) ? new Segment(s.marker(), edit.apply(s.body().clone())) : s);
    return this;
  }

  JpegEditor frameByte(int at, int value) {
    return frame(body -> ByteWriter.patched(body, at, value));
  }

  JpegEditor frameMarker(int marker) {
    head.replaceAll(s -> isFrame(s) ? new Segment(marker, s.body()) : s);
    return this;
  }

  JpegEditor size(int width, int height) {
    return frame(body -> ByteWriter.patched(body, 1, height >> 8, height, width >> 8, width));
  }

  /** Puts bytes before the end marker. */
  JpegEditor beforeEnd(byte[] bytes) {
    tail = new ByteWriter().bytes(tail, 0, tail.length - 2).bytes(bytes).u8(0xff, 0xd9).toBytes();
    return this;
  }

  /** Replaces the scans and the end marker. */
  JpegEditor tail(byte[] bytes) {
    tail = bytes;
    return this;
  }

  byte[] tail() {
    return tail;
  }

  byte[] toBytes() {
    ByteWriter out = new ByteWriter().u8(0xff, 0xd8);
    for (Segment segment : head) {
      segment(out, segment.marker(), segment.body());
    }
    return out.bytes(tail).toBytes();
  }

  static ByteWriter segment(ByteWriter out, int marker, byte[] body) {
    return out.u8(0xff, marker).be16(body.length + 2).bytes(body);
  }

  private static boolean isFrame(Segment segment) {
    return segment.marker() == FRAME || segment.marker() == PROGRESSIVE_FRAME;
  }
}
