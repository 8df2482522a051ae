package io.clipure.stream.app;

import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.ImageReference;
import io.clipure.schemas.InlineImage;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.topology.EventAttributes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code publish}: image files to the images topic. */
@Command(
    name = "publish",
    header = "Sends image files to the images topic.",
    description = {
      "Publishes image files to the images topic and waits until the broker has "
          + "acknowledged every one. The event id is the prefix and the path as given.%n",
      "Example:",
      "  clipure-stream publish --config app.properties uploads/%n"
    })
final class PublishCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configuration;

  @Parameters(paramLabel = "PATH", arity = "1..*", description = "Image files, or folders of them.")
  private List<Path> paths;

  @Option(
      names = "--id-prefix",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "Put before each path to make the event id.")
  private String idPrefix;

  @Option(
      names = "--by-reference",
      description =
          "Send file: URIs instead of the bytes; the service reads below image.file-roots only.")
  private boolean byReference;

  @Option(
      names = "--source",
      paramLabel = "NAME",
      description = "Source written into the events; copied to the results.")
  private String source;

  @Option(
      names = "--attribute",
      paramLabel = "NAME=VALUE",
      description = "Attribute written into the events; copied to the results. Repeatable.")
  private Map<String, String> attributes = new LinkedHashMap<>();

  @Option(
      names = "--backfill",
      description =
          "Nobody waits for these: send them to topics.images-backfill, or without such a topic"
              + " marked as back-fill to the images topic.")
  private boolean backfill;

  @Override
  public Integer call() throws IOException {
    AppConfig config = configuration.load();
    config.requireCluster();
    String topic = config.topics().images();
    if (backfill) {
      topic = config.topics().backfill().orElse(topic);
      attributes.put(EventAttributes.PRIORITY, "backfill");
    }
    List<Path> files = ImageFiles.list(paths);
    var ansi = spec.commandLine().getColorScheme().ansi();
    try (ImagePublisher publisher = Clients.publisher(config, topic);
        LiveLine live = new LiveLine(spec.commandLine().getErr(), ansi)) {
      for (Path file : files) {
        publisher.send(event(file));
        live.show(publisher.acknowledged(), files.size(), "acknowledged");
      }
      publisher.flush();
      live.clear();
      spec.commandLine()
          .getOut()
          .println(
              "Published "
                  + publisher.acknowledged()
                  + " of "
                  + files.size()
                  + " image events to "
                  + topic);
      if (publisher.failed() == files.size()) {
        throw Clients.refused(config, publisher.firstFailure());
      }
      if (publisher.failed() > 0) {
        spec.commandLine()
            .getErr()
            .println(
                "clipure-stream: "
                    + publisher.failed()
                    + " events were not acknowledged, the first because: "
                    + config.redact(Clients.reasons(publisher.firstFailure())));
        return ExitCode.FINDINGS;
      }
    }
    return ExitCode.OK;
  }

  private ImageEvent event(Path file) throws IOException {
    Object content =
        byReference
            ? new ImageReference(file.toRealPath().toUri().toString())
            : new InlineImage(ByteBuffer.wrap(Files.readAllBytes(file)));
    return ImageEvent.newBuilder()
        .setId(idPrefix + file)
        .setContent(content)
        .setMediaType(Files.probeContentType(file))
        .setSource(source)
        .setUploadedAt(Instant.now())
        .setAttributes(attributes)
        .build();
  }
}
