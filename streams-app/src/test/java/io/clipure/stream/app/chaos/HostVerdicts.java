package io.clipure.stream.app.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the program says of the demo's images on this machine itself, without any container. */
final class HostVerdicts {
  /** Scores are of the same jars and engine, but maybe of another number of threads. */
  private static final double TOLERANCE = 1e-5;

  private record Verdict(String topLabel, double topScore) {}

  private HostVerdicts() {}

  /** Images that containers judged otherwise, one line each. */
  static List<String> differences(List<Seen> records) {
    Map<String, Verdict> here = classify();
    List<String> differences = new ArrayList<>();
    int compared = 0;
    for (Seen record : records) {
      Verdict verdict = here.get(record.digest());
      if (record.output() == Seen.Output.LABELLED && verdict != null) {
        compared++;
        String[] there = record.verdict().split(" ");
        if (!there[0].equals(verdict.topLabel())
            || Math.abs(Double.parseDouble(there[1]) - verdict.topScore()) > TOLERANCE) {
          differences.add(record.id() + ": " + record.verdict() + ", outside " + verdict);
        }
      }
    }
    Stage.say(
        "%d verdicts on %d images compared with those of the program outside of containers: %d differ"
            .formatted(compared, here.size(), differences.size()));
    if (compared == 0) {
      differences.add("nothing could be compared");
    }
    return differences;
  }

  /** Verdicts by digest of the file. */
  private static Map<String, Verdict> classify() {
    List<String> command = new ArrayList<>(Launcher.ofThisProgram().prefix());
    command.addAll(List.of("classify", "--set", "suspicion.views=none"));
    Stage.demoImages().stream().map(Path::toString).forEach(command::add);
    Map<String, Verdict> verdicts = new HashMap<>();
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      ObjectMapper json = new ObjectMapper();
      for (String line : printed.lines().toList()) {
        JsonNode one = json.readTree(line);
        verdicts.put(
            one.at("/image/sha256").asText(),
            new Verdict(one.get("topLabel").asText(), one.get("topScore").asDouble()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the program does not run outside of containers", e);
    }
    return verdicts;
  }
}
