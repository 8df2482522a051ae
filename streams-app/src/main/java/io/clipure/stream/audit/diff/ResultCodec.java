package io.clipure.stream.audit.diff;

import io.clipure.schemas.Decision;
import io.clipure.schemas.FlagKind;
import io.clipure.schemas.LabelScore;
import io.clipure.schemas.LabelledImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Results as the bytes that wait on disk for their partner: about 8 bytes a label, for this process
 * alone. They begin with the side and then the source order, so that the last of several results of
 * one event is the one that counts: the event's partition and offset first (an id that was sent
 * again stands further back), a verdict after a dead letter, then where the result itself stands.
 */
final class ResultCodec {
  private static final FlagKind[] KINDS = FlagKind.values();
  private static final Decision[] DECISIONS = Decision.values();

  private final Layouts layouts;

  ResultCodec(Layouts layouts) {
    this.layouts = layouts;
  }

  /** The side of encoded bytes. */
  static Side side(byte[] encoded) {
    return encoded[0] == 0 ? Side.BEFORE : Side.AFTER;
  }

  byte[] encode(Side side, Place record, LabelledImage image) {
    List<LabelScore> scores = image.getScores();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256 + 8 * scores.size());
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      Place origin =
          new Place(
              image.getOrigin().getTopic(),
              image.getOrigin().getPartition(),
              image.getOrigin().getOffset());
      order(out, side, origin, true, record);
      string(out, image.getImage().getSha256());
      out.writeByte(image.getDecision().ordinal());
      string(out, image.getDecidedBy());
      string(out, image.getTopLabel());
      out.writeDouble(image.getTopScore());
      out.writeDouble(image.getMargin());
      int flags = 0;
      for (var flag : image.getFlags()) {
        flags |= 1 << flag.getKind().ordinal();
      }
      out.writeInt(flags);
      out.writeDouble(image.getSuspicion().getScore());
      out.writeInt(layouts.number(scores));
      for (LabelScore score : scores) {
        out.writeDouble(score.getScore());
      }
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  byte[] encode(Side side, Place record, Result.DeadLettered letter) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      order(out, side, letter.origin(), false, record);
      string(out, letter.reason());
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  Result decode(byte[] encoded) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(encoded))) {
      in.skipNBytes(1);
      int partition = in.readInt() ^ Integer.MIN_VALUE;
      long offset = in.readLong() ^ Long.MIN_VALUE;
      boolean labelled = in.readBoolean();
      in.skipNBytes(Integer.BYTES + Long.BYTES);
      Place origin = new Place(string(in), partition, offset);
      return labelled ? labelled(in, origin) : new Result.DeadLettered(origin, string(in));
    } catch (IOException e) {
      throw new IllegalStateException("bytes written here cannot be read", e);
    }
  }

  private Result.Labelled labelled(DataInputStream in, Place origin) throws IOException {
    String sha256 = string(in);
    Decision decision = DECISIONS[in.readByte()];
    String decidedBy = string(in);
    String topLabel = string(in);
    double topScore = in.readDouble();
    double margin = in.readDouble();
    int bits = in.readInt();
    Set<FlagKind> flags = EnumSet.noneOf(FlagKind.class);
    for (FlagKind kind : KINDS) {
      if ((bits & 1 << kind.ordinal()) != 0) {
        flags.add(kind);
      }
    }
    double suspicion = in.readDouble();
    Layout layout = layouts.get(in.readInt());
    double[] scores = new double[layout.labels().size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = in.readDouble();
    }
    return new Result.Labelled(
        origin, sha256, decision, decidedBy, topLabel, topScore, margin, flags, suspicion, layout,
        scores);
  }

  /** Signs are turned, so that unsigned bytes sort as the numbers do. */
  private static void order(
      DataOutputStream out, Side side, Place origin, boolean labelled, Place record)
      throws IOException {
    out.writeByte(side.ordinal());
    out.writeInt(origin.partition() ^ Integer.MIN_VALUE);
    out.writeLong(origin.offset() ^ Long.MIN_VALUE);
    out.writeBoolean(labelled);
    out.writeInt(record.partition() ^ Integer.MIN_VALUE);
    out.writeLong(record.offset() ^ Long.MIN_VALUE);
    string(out, origin.topic());
  }

  /** Of any length and content; {@code writeUTF} ends at 64 KiB. */
  private static void string(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String string(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), java.nio.charset.StandardCharsets.UTF_8);
  }
}
