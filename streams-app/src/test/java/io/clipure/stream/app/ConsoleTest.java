package io.clipure.stream.app;

import static io.clipure.stream.console.Browser.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.InlineImage;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.config.ConfigSource;
import io.clipure.stream.console.Browser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The console of the real service, on real images, in a real browser. Its pictures of the page, in
 * {@code target/console}, are those of the documentation.
 */
class ConsoleTest {
  private static final Path PICTURES = Path.of("target", "console");

  /** Slower for the documentation's pictures, so that the lines in them have a length. */
  private static final Pace PACE = new Pace(Integer.getInteger("clipure.console.pace", 25));

  private static final int FILES = Integer.getInteger("clipure.console.files", 90);

  private static Browser browser;
  private static EmbeddedBroker broker;
  private static Operations operations;
  private static Service service;

  @BeforeAll
  static void start() throws Exception {
    browser = Browser.open();
    broker = EmbeddedBroker.start();
    AppConfig config =
        AppConfig.load(
            List.of(
                ConfigSource.flags(
                    Map.of(
                        "kafka.bootstrap.servers",
                        broker.bootstrapServers(),
                        "schema.registry.url",
                        "mock://console",
                        "ops.port",
                        "0",
                        "ops.console",
                        "true"))));
    TopicSetup.create(broker, config, 2);
    operations = Operations.open(config);
    service = Service.start(config, Home.locate(), operations.listener(), operations::verified);
    operations.serving(service);
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < FILES; i++) {
      files.add(BundledImages.files().get(i % BundledImages.files().size()));
    }
    List<Path> rare = new ArrayList<>(ImageFiles.list(List.of(Home.locate().attackedFolder())));
    rare.addAll(ImageFiles.list(List.of(Home.locate().demoFolder().resolve("broken"))));
    for (int i = 0; i < rare.size(); i++) {
      files.add(FILES - 2 - 4 * i, rare.get(i));
    }
    browser.size(1360, 900, 1, false);
    browser.prefer("light");
    browser.get(operations.consoleAddress().orElseThrow());
    publish(config, files);
  }

  /** One at a time, as uploads come when all is well. */
  private static void publish(AppConfig config, List<Path> files) throws IOException {
    try (ImagePublisher publisher = Clients.publisher(config)) {
      for (Path file : files) {
        publisher.send(
            ImageEvent.newBuilder()
                .setId("uploads/" + file.getFileName())
                .setContent(new InlineImage(ByteBuffer.wrap(Files.readAllBytes(file))))
                .setUploadedAt(Instant.now())
                .build());
        publisher.flush();
        PACE.run();
      }
    }
  }

  @AfterAll
  static void stop() {
    if (service != null) {
      service.close();
    }
    if (operations != null) {
      operations.close();
    }
    if (broker != null) {
      broker.close();
    }
    if (browser != null) {
      browser.close();
    }
  }

  @Test
  void real_verdicts_are_shown_and_an_attack_with_its_reason() throws Exception {
    await()
        .atMost(PATIENCE.multipliedBy(3 + FILES / 60))
        .until(
            () ->
                browser.text("#labelled").equals(String.format(Locale.ROOT, "%,d", FILES + 6))
                    && !browser.all(".reasons .code").isEmpty());
    assertThat(browser.text("#about")).contains("emoji-robust-vit-p8", "demo", "cpu");
    await().atMost(PATIENCE).until(() -> browser.all(".row").size() >= 60);
    browser.screenshot(PICTURES.resolve("console-light.png"));
    browser.prefer("dark");
    browser.screenshot(PICTURES.resolve("console-dark.png"));

    browser.one("#search").sendKeys("crossed-swords-as-birthday-cake");
    await().atMost(PATIENCE).until(() -> browser.all(".row").size() == 1);
    assertThat(browser.text(".row")).contains("Block", "Suspected attack", "view-");
    browser.one(".row .open").click();
    await().atMost(PATIENCE).until(() -> !browser.all("#detail-body .facts").isEmpty());
    assertThat(browser.text("#detail-body"))
        .contains(
            "above the threshold", "emoji-robust-vit-p8", "images, partition", "explain --config")
        .contains("All 147 labels");
    browser.press("v");
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                (boolean)
                    browser.run(
                        "return document.querySelector('#detail img').naturalWidth === 64"));
    browser.screenshot(PICTURES.resolve("console-detail.png"));
    browser.escape();
    browser.press("/");
    browser.escape();

    browser.prefer("light");
    browser.size(360, 780, 2, true);
    browser.screenshot(PICTURES.resolve("console-phone.png"));
    assertThat(browser.complaints()).isEmpty();
  }
}
