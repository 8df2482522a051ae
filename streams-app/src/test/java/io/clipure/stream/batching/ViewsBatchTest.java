package io.clipure.stream.batching;

import static io.clipure.stream.batching.Rig.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.stream.clip.ImageViews;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Images that come with views of themselves. */
class ViewsBatchTest {
  private final GatedEncoder encoder = new GatedEncoder();
  private final Rig rig =
      new Rig(Rig.settings(1, 4), 1, () -> encoder.closed ? GatedEncoder.open() : encoder);

  @AfterEach
  void stop() {
    rig.close();
  }

  /** An image and its views, told apart by their first bytes. */
  private static Job<String> job(int... firsts) {
    List<byte[]> extra = new ArrayList<>();
    for (int v = 1; v < firsts.length; v++) {
      extra.add(new byte[] {(byte) firsts[v]});
    }
    byte[] image = {(byte) firsts[0]};
    ImageViews views = ImageViews.of(image, ImageViews.digestOf(image), extra);
    return Job.live(1, Jobs.decode(() -> new Loaded.Pixels<>("d" + firsts[0], views)));
  }

  @SuppressWarnings("unchecked")
  private static Outcome.Encoded<String> encoded(Ticket<String> ticket) {
    assertThat(outcome(ticket)).isInstanceOf(Outcome.Encoded.class);
    return (Outcome.Encoded<String>) outcome(ticket);
  }

  @Test
  void views_of_one_image_share_its_batch_which_counts_images() {
    List<Ticket<String>> batch =
        rig.submitAsOneBatch(encoder, List.of(job(1, 11, 21), job(2), job(3, 13, 23), job(4, 14)));

    assertThat(encoded(batch.get(0)).embeddings().views())
        .isDeepEqualTo(new float[][] {{1, 1}, {1, 11}, {1, 21}});
    assertThat(encoded(batch.get(1)).embeddings().views()).isDeepEqualTo(new float[][] {{1, 2}});
    assertThat(encoded(batch.get(3)).embeddings().views())
        .isDeepEqualTo(new float[][] {{1, 4}, {1, 14}});
    assertThat(encoded(batch.get(2)).batchSize()).as("images").isEqualTo(4);
    assertThat(encoder.batchSizes).as("rows").containsExactly(1, 9);
    assertThat(rig.pipeline.stats().items()).isEqualTo(5);
  }

  @Test
  void an_image_with_a_bad_view_fails_alone() {
    List<Ticket<String>> batch =
        rig.submitAsOneBatch(
            encoder,
            List.of(
                job(1, 11), job(2, GatedEncoder.POISON), job(3, GatedEncoder.NAN, 4), job(5, 15)));

    assertThat(encoded(batch.get(0)).embeddings().image()).containsExactly(1, 1);
    for (Ticket<String> bad : batch.subList(1, 3)) {
      assertThat(outcome(bad))
          .isInstanceOfSatisfying(
              Outcome.Failed.class,
              failed -> assertThat(failed.stage()).isEqualTo(Outcome.Stage.ENCODE));
    }
    assertThat(encoded(batch.get(3)).embeddings().views())
        .isDeepEqualTo(new float[][] {{1, 5}, {1, 15}});
    rig.pipeline.checkHealthy();
  }
}
