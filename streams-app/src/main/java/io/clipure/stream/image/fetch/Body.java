package io.clipure.stream.image.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Reads content whose length cannot be trusted: memory grows with what really arrives. */
final class Body {
  private static final int FIRST_BYTES = 64 << 10;

  private Body() {}

  /**
   * Reads to the end.
   *
   * @param declared the length the other side announced, or less than 0; only a hint
   * @param most most bytes
   * @param where for the message, without secrets
   * @param deadline looked at between two reads
   * @throws FetchException if there are more bytes or the deadline passes
   * @throws IOException as the stream
   */
  static ByteBuffer read(InputStream in, long declared, long most, String where, Deadline deadline)
      throws IOException, FetchException {
    if (declared > most) {
      throw FetchException.tooManyBytes(Long.toString(declared), most);
    }
    byte[] bytes = new byte[(int) Math.min(FIRST_BYTES, most)];
    int count = 0;
    while (true) {
      if (deadline.hasPassed()) {
        throw FetchException.timeout(where, deadline.limit());
      }
      if (count == bytes.length) {
        int next = in.read();
        if (next < 0) {
          break;
        }
        if (count == most) {
          throw FetchException.tooManyBytes("more than " + most, most);
        }
        bytes = Arrays.copyOf(bytes, grown(count, declared, most));
        bytes[count++] = (byte) next;
        continue;
      }
      int read = in.read(bytes, count, bytes.length - count);
      if (read < 0) {
        break;
      }
      count += read;
    }
    return ByteBuffer.wrap(bytes, 0, count);
  }

  /**
   * The announced length once an eighth of it is here, which saves holding the content twice; else
   * twice as much.
   */
  private static int grown(int size, long declared, long most) {
    return (int) (declared > size && declared / 8 <= size ? declared : Math.min(2L * size, most));
  }
}
