package io.clipure.stream.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clipure.stream.clip.BundleInspection;
import io.clipure.stream.clip.ModelBundle;
import java.util.stream.Collectors;

/** A bundle's inspection as text or JSON. */
final class BundleText {
  private BundleText() {}

  static String of(ModelBundle bundle, boolean json) {
    BundleInspection inspection = bundle.inspect();
    if (json) {
      ObjectNode node = new ObjectMapper().createObjectNode();
      inspection.facts().forEach(fact -> node.put(fact.name(), fact.value()));
      return node.toString();
    }
    int width = inspection.facts().stream().mapToInt(fact -> fact.name().length()).max().orElse(0);
    return inspection.facts().stream()
        .map(fact -> String.format("%-" + width + "s  %s", fact.name(), fact.value()))
        .collect(Collectors.joining(System.lineSeparator()));
  }
}
