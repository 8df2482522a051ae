package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.InlineImage;
import io.clipure.schemas.LabelledImage;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.config.ConfigSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real service with a live and a back-fill topic. */
class BackfillServiceTest {
  private static AppConfig config(EmbeddedBroker broker, Map<String, String> more) {
    Map<String, String> flags = new HashMap<>(more);
    flags.put("kafka.bootstrap.servers", broker.bootstrapServers());
    flags.put("schema.registry.url", "mock://backfill");
    return AppConfig.load(List.of(ConfigSource.flags(flags)));
  }

  private static void publish(AppConfig config, String topic, String id) throws IOException {
    byte[] image = Files.readAllBytes(BundledImages.files().get(0));
    try (ImagePublisher publisher = Clients.publisher(config, topic)) {
      publisher.send(
          ImageEvent.newBuilder()
              .setId(id)
              .setContent(new InlineImage(ByteBuffer.wrap(image)))
              .build());
      publisher.flush();
      assertThat(publisher.acknowledged()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"at_least_once", "exactly_once_v2"})
  void both_topics_are_labelled_alike_by_a_group_each(String guarantee) throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      AppConfig config =
          config(
              broker,
              Map.of(
                  "topics.images-backfill",
                  "old-images",
                  "stream.processing-guarantee",
                  guarantee));
      TopicSetup.create(broker, config, 1);
      publish(config, "images", "new");
      publish(config, "old-images", "old");

      Map<String, LabelledImage> labelled = new HashMap<>();
      try (Service service = Service.start(config, Home.locate());
          OutputReader outputs = new OutputReader(config)) {
        await()
            .atMost(Duration.ofSeconds(90))
            .until(
                () -> {
                  outputs.poll(
                      Duration.ofMillis(100),
                      output -> {
                        if (output.topic() == Account.Topic.LABELLED) {
                          labelled.put(output.id(), output.labelled());
                        }
                      });
                  return labelled.size() == 2;
                });
        assertThat(service.stop()).as("drained and committed in time").isTrue();
      }

      assertThat(labelled.get("old").getOrigin().getTopic()).isEqualTo("old-images");
      assertThat(labelled.get("old").getTopLabel()).isEqualTo(labelled.get("new").getTopLabel());
      assertThat(labelled.get("old").getProvenance().getLabelSetDigest())
          .isEqualTo(labelled.get("new").getProvenance().getLabelSetDigest());
      try (Admin admin = Clients.admin(config)) {
        assertThat(admin.listGroups().all().get())
            .extracting(GroupListing::groupId)
            .contains("clipure-stream", "clipure-stream-backfill");
      }
    }
  }

  @Test
  void a_back_fill_topic_that_is_another_topic_already_is_refused() {
    assertThat(
            catchThrowable(
                () ->
                    AppConfig.load(
                        List.of(ConfigSource.flags(Map.of("topics.images-backfill", "images"))))))
        .hasMessageContaining("topics.*");
  }
}
