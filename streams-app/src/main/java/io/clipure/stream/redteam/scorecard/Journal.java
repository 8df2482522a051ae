package io.clipure.stream.redteam.scorecard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * What is done, one JSON object a line, appended and forced to disk chunk by chunk. The first line
 * names the plan. A last line without its end is what a killed process leaves: it is cut off, and
 * its chunk done again.
 *
 * <p><b>Threading</b>: not thread-safe. One process at a time; the file is locked.
 */
public final class Journal implements AutoCloseable {
  /** Version of the lines. */
  static final String FORMAT = "clipure-redteam-journal/1";

  private final FileChannel channel;
  private final ObjectMapper mapper;
  private final Header header;
  private final List<ChunkResult> done;

  /**
   * The first line.
   *
   * @param format version of the lines
   * @param plan digest of the plan
   * @param started when the run began, ISO 8601
   */
  record Header(String format, String plan, String started) {}

  private Journal(FileChannel channel, ObjectMapper mapper, Header header, List<ChunkResult> done) {
    this.channel = channel;
    this.mapper = mapper;
    this.header = header;
    this.done = done;
  }

  /**
   * Opens the journal of a plan: a new one, or one that was cut.
   *
   * @param started written into a new one
   * @throws JournalException if another plan's is there, another process has it, or a line that is
   *     not the last cannot be read
   * @throws IOException if the disk fails
   */
  public static Journal open(Path file, Plan plan, String started) throws IOException {
    ObjectMapper mapper =
        new ObjectMapper().enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() == null) {
        throw inUse(file);
      }
      byte[] bytes = Files.readAllBytes(file);
      List<byte[]> lines = lines(bytes);
      channel.truncate(lines.stream().mapToLong(line -> line.length + 1L).sum());
      channel.position(channel.size());
      if (lines.isEmpty()) {
        Journal fresh =
            new Journal(
                channel, mapper, new Header(FORMAT, plan.digest(), started), new ArrayList<>());
        fresh.write(fresh.header);
        return fresh;
      }
      Header header = header(file, mapper, lines.get(0), plan);
      List<ChunkResult> done = new ArrayList<>();
      for (byte[] line : lines.subList(1, lines.size())) {
        done.add(read(file, mapper, line, done.size() + 2));
      }
      return new Journal(channel, mapper, header, done);
    } catch (java.nio.channels.OverlappingFileLockException e) {
      channel.close();
      throw inUse(file);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** When the run began, ISO 8601; of the first process, if it was resumed. */
  public String started() {
    return header.started();
  }

  /** The chunks that are done, in the order they were written. */
  public List<ChunkResult> done() {
    return List.copyOf(done);
  }

  /**
   * Adds a chunk; on return it has reached the disk.
   *
   * @throws IOException if it has not
   */
  public void append(ChunkResult chunk) throws IOException {
    write(chunk);
    done.add(chunk);
  }

  private void write(Object line) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(mapper.writeValueAsBytes(line));
    bytes.write('\n');
    ByteBuffer buffer = ByteBuffer.wrap(bytes.toByteArray());
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    channel.force(true);
  }

  /** The complete lines, without their ends. */
  private static List<byte[]> lines(byte[] bytes) {
    List<byte[]> lines = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        lines.add(java.util.Arrays.copyOfRange(bytes, from, i));
        from = i + 1;
      }
    }
    return lines;
  }

  private static Header header(Path file, ObjectMapper mapper, byte[] line, Plan plan)
      throws IOException {
    Header header;
    try {
      header = mapper.readValue(line, Header.class);
    } catch (JsonProcessingException e) {
      throw new JournalException(
          file + " is no journal of a red-team run; choose another --out", e);
    }
    if (!FORMAT.equals(header.format())) {
      throw new JournalException(
          file
              + ": format is "
              + header.format()
              + ", expected "
              + FORMAT
              + "; choose another --out");
    }
    if (!plan.digest().equals(header.plan())) {
      throw new JournalException(
          file
              + " belongs to a run with other settings, images, bundle or version (plan "
              + shortened(header.plan())
              + ", now "
              + shortened(plan.digest())
              + "); repeat its command, or choose another --out");
    }
    return header;
  }

  private static ChunkResult read(Path file, ObjectMapper mapper, byte[] line, int number)
      throws IOException {
    try {
      return mapper.readValue(line, ChunkResult.class);
    } catch (JsonProcessingException e) {
      throw new JournalException(
          file + ": line " + number + " is damaged; choose another --out and measure again", e);
    }
  }

  private static JournalException inUse(Path file) {
    return new JournalException(
        file + " is in use by another run; wait for it or choose another --out");
  }

  private static String shortened(String digest) {
    return digest == null || digest.length() < 12
        ? String.valueOf(digest)
        : digest.substring(0, 12);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
