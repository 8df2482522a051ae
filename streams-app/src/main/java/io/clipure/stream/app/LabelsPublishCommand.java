package io.clipure.stream.app;

import io.clipure.stream.config.AppConfig;
import io.clipure.stream.policy.LabelSet;
import io.clipure.stream.policy.LabelSetYaml;
import io.clipure.stream.topology.LabelSetRecords;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code labels publish}: running services of that label set name take it over. */
@Command(
    name = "publish",
    header = "Hands a label set to running services.",
    description = {
      "Checks a label set and publishes it to the label-sets topic under its name. "
          + "Running services that use a set of that name take it over without a restart; its "
          + "prompts are checked against their model first, and a set they cannot use is kept "
          + "out."
    })
final class LabelsPublishCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configuration;

  @Parameters(paramLabel = "FILE", description = "Label set, YAML.")
  private Path file;

  @Option(
      names = "--withdraw",
      description = "Publish a tombstone instead: services return to the set in their own file.")
  private boolean withdraw;

  @Override
  public Integer call() throws InterruptedException {
    LabelSet labels = LabelSetYaml.load(file);
    AppConfig config = configuration.load().requireCluster();
    try (Producer<String, io.clipure.schemas.LabelSet> producer =
        Clients.producer(
            config,
            Map.of(ProducerConfig.ACKS_CONFIG, "all"),
            new StringSerializer(),
            Clients.serdes(config).labelSet().serializer())) {
      RecordMetadata written =
          producer
              .send(
                  new ProducerRecord<>(
                      config.topics().labelSets(),
                      labels.name(),
                      withdraw ? null : LabelSetRecords.toRecord(labels)))
              .get();
      spec.commandLine()
          .getOut()
          .println(
              withdraw
                  ? "Withdrew label set " + labels.name() + " at offset " + written.offset()
                  : "Published label set "
                      + labels.name()
                      + " ("
                      + labels.labels().size()
                      + " labels, digest "
                      + labels.digest()
                      + ") at offset "
                      + written.offset());
    } catch (ExecutionException e) {
      throw Clients.refused(config, e.getCause());
    }
    return ExitCode.OK;
  }
}
