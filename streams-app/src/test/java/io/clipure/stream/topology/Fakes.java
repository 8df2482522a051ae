package io.clipure.stream.topology;

import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.InlineImage;
import io.clipure.schemas.LabelledImage;
import io.clipure.stream.batching.BatchingSettings;
import io.clipure.stream.batching.EncoderFactory;
import io.clipure.stream.batching.InferencePipeline;
import io.clipure.stream.clip.EncoderException;
import io.clipure.stream.clip.ImageEmbeddings;
import io.clipure.stream.clip.ImageEncoder;
import io.clipure.stream.clip.ModelInfo;
import io.clipure.stream.image.ImageFacts;
import io.clipure.stream.image.ImageFormat;
import io.clipure.stream.image.ImageHeader;
import io.clipure.stream.image.ImageLoader;
import io.clipure.stream.image.LoadedImage;
import io.clipure.stream.image.Opened;
import io.clipure.stream.image.RejectionReason;
import io.clipure.stream.image.fetch.FetchSettings;
import io.clipure.stream.image.fetch.References;
import io.clipure.stream.image.fetch.RetrySettings;
import io.clipure.stream.policy.Action;
import io.clipure.stream.policy.Judge;
import io.clipure.stream.policy.JudgeFactory;
import io.clipure.stream.policy.Label;
import io.clipure.stream.policy.LabelSet;
import io.clipure.stream.policy.LabelSetException;
import io.clipure.stream.policy.Verdict;
import io.clipure.stream.purify.PlanarRotation;
import io.clipure.stream.views.KeyedViews;
import io.clipure.stream.views.ViewPlan;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Small stand-ins for the other rooms. An "image" is a few bytes: the first says how it behaves,
 * the rest is its content.
 */
final class Fakes {
  static final byte PLAIN = 0;
  static final byte LOW_CONFIDENCE = 1;
  static final byte ADVERSARIAL = 2;
  static final byte JUDGE_BUG = 3;
  static final byte CORRUPT = 4;
  static final byte POISON = 5;
  static final byte LOADER_BUG = 6;

  static final ModelInfo MODEL =
      new ModelInfo("fake", "d1", 1, 2, 100, new float[] {0, 1}, List.of("a {}"), null);

  /** None besides the image. */
  static final KeyedViews VIEWS = new KeyedViews(ViewPlan.none(), "key");

  /** Follows none. */
  static final References NO_REFERENCES =
      References.open(
          new FetchSettings(
              1 << 20,
              Duration.ofSeconds(1),
              Duration.ofSeconds(1),
              1,
              List.of(),
              new RetrySettings(1, Duration.ZERO, Duration.ZERO, Duration.ofSeconds(1)),
              List.of(),
              Optional.empty(),
              Optional.empty()));

  private Fakes() {}

  static ImageEvent event(String id, int kind, int... content) {
    byte[] bytes = new byte[content.length + 1];
    bytes[0] = (byte) kind;
    for (int i = 0; i < content.length; i++) {
      bytes[i + 1] = (byte) content[i];
    }
    return ImageEvent.newBuilder()
        .setId(id)
        .setContent(new InlineImage(ByteBuffer.wrap(bytes)))
        .setAttributes(Map.of("from", "test"))
        .build();
  }

  /** Takes the bytes as pixels. */
  static final class Loader implements ImageLoader {
    @Override
    public Opened open(ByteBuffer encoded) {
      return new Opened.Decodable(
          new ImageHeader(ImageFormat.PNG, 1, 1, 1, encoded.remaining()), () -> decode(encoded));
    }

    private static LoadedImage decode(ByteBuffer encoded) {
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      if (bytes[0] == LOADER_BUG) {
        throw new IllegalStateException("a bug in the loader");
      }
      if (bytes[0] == CORRUPT) {
        return new LoadedImage.Rejected(RejectionReason.CORRUPT_IMAGE, "the bytes end\nearly");
      }
      return new LoadedImage.Prepared(
          new ImageFacts("00", ImageFormat.PNG, 1, 1, bytes.length, 1), bytes);
    }
  }

  /** Embedding = (first byte, 1 + sum of the others); fails every batch with a poisoned image. */
  static final class Encoder implements ImageEncoder {
    private final Runnable beforeBatch;

    Encoder(Runnable beforeBatch) {
      this.beforeBatch = beforeBatch;
    }

    @Override
    public String device() {
      return "fake:0";
    }

    @Override
    public int imageSize() {
      return 1;
    }

    @Override
    public int dimension() {
      return 2;
    }

    @Override
    public float[][] encode(List<byte[]> pixels) {
      beforeBatch.run();
      List<float[]> embeddings = new ArrayList<>();
      for (byte[] image : pixels) {
        if (image[0] == POISON) {
          throw new EncoderException("poisoned batch", null);
        }
        int sum = 0;
        for (int i = 1; i < image.length; i++) {
          sum += image[i];
        }
        embeddings.add(new float[] {image[0], 1 + sum});
      }
      return embeddings.toArray(new float[0][]);
    }

    @Override
    public void close() {}
  }

  /** Flags by the first byte; refuses sets with a label "unknown". */
  static final class Judges implements JudgeFactory {
    @Override
    public Judge compile(LabelSet labelSet) {
      if (labelSet.labels().get(0).id().equals("unknown")) {
        throw new LabelSetException("prompt has words unknown to the model");
      }
      return new Judge() {
        @Override
        public LabelSet labelSet() {
          return labelSet;
        }

        @Override
        public Verdict judge(ImageEmbeddings embeddings) {
          return verdict(labelSet, (int) embeddings.image()[0], embeddings.views().length - 1);
        }
      };
    }

    private static Verdict verdict(LabelSet set, int kind, int views) {
      if (kind == JUDGE_BUG) {
        throw new IllegalStateException("a bug in the judge");
      }
      List<Verdict.Flag> flags = new ArrayList<>();
      if (kind == LOW_CONFIDENCE) {
        flags.add(
            new Verdict.Flag(
                Verdict.FlagKind.LOW_CONFIDENCE, "top score 0.2 < 0.4", List.of("score")));
      }
      if (kind == ADVERSARIAL) {
        flags.add(
            new Verdict.Flag(
                Verdict.FlagKind.SUSPECTED_ADVERSARIAL, "suspicion 2 >= 1", List.of("combined")));
      }
      Label label = set.labels().get(0);
      return new Verdict(
          label.action(),
          label.id(),
          label.id(),
          0.75,
          0.5,
          List.of(new Verdict.LabelScore(label, 0.75, 0.5)),
          flags,
          new Verdict.Suspicion("fake", kind, 1, Map.of("kind", (double) kind)),
          "off",
          new PlanarRotation(0, 1, 0.25, 0.25, 0),
          false,
          set,
          Collections.nCopies(
              views, new Verdict.SeenView(label.id(), 0.625, label.action(), 0.125)));
    }
  }

  static LabelSet labelSet(String name, String labelId, Action action, String digest) {
    Label label = new Label(labelId, labelId, "group", action, 0.5, List.of(labelId));
    return new LabelSet(name, "", digest, List.of(), List.of(label), null, null, false);
  }

  /** A check that takes only the digest "good". */
  static LabelSet check(LabelSet set) {
    if (!set.digest().startsWith("good")) {
      throw new LabelSetException("digest is " + set.digest() + ", but its content has good");
    }
    return set;
  }

  static TopologySettings settings() {
    return new TopologySettings(
        Topics.defaults(), true, "raw/1", "fake 1", "fp32", "0.0.1", Optional.empty());
  }

  static ModerationDeps deps(InferencePipeline pipeline) {
    return deps(pipeline, VIEWS);
  }

  static ModerationDeps deps(InferencePipeline pipeline, KeyedViews views) {
    return new ModerationDeps(
        pipeline,
        new Loader(),
        NO_REFERENCES,
        MODEL,
        views,
        new LabelSetHolder(new Judges(), labelSet("demo", "cat", Action.ALLOW, "good-file")),
        AvroBytes.serde(ImageEvent.SCHEMA$),
        AvroBytes.<LabelledImage>serde(LabelledImage.SCHEMA$),
        AvroBytes.serde(io.clipure.schemas.LabelSet.SCHEMA$),
        Fakes::check,
        Clock.systemUTC(),
        ModerationListener.NONE);
  }

  /** With an encoder that takes a random time up to a bound. */
  static InferencePipeline pipeline(BatchingSettings settings, long maxDelayNanos) {
    return pipeline(
        settings,
        () -> LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(maxDelayNanos + 1)));
  }

  static InferencePipeline pipeline(BatchingSettings settings, Runnable beforeBatch) {
    return new InferencePipeline(
        settings, List.of(new EncoderFactory("fake:0", () -> new Encoder(beforeBatch))));
  }
}
